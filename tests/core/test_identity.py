"""Identity numbers: what is checked, what they tell, and that none is ever shown whole."""

import re
from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from jingzhun.core.identity import (
    IdChecker,
    births_of,
    certificate_parts,
    check_digit,
    id_in_student_no,
    mask,
    mask_text,
    sexes_of,
    upgrade_fifteen,
)
from tests.builders import TODAY, id_number

CHECKER = IdChecker(TODAY)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)
NUMBERS = st.builds(id_number, DAYS, st.integers(0, 999))
#: What people and programs put between the groups of a number.
GAPS = st.sampled_from(["", "", " ", "-", "  ", "\u3000", "\u00a0", "—", "\u200b", "\t", "."])
#: Words that may stand around a number, without a digit of their own.
WORDS = st.text(alphabet="身份证号为张三的,:。 ()家长", max_size=8)
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@given(NUMBERS)
def test_a_sound_number_has_no_fault(number: str) -> None:
    assert CHECKER.fault(number) is None
    assert number[17] == check_digit(number[:17])


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_the_standard_pass_their_own_check(number: str) -> None:
    assert check_digit(number[:17]) == number[17]


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_found(number: str, at: int, wrong: str) -> None:
    assume(number[at] != wrong)
    assert CHECKER.fault(number[:at] + wrong + number[at + 1 :]) is not None


@given(NUMBERS, st.integers(0, 16))
def test_two_neighbours_that_changed_places_are_always_found(number: str, at: int) -> None:
    assume(number[at] != number[at + 1])
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert CHECKER.fault(swapped) is not None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("62999920140506011", "id_length"),
        ("", "id_length"),
        ("62999920140506011Y", "id_characters"),
        ("02999920140506011X", "id_characters"),
        ("X29999201405060110", "id_characters"),
        ("６29999201405060110", "id_characters"),
        ("629999201402300110", "id_birth"),
        ("629999189912310110", "id_birth"),
        ("629999202611250110", "id_birth"),  # a day after the list
    ],
)
def test_a_fault_is_named_after_the_first_thing_that_is_wrong(number: str, code: str) -> None:
    assert CHECKER.fault(number) == code


@given(NUMBERS, st.lists(NUMBERS, max_size=4))
def test_a_checker_forgets_nothing_and_remembers_nothing(number: str, before: list[str]) -> None:
    checker = IdChecker(TODAY)
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    for other in before:
        checker.fault(other)
    assert (checker.fault(number), checker.fault(wrong)) == (None, "id_checksum")


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_fifteen_digits_become_the_eighteen_that_they_stand_for(day: date, order: int) -> None:
    number = id_number(day, order)
    assert upgrade_fifteen(number[:6] + number[8:17]) == number


@given(st.text(alphabet="0123456789X", max_size=20))
@example("629999140230011")  # 30 February
def test_what_is_upgraded_is_sound(text: str) -> None:
    upgraded = upgrade_fifteen(text)
    assert upgraded is None or CHECKER.fault(upgraded) is None


@given(DAYS, st.integers(0, 999))
def test_birth_and_sex_are_read_back_from_the_number(day: date, order: int) -> None:
    number = id_number(day, order)
    assert births_of([number, None]) == [day.isoformat(), None]
    assert sexes_of([number, None]) == ["male" if order % 2 else "female", None]


@given(NUMBERS, st.integers(1, 7), st.integers(1, 4), st.sampled_from(["", "B1", "B9"]))
def test_a_certificate_is_an_id_and_what_ails_its_holder(
    number: str, kind: int, degree: int, again: str
) -> None:
    found = certificate_parts(f"{number}{kind}{degree}{again}")
    assert found is not None
    assert (found.id_number, found.degree) == (number, degree)
    assert certificate_parts(number) is None
    assert certificate_parts(f"{number}{kind}{degree}B") is None
    assert certificate_parts(f"{number}{kind}5") is None


@given(NUMBERS)
def test_only_a_student_number_with_g_speaks_of_the_id(number: str) -> None:
    assert id_in_student_no(f"G{number}") == number
    assert id_in_student_no(f"L{number}") is None
    assert id_in_student_no(f"J{number}") is None
    assert id_in_student_no(number) is None


@given(NUMBERS, st.sampled_from(["", "G", "L", "J"]), st.sampled_from(["", "11", "44B1"]))
def test_a_masked_number_keeps_its_length_and_hides_birth_and_order(
    number: str, before: str, after: str
) -> None:
    whole = before + number + after
    shown = mask(whole)
    assert len(shown) == len(whole)
    assert number[6:14] not in shown
    assert shown.startswith(before + number[:6] + "****")
    assert mask(shown) == shown


@given(st.integers(0, 10**22))
def test_no_number_of_nine_figures_or_more_is_shown_whole(value: int) -> None:
    digits = str(value)
    assert ("*" in mask(digits)) is (len(digits) >= 9)
    longest = max(map(len, re.findall(r"\d+", mask(digits))))
    assert longest <= 8


@given(st.tuples(WORDS, WORDS), NUMBERS, st.tuples(GAPS, GAPS, GAPS), st.booleans(), st.booleans())
def test_text_with_a_number_never_shows_it_however_it_is_written(
    around: tuple[str, str], number: str, gaps: tuple[str, ...], is_wide: bool, is_student: bool
) -> None:
    groups = (number[:6], number[6:10], number[10:14], number[14:])
    written = groups[0] + "".join(gap + group for gap, group in zip(gaps, groups[1:], strict=True))
    if is_wide:
        written = written.translate(FULL_WIDTH)
    shown = mask_text(f"{around[0]}{'G' if is_student else ''}{written}{around[1]}")
    figures = re.sub(r"\D", "", shown)
    assert number[6:14] not in figures
    assert "*" in shown
    assert mask_text(shown) == shown


@given(st.text(alphabet="0123456789甲乙 ,。:-", max_size=30).filter(lambda t: not t.isspace()))
def test_text_without_a_long_number_comes_back_as_it_is(text: str) -> None:
    if "*" not in mask_text(text):
        assert mask_text(text) == text
    if sum(character.isdigit() for character in text) < 9:
        assert mask_text(text) == text


@pytest.mark.parametrize(
    "text", ["2026-11-24", "2026/9/1 08:30", "共 56 户", "三(2)班", "2026.11.24 8:00:00 记"]
)
def test_days_and_counts_are_not_hidden(text: str) -> None:
    assert mask_text(text) == text


def test_hiding_a_number_leaves_the_punctuation_around_it():
    said = "联系电话这里写“19900001109”，另一份名单（见下）为“空”；请核对：好吗？"
    assert mask_text(said) == said.replace("19900001109", "199****1109")
