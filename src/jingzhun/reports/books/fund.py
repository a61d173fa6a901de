"""``report fund``: what each purpose received, committed, paid and has left, source by source.

JSON::

    {"since", "as_of",
     "purposes": [{"purpose", "title", "source", "carried_fen", "received_fen", "committed_fen",
        "paid_fen", "left_fen", "payable_fen", "bank_fen", "advance_fen", "receivable_fen",
        "owed_fen"}],
     "sources": [the same without purpose and title],
     "deliveries": [{"delivery", "committed_fen", "paid_fen", "payable_fen"}]}

Each purpose has a row of all its sources (``source`` null), then one for each. ``received_fen``
holds what the old books handed over; ``committed_fen`` is what was approved, less what is to come
back (``receivable_fen`` of it has not); ``owed_fen`` is what a source has to give by its share and
has not given. Received, committed and paid are those since ``since``, ``carried_fen`` what was left
before it (without ``since`` all, and nothing). Always ``left = carried + received − committed``,
and ``left = bank + receivable − payable − advance − waived``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from jingzhun.core.journal import NO_PURPOSE, NO_SOURCE
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.page import Page
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.vocabulary import Account, Delivery, EntryKind
from jingzhun.errors import LedgerError
from jingzhun.policies.accounts import chart
from jingzhun.policies.packs import scheme_titles
from jingzhun.reports import ReportOptions
from jingzhun.store.policy_files import files_ever
from jingzhun.store.schema import JournalEntry, Posting

_CARRIED = Column(key="carried_fen", title="期初结余", kind=ColumnKind.MONEY)
_MONEY = (
    _CARRIED,
    Column(key="received_fen", title="收到", kind=ColumnKind.MONEY),
    Column(key="committed_fen", title="批准", kind=ColumnKind.MONEY),
    Column(key="paid_fen", title="发放", kind=ColumnKind.MONEY),
    Column(key="left_fen", title="结余", kind=ColumnKind.MONEY),
    Column(key="payable_fen", title="应发未发", kind=ColumnKind.MONEY),
    Column(key="bank_fen", title="账上余额", kind=ColumnKind.MONEY),
    Column(key="advance_fen", title="未归还垫付", kind=ColumnKind.MONEY),
    Column(key="receivable_fen", title="待追回", kind=ColumnKind.MONEY),
    Column(key="owed_fen", title="未到位", kind=ColumnKind.MONEY),
)
_SOURCES = (Column(key="source", title="资金来源"), *_MONEY)
_PURPOSES = (Column(key="purpose", title="代号"), Column(key="title", title="用途"), *_SOURCES)
_DELIVERIES = (
    Column(key="delivery", title="方式", kind=ColumnKind.LABEL),
    Column(key="committed_fen", title="批准", kind=ColumnKind.MONEY),
    Column(key="paid_fen", title="发放", kind=ColumnKind.MONEY),
    Column(key="payable_fen", title="应发未发", kind=ColumnKind.MONEY),
)
_ALL = "各来源合计"
_OWED = (Account.PAYABLE, Account.SUPPLIER)
#: What a receipt or the old books credit; fees that were waived brought no money.
_GIVEN = (Account.APPROPRIATION, Account.DONATION, Account.SCHOOL_FUNDS, Account.SURPLUS)
_PAYING = (EntryKind.PAYMENT, EntryKind.RETURN)

Tally = Mapping[tuple[Account, EntryKind], int]
Key = tuple[str, str]  # purpose, source


@dataclass(frozen=True, slots=True)
class Sums:
    """The money of a row, in the order of its columns."""

    carried: int = 0
    received: int = 0
    committed: int = 0
    paid: int = 0
    left: int = 0
    payable: int = 0
    bank: int = 0
    advance: int = 0
    receivable: int = 0
    owed: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A purpose's row: of one source, or (None) of all."""

    purpose: str
    title: str
    source: str | None
    sums: Sums


