"""Whether a purpose has money enough; advances and their covering.

Enough is judged over all sources of a purpose: the centre's money may come before the county's.
Bank money of a purpose never falls below zero; what it lacked at a payment made all the same stands
as an advance 垫付, which the next money to come in pays back.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.journal import Entry, Posting, moved
from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import Account, EntryKind
from jingzhun.services.books.journal import post
from jingzhun.services.hand import Hand
from jingzhun.store.funds import NOTHING, held
from jingzhun.store.schema import Posting as PostingRow


def balance_of(session: Session, purpose: str) -> Fen:
    """Give the bank money of a purpose, over all sources."""
    return held(session).get(purpose, NOTHING).bank_fen


def shortfall(session: Session, wanted: Mapping[str, Fen]) -> dict[str, Fen]:
    """Give what each purpose lacks in the bank to pay ``wanted``; a purpose with enough is absent.

    ``wanted`` maps purposes to what is to be paid now.
    """
    has = held(session)
    return _lacking(wanted, {purpose: has[purpose].bank_fen for purpose in has})


def overcommitment(session: Session, wanted: Mapping[str, Fen]) -> dict[str, Fen]:
    """Give by how much each purpose would promise more than it received, if ``wanted`` were so.

    ``wanted`` maps purposes to what is to be approved now, beyond what is approved already.
    """
    has = held(session)
    return _lacking(wanted, {purpose: has[purpose].left_fen for purpose in has})


def cover_advances(session: Session, purpose: str, hand: Hand, *, today: date) -> int | None:
    """Pay advances of a purpose back out of its bank money; give the entry, None for none."""
    money = balance_of(session, purpose)
    return post(
        session,
        Entry(
            kind=EntryKind.COVER,
            happened_on=today,
            words="归还垫付",
            postings=list(_covering(session, purpose, money)),
        ),
        hand,
    )


def _covering(session: Session, purpose: str, money: Fen) -> Iterator[Posting]:
    """Give the postings that spend ``money`` on advances, source by source."""
    outstanding = session.execute(
        select(PostingRow.source, -func.sum(PostingRow.amount_fen))
        .where(PostingRow.account == Account.ADVANCE.value, PostingRow.purpose == purpose)
        .group_by(PostingRow.source)
        .having(func.sum(PostingRow.amount_fen) < 0)
        .order_by(PostingRow.source)
    )
    for source, advanced in outstanding:
        part = Fen(min(advanced, money))
        if part > 0:
            yield from moved(
                part, debit=Account.ADVANCE, credit=Account.BANK, source=source, purpose=purpose
            )
            money = Fen(money - part)


def _lacking(wanted: Mapping[str, Fen], has: Mapping[str, Fen]) -> dict[str, Fen]:
    lacking = {
        purpose: Fen(amount - has.get(purpose, Fen(0))) for purpose, amount in wanted.items()
    }
    return {purpose: amount for purpose, amount in lacking.items() if amount > 0}
