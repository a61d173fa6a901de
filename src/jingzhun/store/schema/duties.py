"""Registers of what is done for households that are helped 帮扶台账.

Who did it is as written (``helper``, may name several) and is looked up among the staff when it is
asked (``store.helpers``), so that it does not matter which list came first.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core import duties
from jingzhun.core.money import Fen
from jingzhun.store.schema.base import one_of
from jingzhun.store.schema.registers import Entry


class Contribution(Entry):
    """What was given to a household 帮扶投入: money, goods, a project, skills.

    ``amount_fen`` None: nothing that money measures, or nobody said what it is worth.
    """

    __tablename__ = "contribution"
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    given_on: Mapped[date]
    help_way: Mapped[str]
    amount_fen: Mapped[Fen | None]
    content: Mapped[str | None]
    helper: Mapped[str | None]
    helper_unit: Mapped[str | None]
    remark: Mapped[str | None]
    __table_args__ = (
        one_of("help_way", duties.HelpWay),
        CheckConstraint("amount_fen > 0", name="amount"),
    )


class HouseholdPlan(Entry):
    """A measure of the plan for a household and calendar year 帮扶计划."""

    __tablename__ = "household_plan"
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    year: Mapped[int]
    help_way: Mapped[str]
    content: Mapped[str | None]
    goal: Mapped[str | None]
    plan_state: Mapped[str | None]  # None: planned
    done_on: Mapped[date | None]
    helper: Mapped[str | None]
    helper_unit: Mapped[str | None]
    remark: Mapped[str | None]
    __table_args__ = (
        one_of("help_way", duties.HelpWay),
        one_of("plan_state", duties.PlanState),
    )


class ChecklistItem(Entry):
    """What a check of 两不愁三保障 found of one assurance of a household on a day."""

    __tablename__ = "checklist_item"
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    checked_on: Mapped[date]
    assurance: Mapped[str]
    fulfilment: Mapped[str]
    note: Mapped[str | None]
    checker: Mapped[str | None]
    remark: Mapped[str | None]
    __table_args__ = (
        one_of("assurance", duties.Assurance),
        one_of("fulfilment", duties.Fulfilment),
    )


class HouseholdIncome(Entry):
    """What a household earned in a calendar year 家庭收入, whole or by the head."""

    __tablename__ = "household_income"
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    year: Mapped[int]
    income_fen: Mapped[Fen | None]
    members: Mapped[int | None]
    per_head_fen: Mapped[Fen | None]
    wages_fen: Mapped[Fen | None]  # 工资性收入
    business_fen: Mapped[Fen | None]  # 经营性收入
    property_fen: Mapped[Fen | None]  # 财产性收入
    transfers_fen: Mapped[Fen | None]  # 转移性收入
    remark: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("income_fen IS NOT NULL OR per_head_fen IS NOT NULL", name="told"),
        CheckConstraint("members > 0", name="members"),
    )
