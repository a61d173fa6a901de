"""The dated facts of one sheet: enrolment, boarding, categories, recognitions, pairs, events."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from jingzhun.core.terms import Term
from jingzhun.core.vocabulary import Category, Change, Kind, Standing
from jingzhun.services.closing import close_missing
from jingzhun.services.events import record_events, restand
from jingzhun.services.statements import Stage
from jingzhun.store.bulk import rows_of
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Enrolment, HouseholdCategory, StandingSpell, StatusChange
from jingzhun.store.timeline import BOARDING, CATEGORY, ENROLMENT, PAIRING, RECOGNITION, Timeline

if TYPE_CHECKING:
    from jingzhun.services.recording import SheetRecorder

_MAIN = {
    Kind.STUDENT_ROSTER: ENROLMENT,
    Kind.POOR_STUDENT_LIST: ENROLMENT,
    Kind.HARDSHIP_LIST: RECOGNITION,
    Kind.PAIRING_LIST: PAIRING,
}
_TITLES = {"school_id": "学校", "stage": "学段", "grade": "年级", "class_no": "班级",
           "boarding": "就读方式", "risk_removed": "风险是否消除", "tier": "认定等级"}  # fmt: skip


class FactRecorder:
    """State a sheet's dated facts and mark what came of each row."""

    def __init__(
        self,
        sheet: "SheetRecorder",
        people: Sequence[int | None],
        households: Sequence[int | None],
        staff: Sequence[int | None],
    ) -> None:
        self.sheet = sheet
        self.connection = sheet.connection
        self.batch = sheet.batch
        self.kind = sheet.kind
        self.people = people
        self.households = households
        self.staff = staff
        self.stated_on = sheet.reading.stated_on
        self.place = {number: at for at, number in enumerate(self.batch.row_numbers)}

    def record(self) -> None:
        """Record every dated fact that the sheet's columns state."""
        columns = self.batch.columns
        if self.kind is Kind.STATUS_CHANGES:
            self._events()
            return
        if "stage" in columns or "school" in columns:
            self._enrolments()
            if "boarding" in columns:
                self._boarding()
            self._statuses()
        if "categories" in columns:
            self._categories()
        if "recognised_from" in columns:
            self._recognitions()
        if self.kind is Kind.PAIRING_LIST:
            self._pairs()
        if self.sheet.whole:
            self._close()

    def _stage(self, timeline: Timeline) -> Stage:
        return Stage(timeline, self.sheet.sheet_id, self.stated_on)

    def _assert(self, stage: Stage) -> None:
        timeline = stage.timeline
        outcomes, conflicts = stage.assert_all(self.connection, self.kind)
        is_main = _MAIN.get(self.kind) is timeline
        for number, outcome in outcomes.items():
            at = self.place.get(number)
            if at is not None:
                self.sheet.rows.mark(at, outcome if is_main else 1)
        for conflict in conflicts:
            title = _TITLES.get(conflict.field, conflict.field)
            message = f"{title}与主管名单的说法不同,以主管名单为准,这里的说法记作旁证。"
            self.sheet.notice(self.place[conflict.row_number], conflict.field, "conflict", message)

    # --- schooling ---------------------------------------------------------------------------

    def _enrolments(self) -> None:
        batch = self.batch
        schools = self.sheet.schools()
        stages = batch.column("stage")
        entered = batch.column("entered_on")
        left = self._left_before(schools)
        term_start = Term.of(self.stated_on).period.start.isoformat()
        stage = self._stage(ENROLMENT)
        good = [
            at
            for at, (person, school, level) in enumerate(
                zip(self.people, schools, stages, strict=True)
            )
            if person is not None and school is not None and level is not None and at not in left
        ]
        columns: list[Sequence[Any]] = [
            batch.row_numbers, self.people, schools, stages, batch.column("grade"),
            batch.column("class_no"), entered,
        ]  # fmt: skip
        if len(good) < len(batch):
            columns = [[column[at] for at in good] for column in columns]
        # A pupil who entered inside the term is not counted before: never before he came.
        starts = [
            day if day is not None and day > term_start else term_start for day in columns[-1]
        ]
        stage.say_all(columns, starts)
        self._assert(stage)
        self._restand_known()

    def _left_before(self, schools: Sequence[int | None]) -> set[int]:
        """Notice pupils who by a dated event have left the school that lists them.

        Gives the rows to pass over: those of pupils who are on another school's roll by now.
        """
        gone = {
            (row.person_id, row.school_id)
            for row in self.connection.execute(
                select(StandingSpell.person_id, StandingSpell.school_id)
                .join(
                    StatusChange,
                    (StatusChange.person_id == StandingSpell.person_id)
                    & (StatusChange.happened_on == StandingSpell.valid_from),
                )
                .where(
                    in_force(StandingSpell, self.stated_on),
                    StandingSpell.standing == Standing.LEFT,
                    StatusChange.is_dated,
                )
            )
        }
        if not gone:
            return set()
        elsewhere = {
            (row.person_id, row.school_id)
            for row in self.connection.execute(
                select(Enrolment.person_id, Enrolment.school_id).where(
                    in_force(Enrolment, self.stated_on),
                    Enrolment.person_id.in_({person for person, _ in gone}),
                )
            )
        }
        moved = {person for person, _ in elsewhere}
        found = set()
        for at, (person, school) in enumerate(zip(self.people, schools, strict=True)):
            if (person, school) in gone or (person, None) in gone:
                if person in moved and (person, school) not in elsewhere:
                    found.add(at)
                self.sheet.notice(
                    at,
                    "name",
                    "still_listed_after_leaving",
                    "此人已有转出、退学或毕业等异动,名册上还有,按异动算已离校。",
                )
        return found

    def _restand_known(self) -> None:
        """Derive standings anew for pupils whose events arrived before their roster."""
        people = {person for person in self.people if person is not None}
        with_events = {
            row[0] for row in self.connection.execute(select(StatusChange.person_id).distinct())
        }
        restand(self.connection, people & with_events, self.sheet.sheet_id)

    def _boarding(self) -> None:
        batch = self.batch
        stage = self._stage(BOARDING)
        good = [
            at
            for at, (person, way) in enumerate(
                zip(self.people, batch.columns["boarding"], strict=True)
            )
            if person is not None and way is not None
        ]
        columns = [
            [column[at] for at in good]
            for column in (batch.row_numbers, self.people, batch.columns["boarding"])
        ]
        stage.say_all(columns, [stage.term_start.isoformat()] * len(good))
        self._assert(stage)

    def _statuses(self) -> None:
        """Turn a roster's 学生状态 into undated events; 在读 ends an undated standing."""
        statuses = self.batch.columns.get("status")
        if statuses is None:
            return
        schools = self.sheet.schools()
        standing = self._undated_standings()
        first = Term.of(self.stated_on).period.start
        rows = []
        for at, (person, status) in enumerate(zip(self.people, statuses, strict=True)):
            if person is None:
                continue
            held, since = standing.get(person, (None, None))
            if held == status:
                continue
            change = status or Change.RESUMPTION.value
            # The first word of a term holds from its first day, a second one from its own.
            day = first if since is None or since < first else self.stated_on
            rows.append(self._event(at, person, change, day, schools[at], is_dated=False))
        self._store_events(rows)

    def _undated_standings(self) -> dict[int, tuple[str, date]]:
        query = (
            select(StandingSpell.person_id, StandingSpell.change, StandingSpell.valid_from)
            .join(
                StatusChange,
                (StatusChange.person_id == StandingSpell.person_id)
                & (StatusChange.happened_on == StandingSpell.valid_from)
                & (StatusChange.change == StandingSpell.change),
            )
            .where(in_force(StandingSpell, self.stated_on), ~StatusChange.is_dated)
        )
        return {
            row.person_id: (row.change, row.valid_from) for row in self.connection.execute(query)
        }

    # --- events ------------------------------------------------------------------------------

    def _events(self) -> None:
        batch = self.batch
        own = self.sheet.schools()
        from_schools = self.sheet.schools("from_school", None)
        to_schools = self.sheet.schools("to_school", None) if self._receives() else own
        self._roll_by_events(own, from_schools)
        rows = []
        arrivals = self._stage(ENROLMENT)
        for at, person in enumerate(self.people):
            if person is None:
                continue
            change = batch.columns["change"][at]
            row = self._event(
                at, person, change, date.fromisoformat(batch.columns["happened_on"][at]),
                from_schools[at] or own[at], is_dated=True,
            )  # fmt: skip
            if change in {Change.TRANSFER_IN, Change.RESUMPTION}:
                school = to_schools[at] if change == Change.TRANSFER_IN else own[at]
                row["from_school_id"] = from_schools[at]
                row["to_school_id"] = school or own[at]
            rows.append(row)
            if change == Change.TRANSFER_IN and row["to_school_id"] and batch.column("stage")[at]:
                arrivals.say(
                    batch.row_numbers[at],
                    (person, row["to_school_id"], batch.column("stage")[at],
                     batch.column("grade")[at], batch.column("class_no")[at], None),
                    event_on=row["happened_on"],
                )  # fmt: skip
        self._assert(arrivals)
        self._store_events(rows)

    def _receives(self) -> bool:
        """Say whether some row is about a pupil who comes in: only then is a receiver a school."""
        return Change.TRANSFER_IN.value in self.batch.columns["change"] and (
            "to_school" in self.batch.columns
        )

    def _roll_by_events(
        self, own: Sequence[int | None], from_schools: Sequence[int | None]
    ) -> None:
        """Enrol pupils of whom only their event is known, in the school that it names."""
        batch = self.batch
        known = {
            row[0]
            for row in rows_of(
                self.connection,
                Enrolment.person_id,
                {person for person in self.people if person is not None},
                [Enrolment.person_id],
            )
        }
        for at, person in enumerate(self.people):
            school = from_schools[at] or own[at]
            level = batch.column("stage")[at]
            change = batch.columns["change"][at]
            comes = change in {Change.TRANSFER_IN, Change.DEFERRAL}
            if person is None or person in known or comes or school is None or level is None:
                continue
            known.add(person)
            day = date.fromisoformat(batch.columns["happened_on"][at])
            stage = Stage(ENROLMENT, self.sheet.sheet_id, day)
            stage.say(
                batch.row_numbers[at],
                (person, school, level, batch.column("grade")[at],
                 batch.column("class_no")[at], None),
            )  # fmt: skip
            # With the authority of a list that only fills gaps: any roster knows better.
            stage.assert_all(self.connection, Kind.HARDSHIP_LIST)

    def _event(
        self, at: int, person: int, change: str, day: date, school: int | None, *, is_dated: bool
    ) -> dict[str, Any]:
        column = self.batch.column
        return {
            "row_number": self.batch.row_numbers[at],
            "person_id": person,
            "change": change,
            "happened_on": day.isoformat(),
            "is_dated": is_dated,
            "ends_on": column("ends_on")[at] if is_dated else None,
            "from_school_id": school,
            "to_school_id": None,
            "to_school_name": column("to_school")[at] if is_dated else None,
            "reason": column("reason")[at] if is_dated else None,
        }

    def _store_events(self, rows: list[dict[str, Any]]) -> None:
        outcomes = record_events(self.connection, rows, self.sheet.sheet_id)
        is_main = self.kind is Kind.STATUS_CHANGES
        for number, outcome in outcomes.items():
            self.sheet.rows.mark(self.place[number], outcome if is_main else 1)
        restand(self.connection, {row["person_id"] for row in rows}, self.sheet.sheet_id)

    # --- households --------------------------------------------------------------------------

    def _categories(self) -> None:
        """State each household's categories, as the union of what its rows say."""
        stated: dict[tuple[int, str], tuple[int, tuple[Any, ...]]] = {}
        first_row: dict[int, int] = {}
        for at, (household, words) in enumerate(
            zip(self.households, self.batch.columns["categories"], strict=True)
        ):
            if household is None:
                continue
            first_row.setdefault(household, self.batch.row_numbers[at])
            for category, *rest in words:
                key = (household, category)
                said = (self.batch.row_numbers[at], tuple(rest))
                if key not in stated or (stated[key][1][0] is None and rest[0] is not None):
                    stated[key] = said
        early, late, now = (self._stage(CATEGORY) for _ in range(3))
        for subject, (number, dated) in stated.items():
            self._state_category((early, late), number, subject, dated)
            # What holds on the list's own day, against what lesser lists say of that day.
            now.say(number, (*subject, dated[0]))
        for (household, category), number in self._unsaid(stated, first_row).items():
            late.say(number, (household, category, None), holds=False)
        for stage in (early, late, now):
            self._assert(stage)

    def _state_category(
        self,
        stages: tuple[Stage, Stage],
        number: int,
        subject: tuple[int, str],
        dated: tuple[Any, ...],
    ) -> None:
        """State a category from the day it was found, and from another that its risk is gone."""
        early, late = stages
        removed, found_on, removed_on = dated
        if found_on and found_on <= self.stated_on.isoformat():
            before = False if removed_on else removed
            early.say(number, (*subject, before), event_on=found_on)
        if removed and removed_on and removed_on <= self.stated_on.isoformat():
            late.say(number, (*subject, True), event_on=removed_on)

    def _unsaid(
        self, stated: Mapping[tuple[int, str], Any], first_row: Mapping[int, int]
    ) -> dict[tuple[int, str], int]:
        """Give the categories that the ledger holds, the list speaks about, and does not name."""
        scope = self.sheet.reading.category_scope
        held = rows_of(
            self.connection,
            HouseholdCategory.household_id,
            set(first_row),
            [HouseholdCategory.household_id, HouseholdCategory.category,
             HouseholdCategory.superseded_in, HouseholdCategory.valid_until],
        )  # fmt: skip
        return {
            (row.household_id, row.category): first_row[row.household_id]
            for row in held
            if row.superseded_in is None
            and row.category in scope
            and row.category != Category.OTHER
            and (row.household_id, row.category) not in stated
        }

    # --- recognitions and pairs --------------------------------------------------------------

    def _recognitions(self) -> None:
        batch = self.batch
        stage = self._stage(RECOGNITION)
        columns = [batch.column(name) for name in ("tier", "tier_text", "reasons",
                                                   "recognised_from", "recognised_until",
                                                   "is_recognised")]  # fmt: skip
        for number, person, tier, text, reasons, start, end, holds in zip(
            batch.row_numbers, self.people, *columns, strict=True
        ):
            if person is not None:
                stage.say(number, (person, tier, text, reasons), starts=start, until=end,
                          holds=holds)  # fmt: skip
        self._assert(stage)

    def _pairs(self) -> None:
        batch = self.batch
        stage = self._stage(PAIRING)
        seen: set[tuple[int, int]] = set()
        for at, (household, helper) in enumerate(zip(self.households, self.staff, strict=True)):
            if household is None or helper is None or (household, helper) in seen:
                continue
            seen.add((household, helper))
            start, end = batch.column("paired_on")[at], batch.column("ended_on")[at]
            if end and start and end <= start:
                end = None
            stage.say(batch.row_numbers[at], (household, helper, batch.column("measures")[at]),
                      starts=start, until=end)  # fmt: skip
        self._assert(stage)

    def _close(self) -> None:
        message = close_missing(self)
        if message:
            self.sheet.notice_sheet("closed_by_full_list", message)
