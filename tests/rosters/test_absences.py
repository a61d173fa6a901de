"""Absences: leaves from day to day, days in one cell, marks by a legend."""

from datetime import date
from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import SheetReading
from jingzhun.rosters.lists.absences import read_legend
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.daylists import spans
from jingzhun.rosters.values.odd import Odd
from tests.rosters.sheets import CHILD, OTHER, TODAY, codes, read

LEAVE = ["姓名", "身份证号", "开始日期", "结束日期", "请假类型", "请假原因", "请假天数"]
DAYS: list[Any] = [float(day) for day in range(1, 32)]
SHEET = "青禾小学三年级1班2026年9月学生考勤表"


def days(reading: SheetReading, at: int = 0) -> list[str]:
    return [day for day, _, _ in reading.batch.columns["absences"][at]]


def leave(start: Any, end: Any = "", kind: str = "病假", reason: str = "", length: Any = "") -> Any:
    return read(LEAVE, ["张小禾", CHILD, start, end, kind, reason, length])


def test_a_leave_is_absent_on_each_school_day_from_its_start_to_its_end() -> None:
    reading = leave("2026-09-03", "2026-09-08", reason="感冒", length=4.0)
    assert (reading.kind, codes(reading)) == (Kind.ABSENCE_LIST, [])
    assert reading.batch.columns["absences"] == [
        [[f"2026-09-0{day}", "sick", "感冒"] for day in (3, 4, 7, 8)]
    ]


@pytest.mark.parametrize(
    ("start", "end", "length", "wanted"),
    [
        ("2026-09-03", "", "", ["2026-09-03"]),
        ("2026-09-03", "", "3天", ["2026-09-03", "2026-09-04", "2026-09-07"]),
        (date(2026, 9, 3), date(2026, 9, 4), "", ["2026-09-03", "2026-09-04"]),
        ("2026.9.3", "9.4", 2.0, ["2026-09-03", "2026-09-04"]),
        ("2026年9月3日上午", "2026年9月4日下午", "", ["2026-09-03", "2026-09-04"]),
        ("2026-12-31", "1月1日", "", ["2026-12-31", "2027-01-01"]),
    ],
)
def test_the_end_of_a_leave_may_be_said_in_other_ways(
    start: Any, end: Any, length: Any, wanted: list[str]
) -> None:
    assert days(leave(start, end, length=length)) == wanted


def test_the_day_a_pupil_came_back_is_not_absent() -> None:
    reading = read(
        ["姓名", "身份证号", "请假时间", "返校时间"], ["张小禾", CHILD, "2026-09-03", "2026-09-08"],
        ["李小苗", OTHER, "2026-09-03至09-04", ""],
    )  # fmt: skip
    assert [days(reading, at) for at in (0, 1)] == [["2026-09-03"], ["2026-09-03", "2026-09-04"]]


@pytest.mark.parametrize(
    ("start", "end", "code", "refuses"),
    [
        ("2026-09-08", "2026-09-03", "absence_reversed", True),
        ("2026-09-05", "2026-09-06", "absence_not_taught", True),
        ("2026-07-20", "2026-08-20", "absence_not_taught", True),
        ("2024-09-03", "2026-09-03", "absence_impossible", True),
        ("上周", "", "days_unreadable", True),
        ("2026-02-30", "", "days_unreadable", True),
        ("", "", "absence_undated", True),
    ],
)
def test_days_that_cannot_be_refuse_their_row(
    start: Any, end: Any, code: str, *, refuses: bool
) -> None:
    reading = leave(start, end)
    assert [found for _, _, found in codes(reading)] == [code]
    assert bool(reading.refused_rows) is refuses


def test_a_length_that_does_not_fit_is_a_notice() -> None:
    assert codes(leave("2026-09-03", "2026-09-08", length=9.0)) == [(2, "G", "sum_mismatch")]
    assert codes(leave("2026-09-03", "2026-09-08", length=6.0)) == []


@pytest.mark.parametrize(
    ("kind", "reason", "meant"),
    [
        ("病假", "", "sick"), ("事", "", "personal"), ("旷课", "", "truant"), ("公假", "", "leave"),
        ("无故缺勤", "", "truant"), ("", "发烧住院", "sick"), ("", "无故不来", "truant"),
        ("", "家里有事", "personal"), ("", "", None), ("缺勤", "", "absent"),
        ("病假(肺炎)", "", "sick"),
    ],
)  # fmt: skip
def test_the_kind_of_an_absence_is_told_by_its_word_or_its_reason(
    kind: str, reason: str, meant: str | None
) -> None:
    [[[_, found, _]]] = leave("2026-09-03", kind=kind, reason=reason).batch.columns["absences"]
    assert found == meant


