"""A pupil whom two schools list while an event says when he went from one to the other."""

import shutil
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jingzhun.store.engine import open_ledger
from jingzhun.store.presence import on_roll
from jingzhun.store.schema import Enrolment, School, StandingSpell
from tests.services.workbooks import KID, bring_in, on, pupil, records, write

ROLL = ("姓名", "身份证号", "学籍号", "学校名称", "年级", "班级", "就读方式", "联系电话")
EVENTS = ("姓名", "身份证号", "学校名称", "异动类型", "异动时间", "转出学校", "转入学校", "年级")
MOVED = on("2026-11-11")


def lists(folder: Path, *, grade: str, listed_on: date) -> dict[str, tuple[Path, date]]:
    """Write the two rolls of one day, and the list of events."""
    old, new = "青禾小学", "云岭小学"
    rolls = {
        "甲": write(folder / "甲.xlsx", [ROLL, pupil(school=old, **{"class": "1班"})]),
        "乙": write(folder / "乙.xlsx", [ROLL, pupil(school=new, **{"class": "2班"})]),
    }
    events = write(
        folder / "异动.xlsx",
        [
            EVENTS,
            ("赵一", KID, old, "转出", MOVED.isoformat(), "", new, grade),
            ("赵一", KID, new, "转入", MOVED.isoformat(), old, "", grade),
        ],
    )
    return {name: (path, listed_on) for name, path in rolls.items()} | {
        "异动": (events, on("2026-11-20"))
    }


def known(ledger: Any) -> list[Any]:
    schools = {school.id: school.name for school in records(ledger, School)}
    rolls: list[Any] = []
    for roll in records(ledger, Enrolment):
        said = (schools[roll.school_id], roll.stage, roll.grade)
        if rolls and (rolls[-1][0], *rolls[-1][3:], rolls[-1][2]) == (*said, roll.valid_from):
            roll.valid_from = rolls.pop()[1]
        rolls.append((said[0], roll.valid_from, roll.valid_until, *said[1:]))
    return rolls + [
        (spell.standing, spell.valid_from, spell.valid_until)
        for spell in records(ledger, StandingSpell)
    ]


@pytest.mark.parametrize("listed_on", ["2026-11-24", "2026-09-15"])
@pytest.mark.parametrize("grade", ["三年级", ""])
@pytest.mark.parametrize("order", list(permutations("甲乙异")), ids="".join)
def test_whichever_list_comes_first_he_was_in_the_old_school_until_he_moved(
    empty_ledger: Path, tmp_path: Path, order: tuple[str, ...], grade: str, listed_on: str
) -> None:
    shutil.copy(empty_ledger, tmp_path / "账.db")
    ledger = open_ledger(str(tmp_path / "账.db"))
    files = lists(tmp_path, grade=grade, listed_on=on(listed_on))
    for name in order:
        path, day = files["异动" if name == "异" else name]
        bring_in(ledger, path, as_of=day)
    assert known(ledger) == [
        ("青禾小学", on("2026-09-01"), MOVED, "primary", 3),
        ("云岭小学", MOVED, None, "primary", 3),
        ("left", MOVED, None),
    ]


@pytest.mark.parametrize("order", list(permutations("甲乙异")), ids="".join)
def test_a_second_import_of_the_three_changes_nothing(
    empty_ledger: Path, tmp_path: Path, order: tuple[str, ...]
) -> None:
    shutil.copy(empty_ledger, tmp_path / "账.db")
    ledger = open_ledger(str(tmp_path / "账.db"))
    files = lists(tmp_path, grade="三年级", listed_on=on("2026-11-24"))
    for name in order:
        path, day = files["异动" if name == "异" else name]
        bring_in(ledger, path, as_of=day)
    before = known(ledger)
    for name in order:
        path, day = files["异动" if name == "异" else name]
        [sheet] = bring_in(ledger, path, as_of=day).sheets
        assert (sheet.added, sheet.changed) == (0, 0), name
    assert known(ledger) == before


@pytest.mark.parametrize("order", list(permutations("小毕初")), ids="".join)
@pytest.mark.parametrize("left_on", ["2026-07-05", "2026-09-01"])
def test_who_graduates_from_the_primary_part_goes_on_in_the_same_school(
    empty_ledger: Path, tmp_path: Path, order: tuple[str, ...], left_on: str
) -> None:
    head = ("姓名", "身份证号", "学校名称", "学段", "年级", "班级")
    files = {
        "小": (write(tmp_path / "小.xlsx", [
            head, ("赵一", KID, "青禾学校", "小学", "六年级", "1班")]), on("2026-03-10")),
        "毕": (write(tmp_path / "毕.xlsx", [
            ("姓名", "身份证号", "学校名称", "异动类型", "异动时间", "学段", "年级"),
            ("赵一", KID, "青禾学校", "毕业", left_on, "小学", "六年级")]), on("2026-09-05")),
        "初": (write(tmp_path / "初.xlsx", [
            head, ("赵一", KID, "青禾学校", "初中", "七年级", "2班")]), on("2026-09-15")),
    }  # fmt: skip
    shutil.copy(empty_ledger, tmp_path / "账.db")
    ledger = open_ledger(str(tmp_path / "账.db"))
    for name in order:
        path, day = files[name]
        bring_in(ledger, path, as_of=day)
    with ledger.read() as session:
        on_it = session.execute(
            select(Enrolment.stage, Enrolment.grade).where(on_roll(on("2026-09-01")))
        ).all()
    assert on_it == [("junior", 7)]
