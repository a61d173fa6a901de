"""Post a run's lines: the unit rule, asked and kept in SQL for all lines at once.

The unit of a line is pupil × scheme × month, by the day × school (``unit_school``). A posted unit
is *at home* in the run that first posted it, or in the run which that one adjusts.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.orm import aliased

from jingzhun.core.runs import FINAL
from jingzhun.core.terms import months_of
from jingzhun.store.schema import Run, RunLine, StaffLine

_IS_FINAL = Run.state.in_([state.value for state in FINAL])
Selected = Select[*tuple[Any, ...]]


def unit_school(line: Any) -> ColumnElement[int]:
    """Give the school of a line's unit: its own by the day, else 0."""
    return case((line.days.is_(None), 0), else_=line.school_id)


def same_unit(posted: Any, line: Any) -> ColumnElement[bool]:
    """Say that ``posted`` is a posted line of the unit of ``line``."""
    return and_(
        posted.month == line.month,
        posted.scheme == line.scheme,
        posted.person_id == line.person_id,
        posted.unit_school_id == unit_school(line),
        posted.sequence.is_not(None),
    )


def is_anything_posted(connection: Connection, months: Sequence[int]) -> bool:
    """Say whether any unit of the months is posted: asked of the runs, which are few."""
    final = select(Run.period).where(Run.state.in_([state.value for state in FINAL]))
    periods = connection.execute(final.distinct()).scalars()
    wanted = set(months)
    return any(wanted & {month.number for month in months_of(period)} for period in periods)


def home() -> ColumnElement[int]:
    """Give the run at which a posted unit is at home, beside ``Run`` of its first line."""
    return func.coalesce(Run.corrects_id, Run.id)


def posted_elsewhere(run_id: int) -> Selected:
    """Query how many lines of a run are of units that are posted, by the run that posted them."""
    posted = aliased(RunLine)
    return (
        select(posted.run_id, func.count(), func.sum(posted.amount_fen))
        .join(RunLine, same_unit(posted, RunLine))
        .where(RunLine.run_id == run_id, posted.sequence == 0)
        .group_by(posted.run_id)
        .order_by(posted.run_id)
    )


def leave_out_posted(connection: Connection, run_id: int) -> None:
    """Take the lines of posted units out of a run that is not posted."""
    posted = aliased(RunLine)
    connection.execute(
        delete(RunLine).where(RunLine.run_id == run_id, exists().where(same_unit(posted, RunLine)))
    )


def staff_approved(run_id: int) -> Selected:
    """Query how many staff lines of a run are in an approved run already, by that run."""
    other = aliased(StaffLine)
    return (
        select(other.run_id, func.count())
        .join(
            StaffLine,
            and_(
                other.scheme == StaffLine.scheme,
                other.staff_id == StaffLine.staff_id,
                other.month == StaffLine.month,
            ),
        )
        .join(Run, Run.id == other.run_id)
        .where(StaffLine.run_id == run_id, other.run_id != run_id, _IS_FINAL)
        .group_by(other.run_id)
        .order_by(other.run_id)
    )


def leave_out_staff(connection: Connection, run_id: int) -> None:
    """Take staff lines out of a draft that an approved run has already."""
    other = aliased(StaffLine)
    connection.execute(
        delete(StaffLine).where(
            StaffLine.run_id == run_id,
            exists().where(
                other.scheme == StaffLine.scheme,
                other.staff_id == StaffLine.staff_id,
                other.month == StaffLine.month,
                other.run_id != run_id,
                Run.id == other.run_id,
                _IS_FINAL,
            ),
        )
    )


def post_lines(connection: Connection, run_id: int, *, is_first: bool) -> None:
    """Post every line of a run; ``is_first``: none of its units is posted yet.

    Raises:
        IntegrityError: a unit would have two first lines.
    """
    sequence: Any = 0
    if not is_first:
        posted = aliased(RunLine)
        last = select(func.max(posted.sequence)).where(same_unit(posted, RunLine))
        sequence = func.coalesce(last.scalar_subquery() + 1, 0)
    connection.execute(
        update(RunLine)
        .where(RunLine.run_id == run_id)
        .values(sequence=sequence, unit_school_id=unit_school(RunLine))
        .execution_options(synchronize_session=False)
    )
