"""Which tables follow from what sheets said, and which records something else rests on."""

from collections.abc import Collection

from sqlalchemy import Connection, Table, select

from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import Base

#: What is told of a sheet itself; everything else that names a sheet follows from its words.
_OF_SHEETS = frozenset(
    {"import_sheet", "import_column", "import_problem", "sheet_content", "list_scope"}
)


_MANY = 5000


def derived_tables() -> list[Table]:
    """Give the tables that follow from what sheets said, those first on which others rest."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if table.name not in _OF_SHEETS and (table.name == "village" or _refers_to_sheets(table))
    ]


def _refers_to_sheets(table: Table) -> bool:
    return any(key.column.table.name == "import_sheet" for key in table.foreign_keys)


def rests_on(table: Table, *, derived: bool) -> list[tuple[Table, str]]:
    """Give the (table, column) that refer to records of a table.

    Either those that follow from what sheets said, or all others: runs, payments.
    """
    told = {one.name for one in derived_tables()}
    return [
        (one, key.parent.name)
        for one in Base.metadata.sorted_tables
        for key in one.foreign_keys
        if key.column.table is table and (one.name in told) is derived
    ]


def firm_records(connection: Connection, table: Table, ids: Collection[int]) -> set[int]:
    """Give those records on which something rests that no list can say again: a run, a payment."""
    return {
        row[0]
        for other, name in rests_on(table, derived=False)
        for row in rows_of(connection, other.c[name], ids, [other.c[name]])
    }


def unused_records(connection: Connection, table: Table, ids: Collection[int]) -> set[int]:
    """Give those records to which nothing refers but what was derived of them in its time."""
    timelines = {one.name for one in derived_tables() if "superseded_in" in one.c}
    used = {
        row[0]
        for derived in (True, False)
        for other, name in rests_on(table, derived=derived)
        if other.name not in timelines and other.name != "claim"
        for row in rows_of(connection, other.c[name], ids, [other.c[name]])
    }
    return set(ids) - used


def remove_records(connection: Connection, table: Table, ids: Collection[int]) -> None:
    """Take records away with all that follows of them: rows speak of nobody until said again."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), _MANY):
        _remove(connection, table, wanted[start : start + _MANY])


def _remove(connection: Connection, table: Table, ids: Collection[int]) -> None:
    for other, name in reversed(rests_on(table, derived=True)):
        mine = other.c[name].in_(ids)
        if other.name in {"source", "person"}:
            connection.execute(other.update().where(mine).values({name: None}))
            continue
        # A table without ids of its own is revised under its subject's.
        by_id = "id" in other.c
        revised = connection.scalars(select(other.c.id).where(mine)).all() if by_id else ids
        _forget(connection, other, revised)
        connection.execute(other.delete().where(mine))
    _forget(connection, table, ids)
    connection.execute(table.delete().where(table.c.id.in_(ids)))


def _forget(connection: Connection, table: Table, ids: Collection[int]) -> None:
    revision = Base.metadata.tables["revision"]
    connection.execute(
        revision.delete().where(revision.c.table_name == table.name, revision.c.record_id.in_(ids))
    )
