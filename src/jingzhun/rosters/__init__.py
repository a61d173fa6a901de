"""Workbooks in, believed records out: containers, layout, kinds, cells, records."""

from jingzhun.rosters.containers.workbook import Sheet, Workbook, open_workbook
from jingzhun.rosters.reading import Batch, SheetReading, SheetWords
from jingzhun.rosters.records import read_sheet

__all__ = [
    "Batch",
    "Sheet",
    "SheetReading",
    "SheetWords",
    "Workbook",
    "open_workbook",
    "read_sheet",
]
