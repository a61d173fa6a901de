"""Days as lists state them: meal days of pupils, heads at table, absences."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Date, String, select, type_coerce

from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Attendance, Kind
from jingzhun.policies.holidays import holidays_for
from jingzhun.services.contents import kept
from jingzhun.services.facts import FactRecorder
from jingzhun.services.sheet import SheetRecorder
from jingzhun.store.bulk import rows_of
from jingzhun.store.calendars import Calendars
from jingzhun.store.counts import ABSENCES, HEADCOUNTS, MEAL_DAYS, Counted, Said, state_counts
from jingzhun.store.registry import record_claims
from jingzhun.store.schema import Enrolment, ImportSheet, Source

_FIELDS = {"meal_days": "meals", "meal_headcount": "heads", "absence": "absences"}


def record_meal_days(facts: FactRecorder) -> None:
    """State how many days each row's pupil ate, at the school that the list names.

    Where it names none it is the school on whose roll the pupil was in that month.
    """
    batch = facts.batch
    own = facts.sheet.schools()
    rolls = _rolls(facts) if None in own else {}
    calendars = Calendars(facts.connection, holidays_for)
    said = []
    for at, (person, meals) in enumerate(zip(facts.people, batch.columns["meals"], strict=True)):
        if person is None:
            continue
        for month, days in meals:
            school = own[at] or _school_in(rolls.get(person, ()), month)
            if school is None:
                words = "看不出是哪所学校的，就餐天数没有记；请先导入学籍名册，或在标题里写上学校。"
                facts.sheet.notice(at, "school", "meal_school_unknown", words)
                continue
            taught = calendars.in_month(Month(month // 100, month % 100)).of(school)
            most = len(taught.days)
            if days > most:  # the list named no school, and another one has more days
                words = f"{taught.month.label}该校的上学日只有 {most} 天，补助按 {most} 天算。"
                facts.sheet.notice(at, "meal_days", "meal_days_above_calendar", words)
            said.append(Said(batch.row_numbers[at], (person, school, month), (days,)))
    _state(facts.sheet, MEAL_DAYS, said, facts)


def _rolls(facts: FactRecorder) -> dict[int, list[Any]]:
    table = Enrolment.__table__
    columns = [
        type_coerce(table.c[name], String).label(name)
        if isinstance(table.c[name].type, Date)
        else table.c[name]
        for name in ("person_id", "school_id", "valid_from", "valid_until", "superseded_in")
    ]
    people = {person for person in facts.people if person is not None}
    rolls: dict[int, list[Any]] = {}
    for row in rows_of(facts.connection, table.c.person_id, people, columns):
        if row.superseded_in is None:
            rolls.setdefault(row.person_id, []).append(row)
    return rolls


def _school_in(rolls: Sequence[Any], number: int) -> int | None:
    """Give the school of the first roll that covers a day of the month."""
    period = Month(number // 100, number % 100).period
    start, end = period.start.isoformat(), period.end.isoformat()
    for roll in sorted(rolls, key=lambda row: row.valid_from):
        if roll.valid_from < end and (roll.valid_until or "9999") > start:
            return int(roll.school_id)
    return None


def record_headcounts(sheet: SheetRecorder) -> None:
    """State how many heads of each row's class ate on each day."""
    batch = sheet.batch
    columns = (batch.row_numbers, sheet.schools(), batch.columns["heads"])
    said = [
        Said(number, (school, *place), (count,))
        for number, school, heads in zip(*columns, strict=True)
        if school is not None
        for *place, count in heads
    ]
    _state(sheet, HEADCOUNTS, said, None)


def record_absences(facts: FactRecorder) -> None:
    """State on which days each row's pupil was not at school, and on which the list saw him there.

    A list that marks a pupil present takes back what one of an earlier day said, be it heard
    before or after.
    """
    batch = facts.batch
    columns = (batch.row_numbers, facts.people, batch.columns["absences"],
               batch.columns["attended"])  # fmt: skip
    seen = _seen_later(facts)
    said = []
    for number, person, absences, attended in zip(*columns, strict=True):
        if person is None:
            continue
        for day, kind, reason in absences:
            if (person, day) in seen:
                continue
            attendance = Attendance.coded(kind) if kind else Attendance.ABSENT
            words = "：".join(filter(None, (attendance.label, reason)))
            said.append(Said(number, (person, day), (attendance.is_excused, words)))
        said += [Said(number, (person, day), None) for day in attended]
    _state(facts.sheet, ABSENCES, said, facts)


def _seen_later(facts: FactRecorder) -> set[tuple[int, str]]:
    """Give the (person, day) of which a list of a later day, known already, says: he was there.

    Being there leaves no row, so what such a list said is read again.
    """
    later = {
        row.id: row.import_id
        for row in facts.connection.execute(
            select(ImportSheet.id, ImportSheet.import_id).where(
                ImportSheet.kind == Kind.ABSENCE_LIST,
                ImportSheet.stated_on > facts.sheet.reading.stated_on,
            )
        )
    }
    if not later:
        return set()
    people = {person for person in facts.people if person is not None}
    columns = [Source.person_id, Source.sheet_id, Source.row_number]
    spoken = {
        (row.sheet_id, row.row_number): row.person_id
        for row in rows_of(facts.connection, columns[0], people, columns)
        if row.sheet_id in later
    }
    return {
        (spoken[sheet.first, number], day)
        for import_id in sorted({later[sheet_id] for sheet_id, _row in spoken})
        for sheet in kept(facts.connection, import_id)
        if sheet.words.kind is Kind.ABSENCE_LIST
        for number, days in zip(
            sheet.words.batch.row_numbers, sheet.words.batch.column("attended"), strict=True
        )
        if (sheet.first, number) in spoken
        for day in days or ()
    }


def _state(
    sheet: SheetRecorder, counted: Counted, said: Sequence[Said], facts: "FactRecorder | None"
) -> None:
    """State counts, mark their rows, say where a list of a later day knows otherwise."""
    place = {number: at for at, number in enumerate(sheet.batch.row_numbers)}
    stated = state_counts(sheet.connection, counted, said, sheet.sheet_id, sheet.reading.stated_on)
    for number, outcome in stated.outcomes.items():
        sheet.rows.mark(place[number], outcome)
    field = _FIELDS[counted.table.name]
    claims = []
    for one, held in stated.conflicts:
        when, own, theirs = one.key[-1], _words(one.values), _words(held)
        words = f"{when} 这里是“{own}”，日期更晚的名单是“{theirs}”，以后者为准。"
        sheet.notice(place[one.row_number], field, "conflict", words)
        name = f"{counted.table.name}:{when}"
        claims.append((one.key[0], name, own, theirs, one.row_number))
    if facts is not None:
        record_claims(sheet.connection, "person_id", claims, sheet.sheet_id)


def _words(values: Sequence[Any] | None) -> str:
    return "出勤" if values is None else str(values[-1])
