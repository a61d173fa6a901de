"""Who belongs to which cohort, and what became of each, as of a day.

Cohorts are seen on the rolls with which the school years began (``reports.rolls``: the base), and
on those of the day itself. A cohort of a stage is one school's; that of the nine years is the whole
ledger's: who changes school within it stays.

The outcome, first that fits: *lost* — named as dropped out or gone without a receiver, at this
school; *studying* — on its roll, 休学 and 送教上门 in it; *moved* — last on another school's roll
of the stage; *graduated* — on a roll of 初中 since; *moved* — dead, abroad, transferred with a
receiver; *graduated* — said so, or the last grade is over; *untraced* — the ledger does not say.
Of the nine years only 初中 graduates: who finished 小学 and is on no later roll is untraced.
Records confirmed to be one human count as one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Date, func, select, type_coerce
from sqlalchemy.orm import Session

from jingzhun.core.cohorts import FIRST_GRADE, Member, cohort_of
from jingzhun.core.report_vocabulary import Outcome
from jingzhun.core.rolls import PASSING_RANK
from jingzhun.core.terms import school_year_of, school_year_period
from jingzhun.core.vocabulary import Change, Stage, Standing
from jingzhun.core.whereabouts import Traces
from jingzhun.reports.children.children import GONE, chunks
from jingzhun.reports.children.rolls import Rolls
from jingzhun.reports.humans import humans_of
from jingzhun.store.absentees import Absentee
from jingzhun.store.compulsory import compulsory, unfinished
from jingzhun.store.schema import Enrolment, Person
from jingzhun.store.traces import traces


class Cohort(NamedTuple):
    """A cohort: of one school's stage, or of all nine years (school and stage None)."""

    school_id: int | None
    stage: Stage | None
    year: int

    @property
    def first_grade(self) -> int:
        """The grade in which it began."""
        return FIRST_GRADE[self.stage] if self.stage else FIRST_GRADE[Stage.PRIMARY]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Last:
    """The last roll of a stage that a pupil stood on; ``is_finished``: its last grade is over."""

    school_id: int
    is_finished: bool


_Rolls = Mapping[Stage, _Last]
#: The compulsory stages in their order.
STAGES = tuple(FIRST_GRADE)


#: Pupil, school, stage, grade, as ``Rolls.pupils`` gives them.
_Pupil = tuple[int, int, str, int | None]
#: All records of a human, by each of those that have another beside them.
_Humans = Mapping[int, tuple[int, ...]]
#: A pupil at a school's stage, or in the nine years: (pupil, school, stage).
_Place = tuple[int, int | None, Stage | None]


def first_school_years(session: Session, day: date) -> dict[int, int]:
    """Give the school year in which the first list of each school's roll was made, by a day.

    The few rolls that such a list dates before it, and those of pupils whom a list only names in
    passing, are no roll of their years.
    """
    query = (
        select(
            Enrolment.school_id,
            type_coerce(func.min(Enrolment.valid_from), Date),
            type_coerce(func.min(Enrolment.stated_on), Date),
        )
        .where(
            Enrolment.superseded_in.is_(None),
            Enrolment.valid_from <= day,
            Enrolment.rank > PASSING_RANK,
            compulsory(Enrolment),
        )
        .group_by(Enrolment.school_id)
    )
    found = {
        school: max(school_year_of(begun), school_year_of(stated))
        for school, begun, stated in session.execute(query)
    }
    return {school: year for school, year in found.items() if year <= school_year_of(day)}


def cohorts_on(
    session: Session, day: date, named: Mapping[int, Absentee]
) -> dict[Cohort, dict[int, Member]]:
    """Give the members of every cohort by pupil; ``named`` are the children named on the day."""
    first = first_school_years(session, day)
    if not first:
        return {}
    humans = humans_of(session, ()).records
    named = {_one(humans, pupil): child for pupil, child in named.items()}
    seen: dict[_Place, tuple[int, int, bool]] = {}
    for year in range(min(first.values()), school_year_of(day) + 1):
        period = school_year_period(year)
        rolls = Rolls(session, min(day, period.end - timedelta(1)))
        known = [row for row in rolls.pupils(period.start) if first.get(row[1], year + 1) <= year]
        _see(seen, year, _ones(humans, known), is_start=True)
    today = _ones(humans, rolls.pupils(day))
    _see(seen, school_year_of(day), today, is_start=False)
    outcomes = _outcomes(session, day, seen, today, named, humans=humans)
    found: dict[Cohort, dict[int, Member]] = defaultdict(dict)
    for place, (cohort, seen_year, is_counted_in) in seen.items():
        pupil, school, stage = place
        found[Cohort(school, stage, cohort)][pupil] = Member(
            seen_year=seen_year, is_counted_in=is_counted_in, outcome=outcomes[place]
        )
    return found


