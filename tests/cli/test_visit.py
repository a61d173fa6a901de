"""What was done for a household, typed at the desk: shown at once, in the trail, taken back."""

import json
from pathlib import Path

import pytest

from tests.cli.terminal import assert_one_message, jingzhun
from tests.services.workbooks import write

DAY = ("--on", "2026-11-24")
HOME = "6299990001"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A household with its helper."""
    pairs = [
        ("户编号", "户主姓名", "村", "帮扶责任人", "单位", "结对日期"),
        (HOME, "张大", "东山村", "李帮", "青禾学院", "2025-03-01"),
    ]
    write(tmp_path / "结对.xlsx", pairs)
    assert jingzhun("import", "结对.xlsx", *DAY, folder=tmp_path).status == 0
    return tmp_path


def test_a_visit_is_entered_listed_and_taken_back(folder: Path) -> None:
    said = jingzhun("visit", "add", HOME, "--date", "3月5日、3月12日", "--words", "查看住房", *DAY,
                    folder=folder)  # fmt: skip
    assert said.status == 0, said
    assert "2026-03-12" in said.out
    assert "没有写是谁，按这一户的帮扶责任人 李帮 记" in said.out
    assert "imports undo 2" in said.out
    shown = jingzhun("visit", "list", "--helper", "李帮", "--format", "json", *DAY, folder=folder)
    rows = json.loads(shown.out)["rows"]
    assert [row["visited_on"] for row in rows] == ["2026-03-05", "2026-03-12"]
    assert jingzhun("imports", "undo", "2", *DAY, folder=folder).status == 0
    shown = jingzhun("visit", "list", HOME, "--format", "json", *DAY, folder=folder)
    assert json.loads(shown.out)["rows"] == []


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("give", HOME, "--way", "物资", "--amount", "0.03万元", "--what", "化肥"), "300.00"),
        (("plan", HOME, "--way", "项目", "--what", "种花椒", "--state", "已完成"), "已完成"),
        (("checklist", HOME, "--housing", "未达标：漏水", "--rest", "达标"), "漏水"),
        (("income", HOME, "--year", "2025", "--members", "4", "--total", "4.2万元"), "42,000.00"),
    ],
    ids=lambda words: words[0] if isinstance(words, tuple) else "",
)
def test_what_was_done_is_entered_and_shown(
    folder: Path, words: tuple[str, ...], shown: str
) -> None:
    said = jingzhun("pair", *words, *DAY, folder=folder)
    assert said.status == 0, said
    assert shown in said.out
    again = jingzhun("pair", *words, *DAY, folder=folder)
    assert_one_message(again)
    assert "账里已经有了" in again.err


def test_a_household_that_nobody_knows_is_one_message(folder: Path) -> None:
    said = jingzhun("visit", "add", "无名", *DAY, folder=folder)
    assert_one_message(said)
    assert "户编号或户主" in said.err
