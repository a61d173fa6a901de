"""A page as one HTML file: styles inside, no script, no address outside; prints on A4."""

from collections.abc import Iterator, Sequence
from html import escape

from jingzhun.core.page import Page
from jingzhun.core.paper import Paper
from jingzhun.core.table import Column, ColumnKind, Format, Table
from jingzhun.render.paper_web import MARGINS, paper_chunks
from jingzhun.render.paper_web import STYLE as PAPER_STYLE
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
body { font: 15px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: #1f2328; max-width: 1200px; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.5em; text-align: center }
h2 { font-size: 1.1em; margin: 1.6em 0 .5em }
.wide { overflow-x: auto; padding-right: 1px }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { border: 1px solid #afb8c1; padding: .3em .6em; text-align: left }
thead th { background: #eef2f6; white-space: nowrap }
tbody tr:nth-child(even) { background: #f8fafb }
tfoot td { font-weight: bold; background: #eef2f6 }
.number { text-align: right }
.number, .line { white-space: nowrap }
.signature { min-width: 6em }
.form { table-layout: fixed }
.form .signature { height: 4em; text-align: right; vertical-align: bottom }
.form th { background: #eef2f6; font-weight: normal } .form col:nth-child(odd) { width: 12% }
.sheet { max-width: 190mm; margin: 0 auto 4em }
.sheet tbody tr { background: none }
p { margin: .4em 0 } .note { color: #57606a }
@media print { body { font-size: 10.5pt; line-height: 1.4; margin: 0; max-width: none; padding: 0 }
  .wide { overflow: visible } thead { display: table-header-group }
  tfoot { display: table-row-group } tr { break-inside: avoid }
  th, td { padding: .15em .3em } thead th { white-space: normal }
  h2 { break-after: avoid }
  .sheet { margin: 0; max-width: none; break-after: page; font-size: 8.5pt; line-height: 1.15 }
  .sheet:last-of-type { break-after: auto } .sheet h1 { font-size: 14pt; margin: 0 0 .3em }
  .sheet h2 { font-size: 9.5pt; margin: .45em 0 .1em } .sheet p { margin: .1em 0 }
  .sheet th, .sheet td { padding: .05em .3em }
  .s9 { font-size: 9pt } .s8 { font-size: 8pt } .s7 { font-size: 7pt } .s6 { font-size: 6.5pt } }
"""
_SAMPLE_ROWS = 2_000
_WIDEST = 42  # half-width characters that a cell may take on one line
_LANDSCAPE, _PORTRAIT = 770, 527  # points across A4 between the margins
_FORM_PAIRS = 3  # titles with their values that stand beside each other in a form
_SIGNED_ON = "年　　月　　日"
_FORM_CELL = 24  # half-width characters that such a value has room for
_SIZES = (10, 9, 8, 7, 6)  # points, the first of which is the page's own


def html_chunks(page: Page, *, show_ids: bool) -> Iterator[str]:
    """Give the page as one self-contained document; every value is escaped."""
    title = escape(page.title)
    papers = any(isinstance(sheet, Paper) for sheet in page.sheets)
    style = _STYLE + (PAPER_STYLE if papers else "")
    margins = MARGINS if papers else "8mm 12mm"
    paper = f"A4; margin: {margins}" if page.sheets else "A4 landscape; margin: 12mm"
    yield (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n@page {{ size: {paper} }}{style}</style>\n"
        "</head>\n<body>\n"
    )
    for sheet in page.sheets:
        if isinstance(sheet, Paper):
            yield from paper_chunks(sheet, show_ids=show_ids)
            continue
        yield '<section class="sheet">\n'
        yield from _body(sheet, _PORTRAIT, show_ids=show_ids)
        yield "</section>\n"
    if not page.sheets:
        yield from _body(page, _LANDSCAPE, show_ids=show_ids)
    yield "</body>\n</html>\n"


def _body(page: Page, paper: int, *, show_ids: bool) -> Iterator[str]:
    yield f"<h1>{escape(page.title)}</h1>\n"
    for table in tables_in(page, Format.HTML):
        if table.heading:
            yield f"<h2>{escape(table.heading)}</h2>\n"
        if table.is_form:
            yield from _form(table, show_ids=show_ids)
        else:
            yield from _table(table, paper, show_ids=show_ids)
        if capital := capital_total(table):
            yield f"<p>{escape(capital)}</p>\n"
        yield from (f'<p class="note">{escape(note)}</p>\n' for note in table.notes)
    yield from (f"<p>{escape(note)}</p>\n" for note in page.notes)


def _form(table: Table, *, show_ids: bool) -> Iterator[str]:
    """Give a form's row as titles with their values beside them; a long value has its own line."""
    lines: list[list[tuple[Column, str]]] = [[]]
    for column, value in zip(table.columns, table.rows[0], strict=True):
        signs = column.kind is ColumnKind.SIGNATURE
        text = _SIGNED_ON if signs else words_for(column, show_ids=show_ids)(value)
        is_long = width(text) > _FORM_CELL
        if lines[-1] and (is_long or len(lines[-1]) == _FORM_PAIRS):
            lines.append([])
        lines[-1].append((column, text))
        if is_long:
            lines.append([])
    yield '<div class="wide"><table class="form">\n'
    yield f"<colgroup>{'<col>' * 2 * _FORM_PAIRS}</colgroup>\n"
    for line in filter(None, lines):
        yield "<tr>"
        for place, (column, text) in enumerate(line, start=1):
            last = 2 * (_FORM_PAIRS - place) + 1 if place == len(line) else 1
            cell = ' class="signature"' if column.kind is ColumnKind.SIGNATURE else ""
            across = f' colspan="{last}"' if last > 1 else ""
            yield f"<th>{escape(column.title)}</th><td{cell}{across}>{escape(text)}</td>"
        yield "</tr>\n"
    yield "</table></div>\n"


def _table(table: Table, paper: int, *, show_ids: bool) -> Iterator[str]:
    words = [words_for(column, show_ids=show_ids) for column in table.columns]
    widths = _widths(table, words)
    opens = [
        _opening(column.kind, on_one_line=most <= _WIDEST)
        for column, most in zip(table.columns, widths, strict=True)
    ]
    heads = "".join(f"<th>{escape(column.title)}</th>" for column in table.columns)
    yield f'<div class="wide"><table class="s{_size(widths, paper)}">\n'
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


def _size(widths: Sequence[int], paper: int) -> int:
    """Give the points at which a row takes one line of paper; the smallest where none would do."""
    # A half-width character takes half the size, the borders and the air of a cell four fifths.
    halves = sum(min(most, _WIDEST) * 5 + 8 for most in widths)
    return next((size for size in _SIZES if halves * size <= paper * 10), _SIZES[-1])


def _opening(kind: ColumnKind, *, on_one_line: bool) -> str:
    if kind in NUMBERS:
        return '<td class="number">'
    if kind is ColumnKind.SIGNATURE:
        return '<td class="signature">'
    return '<td class="line">' if on_one_line else "<td>"
