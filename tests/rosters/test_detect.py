"""Every header set of the reference is recognised, and nothing else is."""

import tomllib
from pathlib import Path

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.layout.tables import find_tables
from tests.rosters.sheets import sheet

HEADER_SETS = tomllib.loads(Path(__file__).with_name("header_sets.toml").read_text("utf-8"))


def columns(header: str) -> dict[str, str]:
    """Give the fields of a header row and their headers."""
    (found,) = find_tables(sheet(header.split()))
    return {column.field: column.header for column in found.columns}


@pytest.mark.parametrize("name", HEADER_SETS)
def test_a_list_is_known_by_its_headers(name: str) -> None:
    entry = HEADER_SETS[name]
    (found,) = find_tables(sheet(entry["headers"].split()))
    assert (found.kind or "") == entry["kind"]
    assert (found.near == "") is (found.kind is not None)


@pytest.mark.parametrize("name", [name for name in HEADER_SETS if HEADER_SETS[name].get("whole")])
def test_no_column_of_a_national_list_is_unknown_but_what_is_nobodys_business(name: str) -> None:
    headers = HEADER_SETS[name]["headers"].split()
    (found,) = find_tables(sheet(headers))
    known = {column.index for column in (*found.columns, *found.spares)}
    assert [header for at, header in enumerate(headers) if at not in known] == []


@pytest.mark.parametrize("name", HEADER_SETS)
def test_the_order_of_columns_does_not_matter_to_the_kind(name: str) -> None:
    entry = HEADER_SETS[name]
    (found,) = find_tables(sheet(entry["headers"].split()[::-1]))
    assert (found.kind or "") == entry["kind"]


@pytest.mark.parametrize(
    "header",
    [
        "姓名", "姓 名", "姓\n名", "姓\u3000名", "\ufeff姓\u200b名", "姓\xa0名", "*姓名", "姓名(*)",
        "姓名（*）", "姓名 *", "★姓名", "姓名（必填）", "姓名(与身份证一致)", "A70 姓名", "A70姓名",
        "姓名:", "学生姓名", "名字", "幼儿姓名", "受助学生姓名",
    ],
)  # fmt: skip
def test_a_header_is_read_through_its_decoration(header: str) -> None:
    (found,) = find_tables(sheet([header, "身份证号", "年级"]))
    assert found.column("name") is not None


@pytest.mark.parametrize(
    "header",
    [
        "身份证件号", "证件号码", "身份证号", "身份证号码", "身份证", "证件号", "证件编号",
        "学生身份证号", "身份证号(*)", "身份证明号码",
    ],
)  # fmt: skip
def test_the_id_has_many_names(header: str) -> None:
    assert columns(f"姓名 {header} 年级")["id_number"]


def test_a_bracket_that_names_somebody_else_is_kept() -> None:
    found = columns("姓名 身份证号 年级 姓名(家长) 联系电话（家长）")
    assert found["name"] == "姓名"
    assert found["guardian_name"] == "姓名(家长)"
    assert found["guardian_phone"] == "联系电话(家长)"


def test_a_unit_in_brackets_is_kept() -> None:
    assert (
        columns("户编号 姓名 证件号码 与户主关系 务工时间（月）")["work_months"] == "务工时间(月)"
    )


def test_the_first_spelling_wins_a_field_wherever_it_stands() -> None:
    assert columns("姓名 身份证号 年级 家庭住址 现住址")["address"] == "现住址"
    assert columns("姓名 异动类型 原级届班级 现级届班级")["grade_class"] == "现级届班级"


def test_the_parents_telephone_is_the_pupils_only_when_there_is_no_other() -> None:
    found = columns("姓名 身份证号 年级 家长电话 联系电话")
    assert (found["phone"], found["guardian_phone"]) == ("联系电话", "家长电话")
    assert columns("姓名 身份证号 年级 家长电话")["phone"] == "家长电话"


def test_a_telephone_beside_the_helper_is_the_helpers() -> None:
    found = columns("户主姓名 联系电话 帮扶责任人 单位 联系电话")
    assert found["household_phone"] == found["helper_phone"] == "联系电话"
    found = columns("户主姓名 身份证号 帮扶责任人 帮扶人手机号 联系电话")
    assert found["helper_phone"] == "帮扶人手机号"
    assert found["household_phone"] == "联系电话"


def test_a_title_decides_only_where_headers_do_not() -> None:
    header = ["姓名", "身份证号", "学校", "年级", "班级", "户编号", "户类型"]
    for title in ("学籍名册", "贫困家庭学生名单"):
        (found,) = find_tables(sheet([title], header))
        assert found.kind is Kind.POOR_STUDENT_LIST


@pytest.mark.parametrize("name", [name for name in HEADER_SETS if HEADER_SETS[name]["kind"]])
def test_no_column_of_a_known_export_is_called_unknown(name: str) -> None:
    headers = HEADER_SETS[name]["headers"].split()
    (found,) = find_tables(sheet(headers, ["甲"] * len(headers)))
    assert [column.header for column in found.strangers] == []


@pytest.mark.parametrize(
    "header", ["姓名 学校名称 监护人姓名 职务", "姓名 单位 职务 帮扶户主姓名 结对日期"]
)
def test_a_list_that_names_guardians_or_heads_is_no_list_of_staff(header: str) -> None:
    (found,) = find_tables(sheet(["花名册"], header.split()))
    assert found.kind is not Kind.STAFF_ROSTER
