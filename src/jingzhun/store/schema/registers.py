"""Registers: entries of lists that are neither persons nor dated facts about them.

An entry is known again by its ``identity``: whom it is about and the key that its kind's TOML
names. A later list completes or corrects it, and leaves a :class:`Revision`.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core.money import Fen
from jingzhun.store.schema.base import Base


class Entry(Base):
    """What every entry has; several entries may come of one workbook row."""

    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]


class Aid(Entry):
    """What a pupil was granted, as an aid list says: a project, for a period.

    ``period`` is a month, a term, a school year or a calendar year, as runs name them.
    """

    __tablename__ = "aid"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    project: Mapped[str]
    period: Mapped[str]
    amount_fen: Mapped[Fen | None]  # None: granted, without saying how much
    standard_fen: Mapped[Fen | None]
    approved_on: Mapped[date | None]
    remark: Mapped[str | None]
    __table_args__ = (CheckConstraint("amount_fen >= 0", name="amount"),)


class AidPayment(Entry):
    """What was paid to whom into whose account, as a school's or bank's list says."""

    __tablename__ = "aid_payment"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    project: Mapped[str]
    period: Mapped[str]
    amount_fen: Mapped[Fen]
    days: Mapped[int | None]
    standard_fen: Mapped[Fen | None]
    account: Mapped[str | None] = mapped_column(index=True)
    bank: Mapped[str | None]
    payee: Mapped[str | None]
    payee_relation: Mapped[str | None]
    paid_on: Mapped[date | None]
    pay_way: Mapped[str | None]
    remark: Mapped[str | None]
    __table_args__ = (CheckConstraint("amount_fen >= 0", name="amount"),)
