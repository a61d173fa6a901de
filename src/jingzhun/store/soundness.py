"""Whether the database file is sound and guarded, asked of SQLite itself.

Another database looks after its own pages; of it nothing is found here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    Table,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from jingzhun.store.engine import migrations_folder
from jingzhun.store.schema import (
    Base,
    Batch,
    BatchLine,
    JournalEntry,
    Posting,
    Recovery,
    Run,
    RunLine,
    RunStep,
    StaffLine,
    Trail,
)

_FEW = 20
_BOOKS: Sequence[Table] = [
    Base.metadata.tables[model.__tablename__]
    for model in (
        JournalEntry, Posting, Run, RunStep, RunLine, StaffLine, Batch, BatchLine, Recovery,
    )
]  # fmt: skip


def damaged_pages(session: Session) -> list[str]:
    """Give what SQLite finds wrong with the file's pages and indexes."""
    if not _is_sqlite(session):
        return []
    found = session.scalars(text(f"PRAGMA integrity_check({_FEW})")).all()
    return [words for words in found if words != "ok"]


def misfits(session: Session) -> Iterator[tuple[str, str, int]]:
    """Give table, column and number of cells of the books that hold no number or no day.

    SQLite keeps whatever another program puts into a column.
    """
    if not _is_sqlite(session):
        return
    for table in _BOOKS:
        faults = {
            column.name: case((_misfits(column), 1), else_=0)
            for column in table.columns
            if isinstance(column.type, Integer | Date)
        }
        sums = session.execute(select(*(func.sum(fault) for fault in faults.values()))).one()
        for name, count in zip(faults, sums, strict=True):
            if count:
                yield table.name, name, count


def _misfits(column: ColumnElement[Any]) -> ColumnElement[bool]:
    if isinstance(column.type, Date):
        day = func.date(column)
        wrong = or_(day.is_(None), day != cast(column, String))
    else:
        wrong = func.typeof(column) != "integer"
    return and_(column.is_not(None), wrong)


def missing_trails(session: Session) -> list[tuple[int, int]]:
    """Give from which to which number lines of the trail are gone; SQLite leaves none out."""
    if not _is_sqlite(session):
        return []
    before = func.lag(Trail.id, 1, 0).over(order_by=Trail.id)
    numbered = select(Trail.id, before.label("before")).subquery()
    gaps = select(numbered.c.before + 1, numbered.c.id - 1).where(
        numbered.c.id > numbered.c.before + 1
    )
    return [(first, last) for first, last in session.execute(gaps)]


def dangling_rows(session: Session) -> Iterator[tuple[str, str, int]]:
    """Give table, missing parent's table and number of rows that refer to nothing."""
    if not _is_sqlite(session):
        return
    rows = session.execute(text("PRAGMA foreign_key_check"))
    counts = Counter((table, parent) for table, _, parent, _ in rows)
    for (table, parent), count in sorted(counts.items()):
        yield table, parent, count


def missing_guards(session: Session) -> Iterator[str]:
    """Give the triggers that are gone or say something else, and unique indexes that are gone."""
    if not _is_sqlite(session):
        return
    stands: dict[str, str] = dict(session.execute(_SCHEMA).all())
    for name, words in _triggers().items():
        if stands.get(name) != f"CREATE TRIGGER {name} {words}":
            yield name
    for table in Base.metadata.sorted_tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if index.unique and index.name not in stands:
                yield str(index.name)


_SCHEMA = text("SELECT name, sql FROM sqlite_schema WHERE type IN ('trigger', 'index')")


@cache
def _triggers() -> Mapping[str, str]:
    """Give every trigger that migrations make, by name; a later migration goes before."""
    found: dict[str, str] = {}
    for path in sorted(migrations_folder().glob("versions/[0-9]*.py")):
        spec = spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None  # noqa: S101, PT018 - a Python file
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= getattr(module, "TRIGGERS", {})
    return found


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
