"""Raw values as the words, widths and safe cells that people see.

Every format for people starts here: one function for each column turns its raw values into text, so
that a page says the same on the terminal, on paper and in a browser.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from jingzhun.core.identity import mask
from jingzhun.core.labels import Labelled, Titled
from jingzhun.core.money import Fen, capital_yuan, format_yuan
from jingzhun.core.page import Page
from jingzhun.core.paper import Box
from jingzhun.core.table import Column, ColumnKind, Format, Table
from jingzhun.core.vocabulary import GRADE_LABELS

Words = Callable[[Any], str]

#: Kinds whose values are numbers and stand on the right.
NUMBERS = frozenset(
    {ColumnKind.COUNT, ColumnKind.MONEY, ColumnKind.QUANTITY, ColumnKind.PERCENT,
     ColumnKind.SEQUENCE}
)  # fmt: skip
TOTAL = "合计"
NOTHING = "（无）"

# What a spreadsheet takes for the start of a formula or a command, full-width twins included.
_FORMULA_STARTS = frozenset("=+-@|%\t＝＋－＠｜％")
# Unicode categories that leave no ink before a formula: controls, formats, separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def tables_in(page: Page, format_: Format) -> list[Table]:
    """Give the tables of a page that are shown in a format."""
    return [table for table in page.tables if format_ in table.shown_in]


def words_for(column: Column, *, show_ids: bool) -> Words:
    """Give the function that turns a column's raw values into text; None becomes ''.

    Ids are masked unless ``show_ids``.
    """
    if column.kind is ColumnKind.ID and show_ids:
        return _text
    return _WORDS[column.kind]


def box_words(box: Box, *, show_ids: bool) -> str:
    """Give the text of a document's box; the lines that it was given stay apart."""
    if box.kind is ColumnKind.TEXT:
        return "\n".join(plain(line) for line in str(box.value or "").split("\n"))
    return words_for(Column(key="", title="", kind=box.kind), show_ids=show_ids)(box.value)


def numbered(table: Table) -> Iterable[Sequence[Any]]:
    """Give a table's rows with the running number filled into its 序号 column."""
    places = [
        place for place, column in enumerate(table.columns) if column.kind is ColumnKind.SEQUENCE
    ]
    if not places:
        return table.rows
    place = places[0]
    return (
        (*row[:place], number, *row[place + 1 :]) for number, row in enumerate(table.rows, start=1)
    )


def total_words(table: Table, words: Sequence[Words]) -> list[str]:
    """Give the total row as text, with 合计 in its first empty place; [] without a total."""
    if table.total is None:
        return []
    texts = [word(value) for word, value in zip(words, table.total, strict=True)]
    if texts and not any(TOTAL in text for text in texts):
        place = next((place for place, text in enumerate(texts) if not text), 0)
        texts[place] = TOTAL
    return texts


def capital_total(table: Table) -> str:
    """Give the 大写 line of a table with a money total; '' without one.

    The amount is the column ``amount_fen``, else the first money column that has a total.
    """
    if table.total is None or not table.in_capitals:
        return ""
    totals = {
        column.key: value
        for column, value in zip(table.columns, table.total, strict=True)
        if column.kind is ColumnKind.MONEY and value is not None
    }
    if not totals:
        return ""
    amount = totals.get("amount_fen", next(iter(totals.values())))
    return f"合计人民币（大写）：{capital_yuan(Fen(amount))}"


def sheet_words(source: Mapping[str, Any]) -> str:
    """Say which sheet of which file; a text file is its own only sheet."""
    file, sheet = source["file"], source["sheet"]
    return plain(file if file.rpartition(".")[0] == sheet else f"{file} {sheet}")


def place_words(sources: Iterable[Mapping[str, Any]] | None) -> list[str]:
    """Say which rows of which sheets, one text for each sheet: ``名册.xlsx 三年级!第17、18行``.

    Where the very cell is known it stands there: ``名册.xlsx 三年级!C17``.
    """
    rows: dict[str, list[str]] = {}
    for source in sources or ():
        rows.setdefault(sheet_words(source), []).append(cell_words(source))
    return [
        "!".join(filter(None, (sheet, _rows_words([cell for cell in cells if cell]))))
        for sheet, cells in rows.items()
    ]


def cell_words(source: Mapping[str, Any]) -> str:
    """Say which cell, else which row; nothing of an entry made at the desk."""
    return source.get("cell") or str(source["row"] or "")


def _rows_words(cells: Sequence[str]) -> str:
    together = "、".join(cells)
    return f"第{together}行" if cells and cells[0].isdigit() else together


def plain(text: str) -> str:
    """Take control characters out of a text.

    A line feed would break a row, an escape sequence would speak to the terminal.
    """
    return _CONTROLS.sub(" ", text).strip()


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet might run a text: its first visible character starts a formula.

    A leading tab counts, for spreadsheets drop it and look again.
    """
    if text.isalnum() or not text:
        return False
    if text[0] == "\t":
        return True
    for character in text:
        if character in _FORMULA_STARTS:
            return True
        if unicodedata.category(character) not in _INVISIBLE:
            return False
    return False


def neutral(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet might run as a formula."""
    return f"'{text}" if is_formula(text) else text


def width(text: str) -> int:
    """Give the columns that a text takes on a terminal or in a sheet: a Chinese character is 2."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def pad(text: str, columns: int, *, right: bool) -> str:
    """Fill a text with blanks to ``columns``; ``right``: the text stands on the right."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def _character_width(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in {"Mn", "Me", "Cf"} else 1


def _text(value: Any) -> str:
    return "" if value is None else plain(str(value))


def _count(value: Any) -> str:
    return "" if value is None else f"{value:,}"


def _money(value: Any) -> str:
    return "" if value is None else format_yuan(value)


def _quantity(value: Any) -> str:
    if value is None:
        return ""
    whole, thousandths = divmod(value, 1000)
    return f"{whole:,}.{thousandths:03d}".rstrip("0").rstrip(".")


def _date(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else _text(value)


def _percent(value: Any) -> str:
    return "" if value is None else f"{format_yuan(value)}%"


def _flag(value: Any) -> str:
    return "" if value is None else "是" if value else "否"


def _id(value: Any) -> str:
    return "" if value is None else _text(mask(value))


def _label(value: Any) -> str:
    if isinstance(value, Labelled | Titled):
        return value.label
    if isinstance(value, int):
        return GRADE_LABELS.get(value, str(value))
    return _text(value)


def _list(value: Any) -> str:
    return "、".join(_label(item) for item in value or ())


def _sources(value: Any) -> str:
    return "；".join(place_words(value))


def _nothing(_value: Any) -> str:
    return ""


_WORDS: Mapping[ColumnKind, Words] = {
    ColumnKind.TEXT: _text,
    ColumnKind.COUNT: _count,
    ColumnKind.MONEY: _money,
    ColumnKind.QUANTITY: _quantity,
    ColumnKind.DATE: _date,
    ColumnKind.PERCENT: _percent,
    ColumnKind.FLAG: _flag,
    ColumnKind.ID: _id,
    ColumnKind.LABEL: _label,
    ColumnKind.LIST: _list,
    ColumnKind.SEQUENCE: _text,
    ColumnKind.SIGNATURE: _nothing,
    ColumnKind.SOURCES: _sources,
}
