"""What the statements of a month look up: days taught by calendar, schools, pupils who move.

Temporary tables, gone with the month. ``taught`` is a table, for the planner must walk pupils first
and days within: a pupil's facts lie together. Its key is one number for calendar and day, so that
the days of a calendar are a range of it: by an equality the planner would walk days first.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    insert,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from jingzhun.core.policy import facts_of
from jingzhun.store.conditions import TIMED
from jingzhun.store.matches import are_there_twins, having_twins
from jingzhun.store.plans import MonthPlan, Plan
from jingzhun.store.schema import Enrolment, HouseholdCategory, Person, StandingSpell

Query = Select[*tuple[Any, ...]]
MOVING = Table(
    "moving", MetaData(), Column("person_id", Integer, primary_key=True), prefixes=["TEMPORARY"]
)
TAUGHT = Table(
    "taught",
    MetaData(),
    Column("slot", Integer, primary_key=True),
    Column("day", Date),
    prefixes=["TEMPORARY"],
)
#: The schools that have days of their own, with the day that decides there.
OWN = Table(
    "own_calendar",
    MetaData(),
    Column("school_id", Integer, primary_key=True),
    Column("calendar", Integer),
    Column("deciding_day", Date),
    prefixes=["TEMPORARY"],
)


class Scratch:
    """The helping tables of one month; a context manager, which drops them at the end."""

    def __init__(self, connection: Connection, plan: MonthPlan) -> None:
        self.connection = connection
        self.plan = plan
        self.twins = are_there_twins(connection)
        self.has_moving = False

    def __enter__(self) -> Self:
        """Make and fill the tables."""
        for table in (MOVING, TAUGHT, OWN):
            table.create(self.connection)
        plans = list(enumerate(self.plan.every))
        self._fill(
            TAUGHT,
            (
                {"slot": _slot(number, day), "day": day}
                for number, plan in plans
                for day in plan.calendar.days
            ),
        )
        self._fill(
            OWN,
            (
                {
                    "school_id": school_id,
                    "calendar": number,
                    "deciding_day": plan.calendar.deciding_day,
                }
                for number, plan in plans
                for school_id in sorted(plan.schools or ())
            ),
        )
        self._find_moving()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop the tables."""
        for table in (MOVING, TAUGHT, OWN):
            table.drop(self.connection)

    def at_schools_of(self, plan: Plan) -> list[ColumnElement[bool]]:
        """Say that the enrolment of the surrounding query is at a school of a plan's calendar."""
        if not self.plan.own:
            return []
        if plan.schools is None:
            return [Enrolment.school_id.not_in(select(OWN.c.school_id))]
        own = select(OWN.c.school_id).where(OWN.c.calendar == self.number_of(plan))
        return [Enrolment.school_id.in_(own)]

    def own_people(self, plan: Plan) -> Select[int] | None:
        """Query who was ever at a school of a plan of few schools; None: of all the others.

        What may be asked of these alone is not asked of everybody, calendar by calendar.
        """
        if plan.schools is None:
            return None
        roll = aliased(Enrolment)
        own = select(OWN.c.school_id).where(OWN.c.calendar == self.number_of(plan))
        return select(roll.person_id).where(roll.school_id.in_(own))

    def moving_at(self, plan: Plan) -> Select[int]:
        """Query who moves, of the pupils of a plan."""
        people = self.own_people(plan)
        if people is None:
            return select(MOVING.c.person_id)
        return people.where(people.selected_columns.person_id.in_(select(MOVING.c.person_id)))

    def number_of(self, plan: Plan) -> int:
        """Give the number by which the tables know a plan's calendar."""
        return next(number for number, each in enumerate(self.plan.every) if each is plan)

    def taught_in(self, plan: Plan, days: Sequence[date]) -> ColumnElement[bool]:
        """Say that a row of ``taught`` is one of some days in a row, at the schools of a plan."""
        number = self.number_of(plan)
        return TAUGHT.c.slot.between(_slot(number, days[0]), _slot(number, days[-1]))

    def any(self, query: Query) -> bool:
        """Say whether a query finds anything."""
        return self.connection.execute(query.limit(1)).first() is not None

    def _fill(self, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        if found := list(rows):
            self.connection.execute(insert(table), found)

    def _find_moving(self) -> None:
        """Collect who has a boundary between the month's first and last school day, anywhere."""
        days = [day for plan in self.plan.every for day in plan.calendar.days]
        daily = [
            each.stretches[0].version
            for plan in self.plan.every
            for each in plan.entitlements
            if len(each.stretches) == 1
        ]
        if not days or not daily:
            return
        facts = {fact for version in daily for fact in facts_of(version)}
        timelines = {TIMED[fact].timeline for fact in facts if fact in TIMED}
        first, last = min(days), max(days)
        moved: list[Query] = [
            select(timeline.person_id).where(_changes(timeline, first, last))
            for timeline in (Enrolment, StandingSpell, *timelines - {HouseholdCategory})
        ]
        if HouseholdCategory in timelines:
            moved.append(
                select(Person.id)
                .join(HouseholdCategory, HouseholdCategory.household_id == Person.household_id)
                .where(_changes(HouseholdCategory, first, last))
            )
        # Few have a twin, and much of a twin may change: every day of theirs is looked at.
        if self.twins:
            moved.append(select(Person.id).where(Person.identity.in_(having_twins())))
        self.connection.execute(insert(MOVING).from_select(["person_id"], union(*moved)))
        self.has_moving = self.any(select(MOVING.c.person_id))


def _slot(calendar: int, day: date) -> int:
    return calendar * 100 + day.day


def _changes(timeline: Any, first: date, last: date) -> ColumnElement[bool]:
    """Say that a spell begins or ends inside the month's school days."""
    return and_(
        timeline.superseded_in.is_(None),
        or_(
            and_(timeline.valid_from > first, timeline.valid_from <= last),
            and_(timeline.valid_until > first, timeline.valid_until <= last),
        ),
    )
