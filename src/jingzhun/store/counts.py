"""State what lists say day by day or month by month: a row for each key, a later list's word.

Later is by the day that a list states; of two that state the same day the one imported last. What
was replaced stays readable as a :class:`Revision`.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, String, Table, delete, select, type_coerce, update

from jingzhun.store.bulk import insert_rows, rows_of
from jingzhun.store.schema import Absence, ImportSheet, MealDays, MealHeadcount, Revision

ADDED, CHANGED = 2, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A table of such facts: what makes a row the same row, and what it says.

    The first column of ``key`` is whom or what a row is about.
    """

    table: Table
    key: tuple[str, ...]
    values: tuple[str, ...]


MEAL_DAYS = Counted(
    table=MealDays.__table__,  # type: ignore[arg-type]
    key=("person_id", "school_id", "month"),
    values=("days",),
)
HEADCOUNTS = Counted(
    table=MealHeadcount.__table__,  # type: ignore[arg-type]
    key=("school_id", "grade", "class_no", "day"),
    values=("heads",),
)
ABSENCES = Counted(
    table=Absence.__table__,  # type: ignore[arg-type]
    key=("person_id", "day"),
    values=("is_excused", "reason"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a row of a list says of one key; dates are ISO text. No values: it is not so."""

    row_number: int
    key: tuple[Any, ...]
    values: tuple[Any, ...] | None


@dataclass(slots=True, kw_only=True)
class Stated:
    """What came of it: outcomes other than same by row number; what a later list says otherwise.

    A conflict is what was said and the values that are held.
    """

    outcomes: dict[int, int] = field(default_factory=dict)
    conflicts: list[tuple[Said, tuple[Any, ...]]] = field(default_factory=list)

    def mark(self, row_number: int, outcome: int) -> None:
        """Raise a row's outcome."""
        self.outcomes[row_number] = max(outcome, self.outcomes.get(row_number, 0))


def state_counts(
    connection: Connection, counted: Counted, said: Iterable[Said], sheet_id: int, stated_on: date
) -> Stated:
    """Write what is said; of several words on one key the first is heard."""
    first: dict[tuple[Any, ...], Said] = {}
    for one in said:
        first.setdefault(one.key, one)
    held = _held(connection, counted, {key[0] for key in first})
    result = Stated()
    fresh: list[tuple[Any, ...]] = []
    revisions: list[tuple[Any, ...]] = []
    for key, one in first.items():
        row = held.get(key)
        if row is None:
            if one.values is not None:
                fresh.append((*key, *one.values, sheet_id, one.row_number))
                result.mark(one.row_number, ADDED)
            continue
        now = tuple(getattr(row, name) for name in counted.values)
        filled = None if one.values is None else _filled(one.values, now)
        if filled == now:
            if row.stated_on < stated_on:
                # Said again later: what was said in between does not change it.
                _replace(connection, counted, key, now, (sheet_id, one.row_number))
            continue
        origin = (sheet_id, one.row_number)
        if row.stated_on > stated_on:
            # The later word stands, and is completed by this one.
            filled = now if one.values is None else _filled(now, one.values)
            if one.values is None or _filled(one.values, filled) != filled:
                result.conflicts.append((one, now))
            if filled == now:
                continue
            origin = (row.sheet_id, row.row_number)
        result.mark(one.row_number, CHANGED)
        revisions.append(_revision(counted, row, now, sheet_id, one.row_number))
        _replace(connection, counted, key, filled, origin)
    names = (*counted.key, *counted.values, "sheet_id", "row_number")
    insert_rows(connection, counted.table, names, fresh)
    columns = ("table_name", "record_id", "field", "old", "sheet_id", "row_number")
    insert_rows(connection, Revision.__table__, columns, revisions)  # type: ignore[arg-type]
    return result


def _held(
    connection: Connection, counted: Counted, subjects: Collection[int]
) -> dict[tuple[Any, ...], Any]:
    table = counted.table
    columns = [
        type_coerce(column, String).label(column.name) if isinstance(column.type, Date) else column
        for column in table.c
    ]
    stated = (
        select(ImportSheet.stated_on).where(ImportSheet.id == table.c.sheet_id).scalar_subquery()
    )
    wanted = [*columns, stated.label("stated_on")]
    found = rows_of(connection, table.c[counted.key[0]], subjects, wanted)
    return {tuple(getattr(row, name) for name in counted.key): row for row in found}


def _filled(said: Sequence[Any], now: Sequence[Any]) -> tuple[Any, ...]:
    """Give what is so after a word that leaves out what it does not know."""
    return tuple(old if own is None else own for own, old in zip(said, now, strict=True))


def _revision(
    counted: Counted, row: Any, now: Sequence[Any], sheet_id: int, row_number: int
) -> tuple[Any, ...]:
    """Give what stood there; a row without an id of its own is named by the rest of its key."""
    subject, *rest = (getattr(row, name) for name in counted.key)
    place = "/".join(map(str, rest))
    old = [*now, row.sheet_id, row.row_number]
    return (counted.table.name, subject, place, json.dumps(old), sheet_id, row_number)


def _replace(
    connection: Connection,
    counted: Counted,
    key: Sequence[Any],
    values: Sequence[Any] | None,
    origin: tuple[int, int],
) -> None:
    table = counted.table
    here = [
        type_coerce(table.c[name], String) == value
        if isinstance(table.c[name].type, Date)
        else table.c[name] == value
        for name, value in zip(counted.key, key, strict=True)
    ]
    if values is None:
        connection.execute(delete(table).where(*here))
        return
    said = dict(zip(counted.values, values, strict=True))
    said |= {"sheet_id": origin[0], "row_number": origin[1]}
    connection.execute(update(table).where(*here).values(**said))
