"""Dates as people write them → ISO text, or an :class:`Odd` that says what is wrong.

Seen: 20130901, 2013.9, 2013/9/1, 2013年9月1日(号), 2013—9—1, 2013。9。1, 2013、9、1, 201309,
20130901.0, serial numbers 20000-60000 also as text, 9月7日 and 9.12 without a year.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from jingzhun.rosters.kinds import normalise, seen
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.odd import Odd

_SEP = r"[-/\\.—–―。、,年_]+"
_DAY = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}})(?:月|{_SEP})(\d{{1,2}})[日号]?")
_MONTH = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}})月?(?:份)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0|000000)?")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})(?:\.0)?")
_SERIAL = re.compile(r"([2-5]\d{4})(?:\.\d+)?")
#: What 2013.10 and 9.30 become as numbers; in a text file nothing tells them from text.
_LOST_NOUGHT = re.compile(r"\d{4}\.1|\d{1,2}\.[123]")
_YEARLESS = re.compile(r"(\d{1,2})[月./-](\d{1,2})[日号]?")
_YEAR = re.compile(r"(\d{4})年?(?:\.0)?")
_TIME_OF_DAY = re.compile(r"[T\s]+(?:上午|下午)?\d{1,2}:\d{1,2}.*$")
_BLANK_BETWEEN = re.compile(r"(?<=\d)\s+(?=\d)")
_TAIL = re.compile(r"(?:起|止|至今|前|左右|出生|生)?[.。、,;]*$")
_EXPECTED = "请写成 2013-09-01 或 2013年9月1日"


class DateReader:
    """Read a column of dates, knowing what a cell alone does not say.

    ``year_hint`` is the year of the title; without it a day without a year is the last such day not
    after ``latest``, the last day of which the list can speak (``today`` unless told). ``is_typed``
    is False for text files, which write a number and a text alike.
    """

    def __init__(
        self,
        *,
        today: date,
        date_1904: bool = False,
        is_typed: bool = True,
        year_hint: int | None = None,
        latest: date | None = None,
    ) -> None:
        self._today = today
        self._latest = latest or today
        self._epoch = date(1904, 1, 1) if date_1904 else date(1899, 12, 30)
        self._is_typed = is_typed
        self._year_hint = year_hint

    def day(self, cell: Any) -> str | Odd | None:
        """Read a day; a month alone gives its first day with a remark."""
        if isinstance(cell, datetime):
            return self._in_range(cell.date(), cell)
        if isinstance(cell, date):
            return self._in_range(cell, cell)
        if isinstance(cell, str):
            return self._written(cell)
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            return self._number(float(cell))
        return _bad(plain(cell))

    def _written(self, cell: str) -> str | Odd | None:
        # Blanks are looked at before they go: 2013-9-1 00:00 is no tenth, 2013 9 no serial number.
        text = _TIME_OF_DAY.sub("", seen(plain(cell)))
        text = normalise(_BLANK_BETWEEN.sub("-", text.strip()))
        if not self._is_typed and _LOST_NOUGHT.fullmatch(text):
            return _ambiguous(text)
        return None if is_placeholder(text) else self._text(_TAIL.sub("", text))

    def month(self, cell: Any) -> str | Odd | None:
        """Read a month or a day as the first of its month, without remark (入学年月)."""
        found = _without_its_year(cell) or self.day(cell)
        if isinstance(found, Odd) and found.code == "date_month_only":
            return str(found.value)
        return f"{found[:7]}-01" if isinstance(found, str) else found

    def from_month(self, cell: Any) -> str | Odd | None:
        """Read a day; a month alone quietly counts from its first day (events)."""
        found = self.day(cell)
        return found.value if isinstance(found, Odd) and found.code == "date_month_only" else found

    def birth(self, cell: Any) -> str | Odd | None:
        """Read a birth date: not in the future, not before 1900."""
        found = _without_its_year(cell) or self.day(cell)
        born = found.value if isinstance(found, Odd) else found
        if isinstance(born, str) and not "1900-01-01" <= born <= self._today.isoformat():
            return Odd("date_invalid", f"出生日期 {born} 不可能，{_EXPECTED}。")
        return found

    def _number(self, number: float) -> str | Odd | None:
        if number == 0:
            return None
        if not 1 <= number < 1e9:
            return _bad(str(number))
        whole = int(number)
        if whole == number or whole > 3000:
            if 20000 <= whole < 60000:
                return self._in_range(self._epoch + timedelta(whole), number)
            return self._text(str(whole))
        # 2013.09 can only be September; 2013.1 has lost its nought or never had one.
        text = repr(number)
        return _ambiguous(text) if _LOST_NOUGHT.fullmatch(text) else self._text(text)

    def _text(self, text: str) -> str | Odd:
        for pattern, read in self._patterns():
            match = pattern.fullmatch(text)
            if match:
                return read(match)
        return _bad(text)

    def _patterns(
        self,
    ) -> tuple[tuple[re.Pattern[str], "Callable[[re.Match[str]], str | Odd]"], ...]:
        return (
            (_DAY, self._full),
            (_COMPACT, self._full),
            (_MONTH, self._first_of_month),
            (_SERIAL, lambda m: self._in_range(self._epoch + timedelta(int(m[1])), m[0])),
            (_COMPACT_MONTH, self._first_of_month),
            (_YEARLESS, self._without_year),
            (_YEAR, lambda m: Odd("date_year_only", f"“{m[0]}”只有年份，{_EXPECTED}。")),
        )

    def _full(self, match: re.Match[str]) -> str | Odd:
        return self._make(int(match[1]), int(match[2]), int(match[3]), match[0])

    def _first_of_month(self, match: re.Match[str]) -> str | Odd:
        made = self._make(int(match[1]), int(match[2]), 1, match[0])
        if isinstance(made, Odd):
            return made
        return Odd("date_month_only", f"“{match[0]}”只到月份，按当月1日记。", made)

    def _without_year(self, match: re.Match[str]) -> str | Odd:
        month, day = int(match[1]), int(match[2])
        year = self._year_hint or self._latest.year
        made = self._make(year, month, day, match[0])
        if isinstance(made, str) and self._year_hint is None and made > self._latest.isoformat():
            return self._make(year - 1, month, day, match[0])
        return made

    def _make(self, year: int, month: int, day: int, seen: object) -> str | Odd:
        try:
            return self._in_range(date(year, month, day), seen)
        except ValueError:
            return _bad(str(seen))

    @staticmethod
    def _in_range(day: date, seen: object) -> str | Odd:
        return day.isoformat() if 1900 <= day.year <= 2100 else _bad(str(seen))


def _without_its_year(cell: Any) -> Odd | None:
    """Give the fault of a day whose year is not said and cannot be guessed (9月7日, 9.12)."""
    text = normalise(plain(cell))
    if not _YEARLESS.fullmatch(text):
        return None
    return Odd("date_invalid", f"“{text}”没有年份，{_EXPECTED}。")


@cache
def _bad(text: str) -> Odd:
    return Odd("date_invalid", f"日期“{text[:20]}”读不出来或不存在，{_EXPECTED}。")


def _ambiguous(text: str) -> Odd:
    whole, first = text.split(".")
    unit, example = ("月", "2013年10月") if len(whole) == 4 else ("日", "9月30日")
    return Odd(
        "date_ambiguous",
        f"“{text}”分不清是{first}{unit}还是{first}0{unit}，没有采用；请写成文字，如 {example}。",
    )
