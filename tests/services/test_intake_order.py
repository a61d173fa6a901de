"""Lists arrive in any order; what the ledger knows in the end is the same."""

import shutil
from collections.abc import Callable
from datetime import date
from itertools import groupby, permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.store.engine import open_ledger
from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    Household,
    HouseholdCategory,
    Person,
    Recognition,
    School,
    StandingSpell,
)
from tests.builders import id_number
from tests.services.workbooks import bring_in, on, write

KIDS = [id_number(date(2015, 3, day), day) for day in range(1, 7)]
NAMES = ["赵一", "钱二", "孙三", "李四", "周五", "吴六"]
HOUSES = ["6200000001", "6200000001", "6200000002", "6200000003", "6200000004", "6200000005"]


def roster(path: Path) -> Path:
    head = ("姓名", "身份证号", "学校名称", "年级", "班级", "就读方式", "联系电话")
    rows = [
        (name, kid, "青禾小学", "三年级", f"{at % 2 + 1}班", "住校", f"1990000000{at}")
        for at, (name, kid) in enumerate(zip(NAMES, KIDS, strict=True))
        if at != 3
    ]
    return write(path, [head, *rows])


def changes(path: Path) -> Path:
    head = ("姓名", "身份证号", "学校名称", "异动类型", "异动时间", "转入学校", "年级")
    return write(
        path,
        [
            head,
            (NAMES[0], KIDS[0], "青禾小学", "转出", "2026-10-10", "云岭小学", "三年级"),
            (NAMES[1], KIDS[1], "青禾小学", "转入", "2026-10-12", "青禾小学", "三年级"),
            (NAMES[2], KIDS[2], "青禾小学", "休学", "2026-10-20", "", "三年级"),
            (NAMES[3], KIDS[3], "青禾小学", "辍学", "2026-09-20", "", "三年级"),
        ],
    )


def members(path: Path) -> Path:
    head = ("户编号", "户主姓名", "行政村", "姓名", "证件号码", "与户主关系", "户类型",
            "监测对象类别", "风险是否消除", "健康状况")  # fmt: skip
    rows = [
        (house, f"户主{house[-1]}", "东山村", name, kid, "之子",
         "脱贫户" if house != HOUSES[2] else "一般农户",
         "边缘易致贫户" if house == HOUSES[2] else "", "否" if house == HOUSES[2] else "", "健康")
        for name, kid, house in zip(NAMES, KIDS, HOUSES, strict=True)
    ]  # fmt: skip
    return write(path, [head, *rows])


def hardship(path: Path) -> Path:
    head = ("姓名", "身份证号", "学校名称", "年级", "班级", "认定等级", "困难类型")
    rows = [
        (NAMES[at], KIDS[at], "青禾小学", "三年级", "9班", "特别困难", "农村低保")
        for at in (1, 2, 4)
    ]
    return write(path, [head, *rows])


def poor(path: Path) -> Path:
    head = ("姓名", "身份证号码", "户编号", "户主姓名", "户类型", "学校全称", "学段", "年级",
            "班级", "学籍号", "就读方式")  # fmt: skip
    rows = [
        (NAMES[at], KIDS[at], HOUSES[at], f"户主{HOUSES[at][-1]}", "脱贫户", "云岭小学", "小学",
         "四年级", "7班", f"G{KIDS[at]}", "走读")
        for at in (2, 4, 5)
    ]  # fmt: skip
    return write(path, [head, *rows])


LISTS: dict[str, tuple[Callable[[Path], Path], date]] = {
    "学籍": (roster, on("2026-11-10")),
    "异动": (changes, on("2026-11-12")),
    "户": (members, on("2026-11-05")),
    "认定": (hardship, on("2026-11-15")),
    "贫困生": (poor, on("2026-10-01")),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("lists")
    return {name: make(folder / f"{name}.xlsx") for name, (make, _) in LISTS.items()}


ORDERS = list(permutations(LISTS))


@pytest.mark.parametrize("order", [ORDERS[0], *ORDERS[7::11]], ids="".join)
def test_the_order_of_lists_does_not_matter(
    empty_ledger: Path, tmp_path: Path, files: dict[str, Path], order: tuple[str, ...]
) -> None:
    held = [_known_after(empty_ledger, tmp_path / f"{n}.db", files, names)
            for n, names in enumerate((ORDERS[0], order))]  # fmt: skip
    for table in held[0]:
        assert held[1][table] == held[0][table], table


def _known_after(
    empty: Path, path: Path, files: dict[str, Path], order: tuple[str, ...]
) -> dict[str, Any]:
    shutil.copy(empty, path)
    ledger = open_ledger(str(path))
    for name in order:
        outcome = bring_in(ledger, files[name], as_of=LISTS[name][1])
        assert not any(sheet.refused for sheet in outcome.sheets), outcome.problems
    with ledger.read() as session:
        known = _known(session)
    ledger.close()
    return known


def _known(session: Session) -> dict[str, Any]:
    schools = {row.id: row.name for row in session.scalars(select(School))}
    persons = {row.id: row.identity for row in session.scalars(select(Person))}
    houses = {row.id: str(row.household_no) for row in session.scalars(select(Household))}
    return {
        "persons": sorted(
            (p.identity, p.name, p.student_no, p.relation, p.health, p.phone,
             houses.get(p.household_id or 0))
            for p in session.scalars(select(Person))
        ),
        "households": sorted(
            (str(house.household_no), str(house.head_name))
            for house in session.scalars(select(Household))
        ),
        "enrolments": _spells(
            session, Enrolment,
            lambda e: (persons[e.person_id], schools[e.school_id], e.stage, e.grade, e.class_no),
        ),
        "boarding": _spells(
            session, BoardingSpell, lambda b: (persons[b.person_id], b.boarding)
        ),
        "categories": _spells(
            session, HouseholdCategory,
            lambda c: (houses[c.household_id], c.category, c.risk_removed),
        ),
        "recognitions": _spells(
            session, Recognition, lambda r: (persons[r.person_id], r.tier, r.reasons)
        ),
        "standings": _spells(
            session, StandingSpell,
            lambda s: (persons[s.person_id], s.standing, s.change, schools.get(s.school_id or 0)),
        ),
    }  # fmt: skip


def _spells(session: Session, table: Any, value: Callable[[Any], Any]) -> list[Any]:
    """Give what is known today, with spells of one value that touch joined into one."""
    rows = sorted(
        (
            (value(row), row.valid_from, row.valid_until)
            for row in session.scalars(select(table).where(table.superseded_in.is_(None)))
        ),
        key=repr,
    )
    whole: list[Any] = []
    for said, group in groupby(rows, key=lambda row: row[0]):
        for _, start, end in group:
            if whole and whole[-1][0] == said and whole[-1][2] == start:
                whole[-1] = (said, whole[-1][1], end)
            else:
                whole.append((said, start, end))
    return whole
