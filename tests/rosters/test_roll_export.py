"""The national roll with its full set of columns: whose each of them is."""

from typing import Any

import pytest

from tests.rosters.sheets import ADULT, CHILD, OTHER, codes, read

ROLL: dict[str, Any] = {
    "学校标识码": "2162999901", "姓名": "张小禾", "性别": "男", "出生日期": "20140506",
    "身份证件类型": "居民身份证", "健康状况": "10", "身份证件号": CHILD, "户口性质": "1",
    "班号": "301", "入学年月": "202309", "就读方式": "住校", "现住址": "东山村",
    "通信地址": "东山村一组", "家庭地址": "", "联系电话": "19900000001", "是否留守儿童": "2",
    "是否需要申请资助": "是", "是否享受一补": "是", "是否孤儿": "否", "是否烈士或优抚子女": "否",
    "残疾类型": "无残疾", "成员1姓名": "张大", "成员1关系": "父亲", "成员1现住址": "东山村",
    "成员1联系电话": "19900000002", "成员1是否监护人": "是", "成员1身份证件类型": "居民身份证",
    "成员1身份证件号": ADULT, "成员1民族": "回族", "成员2姓名": "李二", "成员2关系": "母亲",
    "成员2联系电话": "19900000003", "成员2是否监护人": "否", "成员2身份证件号": OTHER,
    "是否进城务工人员随迁子女": "否", "学籍号": f"G{CHILD}", "年级": "三年级", "学生状态": "在读",
}  # fmt: skip


def roll(**changes: Any) -> dict[str, Any]:
    """Read one pupil's row; give the fields that came of it."""
    row = ROLL | changes
    reading = read(["学校名称", *row], ["云岭镇中心小学", *row.values()])
    assert codes(reading) == []
    return {name: values[0] for name, values in reading.batch.columns.items()}


def test_every_fact_of_the_roll_is_the_pupils_own() -> None:
    read_row = roll()
    wanted = {
        "id_number": CHILD, "name": "张小禾", "hukou_kind": "rural", "health": "健康",
        "is_left_behind": True, "wants_aid": True, "has_living_aid": True, "is_orphan": False,
        "is_martyr_child": False, "is_migrant_child": False, "disability_kind": "",
        "address": "东山村", "phone": "19900000001", "guardian_name": "张大",
        "guardian_relation": "父亲", "guardian_phone": "19900000002", "guardian_id": ADULT,
    }  # fmt: skip
    assert {name: read_row[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("first", "second", "name", "guardian"),
    [
        ("是", "是", "张大", ADULT),
        ("", "", "张大", ADULT),
        ("否", "是", "李二", OTHER),
        ("否", "", "李二", OTHER),
        ("否", "否", "张大", ADULT),
    ],
)
def test_the_guardian_is_whom_the_roll_calls_so(
    first: str, second: str, name: str, guardian: str
) -> None:
    found = roll(成员1是否监护人=first, 成员2是否监护人=second)
    assert (found["guardian_name"], found["guardian_id"]) == (name, guardian)


def test_the_second_member_is_the_guardian_where_no_first_is_named() -> None:
    found = roll(成员1姓名="NULL", 成员1身份证件号="", 成员2是否监护人="")
    assert (found["guardian_name"], found["guardian_relation"]) == ("李二", "母亲")


def test_a_fault_in_a_parents_id_is_a_remark_and_the_pupil_comes_in() -> None:
    row = ROLL | {"成员1身份证件号": ADULT[:17]}
    reading = read(["学校名称", *row], ["云岭镇中心小学", *row.values()])
    assert [code for _, _, code in codes(reading)] == ["secondary_id_invalid"]
    assert reading.batch.columns["guardian_id"] == [None]


def test_members_under_a_merged_header_are_not_the_pupil() -> None:
    upper = ["学校名称", "姓名", "身份证件号", "年级", "班级", "成员1", "", "", "成员2", ""]
    lower = ["", "", "", "", "", "姓名", "身份证件号", "是否监护人", "姓名", "身份证件号"]
    merges = (*tuple(((0, at), (1, at)) for at in range(5)), ((0, 5), (0, 7)), ((0, 8), (0, 9)))
    row = ["云岭镇中心小学", "张小禾", CHILD, "三年级", "1班", "张大", ADULT, "否", "李二", OTHER]
    reading = read(upper, lower, row, merges=merges)
    columns = reading.batch.columns
    assert (columns["name"], columns["id_number"]) == (["张小禾"], [CHILD])
    assert (columns["guardian_name"], columns["guardian_id"]) == (["李二"], [OTHER])


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("健康状况", "30", "health", "有慢性病"),
        ("健康状况", "20一般或较弱", "health", "一般或较弱"),
        ("健康状况", "健康或良好", "health", "健康"),
        ("健康状况", "40.0", "health", "有生理缺陷"),
        ("是否留守儿童", "0", "is_left_behind", False),
        ("是否留守儿童", "1", "is_left_behind", True),
        ("是否留守儿童", "单亲留守儿童", "is_left_behind", True),
        ("户口性质", "非农业户口", "hukou_kind", "urban"),
        ("户口性质", "2", "hukou_kind", "urban"),
        ("户口性质", "居民户口", "hukou_kind", "resident"),
        ("是否涉农专业", "是", "is_farming_major", True),
        ("涉农专业", "否", "is_farming_major", False),
        ("残疾类型", "1-视力残疾", "disability_kind", "视力残疾"),
        ("残疾类型", "0", "disability_kind", None),
    ],
)
def test_codes_of_the_roll_are_read_as_their_words(
    header: str, cell: str, field: str, value: object
) -> None:
    assert roll(**{header: cell})[field] == value


@pytest.mark.parametrize("code", ["1", "居民身份证", "01"])
def test_an_id_card_is_an_id_card_by_its_code(code: str) -> None:
    assert roll(身份证件类型=code)["id_number"] == CHILD


@pytest.mark.parametrize("code", ["6", "7", "8", "9", "A", "A-护照"])
def test_the_number_of_another_document_is_no_id(code: str) -> None:
    row = ROLL | {"身份证件类型": code, "身份证件号": "H12345678", "学籍号": f"J{CHILD}"}
    reading = read(["学校名称", *row], ["云岭镇中心小学", *row.values()])
    assert [code for _, _, code in codes(reading)] == ["id_other_document"]
    assert reading.batch.columns["id_number"] == [None]


def test_a_child_without_any_document_comes_in_by_its_student_number() -> None:
    found = roll(身份证件类型="Z", 身份证件号="", 学籍号=f"L{CHILD}")
    assert (found["id_number"], found["identity"]) == (None, f"S:L{CHILD}")
