"""Runs that were approved, for tests of what is paid after it."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from jingzhun.core.journal import Entry, Posting, moved
from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import Account, Delivery, EntryKind, RunState
from jingzhun.services.entering import Hand
from jingzhun.services.journal import post
from jingzhun.services.shares import parts_of
from jingzhun.store.schema import AidPayment, Person, Run, RunLine
from tests.builders import World
from tests.policies.worlds import put_pupil, run

HAND = Hand(actor="王会计", os_user="test", command="jingzhun pay",
            recorded_at=datetime(2026, 12, 1, tzinfo=UTC))  # fmt: skip
DAY = date(2026, 12, 1)
OWED = {
    Delivery.CARD: Account.PAYABLE, Delivery.IN_KIND: Account.SUPPLIER,
    Delivery.WAIVER: Account.FEES,
}  # fmt: skip


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


def give_card(world: World, person: Person, account: str, **more: Any) -> None:
    """Let a list have paid into an account of the pupil."""
    world.session.add(
        AidPayment(
            identity=f"{person.id}|{account}", sheet_id=world.sheet_id, row_number=1,
            person_id=person.id, project="寄宿生生活补助", period="2026春", amount_fen=Fen(62500),
            account=account, **{"paid_on": date(2026, 5, 6), **more},
        )
    )  # fmt: skip
    world.session.flush()


def approved(session: Session, period: str = "2026-11") -> int:
    """Compute a period and approve it."""
    number = run(session, period)
    approve(session, number)
    return number


def approve(session: Session, number: int) -> None:
    """Post a run's lines and book its entry."""
    session.execute(
        update(RunLine)
        .where(RunLine.run_id == number)
        .values(
            sequence=0, unit_school_id=case((RunLine.days.is_(None), 0), else_=RunLine.school_id)
        )
    )
    postings: list[Posting] = []
    for part, fen in parts_of(session, RunLine.run_id == number).items():
        postings += moved(fen, debit=Account.EXPENSE, credit=OWED[part.delivery],
                          source=part.source, purpose=part.scheme)  # fmt: skip
    post(session, Entry(kind=EntryKind.APPROVAL, happened_on=DAY, words="批准", postings=postings,
                        run_id=number), HAND)  # fmt: skip
    count, fen = session.execute(
        select(func.count(), func.sum(RunLine.amount_fen)).where(RunLine.run_id == number)
    ).one()
    session.execute(
        update(Run)
        .where(Run.id == number)
        .values(state=RunState.APPROVED.value, sealed_count=count, sealed_fen=fen)
    )
    session.expire_all()


def receive(session: Session, purpose: str, fen: int, source: str = "中央") -> None:
    """Receive money for a purpose."""
    postings = moved(Fen(fen), debit=Account.BANK, credit=Account.APPROPRIATION, source=source,
                     purpose=purpose)  # fmt: skip
    post(session, Entry(kind=EntryKind.RECEIPT, happened_on=DAY, words="收到", postings=postings),
         HAND)  # fmt: skip
