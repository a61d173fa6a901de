"""Special-group lists in the ledger: what they do to households, persons and a month's subsidy."""

import shutil
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.terms import Month
from jingzhun.services.subsidy.runs import compute
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.schema import Household, HouseholdCategory, Person, RunLine
from tests.builders import id_number
from tests.services.workbooks import ROSTER, bring_in, codes, counts, on, pupil, records, write

KIDS = [id_number(date(2015, 3, day), day) for day in range(1, 7)]
NAMES = ["赵一", "钱二", "孙三", "李四", "周五", "吴六"]
HEADS = [id_number(date(1980, 3, day), day) for day in range(1, 7)]
TITLE = "云岭镇2026年10月农村低保对象花名册"


def roster(path: Path, boarding: str = "走读") -> Path:
    rows = [
        pupil(name, kid, boarding=boarding, phone="") for name, kid in zip(NAMES, KIDS, strict=True)
    ]
    return write(path, [ROSTER, *rows])


def members(path: Path, *, first: int = 0, last: int = 6, kind: str = "不享受政策") -> Path:
    head = ("户编号", "户主姓名", "行政村", "姓名", "证件号码", "与户主关系", "脱贫属性")
    rows = [
        (f"620000000{at}", f"{NAMES[at][0]}大", "东山村" if at < 4 else "西山村", name, number,
         relation, kind)
        for at in range(first, last)
        for name, number, relation in (
            (f"{NAMES[at][0]}大", HEADS[at], "户主"), (NAMES[at], KIDS[at], "之子"),
        )
    ]  # fmt: skip
    return write(path, [head, *rows])


def listed(path: Path, title: str, head: tuple[str, ...], *rows: tuple[Any, ...]) -> Path:
    return write(path, [(title, *[""] * (len(head) - 1)), head, *rows])


def by_person(path: Path, *which: int, title: str = TITLE) -> Path:
    head = ("姓名", "身份证号", "行政村")
    rows = [(NAMES[at], KIDS[at], "东山村" if at < 4 else "西山村") for at in which]
    return listed(path, title, head, *rows)


def households(ledger: Ledger) -> dict[str | None, set[str]]:
    """Give the categories of today by household number."""
    with ledger.read() as session:
        query = (
            select(Household.household_no, HouseholdCategory.category)
            .join(HouseholdCategory, HouseholdCategory.household_id == Household.id)
            .where(
                HouseholdCategory.superseded_in.is_(None), HouseholdCategory.valid_until.is_(None)
            )
        )
        found: dict[str | None, set[str]] = {}
        for number, category in session.execute(query):
            if category != "lifted_ended":
                found.setdefault(number, set()).add(category)
    return found


def granted(ledger: Ledger) -> dict[str, set[str]]:
    """Give the pupils of each scheme in November 2026, by name."""
    with ledger.write() as session:
        run = compute(
            session,
            [Month(2026, 11)],
            period="2026-11",
            today=on("2026-11-24"),
            actor="测试",
            os_user="test",
            recorded_at=datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
        )
        found: dict[str, set[str]] = {}
        query = (
            select(RunLine.scheme, Person.name)
            .join(Person, Person.id == RunLine.person_id)
            .where(RunLine.run_id == run)
        )
        for scheme, name in session.execute(query):
            found.setdefault(scheme, set()).add(name)
        session.rollback()
    return found


def test_allowance_makes_the_persons_household_poor(ledger: Ledger, tmp_path: Path) -> None:
    bring_in(ledger, roster(tmp_path / "学籍.xlsx"))
    bring_in(ledger, members(tmp_path / "户.xlsx"))
    assert granted(ledger) == {}
    outcome = bring_in(ledger, by_person(tmp_path / "低保.xlsx", 0, 4))
    assert counts(outcome) == (0, 2, 0, 0)
    assert households(ledger) == {
        "6200000000": {"rural_allowance"}, "6200000004": {"rural_allowance"},
    }  # fmt: skip
    assert granted(ledger) == {"nutrition": {"赵一", "周五"}, "day_living": {"赵一", "周五"}}


def test_a_list_of_heads_reaches_their_children(ledger: Ledger, tmp_path: Path) -> None:
    bring_in(ledger, roster(tmp_path / "学籍.xlsx"))
    bring_in(ledger, members(tmp_path / "户.xlsx"))
    head = ("户主姓名", "户主身份证号", "村", "低保类别")
    path = listed(tmp_path / "低保.xlsx", "低保户花名册", head, ("赵大", HEADS[0], "东山村", "A类"))
    bring_in(ledger, path)
    assert granted(ledger)["nutrition"] == {"赵一"}


