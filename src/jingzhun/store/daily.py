"""Lines of schemes by the day: the school days on which a pupil is enrolled, eligible and present.

Hardly anybody's facts change inside a month, so those who do not change are judged once and get all
its days; only who *moves* (a fact begins or ends between the first and the last school day) is
joined with each day. Both ways give the same lines; ``tests`` hold them to the plain evaluator.

An absence takes its day away. An imported count of meal days stands in place of the absences: at
most so many of the eligible days count.

Invariant: spells of one pupil's timeline do not overlap, so no day is found twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Integer,
    MetaData,
    Table,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

from jingzhun.core.policy import Rate, Scheme, Version, facts_of
from jingzhun.store.conditions import TIMED
from jingzhun.store.fees import least
from jingzhun.store.lines import Lines, Scope, pupils
from jingzhun.store.matches import having_twins
from jingzhun.store.schema import (
    Absence,
    Enrolment,
    HouseholdCategory,
    MealDays,
    Person,
    StandingSpell,
)

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


class DailyLines:
    """The statements of one month by the day; ``drop_tables`` drops what they are helped by."""

    def __init__(self, scope: Scope, stretches: Sequence[Stretch]) -> None:
        """Begin; ``stretches`` are those of schemes whose rule is one throughout the month."""
        self._scope = scope
        self._month = scope.calendar.month.number
        self._calendar = scope.calendar
        self._has_absences = scope.is_any(
            select(Absence.day).where(Absence.day.in_(scope.calendar.days))
        )
        self._has_meals = scope.is_any(select(MealDays.days).where(MealDays.month == self._month))
        self._has_moving = False
        self._find_moving(stretches)

    def lines(self, scheme: Scheme, stretches: Sequence[Stretch]) -> Iterator[Lines]:
        """Give the lines of a scheme in as many statements as its month needs."""
        if len(stretches) > 1:
            # A rate that changes inside the month is rare: everybody is joined with each day.
            yield self._by_each_day(scheme, stretches, everybody=True)
            return
        yield self._by_whole_month(scheme, stretches[0])
        if self._has_moving:
            yield self._by_each_day(scheme, stretches)

    def drop_tables(self) -> None:
        """Drop the helping tables."""
        for table in (_MOVING, _TAUGHT):
            table.drop(self._scope.connection)

    def _find_moving(self, stretches: Sequence[Stretch]) -> None:
        """Collect who has a boundary between the month's first and last school day."""
        connection = self._scope.connection
        for table in (_MOVING, _TAUGHT):
            table.create(connection)
        if not self._calendar.days:
            return
        taught = [{"day": day} for day in self._calendar.days]
        connection.execute(insert(_TAUGHT), taught)
        if not stretches:
            return
        facts = {fact for stretch in stretches for fact in facts_of(stretch.version)}
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
        if self._scope.twins:
            moved.append(select(Person.id).where(Person.identity.in_(having_twins())))
        connection.execute(insert(_MOVING).from_select(["person_id"], union(*moved)))
        self._has_moving = self._scope.is_any(select(_MOVING.c.person_id))

    def _by_whole_month(self, scheme: Scheme, stretch: Stretch) -> Lines:
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
        if self._has_moving:
            query = query.where(Enrolment.person_id.not_in(select(_MOVING.c.person_id)))
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
                self._scope.by_rate(stretch.version, day, _amount).label("rate_fen"),
                self._scope.split_no(stretch.version, day).label("split_no"),
                literal(stretch.version.starts).label("version_from"),
                meals.label("meals"),
            )
            .select_from(pupils(stretch.version).join(_TAUGHT, within))
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


def _amount(rate: Rate) -> int:
    """Give a rate's amount: a rate by the day is always one."""
    return rate.amount_fen or 0
