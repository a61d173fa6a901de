"""Write a small BIFF8 workbook (.xls) for samples and tests; the world of 2003 in a page.

Strings, numbers, flags and dates; merged cells and hidden rows; the 1904 date system; and, to be
refused, a workbook that says it has a password.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jingzhun.rosters.containers.compound import wrap
from samples.page import Formula, Page

_DATE_XF, _TEXT_XF = 16, 17


@dataclass(frozen=True, slots=True, kw_only=True)
class BiffSheet:
    """One sheet: rows of cells ("" or None is empty), 0-based inclusive merges, 1-based rows."""

    name: str
    rows: Sequence[Sequence[Any]]
    merges: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    is_hidden: bool = False


def write_xls(path: Path, pages: Sequence[Page]) -> None:
    """Write pages as the worksheets of one .xls file."""
    path.write_bytes(xls_bytes(map(_sheet_of, pages)))


def _sheet_of(page: Page) -> BiffSheet:
    return BiffSheet(
        name=page.name,
        rows=[
            [cell.value if isinstance(cell, Formula) else cell for cell in row] for row in page.rows
        ],
        merges=[((top - 1, left), (bottom - 1, right)) for top, left, bottom, right in page.merges],
        hidden_rows=frozenset(page.hidden_rows),
        is_hidden=page.is_hidden,
    )


def xls_bytes(
    sheets: Iterable[BiffSheet], *, date_1904: bool = False, has_password: bool = False
) -> bytes:
    """Give the bytes of a workbook."""
    sheets = list(sheets)
    parts = [_sheet_stream(sheet, date_1904=date_1904) for sheet in sheets]
    head = _globals_head(date_1904=date_1904, has_password=has_password)
    tails = [_record(0x0A, b"")]
    names = [_text(sheet.name, "<B") for sheet in sheets]
    at = len(head) + sum(4 + 6 + len(name) for name in names) + len(tails[0])
    bounds = []
    for sheet, name, part in zip(sheets, names, parts, strict=True):
        bounds.append(_record(0x85, struct.pack("<IBB", at, sheet.is_hidden, 0) + name))
        at += len(part)
    return wrap(b"".join([head, *bounds, *tails, *parts]))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str, length: str) -> bytes:
    wide = text.encode("utf-16-le")  # counted in halves of a character beyond the first plane
    return struct.pack(length + "B", len(wide) // 2, 1) + wide


def _beginning(kind: int) -> bytes:
    return _record(0x809, struct.pack("<4H2I", 0x600, kind, 0x0DBB, 0x07CC, 0xC1, 6))


def _globals_head(*, date_1904: bool, has_password: bool) -> bytes:
    head = [_beginning(5)]
    if has_password:
        head.append(_record(0x2F, struct.pack("<3H", 0, 0x1234, 0x5678)))
    head.append(_record(0x42, struct.pack("<H", 1200)))
    head.append(_record(0x3D, struct.pack("<9H", 0, 0, 9000, 6000, 56, 0, 0, 1, 600)))
    head.append(_record(0x22, struct.pack("<H", date_1904)))
    font = struct.pack("<5H4B", 220, 0, 0x7FFF, 400, 0, 0, 0, 134, 0) + _text("宋体", "<B")
    head += [_record(0x31, font)] * 5
    # Sixteen formats that every workbook has, then a date and a text format.
    for index in range(18):
        is_cell = index >= 15
        number_format = {_DATE_XF: 14, _TEXT_XF: 49}.get(index, 0)
        kind = 1 if is_cell else 0xFFF5
        head.append(
            _record(
                0xE0,
                struct.pack("<3H4B3IH", 0, number_format, kind, 0x20, 0, 0, 0, 0, 0, 0, 0)[:20],
            )
        )
    head.append(_record(0x293, struct.pack("<HBB", 0x8000, 0, 0xFF)))
    return b"".join(head)


def _sheet_stream(sheet: BiffSheet, *, date_1904: bool) -> bytes:
    width = max(map(len, sheet.rows), default=0)
    parts = [
        _beginning(0x10),
        _record(0x200, struct.pack("<2I3H", 0, len(sheet.rows), 0, width, 0)),
    ]
    for at, row in enumerate(sheet.rows):
        flags = 0x100 | (0x20 if at + 1 in sheet.hidden_rows else 0)
        parts.append(
            _record(0x208, struct.pack("<6HI", at, 0, len(row), 270, 0, 0, flags | 0xF0000))
        )
    for at, row in enumerate(sheet.rows):
        parts += [
            _cell(at, index, cell, date_1904=date_1904)
            for index, cell in enumerate(row)
            if cell not in {"", None}
        ]
    if sheet.merges:
        spans = b"".join(
            struct.pack("<4H", first, last, left, right)
            for (first, left), (last, right) in sheet.merges
        )
        parts.append(_record(0xE5, struct.pack("<H", len(sheet.merges)) + spans))
    parts.append(_record(0x23E, struct.pack("<H2HI2HI", 0x06B6, 0, 0, 64, 0, 0, 0)))
    parts.append(_record(0x0A, b""))
    return b"".join(parts)


def _cell(row: int, column: int, cell: Any, *, date_1904: bool) -> bytes:
    if isinstance(cell, bool):
        return _record(0x205, struct.pack("<3HBB", row, column, 15, cell, 0))
    if isinstance(cell, date):
        days = (cell - (date(1904, 1, 1) if date_1904 else date(1899, 12, 30))).days
        return _record(0x203, struct.pack("<3Hd", row, column, _DATE_XF, days))
    if isinstance(cell, (int, float)):
        return _record(0x203, struct.pack("<3Hd", row, column, 15, cell))
    return _record(0x204, struct.pack("<3H", row, column, _TEXT_XF) + _text(str(cell), "<H"))
