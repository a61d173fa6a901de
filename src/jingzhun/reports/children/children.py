"""The children that reports of 控辍保学 name, with what stands beside a name: one row for each.

``kind``, ``since`` and ``note`` are those of :mod:`jingzhun.store.absentees`; ``groups`` the key
groups that lists tell of; ``case`` the child's case as it stood on the day, if it had one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import cast

from sqlalchemy import ColumnElement, Date, and_, exists, or_, select, type_coerce
from sqlalchemy.orm import Session

from jingzhun.core.places import Place
from jingzhun.core.report_vocabulary import SpecialGroup, Whereabouts
from jingzhun.core.rolls import PASSING_RANK
from jingzhun.core.terms import school_year_of, school_year_period
from jingzhun.core.vocabulary import CaseAction, DropoutKind, Standing
from jingzhun.policies.holidays import holidays_for
from jingzhun.policies.limits import groups_on, limits_on, school_age_on
from jingzhun.reports.children.casework import CaseOn
from jingzhun.reports.facts import is_of_group, listed_persons
from jingzhun.reports.provenance import places_of_persons
from jingzhun.store.absentees import Absentee, absentees, details
from jingzhun.store.calendars import Calendars
from jingzhun.store.compulsory import compulsory
from jingzhun.store.policy_files import own_files
from jingzhun.store.presence import present
from jingzhun.store.schema import CaseStep, DropoutCase, Enrolment, Person, StandingSpell
from jingzhun.store.traces import traces

_CHUNK = 5_000  # ids in one statement; SQLite allows 32,766 parameters
#: Kinds in their order of precedence.
KINDS = list(DropoutKind)
#: Kinds that count as dropout in the rate; the others are suspect.
GONE = (DropoutKind.DROPPED_OUT, DropoutKind.LEFT_WITHOUT_RECEIVER)
#: Where a child is that goes to school, if only at home.
AT_SCHOOL = frozenset({Whereabouts.AT_SCHOOL, Whereabouts.HOME_TAUGHT})

#: A grade and a class.
Class = tuple[int | None, int | None]
NO_CLASS: Class = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One child by name."""

    person_id: int
    name: str
    id_number: str | None
    kind: DropoutKind
    since: date
    note: str
    school_id: int | None
    school: str | None
    grade: int | None
    class_no: int | None
    is_listed: bool
    groups: list[SpecialGroup]
    case: CaseOn | None
    sources: list[Place]

    @property
    def order(self) -> tuple[int, str, date, str, str]:
        """Where the child stands among others: by kind, school, day, name."""
        return (KINDS.index(self.kind), self.school or "", self.since, self.name,
                self.id_number or "")  # fmt: skip


def gone_on(session: Session, day: date) -> dict[int, Absentee]:
    """Give every child to be named on a day, by the figures in force on it."""
    limits = limits_on(day, own_files(session, day))
    return absentees(session, day, limits, Calendars(session.connection(), holidays_for))


def named_children(
    session: Session,
    named: Mapping[int, Absentee],
    schools: Mapping[int, str],
    day: date,
    cases: Iterable[CaseOn] = (),
) -> list[Child]:
    """Give the children with all that stands beside their names, in order."""
    by_person = {case.person_id: case for case in cases}
    found = []
    for some in chunks(named):
        places = places_of_persons(session, some)
        listed = set(session.scalars(listed_persons(session, day).where(Person.id.in_(some))))
        groups = groups_of(session, day, some)
        classes = last_classes(session, day, some)
        for person, (name, number) in details(session, some).items():
            child = named[person]
            found.append(
                Child(
                    person_id=person,
                    name=name,
                    id_number=number,
                    kind=child.kind,
                    since=child.since,
                    note=child.note,
                    school_id=child.school_id,
                    school=schools.get(child.school_id) if child.school_id is not None else None,
                    grade=classes.get(person, NO_CLASS)[0],
                    class_no=classes.get(person, NO_CLASS)[1],
                    is_listed=person in listed,
                    groups=groups.get(person, []),
                    case=by_person.get(person),
                    sources=places.get(person, []),
                )
            )
    return sorted(found, key=lambda child: child.order)