def fund_page(session: Session, options: ReportOptions) -> Page:
    """Give the fund's report as of a day, with what moved since another.

    Raises:
        LedgerError: ``ledger_unbalanced`` — somebody changed the ledger by other means.
    """
    tallies = _tallies(session, JournalEntry.happened_on <= options.as_of)
    before: Mapping[Key, Tally] = {}
    if options.since is not None:
        before = _tallies(session, JournalEntry.happened_on < options.since)
    sums = _with_owed(
        {key: _since(_sums(before.get(key, {})), _sums(tally)) for key, tally in tallies.items()}
    )
    rows = list(_by_purpose(sums, scheme_titles(files_ever(session))))
    sources = {
        source: _added(part for key, part in sums.items() if key[1] == source)
        for source in sorted({source for _, source in sums}, key=_source_order)
    }
    since = options.since and options.since.isoformat()
    days = f"{since} 至 {options.as_of}" if since else f"截至 {options.as_of}"
    return Page(
        title="资助资金收支情况",
        facts={"since": since, "as_of": options.as_of.isoformat()},
        tables=[
            Table(
                key="purposes",
                heading="",
                columns=_PURPOSES,
                rows=[(row.purpose, row.title, row.source, *astuple(row.sums)) for row in rows],
                shown_in=PROGRAMS,
            ),
            Table(
                key="sources",
                heading="",
                columns=_SOURCES,
                rows=[(source, *astuple(part)) for source, part in sources.items()],
                shown_in=PROGRAMS,
            ),
            *_pages(rows, sources, days, with_carried=since is not None),
            _deliveries(_difference(tallies, before), _difference(tallies, {})),
        ],
    )


# --- asking the journal -------------------------------------------------------------------------


def _tallies(session: Session, where: ColumnElement[bool]) -> dict[Key, Tally]:
    """Sum the journal by account and kind of entry, for each purpose and source."""
    keys = (Posting.purpose, Posting.source, Posting.account, JournalEntry.kind)
    query = (
        select(*keys, func.sum(Posting.amount_fen))
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(where)
        .group_by(*keys)
        .order_by(*keys)
    )
    tallies: dict[Key, dict[tuple[Account, EntryKind], int]] = defaultdict(dict)
    for purpose, source, account, kind, amount in session.execute(query):
        tallies[purpose, source][Account.coded(account), EntryKind.coded(kind)] = amount
    return dict(tallies)


