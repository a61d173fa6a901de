"""Gifts, works and equipment, and what pairs of kindergartens did: lists about no person."""

from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import SheetReading
from tests.rosters.sheets import codes, read

MONEY = ["序号", "捐赠日期", "捐赠单位（个人）", "金额（万元）", "用途", "经办人"]
GOODS = ["捐赠日期", "捐赠单位（个人）", "物资名称", "数量", "单位", "单价（元）", "折合金额（元）"]
EQUIPMENT = ["序号", "项目名称", "规格型号", "单位", "数量", "单价（元）", "金额（元）", "资金来源",
             "采购时间", "验收情况"]  # fmt: skip
ACTIVITY = ["序号", "活动时间", "活动地点", "帮扶园", "被帮扶园", "活动形式", "活动主题", "主讲人",
            "参加人员", "人数", "课时"]  # fmt: skip


def rows(reading: SheetReading, *names: str) -> list[tuple[Any, ...]]:
    """Give some columns of the accepted rows, row by row."""
    return list(zip(*(reading.batch.column(name) for name in names), strict=True))


# --- gifts --------------------------------------------------------------------------------------


def test_gifts_of_money_in_the_unit_of_their_header() -> None:
    reading = read(
        ["青禾县云岭镇中心小学2026年接受社会捐赠登记表"],
        MONEY,
        [1.0, "2026年9月1日", "青禾县爱心协会", 5.0, "助学", "李会计"],
        [2.0, "2026.9.10", "匿名", "2000元", "", "李会计"],
        [3.0, "9月12日", "某爱心人士", 0.05, "", ""],
        ["合计", "", "", 5.25, "", ""],
    )
    assert (reading.kind, codes(reading)) == (Kind.DONATIONS, [])
    assert rows(reading, "donated_on", "donor", "amount_fen", "purpose") == [
        ("2026-09-01", "青禾县爱心协会", 5_000_000, "助学"),
        ("2026-09-10", "匿名", 200_000, None),
        ("2026-09-12", "匿名", 50_000, None),
    ]


def test_gifts_of_goods_are_worth_what_is_stated_else_quantity_times_price() -> None:
    reading = read(
        GOODS,
        ["2026-09-01", "青禾县教育基金会", "课桌凳", "200套", "", 180.0, ""],
        ["2026-09-02", "张大山", "图书", 300.0, "册", 20.0, 5000.0],
        ["2026-09-03", "李大河", "旧衣物", "一批", "", "", ""],
    )
    assert codes(reading) == [(3, "G", "product_mismatch"), (4, "D", "quantity_unreadable")]
    assert rows(reading, "goods", "quantity_milli", "measure", "value_fen", "amount_fen") == [
        ("课桌凳", 200_000, "套", 3_600_000, None),
        ("图书", 300_000, "册", 500_000, None),
        ("旧衣物", None, None, None, None),
    ]


def test_one_column_of_money_is_the_worth_of_goods_where_there_are_goods() -> None:
    head = ["捐赠时间", "捐赠人", "捐赠内容", "数量", "单价", "金额"]
    reading = read(
        head,
        ["2026-09-01", "张大山", "现金", "", "", 1000.0],
        ["2026-09-02", "李大河", "书包", 50.0, 60.0, ""],
        ["2026-09-03", "王大川", "现金2万元", "", "", ""],
        ["2026-09-04", "赵大江", "助学金", "", "", 500.0],
    )
    assert codes(reading) == []
    assert rows(reading, "goods", "amount_fen", "value_fen") == [
        (None, 100_000, None),
        ("书包", None, 300_000),
        (None, 2_000_000, None),
        (None, 50_000, None),
    ]


def test_money_may_stand_as_a_quantity_of_yuan() -> None:
    reading = read(
        ["捐赠时间", "捐赠人", "捐赠款物", "数量", "单位"],
        ["2026-09-01", "张大山", "现金", 5.0, "万元"],
        ["2026-09-02", "李大河", "人民币", "500", "元"],
        ["2026-09-03", "王大川", "书包", 5.0, "个"],
    )
    assert codes(reading) == []
    assert rows(reading, "amount_fen", "goods", "quantity_milli", "measure") == [
        (5_000_000, None, None, None), (50_000, None, None, None), (None, "书包", 5_000, "个"),
    ]  # fmt: skip


