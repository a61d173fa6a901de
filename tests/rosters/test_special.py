"""Special-group lists: which group a row is of, and what that says of household and person."""

from datetime import date
from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import SheetReading, read_sheet
from tests.rosters.sheets import ADULT, CHILD, OTHER, TODAY, codes, sheet

PEOPLE: dict[str, Any] = {"姓名": "张大山", "身份证号": ADULT, "行政村": "东山村"}


def read(
    title: str, *, sheet_name: str = "Sheet1", file_name: str = "名单.xlsx", **cells: Any
) -> SheetReading:
    row = {name: cell for name, cell in (PEOPLE | cells).items() if cell is not None}
    lines = [[title, *[""] * (len(row) - 1)]] if title else []
    page = sheet(*lines, [*row], [*row.values()], name=sheet_name)
    (reading,) = read_sheet(page, file_name=file_name, today=TODAY, as_of=None)
    return reading


def named(reading: SheetReading) -> list[list[str]]:
    """Give by row the categories that it names."""
    assert reading.kind is Kind.SPECIAL_GROUP
    return [[name for name, *_ in row] for row in reading.batch.columns["categories"]]


@pytest.mark.parametrize(
    ("where", "category"),
    [
        ({"title": "云岭镇2026年10月农村低保对象花名册"}, "rural_allowance"),
        ({"title": "青禾县城市最低生活保障人员名单"}, "urban_allowance"),
        ({"title": "云岭镇低保边缘家庭台账"}, "near_allowance"),
        ({"title": "云岭镇特困供养人员花名册"}, "rural_destitute"),
        ({"title": "防返贫监测对象信息表"}, "prevention"),
        ({"title": "", "sheet_name": "低保"}, "rural_allowance"),
        ({"title": "", "file_name": "云岭镇低保户.xlsx"}, "rural_allowance"),
        ({"title": "", "file_name": "低保残疾.xlsx", "sheet_name": "低保"}, "rural_allowance"),
        ({"title": "云岭镇低保、残疾人员名单", "sheet_name": "低保"}, "rural_allowance"),
        ({"title": "云岭镇特殊群体名单", "类别": "特困"}, "rural_destitute"),
        ({"title": "", "救助类别": "城市低保"}, "urban_allowance"),
        ({"title": "", "低保类别": "B类"}, "rural_allowance"),
        ({"title": "", "低保类别": "2"}, "rural_allowance"),
        ({"title": "", "低保类别": "A"}, "rural_allowance"),
        ({"title": "", "低保档次": "一档"}, "rural_allowance"),
        ({"title": "", "低保类别": "城低"}, "urban_allowance"),
        ({"title": "云岭镇低保名单", "类别": "二类"}, "rural_allowance"),
        ({"title": "云岭镇城乡低保名单", "类别": "城市"}, "urban_allowance"),
        ({"title": "城乡低保对象名单", "户口性质": "非农业户口"}, "urban_allowance"),
        ({"title": "监测对象名单", "监测对象类别": "边缘易致贫户"}, "marginal"),
        ({"title": "", "特困类别": "集中供养"}, "rural_destitute"),
        ({"title": "云岭镇低保对象花名册", "金额（元）": "320"}, "rural_allowance"),
        ({"title": "云岭镇特殊群体名单", "类别": "建档立卡、低保"}, "rural_allowance"),
    ],
)
def test_the_group_stands_in_a_column_a_title_or_a_name(where: Any, category: str) -> None:
    reading = read(**where)
    assert {code for _, _, code in codes(reading)} <= {"group_not_taken"}
    assert named(reading) == [[category]]


def test_a_list_speaks_of_its_own_group_alone() -> None:
    assert read("云岭镇低保名单").category_scope == {"rural_allowance", "urban_allowance"}
    assert read("低保边缘家庭名单").category_scope == {"near_allowance"}
    mixed = read("云岭镇特殊群体名单", 类别="低保")
    assert mixed.category_scope == {"rural_allowance", "urban_allowance"}
    assert read("残疾人名单").category_scope == set()


def test_a_bare_word_for_the_monitored_does_not_deny_their_kind() -> None:
    reading = read("监测对象名单")
    assert reading.category_scope == {"unstable", "marginal", "sudden", "prevention"}
    assert reading.batch.columns["unsaid_categories"] == [("marginal", "sudden", "unstable")]


