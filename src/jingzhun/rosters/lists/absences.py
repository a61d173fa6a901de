"""Days on which pupils were not at school: leaves from day to day, lists of days, marked months.

Only school days are kept: a leave over the National Day holiday is absent before and after it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Attendance
from jingzhun.rosters.kinds import normalise, values
from jingzhun.rosters.lists.calendars import NO_MONTH, month_of_table
from jingzhun.rosters.lists.meals import is_no_day
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.daylists import MOST_DAYS, Span, spans
from jingzhun.rosters.values.odd import Odd

_EARLIEST = date(2000, 1, 1)
_LENGTH = re.compile(r"(\d{1,3})(?:\.0+)?天?")
_SIGN = r"[^\s\w,，、;；:：()（）《》“”\"'=.。]|(?<![A-Za-z])[A-Za-z](?![A-Za-z])"
#: Words of a reason that tell the kind of a leave where no column does.
_TELLING = (
    (re.compile("旷课|逃学|无故|擅自|未请假"), Attendance.TRUANT),
    (re.compile("病|发烧|感冒|住院|手术|就医|看医生"), Attendance.SICK),
    (re.compile("事假|家中有事|家里有事|有事"), Attendance.PERSONAL),
)


def read_absences(draft: Draft, dates: DateReader) -> None:
    """Read ``absences`` (day, attendance, reason) and ``attended`` (days said to be present)."""
    draft.values["attended"] = [[] for _ in range(draft.size)]
    draft.values["absences"] = [[] for _ in range(draft.size)]
    draft.values["_when"] = [month_of_table(draft)] * draft.size
    reasons = draft.take("absence_reason", cells.text) or [None] * draft.size
    if draft.series("day_marks"):
        _read_marks(draft)
        return
    kinds = draft.take("absence_kind", _kind)
    lengths = [_length(cell) for cell in draft.raw("absent_days") or [""] * draft.size]
    told = list(_read_spans(draft, dates, lengths))
    for at, found in enumerate(told):
        if at in draft.refused:
            continue
        days = _taught(draft, at, found)
        draft.values["_when"][at] = min(days, default=None)
        attendance = (kinds[at] if kinds else None) or _told_by(reasons[at])
        draft.values["absences"][at] = [
            [day.isoformat(), attendance, reasons[at]] for day in sorted(days)
        ]
        _compare(draft, at, lengths[at], found, len(days))


def _kind(cell: Any) -> str | Odd | None:
    found = normalise(plain(cell)).upper()
    if is_placeholder(found):
        return None
    known = values("attendance").get(found)
    return known or _told_by(found) or Odd(
        "absence_kind_unknown",
        f"“{found[:10]}”看不出是病假、事假还是旷课，按缺勤记，不算无故。",
    )  # fmt: skip


def _told_by(text: str | None) -> str | None:
    return next((kind.value for words, kind in _TELLING if text and words.search(text)), None)


def _length(cell: Any) -> int | None:
    match = _LENGTH.fullmatch(normalise(plain(cell)))
    return int(match[1]) if match else None


def _read_spans(
    draft: Draft, dates: DateReader, lengths: Sequence[int | None]
) -> Iterator[list[Span]]:
    """Give the days that each row names; a row that names none, or impossible ones, is refused."""
    names = ("absent_on", "absent_from", "absent_until", "back_on")
    nothing = [""] * draft.size
    columns = [draft.raw(name) or nothing for name in names]
    first_field = next((name for name in names if draft.has(name)), "absent_on")
    for at, (listed, start, end, back) in enumerate(zip(*columns, strict=True)):
        found: list[Span] = []
        for name, cell in (("absent_on", listed), ("absent_from", start)):
            read = spans(cell, dates)
            if isinstance(read, Odd):
                draft.note(at, name, read, cell, refuses=True)
            else:
                found += read or []
        if found and draft.has("absent_from"):
            found = _until(draft, dates, at, found, ends=(end, back), length=lengths[at])
        if not found and at not in draft.refused:
            missing = Odd("absence_undated", "没有请假、缺勤的日期，请补填是哪几天。")
            draft.note(at, first_field, missing, refuses=True)
        for span in found:
            _judge(draft, at, span, first_field)
        yield found


def _until(
    draft: Draft,
    dates: DateReader,
    at: int,
    found: list[Span],
    *,
    ends: tuple[Any, Any],
    length: int | None,
) -> list[Span]:
    """Let a leave last until its end, the day before its pupil came back, or for its length."""
    *others, last = found
    for name, cell, less in (("absent_until", ends[0], 0), ("back_on", ends[1], 1)):
        read = spans(cell, dates, after=last.last)
        if isinstance(read, Odd):
            draft.note(at, name, read, cell, refuses=True)
            return found
        if read:
            return [*others, Span(last.first, read[-1].last - timedelta(less))]
    if length and last.first == last.last:
        return [*others, Span(last.first, _after(draft, at, last.first, length))]
    return found


def _after(draft: Draft, at: int, first: date, length: int) -> date:
    """Give the last of so many school days from ``first`` on."""
    day, left = first, length
    for offset in range(MOST_DAYS):
        day = first + timedelta(offset)
        left -= _is_taught(draft, at, day)
        if not left:
            break
    return day


def _judge(draft: Draft, at: int, span: Span, field: str) -> None:
    if span.last < span.first:
        words = f"结束日期 {span.last} 在开始日期 {span.first} 之前，请核对。"
        draft.note(at, field, Odd("absence_reversed", words), refuses=True)
    elif (span.last - span.first).days >= MOST_DAYS:
        words = f"{span.first} 至 {span.last} 超过一年，请核对年份。"
        draft.note(at, field, Odd("absence_impossible", words), refuses=True)
    elif not _EARLIEST <= span.first <= draft.today.replace(year=draft.today.year + 1, day=1):
        words = f"日期 {span.first} 不可能，请核对年份。"
        draft.note(at, field, Odd("absence_impossible", words), refuses=True)


def _is_taught(draft: Draft, at: int, day: date) -> bool:
    return day in draft.school_days(at, Month.of(day))


def _taught(draft: Draft, at: int, found: Sequence[Span]) -> set[date]:
    """Give the school days among the days; a day that is none by itself is said."""
    field = "absent_from" if draft.has("absent_from") else "absent_on"
    days = {day for span in found for day in span.days() if _is_taught(draft, at, day)}
    if not days:
        words = f"{found[0].first} 至 {found[-1].last} 没有上学日（周末、假期），请核对日期。"
        draft.note(at, field, Odd("absence_not_taught", words), refuses=True)
    for span in found if days else ():
        if span.first == span.last and span.first not in days:
            words = f"{span.first} 不是上学日，没有计入。"
            draft.note(at, field, Odd("day_not_taught", words), refuses=False)
    return days


def _compare(draft: Draft, at: int, length: int | None, found: Sequence[Span], taught: int) -> None:
    whole = sum(1 for span in found for _ in span.days())
    if length is not None and length not in {taught, whole} and at not in draft.refused:
        words = f"天数写 {length}，这些日期里有上学日 {taught} 天，以日期为准。"
        draft.note(at, "absent_days", Odd("sum_mismatch", words), length, refuses=False)


def _read_marks(draft: Draft) -> None:
    """Read a month's marks, by the legend around the table, else by the usual signs."""
    month = month_of_table(draft)
    if month is None:
        for at in range(draft.size):
            draft.note(at, "day_marks", NO_MONTH, refuses=True)
        return
    legend = {**values("attendance"), **read_legend(_lines(draft))}
    reasons = draft.values.get("absence_reason") or [None] * draft.size
    for column, raw in draft.series("day_marks"):
        for at, cell in enumerate(raw):
            word = normalise(plain(cell)).upper()
            if word not in legend and (word in {"0", "."} or is_placeholder(word)):
                continue
            meant = legend.get(word)
            if meant is None:
                words = (
                    f"“{word[:10]}”看不出是什么，请在表下写明记号的意思，如：病假△ 事假○ 旷课×。"
                )
                what = Odd("mark_unknown", words)
                draft.note(at, "day_marks", what, cell, refuses=True, column=column)
                continue
            if is_no_day(draft, at, column, month, "day_marks"):
                continue
            day = date(month.year, month.month, column.key)
            if meant == Attendance.PRESENT:
                draft.values["attended"][at].append(day.isoformat())
            elif _is_taught(draft, at, day):
                entry = [day.isoformat(), meant, reasons[at]]
                draft.values["absences"][at].append(entry)
            else:
                what = Odd("day_not_taught", f"{day} 不是上学日，没有计入。")
                draft.note(at, "day_marks", what, cell, refuses=False, column=column)


