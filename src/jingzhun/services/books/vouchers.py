"""Entries just booked, and what their purposes have now: what the ``fund`` commands show.

JSON::

    {"entries": [{"voucher_no", "happened_on", "kind", "words", "purpose", "source", "account",
        "debit_fen", "credit_fen"}],
     "purposes": [{"purpose", "title", "bank_fen", "left_fen", "advance_fen"}]}

``bank_fen`` is what may be paid out, ``left_fen`` what was received and not yet committed,
``advance_fen`` what was advanced and is not covered yet.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.journal import NO_PURPOSE, NO_SOURCE
from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.vocabulary import Account, EntryKind, RunKind, RunState
from jingzhun.policies.accounts import chart
from jingzhun.services.books.purposes import purpose_titles
from jingzhun.store.funds import held
from jingzhun.store.schema import JournalEntry, Person, Posting, Run

_ENTRIES = (
    Column(key="voucher_no", title="凭证号"),
    Column(key="happened_on", title="日期", kind=ColumnKind.DATE),
    Column(key="kind", title="类型", kind=ColumnKind.LABEL),
    Column(key="words", title="摘要"),
    Column(key="purpose", title="用途"),
    Column(key="source", title="资金来源"),
    Column(key="account", title="科目"),
    Column(key="debit_fen", title="借方", kind=ColumnKind.MONEY),
    Column(key="credit_fen", title="贷方", kind=ColumnKind.MONEY),
)
_PURPOSES = (
    Column(key="purpose", title="代号"),
    Column(key="title", title="用途"),
    Column(key="bank_fen", title="账上余额", kind=ColumnKind.MONEY),
    Column(key="left_fen", title="未安排", kind=ColumnKind.MONEY),
    Column(key="advance_fen", title="未归还垫付", kind=ColumnKind.MONEY),
)


def vouchers_page(session: Session, title: str, entries: Sequence[int]) -> Page:
    """Show entries by their numbers in the ledger, with the purposes that they touch."""
    titles = purpose_titles(session)
    accounts = chart().accounts
    has = held(session)
    rows = session.execute(
        select(JournalEntry, Posting)
        .join(Posting, Posting.entry_id == JournalEntry.id)
        .where(JournalEntry.id.in_(entries))
        .order_by(JournalEntry.id, Posting.number)
    ).all()
    return Page(
        title=title,
        notes=list(_notes(session, {posting.person_id for _, posting in rows} - {None})),
        tables=[
            Table(
                key="entries",
                heading="凭证",
                columns=_ENTRIES,
                rows=[
                    (
                        entry.voucher_no,
                        entry.happened_on,
                        EntryKind.coded(entry.kind),
                        entry.words,
                        titles.get(posting.purpose, posting.purpose or NO_PURPOSE),
                        posting.source or NO_SOURCE,
                        accounts[Account.coded(posting.account)].name,
                        max(posting.amount_fen, 0) or None,
                        max(-posting.amount_fen, 0) or None,
                    )
                    for entry, posting in rows
                ],
            ),
            Table(
                key="purposes",
                heading="各用途余额",
                columns=_PURPOSES,
                rows=[
                    (
                        purpose,
                        titles.get(purpose, purpose or NO_PURPOSE),
                        has[purpose].bank_fen,
                        has[purpose].left_fen,
                        has[purpose].advance_fen,
                    )
                    for purpose in sorted({posting.purpose for _, posting in rows})
                ],
            ),
        ],
    )


def _notes(session: Session, people: AbstractSet[int | None]) -> Iterator[str]:
    """Say for whom a gift is, and what comes next."""
    names = session.scalars(select(Person.name).where(Person.id.in_(people))).all()
    run = session.scalar(
        select(Run.id).where(Run.kind == RunKind.DONATION.value, Run.state == RunState.DRAFT.value)
    )
    if names:
        yield f"一对一捐助，给{'、'.join(names)}。"
    if names and run is not None:
        yield f"还没有办理的捐助都在第 {run} 批（草稿）；下一步：jingzhun run review {run}"