@pytest.mark.parametrize("state", ["停保", "已退出", "否", "注销"])
def test_whose_support_has_stopped_is_denied_it(state: str) -> None:
    reading = read("云岭镇低保名单", 保障状态=state)
    assert named(reading) == [[]]
    assert reading.batch.columns["unsaid_categories"] == [None]


def test_a_blank_cell_beside_a_title_is_the_titles_and_a_no_is_a_no() -> None:
    assert named(read("云岭镇低保名单", 是否低保="")) == [["rural_allowance"]]
    assert named(read("云岭镇低保名单", 是否低保="否")) == [[]]


def test_support_begins_on_the_day_that_the_row_states() -> None:
    reading = read("云岭镇低保名单", 享受起始时间="2026年10月")
    assert reading.batch.columns["categories"] == [(("rural_allowance", None, "2026-10-01", None),)]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"残疾证号": f"{ADULT}43"}, (f"{ADULT}43", "肢体残疾", 3)),
        ({"身份证号": f"{ADULT}12B1"}, (f"{ADULT}12B1", "视力残疾", 2)),
        ({"身份证号": None, "残疾证号": f"{ADULT}43"}, (f"{ADULT}43", "肢体残疾", 3)),
        ({"残疾类别": "智力残疾", "残疾等级": "二级"}, (None, "智力残疾", 2)),
        ({"残疾类别": "智力残疾", "残疾等级": "三级（中度）"}, (None, "智力残疾", 3)),
        ({"身份证号": None, "残疾证号": ADULT}, (None, "残疾", None)),
        ({"残疾类别": "智力", "残疾等级": 1.0}, (None, "智力", 1)),
        ({}, (None, "残疾", None)),
    ],
)
def test_the_certificate_tells_kind_and_degree(cells: Any, told: tuple[Any, ...]) -> None:
    reading = read("云岭镇残疾人名单", **cells)
    names = ("disability_no", "disability_kind", "disability_degree")
    assert tuple((reading.batch.columns.get(name) or [None])[0] for name in names) == told
    assert reading.batch.columns["id_number"] == [ADULT]
    assert reading.refused_rows == []


def test_the_certificate_tells_them_in_any_list() -> None:
    row = {"学校名称": "云岭镇中心小学", "年级": "三年级", "姓名": "张小禾", "身份证号": CHILD,
           "残疾证号": f"{CHILD}13"}  # fmt: skip
    [reading] = read_sheet(
        sheet([*row], [*row.values()]), file_name="名单.xlsx", today=TODAY, as_of=None
    )
    assert reading.kind is Kind.STUDENT_ROSTER
    assert reading.batch.columns["disability_kind"] == ["视力残疾"]
    assert reading.batch.columns["disability_degree"] == [3]


def test_an_empty_id_beside_a_certificate_is_offered_what_the_certificate_holds() -> None:
    reading = read("云岭镇残疾人名单", 身份证号="", 残疾证号=f"{ADULT}43")
    [problem] = reading.problems
    assert (problem.code, reading.refused_rows) == ("id_missing", [3])
    assert "残疾人证号里有身份证号" in reading.advice[3, "B"]


def test_a_list_of_members_and_heads_names_the_members() -> None:
    reading = read(
        "静宁县农村低保备案表", 户主姓名="张大山", 身份证号码=ADULT, 身份证号=None,
        姓名="张小禾", 成员身份证号=CHILD, 与户主关系="之子", 低保类别="二类",
    )  # fmt: skip
    assert named(reading) == [["rural_allowance"]]
    assert reading.batch.columns["id_number"] == [CHILD]


def test_the_day_of_recognition_of_a_group_is_the_day_it_is_granted() -> None:
    reading = read("云岭镇特困供养人员花名册", 认定时间="2026.3", 供养方式="分散供养")
    [said] = reading.batch.columns["categories"]
    assert said[0][:1] + said[0][2:3] == ("rural_destitute", "2026-03-01")
    [reading] = read_sheet(
        sheet(["姓名", "身份证号码", "监护人姓名", "认定时间"],
              ["张小禾", CHILD, "张大山", "2026.3"]),
        file_name="孤儿名单.xlsx", today=TODAY, as_of=None,
    )  # fmt: skip
    assert (reading.kind, reading.batch.columns["is_orphan"]) == (Kind.SPECIAL_GROUP, [True])


