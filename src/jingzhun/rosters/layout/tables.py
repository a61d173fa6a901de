"""Find the tables in a sheet: header rows, data rows, and what the lines around them say.

A table may start anywhere, have a header of up to three levels, sections, repeated headers,
examples and a tail; tables may follow each other and stand side by side.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.containers.sheet import Sheet
from jingzhun.rosters.kinds import KindSpec, Words, normalise, own_words
from jingzhun.rosters.layout.body import Body, read_body
from jingzhun.rosters.layout.context import (
    Context,
    read_context,
    section_context,
    tail_context,
    title_lines,
)
from jingzhun.rosters.layout.detect import TITLE, GridColumn, Match, is_known, letter
from jingzhun.rosters.layout.forms import unfold
from jingzhun.rosters.layout.header import (
    Header,
    find_header,
    header_at,
    looks_like_data,
    says_something,
    side_by_side,
)
from jingzhun.rosters.layout.likeness import explain_near, promise
from jingzhun.rosters.layout.turns import one_by_one
from jingzhun.rosters.values.cells import is_placeholder, plain, ticked

#: The headers right of rows that we gave back to be mended.
OWN_HEADERS = ("错误原因", "修改建议", "原行号")
_CHUNK = 64
#: Among so many rows a header is looked for that has hardly a known word.
_LIKELY_ROWS = 12
_DITTO = frozenset(
    f"{before}{mark}{after}"
    for mark in ("同上", "同 上", "同\u3000上", "(同上)", "（同上）", "同上行", "同前", "如上",
                 "同左上", "〃", "〃〃", "″", "〞", '"', "''", "“", "”", "..")
    for before in ("", " ", "\u3000")
    for after in ("", " ", "\u3000")
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One table of a sheet.

    ``headers`` are its words by column index, ``row_numbers`` the 1-based data rows.
    ``row_context`` gives by row number what the section line above a row says, ``section_rows``
    where those lines are, ``sum_rows`` where sums stand, ``tail_rows`` sums, signatures and notes;
    ``first_row`` is the first line above the table; ``is_further``: about the second helpers of
    rows of which the table before told the first. ``near`` says in Chinese why no kind was
    recognised. ``spares`` are further columns of a field that has one already, ``series`` those of
    fields that have several, ``choices`` those of which one is ticked, ``strangers`` columns of the
    table that nobody knows, ``words`` those by which it was read.
    """

    sheet: Sheet
    kind: Kind | None
    spec: KindSpec | None
    near: str
    columns: tuple[GridColumn, ...]
    header_rows: tuple[int, ...]
    row_numbers: list[int]
    context: Context
    words: Words
    headers: tuple[str, ...] = ()
    spares: tuple[GridColumn, ...] = ()
    strangers: tuple[GridColumn, ...] = ()
    series: tuple[GridColumn, ...] = ()
    choices: tuple[GridColumn, ...] = ()
    row_context: dict[int, Context] = field(default_factory=dict)
    section_rows: tuple[int, ...] = ()
    sum_rows: tuple[int, ...] = ()
    tail_rows: tuple[int, ...] = ()
    first_row: int = 1
    is_further: bool = False
    _columns: list[list[Any]] = field(default_factory=list, repr=False)

    def cells(self, index: int) -> list[Any]:
        """Give the raw cells of a column in data rows, as :meth:`filled`.

        Of columns of which one is ticked the first gives the words that the ticks stand for.
        """
        field = next((one.field for one in self.choices if one.index == index), None)
        group = [one for one in self.choices if one.field == field]
        if group and group[0].index == index:
            words = [one.header for one in group]
            rows = zip(*(self.filled(one.index) for one in group), strict=True)
            return [ticked(words, row) for row in rows]
        return self.filled(index)

    def filled(self, index: int) -> list[Any]:
        """Give the cells of a column as they are written, merged-down and 同上 cells filled in."""
        column = self._columnwise()[index].copy()
        self._fill_merges(index, column)
        if not _DITTO.isdisjoint(column):
            for at, cell in enumerate(column):
                if at and isinstance(cell, str) and cell in _DITTO:
                    column[at] = column[at - 1]
        return column

    @property
    def is_returned(self) -> bool:
        """Say whether the rows are some of a list's, given back by us and mended."""
        return OWN_HEADERS[-1] in self.sheet.rows[self.header_rows[-1] - 1]

    def column(self, name: str) -> GridColumn | None:
        """Give the column of a field, or None when the table has none."""
        return next((column for column in self.columns if column.field == name), None)

    def _columnwise(self) -> list[list[Any]]:
        """Turn the data rows into columns, once; a few rows at a time stay in the cache."""
        if not self._columns:
            rows, numbers = self.sheet.rows, self.row_numbers
            columns: list[list[Any]] = [[] for _ in rows[0]]
            for at in range(0, len(numbers), _CHUNK):
                chunk = [rows[number - 1] for number in numbers[at : at + _CHUNK]]
                for column, part in zip(columns, zip(*chunk, strict=True), strict=True):
                    column.extend(part)
            self._columns.extend(columns)
        return self._columns

    def _fill_merges(self, index: int, column: list[Any]) -> None:
        spans = [
            (first, last, left)
            for (first, left), (last, right) in self.sheet.merges
            if left <= index <= right
            and last > first >= self.header_rows[-1]
            and first < len(self.sheet.rows)
        ]
        if not spans or not column:
            return
        place = {number - 1: at for at, number in enumerate(self.row_numbers)}
        for first, last, left in spans:
            value = self.sheet.rows[first][left]
            for row in range(first, min(last, self.row_numbers[-1] - 1) + 1):
                if row in place and column[place[row]] == "":
                    column[place[row]] = value


