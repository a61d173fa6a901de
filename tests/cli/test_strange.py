"""A strange list at the desk: refused in a pipe, asked about on a terminal, accepted in words."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.cli import workbooks
from tests.cli.terminal import ROOT, assert_one_message, jingzhun

TODAY = ("--on", "2026-11-24")


@pytest.fixture
def folder(tmp_path):
    """A folder with a ledger of twenty pupils, and a roll on which five of them are missing."""
    rows = [workbooks.pupil(order) for order in range(1, 21)]
    workbooks.roster(tmp_path / "旧.xlsx", rows)
    workbooks.roster(tmp_path / "少.xlsx", rows[:15])
    assert jingzhun("import", "旧.xlsx", *TODAY, folder=tmp_path).status == 0
    return tmp_path


def imports(folder):
    said = jingzhun("imports", "list", "--format", "json", folder=folder)
    return [one["file"] for one in said.json["imports"]]


def trail(folder):
    with closing(sqlite3.connect(folder / "jingzhun.db")) as ledger:
        return [json.loads(row[0]) for row in ledger.execute("SELECT detail FROM trail")]


def test_in_a_pipe_it_is_refused_with_the_figures_and_the_way_out(folder):
    said = jingzhun("import", "少.xlsx", *TODAY, "--format", "json", folder=folder)
    assert_one_message(said)
    assert said.json["error"]["code"] == "file_strange"
    for told in ("青禾小学三年级（1）班", "账上 20 人", "旧.xlsx", "少了 5 人", "--accept-changes"):
        assert told in said.err
    assert imports(folder) == ["旧.xlsx"]


def test_accepted_in_words_it_goes_in_and_is_kept_in_trail_and_notices(folder):
    said = jingzhun(
        "import", "少.xlsx", "--accept-changes", *TODAY, "--format", "json", folder=folder
    )
    assert said.status == 0
    [file] = said.json["files"]
    assert [problem["code"] for problem in file["problems"]] == ["strange_class"]
    assert file["sheets"][0]["same"] == 15
    assert "少了 5 人" in trail(folder)[-1]["accepted"][0]
    assert imports(folder) == ["少.xlsx", "旧.xlsx"]


def test_a_trial_only_reports_it(folder):
    said = jingzhun("import", "少.xlsx", "--dry-run", *TODAY, folder=folder)
    assert said.status == 0
    assert "一个班少了很多学生" in said.out
    assert imports(folder) == ["旧.xlsx"]


def test_it_keeps_no_other_file_out(folder):
    workbooks.roster(folder / "净.xlsx", [workbooks.pupil(order) for order in range(1, 22)])
    said = jingzhun("import", "少.xlsx", "净.xlsx", *TODAY, folder=folder)
    assert_one_message(said)
    assert imports(folder) == ["净.xlsx", "旧.xlsx"]


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")
@pytest.mark.parametrize(("answer", "status", "held"), [("y", 0, 2), ("n", 1, 1), ("", 1, 1)])
def test_on_a_terminal_it_is_asked_about(folder, answer, status, held):
    import pty

    ours, theirs = pty.openpty()
    ran = subprocess.Popen(
        [sys.executable, "-m", "jingzhun", "import", "少.xlsx", *TODAY],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "TERM": "xterm"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.write(ours, f"{answer}\n".encode())
    out, _ = ran.communicate(timeout=60)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    os.close(theirs)
    assert ran.returncode == status, shown
    assert "账上 20 人" in shown
    assert "照样入账吗" in shown
    assert len(imports(folder)) == held
    assert ("一个班少了很多学生" in out.decode()) is (held == 2)
