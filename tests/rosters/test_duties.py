"""Lists of what is done for helped households: ways, amounts, days, assurances, incomes."""

from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import SheetReading
from jingzhun.rosters.values.duty_words import fulfilment, plan_state, ways
from jingzhun.rosters.values.odd import Odd
from tests.rosters.sheets import codes, read

GIVEN = ["户编号", "户主姓名", "帮扶责任人", "投入日期", "帮扶方式", "投入金额（元）", "帮扶内容"]
PLAN = ["户编号", "户主姓名", "帮扶责任人", "帮扶方式", "帮扶内容", "帮扶目标", "落实情况"]
CHECK = ["户编号", "户主姓名", "核查日期", "不愁吃", "不愁穿", "义务教育", "基本医疗", "住房安全"]
INCOME = ["户编号", "户主姓名", "家庭人口", "工资性收入", "转移性收入", "家庭总收入", "人均纯收入"]
HOME = ["6299990001", "张大山"]


def given(*cells: Any, header: list[str] | None = None) -> SheetReading:
    return read(["2026年帮扶投入台账"], header or GIVEN, [*HOME, "李帮扶", *cells])


def entries(reading: SheetReading, *names: str) -> list[tuple[Any, ...]]:
    row = reading.batch.columns["entries"][0]
    return [tuple(entry.get(name) for name in names) for entry in row]


@pytest.mark.parametrize(
    ("way", "amount", "content", "wanted"),
    [
        ("资金", 500.0, "春耕补助", [("funds", 50000, "春耕补助")]),
        ("产业项目", "0.2万元", "", [("project", 200_000, None)]),
        ("", "￥300.00", "化肥两袋", [("goods", 30000, "化肥两袋")]),
        ("", 300.0, "", [("funds", 30000, None)]),
        ("技术", "", "花椒修剪培训", [("skills", None, "花椒修剪培训")]),
        ("资金、物资", 600.0, "慰问", [("funds", 60000, "慰问"), ("goods", None, "慰问")]),
    ],
)
def test_a_gift_has_a_way_an_amount_or_what_it_is(
    way: str, amount: Any, content: str, wanted: list[tuple[Any, ...]]
) -> None:
    reading = given("2026.3.5", way, amount, content)
    assert (reading.kind, reading.refused_rows) == (Kind.CONTRIBUTIONS, [])
    assert entries(reading, "help_way", "amount_fen", "content") == wanted


def test_columns_of_ways_in_ten_thousands_make_an_entry_each() -> None:
    header = [*GIVEN[:4], "资金（万元）", "物资", "项目", "技术"]
    reading = given("2026-03-05", 0.2, "化肥两袋、种子", "", "√", header=header)
    assert entries(reading, "help_way", "amount_fen", "content") == [
        ("funds", 200_000, None), ("goods", None, "化肥两袋、种子"), ("skills", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("2026.3.5", "精神鼓励", 500.0, ""), "help_way_unknown"),
        (("2026.3.5", "资金", -5.0, ""), "amount_negative"),
        (("2026.3.5", "资金", 0.0, ""), "contribution_empty"),
        (("2026.3.5", "", "", "谈心"), "help_way_missing"),
        (("2026.12.5", "资金", 500.0, ""), "duty_date_impossible"),
        (("2026.2.30", "资金", 500.0, ""), "date_invalid"),
    ],
)
def test_a_gift_that_cannot_be_is_refused(cells: tuple[Any, ...], code: str) -> None:
    reading = given(*cells)
    assert [found for _, _, found in codes(reading)] == [code]
    assert reading.refused_rows == [3]


def test_a_gift_without_a_day_has_that_of_the_title() -> None:
    reading = given("", "资金", 500.0, "")
    assert reading.batch.columns["given_on"] == ["2026-11-24"]
    assert [code for _, _, code in codes(reading)] == ["duty_undated"]


def test_a_plan_has_an_entry_for_each_way_and_a_state() -> None:
    reading = read(["2026年帮扶计划"], PLAN, [*HOME, "李帮扶", "项目/资金", "种花椒", "", "推进中"])
    assert (reading.kind, codes(reading)) == (Kind.HOUSEHOLD_PLANS, [])
    assert entries(reading, "help_way", "content") == [("project", "种花椒"), ("funds", "种花椒")]
    assert reading.batch.columns["plan_state"] == ["planned"]
    assert reading.batch.columns["year"] == [2026]


def test_a_tick_is_met_a_cross_is_not_and_says_why() -> None:
    row = [*HOME, "2026-04-10", "√", "是", "不涉及", "未参保", "×（C级危房）"]
    reading = read(["两不愁三保障核查表"], CHECK, row)
    assert (reading.kind, codes(reading)) == (Kind.CHECKLISTS, [])
    assert entries(reading, "assurance", "fulfilment", "note") == [
        ("food", "met", None), ("clothing", "met", None), ("education", "met", None),
        ("medical", "unmet", None), ("housing", "unmet", "C级危房"),
    ]  # fmt: skip


