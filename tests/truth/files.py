"""Sheets → files, in the containers that people have."""

import csv
import html
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

import openpyxl

from samples.biff import write_xls
from samples.files import write_xlsx
from samples.page import Cell, Formula, Page

#: Containers by what they can hold: numbers and dates as such; merged cells; more than one sheet.
TYPED = ("xlsx", "openpyxl", "xls", "et")
MERGING = (*TYPED, "html")
TEXT = ("csv-gb18030", "csv-utf8", "csv-utf8-bom", "tsv-gb18030", "tsv-utf16", "csv.xls", "tsv.xls")
ALL = (*TYPED, *TYPED, "html", *TEXT)


def write(dice: Random, folder: Path, name: str, container: str, pages: Sequence[Page]) -> Path:
    """Write pages into a file of a container; the file's name is made of ``name``."""
    if container == "xlsx":
        path = folder / f"{name}{dice.choice(['.xlsx', '.xlsx', '.xls'])}"
        write_xlsx(path, pages)
    elif container == "openpyxl":
        path = folder / f"{name}.xlsx"
        _write_openpyxl(path, pages)
    elif container in {"xls", "et"}:
        path = folder / f"{name}.{container}"
        write_xls(path, pages)
    elif container == "html":
        path = folder / f"{name}.xls"
        _write_html(dice, path, pages)
    else:
        path = _write_text(folder, name, container, pages[0])
    return path


def _plain(cell: Cell) -> str:
    if isinstance(cell, Formula):
        return str(cell.value)
    return str(cell)


def _write_openpyxl(path: Path, pages: Sequence[Page]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for page in pages:
        sheet = book.create_sheet(page.name)
        if page.is_hidden:
            sheet.sheet_state = "hidden"
        for at, row in enumerate(page.rows, start=1):
            for column, cell in enumerate(row, start=1):
                if cell == "":
                    continue
                made = sheet.cell(at, column)
                value = cell.value if isinstance(cell, Formula) else cell
                made.value = value
                if isinstance(value, str):
                    made.data_type = "s"
                    made.number_format = "@"
                    made.quotePrefix = value.startswith("=")
        for top, left, bottom, right in page.merges:
            sheet.merge_cells(
                start_row=top, start_column=left + 1, end_row=bottom, end_column=right + 1
            )
        for number in page.hidden_rows:
            sheet.row_dimensions[number].hidden = True
    book.create_sheet("Sheet3")
    book.save(path)


def _write_html(dice: Random, path: Path, pages: Sequence[Page]) -> None:
    encoding = dice.choice(["utf-8", "utf-8-sig", "gb18030"])
    said = {"gb18030": "gb2312"}.get(encoding, "utf-8")
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={said}">'
    parts = [f"<html><head>{head}</head><body>"]
    for page in pages:
        parts.append("<table border=1>")
        parts += _markup_rows(page)
        parts.append("</table>")
    parts.append("</body></html>")
    path.write_bytes("".join(parts).encode(encoding))


def _markup_rows(page: Page) -> list[str]:
    spans = {(top, left): (bottom - top + 1, right - left + 1)
             for top, left, bottom, right in page.merges}  # fmt: skip
    covered = {
        (row, column)
        for top, left, bottom, right in page.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    width = max(len(row) for row in page.rows)
    lines = []
    for number, row in enumerate(page.rows, start=1):
        cells = []
        for at in range(width):
            if (number, at) in covered:
                continue
            down, across = spans.get((number, at), (1, 1))
            span = (f' rowspan="{down}"' if down > 1 else "") + (
                f' colspan="{across}"' if across > 1 else ""
            )
            text = html.escape(_plain(row[at])) if at < len(row) else ""
            cells.append(f"<td{span}>{text or '&nbsp;'}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>\n")
    return lines


def _write_text(folder: Path, name: str, container: str, page: Page) -> Path:
    kind, _, encoding = container.partition("-")
    form, _, other = kind.partition(".")
    codec = {"gb18030": "gb18030", "utf8": "utf-8", "utf8-bom": "utf-8-sig", "utf16": "utf-16",
             "": "gb18030"}[encoding]  # fmt: skip
    delimiter = "\t" if form == "tsv" else ","
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for row in page.rows:
        writer.writerow([_plain(cell) for cell in row])
    path = folder / f"{name}.{other or form}"
    path.write_bytes(out.getvalue().encode(codec))
    return path


def as_day(value: date) -> str:
    """Give a day as a person writes it."""
    return f"{value.year}年{value.month}月{value.day}日"
