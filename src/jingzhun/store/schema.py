"""The ledger's tables, as mapped classes; Core statements are built on these.

Three families. *Imports* record which file, sheet and row said what. *Registry* holds villages,
households, persons, schools, staff, and the dated facts about them. *Subsidy* holds runs and their
lines.

Dated facts live in **timelines**: tables keyed ``(subject, valid_from, recorded_in)`` whose rows
are half-open intervals. ``sheet_id`` and ``row_number`` say where the fact came from,
``recorded_in`` which sheet wrote this row of it. Nothing is overwritten: when a later statement
changes a fact, the old row gets ``superseded_in`` (the sheet that replaced it) and new rows are
written, so the ledger still knows what it knew before. A fact as known today has
``superseded_in IS NULL``; undoing an import deletes what its sheets recorded and revives what they
superseded.

Invariant: dates are ISO text in SQLite through SQLAlchemy's Date, moments are UTC, money is integer
fen, enums hold the codes of ``core.vocabulary``.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from jingzhun.core import vocabulary
from jingzhun.core.money import Fen


class Base(DeclarativeBase):
    """The declarative base; constraints are named by convention."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        Fen: Integer,
        str: String,
        date: Date,
        datetime: DateTime,
        list[str]: JSON,
        dict[str, Any]: JSON,
    }


def _one_of(column: str, words: type[vocabulary.Labelled]) -> CheckConstraint:
    codes = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({codes})", name=column)


def _interval() -> CheckConstraint:
    return CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="interval")


# --- imports ------------------------------------------------------------------------------------


class Import(Base):
    """One file brought in, or one correction by hand: the unit of undo."""

    __tablename__ = "import"
    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    file_sha256: Mapped[str | None] = mapped_column(index=True)
    stated_on: Mapped[date]  # the snapshot date
    whole: Mapped[bool] = mapped_column(default=False)  # --full: closes what it no longer holds
    undone_at: Mapped[datetime | None]
    actor: Mapped[str]
    os_user: Mapped[str]
    command: Mapped[str]
    recorded_at: Mapped[datetime]


class ImportSheet(Base):
    """One sheet of an import, with its counts of source rows.

    Every source row is in exactly one of added, changed, same and refused; ``noticed`` counts rows
    that carry at least one notice.
    """

    __tablename__ = "import_sheet"
    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str | None]  # None: not a list we know, or nothing in it
    stated_on: Mapped[date]
    term_starts_on: Mapped[date]  # first day of the term that stated_on lies in
    row_count: Mapped[int]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    noticed: Mapped[int] = mapped_column(default=0)
    __table_args__ = (CheckConstraint("row_count = added + changed + same + refused", name="sum"),)


class ImportColumn(Base):
    """Which fields a sheet spoke about, and under which header: where a cell's fact came from."""

    __tablename__ = "import_column"
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    letter: Mapped[str]
    header: Mapped[str]


class ImportProblem(Base):
    """A fault or notice of an import, as it was shown; values are masked before they come here."""

    __tablename__ = "import_problem"
    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    letter: Mapped[str]
    field: Mapped[str]
    code: Mapped[str]
    severity: Mapped[str]
    value: Mapped[str]
    message: Mapped[str]


class Source(Base):
    """Which workbook row spoke about which person, household, staff member or pair.

    One row for each accepted workbook row of a file not seen before (by its bytes); a timeline
    row's own origin is its ``sheet_id`` and ``row_number``.
    """

    __tablename__ = "source"
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), primary_key=True)
    row_number: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    __table_args__ = (
        Index(None, "person_id"),
        Index(None, "household_id"),
        Index(None, "staff_id"),
        {"sqlite_with_rowid": False},
    )


class Claim(Base):
    """What a list said that does not own the fact, where it differs from the owner's word."""

    __tablename__ = "claim"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    field: Mapped[str]
    value: Mapped[str]
    held: Mapped[str]  # what the ledger held, and kept
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]


class Revision(Base):
    """A changed undated fact with its old value: nothing is lost, and an import can be undone.

    ``old`` is JSON of the former value.
    """

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str]
    record_id: Mapped[int]
    field: Mapped[str]
    old: Mapped[str | None]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    __table_args__ = (Index(None, "table_name", "record_id"),)


# --- registry -----------------------------------------------------------------------------------


class Village(Base):
    """An administrative village 行政村, within its township."""

    __tablename__ = "village"
    id: Mapped[int] = mapped_column(primary_key=True)
    province: Mapped[str] = mapped_column(default="")
    county: Mapped[str] = mapped_column(default="")
    township: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    __table_args__ = (UniqueConstraint("name", "township", "county"),)


class School(Base):
    """A school or kindergarten; attributes that decide policies are None until known."""

    __tablename__ = "school"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(unique=True)  # 学校标识码, 10 digits
    name: Mapped[str] = mapped_column(unique=True)
    is_public: Mapped[bool | None]
    is_rural: Mapped[bool | None]
    in_nutrition_plan: Mapped[bool | None]
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("import_sheet.id"))


class Household(Base):
    """A household 户. ``household_no`` is None while only its head and village are known."""

    __tablename__ = "household"
    id: Mapped[int] = mapped_column(primary_key=True)
    household_no: Mapped[str | None] = mapped_column(unique=True)
    village_id: Mapped[int | None] = mapped_column(ForeignKey("village.id"), index=True)
    group_name: Mapped[str | None]  # 自然村 or 组
    head_name: Mapped[str | None]
    phone: Mapped[str | None]
    poverty_cause: Mapped[str | None]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]


