"""Staff sent away 派出: kinds, the least that each must last, and how far one has come.

A secondment lasts from its first day to its last, both included: 2026-09-01 to 2027-08-31 is a
year. A term is served by half a year, or by all the teaching days of one term: the holidays that
follow need not be waited for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jingzhun.core.labels import Labelled
from jingzhun.core.teaching import usual_span
from jingzhun.core.terms import Term, months_later

_DAY = timedelta(1)


class SecondmentKind(Labelled):
    """What somebody is sent away for."""

    FIELD = "field", "下派"
    TEACHING = "teaching", "支教"
    ATTACHED = "attached", "挂职"
    TRAINING = "training", "培训"


class SecondmentState(Labelled):
    """Where somebody who was sent is on a day."""

    OVERDUE = "overdue", "超期未归"
    AWAY = "away", "派出中"
    AHEAD = "ahead", "尚未开始"
    BACK = "back", "已返回"


class Concern(Labelled):
    """What somebody must look into, of a secondment."""

    OVERDUE = "overdue", "超期未归"
    SHORT = "short", "没有满最短期限"
    PLANNED_SHORT = "planned_short", "计划期限不足"
    BROKEN = "broken", "中途中断"
    OVERLAP = "overlap", "时间重叠"
    LEFT = "left", "本人已不在职"


class Served(Labelled):
    """How long somebody was away, against the least that the kind must last."""

    SHORT = "short", "提前结束"
    PLANNED_SHORT = "planned_short", "计划期限不足"
    NOT_YET = "not_yet", "未满"
    REACHED = "reached", "已满"
    FREE = "free", "没有规定"


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """The shortest that a kind of secondment may be: months, or terms if these are over sooner.

    Whoever begins within ``grace`` days of a term's first day is there for the term. Neither months
    nor terms: no rule.
    """

    months: int = 0
    terms: int = 0
    grace: int = 0

    @property
    def label(self) -> str:
        """The length in Chinese: 1年, 6个月, 1学期; nothing where there is no rule."""
        years, months = divmod(self.months, 12)
        told = (f"{years}年" if years else "") + (f"{months}个月" if months else "")
        return told or (f"{self.terms}学期" if self.terms else "")

    def filled_on(self, started_on: date) -> date | None:
        """Give the last day of the least that begins on a day; None where there is no rule."""
        months = [count for count in (self.months, 6 * self.terms) if count]
        ends = [months_later(started_on, count) - _DAY for count in months]
        if self.terms:
            term = _first_whole_term(started_on - timedelta(self.grace))
            for _ in range(self.terms - 1):
                term = Term.of(term.period.end)
            ends.append(usual_span(term)[1])
        return min(ends, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """One secondment as the ledger knows it: planned until ``due_on``, over on ``ended_on``.

    ``place`` is where to, as written; "" where nobody said.
    """

    kind: SecondmentKind
    place: str = ""
    started_on: date
    due_on: date | None = None
    ended_on: date | None = None

    @property
    def last_on(self) -> date | None:
        """The last day, as it was or as it is planned; None: nobody said."""
        return self.ended_on or self.due_on

    def covers(self, first: date, last: date | None) -> bool:
        """Say whether any day from ``first`` to ``last`` (None: for good) is of this one.

        Who is to be back, and is not, is away: only an end that was recorded ends it.
        """
        begins_before_the_end = last is None or self.started_on <= last
        return begins_before_the_end and (self.ended_on is None or self.ended_on >= first)

    def meets(self, other: "Away") -> bool:
        """Say whether two of one person have a day in common, by their planned ends."""
        first, second = sorted((self, other), key=lambda away: away.started_on)
        return first.last_on is None or first.last_on >= second.started_on


def state_on(away: Away, day: date) -> SecondmentState:
    """Say where somebody sent is on a day."""
    if away.started_on > day:
        return SecondmentState.AHEAD
    if away.ended_on is not None and away.ended_on < day:
        return SecondmentState.BACK
    if away.due_on is not None and away.due_on < day:
        return SecondmentState.OVERDUE
    return SecondmentState.AWAY


def served_on(away: Away, day: date, least: Least) -> Served:
    """Compare a secondment on a day with the least that its kind must last."""
    filled = least.filled_on(away.started_on)
    if filled is None:
        return Served.FREE
    if away.ended_on is not None and away.ended_on <= day:
        return Served.REACHED if away.ended_on >= filled else Served.SHORT
    if filled <= day:
        return Served.REACHED
    # What is recorded of a later end was not known on that day, unless it was the plan.
    last = away.due_on or away.ended_on
    return Served.PLANNED_SHORT if last is not None and last < filled else Served.NOT_YET


def joined(spells: Iterable[Away]) -> list[list[Away]]:
    """Put together what of a person's is one secondment: nothing but holidays between its parts.

    A year that a list tells term by term is a year. Only the same kind and place go together.
    """
    found: list[list[Away]] = []
    for spell in sorted(spells, key=lambda each: (each.kind, each.place, each.started_on)):
        if found and _goes_on(found[-1], spell):
            found[-1].append(spell)
        else:
            found.append([spell])
    return sorted(found, key=lambda spells: spells[0].started_on)


def _goes_on(spells: Sequence[Away], spell: Away) -> bool:
    last = whole(spells).last_on
    is_same = (spells[0].kind, spells[0].place) == (spell.kind, spell.place)
    return is_same and (last is None or not is_taught(last + _DAY, spell.started_on))


def whole(spells: Sequence[Away]) -> Away:
    """Give the secondment that joined ones make."""
    ends = [spell.ended_on for spell in spells]
    dues = [spell.due_on or spell.ended_on for spell in spells]
    return Away(
        kind=spells[0].kind,
        place=spells[0].place,
        started_on=spells[0].started_on,
        due_on=None if None in dues else max(due for due in dues if due is not None),
        ended_on=None if None in ends else max(end for end in ends if end is not None),
    )


def is_taught(first: date, end: date) -> bool:
    """Say whether any day of ``[first, end)`` lies in the teaching dates of a term."""
    term = Term.of(first)
    while term.period.start < end:
        begins, last = usual_span(term)
        if first <= last and begins < end:
            return True
        term = Term.of(term.period.end)
    return False


def is_young(born_on: date, day: date, age: int) -> bool:
    """Say whether somebody is under an age on a day; on the birthday itself they are not.

    Who was born on 29 February has the birthday on the 28th in a common year.
    """
    return day < months_later(born_on, age * 12)


def _first_whole_term(day: date) -> Term:
    """Give the first term all of whose teaching days are still to come on a day, or begin on it."""
    term = Term.of(day)
    return term if day <= usual_span(term)[0] else Term.of(term.period.end)
