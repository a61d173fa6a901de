"""Sheets for tests, typed as rows of cells, and fictitious id numbers."""

from datetime import date
from typing import Any

from jingzhun.rosters import Sheet, SheetReading, read_sheet
from tests.builders import id_number

TODAY = date(2026, 11, 24)
CHILD = id_number(date(2014, 5, 6), 11)
OTHER = id_number(date(2015, 6, 7), 22)
ADULT = id_number(date(1980, 1, 2), 33)


def sheet(*rows: list[Any], name: str = "Sheet1", **how: Any) -> Sheet:
    """Make a sheet of rows, all as long as the longest."""
    width = max(map(len, rows), default=0)
    return Sheet(name=name, rows=[row + [""] * (width - len(row)) for row in rows], **how)


def read(*rows: list[Any], **how: Any) -> SheetReading:
    """Read a sheet that holds one table."""
    (reading,) = read_sheet(sheet(*rows, **how), file_name="名单.xlsx", today=TODAY, as_of=None)
    return reading


def codes(reading: SheetReading) -> list[tuple[int, str, str]]:
    """Give (row, column, code) of every problem."""
    return [(p.row_number, p.column, p.code) for p in reading.problems]


STUDENT = ["学校名称", "姓名", "身份证件号", "年级", "班级", "就读方式"]
MEMBER = ["户编号", "姓名", "证件号码", "与户主关系", "户类型"]


def student(name: Any = "张小禾", number: Any = CHILD, *rest: Any) -> list[Any]:
    """Give a student's row under ``STUDENT``, faultless unless told otherwise."""
    values = ["云岭镇中心小学", name, number, "三年级", "1班", "走读"]
    return values[: 6 - len(rest)] + list(rest) if rest else values
