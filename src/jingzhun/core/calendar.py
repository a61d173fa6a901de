"""School days: which days of a month are taught, and why the others are not.

By default a day is taught that lies within the term dates and is worked. What somebody said
otherwise of a term or a day (``core.teaching``) stands before that. Pure rules; what is a legal
holiday in which year is looked up in ``policies.holidays``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Protocol

from jingzhun.core.teaching import USUAL_TEACHING, DayKind, Settings, Teaching
from jingzhun.core.terms import Month, Season, Term

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """The State Council's arrangement for one year.

    ``off`` are the weekdays without work, ``made_up`` the weekend days with work; ``names`` the
    holidays' names by day, where known.
    """

    off: frozenset[date]
    made_up: frozenset[date]
    names: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day: what it is by term dates and holidays, what it is in the end, and the reason."""

    day: date
    usual: DayKind
    kind: DayKind
    reason: str = ""

    @property
    def is_taught(self) -> bool:
        """Whether the day is a school day."""
        return self.kind.is_taught


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDays:
    """A month's days: all of them, and in ``days`` the school days, both in order.

    ``is_published`` False: only weekends are left out, for the year's holidays are not known.
    """

    month: Month
    days: tuple[date, ...]
    is_published: bool
    every: tuple[Day, ...] = ()

    @property
    def deciding_day(self) -> date:
        """The day on which schemes by the month look: the first school day, else the first day."""
        return self.days[0] if self.days else self.month.period.start

    @property
    def count(self) -> "DayCount":
        """How the number of school days came about."""
        usual = [day.usual for day in self.every]
        kinds = [day.kind for day in self.every]
        return DayCount(
            calendar=len(self.every),
            out_of_term=usual.count(DayKind.OUT_OF_TERM),
            weekend=usual.count(DayKind.WEEKEND) + usual.count(DayKind.MADE_UP),
            holiday=usual.count(DayKind.HOLIDAY),
            closed=kinds.count(DayKind.CLOSED),
            made_up=usual.count(DayKind.MADE_UP),
            added=kinds.count(DayKind.ADDED),
            taught=len(self.days),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """A month's arithmetic: what is taken from the calendar's days, what comes to them.

    ``weekend`` counts every weekend day of the term, also those that are worked.
    """

    calendar: int
    out_of_term: int
    weekend: int
    holiday: int
    closed: int
    made_up: int
    added: int
    taught: int

    @property
    def words(self) -> str:
        """The arithmetic in words."""
        less = (
            ("寒暑假", self.out_of_term),
            ("周末", self.weekend),
            ("法定假日", self.holiday),
            ("停课", self.closed),
        )
        more = (("调休上课", self.made_up), ("补课", self.added))
        taken = "".join(f" − {what} {days} 天" for what, days in less if days)
        added = "".join(f" + {what} {days} 天" for what, days in more if days)
        return f"日历 {self.calendar} 天{taken}{added} = 上课日 {self.taught} 天"

    def as_record(self) -> dict[str, int]:
        """Give the arithmetic as JSON contracts write it."""
        return {
            "calendar_days": self.calendar,
            "out_of_term": self.out_of_term,
            "weekend": self.weekend,
            "holiday": self.holiday,
            "closed": self.closed,
            "made_up": self.made_up,
            "added": self.added,
            "school_days": self.taught,
        }


class Calendar(Protocol):
    """Gives a month's school days, with all that is known of holidays and of the school."""

    def __call__(self, month: Month, school: str | None = None) -> MonthDays:
        """Give the days of a month at the school of a name; None: of whatever school."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCalendars:
    """A month's days by school: ``general``, and those of the schools that teach on other days."""

    general: MonthDays
    own: Mapping[int, MonthDays] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def month(self) -> Month:
        """The month."""
        return self.general.month

    def of(self, school_id: int | None) -> MonthDays:
        """Give a school's days."""
        return self.general if school_id is None else self.own.get(school_id, self.general)

    @property
    def anywhere(self) -> MonthDays:
        """The days that are taught at some school."""
        if not self.own:
            return self.general
        taught = {day for days in (self.general, *self.own.values()) for day in days.days}
        return replace(self.general, days=tuple(sorted(taught)), every=())

    def distinct(self) -> list[tuple[MonthDays, frozenset[int]]]:
        """Give each calendar other than the general one, with its schools."""
        schools: dict[tuple[date, ...], list[int]] = {}
        for school_id, days in self.own.items():
            schools.setdefault(days.days, []).append(school_id)
        return [(self.own[ids[0]], frozenset(ids)) for ids in schools.values()]


def school_days(
    month: Month, holidays: Mapping[int, Holidays], settings: Settings = USUAL_TEACHING
) -> MonthDays:
    """Give the school days of a month; ``holidays`` maps the years that are published."""
    published = holidays.get(month.year)
    spans = [settings.span(term) for term in _terms_around(month)]
    every = tuple(_days(month, published, spans, settings))
    return MonthDays(
        month=month,
        days=tuple(day.day for day in every if day.is_taught),
        is_published=published is not None,
        every=every,
    )


def plain_calendar(month: Month, school: str | None = None) -> MonthDays:
    """Give a month's school days by the default teaching dates and weekends alone."""
    del school  # every school's are the same
    return school_days(month, {})


def is_workday(day: date, published: Holidays | None) -> bool:
    """Say whether a day is worked; without a published arrangement, weekdays are."""
    is_weekday = day.weekday() < _SATURDAY
    if published is None:
        return is_weekday
    return day not in published.off if is_weekday else day in published.made_up


def _terms_around(month: Month) -> tuple[Term, ...]:
    """Give the terms whose teaching may reach into a month: a term may begin before its time."""
    year = month.year
    return (Term(year - 1, Season.AUTUMN), Term(year, Season.SPRING), Term(year, Season.AUTUMN))


def _days(
    month: Month,
    published: Holidays | None,
    spans: Sequence[tuple[date, date]],
    settings: Settings,
) -> Iterator[Day]:
    for day in month.period.days():
        usual = _usual(day, published, spans)
        said, reason = settings.days.get(day, (None, ""))
        if said is Teaching.CLOSED and usual.is_taught:
            yield Day(day=day, usual=usual, kind=DayKind.CLOSED, reason=reason)
        elif said is Teaching.TAUGHT and not usual.is_taught:
            yield Day(day=day, usual=usual, kind=DayKind.ADDED, reason=reason)
        else:
            name = published.names.get(day, "") if published else ""
            yield Day(day=day, usual=usual, kind=usual, reason=name)


def _usual(day: date, published: Holidays | None, spans: Sequence[tuple[date, date]]) -> DayKind:
    if not any(first <= day <= last for first, last in spans):
        return DayKind.OUT_OF_TERM
    is_weekend = day.weekday() >= _SATURDAY
    if is_workday(day, published):
        return DayKind.MADE_UP if is_weekend else DayKind.TAUGHT
    return DayKind.WEEKEND if is_weekend else DayKind.HOLIDAY
