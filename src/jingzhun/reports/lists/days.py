"""Days and visits among the lists of ``report roster``: meals, absences, visits, dropouts.

Up to the day asked for, the latest last.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, or_, select

from jingzhun.core.table import ColumnKind
from jingzhun.core.vocabulary import VisitPurpose
from jingzhun.reports.lists.fields import Field, Roster, RosterKind, sources
from jingzhun.reports.provenance import places_of_entries
from jingzhun.store.presence import in_force
from jingzhun.store.schema import (
    Absence,
    DropoutEntry,
    Enrolment,
    Household,
    MealDays,
    MealHeadcount,
    Person,
    School,
    Village,
    Visit,
)

_DATE, _COUNT, _FLAG, _ID = ColumnKind.DATE, ColumnKind.COUNT, ColumnKind.FLAG, ColumnKind.ID
_PUPIL = (
    Field("name", "姓名", Person.name),
    Field("id_number", "身份证件号", Person.id_number, _ID),
    Field("student_no", "学籍号", Person.student_no, _ID),
)
_CLASS = (
    Field("grade", "年级", Enrolment.grade, ColumnKind.LABEL),
    Field("class_no", "班级", Enrolment.class_no, _COUNT),
)
_SCHOOL = Field("school", "学校", School.name)
Query = Callable[[Select[Any]], Select[Any]]


def _within(query: Query, school: str | None) -> Query:
    return query if school is None else lambda rows: query(rows).where(School.name == school)


def _on_roll(table: Any, day: Any) -> Any:
    return and_(Enrolment.person_id == table.person_id, in_force(Enrolment, day))


def _absences(day: date, school: str | None) -> Roster:
    def query(selection: Select[Any]) -> Select[Any]:
        return (
            selection.select_from(Absence)
            .join(Person, Person.id == Absence.person_id)
            .outerjoin(Enrolment, _on_roll(Absence, Absence.day))
            .outerjoin(School, School.id == Enrolment.school_id)
            .where(Absence.day <= day)
            .order_by(Absence.day, School.name, Enrolment.grade, Enrolment.class_no, Person.id)
        )

    return Roster(
        title="缺勤名单",
        fields=(
            Field("day", "日期", Absence.day, _DATE),
            *_PUPIL,
            _SCHOOL,
            *_CLASS,
            Field("is_excused", "有假", Absence.is_excused, _FLAG),
            Field("reason", "原因", Absence.reason),
            sources(Absence.sheet_id, Absence.row_number),
        ),
        glance="day name school grade class_no is_excused reason",
        query=_within(query, school),
    )


def _meals(day: date, school: str | None) -> Roster:
    text = cast(MealDays.month, String)
    month = func.substr(text, 1, 4) + "-" + func.substr(text, 5, 2)

    def query(selection: Select[Any]) -> Select[Any]:
        return (
            selection.select_from(MealDays)
            .join(Person, Person.id == MealDays.person_id)
            .join(School, School.id == MealDays.school_id)
            .where(MealDays.month <= day.year * 100 + day.month)
            .order_by(MealDays.month, School.name, Person.id)
        )

    return Roster(
        title="就餐天数",
        fields=(
            Field("month", "月份", month),
            *_PUPIL,
            _SCHOOL,
            Field("days", "就餐天数", MealDays.days, _COUNT),
            sources(MealDays.sheet_id, MealDays.row_number),
        ),
        glance="month name id_number school days",
        query=_within(query, school),
        sums=frozenset({"days"}),
    )


def _headcounts(day: date, school: str | None) -> Roster:
    table = MealHeadcount

    def query(selection: Select[Any]) -> Select[Any]:
        return (
            selection.select_from(table)
            .join(School, School.id == table.school_id)
            .where(table.day <= day)
            .order_by(table.day, School.name, table.grade, table.class_no)
        )

    return Roster(
        title="就餐人数",
        fields=(
            Field("day", "日期", table.day, _DATE),
            _SCHOOL,
            Field("grade", "年级", func.nullif(table.grade, 0), ColumnKind.LABEL),
            Field("class_no", "班级", func.nullif(table.class_no, 0), _COUNT),
            Field("heads", "就餐人数", table.heads, _COUNT),
            sources(table.sheet_id, table.row_number),
        ),
        glance="day school grade class_no heads",
        query=_within(query, school),
        sums=frozenset({"heads"}),
    )


def _visits(day: date, school: str | None) -> Roster:
    def query(selection: Select[Any]) -> Select[Any]:
        return (
            selection.select_from(Visit)
            .outerjoin(Person, Person.id == Visit.person_id)
            .outerjoin(Enrolment, _on_roll(Visit, Visit.visited_on))
            .outerjoin(School, School.id == Enrolment.school_id)
            .outerjoin(Household, Household.id == Visit.household_id)
            .outerjoin(Village, Village.id == Household.village_id)
            .where(Visit.visited_on <= day)
            .order_by(Visit.visited_on, Village.name, Household.household_no, Visit.id)
        )

    return Roster(
        title="家访、入户、劝返记录",
        fields=(
            Field("visited_on", "日期", Visit.visited_on, _DATE),
            Field("days", "天数", Visit.days, _COUNT),
            Field("purpose", "事由", Visit.purpose, ColumnKind.LABEL, VisitPurpose),
            *_PUPIL,
            _SCHOOL,
            *_CLASS,
            Field("household_no", "户编号", Household.household_no),
            Field("head_name", "户主", Household.head_name),
            Field("village", "村", Village.name),
            Field("visitor", "走访人", Visit.visitor),
            Field("visitor_unit", "走访人单位", Visit.visitor_unit),
            Field("visitor_phone", "走访人电话", Visit.visitor_phone),
            Field("way", "方式", Visit.way),
            Field("result", "情况", Visit.result),
            sources(Visit.id),
        ),
        glance="visited_on days purpose name school head_name village visitor result",
        query=_within(query, school),
        places=lambda session: places_of_entries(session, Visit),
    )


def _dropouts(day: date, school: str | None) -> Roster:
    table = DropoutEntry
    persuasions = select(func.count()).where(
        Visit.person_id == table.person_id,
        Visit.purpose == VisitPurpose.PERSUASION,
        Visit.visited_on <= day,
    )

    def query(selection: Select[Any]) -> Select[Any]:
        return (
            selection.select_from(table)
            .join(Person, Person.id == table.person_id)
            .outerjoin(School, School.id == table.school_id)
            .where(or_(table.dropped_on.is_(None), table.dropped_on <= day))
            .where(or_(Person.died_on.is_(None), Person.died_on > day))
            .order_by(table.dropped_on, School.name, table.id)
        )

    return Roster(
        title="控辍保学台账",
        fields=(
            *_PUPIL,
            _SCHOOL,
            Field("dropped_on", "失学时间", table.dropped_on, _DATE),
            Field("reason", "原因", table.reason),
            Field("state", "目前状态", table.dropout_state),
            Field("placement", "安置方式", table.placement),
            Field("back_on", "返校日期", table.back_on, _DATE),
            Field("persuasions", "劝返次数", persuasions.scalar_subquery(), _COUNT),
            Field("measures", "措施", table.measures),
            Field("keeper", "包保责任人", table.keeper),
            Field("keeper_unit", "责任人单位及职务", table.keeper_unit),
            Field("keeper_phone", "责任人电话", table.keeper_phone),
            Field("remark", "备注", table.remark),
            sources(table.id),
        ),
        glance="name school dropped_on reason state back_on persuasions keeper",
        query=_within(query, school),
        places=lambda session: places_of_entries(session, table),
    )


DAYS: Mapping[RosterKind, Callable[[date, str | None], Roster]] = {
    RosterKind.MEALS: _meals,
    RosterKind.HEADCOUNTS: _headcounts,
    RosterKind.ABSENCES: _absences,
    RosterKind.VISITS: _visits,
    RosterKind.DROPOUT_LEDGER: _dropouts,
}
