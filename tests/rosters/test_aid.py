"""Aid lists, payment lists and 两免一补, as schools print them."""

from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import SheetReading, read_sheet
from tests.rosters.sheets import CHILD, OTHER, TODAY, codes, read, sheet

CARD = "6217000000000000001"
HEAD = ["序号", "年级班级", "学生姓名", "身份证号码", "家长姓名(持卡人)", "与学生关系",
        "惠农一卡通账号", "补助标准(元/天)", "天数", "金额（元）", "领取人签字",
        "备注"]  # fmt: skip
TITLE = ["青禾县云岭镇中心小学2026年10月家庭经济困难寄宿生生活补助发放花名册"]
WAIVED = ["序号", "学校", "年级", "班级", "姓名", "身份证号", "免学杂费", "免教科书费",
          "补助生活费", "合计", "家长签字"]  # fmt: skip


def paid(number: int, name: str, who: str, *rest: Any) -> list[Any]:
    given = ["张大山", "父子", CARD, 4.0, 18.0, 72.0]
    return [float(number), "三(1)班", name, who, *(list(rest) or given)]


def amounts(reading: SheetReading) -> list[tuple[Any, ...]]:
    """Give (row, project, period, fen) of every entry."""
    batch = reading.batch
    found = []
    for at, number in enumerate(batch.row_numbers):
        for entry in batch.column("entries")[at] or [{}]:
            project = entry.get("project", batch.column("project")[at])
            fen = entry.get("amount_fen", batch.column("amount_fen")[at])
            found.append((number, project, batch.column("period")[at], fen))
    return found


def test_a_payment_list_as_it_is_printed_signed_and_summed() -> None:
    reading = read(
        TITLE,
        ["学校（公章）：云岭镇中心小学", "", "", "", "", "", "单位：元", "", "2026年11月3日"],
        HEAD,
        paid(1, "张小禾", CHILD),
        ["本页小计", "", "", "", "", "", "", "", "", 72.0],
        HEAD,
        paid(2, "李小麦", OTHER, "李大河", "父女", "6217000000000000002", 4.0, 20.0, 80.0),
        ["本页小计", "", "", "", "", "", "", "", "", 80.0],
        ["合　计", "", "", "", "", "", "", "", "", 152.0],
        ["合计金额（大写）：壹佰伍拾贰元整"],
        ["校长：", "", "经办人：", "", "班主任："],
    )
    assert (reading.kind, reading.row_count, codes(reading)) == (Kind.AID_PAYMENT, 2, [])
    assert amounts(reading) == [
        (4, "寄宿生生活补助", "2026-10", 7_200),
        (7, "寄宿生生活补助", "2026-10", 8_000),
    ]
    batch = reading.batch
    assert batch.column("payee") == ["张大山", "李大河"]
    assert batch.column("account") == [CARD, "6217000000000000002"]
    assert batch.column("grade") == [3, 3]


def test_two_header_rows_with_the_amount_spread_over_three_columns() -> None:
    reading = read(
        TITLE,
        ["序号", "姓名", "身份证号", "班级", "补助金额", "", "", "银行卡号"],
        ["", "", "", "", "标准", "天数", "金额", ""],
        [1.0, "张小禾", CHILD, "三1班", 4.0, 18.0, 72.0, CARD],
        merges=(((1, 0), (2, 0)), ((1, 1), (2, 1)), ((1, 2), (2, 2)), ((1, 3), (2, 3)),
                ((1, 4), (1, 6)), ((1, 7), (2, 7))),
    )  # fmt: skip
    assert (reading.kind, codes(reading)) == (Kind.AID_PAYMENT, [])
    assert amounts(reading) == [(4, "寄宿生生活补助", "2026-10", 7_200)]
    assert reading.batch.column("standard_fen") == [400]
    assert reading.batch.column("days") == [18]