def test_the_disabled_and_the_orphans_are_marked_as_persons(ledger: Ledger, tmp_path: Path) -> None:
    bring_in(ledger, roster(tmp_path / "学籍.xlsx"))
    head = ("姓名", "身份证号", "残疾证号")
    bring_in(ledger, listed(tmp_path / "残疾.xlsx", "残疾儿童名单", head,
                            (NAMES[0], KIDS[0], f"{KIDS[0]}43"),
                            (NAMES[1], KIDS[1], f"{KIDS[1]}21")))  # fmt: skip
    assert granted(ledger) == {}  # disabled alone is no ground
    bring_in(ledger, by_person(tmp_path / "孤儿.xlsx", 1, 2, title="孤儿、事实无人抚养儿童名单"))
    assert granted(ledger) == {"nutrition": {"钱二", "孙三"}, "day_living": {"钱二"}}
    kinds = {p.name: (p.disability_kind, p.disability_degree) for p in records(ledger, Person)}
    assert (kinds["赵一"], kinds["钱二"]) == (("肢体残疾", 3), ("听力残疾", 1))


def test_the_bureaus_word_on_disability_beats_the_rolls(ledger: Ledger, tmp_path: Path) -> None:
    head = ("姓名", "身份证号", "残疾类别", "残疾等级")
    bring_in(
        ledger,
        listed(tmp_path / "残疾.xlsx", "残疾人名单", head, (NAMES[0], KIDS[0], "智力残疾", "二级")),
        as_of=on("2026-09-10"),
    )
    row = dict(zip(ROSTER, pupil(NAMES[0], KIDS[0]), strict=True)) | {
        "残疾类型": "无残疾", "是否孤儿": "否",
    }  # fmt: skip
    outcome = bring_in(ledger, write(tmp_path / "学籍.xlsx", [tuple(row), tuple(row.values())]))
    assert (2, "conflict") in codes(outcome)
    assert [p.disability_kind for p in records(ledger, Person)] == ["智力残疾"]


def test_a_pupil_whose_household_nobody_knows_is_poor_all_the_same(
    ledger: Ledger, tmp_path: Path
) -> None:
    outcome = bring_in(ledger, by_person(tmp_path / "低保.xlsx", 0))
    assert counts(outcome) == (1, 0, 0, 0)
    assert codes(outcome) == [(0, "household_unknown")]
    bring_in(ledger, roster(tmp_path / "学籍.xlsx"))
    assert granted(ledger)["nutrition"] == {"赵一"}


def test_the_same_list_again_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    path = by_person(tmp_path / "低保.xlsx", 0, 1)
    again = by_person(tmp_path / "低保再来.xlsx", 0, 1)
    bring_in(ledger, path)
    assert counts(bring_in(ledger, path)) == (0, 0, 2, 0)
    assert counts(bring_in(ledger, again)) == (0, 0, 2, 0)
    bring_in(ledger, members(tmp_path / "户.xlsx"))
    assert counts(bring_in(ledger, path)) == (0, 0, 2, 0)
    assert len(records(ledger, HouseholdCategory)) == 8  # 脱贫 of six, 低保 of two


def test_a_full_list_closes_its_own_category_in_its_own_villages(
    ledger: Ledger, tmp_path: Path
) -> None:
    bring_in(ledger, members(tmp_path / "户.xlsx", kind="享受政策"))
    bring_in(ledger, by_person(tmp_path / "特困.xlsx", 1, title="特困人员名单"))
    bring_in(ledger, by_person(tmp_path / "低保.xlsx", 0, 1, 2, 4), as_of=on("2026-09-20"))
    outcome = bring_in(
        ledger, by_person(tmp_path / "低保二.xlsx", 0), as_of=on("2026-11-01"), whole=True
    )
    assert [code for _, code in codes(outcome)] == ["closed_by_full_list"]
    found = households(ledger)
    assert {no: found[no] - {"lifted"} for no in found} == {
        "6200000000": {"rural_allowance"},
        "6200000001": {"rural_destitute"},
        "6200000002": set(),
        "6200000003": set(),
        "6200000004": {"rural_allowance"},  # another village: the list says nothing of it
        "6200000005": set(),
    }
    assert all("lifted" in found[no] for no in found)


def test_a_full_list_without_villages_closes_those_of_such_lists(
    ledger: Ledger, tmp_path: Path
) -> None:
    head = ("姓名", "身份证号")
    rows = list(zip(NAMES, KIDS, strict=True))
    bring_in(ledger, listed(tmp_path / "1.xlsx", TITLE, head, *rows[:3]), as_of=on("2026-09-10"))
    bring_in(ledger, listed(tmp_path / "2.xlsx", TITLE, head, *rows[:2]),
             as_of=on("2026-11-10"), whole=True)  # fmt: skip
    still = [c for c in records(ledger, HouseholdCategory) if c.valid_until is None]
    assert len(still) == 2


