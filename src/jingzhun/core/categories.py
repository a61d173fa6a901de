"""Derive in which category a household was, day by day, from all that lists say of it.

In come every list's word on one category (:class:`Word`), in whatever order the lists reached the
ledger; out come half-open spells. A list that speaks of a category and does not name it for a
household denies it. In a term the first word of a rank holds from the term's first day, a later one
from its own; a word of lower rank is heard only where no higher one holds. Dates that a list gives
itself (风险识别时间, 风险消除时间) are the fact's own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from jingzhun.core.listings import term_start


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one list says of one category of a household; ``holds`` False denies it.

    ``order`` is (sheet, row), later imports later: of two of one day and rank the later corrects.
    """

    rank: int
    stated_on: date
    order: tuple[int, int]
    holds: bool
    risk_removed: bool | None = None
    found_on: date | None = None
    removed_on: date | None = None

    @property
    def is_dated(self) -> bool:
        """Whether the list dates the category itself."""
        return self.found_on is not None or self.removed_on is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Days in a category; ``word`` says so."""

    start: date
    until: date | None
    risk_removed: bool | None
    word: Word


_Step = tuple[date, Word, bool | None]


def derive_category(words: Sequence[Word]) -> list[Spell]:
    """Give the spells in one category, in order."""
    ranked = _Ranked(words)
    spells: list[Spell] = []
    days = sorted(set(ranked.days()))
    for day, until in zip_longest(days, days[1:]):
        step = ranked.at(day)
        if step is None or not step[1].holds:
            continue
        _start, word, removed = step
        if removed is None:
            removed = _completed(words, word)
        last = spells[-1] if spells else None
        if last is not None and last.until == day and last.risk_removed == removed:
            spells[-1] = replace(last, until=until)
        else:
            spells.append(Spell(start=day, until=until, risk_removed=removed, word=word))
    return spells


def _completed(words: Sequence[Word], word: Word) -> bool | None:
    """Give what lesser lists of the term say of the risk, where the better one is silent."""
    lesser = [
        one
        for one in words
        if one.holds
        and one.risk_removed is not None
        and one.rank < word.rank
        and term_start(one.stated_on) == term_start(word.stated_on)
    ]
    best = max(lesser, key=lambda one: (one.rank, one.stated_on, one.order), default=None)
    return None if best is None else best.risk_removed


class _Ranked:
    """The words as steps in time, rank over rank."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._found = sorted({word.found_on for word in words if word.found_on is not None})
        self._steps: dict[int, list[_Step]] = {}
        for rank in sorted({word.rank for word in words}, reverse=True):
            heard = [
                word for word in words if word.rank == rank and self.at(word.stated_on) is None
            ]
            self._steps[rank] = self._in_time(heard)

    def at(self, day: date) -> _Step | None:
        for steps in self._steps.values():
            now = [step for step in steps if step[0] <= day]
            if now:
                return now[-1]
        return None

    def days(self) -> Iterator[date]:
        for steps in self._steps.values():
            yield from (step[0] for step in steps)

    def _in_time(self, words: Iterable[Word]) -> list[_Step]:
        steps: list[_Step] = []
        terms: set[date] = set()
        for word in sorted(words, key=lambda word: (word.stated_on, word.order)):
            first = term_start(word.stated_on)
            pieces = self._pieces(word, steps, is_first=first not in terms)
            terms.add(first)
            steps = [step for step in steps if step[0] < pieces[0][0]] + pieces
        return steps

    def _pieces(self, word: Word, before: Sequence[_Step], *, is_first: bool) -> list[_Step]:
        start = term_start(word.stated_on) if is_first else word.stated_on
        if not word.holds:
            return [(start, word, None)]
        if word.found_on is not None and word.found_on <= word.stated_on:
            start = word.found_on
        elif is_first:
            # Another list knows the day: it was not found before.
            start = max([start, *(day for day in self._found if day <= word.stated_on)])
        removed = word.risk_removed
        if removed is None:
            held = [step for step in before if step[0] <= start]
            removed = held[-1][2] if held and held[-1][1].holds else None
        on = word.removed_on
        if removed and on is not None and on <= word.stated_on:
            since = [(start, word, False)] if start < on else []
            return [*since, (on, word, True)]
        return [(start, word, removed)]
