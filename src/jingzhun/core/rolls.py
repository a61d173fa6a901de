"""Derive on whose roll a pupil was, day by day, from all that lists and events say of him.

In come every list's word (:class:`Listing`) and the dated events (:class:`Arrival`,
:class:`Leaving`), in whatever order they reached the ledger; out come half-open stretches. The
rules are domain.md's "Dynamic management":

- In a term the first list of a rank holds from the term's first day (or the day the pupil entered,
  if later), a later, different one from its own day; what was said last goes on until contradicted.
- A correction by hand holds from its own day above all lists, of school, grade and class to the
  end of its school year; what was carried over by rollover yields to the first list of the term.
- A list of lower rank speaks only where none of higher rank holds, and completes what that leaves
  empty. Of two lists of one rank and day that name different schools one is heard whatever came
  first; of one school, the one imported later: it is the correction.
- An arrival beats the lists of its own term: from its day he is there; a list made after it dates
  him from that day.
- A leaving beats lists that still have him there afterwards, and what other lists say of the days
  before it in its own term, where some list had him there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import groupby, pairwise, zip_longest
from typing import TypeVar

from jingzhun.core.terms import Term, school_year_of, school_year_period

#: A dated event 异动 outranks every list, whose ranks are 1 to 3, within its own term.
EVENT_RANK = 4


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
        return _term_start(self.stated_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A dated 转入: the pupil is in ``school`` from ``day``."""

    school: int
    day: date
    order: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A dated leaving of ``school``, until he returns there (None: not yet)."""

    school: int
    start: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """A stretch on one roll; ``order`` names the row that says so, ``rank`` with what authority."""

    start: date
    until: date | None
    school: int
    stage: str
    grade: int | None
    class_no: int | None
    entered_on: date | None
    rank: int
    stated_on: date
    order: tuple[int, int]

    def says_as(self, other: "Roll") -> bool:
        """Say whether two stretches tell the same."""
        return all(getattr(self, name) == getattr(other, name) for name in _FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stretch of one way of attending 就读方式."""

    start: date
    until: date | None
    boarding: str
    rank: int
    stated_on: date
    order: tuple[int, int]


Fact = TypeVar("Fact", int, date)
_FACTS = ("school", "stage", "grade", "class_no", "entered_on")


@cache
def _term_start(day: date) -> date:
    return Term.of(day).period.start


class _Lists:
    """The lists' words as steps in time, rank over rank; ``starts`` dates a term's first word.

    ``ends`` says how long a correction holds; None: until the next.
    """

    def __init__(
        self,
        listings: Iterable[Listing],
        starts: Callable[[Listing], date],
        ends: Callable[[Listing], date | None] = lambda _listing: None,
    ) -> None:
        self._starts, self._ends = starts, ends
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
            end = self._ends(correction)
            if correction.stated_on <= day and (end is None or day < end):
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
        for correction in self._corrections:
            yield correction.stated_on
            end = self._ends(correction)
            if end is not None:
                yield end

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


def derive_rolls(
    listings: Sequence[Listing], arrivals: Sequence[Arrival], leavings: Sequence[Leaving]
) -> list[Roll]:
    """Give the stretches on rolls that follow, in order, no two on one day."""
    named = [one for one in listings if one.school and (one.stage or not one.holds)]
    came = sorted(arrivals, key=lambda arrival: (arrival.day, arrival.order))

    def starts(listing: Listing) -> date:
        start = listing.term_start
        entered = listing.entered_on
        if entered is not None and start < entered:
            start = entered
        for arrival in came:
            if arrival.school == listing.school and start <= arrival.day <= listing.stated_on:
                start = arrival.day
        return start

    current = [one for one in named if not _is_stale(one, starts(one), leavings)]
    lists = _Lists(current, starts, _school_year_end)
    pupil = _Pupil(named, lists, came, sorted(leavings, key=lambda e: e.start))
    days = {*pupil.lists.days(), *(arrival.day for arrival in came)}
    for leaving in leavings:
        days |= {leaving.start, pupil.since(leaving)}
    return _joined([(day, pupil.on(day)) for day in sorted(days)])


def _school_year_end(listing: Listing) -> date | None:
    return school_year_period(school_year_of(listing.stated_on)).end


def _is_stale(listing: Listing, starts: date, leavings: Sequence[Leaving]) -> bool:
    """Say whether a list still has him in a school that he had left."""
    day = max(listing.stated_on, starts)
    return (
        listing.holds
        and not listing.corrects
        and any(
            leaving.school == listing.school
            and leaving.start <= day
            and (leaving.until is None or day < leaving.until)
            for leaving in leavings
        )
    )


