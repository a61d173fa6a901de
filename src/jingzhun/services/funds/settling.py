"""Settle lines of a payment batch: book what was paid, keep owed what was not.

A payment clears what is owed by the fund sources of the run lines that it pays; one returned
afterwards (退票) restores it. Where a purpose has received too little, paying is refused, or what
is missing is advanced (垫付) by the school.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    Update,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session

from jingzhun.core.journal import Entry, Posting, moved
from jingzhun.core.money import Fen, allocate, format_yuan
from jingzhun.core.vocabulary import Account, Delivery, EntryKind, LineState, RunState
from jingzhun.errors import JingzhunError
from jingzhun.services.books.funding import cover_advances, shortfall
from jingzhun.services.books.journal import post
from jingzhun.services.books.purposes import purpose_titles
from jingzhun.services.books.shares import parts_of
from jingzhun.services.hand import Hand
from jingzhun.services.subsidy.approval import CREDITED
from jingzhun.services.subsidy.steps import take
from jingzhun.store.bulk import insert_rows
from jingzhun.store.owed import is_in, of_run, owed_by, owing
from jingzhun.store.schema import Batch, BatchLine, Recovery, Run, RunLine

_COLUMNS = ("number", "state", "reason", "settled_on", "was")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a line: paid, or failed (``was`` paid: returned after all)."""

    number: int
    state: LineState
    day: date
    reason: str | None
    was: LineState


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """Whether what a purpose lacks is advanced; the document that shows the payment."""

    is_advance: bool = False
    document: str | None = None


def settle(
    session: Session, batch: Batch, results: Sequence[Result], hand: Hand, how: How
) -> list[int]:
    """Book the results of lines of one batch; give the journal entries.

    ``results`` fit the batch and change something, each line once.

    Raises:
        JingzhunError: ``pay_short`` — the purpose has too little money; ``year_closed``.
    """
    staged = _stage(session, results)
    booking = _Booking(session, batch, staged, hand, how)
    try:
        booking.demand_money()
        entries = [
            entry for day in sorted({result.day for result in results}) for entry in booking.on(day)
        ]
        session.execute(_apply(batch, staged))
    finally:
        staged.drop(session.connection())
    move_run(session, batch.run_id, hand, today=max(result.day for result in results))
    session.expire_all()
    return entries


def _stage(session: Session, results: Sequence[Result]) -> Table:
    table = Table(
        "settling",
        MetaData(),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("state", String),
        Column("reason", String),
        Column("settled_on", Date),
        Column("was", String),
        prefixes=["TEMPORARY"],
    )
    connection = session.connection()
    table.create(connection)
    rows = [
        (each.number, each.state.value, each.reason, each.day.isoformat(), each.was.value)
        for each in results
    ]
    insert_rows(connection, table, _COLUMNS, rows)
    return table


def _apply(batch: Batch, staged: Table) -> Update:
    def said(name: str) -> Any:
        return select(staged.c[name]).where(staged.c.number == BatchLine.number).scalar_subquery()

    return (
        update(BatchLine)
        .where(BatchLine.batch_id == batch.id, BatchLine.number.in_(select(staged.c.number)))
        .values({name: said(name) for name in ("state", "reason", "settled_on")})
        .execution_options(synchronize_session=False)
    )


