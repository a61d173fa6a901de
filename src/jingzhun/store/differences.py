"""What a run's units are due now, less what was posted for them: the lines of an adjustment.

An adjustment is first written like any run, with what everybody is due; then each line becomes the
difference to what stands posted, and what comes to no difference goes.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Select,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased

from jingzhun.core.vocabulary import LineState, RunKind
from jingzhun.store.posting import home, same_unit, unit_school
from jingzhun.store.schema import Batch, BatchLine, Run, RunLine

_KEYS = ("scheme", "person_id", "month", "school_id")
_SHOWN = ("stage", "grade", "class_no", "rate_fen", "version_from", "split_no")
_SUMMED = ("days", "amount_fen", "beside")
_COLUMNS = (*_KEYS, *_SHOWN, *_SUMMED)


class Difference(StrEnum):
    """How a line of an adjustment comes about: kept as its ``cause`` until words are found."""

    NEW = "new"  # nothing is posted for the unit
    CHANGED = "changed"
    TAKEN = "taken"  # the unit is due nothing any more


def keep_differences(
    connection: Connection,
    run_id: int,
    corrected_id: int,
    months: Sequence[int],
    *,
    with_new: bool = True,
) -> None:
    """Make of what everybody is due, written as the lines of ``run_id``, the differences.

    Units at home in another run than ``corrected_id`` are that run's business and go, and so do
    (``with_new`` False) units that nobody posted. A unit that is due nothing any more gets a line
    that takes all back.
    """
    posted = aliased(RunLine)
    at_home_elsewhere = (
        exists()
        .where(same_unit(posted, RunLine), posted.sequence == 0, Run.id == posted.run_id)
        .where(home() != corrected_id)
    )
    connection.execute(delete(RunLine).where(RunLine.run_id == run_id, at_home_elsewhere))
    table = _table()
    table.create(connection)
    try:
        for lines in (_changed(run_id, months), _taken_back(run_id, corrected_id, months)):
            connection.execute(insert(table).from_select((*_COLUMNS, "cause"), lines))
        connection.execute(delete(RunLine).where(RunLine.run_id == run_id))
        differs = or_(*(func.coalesce(table.c[name], 0) != 0 for name in _SUMMED))
        kept = select(literal(run_id), *table.c).where(differs)
        if not with_new:
            kept = kept.where(table.c.cause != Difference.NEW.value)
        connection.execute(
            insert(RunLine).from_select(
                ("run_id", *_COLUMNS, "cause"), kept.order_by(*(table.c[key] for key in _KEYS))
            )
        )
    finally:
        table.drop(connection)


def _table() -> Table:
    names = (*_COLUMNS, "cause")
    columns = (Column(name, RunLine.__table__.c[name].type) for name in names)
    return Table("difference", MetaData(), *columns, prefixes=["TEMPORARY"])


def _changed(run_id: int, months: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Query lines due now, less what is posted for their units."""
    posted = _posted_sums(months)
    same = and_(
        posted.c.month == RunLine.month,
        posted.c.scheme == RunLine.scheme,
        posted.c.person_id == RunLine.person_id,
        posted.c.unit_school_id == unit_school(RunLine),
    )
    return (
        select(
            *(getattr(RunLine, name) for name in (*_KEYS, *_SHOWN)),
            RunLine.days - func.coalesce(posted.c.days, 0),
            RunLine.amount_fen - func.coalesce(posted.c.amount_fen, 0),
            RunLine.beside - func.coalesce(posted.c.beside, 0),
            case(
                (posted.c.month.is_(None), literal(Difference.NEW.value)),
                else_=literal(Difference.CHANGED.value),
            ),
        )
        .join(posted, same, isouter=True)
        .where(RunLine.run_id == run_id)
    )


def _taken_back(run_id: int, corrected_id: int, months: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Query units at home in the corrected run that are due nothing now, with all taken back."""
    due, first, posted = aliased(RunLine), aliased(RunLine), _posted_sums(months)
    is_due = exists().where(
        due.run_id == run_id,
        due.scheme == first.scheme,
        due.person_id == first.person_id,
        due.month == first.month,
        unit_school(due) == first.unit_school_id,
    )
    return (
        select(
            *(getattr(first, name) for name in (*_KEYS, *_SHOWN)),
            -posted.c.days,
            -posted.c.amount_fen,
            -posted.c.beside,
            literal(Difference.TAKEN.value),
        )
        .select_from(first)
        .join(Run, Run.id == first.run_id)
        .join(
            posted,
            and_(
                posted.c.month == first.month,
                posted.c.scheme == first.scheme,
                posted.c.person_id == first.person_id,
                posted.c.unit_school_id == first.unit_school_id,
            ),
        )
        .where(first.sequence == 0, home() == corrected_id, ~is_due)
    )


def _posted_sums(months: Sequence[int]) -> Any:
    """Sum what is posted for every unit of the months."""
    posted = aliased(RunLine)
    keys = (posted.month, posted.scheme, posted.person_id, posted.unit_school_id)
    sums = (func.sum(getattr(posted, name)).label(name) for name in _SUMMED)
    is_posted = (posted.sequence.is_not(None), posted.month.in_(months))
    return select(*keys, *sums).where(*is_posted).group_by(*keys).subquery()


def mark_receivable(connection: Connection, run_id: int, corrected_id: int) -> None:
    """Mark what an adjustment takes back though it is paid or on its way: it has to come back."""
    runs = select(Run.id).where(or_(Run.id == corrected_id, Run.corrects_id == corrected_id))
    sent = or_(_is_sent(runs, "person_id"), _is_sent(runs, "school_id"))
    on_paper = exists().where(Run.id == corrected_id, Run.kind == RunKind.OPENING.value)
    connection.execute(
        update(RunLine)
        .where(RunLine.run_id == run_id)
        .values(is_receivable=and_(RunLine.amount_fen < 0, or_(sent, on_paper)))
        .execution_options(synchronize_session=False)
    )


def _is_sent(runs: Any, whom: str) -> ColumnElement[bool]:
    """Say that money of a line is paid or on its way to its pupil, or (in kind) for its school."""
    who, mine = getattr(BatchLine, whom), getattr(RunLine, whom)
    sent = select(BatchLine.scheme, who).where(
        BatchLine.batch_id.in_(select(Batch.id).where(Batch.run_id.in_(runs))),
        BatchLine.state.in_([LineState.PENDING.value, LineState.PAID.value]),
        who.is_not(None),
    )
    return tuple_(RunLine.scheme, mine).in_(sent)
