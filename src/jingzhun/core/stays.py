"""How a pupil attended, day by day: the word of the school whose roll he is on, else any list's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from jingzhun.core.listings import Listing, Lists
from jingzhun.core.rolls import Roll


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stretch of one way of attending 就读方式."""

    start: date
    until: date | None
    boarding: str
    rank: int
    stated_on: date
    order: tuple[int, int]


def derive_stays(listings: Sequence[Listing], rolls: Sequence[Roll]) -> list[Stay]:
    """Give how he attended: the word of the school whose roll he is on, else any list's."""
    said = [one for one in listings if one.boarding is not None]
    by_school: Mapping[int | None, Lists] = {
        school: Lists(
            [one for one in said if school is None or one.school in {None, school}],
            lambda one: one.term_start,
        )
        for school in {None, *(roll.school for roll in rolls)}
    }
    days: set[date] = {day for lists in by_school.values() for day in lists.days()}
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