class _Booking:
    """The entries that the staged results of one batch make."""

    def __init__(self, session: Session, batch: Batch, staged: Table, hand: Hand, how: How) -> None:
        self._session = session
        self._batch = batch
        self._staged = staged
        self._hand = hand
        self._how = how
        self._owed = CREDITED[Delivery.coded(batch.delivery)]
        run = session.get_one(Run, batch.run_id)
        title = purpose_titles(session).get(batch.scheme, batch.scheme)
        self._words = f"第 {batch.id} 号发放批次　{run.period}{title}"

    def demand_money(self) -> None:
        """Refuse to pay what was not received, unless it is advanced.

        Raises:
            JingzhunError: ``pay_short``.
        """
        paid = select(self._staged.c.number).where(self._staged.c.state == LineState.PAID.value)
        total = self._session.scalar(
            select(func.coalesce(func.sum(BatchLine.amount_fen), 0)).where(
                BatchLine.batch_id == self._batch.id, BatchLine.number.in_(paid)
            )
        )
        lacking = self._lacking(Fen(total or 0))
        if lacking and not self._how.is_advance:
            raise JingzhunError(
                "pay_short",
                f"{self._words}要付 {format_yuan(Fen(total or 0))} 元，"
                f"专款还差 {format_yuan(lacking)} 元。",
                "请先用 jingzhun fund receive 登记到账的资金；由学校先垫的，加 --advance。",
            )

    def _lacking(self, total: Fen) -> Fen:
        return shortfall(self._session, {self._batch.scheme: total}).get(self._batch.scheme, Fen(0))

    def on(self, day: date) -> Iterator[int]:
        """Book what was paid and what came back on a day; give the entries."""
        paid = self._parts(day, state=LineState.PAID)
        returned = self._parts(day, state=LineState.FAILED, was=LineState.PAID)
        if paid:
            yield from self._post(EntryKind.PAYMENT, day, f"发放{self._words}", self._pay(paid))
        if returned:
            back = [
                posting
                for source, fen in returned.items()
                for posting in self._moved(fen, Account.BANK, self._owed, source)
            ]
            yield from self._post(EntryKind.RETURN, day, f"退票{self._words}", back)
            cover = cover_advances(self._session, self._batch.scheme, self._hand, today=day)
            yield from () if cover is None else (cover,)

    def _post(
        self, kind: EntryKind, day: date, words: str, postings: Sequence[Posting]
    ) -> Iterator[int]:
        entry = Entry(
            kind=kind, happened_on=day, words=words, postings=postings,
            document=self._how.document, run_id=self._batch.run_id, batch_id=self._batch.id,
        )  # fmt: skip
        number = post(self._session, entry, self._hand)
        assert number is not None  # noqa: S101 - lines are of more than nothing
        yield number

    def _parts(self, day: date, **said: LineState) -> Mapping[str, Fen]:
        """Give by fund source what the lines with this result on a day come to."""
        staged = self._staged
        batch_id, scheme = self._batch.id, self._batch.scheme
        mine = (
            BatchLine.batch_id == batch_id,
            staged.c.number == BatchLine.number,
            staged.c.settled_on == day,
            *(staged.c[name] == state.value for name, state in said.items()),
        )
        by_card = self._batch.delivery == Delivery.CARD
        who, key = (
            (BatchLine.person_id, RunLine.person_id)
            if by_card
            else (BatchLine.school_id, RunLine.school_id)
        )
        paid_for = key.in_(select(who).where(*mine))
        parts = parts_of(
            self._session, owing(self._batch.run_id), RunLine.scheme == scheme, paid_for
        )
        promised = self._session.scalar(select(func.sum(BatchLine.amount_fen)).where(*mine)) or 0
        # An adjustment leaves alone what is in a line of a batch (``mark_receivable``).
        assert sum(parts.values()) == promised, self._words  # noqa: S101 - ours
        return {part.source: fen for part, fen in parts.items()}

    def _pay(self, parts: Mapping[str, Fen]) -> list[Posting]:
        """Pay out of the bank, and of an advance what the bank lacks."""
        lacking = self._lacking(Fen(sum(parts.values())))
        # A correction under other shares may leave a source with less than nothing.
        advanced = allocate(lacking, {source: max(fen, 0) for source, fen in parts.items()})
        return [
            posting
            for source, fen in parts.items()
            for posting in (
                *self._moved(Fen(fen - advanced[source]), self._owed, Account.BANK, source),
                *self._moved(advanced[source], self._owed, Account.ADVANCE, source),
            )
        ]

    def _moved(
        self, fen: Fen, debit: Account, credit: Account, source: str
    ) -> tuple[Posting, Posting]:
        return moved(fen, debit=debit, credit=credit, source=source, purpose=self._batch.scheme)


def move_run(
    session: Session, run_id: int, hand: Hand, *, today: date, why: str = "银行退票，仍要发放"
) -> None:
    """Let a run be paid when nothing is left to pay or to come back, else approved again."""
    run = session.get_one(Run, run_id)
    session.refresh(run)
    is_paid = not _is_anything_owed(session, run_id)
    if is_paid and run.state == RunState.APPROVED:
        take(session, run, RunState.PAID, hand, today=today)
    elif not is_paid and run.state == RunState.PAID:
        take(session, run, RunState.APPROVED, hand, today=today, reason=why)


def _is_anything_owed(session: Session, run_id: int) -> bool:
    """Say whether anything of a run is under way, not sent yet, or claimed back and not in."""
    pending = exists().where(of_run(run_id), BatchLine.state == LineState.PENDING)
    claimed = select(func.sum(RunLine.amount_fen)).where(
        RunLine.run_id == run_id, RunLine.sequence.is_not(None), RunLine.is_receivable.is_(True)
    )
    came_in = select(func.sum(Recovery.amount_fen)).where(Recovery.run_id == run_id, is_in())
    if session.scalar(select(pending)):
        return True
    if (session.scalar(claimed) or 0) + (session.scalar(came_in) or 0):
        return True
    keys = {Delivery.CARD: RunLine.person_id, Delivery.IN_KIND: RunLine.school_id}
    schemes = {(part.scheme, part.delivery) for part in parts_of(session, owing(run_id))}
    return any(
        session.execute(owed_by(run_id, scheme, keys[delivery]).limit(1)).first() is not None
        for scheme, delivery in sorted(schemes)
        if delivery in keys
    )
