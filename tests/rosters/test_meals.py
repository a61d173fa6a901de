"""Meal lists: days by month, by several months, by marks; heads by class and day."""

from datetime import date
from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.errors import Severity
from jingzhun.rosters import SheetReading, read_sheet
from tests.rosters.sheets import ADULT, CHILD, OTHER, TODAY, codes, read, sheet

TITLE = "青禾县云岭镇中心小学2026年9月营养餐就餐花名册"
HEADS = "青禾县云岭镇中心小学2026年9月营养餐就餐人数登记表"
HEADER = ["序号", "姓名", "身份证号", "年级", "班级", "就餐天数"]
DAYS: list[Any] = [float(day) for day in range(1, 32)]


def meals(reading: SheetReading) -> list[Any]:
    return reading.batch.columns["meals"]


def one(days: Any) -> SheetReading:
    return read([TITLE], HEADER, [1.0, "张小禾", CHILD, "三年级", "1班", days])


@pytest.mark.parametrize("written", [20.0, "20", "20天", "２０", "20.0"])
def test_a_count_of_days_is_read_for_the_month_of_the_title(written: Any) -> None:
    reading = one(written)
    assert (reading.kind, codes(reading)) == (Kind.MEAL_ROSTER, [])
    assert meals(reading) == [[[202609, 20]]]
    assert reading.batch.columns["school"] == ["青禾县云岭镇中心小学"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (25.0, "meal_days_above_calendar"),
        (-3.0, "meal_days_unreadable"),
        ("全勤", "meal_days_unreadable"),
        (20.5, "meal_days_unreadable"),
        (62.0, "meal_days_unreadable"),
        ("#REF!", "meal_days_unreadable"),
        ("", "meal_days_missing"),
    ],
)
def test_a_count_that_cannot_be_refuses_its_row(written: Any, code: str) -> None:
    reading = one(written)
    assert codes(reading) == [(3, "F", code)]
    assert reading.refused_rows == [3]


def test_a_count_above_the_calendar_comes_back_with_the_numbers() -> None:
    [problem] = one(25.0).problems
    assert "22 天" in problem.message
    assert "25 天" in problem.message


def test_the_days_of_a_whole_term_are_asked_for_month_by_month() -> None:
    [problem] = one(100.0).problems
    assert (problem.code, problem.severity) == ("meal_days_unreadable", Severity.ERROR)
    assert "最多 31，这里要的是一个月的天数；一学期的合计分不到各月" in problem.message


def test_no_day_eaten_is_a_count_too() -> None:
    assert meals(one("0")) == [[[202609, 0]]]


def test_months_side_by_side_are_counts_of_their_own_and_of_the_terms_year() -> None:
    reading = read(
        ["青禾小学2026年秋季学期学生就餐天数统计"],
        ["姓名", "身份证号", "班级", "9月", "10月份", "2027年1月", "合计"],
        ["张小禾", CHILD, "三年级1班", 20.0, "16天", 14.0, 50.0],
        ["李小苗", OTHER, "三年级1班", 20.0, 31.0, "", 51.0],
    )
    assert reading.kind is Kind.MEAL_ROSTER
    assert meals(reading) == [[[202609, 20], [202610, 16], [202701, 14]]]
    assert codes(reading) == [(4, "E", "meal_days_above_calendar")]


def test_two_header_rows_name_the_month_and_the_days() -> None:
    reading = read(
        ["青禾小学2026年秋季学期学生就餐统计"],
        ["姓名", "身份证号", "9月", "", "10月", ""],
        ["", "", "天数", "金额", "天数", "金额"],
        ["张小禾", CHILD, 20.0, 80.0, 16.0, 64.0],
        merges=(((1, 2), (1, 3)), ((1, 4), (1, 5)), ((1, 0), (2, 0)), ((1, 1), (2, 1))),
    )
    assert meals(reading) == [[[202609, 20], [202610, 16]]]


def test_a_month_column_dates_each_row() -> None:
    reading = read(
        ["青禾小学营养餐就餐花名册"],
        ["姓名", "身份证号", "月份", "就餐天数"],
        ["张小禾", CHILD, "2026-09", 20.0],
        ["李小苗", OTHER, "10月", 16.0],
        ["王大", ADULT, "上月", 16.0],
    )
    assert meals(reading) == [[[202609, 20]], [[202610, 16]]]
    assert codes(reading) == [(5, "C", "month_unreadable")]


def test_without_a_month_anywhere_every_row_comes_back() -> None:
    reading = read(["营养餐就餐花名册"], ["姓名", "身份证号", "就餐天数"], ["张小禾", CHILD, 20.0])
    assert codes(reading) == [(3, "", "month_missing")]


def test_marks_under_the_days_are_counted_on_school_days_only() -> None:
    marks = ["√", "√", "×", "1", ""] + ["√"] + [""] * 25
    reading = read(
        ["青禾小学2026年9月学生就餐签到表"],
        ["序号", "姓名", "身份证号", "日期", *[""] * 30, "合计"],
        ["", "", "", *DAYS, ""],
        ["", "", "", *"二三四五六日一" * 4, "二", "三", "四", ""],
        [1.0, "张小禾", CHILD, *marks, 4.0],
        ["序号", "姓名", "", *DAYS, ""],
        [2.0, "李小苗", OTHER, *["?"], *[""] * 30, 1.0],
        merges=(((1, 3), (1, 33)), ((1, 0), (3, 0)), ((1, 1), (3, 1)), ((1, 2), (3, 2))),
    )
    assert reading.kind is Kind.MEAL_ROSTER
    assert meals(reading) == [[[202609, 3]]]
    assert codes(reading) == [
        (5, "I", "day_not_taught"), (5, "AI", "sum_mismatch"), (7, "D", "mark_unknown"),
    ]  # fmt: skip


