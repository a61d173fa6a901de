"""Pages → files, with bytes that depend on nothing but the pages."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from samples.biff import BiffSheet, xls_bytes
from samples.page import Cell, Formula, Page

_CREATED = datetime(2026, 11, 20)  # noqa: DTZ001 - a workbook's properties have no zone
_HAN = 0x2E80


def write_xlsx(path: Path, pages: Sequence[Page]) -> None:
    """Write pages as the worksheets of one .xlsx file."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": _CREATED})
    cell = {"border": 1, "font_name": "宋体", "font_size": 10, "valign": "vcenter"}
    plain = book.add_format({**cell, "num_format": "@"})
    number = book.add_format(cell)
    day = book.add_format({**cell, "num_format": "yyyy-mm-dd"})
    bold = book.add_format({**cell, "bold": True, "align": "center", "text_wrap": True})
    for page in pages:
        sheet = book.add_worksheet(page.name)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        if page.is_hidden:
            sheet.hide()
        for column, width in enumerate(_widths(page)):
            sheet.set_column(column, column, page.widths.get(column, width))
        for at, row in enumerate(page.rows):
            hidden = {"hidden": True} if at + 1 in page.hidden_rows else {}
            if hidden:
                sheet.set_row(at, None, None, hidden)
            style = bold if at + 1 in page.bold_rows else plain
            for column, value in enumerate(row):
                _write(sheet, at, column, value, (style, number, day))
        for at in range(len(page.rows), len(page.rows) + page.blank_rows):
            for column in range(len(page.rows[-1])):
                sheet.write_blank(at, column, None, plain)
        for top, left, bottom, right in page.merges:
            value = page.rows[top - 1][left]
            style = bold if top in page.bold_rows else plain
            sheet.merge_range(top - 1, left, bottom - 1, right, "", style)
            _write(sheet, top - 1, left, value, (style, number, day))
    book.close()


def write_xls(path: Path, pages: Sequence[Page]) -> None:
    """Write pages as the worksheets of one .xls file, as school computers of 2003 do."""
    path.write_bytes(
        xls_bytes(
            BiffSheet(
                name=page.name,
                rows=page.rows,
                merges=[
                    ((top - 1, left), (bottom - 1, right))
                    for top, left, bottom, right in page.merges
                ],
                hidden_rows=frozenset(page.hidden_rows),
                is_hidden=page.is_hidden,
            )
            for page in pages
        )
    )


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    at: int,
    column: int,
    value: Cell,
    styles: Sequence[object],
) -> None:
    style, number, day = styles
    if isinstance(value, Formula):
        sheet.write_formula(at, column, value.text, number, value.value)
    elif isinstance(value, date):
        sheet.write_datetime(at, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    elif isinstance(value, str):
        # A cell with a border and nothing in it, as templates are full of.
        sheet.write_string(at, column, value, style) if value else sheet.write_blank(
            at, column, None, style
        )
    else:
        sheet.write_number(at, column, value, number)


def _widths(page: Page) -> list[int]:
    """Give column widths that show what is in the columns, in characters."""
    widths: list[int] = []
    titles = {top for top, left, _, right in page.merges if right > left}
    shown_in_full = (page.bold_rows | page.keys.keys()) - titles
    for at, row in enumerate(page.rows, start=1):
        for column, value in enumerate(row):
            if column >= len(widths):
                widths.append(5)
            if isinstance(value, str) and at in shown_in_full:
                shown = sum(2 if ord(character) >= _HAN else 1 for character in value)
                widths[column] = min(max(widths[column], shown + 2), 40)
    return widths


def write_text(path: Path, page: Page, *, delimiter: str, encoding: str, tail: str = "") -> None:
    """Write a page as delimited text; ``tail`` stands at the end of every line."""
    lines = [
        delimiter.join(_quoted(str(cell), delimiter) for cell in row) + tail for row in page.rows
    ]
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))


def _quoted(text: str, delimiter: str) -> str:
    # The national system's ="…" goes out bare, quotes and all.
    return f'"{text}"' if delimiter in text and not text.startswith('="') else text
