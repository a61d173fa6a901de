"""Record one sheet's batch, kind by kind, and tell for each row what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, select

from jingzhun.core.vocabulary import Kind
from jingzhun.errors import Problem, Severity
from jingzhun.rosters import SheetReading
from jingzhun.rosters.kinds import fields, kinds
from jingzhun.services.facts import FactRecorder
from jingzhun.services.staffing import record_staff
from jingzhun.store.bulk import distinct, ids_of, insert_rows, rows_of
from jingzhun.store.registry import (
    HOUSEHOLDS,
    PERSONS,
    Authority,
    Recorded,
    Recorder,
    record_schools,
    record_villages,
)
from jingzhun.store.schema import Household, Person, Source

#: Which group of facts a field belongs to, where not the person's own (``ranks`` of the kinds).
_GROUPS = MappingProxyType(
    {
        **dict.fromkeys(("household_id", "relation", "person_no", "education", "study_status",
                         "unschooled_reason", "health", "poverty_cause", "village_id",
                         "group_name", "head_name", "phone_of_household"), "household"),
        **dict.fromkeys(("labour_skill", "work_place", "work_unit", "work_months",
                         "training_wish"), "labour"),
        **dict.fromkeys(("student_no", "disability_kind"), "schooling"),
    }
)  # fmt: skip
_PERSON_FIELDS = (
    "id_number", "name", "sex", "born_on", "ethnicity", "household_id", "person_no", "relation",
    "student_no", "education", "study_status", "unschooled_reason", "health", "disability_no",
    "disability_kind", "is_orphan", "is_left_behind", "labour_skill", "work_place", "work_unit",
    "work_months", "training_wish", "political_status", "phone", "address", "guardian_name",
    "guardian_phone",
)  # fmt: skip
#: Kinds that do not introduce persons: whoever is new on them is said to be.
_SECONDARY = frozenset({Kind.HARDSHIP_LIST, Kind.STATUS_CHANGES})
SAME, CHANGED, ADDED = 0, 1, 2


@dataclass(slots=True)
class Rows:
    """What came of each accepted row, by position."""

    outcomes: list[int]

    def mark(self, at: int, outcome: int) -> None:
        """Raise a row's outcome."""
        self.outcomes[at] = max(self.outcomes[at], outcome)


