"""One thing told by several columns: months of money, a tick in one of them, days of visits."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import SheetReading
from jingzhun.rosters.layout.series import month_words
from tests.rosters.sheets import ADULT, CHILD, OTHER, codes, read

CARD = "6217000000000000001"
TITLE = ["青禾小学2026年秋季学期寄宿生生活补助发放表"]
WHO = ["姓名", "身份证号", "班级"]
KID = ["张小禾", CHILD, "三1班"]
HAN = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]


def paid(reading: SheetReading) -> list[tuple[int, str, int]]:
    """Give (row, period, fen) of every entry."""
    batch = reading.batch
    return [
        (number, entry.get("period", batch.column("period")[at]), entry["amount_fen"])
        for at, number in enumerate(batch.row_numbers)
        for entry in batch.column("entries")[at]
    ]


def test_each_month_that_is_filled_is_an_entry_of_its_own() -> None:
    reading = read(
        TITLE,
        [*WHO, "9月", "10月", "11月", "合计", "签字"],
        [*KID, 84.0, 72.0, "", 156.0, ""],
        ["李小麦", OTHER, "三1班", 84.0, 0.0, "八十元", 164.0, ""],
        ["合计", "", "", 168.0, 72.0, 80.0, 320.0, ""],
    )
    assert (reading.kind, codes(reading)) == (Kind.AID_PAYMENT, [])
    assert paid(reading) == [
        (3, "2026-09", 8_400), (3, "2026-10", 7_200), (4, "2026-09", 8_400), (4, "2026-11", 8_000),
    ]  # fmt: skip
    keys = [key for row in reading.batch.column("entry_keys") for key in row]
    assert keys[0] == "寄宿生生活补助|2026-09|"


def test_sums_of_months_that_do_not_fit_are_noticed_and_the_months_believed() -> None:
    reading = read(
        TITLE,
        [*WHO, "9月", "10月", "合计", "签字"],
        [*KID, 84.0, 72.0, 160.0, ""],
        ["合计", "", "", 90.0, 72.0, 160.0, ""],
    )
    assert codes(reading) == [(3, "F", "sum_mismatch"), (4, "D", "sum_mismatch")]
    assert paid(reading) == [(3, "2026-09", 8_400), (3, "2026-10", 7_200)]


def test_a_row_with_a_total_alone_is_one_entry_of_the_term() -> None:
    reading = read(
        TITLE,
        [*WHO, "9月", "10月", "合计", "签字"],
        [*KID, "", "", 156.0, ""],
        ["李小麦", OTHER, "三1班", "", "", "", ""],
        ["王大", ADULT, "三1班", "若干", 72.0, "", ""],
    )
    assert codes(reading) == [(4, "F", "amount_missing"), (5, "D", "amount_unreadable")]
    assert (paid(reading), reading.refused_rows) == ([(3, "2026秋", 15_600)], [4, 5])


@pytest.mark.parametrize(
    ("title", "months", "first", "last"),
    [
        ("2026年度贫困生生活补助发放表", [f"{han}月" for han in HAN], "2026-01", "2026-12"),
        ("2026年春季学期生活补助发放表", ["3月", "4月", "5月份"], "2026-03", "2026-05"),
        ("2025-2026学年生活补助发放表", ["9月", "10月", "1月", "3月"], "2025-09", "2026-03"),
        ("生活补助发放表", ["3月", "4月", "5月"], "2026-03", "2026-05"),
        ("生活补助发放表", ["9月", "10月", "11月", "12月", "1月"], "2026-09", "2027-01"),
        ("生活补助发放表", ["2026年3月", "2026年4月"], "2026-03", "2026-04"),
        ("生活补助发放表", ["2026.3", "2026.4"], "2026-03", "2026-04"),
        ("生活补助发放表", [2026.9, 2026.1, 2026.11], "2026-09", "2026-11"),
        ("生活补助发放表", [datetime(2026, 9, 1), datetime(2026, 10, 1)], "2026-09", "2026-10"),
        ("生活补助发放表", ["9月(元)", "10月(元)"], "2026-09", "2026-10"),
        ("生活补助发放表", ["9月金额", "10月金额"], "2026-09", "2026-10"),
    ],
)  # fmt: skip
def test_months_are_of_the_year_that_is_said_or_follows(
    title: str, months: list[Any], first: str, last: str
) -> None:
    reading = read([title], [*WHO, *months, "银行卡号"], [*KID, *[10.0] * len(months), CARD])
    assert (reading.kind, codes(reading)) == (Kind.AID_PAYMENT, [])
    periods = [period for _, period, _ in paid(reading)]
    assert (periods[0], periods[-1], len(periods)) == (first, last, len(months))


def test_days_beside_the_amount_of_a_month_are_of_that_month() -> None:
    reading = read(
        TITLE,
        [*WHO, "标准(元/天)", "9月", "", "10月", ""],
        ["", "", "", "", "天数", "金额", "天数", "金额"],
        [*KID, 4.0, 20.0, "", 18.0, 70.0],
        merges=(((1, 0), (2, 0)), ((1, 1), (2, 1)), ((1, 2), (2, 2)), ((1, 3), (2, 3)),
                ((1, 4), (1, 5)), ((1, 6), (1, 7))),
    )  # fmt: skip
    assert codes(reading) == [(4, "E", "product_computed"), (4, "G", "product_mismatch")]
    assert paid(reading) == [(4, "2026-09", 8_000), (4, "2026-10", 7_000)]
    assert [entry["days"] for entry in reading.batch.column("entries")[0]] == [20, 18]


def test_a_month_said_twice_otherwise_refuses_the_row() -> None:
    reading = read(TITLE, [*WHO, "9月", "9月", "签字"], [*KID, 84.0, 80.0, ""])
    assert codes(reading) == [(3, "E", "month_twice")]
    assert reading.refused_rows == [3]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("青禾小学2026年秋季学期营养餐就餐天数", Kind.MEAL_ROSTER),
        ("青禾小学2026年秋季学期营养餐补助", Kind.MEAL_ROSTER),
        ("青禾小学2026年秋季学期营养餐补助发放表", Kind.AID_PAYMENT),
        ("青禾小学三年级花名册", Kind.STUDENT_ROSTER),
    ],
)
def test_what_bare_months_hold_is_what_the_title_says(title: str, kind: Kind) -> None:
    reading = read([title], [*WHO, "9月", "10月"], [*KID, 20.0, 18.0])
    assert reading.kind is kind


@given(st.integers(2000, 2090), st.integers(1, 12), st.integers(2, 12), st.booleans())
def test_months_as_numbers_are_read_as_they_were_meant(
    year: int, first: int, count: int, typed: bool
) -> None:
    months = [Month(year, first)]
    for _ in range(count - 1):
        months.append(months[-1].next())
    cells = [
        float(f"{month.year}.{month.month}") if typed else f"{month.year}.{month.month}"
        for month in months
    ]
    wanted = [f"{month.year}年{month.month}月" for month in months]
    assert list(month_words(["姓名", *cells, ""]).values()) == wanted
    starts: list[Any] = [date(month.year, month.month, 1) for month in months]
    assert list(month_words(starts).values()) == wanted


# --- a tick in one of several columns -----------------------------------------------------------

TIERS = ["特别困难", "困难", "一般困难"]


@pytest.mark.parametrize("tick", ["√", "是", "1", 1.0, "✓", "有", "对", "特别困难"])
def test_a_tick_under_a_tier_is_that_tier(tick: Any) -> None:
    reading = read(["困难学生认定名单"], [*WHO, *TIERS], [*KID, tick, "", "×"],
                   ["李小麦", OTHER, "三1班", "", "否", "√"])  # fmt: skip
    assert (reading.kind, codes(reading)) == (Kind.HARDSHIP_LIST, [])
    assert reading.batch.column("tier") == ["special", "ordinary"]


def test_ticks_under_a_group_header_without_merged_cells() -> None:
    reading = read(["困难学生认定名单"], [*WHO, "认定等级", "", ""], ["", "", "", *TIERS],
                   [*KID, "", "√", ""])  # fmt: skip
    assert (reading.kind, reading.batch.column("tier")) == (Kind.HARDSHIP_LIST, ["hard"])


def test_two_ticks_and_what_is_no_tick_are_said() -> None:
    reading = read(["困难学生认定名单"], [*WHO, *TIERS], [*KID, "√", "√", ""],
                   ["李小麦", OTHER, "三1班", "可能", "", ""])  # fmt: skip
    assert codes(reading) == [(3, "D", "tier_unknown"), (4, "D", "tier_unknown")]
    assert "特别困难、困难" in reading.problems[0].message
    assert reading.batch.column("tier") == [None, None]


def test_ticks_tell_how_a_pupil_attends_and_which_sex_it_is_of() -> None:
    rows = [*KID, "√", "", "", "√"], ["李小麦", OTHER, "三1班", "", 1.0, "√", ""]
    reading = read(["青禾小学学生花名册"], [*WHO, "走读", "住校", "男", "女"], *rows)
    assert reading.kind is Kind.STUDENT_ROSTER
    assert reading.batch.column("boarding") == ["day", "boarder"]


def test_one_column_alone_is_no_choice_and_is_said_to_be_unread() -> None:
    reading = read(["困难学生认定名单"], [*WHO, "困难类型", "一般困难"], [*KID, "低保", "√"])
    assert codes(reading) == [(0, "", "column_unknown")]


# --- days of visits on a list of pairs ----------------------------------------------------------

PAIR = ["户编号", "户主姓名", "帮扶责任人"]


@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        (["入户日期"], ["2026.9.5、9.12、10.8"]),
        (
            ["第一次入户日期", "第二次入户日期", "第三次入户日期"],
            ["2026.9.5", "2026.9.12", "10月8日"],
        ),
        (["入户日期", "", ""], ["2026.9.5", "2026-9-12", 46303.0]),
    ],
)
def test_days_of_a_pairing_list_are_visits_of_the_helper(heads: list[str], cells: Any) -> None:
    merges = (((1, 3), (1, 5)),) if "" in heads else ()
    reading = read(["结对帮扶名单"], [*PAIR, *heads], ["6200000001", "赵大", "李老师", *cells],
                   ["6200000002", "钱大", "李老师", *[""] * len(cells)], merges=merges)  # fmt: skip
    assert (reading.kind, codes(reading)) == (Kind.PAIRING_LIST, [])
    days = [[visit["visited_on"] for visit in row] for row in reading.batch.column("visits")]
    assert days == [["2026-09-05", "2026-09-12", "2026-10-08"], []]


def test_a_day_that_cannot_be_read_is_noticed_and_the_pair_stands() -> None:
    reading = read(["结对帮扶名单"], [*PAIR, "入户日期"], ["6200000001", "赵大", "李老师", "上周"])
    assert (codes(reading), reading.refused_rows) == ([(3, "D", "days_unreadable")], [])


def test_the_household_under_a_group_of_its_own_is_read_with_its_number() -> None:
    reading = read(
        ["结对帮扶名单", "", "", "", ""],
        ["帮扶责任人", "", "帮扶对象", "", ""],
        ["姓名", "电话", "户主", "户编号", "村"],
        ["李老师", "19900000001", "赵大", "6200000001", "柳河村"],
        merges=(((1, 0), (1, 1)), ((1, 2), (1, 4))),
    )
    assert (reading.kind, codes(reading)) == (Kind.PAIRING_LIST, [])
    batch = reading.batch
    assert batch.column("household_no") == ["6200000001"]
    assert (batch.column("helper"), batch.column("head_name")) == (["李老师"], ["赵大"])


def test_the_head_whom_a_list_of_pairs_calls_helped_is_the_head() -> None:
    reading = read(["结对帮扶花名册"], ["帮扶教师", "单位", "职务", "帮扶户主姓名", "所在村"],
                   ["李老师", "数学系", "讲师", "赵大", "柳河村"])  # fmt: skip
    assert (reading.kind, reading.refused_rows) == (Kind.PAIRING_LIST, [])
    batch = reading.batch
    assert (batch.column("helper"), batch.column("head_name")) == (["李老师"], ["赵大"])
