"""What each purpose has, asked of the journal: bank money, what is left, what was advanced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import Account, EntryKind
from jingzhun.store.schema import JournalEntry, Posting

#: Whose balances together are what is left of the money received, beside what was waived.
_OF_THE_FUND = (
    Account.BANK.value,
    Account.RECEIVABLE.value,
    Account.PAYABLE.value,
    Account.SUPPLIER.value,
    Account.ADVANCE.value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a purpose has, over all sources.

    ``bank_fen`` may be paid out; ``left_fen`` was received and not yet committed (below zero: more
    is committed than received); ``advance_fen`` was advanced and is not covered yet.
    """

    bank_fen: Fen
    left_fen: Fen
    advance_fen: Fen


NOTHING = Held(bank_fen=Fen(0), left_fen=Fen(0), advance_fen=Fen(0))


def held(session: Session, *, on: date | None = None) -> Mapping[str, Held]:
    """Give what each purpose has, at the end of a day; those without postings are absent."""
    # A waiver is committed and owed to nobody: the fee that it became counts against what is left.
    waived = and_(
        Posting.account == Account.FEES.value, JournalEntry.kind != EntryKind.CLOSING.value
    )
    query = (
        select(
            Posting.purpose,
            _sum_where(Posting.account == Account.BANK.value),
            _sum_where(or_(Posting.account.in_(_OF_THE_FUND), waived)),
            -_sum_where(Posting.account == Account.ADVANCE.value),
        )
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .group_by(Posting.purpose)
        .order_by(Posting.purpose)
    )
    if on is not None:
        query = query.where(JournalEntry.happened_on <= on)
    return {
        purpose: Held(bank_fen=Fen(bank), left_fen=Fen(left), advance_fen=Fen(advance))
        for purpose, bank, left, advance in session.execute(query)
    }


def _sum_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, Posting.amount_fen), else_=0))
