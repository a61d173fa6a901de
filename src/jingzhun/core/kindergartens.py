"""Pairs of kindergartens 结对园: what a term asks of the helping one, what the helped one reached.

Of a pair that is in force for a part of a term's teaching days that part of the hours and lectures
is asked, what is less than a whole one left away; a visit is asked in every month in which schools
teach and the pair is in force on all its teaching days.

Source: the work plans' 幼儿园结对帮扶 (篇9); the figures come in as norms.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jingzhun.core.labels import Labelled
from jingzhun.core.progress import Span, days_covered, days_of
from jingzhun.core.teaching import usual_span
from jingzhun.core.terms import Month, Period, Term

_DAY = timedelta(1)


class PairDuty(Labelled):
    """A duty of a term that is not done, or a mark of the year that is not reached."""

    VISITS = "visits", "每月入园"
    HOURS = "hours", "送教课时"
    LECTURES = "lectures", "专题讲座"
    GOOD = "good", "优课率"
    PASSED = "passed", "合格率"
    PAPERS = "papers", "论文"
    FILE = "file", "档案"


class PairState(Labelled):
    """How far a term's duties are done, the worst first."""

    MISSED = "missed", "逾期未完成"
    BEHIND = "behind", "落后"
    ON_THE_WAY = "on_the_way", "按进度"
    DONE = "done", "已完成"


class FileItem(Labelled):
    """What the file of a pair 一对一档案 holds."""

    PLAN = "plan", "计划"
    MEASURES = "measures", "方案措施"
    RECORDS = "records", "过程资料"
    SUMMARY = "summary", "总结"
    RESEARCH = "research", "专题研究"
    PARENTS = "parents", "家长工作"
    FEATURE = "feature", "特色建设"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRules:
    """The figures in force; shares are hundredths of a percent."""

    visits_a_month: int
    visit_months: frozenset[int]
    visit_forms: frozenset[str]
    hours_a_term: int
    hour_forms: frozenset[str]
    lectures_a_term: int
    lecture_forms: frozenset[str]
    good_share: int
    passed_share: int
    papers_a_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What a pair did together, from the first day to the last; ``is_there``: at the helped one."""

    started_on: date
    ended_on: date
    forms: frozenset[str]
    hours_milli: int | None
    is_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TermWork:
    """What a pair did in a term by a day, against what was asked by then and in all the term."""

    term: Term
    visited: tuple[Month, ...]
    missed: tuple[Month, ...]
    hours_milli: int
    hours_asked: int
    hours_term: int
    lectures: int
    lectures_asked: int
    lectures_term: int
    lacking: tuple[PairDuty, ...]
    state: PairState


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a list says that a pair reached in a period; None: it does not say."""

    rated: int | None
    good: int | None
    passed: int | None
    papers: int | None
    file: tuple[bool | None, ...] = ()


