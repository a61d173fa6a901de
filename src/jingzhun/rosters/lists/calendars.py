"""Which month a table is about, which days of it are taught, and counts of them in cells."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from jingzhun.core.terms import Month, Term, school_year_months
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.layout.context import Context
from jingzhun.rosters.layout.detect import GridColumn
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.odd import Odd

_BARE_MONTH = re.compile(r"(?<![\d年])(\d{1,2})月(?!\d)")
_MONTH_CELL = re.compile(r"(?:(20\d{2})[-年./]?)?(\d{1,2})月?(?:份)?(?:\.0)?")
_COUNT = re.compile(r"(\d{1,4})(?:\.0+)?(?:天|日|次|餐|人|人次|名)?")
NO_MONTH = Odd(
    "month_missing", "看不出是哪一年哪个月的，请在标题里写上年月（如 2026年9月），或加“月份”一列。"
)


def month_of_table(draft: Draft) -> Month | None:
    """Give the month that title, sheet or file name say; a bare 9月 is of the term's year."""
    context = draft.grid.context
    if context.month:
        return context.month
    for text in (context.title, draft.grid.sheet.name):
        found = _BARE_MONTH.search(normalise(text))
        if found and 1 <= int(found[1]) <= 12:
            return settle_month(int(found[1]), context, draft.stated_on)
    return None


def settle_month(number: int, context: Context, stated_on: date) -> Month:
    """Give the month of a bare number: in the term or school year said, else the last one."""
    if context.term:
        months = context.term.months
    elif context.school_year:
        months = school_year_months(context.school_year)
    else:
        term = Term.of(stated_on)
        months = school_year_months(term.school_year)
        if context.month:
            months = tuple(Month(context.month.year, month) for month in range(1, 13))
    found = next((month for month in months if month.month == number), None)
    return found or Month(stated_on.year - (number > stated_on.month), number)


_YEAR = re.compile(r"(20\d{2})年")


def settle_months(numbers: Sequence[int], draft: Draft) -> list[Month]:
    """Give the months of bare numbers side by side, 9 10 11 12 1: each follows the one before.

    The first is of the term, school year or year that is said; else the last that has begun.
    """
    if not numbers:
        return []
    context, stated_on = draft.grid.context, draft.stated_on
    year = _YEAR.search(normalise(context.title) + normalise(draft.grid.sheet.name))
    if context.term or context.school_year:
        first = settle_month(numbers[0], context, stated_on)
    elif year:
        first = Month(int(year[1]), numbers[0])
    else:
        first = Month(stated_on.year - (numbers[0] > stated_on.month), numbers[0])
    found = [first]
    for number in numbers[1:]:
        last = found[-1]
        found.append(Month(last.year + (number < last.month), number))
    return found


def month_columns(draft: Draft, name: str) -> list[tuple[Month, GridColumn, list[Any]]]:
    """Give the columns of a field that has one for each month, in their order, with raw cells."""
    columns = sorted(draft.series(name), key=lambda pair: pair[0].index)
    bare = list(dict.fromkeys(column.key for column, _ in columns if column.key <= 12))
    months = dict(zip(bare, settle_months(bare, draft), strict=True))
    return [
        (months.get(column.key) or Month(column.key // 100, column.key % 100), column, raw)
        for column, raw in columns
    ]


def month_reader(draft: Draft) -> Callable[[Any], Month | Odd | None]:
    """Make the reader of a column of months: 2026-09, 2026年9月, 9月, 9, a date."""
    context, stated_on = draft.grid.context, draft.stated_on

    def read(cell: Any) -> Month | Odd | None:
        if isinstance(cell, date):
            return Month.of(cell)
        found = normalise(plain(cell))
        if is_placeholder(found):
            return None
        if isinstance(cell, float) and found.startswith("20") and found.endswith(".1"):
            return Odd("month_unreadable", f"“{found}”分不清是1月还是10月，请写成 2026-10。")
        match = _MONTH_CELL.fullmatch(found)
        if match and 1 <= int(match[2]) <= 12:
            number = int(match[2])
            return (
                Month(int(match[1]), number) if match[1]
                else settle_month(number, context, stated_on)
            )  # fmt: skip
        return Odd("month_unreadable", f"月份“{found[:20]}”读不出来，请写成 2026年9月。")

    return read


def counted(
    what: str, code: str, most: int, *, remedy: str = "请核对"
) -> Callable[[Any], int | Odd | None]:
    """Make the reader of a count from 0 to ``most``: whole, and never a text in place of it.

    ``remedy`` says what to do about a count above ``most``.
    """

    def read(cell: Any) -> int | Odd | None:
        found = normalise(plain(cell))
        if found in {"0", "0.0"}:
            return 0
        if not found or (is_placeholder(found) and not found.startswith(("#", "9"))):
            return None
        match = _COUNT.fullmatch(found)
        if re.fullmatch(r"-\d+(?:\.\d+)?", found):
            return Odd(code, f"{what}“{found[:20]}”是负数，请核对。")
        if match is None:
            return Odd(code, f"{what}“{found[:20]}”不是整数，请只填数字。")
        number = int(match[1])
        if number > most:
            return Odd(code, f"{what} {number} 太大，最多 {most}，{remedy}。")
        return number

    return read
