"""Text files as sheets: csv and tsv in the encodings people have, and markup tables named .xls."""

import csv
import html.parser
import io
import re
from pathlib import Path
from typing import Any

from jingzhun.rosters.sheet import Corner, Sheet, damaged, not_workbook

#: No roster has more columns; a hostile colspan must not eat the memory.
MAX_COLUMNS = 1_000
MAX_SPAN_ROWS = 10_000
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
        FileError: something else, or text that holds no table.
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
    # The longest cell of a roster is a paragraph; the limit is a guard against binary files.
    csv.field_size_limit(1_000_000)
    try:
        rows = _rows(text, delimiter)
    except csv.Error:
        raise damaged(path) from None
    while rows and not any(rows[-1]):
        rows.pop()
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


def _rectangle(rows: list[list[Any]]) -> list[list[Any]]:
    """Make every row as long as the widest, as a spreadsheet would."""
    width = min(max(map(len, rows), default=0), MAX_COLUMNS)
    return [row if len(row) == width else row[:width] + [""] * (width - len(row)) for row in rows]


def _read_markup(path: Path, text: str) -> list[Sheet]:
    """Read each table of an HTML page or XML spreadsheet as a sheet; spans become merges."""
    parser = _Tables()
    try:
        parser.feed(text)
        parser.close()
    except (AssertionError, ValueError, RecursionError):
        raise damaged(path) from None
    found = [table for table in parser.tables if any(any(row) for row in table.rows)]
    if not found:
        raise not_workbook(path)
    return [
        Sheet(
            name=table.name or (path.stem if len(found) == 1 else f"{path.stem}{number}"),
            rows=_rectangle(table.rows),
            merges=tuple(table.merges),
            is_typed=False,
        )
        for number, table in enumerate(found, 1)
    ]


class _Table:
    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[list[Any]] = []
        self.merges: list[tuple[Corner, Corner]] = []
        #: By column, the last row that a cell above reaches down to.
        self._reach: dict[int, int] = {}

    def put(self, text: str, at_column: int | None, down: int, across: int) -> None:
        """Put a cell at the row's next free place (or at a 0-based column) with its span."""
        if not self.rows:
            self.rows.append([])
        row, at = self.rows[-1], len(self.rows) - 1
        while self._reach.get(len(row), -1) >= at or len(row) < (at_column or 0):
            row.append("")
        if len(row) >= MAX_COLUMNS:
            return
        left = len(row)
        row.extend([text, *[""] * (across - 1)])
        if down > 1 or across > 1:
            self.merges.append(((at, left), (at + down - 1, left + across - 1)))
        if down > 1:
            self._reach.update(dict.fromkeys(range(left, left + across), at + down - 1))


class _Tables(html.parser.HTMLParser):
    """Collect the cells of every table, nested ones flattened into their outer cell's text.

    An XML spreadsheet of 2003 has the same shape under other names.
    """

    _ROW = frozenset({"tr", "row"})
    _CELL = frozenset({"td", "th", "cell"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._depth = 0
        self._name = ""
        self._cell: list[str] | None = None
        self._span: tuple[int | None, int, int] = (None, 1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell."""
        given = dict(attrs)
        if tag == "worksheet":
            self._name = given.get("ss:name") or ""
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(_Table(self._name))
        elif self._depth != 1:
            return
        elif tag in self._ROW:
            self._end_cell()
            rows = self.tables[-1].rows
            # An XML spreadsheet leaves out empty rows and says where the next one stands.
            target = _number(given.get("ss:index"), 2_000_000)
            while target > len(rows) + 1 and target < len(rows) + MAX_SPAN_ROWS:
                rows.append([])
            rows.append([])
        elif tag in self._CELL:
            self._end_cell()
            index = _number(given.get("ss:index"), MAX_COLUMNS)
            down = max(_number(given.get("rowspan"), MAX_SPAN_ROWS), 1)
            across = max(_number(given.get("colspan"), MAX_COLUMNS), 1)
            down += _number(given.get("ss:mergedown"), MAX_SPAN_ROWS)
            across += _number(given.get("ss:mergeacross"), MAX_COLUMNS)
            self._span = (index - 1 if index else None, down, across)
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open and close: an empty cell of an XML spreadsheet."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a table, row or cell."""
        if tag == "table" and self._depth:
            if self._depth == 1:
                self._end_cell()
            self._depth -= 1
        elif self._depth == 1 and (tag in self._CELL or tag in self._ROW):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Take a piece of a cell's text."""
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None:
            self.tables[-1].put("".join(self._cell).strip(), *self._span)
            self._cell = None


def _number(text: str | None, limit: int) -> int:
    """Read an attribute's count, 0 when it is none."""
    digits = (text or "").strip()
    return min(int(digits), limit) if digits.isascii() and digits.isdigit() else 0
