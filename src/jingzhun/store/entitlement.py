"""Who gets what in a month: resolved policy versions → ``INSERT … SELECT`` into ``run_line``.

Schemes by the month look at the deciding day only and write a month's part of the rate. Schemes by
the day count the school days on which a pupil was enrolled, eligible and present. Hardly anybody's
facts change inside a month, so those who do not change are judged once and get all its days; only
who *moves* (a fact begins or ends between the first and the last school day) is joined with each
day. Both ways give the same lines; ``tests`` hold them to the plain evaluator.

An absence takes its day away. An imported count of meal days stands in place of the absences: at
most so many of the eligible days count.

Invariant: spells of one pupil's timeline do not overlap, so no day is found twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Join,
    MetaData,
    Select,
    Table,
    and_,
    case,
    exists,
    func,
    insert,
    join,
    literal,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from jingzhun.core.calendar import MonthDays
from jingzhun.core.policy import Pack, Rate, Scheme, Version, facts_of
from jingzhun.core.vocabulary import Unit
from jingzhun.store.conditions import SCHOOL_FACTS, TIMED, by_rate, eligible
from jingzhun.store.matches import are_there_twins, having_twins
from jingzhun.store.presence import Day, doubled, present
from jingzhun.store.schema import (
    Absence,
    Enrolment,
    HouseholdCategory,
    MealDays,
    Person,
    RunLine,
    School,
    StandingSpell,
)

Lines = Select[*tuple[Any, ...]]
_COLUMNS = (
    "run_id", "scheme", "person_id", "month", "school_id", "stage", "grade", "class_no", "days",
    "rate_fen", "amount_fen", "version_from",
)  # fmt: skip
_MOVING = Table(
    "moving", MetaData(), Column("person_id", Integer, primary_key=True), prefixes=["TEMPORARY"]
)
# A table, for the planner must walk pupils first and days within: a pupil's facts lie together.
_TAUGHT = Table("taught", MetaData(), Column("day", Date, primary_key=True), prefixes=["TEMPORARY"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """School days in a row on which one resolved version holds."""

    version: Version
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """One scheme in one month.

    ``version`` is the one in force on the deciding day, by the month; or ``stretches`` cover the
    school days, by the day. Neither: the scheme pays nothing in this month.
    """

    scheme: Scheme
    version: Version | None = None
    stretches: tuple[Stretch, ...] = ()

    @property
    def versions(self) -> tuple[Version, ...]:
        """The versions that the month's amounts come from."""
        by_day = (stretch.version for stretch in self.stretches)
        return tuple(by_day) if self.version is None else (self.version,)


def entitlement_of(pack: Pack, scheme: Scheme, calendar: MonthDays) -> Entitlement:
    """Look up what holds for a scheme in a month."""
    deciding = pack.rule_on(scheme, calendar.deciding_day)
    if deciding is not None and deciding.unit is not Unit.DAY:
        pays = deciding.month_amount(deciding.rates[0].amount_fen, calendar.month) is not None
        return Entitlement(scheme=scheme, version=deciding if pays else None)
    rules = [(pack.rule_on(scheme, day), day) for day in calendar.days]
    stretches = (
        Stretch(version=version, days=tuple(day for _, day in run))
        for version, run in groupby(rules, key=lambda rule: rule[0])
        if version is not None and version.unit is Unit.DAY
    )
    return Entitlement(scheme=scheme, stretches=tuple(stretches))


def insert_lines(
    connection: Connection,
    run_id: int,
    calendar: MonthDays,
    entitlements: Sequence[Entitlement],
    *,
    school_id: int | None = None,
) -> None:
    """Write a run's lines of one month, of one school or of all (None).

    ``entitlements`` ascend by scheme, so that lines are written in the order of their key.
    """
    work = _Work(connection, run_id, calendar, school_id)
    daily = [each for each in entitlements if len(each.stretches) == 1]
    work.find_moving(daily)
    try:
        for each in entitlements:
            if each.version is not None:
                work.insert(work.by_month(each.scheme, each.version))
            elif len(each.stretches) == 1:
                work.insert(work.by_whole_month(each.scheme, each.stretches[0]))
                if work.has_moving:
                    work.insert(work.by_each_day(each.scheme, each.stretches))
            elif each.stretches:
                # A rate that changes inside the month is rare: everybody is joined with each day.
                work.insert(work.by_each_day(each.scheme, each.stretches, everybody=True))
    finally:
        work.close()


