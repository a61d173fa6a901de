"""Who is of a listed household, who is on a roll, and which lists say so: the rows of coverage.

*Members* are the living of households that are listed on the day (``facts.toml``), of an age for
kindergarten, compulsory or senior schooling on the 31 August before the school year, or of no known
age. *Poor pupils* are those on a roll who are poor or listed (``facts.toml``). A *household list*
is one that owns household facts: whose kind has rank 3 for them (``rosters/kinds``).
"""

from collections.abc import Mapping, Sequence
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
from sqlalchemy.orm import Session

from jingzhun.core.dropout import AGES, births_of
from jingzhun.core.table import ColumnKind
from jingzhun.core.terms import school_year_of
from jingzhun.core.vocabulary import AgeGroup
from jingzhun.reports.fields import Field, Lookup, read_rows
from jingzhun.reports.suspects import is_fact
from jingzhun.rosters.kinds import kinds
from jingzhun.store.presence import on_roll, present
from jingzhun.store.schema import (
    Enrolment,
    Household,
    ImportSheet,
    Person,
    School,
    Source,
    Village,
)

Rows = list[tuple[Any, ...]]
_OWNS = 3
_ROWS_OF_A_SHEET = 2_000_000  # more than any workbook has

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
_GROUP = Field("group", "年龄段", (Person.id, type_coerce(Person.born_on, String)),
               ColumnKind.LABEL, lookup="group")  # fmt: skip
_SOURCES = Field("sources", "来源", Person.id, ColumnKind.SOURCES, lookup="places")

MATCHED: tuple[Field, ...] = (
    *_WHO, _GROUP, *_HOME, _CATEGORIES, *_PLACED,
    Field("present", "在校", Person.id, ColumnKind.FLAG),  # the day's clause: see _fields
    Field("matched_by", "对上依据", (Person.id, Person.id_number, Person.identity),
          ColumnKind.LABEL, lookup="matched_by"),
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
    Field("last_school", "曾在学校", Person.id, lookup="last_school"),
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
        births = [births_of(group, self.school_year) for group in AGES]
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
            for group in AGES
            for first, last in (births_of(group, self.school_year),)
        ]

    @cached_property
    def is_member(self) -> ColumnElement[bool]:
        """Say that the person of the surrounding query is a member: of the day, and of an age."""
        return and_(
            or_(Person.born_on.is_(None), Person.born_on.between(self._oldest, self._youngest)),
            or_(Person.died_on.is_(None), Person.died_on > self.day),
            is_fact("listed", self.day),
        )

    @cached_property
    def is_poor(self) -> ColumnElement[bool]:
        """Say that the person is poor or listed."""
        return or_(is_fact("poor", self.day), is_fact("listed", self.day))

    def count_members(self) -> dict[AgeGroup, int]:
        """Count the records of members by age group, in one question of its own."""
        group = case(
            *(
                (Person.born_on.between(*births_of(group, self.school_year)), group.value)
                for group in AGES
            ),
            else_=AgeGroup.UNKNOWN.value,
        )
        query = select(group, func.count()).where(self.is_member).group_by(group)
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
        fields = [
            Field(f.key, f.title, present(self.day), f.kind) if f.key == "present" else f
            for f in MATCHED
        ]
        wanted = self.is_member if only is None else Person.id.in_(only)
        order = (School.name, Enrolment.grade, Enrolment.class_no, Person.id)
        return read_rows(
            self.session,
            fields,
            lambda query: self._pupils(query).where(wanted).order_by(*order),
            lookups,
        )

    def missing(self, lookups: Mapping[str, Lookup]) -> Rows:
        """Give the members who are on no roll."""
        order = (Village.township, Village.name, Household.household_no, Person.id)
        return read_rows(
            self.session,
            MISSING,
            lambda query: (
                _with_homes(query.select_from(Person))
                .where(self.is_member, self._is_nowhere)
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
                self._pupils(query).where(self.is_poor, ~self._is_on_list).order_by(*order)
            ),
            lookups,
        )

    def count_poor_pupils(self, *, on_list: bool | None = None) -> int:
        """Count the records of poor pupils: all, or (True) those on a household list."""
        query = select(func.count()).select_from(Enrolment).join(
            Person, Person.id == Enrolment.person_id
        ).where(on_roll(self.day), self.is_poor)  # fmt: skip
        if on_list:
            query = query.where(self._is_on_list)
        return self.session.scalar(query) or 0

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
            Source.person_id == Person.id,
            Source.sheet_id.in_(select(ImportSheet.id).where(ImportSheet.kind.in_(_owners()))),
        )
        return and_(is_fact("listed", self.day), is_named)

    @cached_property
    def _is_nowhere(self) -> ColumnElement[bool]:
        return ~exists().where(Enrolment.person_id == Person.id, on_roll(self.day))

    def last_rows_of_household_lists(self) -> dict[int, tuple[int, int]]:
        """Give for each person the last sheet and row of a household list that names him."""
        latest: ColumnElement[int] = func.max(
            Source.sheet_id * _ROWS_OF_A_SHEET + Source.row_number
        )
        query = (
            select(Source.person_id, latest)
            .join(ImportSheet, ImportSheet.id == Source.sheet_id)
            .where(ImportSheet.kind.in_(_owners()), Source.person_id.is_not(None))
            .group_by(Source.person_id)
        )
        return {
            int(person): divmod(place, _ROWS_OF_A_SHEET)
            for person, place in self.session.execute(query)
            if person is not None
        }

    def last_schools(self) -> dict[int, str]:
        """Give the last school of those members who are on a roll no more."""
        leavers = select(Person.id).where(self.is_member, self._is_nowhere)
        query = (
            select(Enrolment.person_id, School.name)
            .join(School, School.id == Enrolment.school_id)
            .where(Enrolment.superseded_in.is_(None), Enrolment.person_id.in_(leavers))
            .order_by(Enrolment.valid_from)
        )
        return {row[0]: row[1] for row in self.session.execute(query)}

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


def _owners() -> list[str]:
    return [kind.value for kind, spec in kinds().items() if spec.ranks.get("household") == _OWNS]
