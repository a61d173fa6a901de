"""What lists say of a pupil's schooling, as steps in time: which word holds on which day.

The rules are domain.md's "Dynamic management": in a term the first list of a rank holds from the
term's first day, a later, different one from its own; a list of lower rank speaks only where none
of higher rank holds; corrections by hand stand above all.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby

from jingzhun.core.terms import Term


@cache
def term_start(day: date) -> date:
    """Give the first day of the term that a day lies in."""
    return Term.of(day).period.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One row's word on a pupil's schooling; None where it says nothing.

    ``order`` is (sheet, row), later imports later. ``holds`` False: a full list of the school
    without him. ``has_left``: its own 学生状态 says that he is no longer there. ``corrects``: set
    by hand. ``foretells``: carried over into the new school year, before its lists are there.
    """

    school: int | None = None
    school_name: str = ""
    stage: str | None = None
    grade: int | None = None
    class_no: int | None = None
    entered_on: date | None = None
    boarding: str | None = None
    rank: int
    stated_on: date
    order: tuple[int, int]
    holds: bool = True
    has_left: bool = False
    corrects: bool = False
    foretells: bool = False

    @property
    def term_start(self) -> date:
        """The first day of the term in which the list was made."""
        return term_start(self.stated_on)


class Lists:
    """The lists' words as steps in time, rank over rank; ``starts`` dates a term's first word.

    A correction among them holds from its own day until the next.
    """

    def __init__(self, listings: Iterable[Listing], starts: Callable[[Listing], date]) -> None:
        self._starts = starts
        self._steps: dict[int, list[tuple[date, Listing | None]]] = {}
        by_rank: dict[int, list[Listing]] = {}
        self._corrections: list[Listing] = []
        for listing in listings:
            if listing.corrects:
                self._corrections.append(listing)
            else:
                by_rank.setdefault(listing.rank, []).append(listing)
        self._corrections.sort(key=lambda listing: (listing.stated_on, listing.order))
        for rank in sorted(by_rank, reverse=True):
            heard = [one for one in by_rank[rank] if self._listed(self.speaks_on(one)) is None]
            self._steps[rank] = self._in_time(heard)

    def speaks_on(self, listing: Listing) -> date:
        """Give the day as of which a list speaks."""
        return max(listing.stated_on, self._starts(listing))

    def at(self, day: date) -> Listing | None:
        """Give the word that holds on a day."""
        for correction in reversed(self._corrections):
            if correction.stated_on <= day:
                return correction
        return self._listed(day)

    def _listed(self, day: date) -> Listing | None:
        for steps in self._steps.values():
            now = [listing for start, listing in steps if start <= day]
            if now and now[-1] is not None:
                return now[-1]
        return None

    def days(self) -> Iterator[date]:
        """Give every day on which another word begins to hold."""
        for steps in self._steps.values():
            yield from (start for start, _listing in steps)
        yield from (correction.stated_on for correction in self._corrections)

    def _in_time(self, listings: Sequence[Listing]) -> list[tuple[date, Listing | None]]:
        steps: list[tuple[date, Listing | None]] = []
        terms: set[date] = set()
        ordered = sorted(listings, key=lambda listing: (listing.stated_on, *listing.order))
        for _day, group in groupby(ordered, key=lambda listing: listing.stated_on):
            for listing in _one_school(list(group)):
                held = steps[-1][1] if steps else None
                if not listing.holds:
                    if held is not None and held.school == listing.school:
                        steps.append((listing.stated_on, None))
                        terms.add(listing.term_start)
                    continue
                is_first = listing.term_start not in terms
                start = self._starts(listing) if is_first else self.speaks_on(listing)
                if not listing.foretells:
                    terms.add(listing.term_start)
                steps = [step for step in steps if step[0] < start]
                steps.append((start, listing))
        return steps


def _one_school(group: Sequence[Listing]) -> Sequence[Listing]:
    """Of what lists of one day say, give what is heard: of one school, corrections last."""
    closings = [listing for listing in group if not listing.holds]
    named = [listing for listing in group if listing.holds]
    if not named:
        return closings
    best = max(named, key=lambda listing: (not listing.has_left, listing.school_name))
    return [*closings, [one for one in named if one.school == best.school][-1]]
