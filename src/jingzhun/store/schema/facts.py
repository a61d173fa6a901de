"""Dated facts: the timelines, the events they derive from, and counts by day."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core import vocabulary
from jingzhun.store.schema.base import Base, interval, one_of


class Enrolment(Base):
    """Timeline: where a pupil is on the roll, in which grade and class.

    ``rank`` is the authority of the list that says so (see ``rosters.kinds``); ``entered_on`` the
    入学年月, which dates the enrolment in the school but never today's grade.
    """

    __tablename__ = "enrolment"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    recorded_in: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"))
    row_number: Mapped[int]
    valid_until: Mapped[date | None]
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    stage: Mapped[str]
    grade: Mapped[int | None]
    class_no: Mapped[int | None]
    entered_on: Mapped[date | None]
    stated_on: Mapped[date]
    rank: Mapped[int]
    superseded_in: Mapped[int | None] = mapped_column(ForeignKey("import_sheet.id"))
    __table_args__ = (
        one_of("stage", vocabulary.Stage),
        CheckConstraint("grade BETWEEN -3 AND -1 OR grade BETWEEN 1 AND 12", name="grade"),
        interval(),
        Index(None, "school_id"),
        {"sqlite_with_rowid": False},
    )


class BoardingSpell(Base):
    """Timeline: how a pupil attends 就读方式."""

    __tablename__ = "boarding"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    recorded_in: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"))
    row_number: Mapped[int]
    valid_until: Mapped[date | None]
    boarding: Mapped[str]
    stated_on: Mapped[date]
    rank: Mapped[int]
    superseded_in: Mapped[int | None] = mapped_column(ForeignKey("import_sheet.id"))
    __table_args__ = (
        one_of("boarding", vocabulary.Boarding),
        interval(),
        {"sqlite_with_rowid": False},
    )


class HouseholdCategory(Base):
    """Timeline: a category of a household; ``risk_removed`` only for the monitored ones."""

    __tablename__ = "household_category"
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    recorded_in: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"))
    row_number: Mapped[int]
    valid_until: Mapped[date | None]
    risk_removed: Mapped[bool | None]
    stated_on: Mapped[date]
    rank: Mapped[int]
    superseded_in: Mapped[int | None] = mapped_column(ForeignKey("import_sheet.id"))
    __table_args__ = (
        one_of("category", vocabulary.Category),
        interval(),
        {"sqlite_with_rowid": False},
    )


class Recognition(Base):
    """Timeline: a hardship recognition 困难认定, for the term or school year its list names."""

    __tablename__ = "recognition"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    recorded_in: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"))
    row_number: Mapped[int]
    valid_until: Mapped[date | None]
    tier: Mapped[str | None]  # None: recognised, tier not named or local (一档 …)
    tier_text: Mapped[str | None]
    reasons: Mapped[str | None]  # as the list gives them, joined with 、
    stated_on: Mapped[date]
    rank: Mapped[int]
    superseded_in: Mapped[int | None] = mapped_column(ForeignKey("import_sheet.id"))
    __table_args__ = (
        one_of("tier", vocabulary.Tier),
        interval(),
        {"sqlite_with_rowid": False},
    )


class StatusChange(Base):
    """An event on the roll 异动, as its row said it; :class:`StandingSpell` is derived from these.

    ``is_dated`` is False for a roster's 学生状态 column, which has no date of its own.
    """

    __tablename__ = "status_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    change: Mapped[str]
    happened_on: Mapped[date]
    is_dated: Mapped[bool]
    ends_on: Mapped[date | None]  # 休学结束日期
    from_school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    to_school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    to_school_name: Mapped[str | None]  # as written; a receiver need not be a school of the ledger
    reason: Mapped[str | None]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    __table_args__ = (
        one_of("change", vocabulary.Change),
        UniqueConstraint("person_id", "happened_on", "change"),
    )


class StandingSpell(Base):
    """Timeline: when a pupil is suspended, dropped out, away, left or deferred. No row: present.

    ``school_id`` None: at whatever school; otherwise only the enrolment in that school is touched.
    """

    __tablename__ = "standing"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    recorded_in: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"))
    row_number: Mapped[int]
    valid_until: Mapped[date | None]
    standing: Mapped[str]
    change: Mapped[str]  # the event that began it
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    ends_on: Mapped[date | None]  # announced end of a suspension
    has_receiver: Mapped[bool | None]
    superseded_in: Mapped[int | None] = mapped_column(ForeignKey("import_sheet.id"))
    __table_args__ = (
        one_of("standing", vocabulary.Standing),
        one_of("change", vocabulary.Change),
        interval(),
        {"sqlite_with_rowid": False},
    )


class Pairing(Base):
    """Timeline: which helper is tied to which household 结对."""

    __tablename__ = "pairing"
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    recorded_in: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"))
    row_number: Mapped[int]
    valid_until: Mapped[date | None]
    measures: Mapped[str | None]
    stated_on: Mapped[date]
    rank: Mapped[int]
    superseded_in: Mapped[int | None] = mapped_column(ForeignKey("import_sheet.id"))
    __table_args__ = (interval(), Index(None, "staff_id"), {"sqlite_with_rowid": False})


class Absence(Base):
    """Days on which a pupil was not at school; lowers the day count."""

    __tablename__ = "absence"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    is_excused: Mapped[bool | None]
    reason: Mapped[str | None]
    __table_args__ = ({"sqlite_with_rowid": False},)


class MealDays(Base):
    """An imported count of meal days, in place of the calendar's."""

    __tablename__ = "meal_days"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    days: Mapped[int]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    __table_args__ = (CheckConstraint("days BETWEEN 0 AND 31", name="days"),)
