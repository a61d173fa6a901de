"""Importing from the command line: counts, trials, all or nothing, refused rows, who did it."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import openpyxl
import pytest

from tests.cli import workbooks
from tests.cli.terminal import ROOT, assert_one_message, jingzhun

TODAY = ("--on", "2026-11-24")
DIRTY = [
    workbooks.pupil(1),
    workbooks.pupil(2, grade="十三年级"),
    (*workbooks.pupil(3)[:1], "629999201705060010", *workbooks.pupil(3)[2:]),
]


@pytest.fixture
def folder(tmp_path):
    """A folder with a clean roster and one with a good row and two bad ones."""
    workbooks.roster(tmp_path / "净.xlsx")
    workbooks.roster(tmp_path / "脏.xlsx", DIRTY)
    return tmp_path


def imported(folder, *words, status=0):
    said = jingzhun("import", *words, *TODAY, "--format", "json", folder=folder)
    assert said.status == status, said
    return said.json["files"]


def trail(folder):
    with closing(sqlite3.connect(folder / "jingzhun.db")) as ledger:
        return ledger.execute("SELECT actor, command, detail FROM trail ORDER BY id").fetchall()


def test_json_has_exactly_the_keys_of_the_contract(folder):
    [file] = imported(folder, "脏.xlsx", status=3)
    assert list(file) == ["file", "import", "sheets", "problems", "error"]
    [sheet] = file["sheets"]
    assert list(sheet) == [
        "sheet", "kind", "rows", "added", "changed", "same", "refused", "noticed"
    ]  # fmt: skip
    assert sheet["rows"] == 3
    assert (sheet["added"], sheet["refused"]) == (1, 2)
    assert list(file["problems"][0]) == [
        "sheet", "row", "column", "field", "code", "severity", "value", "message"
    ]  # fmt: skip
    assert {(problem["row"], problem["severity"]) for problem in file["problems"]} >= {
        (3, "error"),
        (4, "error"),
    }
    assert "629999201705060010" not in str(file)


def test_the_same_file_again_changes_nothing(folder):
    [first], [second] = imported(folder, "净.xlsx"), imported(folder, "净.xlsx")
    assert first["sheets"][0]["added"] == 3
    assert second["sheets"][0]["same"] == 3
    assert second["import"] != first["import"]


def test_a_first_import_makes_the_ledger_and_says_so(folder):
    said = jingzhun("import", "净.xlsx", *TODAY, folder=folder)
    assert said.status == 0
    assert "已建立账本" in said.err
    assert "新增" in said.out
    assert "已建立账本" not in jingzhun("import", "净.xlsx", *TODAY, folder=folder).err


def test_a_trial_counts_truly_and_makes_no_ledger(folder):
    trials = imported(folder, "净.xlsx", "净.xlsx", "--dry-run")
    assert [file["import"] for file in trials] == [None, None]
    assert [file["sheets"][0]["added"] for file in trials] == [3, 0]
    assert not (folder / "jingzhun.db").exists()


def test_a_trial_leaves_every_byte_of_the_ledger(folder):
    imported(folder, "净.xlsx")
    ledger = folder / "jingzhun.db"
    before = hashlib.sha256(ledger.read_bytes()).hexdigest()
    [trial] = imported(folder, "脏.xlsx", "--dry-run", status=3)
    assert trial["sheets"][0]["refused"] == 2
    assert hashlib.sha256(ledger.read_bytes()).hexdigest() == before


def test_strict_is_all_or_nothing_and_still_names_every_fault(folder):
    imported(folder, "净.xlsx")
    said = jingzhun(
        "import", "脏.xlsx", *TODAY, "--strict", "--errors", "退回.xlsx", "--format", "json",
        folder=folder,
    )  # fmt: skip
    assert_one_message(said)
    [file] = said.json["files"]
    assert file["import"] is None
    assert file["error"]["code"] == "rows_refused"
    assert len({problem["row"] for problem in file["problems"]}) == 2
    assert (folder / "退回.xlsx").exists()
    listed = jingzhun("imports", "list", "--format", "json", folder=folder).json
    assert len(listed["imports"]) == 1


def test_refused_rows_come_back_and_go_in_when_mended(folder):
    imported(folder, "脏.xlsx", "--errors", "退回.xlsx", status=3)
    book = openpyxl.load_workbook(folder / "退回.xlsx")
    sheet = next(sheet for sheet in book if sheet.title != "导入结果")
    rows = list(sheet.iter_rows())
    header = next(row for row in rows if row[0].value == "姓名")
    for row, good in zip(rows[header[0].row :], (DIRTY[1], workbooks.pupil(3)), strict=False):
        for cell, value in zip(row, (*good[:4], "三年级", *good[5:]), strict=False):
            cell.value = value
    book.save(folder / "改好.xlsx")
    [file] = imported(folder, "改好.xlsx")
    assert sum(sheet["added"] for sheet in file["sheets"]) == 2


def test_people_see_counts_then_places_and_reasons(folder):
    said = jingzhun("import", "脏.xlsx", *TODAY, folder=folder)
    assert said.status == 3
    assert "学籍名册" in said.out
    assert "学籍!E3" in said.out
    assert "--errors" in said.out
    assert "629999201705060010" not in said.out + said.err


def test_quiet_leaves_the_result_alone(folder):
    said = jingzhun("import", "净.xlsx", *TODAY, "--quiet", folder=folder)
    assert said.err == ""


def test_the_trail_keeps_who_did_what_with_ids_masked(folder):
    jingzhun("import", "净.xlsx", *TODAY, "--by", "资助专干", folder=folder)
    [(actor, command, detail)] = trail(folder)
    assert actor == "资助专干"
    assert command == f"jingzhun import 净.xlsx {' '.join(TODAY)} --by 资助专干"
    assert "import_id" in detail


def test_showing_full_ids_is_kept_in_the_trail(folder):
    imported(folder, "净.xlsx")
    words = ("report", "roster", "--kind", "students", "--format", "json", *TODAY)
    masked = jingzhun(*words, folder=folder)
    assert workbooks.pupil(1)[1] not in masked.out
    assert len(trail(folder)) == 1
    shown = jingzhun(*words, "--show-ids", folder=folder)
    assert workbooks.pupil(1)[1] in shown.out
    assert len(trail(folder)) == 2
    assert '"show_ids": true' in trail(folder)[1][2]


def test_the_format_follows_the_suffix_of_the_file_asked_for(folder):
    imported(folder, "净.xlsx")
    said = jingzhun("imports", "list", "--out", "导入.csv", folder=folder)
    assert said.out == ""
    assert "导入.csv" in said.err
    assert (folder / "导入.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are text")
def test_a_name_that_an_old_archive_unpacked_is_read_as_chinese(folder):
    name = os.fsdecode("名单.xlsx".encode("gb18030"))
    (folder / "净.xlsx").rename(folder / name)
    [file] = imported(folder, name)
    assert file["file"] == "名单.xlsx"
    workbooks.photo(folder / name)
    assert_one_message(jingzhun("import", name, *TODAY, "--format", "json", folder=folder))


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")
def test_a_terminal_sees_progress_and_a_pipe_does_not(folder):
    import pty

    piped = jingzhun("import", "净.xlsx", *TODAY, "--dry-run", folder=folder)
    assert piped.err == ""
    ours, theirs = pty.openpty()
    ran = subprocess.run(
        [sys.executable, "-m", "jingzhun", "import", "净.xlsx", *TODAY, "--dry-run"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
    )
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    os.close(theirs)
    assert "净.xlsx" in shown
    assert "%" in shown
    assert "\x1b" not in ran.stdout.decode()