def test_two_pupils_beside_each_other() -> None:
    head = ["序号", "姓名", "身份证号", "班级", "金额", "银行卡号"]
    left = [1.0, "张小禾", CHILD, "三1班", 72.0, CARD]
    right = [2.0, "李小麦", OTHER, "三1班", 80.0, "6217000000000000002"]

    found = read_sheet(
        sheet(
            TITLE,
            [*head, *head],
            [*left, *right],
            ["合计", "", "", "", 72.0, "", "合计", "", "", "", 80.0],
        ),
        file_name="表.xlsx",
        today=TODAY,
        as_of=None,
    )
    assert [reading.kind for reading in found] == [Kind.AID_PAYMENT] * 2
    assert [fen for reading in found for *_, fen in amounts(reading)] == [7_200, 8_000]
    assert [codes(reading) for reading in found] == [[], []]


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        (625.0, 62_500), ("625元", 62_500), ("￥625.00", 62_500), ("1,250.00", 125_000),
        ("1，250", 125_000), (312.5, 31_250), ("６２５", 62_500), ("625.0", 62_500),
        (0.1 + 0.2, 30), (" 625 元整 ", 62_500), ("0.06万元", 60_000), ('="625"', 62_500),
        (0.0, 0), ("人民币625元", 62_500), (625, 62_500), ("625/期", 62_500),
    ],
)  # fmt: skip
def test_money_as_people_write_it(cell: Any, fen: int) -> None:
    reading = read(TITLE, HEAD, paid(1, "张小禾", CHILD, "", "", "", "", "", cell))
    assert (codes(reading), amounts(reading)[0][-1]) == ([], fen)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "amount_missing"), ("-", "amount_missing"), ("无", "amount_missing"),
        ("500\n200", "amount_unreadable"),
        ("若干", "amount_unreadable"), ("#REF!", "amount_unreadable"),
        ("#N/A", "amount_unreadable"),
        ("约600", "amount_unreadable"), ("1万2", "amount_unreadable"), (-625.0, "amount_negative"),
        ("-625", "amount_negative"), ("(625.00)", "amount_negative"), (True, "amount_unreadable"),
        (6.217e18, "amount_unreadable"), ("33.333", "amount_unreadable"),
        (float("nan"), "amount_unreadable"), ("1e5", "amount_unreadable"),
        ("600-700", "amount_unreadable"), ("1.250,00", "amount_unreadable"),
    ],
)  # fmt: skip
def test_money_that_nobody_can_count_refuses_its_row(cell: Any, code: str) -> None:
    good = paid(2, "李小麦", OTHER)
    reading = read(TITLE, HEAD, paid(1, "张小禾", CHILD, "", "", "", "", "", cell), good)
    assert codes(reading) == [(3, "J", code)]
    assert (reading.refused_rows, reading.batch.row_numbers) == ([3], [4])


def test_an_unstated_amount_is_rate_times_days() -> None:
    reading = read(TITLE, HEAD, paid(1, "张小禾", CHILD, "", "", "", 4.0, 18.0, ""))
    assert (codes(reading), amounts(reading)[0][-1]) == ([(3, "J", "product_computed")], 7_200)
    assert "72.00" in reading.problems[0].message


def test_amounts_that_were_worked_out_are_said_once() -> None:
    rows = [paid(1, "张小禾", CHILD, "", "", "", 4.0, 18.0, ""),
            paid(2, "李小麦", OTHER, "", "", "", 4.5, 3.0, "")]  # fmt: skip
    reading = read(TITLE, HEAD, *rows)
    assert [fen for *_, fen in amounts(reading)] == [7_200, 1_350]
    assert codes(reading) == [(3, "J", "product_computed")]
    assert "共 2 行" in reading.problems[0].message


def test_a_stated_amount_wins_over_rate_times_days() -> None:
    reading = read(TITLE, HEAD, paid(1, "张小禾", CHILD, "", "", "", 4.0, 18.0, 76.0))
    assert codes(reading) == [(3, "J", "product_mismatch")]
    assert amounts(reading)[0][-1] == 7_600


def test_a_rate_by_the_term_is_not_multiplied_by_days() -> None:
    head = [word.replace("元/天", "元/期") for word in HEAD]
    reading = read(TITLE, head, paid(1, "张小禾", CHILD, "", "", "", 625.0, 100.0, 625.0))
    assert codes(reading) == []


