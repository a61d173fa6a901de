"""The children that the dropout report names: one kind each, in the order of precedence.

Rules of 小学 and 初中 only, as of a day, by the words and figures of ``policies/dropout.toml``:

- ``dropped_out``: 辍学, 退学 or 开除, not ended by 复学 or 转入;
- ``left_without_receiver``: 转出 without a receiving school, 其他离校, 失踪, and the pupil whose
  roll ended without any event; on no roll on the day, nor by another record confirmed to be the
  same human;
- ``suspension_expired``: 休学 past its end (a row without an end: the norm's months) and no 复学;
- ``suspected``: 在籍不在校, or absent without a reason for more than the norm's days;
  ``dropped_out`` when that goes on for more days still;
- ``never_enrolled``: of school age, no enrolment ever, of any stage, also not of a record confirmed
  to be the same human; neither dead, abroad, nor with a deferral 延缓入学 that still runs.

What a ledger strikes out of ``excuses`` explains nothing any more: such children are named too, as
``suspected`` while they stand on a roll.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    exists,
    false,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from jingzhun.core.dropout import COMPULSORY, Limits
from jingzhun.core.report_vocabulary import Whereabouts
from jingzhun.core.terms import months_later, school_year_of
from jingzhun.core.vocabulary import Boarding, Change, DropoutKind, Standing, label_of
from jingzhun.store.absent_spells import absent_spells
from jingzhun.store.calendars import Calendars
from jingzhun.store.compulsory import compulsory, unfinished
from jingzhun.store.matches import of_twin
from jingzhun.store.presence import in_force, on_roll, present
from jingzhun.store.schema import BoardingSpell, Enrolment, Person, StandingSpell, StatusChange

#: The events by which a child is where an excuse says.
_EVENTS_OF = {Whereabouts.DEAD: Change.DEATH, Whereabouts.ABROAD: Change.EMIGRATION}
_STAGES = [stage.value for stage in COMPULSORY]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absentee:
    """A child that is named: since when it counts, at which school (id), and a word of why."""

    kind: DropoutKind
    since: date
    school_id: int | None
    note: str = ""


def absentees(
    session: Session, day: date, limits: Limits, calendars: Calendars
) -> dict[int, Absentee]:
    """Give every child to be named on ``day`` by person id; no child twice.

    ``limits`` are the figures in force, ``calendars`` say when schools teach.
    """
    found: dict[int, Absentee] = {}
    order = list(DropoutKind)
    for person, absentee in (
        *_by_standing(session, day, limits),
        *_by_absences(session, day, limits, calendars),
        *_vanished(session, day, limits),
        *_never_enrolled(session, day, limits),
        *_taught_at_home(session, day, limits),
    ):
        held = found.get(person)
        if held is None or order.index(absentee.kind) < order.index(held.kind):
            found[person] = absentee
    return found


def _by_standing(session: Session, day: date, limits: Limits) -> Iterator[tuple[int, Absentee]]:
    spell = StandingSpell
    last = aliased(Enrolment)
    latest = (
        select(last.valid_from)
        .where(last.person_id == spell.person_id, last.superseded_in.is_(None))
        .where(last.valid_from <= day)
        .order_by(last.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    roll = aliased(Enrolment)
    query = (
        select(
            spell.person_id,
            spell.standing,
            spell.change,
            spell.valid_from,
            spell.ends_on,
            spell.school_id,
            roll.school_id,
            roll.stage,
            Person.born_on,
        )
        .join(Person, Person.id == spell.person_id)
        .outerjoin(
            roll,
            and_(
                roll.person_id == spell.person_id,
                roll.superseded_in.is_(None),
                roll.valid_from == latest,
            ),
        )
        .where(in_force(spell, day), _may_be_gone(day, limits), _is_absence(day, limits))
        .where(or_(roll.stage.is_(None), roll.stage.in_(_STAGES)))
        .order_by(spell.person_id, spell.valid_from)
    )
    year = school_year_of(day)
    for person, standing, change, since, ends, school, last_school, stage, born in session.execute(
        query
    ):
        if stage is None and born is not None and not limits.school_age.holds(born, year):
            continue  # No roll says which stage it was; only a child can have dropped out.
        kind, day_since, note = _judge((standing, change), since, ends, day, limits)
        yield (
            person,
            Absentee(kind=kind, since=day_since, school_id=school or last_school, note=note),
        )


def _is_absence(day: date, limits: Limits) -> ColumnElement[bool]:
    spell, roll = StandingSpell, aliased(Enrolment)
    elsewhere = exists().where(roll.person_id == spell.person_id, on_roll(day, roll))
    excuses = limits.excuses
    gone = [*limits.dropout_words, *limits.left_words]
    gone += [event for place, event in _EVENTS_OF.items() if place not in excuses]
    is_expired = or_(
        spell.ends_on < day,
        and_(
            spell.ends_on.is_(None),
            spell.valid_from <= months_later(day, -limits.suspension_months),
        ),
    )
    not_received = or_(spell.has_receiver.is_(None), spell.has_receiver.is_(False))
    return or_(
        and_(spell.standing == Standing.DROPPED_OUT, spell.change.in_(gone)),
        and_(spell.standing == Standing.AWAY, spell.change.in_(limits.away_words)),
        and_(
            spell.standing == Standing.SUSPENDED,
            is_expired if Whereabouts.SUSPENDED in excuses else true(),
        ),
        and_(
            spell.standing == Standing.LEFT,
            spell.change.in_(gone),
            not_received if Whereabouts.TRANSFERRED in excuses else true(),
            ~elsewhere,
            ~_twin_is_on_roll(day),
        ),
    )


def _judge(
    told: tuple[str, str], since: date, ends: date | None, day: date, limits: Limits
) -> tuple[DropoutKind, date, str]:
    standing, change = told
    if standing == Standing.SUSPENDED:
        if _still_suspended(since, ends, day, limits):  # where that is no excuse
            return DropoutKind.SUSPECTED, since, Whereabouts.SUSPENDED.label
        if ends is not None:
            return DropoutKind.SUSPENSION_EXPIRED, ends, f"休学至{ends.isoformat()}"
        note = f"{since.isoformat()}起休学，未写期限，按{limits.suspension_months}个月计"
        note += limits.unchecked
        return DropoutKind.SUSPENSION_EXPIRED, months_later(since, limits.suspension_months), note
    if standing == Standing.AWAY:
        return DropoutKind.SUSPECTED, since, Change.AWAY.label
    label = label_of(Change, change)
    if change in limits.dropout_words:
        return DropoutKind.DROPPED_OUT, since, label
    return DropoutKind.LEFT_WITHOUT_RECEIVER, since, label


def _still_suspended(since: date, ends: date | None, day: date, limits: Limits) -> bool:
    if ends is not None:
        return ends >= day
    return since > months_later(day, -limits.suspension_months)


def _vanished(session: Session, day: date, limits: Limits) -> Iterator[tuple[int, Absentee]]:
    """Give the pupils whose roll ended by a later full list, and nothing says where they are."""
    roll, now, spell = Enrolment, aliased(Enrolment), aliased(StandingSpell)
    query = (
        select(roll.person_id, type_coerce(roll.valid_until, Date), roll.school_id)
        .join(Person, Person.id == roll.person_id)
        .where(
            roll.superseded_in.is_(None),
            roll.valid_until <= day,
            compulsory(roll),
            unfinished(roll, day),
            _may_be_gone(day, limits),
            ~exists().where(now.person_id == roll.person_id, on_roll(day, now)),
            ~_twin_is_on_roll(day),
            ~exists().where(now.person_id == roll.person_id, now.superseded_in.is_(None),
                            now.valid_from >= roll.valid_until, now.valid_from <= day),
            ~exists().where(spell.person_id == roll.person_id, in_force(spell, day)),
        )
        .order_by(roll.person_id, roll.valid_until)
    )  # fmt: skip
    for person, until, school in session.execute(query):
        yield (
            person,
            Absentee(
                kind=DropoutKind.LEFT_WITHOUT_RECEIVER,
                since=until,
                school_id=school,
                note="新名册中已没有，也没有异动记录",
            ),
        )


def _twin_is_on_roll(day: date) -> ColumnElement[bool]:
    """Say that a record confirmed to be the same child stands on a roll on the day."""
    roll = aliased(Enrolment)
    return of_twin(lambda twin: and_(roll.person_id == twin.id, on_roll(day, roll)))


def _never_enrolled(session: Session, day: date, limits: Limits) -> Iterator[tuple[int, Absentee]]:
    ages = limits.school_age
    first, last = ages.births(school_year_of(day))
    excusing = [event for place, event in _EVENTS_OF.items() if place in limits.excuses]
    query = (
        select(
            Person.id,
            type_coerce(Person.born_on, Date),
            Person.study_status,
            Person.unschooled_reason,
        )
        .where(
            Person.born_on.between(first, last),
            _may_be_gone(day, limits),
            ~exists().where(Enrolment.person_id == Person.id, _by_then(day)),
            ~of_twin(lambda twin: and_(Enrolment.person_id == twin.id, _by_then(day))),
            ~exists().where(StandingSpell.person_id == Person.id, _explains(day, limits)),
            ~exists().where(
                StatusChange.person_id == Person.id,
                StatusChange.change.in_(excusing),
                StatusChange.happened_on <= day,
            ),
        )
        .order_by(Person.id)
    )
    for person, born_on, status, reason in session.execute(query):
        said = [
            f"{title}写“{word}”"
            for title, word in (("户名单", status), ("未上学原因", reason))
            if word
        ]
        yield (
            person,
            Absentee(
                kind=DropoutKind.NEVER_ENROLLED,
                since=ages.due_on(born_on),
                school_id=None,
                note="，".join(said),
            ),
        )


def _by_then(day: date) -> ColumnElement[bool]:
    # A roll that first came later still tells of a schooling that had begun: only a child who
    # enters grade 1 after the day was out of school on it.
    return and_(
        Enrolment.superseded_in.is_(None),
        or_(Enrolment.valid_from <= day, Enrolment.entered_on <= day, Enrolment.grade != 1),
    )


def _explains(day: date, limits: Limits) -> ColumnElement[bool]:
    spell = StandingSpell
    still = or_(spell.ends_on.is_(None), spell.ends_on >= day)
    is_excuse = still if Whereabouts.DEFERRED in limits.excuses else false()
    return and_(in_force(spell, day), or_(spell.standing != Standing.DEFERRED, is_excuse))


def _taught_at_home(session: Session, day: date, limits: Limits) -> Iterator[tuple[int, Absentee]]:
    """Give the pupils 送教上门 of a compulsory stage, where that excuses nobody."""
    if Whereabouts.HOME_TAUGHT in limits.excuses:
        return
    spell, roll = BoardingSpell, Enrolment
    query = (
        select(roll.person_id, type_coerce(spell.valid_from, Date), roll.school_id)
        .join(spell, spell.person_id == roll.person_id)
        .where(in_force(spell, day), spell.boarding == Boarding.HOME_TAUGHT, compulsory(roll),
               present(day, roll))
        .order_by(roll.person_id)
    )  # fmt: skip
    for person, since, school in session.execute(query):
        yield (
            person,
            Absentee(
                kind=DropoutKind.SUSPECTED,
                since=since,
                school_id=school,
                note=Whereabouts.HOME_TAUGHT.label,
            ),
        )


def _may_be_gone(day: date, limits: Limits) -> ColumnElement[bool]:
    """Say that a person lives, as far as death excuses."""
    if Whereabouts.DEAD not in limits.excuses:
        return true()
    return or_(Person.died_on.is_(None), Person.died_on > day)


def details(session: Session, persons: Select[Any] | list[int]) -> dict[int, tuple[Any, ...]]:
    """Give name and id number of persons, by id."""
    query = select(Person.id, Person.name, Person.id_number).where(Person.id.in_(persons))
    return {person: (name, number) for person, name, number in session.execute(query)}


def _by_absences(
    session: Session, day: date, limits: Limits, calendars: Calendars
) -> Iterator[tuple[int, Absentee]]:
    """Give the pupils of a compulsory stage who have been away without a reason for too long."""
    for spell in absent_spells(session, day, calendars):
        if spell.days <= limits.suspect_days:
            continue
        gone = spell.days > limits.suspect_days + limits.dropout_days
        yield (
            spell.person_id,
            Absentee(
                kind=DropoutKind.DROPPED_OUT if gone else DropoutKind.SUSPECTED,
                since=spell.since,
                school_id=spell.school_id,
                note=f"{spell.since.isoformat()}起无故缺勤{spell.days}天",
            ),
        )
