"""Assert dated facts: one set-based mechanism for every timeline of the registry.

In comes a staged temporary table with one row for each statement: the subject, the values, where
a first statement would begin (``starts``), the day as of which it speaks (``speaks_on``), and for
facts that a list bounds itself, ``until``. Out come timeline rows, claims, and for each statement
its outcome. The rules (domain.md, "Dynamic management"):

- No row in force: the fact holds from ``starts``.
- The same value: nothing happens.
- Another value, first statement of this fact in its term: from ``starts``; a later one: from
  ``speaks_on``. The row in force is superseded; its front part stays.
- An older snapshot that comes late fills the time before the row in force was stated.
- A list of lower rank never changes the word of a higher one: a claim. A higher rank replaces a
  lower one from ``starts``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    MetaData,
    String,
    Table,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    update,
)

from jingzhun.store.schema import Claim, ImportColumn, ImportSheet, Source
from jingzhun.store.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Who speaks: the sheet, its date, the authority of its kind for this fact."""

    sheet_id: int
    stated_on: date
    rank: int


SAME, CHANGED, ADDED = 0, 1, 2


def assert_facts(
    connection: Connection, timeline: Timeline, said: Table, statement: Statement
) -> None:
    """Write what ``said`` states; leave in its ``outcome`` what each statement did.

    ``said`` holds at most one statement for each subject and ``starts``.
    """
    _mark_fresh(connection, timeline, said)
    _insert_fresh(connection, timeline, said, statement)
    met = _meet(connection, timeline, said, statement)
    if met is None:
        return
    _claim(connection, timeline, met, statement)
    _replace(connection, timeline, met, statement)
    connection.execute(
        update(said)
        .values(outcome=CHANGED)
        .where(
            said.c.row_number.in_(select(met.c.row_number).where(met.c.begins.is_not(None))),
            _same_subject(timeline, said, met, among=met.c.begins.is_not(None)),
        )
    )
    met.drop(connection)


def _subject_matches(
    timeline: Timeline, left: FromClause, right: FromClause
) -> ColumnElement[bool]:
    return and_(*(left.c[name] == right.c[name] for name in timeline.subject))


def _same_subject(
    timeline: Timeline, said: Table, met: Table, *, among: ColumnElement[bool]
) -> ColumnElement[bool]:
    return exists().where(_subject_matches(timeline, said, met), among)


def _mark_fresh(connection: Connection, timeline: Timeline, said: Table) -> None:
    """Set outcome ADDED where the subject has no row yet, None elsewhere."""
    table = timeline.table.alias("present")
    known = exists().where(_subject_matches(timeline, table, said), table.c.superseded_in.is_(None))
    connection.execute(
        update(said).values(outcome=case((and_(not_(known), said.c.holds), ADDED), else_=SAME))
    )


def _insert_fresh(
    connection: Connection, timeline: Timeline, said: Table, statement: Statement
) -> None:
    rows = select(
        *(said.c[name] for name in timeline.subject),
        said.c.starts,
        said.c.until,
        said.c.row_number,
        *(said.c[name] for name in (*timeline.values, *timeline.carried)),
        *_signature(statement),
    ).where(said.c.outcome == ADDED)
    # In the order of the clustered key: appended, never sorted in.
    rows = rows.order_by(*(said.c[name] for name in timeline.subject), said.c.starts)
    connection.execute(insert(timeline.table).from_select(_target(timeline), rows))


def _target(timeline: Timeline) -> list[str]:
    return [
        *timeline.subject,
        "valid_from",
        "valid_until",
        "row_number",
        *timeline.values,
        *timeline.carried,
        "recorded_in",
        "sheet_id",
        "stated_on",
        "rank",
    ]


def _signature(statement: Statement) -> Sequence[ColumnElement[object]]:
    return (
        literal(statement.sheet_id),
        literal(statement.sheet_id),
        literal(statement.stated_on, Date),
        literal(statement.rank),
    )


