"""Days as lists state them: meal days of pupils, heads at table, absences."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Date, String, type_coerce

from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Attendance, Kind
from jingzhun.policies.holidays import holidays_for
from jingzhun.services.recording.echoes import Subjects, echoes
from jingzhun.services.recording.facts import FactRecorder
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.store.bulk import rows_of
from jingzhun.store.calendars import Calendars
from jingzhun.store.counts import (
    ABSENCES,
    HEADCOUNTS,
    MEAL_DAYS,
    Counted,
    Said,
    Words,
    held_words,
    state_counts,
)
from jingzhun.store.registry import record_claims
from jingzhun.store.schema import Enrolment

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
            key = (person, school, month)
            said.append(_said(facts.sheet, batch.row_numbers[at], key, (days,)))
    _state(facts.sheet, MEAL_DAYS, said, is_about_people=True)


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
        _said(sheet, number, (school, *place), (count,))
        for number, school, heads in zip(*columns, strict=True)
        if school is not None
        for *place, count in heads
    ]
    _state(sheet, HEADCOUNTS, said)


def record_absences(facts: FactRecorder) -> None:
    """State on which days each row's pupil was not at school, and on which the list saw him there.

    A list that marks a pupil present takes back what one of an earlier day said, be it heard
    before or after. Being there leaves no row, so what other lists said is read again.
    """
    people = {person for person in facts.people if person is not None}
    held = held_words(facts.connection, ABSENCES, people)
    # Where nobody is held absent, being there changes nothing.
    mine = [
        word for word in _absences(facts.sheet, facts.people)
        if word.values is not None or word.key in held
    ]  # fmt: skip
    keys = {word.key for word in mine}
    others: dict[tuple[Any, ...], list[Said]] = {}
    if keys:
        for echo in echoes(facts.sheet, [Kind.ABSENCE_LIST], people={key[0] for key in keys}):
            for word in _absences(echo.sheet, echo.people):
                if word.key in keys:
                    others.setdefault(word.key, []).append(word)
    for key in keys & held.keys():
        # A list of a program of before was not kept: its row is its word.
        others.setdefault(key, [held[key]])
    _state(facts.sheet, ABSENCES, mine, others=others, is_about_people=True)


def _absences(sheet: SheetRecorder, people: Subjects) -> Iterator[Said]:
    """Give every row's words: absent for what reason, or there."""
    batch = sheet.batch
    columns = (batch.row_numbers, people, batch.column("absences"), batch.column("attended"))
    for number, person, absences, attended in zip(*columns, strict=True):
        if person is None:
            continue
        for day, kind, reason in absences or ():
            attendance = Attendance.coded(kind) if kind else Attendance.ABSENT
            words = "：".join(filter(None, (attendance.label, reason)))
            yield _said(sheet, number, (person, day), (attendance.is_excused, words))
        for day in attended or ():
            yield _said(sheet, number, (person, day), None)


def _said(
    sheet: SheetRecorder, number: int, key: tuple[Any, ...], values: tuple[Any, ...] | None
) -> Said:
    return Said(
        stated_on=sheet.reading.stated_on,
        key=key,
        values=values,
        sheet_id=sheet.sheet_id,
        row_number=number,
    )


def _state(
    sheet: SheetRecorder,
    counted: Counted,
    said: Sequence[Said],
    *,
    others: Words | None = None,
    is_about_people: bool = False,
) -> None:
    """State counts, mark their rows, say where another list knows otherwise."""
    place = {number: at for at, number in enumerate(sheet.batch.row_numbers)}
    stated = state_counts(sheet.connection, counted, said, others)
    for number, outcome in stated.outcomes.items():
        sheet.rows.mark(place[number], outcome)
    field = _FIELDS[counted.table.name]
    claims = []
    for one, other, holds in stated.conflicts:
        when, own, theirs = one.key[-1], _words(one.values), _words(other.values)
        which = "日期更晚" if other.stated_on > one.stated_on else "同一天"
        ends = "以这里的为准" if holds else "以后者为准"
        words = f"{when} 这里是“{own}”，{which}的另一份名单是“{theirs}”，{ends}。"
        sheet.notice(place[one.row_number], field, "conflict", words)
        if not holds:
            name = f"{counted.table.name}:{when}"
            claims.append((one.key[0], name, own, theirs, one.row_number))
    if is_about_people:
        record_claims(sheet.connection, "person_id", claims, sheet.sheet_id)


def _words(values: Sequence[Any] | None) -> str:
    return "出勤" if values is None else str(values[-1])
