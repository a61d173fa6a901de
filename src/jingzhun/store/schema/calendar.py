"""The school calendar 校历: what somebody set instead of the default."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core.teaching import Teaching
from jingzhun.store.schema.base import Base, one_of


class CalendarWord(Base):
    """A setting of the calendar: a term's dates, days closed or taught, or back as usual.

    ``school`` is a school's name, which outlives the school's id, or "" for all schools. Of a term
    (``2026秋``) ``first_day`` and ``last_day`` are its teaching dates, None where the word leaves
    them. Append-only: the last word holds (``core.teaching``).
    """

    __tablename__ = "calendar_word"
    id: Mapped[int] = mapped_column(primary_key=True)
    school: Mapped[str]
    said: Mapped[str]
    term: Mapped[str | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    reason: Mapped[str]
    actor: Mapped[str]
    os_user: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (
        one_of("said", Teaching),
        CheckConstraint(
            "CASE said WHEN 'term' THEN term IS NOT NULL"
            " AND (first_day IS NOT NULL OR last_day IS NOT NULL)"
            " WHEN 'usual' THEN (term IS NULL) = (first_day IS NOT NULL)"
            " AND (first_day IS NULL) = (last_day IS NULL)"
            " ELSE term IS NULL AND first_day IS NOT NULL AND last_day IS NOT NULL END",
            name="about",
        ),
        CheckConstraint("last_day >= first_day", name="order"),
    )
