"""Keep what an imported sheet said, and give it again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import Batch, SheetWords
from jingzhun.store.kept import content_of, packed, unpacked
from jingzhun.store.schema import Import, ImportColumn, ImportSheet, SheetContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a sheet said, and the first sheet that said it in the very same bytes."""

    sheet_id: int
    words: SheetWords
    first: int


def keep(connection: Connection, sheet_id: int, words: SheetWords, twin: int | None) -> None:
    """Keep what a sheet says; of a ``twin``, only that it says the same."""
    content = None if twin is not None else _pack(words)
    connection.execute(
        insert(SheetContent).values(sheet_id=sheet_id, content=content, same_as=twin)
    )


def twin_of(connection: Connection, sheet_id: int, sha256: str) -> int | None:
    """Give the first sheet in force that was read from the same bytes and said the very same."""
    here = connection.execute(select(*_ALIKE).where(ImportSheet.id == sheet_id)).one()
    columns = _columns_of(connection, sheet_id)
    others = connection.execute(
        select(ImportSheet.id, SheetContent.same_as)
        .join(Import, Import.id == ImportSheet.import_id)
        .join(SheetContent, SheetContent.sheet_id == ImportSheet.id)
        .where(
            Import.file_sha256 == sha256,
            Import.undone_at.is_(None),
            ImportSheet.id < sheet_id,
            *(column == getattr(here, column.key) for column in _ALIKE),
        )
        .order_by(ImportSheet.id)
    )
    for other, first in others:
        # What a county taught in between may have made other columns of the same bytes.
        if _columns_of(connection, other) == columns:
            return int(first or other)
    return None


_ALIKE = (ImportSheet.name, ImportSheet.kind, ImportSheet.stated_on, ImportSheet.whole,
          ImportSheet.row_count, ImportSheet.refused)  # fmt: skip


def _columns_of(connection: Connection, sheet_id: int) -> set[tuple[str, str]]:
    query = select(ImportColumn.field, ImportColumn.letter)
    rows = connection.execute(query.where(ImportColumn.sheet_id == sheet_id))
    return {(row.field, row.letter) for row in rows}


def kept(connection: Connection, import_id: int) -> list[Kept]:
    """Give what the sheets of an import said, in their order; sheets not kept are left out."""
    return _kept(connection, ImportSheet.import_id == import_id)


def kept_sheets(connection: Connection, sheet_ids: Collection[int]) -> list[Kept]:
    """Give what single sheets said, in their order; sheets not kept are left out."""
    return _kept(connection, ImportSheet.id.in_(sheet_ids))


def _kept(connection: Connection, which: ColumnElement[bool]) -> list[Kept]:
    rows = connection.execute(
        select(ImportSheet, SheetContent.same_as)
        .join(SheetContent, SheetContent.sheet_id == ImportSheet.id)
        .where(which)
        .order_by(ImportSheet.id)
    ).all()
    found = []
    for row in rows:
        content = content_of(connection, row.id)
        assert content is not None  # noqa: S101 - the first of twins has its content
        words = _unpack(row, content)
        found.append(Kept(sheet_id=row.id, words=words, first=row.same_as or row.id))
    return found


def _pack(words: SheetWords) -> bytes:
    said = {
        "rows": words.batch.row_numbers,
        "columns": words.batch.columns,
        "letters": dict(words.letters),
        "scope": sorted(words.category_scope),
    }
    return packed(said)


def _unpack(sheet: Any, content: bytes) -> SheetWords:
    said: Mapping[str, Any] = unpacked(content)
    columns = {
        name: [_frozen(value) for value in column] for name, column in said["columns"].items()
    }
    return SheetWords(
        sheet=sheet.name,
        kind=Kind.coded(sheet.kind),
        stated_on=sheet.stated_on,
        batch=Batch(row_numbers=said["rows"], columns=columns),
        letters=said["letters"],
        category_scope=frozenset(said["scope"]),
        whole=sheet.whole,
    )


def _frozen(value: Any) -> Any:
    """Give a value as readers make it: what JSON made a list of was a tuple."""
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    if isinstance(value, dict):
        return {name: _frozen(one) for name, one in value.items()}
    return value
