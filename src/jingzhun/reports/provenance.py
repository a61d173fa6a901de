"""Where each row of a report comes from: the file, sheet and row of every list that spoke.

A subject's places are the workbook rows in ``source`` that name it and the origins of its own
record and of its dated facts as known today, each place once, in the order of import.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from jingzhun.core.places import Place
from jingzhun.store.bulk import FEW, staged
from jingzhun.store.origins import sheet_names
from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    Household,
    HouseholdCategory,
    Pairing,
    Person,
    Recognition,
    Revision,
    School,
    SchoolFee,
    Source,
    Staff,
    StandingSpell,
    StatusChange,
)

Among = Collection[int] | Select[Any]

_PERSON_FACTS = (Enrolment, BoardingSpell, Recognition, StandingSpell)


def places_of_persons(session: Session, persons: Among) -> dict[int, list[Place]]:
    """Give the places that speak of each person; ``persons`` are ids or a query for ids."""
    with _asked(session, persons) as among:
        return _places(
            session,
            [
                _origin(Source.person_id, Source, among),
                _origin(Person.id, Person, among),
                _origin(StatusChange.person_id, StatusChange, among),
                *(_fact(fact.person_id, fact, among) for fact in _PERSON_FACTS),
            ],
        )


def places_of_households(session: Session, households: Among) -> dict[int, list[Place]]:
    """Give the places that speak of each household."""
    with _asked(session, households) as among:
        return _places(
            session,
            [
                _origin(Source.household_id, Source, among),
                _origin(Household.id, Household, among),
                _fact(HouseholdCategory.household_id, HouseholdCategory, among),
                _fact(Pairing.household_id, Pairing, among),
            ],
        )


def places_of_categories(session: Session, households: Among) -> dict[int, list[Place]]:
    """Give the places that say of which categories each household is or was."""
    return _places(session, [_fact(HouseholdCategory.household_id, HouseholdCategory, households)])


def places_of_staff(session: Session, staff: Among) -> dict[int, list[Place]]:
    """Give the places that speak of each member of staff."""
    with _asked(session, staff) as among:
        return _places(
            session,
            [
                _origin(Source.staff_id, Source, among),
                _origin(Staff.id, Staff, among),
                _fact(Pairing.staff_id, Pairing, among),
            ],
        )


def places_of_schools(session: Session, schools: Among) -> dict[int, list[Place]]:
    """Give the places that set what each school is and asks."""
    changes = _origin(Revision.record_id, Revision, schools)
    return _places(
        session,
        [
            changes.where(Revision.table_name == School.__tablename__),
            _origin(SchoolFee.school_id, SchoolFee, schools),
        ],
    )


def places_of_entries(session: Session, table: Any) -> dict[int, list[Place]]:
    """Give the places of each entry of a register: the row that made it, those that changed it."""
    changes = _origin(Revision.record_id, Revision, select(table.id))
    changes = changes.where(Revision.table_name == table.__tablename__)
    return _places(session, [_origin(table.id, table, select(table.id)), changes])


def place_finder(session: Session) -> Callable[[int, int], Place]:
    """Give the function from a sheet's id and a row number to the place."""
    sheets = sheet_names(session.connection())
    return lambda sheet_id, row_number: sheets[sheet_id].place(row_number)


@contextmanager
def _asked(session: Session, among: Among) -> Iterator[Among]:
    """Give a query in the place of very many ids: each of several questions would name them all."""
    if isinstance(among, Select) or len(among) <= FEW:
        yield among
    else:
        with staged(session.connection(), among) as asked:
            yield select(asked.c.key)


def _origin(subject: Any, table: Any, among: Among) -> Select[Any]:
    return select(subject.label("subject"), table.sheet_id, table.row_number).where(
        subject.in_(among)
    )


def _fact(subject: Any, timeline: Any, among: Among) -> Select[Any]:
    return _origin(subject, timeline, among).where(timeline.superseded_in.is_(None))


def _places(session: Session, origins: Iterable[Select[Any]]) -> dict[int, list[Place]]:
    find = place_finder(session)
    places: dict[int, list[Place]] = {}
    # UNION leaves each place once; two columns of integers sort faster here than in SQL.
    for subject, sheet_id, row_number in sorted(session.execute(union(*origins))):
        places.setdefault(subject, []).append(find(sheet_id, row_number))
    return places
