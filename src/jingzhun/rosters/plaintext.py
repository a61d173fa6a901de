"""Text files as sheets: csv and tsv in the encodings people have, and HTML tables named .xls."""

import csv
import html.parser
import io
import re
from pathlib import Path
from typing import Any

from jingzhun.rosters.workbook import Corner, Sheet, damaged, not_workbook

#: No roster has more columns; a hostile colspan must not eat the memory.
MAX_COLUMNS = 1_000
MAX_SPAN_ROWS = 10_000
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def to_text(path: Path, content: bytes) -> str:
    """Decode UTF-8 (with or without mark), UTF-16 (with mark), else GB18030, never GBK.

    GB18030 holds the characters of rare names that GBK lacks.

    Raises:
        FileError: not text in any of these.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Pictures and programs decode as GB18030 by luck; control characters give them away.
        if _CONTROL.search(text[:100_000]):
            break
        return text
    raise not_workbook(path)


def read_text(path: Path, text: str) -> list[Sheet]:
    """Read delimited text as one sheet named after the file."""
    first_lines = [line for line in text.splitlines()[:20] if line.strip()]
    delimiter = max("\t,;", key=lambda mark: sum(line.count(mark) for line in first_lines))
    if not any(delimiter in line for line in first_lines) and len(text) > 200_000:
        raise not_workbook(path)
    csv.field_size_limit(1_000_000)
    try:
        rows: list[list[Any]] = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise damaged(path) from None
    return [Sheet(name=path.stem, rows=_rectangle(rows))]


def _rectangle(rows: list[list[Any]]) -> list[list[Any]]:
    """Make every row as long as the widest, as a spreadsheet would."""
    width = min(max(map(len, rows), default=0), MAX_COLUMNS)
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def read_html(path: Path, text: str) -> list[Sheet]:
    """Read each table of an HTML page as a sheet; spans become merges."""
    parser = _Tables()
    try:
        parser.feed(text)
        parser.close()
    except (AssertionError, ValueError):
        raise damaged(path) from None
    sheets = [
        Sheet(name=f"{path.stem}{number}", rows=_rectangle(rows), merges=tuple(merges))
        for number, (rows, merges) in enumerate(parser.tables, 1)
        if rows
    ]
    if not sheets:
        raise not_workbook(path)
    return sheets


class _Tables(html.parser.HTMLParser):
    """Collect the cells of every table, nested ones flattened into their outer cell's text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[list[list[Any]], list[tuple[Corner, Corner]]]] = []
        self._depth = 0
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._taken: set[Corner] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(([], []))
                self._taken = set()
        elif not self._depth or self._depth > 1:
            return
        elif tag == "tr":
            self._end_cell()
            self.tables[-1][0].append([])
        elif tag in {"td", "th"}:
            self._end_cell()
            given = dict(attrs)
            self._span = (
                _number(given.get("rowspan"), MAX_SPAN_ROWS),
                _number(given.get("colspan"), MAX_COLUMNS),
            )
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            if self._depth == 1:
                self._end_cell()
            self._depth -= 1
        elif tag in {"td", "th", "tr"} and self._depth == 1:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        rows, merges = self.tables[-1]
        if not rows:
            rows.append([])
        row, at = rows[-1], len(rows) - 1
        while (at, len(row)) in self._taken:
            row.append("")
        first = (at, len(row))
        down, across = self._span
        row.extend(["".join(self._cell).strip(), *[""] * (across - 1)])
        if down > 1 or across > 1:
            merges.append((first, (at + down - 1, first[1] + across - 1)))
            self._taken.update(
                (at + i, first[1] + j) for i in range(1, down) for j in range(across)
            )
        self._cell = None


def _number(text: str | None, limit: int) -> int:
    return min(int(text), limit) if text and text.strip().isascii() and text.isdigit() else 1
