"""Cases 一人一案: a child to be brought back, and every step taken for it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core import vocabulary
from jingzhun.store.schema.base import Base, one_of


class DropoutCase(Base):
    """The case of one child; one that is lost again has the same case reopened.

    ``kind`` and ``since`` say why it was opened and from which day the child counts as gone;
    ``begun_on`` is the day from which its steps are due, ``watched_from`` that of its return.
    ``is_told_by_hand``: somebody says that the child is gone, and no list has said so yet.
    """

    __tablename__ = "dropout_case"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str]
    since: Mapped[date]
    state: Mapped[str]
    begun_on: Mapped[date]
    watched_from: Mapped[date | None]
    keeper: Mapped[str | None]  # 包保责任人
    is_told_by_hand: Mapped[bool]
    __table_args__ = (
        one_of("kind", vocabulary.DropoutKind),
        one_of("state", vocabulary.CaseState),
        Index(None, "state"),
    )


class CaseStep(Base):
    """One step of a case: what was done by whom, when, with what result. Append-only."""

    __tablename__ = "case_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("dropout_case.id"), index=True)
    action: Mapped[str]
    done_on: Mapped[date]
    done_by: Mapped[str | None]  # who went, where it is not who entered it
    words: Mapped[str | None]  # result or reason
    actor: Mapped[str]
    os_user: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (one_of("action", vocabulary.CaseAction),)
