"""A table being read: columns of values, the faults found, the rows they refuse."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from jingzhun.core.calendar import Calendar, plain_calendar
from jingzhun.core.identity import mask_text
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import Problem, Severity
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.layout.detect import GridColumn
from jingzhun.rosters.layout.tables import Grid
from jingzhun.rosters.problems import PROBLEMS
from jingzhun.rosters.values.cells import Reader, plain, read_column
from jingzhun.rosters.values.odd import Odd


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The accepted rows of a table, column by column; None where a row says nothing.

    Every list is as long as ``row_numbers``. Dates are ISO text, enums the codes of
    ``core.vocabulary``: what the database takes as it is.
    """

    row_numbers: list[int]
    columns: dict[str, list[Any]]

    def __len__(self) -> int:
        return len(self.row_numbers)

    def at(self, places: Sequence[int]) -> "Batch":
        """Give the rows at some positions."""
        return Batch(
            row_numbers=[self.row_numbers[at] for at in places],
            columns={name: [column[at] for at in places] for name, column in self.columns.items()},
        )

    def column(self, name: str) -> list[Any]:
        """Give a column, of Nones where the table has none."""
        return self.columns.get(name) or [None] * len(self.row_numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    """What a table says, and all that the ledger records of it: kept, it can be said again.

    ``letters`` gives by field the letter of its column; ``whole``: a full list, which closes what
    it no longer contains.
    """

    sheet: str
    kind: Kind
    stated_on: date
    batch: Batch
    letters: Mapping[str, str]
    category_scope: frozenset[str] = frozenset()
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReading:
    """What came of one table.

    ``kind`` None: not recognised, ``reason`` says why. ``advice`` holds by (row, column letter)
    what the person can do about a fault. ``left_out`` are the refused rows, as far as they could be
    read. ``category_scope`` are the household categories that the table speaks about.
    """

    sheet: str
    kind: Kind | None
    reason: str
    stated_on: date
    row_count: int
    batch: Batch
    problems: list[Problem]
    refused_rows: list[int]
    grid: Grid
    columns: tuple[GridColumn, ...]
    advice: dict[tuple[int, str], str] = field(default_factory=dict)
    left_out: Batch = field(default_factory=lambda: Batch(row_numbers=[], columns={}))
    category_scope: frozenset[str] = frozenset()

    def words(self, *, whole: bool) -> SheetWords:
        """Give what the ledger records of a recognised table; what was handed back is no list."""
        assert self.kind is not None  # noqa: S101 - the caller records known kinds only
        return SheetWords(
            sheet=self.sheet,
            kind=self.kind,
            stated_on=self.stated_on,
            batch=self.batch,
            letters={column.field: column.letter for column in reversed(self.columns)},
            category_scope=self.category_scope,
            whole=whole and not self.grid.is_returned and not self.grid.is_further,
        )


#: The same words are said of row after row.
_masked = lru_cache(maxsize=64)(mask_text)


class Draft:
    """The columns and faults of a table while it is being read.

    Positions are indices into the table's data rows. ``calendar`` gives the days of a month at
    a school.
    """

    def __init__(
        self, grid: Grid, *, today: date, stated_on: date, calendar: Calendar = plain_calendar
    ) -> None:
        self.grid = grid
        self.calendar = calendar
        self.today = today
        self.stated_on = stated_on
        self.size = len(grid.row_numbers)
        self.values: dict[str, list[Any]] = {}
        self.problems: list[Problem] = []
        self.advice: dict[tuple[int, str], str] = {}
        self.refused: set[int] = set()
        self.category_scope: frozenset[str] = frozenset()

    def school_days(self, at: int, month: Month) -> tuple[date, ...]:
        """Give the school days of a month, at the school that the row at a position names."""
        schools = self.values.get("school")
        return self.calendar(month, schools[at] if schools else None).days

    def has(self, name: str) -> bool:
        """Say whether the table has a column of this field."""
        return self.grid.column(name) is not None

    def raw(self, name: str) -> list[Any] | None:
        """Give a field's raw cells, or None when the table has no such column.

        A word that the ledger was taught stands for what it was taught to mean.
        """
        column = self.grid.column(name)
        if column is None:
            return None
        cells, taught = self.grid.cells(column.index), self.grid.words.cells.get(name)
        if taught:
            read = {cell: taught.get(normalise(plain(cell)).upper(), cell) for cell in set(cells)}
            cells = [read[cell] for cell in cells]
        return cells

    def series(self, name: str) -> list[tuple[GridColumn, list[Any]]]:
        """Give the columns of a field that has several, with their raw cells, by their keys."""
        columns = [column for column in self.grid.series if column.field == name]
        columns.sort(key=lambda column: column.key)
        return [(column, self.grid.cells(column.index)) for column in columns]

    def take(
        self,
        name: str,
        reader: Reader,
        *,
        refuses: bool = False,
        cells: Sequence[Any] | None = None,
    ) -> list[Any] | None:
        """Read a field's column into ``values``; None when the table has no such column.

        With ``refuses`` a cell that gives no value for a fault refuses its row. ``cells`` are read
        in place of the column's own.
        """
        cells = self.raw(name) if cells is None else cells
        if cells is None:
            return None
        found, odd = read_column(cells, reader)
        for at, what in odd.items():
            self.note(at, name, what, cells[at], refuses=refuses and what.value is None)
        self.values[name] = found
        return found

    def note(
        self,
        at: int,
        name: str,
        what: Odd,
        cell: Any = "",
        *,
        refuses: bool,
        column: GridColumn | None = None,
    ) -> None:
        """Record a fault or notice about a field of the row at a position.

        ``column`` says which of the columns of a series it is.
        """
        number = self.grid.row_numbers[at]
        self.note_row(number, name, what, cell, refuses=refuses, column=column)
        if refuses:
            self.refused.add(at)

    def note_row(
        self,
        number: int,
        name: str,
        what: Odd,
        cell: Any = "",
        *,
        refuses: bool = False,
        column: GridColumn | None = None,
    ) -> None:
        """Record a fault or notice about a field of any row of the sheet, also a sum's."""
        column = column or self.grid.column(name)
        letter = column.letter if column else ""
        assert what.code in PROBLEMS, what.code  # noqa: S101 - a code of our own making
        self.problems.append(
            Problem(
                sheet=self.grid.sheet.name,
                row_number=number,
                column=letter,
                field=name,
                code=what.code,
                severity=Severity.ERROR if refuses else Severity.NOTICE,
                value=mask_text(plain(cell))[:60] if cell != "" else "",
                # Whatever cell a message quotes, it may hold a number that slipped a column.
                message=_masked(what.message),
            )
        )
        if what.advice:
            self.advice.setdefault((number, letter), _masked(what.advice))

    def faults(self) -> list[Problem]:
        """Give the faults found so far, by place."""
        found = [each for each in self.problems if each.severity is Severity.ERROR]
        return sorted(found, key=_by_place)

    def finish(self, keep: Iterable[str]) -> SheetReading:
        """Give the reading: accepted rows of the columns in ``keep``, problems by place."""
        columns = {name: self.values[name] for name in keep if name in self.values}
        batch = Batch(row_numbers=list(self.grid.row_numbers), columns=columns)
        left_out = batch.at(sorted(self.refused))
        if self.refused:
            batch = batch.at([at for at in range(self.size) if at not in self.refused])
        self._note_hidden_rows()
        self.problems.sort(key=_by_place)
        return SheetReading(
            sheet=self.grid.sheet.name,
            kind=self.grid.kind,
            reason="",
            stated_on=self.stated_on,
            row_count=self.size,
            batch=batch,
            problems=self.problems,
            refused_rows=left_out.row_numbers,
            left_out=left_out,
            grid=self.grid,
            columns=self.grid.columns,
            advice=self.advice,
            category_scope=self.category_scope,
        )

    def _note_hidden_rows(self) -> None:
        hidden = self.grid.sheet.hidden_rows
        if hidden:
            for at, number in enumerate(self.grid.row_numbers):
                if number in hidden:
                    self.note(
                        at,
                        "sequence",
                        Odd("hidden_row", f"第 {number} 行是隐藏的行（可能开着筛选），照样导入。"),
                        refuses=False,
                    )


def _by_place(problem: Problem) -> tuple[int, int, str, str]:
    return (problem.row_number, len(problem.column), problem.column, problem.code)
