"""Events on the roll: stored as their rows said them, and the standings derived from them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Table, delete, select, tuple_, update

from jingzhun.core.entries import Statement, weigh
from jingzhun.core.entries import settle as settle_words
from jingzhun.core.standing import Event, Spell, derive
from jingzhun.core.vocabulary import Change, Stage
from jingzhun.services.recording.rolls import Settled, settle
from jingzhun.store.bulk import insert_rows, rows_of
from jingzhun.store.schema import Enrolment, ImportSheet, School, StandingSpell, StatusChange

#: Gives what other lists of events say of some persons, each with the day that its list states.
Others = Callable[[Collection[int]], Iterable[tuple[date, dict[str, Any]]]]

_EVENTS: Table = StatusChange.__table__  # type: ignore[assignment]
_SPELLS: Table = StandingSpell.__table__  # type: ignore[assignment]
_COMPARED = ("ends_on", "from_school_id", "to_school_id", "to_school_name", "reason")
_COLUMNS = ("person_id", "change", "happened_on", "is_dated", *_COMPARED, "sheet_id", "row_number")


def record_events(
    connection: Connection, rows: Iterable[dict[str, Any]], sheet_id: int, others: Others
) -> dict[int, int]:
    """Store events; give by row number 2 for a new event, 1 for a completed one.

    Each row holds the columns of ``status_change`` in the form of a batch. ``others`` gives what
    other lists of events say of some persons: where lists contradict each other, all words decide.
    """
    wanted = list(rows)
    people = {row["person_id"] for row in wanted}
    known = {
        (event.person_id, event.happened_on.isoformat(), event.change): event
        for event in rows_of(connection, _EVENTS.c.person_id, people, list(_EVENTS.c))
    }
    columns = [ImportSheet.id, ImportSheet.stated_on]
    sheets = {sheet_id, *(event.sheet_id for event in known.values())}
    stated = {row[0]: row[1] for row in rows_of(connection, columns[0], sheets, columns)}
    mine = stated[sheet_id]
    fresh, again, outcomes = [], [], {}
    for row in wanted:
        if _key_of(row) in known:
            again.append(row)
        else:
            outcomes[row["row_number"]] = 2
            fresh.append((*map(row.get, _COLUMNS[:-2]), sheet_id, row["row_number"]))
    holding = _settle(connection, again, known, mine, others)
    for row in again:
        held = known[_key_of(row)]
        better = {
            name: one.values[name]
            for name, one in holding.get(_key_of(row), {}).items()
            if one.values[name] != _iso(getattr(held, name))
        }
        if row["is_dated"] and not held.is_dated:
            better["is_dated"] = True
        if better:
            outcomes[row["row_number"]] = 1
            if "ends_on" in better:
                better["ends_on"] = date.fromisoformat(better["ends_on"])
        if mine > stated[held.sheet_id]:
            better |= {"sheet_id": sheet_id, "row_number": row["row_number"]}
        if better:
            connection.execute(update(_EVENTS).where(_EVENTS.c.id == held.id).values(**better))
    insert_rows(connection, _EVENTS, _COLUMNS, fresh)
    return outcomes


def _key_of(row: Mapping[str, Any]) -> tuple[int, str, str]:
    return (row["person_id"], row["happened_on"], row["change"])


def _settle(
    connection: Connection,
    rows: Sequence[dict[str, Any]],
    known: Mapping[tuple[int, str, str], Any],
    stated_on: date,
    others: Others,
) -> dict[tuple[int, str, str], dict[str, Statement]]:
    """Give for the events of which ``rows`` say something new what holds, field by field."""
    doubtful = {
        _key_of(row)
        for row in rows
        for name in _COMPARED
        if row.get(name) is not None and row[name] != _iso(getattr(known[_key_of(row)], name))
    }
    if not doubtful:
        return {}
    found = connection.execute(select(School.id, School.name))
    schools: dict[int, str] = {row.id: row.name for row in found}
    # A roster's word, which is no list of events, or one that was not kept: it fills gaps.
    said = {
        key: [_statement({name: _iso(getattr(known[key], name)) for name in _COMPARED}, date.min,
                         schools)]
        for key in doubtful
    }  # fmt: skip
    for day, row in [*others({key[0] for key in doubtful}), *((stated_on, row) for row in rows)]:
        if _key_of(row) in doubtful:
            said[_key_of(row)].append(_statement(row, day, schools))
    return {key: settle_words(words) for key, words in said.items()}


def _statement(row: Mapping[str, Any], stated_on: date, schools: Mapping[int, str]) -> Statement:
    weighty = (
        schools.get(row[name] or 0) if name.endswith("_school_id") else row[name]
        for name in _COMPARED
    )
    values = {name: row[name] for name in _COMPARED if row[name] is not None}
    return Statement(stated_on=stated_on, values=values, weight=weigh(weighty))


def restand(connection: Connection, people: Collection[int], sheet_id: int) -> Settled:
    """Derive anew how ``people`` stand, from all their events, and where they are on the roll.

    Either follows from the other: an event that names no school is of the one they are in.
    """
    settled = settle(connection, people, sheet_id)
    if _stand(connection, people, sheet_id):
        again = settle(connection, people, sheet_id)
        settled.rolls, settled.stays = again.rolls, again.stays
        settled.changed |= again.changed
        _stand(connection, people, sheet_id)
    return settled


def _stand(connection: Connection, people: Collection[int], sheet_id: int) -> bool:
    """Write the standings that follow from the events; say whether any is another."""
    if not people:
        return False
    events = _events_of(connection, people)
    held: dict[int, dict[tuple[Any, ...], Any]] = {}
    for row in rows_of(connection, _SPELLS.c.person_id, people, list(_SPELLS.c)):
        if row.superseded_in is None:
            held.setdefault(row.person_id, {})[_key(row)] = row
    fresh, stale = [], []
    for person_id in people:
        spells = {_spell_key(spell): spell for spell in derive(events.get(person_id, []))}
        old = held.get(person_id, {})
        fresh += [_row(person_id, spells[key], sheet_id) for key in spells.keys() - old.keys()]
        stale += [old[key] for key in old.keys() - spells.keys()]
    keys = [(row.person_id, row.valid_from, row.recorded_in) for row in stale]
    which = tuple_(_SPELLS.c.person_id, _SPELLS.c.valid_from, _SPELLS.c.recorded_in).in_(keys)
    if keys:
        # What this very sheet recorded never stood before: it just goes.
        connection.execute(delete(_SPELLS).where(which, _SPELLS.c.recorded_in == sheet_id))
        connection.execute(
            update(_SPELLS)
            .where(which, _SPELLS.c.superseded_in.is_(None))
            .values(superseded_in=sheet_id)
        )
    insert_rows(connection, _SPELLS, [column.name for column in _SPELLS.c][:-1], fresh)
    return bool(fresh or stale)


def _events_of(connection: Connection, people: Collection[int]) -> dict[int, list[Event]]:
    rolls: dict[int, list[Any]] = {}
    columns = (Enrolment.person_id, Enrolment.valid_from, Enrolment.valid_until,
               Enrolment.school_id, Enrolment.stage, Enrolment.superseded_in)  # fmt: skip
    for row in rows_of(connection, Enrolment.person_id, people, columns):
        if row.superseded_in is None:
            rolls.setdefault(row.person_id, []).append(row)
    events: dict[int, list[Event]] = {}
    for row in rows_of(connection, _EVENTS.c.person_id, people, list(_EVENTS.c)):
        change = Change.coded(row.change)
        # Who graduates on a day was in the stage of the day before.
        day = row.happened_on - timedelta(change is Change.GRADUATION)
        roll = _roll_on(rolls.get(row.person_id, []), day)
        enters = change in {Change.TRANSFER_IN, Change.RESUMPTION}
        named = row.to_school_id if enters else row.from_school_id
        events.setdefault(row.person_id, []).append(
            Event(
                change=change,
                happened_on=row.happened_on,
                is_dated=row.is_dated,
                ends_on=row.ends_on,
                school=named or (roll.school_id if roll is not None else None),
                has_receiver=bool(row.to_school_id or row.to_school_name),
                stage=Stage.coded(roll.stage) if roll is not None else None,
                enrolled_on=min(
                    (
                        held.valid_from
                        for held in rolls.get(row.person_id, [])
                        if held.valid_from > row.happened_on
                    ),
                    default=None,
                ),
                goes_on_on=min(
                    (
                        held.valid_from
                        for held in rolls.get(row.person_id, [])
                        if held.valid_from >= row.happened_on
                        and held.school_id == named
                        and (roll is None or held.stage != roll.stage)
                    ),
                    default=None,
                ),
                sheet_id=row.sheet_id,
                row_number=row.row_number,
            )
        )
    return events


def _roll_on(rolls: list[Any], day: date) -> Any:
    """Give the enrolment on a day, else the last one before it, else the first."""
    before = [row for row in rolls if row.valid_from <= day]
    if before:
        return max(before, key=lambda row: row.valid_from)
    return min(rolls, key=lambda row: row.valid_from, default=None)


def _key(row: Any) -> tuple[Any, ...]:
    return (row.valid_from, row.valid_until, row.standing, row.change, row.school_id, row.ends_on,
            row.has_receiver)  # fmt: skip


def _spell_key(spell: Spell) -> tuple[Any, ...]:
    event = spell.event
    return (spell.start, spell.until, spell.standing.value, event.change.value, spell.school,
            event.ends_on, event.has_receiver)  # fmt: skip


def _row(person_id: int, spell: Spell, recorded_in: int) -> tuple[Any, ...]:
    event = spell.event
    values = {
        "person_id": person_id,
        "valid_from": spell.start.isoformat(),
        "recorded_in": recorded_in,
        "sheet_id": event.sheet_id,
        "row_number": event.row_number,
        "valid_until": spell.until and spell.until.isoformat(),
        "standing": spell.standing.value,
        "change": event.change.value,
        "school_id": spell.school,
        "ends_on": event.ends_on and event.ends_on.isoformat(),
        "has_receiver": event.has_receiver,
    }
    return tuple(values[column.name] for column in list(_SPELLS.c)[:-1])


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
