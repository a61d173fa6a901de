"""Who gets what in a month: resolved policy versions → ``INSERT … SELECT`` into ``run_line``.

Schemes by the month look at the deciding day only and write a month's part of the rate. Schemes by
the day count the school days on which a pupil was enrolled, eligible and present. Hardly anybody's
facts change inside a month, so those who do not change are judged once and get all its days; only
who *moves* (a fact begins or ends between the first and the last school day) is joined with each
day. Both ways give the same lines; ``tests`` hold them to the plain evaluator.

Schools that teach on days of their own are computed apart, calendar by calendar (``store.plans``).

An absence takes its day away. An imported count of meal days stands in place of the absences: at
most so many of the eligible days count.

Invariant: spells of one pupil's timeline do not overlap, so no day is found twice.
"""

from collections.abc import Callable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    Join,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    join,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from jingzhun.core.policy import Rate, Scheme, Version, facts_of
from jingzhun.store.conditions import SCHOOL_FACTS, by_rate, eligible
from jingzhun.store.plans import Entitlement, MonthPlan, Plan, Stretch
from jingzhun.store.presence import Day, doubled, present
from jingzhun.store.schema import Absence, Enrolment, MealDays, Person, RunLine, School
from jingzhun.store.scratch import MOVING, OWN, TAUGHT, Scratch

Lines = Select[*tuple[Any, ...]]
_COLUMNS = (
    "run_id", "scheme", "person_id", "month", "school_id", "stage", "grade", "class_no", "days",
    "rate_fen", "amount_fen", "version_from",
)  # fmt: skip


def insert_lines(
    connection: Connection, run_id: int, plan: MonthPlan, *, school_id: int | None = None
) -> None:
    """Write a run's lines of one month, of one school or of all (None).

    Schemes ascend by key, so that lines are written in the order of their key.
    """
    with Scratch(connection, plan) as scratch:
        plans = plan.every if school_id is None else (plan.of(school_id),)
        works = [_Work(scratch, run_id, each, school_id) for each in plans]
        for scheme in range(len(plan.pack.schemes)):
            for work in works:
                work.write(work.plan.entitlements[scheme])


class _Work:
    """The statements of one month at the schools of one calendar."""

    def __init__(self, scratch: Scratch, run_id: int, plan: Plan, school_id: int | None) -> None:
        self.plan = plan
        self._scratch = scratch
        self._run_id = run_id
        self._calendar = plan.calendar
        self._month = self._calendar.month.number
        self._school_id = school_id
        self._twins = scratch.twins
        self._has_absences = scratch.any(
            select(Absence.day).where(Absence.day.in_(self._calendar.days))
        )
        self._has_meals = scratch.any(select(MealDays.days).where(MealDays.month == self._month))

    def write(self, each: Entitlement) -> None:
        """Write the lines of one scheme."""
        if each.version is not None:
            self._insert(self.by_month(each.scheme, each.version))
        elif len(each.stretches) == 1:
            self._insert(self.by_whole_month(each.scheme, each.stretches[0]))
            if self._scratch.has_moving:
                self._insert(self.by_each_day(each.scheme, each.stretches))
        elif each.stretches:
            # A rate that changes inside the month is rare: everybody is joined with each day.
            self._insert(self.by_each_day(each.scheme, each.stretches, everybody=True))

    def _insert(self, lines: Lines) -> None:
        self._scratch.connection.execute(insert(RunLine).from_select(_COLUMNS, lines))

    def by_month(self, scheme: Scheme, version: Version) -> Lines:
        """Give the lines of a scheme by the term or year."""
        month, day = self._calendar.month, self._calendar.deciding_day
        amount = self._by_rate(
            version, day, lambda rate: version.month_amount(rate.amount_fen, month) or 0
        )
        return self._lines(scheme, version, literal(None, Integer), amount).where(
            *self._counts_here(day)
        )

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
        if self._scratch.has_moving:
            query = query.where(Enrolment.person_id.not_in(select(MOVING.c.person_id)))
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
                query.where(Enrolment.person_id.in_(select(MOVING.c.person_id))) for query in every
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
        day: ColumnElement[date] = TAUGHT.c.day
        number = self._scratch.number_of(self.plan)
        within = and_(TAUGHT.c.calendar == number, day.between(stretch.days[0], stretch.days[-1]))
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
            .select_from(_pupils(stretch.version).join(TAUGHT, within))
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
        places = (*self._scratch.at_schools_of(self.plan), *scope)
        return (present(day), *counts, *eligible(version, day, twins=self._twins), *places)

    def _counts_here(self, day: date) -> list[ColumnElement[bool]]:
        """Say that a pupil's month is not another school's, where schools do not begin together.

        Of several schools on whose first school day the pupil is there, the first has the month.
        """
        plan = self._scratch.plan
        general = plan.general.calendar.deciding_day
        if all(each.calendar.deciding_day == general for each in plan.own):
            return []
        other = aliased(Enrolment)
        own = select(OWN.c.deciding_day).where(OWN.c.school_id == other.school_id).scalar_subquery()
        begins: ColumnElement[date] = func.coalesce(own, literal(general), type_=Date)
        earlier = exists().where(
            other.person_id == Enrolment.person_id,
            other.school_id != Enrolment.school_id,
            begins < day,
            present(begins, other),
        )
        return [~earlier]

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


def _pupils(version: Version) -> Join:
    """Give the enrolments with their persons, and with their schools where the version asks."""
    pupils = join(Enrolment, Person, Person.id == Enrolment.person_id)
    if facts_of(version).isdisjoint(SCHOOL_FACTS):
        return pupils
    return pupils.join(School, School.id == Enrolment.school_id)


def _least(value: InstrumentedAttribute[int], limit: int) -> ColumnElement[int]:
    return case((value > limit, limit), else_=value)
