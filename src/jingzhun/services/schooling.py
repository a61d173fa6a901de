"""Schooling as lists state it: enrolment, boarding, and a roster's undated 学生状态."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from jingzhun.core.terms import Term
from jingzhun.core.vocabulary import Change, Kind, Standing
from jingzhun.services.events import restand
from jingzhun.services.leaving import Listing, Listings
from jingzhun.services.movements import event_rows, store_events
from jingzhun.services.statements import Stage
from jingzhun.store.bulk import rows_of
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Enrolment, StandingSpell, StatusChange
from jingzhun.store.timeline import BOARDING, ENROLMENT

if TYPE_CHECKING:
    from jingzhun.services.facts import FactRecorder


def record_enrolments(facts: "FactRecorder") -> None:
    """State in which school, grade and class each row's pupil is."""
    batch = facts.batch
    schools = facts.sheet.schools()
    stages = batch.column("stage")
    entered = batch.column("entered_on")
    left = _left_before(facts, schools)
    term_start = Term.of(facts.stated_on).period.start.isoformat()
    stage = facts.stage(ENROLMENT)
    good = [
        at
        for at, (person, school, level) in enumerate(
            zip(facts.people, schools, stages, strict=True)
        )
        if person is not None and school is not None and level is not None and at not in left
    ]
    columns: list[Sequence[Any]] = [
        batch.row_numbers, facts.people, schools, stages, batch.column("grade"),
        batch.column("class_no"), entered,
    ]  # fmt: skip
    if len(good) < len(batch):
        columns = [[column[at] for at in good] for column in columns]
    # A pupil who entered inside the term is not counted before: never before he came.
    starts = [day if day is not None and day > term_start else term_start for day in columns[-1]]
    stage.say_all(columns, starts)
    facts.state(stage)
    listings: dict[tuple[Any, Any], Listing] = {}
    for at in left:
        listing = facts.listing(at, is_roster=True)
        if listing is not None:
            listings[facts.people[at], schools[at]] = listing
    _heed_known_events(facts, listings)


def _left_before(facts: "FactRecorder", schools: Sequence[int | None]) -> set[int]:
    """Notice pupils who by a dated event have left the school that lists them.

    Gives the rows to pass over: those of pupils who are on another school's roll by now.
    """
    gone = {
        (row.person_id, row.school_id)
        for row in facts.connection.execute(
            select(StandingSpell.person_id, StandingSpell.school_id)
            .join(
                StatusChange,
                (StatusChange.person_id == StandingSpell.person_id)
                & (StatusChange.happened_on == StandingSpell.valid_from),
            )
            .where(
                in_force(StandingSpell, facts.stated_on),
                StandingSpell.standing == Standing.LEFT,
                StatusChange.is_dated,
            )
        )
    }
    if not gone:
        return set()
    elsewhere = {
        (row.person_id, row.school_id)
        for row in facts.connection.execute(
            select(Enrolment.person_id, Enrolment.school_id).where(
                in_force(Enrolment, facts.stated_on),
                Enrolment.person_id.in_({person for person, _ in gone}),
            )
        )
    }
    moved = {person for person, _ in elsewhere}
    found = set()
    for at, (person, school) in enumerate(zip(facts.people, schools, strict=True)):
        if (person, school) in gone or (person, None) in gone:
            if person in moved and (person, school) not in elsewhere:
                found.add(at)
            facts.sheet.notice(
                at,
                "name",
                "still_listed_after_leaving",
                "此人已有转出、退学或毕业等异动，名册上还有，按异动算已离校。",
            )
    return found


def _heed_known_events(facts: "FactRecorder", listings: Listings) -> None:
    """Let events that arrived before their roster take effect: arrivals, then standings."""
    with_events = set(facts.connection.scalars(select(StatusChange.person_id).distinct()))
    people = with_events.intersection(facts.people)
    _arrive(facts, people)
    restand(facts.connection, people, facts.sheet.sheet_id, listings)


