"""Write entries into the fund journal: the only place that does.

The database itself lets an entry be posted only when it balances, and change never again
(``store.schema.journal``).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from jingzhun.core.journal import Entry, gathered
from jingzhun.core.vocabulary import EntryKind
from jingzhun.errors import JingzhunError
from jingzhun.services.hand import Hand
from jingzhun.services.seals import remember
from jingzhun.store.schema import JournalEntry, Posting


def post(session: Session, entry: Entry, hand: Hand) -> int | None:
    """Write an entry and post it; give its number, or None when it comes to nothing.

    Raises:
        JingzhunError: ``year_closed`` — it is dated into a year that was carried over.
    """
    postings = gathered(entry.postings)
    assert sum(posting.amount_fen for posting in postings) == 0, entry.words  # noqa: S101 - ours
    if not postings:
        return None
    _demand_open(session, entry)
    connection = session.connection()
    made = connection.execute(
        insert(JournalEntry).values(
            voucher_no=_next_voucher(session, entry.happened_on.year),
            kind=entry.kind.value,
            happened_on=entry.happened_on,
            words=entry.words,
            document=entry.document,
            run_id=entry.run_id,
            batch_id=entry.batch_id,
            reverses_id=entry.reverses_id,
            is_posted=False,
            actor=hand.actor,
            os_user=hand.os_user,
            recorded_at=hand.recorded_at,
        )
    )
    number = int(made.inserted_primary_key[0])  # type: ignore[index]
    rows: Sequence[dict[str, Any]] = [
        {
            "entry_id": number,
            "number": place,
            "account": posting.account.value,
            "source": posting.source,
            "purpose": posting.purpose,
            "amount_fen": posting.amount_fen,
            "party": posting.party,
            "person_id": posting.person_id,
        }
        for place, posting in enumerate(postings, start=1)
    ]
    connection.execute(insert(Posting), rows)
    connection.execute(update(JournalEntry).where(JournalEntry.id == number).values(is_posted=True))
    remember(session, "vouchers", number)
    return number


def closed_through(session: Session) -> date | None:
    """Give the last day of the years that were carried over 年终结转; None for none."""
    return session.scalar(
        select(func.max(JournalEntry.happened_on)).where(
            JournalEntry.kind == EntryKind.CLOSING.value
        )
    )


def _demand_open(session: Session, entry: Entry) -> None:
    closed = closed_through(session)
    if closed is not None and entry.happened_on <= closed:
        raise JingzhunError(
            "year_closed",
            f"{closed.year} 年的账已经结转，不能再记 {entry.happened_on} 的凭证（{entry.words}）。",
            f"请把日期写在 {closed.year} 年以后（--on 日期）；要更正旧账，请在今年冲销或调整。",
        )


def _next_voucher(session: Session, year: int) -> str:
    """Give the next voucher number of a year; writers are one after the other."""
    last = session.scalar(
        select(func.max(JournalEntry.voucher_no)).where(
            JournalEntry.voucher_no.like(f"{year:04d}-%")
        )
    )
    return f"{year:04d}-{int(last[5:]) + 1 if last else 1:05d}"
