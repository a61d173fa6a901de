"""The calendar at the desk: what a clerk sets, what is refused, what the month shows."""

import sqlite3
from pathlib import Path

import pytest

from tests.builders import id_number
from tests.cli.terminal import Said, assert_one_message, jingzhun
from tests.services.workbooks import BORN, ROSTER, pupil, write

MEALS = (("青禾小学2026年11月营养餐就餐花名册",), ("姓名", "身份证号", "就餐天数"))
PUPILS = {"赵一": 12, "钱二": 34}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ledger with pupils of one school."""
    rows = [pupil(name, id_number(BORN, order)) for name, order in PUPILS.items()]
    write(tmp_path / "学籍.xlsx", [ROSTER, *rows])
    assert on_day("import", "学籍.xlsx", folder=tmp_path).status == 0
    return tmp_path


def on_day(*words: object, folder: Path) -> Said:
    return jingzhun(*words, "--on", "2026-11-24", folder=folder)


def month_of(folder: Path, *words: object) -> dict[str, object]:
    said = on_day(
        "calendar", "show", "--month", "2026-11", *words, "--format", "json", folder=folder
    )
    assert said.status == 0, said
    counts: list[dict[str, object]] = said.json["counts"]
    return counts[0]


def test_a_closure_a_make_up_day_and_the_way_back(folder: Path) -> None:
    closed = on_day(
        "calendar", "set", "2026-11-12..2026-11-15", "--closed", "--why", "大雪", "--by", "王主任",
        folder=folder,
    )  # fmt: skip
    assert closed.status == 0, closed
    assert "12 停课：大雪" in closed.out
    assert "2026年11月的上课日有变化" in closed.out
    on_day("calendar", "set", "2026年11月21日", "--taught", "--why", "补课", folder=folder)
    found = month_of(folder)
    assert found["calendar_days"] == 30
    assert (found["weekend"], found["closed"], found["added"]) == (9, 2, 1)
    assert found["school_days"] == 20
    on_day("calendar", "set", "2026-11-12至2026-11-15", "--undo", folder=folder)
    assert month_of(folder)["school_days"] == 22
    shown = on_day("calendar", "show", "--format", "json", folder=folder).json["settings"]
    assert [word["said"] for word in shown] == ["closed", "taught", "usual"]
    assert (shown[0]["reason"], shown[0]["actor"]) == ("大雪", "王主任")


def test_a_school_may_teach_on_days_of_its_own(folder: Path) -> None:
    said = on_day(
        "calendar", "set", "2026-11-12", "--closed", "--school", "青禾小学", folder=folder
    )
    assert said.status == 0, said
    assert month_of(folder)["school_days"] == 21
    assert month_of(folder, "--school", "青禾小学")["school_days"] == 20
    general = on_day("calendar", "show", "--month", "2026-11", folder=folder)
    assert "青禾小学有自己的上课日" in general.out


def test_the_terms_dates_are_set_and_shown(folder: Path) -> None:
    on_day(
        "calendar", "set", "2026秋", "--first", "2026-08-31", "--last", "2027-01-15", folder=folder
    )
    shown = on_day("calendar", "show", "--term", "2026秋", "--format", "json", folder=folder).json
    assert shown["terms"] == [
        {"term": "2026秋", "first_day": "2026-08-31", "last_day": "2027-01-15", "set": True}
    ]
    assert len(shown["counts"]) == 6


def test_a_run_says_how_its_days_are_counted_and_follows_the_calendar(folder: Path) -> None:
    on_day("subsidy", "--month", "2026-11", folder=folder)
    said = on_day("calendar", "set", "2026-11-12", "--closed", folder=folder)
    assert "2026-11 的第 1 批还是按原来的上课日算的，请重新计算" in said.out
    again = on_day("subsidy", "--month", "2026-11", folder=folder)
    assert "停课" in again.out
    found = on_day("subsidy", "--month", "2026-11", "--format", "json", folder=folder).json
    assert found["counts"][0]["school_days"] == 20


def test_a_meal_count_above_the_schools_own_calendar_is_refused(folder: Path) -> None:
    on_day("calendar", "set", "2026-11-12", "--closed", "--school", "青禾小学", folder=folder)
    rows = [
        (name, id_number(BORN, order), days)
        for (name, order), days in zip(PUPILS.items(), (21, 20), strict=True)
    ]
    write(folder / "就餐.xlsx", [*MEALS, *rows])
    said = on_day("import", "就餐.xlsx", "--format", "json", folder=folder)
    problems = said.json["files"][0]["problems"]
    assert [problem["code"] for problem in problems] == ["meal_days_above_calendar"]
    assert "只有 20 天" in problems[0]["message"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("2026-11-12",), "没有写设成什么"),
        (("2026-11-12", "--closed", "--taught"), "只能写一种"),
        (("2026-11-31", "--closed"), "“2026-11-31”不是日期"),
        (("2026-11-14..2026-11-12", "--closed"), "结束日期在开始日期之前"),
        (("2026-11-12..2026-11-13..2026-11-14", "--closed"), "不明白"),
        (("2026秋", "--closed"), "停课、补课要写日期"),
        (("2026-11-12", "--first", "2026-09-01"), "不是学期"),
        (("大雪", "--closed"), "不是日期"),
    ],
)
def test_words_that_make_no_setting_are_refused(
    folder: Path, words: tuple[str, ...], told: str
) -> None:
    said = on_day("calendar", "set", *words, folder=folder)
    assert_one_message(said, status=2)
    assert told in said.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("2026-01-01..2026-11-14", "--closed"), "超过 120 天"),
        (("2026秋", "--first", "2025-09-01"), "差得太远"),
        (("2026秋", "--first", "2026-11-12", "--last", "2026-11-10"), "最后一天在第一天之前"),
        (("2026-11-12", "--closed", "--school", "没有小学"), "没有学校“没有小学”"),
    ],
)
def test_settings_that_make_no_sense_are_refused_and_leave_nothing(
    folder: Path, words: tuple[str, ...], code: str
) -> None:
    said = on_day("calendar", "set", *words, folder=folder)
    assert_one_message(said)
    assert code in said.err
    with sqlite3.connect(folder / "jingzhun.db") as ledger:
        assert ledger.execute("SELECT count(*) FROM calendar_word").fetchone() == (0,)


def test_no_ledger_is_made_by_looking_or_setting(tmp_path: Path) -> None:
    for words in (("show",), ("set", "2026-11-12", "--closed")):
        assert_one_message(jingzhun("calendar", *words, folder=tmp_path))
    assert not (tmp_path / "jingzhun.db").exists()


def test_undoing_an_import_leaves_the_calendar(folder: Path) -> None:
    on_day("calendar", "set", "2026-11-12", "--closed", "--school", "青禾小学", folder=folder)
    assert on_day("imports", "undo", "1", folder=folder).status == 0
    assert on_day("import", "学籍.xlsx", folder=folder).status == 0
    assert month_of(folder, "--school", "青禾小学")["school_days"] == 20
