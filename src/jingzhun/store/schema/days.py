"""Counts by day that lists give, beside those that decide money (``schema.facts``)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.store.schema.base import Base


class MealHeadcount(Base):
    """How many heads of a class ate on a day; ``grade`` and ``class_no`` 0 where none is named."""

    __tablename__ = "meal_headcount"
    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    grade: Mapped[int]
    class_no: Mapped[int]
    day: Mapped[date]
    heads: Mapped[int]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    __table_args__ = (
        UniqueConstraint("school_id", "grade", "class_no", "day"),
        CheckConstraint("heads >= 0", name="heads"),
        CheckConstraint("grade BETWEEN -3 AND 12", name="grade"),
    )
