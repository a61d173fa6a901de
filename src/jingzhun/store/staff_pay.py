"""What is paid to teachers: members of staff × scheme × month, from what the staff list says today.

Staff stand in no timeline: who is on the establishment and in service is taken as known now. Their
school is the one that bears their unit's name.
"""

from sqlalchemy import ColumnElement, literal, select

from jingzhun.core.policy import Scheme, Version
from jingzhun.store.conditions import by_rate, by_split, eligible
from jingzhun.store.lines import Lines, Scope
from jingzhun.store.schema import School, Staff

#: The columns of ``staff_line`` in the order in which the SELECT gives them.
STAFF_COLUMNS = (
    "run_id", "scheme", "staff_id", "month", "school_id", "rate_fen", "amount_fen",
    "version_from", "split_no",
)  # fmt: skip


def staff_lines(scope: Scope, scheme: Scheme, version: Version) -> Lines:
    """Give the lines of a scheme by the month that is paid to staff."""
    day = scope.calendar.deciding_day
    rate = by_rate(version, day, lambda each: each.amount_fen or 0, twins=False)
    query = (
        select(
            literal(scope.run_id),
            literal(scheme.key),
            Staff.id,
            literal(scope.calendar.month.number),
            School.id,
            rate,
            rate,
            literal(version.starts),
            by_split(version, day, twins=False),
        )
        .join_from(Staff, School, School.name == Staff.unit)
        .where(*eligible(version, day, twins=False), rate > 0, *_at_schools_of(scope))
        .order_by(Staff.id)
    )
    return query if scope.school_id is None else query.where(School.id == scope.school_id)


def _at_schools_of(scope: Scope) -> list[ColumnElement[bool]]:
    """Say that a school teaches by the plan's calendar."""
    if scope.plan.schools is not None:
        return [School.id.in_(sorted(scope.plan.schools))]
    own = [school_id for plan in scope.scratch.plan.own for school_id in plan.schools or ()]
    return [School.id.not_in(sorted(own))] if own else []
