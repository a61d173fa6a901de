"""Raw values in named columns, without any format.

Reports return a :class:`~jingzhun.core.page.Page` of tables, which ``render`` shows. Columns say
what their values are, so that each format can show them its own way and no report ever formats.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ColumnKind(StrEnum):
    """What a column's raw values are."""

    TEXT = "text"
    COUNT = "count"  # int
    MONEY = "money"  # int fen
    QUANTITY = "quantity"  # int thousandths: 12500 is 12.5
    DATE = "date"  # datetime.date or ISO text
    PERCENT = "percent"  # int hundredths of a percent: 82 is 0.82 %
    FLAG = "flag"  # bool
    ID = "id"  # id number, 学籍号, certificate: masked unless asked for
    LABEL = "label"  # a vocabulary member: its label for people, its code for programs
    LIST = "list"  # list of text or of members
    SEQUENCE = "sequence"  # 序号: the row's number on paper, absent from JSON
    SIGNATURE = "signature"  # an empty cell to sign in, absent from JSON
    SOURCES = "sources"  # list of {"file", "sheet", "row"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: ``key`` is the English name in JSON, ``title`` the Chinese head."""

    key: str
    title: str
    kind: ColumnKind = ColumnKind.TEXT


class Format(StrEnum):
    """How a page is shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


ALL_FORMATS = frozenset(Format)
PEOPLE = ALL_FORMATS - {Format.JSON}
PROGRAMS = frozenset({Format.JSON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of raw values under typed columns.

    ``key`` is the table's name in JSON; ``rows`` are tuples in column order; ``total`` a row of the
    same shape or None, ``in_capitals`` whether paper repeats its money in capital figures 大写;
    ``heading`` a Chinese line above, ``notes`` Chinese lines below. A bare one is for another
    program to take in: a workbook has its head in the first row, and no title. A form's one row
    stands on paper as a grid of titles, each with its value beside it.
    """

    key: str
    heading: str
    columns: Sequence[Column]
    rows: Sequence[tuple[Any, ...]]
    total: tuple[Any, ...] | None = None
    in_capitals: bool = True
    notes: Sequence[str] = ()
    shown_in: frozenset[Format] = ALL_FORMATS
    is_bare: bool = False
    is_form: bool = False

    def records(self) -> Iterable[dict[str, Any]]:
        """Give each row as a mapping from column key to raw value."""
        keys = [column.key for column in self.columns]
        return (dict(zip(keys, row, strict=True)) for row in self.rows)
