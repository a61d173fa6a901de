"""Headers with slips of the pen and added words find the spelling they come from."""

import pytest

from jingzhun.rosters.kinds import fields, own_words
from jingzhun.rosters.layout.likeness import nearest
from jingzhun.rosters.layout.tables import find_tables
from tests.rosters.sheets import CHILD, OTHER, codes, read, sheet

# A header that a field itself lists means that field; a kind may make it mean another.
ANY = {header: min(meant) for header, meant in own_words().meanings.items()} | {
    header: name for name, field in fields().items() for header in field.headers[:4]
}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("身份征号", "id_number"),
        ("身份证号马", "id_number"),
        ("就读方氏", "boarding"),
        ("本学期就读方式", "boarding"),
        ("与户主之关系", "relation"),
        ("户编码号", "household_no"),
        ("监测对象类型别", "monitored_kind"),
    ],
)
def test_a_slip_or_an_added_word_leads_back_to_the_field(header, field):
    found = nearest(header, ANY)
    assert found is not None
    assert found.field == field


@pytest.mark.parametrize("header", ["主食", "血压", "校服尺码"])
def test_a_word_of_something_else_is_near_to_nothing(header):
    assert nearest(header, ANY) is None


def test_the_name_of_another_person_is_not_near_to_the_pupils():
    found = nearest("班主任老师姓名", {"姓名": "name"})
    assert found is None


def test_a_sheet_that_nearly_fits_says_kind_matches_lacks_and_nearest_spellings():
    (found,) = find_tables(
        sheet(["青禾小学一览"], ["姓各", "身份证号马", "就读年级"], ["张三", CHILD, "三年级"])
    )
    assert found.kind is None
    for told in (
        "最像学籍名册", "认出的列：年级", "缺少必需的列：姓名",
        "“姓各”（A列）像“姓名”", "“身份证号马”（B列）像“身份证号”",
    ):  # fmt: skip
        assert told in found.near


def test_a_header_of_slips_alone_is_still_found_below_its_title():
    (found,) = find_tables(
        sheet(["青禾小学一览"], ["姓各", "身份证号马", "年及"], ["张三", CHILD, "三年级"])
    )
    assert "“年及”（C列）像“年级”" in found.near


def test_unknown_columns_are_told_once_for_the_sheet_with_letter_and_nearest():
    rows = [["姓名", "身份征号", "年级", "学校", "校服尺码", "空着"]]
    rows += [["张三", CHILD, "三年级", "青禾小学", "L", ""]] * 1
    rows += [["李四", OTHER, "三年级", "青禾小学", "M", ""]]
    reading = read(*rows)
    assert codes(reading) == [(0, "", "column_unknown")]
    [notice] = reading.problems
    assert "“身份征号”（B列，像“身份证号”）" in notice.message
    assert "“校服尺码”（E列）" in notice.message
    assert "空着" not in notice.message


def test_two_columns_of_one_field_are_told_when_they_differ():
    head = ["姓名", "身份证号", "证件号码", "年级", "学校", "家庭住址", "现住址"]
    row = ["张三", CHILD, CHILD, "三年级", "青禾小学", "柳河村", "青禾镇"]
    assert read(head, row).problems == []
    [notice] = read(head, [*row[:2], OTHER, *row[3:]]).problems
    assert notice.code == "column_twice"
    assert "读的是" in notice.message
