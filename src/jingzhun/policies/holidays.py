"""Legal holidays and make-up days 调休, as the State Council publishes them year by year.

Source: the ``chinesecalendar`` package, which carries the yearly notices
国务院办公厅关于部分节假日安排的通知.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from jingzhun.core.calendar import Holidays
from jingzhun.core.terms import Month

_SATURDAY = 5


def holidays_for(months: Iterable[Month]) -> dict[int, Holidays]:
    """Give the arrangements of the years that months lie in; a year not yet published is absent."""
    years = {month.year for month in months}
    return {year: found for year in sorted(years) if (found := _of_year(year)) is not None}


@cache
def _of_year(year: int) -> Holidays | None:
    days = [date(year, 1, 1) + timedelta(offset) for offset in range(366)]
    try:
        worked = {day: chinese_calendar.is_workday(day) for day in days if day.year == year}
    except NotImplementedError:  # the package's word for a year that it does not carry
        return None
    return Holidays(
        off=frozenset(
            day for day, works in worked.items() if not works and day.weekday() < _SATURDAY
        ),
        made_up=frozenset(
            day for day, works in worked.items() if works and day.weekday() >= _SATURDAY
        ),
        names={
            day: chinese_calendar.Holiday(name).chinese
            for day, works in worked.items()
            if not works and (name := chinese_calendar.get_holiday_detail(day)[1])
        },
    )
