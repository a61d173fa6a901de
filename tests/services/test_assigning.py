"""``pair assign`` and ``pair end``: everybody covered, what stands is kept, locks hold."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from jingzhun.core.policy import PolicyText
from jingzhun.errors import JingzhunError
from jingzhun.services.importing.undo import undo_import
from jingzhun.services.pairing.assigning import enter_assignment, plan_assignment
from jingzhun.services.subsidy.policies import adopt
from jingzhun.store.engine import Ledger
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Household, Pairing, Staff, Village
from tests.services.pairs import DAY, HAND, HOMES, PAIRS, STAFF, assign, end, home, pairs, staff
from tests.services.workbooks import Bring


@pytest.fixture
def town(bring: Bring) -> Bring:
    bring(HOMES, *(home(place, "东山村" if place < 4 else "西沟村") for place in range(8)))
    return bring


def test_every_household_gets_a_helper_and_departments_stay_together(
    town: Bring, ledger: Ledger
) -> None:
    people = [staff(place, "数学组" if place < 4 else "语文组") for place in range(8)]
    town(STAFF, *people, name="教职工.xlsx")
    assign(ledger)
    held = pairs(ledger)
    assert len(held) == 8
    assert len(set(held.values())) == 8
    east = {held[f"620000000{place}"] for place in range(4)}
    assert east in [{f"李{c}" for c in "一二三四"}, {f"李{c}" for c in "五六七八"}]
    with ledger.read() as session, pytest.raises(JingzhunError) as refused:
        plan_assignment(session, DAY)
    assert refused.value.code == "pair_none_needed"


def test_the_top_leaders_take_two_and_the_exempt_none(town: Bring, ledger: Ledger) -> None:
    people = [staff(0, "党政办", "院长"), staff(1, "党政办", "党委书记")]
    people += [staff(place) for place in range(2, 6)]
    people.append(("李七", "W7", "青禾学院", "数学组", "教师", "在编", "是", "是"))
    people.append(("李八", "W8", "青禾学院", "数学组", "教师", "合同制", "是", "否"))
    town(STAFF, *people, name="教职工.xlsx")
    assign(ledger)
    held = list(pairs(ledger).values())
    assert (held.count("李一"), held.count("李二")) == (2, 2)
    assert {"李七", "李八"}.isdisjoint(held)
    assert len(held) == 8


def test_too_few_helpers_are_told_with_the_smallest_change(town: Bring, ledger: Ledger) -> None:
    town(STAFF, *(staff(place) for place in range(5)), name="教职工.xlsx")
    with ledger.read() as session, pytest.raises(JingzhunError) as refused:
        plan_assignment(session, DAY)
    assert refused.value.code == "pair_impossible"
    assert refused.value.reason == (
        "没有帮扶责任人的有 8 户，还能结对的只有 5 户，差 3 户。能参加结对的 5 人应结对 5 户"
        "（主要领导 0 人每人 2 户，其余 5 人每人 1 户），其中 0 户已有结对。没有免予结对的人。"
    )
    assert "让 3 人每人多结对 1 户：jingzhun pair assign --extra 3" in refused.value.remedy
    assert "再有 3 人参加" in refused.value.remedy


def test_the_smallest_change_makes_the_plan_and_wants_a_reason(town: Bring, ledger: Ledger) -> None:
    town(STAFF, *(staff(place) for place in range(5)), name="教职工.xlsx")
    with ledger.read() as session, pytest.raises(JingzhunError) as refused:
        plan_assignment(session, DAY, extra=2)
    assert "加排 2 户还是不够，差 1 户" in refused.value.reason
    with ledger.write() as session:
        plan = plan_assignment(session, DAY, extra=3)
        with pytest.raises(JingzhunError) as unexplained:
            enter_assignment(session, plan, HAND)
        assert unexplained.value.code == "pair_why_missing"
        enter_assignment(session, plan, HAND, "会议决定")
    held = pairs(ledger)
    assert len(held) == 8
    assert sorted(Counter(held.values()).values()) == [1, 1, 2, 2, 2]


def test_households_of_whom_nobody_knows_number_or_village_are_covered_too(
    bring: Bring, ledger: Ledger
) -> None:
    rows = [(None, *home(place)[1:2], None, *home(place)[3:]) for place in range(2)]
    bring(HOMES, *rows)
    bring(STAFF, *(staff(place) for place in range(2)), name="教职工.xlsx")
    assign(ledger)
    with ledger.read() as session:
        assert session.scalar(select(func.count()).select_from(Household)) == 2
        assert session.scalar(select(func.count()).select_from(Village)) == 0
        with pytest.raises(JingzhunError) as refused:
            plan_assignment(session, DAY)
    assert refused.value.code == "pair_none_needed"


def test_new_households_and_staff_move_no_pair_of_before(town: Bring, ledger: Ledger) -> None:
    town(STAFF, *(staff(place) for place in range(8)), name="教职工.xlsx")
    assign(ledger)
    before = pairs(ledger)
    town(HOMES, home(8, "西沟村"), name="新户.xlsx")
    town(STAFF, staff(8), staff(9, "语文组"), name="新人.xlsx")
    assign(ledger)
    assert before.items() < pairs(ledger).items()
    assert len(pairs(ledger)) == 9


def test_pairs_that_stand_are_kept_and_the_same_ledger_gives_the_same_plan(
    town: Bring, ledger: Ledger
) -> None:
    town(STAFF, *(staff(place) for place in range(9)), name="教职工.xlsx")
    town(PAIRS, ("6200000005", "赵六", "李三", "青禾学院", "2025年3月"), name="结对.xlsx")
    with ledger.read() as session:
        plans = [plan_assignment(session, DAY) for _ in range(2)]
    assert plans[0] == plans[1]
    assign(ledger)
    held = pairs(ledger)
    assert held["6200000005"] == "李三"
    assert list(held.values()).count("李三") == 1


def test_an_assignment_is_undone_like_an_import(town: Bring, ledger: Ledger) -> None:
    town(STAFF, *(staff(place) for place in range(8)), name="教职工.xlsx")
    number = assign(ledger)
    with ledger.rebuild() as session:
        undo_import(session, number, HAND, today=DAY, why="排错了")
    assert pairs(ledger) == {}
    with ledger.read() as session:
        assert session.scalar(select(func.count()).select_from(Staff)) == 8


def test_a_pair_is_locked_for_three_years_and_while_the_household_is_in_need(
    town: Bring, ledger: Ledger
) -> None:
    town(STAFF, *(staff(place) for place in range(8)), name="教职工.xlsx")
    assign(ledger)
    for day, words in ((DAY, "不满 3 年"), (date(2030, 1, 1), "还没有脱贫")):
        with pytest.raises(JingzhunError) as refused:
            end(ledger, day, household="6200000000")
        assert refused.value.code == "pair_locked"
        assert words in refused.value.reason
    with pytest.raises(JingzhunError) as refused:
        end(ledger, household="6200000000", to="李八")
    assert "还在职" in refused.value.reason
    end(ledger, household="6200000000", is_forced=True)
    assert "6200000000" not in pairs(ledger)
    assert len(pairs(ledger)) == 7


def test_a_household_out_of_need_is_released_after_three_years(
    bring: Bring, ledger: Ledger
) -> None:
    bring(HOMES, home(0, kind="脱贫户（不享受政策）"))
    bring(STAFF, staff(0), name="教职工.xlsx")
    assign(ledger)
    end(ledger, date(2030, 1, 1), household="赵一")
    assert pairs(ledger, date(2029, 12, 31)) == {"6200000000": "李一"}
    assert pairs(ledger, date(2030, 1, 1)) == {}
    with pytest.raises(JingzhunError, match="已脱贫并解除的除外"):
        assign(ledger, date(2030, 2, 1))


def test_who_leaves_hands_over_and_later_lists_do_not_bring_the_pair_back(
    town: Bring, ledger: Ledger
) -> None:
    town(STAFF, *(staff(place) for place in range(8)), name="教职工.xlsx",
         as_of=date(2026, 9, 1))  # fmt: skip
    town(PAIRS, ("6200000000", "赵一", "李一", "青禾学院", "2025年3月"), name="结对.xlsx")
    gone = ("李一", "W0", "青禾学院", "数学组", "教师", "在编", "否", "否")
    town(STAFF, gone, name="离职.xlsx", as_of=date(2026, 11, 20))
    end(ledger, helper="李一", to="李二", why="李一调离")
    assert pairs(ledger)["6200000000"] == "李二"
    assert pairs(ledger, date(2026, 11, 1))["6200000000"] == "李一"
    town(PAIRS, ("6200000000", "赵一", "李一", "青禾学院", "2025年3月"), name="旧结对.xlsx",
         as_of=date(2026, 11, 26))  # fmt: skip
    with ledger.read() as session:
        names = session.scalars(
            select(Staff.name)
            .join(Pairing, Pairing.staff_id == Staff.id)
            .where(in_force(Pairing, date(2026, 12, 1)))
        ).all()
    assert names == ["李二"]


def test_ending_wants_a_reason_and_a_pair_that_there_is(town: Bring, ledger: Ledger) -> None:
    town(STAFF, *(staff(place) for place in range(8)), name="教职工.xlsx")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"household": "6200000000", "why": ""}, "pair_why_missing"),
        ({"household": "6299999999"}, "household_unknown"),
        ({"helper": "李百"}, "staff_unknown"),
        ({"household": "6200000000"}, "pair_unknown"),
        ({}, "pair_unknown"),
    ]
    for wanted, code in cases:
        with pytest.raises(JingzhunError) as refused:
            end(ledger, **wanted)
        assert refused.value.code == code


LOCAL = "\n".join(
    f"""[[{key}]]
from = 2020-01-01
value = {value}
document = "县文"
confidence = "confirmed"
"""
    for key, value in (("load", 2), ("locked_years", 1))
)


def test_loads_and_locks_are_those_of_the_ledgers_own_file(town: Bring, ledger: Ledger) -> None:
    town(STAFF, *(staff(place) for place in range(4)), name="教职工.xlsx")
    with ledger.write() as session:
        adopt(session, PolicyText(key="pairing", file="pairing.toml", text=LOCAL), None, HAND)
    assign(ledger)
    assert Counter(pairs(ledger).values()) == dict.fromkeys(["李一", "李二", "李三", "李四"], 2)
    with pytest.raises(JingzhunError) as refused:
        end(ledger, household="6200000000")
    assert "不满 1 年" in refused.value.reason