def _sums(tally: Tally) -> Sums:
    """Add up one purpose and source.

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
    return Sums(0, received, committed, paid, left, payable, bank, advance, receivable)


def _of(tally: Tally, *accounts: Account) -> int:
    return sum(amount for (account, _), amount in tally.items() if account in accounts)


def _since(before: Sums, now: Sums) -> Sums:
    """Give what moved since, beside what is now."""
    return replace(
        now,
        carried=before.left,
        received=now.received - before.received,
        committed=now.committed - before.committed,
        paid=now.paid - before.paid,
    )


def _with_owed(sums: Mapping[Key, Sums]) -> dict[Key, Sums]:
    """Add what each source has to give by its share and has not given.

    What province and county gave beyond shares of their own counts towards that of 地方.
    """
    spare: Counter[Key] = Counter()
    for (purpose, source), money in sums.items():
        spare[purpose, chart().part_of.get(source, source)] += max(money.left, 0)
    return {
        key: replace(money, owed=max(-money.left - spare[key], 0) if key[1] else 0)
        for key, money in sums.items()
    }


def _added(parts: Iterable[Sums]) -> Sums:
    return Sums(*map(sum, zip(*map(astuple, parts), strict=True)))


# --- laying it out ------------------------------------------------------------------------------


def _by_purpose(sums: Mapping[Key, Sums], titles: Mapping[str, str]) -> Iterator[Row]:
    """Give for each purpose a row of all its sources, then one for each."""
    for purpose in dict.fromkeys(purpose for purpose, _ in sums):
        title = titles.get(purpose, purpose) or NO_PURPOSE
        sources = sorted((key[1] for key in sums if key[0] == purpose), key=_source_order)
        yield Row(purpose, title, None, _added(sums[purpose, source] for source in sources))
        for source in sources:
            yield Row(purpose, title, source, sums[purpose, source])


def _source_order(source: str) -> tuple[int, str]:
    """Order sources as the chart of accounts names them; others and none come last."""
    known = list(chart().sources)
    return (known.index(source) if source in known else len(known) + (not source), source)


def _pages(
    rows: Sequence[Row], sources: Mapping[str, Sums], days: str, *, with_carried: bool
) -> Iterator[Table]:
    """Give the tables for people; a purpose of one source has one row."""
    columns = [column for column in _SOURCES if with_carried or column is not _CARRIED]

    def money(sums: Sums) -> tuple[int, ...]:
        return astuple(sums) if with_carried else astuple(sums)[1:]

    count = Counter(row.purpose for row in rows)
    whole = money(_added(sources.values()))
    yield Table(
        key="by_purpose",
        heading=f"按用途和来源　{days}　单位：元",
        columns=(_PURPOSES[1], *columns),
        rows=[
            (
                row.title if row.source is None or count[row.purpose] == 2 else None,
                _ALL if row.source is None else row.source or NO_SOURCE,
                *money(row.sums),
            )
            for row in rows
            if row.source is not None or count[row.purpose] > 2
        ],
        total=(None, None, *whole),
        in_capitals=False,
        notes=list(_notes(rows)),
        shown_in=PEOPLE,
    )
    yield Table(
        key="by_source",
        heading="按资金来源",
        columns=columns,
        rows=[(source or NO_SOURCE, *money(part)) for source, part in sources.items()],
        total=(None, *whole),
        in_capitals=False,
        shown_in=PEOPLE,
    )


def _notes(rows: Sequence[Row]) -> Iterator[str]:
    """Say in words what somebody must act on."""
    if any(row.source == "" for row in rows):
        yield f"{NO_SOURCE}：政策文件没有规定由谁分担；够不够发，看一个用途各来源的合计。"
    for row in rows:
        title, sums = row.title, row.sums
        if row.source is None:
            if sums.left < 0:
                yield f"{title}：批准的比收到的多 {format_yuan(Fen(-sums.left))} 元。"
            if sums.advance:
                yield f"{title}：垫付 {format_yuan(Fen(sums.advance))} 元还没有归还。"
            if sums.receivable:
                yield f"{title}：还有 {format_yuan(Fen(sums.receivable))} 元没有追回。"
        elif sums.owed:
            yield f"{title}：{row.source}应分担的还差 {format_yuan(Fen(sums.owed))} 元没有到位。"


def _difference(tallies: Mapping[Key, Tally], before: Mapping[Key, Tally]) -> Tally:
    """Add up what all purposes and sources moved since ``before``."""
    whole: dict[tuple[Account, EntryKind], int] = defaultdict(int)
    for sign, each in ((1, tallies), (-1, before)):
        for tally in each.values():
            for key, amount in tally.items():
                whole[key] += sign * amount
    return whole


def _deliveries(moved: Tally, now: Tally) -> Table:
    """Set what is paid by card against what is given in kind and what is waived."""
    rows: list[tuple[Any, ...]] = []
    for delivery, account in (
        (Delivery.CARD, Account.PAYABLE),
        (Delivery.IN_KIND, Account.SUPPLIER),
    ):
        paid = sum(moved.get((account, kind), 0) for kind in _PAYING)
        approved = -moved.get((account, EntryKind.APPROVAL), 0)
        rows.append((delivery, approved, paid, -_of(now, account)))
    waived = -moved.get((Account.FEES, EntryKind.APPROVAL), 0)
    rows.append((Delivery.WAIVER, waived, None, None))
    claimed = moved.get((Account.RECEIVABLE, EntryKind.APPROVAL), 0)
    note = f"另有已经发放、后来批准追回的 {format_yuan(Fen(claimed))} 元，已从批准数中减去。"
    return Table(
        key="deliveries",
        heading="打卡、实物和减免",
        columns=_DELIVERIES,
        rows=rows,
        notes=[note] if claimed else (),
    )
