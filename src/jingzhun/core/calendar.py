"""School days: which days of a month are taught, from term dates, weekends and holidays.

Pure rules; what is a legal holiday in which year is looked up in ``policies.holidays``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from jingzhun.core.terms import Month

#: Default teaching dates, first and last day as (month, day); the autumn one passes the new year.
TEACHING = (((9, 1), (1, 20)), ((3, 1), (7, 10)))
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """The State Council's arrangement for one year.

    ``off`` are the weekdays without work, ``made_up`` the weekend days with work.
    """

    off: frozenset[date]
    made_up: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDays:
    """The school days of a month, in order; ``is_published`` False: only weekends are left out."""

    month: Month
    days: tuple[date, ...]
    is_published: bool

    @property
    def deciding_day(self) -> date:
        """The day on which schemes by the month look: the first school day, else the first day."""
        return self.days[0] if self.days else self.month.period.start


#: Gives a month's school days, with all that is known of holidays.
Calendar = Callable[[Month], MonthDays]


def school_days(month: Month, holidays: Mapping[int, Holidays]) -> MonthDays:
    """Give the school days of a month; ``holidays`` maps the years that are published."""
    published = holidays.get(month.year)
    days = (day for day in month.period.days() if is_taught(day) and is_workday(day, published))
    return MonthDays(month=month, days=tuple(days), is_published=published is not None)


def is_taught(day: date) -> bool:
    """Say whether a day lies within the default teaching dates."""
    place = (day.month, day.day)
    return any(
        first <= place <= last if first <= last else place >= first or place <= last
        for first, last in TEACHING
    )


def is_workday(day: date, published: Holidays | None) -> bool:
    """Say whether a day is worked; without a published arrangement, weekdays are."""
    is_weekday = day.weekday() < _SATURDAY
    if published is None:
        return is_weekday
    return day not in published.off if is_weekday else day in published.made_up


def plain_calendar(month: Month) -> MonthDays:
    """Give a month's school days by the default teaching dates and weekends alone."""
    return school_days(month, {})
