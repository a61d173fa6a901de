"""The fund journal: balanced entries, final once posted.

An entry is written unposted, its postings follow, then it is flipped to posted: triggers let that
happen only when the postings sum to zero, and let nothing change afterwards. A mistake is reversed
by another entry.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core import vocabulary
from jingzhun.core.money import Fen
from jingzhun.store.schema.base import Base, one_of


class JournalEntry(Base):
    """One entry 分录, with its voucher number 凭证号 (``2026-0001``, counted by calendar year)."""

    __tablename__ = "journal_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_no: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    happened_on: Mapped[date] = mapped_column(index=True)
    words: Mapped[str]  # 摘要
    document: Mapped[str | None]  # number of the budget notice or bank slip
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    is_posted: Mapped[bool]
    actor: Mapped[str]
    os_user: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (one_of("kind", vocabulary.EntryKind),)


class Posting(Base):
    """One line of an entry: debit positive, credit negative.

    ``account`` says what for; its code and name stand in ``policies/accounts.toml``. ``source`` is
    who gave the money ("" where no document says), ``purpose`` the scheme or other use that it is
    bound to ("" not bound).
    """

    __tablename__ = "posting"
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    source: Mapped[str]
    purpose: Mapped[str]
    amount_fen: Mapped[Fen]
    party: Mapped[str | None]  # donor or supplier
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # of a one-to-one gift
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        one_of("account", vocabulary.Account),
        Index(None, "account", "purpose", "source"),
        {"sqlite_with_rowid": False},
    )
