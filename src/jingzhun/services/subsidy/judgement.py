"""Judge one pupil by one scheme in one month, in plain Python, and remember why.

The amounts are those that ``store.entitlement`` writes for everybody at once; tests hold the two to
each other. Here every condition keeps this pupil's fact and where it came from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from jingzhun.core.conditions import evaluate
from jingzhun.core.money import Fen
from jingzhun.core.policy import Fee, Rate, Scheme, Version, rate_for, split_for
from jingzhun.core.policy_vocabulary import FeePart, Recipient, Yields
from jingzhun.core.vocabulary import Confidence, Stage, Unit, label_of
from jingzhun.services.subsidy.findings import Finding, find, find_one, no_rate, presence, say_day
from jingzhun.store.history import History, link_words
from jingzhun.store.plans import MonthPlan, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a run writes: one pupil, scheme, month and school.

    ``rate`` is the rule's, of the last day; ``fee`` the school's, where the rate is measured by it.
    """

    school_id: int
    days: int | None
    rate_fen: Fen
    amount_fen: Fen
    beside: int | None = None
    split_no: int | None
    version: Version
    rate: Rate
    fee: Fee | None = None

    @property
    def confidence(self) -> Confidence:
        """How far the rate was checked against its document."""
        return self.rate.confidence or self.version.confidence

    @property
    def shares(self) -> dict[str, Fen]:
        """What each fund source pays."""
        return self.version.split(self.amount_fen, self.split_no)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """School days in a row for which nothing is due, and why."""

    first: date
    last: date
    days: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The decision: lines, or the reason why there are none.

    ``findings`` are the conditions on the day that says most; ``missed`` only for schemes by the
    day that are granted in part.
    """

    lines: tuple[Line, ...]
    version: Version | None
    findings: tuple[Finding, ...]
    missed: tuple[Missed, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """One school day under one version."""

    day: date
    version: Version
    school_id: int | None
    rate: Rate | None
    split_no: int | None
    reason: str  # empty: the day counts


def judge(history: History, plan: MonthPlan, scheme: Scheme) -> Judgement:
    """Judge a pupil by what holds for a scheme in a month, at the schools where the pupil was."""
    if scheme.recipient is not Recipient.PUPIL:
        version = scheme.version_on(plan.general.calendar.deciding_day)
        reason = f"发给{scheme.recipient.label}，不发给学生"
        return Judgement(lines=(), version=version, findings=(), missed=(), reason=reason)
    plans = (plan.general, *(plan.of(school_id) for school_id in history.schools))
    if any(each.entitlement(scheme).stretches for each in plans):
        return _by_day(history, plan, scheme)
    place = place_of(history, plan)
    version = place.plan.entitlement(scheme).version
    if version is not None:
        return _by_month(history, version, place)
    version = plan.pack.rule_on(scheme, place.day)
    return Judgement(
        lines=(),
        version=version,
        # Whether the pupil would have it in a month in which it is paid.
        findings=find(history, version, place.day) if version else (),
        missed=(),
        reason=f"{plan.month.label}{_not_paid(version)}",
    )


def _not_paid(version: Version | None) -> str:
    if version is None:
        return "没有生效的标准"
    return "没有上课日" if version.unit is Unit.DAY else "不在发放月份内"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a pupil's month is counted: the school's plan and its deciding day.

    ``obstacle`` says why it is not counted there all the same: the pupil was not yet, or no more,
    at the school on its own first day, or the month is that of another record of the same human.
    """

    plan: Plan
    day: date
    obstacle: str = ""


def place_of(history: History, plan: MonthPlan) -> Place:
    """Give the first school on whose own first school day the pupil is there."""
    claim = _claim(history, plan)
    if claim is not None:
        day, own = claim
        for twin in history.twins:
            earlier = _claim(twin, plan)
            if earlier is not None and earlier[0] < day:
                obstacle = f"这个月在另一条记录名下计算{link_words(twin.person)}"
                return Place(plan=own, day=day, obstacle=obstacle)
        return Place(plan=own, day=day)
    general = plan.general.calendar.deciding_day
    enrolment = history.enrolment_on(general)
    if enrolment is None:
        return Place(plan=plan.general, day=general)
    own = plan.of(enrolment.school_id)
    day = own.calendar.deciding_day
    later = history.enrolment_on(day)
    if later is not None and later.school_id == enrolment.school_id:
        return Place(plan=own, day=day)
    name = history.schools[enrolment.school_id].name
    return Place(plan=own, day=day, obstacle=f"{say_day(day)}（第一个上课日）不在{name}")


def _claim(history: History, plan: MonthPlan) -> tuple[date, Plan] | None:
    """Give the first school day on which the pupil is at the school that begins on it."""
    schools = {each.school_id for each in history.enrolments}
    days = {school_id: plan.of(school_id).calendar.deciding_day for school_id in schools}
    for school_id, day in sorted(days.items(), key=lambda item: (item[1], item[0])):
        enrolment = history.enrolment_on(day)
        if (
            enrolment is not None
            and enrolment.school_id == school_id
            and history.standing_on(day, school_id) is None
        ):
            return day, plan.of(school_id)
    return None


def _by_month(history: History, version: Version, place: Place) -> Judgement:
    day = place.day
    findings = find(history, version, day)
    if place.obstacle:
        findings = (replace(findings[0], actual=place.obstacle, holds=False), *findings[1:])
    failed = next((finding for finding in findings if not finding.holds), None)
    reason = failed.reason if failed else ""
    line: Line | None = None
    if failed is None:
        line, reason = _month_line(history, version, place)
    lines = () if line is None else (line,)
    return Judgement(lines=lines, version=version, findings=findings, missed=(), reason=reason)


