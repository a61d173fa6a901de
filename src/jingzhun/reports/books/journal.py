"""``fund journal`` 资助专账: the journal's pages 日记账, or those of one account 明细账.

JSON::

    {"from", "to", "account", "purpose", "source", "opening_fen",
     "postings": [{"happened_on", "voucher_no", "kind", "words", "document", "code", "account",
        "name", "purpose", "title", "source", "party", "debit_fen", "credit_fen", "balance_fen"}]}

``balance_fen`` is the running balance of the row's account within what is asked for, debit
positive; ``opening_fen`` the balance of the account asked for before ``from``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from jingzhun.core.journal import NO_PURPOSE, NO_SOURCE
from jingzhun.core.page import Page
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.vocabulary import Account, EntryKind
from jingzhun.policies.accounts import AccountTitle, chart
from jingzhun.policies.packs import scheme_titles
from jingzhun.store.policy_files import files_ever
from jingzhun.store.schema import JournalEntry, Posting

_DAY = Column(key="happened_on", title="日期", kind=ColumnKind.DATE)
_VOUCHER = Column(key="voucher_no", title="凭证号")
_WORDS = Column(key="words", title="摘要")
_MONEY = (
    Column(key="debit_fen", title="借方", kind=ColumnKind.MONEY),
    Column(key="credit_fen", title="贷方", kind=ColumnKind.MONEY),
)
_POSTINGS = (
    _DAY, _VOUCHER, Column(key="kind", title="类型", kind=ColumnKind.LABEL), _WORDS,
    Column(key="document", title="文号"), Column(key="code", title="科目编号"),
    Column(key="account", title="科目代号"), Column(key="name", title="科目"),
    Column(key="purpose", title="用途代号"), Column(key="title", title="用途"),
    Column(key="source", title="来源"), Column(key="party", title="往来单位"),
    *_MONEY, Column(key="balance_fen", title="余额", kind=ColumnKind.MONEY),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of the journal is asked for: days from and to, an account, a purpose, a source."""

    start: date | None = None
    end: date
    account: AccountTitle | None = None
    purpose: str | None = None
    source: str | None = None

    def where(self) -> Iterator[ColumnElement[bool]]:
        """Give the conditions on a posting, but for the first day."""
        yield JournalEntry.happened_on <= self.end
        if self.account is not None:
            yield Posting.account == self.account.role.value
        if self.purpose is not None:
            yield Posting.purpose == self.purpose
        if self.source is not None:
            yield Posting.source == self.source


def journal_page(session: Session, asked: Asked) -> Page:
    """Give the pages of the journal in time."""
    titles = scheme_titles(files_ever(session))
    rows = session.execute(_postings(asked)).all()
    opening = _opening(session, asked)
    return Page(
        title=f"资助专账{'明细账' if asked.account else '日记账'}",
        facts={
            "from": asked.start and asked.start.isoformat(),
            "to": asked.end.isoformat(),
            "account": asked.account and asked.account.role.value,
            "purpose": asked.purpose,
            "source": asked.source,
            "opening_fen": opening,
        },
        tables=[
            Table(
                key="postings",
                heading="",
                columns=_POSTINGS,
                rows=[_told(row, titles) for row in rows],
                shown_in=PROGRAMS,
            ),
            _pages(asked, rows, titles, opening),
        ],
    )


def _postings(asked: Asked) -> Any:
    """Query postings with the running balance of their accounts, then those of the days asked."""
    within = (
        select(
            JournalEntry.happened_on, JournalEntry.voucher_no, JournalEntry.kind,
            JournalEntry.words, JournalEntry.document, JournalEntry.id, Posting.number,
            Posting.account, Posting.purpose, Posting.source, Posting.party, Posting.amount_fen,
            func.sum(Posting.amount_fen)
            .over(
                partition_by=Posting.account,
                order_by=(JournalEntry.happened_on, JournalEntry.id, Posting.number),
                rows=(None, 0),
            )
            .label("balance_fen"),
        )
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(*asked.where())
        .subquery()
    )  # fmt: skip
    query = select(within).order_by(within.c.happened_on, within.c.id, within.c.number)
    return query if asked.start is None else query.where(within.c.happened_on >= asked.start)


