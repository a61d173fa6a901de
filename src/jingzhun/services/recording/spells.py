"""Write what follows from words into a timeline: what no longer follows is superseded."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, delete, tuple_, update

from jingzhun.store.bulk import insert_rows, rows_of

One = TypeVar("One")
#: Who says so may change without the fact: that is no news.
_UNTOLD = frozenset({"recorded_in", "rank", "stated_on", "sheet_id", "row_number"})


def portions(keys: Sequence[One], size: int = 5000) -> Iterable[Sequence[One]]:
    """Give keys a few thousand at a time: what is known of them need not be held all at once."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def held_spells(
    connection: Connection, table: Table, subjects: Iterable[int]
) -> dict[int, list[Any]]:
    """Give the rows known today of each subject, which is the table's first column."""
    [subject, *_] = table.c
    held: dict[int, list[Any]] = {one: [] for one in subjects}
    for row in rows_of(connection, subject, held, list(table.c)):
        if row.superseded_in is None:
            held[row[0]].append(row)
    return held


def write_spells(
    connection: Connection,
    table: Table,
    held: Mapping[int, Sequence[Any]],
    derived: Mapping[int, Sequence[Mapping[str, Any]]],
    sheet_id: int,
) -> set[int]:
    """Supersede what no longer follows, write what is new; give whose facts changed.

    ``derived`` rows hold the table's columns but for the subject and ``recorded_in``.
    """
    names = [column.name for column in table.c if column.name != "superseded_in"]
    subject = names[0]
    told = [name for name in names if name != subject and name not in _UNTOLD]
    key = [column.name for column in table.primary_key]
    gone: list[tuple[Any, ...]] = []
    fresh: list[tuple[Any, ...]] = []
    changed = set()
    for one, rows in held.items():
        wanted = {tuple(row[name] for name in (*told, "rank")): row for row in derived[one]}
        standing = {tuple(getattr(row, name) for name in (*told, "rank")): row for row in rows}
        gone += [
            tuple(getattr(row, name) for name in key)
            for facts, row in standing.items()
            if facts not in wanted
        ]
        for facts, row in wanted.items():
            if facts not in standing:
                whole = {**row, subject: one, "recorded_in": sheet_id}
                fresh.append(tuple(_stored(whole[name]) for name in names))
        if {facts[:-1] for facts in wanted} != {facts[:-1] for facts in standing}:
            changed.add(one)
    _supersede(connection, table, key, gone, sheet_id)
    # The columns of the key stand first and tell every row from every other.
    insert_rows(connection, table, names, sorted(fresh))
    return changed


def _supersede(
    connection: Connection,
    table: Table,
    key: Sequence[str],
    gone: Sequence[tuple[Any, ...]],
    sheet_id: int,
) -> None:
    columns = tuple_(*(table.c[name] for name in key))
    for some in portions(gone):
        mine = columns.in_(some)
        # What this very sheet recorded never stood before: it just goes.
        connection.execute(delete(table).where(mine, table.c.recorded_in == sheet_id))
        connection.execute(
            update(table)
            .where(mine, table.c.superseded_in.is_(None))
            .values(superseded_in=sheet_id)
        )


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
