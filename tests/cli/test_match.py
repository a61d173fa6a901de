"""Pairs are asked about one by one at a terminal, and by their numbers in a pipe."""

import os
import pty
import select
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.builders import id_number
from tests.cli.terminal import ROOT, assert_one_message, jingzhun
from tests.services.workbooks import BORN, MEMBERS, ROSTER, pupil, write

NAMES = ("赵一", "钱二", "孙三")
RIGHT = [id_number(BORN, order) for order in (12, 34, 56)]
WRONG = [id_number(BORN, order) for order in (21, 43, 65)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three children, each under a wrong number on the household list."""
    members = [
        (f"620000000{at}", f"户主{name}", "东山村", name, number, "之子", "脱贫户(享受政策)", "")
        for at, (name, number) in enumerate(zip(NAMES, WRONG, strict=True))
    ]
    rows = [pupil(name, number) for name, number in zip(NAMES, RIGHT, strict=True)]
    write(tmp_path / "户.xlsx", [MEMBERS, *members])
    write(tmp_path / "学籍.xlsx", [ROSTER, *rows])
    said = jingzhun("import", "户.xlsx", "学籍.xlsx", "--on", "2026-11-24", folder=tmp_path)
    assert said.status == 0, said
    return tmp_path


def at_terminal(folder: Path, *keys: str) -> str:
    """Run the review on a terminal of its own and type the keys as it asks; give what it shows."""
    main, side = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "jingzhun", "match", "review", "--on", "2026-11-24"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100"},
        stdin=side,
        stdout=side,
        stderr=side,
    )
    os.close(side)
    shown, waiting, deadline = b"", list(keys), time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([main], [], [], 0.1)[0]:
            try:
                shown += os.read(main, 65536)
            except OSError:
                break
        elif running.poll() is not None:
            break
        if waiting and shown.decode(errors="replace").rstrip().endswith("退出："):
            shown += b"\n"
            os.write(main, f"{waiting.pop(0)}\n".encode())
    assert running.wait(10) == 0, shown.decode()
    os.close(main)
    return shown.decode()


def verdicts(folder: Path) -> list[str | None]:
    with sqlite3.connect(folder / "jingzhun.db") as ledger:
        rows = ledger.execute("SELECT verdict FROM match_pair ORDER BY id").fetchall()
    return [row[0] for row in rows]


def test_each_pair_is_shown_with_both_sides_and_answered_by_a_key(folder):
    shown = at_terminal(folder, "同", "什么", "d", "l")
    for words in ("第 1 对，共 3 对", "身份证号相邻两位颠倒、同名同出生日期", "甲", "乙",
                  "青禾小学", "出处：学籍.xlsx Sheet1!第2行", "出处：户.xlsx Sheet1!第2行",
                  "请按 同（s）", "同一人 1 对，不是同一人 1 对"):  # fmt: skip
        assert words in shown, shown
    assert not any(number in shown for number in (*RIGHT, *WRONG))
    assert verdicts(folder) == ["same", "different", None]
    assert "共 1 对" in at_terminal(folder, "s")
    assert verdicts(folder) == ["same", "different", "same"]
    assert "（无）" in at_terminal(folder)


def test_leaving_keeps_what_was_answered(folder):
    at_terminal(folder, "s", "q")
    assert verdicts(folder) == ["same", None, None]


def test_a_pipe_lists_the_pairs_and_answers_go_by_number(folder):
    said = jingzhun("match", "review", "--on", "2026-11-24", "--format", "json", folder=folder)
    assert (said.status, said.json["open"]) == (0, 3)
    numbers = [pair["number"] for pair in said.json["pairs"]]
    text = jingzhun("match", "review", "--on", "2026-11-24", folder=folder).out
    assert "jingzhun match confirm 编号" in text
    confirmed = jingzhun("match", "confirm", *numbers[:2], "--why", "户口簿", folder=folder)
    assert (confirmed.status, "记下了 2 对" in confirmed.out) == (0, True)
    rejected = jingzhun("match", "reject", numbers[1], "--format", "json", folder=folder)
    assert [pair["verdict"] for pair in rejected.json["pairs"]] == ["different"]
    listed = jingzhun("match", "list", "--format", "json", folder=folder).json["pairs"]
    assert [(pair["verdict"], pair["why"]) for pair in listed] == [
        ("same", "户口簿"), ("different", None),
    ]  # fmt: skip
    again = jingzhun("match", "review", "--on", "2026-11-24", "--format", "json", folder=folder)
    assert [pair["number"] for pair in again.json["pairs"]] == numbers[2:]


def test_the_trail_says_who_answered_what_and_what_was_before(folder):
    at_terminal(folder, "s", "q")
    jingzhun("match", "reject", 1, "--by", "王核对", folder=folder)
    with sqlite3.connect(folder / "jingzhun.db") as ledger:
        actor, detail = ledger.execute(
            "SELECT actor, detail FROM trail ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert actor == "王核对"
    assert '"before": "same"' in detail
    assert '"verdict": "different"' in detail


def test_a_number_that_is_none_is_one_clear_message(folder):
    assert_one_message(jingzhun("match", "confirm", 99, folder=folder))
    assert_one_message(jingzhun("match", "confirm", folder=folder), status=2)


def test_without_a_ledger_the_command_says_so(tmp_path):
    for words in (("review",), ("list",), ("confirm", "1")):
        assert_one_message(jingzhun("match", *words, folder=tmp_path))