def find_tables(sheet: Sheet, *, file_name: str = "", words: Words | None = None) -> list[Grid]:
    """Give every table of a sheet, top to bottom; a sheet without a header gives one without kind.

    An empty sheet gives nothing. ``words`` are our own where
    no others are given.
    """
    if not any(any(cell != "" for cell in row) for row in sheet.rows):
        return []
    words = words or own_words()
    forms = unfold(sheet, words)
    if forms is not None:
        grids = _find(forms.sheet, file_name, words, above=forms.above)
        return [_lettered(grid, forms.letters) for grid in grids]
    return _find(sheet, file_name, words)


def _lettered(grid: Grid, letters: Mapping[int, str]) -> Grid:
    """Let a form's columns bear the letters of the cells that they were read from."""

    def lettered(columns: Sequence[GridColumn]) -> tuple[GridColumn, ...]:
        return tuple(replace(column, letter=letters[column.index]) for column in columns)

    return replace(
        grid,
        columns=lettered(grid.columns),
        spares=lettered(grid.spares),
        strangers=lettered(grid.strangers),
        series=lettered(grid.series),
        choices=lettered(grid.choices),
    )


def _find(
    sheet: Sheet, file_name: str, words: Words, *, above: Sequence[Sequence[Any]] = ()
) -> list[Grid]:
    """Find the tables; ``above`` are lines above the first that the sheet itself has no more."""
    grids: list[Grid] = []
    start: int | None = 0
    names = read_context([sheet.name, file_name.rsplit(".", 1)[0]], is_name=True)
    while start is not None:
        told = frozenset({"group"} if names.names_group else ()) | (
            {TITLE} if above else frozenset()
        )
        header = find_header(sheet, start, words, told)
        if header is None or (grids and header.match is None):
            break
        rows = [*above, *sheet.rows[start : header.top]]
        blocks = side_by_side(header) if header.match else [header]
        blocks = [each for block in blocks for each in one_by_one(block)]
        bodies = [read_body(sheet, block) if block.match else None for block in blocks]
        # What one of the tables side by side ends at, all of them do.
        ends = [body.next_table for body in bodies if body and body.next_table is not None]
        following = min(ends, default=None)
        for block, body in zip(blocks, bodies, strict=True):
            context = _above(rows, block, blocks)
            if block.match is None or body is None:
                grids.append(_unknown(sheet, block, context.over(names)))
                continue
            if following is not None:
                body.cut(following)
            around = context.over(_after(sheet, body)).over(names)
            grid = _grid(sheet, block, block.match, body, context=around, start=start)
            if grid.row_numbers or not grid.is_further:
                grids.append(grid)
        start = following
    return grids or [_wordless(sheet, names, words)]


def _grid(
    sheet: Sheet, header: Header, match: Match, body: Body, *, context: Context, start: int
) -> Grid:
    columns, spares = _fullest(sheet, match, body.row_numbers)
    grid = Grid(
        sheet=sheet,
        kind=match.spec.kind,
        spec=match.spec,
        near="",
        columns=columns,
        spares=spares,
        series=match.series,
        choices=match.choices,
        header_rows=tuple(range(header.top + 1, header.bottom + 2)),
        row_numbers=body.row_numbers,
        context=context,
        words=header.words,
        headers=header.headers,
        strangers=_strangers(sheet, header, match, body.row_numbers),
        row_context=body.row_context,
        section_rows=tuple(body.section_rows),
        sum_rows=tuple(body.sum_rows),
        tail_rows=tuple(body.tail_rows),
        first_row=start + 1,
        is_further=header.turn > 1,
    )
    return _where_named(grid, match.spec.each) if grid.is_further else grid


