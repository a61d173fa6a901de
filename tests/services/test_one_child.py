"""A child known to lists by different marks is one record in the end, whatever list came first."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from jingzhun.core.vocabulary import Verdict
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.schema import (
    Absence,
    Household,
    HouseholdCategory,
    MatchPair,
    Person,
    Run,
    RunLine,
    School,
    Visit,
)
from tests.builders import NOW, TODAY, id_number
from tests.services.test_intake_order import _known
from tests.services.test_undo import content, undo
from tests.services.workbooks import COUSIN, KID, SISTER, bring_in, codes, on, records, write

NUMBER, HEAD = "L629999000000000002", id_number(date(1980, 3, 4), 1)
Lists = dict[str, tuple[str, list[Any]]]

BY_ID = ("2026-11-10", [
    ("姓名", "身份证号", "学校名称", "年级", "班级", "就读方式", "联系电话"),
    ("赵一", KID, "青禾小学", "三年级", "1班", "住校", "19900000001"),
    ("钱二", SISTER, "青禾小学", "三年级", "1班", "走读", "19900000002"),
])  # fmt: skip
BY_HOUSE = ("2026-10-10", [
    ("户编号", "户主姓名", "行政村", "人编号", "姓名", "与户主关系", "户类型", "健康状况",
     "联系电话"),
    ("6200000001", "赵大", "东山村", "620000000102", "赵一", "之子", "脱贫户", "患有大病",
     "19900000009"),
])  # fmt: skip
BY_ID_AND_HOUSE = ("2026-10-20", [
    ("姓名", "身份证号", "户编号", "户主姓名", "户类型", "学校名称", "年级", "班级"),
    ("赵一", KID, "6200000001", "赵大", "脱贫户", "青禾小学", "三年级", "1班"),
])  # fmt: skip
BY_NAME = ("2026-11-18", [
    ("姓名", "学校名称", "班级", "家访教师", "家访时间"),
    ("赵一", "青禾小学", "三年级1班", "李老师", "2026-10-09"),
])  # fmt: skip
AWAY = ("2026-11-19", [
    ("姓名", "学校名称", "班级", "开始日期", "结束日期", "请假类型"),
    ("赵一", "青禾小学", "三年级1班", "2026-11-05", "2026-11-06", "病假"),
])  # fmt: skip
BY_NUMBER = ("2026-11-15", [
    ("姓名", "学籍号", "学校名称", "年级", "班级", "认定等级", "困难类型"),
    ("赵一", NUMBER, "青禾小学", "三年级", "1班", "特别困难", "因病"),
])  # fmt: skip
BY_ID_AND_NUMBER = ("2026-09-20", [
    ("姓名", "身份证号", "学籍号", "学校名称", "年级", "班级", "家庭地址"),
    ("赵一", KID, NUMBER, "青禾小学", "三年级", "1班", "东山村 3 组"),
])  # fmt: skip
BY_NUMBER_AND_HOUSE = ("2026-10-25", [
    ("姓名", "学籍号", "户编号", "户主姓名", "户类型", "学校名称", "年级", "班级", "证件类型",
     "身份证号"),
    ("赵一", NUMBER, "6200000001", "赵大", "脱贫户", "青禾小学", "三年级", "1班", "其他", ""),
])  # fmt: skip

HOUSES = ("2026-10-12", [
    ("户编号", "户主姓名", "行政村", "姓名", "证件号码", "与户主关系", "户类型"),
    ("6200000001", "赵大", "东山村", "赵大", HEAD, "户主", "脱贫户"),
    ("6200000001", "赵大", "东山村", "钱二", SISTER, "之女", "脱贫户"),
])  # fmt: skip
HEADS_ONLY = ("2026-10-14", [
    ("户主姓名", "行政村", "姓名", "证件号码", "与户主关系", "户类型"),
    ("赵大", "东山村", "钱二", SISTER, "之女", "脱贫户"),
])  # fmt: skip
NUMBERS_ONLY = ("2026-10-16", [
    ("户编号", "户主姓名", "姓名", "证件号码", "与户主关系", "户类型"),
    ("6200000001", "赵大", "钱二", SISTER, "之女", "脱贫户"),
])  # fmt: skip
ORPHANS = ("2026-09-20", [
    ("孤儿名单", "", "", "", ""),
    ("姓名", "身份证号", "户主姓名", "行政村", "家庭编号"),
    ("赵一", KID, "赵大", "东山村", ""),
])  # fmt: skip
DISABLED = ("2026-09-22", [
    ("残疾人名单", "", "", "", ""),
    ("姓名", "身份证号", "户主姓名", "行政村", "残疾类别"),
    ("赵一", KID, "赵大", "东山村", "听力"),
])  # fmt: skip
ALLOWANCE = ("2026-09-24", [
    ("农村低保对象名单", "", "", ""),
    ("姓名", "身份证号", "行政村", "家庭编号"),
    ("赵一", KID, "东山村", "77"), ("赵大", HEAD, "东山村", "77"), ("李四", COUSIN, "西山村", "78"),
])  # fmt: skip
REASONS = ("2026-11-15", [
    ("姓名", "身份证号", "学校名称", "年级", "班级", "认定等级", "困难类型"),
    ("钱二", SISTER, "青禾小学", "三年级", "1班", "特别困难", "农村低保"),
])  # fmt: skip
PAIRS = ("2026-10-18", [
    ("户主姓名", "行政村", "帮扶责任人", "帮扶单位", "帮扶措施"),
    ("赵大", "东山村", "李帮", "青禾学院", "送化肥"),
])  # fmt: skip

WORLDS: dict[str, Lists] = {
    "house and id": {"学籍": BY_ID, "户": BY_HOUSE, "贫困生": BY_ID_AND_HOUSE},
    "with visits": {"学籍": BY_ID, "户": BY_HOUSE, "贫困生": BY_ID_AND_HOUSE, "家访": BY_NAME},
    "number and id": {"认定": BY_NUMBER, "学籍": BY_ID_AND_NUMBER, "请假": AWAY},
    "all marks": {
        "认定": BY_NUMBER, "户": BY_HOUSE, "学籍": BY_ID_AND_NUMBER, "贫困生": BY_ID_AND_HOUSE,
    },
    "orphans": {"孤儿名单": ORPHANS, "户": HOUSES, "学籍": BY_ID},
    "disabled": {"残疾人名单": DISABLED, "户": HOUSES, "低保名单": ALLOWANCE},
    "allowance": {
        "低保名单": ALLOWANCE, "户": HOUSES, "孤儿名单": ORPHANS, "认定": REASONS,
    },
    "heads": {"结对": PAIRS, "户主": HEADS_ONLY, "户": NUMBERS_ONLY, "低保名单": ALLOWANCE},
    "by links": {"户": BY_HOUSE, "贫困生": BY_NUMBER_AND_HOUSE, "学籍": BY_ID_AND_NUMBER},
}  # fmt: skip


@pytest.fixture
def fresh(empty_ledger: Path, tmp_path: Path) -> Iterator[Callable[[], Ledger]]:
    made: list[Ledger] = []

    def _fresh() -> Ledger:
        path = tmp_path / f"{len(made)}.db"
        shutil.copy(empty_ledger, path)
        made.append(open_ledger(str(path)))
        return made[-1]

    yield _fresh
    for ledger in made:
        ledger.close()


def _files(folder: Path, lists: Lists) -> dict[str, Path]:
    return {name: write(folder / f"{name}.xlsx", rows) for name, (_day, rows) in lists.items()}


def held(session: Session) -> dict[str, Any]:
    """Give all facts, with persons by identity and households by number."""
    people = {one.id: one.identity for one in session.scalars(select(Person))}
    houses = {one.id: one.household_no for one in session.scalars(select(Household))}
    categories = select(HouseholdCategory).where(HouseholdCategory.superseded_in.is_(None))
    return _known(session) | {
        "visits": sorted(
            (people.get(one.person_id or 0), one.visited_on, one.visitor)
            for one in session.scalars(select(Visit))
        ),
        "absences": sorted(
            (people[one.person_id], one.day, one.reason) for one in session.scalars(select(Absence))
        ),
        "categories": sorted(
            (str(houses[one.household_id]), one.category, one.valid_from, str(one.valid_until))
            for one in session.scalars(categories)
        ),
        "villages": sorted(
            (str(one.household_no), str(one.head_name), one.village_id is not None)
            for one in session.scalars(select(Household))
        ),
    }


def _after(ledger: Ledger, lists: Lists, files: dict[str, Path], order: Any) -> dict[str, Any]:
    for name in order:
        outcome = bring_in(ledger, files[name], as_of=on(lists[name][0]))
        assert not any(sheet.refused for sheet in outcome.sheets), outcome.problems
    with ledger.read() as session:
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        return held(session)


@pytest.mark.parametrize("world", WORLDS)
def test_whatever_order_lists_come_in_a_child_is_one_record_and_at_home(
    fresh: Callable[[], Ledger], tmp_path: Path, world: str
) -> None:
    lists = WORLDS[world]
    files = _files(tmp_path, lists)
    first: dict[str, Any] = {}
    for order in permutations(lists):
        ledger = fresh()
        known = _after(ledger, lists, files, order)
        first = first or known
        for table, facts in known.items():
            assert facts == first[table], (order, table)
        for name in order:
            [sheet] = bring_in(ledger, files[name], as_of=on(lists[name][0])).sheets
            assert (sheet.added, sheet.changed) == (0, 0), (order, name)
        assert _after(ledger, lists, files, ()) == known, order
    names = [one[1] for one in first["persons"]]
    assert len(names) == len(set(names))


def test_what_a_class_says_of_a_name_that_two_have_is_nobodys_in_any_order(
    fresh: Callable[[], Ledger], tmp_path: Path
) -> None:
    namesake = (
        "2026-11-12",
        [BY_ID[1][0], ("赵一", COUSIN, "青禾小学", "三年级", "1班", "走读", "")],
    )
    lists: Lists = {"学籍": BY_ID, "家访": BY_NAME, "补报": namesake}
    files = _files(tmp_path, lists)
    found = []
    for order in permutations(lists):
        ledger = fresh()
        found.append(_after(ledger, lists, files, order))
        assert _after(ledger, lists, files, order) == found[-1], order
    assert all(known == found[0] for known in found)
    assert [visit[0] for visit in found[0]["visits"]] == ["N:赵一::青禾小学:3/1"]


def test_the_list_that_shows_two_records_to_be_one_says_so_and_can_be_undone(
    fresh: Callable[[], Ledger], tmp_path: Path
) -> None:
    lists = WORLDS["house and id"]
    files = _files(tmp_path, lists)
    ledger, without = fresh(), fresh()
    for one in (ledger, without):
        _after(one, lists, files, ("学籍", "户"))
        assert len(records(one, Person)) == 3
    outcome = bring_in(ledger, files["贫困生"], as_of=on(lists["贫困生"][0]))
    assert (2, "records_joined") in codes(outcome)
    assert [sheet.changed for sheet in outcome.sheets] == [1]
    assert {one.identity for one in records(ledger, Person)} == {KID, SISTER}
    undo(ledger, 3)
    assert content(ledger) == content(without)


def test_an_answer_about_the_record_that_went_holds_for_the_other(
    fresh: Callable[[], Ledger], tmp_path: Path
) -> None:
    lists = WORLDS["house and id"]
    files = _files(tmp_path, lists)
    ledger = fresh()
    _after(ledger, lists, files, ("学籍", "户"))
    with ledger.write() as session:
        one, other = sorted((SISTER, "H:6200000001:赵一"))
        session.execute(
            insert(MatchPair).values(one=one, other=other, verdict=Verdict.DIFFERENT.value,
                                     actor="测试", os_user="test", recorded_at=NOW)
        )  # fmt: skip
    _after(ledger, lists, files, ("贫困生",))
    pairs = {(one.one, one.other, one.verdict) for one in records(ledger, MatchPair)}
    assert (*sorted((KID, SISTER)), Verdict.DIFFERENT) in pairs


def test_a_record_that_money_rests_on_stays_apart_and_says_so(
    fresh: Callable[[], Ledger], tmp_path: Path
) -> None:
    lists = WORLDS["house and id"]
    files = _files(tmp_path, lists)
    ledger = fresh()
    _after(ledger, lists, files, ("学籍", "户"))
    with ledger.write() as session:
        child = session.scalar(select(Person.id).where(Person.identity.startswith("H:")))
        run = Run(period="2026-10", pack="plan", computed_on=TODAY, notices=[], actor="测试",
                  os_user="test", recorded_at=NOW)  # fmt: skip
        session.add(run)
        session.flush()
        session.execute(
            insert(RunLine).values(
                run_id=run.id, scheme="nutrition", person_id=child, month=202610,
                school_id=session.scalar(select(School.id)), stage="primary", rate_fen=400,
                amount_fen=8000, days=20, version_from=on("2026-09-01"),
            )
        )  # fmt: skip
    outcome = bring_in(ledger, files["贫困生"], as_of=on(lists["贫困生"][0]))
    assert (2, "records_apart") in codes(outcome)
    assert len(records(ledger, Person)) == 3
    again = bring_in(ledger, files["户"], as_of=on(lists["户"][0]))
    assert [(sheet.added, sheet.changed) for sheet in again.sheets] == [(0, 0)]
