"""Pages as text without any library: JSON for programs, CSV for spreadsheets, columns for pipes.

Each function gives the page in chunks, so that a roster of 100,000 rows is never one string.
"""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from jingzhun.core.identity import mask
from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Format, Table
from jingzhun.render.words import (
    NOTHING,
    NUMBERS,
    Words,
    neutral,
    numbered,
    pad,
    tables_in,
    total_words,
    width,
    words_for,
)

#: Columns that exist on paper only.
PAPER = frozenset({ColumnKind.SEQUENCE, ColumnKind.SIGNATURE})


# --- JSON ---------------------------------------------------------------------------------------


def json_chunks(page: Page, *, show_ids: bool) -> Iterator[str]:
    """Give ``{**facts, table.key: [records]}``: indented by two, one record on each line.

    Money is integer fen, a date ISO, a vocabulary member its code, a percent a number with two
    decimals (82 → 0.82), a quantity one with up to three (12500 → 12.5); ids are masked unless
    ``show_ids``.
    """
    lead = "{\n"
    for key, value in page.facts.items():
        text = json.dumps(value, ensure_ascii=False, indent=2, default=_iso).replace("\n", "\n  ")
        yield f"{lead}  {json.dumps(key)}: {text}"
        lead = ",\n"
    for table in tables_in(page, Format.JSON):
        yield f"{lead}  {json.dumps(table.key)}: ["
        lead = ",\n"
        mark = "\n    "
        for record in records(table, show_ids=show_ids):
            yield mark + json.dumps(record, ensure_ascii=False, default=_iso)
            mark = ",\n    "
        yield "\n  ]" if table.rows else "]"
    yield "\n}\n" if lead != "{\n" else "{}\n"


def records(table: Table, *, show_ids: bool) -> Iterator[dict[str, Any]]:
    """Give each row as JSON has it, days as days; what stands on paper only is left out."""
    shown = [
        (place, column.key, _plain_value(column, show_ids=show_ids))
        for place, column in enumerate(table.columns)
        if column.kind not in PAPER
    ]
    for row in table.rows:
        yield {
            key: row[place] if convert is None or row[place] is None else convert(row[place])
            for place, key, convert in shown
        }


def _plain_value(column: Column, *, show_ids: bool) -> Callable[[Any], Any] | None:
    if column.kind is ColumnKind.ID and not show_ids:
        return _masked
    if column.kind is ColumnKind.PERCENT:
        return lambda hundredths: hundredths / 100
    if column.kind is ColumnKind.QUANTITY:
        return lambda milli: milli // 1000 if milli % 1000 == 0 else milli / 1000
    if column.kind is ColumnKind.LIST:
        return list
    return None


def _masked(value: str) -> str:
    return mask(value)


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


# --- CSV ----------------------------------------------------------------------------------------


def csv_chunks(page: Page, *, show_ids: bool) -> Iterator[str]:
    """Give the page as CSV with a byte order mark, Chinese heads and no live formula.

    One table: its head is the first line. Several tables: each stands under a line with its
    heading, with an empty line between. Text that a spreadsheet might run gets an apostrophe;
    numbers stay numbers, without separators.
    """
    line = csv.writer(_Echo()).writerow
    yield "\ufeff"
    tables = tables_in(page, Format.CSV)
    for place, table in enumerate(tables):
        if place:
            yield line([])
        if len(tables) > 1:
            yield line([neutral(table.heading or table.key)])
        yield line([neutral(column.title) for column in table.columns])
        cells = [_csv_cell(column, show_ids=show_ids) for column in table.columns]
        for row in numbered(table):
            yield line([cell(value) for cell, value in zip(cells, row, strict=True)])
        if table.total is not None:
            yield line(total_words(table, cells))


class _Echo:
    """A file that hands each line back: csv.writer returns what ``write`` returns."""

    def write(self, line: str) -> str:
        return line


def _csv_cell(column: Column, *, show_ids: bool) -> Words:
    if column.kind is ColumnKind.MONEY:
        return _csv_money
    if column.kind in {ColumnKind.COUNT, ColumnKind.SEQUENCE}:
        return _csv_count
    words = words_for(column, show_ids=show_ids)
    if column.kind is ColumnKind.QUANTITY:
        return lambda value: words(value).replace(",", "")
    if column.kind in {ColumnKind.PERCENT, ColumnKind.DATE}:
        return words
    return lambda value: neutral(words(value))


def _csv_money(value: Any) -> str:
    if value is None:
        return ""
    yuan, fen = divmod(abs(value), 100)
    return f"{'-' if value < 0 else ''}{yuan}.{fen:02d}"


def _csv_count(value: Any) -> str:
    return "" if value is None else str(value)


# --- columns for a pipe or a text file ----------------------------------------------------------


def text_chunks(page: Page, *, show_ids: bool) -> Iterator[str]:
    """Give the page as aligned text at its full width: nothing is cut or folded in a pipe."""
    yield f"{page.title}\n"
    for table in tables_in(page, Format.TABLE):
        yield f"\n{table.heading}\n" if table.heading else "\n"
        yield from _columns(table, show_ids=show_ids)
        yield from (f"{note}\n" for note in table.notes)
    if page.notes:
        yield "\n"
        yield from (f"{note}\n" for note in page.notes)


def _columns(table: Table, *, show_ids: bool) -> Iterator[str]:
    shown = [
        (place, column)
        for place, column in enumerate(table.columns)
        if column.kind is not ColumnKind.SIGNATURE
    ]
    if not table.rows:
        yield f"{NOTHING}\n"
        return
    words = [words_for(column, show_ids=show_ids) for column in table.columns]
    rows = [[words[place](row[place]) for place, _ in shown] for row in numbered(table)]
    total = total_words(table, words)
    footer = [[total[place] for place, _ in shown]] if total else []
    titles = [column.title for _, column in shown]
    widths = [max(map(width, cells)) for cells in zip(titles, *rows, *footer, strict=True)]
    rights = [column.kind in NUMBERS for _, column in shown]
    rule = "  ".join("-" * columns for columns in widths) + "\n"
    yield _aligned(titles, widths, rights)
    yield rule
    for row in rows:
        yield _aligned(row, widths, rights)
    if footer:
        yield rule
        yield _aligned(footer[0], widths, rights)


def _aligned(cells: Sequence[str], widths: Sequence[int], rights: Sequence[bool]) -> str:
    line = "  ".join(
        pad(cell, columns, right=right)
        for cell, columns, right in zip(cells, widths, rights, strict=True)
    )
    return line.rstrip() + "\n"
