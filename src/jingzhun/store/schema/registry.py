"""Villages, schools, households, persons and staff: who and what the facts are about."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core import vocabulary
from jingzhun.core.money import Fen
from jingzhun.store.schema.base import Base, one_of


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
    county_type: Mapped[str | None]
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("import_sheet.id"))
    __table_args__ = (one_of("county_type", vocabulary.CountyType),)


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
    disability_kind: Mapped[str | None]  # 残疾类型 other than 无残疾
    disability_degree: Mapped[int | None]  # 1 (the gravest) to 4
    is_orphan: Mapped[bool | None]  # 孤儿 or 事实无人抚养
    is_left_behind: Mapped[bool | None]
    school_distance_m: Mapped[int | None]  # 上下学距离, one way, in metres
    labour_skill: Mapped[str | None]
    work_place: Mapped[str | None]
    work_unit: Mapped[str | None]
    work_months: Mapped[int | None]
    is_employed: Mapped[bool | None]
    job_kind: Mapped[str | None]  # 就业类型 or 就业渠道
    job: Mapped[str | None]  # 工种
    work_region: Mapped[str | None]
    wage_fen: Mapped[Fen | None]  # by the month
    work_started_on: Mapped[date | None]
    returned_on: Mapped[date | None]  # 返乡日期
    unemployed_reason: Mapped[str | None]
    labour_state: Mapped[str | None]  # 无劳动力状态, 人口资源分类: 在校, 年老 …
    skill: Mapped[str | None]  # what the person can do: 电焊, 厨师证 …
    had_training: Mapped[bool | None]
    has_certificate: Mapped[bool | None]
    wants_training: Mapped[bool | None]
    training_wish: Mapped[str | None]  # in what
    job_wish: Mapped[str | None]  # 下一步就业意愿
    hukou_kind: Mapped[str | None]  # 户口性质
    is_migrant_child: Mapped[bool | None]  # 进城务工人员随迁子女
    is_martyr_child: Mapped[bool | None]  # 烈士或优抚子女
    is_farming_major: Mapped[bool | None]  # 涉农专业
    wants_aid: Mapped[bool | None]  # 学籍 是否需要申请资助
    has_living_aid: Mapped[bool | None]  # 学籍 是否享受一补
    political_status: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[str | None]
    guardian_name: Mapped[str | None]
    guardian_relation: Mapped[str | None]
    guardian_phone: Mapped[str | None]
    guardian_id: Mapped[str | None]
    died_on: Mapped[date | None]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    __table_args__ = (
        one_of("sex", vocabulary.Sex),
        one_of("labour_skill", vocabulary.LabourSkill),
        CheckConstraint("id_number IS NULL OR id_number = identity", name="identity"),
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
    __table_args__ = (one_of("sex", vocabulary.Sex), Index(None, "name"))
