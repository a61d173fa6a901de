"""The lists of ``report roster`` about people: which fields, which query, which places.

What each field means for programs stands in :mod:`jingzhun.reports.lists.roster`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from jingzhun.core.table import ColumnKind
from jingzhun.core.vocabulary import (
    Boarding,
    HukouKind,
    LabourSkill,
    Sex,
    Stage,
    Standing,
    WorkRegion,
)
from jingzhun.reports.lists.fields import Field, Roster, RosterKind, sources
from jingzhun.reports.provenance import (
    Among,
    places_of_households,
    places_of_persons,
    places_of_staff,
)
from jingzhun.store.presence import in_force, on_roll
from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    Household,
    Pairing,
    Person,
    School,
    Staff,
    StandingSpell,
    Village,
)

# --- fields -------------------------------------------------------------------------------------

_CATEGORIES = (
    Field("categories", "户类别", Household.id, ColumnKind.LIST, lookup="categories"),
    Field("risk_removed", "风险已消除", Household.id, ColumnKind.FLAG, lookup="risk"),
)
_PLACE = (
    Field("township", "乡镇", Village.township),
    Field("village", "村", Village.name),
)


_LABOUR = (
    Field("work_place", "务工所在地", Person.work_place),
    Field("work_unit", "务工企业", Person.work_unit),
    Field("work_months", "务工时间（月）", Person.work_months, ColumnKind.COUNT),
    Field("is_employed", "是否就业", Person.is_employed, ColumnKind.FLAG),
    Field("job_kind", "就业类型", Person.job_kind),
    Field("job", "工种", Person.job),
    Field("work_region", "务工区域", Person.work_region, ColumnKind.LABEL, WorkRegion),
    Field("wage_fen", "月工资", Person.wage_fen, ColumnKind.MONEY),
    Field("work_started_on", "务工开始时间", Person.work_started_on, ColumnKind.DATE),
    Field("returned_on", "返乡日期", Person.returned_on, ColumnKind.DATE),
    Field("unemployed_reason", "未就业原因", Person.unemployed_reason),
    Field("labour_state", "无劳动力状态", Person.labour_state),
    Field("skill", "技能情况", Person.skill),
    Field("had_training", "参加过培训", Person.had_training, ColumnKind.FLAG),
    Field("has_certificate", "取得培训证书", Person.has_certificate, ColumnKind.FLAG),
    Field("wants_training", "有培训意愿", Person.wants_training, ColumnKind.FLAG),
    Field("training_wish", "培训意愿", Person.training_wish),
    Field("job_wish", "就业意愿", Person.job_wish),
)


def _person_fields(day: date) -> tuple[Field, ...]:
    standing = (
        select(StandingSpell.standing)
        .where(
            StandingSpell.person_id == Person.id,
            StandingSpell.standing != Standing.LEFT,
            in_force(StandingSpell, day),
            or_(StandingSpell.school_id.is_(None), StandingSpell.school_id == Enrolment.school_id),
        )
        .order_by(StandingSpell.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        Field("name", "姓名", Person.name),
        Field("id_number", "身份证件号", Person.id_number, ColumnKind.ID),
        Field("student_no", "学籍号", Person.student_no, ColumnKind.ID),
        Field("sex", "性别", Person.sex, ColumnKind.LABEL, Sex),
        Field("born_on", "出生日期", Person.born_on, ColumnKind.DATE),
        Field("ethnicity", "民族", Person.ethnicity),
        Field("school", "学校", School.name),
        Field("stage", "学段", Enrolment.stage, ColumnKind.LABEL, Stage),
        Field("grade", "年级", Enrolment.grade, ColumnKind.LABEL),
        Field("class_no", "班级", Enrolment.class_no, ColumnKind.COUNT),
        Field("boarding", "就读方式", BoardingSpell.boarding, ColumnKind.LABEL, Boarding),
        Field("household_no", "户编号", Household.household_no),
        Field("person_no", "人编号", Person.person_no),
        Field("relation", "与户主关系", Person.relation),
        *_CATEGORIES,
        Field("disability_no", "残疾证号", Person.disability_no, ColumnKind.ID),
        Field("labour_skill", "劳动技能", Person.labour_skill, ColumnKind.LABEL, LabourSkill),
        Field("phone", "联系电话", Person.phone),
        Field("helper", "帮扶责任人", Household.id, lookup="helper"),
        Field("standing", "学籍状态", standing, ColumnKind.LABEL, Standing),
        *_PLACE,
        Field("entered_on", "入学年月", Enrolment.entered_on, ColumnKind.DATE),
        Field("disability_kind", "残疾类型", Person.disability_kind),
        Field("disability_degree", "残疾等级", Person.disability_degree, ColumnKind.COUNT),
        Field("is_orphan", "孤儿或事实无人抚养", Person.is_orphan, ColumnKind.FLAG),
        Field("is_left_behind", "留守儿童", Person.is_left_behind, ColumnKind.FLAG),
        Field("school_distance_m", "上学单程（米）", Person.school_distance_m, ColumnKind.COUNT),
        Field("education", "文化程度", Person.education),
        Field("study_status", "在校生状况", Person.study_status),
        Field("unschooled_reason", "未上学原因", Person.unschooled_reason),
        Field("health", "健康状况", Person.health),
        *_LABOUR,
        Field("political_status", "政治面貌", Person.political_status),
        Field("address", "家庭住址", Person.address),
        Field("hukou_kind", "户口性质", Person.hukou_kind, ColumnKind.LABEL, HukouKind),
        Field("is_migrant_child", "随迁子女", Person.is_migrant_child, ColumnKind.FLAG),
        Field("is_martyr_child", "烈士或优抚子女", Person.is_martyr_child, ColumnKind.FLAG),
        Field("is_farming_major", "涉农专业", Person.is_farming_major, ColumnKind.FLAG),
        Field("wants_aid", "需要申请资助", Person.wants_aid, ColumnKind.FLAG),
        Field("has_living_aid", "享受一补", Person.has_living_aid, ColumnKind.FLAG),
        Field("guardian_name", "监护人", Person.guardian_name),
        Field("guardian_relation", "监护人关系", Person.guardian_relation),
        Field("guardian_phone", "监护人电话", Person.guardian_phone),
        Field("guardian_id", "监护人身份证号", Person.guardian_id, ColumnKind.ID),
        sources(Person.id),
    )


_STAFF_FIELDS = (
    Field("name", "姓名", Staff.name),
    Field("id_number", "身份证件号", Staff.id_number, ColumnKind.ID),
    Field("staff_no", "工号", Staff.staff_no),
    Field("sex", "性别", Staff.sex, ColumnKind.LABEL, Sex),
    Field("born_on", "出生日期", Staff.born_on, ColumnKind.DATE),
    Field("ethnicity", "民族", Staff.ethnicity),
    Field("unit", "单位", Staff.unit),
    Field("department", "部门", Staff.department),
    Field("post", "职务", Staff.post),
    Field("rank_title", "职称", Staff.rank_title),
    Field("on_establishment", "在编", Staff.on_establishment, ColumnKind.FLAG),
    Field("establishment", "编制类型", Staff.establishment),
    Field("in_service", "在职", Staff.in_service, ColumnKind.FLAG),
    Field("in_hardship", "困难职工", Staff.in_hardship, ColumnKind.FLAG),
    Field("worked_since", "参加工作时间", Staff.worked_since, ColumnKind.DATE),
    Field("political_status", "政治面貌", Staff.political_status),
    Field("education", "学历", Staff.education),
    Field("phone", "联系电话", Staff.phone),
)
_PAIR_FIELDS = (
    Field("household_no", "户编号", Household.household_no),
    Field("name", "户主", Household.head_name),
    *_PLACE,
    *_CATEGORIES,
    Field("helper", "帮扶责任人", Staff.name),
    Field("unit", "单位", Staff.unit),
    Field("post", "职务", Staff.post),
    Field("phone", "帮扶人电话", Staff.phone),
    Field("paired_on", "结对日期", Pairing.valid_from, ColumnKind.DATE),
    Field("measures", "帮扶措施", Pairing.measures),
    sources(Pairing.sheet_id, Pairing.row_number),
)


# --- lists --------------------------------------------------------------------------------------


def _students(day: date, school: str | None) -> Roster:
    def query(selection: Select[Any]) -> Select[Any]:
        found = (
            selection.select_from(Enrolment)
            .join(Person, Person.id == Enrolment.person_id)
            .join(School, School.id == Enrolment.school_id)
            .outerjoin(
                BoardingSpell,
                and_(BoardingSpell.person_id == Person.id, in_force(BoardingSpell, day)),
            )
            .outerjoin(Household, Household.id == Person.household_id)
            .outerjoin(Village, Village.id == Household.village_id)
            .where(on_roll(day))
            .order_by(School.name, Enrolment.grade, Enrolment.class_no, Person.id)
        )
        return found if school is None else found.where(School.name == school)

    pupils: Among = select(Enrolment.person_id).where(on_roll(day))
    return Roster(
        title="学生名册",
        fields=_person_fields(day),
        glance="name id_number school grade class_no boarding household_no categories standing",
        paper="name sex id_number student_no school grade class_no boarding household_no categories"
        " standing phone",
        query=query,
        places=lambda session: places_of_persons(session, pupils),
    )


def _persons(day: date, school: str | None) -> Roster:
    def query(selection: Select[Any]) -> Select[Any]:
        found = (
            selection.select_from(Person)
            .outerjoin(Enrolment, and_(Enrolment.person_id == Person.id, on_roll(day)))
            .outerjoin(School, School.id == Enrolment.school_id)
            .outerjoin(
                BoardingSpell,
                and_(BoardingSpell.person_id == Person.id, in_force(BoardingSpell, day)),
            )
            .outerjoin(Household, Household.id == Person.household_id)
            .outerjoin(Village, Village.id == Household.village_id)
            .where(or_(Person.died_on.is_(None), Person.died_on > day))
            .order_by(Household.household_no, Person.id)
        )
        return found if school is None else found.where(School.name == school)

    return Roster(
        title="人员名册",
        fields=_person_fields(day),
        glance="name id_number sex household_no relation categories school grade labour_skill",
        paper="name sex id_number household_no relation categories village school grade class_no"
        " labour_skill phone",
        query=query,
        places=lambda session: places_of_persons(session, select(Person.id)),
    )


def _households(day: date, school: str | None) -> Roster:
    head = aliased(Person)
    alive = or_(Person.died_on.is_(None), Person.died_on > day)
    members = select(func.count()).where(Person.household_id == Household.id, alive)
    pupils = (
        select(func.count())
        .select_from(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Person.household_id == Household.id, on_roll(day))
    )
    head_id = select(func.min(head.id_number)).where(
        head.household_id == Household.id, head.name == Household.head_name
    )

    def query(selection: Select[Any]) -> Select[Any]:
        found = (
            selection.select_from(Household)
            .outerjoin(Village, Village.id == Household.village_id)
            .order_by(Village.township, Village.name, Household.household_no, Household.id)
        )
        return found if school is None else found.where(Household.id.in_(_homes(day, school)))

    return Roster(
        title="户名册",
        fields=(
            Field("household_no", "户编号", Household.household_no),
            Field("name", "户主", Household.head_name),
            Field("id_number", "户主身份证件号", head_id.scalar_subquery(), ColumnKind.ID),
            *_PLACE,
            Field("group_name", "组", Household.group_name),
            Field("members", "人数", members.scalar_subquery(), ColumnKind.COUNT),
            Field("pupils", "在籍学生数", pupils.scalar_subquery(), ColumnKind.COUNT),
            *_CATEGORIES,
            Field("poverty_cause", "致贫原因", Household.poverty_cause),
            Field("phone", "联系电话", Household.phone),
            Field("helper", "帮扶责任人", Household.id, lookup="helper"),
            sources(Household.id),
        ),
        glance="household_no name village members pupils categories risk_removed helper",
        paper="household_no name id_number village group_name members pupils categories"
        " risk_removed phone helper",
        query=query,
        places=lambda session: places_of_households(session, select(Household.id)),
    )


def _homes(day: date, school: str) -> Select[Any]:
    return (
        select(Person.household_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(School, School.id == Enrolment.school_id)
        .where(School.name == school, on_roll(day))
    )


def _staff(day: date, school: str | None) -> Roster:
    tied = select(func.count()).where(Pairing.staff_id == Staff.id, in_force(Pairing, day))

    def query(selection: Select[Any]) -> Select[Any]:
        found = selection.select_from(Staff).order_by(Staff.unit, Staff.department, Staff.id)
        return found if school is None else found.where(Staff.unit == school)

    return Roster(
        title="教职工名册",
        fields=(
            *_STAFF_FIELDS,
            Field("households", "结对户数", tied.scalar_subquery(), ColumnKind.COUNT),
            sources(Staff.id),
        ),
        glance="name sex unit department post on_establishment in_hardship phone households",
        paper="name sex born_on unit department post rank_title on_establishment in_hardship phone"
        " households",
        query=query,
        places=lambda session: places_of_staff(session, select(Staff.id)),
    )


def _pairs(day: date, school: str | None) -> Roster:
    def query(selection: Select[Any]) -> Select[Any]:
        found = (
            selection.select_from(Pairing)
            .join(Household, Household.id == Pairing.household_id)
            .join(Staff, Staff.id == Pairing.staff_id)
            .outerjoin(Village, Village.id == Household.village_id)
            .where(in_force(Pairing, day))
            .order_by(Village.township, Village.name, Household.household_no, Household.id)
        )
        return found if school is None else found.where(Staff.unit == school)

    return Roster(
        title="结对名册",
        fields=_PAIR_FIELDS,
        glance="household_no name village categories helper unit post paired_on",
        paper="household_no name village categories risk_removed helper unit post phone paired_on",
        query=query,
    )


LISTS: Mapping[RosterKind, Callable[[date, str | None], Roster]] = {
    RosterKind.STUDENTS: _students,
    RosterKind.PERSONS: _persons,
    RosterKind.HOUSEHOLDS: _households,
    RosterKind.STAFF: _staff,
    RosterKind.PAIRS: _pairs,
}