def test_gifts_of_nobody_are_told_apart_and_equal_ones_counted() -> None:
    reading = read(
        ["捐赠日期", "捐赠人", "金额"],
        ["2026-09-01", "匿名", 100.0],
        ["2026-09-01", "爱心人士", 200.0],
        ["2026-09-01", "匿名", 100.0],
        ["2026-09-01", "", 300.0],
    )
    assert codes(reading) == [(5, "B", "donor_unnamed")]
    keys = [key for row in reading.batch.column("entry_keys") for key in row]
    assert len(set(keys)) == 4


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (["2026-02-30", "张大山", 100.0], ("A", "date_invalid")),
        (["2026-09-01", "张大山", "若干"], ("C", "amount_unreadable")),
        (["2026-09-01", "张大山", -5.0], ("C", "amount_negative")),
        (["2026-09-01", "张大山", "#REF!"], ("C", "amount_unreadable")),
        (["2026-09-01", "张大山", ""], ("C", "amount_missing")),
        (["2026-13-01", "张大山", 100.0], ("A", "date_invalid")),
    ],
)
def test_a_gift_that_cannot_be_counted_or_dated_is_refused(
    row: list[Any], problem: tuple[str, str]
) -> None:
    reading = read(["捐赠日期", "捐赠人", "金额"], row, ["2026-09-02", "李大河", 50.0])
    assert codes(reading) == [(2, *problem)]
    assert reading.batch.row_numbers == [3]


def test_no_gift_is_taken_for_a_signature_a_date_or_a_note() -> None:
    reading = read(
        ["捐赠日期", "捐赠人", "捐赠内容", "金额"],
        ["2026年9月1日", "", "书包", 20.0],
        ["2026年9月2日", "校长", "", 100.0],
        ["2026年9月3日", "说明书厂", "", "100"],
        ["2026年9月4日", "1、东山村全体村民和在外务工人员代表若干人", "", 100.0],
    )
    assert codes(reading) == [(2, "B", "donor_unnamed")]
    assert reading.row_count == 4
    bare = read(["捐款人", "捐款金额"], ["校长", 100.0], ["会计", "50"], ["班主任", 20.0])
    assert bare.row_count == 3


def test_gifts_without_a_column_of_days_are_of_the_titles_day() -> None:
    reading = read(
        ["2026年9月8日捐款名单"], ["捐款人", "捐款金额"], ["张三", 100.0], ["李四", 20.0]
    )
    assert codes(reading) == []
    assert reading.batch.column("donated_on") == ["2026-09-08"] * 2
    undated = read(["捐款人", "捐款金额"], ["张三", 100.0], ["李四", 20.0])
    assert codes(undated) == [(2, "", "date_missing")]


def test_a_unit_of_things_may_stand_in_the_header_and_the_donor_down_merged_rows() -> None:
    reading = read(
        ["捐赠日期", "捐赠人", "物资名称", "数量（套）", "单价（元）", "金额（元）"],
        ["2026-09-01", "爱心企业", "课桌", 100.0, 90.0, 9000.0],
        ["", "", "椅子", "100把", 60.0, 6000.0],
        merges=(((1, 0), (2, 0)), ((1, 1), (2, 1))),
    )
    assert codes(reading) == []
    assert rows(reading, "donor", "goods", "measure", "value_fen") == [
        ("爱心企业", "课桌", "套", 900_000), ("爱心企业", "椅子", "把", 600_000),
    ]  # fmt: skip


# --- works and equipment ------------------------------------------------------------------------


def test_sections_sums_and_numbering_that_starts_anew() -> None:
    reading = read(
        ["青禾县2026年改善办学条件项目表"],
        ["填报单位：青禾县教育局", "", "", "", "", "", "单位：元"],
        EQUIPMENT,
        ["一、教学设备"],
        [1.0, "班班通", "86寸", "套", 12.0, 25000.0, 300000.0, "中央资金", "2026年8月", "已验收"],
        [2.0, "课桌凳", "", "套", "200套", 180.0, 36000.0, "县级", "2026-08-20", "合格"],
        ["小计", "", "", "", "", "", 336000.0],
        ["二、生活设施"],
        [1.0, "高低床", "", "张", 60.0, 800.0, "", "社会捐赠", "", ""],
        ["小计", "", "", "", "", "", 48000.0],
        ["合　计", "", "", "", "", "", 384000.0],
    )
    assert (reading.kind, codes(reading)) == (Kind.FACILITY_PROJECTS, [])
    found = rows(reading, "section", "item", "quantity_milli", "measure", "amount_fen", "year")
    assert found == [
        ("教学设备", "班班通", 12_000, "套", 30_000_000, 2026),
        ("教学设备", "课桌凳", 200_000, "套", 3_600_000, 2026),
        ("生活设施", "高低床", 60_000, "张", 4_800_000, 2026),
    ]
    assert reading.batch.column("bought_on") == ["2026-08-01", "2026-08-20", None]


