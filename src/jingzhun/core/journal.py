"""The fund journal's records: accounts, postings, balanced entries; pure.

Debit is positive, credit negative. Every posting carries who gave the money (``source``) and what
it is bound to (``purpose``), so that each use of money has a balance of its own 专账.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import Account, EntryKind

#: What a page says where no document says who pays, or no receipt says what for.
NO_SOURCE = "未定来源"
NO_PURPOSE = "未定用途"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One line of an entry: debit positive, credit negative."""

    account: Account
    amount_fen: Fen
    source: str = ""
    purpose: str = ""
    party: str | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A balanced entry 分录, not yet written."""

    kind: EntryKind
    happened_on: date
    words: str
    postings: Sequence[Posting]
    document: str | None = None
    run_id: int | None = None
    batch_id: int | None = None
    reverses_id: int | None = None


def moved(
    amount_fen: Fen, *, debit: Account, credit: Account, source: str, purpose: str, **about: Any
) -> tuple[Posting, Posting]:
    """Give the postings that move an amount (negative: back) within a source and purpose.

    ``about`` is what both postings say beside that: party, person.
    """
    about |= {"source": source, "purpose": purpose}
    return (
        Posting(account=debit, amount_fen=amount_fen, **about),
        Posting(account=credit, amount_fen=Fen(-amount_fen), **about),
    )


def gathered(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Add up postings that differ in their amount alone; those that come to nothing go.

    They keep the order in which they first come.
    """
    sums: dict[Posting, int] = {}
    for posting in postings:
        key = replace(posting, amount_fen=Fen(0))
        sums[key] = sums.get(key, 0) + posting.amount_fen
    return tuple(replace(key, amount_fen=Fen(total)) for key, total in sums.items() if total)


def reversal(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Give the postings that undo others."""
    return tuple(replace(posting, amount_fen=Fen(-posting.amount_fen)) for posting in postings)
