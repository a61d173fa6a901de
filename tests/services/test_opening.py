"""What was paid on paper before is posted, so that nothing is paid twice."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from jingzhun.core.vocabulary import RunState
from jingzhun.errors import JingzhunError
from jingzhun.services.subsidy.adjustment import adjust
from jingzhun.services.subsidy.approval import approve
from jingzhun.services.subsidy.opening import open_paid
from jingzhun.services.subsidy.steps import review
from jingzhun.store.schema import AidPayment, JournalEntry, Run, RunLine
from tests.builders import World
from tests.policies.worlds import put_pupil, run
from tests.services.test_run_steps import OVER, POOR, hand

TODAY = date(2026, 11, 24)


def paid(world: World, person_id: int, **facts: Any) -> None:
    given = {"project": "寄宿生生活补助", "period": "2026秋", "amount_fen": 62500} | facts
    count = world.session.scalar(select(func.count()).select_from(AidPayment)) or 0
    world.session.add(
        AidPayment(
            identity=f"{person_id}|{count}",
            person_id=person_id,
            sheet_id=world.sheet_id,
            row_number=count + 1,
            **given,
        )
    )
    world.session.flush()


def opened(world: World, **settings: Any) -> list[int]:
    found = open_paid(world.session, 1, hand("张会计"), today=TODAY, **settings)
    for number in found.runs:
        review(world.session, number, hand("王老师"), today=TODAY)
        approve(world.session, number, hand("李主任"), today=TODAY)
    return found.runs


def lines(world: World, number: int) -> list[tuple[int, int, int | None, int]]:
    rows = world.session.execute(
        select(RunLine.person_id, RunLine.month, RunLine.days, RunLine.amount_fen)
        .where(RunLine.run_id == number)
        .order_by(RunLine.person_id, RunLine.month)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]


def test_a_term_paid_on_paper_is_spread_over_its_months_and_not_due_again(world: World) -> None:
    person = put_pupil(world, POOR)
    other = put_pupil(world, POOR)
    paid(world, person.id)
    [number] = opened(world)
    months = (202609, 202610, 202611, 202612, 202701)
    assert lines(world, number) == [(person.id, month, None, 12500) for month in months]
    assert world.session.get_one(Run, number).state == RunState.PAID
    assert world.session.scalar(select(func.count()).select_from(JournalEntry)) == 0
    term = run(world.session, "2026秋")
    living = select(RunLine.person_id).where(
        RunLine.run_id == term, RunLine.scheme == "boarding_living"
    )
    assert set(world.session.scalars(living)) == {other.id}


def test_meals_paid_on_paper_keep_their_days(world: World) -> None:
    person = put_pupil(world, POOR)
    facts = {"project": "营养改善计划膳食补助", "period": "2026-10", "amount_fen": 6800, "days": 17}
    paid(world, person.id, **facts)
    [number] = opened(world)
    assert lines(world, number) == [(person.id, 202610, 17, 6800)]


def test_two_payments_for_one_unit_are_one_line_and_every_fen_is_kept(world: World) -> None:
    person = put_pupil(world, POOR)
    paid(world, person.id, amount_fen=10001)
    paid(world, person.id, amount_fen=20002)
    [number] = opened(world)
    assert sum(amount for *_, amount in lines(world, number)) == 30003
    assert len(lines(world, number)) == 5


def test_each_period_is_a_run_and_opening_twice_posts_nothing_more(world: World) -> None:
    person = put_pupil(world, POOR)
    paid(world, person.id, period="2026-09", amount_fen=12500)
    paid(world, person.id, period="2026-10", amount_fen=12500)
    assert len(opened(world)) == 2
    again = open_paid(world.session, 1, hand("张会计"), today=TODAY)
    assert [lines(world, number) for number in again.runs] == [[], []]
    assert "已在" in again.notices[0]


def test_what_was_paid_too_little_on_paper_is_paid_by_an_adjustment(world: World) -> None:
    person = put_pupil(world, POOR)
    put_pupil(world, POOR)
    paid(world, person.id, amount_fen=50000)
    [number] = opened(world)
    made = adjust(world.session, number, hand("张会计"), today=OVER)
    assert made is not None
    assert {line[0] for line in lines(world, made)} == {person.id}
    assert sum(amount for *_, amount in lines(world, made)) == 12500


def test_the_standard_of_what_was_paid_on_paper_is_the_one_it_was_paid_by(world: World) -> None:
    person = put_pupil(world, POOR)
    paid(world, person.id, period="2026-10", amount_fen=9000)
    [number] = opened(world)
    made = adjust(world.session, number, hand("张会计"), today=OVER)
    [line] = world.session.scalars(select(RunLine).where(RunLine.run_id == made))
    assert (line.amount_fen, line.rate_fen) == (3500, 62500)
    assert "标准由450.00元改为625.00元" in (line.cause or "")


def test_what_was_paid_too_much_on_paper_has_to_come_back(world: World) -> None:
    person = put_pupil(world, POOR)
    paid(world, person.id, amount_fen=72500)
    [number] = opened(world)
    made = adjust(world.session, number, hand("张会计"), today=OVER)
    rows = world.session.scalars(select(RunLine).where(RunLine.run_id == made)).all()
    assert {(row.amount_fen, row.is_receivable) for row in rows} == {(-2000, True)}


@pytest.mark.parametrize(
    ("project", "settings", "code"),
    [("助学金", {}, "opening_scheme"), ("", {"scheme": "nutritoin"}, "scheme_unknown")],
)
def test_an_unknown_scheme_is_asked_for(
    world: World, project: str, settings: dict[str, Any], code: str
) -> None:
    person = put_pupil(world, POOR)
    paid(world, person.id, project=project)
    with pytest.raises(JingzhunError) as refused:
        open_paid(world.session, 1, hand("张会计"), today=TODAY, **settings)
    assert refused.value.code == code
    assert opened(world, scheme="boarding_living")


def test_who_has_no_schooling_in_the_period_is_named(world: World) -> None:
    person = world.person(name="赵一")
    paid(world, person.id)
    found = open_paid(world.session, 1, hand("张会计"), today=TODAY)
    assert "赵一" in found.notices[0]


def test_an_import_without_payments_or_unknown_is_said_so(world: World) -> None:
    put_pupil(world, POOR)
    for number, code in ((1, "opening_empty"), (99, "import_unknown")):
        with pytest.raises(JingzhunError) as refused:
            open_paid(world.session, number, hand("张会计"), today=TODAY)
        assert refused.value.code == code
