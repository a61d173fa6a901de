"""What is set of the calendar: the last word holds, a school's before the general one."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.calendar import MonthDays, school_days
from jingzhun.core.teaching import DayKind, Teaching, Word, settings_of
from jingzhun.core.terms import Month, Term
from jingzhun.policies.holidays import holidays_for

NOVEMBER = Month(2026, 11)
SNOW = date(2026, 11, 12)  # a Thursday


def days_with(*words: Word, school: str = "", month: Month = NOVEMBER) -> MonthDays:
    return school_days(month, holidays_for([month]), settings_of(words, school))


def of_day(said: Teaching, day: date = SNOW, **about: Any) -> Word:
    return Word(said=said, first=day, last=about.pop("last", day), **about)


def test_a_closure_takes_school_days_and_leaves_the_weekend_what_it_is() -> None:
    days = days_with(of_day(Teaching.CLOSED, last=SNOW + timedelta(3), reason="大雪"))
    kinds = [days.every[day - 1].kind for day in (12, 13, 14, 15)]
    assert kinds == [DayKind.CLOSED, DayKind.CLOSED, DayKind.WEEKEND, DayKind.WEEKEND]
    assert days.every[11].reason == "大雪"
    assert len(days.days) == 19


def test_a_weekend_day_taught_comes_to_the_school_days() -> None:
    saturday = date(2026, 11, 21)
    days = days_with(of_day(Teaching.TAUGHT, saturday))
    assert saturday in days.days
    assert days.count.added == 1
    assert days.count.taught == 22


def test_the_last_word_holds_and_what_is_taken_back_is_as_usual() -> None:
    closed, usual = of_day(Teaching.CLOSED), of_day(Teaching.USUAL)
    assert SNOW not in days_with(closed).days
    assert SNOW in days_with(closed, usual).days
    assert SNOW not in days_with(closed, usual, closed).days


def test_a_schools_word_stands_before_the_general_one_whenever_it_was_said() -> None:
    open_here = of_day(Teaching.TAUGHT, school="青禾小学")
    closed = of_day(Teaching.CLOSED)
    for words in ((open_here, closed), (closed, open_here)):
        assert SNOW in days_with(*words, school="青禾小学").days
        assert SNOW not in days_with(*words, school="白石小学").days
        assert SNOW not in days_with(*words).days


def test_what_a_school_takes_back_leaves_the_general_word() -> None:
    words = (
        of_day(Teaching.CLOSED),
        of_day(Teaching.TAUGHT, school="青禾小学"),
        of_day(Teaching.USUAL, school="青禾小学"),
    )
    assert SNOW not in days_with(*words, school="青禾小学").days


def test_a_term_may_begin_in_the_month_before_its_own() -> None:
    word = Word(said=Teaching.TERM, term=Term.parse("2026秋"), first=date(2026, 8, 31))
    august = days_with(word, month=Month(2026, 8))
    assert august.days == (date(2026, 8, 31),)
    assert days_with(word, month=Month(2027, 1)).days == days_with(month=Month(2027, 1)).days


def test_each_end_of_a_term_is_set_by_itself_and_both_are_taken_back_together() -> None:
    term = Term.parse("2026秋")
    words = [
        Word(said=Teaching.TERM, term=term, first=date(2026, 9, 7)),
        Word(said=Teaching.TERM, term=term, last=date(2027, 1, 8), school="青禾小学"),
    ]
    settings = settings_of(words, "青禾小学")
    assert settings.span(term) == (date(2026, 9, 7), date(2027, 1, 8))
    words.append(Word(said=Teaching.USUAL, term=term))
    assert settings_of(words).span(term) == (date(2026, 9, 1), date(2027, 1, 20))
    assert settings_of(words, "青禾小学").span(term) == (date(2026, 9, 1), date(2027, 1, 8))


@pytest.mark.parametrize("month", [Month(2003, 11), Month(2027, 10), Month(2099, 10)])
def test_a_year_that_is_not_published_has_weekends_alone(month: Month) -> None:
    days = days_with(month=month)
    assert not days.is_published
    assert days.count.holiday == days.count.made_up == 0
    assert days.days


WORDS = st.builds(
    lambda said, first, length: of_day(said, first, last=first + timedelta(length)),
    st.sampled_from([Teaching.CLOSED, Teaching.TAUGHT, Teaching.USUAL]),
    st.dates(date(2026, 8, 1), date(2027, 3, 1)),
    st.integers(0, 20),
)


@given(words=st.lists(WORDS, max_size=6), month=st.sampled_from(Term.parse("2026秋").months))
def test_the_count_adds_up_whatever_was_set(words: list[Word], month: Month) -> None:
    count = days_with(*words, month=month).count
    left_out = count.out_of_term + count.weekend + count.holiday + count.closed
    assert count.calendar == month.last_day
    assert count.calendar - left_out + count.made_up + count.added == count.taught
