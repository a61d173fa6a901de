"""The rolls of primary and junior schools through a school year: who stood on them, who moved.

*Base*: the pupils on a roll on 1 September, also those whose leaving is dated on that very day (a
roster's undated 学生状态 counts from there), without the rolls that have finished since (grade 6
and 9 of last year that no later list renewed). A list may come late: a pupil whose first roll
begins later in the year is in the base when 入学年月 says that the child was there, or when it says
nothing and the school had no roll at all before the spring term.

*Standing* on a later day: on the roll then (``store.presence``), or on a late list whose pupils
were there from the year's start; on 1 September it is the base.

*Moves*: the events 异动 of the year, and the rolls that begin or end within it. A pupil who appears
on a later roll without an event is an increase of that school, unless already in its base or,
unknown before, in grade 1 or 7; a pupil whose roll ends without an event is a decrease.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from jingzhun.core.dropout import COMINGS, Move, Slice
from jingzhun.core.rolls import EVENT_RANK
from jingzhun.core.terms import school_year_of, school_year_period
from jingzhun.core.vocabulary import Change, Standing
from jingzhun.policies.limits import flow_words_on
from jingzhun.store.compulsory import compulsory, unfinished
from jingzhun.store.policy_files import own_files
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Enrolment, Person, StandingSpell, StatusChange


class Rolls:
    """The rolls of the school year that a day lies in, up to that day."""

    def __init__(self, session: Session, day: date) -> None:
        self.session = session
        self.day = day
        self.start = school_year_period(school_year_of(day)).start
        self.words = flow_words_on(day, own_files(session, day))
        self.spring = date(self.start.year + 1, 3, 1)

    def base(self, members: Select[Any]) -> tuple[Counter[Slice], Counter[Slice]]:
        """Count the base by its slices: all of it, and those of some persons."""
        rows = self.standing(self.start)
        query = select(
            rows.c.school_id,
            rows.c.stage,
            rows.c.grade,
            rows.c.sex,
            func.count(),
            func.sum(case((rows.c.person_id.in_(members), 1), else_=0)),
        ).group_by(rows.c.school_id, rows.c.stage, rows.c.grade, rows.c.sex)
        everybody: Counter[Slice] = Counter()
        members_only: Counter[Slice] = Counter()
        for *place, count, of_members in self._all(query):
            everybody[_slice(place)] = count
            members_only[_slice(place)] = of_members
        return everybody, members_only

    def base_among(self, pupils: Sequence[int]) -> Counter[Slice]:
        """Count those of some pupils who are in the base, by its slices."""
        rows = self.standing(self.start)
        query = select(rows.c.school_id, rows.c.stage, rows.c.grade, rows.c.sex).where(
            rows.c.person_id.in_(pupils)
        )
        return Counter(map(_slice, self._all(query)))

    def pupils_by_school(self, on: date) -> Counter[int]:
        """Count who stands on the roll of each school on a day of the year."""
        rows = self.standing(on)
        query = select(rows.c.school_id, func.count()).group_by(rows.c.school_id)
        return Counter(dict(tuple(row) for row in self._all(query)))

    def pupils(self, on: date) -> list[tuple[int, int, str, int | None]]:
        """Give (pupil, school, stage, grade) of who stands on a roll on a day of the year."""
        rows = self.standing(on)
        query = select(rows.c.person_id, rows.c.school_id, rows.c.stage, rows.c.grade)
        return sorted(
            ((person, school, stage, grade) for person, school, stage, grade in self._all(query)),
            key=lambda row: row[:3],
        )

    def only_on(self, one: date, other: date) -> list[tuple[int, int]]:
        """Give (pupil, school) of who stands on a roll on one day and not on it on another."""
        here, there = self.standing(one), self.standing(other)
        query = select(here.c.person_id, here.c.school_id).except_(
            select(there.c.person_id, there.c.school_id)
        )
        return sorted((row[0], row[1]) for row in self.session.execute(query))

    def grades(self, pupils: Select[Any], on: date) -> dict[int, tuple[int, int | None]]:
        """Give the school and grade of some pupils who stand on a roll on a day."""
        rows = self.standing(on)
        query = select(rows.c.person_id, rows.c.school_id, rows.c.grade)
        query = query.where(rows.c.person_id.in_(pupils))
        return {person: (school, grade) for person, school, grade in self._all(query)}

    def moves(self) -> Iterator[Move]:
        """Give every loss and gain of the year, events and changes of rolls alike, as said."""
        for pupil, *place, day, change in self._all(self._events()):
            yield Move(pupil=pupil, day=day, is_gain=change in COMINGS, place=_slice(place))
        for pupil, *place, day in self._all(self._leavings()):
            yield Move(pupil=pupil, day=day, is_gain=False, place=_slice(place))
        for pupil, *place, day, is_known in self._all(self._joinings()):
            yield Move(pupil=pupil, day=day, is_gain=True, place=_slice(place), is_new=not is_known)

    def _all(self, query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
        return self.session.execute(query).all()

    def standing(self, on: date) -> Subquery:
        """Query whoever stands on a roll on a day of the year, with their slices."""
        late = aliased(Enrolment)
        return union_all(
            _roll_of(Enrolment).where(
                in_force(Enrolment, on),
                compulsory(Enrolment),
                unfinished(Enrolment, self.start),
                ~self._had_left(on),
            ),
            _roll_of(late).where(
                self._begins_in_year(late), late.valid_from > on, self._was_there(late)
            ),
        ).subquery()

    def _had_left(self, on: date) -> ColumnElement[bool]:
        spell = aliased(StandingSpell)
        had_left = exists().where(
            spell.person_id == Enrolment.person_id,
            spell.standing == Standing.LEFT,
            in_force(spell, on),
            or_(spell.school_id.is_(None), spell.school_id == Enrolment.school_id),
        )
        if on > self.start:
            return had_left
        return had_left.where(or_(spell.valid_from < on, spell.change == Change.GRADUATION))

    def _begins_in_year(self, enrolment: Any) -> ColumnElement[bool]:
        return and_(
            enrolment.superseded_in.is_(None),
            enrolment.valid_from > self.start,
            enrolment.valid_from <= self.day,
            compulsory(enrolment),
        )

    def _was_there(self, late: Any) -> ColumnElement[bool]:
        """Say that an enrolment that begins in the year is of a pupil who stood there before."""
        other, early = aliased(Enrolment), aliased(Enrolment)
        elsewhere = exists().where(
            other.person_id == late.person_id,
            other.superseded_in.is_(None),
            other.valid_from < late.valid_from,
            or_(other.valid_until.is_(None), other.valid_until > self.start),
        )
        punctual = (
            select(early.school_id)
            .where(early.superseded_in.is_(None), early.valid_from < self.spring, compulsory(early))
            .distinct()
        )
        return and_(
            # Who came by an event 转入 was elsewhere; 入学年月 is that of the first school.
            late.rank < EVENT_RANK,
            or_(
                late.entered_on <= self.start,
                and_(
                    late.entered_on.is_(None),
                    late.valid_from == self.spring,
                    late.school_id.not_in(punctual),
                ),
            ),
            ~elsewhere,
        )

    def _events(self) -> Select[*tuple[Any, ...]]:
        event, roll = StatusChange, Enrolment
        return (
            _roll_of(roll)
            .add_columns(event.happened_on, event.change)
            .join(event, event.person_id == roll.person_id)
            .where(
                event.happened_on >= self.start,
                event.happened_on <= self.day,
                event.change.in_([*self.words.losses, *self.words.gains]),
                compulsory(roll),
                unfinished(roll, self.start),
                roll.superseded_in.is_(None),
                roll.valid_from <= event.happened_on,
                or_(
                    and_(
                        event.change.in_(self.words.losses),
                        # A roll that ends with the event is the one that loses the pupil.
                        or_(roll.valid_until.is_(None), roll.valid_until >= event.happened_on),
                        or_(event.from_school_id.is_(None), event.from_school_id == roll.school_id),
                    ),
                    and_(
                        event.change.in_(self.words.gains),
                        or_(roll.valid_until.is_(None), roll.valid_until > event.happened_on),
                        or_(event.to_school_id.is_(None), event.to_school_id == roll.school_id),
                    ),
                ),
            )
            .order_by(event.id, roll.valid_from)
        )

    def _leavings(self) -> Select[*tuple[Any, ...]]:
        roll, following, spell = Enrolment, aliased(Enrolment), aliased(StandingSpell)
        goes_on = exists().where(
            following.person_id == roll.person_id,
            following.school_id == roll.school_id,
            following.superseded_in.is_(None),
            following.valid_from == roll.valid_until,
        )
        # Who left by a word that is no decrease, as 毕业, is none by the roll's end either.
        uncounted = exists().where(
            spell.person_id == roll.person_id,
            spell.superseded_in.is_(None),
            spell.standing == Standing.LEFT,
            spell.change.not_in(self.words.losses),
            spell.valid_from == roll.valid_until,
        )
        return (
            _roll_of(roll)
            .add_columns(roll.valid_until)
            .where(
                roll.superseded_in.is_(None),
                roll.valid_until > self.start,
                roll.valid_until <= self.day,
                compulsory(roll),
                unfinished(roll, self.start),
                ~goes_on,
                ~uncounted,
            )
        )

    def _joinings(self) -> Select[*tuple[Any, ...]]:
        roll, before, ever = Enrolment, aliased(Enrolment), aliased(Enrolment)
        uncounted = exists().where(
            StatusChange.person_id == roll.person_id,
            StatusChange.change.in_([come for come in COMINGS if come not in self.words.gains]),
            StatusChange.happened_on == roll.valid_from,
        )
        goes_on = exists().where(
            before.person_id == roll.person_id,
            before.school_id == roll.school_id,
            before.superseded_in.is_(None),
            before.valid_until == roll.valid_from,
        )
        is_known = exists().where(
            ever.person_id == roll.person_id,
            ever.superseded_in.is_(None),
            ever.valid_from < roll.valid_from,
        )
        return (
            _roll_of(roll)
            .add_columns(roll.valid_from, is_known)
            .where(
                self._begins_in_year(roll),
                ~goes_on,
                ~func.coalesce(self._was_there(roll), False),
                ~uncounted,
            )
        )


def _roll_of(enrolment: Any) -> Select[Any]:
    """Query whose roll it is, and its slice."""
    sex = select(Person.sex).where(Person.id == enrolment.person_id).scalar_subquery()
    return select(
        enrolment.person_id, enrolment.school_id, enrolment.stage, enrolment.grade, sex.label("sex")
    )


def _slice(parts: Sequence[Any]) -> Slice:
    school, stage, grade, sex = parts
    return school, stage, grade, sex