def _one(humans: _Humans, pupil: int) -> int:
    """Give the record by which a human of several is counted."""
    return humans.get(pupil, (pupil,))[0]


def _ones(humans: _Humans, pupils: Iterable[_Pupil]) -> list[_Pupil]:
    return [(_one(humans, pupil), school, word, grade) for pupil, school, word, grade in pupils]


def _see(
    seen: dict[_Place, tuple[int, int, bool]],
    year: int,
    pupils: Iterable[_Pupil],
    *,
    is_start: bool,
) -> None:
    """Note who is seen for the first time at a school's stage, and in the ledger."""
    for pupil, school, word, grade in pupils:
        if grade is None:
            continue
        stage = Stage.coded(word)
        for place, first_grade in (
            ((pupil, school, stage), FIRST_GRADE[stage]),
            ((pupil, None, None), FIRST_GRADE[Stage.PRIMARY]),
        ):
            if place not in seen:
                seen[place] = (cohort_of(year, grade, first_grade), year, is_start)


def _outcomes(
    session: Session,
    day: date,
    places: Iterable[_Place],
    today: Sequence[_Pupil],
    named: Mapping[int, Absentee],
    *,
    humans: _Humans,
) -> dict[_Place, Outcome]:
    here = {(pupil, school, Stage.coded(word)) for pupil, school, word, _ in today}
    anywhere = {pupil for pupil, *_ in today}
    found: dict[_Place, Outcome] = {}
    rest: list[_Place] = []
    for place in places:
        pupil, school, _ = place
        child = named.get(pupil)
        if child and child.kind in GONE and school in (None, child.school_id):
            found[place] = Outcome.LOST
        elif place in here or (school is None and pupil in anywhere):
            found[place] = Outcome.STUDYING
        else:
            rest.append(place)
    known = dict(_known(session, day, {place[0] for place in rest}, humans))
    for place in rest:
        pupil, school, stage = place
        found[place] = _left(*known[pupil], school, stage)
    return found


def _left(trace: Traces, rolls: _Rolls, school: int | None, stage: Stage | None) -> Outcome:
    """Tell what became of a pupil who is not on the roll, nor named."""
    last = rolls[stage or max(rolls, key=STAGES.index)]
    if school is not None and last.school_id != school:
        return Outcome.MOVED
    if stage is Stage.PRIMARY and Stage.JUNIOR in rolls:
        return Outcome.GRADUATED
    left = [s for s in trace.standings if s.standing is Standing.LEFT]
    has_receiver = any(s.change is Change.TRANSFER_OUT and s.has_receiver for s in left)
    if trace.is_dead or trace.is_abroad or has_receiver:
        return Outcome.MOVED
    is_over = last.is_finished or any(s.change is Change.GRADUATION for s in left)
    # Whoever finished 小学 has not finished the nine years.
    if is_over and (stage is not None or Stage.JUNIOR in rolls):
        return Outcome.GRADUATED
    return Outcome.UNTRACED


def _known(
    session: Session, day: date, pupils: Iterable[int], humans: _Humans
) -> Iterator[tuple[int, tuple[Traces, _Rolls]]]:
    for ones in chunks(pupils):
        some = [record for pupil in ones for record in humans.get(pupil, (pupil,))]
        found = traces(session, day, Person.id.in_(some))
        query = (
            select(Enrolment.person_id, Enrolment.school_id, Enrolment.stage,
                   ~unfinished(Enrolment, day))
            .where(Enrolment.person_id.in_(some), Enrolment.superseded_in.is_(None),
                   Enrolment.valid_from <= day, compulsory(Enrolment))
            .order_by(Enrolment.valid_from)
        )  # fmt: skip
        last: dict[int, dict[Stage, _Last]] = defaultdict(dict)
        by: dict[int, int] = {}
        for person, school, word, is_finished in session.execute(query):
            pupil = _one(humans, person)
            last[pupil][Stage.coded(word)] = _Last(school_id=school, is_finished=bool(is_finished))
            by[pupil] = person  # the record of the last roll tells what became of it
        yield from ((pupil, (found[by[pupil]], last[pupil])) for pupil in ones)
