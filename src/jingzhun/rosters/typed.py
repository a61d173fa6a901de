"""One row that was typed at the desk, read and judged like a workbook's."""

from collections.abc import Mapping
from datetime import date

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.containers.sheet import Sheet
from jingzhun.rosters.kinds import Words, fields, kinds
from jingzhun.rosters.layout.context import Context
from jingzhun.rosters.layout.detect import GridColumn, letter
from jingzhun.rosters.layout.tables import Grid
from jingzhun.rosters.reading import Draft, SheetReading
from jingzhun.rosters.records import read_grid


def read_row(
    kind: Kind, row: Mapping[str, str], *, today: date, stated_on: date, words: Words
) -> SheetReading:
    """Read one row that was typed at the desk: words by field, judged like a workbook's.

    A field of which lists have several columns is typed once.
    """
    titles = [fields()[name].title for name in row]
    sheet = Sheet(name="", rows=[titles, list(row.values())], is_typed=False)
    spec = kinds()[kind]
    columns = [
        GridColumn(field=name, index=at, letter=letter(at), header=title, key=name in spec.series)
        for at, (name, title) in enumerate(zip(row, titles, strict=True))
    ]
    grid = Grid(
        sheet=sheet, kind=kind, spec=spec, near="",
        columns=tuple(column for column in columns if not column.key),
        series=tuple(column for column in columns if column.key), header_rows=(1,),
        row_numbers=[2], context=Context(), words=words, headers=tuple(titles),
    )  # fmt: skip
    return read_grid(grid, Draft(grid, today=today, stated_on=stated_on), {})
