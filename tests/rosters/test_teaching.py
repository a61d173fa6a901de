"""The file by which a county teaches its spellings: what it may say, and what it is told."""

from datetime import date

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.errors import JingzhunError
from jingzhun.rosters import read_sheet
from jingzhun.rosters.kinds import Spelling, own_words
from jingzhun.rosters.layout.tables import find_tables
from jingzhun.rosters.suggestion import suggest
from jingzhun.rosters.teaching import read_lesson
from tests.rosters.sheets import CHILD, OTHER, TODAY, sheet

GOOD = """
[headers]
"孩子大名" = "姓名"
"Ｂ20 号 码（必填）" = "id_number"
"校服尺码" = "不采用的列"
"旧叫法" = ""

[headers_in."学籍名册"]
"学号" = "学籍号"

[words."就读方式"]
"内宿楼" = "住校"
"2" = "走读"

[words.school]
"中心校" = "云岭镇中心小学"
"""


@pytest.fixture
def lesson(tmp_path):
    def read(text, encoding="utf-8"):
        path = tmp_path / "叫法.toml"
        path.write_bytes(text.encode(encoding))
        return read_lesson(path)

    return read


def refused(lesson, text):
    with pytest.raises(JingzhunError) as caught:
        lesson(text)
    return caught.value


def test_headers_and_words_are_taught_by_chinese_titles_or_english_names(lesson):
    found = lesson(GOOD)
    assert set(found.taught) == {
        Spelling(field="name", said="孩子大名"),
        Spelling(field="id_number", said="号码"),
        Spelling(field="unused", said="校服尺码"),
        Spelling(field="student_no", said="学号", kind=Kind.STUDENT_ROSTER),
        Spelling(field="boarding", said="内宿楼", in_cells=True, read_as="住校"),
        Spelling(field="boarding", said="2", in_cells=True, read_as="走读"),
        Spelling(field="school", said="中心校", in_cells=True, read_as="云岭镇中心小学"),
    }
    assert [each.said for each in found.forgotten] == ["旧叫法"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_saved_by_notepad_is_read(lesson, encoding):
    assert lesson(GOOD, encoding) == lesson(GOOD)


def test_a_list_is_read_by_what_was_taught(lesson):
    words = own_words().taught(lesson(GOOD).taught)
    rows = (
        ["孩子大名", "号码", "学校", "年级", "就读方式", "学号", "校服尺码"],
        ["张三", CHILD, "中心校", "三年级", "内宿楼", f"G{CHILD}", "L"],
        ["李四", OTHER, "中心校", "三年级", 2.0, f"G{OTHER}", "M"],
    )
    (reading,) = read_sheet(
        sheet(*rows), file_name="名单.xlsx", today=TODAY, as_of=None, words=words
    )
    assert reading.kind is Kind.STUDENT_ROSTER
    assert reading.problems == []
    columns = reading.batch.columns
    assert columns["name"] == ["张三", "李四"]
    assert columns["boarding"] == ["boarder", "day"]
    assert columns["school"] == ["云岭镇中心小学"] * 2
    assert columns["student_no"] == [f"G{CHILD}", f"G{OTHER}"]


def test_what_one_ledger_learnt_no_other_knows(lesson):
    own_words().taught(lesson(GOOD).taught)
    (found,) = find_tables(sheet(["孩子大名", "号码", "年级"]))
    assert found.kind is None


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ('[headers]\n"孩子大名" = "姓各"', "map_unknown_field", ["headers.孩子大名", "“姓名”"]),
        (
            '[headers_in."学籍名单"]\n"学号" = "学籍号"',
            "map_unknown_kind",
            ["学籍名单", "学籍名册"],
        ),
        ('[headers_in.student_roster]\n"x列" = "帮扶责任人"', "map_unknown_field", ["学籍名册"]),
        ('[headers]\n"大名" = "姓名"\n"大 名" = "姓名"', "map_duplicate", ["headers.大 名"]),
        ('[headers]\n"大名" = "姓名"\n"大 名" = "性别"', "map_contradiction", ["headers.大 名"]),
        ('[headers]\n"大名" = "姓名"\n"大名" = "性别"', "map_duplicate", ["最后一行"]),
        ('[headers]\n"性别" = "民族"', "map_contradiction", ["性别", "headers_in"]),
        ('[words."就读方式"]\n"内宿楼" = "住楼"', "map_unknown_word", ["内宿楼", "走读"]),
        ('[words."姓名"]\n"小明" = "李明"', "map_not_teachable", ["words.姓名", "姓名"]),
        ('[words."就读"]\n"内" = "住校"', "map_unknown_field", ["words.就读", "就读方式"]),
        ('[header]\n"大名" = "姓名"', "map_unknown_key", ["header", "headers"]),
        ('"大名" = "姓名"', "map_unknown_key", ["大名", "headers"]),
        ("[headers]\n大名 = 姓名", "map_unreadable", ["第 2 行", "引号"]),
        ("[headers]\n“大名” = “姓名”", "map_unreadable", ["第 2 行", "引号"]),
        ('[headers]\n"大名" = 3', "map_bad_value", ["headers.大名"]),
        ('headers = "姓名"', "map_bad_value", ["headers"]),
        ('[headers]\n"*" = "姓名"', "map_bad_spelling", ["headers.*"]),
    ],
)
def test_a_fault_names_file_and_key_in_one_chinese_message(lesson, text, code, told):
    error = refused(lesson, text)
    assert error.code == code
    assert "叫法.toml" in error.reason
    for word in told:
        assert word in error.reason + error.remedy


