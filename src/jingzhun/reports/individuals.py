"""Persons as a reader tells them apart: who, born when, at which school, of which household.

For pages that name a few persons out of many: what may be found, who may be one human with whom.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.table import Column, ColumnKind
from jingzhun.core.vocabulary import Sex, Standing
from jingzhun.reports.households import categories_of
from jingzhun.reports.provenance import places_of_persons
from jingzhun.store.presence import in_force, on_roll
from jingzhun.store.schema import Enrolment, Household, Person, School, StandingSpell, Village

#: What ``individuals`` gives, in its order.
PERSON_COLUMNS = (
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证件号", kind=ColumnKind.ID),
    Column(key="student_no", title="学籍号", kind=ColumnKind.ID),
    Column(key="sex", title="性别", kind=ColumnKind.LABEL),
    Column(key="born_on", title="出生日期", kind=ColumnKind.DATE),
    Column(key="school", title="学校"),
    Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    Column(key="class_no", title="班级", kind=ColumnKind.COUNT),
    Column(key="enrolled", title="在籍", kind=ColumnKind.FLAG),
    Column(key="standing", title="学籍状态", kind=ColumnKind.LABEL),
    Column(key="household_no", title="户编号"),
    Column(key="village", title="村"),
    Column(key="relation", title="与户主关系"),
    Column(key="categories", title="户类别", kind=ColumnKind.LIST),
    Column(key="phone", title="联系电话"),
    Column(key="sources", title="来源", kind=ColumnKind.SOURCES),
)

_CHUNK = 5_000  # ids in one statement; SQLite allows 32,766 parameters
_NOWHERE = (None, None, None, False, None)


def individuals(session: Session, day: date, persons: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Describe persons by id, in the order of ``PERSON_COLUMNS``; sources in order of import."""
    found: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(persons), _CHUNK):
        found |= _some(session, day, persons[start : start + _CHUNK])
    return found


def _some(session: Session, day: date, persons: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    rows = session.execute(
        select(
            Person.id, Person.household_id, Person.name, Person.id_number, Person.student_no,
            Person.sex, Person.born_on, Household.household_no, Village.name, Person.relation,
            Person.phone,
        )
        .outerjoin(Household, Household.id == Person.household_id)
        .outerjoin(Village, Village.id == Household.village_id)
        .where(Person.id.in_(persons))
    ).all()  # fmt: skip
    schooling = _schooling(session, persons, day)
    categories = categories_of(session, day, [row[1] for row in rows if row[1] is not None])
    places = places_of_persons(session, persons)
    sexes = {sex.value: sex for sex in Sex}
    return {
        person: (
            name, number, student_no, sexes.get(sex or ""), born,
            *schooling.get(person, _NOWHERE), household_no, village, relation,
            list(categories.get(household or 0, ())), phone, places.get(person, []),
        )
        for person, household, name, number, student_no, sex, born, household_no, village,
        relation, phone in rows
    }  # fmt: skip


def _schooling(session: Session, persons: Sequence[int], day: date) -> dict[int, tuple[Any, ...]]:
    """Give school, grade, class, on the roll on the day, and standing: now, else as last known."""
    standings = {word.value: word for word in Standing}
    stands = {
        person: standings[word]
        for person, word in session.execute(
            select(StandingSpell.person_id, StandingSpell.standing)
            .where(StandingSpell.person_id.in_(persons), in_force(StandingSpell, day))
            .order_by(StandingSpell.valid_from)
        )
    }
    found: dict[int, tuple[Any, ...]] = {}
    for person, is_on, school, grade, class_no in session.execute(
        select(Enrolment.person_id, on_roll(day), School.name, Enrolment.grade, Enrolment.class_no)
        .join(School, School.id == Enrolment.school_id)
        .where(Enrolment.person_id.in_(persons), Enrolment.superseded_in.is_(None))
        .order_by(on_roll(day), Enrolment.valid_from)
    ):
        found[person] = (school, grade, class_no, bool(is_on), stands.get(person))
    return found
