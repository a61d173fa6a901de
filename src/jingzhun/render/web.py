"""A page as one HTML file: styles inside, no script, no address outside; prints on A4."""

from collections.abc import Iterator, Sequence
from html import escape

from jingzhun.core.table import ColumnKind, Format, Page, Table
from jingzhun.render.words import (
    NOTHING,
    NUMBERS,
    Words,
    capital_total,
    numbered,
    tables_in,
    total_words,
    width,
    words_for,
)

_STYLE = """
@page { size: A4 landscape; margin: 12mm }
body { font: 15px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: #1f2328; max-width: 1200px; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.5em; text-align: center }
h2 { font-size: 1.1em; margin: 1.6em 0 .5em }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { border: 1px solid #afb8c1; padding: .3em .6em; text-align: left }
thead th { background: #eef2f6; white-space: nowrap }
tbody tr:nth-child(even) { background: #f8fafb }
tfoot td { font-weight: bold; background: #eef2f6 }
.number { text-align: right }
.number, .line { white-space: nowrap }
.signature { min-width: 6em }
p { margin: .4em 0 } .note { color: #57606a }
@media print { body { font-size: 10.5pt; line-height: 1.4; margin: 0; max-width: none; padding: 0 }
  .wide { overflow: visible } thead { display: table-header-group }
  tfoot { display: table-row-group } tr { break-inside: avoid }
  th, td { padding: .15em .3em } thead th { white-space: normal }
  .s9 { font-size: 9pt } .s8 { font-size: 8pt } .s7 { font-size: 7pt } .s6 { font-size: 6.5pt } }
"""
_SAMPLE_ROWS = 2_000
_WIDEST = 42  # half-width characters that a cell may take on one line
_PAPER = 770  # points across A4 between the margins
_SIZES = (10, 9, 8, 7, 6)  # points, the first of which is the page's own


def html_chunks(page: Page, *, show_ids: bool) -> Iterator[str]:
    """Give the page as one self-contained document; every value is escaped."""
    title = escape(page.title)
    yield (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    )
    for table in tables_in(page, Format.HTML):
        if table.heading:
            yield f"<h2>{escape(table.heading)}</h2>\n"
        yield from _table(table, show_ids=show_ids)
        if capital := capital_total(table):
            yield f"<p>{escape(capital)}</p>\n"
        yield from (f'<p class="note">{escape(note)}</p>\n' for note in table.notes)
    yield from (f"<p>{escape(note)}</p>\n" for note in page.notes)
    yield "</body>\n</html>\n"


def _table(table: Table, *, show_ids: bool) -> Iterator[str]:
    words = [words_for(column, show_ids=show_ids) for column in table.columns]
    widths = _widths(table, words)
    opens = [
        _opening(column.kind, on_one_line=most <= _WIDEST)
        for column, most in zip(table.columns, widths, strict=True)
    ]
    heads = "".join(f"<th>{escape(column.title)}</th>" for column in table.columns)
    yield f'<div class="wide"><table class="s{_size(widths)}">\n'
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    if not table.rows:
        yield f'<tr><td colspan="{len(table.columns)}">{NOTHING}</td></tr>\n'
    for row in numbered(table):
        cells = (
            f"{start}{escape(word(value))}</td>"
            for start, word, value in zip(opens, words, row, strict=True)
        )
        yield f"<tr>{''.join(cells)}</tr>\n"
    yield "</tbody>\n"
    if total := total_words(table, words):
        cells = (f"{start}{escape(text)}</td>" for start, text in zip(opens, total, strict=True))
        yield f"<tfoot><tr>{''.join(cells)}</tr></tfoot>\n"
    yield "</table></div>\n"


def _widths(table: Table, words: Sequence[Words]) -> list[int]:
    """Give how wide each column's text is, in half-width characters; a title may take two lines."""
    widths = [-(-width(column.title) // 2) for column in table.columns]
    for row in table.rows[:_SAMPLE_ROWS]:
        texts = (word(value) for word, value in zip(words, row, strict=True))
        widths = [max(most, width(text)) for most, text in zip(widths, texts, strict=True)]
    return widths


def _size(widths: Sequence[int]) -> int:
    """Give the points at which a row takes one line of paper; the smallest where none would do."""
    # A half-width character takes half the size, the borders and the air of a cell four fifths.
    halves = sum(min(most, _WIDEST) * 5 + 8 for most in widths)
    return next((size for size in _SIZES if halves * size <= _PAPER * 10), _SIZES[-1])


def _opening(kind: ColumnKind, *, on_one_line: bool) -> str:
    if kind in NUMBERS:
        return '<td class="number">'
    if kind is ColumnKind.SIGNATURE:
        return '<td class="signature">'
    return '<td class="line">' if on_one_line else "<td>"
