"""School time: terms, school years, fiscal years, months; half-open periods of days.

Autumn term N is [N-09-01, N+1-03-01), spring term N is [N-03-01, N-09-01). School year N is autumn
N and spring N+1; fiscal year N is spring N and autumn N (so January N+1 belongs to fiscal year N).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Season(StrEnum):
    """Which half of the school year."""

    SPRING = "spring"
    AUTUMN = "autumn"


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open days ``[start, end)``."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def days(self) -> Iterator[date]:
        """Give every day in order."""
        for offset in range((self.end - self.start).days):
            yield self.start + timedelta(offset)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; sorts in time; ``number`` is 202611 for November 2026."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read ``2026-11`` (also 2026/11, 2026.11, 202611, 2026年11月).

        Raises:
            ValueError: not a month.
        """
        match = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})月?", text.strip())
        if not match or not 1 <= int(match[2]) <= 12 or not 1990 <= int(match[1]) <= 2100:
            raise ValueError(text)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        """Give the month of a day."""
        return cls(day.year, day.month)

    @property
    def number(self) -> int:
        """The month as one integer, 202611."""
        return self.year * 100 + self.month

    @property
    def period(self) -> Period:
        """The month's days."""
        following = self.next()
        return Period(date(self.year, self.month, 1), date(following.year, following.month, 1))

    @property
    def last_day(self) -> int:
        """The number of its last day: 28, 29, 30 or 31."""
        return (self.period.end - timedelta(1)).day

    def next(self) -> "Month":
        """Give the month after."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def term(self) -> "Term":
        """The term that the month lies in."""
        return Term.of(date(self.year, self.month, 1))

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def label(self) -> str:
        """The month in Chinese, 2026年11月."""
        return f"{self.year}年{self.month}月"


@dataclass(frozen=True, slots=True)
class Term:
    """A school term by the calendar year in which it starts."""

    year: int
    season: Season

    @classmethod
    def of(cls, day: date) -> "Term":
        """Give the term that a day lies in."""
        if day.month >= 9:
            return cls(day.year, Season.AUTUMN)
        if day.month >= 3:
            return cls(day.year, Season.SPRING)
        return cls(day.year - 1, Season.AUTUMN)

    @classmethod
    def parse(cls, text: str) -> "Term":
        """Read ``2026秋``, ``2026秋季学期``, ``2026春``, ``2026A``/``2026S``.

        Raises:
            ValueError: not a term.
        """
        match = re.fullmatch(r"(\d{4})年?([秋春AS])(季?学?期?)", text.strip())
        if not match or not 1990 <= int(match[1]) <= 2100:
            raise ValueError(text)
        return cls(int(match[1]), Season.AUTUMN if match[2] in "秋A" else Season.SPRING)

    @property
    def period(self) -> Period:
        """The term's days, holidays included."""
        if self.season is Season.AUTUMN:
            return Period(date(self.year, 9, 1), date(self.year + 1, 3, 1))
        return Period(date(self.year, 3, 1), date(self.year, 9, 1))

    @property
    def months(self) -> tuple[Month, ...]:
        """The six months of the term."""
        first = Month.of(self.period.start)
        months = [first]
        while len(months) < 6:
            months.append(months[-1].next())
        return tuple(months)

    @property
    def school_year(self) -> int:
        """The school year, named by the calendar year in which it starts."""
        return self.year if self.season is Season.AUTUMN else self.year - 1

    def __str__(self) -> str:
        return f"{self.year}{'秋' if self.season is Season.AUTUMN else '春'}"

    @property
    def label(self) -> str:
        """The term in Chinese, 2026年秋季学期."""
        return f"{self.year}年{'秋' if self.season is Season.AUTUMN else '春'}季学期"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter 季度 of a calendar year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """Give the quarter that a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read ``2026Q4`` (also 2026年四季度, 2026年第4季度).

        Raises:
            ValueError: not a quarter.
        """
        match = re.fullmatch(r"(20\d\d)(?:[Qq]([1-4])|年?第?([1-4一二三四])季度?)", text.strip())
        if not match:
            raise ValueError(text)
        number = match[2] or match[3]
        return cls(int(match[1]), _NUMERALS.find(number) + 1 or int(number))

    @property
    def months(self) -> tuple[Month, ...]:
        """The three months of the quarter."""
        return tuple(Month(self.year, self.number * 3 - back) for back in (2, 1, 0))

    @property
    def period(self) -> Period:
        """The quarter's days."""
        first, _, last = self.months
        return Period(first.period.start, last.period.end)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def label(self) -> str:
        """The quarter in Chinese, 2026年四季度."""
        return f"{self.year}年{_NUMERALS[self.number - 1]}季度"


_NUMERALS = "一二三四"


def school_year_of(day: date) -> int:
    """Give the school year of a day, named by the calendar year in which it starts."""
    return day.year if day.month >= 9 else day.year - 1


def school_year_period(year: int) -> Period:
    """Give the days of a school year: [09-01, next 09-01)."""
    return Period(date(year, 9, 1), date(year + 1, 9, 1))


def school_year_months(year: int) -> tuple[Month, ...]:
    """Give the months of school year ``year``: autumn ``year`` and spring ``year`` + 1."""
    return Term(year, Season.AUTUMN).months + Term(year + 1, Season.SPRING).months


def fiscal_year_months(year: int) -> tuple[Month, ...]:
    """Give the months of fiscal year ``year``: spring and autumn ``year``, January next included.

    The field settles by term, so fiscal year N is spring N + autumn N.
    """
    return Term(year, Season.SPRING).months + Term(year, Season.AUTUMN).months


def months_of(period: str) -> tuple[Month, ...]:
    """Give the months of a period: ``2026-11``, ``2026Q4``, ``2026秋``, ``2026年``, ``2026学年``.

    Raises:
        ValueError: not a period's name.
    """
    if match := re.fullmatch(r"(\d{4})年", period):
        return fiscal_year_months(int(match[1]))
    if match := re.fullmatch(r"(\d{4})学年", period):
        return school_year_months(int(match[1]))
    if re.fullmatch(r"\d{4}Q\d", period):
        return Quarter.parse(period).months
    try:
        return (Month.parse(period),)
    except ValueError:
        return Term.parse(period).months


def period_label(period: str) -> str:
    """Give a period's name in Chinese: 2026年11月, 2026年秋季学期; the others are names already."""
    for kind in (Month, Quarter, Term):
        try:
            return kind.parse(period).label
        except ValueError:
            continue
    return period


def months_later(day: date, months: int) -> date:
    """Give the day ``months`` later (or earlier); the last of its month where there is none.

    30 November and three months more is 28 February.
    """
    place = day.year * 12 + day.month - 1 + months
    month = Month(place // 12, place % 12 + 1)
    return date(month.year, month.month, min(day.day, month.last_day))