def _arrive(facts: "FactRecorder", people: Collection[int | None]) -> None:
    """Date the enrolment of pupils who came by a 转入 from that day, as the roster now has it."""
    came = facts.connection.execute(
        select(
            StatusChange.person_id,
            StatusChange.happened_on,
            StatusChange.to_school_id,
            StatusChange.sheet_id,
            StatusChange.row_number,
            Enrolment.stage,
            Enrolment.grade,
        )
        .join(
            Enrolment,
            (Enrolment.person_id == StatusChange.person_id)
            & in_force(Enrolment, StatusChange.happened_on),
        )
        .where(
            StatusChange.change == Change.TRANSFER_IN,
            StatusChange.is_dated,
            StatusChange.to_school_id.is_not(None),
        )
        .order_by(StatusChange.happened_on)
    )
    rounds: list[Stage] = []
    turn: Counter[int] = Counter()
    arrivals = [row for row in came if row.person_id in people]
    grades = _grades_before(facts, arrivals)
    for row in arrivals:
        if turn[row.person_id] == len(rounds):
            rounds.append(facts.stage(ENROLMENT))
        rounds[turn[row.person_id]].say(
            row.row_number,
            (row.person_id, row.to_school_id, row.stage, row.grade or grades.get(row), None, None),
            event_on=row.happened_on.isoformat(),
            sheet_id=row.sheet_id,
        )
        turn[row.person_id] += 1
    for stage in rounds:
        stage.assert_all(facts.connection, Kind.STATUS_CHANGES)


def _grades_before(facts: "FactRecorder", arrivals: Sequence[Any]) -> dict[Any, int]:
    """Give the grade that a pupil had in the same term before an arrival that names none."""
    unknown = [row for row in arrivals if row.grade is None]
    columns = (Enrolment.person_id, Enrolment.stage, Enrolment.grade, Enrolment.valid_from,
               Enrolment.valid_until, Enrolment.superseded_in)  # fmt: skip
    people = {row.person_id for row in unknown}
    held = sorted(
        rows_of(facts.connection, Enrolment.person_id, people, columns),
        key=lambda roll: roll.valid_from,
    )
    return {
        row: roll.grade
        for row in unknown
        for roll in held
        if (roll.person_id, roll.stage, roll.superseded_in) == (row.person_id, row.stage, None)
        and roll.grade is not None
        and roll.valid_from < row.happened_on
        and (roll.valid_until or row.happened_on) > Term.of(row.happened_on).period.start
    }


def record_boarding(facts: "FactRecorder") -> None:
    """State how each row's pupil attends."""
    batch = facts.batch
    stage = facts.stage(BOARDING)
    good = [
        at
        for at, (person, way) in enumerate(
            zip(facts.people, batch.columns["boarding"], strict=True)
        )
        if person is not None and way is not None
    ]
    columns = [
        [column[at] for at in good]
        for column in (batch.row_numbers, facts.people, batch.columns["boarding"])
    ]
    stage.say_all(columns, [stage.term_start.isoformat()] * len(good))
    facts.state(stage)


def record_statuses(facts: "FactRecorder") -> None:
    """Turn a roster's 学生状态 into undated events; 在读 ends an undated standing."""
    statuses = facts.batch.columns.get("status")
    if statuses is None:
        return
    standing = _undated_standings(facts)
    first = Term.of(facts.stated_on).period.start
    changes: list[str | None] = [None] * len(facts.batch)
    days = [facts.stated_on.isoformat()] * len(facts.batch)
    for at, (person, status) in enumerate(zip(facts.people, statuses, strict=True)):
        held, since = standing.get(person, (None, None)) if person else (None, None)
        if held == status:
            continue
        changes[at] = status or Change.RESUMPTION.value
        # The first word of a term holds from its first day, a second one from its own.
        if since is None or since < first:
            days[at] = first.isoformat()
    if any(changes):
        rows = event_rows(facts, changes, days, facts.sheet.schools(), is_dated=False)
        store_events(facts, rows)


def _undated_standings(facts: "FactRecorder") -> dict[int, tuple[str, date]]:
    query = (
        select(StandingSpell.person_id, StandingSpell.change, StandingSpell.valid_from)
        .join(
            StatusChange,
            (StatusChange.person_id == StandingSpell.person_id)
            & (StatusChange.happened_on == StandingSpell.valid_from)
            & (StatusChange.change == StandingSpell.change),
        )
        .where(in_force(StandingSpell, facts.stated_on), ~StatusChange.is_dated)
    )
    return {row.person_id: (row.change, row.valid_from) for row in facts.connection.execute(query)}
