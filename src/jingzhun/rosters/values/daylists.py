"""Several days in one cell: 2023.9.5、9.12、10.8 and 9月3日至5日, as people note them down.

A day without its year is of the year that brings it nearest to the day before it in the cell; the
first one is read as a lone date is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jingzhun.rosters.kinds import normalise, seen
from jingzhun.rosters.values.cells import Reader, is_placeholder, plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.odd import Odd

_DAY = re.compile(
    r"(?<!\d)(?:(?P<compact>20\d{6})(?!\d)"
    r"|(?:(?P<year>20\d{2})[-./年])?(?P<month>\d{1,2})[-./月](?P<day>\d{1,2})[日号]?(?![\d月])"
    r"|(?P<only>\d{1,2})[日号]?(?![\d./月]))"
)
_LENGTH = re.compile(r"[(]?共?计?\d{1,3}(?:\.\d)?[天次][)]?$|[(]共?\d{1,3}[天次][)]")
_WITHIN = re.compile(r"^[^\d]*(?:至|到|~|-|—|–|―)[^\d]*$")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
#: A range of more days than a year has is a slip of the pen.
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both counted."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Give every day."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(offset)


def spans(cell: Any, dates: DateReader, *, after: date | None = None) -> list[Span] | Odd | None:
    """Read the days and ranges of a cell; ``after`` is the day that a first yearless one follows.

    None for nothing, an :class:`Odd` where any of it cannot be read.
    """
    if not isinstance(cell, str):
        found = dates.from_month(cell)
        if isinstance(found, str):
            return [_alone(found)]
        return found
    text = normalise(_TIME.sub("", seen(plain(cell)).replace("\n", "、").replace(" ", "、")))
    text = _LENGTH.sub("", text)
    if is_placeholder(text):
        return None
    lone = _lone(text, dates) if after is None else None
    return [_alone(lone)] if lone else _several(text, dates, after)


def span_reader(dates: DateReader) -> Reader:
    """Make a reader of a cell of days as its first and its last; a month alone is its first day."""

    def read(cell: Any) -> tuple[str, str] | Odd | None:
        whole = dates.from_month(cell) if isinstance(cell, str) else None
        if isinstance(whole, str):
            return whole, whole
        found = spans(cell, dates)
        if isinstance(found, list):
            days = [day for span in found for day in (span.first, span.last)]
            if days == sorted(days):
                return days[0].isoformat(), days[-1].isoformat()
        elif found is None or not isinstance(cell, str):
            return found
        return Odd(
            "date_invalid",
            f"日期“{seen(cell)[:24]}”读不出来或不存在，请写成 2026-09-10 或 2026年9月10日至12日。",
        )

    return read


def _alone(day: str) -> Span:
    return Span(date.fromisoformat(day), date.fromisoformat(day))


def _lone(text: str, dates: DateReader) -> str | None:
    found = dates.day(text)
    return found if isinstance(found, str) else None


def _several(text: str, dates: DateReader, after: date | None) -> list[Span] | Odd:
    result: list[Span] = []
    before, end = after, 0
    for match in _DAY.finditer(text):
        between = text[end : match.start()]
        if any(character.isdigit() for character in between):
            return _bad(text)
        day = _day(match, dates, before)
        if day is None:
            return _bad(text)
        if result and _WITHIN.fullmatch(between):
            result[-1] = Span(result[-1].first, day)
        else:
            result.append(Span(day, day))
        before, end = day, match.end()
    if not result or any(character.isdigit() for character in text[end:]):
        return _bad(text)
    return result


def _day(match: re.Match[str], dates: DateReader, before: date | None) -> date | None:
    if match["compact"]:
        return _make(match["compact"])
    if match["only"]:
        if before is None:
            return None
        return _make(f"{before:%Y%m}{int(match['only']):02d}")
    place = f"{int(match['month']):02d}{int(match['day']):02d}"
    if match["year"]:
        return _make(match["year"] + place)
    if before is None:
        found = dates.day(f"{match['month']}月{match['day']}日")
        return date.fromisoformat(found) if isinstance(found, str) else None
    made = [_make(f"{before.year + years}{place}") for years in (-1, 0, 1)]
    return min(
        (day for day in made if day is not None),
        key=lambda day: abs((day - before).days),
        default=None,
    )


def _make(compact: str) -> date | None:
    try:
        return date(int(compact[:4]), int(compact[4:6]), int(compact[6:]))
    except ValueError:
        return None


def _bad(text: str) -> Odd:
    return Odd(
        "days_unreadable",
        f"日期“{text[:30]}”读不出来或不存在，请写成 2026-09-03，几天用“、”隔开，连着的写“至”。",
    )
