"""What the lines of a run have in common, whether by the month or by the day, as SQL.

A :class:`Scope` is a month at the schools of one calendar, or at one school. It says who gets
something on a day, and what depends on the pupil's facts: the rate, and who pays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Join, Select, join, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from jingzhun.core.calendar import MonthDays
from jingzhun.core.policy import Rate, Scheme, Version, facts_of
from jingzhun.store.conditions import SCHOOL_FACTS, by_rate, by_split, eligible
from jingzhun.store.plans import Plan
from jingzhun.store.presence import Day, doubled, present
from jingzhun.store.schema import Enrolment, Person, School
from jingzhun.store.scratch import Scratch

Lines = Select[*tuple[Any, ...]]
#: The columns of ``run_line`` in the order in which every SELECT of lines gives them.
COLUMNS = (
    "run_id", "scheme", "person_id", "month", "school_id", "stage", "grade", "class_no", "days",
    "rate_fen", "amount_fen", "beside", "split_no", "version_from",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One run's month at the schools of a plan's calendar, or (``school_id``) at one of them."""

    scratch: Scratch
    run_id: int
    plan: Plan
    school_id: int | None = None

    @property
    def calendar(self) -> MonthDays:
        """The school days."""
        return self.plan.calendar

    def head(self, scheme: Scheme) -> tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]:
        """Give the columns of a line that say who, what, when and where."""
        return (
            literal(self.run_id),
            literal(scheme.key),
            Enrolment.person_id,
            literal(self.calendar.month.number),
            Enrolment.school_id,
            Enrolment.stage,
            Enrolment.grade,
            Enrolment.class_no,
        )

    def gets(self, version: Version, day: Day) -> Sequence[ColumnElement[bool]]:
        """Say who gets something on a day: present, eligible, counted in no other record."""
        return (*who_gets(version, day, self.school_id, twins=self.scratch.twins), *self._places())

    def _places(self) -> list[ColumnElement[bool]]:
        return self.scratch.at_schools_of(self.plan)

    def by_rate(
        self, version: Version, day: Day, value: Callable[[Rate], int | ColumnElement[Any]]
    ) -> ColumnElement[int]:
        """Give the SQL of a value that depends on the pupil's rate."""
        return by_rate(version, day, value, twins=self.scratch.twins)

    def split_no(self, version: Version, day: Day) -> ColumnElement[int | None]:
        """Give the SQL of the place of the split that says who pays."""
        return by_split(version, day, twins=self.scratch.twins)


def stages_attended(connection: Connection) -> frozenset[str]:
    """Give the stages that anybody was ever enrolled in."""
    return frozenset(connection.scalars(select(Enrolment.stage).distinct()))


def who_gets(
    version: Version, day: Day, school_id: int | None, *, twins: bool
) -> Sequence[ColumnElement[bool]]:
    """Say who gets something on a day: present, eligible, counted in no other record."""
    counts = (~doubled(day),) if twins else ()
    school = () if school_id is None else (Enrolment.school_id == school_id,)
    return (present(day), *counts, *eligible(version, day, twins=twins), *school)


def pupils(version: Version) -> Join:
    """Give the enrolments with their persons, and with their schools where the version asks."""
    found = join(Enrolment, Person, Person.id == Enrolment.person_id)
    if facts_of(version).isdisjoint(SCHOOL_FACTS):
        return found
    return found.join(School, School.id == Enrolment.school_id)
