"""Cells about staff sent away: the kind, the last day, a first and a last day in one cell.

The last day is included; a month alone ends on its last day.
"""

import re
from datetime import date
from typing import Any

from jingzhun.core.identity import mask_text
from jingzhun.core.terms import Month
from jingzhun.rosters.kinds import normalise, seen
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.odd import Odd

_WORD = re.compile("至|到|~|—|–|―|－")
_YEARLESS = re.compile(r"\d{1,2}月?(?:[-./月]?\d{1,2}[日号]?)?")
_EXPECTED = "请写成 2026-09-01至2027-08-31"
_FOR_GOOD = {"今", "现在", "目前", ""}

secondment_kind = cells.vocabulary(
    "secondment_kind",
    code_name="secondment_kind_unknown",
    expected="请写下派、支教、挂职或培训",
)


def last_day_reader(dates: DateReader) -> cells.Reader:
    """Make a reader of a last day; a month alone ends on its last day."""

    def read(cell: Any) -> str | Odd | None:
        found = dates.day(cell)
        if isinstance(found, Odd) and found.code == "date_month_only":
            month = Month.parse(str(found.value)[:7])
            return date(month.year, month.month, month.last_day).isoformat()
        return found

    return read


def range_reader(dates: DateReader) -> cells.Reader:
    """Make a reader of a first and a last day in one cell: 2025.9-2026.7, 2025年9月至今."""
    last_day = last_day_reader(dates)

    def read(cell: Any) -> tuple[str, str | None] | Odd | None:
        text = normalise(seen(plain(cell)))
        if is_placeholder(text):
            return None
        first, last = _halves(text)
        start = dates.from_month(first)
        if isinstance(start, str):
            if last in _FOR_GOOD:
                return start, None
            end = last_day(_with_year(last, start))
            if isinstance(end, str):
                return start, end
        return Odd("date_invalid", f"起止时间“{mask_text(text[:24])}”读不出来，{_EXPECTED}。")

    return read


def _halves(text: str) -> tuple[str, str]:
    """Split a cell where the second day begins; a hyphen may also stand within each."""
    parts = _WORD.split(text)
    if len(parts) == 2:
        return parts[0], parts[1]
    marks = [match.start() for match in re.finditer("-", text)]
    if len(parts) > 2 or not marks or len(marks) % 2 == 0:
        return text, "?"
    middle = marks[len(marks) // 2]
    return text[:middle], text[middle + 1 :]


def _with_year(last: str, start: str) -> str:
    """Give a last day without its year that of the first, or the year after."""
    if not _YEARLESS.fullmatch(last):
        return last
    numbers = re.findall(r"\d+", last)
    year = int(start[:4]) + (int(numbers[0]) < int(start[5:7]))
    return "-".join([str(year), *numbers])
