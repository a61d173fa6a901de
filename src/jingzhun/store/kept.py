"""What is kept of every sheet (``sheet_content``), as bytes and cell by cell."""

import json
import zlib
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from jingzhun.store.schema import SheetContent

#: A large list shrinks to a tenth at level 1; more would cost more time than it saves room.
_LEVEL = 1


def packed(said: Mapping[str, Any]) -> bytes:
    """Make of what a sheet says what is kept of it."""
    return zlib.compress(json.dumps(said, ensure_ascii=False).encode(), _LEVEL)


def unpacked(content: bytes) -> dict[str, Any]:
    """Give what a sheet said: its ``rows`` (numbers) and ``columns`` by field."""
    said: dict[str, Any] = json.loads(zlib.decompress(content))
    return said


class KeptCells:
    """The cells of earlier sheets, each sheet opened once and only when it is asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sheets: dict[int, tuple[dict[int, int], dict[str, Any]] | None] = {}

    def said_something(self, sheet_id: int, row_number: int, fields: Collection[str]) -> bool:
        """Say whether a row's cell in any of ``fields`` was not blank; True where none is kept."""
        sheet = self._open(sheet_id)
        if sheet is None:
            return True
        place, columns = sheet
        at = place[row_number]
        return any(columns[name][at] is not None for name in fields if name in columns)

    def _open(self, sheet_id: int) -> tuple[dict[int, int], dict[str, Any]] | None:
        if sheet_id not in self._sheets:
            content = content_of(self._connection, sheet_id)
            self._sheets[sheet_id] = None
            if content is not None:
                said = unpacked(content)
                place = {number: at for at, number in enumerate(said["rows"])}
                self._sheets[sheet_id] = (place, said["columns"])
        return self._sheets[sheet_id]


def content_of(connection: Connection, sheet_id: int) -> bytes | None:
    """Give what is kept of a sheet, or of the first that said the very same; None for nothing."""
    columns = (SheetContent.content, SheetContent.same_as)
    row = connection.execute(select(*columns).where(SheetContent.sheet_id == sheet_id)).first()
    if row is None or row.same_as is None:
        return row and row.content
    first: bytes | None = connection.scalar(
        select(SheetContent.content).where(SheetContent.sheet_id == row.same_as)
    )
    return first