def test_one_word_for_two_or_three_assurances_is_one_for_each() -> None:
    header = [*HOME_HEADER, "核查日期", "两不愁", "三保障"]
    reading = read(["两不愁三保障核查"], header, [*HOME, "2026-04-10", "√", "达标"])
    assert [name for (name,) in entries(reading, "assurance")] == [
        "food", "clothing", "education", "medical", "housing",
    ]  # fmt: skip


HOME_HEADER = ["户编号", "户主姓名"]


def test_an_assurance_that_nobody_can_tell_leaves_the_others() -> None:
    reading = read(CHECK, [*HOME, "2026-04-10", "√", "", "√", "√", "再看"])
    assert [code for _, _, code in codes(reading)] == ["fulfilment_unknown"]
    assert [name for (name,) in entries(reading, "assurance")] == ["food", "education", "medical"]


@pytest.mark.parametrize(
    "said", ["没有问题", "不存在问题", "无危房", "房屋安全，但饮水不安全", "B级危房"]
)
def test_words_that_are_denied_or_differ_are_not_guessed(said: str) -> None:
    assert isinstance(fulfilment(said), Odd)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("✓", ("met", None)), ("Y", ("met", None)), ("N", ("unmet", None)), (1.0, ("met", None)),
        ("不达标（缺衣）", ("unmet", "缺衣")), ("正常就学", ("met", "正常就学")), ("/", None),
        ("危房改造已完工", ("unknown", "危房改造已完工")), ("无学生", ("met", None)),
    ],
)  # fmt: skip
def test_an_assurance_as_people_tick_or_write_it(said: Any, found: Any) -> None:
    assert fulfilment(said) == found


def test_a_list_of_incomes_without_a_year_is_of_the_lists_year_and_says_so() -> None:
    reading = read(INCOME, [*HOME, 4.0, "", "", 40000.0, ""])
    assert reading.batch.columns["year"] == [2026]
    assert [code for _, _, code in codes(reading)] == ["duty_undated"]


@pytest.mark.parametrize(
    ("said", "state"),
    [("已落实", "done"), ("基本完成", "done"), ("未完成", "planned"), ("", None), ("√", "done")],
)
def test_how_far_a_plan_is(said: str, state: str | None) -> None:
    assert plan_state(said) == state


@pytest.mark.parametrize("said", ["没有落实", "再看"])
def test_a_state_that_nobody_can_tell_is_not_guessed(said: str) -> None:
    assert isinstance(plan_state(said), Odd)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("资金、物资", ("funds", "goods")), ("种植项目", ("project",)), ("资金 资金", ("funds",)),
        ("技术培训+实物", ("skills", "goods")), ("无", None),
    ],
)  # fmt: skip
def test_ways_as_people_write_them(said: str, meant: tuple[str, ...] | None) -> None:
    assert ways(said) == meant


def test_an_income_is_told_whole_by_its_parts_or_by_the_head() -> None:
    reading = read(
        ["2025年度家庭收入统计表"],
        INCOME,
        [*HOME, 4.0, 30000.0, 2000.0, 40000.0, 10000.0],
        ["6299990002", "王大河", 3.0, "3万元", 1200.0, "", ""],
        ["6299990003", "赵大江", 2.0, "", "", "", 8000.0],
        ["6299990004", "孙大海", 2.0, "", "", "", ""],
    )
    assert reading.kind is Kind.HOUSEHOLD_INCOMES
    assert reading.batch.columns["income_fen"] == [4_000_000, 3_120_000, 1_600_000]
    assert reading.batch.columns["year"] == [2025] * 3
    assert [(row, code) for row, _, code in codes(reading)] == [(6, "amount_missing")]


def test_a_household_named_by_nobody_is_refused_and_one_of_equal_name_is_another() -> None:
    header = ["户主姓名", "村", "投入日期", "帮扶方式", "投入金额"]
    reading = read(
        header,
        ["张大山", "柳河村", "2026.3.5", "资金", 500.0],
        ["张大山", "东山村", "2026.3.5", "资金", 500.0],
        ["", "东山村", "2026.3.5", "资金", 500.0],
        ["张大山", "柳河村", "2026.3.5", "资金", 500.0],
    )
    assert [(row, code) for row, _, code in codes(reading)] == [
        (4, "household_missing"), (5, "duplicate_row"),
    ]  # fmt: skip
    assert reading.batch.row_numbers == [2, 3]
