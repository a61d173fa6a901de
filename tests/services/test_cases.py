"""Cases 一人一案: found by a scan, taken step by step in time, watched, closed, reopened."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jingzhun.core.vocabulary import CaseAction, Change, CloseReason
from jingzhun.errors import JingzhunError
from jingzhun.reports import ReportOptions, report_named
from jingzhun.reports.children.cases import case_page, cases_page
from jingzhun.reports.children.casework import cases_on
from jingzhun.services.desk.cases import Taken, close_case, open_case, scan, step_case
from jingzhun.services.hand import Hand
from jingzhun.services.importing.undo import undo_import
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Absence, CaseStep, DropoutCase, Person, StandingSpell
from tests.builders import NOW, World
from tests.policies.worlds import put_pupil
from tests.services.workbooks import ROSTER, Bring, pupil

DAY = date(2026, 10, 26)
PUPIL: dict[str, Any] = {"enrolment": [{"stage": "primary", "grade": 3}]}
HAND = Hand(actor="李老师", os_user="test", command="jingzhun case", recorded_at=NOW)


def away(world: World, person: Person, first: date, last: date, excused: Any = None) -> None:
    day = first
    while day <= last:
        if day.weekday() < 5 or first == last:
            world.session.add(
                Absence(person_id=person.id, day=day, sheet_id=world.sheet_id, row_number=1,
                        is_excused=excused)
            )  # fmt: skip
        day += timedelta(1)
    world.session.flush()


def state(world: World, number: int = 1) -> str:
    return world.session.get_one(DropoutCase, number).state


def steps(world: World, number: int = 1) -> list[str]:
    query = select(CaseStep.action).where(CaseStep.case_id == number).order_by(CaseStep.id)
    return list(world.session.scalars(query))


def test_more_than_a_week_without_a_reason_opens_a_case(world: World) -> None:
    person = put_pupil(world, PUPIL)
    away(world, person, date(2026, 10, 19), DAY)  # eight calendar days, over a weekend
    assert scan(world.session, HAND, today=DAY).opened == [1]
    assert (state(world), steps(world)) == ("open", ["opened"])
    page = case_page(world.session, 1, DAY)
    assert page.facts["kind"] == "suspected"
    assert (page.facts["due"], page.facts["due_on"]) == ("phone", "2026-10-27")


@pytest.mark.parametrize(
    ("first", "last", "excused"),
    [
        (date(2026, 10, 20), DAY, None),  # seven days: not more than a week
        (date(2026, 10, 12), date(2026, 10, 21), None),  # back since
        (date(2026, 10, 12), DAY, True),  # with leave
    ],
)
def test_a_week_leave_or_a_child_that_is_back_opens_none(
    world: World, first: date, last: date, excused: Any
) -> None:
    other = put_pupil(world, PUPIL)
    away(world, other, DAY, DAY)  # so that absences are known up to the day
    away(world, put_pupil(world, PUPIL), first, last, excused)
    assert scan(world.session, HAND, today=DAY).opened == []


@pytest.mark.parametrize("why", ["suspended", "home_taught", "deferred"])
def test_who_need_not_come_is_not_suspected_for_days_away(world: World, why: str) -> None:
    person = put_pupil(world, PUPIL)
    if why == "home_taught":
        world.board(person, why)
    else:
        change = Change.SUSPENSION if why == "suspended" else Change.DEFERRAL
        world.stand(person, why, change, from_=date(2026, 10, 1), ends_on=date(2027, 8, 31))
    away(world, person, date(2026, 10, 12), DAY)
    assert scan(world.session, HAND, today=DAY).opened == []


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        (date(2026, 10, 26), None),  # seven days, over a weekend
        (date(2026, 10, 27), "suspected"),  # eight
        (date(2026, 11, 25), "suspected"),  # thirty-seven
        (date(2026, 11, 26), "dropped_out"),  # thirty-eight
    ],
)
def test_a_week_suspects_and_thirty_days_more_make_a_dropout(
    world: World, last: date, kind: str | None
) -> None:
    person = put_pupil(world, PUPIL)
    away(world, person, date(2026, 10, 20), last)
    scan(world.session, HAND, today=last)
    found = world.session.scalars(select(DropoutCase.kind)).all()
    assert found == ([kind] if kind else [])


def test_a_holiday_does_not_end_an_absence_and_a_day_at_school_does(world: World) -> None:
    through, back = put_pupil(world, PUPIL), put_pupil(world, PUPIL)
    for person in (through, back):
        away(world, person, date(2026, 9, 28), date(2026, 9, 30))
    away(world, through, date(2026, 10, 8), date(2026, 10, 9))
    away(world, back, date(2026, 10, 9), date(2026, 10, 9))  # at school on the 8th
    scan(world.session, HAND, today=date(2026, 10, 9))
    assert [case.person_id for case in world.session.scalars(select(DropoutCase))] == [through.id]


def test_a_month_more_counts_as_dropped_out(world: World) -> None:
    person = put_pupil(world, PUPIL)
    for made_up in (date(2026, 9, 20), date(2026, 10, 10)):
        away(world, person, made_up, made_up)
    away(world, person, date(2026, 9, 1), DAY)
    scan(world.session, HAND, today=DAY)
    assert world.session.get_one(DropoutCase, 1).kind == "dropped_out"


def test_steps_have_deadlines_and_the_overdue_stand_first(world: World) -> None:
    for _ in range(2):
        away(world, put_pupil(world, PUPIL), date(2026, 10, 12), DAY)
    scan(world.session, HAND, today=DAY)
    later = DAY + timedelta(5)
    visited = Taken(action=CaseAction.VISIT, done_on=later, done_by="王老师", words="答应返校")
    step_case(world.session, 1, visited, HAND, today=later)
    rows = cases_page(world.session, later).tables[0].rows
    assert [(row[0], row[10], row[12]) for row in rows] == [(2, "phone", 4), (1, "persuade", 0)]
    assert len(cases_page(world.session, later, only_overdue=True).tables[0].rows) == 1


def test_who_comes_back_is_watched_then_closed_and_reopened_when_lost_again(world: World) -> None:
    person = put_pupil(world, PUPIL)
    world.stand(person, standing="dropped_out", from_=date(2026, 10, 1), change="dropout")
    scan(world.session, HAND, today=DAY)
    spell = world.session.scalars(select(StandingSpell)).one()
    spell.valid_until = DAY
    world.session.flush()
    assert scan(world.session, HAND, today=DAY).returned == [1]
    assert state(world) == "watched"
    assert scan(world.session, HAND, today=DAY + timedelta(29)).closed == []
    assert scan(world.session, HAND, today=DAY + timedelta(30)).closed == [1]
    lost = DAY + timedelta(60)
    world.stand(person, standing="dropped_out", from_=lost, change="dropout")
    assert scan(world.session, HAND, today=lost).reopened == [1]
    assert steps(world) == ["opened", "returned", "closed", "lost"]
    assert scan(world.session, HAND, today=lost).opened == []


def test_whom_only_somebody_saw_gone_no_scan_returns_until_a_list_has_told_it(world: World) -> None:
    person = put_pupil(world, PUPIL)
    open_case(world.session, person.name, "家长说去打工了", HAND, today=DAY)
    assert scan(world.session, HAND, today=DAY + timedelta(3)).returned == []
    step_case(world.session, 1, Taken(action=CaseAction.RETURNED, done_on=DAY), HAND, today=DAY)
    step_case(world.session, 1, Taken(action=CaseAction.LOST, done_on=DAY), HAND, today=DAY)
    assert scan(world.session, HAND, today=DAY + timedelta(5)).returned == []
    gone = date(2026, 11, 2)
    world.stand(person, standing="dropped_out", from_=gone, change="dropout")
    scan(world.session, HAND, today=gone)
    spell = world.session.scalars(select(StandingSpell)).one()
    spell.valid_until = gone + timedelta(7)
    world.session.flush()
    assert scan(world.session, HAND, today=gone + timedelta(7)).returned == [1]


def test_scanning_again_changes_nothing(world: World) -> None:
    away(world, put_pupil(world, PUPIL), date(2026, 10, 12), DAY)
    scan(world.session, HAND, today=DAY)
    again = scan(world.session, HAND, today=DAY)
    assert (again.opened, again.reopened, again.returned, again.closed) == ([], [], [], [])
    assert steps(world) == ["opened"]


def test_a_case_opened_by_hand_and_what_is_refused(world: World) -> None:
    person = put_pupil(world, PUPIL)
    number = open_case(world.session, person.name, "一周没来", HAND, today=DAY, keeper="李老师")

    def refused(work: Any) -> str:
        with pytest.raises(JingzhunError) as error:
            work()
        return error.value.code

    session = world.session
    early = Taken(action=CaseAction.PHONE, done_on=DAY - timedelta(1))
    assert refused(lambda: open_case(session, person.name, "又", HAND, today=DAY)) == "case_open"
    assert refused(lambda: open_case(session, person.name, "", HAND, today=DAY)) == (
        "case_why_missing"
    )
    assert refused(lambda: step_case(session, 9, early, HAND, today=DAY)) == "case_unknown"
    assert refused(lambda: step_case(session, number, early, HAND, today=DAY)) == "case_early"
    assert refused(lambda: close_case(session, number, None, "", HAND, today=DAY)) == "case_reason"
    back = Taken(action=CaseAction.RETURNED, done_on=DAY)
    step_case(session, number, back, HAND, today=DAY)
    phone = Taken(action=CaseAction.PHONE, done_on=DAY)
    assert refused(lambda: step_case(session, number, phone, HAND, today=DAY)) == "case_order"
    assert refused(lambda: close_case(session, number, None, "", HAND, today=DAY)) == "case_watch"
    close_case(session, number, CloseReason.TRANSFERRED, "县一中回执", HAND, today=DAY)
    assert state(world) == "closed"
    assert refused(lambda: step_case(session, number, phone, HAND, today=DAY)) == "case_closed"
    assert open_case(session, person.name, "又没来", HAND, today=DAY) == number
    assert state(world) == "open"


def test_an_import_whose_pupils_have_cases_is_not_undone(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, pupil())
    with ledger.write() as session:
        open_case(session, "赵一", "一周没来", HAND, today=DAY)
    with pytest.raises(JingzhunError) as refused, ledger.rebuild() as session:
        undo_import(session, 1, HAND, today=DAY)
    assert refused.value.code == "import_decided"
    assert "控辍保学个案" in refused.value.reason
    with ledger.read() as session:
        assert session.scalars(select(Person.name)).all() == ["赵一"]


def test_a_case_is_told_as_it_stood_on_any_day(world: World) -> None:
    person = put_pupil(world, PUPIL)
    number = open_case(world.session, person.name, "没来", HAND, today=DAY)
    later = DAY + timedelta(5)
    back = Taken(action=CaseAction.RETURNED, done_on=later)
    step_case(world.session, number, back, HAND, today=later)
    assert cases_on(world.session, DAY - timedelta(1)) == []
    days = (DAY, later - timedelta(1), later)
    stood = [cases_on(world.session, day)[0] for day in days]
    assert [case.state.value for case in stood] == ["open", "open", "watched"]
    assert [case.days_late for case in stood] == [0, 3, 0]


def test_late_steps_stand_at_the_top_of_the_dropout_report(world: World) -> None:
    for _ in range(2):
        person = put_pupil(world, PUPIL)
        open_case(world.session, str(person.id_number), "没来", HAND, today=DAY, keeper="李老师")
    step_case(
        world.session, 1, Taken(action=CaseAction.ORDER, done_on=DAY), HAND, today=DAY
    )  # nothing is left to be late
    page = report_named("dropout").build(world.session, ReportOptions(as_of=DAY + timedelta(3)))
    assert page.tables[0].key == "overdue"
    (row,) = page.tables[0].records()
    assert (row["case"], row["due"], row["days_late"], row["keeper"]) == (
        2, CaseAction.PHONE, 2, "李老师",
    )  # fmt: skip
