"""Where a statement meets what a timeline holds, and which days it may change.

The rules stand in :mod:`jingzhun.store.assertion`; this is their SQL, as one temporary table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    MetaData,
    Table,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    not_,
    null,
    or_,
    select,
    type_coerce,
    update,
)

from jingzhun.store.schema import ImportColumn, ImportSheet, Source
from jingzhun.store.timeline import Timeline, staging_table

FOREVER = date(9999, 1, 1)
_SAID = ("row_number", "sheet_id", "stated_on", "starts", "speaks_on", "until", "holds", "is_event")
_FLAGS = ("differs", "completes", "shortens", "cuts", "outranks", "outranked")
_OLD = ("valid_from", "valid_until", "recorded_in", "sheet_id", "row_number", "stated_on", "rank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks: the sheet that records, the authority of its kind for this fact.

    ``peers`` are the kinds of sheet of the same or higher authority, ``betters`` those of higher.
    """

    sheet_id: int
    rank: int
    peers: tuple[str, ...]
    betters: tuple[str, ...] = ()


def matches(timeline: Timeline, left: FromClause, right: FromClause) -> ColumnElement[bool]:
    """Say that two rows are about the same subject."""
    return and_(*(left.c[name] == right.c[name] for name in timeline.subject))


def spoken(
    timeline: Timeline,
    said: FromClause,
    speaker: Speaker,
    kinds: Sequence[str],
    *when: ColumnElement[bool],
) -> ColumnElement[bool]:
    """Say that another sheet of these kinds has spoken of the statement's fact."""
    if not kinds:
        return false()
    return exists().where(*_spoken_by(timeline, said, speaker, kinds), *when)


def _spoken_by(
    timeline: Timeline, said: FromClause, speaker: Speaker, kinds: Sequence[str]
) -> tuple[ColumnElement[bool], ...]:
    return (
        getattr(Source, timeline.witness) == said.c[timeline.witness],
        ImportSheet.id == Source.sheet_id,
        ImportSheet.id != speaker.sheet_id,
        ImportSheet.kind.in_(kinds),
        ImportColumn.sheet_id == ImportSheet.id,
        timeline.spoken(said),
    )


def meet(connection: Connection, timeline: Timeline, said: Table, speaker: Speaker) -> Table:
    """Join each statement with the row it meets; keep those that may change something.

    Gives a temporary table: the statement with what it inherits, the met row as ``old_…`` (None: a
    gap), how they compare, and where the change ``begins`` and ``ends`` (``begins`` None: it
    changes nothing, for it has not the authority or is outdated).
    """
    held = timeline.table.alias("held")
    in_force = and_(
        matches(timeline, held, said),
        held.c.superseded_in.is_(None),
        held.c.valid_from <= said.c.speaks_on,
        or_(held.c.valid_until.is_(None), held.c.valid_until > said.c.speaks_on),
    )
    value = {name: func.coalesce(said.c[name], held.c[name]) for name in timeline.values}
    flags = _comparison(said, held, value, speaker)
    kept = timeline.values
    query = select(
        *(said.c[name] for name in (*_SAID, *timeline.subject)),
        *(value[name].label(name) for name in timeline.values),
        *(held.c[name].label(f"old_{name}") for name in (*_OLD, *kept)),
        *(flag.label(name) for name, flag in flags.items()),
        *(type_coerce(null(), Date).label(name) for name in ("confirmed_on", "begins", "ends")),
    )
    query = query.select_from(said.outerjoin(held, in_force)).where(
        said.c.outcome == 0,
        or_(*(flags[name] for name in ("differs", "shortens", "cuts", "outranks"))),
        or_(said.c.holds, held.c.valid_from.is_not(None)),
    )
    met = _meeting_table(timeline)
    met.create(connection)
    connection.execute(insert(met).from_select([column.name for column in met.c], query))
    _date_gaps(connection, timeline, met, speaker)
    _date_changes(connection, timeline, met, speaker)
    return met


@cache
def _meeting_table(timeline: Timeline) -> Table:
    said, table = staging_table(timeline), timeline.table
    kept = timeline.values
    return Table(
        f"met_{table.name}",
        MetaData(),
        *(Column(name, said.c[name].type) for name in (*_SAID, *timeline.subject, *kept)),
        *(Column(f"old_{name}", table.c[name].type) for name in (*_OLD, *kept)),
        *(Column(name, Boolean) for name in _FLAGS),
        Column("rank", Integer),
        Column("confirmed_on", Date),
        Column("begins", Date),
        Column("ends", Date),
        prefixes=["TEMPORARY"],
    )