def _where_named(grid: Grid, field: str) -> Grid:
    """Keep the rows that name a further one: most households have one helper."""
    column = grid.column(field)
    if column is None:
        return replace(grid, row_numbers=[], _columns=[])
    named = zip(grid.row_numbers, grid.filled(column.index), strict=True)
    numbers = [number for number, cell in named if not is_placeholder(normalise(plain(cell)))]
    return replace(grid, row_numbers=numbers, _columns=[])


def _above(rows: Sequence[Sequence[Any]], block: Header, blocks: Sequence[Header]) -> Context:
    """Read the lines above a table; of tables side by side each has its own part of a line."""
    own = [
        [row[at] for at in block.span]
        if sum(any(row[at] != "" for at in each.span) for each in blocks) > 1
        else row
        for row in rows
    ]
    context = read_context(title_lines(own))
    over = section_context(block.over) if block.over else None
    return over.over(context) if over else context


def _after(sheet: Sheet, body: Body) -> Context:
    return tail_context(title_lines(sheet.rows[number - 1] for number in body.tail_rows))


def _fullest(
    sheet: Sheet, match: Match, row_numbers: Sequence[int]
) -> tuple[tuple[GridColumn, ...], tuple[GridColumn, ...]]:
    """Let a field's first column that holds anything stand for it; exports repeat headers."""
    chosen = {column.field: column for column in match.columns}
    spares = []
    for spare in match.spares:
        first = chosen.get(spare.field)
        # A first column that stands in for another field has left its place to the spare.
        if first is None:
            chosen[spare.field] = spare
            continue
        if _is_blank(sheet, first.index, row_numbers) and not _is_blank(
            sheet, spare.index, row_numbers
        ):
            chosen[spare.field], spare = spare, first  # noqa: PLW2901 - they change places
        spares.append(spare)
    return tuple(chosen.values()), tuple(spares)


def _strangers(
    sheet: Sheet, header: Header, match: Match, row_numbers: Sequence[int]
) -> tuple[GridColumn, ...]:
    """Give the columns that hold something under a header which nobody knows."""
    known = {
        column.index for column in (*match.columns, *match.spares, *match.series, *match.choices)
    }
    return tuple(
        GridColumn(field="", index=index, letter=letter(index), header=words)
        for index, words in enumerate(header.headers)
        if words
        and index not in known
        and not is_known(words, header.words)
        and not _is_blank(sheet, index, row_numbers)
    )


def _is_blank(sheet: Sheet, index: int, row_numbers: Sequence[int]) -> bool:
    return all(
        cell == "" or (isinstance(cell, str) and not cell.strip())
        for cell in (sheet.rows[number - 1][index] for number in row_numbers)
    )


def _unknown(sheet: Sheet, header: Header, context: Context) -> Grid:
    if len(header.nearest.columns) < 2 or looks_like_data(sheet.rows[header.top]):
        header = _likeliest(sheet, header)
    return Grid(
        sheet=sheet,
        kind=None,
        spec=None,
        near=explain_near(header.headers, header.words, context.title),
        columns=header.nearest.columns,
        header_rows=tuple(range(header.top + 1, header.bottom + 2)),
        row_numbers=[],
        context=context,
        words=header.words,
        headers=header.headers,
    )


def _likeliest(sheet: Sheet, header: Header) -> Header:
    """Give the row whose words are most like headers, where hardly one is known.

    Words of somebody's row are no headers, however like: then the first row of words is taken.
    """
    best, most = header, promise(header.headers, header.words)
    if looks_like_data(sheet.rows[header.top]):
        first = (_at(sheet, top, header) for top in _told(sheet, header.top))
        best, most = next((found for found in first if found and any(found.headers)), header), 0
    for top in range(min(len(sheet.rows), _LIKELY_ROWS)):
        found = _at(sheet, top, header)
        if found is None or looks_like_data(sheet.rows[top]):
            continue
        worth = promise(found.headers, header.words)
        if worth > max(most, 3):
            best, most = found, worth
    return best


def _at(sheet: Sheet, top: int, header: Header) -> Header | None:
    above = [sheet.rows[at] for at in _told(sheet, top)]
    return header_at(sheet, top, 1, above, header.words)


def _told(sheet: Sheet, until: int) -> Iterator[int]:
    """Give the places of the first rows that say something, as many as a header may stand in."""
    told = (at for at in range(until) if says_something(sheet.rows[at]))
    return islice(told, _LIKELY_ROWS)


def _wordless(sheet: Sheet, context: Context, words: Words) -> Grid:
    """Give the grid of a sheet that holds numbers only."""
    return Grid(
        sheet=sheet,
        kind=None,
        spec=None,
        near="没有认出是哪种名单：表里没有文字表头，请在第一行写上列名（如 姓名、身份证号）。",
        columns=(),
        header_rows=(1,),
        row_numbers=[],
        context=context,
        words=words,
    )