def _lines(draft: Draft) -> list[str]:
    """Give the texts above and below the table."""
    grid = draft.grid
    above = range(grid.first_row, grid.header_rows[0])
    rows = [grid.sheet.rows[number - 1] for number in (*above, *grid.tail_rows)]
    return [cell for row in rows for cell in row if isinstance(cell, str) and cell.strip()]


def read_legend(lines: Sequence[str]) -> Mapping[str, str]:
    """Read what a line of signs and words says: 注：√出勤 ×旷课, or 病假△、事假○."""
    words = values("attendance")
    known = "|".join(sorted((word for word in words if len(word) > 1), key=len, reverse=True))
    token = re.compile(f"(?P<word>{known})|(?P<sign>{_SIGN})")
    found: dict[str, str] = {}
    for line in lines:
        tokens = [(match.lastgroup, match[0].upper()) for match in token.finditer(normalise(line))]
        signs = sum(kind == "sign" for kind, _ in tokens)
        if signs < 1 or len(tokens) - signs < 1:
            continue
        # The first pair tells whether the sign stands before its word or after.
        sign_first = next((kind == "sign" for kind, _ in tokens), False)
        for (one, first), (other, second) in pairwise(tokens):
            if one != other and (one == "sign") is sign_first:
                sign, word = (first, second) if sign_first else (second, first)
                found.setdefault(sign, words[word])
    return found
