"""Visits and ledgers of dropouts: several days in a cell, groups of columns, states with a day."""

from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import SheetReading
from tests.rosters.sheets import CHILD, OTHER, codes, read

VISITS = ["姓名", "身份证号", "家访教师", "家访时间", "家访情况", "联系电话"]
LEDGER = ["序号", "姓名", "身份证号", "就读学校及年级", "失学时间", "疑似辍学原因"]
MERGES = (
    *(((1, at), (2, at)) for at in (0, 1, 2, 3, 4, 5, 12)),
    ((1, 6), (1, 8)), ((1, 9), (1, 11)), ((1, 13), (1, 15)),
)  # fmt: skip


def visits(reading: SheetReading, at: int = 0) -> list[tuple[Any, ...]]:
    """Give day, visitor and result of a row's visits."""
    row = reading.batch.columns["visits"][at]
    return [(v["visited_on"], v.get("visitor"), v.get("result")) for v in row]


def visit(when: Any, who: str = "李老师", phone: str = "") -> SheetReading:
    return read(VISITS, ["张小禾", CHILD, who, when, "了解学习", phone])


def test_each_day_in_a_cell_is_a_visit_of_its_own() -> None:
    reading = visit("2023.9.5、9.12、10.8", phone="19900000001/19900000002")
    assert (reading.kind, codes(reading)) == (Kind.HOME_VISITS, [])
    assert [day for day, _, _ in visits(reading)] == ["2023-09-05", "2023-09-12", "2023-10-08"]
    assert {who for _, who, _ in visits(reading)} == {"李老师"}
    assert reading.batch.columns["phone"] == ["19900000001/19900000002"]


@pytest.mark.parametrize(
    ("when", "wanted"),
    [
        ("2025.12.28、1.5", ["2025-12-28", "2026-01-05"]),
        (46268.0, ["2026-09-03"]),
        ("9月3日", ["2026-09-03"]),
        ("2026.9.3至9.5", ["2026-09-03", "2026-09-04", "2026-09-05"]),
        ("2026.9.3、9.3", ["2026-09-03"]),
        ("2026年9月", ["2026-09-01"]),
    ],
)
def test_days_of_visits_as_people_note_them(when: Any, wanted: list[str]) -> None:
    assert [day for day, _, _ in visits(visit(when))] == wanted


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("", "visit_undated"),
        ("无", "visit_undated"),
        ("2026-12-20", "visit_impossible"),
        ("2026.9.8至9.3", "visit_impossible"),
        ("2026-02-30", "days_unreadable"),
        ("上周", "days_unreadable"),
        ("1-12月", "days_unreadable"),
    ],
)
def test_a_visit_without_a_possible_day_is_refused(when: str, code: str) -> None:
    reading = visit(when)
    assert codes(reading) == [(2, "D", code)]
    assert reading.refused_rows == [2]


@pytest.mark.parametrize(
    ("when", "length", "wanted"),
    [
        ("2026.3.5", 3.0, [("2026-03-05", 3)]), ("2026.3.5", "1天", [("2026-03-05", None)]),
        ("3月5日（共3天）", "", [("2026-03-05", 3)]), ("2026.3.5", "", [("2026-03-05", None)]),
        ("2026.3.5、3.6", 2.0, [("2026-03-05", None), ("2026-03-06", None)]),
    ],
)  # fmt: skip
def test_a_visit_may_last_several_days(when: str, length: Any, wanted: list[Any]) -> None:
    header = ["户编号", "户主姓名", "帮扶责任人", "入户日期", "走访天数", "走访情况"]
    reading = read(header, ["6299990001", "张大", "李帮", when, length, "看望"])
    assert codes(reading) == []
    [row] = reading.batch.columns["visits"]
    assert [(one["visited_on"], one["days"]) for one in row] == wanted