def test_three_header_rows_and_sections_that_hold_their_own_sums() -> None:
    reading = read(
        ["2026年教育扶贫改善办学条件项目统计表"],
        ["序号", "项目名称", "建设性质", "建设规模", "", "资金（万元）", "", "", "受益人口（人）"],
        ["", "", "", "件数", "建设面积（平方米）", "计划投资（万元）", "其中", "", ""],
        ["", "", "", "", "", "", "自筹资金（万元）", "缺口资金（万元）", ""],
        ["一", "幼儿园建设", "", "", 1500.0, 320.5, 20.0, 0.5, 180.0],
        [1.0, "云岭镇幼儿园", "新建", 1.0, 1000.0, 200.5, 10.0, 0.5, 120.0],
        [2.0, "东山村幼儿园", "改建", 1.0, 500.0, 120.0, 10.0, 0.0, 60.0],
        ["二", "维修维护", "", "", "", 30.0, "", "", ""],
        [1.0, "中心小学屋面", "维修", 1.0, "800.5㎡", 30.0, "", "", "600人"],
        ["", "合计", "", "", "", 350.5, "", "", ""],
        merges=(
            ((1, 0), (3, 0)), ((1, 1), (3, 1)), ((1, 2), (3, 2)), ((1, 3), (1, 4)),
            ((2, 3), (3, 3)), ((2, 4), (3, 4)), ((1, 5), (1, 7)), ((2, 5), (3, 5)),
            ((2, 6), (2, 7)), ((1, 8), (3, 8)),
        ),
    )  # fmt: skip
    assert (reading.kind, codes(reading)) == (Kind.FACILITY_PROJECTS, [])
    assert rows(reading, "section", "item", "planned_fen", "own_funds_fen", "beneficiaries") == [
        ("幼儿园建设", "云岭镇幼儿园", 200_500_000, 10_000_000, 120),
        ("幼儿园建设", "东山村幼儿园", 120_000_000, 10_000_000, 60),
        ("维修维护", "中心小学屋面", 30_000_000, None, 600),
    ]
    assert reading.batch.column("area_milli") == [1_000_000, 500_000, 800_500]
    assert reading.row_count == 3


def test_a_section_sum_that_does_not_fit_is_noticed() -> None:
    reading = read(
        EQUIPMENT,
        ["一", "教学设备", "", "", "", "", 400000.0],
        [1.0, "班班通", "", "套", 12.0, 25000.0, 300000.0, "中央资金"],
        [2.0, "课桌凳", "", "套", 200.0, 180.0, 36000.0, "县级"],
    )
    assert codes(reading) == [(2, "G", "sum_mismatch")]


def test_sections_within_sections_are_summed_too() -> None:
    head = ["序号", "项目名称", "单位", "数量", "单价", "金额", "资金来源"]
    reading = read(
        head,
        ["一", "小学", "", "", "", 1500.0],
        ["（一）", "教学设备", "", "", "", 1000.0],
        [1.0, "投影", "台", 1.0, 1000.0, 1000.0, "县级"],
        ["（二）", "生活设施", "", "", "", 500.0],
        [1.0, "床", "张", 1.0, 500.0, 500.0, "县级"],
        ["总计", "", "", "", "", 1500.0],
    )
    assert codes(reading) == []
    assert rows(reading, "section", "item") == [("教学设备", "投影"), ("生活设施", "床")]


def test_rows_that_are_all_numbered_in_words_are_items() -> None:
    head = ["序号", "项目名称", "建设性质", "计划投资（万元）"]
    reading = read(head, ["一", "教学楼", "新建", 300.0], ["二", "食堂", "改建", 50.0])
    assert rows(reading, "section", "item") == [(None, "教学楼"), (None, "食堂")]