def _month_line(history: History, version: Version, place: Place) -> tuple[Line | None, str]:
    """Give the line of an eligible pupil, or why there is none."""
    day, month = place.day, place.plan.calendar.month
    facts, enrolment = history.facts_on(day), history.enrolment_on(day)
    rate = rate_for(version, facts)
    if rate is None or enrolment is None:
        return None, no_rate(history, version, day)
    fee = None if rate.fee is None else history.fee_on(day)
    whole = rate.whole(fee, len(version.months_with(month)))
    if rate.fee is not None and not whole:
        school = history.schools[enrolment.school_id].name
        if whole is None:
            return None, f"{school}没有登记{label_of(Stage, enrolment.stage)}的收费标准"
        return None, f"{school}没有{'收费' if rate.fee is FeePart.WAIVED else rate.fee.label}"
    rate_fen, amount, beside = whole or Fen(0), Fen(0), None
    if version.yields is Yields.MONEY:
        amount = version.month_amount(rate_fen, month) or Fen(0)
    else:
        beside = version.month_amount(rate_fen if rate.sets is None else rate.sets, month)
    line = Line(
        school_id=enrolment.school_id,
        days=None,
        rate_fen=rate_fen,
        amount_fen=amount,
        beside=beside,
        split_no=split_for(version, facts),
        version=version,
        rate=rate,
        fee=fee,
    )
    return line, ""


def _by_day(history: History, plan: MonthPlan, scheme: Scheme) -> Judgement:
    month = plan.month.number
    judged = [
        _judge_day(history, version, day, month)
        for day, version in _school_days(history, plan, scheme)
    ]
    if not judged:
        version = scheme.version_on(plan.general.calendar.deciding_day)
        reason = f"{plan.month.label}没有上课日"
        return Judgement(lines=(), version=version, findings=(), missed=(), reason=reason)
    days = _within_meals(history, judged, month)
    counting = [day for day in days if not day.reason]
    lines = tuple(_line(school_id, run) for school_id, run in _by_school(counting))
    # Of the days that fail, the one on which most holds says most about why.
    told = counting[-1] if counting else max(days, key=lambda day: _held(history, day))
    return Judgement(
        lines=lines,
        version=told.version,
        findings=find(history, told.version, told.day),
        missed=tuple(_missed(days)) if lines else (),
        reason="" if lines else told.reason,
    )


def _school_days(
    history: History, plan: MonthPlan, scheme: Scheme
) -> Iterator[tuple[date, Version]]:
    """Give the school days of the school where the pupil is on each, with what holds on it."""
    for day in plan.month.period.days():
        enrolment = history.enrolment_on(day)
        own = plan.of(enrolment.school_id if enrolment else None)
        for stretch in own.entitlement(scheme).stretches:
            if day in stretch.days:
                yield day, stretch.version


def _judge_day(history: History, version: Version, day: date, month: int) -> _Day:
    enrolment = history.enrolment_on(day)
    school_id = enrolment.school_id if enrolment else None
    facts = history.facts_on(day)
    rate = rate_for(version, facts)
    reason = _failure(history, version, day) or ("" if rate else no_rate(history, version, day))
    if not reason and day in history.absences and (school_id, month) not in history.meals:
        reason = "缺勤"
    return _Day(
        day=day,
        version=version,
        school_id=school_id,
        rate=rate,
        split_no=split_for(version, facts),
        reason=reason,
    )


def _failure(history: History, version: Version, day: date) -> str:
    """Give the reason of the first condition that fails; "" when all hold."""
    at_school = presence(history, day)
    if not at_school.holds:
        return at_school.reason
    facts = history.facts_on(day)
    failed = (each for each in version.conditions if not evaluate(each, facts))
    return next((find_one(history, condition, day).reason for condition in failed), "")


def _within_meals(history: History, days: Sequence[_Day], month: int) -> list[_Day]:
    """Drop counting days beyond an imported count of meal days, from the month's beginning."""
    found = list(days)
    left = {school: row.days for (school, number), row in history.meals.items() if number == month}
    for place in reversed(range(len(found))):
        day = found[place]
        if day.reason or day.school_id not in left:
            continue
        left[day.school_id] -= 1
        if left[day.school_id] < 0:
            meals = history.meals[day.school_id, month].days
            found[place] = replace(day, reason=f"登记的用餐天数为{meals}天")
    return found


def _by_school(counting: Sequence[_Day]) -> Iterator[tuple[int, list[_Day]]]:
    for school_id in sorted({day.school_id for day in counting if day.school_id is not None}):
        yield school_id, [day for day in counting if day.school_id == school_id]


def _line(school_id: int, days: Sequence[_Day]) -> Line:
    rates = [day.rate for day in days if day.rate is not None]
    amounts = [rate.amount_fen or Fen(0) for rate in rates]
    return Line(
        school_id=school_id,
        days=len(rates),
        rate_fen=amounts[-1],
        amount_fen=Fen(sum(amounts)),
        split_no=days[-1].split_no,
        version=days[-1].version,
        rate=rates[-1],
    )


def _held(history: History, day: _Day) -> tuple[int, date]:
    facts = history.facts_on(day.day)
    at_school = presence(history, day.day).holds
    return at_school + sum(evaluate(each, facts) for each in day.version.conditions), day.day


def _missed(days: Sequence[_Day]) -> list[Missed]:
    missed = []
    for reason, run in groupby(days, key=lambda day: day.reason):
        found = [day.day for day in run]
        if reason:
            missed.append(Missed(first=found[0], last=found[-1], days=len(found), reason=reason))
    return missed
