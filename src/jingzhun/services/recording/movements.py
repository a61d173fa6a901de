"""Movements on the roll as 异动 lists state them: what each row says, and the events."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from jingzhun.core.vocabulary import Change, Kind
from jingzhun.services.recording.echoes import echoes
from jingzhun.services.recording.events import record_events, restand
from jingzhun.services.recording.facts import FactRecorder

#: Lists whose rows are events with days of their own.
_KINDS = (Kind.STATUS_CHANGES, Kind.DROPOUT_LEDGER)
_ENTERS = frozenset({Change.TRANSFER_IN, Change.RESUMPTION})


def event_words(facts: FactRecorder) -> Mapping[str, Sequence[Any]]:
    """Give where each event's row has its pupil on that day, as columns of ``source``.

    Whose schooling is put off is in no school.
    """
    batch = facts.batch
    changes = batch.columns["change"]
    left, entered = _schools(facts)
    schools = [
        None if change == Change.DEFERRAL else entered[at] if change in _ENTERS else left[at]
        for at, change in enumerate(changes)
    ]
    words = {name: batch.column(name) for name in ("stage", "grade", "class_no")}
    return {"school_id": schools, "said_on": batch.columns["happened_on"], **words}


def record_movements(facts: FactRecorder) -> None:
    """Record a list's events, and derive from them where their pupils are and how they stand."""
    store_events(facts, dated_events(facts), facts.people)


def dated_events(facts: FactRecorder) -> list[dict[str, Any]]:
    """Give the events of a list of events, or of a ledger of dropouts, as rows for the ledger."""
    return _dropouts(facts) if facts.kind is Kind.DROPOUT_LEDGER else _movements(facts)


def _movements(facts: FactRecorder) -> list[dict[str, Any]]:
    batch = facts.batch
    left, entered = _schools(facts)
    from_schools = facts.sheet.schools("from_school", None)
    changes, days = batch.columns["change"], batch.columns["happened_on"]
    rows = event_rows(facts, changes, days, left, is_dated=True)
    for row in rows:
        at = facts.place[row["row_number"]]
        if row["change"] in _ENTERS:
            row["from_school_id"], row["to_school_id"] = from_schools[at], entered[at]
    return rows


def _dropouts(facts: FactRecorder) -> list[dict[str, Any]]:
    """Give who dropped out and who came back, as a list of events would."""
    batch, schools = facts.batch, facts.sheet.schools()
    back = batch.column("back_on")
    returns = [day and Change.RESUMPTION.value for day in back]
    rows = event_rows(facts, batch.column("change"), batch.column("happened_on"), schools,
                      is_dated=True)  # fmt: skip
    for row in event_rows(facts, returns, back, schools, is_dated=True):
        rows.append(row | {"to_school_id": row["from_school_id"], "from_school_id": None,
                           "reason": None})  # fmt: skip
    return rows


def _schools(facts: FactRecorder) -> tuple[list[int | None], list[int | None]]:
    """Give by row the school that a pupil leaves, and the one that he enters."""
    own = facts.sheet.schools()
    from_schools = facts.sheet.schools("from_school", None)
    to_schools = facts.sheet.schools("to_school", None) if _receives(facts) else own
    changes = facts.batch.columns["change"]
    left = [school or other for school, other in zip(from_schools, own, strict=True)]
    entered = [
        (school if change == Change.TRANSFER_IN else None) or other
        for change, school, other in zip(changes, to_schools, own, strict=True)
    ]
    return left, entered


def _receives(facts: FactRecorder) -> bool:
    """Say whether some row is about a pupil who comes in: only then is a receiver a school."""
    return Change.TRANSFER_IN.value in facts.batch.columns["change"] and (
        "to_school" in facts.batch.columns
    )


def event_rows(
    facts: FactRecorder,
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


def store_events(
    facts: FactRecorder, rows: list[dict[str, Any]], people: Collection[int | None]
) -> None:
    """Store events, mark their rows, and derive anew how people stand and where they are."""

    def others(people: Collection[int]) -> Iterator[tuple[date, dict[str, Any]]]:
        for echo in echoes(facts.sheet, _KINDS, people=people):
            told = FactRecorder(echo.sheet, echo.people, echo.households, echo.households)
            for row in dated_events(told):
                yield told.stated_on, row

    outcomes = record_events(facts.connection, rows, facts.sheet.sheet_id, others)
    is_main = facts.kind is Kind.STATUS_CHANGES
    for number, outcome in outcomes.items():
        facts.sheet.rows.mark(facts.place[number], outcome if is_main else 1)
    restand(facts.connection, {person for person in people if person is not None},
            facts.recorded_in)  # fmt: skip
