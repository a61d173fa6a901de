"""Schooling as lists state it: enrolment, boarding, and a roster's undated 学生状态.

What a list says stands in ``source``. Whoever nobody spoke of before is simply written, whoever is
held just so is left; the rest, and all pupils with events, are settled (``recording.rolls``).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from jingzhun.core.terms import Term
from jingzhun.core.vocabulary import Change, Kind, Standing
from jingzhun.services.recording.conflicts import Conflict
from jingzhun.services.recording.events import restand
from jingzhun.services.recording.facts import FactRecorder
from jingzhun.services.recording.movements import event_rows, event_words, store_events
from jingzhun.services.recording.plain import BOARDING, ENROLMENT, rows_from, write_or_leave
from jingzhun.services.recording.rolls import Settled, settle
from jingzhun.services.recording.sheet import ADDED, CHANGED
from jingzhun.store.presence import in_force
from jingzhun.store.schema import StandingSpell, StatusChange

_WORDS = ("stage", "grade", "class_no", "entered_on", "boarding")


def speaks_of_schooling(facts: FactRecorder) -> bool:
    """Say whether the sheet has a word on where its pupils are on the roll."""
    return not {"school", *_WORDS}.isdisjoint(facts.batch.columns)


def schooling_words(facts: FactRecorder) -> Mapping[str, Sequence[Any]]:
    """Give what each row says of its person's schooling, as columns of ``source``."""
    if facts.kind in {Kind.STATUS_CHANGES, Kind.DROPOUT_LEDGER}:
        return event_words(facts)
    if not speaks_of_schooling(facts) or not any(facts.people):
        return {}
    words = {name: facts.batch.column(name) for name in _WORDS if name in facts.batch.columns}
    return {"school_id": facts.sheet.schools(), **words}


def record_schooling(facts: FactRecorder) -> None:
    """State in which school, grade and class each row's pupil is, and how he attends."""
    open_ = _state_rolls(facts) | _state_stays(facts)
    if facts.sheet.whole or facts.kind is Kind.CORRECTION or facts.may_be_closed():
        open_ |= {person for person in facts.people if person is not None}
    settled = settle(facts.connection, open_, facts.recorded_in)
    with_events = set(facts.connection.scalars(select(StatusChange.person_id).distinct()))
    heeding = with_events.intersection(facts.people)
    heeded = restand(facts.connection, heeding, facts.recorded_in)
    _mark(facts, settled)
    _mark(facts, heeded)
    _notice_left(facts)
    words = schooling_words(facts)
    conflicts = [
        conflict
        for known in (settled, heeded)
        for at, person in enumerate(facts.people)
        if person in known.rolls
        for conflict in _conflicts(facts, at, words, known)
    ]
    if conflicts:
        facts.claim("person_id", conflicts)
    record_statuses(facts)


def _state_rolls(facts: FactRecorder) -> set[int]:
    """Write enrolments nobody spoke of before; give the pupils whose need settling."""
    batch = facts.batch
    schools, stages = facts.sheet.schools(), batch.column("stage")
    entered = batch.column("entered_on")
    good = [
        at
        for at, (person, school, level) in enumerate(
            zip(facts.people, schools, stages, strict=True)
        )
        if person is not None and school is not None and level is not None
    ]
    columns: list[Sequence[Any]] = [
        batch.row_numbers, facts.people, schools, stages, batch.column("grade"),
        batch.column("class_no"), entered,
    ]  # fmt: skip
    if len(good) < len(batch):
        columns = [[column[at] for at in good] for column in columns]
    first = facts.speaker.term_start
    # A pupil who entered inside the term is not counted before: never before he came.
    starts = [day if day is not None and day > first else first for day in columns[-1]]
    rows = rows_from(columns, starts)
    fresh, open_ = write_or_leave(facts.connection, ENROLMENT, rows, facts.speaker)
    for number in fresh:
        facts.sheet.rows.mark(facts.place[number], ADDED)
    return open_


def _state_stays(facts: FactRecorder) -> set[int]:
    """Write ways of attending nobody spoke of before; give the pupils whose need settling."""
    ways = facts.batch.columns.get("boarding")
    if ways is None:
        return set()
    good = [
        at
        for at, (person, way) in enumerate(zip(facts.people, ways, strict=True))
        if person is not None and way is not None
    ]
    columns = [
        [column[at] for at in good] for column in (facts.batch.row_numbers, facts.people, ways)
    ]
    rows = rows_from(columns, [facts.speaker.term_start] * len(good))
    fresh, open_ = write_or_leave(facts.connection, BOARDING, rows, facts.speaker)
    for number in fresh:
        facts.sheet.rows.mark(facts.place[number], CHANGED)
    return open_


def _mark(facts: FactRecorder, settled: Settled) -> None:
    for at, person in enumerate(facts.people):
        if person in settled.added:
            facts.sheet.rows.mark(at, ADDED if facts.is_about("enrolment") else CHANGED)
        elif person in settled.changed:
            facts.sheet.rows.mark(at, CHANGED)


def _conflicts(
    facts: FactRecorder, at: int, words: Mapping[str, Sequence[Any]], known: Settled
) -> Iterator[Conflict]:
    """Give what a row says otherwise than what holds on its day."""
    person = facts.people[at]
    assert person is not None  # noqa: S101 - the caller asked
    said = {name: column[at] for name, column in words.items()}
    day = facts.stated_on
    if said.get("entered_on"):
        day = max(day, date.fromisoformat(said["entered_on"]))
    roll, stay = _on(known.rolls[person], day), _on(known.stays[person], day)
    held: dict[str, Any] = {}
    if roll is not None and said["school_id"] and said.get("stage"):
        held = {"school_id": roll.school, "stage": roll.stage, "grade": roll.grade}
        if roll.school == said["school_id"]:
            held["class_no"] = roll.class_no
    if stay is not None:
        held["boarding"] = stay.boarding
    for name, value in held.items():
        source = stay if name == "boarding" else roll
        if said.get(name) is not None and value is not None and said[name] != value:
            yield Conflict(
                row_number=facts.batch.row_numbers[at], subject=person, field=name,
                said=str(said[name]), held=str(value),
                held_sheet=source.order[0], held_row=source.order[1],
            )  # fmt: skip


def _on(stretches: Sequence[Any], day: date) -> Any:
    return next(
        (one for one in stretches if one.start <= day and (one.until is None or day < one.until)),
        None,
    )


def _notice_left(facts: FactRecorder) -> None:
    """Notice pupils who by a dated event have left the school that lists them."""
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
        return
    for at, (person, school) in enumerate(zip(facts.people, facts.sheet.schools(), strict=True)):
        if (person, school) in gone or (person, None) in gone:
            facts.sheet.notice(
                at,
                "name",
                "still_listed_after_leaving",
                "此人已有转出、退学或毕业等异动，名册上还有，按异动算已离校。",
            )


def record_statuses(facts: FactRecorder) -> None:
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
        store_events(facts, rows, {row["person_id"] for row in rows})


def _undated_standings(facts: FactRecorder) -> dict[int, tuple[str, date]]:
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