class SheetRecorder:
    """Write one reading into the registry; ``problems`` are what the ledger finds about it."""

    def __init__(
        self, connection: Connection, reading: SheetReading, sheet_id: int, *, whole: bool
    ) -> None:
        assert reading.kind is not None  # noqa: S101 - the caller records known kinds only
        self.connection = connection
        self.reading = reading
        self.kind: Kind = reading.kind
        self.batch = reading.batch
        self.sheet_id = sheet_id
        self.whole = whole
        self.rows = Rows([SAME] * len(self.batch))
        self.problems: list[Problem] = []
        ranks = {kind.value: spec.ranks for kind, spec in kinds().items()}
        authority = Authority(kind=self.kind.value, ranks=ranks, groups=_GROUPS)
        self.recorder = Recorder(connection, authority, sheet_id)

    def record(self, *, with_sources: bool) -> tuple[int, int]:
        """Record everything; give how many rows added and how many changed something."""
        people: list[int | None] = [None] * len(self.batch)
        staff: list[int | None] = [None] * len(self.batch)
        households = self._households()
        if self.kind in {Kind.STAFF_ROSTER, Kind.PAIRING_LIST}:
            staff = record_staff(self)
        if self.kind not in {Kind.STAFF_ROSTER, Kind.PAIRING_LIST}:
            people = self._people(households)
        FactRecorder(self, people, households, staff).record()
        if with_sources:
            self._sources(people, households, staff)
        return self.rows.outcomes.count(ADDED), self.rows.outcomes.count(CHANGED)

    def notice(self, at: int, field: str, code: str, message: str) -> None:
        """Add a notice about the row at a position."""
        self.problems.append(
            Problem(
                sheet=self.reading.sheet,
                row_number=self.batch.row_numbers[at],
                column=next((c.letter for c in self.reading.columns if c.field == field), ""),
                field=field,
                code=code,
                severity=Severity.NOTICE,
                value="",
                message=message,
            )
        )

    def notice_sheet(self, code: str, message: str) -> None:
        """Add a notice about the sheet as a whole."""
        self.problems.append(
            Problem(
                sheet=self.reading.sheet,
                row_number=0,
                column="",
                field="",
                code=code,
                severity=Severity.NOTICE,
                value="",
                message=message,
            )
        )

    def schools(self, name: str = "school", code: str | None = "school_code") -> list[int | None]:
        """Give the school id of each row by a column of names and one of codes."""
        batch = self.batch
        codes = batch.column(code) if code else [None] * len(batch)
        pairs = list(zip(codes, batch.column(name), strict=True))
        found = record_schools(self.connection, pairs, self.sheet_id)
        return [found[pair] for pair in pairs]

    def _villages(self) -> list[int | None]:
        batch = self.batch
        if "village" not in batch.columns:
            return [None] * len(batch)
        places = [
            (province or "", county or "", township or "", village) if village else None
            for province, county, township, village in zip(
                batch.column("province"),
                batch.column("county"),
                batch.column("township"),
                batch.columns["village"],
                strict=True,
            )
        ]
        found = record_villages(self.connection, places)
        return [None if place is None else found[place] for place in places]

    def _households(self) -> list[int | None]:
        """Give the household id of each row; None where the row tells of none."""
        batch = self.batch
        if not {"household_no", "head_id", "head_name"} & set(batch.columns):
            return [None] * len(batch)
        if "household_no" not in batch.columns and self.kind not in {
            Kind.PAIRING_LIST, Kind.HOUSEHOLD_MEMBERS, Kind.POOR_STUDENT_LIST,
        }:  # fmt: skip
            return [None] * len(batch)
        villages = self._villages()
        keys, known = self._household_keys(villages)
        self._number_known_households(villages)
        columns: dict[str, Sequence[Any]] = {"household_no": keys}
        columns["village_id"] = villages
        for name, source in (
            ("group_name", "group_name"),
            ("head_name", "head_name"),
            ("phone", "household_phone"),
            ("poverty_cause", "poverty_cause"),
        ):
            if source in batch.columns:
                columns[name] = batch.columns[source]
        recorded = self.recorder.record(
            HOUSEHOLDS, "household_no", columns, batch.row_numbers, known=known
        )
        self._drop_placeholder_numbers(keys)
        self.note_conflicts(recorded, {"head_name": "户主姓名", "village_id": "所在村"})
        for at in recorded.changed:
            self.rows.mark(at, CHANGED)
        if self.kind is Kind.PAIRING_LIST:
            for at in sorted(recorded.added):
                self.notice(
                    at, "head_name", "household_created", "账里原来没有这一户,已新建,待户名单补全。"
                )
        return recorded.ids

    def _household_keys(
        self, villages: Sequence[int | None]
    ) -> tuple[list[str | None], dict[str, int]]:
        """Give each row's household key, and the ids of keys that are found by head.

        A household is known by its number, else by its head's id, else by head's name and village.
        """
        batch = self.batch
        numbers = batch.column("household_no")
        head_ids, head_names = batch.column("head_id"), batch.column("head_name")
        keys: list[str | None] = []
        for number, head_id, head_name, village in zip(
            numbers, head_ids, head_names, villages, strict=True
        ):
            if number:
                keys.append(number)
            elif head_id:
                keys.append(f"?{head_id}")
            else:
                keys.append(f"?{head_name}@{village}" if head_name else None)
        known = self._found_by_head(keys, head_ids, head_names, villages)
        return keys, known

    def _found_by_head(
        self,
        keys: Sequence[str | None],
        head_ids: Sequence[str | None],
        head_names: Sequence[str | None],
        villages: Sequence[int | None],
    ) -> dict[str, int]:
        wanted = {
            key: (head_id, head_name, village)
            for key, head_id, head_name, village in zip(
                keys, head_ids, head_names, villages, strict=True
            )
            if key and key.startswith("?")
        }
        if not wanted:
            return {}
        members = ids_of(
            self.connection,
            Person.identity,
            list(distinct(head_id for head_id, _, _ in wanted.values())),
            target=Person.household_id,
        )
        by_name: dict[tuple[str, int | None], list[int]] = {}
        names = list(distinct(head_name for _, head_name, _ in wanted.values()))
        for row in rows_of(
            self.connection,
            Household.head_name,
            names,
            [Household.id, Household.head_name, Household.village_id],
        ):
            by_name.setdefault((row.head_name, row.village_id), []).append(row.id)
        found = {}
        for key, (head_id, head_name, village) in wanted.items():
            named = by_name.get((head_name or "", village), [])
            household = members.get(head_id) if head_id else None
            # Two heads of one name in a village: nobody can say which, so neither is taken.
            household = household or (named[0] if len(named) == 1 else None)
            if household is not None:
                found[key] = household
        return found

    def _number_known_households(self, villages: Sequence[int | None]) -> None:
        """Give its number to a household that so far was known by its head and village alone."""
        batch = self.batch
        unnumbered = {
            (row.head_name, row.village_id): row.id
            for row in self.connection.execute(
                select(Household.id, Household.head_name, Household.village_id).where(
                    Household.household_no.is_(None)
                )
            )
        }
        if not unnumbered or "household_no" not in batch.columns:
            return
        numbers = batch.columns["household_no"]
        taken = ids_of(
            self.connection, Household.household_no, list(distinct(numbers)), target=Household.id
        )
        for number, head_name, village in set(
            zip(numbers, batch.column("head_name"), villages, strict=True)
        ):
            household = unnumbered.get((head_name, village))
            if number and number not in taken and household is not None:
                taken[number] = household
                self.connection.execute(
                    HOUSEHOLDS.update()
                    .where(HOUSEHOLDS.c.id == household)
                    .values(household_no=number)
                )

    def _drop_placeholder_numbers(self, keys: Sequence[str | None]) -> None:
        """A household known by its head alone has no number of its own yet."""
        if any(key and key.startswith("?") for key in keys):
            self.connection.execute(
                HOUSEHOLDS.update()
                .where(HOUSEHOLDS.c.household_no.startswith("?", autoescape=True))
                .values(household_no=None)
            )

    def _people(self, households: Sequence[int | None]) -> list[int | None]:
        batch = self.batch
        columns: dict[str, Sequence[Any]] = {"identity": batch.columns["identity"]}
        for name in _PERSON_FIELDS:
            if name == "household_id":
                if any(household is not None for household in households):
                    columns[name] = households
            elif name in batch.columns:
                columns[name] = batch.columns[name]
        known = self._known_by_student_no()
        recorded = self.recorder.record(
            PERSONS, "identity", columns, batch.row_numbers, known=known
        )
        titles = {name: fields()[name].title for name in _PERSON_FIELDS if name in fields()}
        self.note_conflicts(recorded, {**titles, "household_id": "所在户"})
        for at in recorded.changed:
            self.rows.mark(at, CHANGED)
        for at in recorded.added:
            # Whoever is new is the list's own record only where persons are.
            is_main = self.kind in {Kind.HOUSEHOLD_MEMBERS, Kind.POOR_STUDENT_LIST}
            self.rows.mark(at, ADDED if is_main else CHANGED)
            if self.kind in _SECONDARY:
                name = batch.columns["name"][at]
                self.notice(at, "name", "person_created", f"账里原来没有“{name}”,已按这一行新建。")
        return recorded.ids

    def _known_by_student_no(self) -> dict[str, int]:
        """Find persons without an id number by 学籍号; one who now has an id keeps his record."""
        batch = self.batch
        student_nos = batch.column("student_no")
        identities = batch.columns["identity"]
        wanted = {
            student_no: identity
            for student_no, identity in zip(student_nos, identities, strict=True)
            if student_no and not student_no.startswith("G")
        }
        found: dict[str, int] = {}
        for row in rows_of(
            self.connection,
            Person.student_no,
            list(wanted),
            [Person.id, Person.student_no, Person.identity, Person.id_number],
        ):
            identity = wanted[row.student_no]
            if identity == row.identity:
                continue
            if identity.startswith("S:"):
                found[identity] = row.id
            elif row.id_number is None:
                self.connection.execute(
                    PERSONS.update()
                    .where(PERSONS.c.id == row.id)
                    .values(identity=identity, id_number=identity)
                )
        return found

    def note_conflicts(self, recorded: Recorded, titles: Mapping[str, str]) -> None:
        """Say where a list without authority contradicts what is held."""
        for at, name, said, held in recorded.conflicts:
            title = titles.get(name, name)
            words = (
                f"{title}与原有记录不同,以原有的为准。"
                if name.endswith("_id") or name.startswith("is_")
                else f"{title}这里写“{said}”,另一份名单为“{held}”,以后者为准。"
            )
            self.notice(at, name, "conflict", words)

    def _sources(
        self,
        people: Sequence[int | None],
        households: Sequence[int | None],
        staff: Sequence[int | None],
    ) -> None:
        rows = zip(
            [self.sheet_id] * len(self.batch),
            self.batch.row_numbers,
            people,
            households,
            staff,
            strict=True,
        )
        insert_rows(
            self.connection,
            Source.__table__,  # type: ignore[arg-type]
            ("sheet_id", "row_number", "person_id", "household_id", "staff_id"),
            list(rows),
        )
