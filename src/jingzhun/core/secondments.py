"""Staff sent away 派出: kinds, the least that each must last, and how far one has come.

A secondment lasts from its first day to its last, both included: 2026-09-01 to 2027-08-31 is a
year. A term is served by half a year, or by all the teaching days of one term: the holidays that
follow need not be waited for.
"""

from collections.abc import Mapping
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


class Served(Labelled):
    """How long somebody was away, against the least that the kind must last."""

    SHORT = "short", "提前结束"
    PLANNED_SHORT = "planned_short", "计划期限不足"
    NOT_YET = "not_yet", "未满"
    REACHED = "reached", "已满"
    FREE = "free", "没有规定"


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """The shortest that a kind of secondment may be, in months or in terms; neither: no rule."""

    months: int = 0
    terms: int = 0

    @property
    def label(self) -> str:
        """The length in Chinese: 1年, 6个月, 1学期; nothing where there is no rule."""
        if self.terms:
            return f"{self.terms}学期"
        years, months = divmod(self.months, 12)
        return (f"{years}年" if years else "") + (f"{months}个月" if months else "")

    def filled_on(self, started_on: date) -> date | None:
        """Give the last day of the least that begins on a day; None where there is no rule."""
        if self.months:
            return months_later(started_on, self.months) - _DAY
        if not self.terms:
            return None
        by_months = months_later(started_on, 6 * self.terms) - _DAY
        term = _first_whole_term(started_on)
        for _ in range(self.terms - 1):
            term = Term.of(term.period.end)
        return min(by_months, usual_span(term)[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The figures in force: the least of each kind, the age of the rota, what counts as sent."""

    least: Mapping[SecondmentKind, Least]
    age: int
    counted: frozenset[SecondmentKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """One secondment as the ledger knows it: planned until ``due_on``, over on ``ended_on``."""

    kind: SecondmentKind
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


def is_young(born_on: date, day: date, age: int) -> bool:
    """Say whether somebody is under an age on a day; on the birthday itself they are not.

    Who was born on 29 February has the birthday on the 28th in a common year.
    """
    return day < months_later(born_on, age * 12)


def _first_whole_term(day: date) -> Term:
    """Give the first term all of whose teaching days are still to come on a day, or begin on it."""
    term = Term.of(day)
    return term if day <= usual_span(term)[0] else Term.of(term.period.end)