def _meet(
    connection: Connection, timeline: Timeline, said: Table, statement: Statement
) -> Table | None:
    """Join each statement about a known subject with the row it meets; keep those that differ.

    Gives a temporary table: the statement's columns, the met row's as ``old_…`` (None where the
    statement speaks into a gap), and ``begins``/``ends`` of what it changes (None: a mere claim).
    No difference at all: None.
    """
    table = timeline.table.alias("held")
    in_force = and_(
        _subject_matches(timeline, table, said),
        table.c.superseded_in.is_(None),
        table.c.valid_from <= said.c.speaks_on,
        or_(table.c.valid_until.is_(None), table.c.valid_until > said.c.speaks_on),
    )
    value = {
        name: func.coalesce(said.c[name], table.c[name])
        if name in timeline.inherited
        else said.c[name]
        for name in timeline.values
    }
    differs = or_(
        table.c.valid_from.is_(None),
        not_(said.c.holds),
        *(value[name].is_distinct_from(table.c[name]) for name in timeline.values),
    )
    nothing_to_end = and_(table.c.valid_from.is_(None), not_(said.c.holds))
    query = (
        select(
            said.c.row_number,
            *(said.c[name] for name in timeline.subject),
            *(value[name].label(name) for name in timeline.values),
            *(func.coalesce(said.c[name], table.c[name]).label(name) for name in timeline.carried),
            said.c.starts,
            said.c.speaks_on,
            said.c.until,
            said.c.holds,
            *(table.c[name].label(f"old_{name}") for name in _OLD),
            *(table.c[name].label(f"old_{name}") for name in (*timeline.values, *timeline.carried)),
            literal(None, Date).label("begins"),
            literal(None, Date).label("ends"),
        )
        .select_from(said.outerjoin(table, in_force))
        .where(said.c.outcome != ADDED, differs, not_(nothing_to_end))
    )
    met = Table(
        f"met_{timeline.table.name}",
        MetaData(),
        *(Column(column.name, column.type) for column in query.selected_columns),
        prefixes=["TEMPORARY"],
    )
    met.create(connection)
    connection.execute(insert(met).from_select([column.name for column in met.c], query))
    if not connection.scalar(select(func.count()).select_from(met)):
        met.drop(connection)
        return None
    _date(connection, timeline, met, statement)
    return met


_OLD = ("valid_from", "valid_until", "recorded_in", "sheet_id", "row_number", "stated_on", "rank")


def _date(connection: Connection, timeline: Timeline, met: Table, statement: Statement) -> None:
    """Set ``begins`` and ``ends`` of every statement that may change something."""
    said_before = exists().where(
        Source.sheet_id == ImportSheet.id,
        ImportColumn.sheet_id == ImportSheet.id,
        ImportColumn.field.in_(timeline.fields),
        getattr(Source, timeline.witness) == met.c[timeline.witness],
        ImportSheet.id != statement.sheet_id,
        ImportSheet.stated_on >= met.c.starts,
        ImportSheet.stated_on <= met.c.speaks_on,
    )
    began_inside = and_(met.c.old_valid_from.is_not(None), met.c.old_valid_from >= met.c.starts)
    other = timeline.table.alias("other")
    mine = and_(_subject_matches(timeline, other, met), other.c.superseded_in.is_(None))
    last_end = (
        select(func.max(other.c.valid_until))
        .where(mine, other.c.valid_until <= met.c.speaks_on)
        .scalar_subquery()
    )
    next_start = (
        select(func.min(other.c.valid_from))
        .where(mine, other.c.valid_from > met.c.speaks_on)
        .scalar_subquery()
    )
    # A row that was stated after this snapshot began early only for want of this statement.
    is_older = and_(met.c.old_stated_on > met.c.speaks_on, met.c.old_rank <= statement.rank)
    gap_start = case(
        (last_end.is_(None), met.c.starts),
        (last_end > met.c.starts, last_end),
        else_=met.c.starts,
    )
    begins = case(
        (and_(met.c.old_valid_from.is_(None), said_before), met.c.speaks_on),
        (met.c.old_valid_from.is_(None), gap_start),
        (met.c.old_rank < statement.rank, _later(met.c.starts, met.c.old_valid_from, began_inside)),
        (is_older, _later(met.c.starts, met.c.old_valid_from, began_inside)),
        (or_(began_inside, said_before), met.c.speaks_on),
        else_=met.c.starts,
    )
    ends = case(
        (met.c.old_valid_from.is_(None), _earlier(next_start, met.c.until)),
        (
            and_(is_older, met.c.old_stated_on < func.coalesce(met.c.old_valid_until, _FOREVER)),
            met.c.old_stated_on,
        ),
        else_=_earlier(met.c.old_valid_until, met.c.until),
    )
    connection.execute(
        update(met)
        .values(begins=begins, ends=ends)
        .where(or_(met.c.old_rank.is_(None), met.c.old_rank <= statement.rank))
    )


