"""Workbooks in, believed records out: containers, layout, kinds, cells, records."""

from jingzhun.rosters.reading import Batch, SheetReading
from jingzhun.rosters.records import read_sheet
from jingzhun.rosters.workbook import Sheet, Workbook, open_workbook

__all__ = ["Batch", "Sheet", "SheetReading", "Workbook", "open_workbook", "read_sheet"]
