"""One form for each child or household, label beside value → a table with a row for each.

A sheet may hold one form or several below each other. A little table inside a form, such as 劝返
with its header 劝返时间 劝返人员 …, becomes groups of columns: first time, second time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from jingzhun.rosters.containers.sheet import Sheet
from jingzhun.rosters.kinds import KindSpec, Words, fields, normalise_header
from jingzhun.rosters.layout.detect import candidates, is_known, letter

#: Longer sheets are tables; nobody files a thousand forms in one.
_MOST_ROWS = 3000
#: The first form begins this near to the top.
_SEARCHED = 12
#: So many labels with a value beside them make a form.
_FEWEST = 4
_NAMES = ("name", "head_name")
_NUMBERS = ("id_number", "head_id")
_PERSONS = frozenset({"keeper", "visitor", "guardian_name"})


@dataclass(slots=True)
class _Form:
    """One form: its first row (0-based), and by header what it says and in which column."""

    top: int
    values: dict[str, tuple[Any, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The table of a sheet of forms, the letters of its columns, and the lines above the first.

    A form's row in the table is that of its name; its columns bear the letters of the values.
    """

    sheet: Sheet
    letters: dict[int, str]
    above: list[list[Any]]


def unfold(sheet: Sheet, words: Words) -> Unfolded | None:
    """Give the table of a sheet of forms; None for any other sheet."""
    if not 3 <= len(sheet.rows) <= _MOST_ROWS:
        return None
    for spec in words.kinds.values():
        forms = _Reader(sheet, spec, words).forms() if spec.forms else []
        if forms:
            return _table(sheet, forms)
    return None


class _Reader:
    """Read a sheet's forms by the words of one kind."""

    def __init__(self, sheet: Sheet, spec: KindSpec, words: Words) -> None:
        self._rows = sheet.rows
        self._words = words
        self._spec = spec
        self._ends = {corner: right for corner, (_, right) in sheet.merges}
        self._known: dict[Any, str] = {}

    def forms(self) -> list[_Form]:
        """Give the forms, top to bottom; none where the sheet is a table."""
        if not any(self._names_somebody(at) for at in range(min(_SEARCHED, len(self._rows)))):
            return []
        tops = [at for at in range(len(self._rows)) if self._names_somebody(at)]
        if any(self._is_header(at) for at in range(tops[0])):
            return []  # 户主 in a column of relations is no label
        ends = [*tops[1:], len(self._rows)]
        forms = [self._form(top, end) for top, end in zip(tops, ends, strict=True)]
        whole = [form for form in forms if len(form.values) >= _FEWEST]
        # Labels in one row alone are the header of a table with gaps in it.
        return whole if len(whole) == len(forms) else []

    def _field(self, cell: Any) -> str:
        """Give the field that a label names, "" for what is no label."""
        if not isinstance(cell, str) or len(cell) > 24:
            return ""
        if cell not in self._known:
            headers = self._spec.headers
            found = candidates(normalise_header(cell)) if normalise_header(cell) else []
            self._known[cell] = next((headers[word] for word in found if word in headers), "")
        return self._known[cell]

    def _labels(self, at: int) -> list[int]:
        return [index for index, cell in enumerate(self._rows[at]) if self._field(cell)]

    def _names_somebody(self, at: int) -> bool:
        """Say whether a row has the label of a name with a value beside it, and another such."""
        pairs = list(self._pairs(at))
        names = any(self._field(self._rows[at][label]) in _NAMES for label, _ in pairs)
        # Right of an id's label stands an id, or nothing yet; a word there is another header.
        is_headed = any(
            self._field(self._rows[at][label]) in _NUMBERS
            and (text := normalise_header(self._rows[at][value]))
            and not any(map(str.isdigit, text))
            for label, value in pairs
        )
        return (
            names
            and not is_headed
            and not self._is_header(at)
            and len(pairs) >= (2 if len(self._labels(at)) > 1 else 1)
        )

    def _is_header(self, at: int) -> bool:
        """Say whether a row is a table's header: beside a label stands another label of some kind.

        Of some kind: what is no word of a form's own kind would else pass for a value.
        """
        known = [
            isinstance(cell, str)
            and len(cell) <= 24
            and is_known(normalise_header(cell), self._words)
            for cell in self._rows[at]
        ]
        return sum(left and right for left, right in pairwise(known)) >= 2

    def _pairs(self, at: int) -> Iterator[tuple[int, int]]:
        """Give the labels of a row with the place of the value right of each; blanks are values."""
        labels = self._labels(at)
        for place, label in enumerate(labels):
            first = self._ends.get((at, label), label) + 1
            last = labels[place + 1] if place + 1 < len(labels) else len(self._rows[at])
            filled = [index for index in range(first, last) if self._rows[at][index] != ""]
            if first < last:
                yield label, filled[0] if filled else first

    def _form(self, top: int, end: int) -> _Form:
        form = _Form(top)
        at = top
        while at < end:
            labels = self._labels(at)
            inner = [
                index for index in labels if self._field(self._rows[at][index]) in self._spec.series
            ]
            pairs = list(self._pairs(at))
            if len(inner) >= 2 and not any(self._rows[at][value] != "" for _, value in pairs):
                at = self._visits(form, at, end, labels)
                continue
            self._take(form, at, pairs)
            at += 1
        return form

    def _take(self, form: _Form, at: int, pairs: Sequence[tuple[int, int]]) -> None:
        before = ""
        for label, value in pairs:
            header = normalise_header(self._rows[at][label])
            owner = f"{before.removesuffix('姓名')}{header}"
            if self._field(header) == "phone" and self._field(before) in _PERSONS:
                header = owner if self._field(owner) else header
            form.values.setdefault(header, (self._rows[at][value], value))
            before = header

    def _visits(self, form: _Form, at: int, end: int, labels: Sequence[int]) -> int:
        """Take the rows below a header of visits; give the row after them."""
        named = {index: self._field(self._rows[at][index]) for index in labels}
        told = {
            index: fields()[name].headers[0]
            for index, name in named.items()
            if name in self._spec.series and fields()[name].headers
        }
        turn = 0
        row = at + 1
        while row < end and not self._labels(row):
            filled = [index for index in told if self._rows[row][index] != ""]
            turn += bool(filled)
            for index in filled:
                value = (self._rows[row][index], index)
                form.values.setdefault(f"第{turn}次{told[index]}", value)
            row += 1
        return row


def _table(sheet: Sheet, forms: Sequence[_Form]) -> Unfolded:
    columns: dict[str, int] = {}
    for form in forms:
        for header, (_, index) in form.values.items():
            columns.setdefault(header, index)
    width = len(columns)
    rows: list[list[Any]] = [[""] * width for _ in sheet.rows]
    first = forms[0].top
    # The header stands above the first form, or in its first row where nothing is above.
    rows[max(first - 1, 0)] = list(columns)
    for form in forms:
        told = [form.values.get(header, ("", 0))[0] for header in columns]
        rows[form.top or 1] = told
    letters = {place: letter(index) for place, index in enumerate(columns.values())}
    return Unfolded(replace(sheet, rows=rows, merges=()), letters, sheet.rows[:first])
