"""Set the calendar: a term's dates, days closed or taught, or back as usual. Nothing is removed."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.teaching import Word, usual_span
from jingzhun.core.terms import Month, months_of
from jingzhun.core.vocabulary import RunState
from jingzhun.errors import JingzhunError
from jingzhun.policies.holidays import holidays_for
from jingzhun.services.hand import Hand
from jingzhun.services.lookup import find_school
from jingzhun.store.calendars import Calendars
from jingzhun.store.schema import CalendarWord, Run

#: A term begins and ends at most so many days from the default.
_SHIFT = 75
_LONGEST = 120


def set_teaching(session: Session, word: Word, hand: Hand) -> list[Month]:
    """Write a word into the calendar; give the months whose school days it changed.

    Raises:
        JingzhunError: ``school_unknown``; ``calendar_far`` — a term would begin or end far from
            its time; ``calendar_reversed`` — it would end before it begins; ``calendar_long`` —
            days of more than a season.
    """
    school = find_school(session, word.school).name if word.school else ""
    _demand_sense(session, word, school)
    months = _months_about(word)
    before = [_days(session, month) for month in months]
    session.add(
        CalendarWord(
            school=school,
            said=word.said.value,
            term=str(word.term) if word.term else None,
            first_day=word.first,
            last_day=word.last,
            reason=word.reason,
            actor=hand.actor,
            os_user=hand.os_user,
            recorded_at=hand.recorded_at,
        )
    )
    session.flush()
    after = [_days(session, month) for month in months]
    return [month for month, old, new in zip(months, before, after, strict=True) if old != new]


def runs_about(session: Session, months: Sequence[Month]) -> list[Run]:
    """Give the runs in force whose period has one of the months, in the order of their numbers."""
    runs = session.scalars(select(Run).where(Run.state != RunState.VOID.value).order_by(Run.id))
    wanted = set(months)
    return [run for run in runs if not wanted.isdisjoint(months_of(run.period))]


def _demand_sense(session: Session, word: Word, school: str) -> None:
    if word.term is None:
        if word.first and word.last and (word.last - word.first).days >= _LONGEST:
            raise JingzhunError(
                "calendar_long",
                f"{word.first} 至 {word.last} 超过 {_LONGEST} 天。",
                "请核对年份；整个学期的起止请用 jingzhun calendar set 2026秋 --first … --last …。",
            )
        return
    for day, usual in zip((word.first, word.last), usual_span(word.term), strict=True):
        if day is not None and abs(day - usual) > timedelta(_SHIFT):
            raise JingzhunError(
                "calendar_far",
                f"{word.term.label}通常在 {usual} 前后，写的是 {day}，差得太远。",
                "请核对学期和年份。",
            )
    settings = Calendars(session.connection(), holidays_for).settings(school)
    first, last = settings.span(word.term)
    first, last = word.first or first, word.last or last
    if last < first:
        raise JingzhunError(
            "calendar_reversed",
            f"{word.term.label}会从 {first} 上到 {last}，最后一天在第一天之前。",
            "请核对 --first 和 --last，可以两个一起写。",
        )


def _months_about(word: Word) -> list[Month]:
    """Give the months that a word may change."""
    if word.term is not None:
        first, last = usual_span(word.term)
        first, last = first - timedelta(_SHIFT), last + timedelta(_SHIFT)
    else:
        first, last = word.first or date.min, word.last or date.min
    months = [Month.of(first)]
    while months[-1] < Month.of(last):
        months.append(months[-1].next())
    return months


def _days(session: Session, month: Month) -> object:
    calendars = Calendars(session.connection(), holidays_for).in_month(month)
    return calendars.general.days, {id_: days.days for id_, days in calendars.own.items()}
