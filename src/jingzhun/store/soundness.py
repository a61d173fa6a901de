"""Whether the database file is sound and guarded, asked of SQLite itself.

Another database looks after its own pages; of it nothing is found here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location

from sqlalchemy import text
from sqlalchemy.orm import Session

from jingzhun.store.engine import migrations_folder
from jingzhun.store.schema import Base

_FEW = 20


def damaged_pages(session: Session) -> list[str]:
    """Give what SQLite finds wrong with the file's pages and indexes."""
    if not _is_sqlite(session):
        return []
    found = session.scalars(text(f"PRAGMA integrity_check({_FEW})")).all()
    return [words for words in found if words != "ok"]


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
        assert spec is not None  # noqa: S101 - a Python file
        assert spec.loader is not None  # noqa: S101
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= getattr(module, "TRIGGERS", {})
    return found


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
