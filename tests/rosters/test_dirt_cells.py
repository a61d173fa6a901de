"""Cells as people leave them: each habit ends in the value meant, or in words that help."""

from typing import Any

import pytest

from jingzhun.rosters.lists.households import risk_removed
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.ids import IdReader
from jingzhun.rosters.values.odd import Odd
from tests.rosters.sheets import CHILD, OTHER, STUDENT, TODAY, codes, read, student

IDS = IdReader(TODAY)
TYPED, UNTYPED = DateReader(today=TODAY), DateReader(today=TODAY, is_typed=False)


def odd(found: Any) -> Odd:
    assert isinstance(found, Odd), found
    return found


@pytest.mark.parametrize("typed", ["2013.1", " 2013.1", '="2013.1"', "２０１３．１"])
def test_2013_1_in_a_text_file_may_be_january_or_october(typed: str) -> None:
    found = odd(UNTYPED.day(typed))
    assert (found.code, found.value) == ("date_ambiguous", None)
    assert "1月还是10月" in found.message


@pytest.mark.parametrize(
    ("typed", "month"),
    [("2013.01", "2013-01-01"), ("2013.10", "2013-10-01"), ("2013年1月", "2013-01-01"),
     ("2013-1", "2013-01-01"), ("2013.9", "2013-09-01")],
)  # fmt: skip
def test_other_months_of_a_text_file_are_sure(typed: str, month: str) -> None:
    assert odd(UNTYPED.day(typed)).value == month


def test_text_of_a_workbook_was_typed_as_text() -> None:
    assert odd(TYPED.day("2013.1")).value == "2013-01-01"


@pytest.mark.parametrize("typed", [9.1, 9.2, 9.3])
def test_a_days_number_may_have_lost_its_nought(typed: float) -> None:
    assert odd(TYPED.day(typed)).code == "date_ambiguous"
    assert odd(UNTYPED.day(str(typed))).code == "date_ambiguous"
    assert TYPED.day(str(typed)) == f"2026-09-0{str(typed)[-1]}"


def test_an_ambiguous_birth_comes_from_the_id_without_a_word() -> None:
    reading = read([*STUDENT, "出生日期"], [*student(), "2014.1"], is_typed=False)
    assert codes(reading) == []
    assert reading.batch.column("born_on") == ["2014-05-06"]


@pytest.mark.parametrize("typed", [6.29999201405e17, "6.29999E+17", "6.29999201405060E+17"])
def test_an_id_in_e_notation_is_lost_and_shown_as_people_saw_it(typed: Any) -> None:
    (problem,) = read(STUDENT, student(number=typed)).problems
    assert problem.code in {"id_lost_digits", "id_scientific"}
    assert problem.value.startswith("6.29999")
    assert "*" not in problem.value + problem.message
    assert "20140506" not in problem.value + problem.message


@pytest.mark.parametrize("typed", ["无身份证", "待办", "身份证丢失", "同上"])
def test_words_instead_of_an_id_are_said_to_be_words(typed: str) -> None:
    found = odd(IDS.number(typed))
    assert found.code == "id_characters"
    assert "不是号码" in found.message


@pytest.mark.parametrize("typed", [f"身份证:{CHILD}", f"{CHILD}(本人)", f"{CHILD}已核"])
def test_an_id_among_other_words_is_offered_and_not_taken(typed: str) -> None:
    found = odd(IDS.number(typed))
    assert found.value is None
    assert "只留 629999********0112" in found.advice
    assert CHILD not in found.message + found.advice


def test_two_ids_in_a_cell_are_told_apart_from_one() -> None:
    found = odd(IDS.number(f"{CHILD},{OTHER}"))
    assert "几个号码" in found.advice
    assert CHILD not in found.message + found.advice


@pytest.mark.parametrize(
    ("typed", "guess"),
    [(CHILD[:17], "少了一位"), (f"{CHILD}1", "多了一位"), (f"G{CHILD}", "学籍号"),
     (f"{CHILD[:10]}****{CHILD[14:]}", "遮住"), (f"{CHILD[:15]}000", "截断"),
     (f"{CHILD[:17]}O", "字母"), (f"{CHILD}99", "残疾人证号")],
)  # fmt: skip
def test_a_damaged_id_says_how_it_was_probably_damaged(typed: str, guess: str) -> None:
    found = odd(IDS.number(typed))
    assert found.value is None
    assert guess in found.message + found.advice


