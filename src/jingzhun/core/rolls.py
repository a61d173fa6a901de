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

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import TypeVar

from jingzhun.core.listings import Listing, Lists, term_start
from jingzhun.core.terms import school_year_of, school_year_period

#: A dated event 异动 outranks every list, whose ranks are 1 to 3, within its own term.
EVENT_RANK = 4
#: A list that names some pupils in passing, as a ledger of dropouts does, is no roll of a class.
PASSING_RANK = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A dated 转入: the pupil is in ``school`` from ``day``."""

    school: int
    day: date
    order: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A dated leaving of ``school``, until he returns there (None: not yet).

    ``stage``: who graduated from it may be in the school's next; None: of every stage.
    """

    school: int
    start: date
    until: date | None
    stage: str | None = None


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


Fact = TypeVar("Fact", int, date)
_FACTS = ("school", "stage", "grade", "class_no", "entered_on")


def derive_rolls(
    listings: Sequence[Listing], arrivals: Sequence[Arrival], leavings: Sequence[Leaving]
) -> list[Roll]:
    """Give the stretches on rolls that follow, in order, no two on one day."""
    corrections = sorted(
        (one for one in listings if one.corrects), key=lambda one: (one.stated_on, one.order)
    )
    named = [
        one for one in listings if one.school and (one.stage or not one.holds) and not one.corrects
    ]
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
    pupil = _Pupil(
        named, Lists(current, starts), came, sorted(leavings, key=lambda e: e.start), corrections
    )
    days = {*pupil.lists.days(), *(arrival.day for arrival in came)}
    for leaving in leavings:
        days |= {leaving.start, pupil.since(leaving)}
    for correction in corrections:
        days |= {correction.stated_on, _school_year_end(correction)}
    return _joined([(day, pupil.corrected_on(day)) for day in sorted(days)])


def _school_year_end(listing: Listing) -> date:
    return school_year_period(school_year_of(listing.stated_on)).end


def _is_stale(listing: Listing, starts: date, leavings: Sequence[Leaving]) -> bool:
    """Say whether a list still has him in a school that he had left."""
    day = max(listing.stated_on, starts)
    return listing.holds and any(
        leaving.school == listing.school
        and leaving.stage in {None, listing.stage}
        and leaving.start <= day
        and (leaving.until is None or day < leaving.until)
        for leaving in leavings
    )


@dataclass(frozen=True, slots=True)
class _Pupil:
    named: Sequence[Listing]
    lists: Lists
    arrivals: Sequence[Arrival]
    leavings: Sequence[Leaving]
    corrections: Sequence[Listing] = ()

    def corrected_on(self, day: date) -> Roll | None:
        """Give where he is on a day, with what was set by hand for its school year."""
        roll = self.on(day)
        for one in self.corrections:
            if roll is None or not one.stated_on <= day < _school_year_end(one):
                continue
            told = {name: getattr(one, name) for name in _FACTS if getattr(one, name) is not None}
            if one.school not in {None, roll.school}:
                told.setdefault("class_no", None)
            roll = replace(roll, **told, rank=one.rank, stated_on=one.stated_on, order=one.order)
        return roll

    def on(self, day: date) -> Roll | None:
        """Give where he is on a day; the stretch is not yet bounded."""
        listing = self.lists.at(day)
        roll = self._complete(listing, day) if listing else None
        arrival = next((a for a in reversed(self.arrivals) if a.day <= day), None)
        if arrival and listing and listing.term_start > term_start(arrival.day):
            arrival = None  # a list of a later term knows better
        if arrival:
            roll = self._arrived(arrival, roll, day)
        return self._until_left(day, roll, arrival)

    def since(self, leaving: Leaving) -> date:
        """Give the first day from which a leaving speaks for the school left."""
        term = term_start(leaving.start)
        there = self._there(leaving.school, term)
        entered = there.entered_on if there else None
        came = [a.day for a in self.arrivals if a.school == leaving.school]
        days = [day for day in (entered, *came) if day and term < day < leaving.start]
        return max(days, default=term)

    def _arrived(self, arrival: Arrival, roll: Roll | None, day: date) -> Roll | None:
        if roll is not None and roll.school == arrival.school:
            return replace(roll, rank=EVENT_RANK, stated_on=arrival.day)
        there = self._there(arrival.school, term_start(arrival.day))
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
            there = self._there(leaving.school, term_start(leaving.start))
            if there is None or (arrival is not None and arrival.school != leaving.school):
                continue
            found = self._complete(there, day)
            if there.term_start < term_start(leaving.start) and roll is not None:
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
