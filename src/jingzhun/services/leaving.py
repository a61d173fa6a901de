"""A dated leaving beats an undated roster that still lists the pupil, also a later one.

A roster read after the pupil left is passed over as it comes in; one read before the leaving was
known has already put the pupil back on the roll, and is withdrawn here. So the order in which the
lists arrive does not matter.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Table, delete, tuple_, update

from jingzhun.core.vocabulary import Standing
from jingzhun.store.bulk import insert_rows, rows_of
from jingzhun.store.schema import Enrolment, StandingSpell
from jingzhun.store.timeline import EVENT_RANK

_ROLLS: Table = Enrolment.__table__  # type: ignore[assignment]
_COLUMNS = [column.name for column in _ROLLS.c if column.name != "superseded_in"]


def withdraw_stale_rolls(connection: Connection, people: Collection[int], sheet_id: int) -> None:
    """Withdraw undated enrolments that begin in a school after their pupil has left it.

    What stood before such an enrolment goes on through its time, if it was another school's.
    """
    left = [
        row
        for row in rows_of(
            connection, StandingSpell.person_id, people, list(StandingSpell.__table__.c)
        )
        if row.superseded_in is None and row.standing == Standing.LEFT and row.school_id
    ]
    if not left:
        return
    rolls: dict[int, list[Any]] = {}
    for row in rows_of(
        connection, Enrolment.person_id, {spell.person_id for spell in left}, list(_ROLLS.c)
    ):
        if row.superseded_in is None:
            rolls.setdefault(row.person_id, []).append(row)
    gone, fresh = [], []
    for spell in left:
        own = sorted(rolls.get(spell.person_id, []), key=lambda row: row.valid_from)
        stale = [row for row in own if _is_stale(row, spell)]
        for row in stale:
            gone.append(row)
            before = next((other for other in own if other.valid_until == row.valid_from), None)
            if before is not None and before.school_id != spell.school_id:
                gone.append(before)
                fresh.append(_prolonged(before, row.valid_until, sheet_id))
    _rewrite(connection, gone, fresh, sheet_id)


def _is_stale(row: Any, spell: Any) -> bool:
    return (
        row.school_id == spell.school_id
        and row.rank < EVENT_RANK
        and row.valid_from > spell.valid_from
        and (spell.valid_until is None or row.valid_from < spell.valid_until)
    )


def _prolonged(row: Any, until: Any, recorded_in: int) -> tuple[Any, ...]:
    values = row._asdict() | {"valid_until": until, "recorded_in": recorded_in}
    return tuple(
        value.isoformat() if hasattr(value, "isoformat") else value
        for value in (values[name] for name in _COLUMNS)
    )


def _rewrite(
    connection: Connection, gone: list[Any], fresh: list[tuple[Any, ...]], sheet_id: int
) -> None:
    if not gone:
        return
    keys = [(row.person_id, row.valid_from, row.recorded_in) for row in gone]
    which = tuple_(_ROLLS.c.person_id, _ROLLS.c.valid_from, _ROLLS.c.recorded_in).in_(keys)
    # What this very sheet recorded never stood before: it just goes.
    connection.execute(delete(_ROLLS).where(which, _ROLLS.c.recorded_in == sheet_id))
    connection.execute(
        update(_ROLLS).where(which, _ROLLS.c.superseded_in.is_(None)).values(superseded_in=sheet_id)
    )
    insert_rows(connection, _ROLLS, _COLUMNS, fresh)