def test_two_pupils_side_by_side_are_two_rows() -> None:
    header = ["序号", "姓名", "班级", "就餐天数"]
    readings = read_all(
        ["青禾小学2026年9月营养餐就餐花名册"],
        header + header,
        [1.0, "张小禾", "三年级1班", 20.0, 2.0, "李小苗", "三年级1班", 19.0],
    )
    assert [meals(reading) for reading in readings] == [[[[202609, 20]]], [[[202609, 19]]]]


def read_all(*rows: list[Any]) -> list[SheetReading]:
    return read_sheet(sheet(*rows), file_name="名单.xlsx", today=TODAY, as_of=None)


def test_an_amount_that_is_not_days_times_rate_is_a_notice() -> None:
    reading = read(
        [TITLE], [*HEADER, "补助标准", "金额"],
        [1.0, "张小禾", CHILD, "三年级", "1班", 20.0, 4.0, 80.0],
        [2.0, "李小苗", OTHER, "三年级", "1班", 20.0, "4元", "100元"],
    )  # fmt: skip
    assert codes(reading) == [(4, "H", "product_mismatch")]
    assert reading.refused_rows == []


def heads(*rows: list[Any], title: str = HEADS) -> SheetReading:
    return read([title], ["年级班级", *DAYS, "合计"], *rows)


def row(name: str, counts: dict[int, Any], total: Any = "") -> list[Any]:
    return [name, *[counts.get(day, "") for day in range(1, 32)], total]


def test_heads_are_read_by_class_and_day() -> None:
    reading = heads(row("三年级1班", {1: 40.0, 2: "38人", 3: 0.0}, 78.0), ["填表人:李老师"])
    assert (reading.kind, codes(reading)) == (Kind.MEAL_HEADCOUNT, [])
    assert reading.batch.columns["heads"] == [
        [[3, 1, "2026-09-01", 40], [3, 1, "2026-09-02", 38], [3, 1, "2026-09-03", 0]]
    ]


def test_sums_that_do_not_fit_are_notices_and_parts_win() -> None:
    reading = heads(
        row("三年级1班", {1: 40.0}, 41.0),
        row("三年级2班", {1: 30.0}, 30.0),
        row("小计", {1: 70.0}, 70.0),
        row("四年级1班", {1: 20.0}, 20.0),
        row("小计", {1: 25.0}, 25.0),
        row("合计", {1: 90.0}, 90.0),
    )
    assert codes(reading) == [(3, "AG", "sum_mismatch"), (7, "B", "sum_mismatch")]
    assert {problem.severity for problem in reading.problems} == {Severity.NOTICE}


@pytest.mark.parametrize(
    ("day", "figure", "code", "refuses"),
    [
        (31, 3.0, "day_not_in_month", True),
        (5, 30.0, "day_not_taught", False),
        (1, "约40", "headcount_unreadable", True),
        (1, -4.0, "headcount_unreadable", True),
        (31, 0.0, None, False),
    ],
)
def test_figures_on_days_that_are_none(
    day: int, figure: Any, code: str | None, *, refuses: bool
) -> None:
    reading = heads(row("三年级1班", {day: figure}))
    assert [found for _, _, found in codes(reading)] == ([code] if code else [])
    assert bool(reading.refused_rows) is refuses


def test_days_as_dates_and_words_are_days() -> None:
    dates = [date(2026, 9, day) for day in range(1, 8)]
    words = [f"{day}日" for day in range(1, 8)]
    for days in (dates, words):
        reading = read([HEADS], ["班级", *days], ["三年级1班", *[40.0] * 4])
        assert reading.kind is Kind.MEAL_HEADCOUNT
        assert len(reading.batch.columns["heads"][0]) == 4


def test_a_class_twice_in_one_table_is_refused() -> None:
    reading = heads(row("三年级1班", {1: 40.0}), row("三(1)班", {1: 40.0}))
    assert [code for _, _, code in codes(reading)] == ["duplicate_row"]


def test_days_down_and_classes_across_say_the_same() -> None:
    reading = read(
        [HEADS],
        ["日期", "三年级1班", "三(2)班", "学前班", "合计"],
        ["9月1日", 40.0, 38.0, "", 78.0],
        [2.0, 40.0, "", "", 41.0],
        ["31日", 40.0, "", "", ""],
        ["合计", 80.0, 39.0, "", ""],
    )
    assert reading.kind is Kind.MEAL_HEADCOUNT
    assert reading.batch.columns["heads"] == [
        [[3, 1, "2026-09-01", 40], [3, 2, "2026-09-01", 38]], [[3, 1, "2026-09-02", 40]],
    ]  # fmt: skip
    assert [(row, code) for row, _, code in codes(reading) if row] == [
        (4, "sum_mismatch"), (5, "day_not_in_month"), (6, "sum_mismatch"), (6, "sum_mismatch"),
    ]  # fmt: skip


def test_a_class_without_a_grade_is_counted_too() -> None:
    reading = heads(row("学前班", {1: 20.0}))
    assert reading.batch.columns["heads"] == [[[0, 0, "2026-09-01", 20]]]


def test_a_month_alone_is_no_day_of_heads() -> None:
    reading = read([HEADS], ["日期", "三年级1班", "合计"], ["2026年9月", 40.0, ""])
    assert [(row, code) for row, _, code in codes(reading) if row] == [(3, "date_month_only")]
    assert reading.refused_rows == [3]


def test_days_alone_are_no_table() -> None:
    reading = read(["云岭镇中心小学三年级2026年9月就餐人数"], ["", *DAYS], ["", *[40.0] * 31])
    assert reading.kind is None