def work_of(
    spans: Sequence[Span], activities: Iterable[Activity], term: Term, day: date, rules: PairRules
) -> TermWork:
    """Judge a pair's term on a day; ``activities`` are the pair's own, of whatever time."""
    first, last = usual_span(term)
    taught = Period(first, last + _DAY)
    so_far = Period(first, min(max(day + _DAY, first), taught.end))
    done = [each for each in activities if each.started_on <= day]
    mine = [each for each in done if each.started_on in term.period]
    asked = _months_asked(spans, term, rules)
    visited = tuple(month for month in asked if _visits(done, month, day, rules))
    missed = tuple(
        month for month in asked if month not in visited and _last_taught(month, term) <= day
    )
    hours = sum(each.hours_milli or 0 for each in mine if each.forms & rules.hour_forms)
    lectures = sum(bool(each.forms & rules.lecture_forms) for each in mine)
    whole, by_now = days_covered(spans, taught), days_covered(spans, so_far)
    length = days_of(taught)
    hours_term, hours_asked = (rules.hours_a_term * days // length for days in (whole, by_now))
    lectures_term, lectures_asked = (
        rules.lectures_a_term * days // length for days in (whole, by_now)
    )
    lacking = (
        *([PairDuty.VISITS] if missed else []),
        *([PairDuty.HOURS] if hours < hours_asked * 1000 else []),
        *([PairDuty.LECTURES] if lectures < lectures_asked else []),
    )
    is_done = hours >= hours_term * 1000 and lectures >= lectures_term and visited == asked
    late = PairState.MISSED if day >= last else PairState.BEHIND
    return TermWork(
        term=term, visited=visited, missed=missed, hours_milli=hours, hours_asked=hours_asked,
        hours_term=hours_term, lectures=lectures, lectures_asked=lectures_asked,
        lectures_term=lectures_term, lacking=lacking,
        state=late if lacking else PairState.DONE if is_done else PairState.ON_THE_WAY,
    )  # fmt: skip


def _months_asked(spans: Sequence[Span], term: Term, rules: PairRules) -> tuple[Month, ...]:
    taught = {month: _taught_in(month, term) for month in term.months}
    return tuple(
        month
        for month, days in taught.items()
        if month.month in rules.visit_months
        and days_of(days) > 0
        and days_covered(spans, days) == days_of(days)
    )


def _taught_in(month: Month, term: Term) -> Period:
    first, last = usual_span(term)
    start = max(first, month.period.start)
    return Period(start, max(start, min(last + _DAY, month.period.end)))


def _last_taught(month: Month, term: Term) -> date:
    return _taught_in(month, term).end - _DAY


def _visits(activities: Iterable[Activity], month: Month, day: date, rules: PairRules) -> bool:
    """Say whether there were visits enough in a month; what lasts is of each month it is in."""
    count = sum(
        each.started_on < month.period.end and min(each.ended_on, day) >= month.period.start
        for each in activities
        if each.is_there or each.forms & rules.visit_forms
    )
    return count >= rules.visits_a_month


def reached_in(year: Reached | None, parts: Sequence[Reached]) -> Reached:
    """Put together what is said of a school year: of the year itself, else the sum of its parts.

    Of the file the last part that says anything holds.
    """
    every = [*parts, *([year] if year else [])]
    of_lessons = [year] if year and year.rated is not None else [*parts]
    files = [each.file for each in every if each.file]
    return Reached(
        rated=_sum(each.rated for each in of_lessons),
        good=_sum(each.good for each in of_lessons),
        passed=_sum(each.passed for each in of_lessons),
        papers=year.papers
        if year and year.papers is not None
        else _sum(each.papers for each in parts),
        file=tuple(
            next((flag for flag in reversed(flags) if flag is not None), None)
            for flags in zip(*files, strict=True)
        ),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    told = [number for number in numbers if number is not None]
    return sum(told) if told else None


def share_of(part: int | None, whole: int | None) -> int | None:
    """Give a part of the rated lessons in hundredths of a percent, what is less left away."""
    return None if part is None or not whole else part * 10_000 // whole


def missing_items(reached: Reached) -> list[FileItem]:
    """Give what a list says the file lacks; what nobody looked at is not named."""
    flags = zip(FileItem, reached.file, strict=False)
    return [item for item, flag in flags if flag is False]


def marks_missed(reached: Reached, *, is_over: bool, rules: PairRules) -> tuple[PairDuty, ...]:
    """Name the marks of a school year that are not reached; papers are due when it is over."""
    good, passed = share_of(reached.good, reached.rated), share_of(reached.passed, reached.rated)
    missed = {
        PairDuty.GOOD: good is not None and good < rules.good_share,
        PairDuty.PASSED: passed is not None and passed < rules.passed_share,
        PairDuty.PAPERS: is_over and (reached.papers or 0) < rules.papers_a_year,
        PairDuty.FILE: bool(missing_items(reached)),
    }
    return tuple(duty for duty, is_missed in missed.items() if is_missed)
