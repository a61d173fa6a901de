"""Staff sent away, and pairs of kindergartens with what their lists say they reached."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core.secondments import SecondmentKind
from jingzhun.store.schema.base import one_of
from jingzhun.store.schema.registers import Entry


class Secondment(Entry):
    """A member of staff sent away 下派、支教、挂职、培训, from the first day to the last.

    ``due_on`` is the last day as planned, ``ended_on`` as it was. Places are as written.
    """

    __tablename__ = "secondment"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    secondment_kind: Mapped[str]
    seconded_on: Mapped[date]
    due_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    unit: Mapped[str | None]  # who sent them
    to_unit: Mapped[str | None]
    to_place: Mapped[str | None]
    to_post: Mapped[str | None]
    document: Mapped[str | None]  # by which they were sent
    end_reason: Mapped[str | None]
    remark: Mapped[str | None]
    __table_args__ = (
        one_of("secondment_kind", SecondmentKind),
        CheckConstraint("due_on >= seconded_on AND ended_on >= seconded_on", name="days"),
    )


class KindergartenPair(Entry):
    """A kindergarten that helps another 结对园, from the first day to the last."""

    __tablename__ = "kindergarten_pair"
    helping_school: Mapped[str]  # as written: neither need be a school of the ledger
    helped_school: Mapped[str]
    paired_on: Mapped[date]
    ended_on: Mapped[date | None]
    keeper: Mapped[str | None]
    keeper_phone: Mapped[str | None]
    remark: Mapped[str | None]
    __table_args__ = (CheckConstraint("ended_on >= paired_on", name="days"),)


class KindergartenResult(Entry):
    """What a pair reached in a term or school year, and what its file 一对一档案 holds.

    Of the ``rated`` lessons of the helped kindergarten's teachers so many were good, or passed.
    """

    __tablename__ = "kindergarten_result"
    helping_school: Mapped[str | None]
    helped_school: Mapped[str]
    period: Mapped[str]
    rated: Mapped[int | None]
    rated_good: Mapped[int | None]
    rated_passed: Mapped[int | None]
    papers: Mapped[int | None]  # published or awarded, of the province or the city
    has_plan: Mapped[bool | None]
    has_measures: Mapped[bool | None]
    has_records: Mapped[bool | None]
    has_summary: Mapped[bool | None]
    has_research: Mapped[bool | None]
    has_parents: Mapped[bool | None]
    has_feature: Mapped[bool | None]
    remark: Mapped[str | None]
