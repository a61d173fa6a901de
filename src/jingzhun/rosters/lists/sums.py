"""Sums in a table against their parts: a sum that does not fit is noticed, the parts are believed.

A sum may be of all rows above, of the page or section above, or of the section below: it fits when
it is the sum of any of these.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from jingzhun.core.money import Fen, format_yuan
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.layout.asides import is_sum
from jingzhun.rosters.layout.detect import GridColumn
from jingzhun.rosters.layout.tables import Grid
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.cells import Reader
from jingzhun.rosters.values.odd import Odd

#: A section has so many subsections at most.
_SUBSECTIONS = 20


def in_yuan(amount: int) -> str:
    """Write a sum of money."""
    return f"{format_yuan(Fen(amount))} 元"


def check_sums(
    draft: Draft,
    name: str,
    parts: Sequence[int | None],
    reader: Reader,
    *,
    write: Callable[[int], str] = in_yuan,
    column: GridColumn | None = None,
) -> None:
    """Notice the sums of a column that are not those of their parts (by position).

    Of money in fen, unless ``write`` writes them otherwise; ``column`` is one of a series.
    """
    grid = draft.grid
    column = column or grid.column(name)
    if column is None or not grid.sum_rows or _is_doubtful(draft, name):
        return
    labels = {number: _label(draft, number) for number in grid.sum_rows}
    so_far = [0, *accumulate(part or 0 for part in parts)]

    def between(span: tuple[int, int]) -> int:
        first, last = (bisect_left(grid.row_numbers, number) for number in span)
        return so_far[last] - so_far[first]

    alike: dict[str, int] = {}  # where the last sum of a label stood
    for number in grid.sum_rows:
        before, alike[labels[number]] = alike.get(labels[number], 0), number
        stated = reader(grid.sheet.rows[number - 1][column.index])
        if not isinstance(stated, int) or isinstance(stated, bool):
            continue
        sums = [between(span) for span in _spans(number, grid, labels[number], before)]
        if stated not in sums:
            what = Odd(
                "sum_mismatch",
                f"{labels[number] or '合计'}写的是 {write(stated)}，"
                f"各行相加是 {write(sums[0])}，以各行为准。",
            )
            draft.note_row(number, name, what, column=column)


def _is_doubtful(draft: Draft, name: str) -> bool:
    """Say whether a part could not be read: its sum is then nobody's fault."""
    return any(problem.field == name and problem.severity == "error" for problem in draft.problems)


def _label(draft: Draft, number: int) -> str:
    row = draft.grid.sheet.rows[number - 1]
    texts = [text for cell in row if isinstance(cell, str) and (text := normalise(cell))]
    return next(filter(is_sum, texts), texts[0] if texts else "")


def _spans(number: int, grid: Grid, label: str, before: int) -> Iterator[tuple[int, int]]:
    """Give the spans of rows of which a sum may be; ``before`` is the last sum of its label."""
    sums, sections, end = grid.sum_rows, grid.section_rows, len(grid.sheet.rows) + 1
    above = _latest(sums, number)
    section = _latest(sections, number)
    below = [row for row in (_next(sums, number), _next(sections, number)) if row]
    if number in sections:
        yield number, min(below, default=end)
    elif "小计" in label or "页" in label:
        yield max(above, section), number
    yield 0, number
    yield before, number
    yield max(above, section), number
    yield above, number
    yield section, number
    # A sum may stand above what it sums up, a section's over those of its subsections.
    yield 0, end
    at = bisect_right(sections, number)
    for last in (*below, *sections[at : at + _SUBSECTIONS], end):
        yield number, last


def _latest(rows: Sequence[int], number: int) -> int:
    at = bisect_left(rows, number)
    return rows[at - 1] if at else 0


def _next(rows: Sequence[int], number: int) -> int | None:
    at = bisect_right(rows, number)
    return rows[at] if at < len(rows) else None
