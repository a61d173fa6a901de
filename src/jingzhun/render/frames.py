"""Tables as pandas frames, for who works on in a notebook: the values of JSON, column by column.

::

    from jingzhun.render.frames import frames
    from jingzhun.reports import (ReportOptions, report_named,)
    from jingzhun.store.engine import open_ledger

    with open_ledger("jingzhun.db").read() as session:
        page = report_named("coverage").build(session, ReportOptions(as_of=date(2026, 11, 24)))
    missing = frames(page)["missing"]

No command loads this module (decision 0003). Columns are objects, so that pandas guesses no type:
an id stays text, fen stay whole numbers beside an empty cell, a day stays a day.
"""

import pandas as pd

from jingzhun.core.page import Page
from jingzhun.core.table import Format, Table
from jingzhun.render.plain import PAPER, records
from jingzhun.render.words import tables_in


def frames(page: Page, *, show_ids: bool = False) -> dict[str, pd.DataFrame]:
    """Give the tables of a page that programs see, by key; ids masked unless ``show_ids``."""
    return {table.key: frame(table, show_ids=show_ids) for table in tables_in(page, Format.JSON)}


def frame(table: Table, *, show_ids: bool = False) -> pd.DataFrame:
    """Give a table as a frame; ``attrs["titles"]`` are the Chinese heads of its columns."""
    columns = [column for column in table.columns if column.kind not in PAPER]
    rows = list(records(table, show_ids=show_ids))
    found = pd.DataFrame(
        {
            column.key: pd.Series([row[column.key] for row in rows], dtype=object)
            for column in columns
        }
    )
    found.attrs["titles"] = {column.key: column.title for column in columns}
    return found
