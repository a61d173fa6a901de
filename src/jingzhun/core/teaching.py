"""When schools teach: the default term dates, and what somebody set otherwise.

A word sets the dates of a term, closes days, or has days taught that are not by default; it speaks
of one school or of all. The last word on a day (on an end of a term) holds, and a school's word
stands before the general one. Taking a setting back is a word too: nothing is ever removed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from jingzhun.core.labels import Labelled
from jingzhun.core.terms import Season, Term

#: Default teaching dates, first and last day as (month, day); the autumn one passes the new year.
TEACHING = {Season.AUTUMN: ((9, 1), (1, 20)), Season.SPRING: ((3, 1), (7, 10))}


class Teaching(Labelled):
    """What somebody set of a school's teaching 校历设置."""

    TERM = "term", "学期起止"
    CLOSED = "closed", "停课"
    TAUGHT = "taught", "补课"
    USUAL = "usual", "照常"


class DayKind(Labelled):
    """What a day is in a school's calendar 校历."""

    TAUGHT = "taught", "上课"
    MADE_UP = "made_up", "调休上课"
    ADDED = "added", "补课"
    WEEKEND = "weekend", "周末"
    HOLIDAY = "holiday", "法定假日"
    CLOSED = "closed", "停课"
    OUT_OF_TERM = "out_of_term", "寒暑假"

    @property
    def is_taught(self) -> bool:
        """Whether such a day is a school day."""
        return self in {DayKind.TAUGHT, DayKind.MADE_UP, DayKind.ADDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What somebody said of the teaching of a school ("" all): of a term, or of days.

    Of a term ``first`` and ``last`` are its teaching dates, None where this word leaves them.
    """

    said: Teaching
    school: str = ""
    term: Term | None = None
    first: date | None = None
    last: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is set for a school: first and last day by term, words on single days."""

    firsts: Mapping[Term, date] = field(default_factory=lambda: MappingProxyType({}))
    lasts: Mapping[Term, date] = field(default_factory=lambda: MappingProxyType({}))
    days: Mapping[date, tuple[Teaching, str]] = field(default_factory=lambda: MappingProxyType({}))

    def span(self, term: Term) -> tuple[date, date]:
        """Give the first and the last teaching day of a term."""
        first, last = usual_span(term)
        return self.firsts.get(term, first), self.lasts.get(term, last)

    def over(self, general: "Settings") -> "Settings":
        """Put these settings before others."""
        return Settings(
            firsts={**general.firsts, **self.firsts},
            lasts={**general.lasts, **self.lasts},
            days={**general.days, **self.days},
        )


#: Nobody said anything.
USUAL_TEACHING = Settings()


def usual_span(term: Term) -> tuple[date, date]:
    """Give the default teaching dates of a term."""
    first, last = TEACHING[term.season]
    return date(term.year, *first), date(term.year + (last < first), *last)


def settings_of(words: Iterable[Word], school: str = "") -> Settings:
    """Give what the words, in the order in which they were said, set for a school ("" all)."""
    words = list(words)
    general = _heard(word for word in words if not word.school)
    if not school:
        return general
    return _heard(word for word in words if word.school == school).over(general)


def _heard(words: Iterable[Word]) -> Settings:
    firsts: dict[Term, date] = {}
    lasts: dict[Term, date] = {}
    days: dict[date, tuple[Teaching, str]] = {}
    for word in words:
        if word.term is not None:
            for ends, end in ((firsts, word.first), (lasts, word.last)):
                if word.said is Teaching.USUAL:
                    ends.pop(word.term, None)
                elif end is not None:
                    ends[word.term] = end
        elif word.first is not None and word.last is not None:
            for offset in range((word.last - word.first).days + 1):
                day = word.first + timedelta(offset)
                if word.said is Teaching.USUAL:
                    days.pop(day, None)
                else:
                    days[day] = (word.said, word.reason)
    return Settings(firsts=firsts, lasts=lasts, days=days)
