"""Spellings of headers and cells that a county taught its ledger."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.store.schema.base import Base


class TaughtSpelling(Base):
    """One spelling: see ``rosters.kinds.Spelling``; ``kind`` "" means every kind."""

    __tablename__ = "spelling"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="")
    field: Mapped[str]
    said: Mapped[str]  # as it was taught; compared normalised
    read_as: Mapped[str] = mapped_column(default="")  # "": said is a header
    actor: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("kind", "field", "said"),)
