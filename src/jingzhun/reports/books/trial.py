"""``fund balance`` 试算平衡表: every account's balance, from the year's beginning to a day.

JSON::

    {"from", "to", "balanced",
     "accounts": [{"code", "account", "name", "opening_debit_fen", "opening_credit_fen",
        "debit_fen", "credit_fen", "closing_debit_fen", "closing_credit_fen"}],
     "totals": [{the same money keys}]}

In each of the three pairs debit and credit are equal, or ``balanced`` is false.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.vocabulary import Account
from jingzhun.policies.accounts import chart
from jingzhun.store.schema import JournalEntry, Posting

_MONEY = (
    Column(key="opening_debit_fen", title="年初借方", kind=ColumnKind.MONEY),
    Column(key="opening_credit_fen", title="年初贷方", kind=ColumnKind.MONEY),
    Column(key="debit_fen", title="本年借方发生", kind=ColumnKind.MONEY),
    Column(key="credit_fen", title="本年贷方发生", kind=ColumnKind.MONEY),
    Column(key="closing_debit_fen", title="期末借方", kind=ColumnKind.MONEY),
    Column(key="closing_credit_fen", title="期末贷方", kind=ColumnKind.MONEY),
)
_CODE = Column(key="code", title="编号")
_NAME = Column(key="name", title="科目")
_COLUMNS = (_CODE, Column(key="account", title="代号"), _NAME, *_MONEY)


def trial_page(session: Session, *, on: date) -> Page:
    """Give the trial balance of a day, with the turnover since 1 January."""
    start = date(on.year, 1, 1)
    rows = list(_rows(session, start, on))
    totals = tuple(sum(column) for column in zip(*(row[3:] for row in rows), strict=True))
    totals = totals or (0,) * len(_MONEY)
    is_balanced = all(totals[place] == totals[place + 1] for place in (0, 2, 4))
    shown = [(code, name, *_blank(money)) for code, _, name, *money in rows]
    return Page(
        title="资助专账试算平衡表",
        facts={"from": start.isoformat(), "to": on.isoformat(), "balanced": is_balanced},
        tables=[
            Table(key="accounts", heading="", columns=_COLUMNS, rows=rows, shown_in=PROGRAMS),
            Table(key="totals", heading="", columns=_MONEY, rows=[totals], shown_in=PROGRAMS),
            Table(
                key="trial",
                heading=f"{start} 至 {on}　单位：元",
                columns=(_CODE, _NAME, *_MONEY),
                rows=shown,
                total=(None, None, *totals),
                in_capitals=False,
                notes=["借方合计等于贷方合计，试算平衡。" if is_balanced else _BROKEN],
                shown_in=PEOPLE,
            ),
        ],
    )


_BROKEN = "借方合计不等于贷方合计：账本被改动过，请用 jingzhun check 查出是哪一张凭证。"


def _rows(session: Session, start: date, on: date) -> Iterator[tuple[Any, ...]]:
    """Give code, role, name and the six sums of every account that was ever used."""
    is_before = JournalEntry.happened_on < start
    query = (
        select(
            Posting.account,
            _sum(is_before),
            _sum(and_(~is_before, Posting.amount_fen > 0)),
            _sum(and_(~is_before, Posting.amount_fen < 0)),
        )
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(JournalEntry.happened_on <= on)
        .group_by(Posting.account)
    )
    found = {account: sums for account, *sums in session.execute(query)}
    for role, title in chart().accounts.items():
        if role.value in found:
            opening, debit, credit = found[role.value]
            sides = (*_sides(opening), debit, -credit, *_sides(opening + debit + credit))
            yield (title.code, Account.coded(role.value).value, title.name, *sides)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, Posting.amount_fen), else_=0))


def _sides(balance: int) -> tuple[int, int]:
    return max(balance, 0), max(-balance, 0)


def _blank(money: Sequence[int]) -> tuple[int | None, ...]:
    """Leave noughts blank, as on paper."""
    return tuple(amount or None for amount in money)