def test_whose_support_stopped_is_not_poor_from_then_on(ledger: Ledger, tmp_path: Path) -> None:
    bring_in(ledger, roster(tmp_path / "学籍.xlsx"))
    bring_in(ledger, by_person(tmp_path / "低保.xlsx", 0, 1), as_of=on("2026-09-20"))
    head = ("姓名", "身份证号", "行政村", "保障状态")
    rows = [(NAMES[0], KIDS[0], "东山村", "在保"), (NAMES[1], KIDS[1], "东山村", "停保")]
    bring_in(ledger, listed(tmp_path / "10月.xlsx", TITLE, head, *rows), as_of=on("2026-10-31"))
    assert granted(ledger)["nutrition"] == {"赵一"}


def test_a_number_of_another_bureau_makes_no_second_household(
    ledger: Ledger, tmp_path: Path
) -> None:
    head = ("姓名", "身份证号", "行政村", "户编号")
    path = listed(tmp_path / "低保.xlsx", TITLE, head, (NAMES[0], KIDS[0], "东山村", "DB00017"))
    bring_in(ledger, by_person(tmp_path / "特困.xlsx", 0, title="特困人员名单"))
    bring_in(ledger, path)
    bring_in(ledger, members(tmp_path / "户.xlsx", last=1))
    assert households(ledger) == {"6200000000": {"rural_allowance", "rural_destitute"}}
    assert counts(bring_in(ledger, path)) == (0, 0, 1, 0)
    assert [h.household_no for h in records(ledger, Household)] == ["6200000000"]


def test_what_a_child_brings_home_is_its_households(ledger: Ledger, tmp_path: Path) -> None:
    # Head and child stand on two lists before anybody knows that they live together.
    head = ("姓名", "身份证号")
    bring_in(ledger, listed(tmp_path / "1.xlsx", "特困人员名单", head, ("赵大", HEADS[0])))
    bring_in(ledger, listed(tmp_path / "2.xlsx", TITLE, head, (NAMES[0], KIDS[0])))
    bring_in(ledger, members(tmp_path / "户.xlsx", last=1))
    assert households(ledger) == {"6200000000": {"rural_allowance", "rural_destitute"}}
    for name in ("1.xlsx", "2.xlsx"):
        assert counts(bring_in(ledger, tmp_path / name)) == (0, 0, 1, 0)


LISTS: dict[str, tuple[Any, date]] = {
    "学籍": (roster, on("2026-11-10")),
    "户": (members, on("2026-11-05")),
    "低保": (lambda path: by_person(path, 0, 1, 4), on("2026-10-31")),
    "残疾": (
        lambda path: listed(
            path, "残疾人名单", ("姓名", "身份证号", "残疾证号"),
            (NAMES[0], KIDS[0], f"{KIDS[0]}43"), (NAMES[2], KIDS[2], f"{KIDS[2]}12"),
        ),
        on("2026-10-15"),
    ),
    "监测": (
        lambda path: listed(
            path, "监测对象名单",
            ("户主姓名", "户主身份证号", "村", "监测对象类别", "风险是否消除"),
            ("李大", HEADS[3], "东山村", "边缘易致贫户", "否"),
            ("吴大", HEADS[5], "西山村", "突发严重困难户", "是"),
        ),
        on("2026-11-01"),
    ),
}  # fmt: skip
ORDERS = list(permutations(LISTS))


@pytest.mark.parametrize("order", ORDERS[1::9], ids="".join)
def test_the_order_of_lists_does_not_matter(
    empty_ledger: Path, tmp_path: Path, order: tuple[str, ...]
) -> None:
    held = []
    for number, names in enumerate((ORDERS[0], order)):
        path = tmp_path / f"{number}.db"
        shutil.copy(empty_ledger, path)
        ledger = open_ledger(str(path))
        for name in names:
            make, day = LISTS[name]
            outcome = bring_in(ledger, make(tmp_path / f"{name}.xlsx"), as_of=day)
            assert not any(sheet.refused for sheet in outcome.sheets), outcome.problems
        with ledger.read() as session:
            held.append(_known(session))
        ledger.close()
    assert held[0] == held[1]


def _known(session: Session) -> dict[str, Any]:
    houses = {row.id: row.household_no for row in session.scalars(select(Household))}
    return {
        "persons": sorted(
            (p.identity, p.name, p.disability_no, p.disability_kind, p.disability_degree,
             p.is_orphan, p.relation, houses.get(p.household_id or 0))
            for p in session.scalars(select(Person))
        ),
        "households": sorted(
            (h.household_no or "", h.head_name or "") for h in session.scalars(select(Household))
        ),
        "categories": sorted(
            (houses[c.household_id] or "", c.category, c.risk_removed, c.valid_from, c.valid_until)
            for c in session.scalars(
                select(HouseholdCategory).where(HouseholdCategory.superseded_in.is_(None))
            )
        ),
    }  # fmt: skip
