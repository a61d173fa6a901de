"""Policy in use, runs and their lines; the trail of who did what."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core import vocabulary
from jingzhun.core.money import Fen
from jingzhun.store.schema.base import Base, one_of


class PolicyUse(Base):
    """Which pack of schemes holds from which month on; no row: ``plan``."""

    __tablename__ = "policy_use"
    from_month: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[datetime]


class Run(Base):
    """One computation of a period's subsidy 批次.

    ``period`` is ``2026-11``, ``2026秋``, …; ``scope`` a school's name or "" for the whole ledger.
    A draft is replaced by recomputation of the same period, pack and scope.
    """

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    pack: Mapped[str]
    state: Mapped[str] = mapped_column(default=vocabulary.RunState.DRAFT.value)
    computed_on: Mapped[date]  # "today" of the computation
    notices: Mapped[list[str]]
    actor: Mapped[str]
    os_user: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (one_of("state", vocabulary.RunState), Index(None, "period"))


class RunLine(Base):
    """One pupil × scheme × month (× school) of a run 明细.

    ``days`` only for schemes by the day; ``rate_fen`` is per ``Version.unit``. Clustered by run,
    scheme and pupil: inserted in that order it costs nothing to keep sorted.
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
    __table_args__ = (
        CheckConstraint("days IS NULL OR days > 0", name="days"),
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
