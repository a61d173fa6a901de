"""Derive what held of a subject, day by day, from all that lists say of one dated fact.

In come every list's word (:class:`Word`), in whatever order the lists reached the ledger; out come
half-open spells. A list that speaks of the fact and does not name it denies it. In a term (or the
period that the list itself names) the first word of a rank holds from its first day, a later one
from its own; a word of lower rank is heard only where no higher one holds, and completes what that
leaves empty. Dates that a list gives itself are the fact's own. Source: domain.md, "Dynamic
management".
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from jingzhun.core.listings import term_start

Value = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one list says of a fact; ``holds`` False denies it.

    ``value`` may leave parts empty (None). ``order`` is (sheet, row), later imports later: of two
    of one day and rank the later corrects. ``period_start``: the first day of the period that the
    list names, ``until`` its end; ``found_on``: since when it is so, by the list's own word;
    ``turned_on``: the day on which ``before`` became ``value``. ``own_day``: it holds from its own
    day even if it is the term's first: a full list that leaves somebody out.
    """

    rank: int
    stated_on: date
    order: tuple[int, int]
    holds: bool
    value: Value = ()
    period_start: date | None = None
    until: date | None = None
    found_on: date | None = None
    turned_on: date | None = None
    before: Value = ()
    own_day: bool = False

    @property
    def first_day(self) -> date:
        """The first day of the term or period that the word is about."""
        return self.period_start or term_start(self.stated_on)

    @property
    def speaks_on(self) -> date:
        """The day as of which the list speaks; of a period that is over, its last."""
        day = max(self.stated_on, self.found_on or self.period_start or self.stated_on)
        if self.until is not None and day >= self.until:
            return max(self.first_day, self.until - timedelta(1))
        return day

    def lasts(self, day: date) -> bool:
        """Say whether its period is not over on a day."""
        return self.until is None or day < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Days on which ``value`` held; ``word`` says so."""

    start: date
    until: date | None
    value: Value
    word: Word


_Step = tuple[date, Word, Value]


def derive(words: Sequence[Word]) -> list[Spell]:
    """Give the spells of one fact, in order."""
    ranked = _Ranked(words)
    spells: list[Spell] = []
    days = sorted({*ranked.days(), *(word.until for word in words if word.until is not None)})
    for day, until in zip_longest(days, days[1:]):
        step = ranked.at(day)
        if step is None or not step[1].holds:
            continue
        value = _completed(words, step[1], step[2])
        last = spells[-1] if spells else None
        if last is not None and last.until == day and last.value == value:
            spells[-1] = replace(last, until=until)
        else:
            spells.append(Spell(start=day, until=until, value=value, word=step[1]))
    return spells


def _completed(words: Sequence[Word], word: Word, value: Value) -> Value:
    """Fill what a word leaves empty with what lesser lists say of the same period."""
    if None not in value:
        return value
    lesser = sorted(
        (
            one
            for one in words
            if one.holds and one.rank < word.rank and one.first_day == word.first_day
        ),
        key=lambda one: (one.rank, one.stated_on, one.order),
    )
    for one in reversed(lesser):
        value = _filled(value, one.value)
    return value


def _filled(value: Value, other: Value) -> Value:
    return tuple(
        theirs if own is None else own for own, theirs in zip_longest(value, other[: len(value)])
    )


def _completed_in_time(steps: Sequence[_Step]) -> list[_Step]:
    """Fill what a word leaves empty: with what the next of its period says, else the one before.

    So the first to say a part of the fact in a term says it from the term's first day.
    """
    full: list[_Step] = []
    for start, word, value in reversed(steps):
        later = full[-1] if full else None
        if later is not None and later[1].holds and later[1].first_day == word.first_day:
            full.append((start, word, _filled(value, later[2])))
        else:
            full.append((start, word, value))
    ahead: list[_Step] = []
    for start, word, value in reversed(full):
        before = ahead[-1] if ahead else None
        if before is not None and before[1].holds and before[1].lasts(start):
            ahead.append((start, word, _filled(value, before[2])))
        else:
            ahead.append((start, word, value))
    return ahead


class _Ranked:
    """The words as steps in time, rank over rank."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._found = sorted({word.found_on for word in words if word.found_on is not None})
        self._steps: dict[int, list[_Step]] = {}
        for rank in sorted({word.rank for word in words}, reverse=True):
            heard = [
                word for word in words if word.rank == rank and self.at(word.speaks_on) is None
            ]
            self._steps[rank] = self._in_time(heard)

    def at(self, day: date) -> _Step | None:
        for steps in self._steps.values():
            now = [step for step in steps if step[0] <= day]
            if now and now[-1][1].lasts(day):
                return now[-1]
        return None

    def days(self) -> Iterator[date]:
        for steps in self._steps.values():
            yield from (step[0] for step in steps)

    def _in_time(self, words: Iterable[Word]) -> list[_Step]:
        steps: list[_Step] = []
        begun: set[date] = set()
        for word in sorted(words, key=lambda one: (one.first_day, one.stated_on, one.order)):
            pieces = self._pieces(word, is_first=word.first_day not in begun)
            begun.add(word.first_day)
            steps = [step for step in steps if step[0] < pieces[0][0]] + pieces
        return _completed_in_time(steps)

    def _pieces(self, word: Word, *, is_first: bool) -> list[_Step]:
        start = word.first_day
        if (word.own_day or not is_first) and word.lasts(word.stated_on):
            start = max(start, word.stated_on)
        if not word.holds:
            return [(start, word, ())]
        if word.found_on is not None and word.found_on <= word.speaks_on:
            start = word.found_on
        elif is_first:
            # Another list knows the day: it was not so before.
            start = max([start, *(day for day in self._found if day <= word.stated_on)])
        value = word.value
        on = word.turned_on
        if on is not None and on <= word.stated_on:
            since = [(start, word, word.before)] if start < on else []
            return [*since, (on, word, value)]
        return [(start, word, value)]