class _Work:
    """The statements of one month."""

    def __init__(
        self, connection: Connection, run_id: int, calendar: MonthDays, school_id: int | None
    ) -> None:
        self._connection = connection
        self._run_id = run_id
        self._month = calendar.month.number
        self._calendar = calendar
        self._school_id = school_id
        self.has_moving = False
        self._twins = are_there_twins(connection)
        self._has_absences = self._any(select(Absence.day).where(Absence.day.in_(calendar.days)))
        self._has_meals = self._any(select(MealDays.days).where(MealDays.month == self._month))

    def insert(self, lines: Lines) -> None:
        """Write what a SELECT of the line's columns gives."""
        self._connection.execute(insert(RunLine).from_select(_COLUMNS, lines))

    def close(self) -> None:
        """Drop the helping tables."""
        for table in (_MOVING, _TAUGHT):
            table.drop(self._connection)

    def find_moving(self, daily: Sequence[Entitlement]) -> None:
        """Collect who has a boundary between the month's first and last school day."""
        for table in (_MOVING, _TAUGHT):
            table.create(self._connection)
        if not self._calendar.days:
            return
        taught = [{"day": day} for day in self._calendar.days]
        self._connection.execute(insert(_TAUGHT), taught)
        if not daily:
            return
        facts = {fact for each in daily for fact in facts_of(each.stretches[0].version)}
        timelines = {TIMED[fact].timeline for fact in facts if fact in TIMED}
        moved: list[Lines] = [
            select(timeline.person_id).where(self._changes(timeline))
            for timeline in (Enrolment, StandingSpell, *timelines - {HouseholdCategory})
        ]
        if HouseholdCategory in timelines:
            moved.append(
                select(Person.id)
                .join(HouseholdCategory, HouseholdCategory.household_id == Person.household_id)
                .where(self._changes(HouseholdCategory))
            )
        # Few have a twin, and much of a twin may change: every day of theirs is looked at.
        if self._twins:
            moved.append(select(Person.id).where(Person.identity.in_(having_twins())))
        self._connection.execute(insert(_MOVING).from_select(["person_id"], union(*moved)))
        self.has_moving = self._any(select(_MOVING.c.person_id))

    def by_month(self, scheme: Scheme, version: Version) -> Lines:
        """Give the lines of a scheme by the term or year."""
        month, day = self._calendar.month, self._calendar.deciding_day
        amount = self._by_rate(
            version, day, lambda rate: version.month_amount(rate.amount_fen, month) or 0
        )
        return self._lines(scheme, version, literal(None, Integer), amount)

    def by_whole_month(self, scheme: Scheme, stretch: Stretch) -> Lines:
        """Give the lines of a scheme by the day for those whose facts do not change."""
        days: ColumnElement[int] = literal(len(stretch.days))
        absent = (
            select(Absence.person_id, func.count().label("days"))
            .where(Absence.day.in_(stretch.days))
            .group_by(Absence.person_id)
            .subquery()
        )
        if self._has_absences:
            days = days - func.coalesce(absent.c.days, 0)
        if self._has_meals:
            days = func.coalesce(_least(MealDays.days, len(stretch.days)), days)
        rate = self._by_rate(stretch.version, stretch.days[0])
        query = self._lines(scheme, stretch.version, days, rate * days)
        if self._has_absences:
            query = query.outerjoin(absent, absent.c.person_id == Enrolment.person_id)
        if self._has_meals:
            query = query.outerjoin(MealDays, self._meals_of_pupil())
        if self._has_absences or self._has_meals:
            query = query.where(days > 0)
        if self.has_moving:
            query = query.where(Enrolment.person_id.not_in(select(_MOVING.c.person_id)))
        return query

    def by_each_day(
        self, scheme: Scheme, stretches: Sequence[Stretch], *, everybody: bool = False
    ) -> Lines:
        """Give the lines of a scheme by the day from a judgement of every day.

        A line shows grade, class and rate of its last day.
        """
        every = [self._judged(stretch) for stretch in stretches]
        if not everybody:
            every = [
                query.where(Enrolment.person_id.in_(select(_MOVING.c.person_id))) for query in every
            ]
        judged = union_all(*every).subquery("judged")
        same = [judged.c[name] for name in judged.c.keys() if name != "day"]  # noqa: SIM118
        spells = (
            select(*same, func.count().label("days"), func.max(judged.c.day).label("last"))
            .group_by(*same)
            .subquery("spells")
        )
        unit = (spells.c.person_id, spells.c.school_id)
        days: ColumnElement[int] = spells.c.days
        if self._has_meals:
            # The meal count is used up from the month's end.
            later = func.sum(spells.c.days).over(
                partition_by=unit, order_by=spells.c.last.desc(), rows=(None, -1)
            )
            left = spells.c.meals - func.coalesce(later, 0)
            days = case(
                (spells.c.meals.is_(None), days), (left <= 0, 0), (left < days, left), else_=days
            )
        counted = select(*spells.c, days.label("counted")).subquery("counted")
        unit = (counted.c.person_id, counted.c.school_id)
        summed = select(
            *counted.c,
            func.row_number().over(partition_by=unit, order_by=counted.c.last.desc()).label("back"),
            func.sum(counted.c.counted).over(partition_by=unit).label("all_days"),
            func.sum(counted.c.rate_fen * counted.c.counted)
            .over(partition_by=unit)
            .label("amount_fen"),
        ).subquery("summed")
        line = summed.c
        return (
            select(
                literal(self._run_id),
                literal(scheme.key),
                line.person_id,
                literal(self._month),
                line.school_id,
                line.stage,
                line.grade,
                line.class_no,
                line.all_days,
                line.rate_fen,
                line.amount_fen,
                line.version_from,
            )
            .where(line.back == 1, line.all_days > 0)
            .order_by(line.person_id, line.school_id)
        )

    def _judged(self, stretch: Stretch) -> Lines:
        """Give one row for each pupil and day of a stretch on which the pupil is eligible."""
        day: ColumnElement[date] = _TAUGHT.c.day
        within = day.between(stretch.days[0], stretch.days[-1])
        meals = (
            select(MealDays.days).where(self._meals_of_pupil()).scalar_subquery()
            if self._has_meals
            else literal(None, Integer)
        )
        query = (
            select(
                Enrolment.person_id,
                Enrolment.school_id,
                Enrolment.stage,
                Enrolment.grade,
                Enrolment.class_no,
                day.label("day"),
                self._by_rate(stretch.version, day).label("rate_fen"),
                literal(stretch.version.starts).label("version_from"),
                meals.label("meals"),
            )
            .select_from(_pupils(stretch.version).join(_TAUGHT, within))
            .where(*self._gets(stretch.version, day))
        )
        if self._has_absences:
            absent = exists().where(Absence.person_id == Enrolment.person_id, Absence.day == day)
            counted = exists().where(self._meals_of_pupil())
            query = query.where(or_(~absent, counted) if self._has_meals else ~absent)
        return query

    def _lines(
        self,
        scheme: Scheme,
        version: Version,
        days: ColumnElement[Any],
        amount: ColumnElement[int],
    ) -> Lines:
        """Give the lines of who is present and eligible on the day that decides."""
        day = self._calendar.deciding_day
        return (
            select(
                literal(self._run_id),
                literal(scheme.key),
                Enrolment.person_id,
                literal(self._month),
                Enrolment.school_id,
                Enrolment.stage,
                Enrolment.grade,
                Enrolment.class_no,
                days,
                self._by_rate(version, day),
                amount,
                literal(version.starts),
            )
            .select_from(_pupils(version))
            .where(*self._gets(version, day))
            .order_by(Enrolment.person_id)
        )

    def _gets(self, version: Version, day: Day) -> Sequence[ColumnElement[bool]]:
        """Say who gets something on a day: present, eligible, counted in no other record."""
        counts = (~doubled(day),) if self._twins else ()
        scope = () if self._school_id is None else (Enrolment.school_id == self._school_id,)
        return (present(day), *counts, *eligible(version, day, twins=self._twins), *scope)

    def _by_rate(
        self, version: Version, day: Day, amount: Callable[[Rate], int] | None = None
    ) -> ColumnElement[int]:
        return by_rate(version, day, amount or attrgetter("amount_fen"), twins=self._twins)

    def _meals_of_pupil(self) -> ColumnElement[bool]:
        return and_(
            MealDays.person_id == Enrolment.person_id,
            MealDays.school_id == Enrolment.school_id,
            MealDays.month == self._month,
        )

    def _changes(self, timeline: Any) -> ColumnElement[bool]:
        """Say that a spell begins or ends inside the month's school days."""
        first, last = self._calendar.days[0], self._calendar.days[-1]
        return and_(
            timeline.superseded_in.is_(None),
            or_(
                and_(timeline.valid_from > first, timeline.valid_from <= last),
                and_(timeline.valid_until > first, timeline.valid_until <= last),
            ),
        )

    def _any(self, query: Lines) -> bool:
        return self._connection.execute(query.limit(1)).first() is not None


def _pupils(version: Version) -> Join:
    """Give the enrolments with their persons, and with their schools where the version asks."""
    pupils = join(Enrolment, Person, Person.id == Enrolment.person_id)
    if facts_of(version).isdisjoint(SCHOOL_FACTS):
        return pupils
    return pupils.join(School, School.id == Enrolment.school_id)


def _least(value: InstrumentedAttribute[int], limit: int) -> ColumnElement[int]:
    return case((value > limit, limit), else_=value)
