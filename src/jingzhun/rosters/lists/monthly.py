"""Columns for months: 9月 10月 11月 side by side, each with the amount of that month.

Each that is filled is an entry of its own. A column of days beside an amount, 9月/天数, is of that
month; with a rate by the day it tells an amount that is not written.
"""

from collections.abc import Callable, Mapping
from typing import Any

from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.terms import Month
from jingzhun.rosters.layout.detect import GridColumn
from jingzhun.rosters.lists.calendars import counted, month_columns
from jingzhun.rosters.lists.sums import check_sums
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.cells import Reader, read_column
from jingzhun.rosters.values.odd import Odd

#: Gives the reader of a column's cells.
Readers = Callable[[GridColumn], Reader]
Amounts = dict[Month, dict[str, Any]]
_MOST_DAYS = 31


def read_months(draft: Draft, name: str, readers: Readers, rates: list[int | None]) -> None:
    """Make entries of a row's months; ``readers`` read amounts, ``rates`` are fen by the day.

    A row without any is one entry of its amount or 合计, which else is only compared.
    """
    months: list[Amounts] = [{} for _ in range(draft.size)]
    _read(draft, months, name, "amount_fen", readers)
    days = counted("天数", "number_unreadable", _MOST_DAYS)
    _read(draft, months, "month_days", "days", lambda _column: days)
    _multiply(draft, months, name, rates)
    totals = draft.values.setdefault("amount_fen", [None] * draft.size)
    entries = []
    for at, row in enumerate(months):
        paid = [
            {"period": str(month), "days": None, **entry}
            for month, entry in sorted(row.items())
            if entry.get("amount_fen") is not None
        ]
        paid = [entry for entry in paid if entry["amount_fen"]] or paid[:1]
        whole = sum(entry["amount_fen"] for entry in paid)
        if paid and totals[at] not in {None, whole} and at not in draft.refused:
            what = f"合计写的是 {_yuan(totals[at])}，各月相加是 {_yuan(whole)}，以各月为准。"
            draft.note(at, "amount", Odd("sum_mismatch", what), refuses=False)
        if paid and totals[at] is None and draft.has("amount"):
            totals[at] = whole
        is_said = paid or totals[at] is not None
        entries.append(paid or ([{"amount_fen": totals[at]}] if is_said else []))
    draft.values["entries"] = entries
    # For those who ask whether a row says any amount.
    draft.values[f"{name}_fen"] = [row[0]["amount_fen"] if row else None for row in entries]


def _yuan(fen: int | None) -> str:
    return f"{format_yuan(Fen(fen or 0))} 元"


def _read(draft: Draft, months: list[Amounts], name: str, key: str, readers: Readers) -> None:
    for month, column, raw in month_columns(draft, name):
        reader = readers(column)
        found, odd = read_column(raw, reader)
        for at, what in odd.items():
            draft.note(at, name, what, raw[at], refuses=True, column=column)
        for at, value in enumerate(found):
            if value is None:
                continue
            entry = months[at].setdefault(month, {})
            if entry.setdefault(key, value) != value:
                what = Odd("month_twice", f"{month.label}有两栏而不同，请并成一栏。")
                draft.note(at, name, what, raw[at], refuses=True, column=column)
        if key == "amount_fen":
            check_sums(draft, name, found, reader, column=column)


def _multiply(draft: Draft, months: list[Amounts], name: str, rates: list[int | None]) -> None:
    """Work out the amount of a month with days alone; notice one that contradicts them."""
    columns: Mapping[Month, Any] = {
        month: column for month, column, _ in month_columns(draft, "month_days")
    }
    for at, (row, rate) in enumerate(zip(months, rates, strict=True)):
        for month, entry in row.items():
            days, amount = entry.get("days"), entry.get("amount_fen")
            if days is None or rate is None or amount == days * rate:
                continue
            if amount is None:
                entry["amount_fen"] = days * rate
                what = f"{month.label}的金额没有填，按天数×标准算得 {_yuan(days * rate)}，请核对。"
                odd = Odd("product_computed", what)
            else:
                odd = Odd("product_mismatch", f"{month.label}的金额与天数×标准不等，照填写的记。")
            draft.note(at, name, odd, refuses=False, column=columns[month])
