"""How many heads ate on each day: classes down and days across, or days down and classes across."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from jingzhun.core.terms import Month
from jingzhun.rosters.layout.detect import GridColumn
from jingzhun.rosters.layout.series import class_of_key, day_of
from jingzhun.rosters.lists.calendars import NO_MONTH, counted, month_of_table
from jingzhun.rosters.lists.meals import is_no_day
from jingzhun.rosters.lists.sums import check_sums
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.odd import Odd

_MOST_HEADS = 5000
_NO_SCHOOL = Odd("school_missing", "看不出是哪所学校，请加“学校名称”一列，或写在标题里。")
Heads = list[list[list[Any]]]


def read_headcounts(draft: Draft, dates: DateReader) -> None:
    """Read ``heads``: for each row the (grade, class, day, heads) that it states; compare sums.

    Grade and class 0 are those that the list does not name: 学前班, the whole grade.
    """
    heads: Heads = [[] for _ in range(draft.size)]
    draft.values["heads"] = heads
    if draft.series("class_heads"):
        _by_day(draft, dates, heads)
        draft.values["_when"] = [row and row[0][2] for row in heads]
    else:
        draft.values["_when"] = [month_of_table(draft)] * draft.size
        _by_class(draft, heads)
    totals = draft.take("heads_total", counted("合计", "headcount_unreadable", 200_000))
    for at, (total, row) in enumerate(zip(totals or (), heads, strict=False)):
        whole = sum(count for *_, count in row)
        if total is not None and total != whole and at not in draft.refused:
            what = Odd("sum_mismatch", f"合计写 {total}，各项相加是 {whole}，以各项为准。")
            draft.note(at, "heads_total", what, total, refuses=False)


def _counts(draft: Draft, name: str) -> Iterator[tuple[GridColumn, list[int | None]]]:
    """Give the columns of counts; a count that cannot be read refuses its row."""
    reader = counted("人数", "headcount_unreadable", _MOST_HEADS)
    for column, raw in draft.series(name):
        found: list[int | None] = []
        for at, cell in enumerate(raw):
            read = reader(cell)
            if isinstance(read, Odd):
                draft.note(at, name, read, cell, refuses=True, column=column)
            found.append(None if isinstance(read, Odd) else read)
        yield column, found


def _by_class(draft: Draft, heads: Heads) -> None:
    month = month_of_table(draft)
    if month is None:
        for at in range(draft.size):
            draft.note(at, "day_heads", NO_MONTH, refuses=True)
        return
    nothing = [None] * draft.size
    rooms = list(zip(*(draft.values.get(name) or nothing for name in ("grade", "class_no")),
                     strict=True))  # fmt: skip
    for column, counts in _counts(draft, "day_heads"):
        for at, count in enumerate(counts):
            if count is None or (not count and column.key > month.last_day):
                continue
            if not is_no_day(draft, at, column, month, "day_heads"):
                day = date(month.year, month.month, column.key)
                grade, class_no = rooms[at]
                _take(draft, heads, at, column, [grade or 0, class_no or 0, day, count])
        _check(draft, "day_heads", column, counts)


def _by_day(draft: Draft, dates: DateReader, heads: Heads) -> None:
    days = _days(draft, dates)
    schools = draft.values.get("school") or [None] * draft.size
    for at, school in enumerate(schools):
        if school is None:
            draft.note(at, "school", _NO_SCHOOL, refuses=True)
    for column, counts in _counts(draft, "class_heads"):
        grade, class_no = class_of_key(column.key)
        for at, (count, day) in enumerate(zip(counts, days, strict=True)):
            if count is not None and day is not None:
                _take(draft, heads, at, column, [grade, class_no, day, count])
        _check(draft, "class_heads", column, counts)


def _days(draft: Draft, dates: DateReader) -> Sequence[date | None]:
    """Read the days down the side: 1, 1日, 9月1日, 2026-09-01."""
    month = month_of_table(draft)

    def read(cell: Any) -> date | Odd | None:
        number = day_of(str(int(cell)) if isinstance(cell, float) and cell <= 31 else str(cell))
        if number is not None and month is not None and not isinstance(cell, date):
            return _day(month, number)
        found = dates.day(cell)
        if isinstance(found, Odd):  # a month alone is no day
            return replace(found, value=None)
        return date.fromisoformat(found) if found else None

    found = draft.take("head_day", read, refuses=True) or [None] * draft.size
    missing = Odd("head_day_missing", "看不出是哪一天的人数，请填日期，并在标题里写上年月。")
    for at, day in enumerate(found):
        if day is None and at not in draft.refused:
            draft.note(at, "head_day", missing, refuses=True)
    return found


def _day(month: Month, number: int) -> date | Odd:
    if number > month.last_day:
        return Odd("day_not_in_month", f"{month.label}没有{number}日，请核对月份和这一格。")
    return date(month.year, month.month, number)


def _take(draft: Draft, heads: Heads, at: int, column: GridColumn, entry: list[Any]) -> None:
    *room, day, count = entry
    heads[at].append([*room, day.isoformat(), count])
    if count and day not in draft.school_days(at, Month.of(day)):
        what = Odd("day_not_taught", f"{day.month}月{day.day}日不是上学日，人数照记，请核对。")
        draft.note(at, column.field, what, "", refuses=False, column=column)


def _check(draft: Draft, name: str, column: GridColumn, counts: Sequence[int | None]) -> None:
    reader = counted("合计", "headcount_unreadable", 200_000)
    check_sums(draft, name, counts, reader, write="{} 人".format, column=column)