def groups_of(session: Session, day: date, some: list[int]) -> dict[int, list[SpecialGroup]]:
    """Give the key groups of persons that are of any."""
    told = groups_on(day, own_files(session, day))
    flags_of = (is_of_group(session, group, day) for group in told)
    query = select(Person.id, *flags_of).where(Person.id.in_(some))
    found = {}
    for person, *flags in session.execute(query):
        groups = [group for group, flag in zip(told, flags, strict=True) if flag]
        if groups:
            found[person] = groups
    return found


def last_classes(session: Session, day: date, some: list[int]) -> dict[int, Class]:
    """Give the grade and class in which persons stood last, of those that any roll knows."""
    query = (
        select(Enrolment.person_id, Enrolment.grade, Enrolment.class_no)
        .where(Enrolment.person_id.in_(some), Enrolment.superseded_in.is_(None),
               Enrolment.valid_from <= day)
        .order_by(Enrolment.valid_from)
    )  # fmt: skip
    return {person: (grade, class_no) for person, grade, class_no in session.execute(query)}


def whereabouts_of(
    session: Session, day: date, persons: Iterable[int]
) -> dict[int, tuple[Whereabouts, int | None]]:
    """Tell where persons are who are not named on a day, and on which school's roll if on any."""
    ages = school_age_on(day, own_files(session, day))
    return {
        person: (found.whereabouts(day, ages), found.school_id)
        for some in chunks(persons)
        for person, found in traces(session, day, Person.id.in_(some)).items()
    }


def returned_between(session: Session, first: date, last: date) -> dict[int, date]:
    """Give who came back to school in some days, and when: an event ended it, or a case says so.

    Whether they are gone again is not asked.
    """
    spell, roll = StandingSpell, Enrolment
    day_back = cast("ColumnElement[date]", spell.valid_until)
    is_back = exists().where(
        roll.person_id == spell.person_id, compulsory(roll), present(day_back, roll)
    )
    ended = select(spell.person_id, type_coerce(spell.valid_until, Date)).where(
        spell.superseded_in.is_(None),
        spell.valid_until >= first,
        spell.valid_until <= last,
        or_(
            spell.standing.in_([Standing.DROPPED_OUT, Standing.AWAY]),
            and_(spell.standing == Standing.SUSPENDED, spell.ends_on < spell.valid_until),
        ),
        is_back,
    )
    told = (
        select(DropoutCase.person_id, type_coerce(CaseStep.done_on, Date))
        .join(CaseStep, CaseStep.case_id == DropoutCase.id)
        .where(
            CaseStep.action == CaseAction.RETURNED,
            CaseStep.done_on >= first,
            CaseStep.done_on <= last,
        )
    )
    found: dict[int, date] = {}
    for query in (ended, told):
        for person, day in session.execute(query):
            found[person] = min(day, found.get(person, day))
    return found


def rolls_unknown(session: Session, day: date) -> tuple[str, ...]:
    """Give the note that no roll is known of the school year of a day, if so: nobody can be gone.

    Then a child of school age without a roll is a child that no list speaks of, not one out of
    school.
    """
    end = school_year_period(school_year_of(day)).end
    is_known = exists().where(
        Enrolment.superseded_in.is_(None), Enrolment.valid_from <= day, Enrolment.stated_on < end,
        Enrolment.rank > PASSING_RANK, compulsory(Enrolment),
    )  # fmt: skip
    if session.scalar(select(is_known)):
        return ()
    until = day.isoformat()
    return (
        f"账本里没有 {until} 以前的小学、初中学籍名册，“适龄失学”只是无学籍可对，不能当作失学。",
    )


def chunks(persons: Iterable[int]) -> Iterator[list[int]]:
    """Give persons in lists that a statement may name."""
    rest = iter(persons)
    while some := list(islice(rest, _CHUNK)):
        yield some
