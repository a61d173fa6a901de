"""Who was said to be the same human as whom: questions asked, and what people answered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core import vocabulary
from jingzhun.store.schema.base import Base, one_of


class MatchPair(Base):
    """Two identities of which somebody was asked whether they are one human.

    ``one`` and ``other`` are ``Person.identity`` in ascending order: they outlive the persons' ids,
    so an answer holds for every later list. ``verdict`` None: asked, not answered. Whoever answers
    last stands here; the trail keeps every answer.
    """

    __tablename__ = "match_pair"
    id: Mapped[int] = mapped_column(primary_key=True)
    one: Mapped[str]
    other: Mapped[str]
    verdict: Mapped[str | None]
    why: Mapped[str | None]
    actor: Mapped[str]
    os_user: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (
        one_of("verdict", vocabulary.Verdict),
        CheckConstraint("one < other", name="order"),
        UniqueConstraint("one", "other"),
        Index(None, "other"),
    )
