"""Money for tests: a hand at the desk, entries that runs and batches would book."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.journal import Entry, moved
from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import Account, EntryKind
from jingzhun.services.books.journal import post
from jingzhun.services.funds.receipts import Receipt, receive
from jingzhun.services.hand import Hand
from jingzhun.store.schema import Posting
from tests.builders import NOW, TODAY

HAND = Hand(actor="财务", os_user="test", command="jingzhun", recorded_at=NOW)


def get_money(
    session: Session,
    amount: int,
    purpose: str = "boarding_living",
    source: str = "省",
    *,
    on: date = TODAY,
) -> list[int]:
    """Receive money; give the entries."""
    receipt = Receipt(amount_fen=Fen(amount), source=source, purpose=purpose)
    return receive(session, receipt, HAND, today=on)


def book(
    session: Session,
    kind: EntryKind,
    debit: Account,
    credit: Account,
    amount: int,
    *,
    purpose: str = "boarding_living",
    source: str = "省",
    on: date = TODAY,
    **about: Any,
) -> int | None:
    """Book what a run or batch would."""
    postings = moved(Fen(amount), debit=debit, credit=credit, source=source, purpose=purpose)
    entry = Entry(kind=kind, happened_on=on, words=kind.label, postings=postings, **about)
    return post(session, entry, HAND)


def balances(session: Session) -> dict[str, int]:
    """Give the balance of every account, debit positive; those at nought are absent."""
    query = select(Posting.account, func.sum(Posting.amount_fen)).group_by(Posting.account)
    return {account: total for account, total in session.execute(query) if total}
