"""Visits and dropouts as lists state them: one entry for each visit, events for those who left."""

from collections.abc import Sequence
from typing import Any

from jingzhun.core.vocabulary import Change, Kind, VisitPurpose
from jingzhun.services.events import record_events, restand
from jingzhun.services.facts import FactRecorder
from jingzhun.services.movements import event_rows
from jingzhun.services.sheet import ADDED, CHANGED
from jingzhun.store.schema import Visit

_VISITS: Any = Visit.__table__
_WORDS = ("visited_on", "visitor", "visitor_phone", "way", "result")


def record_visits(facts: FactRecorder) -> None:
    """Record each row's visits, to its pupil or to its household."""
    sheet = facts.sheet
    persuades = facts.kind is Kind.DROPOUT_LEDGER
    purpose = VisitPurpose.PERSUASION if persuades else VisitPurpose.HOME_VISIT
    rows = []
    subjects = zip(facts.people, facts.households, facts.batch.columns["visits"], strict=True)
    for at, (person, household, visits) in enumerate(subjects):
        if person is None and household is None:
            continue
        whom = f"P{person}" if person is not None else f"H{household}"
        for visit in visits:
            day, visitor = visit["visited_on"], visit.get("visitor") or ""
            rows.append((at, f"{purpose}|{whom}|{day}|{visitor}", person, household, visit))
    columns: dict[str, Sequence[Any]] = {
        "identity": [row[1] for row in rows],
        "person_id": [row[2] for row in rows],
        "household_id": [row[3] for row in rows],
        "purpose": [purpose.value] * len(rows),
    }
    columns |= {name: [row[4].get(name) for row in rows] for name in _WORDS}
    numbers = [facts.batch.row_numbers[row[0]] for row in rows]
    recorded = sheet.recorder.record(_VISITS, "identity", columns, numbers)
    for place in recorded.changed:
        sheet.rows.mark(rows[place][0], CHANGED)
    for place in recorded.added:
        sheet.rows.mark(rows[place][0], CHANGED if persuades else ADDED)


def record_dropouts(facts: FactRecorder) -> None:
    """Record who dropped out and who came back, as a list of events would."""
    batch, schools = facts.batch, facts.sheet.schools()
    back = batch.column("back_on")
    returns = [day and Change.RESUMPTION.value for day in back]
    rows = event_rows(facts, batch.column("change"), batch.column("happened_on"), schools,
                      is_dated=True)  # fmt: skip
    for row in event_rows(facts, returns, back, schools, is_dated=True):
        rows.append(row | {"to_school_id": row["from_school_id"], "from_school_id": None,
                           "reason": None})  # fmt: skip
    outcomes = record_events(facts.connection, rows, facts.sheet.sheet_id)
    for number in outcomes:
        facts.sheet.rows.mark(facts.place[number], CHANGED)
    people = {person for person in facts.people if person is not None}
    restand(facts.connection, people, facts.recorded_in)
