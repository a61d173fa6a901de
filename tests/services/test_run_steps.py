"""The way of a run: two persons, a public notice, posted once, corrected by differences only."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import RunState
from jingzhun.errors import JingzhunError
from jingzhun.services.hand import Hand
from jingzhun.services.subsidy.adjustment import adjust
from jingzhun.services.subsidy.approval import approve
from jingzhun.services.subsidy.steps import publish, review, void
from jingzhun.store.schema import (
    Absence,
    BoardingSpell,
    Enrolment,
    HouseholdCategory,
    JournalEntry,
    Posting,
    Run,
    RunLine,
    RunStep,
    StaffLine,
)
from tests.builders import NOW, World
from tests.policies.worlds import put_pupil, put_word, run

POOR: dict[str, Any] = {
    "enrolment": [{"stage": "primary", "grade": 3}],
    "boarding": [{"boarding": "boarder"}],
    "category": [{"category": "lifted"}],
}
MONDAY = date(2026, 11, 2)
OVER = date(2026, 11, 10)


def hand(actor: str) -> Hand:
    return Hand(actor=actor, os_user="test", command="jingzhun run", recorded_at=NOW)


def approved(world: World, period: str, *, scope: str = "") -> int:
    number = run(world.session, period, scope=scope)
    walk(world, number)
    return number


def walk(world: World, number: int) -> None:
    review(world.session, number, hand("王老师"), today=MONDAY)
    publish(world.session, number, hand("王老师"), today=MONDAY)
    approve(world.session, number, hand("李主任"), today=OVER)


def balance(world: World, account: str) -> int:
    return (
        world.session.scalar(
            select(func.coalesce(func.sum(Posting.amount_fen), 0)).where(Posting.account == account)
        )
        or 0
    )


def amounts(world: World, number: int) -> list[tuple[str, int, int | None]]:
    rows = world.session.execute(
        select(RunLine.scheme, RunLine.amount_fen, RunLine.sequence)
        .where(RunLine.run_id == number)
        .order_by(RunLine.scheme, RunLine.person_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def test_each_step_keeps_who_took_it_and_when(world: World) -> None:
    put_pupil(world, POOR)
    number = approved(world, "2026-10")
    steps = world.session.scalars(select(RunStep).order_by(RunStep.id)).all()
    assert [(step.state, step.actor, step.happened_on) for step in steps] == [
        ("reviewed", "王老师", MONDAY),
        ("published", "王老师", MONDAY),
        ("approved", "李主任", OVER),
    ]
    assert world.session.get_one(Run, number).state == RunState.APPROVED


def test_who_prepared_a_run_does_not_approve_it(world: World) -> None:
    put_pupil(world, POOR)
    number = run(world.session, "2026-10")
    review(world.session, number, hand("王老师"), today=MONDAY)
    publish(world.session, number, hand("王老师"), today=MONDAY)
    with pytest.raises(JingzhunError) as refused:
        approve(world.session, number, hand("张会计"), today=OVER)
    assert refused.value.code == "run_same_person"


def test_the_notice_lasts_five_working_days_from_the_next_day_on(world: World) -> None:
    put_pupil(world, POOR)
    number = run(world.session, "2026-10")
    review(world.session, number, hand("王老师"), today=MONDAY)
    ends_on = publish(world.session, number, hand("王老师"), today=MONDAY)
    assert ends_on == date(2026, 11, 9)
    with pytest.raises(JingzhunError) as refused:
        approve(world.session, number, hand("李主任"), today=ends_on)
    assert refused.value.code == "run_notice_open"
    approve(world.session, number, hand("李主任"), today=OVER)


def test_holidays_and_made_up_days_count_in_the_notice(world: World) -> None:
    put_pupil(world, POOR)
    number = run(world.session, "2026-09")
    review(world.session, number, hand("王老师"), today=date(2025, 9, 26))
    # 2025-10-01 to 10-08 is a holiday; Sunday 09-28 and Saturday 10-11 are worked.
    ends_on = publish(world.session, number, hand("王老师"), today=date(2025, 9, 26))
    assert ends_on == date(2025, 10, 10)


@pytest.mark.parametrize(
    ("steps", "wanted", "remedy"),
    [
        ((), publish, "jingzhun run review"),
        ((), approve, "jingzhun run review"),
        ((review,), approve, "jingzhun run publish"),
        ((review,), review, "jingzhun run publish"),
        ((review, publish), publish, "jingzhun run approve"),
    ],
)
def test_no_step_is_skipped_or_taken_twice(
    world: World, steps: tuple[Any, ...], wanted: Any, remedy: str
) -> None:
    put_pupil(world, POOR)
    number = run(world.session, "2026-10")
    for step in steps:
        step(world.session, number, hand("王老师"), today=MONDAY)
    with pytest.raises(JingzhunError) as refused:
        wanted(world.session, number, hand("李主任"), today=OVER)
    assert refused.value.code == "run_wrong_state"
    assert remedy in refused.value.remedy


def test_second_approval_says_who_was_first(world: World) -> None:
    put_pupil(world, POOR)
    number = approved(world, "2026-10")
    with pytest.raises(JingzhunError) as refused:
        approve(world.session, number, hand("赵校长"), today=OVER)
    assert "李主任" in refused.value.reason
    assert "run adjust" in refused.value.remedy


def test_void_wants_a_reason_and_never_touches_an_approved_run(world: World) -> None:
    put_pupil(world, POOR)
    number = run(world.session, "2026-10")
    with pytest.raises(JingzhunError) as refused:
        void(world.session, number, hand("王老师"), today=MONDAY, reason=" ")
    assert refused.value.code == "run_no_reason"
    void(world.session, number, hand("王老师"), today=MONDAY, reason="名单有误")
    other = approved(world, "2026-10")
    assert other != number
    with pytest.raises(JingzhunError) as refused:
        void(world.session, other, hand("王老师"), today=MONDAY, reason="名单有误")
    assert refused.value.code == "run_wrong_state"


def test_run_of_nothing_is_not_reviewed(world: World) -> None:
    number = run(world.session, "2026-10")
    with pytest.raises(JingzhunError) as refused:
        review(world.session, number, hand("王老师"), today=MONDAY)
    assert refused.value.code == "run_empty"


def test_approval_posts_every_line_and_books_what_is_owed(world: World) -> None:
    put_pupil(world, POOR)
    number = approved(world, "2026-10")
    lines = amounts(world, number)
    assert {sequence for _, _, sequence in lines} == {0}
    by_scheme = {scheme: amount for scheme, amount, _ in lines}
    assert balance(world, "payable") == -by_scheme["boarding_living"]
    assert balance(world, "supplier") == -by_scheme["nutrition"]
    assert balance(world, "expense") == sum(amount for _, amount, _ in lines)
    assert world.session.scalar(select(JournalEntry.is_posted)) is True


def test_what_is_posted_is_not_listed_again_whatever_the_period(world: World) -> None:
    put_pupil(world, POOR)
    first = approved(world, "2026-10")
    put_pupil(world, POOR)
    term = run(world.session, "2026秋")
    months = set(
        world.session.scalars(
            select(RunLine.month).where(RunLine.run_id == term, RunLine.person_id == 1)
        )
    )
    assert 202610 not in months
    assert 202611 in months
    october = select(RunLine.person_id).where(RunLine.run_id == term, RunLine.month == 202610)
    assert set(world.session.scalars(october)) == {2}
    assert f"第 {first} 批" in "".join(world.session.get_one(Run, term).notices)


def test_of_two_drafts_with_one_unit_only_one_is_approved(world: World) -> None:
    put_pupil(world, POOR)
    month, term = run(world.session, "2026-10"), run(world.session, "2026秋")
    walk(world, month)
    review(world.session, term, hand("王老师"), today=MONDAY)
    publish(world.session, term, hand("王老师"), today=MONDAY)
    with pytest.raises(JingzhunError) as refused:
        approve(world.session, term, hand("李主任"), today=OVER)
    assert refused.value.code == "run_posted_twice"
    assert f"第 {month} 批" in refused.value.reason


def test_adjustment_without_a_change_makes_no_run(world: World) -> None:
    put_pupil(world, POOR)
    number = approved(world, "2026-10")
    assert adjust(world.session, number, hand("张会计"), today=OVER) is None
    assert world.session.scalar(select(func.count()).select_from(Run)) == 1


def test_adjustment_holds_differences_only_and_says_why(world: World) -> None:
    put_pupil(world, POOR)
    put_pupil(world, POOR)
    number = approved(world, "2026-10")
    before = amounts(world, number)
    world.session.execute(
        update(BoardingSpell).where(BoardingSpell.person_id == 1).values(boarding="day")
    )
    late = put_pupil(world, POOR)
    made = adjust(world.session, number, hand("张会计"), today=OVER)
    assert made is not None
    lines = {
        (line.person_id, line.scheme): line
        for line in world.session.scalars(select(RunLine).where(RunLine.run_id == made))
    }
    assert set(lines) == {
        (1, "boarding_living"), (1, "day_living"),
        (late.id, "boarding_living"), (late.id, "nutrition"),
    }  # fmt: skip
    assert lines[1, "boarding_living"].amount_fen == -12500
    assert lines[1, "day_living"].amount_fen == 6250
    assert "走读" in (lines[1, "boarding_living"].cause or "")
    assert lines[1, "boarding_living"].is_receivable is False
    walk(world, made)
    assert amounts(world, number) == before
    assert balance(world, "payable") == -(12500 + 12500 + 6250)
    assert adjust(world.session, number, hand("张会计"), today=OVER) is None


def test_a_closure_set_after_approval_is_adjusted_and_named(world: World) -> None:
    put_pupil(world, POOR)
    number = approved(world, "2026-10")
    put_word(
        world, "closed", first=date(2026, 10, 20), last=date(2026, 10, 21), at=NOW + timedelta(1)
    )
    made = adjust(world.session, number, hand("张会计"), today=OVER)
    [line] = world.session.scalars(select(RunLine).where(RunLine.run_id == made))
    assert (line.scheme, line.days, line.amount_fen) == ("nutrition", -2, -800)
    assert "校历改了，上课日由18天改为16天" in (line.cause or "")


def test_fewer_days_are_taken_back_by_the_day(world: World) -> None:
    person = put_pupil(world, POOR)
    number = approved(world, "2026-10")
    world.session.add(
        Absence(person_id=person.id, day=date(2026, 10, 20), sheet_id=world.sheet_id, row_number=1)
    )
    world.session.flush()
    made = adjust(world.session, number, hand("张会计"), today=OVER)
    [line] = world.session.scalars(select(RunLine).where(RunLine.run_id == made))
    assert (line.scheme, line.days, line.amount_fen) == ("nutrition", -1, -400)
    walk(world, made or 0)
    due = world.session.execute(
        select(func.sum(RunLine.days), func.sum(RunLine.amount_fen)).where(
            RunLine.scheme == "nutrition", RunLine.sequence.is_not(None)
        )
    ).one()
    assert due[1] == (due[0] or 0) * 400


def test_corrections_of_a_unit_follow_one_another(world: World) -> None:
    put_pupil(world, POOR)
    number = approved(world, "2026-10")
    for boarding in ("day", "boarder"):
        world.session.execute(update(BoardingSpell).values(boarding=boarding))
        made = adjust(world.session, number, hand("张会计"), today=OVER)
        walk(world, made or 0)
    lines = world.session.execute(
        select(RunLine.sequence, RunLine.amount_fen)
        .where(RunLine.scheme == "boarding_living")
        .order_by(RunLine.sequence)
    ).all()
    assert [tuple(line) for line in lines] == [(0, 12500), (1, -12500), (2, 12500)]


def test_adjustment_leaves_the_units_of_other_runs_alone(world: World) -> None:
    for school in ("青禾小学", "白石小学"):
        put_pupil(world, POOR | {"enrolment": [{"school": school, "stage": "primary", "grade": 3}]})
    first = approved(world, "2026-10", scope="青禾小学")
    approved(world, "2026-10")
    world.session.execute(update(HouseholdCategory).values(category="other"))
    made = adjust(world.session, first, hand("张会计"), today=OVER)
    people = select(RunLine.person_id).where(RunLine.run_id == made)
    assert set(world.session.scalars(people)) == {1}


def test_draft_of_an_adjustment_is_replaced_and_one_on_its_way_is_not(world: World) -> None:
    put_pupil(world, POOR)
    number = approved(world, "2026-10")
    world.session.execute(update(BoardingSpell).values(boarding="day"))
    made = adjust(world.session, number, hand("张会计"), today=OVER)
    assert adjust(world.session, number, hand("张会计"), today=OVER) == made
    review(world.session, made or 0, hand("王老师"), today=OVER)
    with pytest.raises(JingzhunError) as refused:
        adjust(world.session, number, hand("张会计"), today=OVER)
    assert refused.value.code == "run_adjusted_already"
    with pytest.raises(JingzhunError) as refused:
        adjust(world.session, made or 0, hand("张会计"), today=OVER)
    assert refused.value.code == "run_is_adjustment"


def test_only_an_approved_run_is_adjusted(world: World) -> None:
    put_pupil(world, POOR)
    number = run(world.session, "2026-10")
    with pytest.raises(JingzhunError) as refused:
        adjust(world.session, number, hand("张会计"), today=OVER)
    assert refused.value.code == "run_not_approved"


def test_no_day_is_posted_at_two_schools(world: World) -> None:
    person = put_pupil(world, POOR)
    approved(world, "2026-10", scope="青禾小学")
    # Told late: from the 19th on at another school.
    spell = {"valid_until": date(2026, 10, 19)}
    world.session.execute(update(Enrolment).values(**spell))
    world.enrol(
        person, world.school("白石小学"), stage="primary", grade=3, from_=date(2026, 10, 19)
    )
    world.session.flush()
    number = run(world.session, "2026-10", scope="白石小学")
    assert "nutrition" not in {scheme for scheme, _, _ in amounts(world, number)}
    assert "run adjust" in "".join(world.session.get_one(Run, number).notices)


def test_approving_more_than_was_received_warns(world: World) -> None:
    put_pupil(world, POOR)
    number = run(world.session, "2026-10")
    review(world.session, number, hand("王老师"), today=MONDAY)
    publish(world.session, number, hand("王老师"), today=MONDAY)
    done = approve(world.session, number, hand("李主任"), today=OVER)
    assert "寄宿生生活补助批准的比收到的资金多 125.00 元" in "".join(done.notices)


def test_a_teachers_month_is_approved_once_and_never_adjusted(world: World) -> None:
    put_pupil(world, POOR)
    world.staff("李师", unit="青禾小学")
    month, term = run(world.session, "2026-10"), run(world.session, "2026秋")
    for number in (month, term):
        pay_teacher(world, number)
    walk(world, month)
    review(world.session, term, hand("王老师"), today=MONDAY)
    publish(world.session, term, hand("王老师"), today=MONDAY)
    with pytest.raises(JingzhunError) as refused:
        approve(world.session, term, hand("李主任"), today=OVER)
    assert refused.value.code == "run_posted_twice"
    void(world.session, term, hand("王老师"), today=OVER, reason="重算")
    assert balance(world, "expense") == sum(amount for _, amount, _ in amounts(world, month))
    assert adjust(world.session, month, hand("张会计"), today=OVER) is None


def pay_teacher(world: World, number: int) -> None:
    world.session.add(
        StaffLine(
            run_id=number, scheme="rural_teacher", staff_id=1, month=202610,
            school_id=world.school().id, rate_fen=Fen(30000), amount_fen=Fen(30000),
            version_from=date(2015, 9, 1),
        )
    )  # fmt: skip
    world.session.flush()
