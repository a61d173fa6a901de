"""A new school year: one grade up, on to the next school, or out; taken back as one step."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jingzhun.errors import JingzhunError
from jingzhun.services.desk.rollover import Plan, carry_over, plan_rollover
from jingzhun.services.hand import Hand
from jingzhun.services.importing.undo import undo_import
from jingzhun.store.engine import Ledger
from jingzhun.store.presence import on_roll
from jingzhun.store.schema import Enrolment, Person, School
from tests.builders import id_number
from tests.services.workbooks import bring_in, on, write

HAND = Hand(actor="测试", os_user="test", command="jingzhun rollover",
            recorded_at=datetime(2027, 7, 20, tzinfo=UTC))  # fmt: skip
HEAD = ("姓名", "身份证号", "学校名称", "学段", "年级", "班级", "就读方式")
NAMES = ("小一", "六一", "九一", "幼一", "休一", "本一")


def kid(order: int) -> str:
    return id_number(on("2015-03-04"), order)


@pytest.fixture
def town(ledger: Ledger, tmp_path: Path) -> Ledger:
    rows = [
        ("小一", kid(1), "云岭小学", "小学", "三年级", "2班", "走读"),
        ("六一", kid(2), "云岭小学", "小学", "六年级", "1班", "走读"),
        ("九一", kid(3), "云岭初中", "初中", "九年级", "1班", "住校"),
        ("幼一", kid(4), "云岭小学", "学前", "大班", "1班", "走读"),
        ("休一", kid(5), "云岭小学", "小学", "四年级", "1班", "走读"),
        ("甲七", kid(6), "云岭初中", "初中", "七年级", "1班", "住校"),
    ]
    bring_in(ledger, write(tmp_path / "名册.xlsx", [HEAD, *rows]), as_of=on("2026-09-15"))
    events = [("姓名", "身份证号", "学校名称", "异动类型", "异动时间", "年级"),
              ("休一", kid(5), "云岭小学", "休学", "2027-03-10", "四年级")]  # fmt: skip
    bring_in(ledger, write(tmp_path / "异动.xlsx", events), as_of=on("2027-03-12"))
    return ledger


def plan(ledger: Ledger, **feeds: str) -> Plan:
    with ledger.read() as session:
        return plan_rollover(session, 2027, feeds)


def carry(ledger: Ledger, **feeds: str) -> int:
    with ledger.write() as session:
        return carry_over(session, plan_rollover(session, 2027, feeds), HAND).import_id


def on_the_roll(ledger: Ledger, day: str) -> dict[str, tuple[str, int | None, int | None]]:
    with ledger.read() as session:
        rows = session.execute(
            select(Person.name, School.name, Enrolment.grade, Enrolment.class_no)
            .join(Enrolment, Enrolment.person_id == Person.id)
            .join(School, School.id == Enrolment.school_id)
            .where(on_roll(on(day)))
        )
        return {name: tuple(place) for name, *place in rows}  # type: ignore[misc]


def test_everybody_goes_one_up_stays_or_leaves(town: Ledger) -> None:
    before = on_the_roll(town, "2027-08-31")
    carry(town, 云岭小学="云岭初中")
    assert on_the_roll(town, "2027-08-31") == before
    assert on_the_roll(town, "2027-09-01") == {
        "小一": ("云岭小学", 4, 2),
        "六一": ("云岭初中", 7, None),
        "幼一": ("云岭小学", 1, None),
        "休一": ("云岭小学", 4, 1),
        "甲七": ("云岭初中", 8, 1),
    }


def test_without_a_school_named_the_last_grade_leaves(town: Ledger) -> None:
    found = plan(town)
    assert {step.name: step.to_school for step in found.steps if step.to_school is None} == {
        "六一": None,
        "九一": None,
    }
    assert found.held_back == {"休学、辍学或不在校，复学时再定年级": 1}
    carry(town)
    assert "六一" not in on_the_roll(town, "2027-09-01")


def test_a_second_time_there_is_nobody_left(town: Ledger) -> None:
    carry(town)
    with pytest.raises(JingzhunError) as caught:
        plan(town)
    assert caught.value.code == "rollover_nothing"


def test_it_is_undone_as_one(town: Ledger) -> None:
    before = on_the_roll(town, "2027-09-01")
    number = carry(town)
    with town.rebuild() as session:
        undo_import(session, number, HAND, today=HAND.recorded_at.date())
    assert on_the_roll(town, "2027-09-01") == before


def test_the_new_years_roster_knows_better_from_its_first_day(town: Ledger, tmp_path: Path) -> None:
    carry(town)
    rows = [HEAD, ("小一", kid(1), "云岭小学", "小学", "三年级", "5班", "走读")]
    bring_in(town, write(tmp_path / "新.xlsx", rows), as_of=on("2027-09-20"))
    assert on_the_roll(town, "2027-09-01")["小一"] == ("云岭小学", 3, 5)


@pytest.mark.parametrize(("year", "feeds"), [(2020, {}), (2027, {"没有": "云岭初中"})])
def test_what_cannot_be_is_said(town: Ledger, year: int, feeds: dict[str, Any]) -> None:
    with town.read() as session, pytest.raises(JingzhunError) as caught:
        plan_rollover(session, year, feeds)
    assert caught.value.code in {"rollover_nothing", "school_unknown"}
