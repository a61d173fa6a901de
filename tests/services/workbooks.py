"""Small workbooks as schools make them, and a way to take them in."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import select

from jingzhun.services.importing.intake import FileOutcome, IntakeOptions, take_in
from jingzhun.store.engine import Ledger
from tests.builders import NOW, TODAY, id_number

BORN = date(2015, 3, 4)
KID, SISTER, COUSIN = (id_number(BORN, order) for order in (1, 2, 3))
ROSTER = ("姓名", "身份证号", "学籍号", "学校名称", "年级", "班级", "就读方式", "联系电话")
MEMBERS = ("户编号", "户主姓名", "行政村", "姓名", "证件号码", "与户主关系", "户类型", "联系电话")


Bring = Callable[..., FileOutcome]


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


def pupil(name: str = "赵一", number: str = KID, **facts: Any) -> tuple[Any, ...]:
    given = {"no": f"G{number}", "school": "青禾小学", "grade": "三年级", "class": "1班",
             "boarding": "住校", "phone": "19900000001"} | facts  # fmt: skip
    return (name, number, *given.values())


def codes(outcome: FileOutcome) -> list[tuple[int, str]]:
    return [(problem.row_number, problem.code) for problem in outcome.problems]


def records(ledger: Ledger, table: Any) -> list[Any]:
    """Give what is known today of a table."""
    with ledger.read() as session:
        query = select(table)
        if hasattr(table, "superseded_in"):
            query = query.where(table.superseded_in.is_(None)).order_by(table.valid_from)
        found = list(session.scalars(query))
        session.expunge_all()
    return found
