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


class PayeeAccount(Entry):
    """Where a pupil's money is to go from a day on, as a list of accounts says.

    One said at the desk (``by_hand``) stands above whatever lists name, until another is said.
    """

    __tablename__ = "payee_account"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    known_on: Mapped[date]
    by_hand: Mapped[bool]
    account: Mapped[str]
    bank: Mapped[str | None]
    payee: Mapped[str | None]  # whose account it is; None: the pupil's own
    payee_relation: Mapped[str | None]


class Donation(Entry):
    """A gift of money or goods; ``value_fen`` is what the goods are worth."""

    __tablename__ = "donation"
    donor: Mapped[str]  # 匿名 for whoever is not named
    donated_on: Mapped[date | None]
    amount_fen: Mapped[Fen | None]
    goods: Mapped[str | None]
    quantity_milli: Mapped[int | None]
    measure: Mapped[str | None]
    unit_price_fen: Mapped[Fen | None]
    value_fen: Mapped[Fen | None]
    receiver: Mapped[str | None]
    purpose: Mapped[str | None]
    receipt_no: Mapped[str | None]
    handler: Mapped[str | None]
    remark: Mapped[str | None]
    __table_args__ = (CheckConstraint("amount_fen >= 0 AND value_fen >= 0", name="amounts"),)


class FacilityProject(Entry):
    """A work or a piece of equipment that improves a school 改善办学条件."""

    __tablename__ = "facility_project"
    year: Mapped[int]
    school: Mapped[str | None]  # as written: it need not be a school of the ledger
    section: Mapped[str | None]
    item: Mapped[str]
    model: Mapped[str | None]
    works_kind: Mapped[str | None]  # 新建, 改建, 扩建, 维修
    quantity_milli: Mapped[int | None]
    measure: Mapped[str | None]
    unit_price_fen: Mapped[Fen | None]
    amount_fen: Mapped[Fen | None]
    planned_fen: Mapped[Fen | None]
    own_funds_fen: Mapped[Fen | None]
    gap_funds_fen: Mapped[Fen | None]
    area_milli: Mapped[int | None]
    beneficiaries: Mapped[int | None]
    funding_source: Mapped[str | None]
    bought_on: Mapped[date | None]
    works_started_on: Mapped[date | None]
    works_finished_on: Mapped[date | None]
    accepted: Mapped[str | None]
    works_state: Mapped[str | None]
    remark: Mapped[str | None]
    __table_args__ = (CheckConstraint("amount_fen >= 0 AND planned_fen >= 0", name="amounts"),)


class KindergartenActivity(Entry):
    """What a pair of kindergartens did together, from the first day to the last, both included."""

    __tablename__ = "kindergarten_activity"
    started_on: Mapped[date]
    ended_on: Mapped[date]
    helping_school: Mapped[str | None]
    helped_school: Mapped[str | None]
    form: Mapped[str | None]  # 教学观摩, 送教下乡 …; several joined with 、
    theme: Mapped[str | None]
    speaker: Mapped[str | None]
    participants: Mapped[str | None]
    people: Mapped[int | None]
    hours_milli: Mapped[int | None]
    place: Mapped[str | None]
    goods: Mapped[str | None]
    remark: Mapped[str | None]
    __table_args__ = (CheckConstraint("ended_on >= started_on", name="days"),)
