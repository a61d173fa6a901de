"""Movements on the roll as 异动 lists state them: events, and the enrolments that they begin."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from jingzhun.core.vocabulary import Change, Kind
from jingzhun.services.events import record_events, restand
from jingzhun.services.statements import Stage
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import Enrolment
from jingzhun.store.timeline import ENROLMENT

if TYPE_CHECKING:
    from jingzhun.services.facts import FactRecorder

_ENTERS = frozenset({Change.TRANSFER_IN, Change.RESUMPTION})
#: Whoever comes, or whose schooling is put off, was not on the roll before.
_NOT_YET_THERE = frozenset({Change.TRANSFER_IN, Change.DEFERRAL})


def record_movements(facts: "FactRecorder") -> None:
    """Record a list's events; enrol from their day the pupils who come."""
    batch = facts.batch
    own = facts.sheet.schools()
    from_schools = facts.sheet.schools("from_school", None)
    to_schools = facts.sheet.schools("to_school", None) if _receives(facts) else own
    _roll_by_events(facts, own, from_schools)
    changes, days = batch.columns["change"], batch.columns["happened_on"]
    stages, grades, classes = (batch.column(name) for name in ("stage", "grade", "class_no"))
    rows = []
    arrivals = facts.stage(ENROLMENT)
    for row in event_rows(facts, changes, days, from_schools, is_dated=True):
        at = facts.place[row["row_number"]]
        row["from_school_id"] = from_schools[at] or own[at]
        if row["change"] in _ENTERS:
            row["from_school_id"] = from_schools[at]
            comes = row["change"] == Change.TRANSFER_IN
            row["to_school_id"] = (to_schools[at] if comes else None) or own[at]
        rows.append(row)
        if row["change"] == Change.TRANSFER_IN and row["to_school_id"] and stages[at]:
            who = (row["person_id"], row["to_school_id"], stages[at], grades[at], classes[at])
            arrivals.say(row["row_number"], (*who, None), event_on=row["happened_on"])
    facts.state(arrivals)
    store_events(facts, rows)


def _receives(facts: "FactRecorder") -> bool:
    """Say whether some row is about a pupil who comes in: only then is a receiver a school."""
    return Change.TRANSFER_IN.value in facts.batch.columns["change"] and (
        "to_school" in facts.batch.columns
    )


def _roll_by_events(
    facts: "FactRecorder", own: Sequence[int | None], from_schools: Sequence[int | None]
) -> None:
    """Enrol pupils of whom only their event is known, in the school that it names.

    With the authority of a list that only fills gaps: any roster knows better.
    """
    batch = facts.batch
    people = {person for person in facts.people if person is not None}
    columns = [Enrolment.person_id]
    known = {row[0] for row in rows_of(facts.connection, columns[0], people, columns)}
    stages, grades, classes = (batch.column(name) for name in ("stage", "grade", "class_no"))
    by_day: dict[str, Stage] = {}
    for at, person in enumerate(facts.people):
        school = from_schools[at] or own[at]
        if person is None or person in known or school is None or stages[at] is None:
            continue
        if batch.columns["change"][at] in _NOT_YET_THERE:
            continue
        known.add(person)
        day = batch.columns["happened_on"][at]
        if day not in by_day:
            by_day[day] = Stage(ENROLMENT, facts.sheet.sheet_id, date.fromisoformat(day))
        who = (person, school, stages[at], grades[at], classes[at], None)
        by_day[day].say(batch.row_numbers[at], who)
    for stage in by_day.values():
        stage.assert_all(facts.connection, Kind.HARDSHIP_LIST)


def event_rows(
    facts: "FactRecorder",
    changes: Sequence[str | None],
    days: Sequence[str],
    schools: Sequence[int | None],
    *,
    is_dated: bool,
) -> list[dict[str, Any]]:
    """Give rows of ``status_change`` for the positions that have a person and a change.

    What only a list of events says stays empty unless ``is_dated``.
    """
    names = ("ends_on", "to_school", "reason")
    details = [
        facts.batch.column(name) if is_dated else [None] * len(facts.batch) for name in names
    ]
    return [
        {
            "row_number": number,
            "person_id": person,
            "change": change,
            "happened_on": day,
            "is_dated": is_dated,
            "ends_on": ends_on,
            "from_school_id": school,
            "to_school_id": None,
            "to_school_name": to_school,
            "reason": reason,
        }
        for number, person, change, day, school, ends_on, to_school, reason in zip(
            facts.batch.row_numbers, facts.people, changes, days, schools, *details, strict=True
        )
        if person is not None and change is not None
    ]


def store_events(facts: "FactRecorder", rows: list[dict[str, Any]]) -> None:
    """Store events, mark their rows, and derive anew the standings of their pupils."""
    outcomes = record_events(facts.connection, rows, facts.sheet.sheet_id)
    is_main = facts.kind is Kind.STATUS_CHANGES
    for number, outcome in outcomes.items():
        facts.sheet.rows.mark(facts.place[number], outcome if is_main else 1)
    listings = {
        (row["person_id"], row["from_school_id"]): listing
        for row in rows
        if (listing := facts.listing(facts.place[row["row_number"]], is_roster=not is_main))
    }
    people = {row["person_id"] for row in rows}
    restand(facts.connection, people, facts.sheet.sheet_id, listings)
