"""What a person types is read in every usual form, and refused with the expected form."""

from datetime import date

import pytest

from jingzhun.cli.values import choice, day, month, number, term, year
from jingzhun.core.table import Format
from jingzhun.core.terms import Month, Season, Term
from jingzhun.errors import UsageError


@pytest.mark.parametrize("text", ["2026-11-24", "2026/11/24", "20261124", "2026年11月24日"])
def test_a_day_is_read_in_every_usual_form(text):
    assert day(text) == date(2026, 11, 24)


@pytest.mark.parametrize("text", ["", "昨天", "2026-13-01", "2026-02-30", "2026111", "24/11/2026"])
def test_what_is_no_day_is_refused_with_an_example(text):
    with pytest.raises(UsageError) as caught:
        day(text)
    assert caught.value.code == "bad_value"
    assert "2026-11-24" in caught.value.remedy


@pytest.mark.parametrize("text", ["0001-01-01", "1989-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_that_no_list_can_be_about_is_refused_with_the_years(text):
    with pytest.raises(UsageError) as caught:
        day(text)
    assert "1990" in caught.value.reason
    assert "2099" in caught.value.reason


def test_a_number_longer_than_any_the_ledger_gives_is_refused():
    with pytest.raises(UsageError):
        number("9" * 20)


def test_months_terms_and_years_are_read():
    assert month("2026-11") == Month(2026, 11)
    assert month("this") is None
    assert term("2026秋") == Term(2026, Season.AUTUMN)
    assert year("2026") == year("2026年") == 2026
    assert choice(Format)("JSON") is Format.JSON


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (month, "2026-13"),
        (term, "2026夏"),
        (term, "0001春"),
        (number, "3x"),
        (number, "-1"),
        (year, "26"),
        (choice(Format), "pdf"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_may_be_written(read, text):
    with pytest.raises(UsageError) as caught:
        read(text)
    assert text in caught.value.reason
    assert caught.value.remedy


def test_an_id_typed_in_the_wrong_place_is_not_repeated_in_full():
    with pytest.raises(UsageError) as caught:
        day("629999201405060018")
    assert "629999201405060018" not in str(caught.value)
