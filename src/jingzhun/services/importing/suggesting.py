"""Propose a map for the files of an import that has not happened."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from jingzhun.rosters import open_workbook
from jingzhun.rosters.kinds import Spelling, own_words
from jingzhun.rosters.layout.tables import find_tables
from jingzhun.rosters.refusals import is_own_sheet
from jingzhun.rosters.suggestion import suggest


def suggest_map(files: Sequence[Path], taught: Sequence[Spelling], today: date) -> str:
    """Give the text of a map file for what nobody knows in ``files``.

    Raises:
        FileError: a file cannot be read.
    """
    words = own_words().taught(taught)
    tables = [
        (path.name, grid)
        for path in files
        for sheet in open_workbook(path).sheets
        if not sheet.is_hidden and not is_own_sheet(sheet)
        for grid in find_tables(sheet, file_name=path.name, words=words)
    ]
    return suggest(tables, words, taught, today)
