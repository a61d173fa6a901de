"""Write entries into the fund journal: the only place that does.

The database itself lets an entry be posted only when it balances, and change never again
(``store.schema.journal``).
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from jingzhun.core.journal import Entry, gathered
from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import EntryKind
from jingzhun.errors import JingzhunError
from jingzhun.services.hand import (
    Hand,
)
from jingzhun.store.schema import JournalEntry, Posting

#: Where a session keeps the numbers of the entries that it posted.
_POSTED = "entries posted"


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
    session.info.setdefault(_POSTED, []).append(number)
    return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What the audit trail keeps of an entry: its voucher, day, sum, and a digest of it all."""

    voucher_no: str
    happened_on: date
    debits_fen: Fen
    digest: str

    @property
    def told(self) -> list[Any]:
        """Give it as the trail keeps it."""
        return [self.voucher_no, self.happened_on.isoformat(), self.debits_fen, self.digest]


def posted_in(session: Session) -> list[list[Any]]:
    """Give for a line of the trail the seals of what the session posted since the line before."""
    numbers = session.info.pop(_POSTED, [])
    return [seal.told for _, seal in seals(session, numbers)] if numbers else []


def seals(session: Session, numbers: Sequence[int] | None = None) -> Iterator[tuple[int, Seal]]:
    """Give the entries' seals by their numbers, in order; of all entries when none are named."""
    entries = select(JournalEntry).order_by(JournalEntry.id)
    lines = select(
        Posting.entry_id, Posting.account, Posting.source, Posting.purpose,
        Posting.amount_fen, Posting.party,
    ).order_by(Posting.entry_id, Posting.number)  # fmt: skip
    if numbers is not None:
        entries = entries.where(JournalEntry.id.in_(numbers))
        lines = lines.where(Posting.entry_id.in_(numbers))
    postings: dict[int, list[tuple[Any, ...]]] = {}
    for entry_id, *line in session.execute(lines):
        postings.setdefault(entry_id, []).append(tuple(line))
    for entry in session.scalars(entries):
        own = postings.get(entry.id, [])
        said = (
            entry.voucher_no, entry.kind, entry.happened_on.isoformat(), entry.words,
            entry.document, entry.run_id, entry.batch_id, entry.reverses_id, entry.actor, own,
        )  # fmt: skip
        yield (
            entry.id,
            Seal(
                voucher_no=entry.voucher_no,
                happened_on=entry.happened_on,
                debits_fen=Fen(sum(fen for *_, fen, _ in own if fen > 0)),
                digest=hashlib.sha256(repr(said).encode()).hexdigest()[:16],
            ),
        )


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
