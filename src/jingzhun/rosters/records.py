"""Tables → readings, kind by kind: which columns a kind has and what makes its rows whole.

After this room data is believed: a row in a batch has passed every check that does not need the
ledger.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from jingzhun.core.calendar import Calendar, plain_calendar
from jingzhun.core.terms import school_year_of, school_year_period
from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.columns import column_notices
from jingzhun.rosters.containers.workbook import Sheet
from jingzhun.rosters.kinds import RegisterSpec, Words
from jingzhun.rosters.layout.tables import Grid, find_tables
from jingzhun.rosters.lists.absences import read_absences
from jingzhun.rosters.lists.changes import read_changes
from jingzhun.rosters.lists.completions import COMPLETIONS
from jingzhun.rosters.lists.duplicates import Seen, refuse_duplicates
from jingzhun.rosters.lists.guardians import GUARDIAN
from jingzhun.rosters.lists.heads import read_headcounts
from jingzhun.rosters.lists.households import RELATION, TEXTS, read_household
from jingzhun.rosters.lists.labour import LABOUR, read_labour
from jingzhun.rosters.lists.meals import read_meals
from jingzhun.rosters.lists.persons import FACTS, read_person
from jingzhun.rosters.lists.recognitions import read_recognitions
from jingzhun.rosters.lists.registers import complete, give_keys, read_fields, register_columns
from jingzhun.rosters.lists.schooling import read_schooling
from jingzhun.rosters.lists.special import read_special
from jingzhun.rosters.lists.staffing import STAFF_COLUMNS, read_pairing, read_staff, refuse_homeless
from jingzhun.rosters.lists.visits import has_visits, read_visits
from jingzhun.rosters.reading import Batch, Draft, SheetReading
from jingzhun.rosters.refusals import is_own_sheet
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.ids import IdReader

PERSON = ("identity", "id_number", "name", "sex", "born_on", "student_no", *FACTS, *GUARDIAN)
HOUSEHOLD = (
    "household_no", "person_no", "relation", "head_name", "head_id", "household_phone",
    "categories", "unsaid_categories", *TEXTS,
)  # fmt: skip
SCHOOLING = (
    "school", "school_code", "stage", "grade", "class_no", "boarding", "entered_on", "status",
)  # fmt: skip
#: What a register's batch holds of whom its entries are about.
_SUBJECTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"person": (*PERSON, *HOUSEHOLD, *SCHOOLING), "staff": STAFF_COLUMNS}
)
COLUMNS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.STUDENT_ROSTER: (*PERSON, *HOUSEHOLD, *SCHOOLING),
        Kind.SPECIAL_GROUP: (*PERSON, "family_no", *HOUSEHOLD, *SCHOOLING),
        Kind.HOUSEHOLD_MEMBERS: (*PERSON, *HOUSEHOLD, *LABOUR),
        Kind.LABOUR_ROSTER: (*PERSON, *HOUSEHOLD, *LABOUR),
        Kind.POOR_STUDENT_LIST: (*PERSON, *HOUSEHOLD, *SCHOOLING, *LABOUR),
        Kind.HARDSHIP_LIST: (
            *PERSON, *HOUSEHOLD, *SCHOOLING,
            "tier", "tier_text", "reasons", "is_recognised", "recognised_from", "recognised_until",
        ),
        Kind.STAFF_ROSTER: STAFF_COLUMNS,
        Kind.PAIRING_LIST: (
            *HOUSEHOLD, "helper", "helper_identity", "helper_id", "helper_unit", "helper_post",
            "helper_phone", "paired_on", "ended_on", "measures", "visits",
        ),
        Kind.STATUS_CHANGES: (
            *PERSON, *SCHOOLING, "change", "happened_on", "ends_on", "from_school", "to_school",
            "reason",
        ),
        Kind.MEAL_ROSTER: (*PERSON, *SCHOOLING, "meals"),
        Kind.MEAL_HEADCOUNT: (*SCHOOLING, "heads"),
        Kind.ABSENCE_LIST: (*PERSON, *SCHOOLING, "absences", "attended"),
        Kind.HOME_VISITS: (*PERSON, *HOUSEHOLD, *SCHOOLING, "visits"),
        Kind.CORRECTION: (*PERSON, "relation", *SCHOOLING, *LABOUR),
    }
)  # fmt: skip


def read_sheet(
    sheet: Sheet,
    *,
    file_name: str,
    today: date,
    as_of: date | None,
    seen: Seen | None = None,
    words: Words | None = None,
    calendar: Calendar = plain_calendar,
) -> list[SheetReading]:
    """Read every table of a sheet.

    ``seen`` carries the identities of the file's earlier sheets, ``words`` are those by which
    it is read, ``calendar`` gives the days of a month at a school. An empty sheet gives nothing.
    """
    if is_own_sheet(sheet):
        return []
    seen = {} if seen is None else seen
    readings = []
    for grid in find_tables(sheet, file_name=file_name, words=words):
        stated_on = _stated_on(grid, today=today, as_of=as_of)
        readings.append(
            _unrecognised(grid, stated_on)
            if grid.kind is None
            else read_grid(
                grid, Draft(grid, today=today, stated_on=stated_on, calendar=calendar), seen
            )
        )
    return readings


def _stated_on(grid: Grid, *, today: date, as_of: date | None) -> date:
    """Date the snapshot: as told, else as its column or title says, else today."""
    if as_of is not None:
        return as_of
    context = grid.context
    column = grid.column("data_on")
    if column and grid.row_numbers:
        found = DateReader(today=today).day(grid.cells(column.index)[0])
        if isinstance(found, str):
            return date.fromisoformat(found)
    if context.stated_on:
        return min(today, context.stated_on)
    if context.month and today not in context.month.period:
        return min(today, context.month.period.start)
    if context.term and today not in context.term.period:
        return context.term.period.start
    return today


def _unrecognised(grid: Grid, stated_on: date) -> SheetReading:
    return SheetReading(
        sheet=grid.sheet.name,
        kind=None,
        reason=grid.near,
        stated_on=stated_on,
        row_count=0,
        batch=Batch(row_numbers=[], columns={}),
        problems=[],
        refused_rows=[],
        grid=grid,
        columns=(),
    )


def read_grid(grid: Grid, draft: Draft, seen: Seen) -> SheetReading:
    """Read a table of a known kind; ``seen`` as for :func:`read_sheet`."""
    assert grid.kind is not None  # noqa: S101 - the caller asked
    today, stated_on = draft.today, draft.stated_on
    draft.problems += column_notices(grid)
    ids = IdReader(today)
    context = grid.context
    end = context.term.period.end - timedelta(1) if context.term else stated_on
    dates = DateReader(
        today=today,
        date_1904=grid.sheet.date_1904,
        is_typed=grid.sheet.is_typed,
        year_hint=context.month.year if context.month else None,
        latest=min(today, end),
    )
    register = grid.spec.register if grid.spec else None
    if register is None:
        READERS[grid.kind](draft, ids, dates)
        if has_visits(draft):
            read_visits(draft, dates)
        refuse_duplicates(draft, seen)
        return draft.finish(COLUMNS[grid.kind])
    _read_register(draft, register, ids, dates)
    give_keys(draft, register, seen.setdefault(grid.kind, []))
    subject = _SUBJECTS.get(register.about, HOUSEHOLD)
    return draft.finish(dict.fromkeys((*subject, *register_columns(register))))


def _read_register(draft: Draft, register: RegisterSpec, ids: IdReader, dates: DateReader) -> None:
    """Read a register's rows: whom they are about, then the entry itself."""
    assert draft.grid.kind is not None  # noqa: S101 - the caller asked
    if register.about == "staff":
        read_staff(draft, ids, dates)
    if register.about == "person":
        read_person(draft, ids, dates)
    if register.about in {"person", "household"}:
        read_household(draft, ids, dates)
    if register.about == "person":
        read_schooling(draft, dates, required=False)
        _identify(draft)
    read_fields(draft, register, ids, dates)
    if has_visits(draft):
        read_visits(draft, dates)
    COMPLETIONS.get(draft.grid.kind, complete)(draft, register)


