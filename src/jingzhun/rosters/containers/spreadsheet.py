"""Spreadsheets as sheets: xlsx and BIFF8 (.xls, .et) through calamine.

calamine reads ten times faster than openpyxl and gives raw types. It shows neither hidden rows nor
the 1904 flag, and it allots a sheet's whole area before anyone can ask how large it is; so an xlsx
is looked over once, as a stream, before calamine gets it.
"""

import html
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from jingzhun.rosters.containers.compound import NotWholeError, look_over, streams, wrap
from jingzhun.rosters.containers.sheet import (
    MAX_CELLS,
    Sheet,
    damaged,
    encrypted,
    not_workbook,
    other_format,
    too_large,
)

#: What a workbook may unpack to: some 600,000 rows of twenty columns.
MAX_UNPACKED_BYTES = 768 * 1024 * 1024
#: XML packs 10 to 50 times smaller; what is large and packs much smaller has nothing to say.
_SUSPICIOUS_BYTES, _SUSPICIOUS_RATIO = 64 * 1024 * 1024, 200
#: Rows beyond which even a sheet without far columns may span too much.
_MANY_ROWS = MAX_CELLS // 78
_BLOCK = 1 << 20
_PACKED_BLOCK = 1 << 16
_OVERLAP = 512
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\bhidden=[\"'](?:1|true)[^>]*>")
_ROW_NUMBER = re.compile(rb"\br=[\"']([0-9]{1,7})[\"']")
#: A cell in column CA or beyond, or in a row of seven digits. Searched for in every byte: the
#: literal beginning makes that quick.
_FAR = re.compile(rb'r="(?:[C-Z][A-Z]|[A-Z]{3}|[A-Z]{0,2}[0-9]{7})')
_REFERENCE = re.compile(rb"\br=[\"']([A-Za-z]{0,9})([0-9]+)[\"']")
#: How many shared strings a workbook says it has: calamine asks for their memory at once.
_STRING_COUNT = re.compile(rb"\buniqueCount\s*=\s*[\"']([0-9]+)")
_HEAD = 1 << 16
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
    KeyError,
    RuntimeError,
)


@dataclass(slots=True)
class _Part:
    """What the stream of a worksheet part shows."""

    hidden_rows: set[int] = field(default_factory=set)
    last_row: int = 0
    last_column: int = 0

    @property
    def cells(self) -> int:
        return self.last_row * max(self.last_column, 1)


def read_xlsx(path: Path, content: bytes) -> list[Sheet]:
    """Read every worksheet of an xlsx.

    Raises:
        FileError: damaged, encrypted, unpacking to too much, or some other zip.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "xl/workbook.bin" in names or "content.xml" in names:
                raise other_format(path)
            if "xl/workbook.xml" not in names:
                raise not_workbook(path)
            hidden = _look_over(path, archive)
            date_1904 = _is_1904(archive)
            parts = _sheet_parts(archive) if hidden else {}
    except _BROKEN_ZIP:
        raise damaged(path) from None
    hidden_by_sheet = {name: hidden.get(part, frozenset()) for name, part in parts.items()}
    return _read(path, content, hidden_by_sheet, date_1904=date_1904)


def _guard(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse what says itself that it is encrypted or unpacks to too much."""
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise encrypted(path)
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise too_large(path)
    if any(_is_suspicious(member.file_size, member) for member in members):
        raise too_large(path)


def _is_suspicious(size: int, member: zipfile.ZipInfo) -> bool:
    return size > max(_SUSPICIOUS_BYTES, _SUSPICIOUS_RATIO * member.compress_size)


def _look_over(path: Path, archive: zipfile.ZipFile) -> dict[str, frozenset[int]]:
    """Check true sizes and areas; give the hidden rows of each worksheet part that has any."""
    _guard(path, archive)
    allowance = MAX_UNPACKED_BYTES
    hidden = {}
    for member in archive.infolist():
        is_sheet = re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename, re.IGNORECASE)
        if member.filename.lower().endswith(".xml") and not is_sheet:
            _check_strings(archive, member)
        # deflate reaches 1032:1 at best; a small member cannot lie about its size by much.
        if not is_sheet and member.compress_size * 1032 < MAX_UNPACKED_BYTES // 8:
            continue
        part = _Part()
        tail = b""
        before = allowance
        for block in _blocks(archive, member):
            allowance -= len(block)
            if allowance < 0 or _is_suspicious(before - allowance, member):
                raise too_large(path)
            if is_sheet:
                tail = _look_at(tail + block, part)
        if part.cells > MAX_CELLS:
            raise too_large(path)
        if part.hidden_rows:
            name = member.filename.rsplit("/", 1)[-1].lower()
            hidden[name] = frozenset(part.hidden_rows)
    return hidden


