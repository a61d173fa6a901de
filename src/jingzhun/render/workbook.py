"""A page as a workbook that a school prints and signs, with xlsxwriter: one sheet for each table.

Title merged on top, the heading (unit and period) under it, the head repeated on each printed
page, money and counts as numbers, ids as text, 合计 and 大写, page x of y. Strings are written as
strings: nothing that came out of a roster can become a formula.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from jingzhun.core.page import Page
from jingzhun.core.paper import Paper
from jingzhun.core.table import Column, ColumnKind, Format, Table
from jingzhun.errors import JingzhunError
from jingzhun.render.paper_sheet import write_paper
from jingzhun.render.words import (
    NOTHING,
    NUMBERS,
    TOTAL,
    Words,
    capital_total,
    is_formula,
    numbered,
    place_words,
    tables_in,
    total_words,
    width,
    words_for,
)

MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
# Above this a workbook is written row by row to disk: 3,000,000 cells would take 1 GiB of memory.
_MANY_CELLS = 300_000
_SAMPLE_ROWS = 2_000
_NARROWEST, _WIDEST = 5, 42
_SOURCES_WIDEST, _SOURCES_FONT = 56, 9
_PORTRAIT_WIDTH = 92  # characters of 11 points across A4 between the margins
_MOST_ON_A_PAGE, _SMALLEST_SCALE = 270, 60
_LEGIBLE = 175  # characters across A4 on its side at 85 %
_TITLE_SIZE, _BODY_SIZE = 16, 11
_LINE_HEIGHT = 16.5
_SIGNING_HEIGHT = 24
_TALLEST = 409  # points; a sheet's rows grow no taller
_SIGNATURES = (
    "制表人：　　　　　　复核人：　　　　　　负责人：　　　　　　日期：　　　年　　月　　日"
)
_NUMBER_FORMATS = {
    ColumnKind.COUNT: "#,##0",
    ColumnKind.SEQUENCE: "0",
    ColumnKind.MONEY: "#,##0.00",
    ColumnKind.QUANTITY: "#,##0.###",
    ColumnKind.PERCENT: "0.00%",
    ColumnKind.DATE: "yyyy-mm-dd",
}
# Raw value → the number that a sheet holds.
_SCALES = {ColumnKind.MONEY: 100, ColumnKind.QUANTITY: 1000, ColumnKind.PERCENT: 10_000}
_CENTRED = frozenset(
    {ColumnKind.SEQUENCE, ColumnKind.DATE, ColumnKind.FLAG, ColumnKind.LABEL, ColumnKind.ID}
)


def write(page: Page, file: BinaryIO, *, show_ids: bool) -> None:
    """Write a page as a workbook into an open file.

    Raises:
        JingzhunError: ``output_too_long`` — a table has more rows than a sheet.
    """
    tables = tables_in(page, Format.XLSX)
    if any(len(table.rows) > MOST_ROWS - 20 for table in tables):
        raise JingzhunError(
            "output_too_long",
            f"行数超过一张工作表的上限（{MOST_ROWS:,} 行）。",
            "请改用 --format csv，或只导出一所学校。",
        )
    cells = sum(len(table.rows) * len(table.columns) for table in tables)
    options = {
        "constant_memory": cells > _MANY_CELLS,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        made_on = datetime(1980, 1, 1)  # noqa: DTZ001 - no clock: the same page is the same file
        book.set_properties({"title": page.title, "created": made_on})
        styles = _Styles(book)
        names: set[str] = set()
        papers = [sheet for sheet in page.sheets if isinstance(sheet, Paper)]
        for paper in papers:
            sheet = book.add_worksheet(_sheet_name(paper.name, names))
            write_paper(sheet, styles, paper, show_ids=show_ids)
        if papers:
            return
        sheets = tables or [Table(key="page", heading="", columns=(), rows=())]
        for table in sheets:
            sheet = book.add_worksheet(_sheet_name(table.heading or page.title, names))
            # Notes of the page stand on its last sheet, under everything.
            notes = [*table.notes, *(page.notes if table is sheets[-1] else ())]
            _Sheet(sheet, styles, table, show_ids=show_ids).fill(page.title, notes)


class _Styles:
    """The cell formats of one workbook, each made once."""

    _FONT: Mapping[str, Any] = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], CellFormat] = {}
        self._cells: dict[tuple[Any, ...], CellFormat] = {}

    def of(self, **properties: Any) -> CellFormat:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**self._FONT, **properties})
        return self._made[key]

    def cell(self, kind: ColumnKind, *, bold: bool = False, **properties: Any) -> CellFormat:
        key = (kind, bold, *properties.items())
        if key not in self._cells:
            self._cells[key] = self._cell(kind, bold=bold, properties=properties)
        return self._cells[key]

    def _cell(self, kind: ColumnKind, *, bold: bool, properties: Mapping[str, Any]) -> CellFormat:
        align = "right" if kind in NUMBERS else "left"
        defaults = {
            "border": 1,
            "bold": bold,
            "align": "center" if kind in _CENTRED else align,
            "text_wrap": kind not in NUMBERS,
            "num_format": _NUMBER_FORMATS.get(kind, "General"),
        }
        if kind is ColumnKind.SOURCES:
            defaults["font_size"] = _SOURCES_FONT
        return self.of(**{**defaults, **properties})


class _Sheet:
    """One worksheet, filled from top to bottom."""

    def __init__(self, sheet: Worksheet, styles: _Styles, table: Table, *, show_ids: bool) -> None:
        self.sheet = sheet
        self.styles = styles
        self.table = table
        self.words = [_words(column, show_ids=show_ids) for column in table.columns]
        self.widths: list[int] = []
        self.row_height = _LINE_HEIGHT
        self.row = 0
        self.last = max(len(table.columns) - 1, 0)

    def fill(self, title: str, notes: Sequence[str]) -> None:
        table = self.table
        total = total_words(table, self.words)
        self._set_widths([*map(self._texts, table.rows[:_SAMPLE_ROWS]), total])
        if not table.is_bare:
            self._widen(title)
        self._leave_sources_on_screen()
        signing = any(column.kind is ColumnKind.SIGNATURE for column in table.columns)
        self.row_height = _SIGNING_HEIGHT if signing else _LINE_HEIGHT
        self.sheet.set_default_row(self.row_height)
        side = "left" if self._is_wide() else "center"  # the middle of a wide sheet is out of sight
        if not table.is_bare:
            self._line(
                title, self.styles.of(bold=True, font_size=_TITLE_SIZE, align=side), height=30
            )
        if table.heading:
            self._line(table.heading, self.styles.of(align="left"), height=20)
        self._head()
        for row in numbered(table):
            self._cells(row, self._texts(row))
        if table.columns and not table.rows:
            self._line(NOTHING, self.styles.of(border=1, align="center"))
        if table.total is not None:
            self._cells(table.total, total, bold=True)
        for line in (capital_total(table), *notes):
            if line:
                self._line(
                    line, self.styles.of(text_wrap=True), height=_height(line, sum(self.widths))
                )
        if signing:
            self._line(_SIGNATURES, self.styles.of(), height=36)
        self._set_page()

    def _texts(self, row: Sequence[Any]) -> list[str]:
        return [word(value) for word, value in zip(self.words, row, strict=True)]

    def _line(self, text: str, style: CellFormat, *, height: float = _LINE_HEIGHT) -> None:
        self.sheet.set_row(self.row, height)
        if self.last:
            self.sheet.merge_range(self.row, 0, self.row, self.last, "", style)
        self.sheet.write_string(self.row, 0, text, style)
        self.row += 1

    def _head(self) -> None:
        style = self.styles.of(
            bold=True, border=1, align="center", text_wrap=True, bg_color="#E8EEF4"
        )
        if not self.table.columns:
            return
        self.sheet.set_row(self.row, 22)
        for place, column in enumerate(self.table.columns):
            self.sheet.write_string(self.row, place, column.title, style)
        self.row += 1
        self.sheet.freeze_panes(self.row, int(self._is_wide()))
        self.sheet.repeat_rows(0, self.row - 1)

    def _cells(self, row: Sequence[Any], texts: Sequence[str], *, bold: bool = False) -> None:
        printed = self._printed()
        height = max(map(_height, texts[: len(printed)], printed), default=self.row_height)
        if height > self.row_height:
            self.sheet.set_row(self.row, min(height, _TALLEST))
        cells = zip(self.table.columns, row, texts, strict=True)
        for place, (column, value, text) in enumerate(cells):
            number = _number(column.kind, value)
            if number is None:
                self._text(place, column, text, bold=bold)
            else:
                style = self.styles.cell(column.kind, bold=bold)
                self.sheet.write_number(self.row, place, number, style)
        self.row += 1

    def _text(self, place: int, column: Column, text: str, *, bold: bool) -> None:
        if not text:
            self.sheet.write_blank(self.row, place, None, self.styles.cell(column.kind, bold=bold))
            return
        if column.kind is ColumnKind.DATE and (day := _day(text)):
            style = self.styles.cell(column.kind, bold=bold)
            self.sheet.write_datetime(self.row, place, day, style)
            return
        properties: dict[str, Any] = {"num_format": "General"}
        if place > self.last:
            properties["text_wrap"] = False
        if text == TOTAL:
            properties["align"] = "center"
        if is_formula(text):
            # The apostrophe that a person would type: still text after the cell is edited.
            properties["quote_prefix"] = True
        elif column.kind is ColumnKind.ID or text.isdigit():
            properties["num_format"] = "@"
        style = self.styles.cell(column.kind, bold=bold, **properties)
        self.sheet.write_string(self.row, place, text[:LONGEST_CELL], style)

    def _set_widths(self, rows: Sequence[Sequence[str]]) -> None:
        for place, column in enumerate(self.table.columns):
            lines = (line for row in rows if row for line in row[place].split("\n"))
            wanted = max(max(map(width, lines), default=0), width(column.title)) + 2
            if column.kind is ColumnKind.SIGNATURE:
                wanted = max(wanted, 14)
            widest = _SOURCES_WIDEST if column.kind is ColumnKind.SOURCES else _WIDEST
            self.widths.append(min(max(wanted, _NARROWEST), widest))
            self.sheet.set_column(place, place, self.widths[-1])

    def _widen(self, title: str) -> None:
        """Give a narrow table the room that its title needs, all columns alike."""
        missing = width(title) * _TITLE_SIZE // _BODY_SIZE - sum(self.widths)
        if missing <= 0 or not self.widths:
            return
        more = -(-missing // len(self.widths))
        for place in range(len(self.widths)):
            self.widths[place] += more
            self.sheet.set_column(place, place, self.widths[place])

    def _leave_sources_on_screen(self) -> None:
        """Keep the sources off the paper where all would be too small, on one line beside it.

        Read on a screen, the sheet tells where each row comes from; on paper a list is signed.
        """
        columns = self.table.columns
        if not columns or columns[-1].kind is not ColumnKind.SOURCES:
            return
        if sum(self.widths) > _LEGIBLE:
            self.last -= 1
            self.words[-1] = words_for(columns[-1], show_ids=False)

    def _is_wide(self) -> bool:
        return sum(self._printed()) > _MOST_ON_A_PAGE

    def _printed(self) -> Sequence[int]:
        """Give the widths of the columns that go on paper."""
        return self.widths[: self.last + 1]

    def _set_page(self) -> None:
        self.sheet.set_paper(9)
        printed = self._printed()
        if len(printed) < len(self.widths):
            self.sheet.print_area(0, 0, self.row - 1, len(printed) - 1)
        if sum(printed) > _PORTRAIT_WIDTH:
            self.sheet.set_landscape()
        if self._is_wide():
            # One page would be too small to read: pages beside each other, the first column on all.
            self.sheet.set_print_scale(_SMALLEST_SCALE)
            self.sheet.repeat_columns(0, 0)
        else:
            self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.sheet.center_horizontally()
        self.sheet.set_footer("&C第 &P 页 共 &N 页")


def _number(kind: ColumnKind, value: Any) -> float | None:
    if value is None or kind not in NUMBERS:
        return None
    scale = _SCALES.get(kind, 1)
    number: float = value / scale if scale > 1 else value
    return number


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= 1900 else None  # a sheet's calendar begins in 1900


def _height(text: str, columns: int) -> float:
    if len(text) * 2 < columns:
        return _LINE_HEIGHT
    lines = sum(-(-width(line) // max(columns - 1, 1)) or 1 for line in text.split("\n"))
    return _LINE_HEIGHT * lines


def _words(column: Column, *, show_ids: bool) -> Words:
    if column.kind is ColumnKind.SOURCES:
        return lambda sources: "\n".join(place_words(sources))
    return words_for(column, show_ids=show_ids)


def _sheet_name(wanted: str, taken: set[str]) -> str:
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]+", " ", wanted).strip(" '")[:31] or "报表"
    name = base
    number = 2
    while name.lower() in taken:
        mark = f"({number})"
        name = base[: 31 - len(mark)] + mark
        number += 1
    taken.add(name.lower())
    return name
