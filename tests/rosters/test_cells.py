"""What a person types, and what it is read as."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.identity import births_of, check_digit, mask, mask_text, upgrade_fifteen
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.grades import class_word, grade_word, settle, settle_class
from jingzhun.rosters.values.ids import IdReader
from jingzhun.rosters.values.odd import Odd
from tests.rosters.sheets import CHILD, TODAY

IDS = IdReader(TODAY)
DATES = DateReader(today=TODAY)
BIRTHS = st.dates(date(1930, 1, 1), TODAY)
CELLS = st.one_of(
    st.text(max_size=40),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.from_regex(r"[0-9Xx.年月日/\-—班级()一二三十O]{0,20}", fullmatch=True),
)


def valid(born: date, order: int) -> str:
    body = f"629999{born:%Y%m%d}{order:03d}"
    return body + check_digit(body)


@pytest.mark.parametrize(
    "typed",
    [
        f" {CHILD}",
        f"'{CHILD}",
        f'="{CHILD}"',
        f"{CHILD[:6]} {CHILD[6:14]}\u00a0{CHILD[14:]}",
        f"{CHILD}\t",
        CHILD.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        f"\u200b{CHILD}\ufeff",
        CHILD.lower(),
    ],
)
def test_wrappings_of_an_id_come_off(typed):
    assert IDS.number(typed) == CHILD


@pytest.mark.parametrize(
    "typed", ["", "无", "暂无", "不详", "/", "-", "—", "NULL", "0", 0.0, "999999"]
)
def test_what_stands_for_nothing_is_nothing(typed):
    assert IDS.number(typed) is None
    assert cells.number(typed) is None


@given(BIRTHS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(born, order, place, by):
    number = valid(born, order)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert isinstance(IDS.number(wrong), Odd)


@given(BIRTHS, st.integers(0, 999))
def test_an_id_kept_as_a_number_is_lost_even_when_its_stump_would_pass(born, order):
    found = IDS.number(float(valid(born, order)[:17] + "0"))
    assert isinstance(found, Odd)
    assert found.code == "id_lost_digits"
    assert found.value is None


@given(st.dates(date(1910, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_an_old_id_becomes_the_new_one(born, order):
    old = f"629999{born:%y%m%d}{order:03d}"
    assert upgrade_fifteen(old) == valid(born, order)
    assert births_of([upgrade_fifteen(old)]) == [born.isoformat()]


@given(CELLS)
def test_no_cell_makes_a_reader_raise(cell):
    for reader in (
        IDS.number, IDS.secondary, DATES.day, DATES.month, DATES.birth, cells.name, cells.text,
        cells.phone, cells.number, cells.count, cells.flag, cells.ethnicity, cells.student_no,
        cells.disability_no, cells.left_behind, grade_word, class_word,
    ):  # fmt: skip
        reader(cell)


@given(st.text(max_size=30), BIRTHS, st.integers(0, 999))
def test_a_masked_text_never_shows_the_number(around, born, order):
    number = valid(born, order)
    assert number not in mask_text(f"{around} {number} {around}")
    assert number[6:14] not in mask(f"G{number}")


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_every_way_of_writing_a_day_is_the_same_day(day):
    y, m, d = day.year, day.month, day.day
    for typed in (
        day, datetime(y, m, d), f"{day:%Y%m%d}", float(f"{day:%Y%m%d}"), f"{day:%Y%m%d}.0",
        f"{y}年{m}月{d}日", f"{y}年{m}月{d}号", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}—{m}—{d}",
        f"{y}。{m}。{d}", f"{y}、{m}、{d}", f"{y}-{m:02d}-{d:02d} 00:00:00",
    ):  # fmt: skip
        assert DATES.day(typed) == day.isoformat(), typed


@pytest.mark.parametrize(
    ("typed", "day"),
    [(41518.0, "2013-09-01"), ("41518", "2013-09-01"), ("9月7日", "2026-09-07"),
     ("12.25", "2025-12-25")],
)  # fmt: skip
def test_serial_numbers_and_days_without_a_year(typed, day):
    assert DATES.day(typed) == day


def test_a_workbook_of_1904_counts_from_there():
    assert DateReader(today=TODAY, date_1904=True).day(40056.0) == "2013-09-01"


@pytest.mark.parametrize("typed", ["2013-02-30", "2023.13", "20131345", "昨天", "2013-9-31"])
def test_a_day_that_does_not_exist_is_a_fault(typed):
    found = DATES.day(typed)
    assert isinstance(found, Odd)
    assert found.value is None


@pytest.mark.parametrize("typed", ["2013.9", "201309", "2013年9月", 2013.09])
def test_a_month_stays_a_month_and_says_so(typed):
    found = DATES.day(typed)
    assert isinstance(found, Odd)
    assert (found.code, found.value) == ("date_month_only", "2013-09-01")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("张 三", "张三"), ("张　三", "张三"), ("阿卜杜•热合曼", "阿卜杜·热合曼"),
     ("阿依．古丽", "阿依·古丽"), ("Anna  Li", "Anna Li"), ("𬱖晓", "𬱖晓"), ("无", None)],
)  # fmt: skip
def test_names_lose_their_blanks_and_keep_their_characters(typed, name):
    assert cells.name(typed) == name


GRADES = {
    "一年级": 1, "1年级": 1, "1": 1, 1.0: 1, "５年级": 5, "小学六年级": 6, "初一": 7, "初1": 7,
    "七年级": 7, "七": 7, "7": 7, "初中一": 7, "初中七": 7, "高一": 10, "高1": 10, "十": 10,
    "小四": 4, "大班": -1, "中班": -2, "小班": -3, "初中一年级": 7, "高2025级": 11,
}  # fmt: skip


@pytest.mark.parametrize(("typed", "grade"), GRADES.items())
def test_grades(typed, grade):
    word = grade_word(typed)
    assert word is not None
    assert settle(word, None, 2026)[1] == grade


CLASSES = {
    "1班": 1, "(1)班": 1, "（1）班": 1, "01班": 1, "1": 1, 1.0: 1, "三(2)班": 2, "三2班": 2,
    "3.2班": 2, 3.2: 2, "302班": 2, "302": 2, "5(2)": 2, "2022级1班": 1, "大二班": 2, "8班": 8,
    "八班": 8, "八年级8班": 8, "2025级8班": 8, "十二班": 12,
}  # fmt: skip


@pytest.mark.parametrize(("typed", "number"), CLASSES.items())
def test_classes(typed, number):
    word = class_word(typed)
    assert word is not None
    assert settle_class(word, 3) == number


@pytest.mark.parametrize(
    ("typed", "phone"),
    [(13912345678.0, "13912345678"), ("139-1234-5678", "13912345678"),
     ("13912345678/13812345678", "13912345678/13812345678"), ("0936-8221234", "09368221234"),
     ("无", None)],
)  # fmt: skip
def test_phones(typed, phone):
    assert cells.phone(typed) == phone


@pytest.mark.parametrize("typed", ["是", "√", "1", 1.0, True, "有", "Y", "是 "])
def test_yes(typed):
    assert cells.flag(typed) is True


@pytest.mark.parametrize("typed", ["否", "×", "0", 0.0, False, "无", "N"])
def test_no(typed):
    assert cells.flag(typed) is False


@pytest.mark.parametrize(
    ("cell", "metres"),
    [("2.5", 2500), (3, 3000), (0.8, 800), ("1.2公里", 1200), ("1500米", 1500), ("3里", 1500),
     ("2KM", 2000), ("0", 0), ("无", None), ("100", 100_000)],
)  # fmt: skip
def test_a_way_to_school_is_read_as_metres(cell, metres):
    assert cells.distance(cell) == metres


@pytest.mark.parametrize("cell", ["很远", "100.1", "2500", "约3公里"])
def test_a_way_that_cannot_be_told_is_said(cell):
    assert isinstance(cells.distance(cell), Odd)
