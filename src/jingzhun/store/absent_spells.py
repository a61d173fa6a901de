"""Pupils who have been away without a reason, school day after school day, and are not back."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Date, and_, exists, or_, select, type_coerce
from sqlalchemy.orm import Session

from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Boarding, Standing
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
    away: dict[int, dict[int, dict[date, bool | None]]] = defaultdict(lambda: defaultdict(dict))
    query = (
        select(
            Enrolment.school_id,
            Absence.person_id,
            type_coerce(Absence.day, Date),
            Absence.is_excused,
        )
        .join(Enrolment, and_(Enrolment.person_id == Absence.person_id, on_roll(day)))
        .join(Person, Person.id == Absence.person_id)
        .where(
            Absence.day <= day,
            Absence.day > day - timedelta(_LOOKED_BACK),
            compulsory(Enrolment),
            or_(Person.died_on.is_(None), Person.died_on > day),
            ~_is_excused_by_standing(day),
        )
    )
    for school, person, missed, is_excused in session.execute(query):
        away[school][person][missed] = is_excused
    found = []
    for school, pupils in sorted(away.items()):
        last = max(missed for days in pupils.values() for missed in days)
        taught = _taught(school, last, calendars)
        for person, days in sorted(pupils.items()):
            run = _run(days, taught)
            if run:
                found.append(
                    AbsentSpell(
                        person_id=person,
                        school_id=school,
                        since=run[-1],
                        days=(run[0] - run[-1]).days + 1,
                        school_days=len(run),
                    )
                )
    return found


def _is_excused_by_standing(day: date) -> ColumnElement[bool]:
    """Say that the pupil need not come: suspended, deferred, or taught at home."""
    spell, boarding = StandingSpell, BoardingSpell
    return or_(
        exists().where(
            spell.person_id == Absence.person_id,
            in_force(spell, day),
            spell.standing.in_([Standing.SUSPENDED, Standing.DEFERRED]),
        ),
        exists().where(
            boarding.person_id == Absence.person_id,
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
