"""A document as HTML: type and spacing of Chinese official letters, each on its own sheet of A4."""

from collections.abc import Iterator
from html import escape

from jingzhun.core.paper import PARTS, Box, Grid, Paper, Style, Text
from jingzhun.render.words import box_words

STYLE = """
.paper { max-width: 170mm; margin: 0 auto 4em; padding: 15mm 20mm; border: 1px solid #d0d7de;
  font: 12pt/1.6 "FangSong", "仿宋", "STFangsong", "Noto Serif CJK SC", serif; color: #000 }
.paper h1 { font: bold 20pt/1.4 "SimSun", "宋体", "STSong", "Noto Serif CJK SC", serif;
  margin: 0 0 .5em; letter-spacing: .05em }
.paper p { margin: 0 } .paper .paragraph { text-indent: 2em; text-align: justify }
.paper .heading { font-weight: bold; margin-top: .4em; break-after: avoid }
.paper .right { text-align: right; break-before: avoid }
.paper .right + table { break-before: avoid }
.paper .paragraph + .right, .paper .flush + .right { margin-top: 1.2em }
.paper .title { text-align: center; font-size: 16pt; font-weight: bold; letter-spacing: 1em }
.paper .note { font-size: 9.5pt; line-height: 1.5; color: #000; margin-top: .4em }
.paper .cut { border: 0; border-top: 1.5px dashed #000; margin: 1.1em 0 .7em }
.paper table { table-layout: fixed; margin: .4em 0; font-size: 10.5pt; line-height: 1.4 }
.paper tbody tr { background: none }
.paper td { border: 1px solid #000; padding: .22em .4em; white-space: pre-line;
  overflow-wrap: anywhere }
.paper .label { text-align: center; font-weight: bold } .paper .tall { vertical-align: top }
@media print { .paper { max-width: none; margin: 0; padding: 0; border: 0; break-after: page }
  .paper:last-of-type { break-after: auto } .paper tr { break-inside: avoid } }
"""
#: The sheet's margins, narrower than those of official letters so that a form is one page.
MARGINS = "16mm 22mm 14mm"


def paper_chunks(paper: Paper, *, show_ids: bool) -> Iterator[str]:
    """Give one document; every value is escaped."""
    size = f' style="font-size:{paper.points}pt"'
    yield f'<section class="paper"{size}>\n<h1>{escape(paper.title)}</h1>\n'
    for block in paper.blocks:
        if isinstance(block, Grid):
            yield from _grid(block, show_ids=show_ids)
        else:
            yield _text(block)
    yield "</section>\n"


def _text(text: Text) -> str:
    if text.style is Style.CUT:
        return '<hr class="cut">\n'
    return f'<p class="{text.style}">{escape(text.text)}</p>\n'


def _grid(grid: Grid, *, show_ids: bool) -> Iterator[str]:
    yield f"<table>\n<colgroup>{'<col>' * PARTS}</colgroup>\n<tbody>\n"
    for row in grid.rows:
        yield f"<tr>{''.join(_box(box, show_ids=show_ids) for box in row)}</tr>\n"
    yield "</tbody></table>\n"


def _box(box: Box, *, show_ids: bool) -> str:
    kind = "label" if box.is_label else "tall" if box.lines > 1 else ""
    style = f' style="height:{box.lines * 1.4 + 0.5:.1f}em"' if box.lines > 1 else ""
    words = escape(box_words(box, show_ids=show_ids))
    return f'<td colspan="{box.parts}" class="{kind}"{style}>{words}</td>'