@dataclass(frozen=True, slots=True)
class _Pupil:
    named: Sequence[Listing]
    lists: _Lists
    arrivals: Sequence[Arrival]
    leavings: Sequence[Leaving]

    def on(self, day: date) -> Roll | None:
        """Give where he is on a day; the stretch is not yet bounded."""
        listing = self.lists.at(day)
        roll = self._complete(listing, day) if listing else None
        arrival = next((a for a in reversed(self.arrivals) if a.day <= day), None)
        if arrival and listing and listing.term_start > _term_start(arrival.day):
            arrival = None  # a list of a later term knows better
        if listing and listing.corrects and (not arrival or arrival.day <= listing.stated_on):
            return roll
        if arrival:
            roll = self._arrived(arrival, roll, day)
        return self._until_left(day, roll, arrival)

    def since(self, leaving: Leaving) -> date:
        """Give the first day from which a leaving speaks for the school left."""
        term = _term_start(leaving.start)
        there = self._there(leaving.school, term)
        entered = there.entered_on if there else None
        came = [a.day for a in self.arrivals if a.school == leaving.school]
        days = [day for day in (entered, *came) if day and term < day < leaving.start]
        return max(days, default=term)

    def _arrived(self, arrival: Arrival, roll: Roll | None, day: date) -> Roll | None:
        if roll is not None and roll.school == arrival.school:
            return replace(roll, rank=EVENT_RANK, stated_on=arrival.day)
        there = self._there(arrival.school, _term_start(arrival.day))
        stage = there.stage if there else roll.stage if roll else None
        if stage is None:
            return roll
        grade = there.grade if there else None
        if grade is None and roll is not None and roll.stage == stage:
            grade = roll.grade
        return Roll(
            start=day, until=None, school=arrival.school, stage=stage, grade=grade,
            class_no=there.class_no if there else None,
            entered_on=there.entered_on if there else None,
            rank=EVENT_RANK, stated_on=arrival.day, order=arrival.order,
        )  # fmt: skip

    def _until_left(self, day: date, roll: Roll | None, arrival: Arrival | None) -> Roll | None:
        """Have him in a school that he left later in the term, where some list had him there."""
        for leaving in self.leavings:
            if not self.since(leaving) <= day < leaving.start:
                continue
            if roll is not None and roll.school == leaving.school:
                return roll
            there = self._there(leaving.school, _term_start(leaving.start))
            if there is None or (arrival is not None and arrival.school != leaving.school):
                continue
            found = self._complete(there, day)
            if there.term_start < _term_start(leaving.start) and roll is not None:
                # The school's own list is of an earlier term: the grade is this term's.
                found = replace(found, stage=roll.stage, grade=roll.grade, class_no=None)
            return replace(found, rank=EVENT_RANK, stated_on=leaving.start)
        return roll

    def _there(self, school: int, term: date) -> Listing | None:
        """Give the best word on a school: of the term, else of an earlier one."""
        said = [one for one in self.named if one.school == school and one.holds]
        known = [one for one in said if one.term_start <= term]
        return max(known, key=lambda one: (one.term_start, one.rank, one.stated_on, one.order),
                   default=None)  # fmt: skip

    def _complete(self, listing: Listing, day: date) -> Roll:
        """Make a roll of a listing; what it leaves empty others complete."""
        assert listing.school is not None  # noqa: S101 - only named listings come here
        assert listing.stage is not None  # noqa: S101 - only named listings come here
        same = [one for one in self.named if one.school == listing.school and one.holds]
        lesser = [
            one for one in same if one.rank < listing.rank and one.term_start == listing.term_start
        ]
        before = [
            one
            for one in self.named
            if one.rank == listing.rank and one.holds and one.stated_on <= listing.stated_on
        ]
        graded = [one for one in before if one.stage == listing.stage]
        here = [one for one in graded if one.school == listing.school]
        return Roll(
            start=day, until=None, school=listing.school, stage=listing.stage,
            grade=_first(listing.grade, graded, lesser, name="grade"),
            class_no=_first(listing.class_no, here, lesser, name="class_no"),
            entered_on=_first(listing.entered_on, same, name="entered_on"),
            rank=listing.rank, stated_on=listing.stated_on, order=listing.order,
        )  # fmt: skip


def _first(own: Fact | None, *groups: Sequence[Listing], name: str) -> Fact | None:
    """Give a row's own word, else the best of the first group that has one."""
    if own is not None:
        return own
    for group in groups:
        said = [one for one in group if getattr(one, name) is not None]
        if said:
            best = max(said, key=lambda one: (one.rank, one.stated_on, one.order))
            found: Fact = getattr(best, name)
            return found
    return None


def _joined(found: Sequence[tuple[date, Roll | None]]) -> list[Roll]:
    """Bound each stretch by the next and join neighbours that tell the same."""
    rolls: list[Roll] = []
    for (day, roll), following in zip_longest(found, found[1:]):
        end = following[0] if following else None
        if roll is None:
            continue
        last = rolls[-1] if rolls else None
        if last is not None and last.until == day and last.says_as(roll):
            rolls[-1] = replace(last, until=end)
        else:
            rolls.append(replace(roll, start=day, until=end))
    return rolls


def derive_stays(listings: Sequence[Listing], rolls: Sequence[Roll]) -> list[Stay]:
    """Give how he attended: the word of the school whose roll he is on, else any list's."""
    said = [one for one in listings if one.boarding is not None]
    by_school: Mapping[int | None, _Lists] = {
        school: _Lists(
            [one for one in said if school is None or one.school in {None, school}],
            lambda one: one.term_start,
        )
        for school in {None, *(roll.school for roll in rolls)}
    }
    days = {day for lists in by_school.values() for day in lists.days()}
    days |= {day for roll in rolls for day in (roll.start, roll.until) if day is not None}
    stays: list[Stay] = []
    for day, end in pairwise([*sorted(days), None]):
        assert day is not None  # noqa: S101 - only the last end is open
        school = next(
            (r.school for r in rolls if r.start <= day and (r.until is None or day < r.until)), None
        )
        word = by_school[school].at(day) or by_school[None].at(day)
        if word is None or word.boarding is None:
            continue
        last = stays[-1] if stays else None
        if last is not None and last.until == day and last.boarding == word.boarding:
            stays[-1] = replace(last, until=end)
            continue
        stays.append(
            Stay(start=day, until=end, boarding=word.boarding, rank=word.rank,
                 stated_on=word.stated_on, order=word.order)
        )  # fmt: skip
    return stays