def test_a_household_is_visited_by_number_or_head_and_the_visitor_is_merged_down() -> None:
    reading = read(
        ["东山村入户走访记录"],
        ["户主姓名", "行政村", "帮扶责任人", "入户日期", "走访情况"],
        ["张大山", "东山村", "李帮扶", "2026.9.5", "查看住房"],
        ["王大河", "东山村", "", "2026.9.6", ""],
        ["", "东山村", "", "2026.9.6", ""],
        merges=(((2, 2), (4, 2)),),
    )
    assert reading.kind is Kind.HOME_VISITS
    assert [visits(reading, at) for at in (0, 1)] == [
        [("2026-09-05", "李帮扶", "查看住房")], [("2026-09-06", "李帮扶", None)],
    ]  # fmt: skip
    assert codes(reading) == [(5, "A", "household_missing")]


def test_households_of_one_name_in_two_villages_are_two_and_helpers_come_together() -> None:
    reading = read(
        ["户主姓名", "行政村", "帮扶责任人", "入户日期", "走访情况"],
        ["张大山", "东山村", "李帮", "2026.9.5", ""],
        ["张大山", "西山村", "李帮", "2026.9.5", ""],
        ["张大山", "东山村", "王帮", "2026.9.5", ""],
        ["张大山", "东山村", "李帮", "9月5日", ""],
    )
    assert codes(reading) == [(5, "A", "duplicate_row")]


@pytest.mark.parametrize("about", [["单位", "职务"], ["职务"], ["工作单位"]])
def test_a_name_beside_unit_and_post_is_the_visitor_not_the_visited(about: list[str]) -> None:
    told = ["青禾学院"] * len(about)
    reading = read(
        ["姓名", *about, "行政村", "户主姓名", "入户日期"],
        ["李帮", *told, "东山村", "张大山", "2026.9.5"],
    )
    assert (reading.kind, codes(reading)) == (Kind.HOME_VISITS, [])
    assert visits(reading) == [("2026-09-05", "李帮", None)]
    assert reading.batch.columns["head_name"] == ["张大山"]
    assert reading.batch.column("name") == [None]


@pytest.mark.parametrize(
    "heads",
    [["姓名", "户主姓名"], ["姓名", "年级", "单位"], ["姓名", "身份证号", "职务", "户编号"]],
)
def test_a_name_of_the_visitor_or_the_visited_is_asked_for_not_guessed(heads: list[str]) -> None:
    reading = read([*heads, "入户日期"], ["李帮", *["三年级"] * (len(heads) - 1), "2026.9.5"])
    assert (2, "", "visitor_unclear") in codes(reading)
    assert reading.refused_rows == [2]


@pytest.mark.parametrize(
    "heads",
    [["姓名", "年级"], ["姓名", "年级", "户主姓名"], ["姓名", "户主姓名", "帮扶责任人", "单位"]],
)
def test_a_name_that_others_columns_tell_is_visited(heads: list[str]) -> None:
    row = [{"姓名": "张小禾", "年级": "三年级"}.get(head, "张大山") for head in heads]
    reading = read([*heads, "入户日期"], [*row, "2026.9.5"])
    assert (codes(reading), reading.batch.columns["name"]) == ([], ["张小禾"])


def test_a_pairing_list_with_visit_days_stays_a_pairing_list() -> None:
    header = ["户编号", "户主姓名", "帮扶责任人", "单位", "职务", "入户日期", "帮扶措施"]
    row = ["6201000001", "张大山", "李帮扶", "青禾学院", "教师", "9.5、9.12", "送种子"]
    assert read(["结对帮扶名单"], header, row).kind is Kind.PAIRING_LIST


def ledger(*rows: list[Any]) -> SheetReading:
    return read(
        ["云岭镇2026年秋季学期控辍保学台账"],
        [*LEDGER, "第一次劝返", "", "", "第二次劝返", "", "", "目前状态", "包保责任人", "", ""],
        [*[""] * 6, *["时间", "人员", "情况"] * 2, "", "姓名", "单位及职务", "电话"],
        *rows,
        merges=MERGES,
    )  # fmt: skip