class Person(Base):
    """A person 人; also a pupil's 学籍号, the undated part of being a student.

    ``identity`` is what makes two rows the same person: the id number, or for a person without one
    ``S:`` + 学籍号, ``H:`` + 户编号 + name, ``N:`` + name and what else the list has. Undated facts
    stand here and are completed by later lists; a change leaves a :class:`Revision`.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    id_number: Mapped[str | None]
    name: Mapped[str]
    sex: Mapped[str | None]
    born_on: Mapped[date | None]
    ethnicity: Mapped[str | None]
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    person_no: Mapped[str | None]
    relation: Mapped[str | None]
    student_no: Mapped[str | None] = mapped_column(index=True)
    education: Mapped[str | None]  # 文化程度
    study_status: Mapped[str | None]  # 在校生状况, a household list's word
    unschooled_reason: Mapped[str | None]  # 义务教育阶段未上学原因
    health: Mapped[str | None]
    disability_no: Mapped[str | None]
    disability_kind: Mapped[str | None]  # 学籍 残疾类型 other than 无残疾
    is_orphan: Mapped[bool | None]  # 孤儿 or 事实无人抚养
    is_left_behind: Mapped[bool | None]
    labour_skill: Mapped[str | None]
    work_place: Mapped[str | None]
    work_unit: Mapped[str | None]
    work_months: Mapped[int | None]
    training_wish: Mapped[str | None]
    political_status: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[str | None]
    guardian_name: Mapped[str | None]
    guardian_phone: Mapped[str | None]
    died_on: Mapped[date | None]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    __table_args__ = (
        _one_of("sex", vocabulary.Sex),
        _one_of("labour_skill", vocabulary.LabourSkill),
        CheckConstraint("id_number IS NULL OR id_number = identity", name="identity"),
    )


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
        _one_of("stage", vocabulary.Stage),
        CheckConstraint("grade BETWEEN -3 AND -1 OR grade BETWEEN 1 AND 12", name="grade"),
        _interval(),
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
        _one_of("boarding", vocabulary.Boarding),
        _interval(),
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
        _one_of("category", vocabulary.Category),
        _interval(),
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
        _one_of("tier", vocabulary.Tier),
        _interval(),
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
        _one_of("change", vocabulary.Change),
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
        _one_of("standing", vocabulary.Standing),
        _one_of("change", vocabulary.Change),
        _interval(),
        {"sqlite_with_rowid": False},
    )


class Staff(Base):
    """A member of staff or an outside helper.

    ``identity`` is the id number, or ``W:`` + 工号, or ``N:`` + name and unit.
    """

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    id_number: Mapped[str | None]
    staff_no: Mapped[str | None]
    name: Mapped[str]
    sex: Mapped[str | None]
    born_on: Mapped[date | None]
    ethnicity: Mapped[str | None]
    unit: Mapped[str | None]  # school or office
    department: Mapped[str | None]
    post: Mapped[str | None]  # 职务
    rank_title: Mapped[str | None]  # 职称
    on_establishment: Mapped[bool | None]
    establishment: Mapped[str | None]  # 编制类型 as written
    in_service: Mapped[bool | None]
    in_hardship: Mapped[bool | None]
    worked_since: Mapped[date | None]
    political_status: Mapped[str | None]
    education: Mapped[str | None]
    phone: Mapped[str | None]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    __table_args__ = (_one_of("sex", vocabulary.Sex), Index(None, "name"))


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
    __table_args__ = (_interval(), Index(None, "staff_id"), {"sqlite_with_rowid": False})


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


# --- subsidy ------------------------------------------------------------------------------------


class PolicyUse(Base):
    """Which pack of schemes holds from which month on; no row: ``plan``."""

    __tablename__ = "policy_use"
    from_month: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[datetime]


class Run(Base):
    """One computation of a period's subsidy 批次.

    ``period`` is ``2026-11``, ``2026秋``, …; ``scope`` a school's name or "" for the whole ledger.
    A draft is replaced by recomputation of the same period, pack and scope.
    """

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    pack: Mapped[str]
    state: Mapped[str] = mapped_column(default=vocabulary.RunState.DRAFT.value)
    computed_on: Mapped[date]  # "today" of the computation
    notices: Mapped[list[str]]
    actor: Mapped[str]
    os_user: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (_one_of("state", vocabulary.RunState), Index(None, "period"))


class RunLine(Base):
    """One pupil × scheme × month (× school) of a run 明细.

    ``days`` only for schemes by the day; ``rate_fen`` is per ``Version.unit``. Clustered by run,
    scheme and pupil: inserted in that order it costs nothing to keep sorted.
    """

    __tablename__ = "run_line"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    scheme: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), primary_key=True)
    stage: Mapped[str]
    grade: Mapped[int | None]
    class_no: Mapped[int | None]
    days: Mapped[int | None]
    rate_fen: Mapped[Fen]
    amount_fen: Mapped[Fen]
    version_from: Mapped[date]  # first day of the policy version that set the rate
    __table_args__ = (
        CheckConstraint("days IS NULL OR days > 0", name="days"),
        {"sqlite_with_rowid": False},
    )


# --- the ledger's own trail ---------------------------------------------------------------------


class Trail(Base):
    """Who did what when: the actor named, the system's user, the true clock, the words typed."""

    __tablename__ = "trail"
    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    actor: Mapped[str]
    os_user: Mapped[str]
    command: Mapped[str]
    detail: Mapped[dict[str, Any]]
