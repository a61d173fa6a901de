"""Runs that were approved, and pupils with cards: for tests of what is paid."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from jingzhun.core.money import Fen
from jingzhun.services.hand import Hand
from jingzhun.services.subsidy.approval import approve
from jingzhun.services.subsidy.steps import publish, review
from jingzhun.store.schema import AidPayment, Person
from tests.builders import NOW, World
from tests.policies.worlds import put_pupil, run

MONDAY, DAY = date(2026, 11, 2), date(2026, 12, 1)
CARD, OTHER_CARD, THIRD_CARD = "6217000010001234569", "6217000010007654323", "6217000010000000007"


def hand(actor: str = "王会计") -> Hand:
    return Hand(actor=actor, os_user="test", command="jingzhun pay", recorded_at=NOW)


HAND = hand()


def boarder(world: World, name: str = "张一", **more: Any) -> Person:
    """Put a poor boarder of 三年级 into the world: living allowance, and meals."""
    return put_pupil(
        world,
        {
            "person": {"name": name, **more.pop("person", {})},
            "enrolment": [{"stage": "primary", "grade": 3, **more.pop("enrolment", {})}],
            "boarding": [{"boarding": "boarder"}],
            "category": [{"category": "lifted"}],
            **more,
        },
    )


_PAID: dict[str, Any] = {
    "project": "寄宿生生活补助", "period": "2026春", "paid_on": date(2026, 5, 6),
}  # fmt: skip


def give_card(world: World, person: Person, account: str, **more: Any) -> None:
    """Let a list have paid into an account of the pupil."""
    world.session.add(
        AidPayment(
            identity=f"{person.id}|{account}", sheet_id=world.sheet_id, row_number=1,
            person_id=person.id, amount_fen=Fen(62500),
            account=account, **{**_PAID, **more},
        )
    )  # fmt: skip
    world.session.flush()


def approved(session: Session, period: str = "2026-11") -> int:
    """Compute a period and walk it to approval."""
    number = run(session, period)
    walk(session, number)
    return number


def walk(session: Session, number: int) -> None:
    """Take a draft to approval."""
    review(session, number, hand("王老师"), today=MONDAY)
    publish(session, number, hand("王老师"), today=MONDAY)
    approve(session, number, hand("李主任"), today=date(2026, 11, 30))
    session.expire_all()
