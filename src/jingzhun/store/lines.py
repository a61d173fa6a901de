"""What the lines of a run have in common, whether by the month or by the day, as SQL.

A :class:`Scope` is the month and the schools that are computed. It says who gets something on a
day, and what depends on the pupil's facts: the rate, and who pays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Join, Select, join, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from jingzhun.core.calendar import MonthDays
from jingzhun.core.policy import Rate, Scheme, Version, facts_of
from jingzhun.store.conditions import SCHOOL_FACTS, by_rate, by_split, eligible
from jingzhun.store.matches import are_there_twins
from jingzhun.store.presence import Day, doubled, present
from jingzhun.store.schema import Enrolment, Person, School

Lines = Select[*tuple[Any, ...]]
#: The columns of ``run_line`` in the order in which every SELECT of lines gives them.
COLUMNS = (
    "run_id", "scheme", "person_id", "month", "school_id", "stage", "grade", "class_no", "days",
    "rate_fen", "amount_fen", "beside", "split_no", "version_from",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One run's month, of one school or (None) of all."""

    connection: Connection
    run_id: int
    calendar: MonthDays
    school_id: int | None = None
    twins: bool

    @classmethod
    def of(
        cls, connection: Connection, run_id: int, calendar: MonthDays, school_id: int | None
    ) -> "Scope":
        """Look at the ledger once for what a month's statements can leave out."""
        return cls(
            connection=connection,
            run_id=run_id,
            calendar=calendar,
            school_id=school_id,
            twins=are_there_twins(connection),
        )

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
        counts = (~doubled(day),) if self.twins else ()
        school = () if self.school_id is None else (Enrolment.school_id == self.school_id,)
        return (present(day), *counts, *eligible(version, day, twins=self.twins), *school)

    def by_rate(
        self, version: Version, day: Day, value: Callable[[Rate], int | ColumnElement[Any]]
    ) -> ColumnElement[int]:
        """Give the SQL of a value that depends on the pupil's rate."""
        return by_rate(version, day, value, twins=self.twins)

    def split_no(self, version: Version, day: Day) -> ColumnElement[int | None]:
        """Give the SQL of the place of the split that says who pays."""
        return by_split(version, day, twins=self.twins)

    def is_any(self, query: Lines) -> bool:
        """Say whether a query finds a row."""
        return self.connection.execute(query.limit(1)).first() is not None

    def stages(self) -> frozenset[str]:
        """Give the stages that anybody was ever enrolled in."""
        return frozenset(self.connection.scalars(select(Enrolment.stage).distinct()))


def pupils(version: Version) -> Join:
    """Give the enrolments with their persons, and with their schools where the version asks."""
    found = join(Enrolment, Person, Person.id == Enrolment.person_id)
    if facts_of(version).isdisjoint(SCHOOL_FACTS):
        return found
    return found.join(School, School.id == Enrolment.school_id)
