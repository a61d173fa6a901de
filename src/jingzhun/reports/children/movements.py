"""Who came onto the rolls of 小学 and 初中 between two days of a school year, who left, and why.

A pupil who changes school leaves the one and comes to the other. Why somebody left is told by the
standing that took the pupil off, by the other roll it stands on now, or not at all: the newer list
does not have it any more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.dropout import INTAKE_GRADES
from jingzhun.core.report_vocabulary import Coming, Movement, SpecialGroup, Unexplained
from jingzhun.core.vocabulary import Change
from jingzhun.reports.children.children import chunks, groups_of
from jingzhun.reports.children.rolls import Rolls
from jingzhun.reports.facts import listed_persons
from jingzhun.store.absentees import details
from jingzhun.store.schema import Enrolment, Person, School, StatusChange
from jingzhun.store.traces import traces

_ARRIVALS = {Change.TRANSFER_IN: Coming.TRANSFER_IN, Change.RESUMPTION: Coming.RESUMPTION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One pupil who came to a school's roll or left it; ``other_school``: from where, to where."""

    movement: Movement
    person_id: int
    name: str
    id_number: str | None
    school_id: int
    grade: int | None
    reason: Coming | Change | Unexplained
    other_school: str | None
    is_listed: bool
    groups: list[SpecialGroup]


def movements(session: Session, rolls: Rolls, before: date, after: date) -> Iterator[Moved]:
    """Give who stands on a roll on one of two days and not on the other."""
    names = dict(session.execute(select(School.id, School.name)).all())
    came, left = rolls.only_on(after, before), rolls.only_on(before, after)
    for movement, pairs in ((Movement.CAME, came), (Movement.LEFT, left)):
        for some in chunks([person for person, _ in pairs]):
            yield from _Some(session, rolls, (before, after), some, names).moved(movement, pairs)


class _Some:
    """What must be known of some pupils to tell why they moved."""

    def __init__(
        self,
        session: Session,
        rolls: Rolls,
        days: tuple[date, date],
        some: list[int],
        names: dict[int, str],
    ) -> None:
        self.people = set(some)
        self.names = names
        among = select(Person.id).where(Person.id.in_(some))
        self.was, self.now = (rolls.grades(among, day) for day in days)
        self.after = traces(session, days[1], Person.id.in_(some))
        self.details = details(session, some)
        self.listed = set(session.scalars(listed_persons(session, days[1]).where(
            Person.id.in_(some))))  # fmt: skip
        self.groups = groups_of(session, days[1], some)
        events = (
            select(StatusChange.person_id, StatusChange.change, StatusChange.to_school_id,
                   StatusChange.to_school_name)
            .where(StatusChange.person_id.in_(some), StatusChange.happened_on <= days[1])
            .where(StatusChange.happened_on >= days[0])
            .order_by(StatusChange.happened_on, StatusChange.id)
        )  # fmt: skip
        self.arrivals: dict[int, Coming] = {}
        self.receivers: dict[int, str | None] = {}
        for person, change, to_school, to_name in session.execute(events):
            if change in _ARRIVALS:
                self.arrivals[person] = _ARRIVALS[Change.coded(change)]
            elif to_school is not None or to_name:
                self.receivers[person] = names[to_school] if to_school else to_name
        self.known = set(
            session.scalars(
                select(Enrolment.person_id).where(
                    Enrolment.person_id.in_(some),
                    Enrolment.superseded_in.is_(None),
                    Enrolment.valid_from <= days[0],
                )
            )
        )

    def moved(self, movement: Movement, pairs: Iterable[tuple[int, int]]) -> Iterator[Moved]:
        tell = self._came if movement is Movement.CAME else self._left
        standing = self.now if movement is Movement.CAME else self.was
        for person, school in pairs:
            if person not in self.people:
                continue
            name, number = self.details[person]
            reason, other = tell(person, school)
            yield Moved(
                movement=movement,
                person_id=person,
                name=name,
                id_number=number,
                school_id=school,
                grade=standing[person][1],
                reason=reason,
                other_school=other,
                is_listed=person in self.listed,
                groups=self.groups.get(person, []),
            )

    def _came(self, person: int, school: int) -> tuple[Coming, str | None]:
        elsewhere = self.was.get(person)
        other = self.names[elsewhere[0]] if elsewhere and elsewhere[0] != school else None
        if person in self.arrivals:
            return self.arrivals[person], other
        if other is not None:
            return Coming.TRANSFER_IN, other
        is_intake = person not in self.known and self.now[person][1] in INTAKE_GRADES
        return (Coming.INTAKE if is_intake else Coming.LISTED), None

    def _left(self, person: int, school: int) -> tuple[Change | Unexplained, str | None]:
        elsewhere = self.now.get(person)
        other = self.names[elsewhere[0]] if elsewhere else self.receivers.get(person)
        taken_off = [
            spell for spell in self.after[person].standings
            if spell.school_id is None or spell.school_id == school
        ]  # fmt: skip
        if taken_off:
            return taken_off[-1].change, other
        return (Change.TRANSFER_OUT if elsewhere else Unexplained.UNLISTED), other
