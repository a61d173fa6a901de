"""Who is of a listed household, who is on a roll, and which lists say so: the rows of coverage.

*Members* are the living of households that are listed on the day (``facts.toml``), of an age for
kindergarten, compulsory or senior schooling on the 31 August before the school year, or of no known
age. *Poor pupils* are those on a roll who are poor or listed (``facts.toml``). A *household list*
is one that owns household facts: whose kind has rank 3 for them (``rosters/kinds``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from jingzhun.core.dropout import births_of
from jingzhun.core.report_vocabulary import AgeGroup
from jingzhun.core.table import ColumnKind
from jingzhun.core.terms import school_year_of
from jingzhun.core.vocabulary import MatchedBy
from jingzhun.policies.limits import school_age_on
from jingzhun.reports.facts import is_fact
from jingzhun.reports.lists.fields import Field, Lookup, read_rows
from jingzhun.rosters.kinds import kinds
from jingzhun.store.matches import are_there_twins
from jingzhun.store.policy_files import own_files
from jingzhun.store.presence import on_roll, present
from jingzhun.store.schema import Enrolment, Household, ImportSheet, Person, School, Source, Village

Rows = list[tuple[Any, ...]]
_OWNS = 3

_WHO = (
    Field("number", "序号", Person.id, ColumnKind.SEQUENCE),
    Field("name", "姓名", Person.name),
    Field("id_number", "身份证件号", Person.id_number, ColumnKind.ID),
)
_HOME = (
    Field("household_no", "户编号", Household.household_no),
    Field("township", "乡镇", Village.township),
    Field("village", "村", Village.name),
)
_CATEGORIES = Field("categories", "户类别", Person.household_id, ColumnKind.LIST,
                    lookup="categories")  # fmt: skip
_PLACED = (
    Field("school", "学校", School.name),
    Field("grade", "年级", Enrolment.grade, ColumnKind.LABEL),
    Field("class_no", "班级", Enrolment.class_no, ColumnKind.COUNT),
)
_GROUP = Field("group", "年龄段", None, ColumnKind.LABEL, AgeGroup)  # selected by the day: Survey
_SOURCES = Field("sources", "来源", Person.id, ColumnKind.SOURCES, lookup="places")

_PAST = aliased(Enrolment)
_LAST_SCHOOL = (
    select(School.name)
    .join(_PAST, _PAST.school_id == School.id)
    .where(_PAST.person_id == Person.id, _PAST.superseded_in.is_(None))
    .order_by(_PAST.valid_from.desc())
    .limit(1)
    .scalar_subquery()
)
_MATCHED_BY = case(
    (Person.id_number.is_not(None), MatchedBy.ID_NUMBER.value),
    (Person.identity.startswith("S:"), MatchedBy.STUDENT_NO.value),
    else_=MatchedBy.HOUSEHOLD.value,
)
MATCHED: tuple[Field, ...] = (
    *_WHO, _GROUP, *_HOME, _CATEGORIES, *_PLACED,
    Field("present", "在校", None, ColumnKind.FLAG),  # selected by the day: Survey
    Field("matched_by", "对上依据", _MATCHED_BY, ColumnKind.LABEL, MatchedBy),
    Field("sources", "来源", (Person.id, Enrolment.sheet_id, Enrolment.row_number),
          ColumnKind.SOURCES, lookup="both_places"),
)  # fmt: skip
MISSING: tuple[Field, ...] = (
    *_WHO, _GROUP,
    Field("born_on", "出生日期", Person.born_on, ColumnKind.DATE),
    *_HOME,
    Field("relation", "与户主关系", Person.relation),
    _CATEGORIES,
    Field("study_status", "户名单上的在校状况", Person.study_status),
    Field("unschooled_reason", "未上学原因", Person.unschooled_reason),
    Field("last_school", "曾在学校", _LAST_SCHOOL),
    Field("likely", "可能是", Person.id, ColumnKind.LIST, lookup="likely"),
    _SOURCES,
)  # fmt: skip
UNLISTED: tuple[Field, ...] = (
    *_WHO,
    Field("student_no", "学籍号", Person.student_no, ColumnKind.ID),
    *_PLACED,
    Field("grounds", "困难依据", (Person.id, Person.is_orphan, Person.household_id),
          ColumnKind.LIST, lookup="grounds"),
    Field("likely", "可能是", Person.id, ColumnKind.LIST, lookup="likely"),
    _SOURCES,
)  # fmt: skip


class Survey:
    """The questions of one day."""

    def __init__(self, session: Session, day: date) -> None:
        self.session = session
        self.day = day
        self.school_year = school_year_of(day)
        self._twins = are_there_twins(session.connection())
        self.ages = school_age_on(day, own_files(session, day)).groups()
        self._births = {group: births_of(of, self.school_year) for group, of in self.ages.items()}
        births = self._births.values()
        self._oldest = min(first for first, _ in births)
        self._youngest = max(last for _, last in births)

    def group_of(self, born_on: str | None) -> AgeGroup | None:
        """Give the age group of an ISO birth date; None for one who is of no school age."""
        if born_on is None:
            return AgeGroup.UNKNOWN
        return next((group for group, bounds in self._bounds if bounds[0] <= born_on <= bounds[1]),
                    None)  # fmt: skip

    @cached_property
    def _bounds(self) -> list[tuple[AgeGroup, tuple[str, str]]]:
        return [
            (group, (first.isoformat(), last.isoformat()))
            for group, (first, last) in self._births.items()
        ]

    @cached_property
    def is_member(self) -> ColumnElement[bool]:
        """Say that the person of the surrounding query is a member: of the day, and of an age."""
        return and_(
            or_(Person.born_on.is_(None), Person.born_on.between(self._oldest, self._youngest)),
            or_(Person.died_on.is_(None), Person.died_on > self.day),
            self._is("listed"),
        )

    @cached_property
    def is_poor(self) -> ColumnElement[bool]:
        """Say that the person is poor or listed."""
        return or_(self._is("poor"), self._is("listed"))

    def _is(self, fact: str) -> ColumnElement[bool]:
        return is_fact(self.session, fact, self.day, twins=self._twins)

    @cached_property
    def _group(self) -> ColumnElement[str]:
        return case(
            *((Person.born_on.between(*born), group.value) for group, born in self._births.items()),
            (Person.born_on.is_(None), AgeGroup.UNKNOWN.value),
        )

    def count_members(self) -> dict[AgeGroup, int]:
        """Count the records of members by age group, in one question of its own."""
        query = select(self._group, func.count()).where(self.is_member).group_by(self._group)
        found = {row[0]: row[1] for row in self.session.execute(query)}
        return {group: found.get(group.value, 0) for group in AgeGroup}

    def members_among(self, persons: Sequence[int]) -> dict[int, str | None]:
        """Give the birth dates of those of the persons who are members."""
        query = select(Person.id, type_coerce(Person.born_on, String)).where(
            Person.id.in_(persons), self.is_member
        )
        return {row[0]: row[1] for row in self.session.execute(query)}

    def pupils_among(self, persons: Sequence[int]) -> set[int]:
        """Give those of the persons who are on a roll."""
        query = select(Enrolment.person_id).where(
            Enrolment.person_id.in_(persons), on_roll(self.day)
        )
        return set(self.session.scalars(query))

    def matched(self, lookups: Mapping[str, Lookup], *, only: Sequence[int] | None = None) -> Rows:
        """Give the members who are on a roll; or, members or not, those of ``only``."""
        wanted = self.is_member if only is None else Person.id.in_(only)
        order = (School.name, Enrolment.grade, Enrolment.class_no, Person.id)
        return read_rows(
            self.session,
            self._of_the_day(MATCHED),
            lambda query: self._pupils(query).where(wanted).order_by(*order),
            lookups,
        )

    def missing(self, lookups: Mapping[str, Lookup]) -> Rows:
        """Give the members who are on no roll."""
        order = (Village.township, Village.name, Household.household_no, Person.id)
        return read_rows(
            self.session,
            self._of_the_day(MISSING),
            lambda query: (
                _with_homes(query.select_from(Person))
                .where(self._is_nowhere, self.is_member)
                .order_by(*order)
            ),
            lookups,
        )

    def unlisted(self, lookups: Mapping[str, Lookup]) -> Rows:
        """Give the poor pupils whom no household list has in a listed household."""
        order = (School.name, Enrolment.grade, Enrolment.class_no, Person.id)
        return read_rows(
            self.session,
            UNLISTED,
            lambda query: (
                self._pupils(query).where(~self._is_on_list, self.is_poor).order_by(*order)
            ),
            lookups,
        )

    def count_poor_pupils(self) -> tuple[int, int]:
        """Count the records of poor pupils: all, and those on a household list."""
        listed = case((self._is_on_list, 1), else_=0)
        query = (
            select(func.count(), func.coalesce(func.sum(listed), 0))
            .select_from(Enrolment)
            .join(Person, Person.id == Enrolment.person_id)
            .where(on_roll(self.day), self.is_poor)
        )
        found = self.session.execute(query).one()
        return found[0], found[1]

    def poor_pupils_among(self, persons: Sequence[int]) -> dict[int, bool]:
        """Give those of the persons who are poor pupils, and whether a household list has them."""
        query = select(Person.id, self._is_on_list).join(
            Enrolment, Enrolment.person_id == Person.id
        ).where(Person.id.in_(persons), on_roll(self.day), self.is_poor)  # fmt: skip
        return {person: bool(is_on) for person, is_on in self.session.execute(query)}

    def on_list_among(self, persons: Sequence[int]) -> set[int]:
        """Give those of the persons whom a household list has in a listed household."""
        query = select(Person.id).where(Person.id.in_(persons), self._is_on_list)
        return set(self.session.scalars(query))

    @cached_property
    def _is_on_list(self) -> ColumnElement[bool]:
        is_named = exists().where(
            Source.person_id == Person.id, Source.sheet_id.in_(_sheets_of_households())
        )
        return and_(self._is("listed"), is_named)

    @cached_property
    def _is_nowhere(self) -> ColumnElement[bool]:
        return ~exists().where(Enrolment.person_id == Person.id, on_roll(self.day))

    def last_rows_of_household_lists(self) -> dict[int, tuple[int, int]]:
        """Give for each person the last sheet and row of a household list that names him."""
        query = (
            select(Source.person_id, Source.sheet_id, Source.row_number)
            .where(Source.sheet_id.in_(_sheets_of_households()))
            .order_by(Source.sheet_id, Source.row_number)
        )
        rows = self.session.connection().execute(query)
        return {person: (sheet, row) for person, sheet, row in rows if person is not None}

    def _of_the_day(self, fields: Sequence[Field]) -> list[Field]:
        """Give the fields with what they select on this day."""
        selected = {"group": self._group, "present": present(self.day)}
        return [
            replace(field, select=selected[field.key]) if field.key in selected else field
            for field in fields
        ]

    def _pupils(self, query: Select[Any]) -> Select[Any]:
        pupils = (
            query.select_from(Enrolment)
            .join(Person, Person.id == Enrolment.person_id)
            .join(School, School.id == Enrolment.school_id)
        )
        return _with_homes(pupils).where(on_roll(self.day))


def _with_homes(query: Select[Any]) -> Select[Any]:
    return query.outerjoin(Household, Household.id == Person.household_id).outerjoin(
        Village, Village.id == Household.village_id
    )


def _sheets_of_households() -> Select[int]:
    owners = [kind.value for kind, spec in kinds().items() if spec.ranks.get("household") == _OWNS]
    return select(ImportSheet.id).where(ImportSheet.kind.in_(owners))