def test_the_stated_amount_wins_over_quantity_times_price() -> None:
    reading = read(EQUIPMENT, [1.0, "课桌凳", "", "套", 200.0, 180.0, 35000.0, "县级"])
    assert codes(reading) == [(2, "G", "product_mismatch")]
    assert reading.batch.column("amount_fen") == [3_500_000]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ([1.0, "", "", "套", 200.0, 180.0, 36000.0, "县级"], ("B", "entry_incomplete")),
        ([1.0, "课桌凳", "", "套", "若干", 180.0, 36000.0, "县级"], ("E", "quantity_unreadable")),
        ([1.0, "课桌凳", "", "套", 200.0, 180.0, "#REF!", "县级"], ("G", "amount_unreadable")),
        ([1.0, "课桌凳", "", "套", -2.0, 180.0, 36000.0, "县级"], ("E", "quantity_unreadable")),
        ([1.0, "课桌凳", "", "套", "", 180.0, "", "县级"], ("E", "entry_incomplete")),
    ],
)
def test_an_item_that_cannot_be_counted_is_refused(
    row: list[Any], problem: tuple[str, str]
) -> None:
    reading = read(EQUIPMENT, row, [2.0, "黑板", "", "块", 10.0, 300.0, 3000.0, "县级"])
    assert codes(reading) == [(2, *problem)]
    assert reading.batch.row_numbers == [3]


def test_a_long_numbered_name_is_an_item_and_no_note() -> None:
    name = "1、教学楼维修改造工程（三层框架结构，含屋面防水）"
    reading = read(EQUIPMENT, ["", name, "", "项", 1.0, 5000.0, 5000.0, "县级"])
    assert (codes(reading), reading.row_count) == ([], 1)


# --- pairs of kindergartens ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2026年9月10日", "2026-09-10", "2026-09-10"),
        ("2026年9月10日至12日", "2026-09-10", "2026-09-12"),
        ("2026年9月10日-12日", "2026-09-10", "2026-09-12"),
        ("2026.9.10—2026.9.12", "2026-09-10", "2026-09-12"),
        ("2026-09-10~2026-09-12", "2026-09-10", "2026-09-12"),
        ("2026-09-10-2026-09-12", "2026-09-10", "2026-09-12"),
        ("2026.9.10-9.12", "2026-09-10", "2026-09-12"),
        ("9.10-9.12", "2026-09-10", "2026-09-12"),
        ("2026年9月30日至10月2日", "2026-09-30", "2026-10-02"),
        ("2026.9.5、9.12、10.8", "2026-09-05", "2026-10-08"),
        ("2025年12月30日至1月2日", "2025-12-30", "2026-01-02"),
        ("2026年9月10日 上午9:00-11:30", "2026-09-10", "2026-09-10"),
        (46275.0, "2026-09-10", "2026-09-10"),
        ("2026/9/10", "2026-09-10", "2026-09-10"),
    ],
)
def test_days_and_spans_of_days(cell: Any, first: str, last: str) -> None:
    reading = read(ACTIVITY, [1.0, cell, "", "县幼", "镇幼", "送教", "绘本", "", "", "", 2.0])
    assert codes(reading) == []
    assert rows(reading, "started_on", "ended_on") == [(first, last)]


@pytest.mark.parametrize(
    "cell", ["2026年2月30日", "2026年9月12日至10日", "每周三", "9月", "", "2026年9月10日至31日"]
)
def test_an_activity_without_a_day_is_refused(cell: str) -> None:
    good = [2.0, "2026-09-10", "", "县幼", "镇幼", "送教", "绘本", "", "", "", 2.0]
    reading = read(ACTIVITY, [1.0, cell, "", "县幼", "镇幼", "送教", "绘本", "", "", "", 2.0], good)
    assert [(row, column) for row, column, _ in codes(reading)] == [(2, "B")]
    assert reading.batch.row_numbers == [3]


def test_the_pair_stands_in_the_title_and_forms_have_usual_names() -> None:
    reading = read(
        ["青禾县第一幼儿园与云岭镇幼儿园2026年秋季学期结对帮扶活动记录"],
        ["日期", "活动形式", "活动内容", "主讲人", "参加人员", "人数", "课时"],
        ["2026-09-10", "讲座、送课", "区域游戏", "李园长", "全体教师", "32人", "1.5课时"],
        ["2026-09-10", "讲座、送课", "区域游戏", "李园长", "全体教师", "32人", "1.5课时"],
    )
    assert reading.kind is Kind.KINDERGARTEN_ACTIVITIES
    assert codes(reading) == [(4, "A", "duplicate_row")]
    assert rows(reading, "helping_school", "helped_school", "form", "people", "hours_milli") == [
        ("青禾县第一幼儿园", "云岭镇幼儿园", "专题讲座、送教下乡", 32, 1_500)
    ]