def test_leaves_of_one_pupil_are_rows_of_their_own_and_the_same_one_twice_is_not() -> None:
    rows = [["张小禾", CHILD, f"2026-09-0{day}", "", "病假", "", ""] for day in (3, 4, 3)]
    reading = read(LEAVE, *rows)
    assert (len(reading.batch), codes(reading)) == (2, [(4, "B", "duplicate_row")])


def marks(*cells: Any, note: str = "注：√出勤 △病假 ○事假 ×旷课") -> SheetReading:
    row = [1.0, "张小禾", *cells, *[""] * (31 - len(cells))]
    return read([SHEET], ["序号", "姓名", *DAYS], row, [note])


def test_marks_mean_what_the_legend_says() -> None:
    reading = marks("√", "△", "○", "×")
    assert (reading.kind, codes(reading)) == (Kind.ABSENCE_LIST, [])
    assert reading.batch.columns["absences"] == [
        [["2026-09-02", "sick", None], ["2026-09-03", "personal", None],
         ["2026-09-04", "truant", None]]
    ]  # fmt: skip
    assert reading.batch.columns["attended"] == [["2026-09-01"]]
    assert (reading.batch.columns["grade"], reading.batch.columns["class_no"]) == ([3], [1])


def test_marks_without_a_legend_are_words_or_the_usual_signs() -> None:
    reading = marks("√", "病", "事", "旷", note="班主任：李老师")
    assert [kind for _, kind, _ in reading.batch.columns["absences"][0]] == [
        "sick", "personal", "truant",
    ]  # fmt: skip
    assert [kind for _, kind, _ in marks("×", note="").batch.columns["absences"][0]] == ["absent"]


def test_a_sign_that_nobody_explains_refuses_its_row() -> None:
    reading = marks("√", "◇", note="")
    assert codes(reading) == [(3, "D", "mark_unknown")]
    assert reading.refused_rows == [3]


def test_marks_on_days_that_are_none() -> None:
    assert codes(marks(*[""] * 4, "△")) == [(3, "G", "day_not_taught")]
    assert codes(marks(*[""] * 30, "△")) == [(3, "AG", "day_not_in_month")]
    assert codes(marks(*[""] * 30, "/")) == []


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("注：√出勤 △病假 ○事假 ×旷课",
         {"√": "present", "△": "sick", "○": "personal", "×": "truant"}),
        ("说明：出勤√、病假△、事假○、旷课×",
         {"√": "present", "△": "sick", "○": "personal", "×": "truant"}),
        ("“√”表示出勤，“B”表示病假", {"√": "present", "B": "sick"}),
        ("班主任：李老师", {}),
    ],
)  # fmt: skip
def test_legends_are_read_in_either_order(line: str, meant: dict[str, str]) -> None:
    assert read_legend([line]) == meant


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("2023.9.5、9.12、10.8", ["2023-09-05", "2023-09-12", "2023-10-08"]),
        ("2023.12.28、1.5", ["2023-12-28", "2024-01-05"]),
        ("9月3日-5日", ["2026-09-03/2026-09-05"]),
        ("9.3-9.5", ["2026-09-03/2026-09-05"]),
        ("2026-09-03-2026-09-05", ["2026-09-03/2026-09-05"]),
        ("2026年9月3日至9月5日(共3天)", ["2026-09-03/2026-09-05"]),
        ("9月3、4、5日", ["2026-09-03", "2026-09-04", "2026-09-05"]),
        ("2026.9.5 9.12\n10.8", ["2026-09-05", "2026-09-12", "2026-10-08"]),
        ("20260903、20260905", ["2026-09-03", "2026-09-05"]),
        (46268.0, ["2026-09-03"]),
        ("2013、9、1", ["2013-09-01"]),
        ("2026-09-31", None),
        ("2026年9月", None),
        ("0905", None),
    ],
)
def test_several_days_in_a_cell(written: Any, wanted: list[str] | None) -> None:
    found = spans(written, DateReader(today=TODAY))
    if wanted is None:
        assert isinstance(found, Odd)
        return
    assert isinstance(found, list)
    assert [
        str(span.first) if span.first == span.last else f"{span.first}/{span.last}"
        for span in found
    ] == wanted
