"""Many rows at once: look ids up by key, insert tuples, without an object for each row.

Measured on 300,000 rows: statements compiled from the model and run with tuples cost as much as
plain sqlite3; Core with dicts costs twice, the ORM three to nine times.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, func, insert, select

#: Ids by table and key of records that had them before a rebuild, and shall have them again.
Reserved = Mapping[str, Mapping[str, int]]
NOTHING_RESERVED: Reserved = MappingProxyType({})

#: Up to so many keys stand in the statement itself; SQLite takes 32,766 parameters.
FEW = 500
_SCAN = 4


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert tuples in the order of ``columns``; dates and flags as the database stores them."""
    if not rows:
        return
    blank = dict.fromkeys(columns)
    statement = insert(table).values(blank)
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(columns))
    order = [columns.index(name) for name in compiled.positiontup or columns]
    if order != list(range(len(order))):
        rows = list(map(itemgetter(*order), rows))
    connection.exec_driver_sql(str(compiled), rows)


def ids_of(
    connection: Connection, column: Any, keys: Collection[str], *, target: Any
) -> dict[str, int]:
    """Give ``target`` by the value of ``column`` for those ``keys`` that are there."""
    return dict(row[:2] for row in rows_of(connection, column, keys, [column, target]))


def rows_of(
    connection: Connection, column: Any, keys: Collection[Any], wanted: Sequence[Any]
) -> list[Any]:
    """Give the ``wanted`` columns of the rows whose ``column`` is among ``keys``."""
    if not keys:
        return []
    query = select(*wanted)
    if len(keys) <= FEW:
        return list(connection.execute(query.where(column.in_(keys))).all())
    place = next((at for at, one in enumerate(wanted) if one is column), None)
    if place is not None:
        size = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
        if size <= _SCAN * len(keys):
            # Most of the table is asked for: reading all of it beats staging the keys.
            among = keys if isinstance(keys, (set, dict)) else set(keys)
            return [row for row in connection.execute(query).all() if row[place] in among]
    with staged(connection, keys) as asked:
        return list(connection.execute(query.join(asked, asked.c.key == column)).all())


@contextmanager
def staged(connection: Connection, keys: Collection[Any]) -> Iterator[Table]:
    """Put keys, each once, into a temporary table of one column ``key``, one at a time."""
    is_text = isinstance(next(iter(keys)), str)
    asked = Table(
        "asked",
        MetaData(),
        Column("key", String if is_text else Integer, primary_key=True, autoincrement=False),
        prefixes=["TEMPORARY"],
    )
    asked.create(connection)
    insert_rows(connection, asked, ["key"], [(key,) for key in dict.fromkeys(keys)])
    yield asked
    asked.drop(connection)


def next_id(connection: Connection, table: Table, reserved: Reserved = NOTHING_RESERVED) -> int:
    """Give the first free id of a table, for rows whose ids are handed out here."""
    kept = max(reserved.get(table.name, {}).values(), default=0)
    return max(connection.scalar(select(func.max(table.c.id))) or 0, kept) + 1


def distinct(values: Iterable[Any]) -> dict[Any, None]:
    """Give the distinct values that are not None, in order of first appearance."""
    found = dict.fromkeys(values)
    found.pop(None, None)
    return found