def test_the_unit_stands_in_the_header_above_the_table_or_in_the_cell() -> None:
    head = ["姓名", "身份证号", "资助项目", "学期", "资助金额(万元)"]
    rows: list[list[Any]] = [
        ["张小禾", CHILD, "助学贷款", "2026秋", 0.8],
        ["李小麦", OTHER, "助学贷款", "2026秋", "5000元"],
    ]
    assert [fen for *_, fen in amounts(read(head, *rows))] == [800_000, 500_000]
    bare = ["姓名", "身份证号", "资助项目", "学期", "资助金额"]
    assert [fen for *_, fen in amounts(read(["金额单位：万元"], bare, *rows))] == [800_000, 500_000]


def test_a_sum_that_does_not_fit_is_noticed_and_its_parts_believed() -> None:
    reading = read(
        TITLE, HEAD, paid(1, "张小禾", CHILD), paid(2, "李小麦", OTHER),
        ["合计", "", "", "", "", "", "", "", "", 154.0],
    )  # fmt: skip
    assert codes(reading) == [(5, "J", "sum_mismatch")]
    assert [fen for *_, fen in amounts(reading)] == [7_200, 7_200]


def test_a_card_that_lost_its_digits_is_left_empty_and_the_money_is_kept() -> None:
    reading = read(
        TITLE, HEAD, paid(1, "张小禾", CHILD, "张大山", "父子", 6.217e18, 4.0, 18.0, 72.0)
    )
    assert codes(reading) == [(3, "G", "account_lost_digits")]
    assert (reading.batch.column("account"), len(reading.batch)) == ([None], 1)


def test_no_message_shows_a_whole_card() -> None:
    row = paid(1, "张小禾", CHILD, "张大山", "父子", CARD + "甲", 4.0, 18.0, CARD)
    reading = read(TITLE, HEAD, row)
    assert {code for *_, code in codes(reading)} == {"account_unusual", "amount_unreadable"}
    for problem in reading.problems:
        assert CARD not in problem.message + problem.value


def test_sections_by_class_give_their_class() -> None:
    head = ["序号", "姓名", "身份证号", "金额", "银行卡号"]
    reading = read(
        TITLE, head,
        ["三年级（1）班"], [1.0, "张小禾", CHILD, 72.0, CARD], ["小计", "", "", 72.0],
        ["三年级（2）班"], [1.0, "李小麦", OTHER, 80.0, CARD[:-1] + "2"], ["小计", "", "", 80.0],
        ["合计", "2人", "", 152.0],
    )  # fmt: skip
    assert (codes(reading), reading.batch.column("class_no")) == ([], [1, 2])


def test_sections_by_project_tell_two_payments_of_one_pupil_apart() -> None:
    reading = read(
        ["2026年秋季学期学生资助名单"],
        ["序号", "姓名", "身份证号", "年级", "金额"],
        ["一、寄宿生生活补助"], [1.0, "张小禾", CHILD, "三年级", 625.0],
        ["二、营养改善计划"], [1.0, "张小禾", CHILD, "三年级", 400.0],
    )  # fmt: skip
    assert codes(reading) == []
    assert amounts(reading) == [
        (4, "寄宿生生活补助", "2026秋", 62_500), (6, "营养改善计划", "2026秋", 40_000),
    ]  # fmt: skip


def test_a_file_without_titles_is_told_by_its_name() -> None:
    (reading,) = read_sheet(
        sheet(["姓名", "身份证号", "班级", "金额", "卡号"], ["张小禾", CHILD, "三1班", 72.0, CARD]),
        file_name="云岭镇中心小学2026年10月寄宿生补助发放.xlsx",
        today=TODAY,
        as_of=None,
    )
    assert codes(reading) == []
    assert amounts(reading) == [(2, "寄宿生生活补助", "2026-10", 7_200)]
    assert reading.batch.column("school") == ["云岭镇中心小学"]