def _comparison(
    said: FromClause,
    held: FromClause,
    value: Mapping[str, ColumnElement[Any]],
    speaker: Speaker,
) -> dict[str, ColumnElement[Any]]:
    """Give how a statement compares with the row it meets, as named flags.

    ``rank`` is that of what the statement writes.
    """
    rank, old_rank = literal(speaker.rank), held.c.rank
    completes = and_(
        said.c.holds, *(or_(held.c[name].is_(None), value[name] == held.c[name]) for name in value)
    )
    flags: dict[str, ColumnElement[Any]] = {
        "differs": or_(
            held.c.valid_from.is_(None),
            not_(said.c.holds),
            *(value[name].is_distinct_from(held.c[name]) for name in value),
        ),
        "completes": completes,
        "shortens": said.c.until < func.coalesce(held.c.valid_until, FOREVER),
        "cuts": and_(
            said.c.is_event,
            held.c.valid_from >= said.c.starts,
            held.c.valid_from < said.c.speaks_on,
            held.c.stated_on > said.c.speaks_on,
        ),
        "outranks": rank > old_rank,
        "outranked": rank < old_rank,
    }
    flags = {
        name: func.coalesce(type_coerce(flag, Boolean), false()) for name, flag in flags.items()
    }
    # What only completes a better list's row stays that list's.
    flags["rank"] = case((and_(old_rank > rank, completes), old_rank), else_=rank)
    return flags


def _date_gaps(connection: Connection, timeline: Timeline, met: Table, speaker: Speaker) -> None:
    other = timeline.table.alias("other")
    mine = and_(matches(timeline, other, met), other.c.superseded_in.is_(None))
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
    betters = speaker.betters if timeline.silence_speaks else ()
    denied = spoken(timeline, met, speaker, betters)
    begins = case(
        (denied, null()),
        (or_(met.c.is_event, _said_before(timeline, met, speaker)), met.c.speaks_on),
        else_=_later(met.c.starts, func.coalesce(last_end, met.c.starts)),
    )
    connection.execute(
        update(met)
        .values(begins=begins, ends=_earlier(next_start, met.c.until))
        .where(met.c.old_valid_from.is_(None))
    )


def _date_changes(connection: Connection, timeline: Timeline, met: Table, speaker: Speaker) -> None:
    """Set ``begins`` and ``ends`` where a statement meets a row that it may change."""
    m = met.c
    own_start = _later(m.starts, m.old_valid_from)
    begins = case(
        (m.is_event, m.speaks_on),
        (and_(m.shortens, not_(m.differs)), m.old_valid_from),
        (or_(m.completes, m.outranks), own_start),
        (_said_before(timeline, met, speaker), m.speaks_on),
        else_=own_start,
    )
    # Not a list that only completes or outranks the row, nor an event: those hold on.
    yields = not_(or_(m.is_event, m.completes, m.outranks))
    confirmed_on = case((yields, _confirmed_on(timeline, met, speaker)))
    connection.execute(
        update(met)
        .values(confirmed_on=confirmed_on)
        .where(m.old_valid_from.is_not(None), not_(m.outranked))
    )
    ends = _earlier(_earlier(m.old_valid_until, m.until), m.confirmed_on)
    connection.execute(
        update(met)
        .values(begins=begins, ends=ends)
        .where(m.old_valid_from.is_not(None), or_(not_(m.outranked), m.completes))
    )
    connection.execute(update(met).values(begins=None).where(m.ends <= m.begins))


def _said_before(timeline: Timeline, met: Table, speaker: Speaker) -> ColumnElement[bool]:
    return spoken(
        timeline,
        met,
        speaker,
        speaker.peers,
        ImportSheet.stated_on >= met.c.starts,
        ImportSheet.stated_on <= met.c.stated_on,
    )


def _confirmed_on(timeline: Timeline, met: Table, speaker: Speaker) -> ColumnElement[date]:
    """Give the first day from which a later list, already known, speaks for the held row."""
    starts = case(
        (ImportSheet.term_starts_on > met.c.stated_on, ImportSheet.term_starts_on),
        else_=ImportSheet.stated_on,
    )
    later = and_(
        *_spoken_by(timeline, met, speaker, speaker.peers),
        ImportSheet.stated_on > met.c.stated_on,
    )
    return select(func.min(starts)).where(later).scalar_subquery()


def _earlier(one: ColumnElement[date], other: ColumnElement[date]) -> ColumnElement[date]:
    """Give the earlier of two ends, either of which may be open."""
    return case((one.is_(None), other), (other.is_(None), one), (one < other, one), else_=other)


def _later(one: ColumnElement[date], other: ColumnElement[date]) -> ColumnElement[date]:
    return case((one > other, one), else_=other)
