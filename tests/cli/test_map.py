"""A county teaches its ledger once: --map, --suggest-map, and what is remembered."""

import json
import sqlite3
from contextlib import closing

import pytest
import xlsxwriter

from tests.cli import workbooks
from tests.cli.terminal import assert_one_message, jingzhun

TODAY = ("--on", "2026-11-24")


@pytest.fixture
def folder(tmp_path):
    """A folder with a roll under headers of its own."""
    with xlsxwriter.Workbook(tmp_path / "名册.xlsx", {"strings_to_numbers": False}) as book:
        page = book.add_worksheet("学籍")
        page.write_row(
            0, 0, ("孩子大名", "号码", "学籍号码码", "就读学校", "在读年及", "班", "住哪儿")
        )
        for at in (1, 2, 3):
            page.write_row(at, 0, workbooks.pupil(at, name="张一二三"[: at + 1]))
    return tmp_path


def bring(folder, *words, status=0):
    said = jingzhun("import", *words, *TODAY, "--format", "json", folder=folder)
    assert said.status == status, said
    return said.json["files"]


def test_taught_once_a_list_is_read_ever_after(folder):
    assert_one_message(jingzhun("import", "名册.xlsx", *TODAY, folder=folder))
    said = jingzhun("import", "--suggest-map", "名册.xlsx", "--out", "叫法.toml", folder=folder)
    assert said.status == 0
    assert "已写入" in said.err
    path = folder / "叫法.toml"
    path.write_text(path.read_text("utf-8").replace('\n# "', '\n"'), "utf-8")
    [file] = bring(folder, "--map", "叫法.toml", "名册.xlsx")
    assert file["sheets"][0]["added"] == 3
    path.unlink()
    [again] = bring(folder, "名册.xlsx")
    assert again["sheets"][0]["same"] == 3
    other = [*bring(folder, "名册.xlsx", "--db", "别的.db", status=1)]
    assert other[0]["error"]["code"] == "no_known_table"


def test_a_map_may_be_taught_alone_changed_and_forgotten(folder):
    path = folder / "叫法.toml"
    for text, told in (
        ('[headers]\n"孩子大名" = "姓名"\n"号码" = "身份证号"', "新教会 2 个"),
        ('[headers]\n"孩子大名" = "户主姓名"', "改了 1 个"),
        ('[headers]\n"孩子大名" = ""', "忘掉 1 个"),
        ('[headers]\n"孩子大名" = ""', "没有变化"),
        ('[headers]\n# "孩子大名" = "姓名"', "先去掉行首的 #"),
    ):
        path.write_text(text, "utf-8")
        said = jingzhun("import", "--map", "叫法.toml", folder=folder)
        assert said.status == 0
        assert told in said.err
    proposed = jingzhun("import", "--suggest-map", "名册.xlsx", folder=folder).out
    assert '# "号码" = "身份证号"    # 已经教过' in proposed
    with closing(sqlite3.connect(folder / "jingzhun.db")) as ledger:
        details = [json.loads(row[0]) for row in ledger.execute("SELECT detail FROM trail")]
    assert [detail["taught"] for detail in details] == [2, 0, 0, 0, 0]


def test_a_trial_teaches_nothing(folder):
    (folder / "叫法.toml").write_text('[headers]\n"孩子大名" = "姓名"', "utf-8")
    jingzhun("import", "--map", "叫法.toml", "名册.xlsx", "--dry-run", *TODAY, folder=folder)
    assert not (folder / "jingzhun.db").exists()


def test_a_wrong_map_stops_the_import_before_anything_is_made(folder):
    (folder / "叫法.toml").write_text('[headers]\n"孩子大名" = "姓各"', "utf-8")
    workbooks.roster(folder / "净.xlsx")
    said = jingzhun("import", "--map", "叫法.toml", "净.xlsx", *TODAY, folder=folder)
    assert_one_message(said)
    assert "叫法.toml" in said.err
    assert not (folder / "jingzhun.db").exists()


def test_an_import_without_a_file_says_what_is_missing(folder):
    assert_one_message(jingzhun("import", folder=folder), status=2)
    assert_one_message(jingzhun("import", "--suggest-map", folder=folder), status=2)
    said = jingzhun("import", "--suggest-map", "没有.xlsx", folder=folder)
    assert_one_message(said)