def test_a_workbook_in_place_of_a_map_is_one_message(lesson, tmp_path):
    path = tmp_path / "名单.xlsx"
    path.write_bytes(b"PK\x03\x04\xff\xfe\x00\x81" * 40)
    for place in (path, tmp_path, tmp_path / "没有.toml"):
        with pytest.raises(JingzhunError) as caught:
            read_lesson(place)
        assert caught.value.code == "map_unreadable"


def test_proposals_are_comments_with_reasons_and_teach_once_uncommented(lesson):
    (grid,) = find_tables(
        sheet(
            ["孩子大名", "号码", "学校", "在读年及", "就读方式", "备忘"],
            ["张三", CHILD, "青禾小学", "三年级", "内宿楼", "L"],
            ["李四", OTHER, "青禾小学", "三年级", "走读", "M"],
        )
    )
    text = suggest([("名单.xlsx", grid)], own_words(), (), date(2026, 11, 24))
    assert lesson(text).taught == ()
    assert '# "孩子大名" = "姓名"    # A列：与“孩子姓名”相近，格子里像人名' in text
    assert '# "号码" = "身份证号"    # B列：格子里像身份证号' in text
    assert '# "在读年及" = "年级"    # D列：格子里像年级' in text
    assert '# "备忘" = ""' in text
    assert CHILD not in text
    agreed = text.replace('\n# "', '\n"')
    learnt = own_words().taught(lesson(agreed).taught)
    (again,) = find_tables(grid.sheet, words=learnt)
    assert again.kind is Kind.STUDENT_ROSTER


def test_words_of_a_known_list_that_nobody_knows_are_proposed_too():
    (grid,) = find_tables(
        sheet(
            ["姓名", "身份证号", "学校", "年级", "就读方式"],
            ["张三", CHILD, "青禾小学", "三年级", "内宿楼"],
        )
    )
    text = suggest([("名单.xlsx", grid)], own_words(), (), date(2026, 11, 24))
    assert '[words."就读方式"]\n# "内宿楼" = "住校"' in text


def test_a_list_without_known_headers_is_proposed_by_its_cells_and_shows_nobody():
    (grid,) = find_tables(
        sheet(
            ["甲", "乙", "丙", "丁"],
            ["张三", CHILD, "青禾小学", "三年级"],
            ["李四", OTHER, "青禾小学", "三年级"],
        )
    )
    text = suggest([("名单.xlsx", grid)], own_words(), (), date(2026, 11, 24))
    assert '# "乙" = "身份证号"' in text
    assert '# "丁" = "年级"' in text
    assert CHILD not in text
    assert "张三" not in text
