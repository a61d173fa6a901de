"""Labour lists: what their columns say of somebody's work and wishes."""

from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from tests.rosters.sheets import ADULT, CHILD, codes, read

LABOUR: dict[str, Any] = {
    "姓名": "张大山", "身份证号": ADULT, "村组": "东山村一组", "是否就业": "是", "工种": "电焊",
}  # fmt: skip


def labour(**changes: Any) -> dict[str, Any]:
    row = LABOUR | changes
    reading = read([*row], [*row.values()])
    assert reading.kind is Kind.LABOUR_ROSTER
    assert codes(reading) == []
    return {name: values[0] for name, values in reading.batch.columns.items()}


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("就业情况", "已就业", "is_employed", True),
        ("务工状态", "在外务工", "is_employed", True),
        ("就业(转移)状态", "未就业", "is_employed", False),
        ("就业情况", "返乡未就业", "is_employed", False),
        ("就业情况", "在校", "is_employed", False),
        ("务工区域", "乡（镇）外县内务工", "work_region", "county"),
        ("务工区域", "县外省内", "work_region", "province"),
        ("务工区域", "省外", "work_region", "other_province"),
        ("务工地址", "青禾县城关镇", "work_place", "青禾县城关镇"),
        ("务工所在地", "乡(镇)外县内务工", "work_region", "county"),
        ("务工所在地", "乡(镇)外县内务工", "work_place", None),
        ("月收入（元）", "3,500.00", "wage_fen", 350_000),
        ("月收入（元）", 4200.0, "wage_fen", 420_000),
        ("工资", "￥3000元/月", "wage_fen", 300_000),
        ("工资", "0.4万", "wage_fen", 400_000),
        ("工资", "0", "wage_fen", None),
        ("月收入（元）", "约3500左右", "wage_fen", 350_000),
        ("开始时间", "2026.3", "work_started_on", "2026-03-01"),
        ("返乡日期", "2026年10月8日", "returned_on", "2026-10-01"),
        ("接受过职业培训", "否", "had_training", False),
        ("是否取得培训证书", "√", "has_certificate", True),
        ("技能情况", "电工证", "skill", "电工证"),
        ("人口资源分类", "在校学生", "labour_state", "在校学生"),
        ("下一步就业意愿", "省外务工", "job_wish", "省外务工"),
        ("未就业原因", "照顾老人", "unemployed_reason", "照顾老人"),
    ],
)
def test_the_columns_of_four_families_of_lists(
    header: str, cell: Any, field: str, value: object
) -> None:
    headers = {"是否就业": None} if field == "is_employed" else {}
    row = {name: cell for name, cell in (LABOUR | headers).items() if cell is not None}
    reading = read([*row, header], [*row.values(), cell])
    assert reading.kind is Kind.LABOUR_ROSTER
    assert codes(reading) == []
    assert reading.batch.columns[field] == [value]


@pytest.mark.parametrize(
    ("wants", "wish", "told"),
    [
        ("是", "家政", (True, "家政")),
        ("", "家政", (True, "家政")),
        ("", "是", (True, None)),
        ("", "否", (False, None)),
        ("", "无意愿", (False, None)),
        ("否", "", (False, None)),
        ("电焊", "", (True, "电焊")),
        ("愿意", "电焊", (True, "电焊")),
        ("不愿意", "", (False, None)),
        ("", "", (None, None)),
    ],
)
def test_a_wish_may_be_a_yes_or_the_training_itself(
    wants: str, wish: str, told: tuple[bool | None, str | None]
) -> None:
    found = labour(是否有培训意愿=wants, 培训意愿=wish)
    assert (found["wants_training"], found["training_wish"]) == told


def test_who_is_at_school_does_not_work() -> None:
    found = labour(是否就业="在校")
    assert (found["is_employed"], found["labour_state"]) == (False, "在校")


def test_household_cells_merged_down_hold_for_every_member() -> None:
    header = ["户编号", "户主姓名", "村组", "姓名", "身份证号", "年龄", "是否就业", "具体工种"]
    reading = read(
        ["东山村劳动力花名册", "", "", "", "", "", "", ""],
        header,
        ["6200000001", "张大山", "一组", "张大山", ADULT, "39", "是", "瓦工"],
        ["", "", "", "张小禾", CHILD, "30", "否", ""],
        merges=(*tuple(((2, at), (3, at)) for at in range(3)), ((0, 0), (0, 7))),
    )
    columns = reading.batch.columns
    assert columns["household_no"] == ["6200000001", "6200000001"]
    assert columns["head_name"] == ["张大山", "张大山"]
    # Ages are typed once and grow stale: the id says the birth date.
    assert columns["born_on"] == ["1980-01-02", "2014-05-06"]
    assert codes(reading) == []
