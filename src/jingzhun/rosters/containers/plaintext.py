"""Text files as sheets: csv and tsv in the encodings people have, and markup tables named .xls."""

import csv
import html.parser
import io
import re
from pathlib import Path
from typing import Any

from jingzhun.rosters.containers.sheet import (
    MAX_CELLS,
    Corner,
    Sheet,
    damaged,
    not_workbook,
    too_large,
)

#: No roster has more columns; a hostile colspan must not eat the memory.
MAX_COLUMNS = 1_000
MAX_SPAN_ROWS = 10_000
MAX_ROWS = 1_048_576
#: Nobody lays out a page in more tables within tables.
MAX_DEPTH = 50
#: Files that are text, or nearly, and yet no table.
_OTHERS = (
    b"%PDF",
    b"{\\rtf",
    b"%!PS",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\x89PNG",
    b"RIFF",
    b"MZ",
    b"\x7fELF",
    b"SQLite format",
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
#: What nobody writes in a list, and bytes of no text decode to.
_UNLIKELY = re.compile("[\u0250-\u04ff\u0700-\u0eff\u1000-\u17ff\u1900-\u1fff\ua4d0-\uf8ff]")
#: One undecodable byte in a long list costs its own cell, not the file.
_TOLERATED_SHARE = 500
#: Some programs end a text with a character that means its end, or leave one in a cell.
_FEW_CONTROLS = 2
#: How few of a UTF-16 file's bytes may be nought: a line break in a long Chinese line.
_NOUGHT_SHARE = 60


def read_plain(path: Path, content: bytes) -> list[Sheet]:
    """Read a file that is text, if it is.

    Raises:
        FileError: something else, text that holds no table, or more than a roster holds.
    """
    if content.startswith(_OTHERS):
        raise not_workbook(path)
    text = _decode(path, content)
    if text[:2000].lstrip("\ufeff \r\n\t").startswith("<"):
        return _read_markup(path, text)
    return [_read_delimited(path, text)]


def _decode(path: Path, content: bytes) -> str:
    """Decode UTF-8 and UTF-16 (with or without mark), else GB18030, never GBK.

    GB18030 holds the characters of rare names that GBK lacks.
    """
    text = _attempt(content, "strict") or _attempt(content, "replace")
    if text is None or len(_UNLIKELY.findall(text[:4096])) * 20 > len(text[:4096]):
        raise not_workbook(path)
    if _CONTROL.search(text):
        # Pictures and programs decode by luck; control characters give them away.
        text, count = _CONTROL.subn("", text)
        if count > max(_FEW_CONTROLS, len(text) // _TOLERATED_SHARE):
            raise not_workbook(path)
    return text


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    # Every other byte of a UTF-16 line's marks and digits is nought; no other text has any.
    head = content[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * _NOUGHT_SHARE > len(head):
        return ("utf-16-le",) if odd > even else ("utf-16-be",)
    return ("utf-8-sig", "gb18030")


def _attempt(content: bytes, errors: str) -> str | None:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding, errors)
        except UnicodeDecodeError:
            continue
        if errors == "strict" or text.count("\ufffd") * _TOLERATED_SHARE <= len(text):
            return text
    return None


def _read_delimited(path: Path, text: str) -> Sheet:
    first_lines = [line for line in text[:100_000].splitlines()[:20] if line.strip()]
    delimiter = max("\t,;，|", key=lambda mark: sum(line.count(mark) for line in first_lines))
    if text.count(delimiter) > MAX_CELLS:
        raise too_large(path)
    # The longest cell of a roster is a paragraph; the limit is a guard against binary files.
    csv.field_size_limit(1_000_000)
    try:
        rows = _rows(text, delimiter)
    except csv.Error:
        raise damaged(path) from None
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) * max(map(len, rows), default=0) > MAX_CELLS:
        raise too_large(path)
    if '="' in text:
        rows = [list(map(_unwrapped, row)) for row in rows]
    return Sheet(name=path.stem, rows=_rectangle(rows), is_typed=False)


def _rows(text: str, delimiter: str) -> list[list[Any]]:
    try:
        # An unbalanced quote would swallow the rows that follow it; strict says so.
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        pass
    # Then every line is a row of its own, and a lone quote costs no other row anything.
    rows: list[list[Any]] = []
    for line in text.splitlines():
        rows.extend(csv.reader([line], delimiter=delimiter) if line else [[]])
    return rows


def _unwrapped(cell: str) -> str:
    """Take ``="…"`` off a cell: how programs keep spreadsheets from making a number of it."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell


def _rectangle(rows: list[list[Any]]) -> list[list[Any]]:
    """Make every row as long as the widest, as a spreadsheet would."""
    width = min(max(map(len, rows), default=0), MAX_COLUMNS)
    return [row if len(row) == width else row[:width] + [""] * (width - len(row)) for row in rows]


def _read_markup(path: Path, text: str) -> list[Sheet]:
    """Read each table of an HTML page or XML spreadsheet as a sheet; spans become merges."""
    # The parser would look for the end of tags that have none again and again.
    whole = text.rfind(">") + 1
    text = text[:whole] + text[whole:].partition("<")[0]
    if text.count("<") > 2 * text.count(">") + 1000:
        raise damaged(path)
    parser = _Tables()
    try:
        parser.feed(text)
        parser.close()
    except _TooManyCellsError:
        raise too_large(path) from None
    except (AssertionError, ValueError, RecursionError):
        raise damaged(path) from None
    found = [table for table in parser.tables if any(any(row) for row in table.rows)]
    if not found:
        raise not_workbook(path)
    if sum(len(table.rows) * max(map(len, table.rows)) for table in found) > MAX_CELLS:
        raise too_large(path)
    return [
        Sheet(
            name=table.name or (path.stem if len(found) == 1 else f"{path.stem}{number}"),
            rows=_rectangle(table.rows),
            merges=tuple(table.merges),
            is_typed=False,
        )
        for number, table in enumerate(found, 1)
    ]


class _TooManyCellsError(Exception):
    """A page spans more than any roster does."""


class _Table:
    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[list[Any]] = []
        self.merges: list[tuple[Corner, Corner]] = []
        #: The pieces of the open cell's text; None between cells.
        self.cell: list[str] | None = None
        self._span: tuple[int | None, int, int] = (None, 1, 1)
        #: By column, the last row that a cell above reaches down to.
        self._reach: dict[int, int] = {}

    def begin_row(self, number: int) -> None:
        """Begin a row, or the 1-based one that an XML spreadsheet names after empty ones."""
        self.end_cell()
        while len(self.rows) + 1 < min(number, len(self.rows) + MAX_SPAN_ROWS, MAX_ROWS):
            self.rows.append([])
        self.rows.append([])

    def begin_cell(self, at_column: int | None, down: int, across: int) -> None:
        """Begin a cell at the row's next free place, or at a 0-based column, with its span."""
        self.end_cell()
        self.cell = []
        self._span = (at_column, down, across)

    def end_cell(self) -> None:
        """Put the open cell, if any, into its row."""
        if self.cell is None:
            return
        text, self.cell = "".join(self.cell).strip(), None
        at_column, down, across = self._span
        if not self.rows:
            self.rows.append([])
        row, at = self.rows[-1], len(self.rows) - 1
        while self._reach.get(len(row), -1) >= at or len(row) < (at_column or 0):
            row.append("")
        if len(row) >= MAX_COLUMNS:
            return
        left = len(row)
        row.extend([_unwrapped(text), *[""] * (across - 1)])
        if down > 1 or across > 1:
            self.merges.append(((at, left), (at + down - 1, left + across - 1)))
        if down > 1:
            self._reach.update(dict.fromkeys(range(left, left + across), at + down - 1))


class _Tables(html.parser.HTMLParser):
    """Collect the cells of every table.

    A table within a cell is a table of its own, unless it is a single row: then it is the cell's
    text. An XML spreadsheet of 2003 has the same shape under other names.
    """

    _ROW = frozenset({"tr", "row"})
    _CELL = frozenset({"td", "th", "cell"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._name = ""
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell."""
        given = dict(attrs)
        if tag == "worksheet":
            self._name = given.get("ss:name") or ""
        elif tag == "table":
            if len(self._open) < MAX_DEPTH:
                self._open.append(_Table(self._name))
                self.tables.append(self._open[-1])
        elif not self._open:
            return
        elif tag in self._ROW:
            self._open[-1].begin_row(_number(given.get("ss:index"), 2_000_000))
        elif tag in self._CELL:
            index = _number(given.get("ss:index"), MAX_COLUMNS)
            down = max(_number(given.get("rowspan"), MAX_SPAN_ROWS), 1)
            across = max(_number(given.get("colspan"), MAX_COLUMNS), 1)
            down += _number(given.get("ss:mergedown"), MAX_SPAN_ROWS)
            across += _number(given.get("ss:mergeacross"), MAX_COLUMNS)
            self._cells += across
            if self._cells > MAX_CELLS:
                raise _TooManyCellsError
            self._open[-1].begin_cell(index - 1 if index else None, down, across)
        elif tag == "br":
            self.handle_data("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open and close: an empty cell of an XML spreadsheet."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a table, row or cell."""
        if not self._open:
            return
        if tag == "table":
            self._end_table()
        elif tag in self._CELL or tag in self._ROW:
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        """Take a piece of a cell's text."""
        if self._open and self._open[-1].cell is not None:
            self._open[-1].cell.append(data)

    def close(self) -> None:
        """End what was left open."""
        super().close()
        while self._open:
            self._end_table()

    def _end_table(self) -> None:
        ended = self._open.pop()
        ended.end_cell()
        if self._open and len(ended.rows) < 2:
            self.handle_data(" ".join(cell for row in ended.rows for cell in row))
            ended.rows = []


def _number(text: str | None, limit: int) -> int:
    """Read an attribute's count, 0 when it is none."""
    digits = (text or "").strip()
    return min(int(digits), limit) if digits.isascii() and digits.isdigit() else 0
