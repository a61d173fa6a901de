"""What the audit trail keeps of what may never change again: what it came to, and a digest of it.

Vouchers, approved runs, payment batches and the contents of imported sheets. To add one: a function
that gives its seals, named in ``SEALS``; who makes one calls :func:`remember`.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, func, select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen
from jingzhun.core.runs import FINAL
from jingzhun.store.schema import (
    Batch,
    BatchLine,
    ImportSheet,
    JournalEntry,
    Posting,
    Run,
    RunLine,
    SheetContent,
    StaffLine,
)

#: Where a session keeps the numbers of what it made, by what that is.
_MADE = "made to be sealed"
_LENGTH = 16

# Named one by one, keys first: a column that a later version adds must not break an old seal.
_RUN_LINE: tuple[Any, ...] = (
    RunLine.scheme, RunLine.person_id, RunLine.month, RunLine.school_id, RunLine.stage,
    RunLine.grade, RunLine.class_no, RunLine.days, RunLine.rate_fen, RunLine.amount_fen,
    RunLine.version_from, RunLine.beside, RunLine.split_no, RunLine.sequence,
    RunLine.unit_school_id, RunLine.cause, RunLine.is_receivable,
)  # fmt: skip
_STAFF_LINE: tuple[Any, ...] = (
    StaffLine.scheme, StaffLine.staff_id, StaffLine.month, StaffLine.school_id,
    StaffLine.rate_fen, StaffLine.amount_fen, StaffLine.version_from, StaffLine.split_no,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What the trail keeps of one thing: its name, two facts that people read, and a digest."""

    number: int
    name: str | int
    facts: tuple[str | int, str | int]
    digest: str

    @property
    def told(self) -> list[Any]:
        """Give it as the trail keeps it."""
        return [self.name, *self.facts, self.digest]


def remember(session: Session, what: str, number: int) -> None:
    """Let the next line of the trail seal what a session made."""
    session.info.setdefault(_MADE, {}).setdefault(what, []).append(number)


def told_in(session: Session) -> dict[str, list[list[Any]]]:
    """Give for a line of the trail the seals of what the session made since the line before."""
    made: Mapping[str, Sequence[int]] = session.info.pop(_MADE, {})
    return {
        what: [seal.told for seal in SEALS[what](session, numbers)]
        for what, numbers in made.items()
    }


def of_vouchers(session: Session, numbers: Sequence[int] | None = None) -> Iterator[Seal]:
    """Give the seals of journal entries: day and sum; of all where no numbers are named."""
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
        yield Seal(
            number=entry.id,
            name=entry.voucher_no,
            facts=(entry.happened_on.isoformat(), Fen(sum(fen for *_, fen, _ in own if fen > 0))),
            digest=hashlib.sha256(repr(said).encode()).hexdigest()[:_LENGTH],
        )


def of_runs(session: Session, numbers: Sequence[int] | None = None) -> Iterator[Seal]:
    """Give the seals of approved runs: how many lines, and their sum."""
    runs = select(
        Run.id, Run.kind, Run.corrects_id, Run.period, Run.scope, Run.pack, Run.policy_files
    ).where(Run.state.in_([state.value for state in FINAL]))
    for run in session.execute(_some(runs, Run.id, numbers)).all():
        lines = [
            select(*columns).where(columns[0].class_.run_id == run.id).order_by(*columns[:4])
            for columns in (_RUN_LINE, _STAFF_LINE)
        ]
        yield _of_lines(session, tuple(run), lines)


def of_batches(session: Session, numbers: Sequence[int] | None = None) -> Iterator[Seal]:
    """Give the seals of payment batches: how many lines, and their sum; not what became of them."""
    batches = select(
        Batch.id, Batch.run_id, Batch.scheme, Batch.delivery, Batch.follows_id, Batch.made_on,
        Batch.actor,
    )  # fmt: skip
    for batch in session.execute(_some(batches, Batch.id, numbers)).all():
        lines = (
            select(
                BatchLine.number, BatchLine.run_id, BatchLine.scheme, BatchLine.person_id,
                BatchLine.school_id, BatchLine.payee, BatchLine.account_no, BatchLine.bank,
                BatchLine.amount_fen,
            )
            .where(BatchLine.batch_id == batch.id)
            .order_by(BatchLine.number)
        )  # fmt: skip
        yield _of_lines(session, tuple(batch), [lines])


def of_sheets(session: Session, numbers: Sequence[int] | None = None) -> Iterator[Seal]:
    """Give the seals of what is kept of sheets: of which import, and how many bytes."""
    columns = (ImportSheet.id, ImportSheet.import_id, SheetContent.content, SheetContent.same_as)
    sheets = select(*columns).join(SheetContent, SheetContent.sheet_id == ImportSheet.id)
    for sheet, import_id, content, same_as in session.execute(
        _some(sheets, ImportSheet.id, numbers)
    ):
        kept = content or b""
        yield Seal(
            number=sheet,
            name=sheet,
            facts=(import_id, len(kept)),
            digest=hashlib.sha256(repr(same_as).encode() + kept).hexdigest()[:_LENGTH],
        )


SEALS: Mapping[str, Callable[[Session, Sequence[int] | None], Iterator[Seal]]] = {
    "vouchers": of_vouchers,
    "runs": of_runs,
    "batches": of_batches,
    "sheets": of_sheets,
}


def _some(query: Any, key: Any, numbers: Sequence[int] | None) -> Any:
    query = query.order_by(key)
    return query if numbers is None else query.where(key.in_(numbers))


def _of_lines(session: Session, head: tuple[Any, ...], queries: Sequence[Any]) -> Seal:
    """Seal a head and its lines; the database makes a text of each, for there may be a million."""
    digest = hashlib.sha256(repr(head).encode())
    count = fen = 0
    for query in queries:
        columns = query.selected_columns
        number, amount = session.execute(
            query.with_only_columns(func.count(), func.sum(columns["amount_fen"])).order_by(None)
        ).one()
        count, fen = count + number, fen + (amount or 0)
        texts = session.connection().execute(
            query.with_only_columns(func.json_array(*columns, type_=String)),
            execution_options={"yield_per": 10_000},
        )
        for some in texts.partitions():
            digest.update("\n".join(text for (text,) in some).encode())
    return Seal(
        number=head[0], name=head[0], facts=(count, Fen(fen)), digest=digest.hexdigest()[:_LENGTH]
    )