def test_a_total_over_columns_of_months_is_paid_month_by_month() -> None:
    reading = read(
        ["2026年秋季学期寄宿生生活补助发放表"],
        ["姓名", "身份证号", "年级", "9月", "10月", "合计", "银行卡号"],
        ["张小禾", CHILD, "三年级", 125.0, 125.0, 250.0, CARD],
    )
    assert codes(reading) == []
    assert amounts(reading) == [
        (3, "寄宿生生活补助", "2026秋", 12_500),
        (3, "寄宿生生活补助", "2026秋", 12_500),
    ]
    periods = [entry["period"] for entry in reading.batch.column("entries")[0]]
    assert periods == ["2026-09", "2026-10"]


def test_months_of_a_column_are_of_the_titles_school_year() -> None:
    head = ["姓名", "身份证号", "年级", "资助项目", "月份", "金额", "卡号"]
    rows = [
        ["张小禾", CHILD, "三年级", "助学金", month, 100.0, CARD]
        for month in (9.0, "12月", "1月份", 202610.0, "2026-11", "9-10月", 2026.1)
    ]
    reading = read(["2026年秋季学期助学金发放表"], head, *rows)
    assert codes(reading) == [(8, "E", "month_unreadable"), (9, "E", "month_unreadable")]
    assert [period for _, _, period, _ in amounts(reading)] == [
        "2026-09", "2026-12", "2027-01", "2026-10", "2026-11",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("青禾小学2026年9月至12月寄宿生补助发放表", "2026秋"),
        ("青禾小学2026年9-12月寄宿生补助发放表", "2026秋"),
        ("青禾小学2026年9月—2027年1月寄宿生补助发放表", "2026秋"),
        ("青禾小学2026年3月-7月份寄宿生补助发放表", "2026春"),
        ("青禾小学2026年10月份寄宿生补助发放表", "2026-10"),
        ("青禾小学2026-2027学年寄宿生补助发放表", "2026学年"),
        ("青禾小学2026—2027学年度第二学期寄宿生补助发放表", "2027春"),
    ],
)
def test_the_period_stands_in_the_title(title: str, period: str) -> None:
    reading = read([title], HEAD, paid(1, "张小禾", CHILD))
    assert (codes(reading), reading.batch.column("period")) == ([], [period])


def test_what_was_really_paid_wins_and_words_of_sums_are_passed_over() -> None:
    head = ["姓名", "身份证号", "年级", "应发金额", "实发金额", "金额（大写）", "卡号"]
    row = ["张小禾", CHILD, "三年级", 80.0, 72.0, "柒拾贰元整", CARD]
    reading = read(TITLE, head, row)
    assert (codes(reading), amounts(reading)[0][-1]) == ([(0, "", "column_twice")], 7_200)
    head = ["姓名", "身份证号", "年级", "金额（大写）", "金额（小写）", "卡号"]
    reading = read(TITLE, head, ["张小禾", CHILD, "三年级", "柒拾贰元整", 72.0, CARD])
    assert (codes(reading), amounts(reading)[0][-1]) == ([], 7_200)


def test_a_list_with_tiers_and_amounts_is_a_list_of_aid() -> None:
    head = ["姓名", "身份证号", "年级", "困难类型", "困难等级", "资助金额"]
    reading = read(
        ["2026年秋季学期助学金名单"], head, ["张小禾", CHILD, "三年级", "低保", "困难", 5]
    )
    assert (reading.kind, codes(reading)) == (Kind.AID_LIST, [])


def test_a_day_of_payment_that_does_not_exist_refuses_its_row() -> None:
    head = ["姓名", "身份证号", "年级", "资助项目", "学期", "发放时间", "金额", "卡号"]
    row = ["张小禾", CHILD, "三年级", "助学金", "2026秋", "2026年2月30日", 100.0, CARD]
    assert codes(read(head, row)) == [(2, "F", "date_invalid")]


# --- 两免一补 -----------------------------------------------------------------------------------


def waived(name: str, who: str, *cells: Any) -> list[Any]:
    return [1.0, "云岭镇中心小学", "三年级", "1班", name, who, *cells]


