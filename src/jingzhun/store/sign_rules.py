"""One query for each rule of early warning: the signs that it counts of the pupils asked about.

A query gives the columns of ``SIGN``, from the temporary tables of :mod:`jingzhun.store.signs`. The
signs of absences that still run, and of those who came back, are found elsewhere and told there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from jingzhun.core.dropout import SchoolAge
from jingzhun.core.terms import school_year_of
from jingzhun.core.vocabulary import Boarding
from jingzhun.core.warning import Rule, WarningRule
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Absence, BoardingSpell, Enrolment, Person, School

TABLES = MetaData()
#: The pupils asked about, each once, with their place.
PUPIL = Table(
    "warned_pupil",
    TABLES,
    Column("person_id", Integer, primary_key=True),
    Column("school_id", Integer),
    Column("stage", String),
    Column("grade", Integer),
    Column("class_no", Integer),
    prefixes=["TEMPORARY"],
)
#: The children that report dropout names.
GONE = Table(
    "gone_child",
    TABLES,
    Column("person_id", Integer, primary_key=True),
    prefixes=["TEMPORARY"],
)
SIGN = Table(
    "warning_sign",
    TABLES,
    Column("person_id", Integer, index=True),
    Column("rule", String),
    Column("points", Integer),
    Column("measure", Integer),
    Column("before", Integer),
    Column("since", Date),
    Column("word", String),
    prefixes=["TEMPORARY"],
)

_DAY_OR_BOARDER = (Boarding.DAY, Boarding.BOARDER)
#: Who does not go to school and back each day.
_STAYS = (Boarding.BOARDER, Boarding.HOME_TAUGHT)
_GRADES = range(1, 10)

#: Says that a fact of policy, or a key group, holds of the person of the surrounding query.
Holds = Callable[[str], ColumnElement[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a rule's query needs to know: the rule, the day, how to ask of what kind somebody is."""

    name: WarningRule
    rule: Rule
    day: date
    ages: SchoolAge
    is_fact: Holds
    is_of_group: Holds

    @property
    def after(self) -> date:
        """The day before the window begins."""
        return self.day - timedelta(self.rule.window_days)

    def sign(self, points: Any, **columns: Any) -> Select[Any]:
        """Query the columns of signs, of all the pupils."""
        since = columns.get("since")
        return select(
            PUPIL.c.person_id,
            literal(self.name.value),
            points,
            columns.get("measure", literal(0)),
            columns.get("before", literal(0)),
            null() if since is None else type_coerce(since, Date),
            columns.get("word", literal("")),
        ).select_from(PUPIL)

    def once(self, **columns: Any) -> Select[Any]:
        """Query signs of which each is worth the same."""
        return self.sign(literal(self.rule.points_of(1)), **columns)

    def stepped(self, measure: Any, **columns: Any) -> Select[Any]:
        """Query signs that are worth what their measure reaches."""
        steps = [step for step in reversed(self.rule.steps) if step.points]
        points = case(*((measure >= step.at_least, step.points) for step in steps))
        query = self.sign(points, measure=measure, **columns)
        return query.where(measure >= steps[-1].at_least)


def _of_person(query: Select[Any]) -> Select[Any]:
    return query.join(Person, Person.id == PUPIL.c.person_id)


def _absent_days(after: date, until: date) -> Select[Any]:
    """Count by person the days away without a reason after one day, up to another."""
    days: ColumnElement[Any] = func.count().label("days")
    return (
        select(Absence.person_id, days)
        .where(Absence.day > after, Absence.day <= until, Absence.is_excused.is_not(True))
        .group_by(Absence.person_id)
    )


def _absent_often(asked: Asked) -> Select[Any]:
    days = _absent_days(asked.after, asked.day).subquery()
    return asked.stepped(days.c.days).join(days, days.c.person_id == PUPIL.c.person_id)


def _absent_rising(asked: Asked) -> Select[Any]:
    first = asked.after - timedelta(asked.rule.window_days)
    now = _absent_days(asked.after, asked.day).subquery()
    then = _absent_days(first, asked.after).subquery()
    before = func.coalesce(then.c.days, 0)
    return (
        asked.stepped(now.c.days - before, before=before)
        .join(now, now.c.person_id == PUPIL.c.person_id)
        .outerjoin(then, then.c.person_id == PUPIL.c.person_id)
    )


