"""What is said once for a table about its columns: those nobody knows, and those said twice."""

from jingzhun.core.identity import mask_text
from jingzhun.errors import Problem, Severity
from jingzhun.rosters.kinds import fields, normalise
from jingzhun.rosters.layout.detect import GridColumn
from jingzhun.rosters.layout.likeness import WIDE, free_spellings, nearest
from jingzhun.rosters.layout.tables import Grid
from jingzhun.rosters.values.cells import plain

_NAMED = 12  # columns in one notice


def column_notices(grid: Grid) -> list[Problem]:
    """Give the notices about a table's columns: not read, or passed over for another one."""
    found = []
    if grid.strangers:
        found.append(_notice(grid, "column_unknown", _unknown_columns(grid)))
    twice = [said for spare in grid.spares if (said := _passed_over(grid, spare))]
    if twice:
        more = f"；还有 {len(twice) - 4} 处" if len(twice) > 4 else ""
        found.append(_notice(grid, "column_twice", f"{'；'.join(twice[:4])}{more}。"))
    return found


def _notice(grid: Grid, code: str, message: str) -> Problem:
    return Problem(
        sheet=grid.sheet.name,
        row_number=0,
        column="",
        field="",
        code=code,
        severity=Severity.NOTICE,
        value="",
        message=mask_text(message),
    )


def _unknown_columns(grid: Grid) -> str:
    assert grid.spec is not None  # noqa: S101 - a table that was recognised
    spellings = free_spellings(grid.spec, {column.field for column in grid.columns})
    told = []
    for column in grid.strangers[:_NAMED]:
        near = nearest(column.header, spellings) if column.index < WIDE else None
        like = f"，像“{near.spelling}”" if near else ""
        told.append(f"“{column.header[:20]}”（{column.letter}列{like}）")
    more = len(grid.strangers) - len(told)
    return (
        f"表头不认识、没有读的列：{'、'.join(told)}{f'等{len(grid.strangers)}列' if more else ''}。"
        "要读的，请改正表头，或用 --suggest-map 教会叫法。"
    )


def _passed_over(grid: Grid, spare: GridColumn) -> str | None:
    """Say that a second column of a field differs from the one that was read."""
    spec = fields()[spare.field]
    if spec.type in {"text", "ignored"}:
        return None
    first = grid.column(spare.field)
    assert first is not None  # noqa: S101 - a spare has a column before it
    pairs = zip(grid.cells(first.index), grid.cells(spare.index), strict=True)
    if not any(b != "" and normalise(plain(a)) != normalise(plain(b)) for a, b in pairs):
        return None
    return (
        f"“{first.header[:20]}”（{first.letter}列）和“{spare.header[:20]}”（{spare.letter}列）"
        f"都是{spec.title}而内容不同，读的是{first.letter}列"
    )
