"""Runs and their lines; the trail of who did what."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core import vocabulary
from jingzhun.core.money import Fen
from jingzhun.store.schema.base import Base, one_of


class Run(Base):
    """One computation of a period's subsidy 批次.

    ``period`` is ``2026-11``, ``2026秋``, …; ``scope`` a school's name or "" for the whole ledger.
    A draft is replaced by recomputation of the same period, pack and scope. An adjustment holds the
    differences to what run ``corrects_id`` posted. ``sealed_count`` and ``sealed_fen`` are the
    lines and their sum as approved. ``pack`` says which packs were in use, ``policy_files`` how
    many policy files of its own the ledger had (``PolicyFile.number``). Triggers keep what is
    approved.
    """

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(
        default=vocabulary.RunKind.REGULAR.value, server_default=vocabulary.RunKind.REGULAR.value
    )
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    period: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    pack: Mapped[str]
    policy_files: Mapped[int] = mapped_column(default=0, server_default="0")
    state: Mapped[str] = mapped_column(default=vocabulary.RunState.DRAFT.value)
    computed_on: Mapped[date]  # "today" of the computation
    notices: Mapped[list[str]]
    actor: Mapped[str]
    os_user: Mapped[str]
    recorded_at: Mapped[datetime]
    sealed_count: Mapped[int | None]
    sealed_fen: Mapped[Fen | None]
    __table_args__ = (
        one_of("state", vocabulary.RunState),
        one_of("kind", vocabulary.RunKind),
        CheckConstraint("(kind = 'adjustment') = (corrects_id IS NOT NULL)", name="corrects"),
        Index(None, "period"),
    )


class RunStep(Base):
    """A run's passage into a state: who, when, on which day, and why. Append-only.

    ``ends_on`` is the last day of the public notice 公示 of a published run.
    """

    __tablename__ = "run_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    state: Mapped[str]
    happened_on: Mapped[date]
    ends_on: Mapped[date | None]
    reason: Mapped[str | None]
    actor: Mapped[str]
    os_user: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (one_of("state", vocabulary.RunState),)


class RunLine(Base):
    """One pupil × scheme × month (× school) of a run 明细.

    ``days`` only for schemes by the day; ``rate_fen`` is per ``Version.unit``. ``beside`` is what a
    scheme gives that pays no money: sets, or the fen that may be borrowed; its ``amount_fen`` is 0.
    ``split_no`` is the place of the version's split by which fund sources share the amount; None
    where no document says who pays.
    Clustered by run, scheme and pupil: inserted in that order it costs nothing to keep sorted.

    A line is **posted** when it has a ``sequence``: 0 is the unit's first, the others correct it.
    The unit is pupil × scheme × month, by the day × school (``unit_school_id``, else 0); no unit
    has two lines of one sequence.
    A correction says why (``cause``), and whether money already paid is to come back
    (``is_receivable``) or less is to be paid.
    """

    __tablename__ = "run_line"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    scheme: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), primary_key=True)
    stage: Mapped[str]
    grade: Mapped[int | None]
    class_no: Mapped[int | None]
    days: Mapped[int | None]
    rate_fen: Mapped[Fen]
    amount_fen: Mapped[Fen]
    version_from: Mapped[date]  # first day of the policy version that set the rate
    beside: Mapped[int | None]
    split_no: Mapped[int | None]
    sequence: Mapped[int | None]
    unit_school_id: Mapped[int | None]
    cause: Mapped[str | None]
    is_receivable: Mapped[bool | None]
    __table_args__ = (
        CheckConstraint("days IS NULL OR days > 0 OR cause IS NOT NULL", name="days"),
        CheckConstraint("amount_fen >= 0 OR cause IS NOT NULL", name="amount"),
        CheckConstraint(
            "(sequence IS NULL) = (unit_school_id IS NULL)"
            " AND unit_school_id = CASE WHEN days IS NULL THEN 0 ELSE school_id END",
            name="unit",
        ),
        {"sqlite_with_rowid": False},
    )


_IS_POSTED = RunLine.sequence.is_not(None)
# The pupil first, so that a pupil's aid is found at once.
Index(
    "uq_run_line_posted",
    RunLine.person_id,
    RunLine.month,
    RunLine.scheme,
    RunLine.unit_school_id,
    RunLine.sequence,
    unique=True,
    sqlite_where=_IS_POSTED,
)


class StaffLine(Base):
    """One member of staff × scheme × month of a run: what is paid to teachers, not to pupils."""

    __tablename__ = "staff_line"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    scheme: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    rate_fen: Mapped[Fen]
    amount_fen: Mapped[Fen]
    version_from: Mapped[date]
    split_no: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        {"sqlite_with_rowid": False},
    )


class Trail(Base):
    """Who did what when: the actor named, the system's user, the true clock, the words typed."""

    __tablename__ = "trail"
    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    actor: Mapped[str]
    os_user: Mapped[str]
    command: Mapped[str]
    detail: Mapped[dict[str, Any]]