def child(
    dropped: Any = "2026-09-15", state: str = "劝返中", *turns: Any, number: str = CHILD
) -> list[Any]:
    told = [*turns, *[""] * (6 - len(turns))]
    where = "云岭镇初级中学八年级"
    return [
        1.0,
        "张小禾",
        number,
        where,
        dropped,
        "厌学、外出务工",
        *told,
        state,
        "王校长",
        "校长",
        "",
    ]


def test_groups_of_columns_are_persuasions_one_after_another() -> None:
    reading = ledger(
        child(
            "2026年9月15日",
            "劝返中",
            "2026.9.20",
            "李老师",
            "不愿",
            "9.28",
            "王老师、李老师",
            "答应",
        )
    )
    assert (reading.kind, codes(reading)) == (Kind.DROPOUT_LEDGER, [])
    assert visits(reading) == [
        ("2026-09-20", "李老师", "不愿"), ("2026-09-28", "王老师、李老师", "答应"),
    ]  # fmt: skip
    columns = reading.batch.columns
    assert (columns["change"], columns["happened_on"]) == (["dropout"], ["2026-09-15"])
    assert (columns["keeper"], columns["grade"], columns["reason"]) == (
        ["王校长"], [8], ["厌学、外出务工"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "back", "code"),
    [
        ("已返校(10月12日)", "2026-10-12", []),
        ("2026.10.12已复学", "2026-10-12", []),
        ("已返校", None, ["return_undated"]),
        ("劝返成功", None, ["return_undated"]),
        ("未返校", None, []),
        ("尚未复学", None, []),
        ("跟踪中", None, []),
        ("已返校(9月1日)", None, ["event_date_impossible"]),
    ],
)
def test_a_state_with_its_day_is_a_return(state: str, back: str | None, code: list[str]) -> None:
    reading = ledger(child(state=state))
    assert [found for _, _, found in codes(reading)] == code
    if not reading.refused_rows:
        assert reading.batch.columns["back_on"] == [back]


@pytest.mark.parametrize(
    ("dropped", "code", "refuses"),
    [
        ("", "dropout_undated", False),
        ("2026-12-15", "event_date_impossible", True),
        ("去年", "date_invalid", True),
        ("2026-09", None, False),
    ],
)
def test_the_day_of_a_dropout_decides(dropped: str, code: str | None, *, refuses: bool) -> None:
    reading = ledger(child(dropped))
    assert [found for _, _, found in codes(reading)] == ([code] if code else [])
    assert bool(reading.refused_rows) is refuses


def test_a_persuasion_that_cannot_be_read_is_passed_over_and_said() -> None:
    reading = ledger(
        child("2026-09-15", "", "2026.9.31", "李老师", "不愿", "2027.9.1", "李老师", ""),
        child("2026-09-15", "", "", "李老师", "不愿", number=OTHER),
    )
    assert [code for _, _, code in codes(reading)] == [
        "days_unreadable", "visit_impossible", "visit_undated",
    ]  # fmt: skip
    assert reading.refused_rows == []
    assert reading.batch.columns["visits"] == [[], []]


def test_groups_without_ordinals_count_themselves() -> None:
    reading = read(
        ["姓名", "身份证号", "失学时间", "劝返时间", "劝返人员", "劝返时间", "劝返人员"],
        ["张小禾", CHILD, "2026-09-15", "2026.9.20", "李老师", "2026.9.28", "王老师"],
    )
    assert visits(reading) == [("2026-09-20", "李老师", None), ("2026-09-28", "王老师", None)]


def test_a_whole_persuasion_in_one_cell_begins_with_its_day() -> None:
    reading = read(
        ["姓名", "身份证号", "失学时间", "第一次劝返", "第二次劝返"],
        ["张小禾", CHILD, "2026-09-15", "2026年9月20日李老师上门，不愿", "9月28日电话联系"],
    )
    assert visits(reading) == [
        ("2026-09-20", None, "2026年9月20日李老师上门,不愿"),
        ("2026-09-28", None, "9月28日电话联系"),
    ]
