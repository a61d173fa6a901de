"""Payment batches: an envelope that promises a count and a sum, and the lines sent under it.

Promised = pending + paid + failed, in lines and in fen, always. A pupil's money of one run and
scheme is in at most one line that is pending or paid. A line's person and amount never change, only
what became of it. Beside them, what came back of money that should not have been paid.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core import vocabulary
from jingzhun.core.money import Fen
from jingzhun.store.schema.base import Base, one_of


class Batch(Base):
    """One payment 发放批次 of a run's scheme, to cards or (in kind) to a supplier."""

    __tablename__ = "batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    scheme: Mapped[str]
    delivery: Mapped[str]
    follows_id: Mapped[int | None] = mapped_column(
        ForeignKey("batch.id")
    )  # whose failures it sends
    promised_count: Mapped[int]
    promised_fen: Mapped[Fen]
    made_on: Mapped[date]
    actor: Mapped[str]
    os_user: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (
        one_of("delivery", vocabulary.Delivery),
        UniqueConstraint("id", "delivery"),
    )


class BatchLine(Base):
    """One payment: to a pupil's card, or for a school's meals to the supplier.

    Only batches by card have persons: nobody's account ever gets money that is given in kind.
    """

    __tablename__ = "batch_line"
    batch_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    delivery: Mapped[str]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    scheme: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    payee: Mapped[str]
    account_no: Mapped[str | None]
    bank: Mapped[str | None]
    amount_fen: Mapped[Fen]
    state: Mapped[str] = mapped_column(default=vocabulary.LineState.PENDING.value)
    reason: Mapped[str | None]
    settled_on: Mapped[date | None]
    __table_args__ = (
        ForeignKeyConstraint(["batch_id", "delivery"], ["batch.id", "batch.delivery"]),
        one_of("state", vocabulary.LineState),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("(delivery = 'card') = (person_id IS NOT NULL)", name="payee"),
        CheckConstraint("(delivery = 'in_kind') = (school_id IS NOT NULL)", name="supplied"),
        CheckConstraint("delivery <> 'waiver'", name="delivery"),
        CheckConstraint("(state = 'pending') = (settled_on IS NULL)", name="settled"),
        {"sqlite_with_rowid": False},
    )


class Recovery(Base):
    """A part of what adjustment ``run_id`` claimed back that has come in, from one fund source.

    A pupil's family gives it back, or (in kind, by school) the supplier.
    """

    __tablename__ = "recovery"
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    scheme: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    source: Mapped[str]
    amount_fen: Mapped[Fen]
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        CheckConstraint("(person_id IS NULL) <> (school_id IS NULL)", name="debtor"),
        {"sqlite_with_rowid": False},
    )


_IS_LIVE = BatchLine.state.in_(["pending", "paid"])
for _column in (BatchLine.person_id, BatchLine.school_id):
    Index(
        f"uq_batch_line_live_{_column.key}",
        BatchLine.run_id,
        BatchLine.scheme,
        _column,
        unique=True,
        sqlite_where=_IS_LIVE,
    )