@pytest.mark.parametrize(
    ("typed", "number", "code"),
    [("629999800102033", "629999198001020339", "id_upgraded"),
     (629999800102033.0, "629999198001020339", "id_upgraded"),
     (f"{CHILD}44", CHILD, "id_from_certificate"), (f"{CHILD}44B1", CHILD, "id_from_certificate")],
)  # fmt: skip
def test_15_20_and_22_characters_give_an_id_and_a_remark(
    typed: Any, number: str, code: str
) -> None:
    found = odd(IDS.number(typed))
    assert (found.value, found.code) == (number, code)


def test_a_student_number_that_could_repair_an_id_is_offered_and_never_taken() -> None:
    for damaged in ("", f"{CHILD[:17]}", float(CHILD), f"{CHILD[:16]}99"):
        reading = read([*STUDENT, "学籍号"], [*student(number=damaged), f"G{CHILD}"])
        assert reading.refused_rows == [2]
        (advice,) = reading.advice.values()
        assert "629999********0112" in advice
        assert "学籍号" in advice


@pytest.mark.parametrize("number", [f"J{CHILD}", f"L{CHILD}"])
def test_j_and_l_numbers_excuse_a_missing_id(number: str) -> None:
    reading = read([*STUDENT, "学籍号"], [*student(number=""), number])
    assert reading.refused_rows == []


def test_advice_about_a_missing_id_speaks_of_the_columns_that_there_are() -> None:
    (without,) = read(STUDENT, student(number="")).advice.values()
    assert "加一列“证件类型”" in without
    table = read([*STUDENT, "证件类型"], [*student(number=""), "居民身份证"])
    (having,) = table.advice.values()
    assert "加一列" not in having
    assert "证件类型一列填“其他”" in having


@pytest.mark.parametrize("typed", ["√", "☑", "✔", "■", "是。", "√√", "是", "１", "Ｙ", "有"])
def test_every_way_to_say_yes(typed: str) -> None:
    assert cells.flag(typed) is True


@pytest.mark.parametrize(
    "typed", ["×", "✗", "✘", "╳", "✖", "否。", "０", "Ｎ", "无", "未", "未享受"]
)
def test_every_way_to_say_no(typed: str) -> None:
    assert cells.flag(typed) is False


@pytest.mark.parametrize("typed", ["", " ", "/", "-", "—", "NULL", "空", "\u3000", "\u200b"])
def test_what_stands_for_nothing_says_neither(typed: str) -> None:
    assert cells.flag(typed) is None
    assert risk_removed(typed) is None
    assert cells.text(typed) is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [("张 三", "张三"), ("张\u3000三", "张三"), ("张\u00a0三", "张三"), ("张\u200b三", "张三"),
     ("张三\t", "张三"), ("'张三", "张三"), ('="张三"', "张三"), ("张\n三", "张三"),
     ("㛃𬱖", "㛃𬱖"), ("买买提・吐尔逊", "买买提·吐尔逊"), ("买买提•吐尔逊", "买买提·吐尔逊"),
     ("买买提．吐尔逊", "买买提·吐尔逊")],
)  # fmt: skip
def test_names_through_their_dirt(typed: str, name: str) -> None:
    assert cells.name(typed) == name


def test_a_remark_in_a_name_is_noticed() -> None:
    found = odd(cells.name("王五（转入）"))
    assert (found.value, found.code) == ("王五", "name_remark")


@pytest.mark.parametrize(
    ("typed", "number"),
    [("6200000001", "6200000001"), (6200000001.0, "6200000001"), ("6200000001.0", "6200000001"),
     ("'6200000001", "6200000001"), ('="0200000001"', "0200000001"), ("NULL", None),
     ("６２０００００００１", "6200000001"), ("6200000001\t", "6200000001"),
     ("62\u00a00000\u200b0001", "6200000001")],
)  # fmt: skip
def test_numbers_kept_as_text_and_text_kept_as_numbers(typed: Any, number: str | None) -> None:
    assert cells.number(typed) == number


@pytest.mark.parametrize(
    "typed",
    ["13900000001.0", 13900000001.0, "１３９００００ ０００１", "139 0000 0001", "+8613900000001"],
)
def test_phones_lose_the_tail_that_a_number_left(typed: Any) -> None:
    assert cells.phone(typed) == "13900000001"
