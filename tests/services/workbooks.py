"""Small workbooks as schools make them, and a way to take them in."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from jingzhun.services.intake import FileOutcome, IntakeOptions, take_in
from jingzhun.store.engine import Ledger
from tests.builders import NOW, TODAY


def options(**changes: Any) -> IntakeOptions:
    """How a test takes files in, where nothing else is asked."""
    given: dict[str, Any] = {
        "today": TODAY,
        "actor": "测试",
        "os_user": "test",
        "command": "jingzhun import",
        "recorded_at": NOW,
    }
    return IntakeOptions(**(given | changes))


def write(path: Path, *sheets: Sequence[Sequence[Any]]) -> Path:
    """Write a workbook with the given sheets of rows."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": NOW})  # the same rows make the same bytes
    for rows in sheets:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, ["" if value is None else str(value) for value in row])
    book.close()
    return path


def bring_in(ledger: Ledger, path: Path, **changes: Any) -> FileOutcome:
    """Take one file in, in a transaction of its own."""
    with ledger.write() as session:
        return take_in(session, path, options(**changes))


def counts(outcome: FileOutcome) -> tuple[int, int, int, int]:
    """Give added, changed, same and refused of a file's only sheet."""
    [sheet] = outcome.sheets
    assert sheet.rows == sheet.added + sheet.changed + sheet.same + sheet.refused
    return sheet.added, sheet.changed, sheet.same, sheet.refused


def on(day: str) -> date:
    """Give a day by its ISO text."""
    return date.fromisoformat(day)
