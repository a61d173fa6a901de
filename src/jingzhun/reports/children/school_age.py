"""The county's ledger 适龄儿童少年台账: every child of school age, and where it is.

A child is of it by its age on the 31 August before the school year (``core.dropout``), on a roll or
not; the dead are not. Records confirmed to be one human stand as one: the one that is on a roll,
else the one that is named, else the one of the smallest identity.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, or_, select, type_coerce
from sqlalchemy.orm import Session

from jingzhun.core.places import Place
from jingzhun.core.report_vocabulary import SpecialGroup, Whereabouts
from jingzhun.core.terms import school_year_of
from jingzhun.core.vocabulary import DropoutKind, Sex
from jingzhun.core.whereabouts import Traces
from jingzhun.reports.children.children import chunks, groups_of
from jingzhun.reports.children.spans import Span
from jingzhun.reports.facts import listed_persons
from jingzhun.reports.humans import humans_of
from jingzhun.reports.provenance import places_of_persons
from jingzhun.store.schema import Household, Person, Village
from jingzhun.store.traces import traces

_SEXES = {sex.value: sex for sex in Sex}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolAged:
    """One child of school age; ``place`` is where it is, or as what it is named."""

    name: str
    id_number: str | None
    sex: Sex | None
    born_on: date
    village: str | None
    school_id: int | None
    grade: int | None
    class_no: int | None
    is_on_roll: bool
    place: Whereabouts | DropoutKind
    is_listed: bool
    groups: list[SpecialGroup]
    sources: list[Place]


def school_aged(session: Session, span: Span) -> list[SchoolAged]:
    """Give the children of school age of the schools asked for, as of the last day, in order.

    Of one school those on its roll, and those named at it.
    """
    day = span.close
    first, last = span.ages.births(school_year_of(day))
    is_of_age = Person.born_on.between(first, last)
    is_alive = or_(Person.died_on.is_(None), Person.died_on > day)
    found = {
        person: trace
        for person, trace in traces(session, day, is_of_age & is_alive).items()
        if not trace.is_dead
    }
    for records in humans_of(session, ()).several:
        known = [person for person in records if person in found]
        known.sort(key=lambda person: (found[person].school_id is None, person not in span.now))
        for person in known[1:]:
            del found[person]
    wanted = [person for person, trace in found.items() if span.tells(_school(person, trace, span))]
    children: list[SchoolAged] = []
    for some in chunks(wanted):
        children += _described(session, some, found, span)
    return sorted(children, key=lambda child: _order(child, span))


def _school(person: int, trace: Traces, span: Span) -> int | None:
    named = span.now.get(person)
    return trace.school_id or (named.school_id if named else None)


def _described(
    session: Session, some: list[int], found: dict[int, Traces], span: Span
) -> list[SchoolAged]:
    day = span.close
    listed = set(session.scalars(listed_persons(session, day).where(Person.id.in_(some))))
    groups = groups_of(session, day, some)
    places = places_of_persons(session, some)
    query = (
        select(Person.id, Person.name, Person.id_number, Person.sex,
               type_coerce(Person.born_on, Date), Village.name)
        .outerjoin(Household, Household.id == Person.household_id)
        .outerjoin(Village, Village.id == Household.village_id)
        .where(Person.id.in_(some))
    )  # fmt: skip
    return [
        SchoolAged(
            name=name,
            id_number=number,
            sex=_SEXES.get(sex or ""),
            born_on=born_on,
            village=village,
            school_id=_school(person, found[person], span),
            grade=_roll(found[person], "grade"),
            class_no=_roll(found[person], "class_no"),
            is_on_roll=found[person].is_on_roll,
            place=_place(person, found[person], span),
            is_listed=person in listed,
            groups=groups.get(person, []),
            sources=places.get(person, []),
        )
        for person, name, number, sex, born_on, village in session.execute(query)
        if born_on is not None
    ]


def _roll(trace: Traces, field: str) -> Any:
    return getattr(trace.roll, field) if trace.is_on_roll else None


def _place(person: int, trace: Traces, span: Span) -> Whereabouts | DropoutKind:
    named = span.now.get(person)
    return named.kind if named else trace.whereabouts(span.close, span.ages)


def _order(child: SchoolAged, span: Span) -> tuple[Any, ...]:
    return (
        child.school_id is None, span.name(child.school_id), child.grade or 0, child.class_no or 0,
        child.name, child.id_number or "",
    )  # fmt: skip
