"""Spans of days in one cell: 2026年9月10日至12日, 9.10-9.12, 2026.9.10—2026.9.12, 9.5、9.12."""

import re
from datetime import date, datetime
from typing import Any

from jingzhun.rosters.cells import is_placeholder, plain
from jingzhun.rosters.dates import DateReader
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.odd import Odd

Span = tuple[str, str]

_WORDS = re.compile(r"[至到~、,;]+")
_DASHES = re.compile(r"[-—–―]{1,2}(?=\d)")
_DAY_ONLY = re.compile(r"(\d{1,2})[日号]?")
_MONTH_DAY = re.compile(r"(\d{1,2})[月./-](\d{1,2})[日号]?")
_CLOCK = re.compile(
    r"(?:[上下]午|晚上)?\d{1,2}[::]\d{2}(?:[-—–~至]\d{1,2}[::]\d{2})?|[上下]午"
    r"|\(?(?:周|星期)[一二三四五六日天]\)?"
)


def span_reader(dates: DateReader) -> Any:
    """Make a reader of days and spans of days, as (first, last)."""

    def read(cell: Any) -> Span | Odd | None:
        if isinstance(cell, float | int | date | datetime):
            return _of_day(dates.from_month(cell))
        text = _CLOCK.sub("", normalise(plain(cell)))
        if is_placeholder(text):
            return None
        whole = dates.from_month(text)
        if isinstance(whole, str):
            return whole, whole
        parts = _cut(text)
        if len(parts) < 2:
            return whole if isinstance(whole, Odd) else None
        return _of_parts(dates, parts, text)

    return read


def _of_day(found: str | Odd | None) -> Span | Odd | None:
    return (found, found) if isinstance(found, str) else found


def _cut(text: str) -> list[str]:
    """Cut a span into its days: at words like 至, else at the dash in the middle."""
    if _WORDS.search(text):
        return [part for part in _WORDS.split(text) if part]
    parts = [part for part in _DASHES.split(text) if part]
    if len(parts) in {4, 5, 6}:
        # 2026-09-10-2026-09-12: dashes all the way.
        return ["-".join(parts[:3]), "-".join(parts[3:])]
    return parts


def _of_parts(dates: DateReader, parts: list[str], text: str) -> Span | Odd:
    fault = Odd(
        "date_invalid",
        f"日期“{text[:24]}”读不出来或不存在，请写成 2026-09-10 或 2026年9月10日至12日。",
    )
    first = dates.from_month(parts[0])
    if not isinstance(first, str):
        return fault
    days = [first]
    for part in parts[1:]:
        found = _following(dates, part, days[-1])
        if found is None:
            return fault
        days.append(found)
    return (days[0], days[-1]) if days == sorted(days) else fault


def _following(dates: DateReader, part: str, before: str) -> str | None:
    """Read a later day of a span, whose year and month may be those of the day before it."""
    year, month = int(before[:4]), int(before[5:7])
    day, both = _DAY_ONLY.fullmatch(part), _MONTH_DAY.fullmatch(part)
    if both:
        month, number = int(both[1]), int(both[2])
        year += month < int(before[5:7])
    elif day:
        number = int(day[1])
    else:
        found = dates.from_month(part)
        return found if isinstance(found, str) else None
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return None
