"""Which policy holds: packs in use, and the policy files that a ledger keeps as its own."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.store.schema.base import Base


class PolicyUse(Base):
    """Which pack of schemes holds from which month on; no row: ``plan``."""

    __tablename__ = "policy_use"
    from_month: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[datetime]


class PolicyFile(Base):
    """A policy file that the ledger keeps as its own, from a month on; never changed.

    ``key`` is a scheme's, or ``facts``; ``text`` the file's own words, None where it ends and only
    the pack is left to speak. In a month, the latest ``from_month`` that has come holds; of several
    with the same month, the newest. ``number`` counts adoptions, so that a run need only remember
    how many there were.
    """

    __tablename__ = "policy_file"
    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    from_month: Mapped[int]
    file_name: Mapped[str]
    text: Mapped[str | None]
    actor: Mapped[str]
    os_user: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("from_month BETWEEN 199001 AND 210012", name="from_month"),)
