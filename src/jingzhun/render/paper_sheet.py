"""A document as a worksheet: the same texts and boxes, to be filled in on the screen or printed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from xlsxwriter.worksheet import Worksheet

from jingzhun.core.paper import PARTS, Box, Grid, Paper, Style, Text
from jingzhun.render.words import box_words, width

if TYPE_CHECKING:
    from xlsxwriter.format import Format as CellFormat

_PART_WIDTH = 6.6  # characters of the sheet's standard font; twelve fill A4 upright
_HALVES = 76  # half-width characters of 12 points that a line of the whole width takes
_LINE = 20  # points, of a box's line
_FONT: Mapping[str, Any] = {"font_name": "仿宋", "font_size": 12, "text_wrap": True}
_STYLES: Mapping[Style, Mapping[str, Any]] = {
    Style.PARAGRAPH: {"valign": "top"},
    Style.FLUSH: {},
    Style.HEADING: {"bold": True},
    Style.TITLE: {"bold": True, "font_size": 16, "align": "center"},
    Style.RIGHT: {"align": "right"},
    Style.NOTE: {"font_size": 9, "valign": "top"},
    Style.CUT: {"top": 3},
}
_HEIGHTS = {Style.TITLE: 26, Style.CUT: 12}


class Styles(Protocol):
    """What makes the cell formats of a workbook."""

    def of(self, **properties: Any) -> "CellFormat":
        """Give the format of these properties."""
        ...


def write_paper(sheet: Worksheet, styles: Styles, paper: Paper, *, show_ids: bool) -> None:
    """Fill a worksheet with one document, ready to print on one sheet of A4 where it fits."""
    sheet.set_column(0, PARTS - 1, _PART_WIDTH)
    sheet.hide_gridlines(2)
    writer = _Writer(sheet, styles, paper.points)
    writer.line(paper.title, 34, font_name="宋体", font_size=18, bold=True, align="center")
    for block in paper.blocks:
        if isinstance(block, Grid):
            for row in block.rows:
                writer.boxes(row, show_ids=show_ids)
        else:
            writer.text(block)
    sheet.set_paper(9)
    sheet.set_margins(left=0.8, right=0.8, top=0.7, bottom=0.6)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)


class _Writer:
    """One worksheet, filled from top to bottom."""

    def __init__(self, sheet: Worksheet, styles: Styles, points: int) -> None:
        self.sheet = sheet
        self.styles = styles
        self.points = points
        self.row = 0

    def line(self, text: str, height: float, **properties: Any) -> None:
        """Write a text across the whole width."""
        self.sheet.set_row(self.row, height)
        self._merge(0, PARTS, text, self.styles.of(**{**_FONT, **properties}))
        self.row += 1

    def text(self, text: Text) -> None:
        properties = {"font_size": self.points, **_STYLES[text.style]}
        indent = "　　" if text.style is Style.PARAGRAPH else ""
        words = indent + text.text
        lines = _lines(words, _HALVES * 12 // properties["font_size"])
        height = properties["font_size"] * 7 // 4 * lines
        self.line(words, _HEIGHTS.get(text.style, height), **properties)

    def boxes(self, row: Sequence[Box], *, show_ids: bool) -> None:
        texts = [box_words(box, show_ids=show_ids) for box in row]
        room = (_lines(text, box.parts * _HALVES // PARTS - 2)
                for box, text in zip(row, texts, strict=True))  # fmt: skip
        lines = max(*(box.lines for box in row), *room)
        self.sheet.set_row(self.row, _LINE * lines + 4)
        first = 0
        for box, text in zip(row, texts, strict=True):
            is_tall = box.lines > 1 and not box.is_label
            style = self.styles.of(
                **_FONT,
                border=1,
                bold=box.is_label,
                align="center" if box.is_label else "left",
                valign="top" if is_tall else "vcenter",
                num_format="@",
            )
            self._merge(first, box.parts, text, style)
            first += box.parts
        self.row += 1

    def _merge(self, first: int, parts: int, text: str, style: "CellFormat") -> None:
        if parts > 1:
            self.sheet.merge_range(self.row, first, self.row, first + parts - 1, "", style)
        self.sheet.write_string(self.row, first, text, style)


def _lines(text: str, halves: int) -> int:
    return sum(-(-width(line) // halves) or 1 for line in text.split("\n"))
