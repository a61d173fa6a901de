"""Columns that repeat: for each day of a month, each month, each class, a first and second time.

A kind names such fields under ``[series]``. What tells the columns of one field apart is their key:
the day, the month (9, or 202609 where the header names the year), the class, or how many-th time.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from jingzhun.core.vocabulary import Stage
from jingzhun.rosters.values.grades import class_word, grade_word, han_number, settle, settle_class

#: So many days in a row, and a row of cells is a calendar and nothing else.
RUN = 5
#: Grades of kindergartens are negative, keys are not.
_MOVED = 10
_WEEKDAYS = frozenset("一二三四五六日天") | {f"星期{day}" for day in "一二三四五六日天"} | {
    f"周{day}" for day in "一二三四五六日天"
}  # fmt: skip
_DAY = re.compile(r"(?:(?:20\d{2}[-年./])?\d{1,2}[-月./])?(\d{1,2})[日号]?")
_MONTH = re.compile(r"(?:(20\d{2})[-年./]?)?(\d{1,2}|[一二三四五六七八九十]{1,2})月份?")
_YEAR_MONTH = re.compile(r"(20\d{2})[-./](\d{1,2})")
_TURN = re.compile(r"第?([一二三四五六七八九十]{1,2}|\d{1,2})[次轮]|(?<=[\u4e00-\u9fff])(\d)$")


def is_weekday(word: str) -> bool:
    """Say whether a header word names a day of the week."""
    return word in _WEEKDAYS


def day_of(header: str) -> int | None:
    """Give the day of the month that a joined header names: 1, 1日, 9月1日, 出勤情况/1/一."""
    found = [match for word in header.split("/") if (match := _DAY.fullmatch(word))]
    day = int(found[-1][1]) if found else 0
    return day if 1 <= day <= 31 else None


def month_of(header: str) -> tuple[int, str] | None:
    """Give the month that a header names (9, 202609) and what else it says: 9月/就餐天数."""
    found = _MONTH.search(header)
    if not found:
        return None
    number = int(found[2]) if found[2].isdigit() else han_number(found[2]) or 0
    if not 1 <= number <= 12:
        return None
    rest = (header[: found.start()] + header[found.end() :]).strip("/")
    return (int(found[1]) * 100 if found[1] else 0) + number, rest.replace("()", "").strip("-:")


def turn_of(header: str) -> tuple[int, str] | None:
    """Give how many-th time a header speaks of, and of what: 第二次劝返/时间 is 2, 劝返/时间."""
    found = _TURN.search(header)
    if not found:
        return None
    word = found[1] or found[2]
    number = int(word) if word.isdigit() else han_number(word) or 0
    return (number, header[: found.start()] + header[found.end() :]) if number else None


def class_of(header: str) -> tuple[int, str] | None:
    """Give the class that a header names, as one number: three digits of 三年级2班, moved up.

    A preschool class without a year of its own is of grade 0.
    """
    word = header.rpartition("/")[2]
    room = class_word(word)
    said = (room.grade if room else None) or grade_word(word)
    if said is None or said.entered or said.leaves:
        return None
    is_plain = said.stage is Stage.PRESCHOOL and said.number is None
    grade = 0 if is_plain else settle(said, None, 0)[1]
    if grade is None:
        return None
    number = settle_class(room, grade) if room else None
    return (grade + _MOVED) * 100 + (number or 0), ""


def class_of_key(key: int) -> tuple[int, int]:
    """Give the grade and the class (0: the whole grade) of such a number."""
    return key // 100 - _MOVED, key % 100


def _day_key(header: str) -> tuple[int, str] | None:
    day = day_of(header)
    return None if day is None else (day, "")


#: What a kind may say of a field under ``[series]``, and how such a header is taken apart.
KEYS: Mapping[str, Callable[[str], tuple[int, str] | None]] = MappingProxyType(
    {"day": _day_key, "month": month_of, "turn": turn_of, "class": class_of}
)


def month_words(row: Sequence[Any]) -> dict[int, str]:
    """Give by index a header's cells that are months of a year, 2026.3 or a date: as 2026年3月.

    There must be several, each after the one before: 2026.1 after 2026.9 has lost its nought.
    """
    found = {at: month for at, cell in enumerate(row) if (month := _month_of_year(cell))}
    months = list(found.values())
    for at, (year, number) in enumerate(months):
        around = (months[at - 1] if at else None, *months[at + 1 : at + 2])
        if number == 1 and ((year, 9) == around[0] or (year, 11) in around[1:]):
            months[at] = (year, 10)
    if len(months) < 2 or any(one >= other for one, other in pairwise(months)):
        return {}
    words = (f"{year}年{number}月" for year, number in months)
    return dict(zip(found, words, strict=True))


def _month_of_year(cell: Any) -> tuple[int, int] | None:
    if isinstance(cell, date):
        return (cell.year, cell.month) if cell.day == 1 else None
    text = str(cell).strip() if isinstance(cell, float | str) else ""
    match = _YEAR_MONTH.fullmatch(text)
    return (int(match[1]), int(match[2])) if match and 1 <= int(match[2]) <= 12 else None


def counts_days(row: Sequence[Any]) -> bool:
    """Say whether a row's cells count days: 1 2 3 … anywhere but from its first filled cell on."""
    run, before = 0, None
    is_first = True
    for cell in row:
        if cell == "":
            run, before = 0, None
            continue
        day = _number(cell)
        run = 0 if day is None or is_first else run + 1 if day - 1 == before else 1
        if run >= RUN:
            return True
        before, is_first = day if run else None, False
    return False


def _number(cell: Any) -> int | None:
    """Give a cell's number of a day; days of whole dates count on through the months."""
    if isinstance(cell, date):
        return cell.toordinal()
    if isinstance(cell, bool):
        return None
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and 1 <= cell <= 31 else None
    if isinstance(cell, str):
        found = _DAY.fullmatch(cell.strip())
        return int(found[1]) if found else None
    return None


def day_word(cell: Any) -> str:
    """Give a cell of a row that counts days as a header's word."""
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    number = _number(cell)
    return "" if number is None else str(number)
