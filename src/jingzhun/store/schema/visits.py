"""Visits to pupils and households, and what a ledger of dropouts says of each child."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core import vocabulary
from jingzhun.store.schema.base import one_of
from jingzhun.store.schema.registers import Entry


class Visit(Entry):
    """One visit to a pupil or to a household 家访、入户、劝返, of one day or several.

    ``visitor`` is as written and may name several; who of the staff they are is looked up when it
    is asked (``store.helpers``).
    """

    __tablename__ = "visit"
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    visited_on: Mapped[date]
    purpose: Mapped[str]
    days: Mapped[int | None]  # from that day on; None: the one day
    visitor: Mapped[str | None]
    visitor_unit: Mapped[str | None]
    visitor_phone: Mapped[str | None]
    way: Mapped[str | None]  # 入户, 电话 …
    result: Mapped[str | None]
    __table_args__ = (
        one_of("purpose", vocabulary.VisitPurpose),
        CheckConstraint("person_id IS NOT NULL OR household_id IS NOT NULL", name="subject"),
        CheckConstraint("days BETWEEN 1 AND 31", name="days"),
    )


class DropoutEntry(Entry):
    """What a ledger of dropouts 控辍保学台账 says of a child; one entry for each child.

    The dropout itself is an event (:class:`StatusChange`), the persuasions are visits.
    """

    __tablename__ = "dropout_entry"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    dropped_on: Mapped[date | None]
    back_on: Mapped[date | None]  # the day on which the child came back
    reason: Mapped[str | None]
    measures: Mapped[str | None]
    dropout_state: Mapped[str | None]  # 目前状态 as written
    placement: Mapped[str | None]  # 安置方式
    keeper: Mapped[str | None]  # 包保责任人
    keeper_unit: Mapped[str | None]
    keeper_phone: Mapped[str | None]
    remark: Mapped[str | None]