def _sibling(asked: Asked) -> Select[Any]:
    other = aliased(Person)
    query = _of_person(asked.once(measure=func.count(), word=func.min(other.name)))
    return (
        query.join(other, other.household_id == Person.household_id)
        .where(other.id.in_(select(GONE.c.person_id)))
        .group_by(PUPIL.c.person_id)
    )


def _poverty(asked: Asked) -> Select[Any]:
    """Give the fact that is worth most of those that hold."""
    words = {word: points for word, points in asked.rule.words.items() if points}
    first = case(*((asked.is_fact(word), word) for word in words))
    kinds = _of_person(select(PUPIL.c.person_id, first.label("word")).select_from(PUPIL)).subquery()
    query = asked.sign(case(words, value=kinds.c.word), word=kinds.c.word)
    query = query.join(kinds, kinds.c.person_id == PUPIL.c.person_id)
    return query.where(kinds.c.word.is_not(None))


def _groups(asked: Asked) -> Iterator[Select[Any]]:
    for word, points in asked.rule.words.items():
        if points:
            query = _of_person(asked.sign(literal(points), word=literal(word)))
            yield query.where(asked.is_of_group(word))


def _boarding_change(asked: Asked) -> Select[Any]:
    new, old = aliased(BoardingSpell), aliased(BoardingSpell)
    return (
        asked.once(since=new.valid_from, word=old.boarding + ">" + new.boarding)
        .join(new, new.person_id == PUPIL.c.person_id)
        .join(old, and_(old.person_id == new.person_id, old.valid_until == new.valid_from))
        .where(
            in_force(new, asked.day),
            new.valid_from > asked.after,
            old.superseded_in.is_(None),
            new.boarding.in_(_DAY_OR_BOARDER),
            old.boarding.in_(_DAY_OR_BOARDER),
            new.boarding != old.boarding,
        )
    )


def _distance(asked: Asked) -> Select[Any]:
    spell = BoardingSpell
    stays = exists().where(
        spell.person_id == PUPIL.c.person_id,
        in_force(spell, asked.day),
        spell.boarding.in_(_STAYS),
    )
    return _of_person(asked.stepped(Person.school_distance_m)).where(~stays)


def _transition(asked: Asked) -> Select[Any]:
    points = {int(grade): worth for grade, worth in asked.rule.words.items() if worth}
    query = asked.sign(case(points, value=PUPIL.c.grade), measure=PUPIL.c.grade)
    return query.where(PUPIL.c.grade.in_(list(points)))


def _school_change(asked: Asked) -> Select[Any]:
    old = aliased(Enrolment)
    return (
        asked.once(since=func.max(old.valid_until), word=func.min(School.name))
        .join(old, old.person_id == PUPIL.c.person_id)
        .join(School, School.id == old.school_id)
        .where(
            old.superseded_in.is_(None),
            old.valid_until > asked.after,
            old.valid_until <= asked.day,
            old.school_id != PUPIL.c.school_id,
            old.stage == PUPIL.c.stage,
        )
        .group_by(PUPIL.c.person_id)
    )


def _overage(asked: Asked) -> Select[Any]:
    """Compare birth days with the last one of who is so many years older than the grade."""
    year = school_year_of(asked.day)
    steps = [step.at_least for step in asked.rule.steps]
    many = range(max(*steps, asked.ages.years), min(steps) - 1, -1)
    older = case(
        *(
            (
                and_(
                    PUPIL.c.grade == grade,
                    Person.born_on <= date(year - asked.ages.starts - grade + 1 - years, 8, 31),
                ),
                years,
            )
            for grade in _GRADES
            for years in many
        ),
        else_=0,
    )
    return _of_person(asked.stepped(older))


_Query = Callable[[Asked], Select[Any] | Iterator[Select[Any]]]
QUERIES: Mapping[WarningRule, _Query] = {
    WarningRule.ABSENT_OFTEN: _absent_often,
    WarningRule.ABSENT_RISING: _absent_rising,
    WarningRule.SIBLING: _sibling,
    WarningRule.POVERTY: _poverty,
    WarningRule.GROUP: _groups,
    WarningRule.BOARDING_CHANGE: _boarding_change,
    WarningRule.DISTANCE: _distance,
    WarningRule.TRANSITION: _transition,
    WarningRule.SCHOOL_CHANGE: _school_change,
    WarningRule.OVERAGE: _overage,
}