def _student(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    read_person(draft, ids, dates)
    read_household(draft, ids, dates)
    read_schooling(draft, dates, required=True)
    _identify(draft)


def _member(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    read_person(draft, ids, dates)
    read_labour(draft, dates)
    read_household(draft, ids, dates)
    _identify(draft)


def _special(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    read_special(draft, ids, dates)
    _identify(draft)


def _poor_student(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    read_person(draft, ids, dates)
    read_labour(draft, dates)
    read_household(draft, ids, dates)
    # A poor child out of school stands on this list too: school and grade may be empty.
    read_schooling(draft, dates, required=False)
    _identify(draft)


def _hardship(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    read_person(draft, ids, dates)
    read_household(draft, ids, dates)
    read_schooling(draft, dates, required=False)
    read_recognitions(draft, dates, _recognised_period(draft.grid, draft.stated_on))
    _identify(draft)


def _recognised_period(grid: Grid, stated_on: date) -> tuple[str, str]:
    context = grid.context
    if context.term:
        period = context.term.period
    else:
        period = school_year_period(context.school_year or school_year_of(stated_on))
    return period.start.isoformat(), period.end.isoformat()


def _change(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    read_person(draft, ids, dates)
    read_schooling(draft, dates, required=False)
    read_changes(draft, dates)
    _identify(draft)


def _meals(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    read_person(draft, ids, dates)
    read_schooling(draft, dates, required=False)
    read_meals(draft)
    _identify(draft)


def _absences(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    read_person(draft, ids, dates)
    read_schooling(draft, dates, required=False)
    read_absences(draft, dates)
    _identify(draft)


def _home_visits(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    if draft.has("name"):
        read_person(draft, ids, dates)
    read_household(draft, ids, dates)
    if draft.has("name"):
        read_schooling(draft, dates, required=False)
        _identify(draft)
    else:
        refuse_homeless(draft)


def _typed(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    read_person(draft, ids, dates)
    read_labour(draft, dates)
    draft.take("relation", RELATION)
    read_schooling(draft, dates, required=False)
    _identify(draft)


def _headcounts(draft: Draft, _ids: IdReader, dates: DateReader) -> None:
    read_schooling(draft, dates, required=not draft.series("class_heads"))
    read_headcounts(draft, dates)


READERS: Mapping[Kind, Callable[[Draft, IdReader, DateReader], None]] = MappingProxyType(
    {
        Kind.STUDENT_ROSTER: _student,
        Kind.SPECIAL_GROUP: _special,
        Kind.HOUSEHOLD_MEMBERS: _member,
        Kind.LABOUR_ROSTER: _member,
        Kind.POOR_STUDENT_LIST: _poor_student,
        Kind.HARDSHIP_LIST: _hardship,
        Kind.STAFF_ROSTER: read_staff,
        Kind.PAIRING_LIST: read_pairing,
        Kind.STATUS_CHANGES: _change,
        Kind.MEAL_ROSTER: _meals,
        Kind.MEAL_HEADCOUNT: _headcounts,
        Kind.ABSENCE_LIST: _absences,
        Kind.HOME_VISITS: _home_visits,
        Kind.CORRECTION: _typed,
    }
)


def _identify(draft: Draft) -> None:
    """Give every row the identity by which the ledger knows a person again."""
    numbers = draft.values["id_number"]
    if None not in numbers:
        draft.values["identity"] = numbers
        return
    nothing = [None] * draft.size
    columns = [
        draft.values.get(name) or nothing
        for name in ("student_no", "household_no", "name", "born_on", "school", "village",
                     "grade", "class_no")
    ]  # fmt: skip
    draft.values["identity"] = [
        number or _without_id(*row)
        for number, row in zip(numbers, zip(*columns, strict=True), strict=True)
    ]


def _without_id(*row: Any) -> str:
    student_no, household_no, name, born_on, school, village, grade, class_no = row
    if student_no:
        return f"S:{student_no}"
    if household_no:
        return f"H:{household_no}:{name}"
    # A class tells children of one name apart where a birth date does not; it changes every year.
    room = "" if born_on else f"{grade or ''}/{class_no or ''}"
    return f"N:{name}:{born_on or ''}:{school or village or ''}:{room}"
