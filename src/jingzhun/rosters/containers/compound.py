"""Take the workbook out of an OLE2 compound file, look it over, and put it into a clean one.

A compound file ([MS-CFB]) is a little file system; its stream ``Workbook`` is a row of records
([MS-XLS]). calamine, which reads the cells, believes every count in both and asks for the memory at
once: one flipped bit ends the process. So only a workbook whose counts were seen here reaches it.
The same walk finds what calamine leaves out: passwords, hidden rows, the 1904 date system.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_END = 0xFFFFFFFA  # this sector number and those above it end a chain
_FREE, _END_OF_CHAIN, _FAT_SECTOR, _INDEX_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR, _HEADER_PLACES, _MINI_LIMIT = 512, 109, 4096
_FILEPASS, _DATEMODE, _BOUNDSHEET, _ROW, _BOF, _EOF = 0x2F, 0x22, 0x85, 0x208, 0x809, 0x0A
_DIMENSIONS, _SHARED_STRINGS = 0x200, 0xFC
#: Records that begin with a cell's row and column: formula, the numbers, labels, flags.
_CELLS = frozenset({0x06, 0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6, 0x205})
_HIDDEN = 0x20
#: What BIFF8 can hold.
_MAX_ROWS, _MAX_COLUMNS = 65_536, 256


class NotWholeError(ValueError):
    """A workbook stream contradicts itself or its own size."""


@dataclass(slots=True)
class BookFacts:
    """What a walk over the records of a workbook finds."""

    is_encrypted: bool = False
    date_1904: bool = False
    hidden_rows: dict[str, frozenset[int]] = field(default_factory=dict)


def streams(content: bytes) -> dict[str, bytes]:
    """Give a compound file's streams by name in capitals; none of a damaged file."""
    compound = _Compound(content)
    return {name.upper(): compound.stream(name) for name, _, _ in compound.entries}


def look_over(stream: bytes) -> BookFacts:
    """Walk the records of a ``Workbook`` stream.

    Raises:
        NotWholeError: a count or a place that BIFF8 cannot mean.
    """
    facts = BookFacts()
    starts: dict[int, str] = {}
    sheet: str | None = None
    hidden: set[int] = set()
    for at, kind, size in _records(stream):
        if kind in _CELLS:
            if size < 6 or stream[at + 7]:  # a column of 256 or more
                raise NotWholeError
        elif kind == _ROW and size >= 16:
            if stream[at + 16] & _HIDDEN:
                hidden.add(_short(stream, at + 4) + 1)
        elif kind == _DIMENSIONS and size >= 12:
            _check_dimensions(stream, at)
        elif kind == _SHARED_STRINGS and size >= 8:
            # A string takes three bytes at least.
            if _long(stream, at + 8) * 3 > len(stream):
                raise NotWholeError
        elif kind == _BOF:
            sheet = starts.get(at, sheet)
        elif kind == _EOF and sheet is not None:
            facts.hidden_rows[sheet] = frozenset(hidden)
            hidden.clear()
            sheet = None
        elif kind == _FILEPASS:
            # Everything after it is noise.
            facts.is_encrypted = True
            break
        elif kind == _DATEMODE and size >= 2:
            facts.date_1904 = _short(stream, at + 4) == 1
        elif kind == _BOUNDSHEET and size >= 8:
            start = _long(stream, at + 4)
            if start >= len(stream):
                raise NotWholeError
            starts[start] = _sheet_name(stream, at + 10)
    return facts


def _check_dimensions(stream: bytes, at: int) -> None:
    first_row, end_row = _long(stream, at + 4), _long(stream, at + 8)
    first_column, end_column = _short(stream, at + 12), _short(stream, at + 14)
    if end_row > _MAX_ROWS or end_column > _MAX_COLUMNS:
        raise NotWholeError
    if (first_row > end_row or first_column > end_column) and end_row and end_column:
        raise NotWholeError


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Give each record's place, kind and size without its head."""
    at, end = 0, len(stream) - 4
    head = struct.Struct("<HH").unpack_from
    while at <= end:
        kind, size = head(stream, at)
        if at + 4 + size > len(stream):
            return
        yield at, kind, size
        at += 4 + size


