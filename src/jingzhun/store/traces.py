"""What the ledger holds of children on a day: roll, standings, 送教上门, 出国, 死亡."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, exists, select, type_coerce
from sqlalchemy.orm import Session

from jingzhun.core.vocabulary import Boarding, Change, Stage, Standing
from jingzhun.core.whereabouts import RollOn, StandingOn, Traces
from jingzhun.store.compulsory import compulsory, unfinished
from jingzhun.store.presence import in_force
from jingzhun.store.schema import BoardingSpell, Enrolment, Person, StandingSpell, StatusChange


def traces(session: Session, day: date, among: ColumnElement[bool]) -> dict[int, Traces]:
    """Give the traces of the persons for whom ``among`` (a clause on Person) holds, by id."""
    rolls = _rolls(session, day, among)
    standings = _standings(session, day, among)
    left_stages = _left_stages(session, day, among)
    home_taught = set(
        session.scalars(
            select(BoardingSpell.person_id)
            .join(Person, Person.id == BoardingSpell.person_id)
            .where(in_force(BoardingSpell, day), BoardingSpell.boarding == Boarding.HOME_TAUGHT)
            .where(among)
        )
    )
    gone: dict[str, set[int]] = defaultdict(set)
    for person, change in _all(
        session,
        select(StatusChange.person_id, StatusChange.change)
        .join(Person, Person.id == StatusChange.person_id)
        .where(StatusChange.change.in_([Change.DEATH, Change.EMIGRATION]))
        .where(StatusChange.happened_on <= day, among),
    ):
        gone[change].add(person)
    query = select(
        Person.id, type_coerce(Person.born_on, Date), type_coerce(Person.died_on, Date)
    ).where(among)
    return {
        person: Traces(
            born_on=born_on,
            is_dead=person in gone[Change.DEATH] or (died_on is not None and died_on <= day),
            is_abroad=person in gone[Change.EMIGRATION],
            is_home_taught=person in home_taught,
            roll=rolls.get(person),
            standings=standings.get(person, ()),
            left_stage=left_stages.get(person),
        )
        for person, born_on, died_on in session.execute(query)
    }


def _rolls(session: Session, day: date, among: ColumnElement[bool]) -> dict[int, RollOn]:
    query = (
        select(
            Enrolment.person_id, Enrolment.school_id, Enrolment.stage, Enrolment.grade,
            Enrolment.class_no, compulsory(Enrolment) & ~unfinished(Enrolment, day),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .where(in_force(Enrolment, day), among)
    )  # fmt: skip
    return {
        person: RollOn(
            school_id=school, stage=Stage.coded(stage), grade=grade, class_no=class_no,
            is_finished=bool(finished),
        )
        for person, school, stage, grade, class_no, finished in _all(session, query)
    }  # fmt: skip


def _standings(
    session: Session, day: date, among: ColumnElement[bool]
) -> dict[int, list[StandingOn]]:
    found: dict[int, list[StandingOn]] = defaultdict(list)
    query = (
        select(
            StandingSpell.person_id, StandingSpell.standing, StandingSpell.change,
            StandingSpell.school_id, StandingSpell.has_receiver,
            type_coerce(StandingSpell.ends_on, Date),
        )
        .join(Person, Person.id == StandingSpell.person_id)
        .where(in_force(StandingSpell, day), among)
    )  # fmt: skip
    for person, standing, change, school, has_receiver, ends_on in _all(session, query):
        found[person].append(
            StandingOn(
                standing=Standing.coded(standing),
                change=Change.coded(change),
                school_id=school,
                has_receiver=bool(has_receiver),
                ends_on=ends_on,
            )
        )
    return found


def _left_stages(session: Session, day: date, among: ColumnElement[bool]) -> dict[int, Stage]:
    """Give the stage of the last roll of who graduated and stands on none."""
    graduated = exists().where(
        StandingSpell.person_id == Enrolment.person_id,
        in_force(StandingSpell, day),
        StandingSpell.change == Change.GRADUATION,
    )
    query = (
        select(Enrolment.person_id, Enrolment.stage)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.superseded_in.is_(None), Enrolment.valid_from <= day, graduated, among)
        .order_by(Enrolment.valid_from)
    )
    return {person: Stage.coded(stage) for person, stage in _all(session, query)}


def _all(session: Session, query: Any) -> Any:
    return session.execute(query).all()
