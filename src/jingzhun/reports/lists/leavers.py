"""两后生: who left junior or senior high lately, and neither studies nor works.

What tells that somebody left, the strongest first: an event 异动 or the end of a roll; the last
grade of a roll that no later list renewed; failing any roll, 文化程度 and the birth date, where one
year more is allowed for: not every child begins school at six. Children who are still of school age
are not among them: they are to come back, and stand in ``report dropout``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, and_, or_, select, type_coerce
from sqlalchemy.orm import Session

from jingzhun.core.dropout import SchoolAge
from jingzhun.core.labour import (
    LeavingBasis,
    is_at_school,
    is_working,
    school_of,
    studies_beyond,
    would_leave_on,
)
from jingzhun.core.terms import months_later, school_year_of, school_year_period
from jingzhun.core.vocabulary import Change, Stage, Standing
from jingzhun.policies.limits import school_age_on
from jingzhun.store.policy_files import own_files
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Enrolment, Person, StandingSpell

_LAST_GRADES = {Stage.JUNIOR.value: 9, Stage.SENIOR.value: 12}
_STAGES = {stage.value: stage for stage in Stage}
_GONE = (
    Change.GRADUATION, Change.DROPOUT, Change.WITHDRAWAL, Change.EXPULSION, Change.OTHER_LEAVING,
    Change.MISSING, Change.TRANSFER_OUT,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """Somebody who left: which school, when (None: nobody knows), and by what it is known."""

    stage: Stage
    left_on: date | None
    basis: LeavingBasis


def leavers(session: Session, day: date, years: int) -> dict[int, Leaver]:
    """Give by person id who left within ``years`` before ``day`` and neither studies nor works."""
    ages = school_age_on(day, own_files(session, day))
    idle = _idle(session, day, ages)
    first = months_later(day, -12 * years)
    found: dict[int, Leaver] = {}
    enrolled: set[int] = set()
    for person, leaver in _by_rolls(session, day):
        enrolled.add(person)
        if leaver is None or person not in idle:
            continue
        if leaver.left_on is not None and first < leaver.left_on <= day:
            found[person] = leaver
    earliest = months_later(first, -12)
    for person, facts in idle.items():
        stage = school_of(facts.education)
        if person in enrolled or stage is None or facts.born_on is None:
            continue
        # A child out of school before its time has left lately, nobody knows when.
        due = would_leave_on(facts.born_on, stage, ages)
        if due > earliest:
            left_on = due if due <= day else None
            found[person] = Leaver(stage=stage, left_on=left_on, basis=LeavingBasis.AGE)
    return {
        person: leaver
        for person, leaver in found.items()
        if not studies_beyond(leaver.stage, idle[person].study_status)
    }


def _idle(session: Session, day: date, ages: SchoolAge) -> dict[int, Any]:
    """Give the facts of those who, as far as is known, neither work nor study on no roll."""
    earliest = date(day.year - 24, 1, 1)
    query = select(
        Person.id,
        type_coerce(Person.born_on, Date).label("born_on"),
        Person.education,
        Person.study_status,
        Person.labour_state,
        Person.unemployed_reason,
        Person.is_employed,
        Person.work_place,
        Person.work_unit,
        Person.work_months,
        Person.job,
        Person.returned_on,
    ).where(
        or_(Person.born_on.is_(None), Person.born_on >= earliest),
        or_(Person.died_on.is_(None), Person.died_on > day),
    )
    found = {}
    year = school_year_of(day)
    for row in session.execute(query):
        if row.born_on is not None and ages.holds(row.born_on, year):
            continue
        signs = bool(row.work_place or row.work_unit or row.work_months or row.job)
        works = is_working(
            said=row.is_employed, has_returned=row.returned_on is not None, signs=signs
        )
        if not works and not is_at_school(row.labour_state, row.unemployed_reason):
            found[row.id] = row
    return found


def _by_rolls(session: Session, day: date) -> Iterator[tuple[int, Leaver | None]]:
    """Give for everybody who ever was on a roll how the last one ended; None: it has not."""
    roll, spell = Enrolment, StandingSpell
    query = (
        select(
            roll.person_id,
            roll.stage,
            roll.grade,
            roll.valid_from.label("start"),
            roll.valid_until.label("until"),
            spell.change,
            spell.has_receiver,
            spell.valid_from.label("gone_on"),
        )
        .outerjoin(
            spell,
            and_(
                spell.person_id == roll.person_id,
                in_force(spell, day),
                spell.standing.in_([Standing.LEFT, Standing.DROPPED_OUT]),
                or_(spell.school_id.is_(None), spell.school_id == roll.school_id),
            ),
        )
        .where(roll.superseded_in.is_(None), roll.valid_from <= day)
        .order_by(roll.person_id, roll.valid_from)
    )
    for person, row in {row.person_id: row for row in session.execute(query)}.items():
        yield person, _end(day, row)


def _end(day: date, row: Any) -> Leaver | None:
    last_grade = _LAST_GRADES.get(row.stage)
    if last_grade is None or row.has_receiver:
        return None
    stage = _STAGES[row.stage]
    if row.change in _GONE:
        return Leaver(stage=stage, left_on=row.gone_on, basis=LeavingBasis.EVENT)
    if row.until is not None and row.until <= day:
        return Leaver(stage=stage, left_on=row.until, basis=LeavingBasis.ROLL)
    if row.grade is None:
        return None
    over = school_year_period(school_year_of(row.start) + last_grade - row.grade).end
    return Leaver(stage=stage, left_on=over, basis=LeavingBasis.ROLL) if over <= day else None