def _opening(session: Session, asked: Asked) -> int | None:
    """Give the balance of the account asked for before the first day asked for."""
    if asked.account is None:
        return None
    if asked.start is None:
        return 0
    return session.scalar(
        select(func.coalesce(func.sum(Posting.amount_fen), 0))
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(*asked.where(), JournalEntry.happened_on < asked.start)
    )


def _told(row: Row[Any], titles: Mapping[str, str]) -> tuple[Any, ...]:
    title = chart().accounts[Account.coded(row.account)]
    return (
        row.happened_on, row.voucher_no, EntryKind.coded(row.kind), row.words, row.document,
        title.code, row.account, title.name, row.purpose, titles.get(row.purpose, row.purpose),
        row.source, row.party, max(row.amount_fen, 0), max(-row.amount_fen, 0), row.balance_fen,
    )  # fmt: skip


def _pages(
    asked: Asked, rows: Sequence[Row[Any]], titles: Mapping[str, str], opening: int | None
) -> Table:
    """Lay the postings out for paper; what all of them share stands in the heading."""
    about = _about(asked)
    columns = (_DAY, _VOUCHER, _WORDS, *about, *_MONEY,
               Column(key="side", title="方向"),
               Column(key="balance_fen", title="余额", kind=ColumnKind.MONEY))  # fmt: skip
    lines: list[tuple[Any, ...]] = []
    if opening:
        blank = (None,) * len(about)
        lines.append((asked.start, None, "上期结转", *blank, None, None, *_side(opening)))
    for row in rows:
        shared = {
            "name": chart().accounts[Account.coded(row.account)].name,
            "title": titles.get(row.purpose, row.purpose) or NO_PURPOSE,
            "source": row.source or NO_SOURCE,
        }
        words = f"{row.words}（{row.document}）" if row.document else row.words
        sides = (max(row.amount_fen, 0) or None, max(-row.amount_fen, 0) or None)
        lines.append(
            (row.happened_on, row.voucher_no, words, *(shared[column.key] for column in about),
             *sides, *_side(row.balance_fen))
        )  # fmt: skip
    debit = sum(row.amount_fen for row in rows if row.amount_fen > 0)
    credit = -sum(row.amount_fen for row in rows if row.amount_fen < 0)
    closing = _side(rows[-1].balance_fen if rows else opening or 0)
    end = closing if asked.account else (None, None)
    return Table(
        key="pages",
        heading=_heading(asked, titles),
        columns=columns,
        rows=lines,
        total=(None, None, None, *(None for _ in about), debit, credit, *end),
        in_capitals=False,
        notes=() if asked.account else ("余额是该行科目到这一笔为止的余额。",),
        shown_in=PEOPLE,
    )


def _about(asked: Asked) -> tuple[Column, ...]:
    """Give the columns of what postings do not all share."""
    columns = (
        (Column(key="name", title="科目"), asked.account),
        (Column(key="title", title="用途"), asked.purpose),
        (Column(key="source", title="来源"), asked.source),
    )
    return tuple(column for column, shared in columns if shared is None)


def _heading(asked: Asked, titles: Mapping[str, str]) -> str:
    words = [f"{asked.account.code} {asked.account.name}"] if asked.account else []
    if asked.purpose is not None:
        words.append(f"用途：{titles.get(asked.purpose, asked.purpose) or NO_PURPOSE}")
    if asked.source is not None:
        words.append(f"来源：{asked.source or NO_SOURCE}")
    words.append(f"{asked.start} 至 {asked.end}" if asked.start else f"截至 {asked.end}")
    return "　".join([*words, "单位：元"])


def _side(balance: int) -> tuple[str, int]:
    """Give the side of a balance and how much: 借, 贷 or 平."""
    return ("借" if balance > 0 else "贷" if balance < 0 else "平"), abs(balance)
