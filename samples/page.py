"""One sheet in the making: its cells as a clerk leaves them, and the faults planted in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jingzhun.core.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with the value that the spreadsheet last computed."""

    text: str
    value: float | str


Cell = str | int | float | date | Formula


@dataclass(frozen=True, slots=True, order=True)
class Planted:
    """A fault or notice that the importer must find: where, in which field, which code."""

    row: int
    field: str
    code: str
    severity: str


@dataclass(kw_only=True)
class Page:
    """One sheet. Rows are 1-based as spreadsheets show them; columns are 0-based indices.

    ``keys`` tells by row number whom the row is about, ``planted`` what is wrong with it, ``given``
    the fen of each entry that the row of a register makes, None for one without an amount.
    """

    name: str
    kind: Kind | None = None
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    bold_rows: set[int] = field(default_factory=set)
    blank_rows: int = 0
    is_hidden: bool = False
    widths: Mapping[int, int] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)
    given: dict[int, list[int | None]] = field(default_factory=dict)

    def add(self, cells: Sequence[Cell], *, key: str = "") -> int:
        """Append a row; give its number. ``key`` marks it as a data row about somebody."""
        self.rows.append(list(cells))
        if key:
            self.keys[len(self.rows)] = key
        return len(self.rows)

    def title(self, *lines: str, width: int, left: int = 0) -> None:
        """Append title lines, each merged over the table's width."""
        for line in lines:
            row = self.add([""] * left + [line] + [""] * (width - 1))
            self.merges.append((row, left, row, left + width - 1))
            self.bold_rows.add(row)

    def header(self, cells: Sequence[Cell]) -> int:
        """Append a header row."""
        row = self.add(cells)
        self.bold_rows.add(row)
        return row

    def plant(self, row: int, code: str, field_name: str, *, refuses: bool = False) -> None:
        """Note what the importer must say about a row."""
        severity = "error" if refuses else "notice"
        self.planted.append(Planted(row, field_name, code, severity))

    @property
    def refused(self) -> set[int]:
        """The rows that must not be imported."""
        return {planted.row for planted in self.planted if planted.severity == "error"}

    @property
    def accepted(self) -> set[str]:
        """Whom the rows are about that must be imported."""
        refused = self.refused
        return {key for row, key in self.keys.items() if row not in refused}
