"""A school year's money for tests of the books: three deliveries, late money, a payment, a gift."""

from datetime import date

from sqlalchemy.orm import Session

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import LineState
from jingzhun.services.funds.batches import Order, make_batches
from jingzhun.services.funds.receipts import Receipt, bring_forward, receive
from jingzhun.services.funds.settling import How, Result, settle
from jingzhun.store.schema import Batch
from tests.builders import World
from tests.policies.worlds import put_pupil
from tests.services import paying
from tests.services.money import HAND, get_money

OCTOBER, DECEMBER = date(2026, 10, 12), date(2026, 12, 4)


def year_of_money(world: World) -> int:
    """Book openings, receipts, an approved run of November, its payment; give the run."""
    session = world.session
    opening = Receipt(amount_fen=Fen(30_00), source="省", purpose="preschool_fee")
    bring_forward(session, opening, HAND, today=date(2026, 9, 1))
    get_money(session, 80_00, "boarding_living", "中央", on=OCTOBER)
    get_money(session, 60_00, "preschool_fee", "省", on=OCTOBER)
    gift = Receipt(
        amount_fen=Fen(500_00), source="社会捐赠", purpose='爱心；午餐 "甲" | 乙',
        is_new_purpose=True, document="捐001", payer="李善人",
    )  # fmt: skip
    receive(session, gift, HAND, today=date(2026, 11, 3))
    paying.give_card(world, paying.boarder(world), paying.CARD)
    put_pupil(
        world,
        {"enrolment": [{"stage": "preschool", "grade": -2}], "category": [{"category": "lifted"}]},
    )
    run = paying.approved(session)
    pay_cards(session, run)
    get_money(session, 50_00, "boarding_living", "省", on=date(2026, 12, 8))
    return run


def pay_cards(session: Session, run: int) -> None:
    """Pay the run's boarder: what the bank holds, and the rest as an advance."""
    order = Order(run_id=run, scheme="boarding_living")
    [number] = make_batches(session, order, today=DECEMBER, hand=HAND).batches
    paid = Result(
        number=1, state=LineState.PAID, day=DECEMBER, reason=None, was=LineState.PENDING
    )  # fmt: skip
    settle(session, session.get_one(Batch, number), [paid], HAND, How(is_advance=True))
