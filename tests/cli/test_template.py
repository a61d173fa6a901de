"""``template``: a blank workbook that is filled and imported as it is."""

import openpyxl
import pytest

from tests.cli import workbooks
from tests.cli.terminal import assert_one_message, jingzhun

TODAY = ("--on", "2026-11-24")


@pytest.mark.parametrize("kind", ["学籍名册", "student_roster"])
def test_a_kind_is_named_by_its_label_or_code(tmp_path, kind):
    said = jingzhun("template", kind, *TODAY, folder=tmp_path)
    assert said.status == 0
    assert "学籍名册.xlsx" in said.err
    assert (tmp_path / "学籍名册.xlsx").exists()
    assert not (tmp_path / "jingzhun.db").exists()
    assert_one_message(jingzhun("template", kind, *TODAY, folder=tmp_path))


def test_an_unknown_kind_lists_those_there_are(tmp_path):
    said = jingzhun("template", "学籍名", folder=tmp_path)
    assert_one_message(said, status=2)
    assert "您要的是“学籍名册”吗" in said.err
    assert "家庭经济困难学生认定名单（hardship_list）" in said.err


def test_blank_it_says_that_there_are_no_rows_and_filled_it_goes_in(tmp_path):
    jingzhun("template", "学籍名册", "--out", "空白.xlsx", *TODAY, folder=tmp_path)
    said = jingzhun("import", "空白.xlsx", *TODAY, "--format", "json", folder=tmp_path)
    assert_one_message(said)
    assert said.json["error"]["code"] == "no_rows"
    book = openpyxl.load_workbook(tmp_path / "空白.xlsx")
    page = book.worksheets[0]
    heads = [cell.value for cell in page[2]]
    name, number, _, school, grade, room, boarding = workbooks.pupil(1)
    facts = {"姓名": name, "身份证号": number, "学校": school, "年级": grade, "班级": room,
             "就读方式": boarding}  # fmt: skip
    for head, value in facts.items():
        page.cell(4, heads.index(head) + 1).value = value
    book.save(tmp_path / "填好.xlsx")
    said = jingzhun("import", "填好.xlsx", *TODAY, "--format", "json", folder=tmp_path)
    assert said.status == 0
    [file] = said.json["files"]
    assert file["problems"] == []
    assert [sheet["added"] for sheet in file["sheets"]] == [1]


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    said = jingzhun("template", "学籍名册", "--out", "没有/空白.xlsx", folder=tmp_path)
    assert_one_message(said)
    said = jingzhun("template", "学籍名册", "--out", "空白.csv", folder=tmp_path)
    assert_one_message(said, status=2)