def _check_strings(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    with archive.open(member) as stream:
        found = _STRING_COUNT.search(stream.read(_HEAD))
    # A string takes five bytes at least, <si/>.
    if found and int(found[1]) * 5 > member.file_size:
        raise zipfile.BadZipFile


def _blocks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give a member's true bytes: ``ZipExtFile`` would stop where the directory says it ends."""
    if member.compress_type != zipfile.ZIP_DEFLATED:
        with archive.open(member) as stream:
            while block := stream.read(_BLOCK):
                yield block
        return
    with archive.open(member):
        pass  # checks the local header
    source = archive.fp
    assert source is not None  # noqa: S101 - the archive is open
    source.seek(member.header_offset + 26)
    lengths = source.read(4)
    skipped = int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
    source.seek(member.header_offset + 30 + skipped)
    left = member.compress_size
    inflate = zlib.decompressobj(-15)
    while left > 0 and not inflate.eof:
        # At most 1032 times as much comes out.
        data = source.read(min(left, _PACKED_BLOCK))
        if not data:
            raise EOFError
        left -= len(data)
        yield inflate.decompress(data)


def _look_at(data: bytes, part: _Part) -> bytes:
    """Note what a block of worksheet XML shows; give its end, to be looked at with the next."""
    if b"hidden=" in data:
        for tag in _HIDDEN_ROW.finditer(data):
            number = _ROW_NUMBER.search(tag[0])
            if number:
                part.hidden_rows.add(int(number[1]))
    last = _REFERENCE.match(data, data.rfind(b' r="') + 1)
    if last:
        part.last_row = max(part.last_row, int(last[2]))
    # Single quotes are legal and nobody writes them; such a block is read closely as well.
    if _FAR.search(data) or part.last_row > _MANY_ROWS or (last is None and b"r='" in data):
        cells = _REFERENCE.findall(data)
        columns = {column for column, _ in cells}
        part.last_column = max(part.last_column, *map(_column_number, columns), 0)
        part.last_row = max(part.last_row, max((int(row) for _, row in cells), default=0))
    return data[-_OVERLAP:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _is_1904(archive: zipfile.ZipFile) -> bool:
    try:
        book = archive.read("xl/workbook.xml")[:100_000]
    except KeyError:
        return False
    return re.search(rb"\bdate1904=\"(?:1|true)\"", book) is not None


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Map sheet names to the file names of their parts."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        key, target = re.search(r'\bId="([^"]+)"', tag), re.search(r'\bTarget="([^"]+)"', tag)
        if key and target:
            targets[key[1]] = target[1].rsplit("/", 1)[-1].lower()
    parts = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\b\w+:id="([^"]+)"', tag)
        if name and key and key[1] in targets:
            parts[html.unescape(name[1])] = targets[key[1]]
    return parts


def _read(
    path: Path,
    content: bytes,
    hidden: Mapping[str, frozenset[int]],
    *,
    date_1904: bool,
    has_integers: bool = False,
) -> list[Sheet]:
    """Let calamine read every worksheet; this is the one place that meets its errors."""
    sheets = []
    try:
        with _quiet(), CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for meta in book.sheets_metadata:
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(meta.name)
                rows = sheet.to_python(skip_empty_area=False)
                sheets.append(
                    Sheet(
                        name=meta.name,
                        rows=_as_floats(rows) if has_integers else rows,
                        is_hidden=meta.visible != SheetVisibleEnum.Visible,
                        merges=tuple(sheet.merged_cell_ranges or ()),
                        hidden_rows=hidden.get(meta.name, frozenset()),
                        date_1904=date_1904,
                    )
                )
    except PasswordError:
        raise encrypted(path) from None
    except MemoryError:
        raise too_large(path) from None
    except (CalamineError, OSError, ValueError, OverflowError):
        raise damaged(path) from None
    except BaseException as error:
        # A panic of the Rust reader derives from BaseException, on purpose of its makers.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(path) from None
    if not sheets:
        raise damaged(path)
    return sheets


def _as_floats(rows: list[list[Any]]) -> list[list[Any]]:
    """Make every number a float: BIFF has whole numbers too, and one sort is enough."""
    for row in rows:
        if int in map(type, row):
            row[:] = [float(cell) if type(cell) is int else cell for cell in row]
    return rows


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep a panic's report, written past Python to the error stream, from the user."""
    try:
        kept = os.dup(2)
    except OSError:
        yield  # no error stream: nothing to keep quiet
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def read_biff(path: Path, content: bytes) -> list[Sheet]:
    """Read every worksheet of a BIFF8 workbook (.xls, .et).

    Raises:
        FileError: encrypted, damaged, or some other OLE2 file.
    """
    found = streams(content)
    if {"ENCRYPTEDPACKAGE", "ENCRYPTIONINFO"} & found.keys():
        raise encrypted(path)
    if not found:
        raise damaged(path)
    book = found.get("WORKBOOK", found.get("BOOK"))
    if book is None:
        raise not_workbook(path)
    try:
        facts = look_over(book)
    except (NotWholeError, IndexError):
        raise damaged(path) from None
    if facts.is_encrypted:
        raise encrypted(path)
    return _read(path, wrap(book), facts.hidden_rows, date_1904=facts.date_1904, has_integers=True)
