"""Pupils who have been away without a reason, school day after school day, and are not back."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, exists, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Boarding, Standing
from jingzhun.store.bulk import rows_of
from jingzhun.store.calendars import Calendars
from jingzhun.store.compulsory import compulsory
from jingzhun.store.presence import in_force, on_roll
from jingzhun.store.schema import Absence, BoardingSpell, Enrolment, Person, StandingSpell

#: Absences older than so many days cannot belong to a spell that still runs.
_LOOKED_BACK = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentSpell:
    """School days in a row on which a pupil was away without a reason, up to the last known.

    ``days`` are calendar days from the first to the last, ``school_days`` those missed.
    """

    person_id: int
    school_id: int
    since: date
    days: int
    school_days: int


def absent_spells(session: Session, day: date, calendars: Calendars) -> list[AbsentSpell]:
    """Give the spells of absence of 小学 and 初中 that had not ended by ``day``, as far as known.

    Absences are known up to the last day on which anybody of the school was absent; a spell that
    ends before that is over. An excused day ends it too. Who is suspended, deferred or taught at
    home is not away.
    """
    away_on: dict[int, dict[int, date]] = defaultdict(dict)
    last_of: dict[int, date] = {}
    for school, person, missed, is_asked in session.execute(_last_days_away(day)):
        last_of[school] = max(missed, last_of.get(school, missed))
        if is_asked:
            away_on[school][person] = missed
    schools = {
        person: school
        for school, pupils in sorted(away_on.items())
        for person, missed in sorted(pupils.items())
        if missed == last_of[school]
    }
    days = _days_away(session, day, schools)
    taught = {s: _taught(s, last_of[s], calendars) for s in dict.fromkeys(schools.values())}
    return [
        AbsentSpell(
            person_id=person,
            school_id=school,
            since=run[-1],
            days=(run[0] - run[-1]).days + 1,
            school_days=len(run),
        )
        for person, school in schools.items()
        if (run := _run(days[person], taught[school]))
    ]


def _last_days_away(day: date) -> Select[*tuple[Any, ...]]:
    """Query school, pupil, the last day of absence, and whether the pupil should have come."""
    last = (
        select(Absence.person_id, func.max(Absence.day).label("day"))
        .where(*_lately(day))
        .group_by(Absence.person_id)
        .subquery()
    )
    alive = or_(Person.died_on.is_(None), Person.died_on > day)
    return (
        select(
            Enrolment.school_id,
            last.c.person_id,
            type_coerce(last.c.day, Date),
            and_(alive, ~_is_excused_by_standing(day)),
        )
        .select_from(last)
        .join(Enrolment, and_(Enrolment.person_id == last.c.person_id, on_roll(day)))
        .join(Person, Person.id == last.c.person_id)
        .where(compulsory(Enrolment))
    )


def _lately(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Absence.day <= day, Absence.day > day - timedelta(_LOOKED_BACK)


def _days_away(
    session: Session, day: date, pupils: Collection[int]
) -> Mapping[int, Mapping[date, bool | None]]:
    """Give the days away of some pupils, and whether there was a reason."""
    found: dict[int, dict[date, bool | None]] = defaultdict(dict)
    wanted = [Absence.person_id, type_coerce(Absence.day, Date), Absence.is_excused]
    rows = rows_of(session.connection(), Absence.person_id, pupils, wanted)
    for person, missed, is_excused in rows:
        if missed <= day:
            found[person][missed] = is_excused
    return found


def _is_excused_by_standing(day: date) -> ColumnElement[bool]:
    """Say that the pupil need not come: suspended, deferred, or taught at home."""
    spell, boarding = StandingSpell, BoardingSpell
    return or_(
        exists().where(
            spell.person_id == Enrolment.person_id,
            in_force(spell, day),
            spell.standing.in_([Standing.SUSPENDED, Standing.DEFERRED]),
        ),
        exists().where(
            boarding.person_id == Enrolment.person_id,
            in_force(boarding, day),
            boarding.boarding == Boarding.HOME_TAUGHT,
        ),
    )


def _taught(school: int, last: date, calendars: Calendars) -> list[date]:
    """Give the school days up to ``last``, the latest first; always ``last`` itself."""
    days = {last}
    month = Month.of(last - timedelta(_LOOKED_BACK))
    while month <= Month.of(last):
        days.update(day for day in calendars.in_month(month).of(school).days if day <= last)
        month = month.next()
    return sorted(days, reverse=True)


def _run(days: Mapping[date, bool | None], taught: list[date]) -> list[date]:
    """Give the school days missed in a row without a reason, the latest first."""
    run = []
    for day in taught:
        if day not in days or days[day]:
            break
        run.append(day)
    return run