_FOREVER = date(9999, 1, 1)


def _earlier(one: ColumnElement[date], other: ColumnElement[date]) -> ColumnElement[date]:
    """Give the earlier of two ends, either of which may be open."""
    return case((one.is_(None), other), (other.is_(None), one), (one < other, one), else_=other)


def _later(
    starts: ColumnElement[date], old_start: ColumnElement[date], inside: ColumnElement[bool]
) -> ColumnElement[date]:
    return case((inside, old_start), else_=starts)


def _claim(connection: Connection, timeline: Timeline, met: Table, statement: Statement) -> None:
    """Keep as claims what a list of lower rank says otherwise; once, however often it says so."""
    for name in timeline.values:
        claims = select(
            met.c[timeline.witness],
            literal(name),
            cast(met.c[name], String),
            cast(met.c[f"old_{name}"], String),
            literal(statement.sheet_id),
            met.c.row_number,
        ).where(
            met.c.begins.is_(None),
            met.c[name].is_not(None),
            met.c[f"old_{name}"].is_not(None),
            met.c[name] != met.c[f"old_{name}"],
            not_(
                exists().where(
                    getattr(Claim, timeline.witness) == met.c[timeline.witness],
                    Claim.field == name,
                    Claim.value == cast(met.c[name], String),
                )
            ),
        )
        target = [timeline.witness, "field", "value", "held", "sheet_id", "row_number"]
        connection.execute(insert(Claim).from_select(target, claims))


def _replace(connection: Connection, timeline: Timeline, met: Table, statement: Statement) -> None:
    table = timeline.table
    touched = and_(met.c.begins.is_not(None), met.c.old_valid_from.is_not(None))
    replaced = exists().where(
        _subject_matches(timeline, table, met),
        table.c.valid_from == met.c.old_valid_from,
        table.c.recorded_in == met.c.old_recorded_in,
        touched,
    )
    # A row that this very sheet recorded never stood in the ledger before: it just goes.
    connection.execute(delete(table).where(table.c.recorded_in == statement.sheet_id, replaced))
    connection.execute(
        update(table)
        .values(superseded_in=statement.sheet_id)
        .where(table.c.superseded_in.is_(None), replaced)
    )
    kept = (*timeline.values, *timeline.carried)
    old = (
        *(met.c[f"old_{name}"] for name in kept),
        literal(statement.sheet_id),
        met.c.old_sheet_id,
        met.c.old_stated_on,
        met.c.old_rank,
    )
    subject = [met.c[name] for name in timeline.subject]
    front = select(*subject, met.c.old_valid_from, met.c.begins, met.c.old_row_number, *old).where(
        touched, met.c.old_valid_from < met.c.begins
    )
    back = select(*subject, met.c.ends, met.c.old_valid_until, met.c.old_row_number, *old).where(
        touched,
        met.c.ends.is_not(None),
        met.c.ends < func.coalesce(met.c.old_valid_until, _FOREVER),
    )
    fresh = select(
        *subject,
        met.c.begins,
        met.c.ends,
        met.c.row_number,
        *(met.c[name] for name in kept),
        *_signature(statement),
    ).where(met.c.begins.is_not(None), met.c.holds)
    for rows in (front, fresh, back):
        connection.execute(insert(table).from_select(_target(timeline), rows))
