"""A document to print, sign and stamp: a letter, a form to fill in by hand, a report to an office.

One :class:`Paper` is one document of A4 upright, from top to bottom. Its texts are for people
alone: a program reads the facts and tables of the page that the paper stands on. Values in boxes
are raw, as in a table, so that ids are masked where everything else is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jingzhun.core.table import ColumnKind

#: Boxes of one row of a grid share this many parts of the paper's width.
PARTS = 12
#: A line to write on, as long as a name or a telephone number.
BLANK = "＿＿＿＿＿＿"
BLANK_DAY = "＿＿＿＿年＿＿月＿＿日"


class Style(StrEnum):
    """How a line of text stands on the paper."""

    PARAGRAPH = "paragraph"  # the first line set in by two characters
    FLUSH = "flush"  # to whom it goes
    HEADING = "heading"  # 一、…
    TITLE = "title"  # of a second part, as 回执
    RIGHT = "right"  # who signs, when; the number
    NOTE = "note"  # small, under a form
    CUT = "cut"  # where the paper is cut; without text


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A line or a paragraph of text."""

    style: Style
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box of a grid: ``parts`` of the width, room for ``lines`` at least.

    A label is the printed word for what stands in the next box.
    """

    value: Any
    parts: int
    kind: ColumnKind = ColumnKind.TEXT
    is_label: bool = False
    lines: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows of boxes; the parts of each row add up to ``PARTS``."""

    rows: Sequence[Sequence[Box]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One document in type of so many points; ``name`` tells it from others of the same title."""

    title: str
    name: str
    blocks: Sequence[Text | Grid]
    points: int = 12


def labelled(*pairs: tuple[str, Any, int], lines: int = 1) -> list[Box]:
    """Give a row of boxes: each a title of two parts, then a value of as many as are named."""
    return [
        box
        for title, value, parts in pairs
        for box in (
            Box(value=title, parts=2, is_label=True, lines=lines),
            Box(value=value, parts=parts, lines=lines),
        )
    ]