def test_a_title_that_names_the_lifted_alone_makes_no_list_of_a_group() -> None:
    rows = [["云岭镇脱贫户学生花名册"], ["姓名", "身份证号", "学校名称", "年级", "班级"],
            ["张小禾", CHILD, "云岭镇中心小学", "三年级", "1班"]]  # fmt: skip
    [reading] = read_sheet(sheet(*rows), file_name="名单.xlsx", today=TODAY, as_of=None)
    assert reading.kind is not Kind.SPECIAL_GROUP


def test_somebody_elses_certificate_is_not_kept() -> None:
    reading = read("云岭镇残疾人名单", 残疾证号=f"{OTHER}43")
    assert [code for _, _, code in codes(reading)] == ["certificate_mismatch"]
    assert reading.batch.columns["disability_no"] == [None]


@pytest.mark.parametrize(
    ("title", "cells", "field"),
    [
        ("云岭镇孤儿花名册", {}, "is_orphan"),
        ("事实无人抚养儿童名单", {}, "is_orphan"),
        ("困境儿童名单", {"儿童类别": "事实无人抚养儿童"}, "is_orphan"),
        ("云岭镇留守儿童信息表", {}, "is_left_behind"),
    ],
)
def test_a_list_of_children_marks_its_children(title: str, cells: Any, field: str) -> None:
    reading = read(title, 姓名="张小禾", 身份证号=CHILD, **cells)
    assert codes(reading) == []
    assert reading.batch.columns[field] == [True]


def test_ticks_under_the_groups_names_tell_them() -> None:
    head = ["姓名", "身份证号", "村", "低保", "特困", "低保边缘", "监测户", "残疾", "孤儿"]
    rows = [
        ["张大山", ADULT, "东山村", "√", "", "", "√", "", ""],
        ["张小禾", CHILD, "东山村", "", "", "√", "", "√", "√"],
    ]
    page = sheet(["云岭镇特殊群体统计表", *[""] * 8], head, *rows)
    (reading,) = read_sheet(page, file_name="a.xlsx", today=TODAY, as_of=None)
    assert codes(reading) == []
    assert named(reading) == [["prevention", "rural_allowance"], ["near_allowance"]]
    assert reading.batch.columns["disability_kind"] == [None, "残疾"]
    assert reading.batch.columns["is_orphan"] == [None, True]


def test_sections_of_a_list_tell_the_groups_of_their_rows() -> None:
    page = sheet(
        ["云岭镇特殊群体名单", "", ""],
        ["姓名", "身份证号", "行政村"],
        ["一、农村低保", "", ""],
        ["张大山", ADULT, "东山村"],
        ["二、孤儿", "", ""],
        ["张小禾", CHILD, "东山村"],
        ["合计", "2人", ""],
        merges=(((0, 0), (0, 2)), ((2, 0), (2, 2)), ((4, 0), (4, 2))),
    )
    (reading,) = read_sheet(page, file_name="a.xlsx", today=TODAY, as_of=None)
    assert codes(reading) == []
    assert named(reading) == [["rural_allowance"], []]
    assert reading.batch.columns["is_orphan"] == [None, True]


def test_a_second_table_with_other_columns_is_read_by_its_own() -> None:
    page = sheet(
        ["一、农村低保对象名单", "", ""],
        ["姓名", "身份证号", "村"],
        ["张大山", ADULT, "东山村"],
        ["二、持证残疾人名单", "", ""],
        ["姓名", "身份证号", "残疾证号"],
        ["张小禾", CHILD, f"{CHILD}43"],
        merges=(((0, 0), (0, 2)), ((3, 0), (3, 2))),
    )
    first, second = read_sheet(page, file_name="a.xlsx", today=TODAY, as_of=None)
    assert named(first) == [["rural_allowance"]]
    assert second.batch.columns["disability_no"] == [f"{CHILD}43"]
    assert second.batch.columns["disability_degree"] == [3]


