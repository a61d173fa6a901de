"""Meals: how many days each pupil ate in a month.

A count above the school days of its month refuses the row: it would pay for days without a meal.
"""

from collections.abc import Sequence
from datetime import date

from jingzhun.core.terms import Month
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.layout.detect import GridColumn
from jingzhun.rosters.lists.calendars import (
    NO_MONTH,
    counted,
    month_columns,
    month_of_table,
    month_reader,
)
from jingzhun.rosters.lists.sums import check_sums
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.amounts import money
from jingzhun.rosters.values.cells import plain
from jingzhun.rosters.values.odd import Odd

_MOST_DAYS = 31
_BY_MONTH = "这里要的是一个月的天数；一学期的合计分不到各月，请每月填一列（9月、10月…）或每月一份"
_ATE = frozenset({"√", "✓", "✔", "☑", "1", "是", "有", "V", "Y", "O", "○", "●", "就餐", "吃", "到"})
_NOT = frozenset(
    {"", "×", "✕", "✗", "X", "0", "否", "无", "N", "/", "-", "—", "缺", "缺勤", "假", "请假", "病",
     "病假", "事", "事假", "旷", "旷课", "未", "休", "未就餐"}
)  # fmt: skip


def read_meals(draft: Draft) -> None:
    """Read ``meals``: for each row the (month number, days) that it states."""
    table_month = month_of_table(draft)
    stated: list[dict[Month, tuple[int, GridColumn | None]]] = [{} for _ in range(draft.size)]
    _read_months(draft, stated)
    months = draft.take("month", month_reader(draft), refuses=True)
    rows = [own or table_month for own in months or [None] * draft.size]
    counts = _read_counts(draft)
    marks = _read_marks(draft, rows)
    for at, (month, count, marked) in enumerate(zip(rows, counts, marks, strict=True)):
        days = count if marked is None else marked
        if days is None:
            continue
        if at in draft.refused:
            continue
        if month is None:
            draft.note(at, "month", NO_MONTH, refuses=True)
            continue
        if marked is not None and count is not None and marked != count:
            what = f"合计写 {count} 天，逐日记录是 {marked} 天，按逐日记录记。"
            draft.note(at, _count_field(draft), Odd("sum_mismatch", what), count, refuses=False)
        stated[at].setdefault(month, (days, None))
    missing = Odd("meal_days_missing", "没有就餐天数，请补填；一天也没有就餐的请填 0。")
    for at, said in enumerate(stated):
        if not said and at not in draft.refused:
            draft.note(at, _count_field(draft), missing, refuses=True)
    _refuse_above_calendar(draft, stated)
    _compare_amounts(draft, counts)
    reader = counted("合计", "meal_days_unreadable", 1_000_000)
    check_sums(draft, _count_field(draft), counts, reader, write="{} 天".format)
    draft.values["meals"] = [
        [[month.number, days] for month, (days, _) in sorted(said.items())] for said in stated
    ]
    draft.values["_when"] = ["/".join(map(str, sorted(said))) for said in stated]


def _count_field(draft: Draft) -> str:
    return "meal_days" if draft.has("meal_days") else "days"


def _read_months(
    draft: Draft, stated: Sequence[dict[Month, tuple[int, GridColumn | None]]]
) -> None:
    reader = counted("就餐天数", "meal_days_unreadable", _MOST_DAYS, remedy=_BY_MONTH)
    for month, column, raw in month_columns(draft, "month_days"):
        for at, cell in enumerate(raw):
            found = reader(cell)
            if isinstance(found, Odd):
                draft.note(at, "month_days", found, cell, refuses=True, column=column)
            elif found is not None:
                stated[at].setdefault(month, (found, column))


def _read_counts(draft: Draft) -> Sequence[int | None]:
    """Read the column of counts; beside several months it is their sum, and only compared."""
    most = 366 if draft.series("month_days") else _MOST_DAYS
    remedy = "请核对" if draft.series("month_days") else _BY_MONTH
    reader = counted("就餐天数", "meal_days_unreadable", most, remedy=remedy)
    for name in ("meal_days", "days"):
        found = draft.take(name, reader, refuses=True)
        if found is not None:
            return [None] * draft.size if draft.series("month_days") else found
    return [None] * draft.size


def _read_marks(draft: Draft, months: Sequence[Month | None]) -> list[int | None]:
    """Count each row's marks; None where a table has no columns for days."""
    columns = draft.series("day_marks")
    if not columns:
        return [None] * draft.size
    names = draft.values.get("name") or [None] * draft.size
    found = [0] * draft.size
    for column, raw in columns:
        for at, cell in enumerate(raw):
            word = normalise(plain(cell)).upper()
            if word in _NOT:
                continue
            month = months[at]
            if word not in _ATE and word != names[at]:
                what = Odd(
                    "mark_unknown",
                    f"“{word[:10]}”看不出这一天有没有就餐，就餐请写 √ 或 1，没有就餐请留空。",
                )
                draft.note(at, "day_marks", what, cell, refuses=True, column=column)
            elif month is not None and is_no_day(draft, at, column, month, "day_marks"):
                continue
            elif month is not None and not _is_taught(draft, at, month, column.key):
                what = Odd("day_not_taught", f"{month.label}{column.key}日不是上学日，没有计入。")
                draft.note(at, "day_marks", what, cell, refuses=False, column=column)
            else:
                found[at] += 1
    return list(found)


def is_no_day(draft: Draft, at: int, column: GridColumn, month: Month, field: str) -> bool:
    """Refuse a row that says something of a day that its month has not; say whether it does."""
    if column.key <= month.last_day:
        return False
    what = Odd("day_not_in_month", f"{month.label}没有{column.key}日，请核对月份和这一格。")
    draft.note(at, field, what, "", refuses=True, column=column)
    return True


def _is_taught(draft: Draft, at: int, month: Month, day: int) -> bool:
    return date(month.year, month.month, day) in draft.school_days(at, month)


def _refuse_above_calendar(
    draft: Draft, stated: Sequence[dict[Month, tuple[int, GridColumn | None]]]
) -> None:
    for at, said in enumerate(stated):
        for month, (days, column) in said.items():
            most = len(draft.school_days(at, month))
            if days > most:
                what = Odd(
                    "meal_days_above_calendar",
                    f"{month.label}的上学日只有 {most} 天，就餐天数填了 {days} 天，多出 "
                    f"{days - most} 天，请核对。",
                )
                field = "month_days" if column else _count_field(draft)
                draft.note(at, field, what, days, refuses=True, column=column)


def _compare_amounts(draft: Draft, counts: Sequence[int | None]) -> None:
    """Say where an amount is not the days times the rate; the ledger works its own amounts out."""
    field = next((name for name in ("meal_amount", "amount") if draft.has(name)), "")
    rates, amounts = draft.raw("standard"), draft.raw(field)
    if rates is None or amounts is None:
        return
    read = money()
    for at, (days, *said) in enumerate(zip(counts, rates, amounts, strict=True)):
        rate, amount = (found if isinstance(found := read(cell), int) else None for cell in said)
        if days is not None and rate is not None and amount is not None and rate * days != amount:
            what = Odd("product_mismatch", "金额与标准×天数不等；补助按就餐天数另行计算。")
            draft.note(at, field, what, said[1], refuses=False)
