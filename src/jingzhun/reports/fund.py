"""``report fund``: what each purpose received, committed, paid and has left, source by source.

JSON::

    {"as_of",
     "purposes": [{"purpose", "title", "source", "received_fen", "committed_fen", "paid_fen",
        "payable_fen", "left_fen", "bank_fen", "advance_fen", "receivable_fen", "owed_fen"}],
     "sources": [the same without purpose and title],
     "deliveries": [{"delivery", "committed_fen", "paid_fen", "payable_fen"}]}

Each purpose has a row of all its sources (``source`` null), then one for each. ``received_fen``
holds what the old books handed over; ``committed_fen`` is what was approved, less what is to come
back (``receivable_fen`` of it has not); ``owed_fen`` is what a source has to give by its share and
has not given. Always ``left = received − committed``, and
``left = bank + receivable − payable − advance − waived``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.journal import NO_PURPOSE, NO_SOURCE
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Page, Table
from jingzhun.core.vocabulary import Account, Delivery, EntryKind
from jingzhun.errors import LedgerError
from jingzhun.policies.accounts import chart
from jingzhun.policies.packs import scheme_titles
from jingzhun.reports import ReportOptions
from jingzhun.store.policy_files import files_ever
from jingzhun.store.schema import JournalEntry, Posting

_MONEY = (
    Column(key="received_fen", title="收到", kind=ColumnKind.MONEY),
    Column(key="committed_fen", title="已批准", kind=ColumnKind.MONEY),
    Column(key="paid_fen", title="已发放", kind=ColumnKind.MONEY),
    Column(key="payable_fen", title="应发未发", kind=ColumnKind.MONEY),
    Column(key="left_fen", title="结余", kind=ColumnKind.MONEY),
    Column(key="bank_fen", title="账上余额", kind=ColumnKind.MONEY),
    Column(key="advance_fen", title="未归还垫付", kind=ColumnKind.MONEY),
    Column(key="receivable_fen", title="待追回", kind=ColumnKind.MONEY),
    Column(key="owed_fen", title="未到位", kind=ColumnKind.MONEY),
)
_SOURCES = (Column(key="source", title="资金来源"), *_MONEY)
_PURPOSES = (Column(key="purpose", title="代号"), Column(key="title", title="用途"), *_SOURCES)
_DELIVERIES = (
    Column(key="delivery", title="方式", kind=ColumnKind.LABEL),
    Column(key="committed_fen", title="已批准", kind=ColumnKind.MONEY),
    Column(key="paid_fen", title="已发放", kind=ColumnKind.MONEY),
    Column(key="payable_fen", title="应发未发", kind=ColumnKind.MONEY),
)
_ALL = "各来源合计"
_OWED = (Account.PAYABLE, Account.SUPPLIER)
#: What a receipt or the old books credit; fees that were waived brought no money.
_GIVEN = (Account.APPROPRIATION, Account.DONATION, Account.SCHOOL_FUNDS, Account.SURPLUS)


_LEFT = [column.key for column in _MONEY].index("left_fen")
_PAYING = (EntryKind.PAYMENT, EntryKind.RETURN)
Tally = Mapping[tuple[Account, EntryKind], int]
Sums = tuple[int, ...]


def fund_page(session: Session, options: ReportOptions) -> Page:
    """Give the fund's report as of a day.

    Raises:
        LedgerError: ``ledger_unbalanced`` — somebody changed the ledger by other means.
    """
    tallies = _tallies(session, options.as_of)
    titles = scheme_titles(files_ever(session))
    sums = _with_owed({key: _sums(tally) for key, tally in tallies.items()})
    purposes = list(_by_purpose(sums, titles))
    sources = [
        (source, *_added(part for key, part in sums.items() if key[1] == source))
        for source in sorted({source for _, source in sums}, key=_source_order)
    ]
    whole = _added(sums.values())
    rows_of = Counter(purpose for purpose, *_ in purposes)
    people = [
        (
            title if source is None or rows_of[purpose] == 2 else None,
            _ALL if source is None else source or NO_SOURCE,
            *money,
        )
        for purpose, title, source, *money in purposes
        if source is not None or rows_of[purpose] > 2
    ]
    return Page(
        title="资助资金收支情况",
        facts={"as_of": options.as_of.isoformat()},
        tables=[
            Table(key="purposes", heading="", columns=_PURPOSES, rows=purposes, shown_in=PROGRAMS),
            Table(key="sources", heading="", columns=_SOURCES, rows=sources, shown_in=PROGRAMS),
            Table(
                key="by_purpose",
                heading=f"按用途和来源　截至 {options.as_of}　单位：元",
                columns=_PURPOSES[1:],
                rows=people,
                total=(None, None, *whole),
                in_capitals=False,
                notes=list(_notes(purposes)),
                shown_in=PEOPLE,
            ),
            Table(
                key="by_source",
                heading="按资金来源",
                columns=_SOURCES,
                rows=[(source or NO_SOURCE, *money) for source, *money in sources],
                total=(None, *whole),
                in_capitals=False,
                shown_in=PEOPLE,
            ),
            _deliveries(tallies.values()),
        ],
    )


def _tallies(session: Session, on: date) -> dict[tuple[str, str], Tally]:
    """Sum the journal by account and kind of entry, for each purpose and source."""
    keys = (Posting.purpose, Posting.source, Posting.account, JournalEntry.kind)
    query = (
        select(*keys, func.sum(Posting.amount_fen))
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(JournalEntry.happened_on <= on)
        .group_by(*keys)
        .order_by(*keys)
    )
    tallies: dict[tuple[str, str], dict[tuple[Account, EntryKind], int]] = defaultdict(dict)
    for purpose, source, account, kind, amount in session.execute(query):
        tallies[purpose, source][Account.coded(account), EntryKind.coded(kind)] = amount
    return dict(tallies)


def _sums(tally: Tally) -> Sums:
    """Give the sums of one purpose and source, in the order of the columns but for the last.

    Raises:
        LedgerError: ``ledger_unbalanced``.
    """
    opened = {key: amount for key, amount in tally.items() if key[1] is not EntryKind.CLOSING}
    received = -_of(opened, *_GIVEN)
    committed = _of(opened, Account.EXPENSE)
    waived = -_of(opened, Account.FEES)
    payable = -_of(tally, *_OWED)
    bank, receivable = _of(tally, Account.BANK), _of(tally, Account.RECEIVABLE)
    advance = -_of(tally, Account.ADVANCE)
    left = received - committed
    if left != bank + receivable - payable - advance - waived:
        raise LedgerError(
            "ledger_unbalanced",
            "账不平：收到的减去批准的，不等于账上的钱加应收减应付。",
            "账本被别的程序改动过，请用 jingzhun check 查出是哪一张凭证，并用备份恢复。",
        )
    paid = _of({key: amount for key, amount in tally.items() if key[1] in _PAYING}, *_OWED)
    return (received, committed, paid, payable, left, bank, advance, receivable)


def _with_owed(sums: Mapping[tuple[str, str], Sums]) -> dict[tuple[str, str], Sums]:
    """Add what each source has to give by its share and has not given.

    What province and county gave beyond shares of their own counts towards that of 地方.
    """
    spare: Counter[tuple[str, str]] = Counter()
    for (purpose, source), money in sums.items():
        spare[purpose, chart().part_of.get(source, source)] += max(money[_LEFT], 0)
    return {
        key: (*money, max(-money[_LEFT] - spare[key], 0) if key[1] else 0)
        for key, money in sums.items()
    }


def _of(tally: Tally, *accounts: Account) -> int:
    return sum(amount for (account, _), amount in tally.items() if account in accounts)


def _added(parts: Iterable[Sums]) -> Sums:
    return tuple(map(sum, zip(*parts, strict=True))) or (0,) * len(_MONEY)


def _by_purpose(
    sums: Mapping[tuple[str, str], Sums], titles: Mapping[str, str]
) -> Iterator[tuple[Any, ...]]:
    """Give for each purpose a row of all its sources, then one for each of several."""
    for purpose in dict.fromkeys(purpose for purpose, _ in sums):
        title = titles.get(purpose, purpose) or NO_PURPOSE
        sources = sorted((key[1] for key in sums if key[0] == purpose), key=_source_order)
        yield (purpose, title, None, *_added(sums[purpose, source] for source in sources))
        for source in sources:
            yield (purpose, title, source, *sums[purpose, source])


def _source_order(source: str) -> int:
    """Order sources as the chart of accounts names them; none comes last."""
    return list(chart().sources).index(source) if source else len(chart().sources)


def _notes(purposes: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    """Say in words what somebody must act on."""
    if any(source == "" for _, _, source, *_ in purposes):
        yield f"{NO_SOURCE}：政策文件没有规定由谁分担；够不够发，看一个用途各来源的合计。"
    for _, title, source, _, _, _, _, left, _, advance, receivable, owed in purposes:
        if source is None:
            if left < 0:
                yield f"{title}：批准的比收到的多 {format_yuan(Fen(-left))} 元。"
            if advance:
                yield f"{title}：垫付 {format_yuan(Fen(advance))} 元还没有归还。"
            if receivable:
                yield f"{title}：还有 {format_yuan(Fen(receivable))} 元没有追回。"
        elif owed:
            yield f"{title}：{source}应分担的还差 {format_yuan(Fen(owed))} 元没有到位。"


def _deliveries(tallies: Iterable[Tally]) -> Table:
    """Set what is paid by card against what is given in kind and what is waived."""
    whole: dict[tuple[Account, EntryKind], int] = defaultdict(int)
    for tally in tallies:
        for key, amount in tally.items():
            whole[key] += amount
    rows: list[tuple[Any, ...]] = []
    for delivery, account in (
        (Delivery.CARD, Account.PAYABLE),
        (Delivery.IN_KIND, Account.SUPPLIER),
    ):
        paid = sum(whole[account, kind] for kind in _PAYING)
        rows.append((delivery, -whole[account, EntryKind.APPROVAL], paid, -_of(whole, account)))
    waived = -whole[Account.FEES, EntryKind.APPROVAL]
    rows.append((Delivery.WAIVER, waived, None, None))
    claimed = whole[Account.RECEIVABLE, EntryKind.APPROVAL]
    note = f"另有已经发放、后来批准追回的 {format_yuan(Fen(claimed))} 元，已从批准数中减去。"
    return Table(
        key="deliveries",
        heading="打卡、实物和减免",
        columns=_DELIVERIES,
        rows=rows,
        notes=[note] if claimed else (),
    )