def test_a_list_of_disabled_pupils_is_no_list_of_tiers() -> None:
    cells: dict[str, Any] = {
        "行政村": None, "学校": "青禾小学", "年级班级": "三年级2班", "残疾类别": "肢体",
        "等级": "2",
    }  # fmt: skip
    reading = read("云岭镇2026年秋季学期残疾学生名单", 姓名="张小禾", 身份证号=CHILD, **cells)
    assert reading.kind is Kind.SPECIAL_GROUP
    assert reading.batch.columns["disability_degree"] == [2]
    assert reading.batch.columns["grade"] == [3]


def test_a_child_may_be_of_two_groups_but_not_twice_of_one() -> None:
    head = ["姓名", "身份证号", "特殊群体类别"]
    rows = [["张小禾", CHILD, "残疾"], ["张小禾", CHILD, "孤儿"], ["张小禾", CHILD, "残疾儿童"]]
    (reading,) = read_sheet(sheet(head, *rows), file_name="a.xlsx", today=TODAY, as_of=None)
    assert [(row, code) for row, _, code in codes(reading)] == [(4, "duplicate_person")]
    assert len(reading.batch) == 2


def test_a_list_of_heads_is_about_the_heads() -> None:
    page = sheet(
        ["农村低保户花名册"], ["户主姓名", "户主身份证号", "村"], ["张大山", ADULT, "东山村"]
    )
    (reading,) = read_sheet(page, file_name="a.xlsx", today=TODAY, as_of=None)
    columns = reading.batch.columns
    assert (columns["name"], columns["head_name"]) == (["张大山"], ["张大山"])
    assert (columns["identity"], columns["relation"]) == ([ADULT], ["户主"])


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("云岭镇低保名单（截至2026年10月）", date(2026, 10, 31)),
        ("云岭镇低保名单（截止到2026年10月底）", date(2026, 10, 31)),
        ("云岭镇低保名单（截至2026年11月）", TODAY),
        ("云岭镇低保名单（截至2026年10月15日）", date(2026, 10, 15)),
        ("2026年9月云岭镇低保名单", date(2026, 9, 1)),
        ("云岭镇低保名单", TODAY),
    ],
)
def test_the_list_is_of_the_day_that_its_title_says(title: str, day: date) -> None:
    assert read(title).stated_on == day


@pytest.mark.parametrize(
    ("title", "headers"),
    [
        ("云岭镇中心小学学生花名册（含低保、残疾）", "姓名 身份证号 年级 班级 就读方式 是否低保"),
        ("2026年秋季学期低保家庭学生认定名单", "姓名 身份证号 年级 困难类型 认定等级"),
        ("脱贫户监测户家庭成员", "户编号 姓名 证件号码 与户主关系 户类型 监测对象类别 劳动技能"),
        ("残疾人家庭劳动力花名册", "姓名 身份证号 村组 是否就业 工种 务工区域"),
        ("监测户结对帮扶名单", "村 户主姓名 帮扶责任人 单位及职务 联系电话"),
        ("残疾学生资助名单", "姓名 身份证号 学校 年级 资助项目 资助金额"),
        ("低保家庭学生补助发放花名册", "姓名 身份证号 年级 补助金额 银行卡号"),
    ],
)
def test_other_lists_that_mention_a_group_stay_what_they_are(title: str, headers: str) -> None:
    row = headers.split()
    page = sheet([title, *[""] * (len(row) - 1)], row, ["甲"] * len(row))
    reading = read_sheet(page, file_name="a.xlsx", today=TODAY, as_of=None)[0]
    assert reading.kind not in {None, Kind.SPECIAL_GROUP}


@pytest.mark.parametrize("unit", ["云岭镇民政办", "青禾县残疾人联合会", "柳河村"])
def test_the_office_that_drew_up_a_list_is_nobodys_school(unit: str) -> None:
    page = sheet(["农村低保名单"], [f"填报单位：{unit}          截至2026年10月31日"], [*PEOPLE],
                 [*PEOPLE.values()])  # fmt: skip
    (reading,) = read_sheet(page, file_name="名单.xlsx", today=TODAY, as_of=None)
    assert reading.stated_on == date(2026, 10, 31)
    assert not any(reading.batch.columns.get("school") or [])
