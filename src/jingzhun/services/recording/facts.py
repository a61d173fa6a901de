"""The rows of one sheet with whom they are about: where its dated facts are recorded from."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from jingzhun.core.field_words import value_words
from jingzhun.core.terms import Term
from jingzhun.core.vocabulary import Kind
from jingzhun.services.recording.conflicts import Conflict
from jingzhun.services.recording.plain import Speaker
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.store.origins import sheet_names
from jingzhun.store.registry import record_claims
from jingzhun.store.schema import Import, ImportSheet, School

_MAIN = {
    Kind.STUDENT_ROSTER: "enrolment",
    Kind.POOR_STUDENT_LIST: "enrolment",
    Kind.HARDSHIP_LIST: "recognition",
}
_TITLES = {
    "school": "学校",
    "stage": "学段",
    "grade": "年级",
    "class_no": "班级",
    "boarding": "就读方式",
    "risk_removed": "风险是否消除",
    "tier": "认定等级",
    "tier_text": "认定等级",
    "reasons": "困难类型",
    "measures": "帮扶措施",
}


class FactRecorder:
    """A sheet's rows with their persons, households and staff, by position."""

    def __init__(
        self,
        sheet: SheetRecorder,
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
        self.recorded_in = sheet.recorded_in
        self.speaker = Speaker(
            sheet_id=sheet.sheet_id, recorded_in=self.recorded_in, kind=sheet.kind,
            stated_on=self.stated_on,
        )  # fmt: skip
        self.place = {number: at for at, number in enumerate(self.batch.row_numbers)}

    def is_about(self, table: str) -> bool:
        """Say whether a table holds what the list is about: what is new there is a row added."""
        return _MAIN.get(self.kind) == table

    def may_be_closed(self) -> bool:
        """Say whether another full list, of its term or later, may deny what this one names."""
        other = exists().where(
            Import.id == ImportSheet.import_id,
            ImportSheet.whole,
            Import.undone_at.is_(None),
            ImportSheet.id != self.sheet.sheet_id,
            ImportSheet.stated_on >= Term.of(self.stated_on).period.start,
        )
        return bool(self.connection.scalar(select(other)))

    def claim(self, witness: str, conflicts: Sequence[Conflict]) -> None:
        """Keep and notice what the sheet says otherwise than what holds.

        ``witness`` is ``person_id`` or ``household_id``, whose id a conflict's subject is.
        """
        schools = {
            str(row.id): row.name
            for row in self.connection.execute(select(School.id, School.name))
            if any(conflict.field == "school_id" for conflict in conflicts)
        }
        others = sheet_names(self.connection, {conflict.held_sheet for conflict in conflicts})
        claims = []
        for conflict in conflicts:
            field = conflict.field.removesuffix("_id")
            # The number of a grade is none of a school.
            names = schools if conflict.field == "school_id" else {}
            said, held = (names.get(value, value) for value in (conflict.said, conflict.held))
            claims.append((conflict.subject, field, said, held, conflict.row_number))
            self.sheet.notice(
                self.place[conflict.row_number],
                field,
                "conflict",
                f"{_TITLES.get(field, field)}这里写“{value_words(field, said)}”，"
                f"{others[conflict.held_sheet].words(conflict.held_row)}为"
                f"“{value_words(field, held)}”，以那一份为准。",
            )
        record_claims(self.connection, witness, claims, self.sheet.sheet_id)
