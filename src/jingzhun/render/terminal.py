"""A page on a terminal, with rich: columns where they fit, else a paragraph for each row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from jingzhun.core.page import Page
from jingzhun.core.table import ColumnKind, Format, Table
from jingzhun.render.words import (
    NOTHING,
    NUMBERS,
    cell_words,
    numbered,
    sheet_words,
    tables_in,
    total_words,
    width,
    words_for,
)

#: More rows than anybody reads on a screen; the page says how many there are and how to get them.
MOST_ROWS = 500

# Values that read wrong when they are broken over two lines.
_UNBROKEN = frozenset({ColumnKind.DATE, ColumnKind.FLAG, ColumnKind.LABEL, ColumnKind.ID, *NUMBERS})
_NARROWEST_TEXT = 8
_NARROWEST_HEAD = 4
_GAP = 2


def show(page: Page, *, stream: TextIO, show_ids: bool, columns: int | None = None) -> None:
    """Print a page for a person; ``columns`` is the width where the terminal's is not meant."""
    console = Console(file=stream, width=columns, highlight=False, markup=False, emoji=False)
    console.print(Text(page.title, style="bold"))
    for table in tables_in(page, Format.TABLE):
        console.print()
        if table.heading:
            console.print(Text(table.heading, style="bold cyan"))
        for part in _Sight(table, show_ids=show_ids).parts(console.width):
            console.print(part)
        if len(table.rows) > MOST_ROWS:
            console.print(
                f"共 {len(table.rows):,} 行，这里只列出前 {MOST_ROWS} 行；"
                "全部请加 --format xlsx 或 --out 文件名。"
            )
        for note in table.notes:
            console.print(Text(note, style="dim"))
    if page.notes:
        console.print()
        for note in page.notes:
            console.print(Text(note))


class _Legend:
    """The sheets that a table's sources name, by number: a cell says ``2!17`` for row 17 of 2."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def words(self, sources: Iterable[Mapping[str, Any]] | None) -> str:
        cells = []
        for source in sources or ():
            number = self.numbers.setdefault(sheet_words(source), len(self.numbers) + 1)
            cells.append("!".join(filter(None, (str(number), cell_words(source)))))
        return " ".join(cells)

    def lines(self) -> Iterator[Text]:
        if self.numbers:
            yield Text("来源写作“表号!行号”：", style="dim")
        for sheet, number in self.numbers.items():
            yield Text(f"  {number}  {sheet}", style="dim")


class _Sight:
    """What a terminal sees of a table: text cells of its first rows, without 签名."""

    def __init__(self, table: Table, *, show_ids: bool) -> None:
        places = [
            place
            for place, column in enumerate(table.columns)
            if column.kind is not ColumnKind.SIGNATURE
        ]
        self.legend = _Legend()
        words = [
            self.legend.words
            if column.kind is ColumnKind.SOURCES
            else words_for(column, show_ids=show_ids)
            for column in table.columns
        ]
        total = total_words(table, words)
        self.columns = [table.columns[place] for place in places]
        self.rows = [
            [words[place](row[place]) for place in places]
            for row in islice(numbered(table), MOST_ROWS)
        ]
        self.total = [total[place] for place in places] if total else []
        filled = [*self.rows, self.total] if self.total else self.rows
        cells = list(zip(*filled, strict=True))
        self.widest = [max(map(width, column)) for column in cells]
        # Numbers of households, phones: a word without blanks is not broken either.
        self.unbroken = [
            column.kind in _UNBROKEN
            or (column.kind is ColumnKind.TEXT and all(map(_is_number, texts)))
            for column, texts in zip(self.columns, cells or [()] * len(places), strict=True)
        ]

    def parts(self, columns: int) -> Iterator[Grid | Text]:
        """Give what to print within so many columns of the terminal."""
        if not self.rows:
            yield Text(NOTHING, style="dim")
            return
        if self._least() <= columns:
            yield self._grid()
        else:
            yield from map(self._paragraph, self.rows)
            if self.total:
                yield self._paragraph(self.total)
        yield from self.legend.lines()

    def _least(self) -> int:
        narrowest = map(self._narrowest, range(len(self.columns)))
        return sum(
            _GAP + (least if whole else min(least, _NARROWEST_TEXT))
            for least, whole in zip(narrowest, self.unbroken, strict=True)
        )

    def _narrowest(self, place: int) -> int:
        title = width(self.columns[place].title)
        return max(self.widest[place], min(title, _NARROWEST_HEAD))

    def _grid(self) -> Grid:
        grid = Grid(
            box=box.SIMPLE_HEAD,
            padding=(0, 1, 0, 0),
            pad_edge=False,
            header_style="bold",
            show_footer=bool(self.total),
        )
        for place, column in enumerate(self.columns):
            grid.add_column(
                Text(_folded(column.title, self._narrowest(place))),
                footer=Text(self.total[place], style="bold") if self.total else "",
                justify="right" if column.kind in NUMBERS else "left",
                overflow="fold",
                no_wrap=self.unbroken[place],
            )
        for row in self.rows:
            grid.add_row(*map(Text, row))
        return grid

    def _paragraph(self, row: Sequence[str]) -> Text:
        text = Text()
        for column, cell in zip(self.columns, row, strict=True):
            if cell:
                text.append("　" if text else "")
                text.append(f"{column.title}：", style="dim")
                text.append(cell)
        return text


def _is_number(text: str) -> bool:
    return not text or (text.isascii() and text.isalnum())


def _folded(title: str, columns: int) -> str:
    """Break a head into lines of at most so many columns: heads are longer than their figures."""
    lines = [""]
    for character in title:
        if width(lines[-1] + character) > columns:
            lines.append("")
        lines[-1] += character
    return "\n".join(lines)
