"""Small worlds for tests, written straight into a migrated ledger's tables."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from jingzhun.core.money import Fen
from jingzhun.core.terms import Term
from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    Household,
    HouseholdCategory,
    Import,
    ImportSheet,
    Pairing,
    Person,
    PolicyFile,
    Recognition,
    School,
    SchoolFee,
    Source,
    Staff,
    StandingSpell,
    StatusChange,
    Village,
)

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
AUTUMN = date(2026, 9, 1)

Record = TypeVar("Record")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(born_on: date, order: int) -> str:
    """Make a fictitious id number under a region code that was never given out."""
    body = f"629999{born_on:%Y%m%d}{order % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@dataclass
class World:
    """A world in the making; every method writes one row and gives it back."""

    session: Session
    sheet_id: int = 0
    stated_on: date = TODAY
    _row: int = 1
    _order: int = 0
    _schools: dict[str, School] = field(default_factory=dict)
    _villages: dict[str, Village] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sheet("世界.xlsx")

    def sheet(
        self,
        file_name: str,
        *,
        name: str = "Sheet1",
        stated_on: date = TODAY,
        kind: str | None = None,
    ) -> int:
        """Begin a new import of one sheet; what follows comes from it."""
        imported = self._add(
            Import(
                file_name=file_name,
                file_sha256="0" * 64,
                stated_on=stated_on,
                whole=False,
                actor="测试",
                os_user="test",
                command="import",
                recorded_at=NOW,
            )
        )
        sheet = self._add(
            ImportSheet(
                import_id=imported.id,
                name=name,
                kind=kind,
                stated_on=stated_on,
                term_starts_on=Term.of(stated_on).period.start,
                row_count=0,
            )
        )
        self.sheet_id, self.stated_on = sheet.id, stated_on
        return self.sheet_id

    def school(self, name: str = "青禾小学", **attributes: Any) -> School:
        """Give the school of this name, made when new."""
        if name not in self._schools:
            self._schools[name] = self._add(School(name=name, **attributes))
        return self._schools[name]

    def village(self, name: str = "东山村") -> Village:
        """Give the village of this name, made when new."""
        if name not in self._villages:
            self._villages[name] = self._add(Village(name=name, township="云岭镇"))
        return self._villages[name]

    def household(
        self, *categories: Any, no: str | None = None, village: str = "东山村", **attributes: Any
    ) -> Household:
        """Make a household, in the given categories from long ago."""
        row = self._next_row()
        made = self._add(
            Household(
                household_no=no or f"62{row:08d}",
                village_id=self.village(village).id,
                sheet_id=self.sheet_id,
                row_number=row,
                **attributes,
            )
        )
        for category in categories:
            self.categorise(made, category)
        return made

    def categorise(
        self,
        household: Household,
        category: str,
        *,
        from_: date = date(2015, 1, 1),
        until: date | None = None,
        risk_removed: bool | None = None,
    ) -> None:
        """Put a household into a category for an interval."""
        self._add(
            HouseholdCategory(
                household_id=household.id,
                category=str(category),
                risk_removed=risk_removed,
                **self._timed(from_, until),
            )
        )

    def person(
        self, name: str = "张一", *, born_on: date = date(2014, 5, 6), **attributes: Any
    ) -> Person:
        """Make a person with an id number of their own."""
        self._order += 1
        number = attributes.pop("id_number", None) or id_number(born_on, self._order)
        row = self._next_row()
        made = self._add(
            Person(
                identity=number,
                id_number=number,
                name=name,
                born_on=born_on,
                sheet_id=self.sheet_id,
                row_number=row,
                **attributes,
            )
        )
        self._add(Source(sheet_id=self.sheet_id, row_number=row, person_id=made.id))
        return made

    def enrol(
        self,
        person: Person,
        school: School | None = None,
        *,
        stage: str = "primary",
        grade: int | None = 3,
        class_no: int | None = 1,
        from_: date = AUTUMN,
        until: date | None = None,
        entered_on: date | None = None,
    ) -> None:
        """Put a pupil on a roll for an interval."""
        self._add(
            Enrolment(
                person_id=person.id,
                school_id=(school or self.school()).id,
                stage=str(stage),
                grade=grade,
                class_no=class_no,
                entered_on=entered_on,
                **self._timed(from_, until),
            )
        )

    def board(
        self,
        person: Person,
        boarding: str = "boarder",
        *,
        from_: date = AUTUMN,
        until: date | None = None,
    ) -> None:
        """Say how a pupil attends for an interval."""
        self._add(
            BoardingSpell(person_id=person.id, boarding=str(boarding), **self._timed(from_, until))
        )

    def recognise(
        self,
        person: Person,
        tier: str | None = "ordinary",
        *,
        from_: date = AUTUMN,
        until: date | None = None,
    ) -> None:
        """Recognise a pupil as hard up; for the term when no end is given."""
        end = until or Term.of(from_).period.end
        self._add(
            Recognition(person_id=person.id, tier=tier and str(tier), **self._timed(from_, end))
        )

    def stand(
        self,
        person: Person,
        standing: str,
        change: str,
        *,
        from_: date,
        until: date | None = None,
        school: School | None = None,
        ends_on: date | None = None,
        has_receiver: bool | None = None,
    ) -> None:
        """Record a change of status and the standing that it began."""
        self._add(
            StatusChange(
                person_id=person.id,
                change=str(change),
                happened_on=from_,
                is_dated=True,
                ends_on=ends_on,
                from_school_id=school and school.id,
                to_school_name="邻县小学" if has_receiver else None,
                sheet_id=self.sheet_id,
                row_number=self._next_row(),
            )
        )
        self._add(
            StandingSpell(
                person_id=person.id,
                standing=str(standing),
                change=str(change),
                valid_from=from_,
                valid_until=until,
                school_id=school and school.id,
                ends_on=ends_on,
                has_receiver=has_receiver,
                recorded_in=self.sheet_id,
                sheet_id=self.sheet_id,
                row_number=self._row,
            )
        )

    def charge(
        self,
        school: School,
        *,
        stage: str = "preschool",
        unit: str = "term",
        fee_fen: int,
        public_fee_fen: int | None = None,
        from_: date = AUTUMN,
    ) -> None:
        """Say what a school asks of a stage's pupils from a day on."""
        self._add(
            SchoolFee(
                school_id=school.id,
                stage=stage,
                valid_from=from_,
                unit=unit,
                fee_fen=Fen(fee_fen),
                public_fee_fen=Fen(fee_fen if public_fee_fen is None else public_fee_fen),
                sheet_id=self.sheet_id,
                row_number=self._next_row(),
            )
        )

    def staff(self, name: str = "李帮", **attributes: Any) -> Staff:
        """Make a member of staff."""
        row = self._next_row()
        attributes.setdefault("unit", "青禾学院")
        made = self._add(
            Staff(
                identity=f"N:{name}:{attributes['unit']}:{row}",
                name=name,
                sheet_id=self.sheet_id,
                row_number=row,
                **attributes,
            )
        )
        self._add(Source(sheet_id=self.sheet_id, row_number=row, staff_id=made.id))
        return made

    def pair(
        self,
        staff: Staff,
        household: Household,
        *,
        from_: date = date(2024, 9, 1),
        until: date | None = None,
        measures: str | None = None,
    ) -> None:
        """Tie a helper to a household for an interval."""
        self._add(
            Pairing(
                household_id=household.id,
                staff_id=staff.id,
                measures=measures,
                **self._timed(from_, until),
            )
        )

    def norms(self, key: str, **values: str) -> None:
        """Keep a norm file of the ledger's own; the values are as TOML writes them."""
        text = "\n".join(
            f"[[{name}]]\nfrom = 2015-01-01\nvalue = {value}\n"
            'document = "本地"\nconfidence = "confirmed"'
            for name, value in values.items()
        )
        self._add(
            PolicyFile(
                number=self._next_row(), key=key, from_month=201501, file_name=f"{key}.toml",
                text=text, actor="测试", os_user="test", recorded_at=NOW,
            )
        )  # fmt: skip

    def _timed(self, from_: date, until: date | None) -> dict[str, Any]:
        return {
            "valid_from": from_,
            "valid_until": until,
            "stated_on": self.stated_on,
            "rank": 3,
            "recorded_in": self.sheet_id,
            "sheet_id": self.sheet_id,
            "row_number": self._next_row(),
        }

    def _next_row(self) -> int:
        self._row += 1
        return self._row

    def _add(self, record: Record) -> Record:
        self.session.add(record)
        self.session.flush()
        return record
