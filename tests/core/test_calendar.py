"""School days: teaching dates, weekends, legal holidays and make-up days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.calendar import Holidays, MonthDays, school_days
from jingzhun.core.teaching import DayKind
from jingzhun.core.terms import Month
from jingzhun.policies.holidays import holidays_for


def days_of(year: int, month: int) -> MonthDays:
    return school_days(Month(year, month), holidays_for([Month(year, month)]))


@pytest.mark.parametrize(
    ("year", "month", "count"),
    [(2026, 11, 21), (2026, 8, 0), (2026, 2, 0), (2014, 9, 22), (2014, 10, 19), (2026, 9, 22)],
)
def test_month_has_its_school_days(year: int, month: int, count: int) -> None:
    calendar = days_of(year, month)
    assert len(calendar.days) == count
    assert calendar.is_published


def test_holiday_is_off_and_its_made_up_weekend_is_on() -> None:
    october = days_of(2014, 10).days
    assert date(2014, 10, 1) not in october
    assert date(2014, 10, 11) in october  # a Saturday worked for the national holiday


def test_unpublished_year_leaves_out_weekends_only_and_says_so() -> None:
    calendar = days_of(2099, 10)
    assert not calendar.is_published
    assert date(2099, 10, 1) in calendar.days
    assert all(day.weekday() < 5 for day in calendar.days)


@pytest.mark.parametrize(
    ("day", "taught"),
    [
        (date(2026, 8, 31), False),
        (date(2026, 9, 1), True),
        (date(2027, 1, 20), True),
        (date(2027, 1, 21), False),
        (date(2027, 2, 28), False),
        (date(2027, 3, 1), True),
        (date(2027, 7, 10), True),
        (date(2027, 7, 11), False),
    ],
)
def test_teaching_dates_include_both_ends(day: date, taught: bool) -> None:
    month = days_of(day.year, day.month)
    is_in_term = month.every[day.day - 1].usual is not DayKind.OUT_OF_TERM
    assert is_in_term is taught


def test_deciding_day_is_the_first_school_day_else_the_first_day() -> None:
    assert days_of(2026, 11).deciding_day == date(2026, 11, 2)
    assert days_of(2026, 8).deciding_day == date(2026, 8, 1)


@given(st.dates(date(2011, 1, 1), date(2030, 12, 31)), st.sets(st.integers(1, 28)))
def test_a_holiday_takes_at_most_its_own_day(day: date, off: set[int]) -> None:
    month = Month.of(day)
    free = frozenset(date(month.year, month.month, each) for each in off)
    full = school_days(month, {month.year: Holidays(off=frozenset(), made_up=frozenset())})
    less = school_days(month, {month.year: Holidays(off=free, made_up=frozenset())})
    assert set(full.days) - set(less.days) == set(full.days) & free
