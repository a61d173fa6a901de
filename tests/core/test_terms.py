"""School time: what lies in which term, year and month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.terms import (
    Month,
    Quarter,
    Season,
    Term,
    fiscal_year_months,
    months_later,
    school_year_months,
    school_year_of,
    school_year_period,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@given(DAYS)
def test_every_day_lies_in_its_month_term_and_school_year(day):
    assert day in Month.of(day).period
    assert day in Quarter.of(day).period
    assert Month.of(day) in Quarter.of(day).months
    assert day in Term.of(day).period
    assert day in school_year_period(school_year_of(day))
    assert Term.of(day).school_year == school_year_of(day)


@pytest.mark.parametrize(
    "text", ["2026Q4", "2026q4", "2026年四季度", "2026年第4季度", "2026第四季"]
)
def test_a_quarter_is_read_as_people_write_it(text):
    assert Quarter.parse(text) == Quarter(2026, 4)


@pytest.mark.parametrize("text", ["2026Q5", "2026", "2026-11", "Q4"])
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(ValueError, match=text):
        Quarter.parse(text)


@given(DAYS)
def test_terms_follow_one_another_without_gap(day):
    term = Term.of(day)
    assert Term.of(term.period.end - timedelta(1)) == term
    assert Term.of(term.period.end) != term


@given(DAYS)
def test_what_is_written_is_read_back(day):
    assert Month.parse(str(Month.of(day))) == Month.of(day)
    assert Quarter.parse(str(Quarter.of(day))) == Quarter.of(day)
    assert Quarter.parse(Quarter.of(day).label) == Quarter.of(day)
    assert Term.parse(str(Term.of(day))) == Term.of(day)
    assert Term.parse(Term.of(day).label) == Term.of(day)


def test_january_belongs_to_the_autumn_before():
    assert Term.of(date(2027, 1, 15)) == Term(2026, Season.AUTUMN)
    assert Month(2027, 1) in fiscal_year_months(2026)
    assert Month(2026, 1) not in fiscal_year_months(2026)


def test_a_year_has_twelve_months_each_once():
    for months in (school_year_months(2026), fiscal_year_months(2026)):
        assert len(set(months)) == 12


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-0", "26-11", "2026", "二〇二六年", "1026-01", ""]
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError):
        Month.parse(text)


@pytest.mark.parametrize("text", ["2026-11", "2026/11", "2026.11", "202611", "2026年11月"])
def test_a_month_is_read_in_the_ways_people_write_it(text):
    assert Month.parse(text) == Month(2026, 11)


def test_a_day_months_later_stays_inside_its_month():
    assert months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_later(date(2027, 2, 28), -12) == date(2026, 2, 28)
    assert months_later(date(2026, 1, 15), 12) == date(2027, 1, 15)
