"""Lines of schemes by the day: the school days on which a pupil is enrolled, eligible and present.

Hardly anybody's facts change inside a month, so those who do not change are judged once and get all
its days; only who *moves* (a fact begins or ends between the first and the last school day) is
joined with each day. Both ways give the same lines; ``tests`` hold them to the plain evaluator.

An absence takes its day away. An imported count of meal days stands in place of the absences: at
most so many of the eligible days count.

Invariant: spells of one pupil's timeline do not overlap, so no day is found twice.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from jingzhun.core.policy import Rate, Scheme
from jingzhun.store.fees import least
from jingzhun.store.lines import Lines, Scope, pupils
from jingzhun.store.plans import Stretch
from jingzhun.store.schema import Absence, Enrolment, MealDays
from jingzhun.store.scratch import MOVING, TAUGHT


class DailyLines:
    """The statements of one month by the day."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._scratch = scope.scratch
        self._month = scope.calendar.month.number
        self._has_absences = self._scratch.any(
            select(Absence.day).where(Absence.day.in_(scope.calendar.days))
        )
        self._has_meals = self._scratch.any(
            select(MealDays.days).where(MealDays.month == self._month)
        )

    def lines(self, scheme: Scheme, stretches: Sequence[Stretch]) -> Iterator[Lines]:
        """Give the lines of a scheme in as many statements as its month needs."""
        if len(stretches) > 1:
            # A rate that changes inside the month is rare: everybody is joined with each day.
            yield self._by_each_day(scheme, stretches, everybody=True)
            return
        yield self._by_whole_month(scheme, stretches[0])
        if self._scratch.has_moving:
            yield self._by_each_day(scheme, stretches)

    def _by_whole_month(self, scheme: Scheme, stretch: Stretch) -> Lines:
        """Give the lines of a scheme by the day for those whose facts do not change."""
        days: ColumnElement[int] = literal(len(stretch.days))
        missed = select(Absence.person_id, func.count().label("days")).where(
            Absence.day.in_(stretch.days)
        )
        people = self._scratch.own_people(self._scope.plan)
        if people is not None:
            missed = missed.where(Absence.person_id.in_(people))
        absent = missed.group_by(Absence.person_id).subquery()
        if self._has_absences:
            days = days - func.coalesce(absent.c.days, 0)
        if self._has_meals:
            days = func.coalesce(least(MealDays.days, literal(len(stretch.days))), days)
        version, day = stretch.version, stretch.days[0]
        rate = self._scope.by_rate(version, day, _amount)
        query = (
            select(
                *self._scope.head(scheme),
                days,
                rate,
                rate * days,
                null(),
                self._scope.split_no(version, day),
                literal(version.starts),
            )
            .select_from(pupils(version))
            .where(*self._scope.gets(version, day))
            .order_by(Enrolment.person_id)
        )
        if self._has_absences:
            query = query.outerjoin(absent, absent.c.person_id == Enrolment.person_id)
        if self._has_meals:
            query = query.outerjoin(MealDays, self._meals_of_pupil())
        if self._has_absences or self._has_meals:
            query = query.where(days > 0)
        if self._scratch.has_moving:
            query = query.where(Enrolment.person_id.not_in(select(MOVING.c.person_id)))
        return query

    def _by_each_day(
        self, scheme: Scheme, stretches: Sequence[Stretch], *, everybody: bool = False
    ) -> Lines:
        """Give the lines of a scheme by the day from a judgement of every day.

        A line shows grade, class, rate and split of its last day.
        """
        every = [self._judged(stretch) for stretch in stretches]
        if not everybody:
            every = [
                query.where(Enrolment.person_id.in_(self._scratch.moving_at(self._scope.plan)))
                for query in every
            ]
        judged = union_all(*every).subquery("judged")
        same = [judged.c[name] for name in judged.c.keys() if name != "day"]  # noqa: SIM118 - it gives columns
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
                literal(self._scope.run_id),
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
                null(),
                line.split_no,
                line.version_from,
            )
            .where(line.back == 1, line.all_days > 0)
            .order_by(line.person_id, line.school_id)
        )

    def _judged(self, stretch: Stretch) -> Lines:
        """Give one row for each pupil and day of a stretch on which the pupil is eligible."""
        day: ColumnElement[date] = TAUGHT.c.day
        within = self._scratch.taught_in(self._scope.plan, stretch.days)
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
                self._scope.by_rate(stretch.version, day, _amount).label("rate_fen"),
                self._scope.split_no(stretch.version, day).label("split_no"),
                literal(stretch.version.starts).label("version_from"),
                meals.label("meals"),
            )
            .select_from(pupils(stretch.version).join(TAUGHT, within))
            .where(*self._scope.gets(stretch.version, day))
        )
        if self._has_absences:
            absent = exists().where(Absence.person_id == Enrolment.person_id, Absence.day == day)
            counted = exists().where(self._meals_of_pupil())
            query = query.where(or_(~absent, counted) if self._has_meals else ~absent)
        return query

    def _meals_of_pupil(self) -> ColumnElement[bool]:
        return and_(
            MealDays.person_id == Enrolment.person_id,
            MealDays.school_id == Enrolment.school_id,
            MealDays.month == self._month,
        )


def _amount(rate: Rate) -> int:
    """Give a rate's amount: a rate by the day is always one."""
    return rate.amount_fen or 0
