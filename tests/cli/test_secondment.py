"""Somebody is sent away and comes back, typed at the desk: shown at once, taken back."""

import json
from pathlib import Path

import pytest

from tests.cli.terminal import assert_one_message, jingzhun
from tests.services.workbooks import write

DAY = ("--on", "2026-11-24")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two members of staff, one of them under thirty."""
    staff = [
        ("姓名", "工号", "单位", "出生日期", "编制类型"),
        ("李帮", "W01", "青禾小学", "1999-03-01", "事业编"),
        ("王帮", "W02", "青禾小学", "1980-03-01", "事业编"),
    ]
    write(tmp_path / "教职工.xlsx", staff)
    assert jingzhun("import", "教职工.xlsx", *DAY, folder=tmp_path).status == 0
    return tmp_path


def test_who_is_sent_is_shown_and_comes_back_and_is_undone(folder: Path) -> None:
    where = ("--to", "山口小学", "--from", "2026-09-01", "--until", "2027-07-10")
    said = jingzhun("secondment", "add", "李帮", "--kind", "支教", *where, *DAY, folder=folder)
    assert said.status == 0, said
    assert "山口小学" in said.out
    assert "imports undo 2" in said.out
    back = jingzhun("secondment", "end", "W01", "--date", "2026-11-20", *DAY, folder=folder)
    assert "没有满最短期限" in back.out
    assert jingzhun("imports", "undo", "3", *DAY, folder=folder).status == 0
    shown = jingzhun("secondment", "list", "--format", "json", *DAY, folder=folder)
    found = json.loads(shown.out)
    assert (found["counts"]["away"], found["rota"]) == (1, [])


def test_what_cannot_be_is_one_message(folder: Path) -> None:
    add = ("secondment", "add", "李帮", "--kind")
    for words, told in (
        ((*add, "出差"), "派出类别"),
        ((*add, "支教", "--until", "2020-01-01"), "计划结束日期"),
        (("secondment", "end", "王帮"), "没有还没结束"),
        (("secondment", "end", "张三"), "没有教职工"),
    ):
        said = jingzhun(*words, *DAY, folder=folder)
        assert_one_message(said)
        assert told in said.err
