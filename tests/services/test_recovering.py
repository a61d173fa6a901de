"""What was paid and should not have been comes back: by debtor, in parts, never more than owed."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import LineState, RunState
from jingzhun.errors import JingzhunError
from jingzhun.render.plain import text_chunks
from jingzhun.services.checks import check_page
from jingzhun.services.funds.bank_returns import settle_by_hand
from jingzhun.services.funds.batches import Order, make_batches
from jingzhun.services.funds.receipts import reverse
from jingzhun.services.funds.recovering import debts, debts_page, recover
from jingzhun.services.funds.settling import How
from jingzhun.services.subsidy.adjustment import adjust
from jingzhun.store.schema import (
    BatchLine,
    BoardingSpell,
    HouseholdCategory,
    JournalEntry,
    Person,
    Recovery,
    Run,
    RunLine,
)
from tests.builders import NOW, World
from tests.services.money import balances, get_money
from tests.services.paying import DAY, HAND, approved, boarder, give_card, hand, walk

LATER, SCHEME, AMOUNT = date(2026, 12, 10), "boarding_living", 12500


def pay(world: World, run: int, scheme: str = SCHEME, supplier: str = "") -> None:
    wanted = Order(run_id=run, scheme=scheme, supplier=supplier)
    for batch in make_batches(world.session, wanted, today=DAY, hand=HAND).batches:
        settle_by_hand(world.session, batch, LineState.PAID, HAND, How(is_advance=True),
                       today=DAY)  # fmt: skip


def adjusted(world: World, run: int) -> int:
    number = adjust(world.session, run, hand("王老师"), today=DAY)
    assert number is not None
    walk(world.session, number)
    return number


def no_boarder(world: World, *people: Person) -> None:
    """Let pupils never have been boarders."""
    world.session.execute(
        update(BoardingSpell)
        .where(BoardingSpell.person_id.in_([person.id for person in people]))
        .values(boarding="day")
    )


def wrongly_paid(world: World, *names: str, money: int = 100_000) -> int:
    """Pay pupils who were no boarders; give the adjustment that claims it back."""
    people = [boarder(world, name) for name in names]
    for at, person in enumerate(people):
        give_card(world, person, f"4000000000{at}")
    run = approved(world.session)
    get_money(world.session, money, on=DAY)
    pay(world, run)
    no_boarder(world, *people)
    return adjusted(world, run)


def test_a_recovery_booked_by_mistake_is_owed_again(world: World) -> None:
    wrongly_paid(world, "张一")
    [entry] = recover(world.session, "张一", Fen(AMOUNT), HAND, today=LATER)
    voucher = world.session.get_one(JournalEntry, entry).voucher_no
    reverse(world.session, voucher, "是别人的钱", HAND, today=LATER)
    assert [debt.left_fen for debt in debts(world.session)] == [AMOUNT]
    recover(world.session, "张一", Fen(AMOUNT), HAND, today=LATER)
    assert "receivable" not in balances(world.session)
    assert check_page(world.session)[1]


def test_a_claim_comes_in_by_parts_and_never_more(world: World) -> None:
    run = wrongly_paid(world, "张一")
    before = balances(world.session)
    assert before["receivable"] == AMOUNT
    recover(world.session, "张一", Fen(5000), HAND, today=LATER, document="收据1")
    [shown] = debts_page(world.session).tables[0].records()
    assert (shown["claimed_fen"], shown["recovered_fen"], shown["left_fen"]) == (12500, 5000, 7500)
    assert "75.00" in "".join(text_chunks(debts_page(world.session), show_ids=False))
    with pytest.raises(JingzhunError, match=r"只有 75\.00 元") as refused:
        recover(world.session, "张一", Fen(7501), HAND, today=LATER)
    assert refused.value.code == "recover_too_much"
    recover(world.session, "张一", Fen(7500), HAND, today=LATER)
    after = balances(world.session)
    assert "receivable" not in after
    assert after["bank"] == before["bank"] + AMOUNT
    with pytest.raises(JingzhunError) as refused:
        recover(world.session, "张一", Fen(1), HAND, today=LATER)
    assert refused.value.code == "recover_nothing"
    assert debts_page(world.session).tables[0].rows == []
    # The half for day pupils that the adjustment grants is still to be paid.
    assert world.session.get_one(Run, run).state == RunState.APPROVED


def test_all_of_an_adjustment_may_come_in_at_once(world: World) -> None:
    run = wrongly_paid(world, "张一", "张丁")
    with pytest.raises(JingzhunError) as refused:
        recover(world.session, str(run), Fen(AMOUNT), HAND, today=LATER)
    assert refused.value.code == "recover_whose"
    recover(world.session, str(run), Fen(2 * AMOUNT), HAND, today=LATER)
    sums = (
        select(Recovery.run_id, func.sum(Recovery.amount_fen))
        .group_by(Recovery.run_id, Recovery.person_id)
    )  # fmt: skip
    assert world.session.execute(sums).all() == [(run, AMOUNT)] * 2
    assert all(debt.left_fen == 0 for debt in debts(world.session))


def test_a_supplier_owes_for_meals_school_by_school(world: World) -> None:
    person = boarder(world)
    run = approved(world.session)
    pay(world, run, "nutrition", supplier="配餐中心")
    world.session.execute(
        update(HouseholdCategory)
        .where(HouseholdCategory.household_id == person.household_id)
        .values(category="other")
    )
    number = adjusted(world, run)
    [debt] = debts(world.session)
    assert (debt.person_id, debt.scheme, debt.left_fen) == (None, "nutrition", 21 * 400)
    with pytest.raises(JingzhunError) as refused:
        recover(world.session, "张一", Fen(100), HAND, today=LATER)
    assert refused.value.code == "recover_nothing"
    recover(world.session, "青禾小学", Fen(400), HAND, today=LATER)
    recover(world.session, str(number), Fen(20 * 400), HAND, today=LATER)
    held = balances(world.session)
    assert "receivable" not in held
    # Meals were paid with the school's own money: what comes back pays it back.
    assert "advance" not in held
    assert world.session.get_one(Run, number).state == RunState.PAID


def test_what_is_taken_back_before_it_is_paid_is_paid_less(world: World) -> None:
    person = boarder(world)
    give_card(world, person, "40000000001")
    run = approved(world.session)
    no_boarder(world, person)
    number = adjusted(world, run)
    assert not debts(world.session)
    with pytest.raises(JingzhunError) as refused:
        make_batches(world.session, Order(run_id=run, scheme=SCHEME), today=DAY, hand=HAND)
    assert refused.value.code == "pay_nothing"
    [batch] = make_batches(world.session, Order(run_id=number), today=DAY, hand=HAND).batches
    [line] = world.session.scalars(select(BatchLine).where(BatchLine.batch_id == batch)).all()
    assert (line.scheme, line.amount_fen) == ("day_living", AMOUNT // 2)


def test_money_sent_after_the_differences_were_found_is_claimed_back(world: World) -> None:
    person = boarder(world)
    give_card(world, person, "40000000001")
    run = approved(world.session)
    no_boarder(world, person)
    number = adjust(world.session, run, hand("王老师"), today=DAY)
    assert number is not None
    pay(world, run)
    walk(world.session, number)
    assert [debt.left_fen for debt in debts(world.session)] == [AMOUNT]
    claimed = select(RunLine.scheme).where(RunLine.is_receivable.is_(True))
    assert world.session.scalars(claimed).all() == [SCHEME]


def test_what_one_adjustment_adds_and_the_next_takes_back_is_not_paid(world: World) -> None:
    person = boarder(world)
    give_card(world, person, "40000000001")
    approved(world.session)
    no_boarder(world, person)
    more = adjusted(world, 1)  # half of it for a day pupil
    world.session.execute(update(HouseholdCategory).values(category="other"))
    less = adjusted(world, 1)
    for run in (1, more, less):
        with pytest.raises(JingzhunError) as refused:
            make_batches(world.session, Order(run_id=run, scheme=""), today=DAY, hand=HAND)
        assert refused.value.code == "pay_nothing"
    assert "payable" not in balances(world.session)


def test_a_part_that_is_left_of_what_adjustments_added_is_named(world: World) -> None:
    person = boarder(world)
    give_card(world, person, "40000000001")
    approved(world.session)
    session = world.session
    added, taken = (
        Run(kind="adjustment", corrects_id=1, period="2026-11", pack="plan", state="approved",
            computed_on=DAY, notices=[], actor="", os_user="", recorded_at=NOW)
        for _ in range(2)
    )  # fmt: skip
    session.add_all([added, taken])
    session.flush()
    first = session.scalars(select(RunLine).where(RunLine.scheme == SCHEME)).one()
    for sequence, (run, fen) in enumerate(((added, 5000), (taken, -15000)), start=1):
        names = ("scheme", "person_id", "month", "school_id", "stage", "grade", "class_no",
                 "rate_fen", "version_from", "split_no", "unit_school_id")  # fmt: skip
        copied = {name: getattr(first, name) for name in names}
        session.add(RunLine(**copied, run_id=run.id, amount_fen=Fen(fen), sequence=sequence,
                            cause="更正", is_receivable=False))  # fmt: skip
        session.flush()
    made = make_batches(session, Order(run_id=added.id), today=DAY, hand=HAND)
    assert [(each.why, each.pupil.name) for each in made.hindered] == [("crossed", "张一")]
    assert made.batches == ()