def _short(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _long(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _sheet_name(stream: bytes, at: int) -> str:
    length, is_wide = stream[at], stream[at + 1] & 1
    text = stream[at + 2 : at + 2 + length * (2 if is_wide else 1)]
    return text.decode("utf-16-le" if is_wide else "latin-1", "replace")


def wrap(stream: bytes) -> bytes:
    """Put a ``Workbook`` stream into a new compound file.

    A stream of less than 4096 bytes would belong elsewhere in it, so it is filled up.
    """
    stream = stream.ljust(_MINI_LIMIT, b"\0")
    data = -(-len(stream) // _SECTOR)
    # Sectors in order: allocation table, its index beyond the header's 109 places, directory, data.
    table = index = 0
    while table * 128 < (used := table + index + 1 + data) or (
        index * 127 < table - _HEADER_PLACES
    ):
        table = max(table, -(-used // 128))
        index = max(0, -(-(table - _HEADER_PLACES) // 127))
    first_data = table + index + 1
    numbers = [_FAT_SECTOR] * table + [_INDEX_SECTOR] * index + [_END_OF_CHAIN]
    numbers += [*range(first_data + 1, first_data + data), _END_OF_CHAIN]
    numbers += [_FREE] * (table * 128 - len(numbers))
    header = struct.pack(
        "<8s16s6H10I", _SIGNATURE, b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, table, first_data - 1, 0,
        _MINI_LIMIT, _END_OF_CHAIN, 0, table if index else _END_OF_CHAIN, index,
    )  # fmt: skip
    places = [*range(table)]
    places += [_FREE] * (_HEADER_PLACES + index * 127 - table)
    header += struct.pack("<109I", *places[:_HEADER_PLACES])
    index_sectors = b"".join(
        struct.pack(
            "<128I",
            *places[_HEADER_PLACES + at * 127 : _HEADER_PLACES + (at + 1) * 127],
            table + at + 1 if at + 1 < index else _END_OF_CHAIN,
        )
        for at in range(index)
    )
    directory = _entry("Root Entry", 5, 1, _END_OF_CHAIN, 0)
    directory += _entry("Workbook", 2, _FREE, first_data, len(stream))
    return b"".join(
        (
            header,
            struct.pack(f"<{len(numbers)}I", *numbers),
            index_sectors,
            directory.ljust(_SECTOR, b"\0"),
            stream.ljust(data * _SECTOR, b"\0"),
        )
    )


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBB3I36xIQ", text, len(text) + 2, kind, 1, _FREE, _FREE, child, first, size
    )


class _Compound:
    """Read-only view of a compound file; anything out of bounds ends a chain, never raises."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._size = 1 << min(int.from_bytes(content[30:32], "little"), 16)
        self._fat = self._numbers(self._allocation_sectors())
        first_directory = self._number(48)
        self.entries = list(self._directory(first_directory))

    def stream(self, name: str) -> bytes:
        """Give the bytes of a stream; empty when there is none or it is too small to be a book."""
        for entry, first, size in self.entries:
            # Streams below 4096 bytes live in the mini stream of the root entry.
            if entry == name:
                return (self._mini(first) if size < _MINI_LIMIT else self._chain(first))[:size]
        return b""

    def _number(self, at: int) -> int:
        return int.from_bytes(self._content[at : at + 4], "little")

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        return self._content[at : at + self._size]

    def _numbers(self, sectors: list[int]) -> list[int]:
        data = b"".join(map(self._sector, sectors))
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def _allocation_sectors(self) -> list[int]:
        sectors = list(struct.unpack("<109I", self._content[76:512].ljust(436, b"\xff")))
        extra, seen = self._number(68), 0
        while extra < _END and seen < len(self._content) // self._size:
            numbers = self._numbers([extra])
            if not numbers:
                break
            sectors += numbers[:-1]
            extra, seen = numbers[-1], seen + 1
        return [number for number in sectors if number < _END]

    def _chain(self, first: int) -> bytes:
        parts: list[bytes] = []
        while first < len(self._fat) and len(parts) <= len(self._fat):
            parts.append(self._sector(first))
            first = self._fat[first]
        return b"".join(parts)

    def _mini(self, first: int) -> bytes:
        root = next((entry for entry in self.entries if entry[0] == "Root Entry"), None)
        if root is None:
            return b""
        data = self._chain(root[1])
        table_bytes = self._chain(self._number(60))
        table = struct.unpack(f"<{len(table_bytes) // 4}I", table_bytes)
        parts: list[bytes] = []
        while first < len(table) and len(parts) <= len(table):
            parts.append(data[first * 64 : first * 64 + 64])
            first = table[first]
        return b"".join(parts)

    def _directory(self, first: int) -> Iterator[tuple[str, int, int]]:
        data = self._chain(first)
        for at in range(0, len(data) - 127, 128):
            length = int.from_bytes(data[at + 64 : at + 66], "little")
            if 2 <= length <= 64:
                name = data[at : at + length - 2].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<II", data, at + 116)
                yield name, start, size