def test_each_programme_of_a_row_is_an_entry() -> None:
    reading = read(
        ["2026年秋季学期“两免一补”花名册"],
        WAIVED,
        waived("张小禾", CHILD, 85.0, 45.0, 625.0, 755.0),
        waived("李小麦", OTHER, 85.0, "", 0.0, 85.0),
    )
    assert (reading.kind, codes(reading)) == (Kind.FEE_WAIVER, [])
    assert amounts(reading) == [
        (3, "免学杂费", "2026秋", 8_500),
        (3, "免费教科书", "2026秋", 4_500),
        (3, "寄宿生生活补助", "2026秋", 62_500),
        (4, "免学杂费", "2026秋", 8_500),
    ]


def test_ticks_grant_without_an_amount() -> None:
    reading = read(
        ["2026年秋季学期“两免一补”花名册"],
        WAIVED[:9],
        waived("张小禾", CHILD, "√", 1.0, "是"),
        waived("李小麦", OTHER, "√", 0.0, "否"),
    )
    assert codes(reading) == []
    assert amounts(reading) == [
        (3, "免学杂费", "2026秋", None),
        (3, "免费教科书", "2026秋", None),
        (3, "寄宿生生活补助", "2026秋", None),
        (4, "免学杂费", "2026秋", None),
    ]


def test_a_row_without_any_programme_is_refused_and_one_with_a_total_is_that_total() -> None:
    reading = read(
        ["2026年秋季学期“两免一补”花名册"],
        WAIVED,
        waived("张小禾", CHILD, "", "", "", ""),
        waived("李小麦", OTHER, "", "", "", 130.0),
    )
    assert codes(reading) == [(3, "G", "amount_missing")]
    assert amounts(reading) == [(4, "两免一补", "2026秋", 13_000)]


def test_a_total_that_is_not_the_sum_of_its_row_is_noticed() -> None:
    reading = read(
        ["2026年秋季学期“两免一补”花名册"], WAIVED, waived("张小禾", CHILD, 85.0, 45.0, "", 140.0)
    )
    assert codes(reading) == [(3, "J", "sum_mismatch")]
    assert sum(fen for *_, fen in amounts(reading)) == 13_000


def test_a_fault_in_one_programme_refuses_the_whole_row() -> None:
    reading = read(
        ["2026年秋季学期“两免一补”花名册"], WAIVED, waived("张小禾", CHILD, 85.0, "若干", "", "")
    )
    assert codes(reading) == [(3, "H", "amount_unreadable")]
    assert len(reading.batch) == 0


def test_meal_days_beside_an_account_are_the_days_that_are_paid() -> None:
    head = ["姓名", "身份证号", "班级", "补助标准(元/天)", "就餐天数", "金额", "银行卡号", "领款人"]
    reading = read(TITLE, head, ["张小禾", CHILD, "三1班", 4.0, 18.0, 72.0, CARD, "张大山"])
    assert (reading.kind, codes(reading)) == (Kind.AID_PAYMENT, [])
    assert reading.batch.column("days") == [18]


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        (["补助标准(元/天)", "天数", "领取人"], [4.0, "二十", ""]),
        (["天数", "领取人"], [20.0, ""]),
        (["应发", "实发", "领取人"], ["", "", ""]),
    ],
)
def test_a_row_of_which_nobody_can_tell_an_amount_is_refused(head: Any, cells: Any) -> None:
    reading = read(TITLE, ["姓名", "身份证号", "班级", *head], ["张小禾", CHILD, "三1班", *cells])
    assert (reading.kind, reading.refused_rows) == (Kind.AID_PAYMENT, [3])
    assert "amount_missing" in {code for _, _, code in codes(reading)}


def test_what_was_paid_out_goes_before_what_was_due() -> None:
    head = ["姓名", "身份证号", "班级", "应发", "实发", "领取人"]
    reading = read(TITLE, head, ["张小禾", CHILD, "三1班", 84.0, 80.0, ""])
    assert amounts(reading)[0][-1] == 8_000
