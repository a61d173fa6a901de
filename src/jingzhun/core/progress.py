"""How far the yearly duties of 结对 are done, against the share of the year that is over.

A pair is asked for its own days of the year alone: ``whole × days ÷ days of the year``, what is
less than one day or one fen left away. A household is asked for the days on which anybody helped
it, whoever that was.

Source: the work plans' 结对帮扶 (every helper is at the household on 15 days of the year and gives
so much money, every household has a plan); the figures come in as norms.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from jingzhun.core.duties import Assurance, Fulfilment
from jingzhun.core.labels import Labelled
from jingzhun.core.money import Fen
from jingzhun.core.terms import Period, months_later

#: First day and the day after the last; None: still on.
Span = tuple[date, date | None]
_DAY = timedelta(1)


class Progress(Labelled):
    """How what was done compares with what the days so far ask for, the worst first."""

    BEHIND = "behind", "落后"
    ON_THE_WAY = "on_the_way", "按进度"
    AHEAD = "ahead", "全年已达标"


class Shortcoming(Labelled):
    """What is missing from a pair's duties, the gravest first."""

    NO_MEASURE = "no_measure", "没有措施"
    VISITS = "visits", "走访"
    CONTRIBUTION = "contribution", "资金"
    PLAN = "plan", "计划"
    CHECKLIST = "checklist", "核查"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRules:
    """The figures in force: for a whole year, and the months in which papers are due."""

    visit_days: int
    contribution_fen: Fen
    measure_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Which calendar year is looked at, as of which day, by which rules."""

    year: Period
    day: date
    rules: DutyRules

    @property
    def so_far(self) -> Period:
        """The days of the year that are over when ``day`` is: none before it, all after it."""
        return Period(self.year.start, min(max(self.day + _DAY, self.year.start), self.year.end))

    def last_day(self, spans: Iterable[Span]) -> date:
        """The last day that counts: the one looked at, or the pair's or the year's last before."""
        ends = [end for _, end in spans]
        ended = [] if None in ends else [max(end for end in ends if end is not None)]
        return min([self.day, *(end - _DAY for end in [self.year.end, *ended])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a pair or for a household: by the day looked at, and in all the year."""

    days_held: int
    visit_days: int
    contribution_fen: Fen
    year_visit_days: int
    year_contribution_fen: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done by the day looked at.

    ``has_measure`` says that anything at all was planned, given or written down as a measure.
    """

    visit_days: int
    contribution_fen: Fen
    has_plan: bool
    has_checklist: bool
    has_measure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found of one assurance."""

    checked_on: date
    assurance: Assurance
    fulfilment: Fulfilment


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """How many assurances somebody looked at, and which are not met."""

    checked: int
    unmet: tuple[Assurance, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every assurance was looked at."""
        return self.checked == len(Assurance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The judgement of a pair or a household."""

    asked: Asked
    done: Done
    shortcomings: tuple[Shortcoming, ...]
    progress: Progress

    @property
    def missing_days(self) -> int:
        """Visit days that are missing by the day looked at."""
        return max(0, self.asked.visit_days - self.done.visit_days)

    @property
    def missing_fen(self) -> Fen:
        """Money that is missing by the day looked at."""
        return Fen(max(0, self.asked.contribution_fen - self.done.contribution_fen))

    @property
    def rank(self) -> tuple[bool, int, int, int]:
        """A key that sorts the worst first: an error, more missing, fewer days, less money."""
        return (
            Shortcoming.NO_MEASURE not in self.shortcomings,
            -len(self.shortcomings),
            -self.missing_days,
            -self.missing_fen,
        )


def calendar_year(year: int) -> Period:
    """Give the days of a calendar year."""
    return Period(date(year, 1, 1), date(year + 1, 1, 1))


def days_of(period: Period) -> int:
    """Count the days of a period."""
    return (period.end - period.start).days


def clipped(span: Span, within: Period) -> Period:
    """Give the part of a span that lies within a period; it may be empty."""
    start = max(span[0], within.start)
    end = within.end if span[1] is None else min(span[1], within.end)
    return Period(start, max(start, end))


def covers(spans: Iterable[Span], day: date) -> bool:
    """Tell whether one of some spans contains a day."""
    return any(start <= day and (end is None or day < end) for start, end in spans)


def days_covered(spans: Iterable[Span], within: Period) -> int:
    """Count the days of a period that any of some spans covers; no day counts twice."""
    count = 0
    reached = within.start
    for part in sorted((clipped(span, within) for span in spans), key=lambda part: part.start):
        start = max(part.start, reached)
        if part.end > start:
            count += (part.end - start).days
            reached = part.end
    return count


def asked_of(spans: Iterable[Span], looked: Look) -> Asked:
    """Say what the spans in which a pair, or any pair of a household, was in force ask for."""
    held = list(spans)
    rules = looked.rules
    whole = days_of(looked.year)
    passed = days_covered(held, looked.so_far)
    all_year = days_covered(held, looked.year)
    return Asked(
        days_held=passed,
        visit_days=rules.visit_days * passed // whole,
        contribution_fen=Fen(rules.contribution_fen * passed // whole),
        year_visit_days=rules.visit_days * all_year // whole,
        year_contribution_fen=Fen(rules.contribution_fen * all_year // whole),
    )


def begun_on(spans: Iterable[Span]) -> date:
    """Give the first day of the last run of spans that follow each other without a gap.

    A pair's spans are told apart by the measures that its lists name; it is one pair still.
    """
    first, reached = date.max, date.min
    for start, end in sorted(spans, key=lambda span: span[0]):
        if first == date.max or start > reached:
            first = start
        reached = max(reached, end or date.max)
    return first


def judge(spans: Collection[Span], done: Done, looked: Look) -> Judgement:
    """Compare what was done with what the days of a pair, or of a household's pairs, ask for.

    Whoever has just begun, or begins a new year, has ``measure_months`` before money, plan and
    checklist are missed; a measure is missed so long after the pair began, be the year new or not.
    """
    asked = asked_of(spans, looked)
    lacking = tuple(_lacking(asked, done, spans, looked))
    is_over = (
        done.visit_days >= asked.year_visit_days
        and done.contribution_fen >= asked.year_contribution_fen
        and done.has_plan
        and done.has_checklist
    )
    in_time = Progress.AHEAD if is_over else Progress.ON_THE_WAY
    return Judgement(
        asked=asked,
        done=done,
        shortcomings=lacking,
        progress=Progress.BEHIND if lacking else in_time,
    )


def _lacking(
    asked: Asked, done: Done, spans: Collection[Span], looked: Look
) -> Iterator[Shortcoming]:
    begun, day = begun_on(spans), looked.last_day(spans)
    months = looked.rules.measure_months
    is_due = day > months_later(max(begun, looked.year.start), months)
    if day > months_later(begun, months) and not done.has_measure:
        yield Shortcoming.NO_MEASURE
    if done.visit_days < asked.visit_days:
        yield Shortcoming.VISITS
    if is_due and done.contribution_fen < asked.contribution_fen:
        yield Shortcoming.CONTRIBUTION
    if is_due and not done.has_plan:
        yield Shortcoming.PLAN
    if is_due and not done.has_checklist:
        yield Shortcoming.CHECKLIST


def checklist_on(found: Iterable[Finding], day: date) -> Checklist:
    """Give what was found of each assurance last, up to a day; in the order of the vocabulary."""
    latest: dict[Assurance, Finding] = {}
    for finding in sorted(found, key=lambda finding: finding.checked_on):
        if finding.checked_on <= day:
            latest[finding.assurance] = finding
    told = {
        assurance: latest[assurance].fulfilment for assurance in Assurance if assurance in latest
    }
    return Checklist(
        checked=sum(what is not Fulfilment.UNKNOWN for what in told.values()),
        unmet=tuple(assurance for assurance, what in told.items() if what is Fulfilment.UNMET),
    )
