"""One-to-one gifts: the pupil gets all of it, once, on the card."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import LineState
from jingzhun.errors import JingzhunError
from jingzhun.services.books.funding import balance_of
from jingzhun.services.checks import check_page
from jingzhun.services.funds.batches import Order, make_batches
from jingzhun.services.funds.gifts import renew_gifts
from jingzhun.services.funds.receipts import Receipt, receive, reverse
from jingzhun.services.funds.settling import How, Result, settle
from jingzhun.services.importing.undo import undo_import
from jingzhun.services.subsidy.adjustment import adjust
from jingzhun.services.subsidy.approval import approve
from jingzhun.services.subsidy.steps import review, void
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Batch, BatchLine, JournalEntry, Run, RunLine
from tests.builders import TODAY, World
from tests.services.money import HAND, balances
from tests.services.paying import CARD, boarder, give_card, hand
from tests.services.workbooks import KID, ROSTER, Bring, pupil

LATER = date(2026, 12, 7)


def give(world: World, amount: int, pupil: str = "张一", **more: Any) -> str:
    """Receive a gift; give its voucher."""
    receipt = Receipt(amount_fen=Fen(amount), pupil=pupil, payer="李善人", **more)
    [entry] = receive(world.session, receipt, HAND, today=TODAY)
    return world.session.get_one(JournalEntry, entry).voucher_no


def gifts(world: World) -> dict[int, list[tuple[int, int | None]]]:
    """Give the amounts and sequences of the lines of each run of gifts that is not void."""
    rows = world.session.execute(
        select(Run.id, RunLine.amount_fen, RunLine.sequence)
        .join(RunLine, RunLine.run_id == Run.id)
        .where(Run.kind == "donation", Run.state != "void")
        .order_by(Run.id, RunLine.person_id)
    )
    found: dict[int, list[tuple[int, int | None]]] = {}
    for run, amount, sequence in rows:
        found.setdefault(run, []).append((amount, sequence))
    return found


def approve_gifts(world: World, run: int) -> None:
    review(world.session, run, hand("王老师"), today=TODAY)
    approve(world.session, run, hand("李主任"), today=TODAY)
    world.session.expire_all()


def pay(world: World, run: int) -> None:
    [number] = make_batches(world.session, Order(run_id=run), today=LATER, hand=HAND).batches
    lines = world.session.scalars(select(BatchLine.number).where(BatchLine.batch_id == number))
    paid = [
        Result(number=line, state=LineState.PAID, day=LATER, reason=None, was=LineState.PENDING)
        for line in lines
    ]
    settle(world.session, world.session.get_one(Batch, number), paid, HAND, How())


def test_a_gift_reaches_its_pupil_whole_and_once(world: World) -> None:
    give_card(world, boarder(world), CARD)
    give(world, 300_00)
    give(world, 200_00)
    [(run, lines)] = gifts(world).items()
    assert lines == [(500_00, None)]
    approve_gifts(world, run)
    assert balances(world.session) == {
        "bank": 500_00,
        "donation": -500_00,
        "expense": 500_00,
        "payable": -500_00,
    }
    pay(world, run)
    assert balance_of(world.session, "gift") == 0
    assert renew_gifts(world.session, HAND, today=LATER) is None
    with pytest.raises(JingzhunError, match="没有还要发放的款"):
        pay(world, run)
    assert check_page(world.session)[1]


def test_a_second_gift_within_the_month_is_a_gift_of_its_own(world: World) -> None:
    give_card(world, boarder(world), CARD)
    for amount in (300_00, 300_00):
        give(world, amount)
        run = max(gifts(world))
        approve_gifts(world, run)
        pay(world, run)
    assert list(gifts(world).values()) == [[(300_00, 0)], [(300_00, 1)]]
    assert check_page(world.session)[1]


def test_a_gift_taken_back_leaves_the_draft(world: World) -> None:
    boarder(world)
    first, second = give(world, 300_00), give(world, 20_00)
    reverse(world.session, first, "录错", HAND, today=TODAY)
    assert list(gifts(world).values()) == [[(20_00, None)]]
    reverse(world.session, second, "录错", HAND, today=TODAY)
    assert gifts(world) == {}


def test_a_gift_under_way_cannot_be_taken_back_until_its_run_is_void(world: World) -> None:
    boarder(world)
    voucher = give(world, 300_00)
    [run] = gifts(world)
    review(world.session, run, hand("王老师"), today=TODAY)
    with pytest.raises(JingzhunError) as refused:
        reverse(world.session, voucher, "录错", HAND, today=TODAY)
    assert refused.value.code == "gift_under_way"


def test_a_gift_of_a_voided_run_is_owed_again(world: World) -> None:
    boarder(world)
    give(world, 300_00)
    [run] = gifts(world)
    review(world.session, run, hand("王老师"), today=TODAY)
    void(world.session, run, hand("王老师"), today=TODAY, reason="名字写错")
    again = renew_gifts(world.session, HAND, today=TODAY)
    assert again != run
    assert gifts(world) == {again: [(300_00, None)]}


def test_a_run_of_gifts_is_not_adjusted(world: World) -> None:
    boarder(world)
    give(world, 300_00)
    [run] = gifts(world)
    approve_gifts(world, run)
    with pytest.raises(JingzhunError) as refused:
        adjust(world.session, run, HAND, today=TODAY)
    assert refused.value.code == "run_is_gift"


@pytest.mark.parametrize(
    ("receipt", "code"),
    [
        ({"pupil": "没有的人"}, "person_unknown"),
        ({"pupil": "户主"}, "gift_no_school"),
        ({"pupil": "张一", "source": "省"}, "gift_bound"),
        ({"pupil": "张一", "purpose": "nutrition"}, "gift_bound"),
        ({"source": "社会捐赠", "purpose": "gift"}, "gift_to_whom"),
    ],
)
def test_a_gift_that_cannot_reach_a_pupil_is_refused(
    world: World, receipt: dict[str, Any], code: str
) -> None:
    boarder(world)
    world.person("户主")
    with pytest.raises(JingzhunError) as refused:
        receive(world.session, Receipt(amount_fen=Fen(5), **receipt), HAND, today=TODAY)
    assert refused.value.code == code


def test_undoing_a_list_keeps_gifts_owed_or_is_refused(ledger: Ledger, bring: Bring) -> None:
    bring(ROSTER, pupil(), name="一.xlsx")
    bring(ROSTER, pupil(), name="二.xlsx")
    with ledger.write() as session:
        give(World(session), 300_00, pupil=KID)
    undone = hand("张")
    with ledger.rebuild() as session:
        undo_import(session, 2, undone, today=TODAY)
        assert list(gifts(World(session)).values()) == [[(300_00, None)]]
    with pytest.raises(JingzhunError, match="一对一捐助") as refused, ledger.rebuild() as session:
        undo_import(session, 1, undone, today=TODAY)
    assert refused.value.code == "import_decided"
