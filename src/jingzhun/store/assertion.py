"""Assert dated facts: one set-based mechanism for every timeline of the registry.

In comes a staged temporary table with one row for each statement (see ``timeline.staging_table``).
Out come timeline rows, the conflicts, and for each statement its outcome. The rules (domain.md,
"Dynamic management"), where *S* is the day a statement speaks on, *T* where it would begin if it
were the first (the term's first day, or the fact's own date), and *held* the row that covers S:

- Nothing known of the subject, or a gap at S: the fact holds from T (in a gap: within its bounds,
  and from S when a list already spoke of it in this term).
- The same value: nothing new; but a higher rank takes the row over, an event cuts what began before
  it only for want of it, a stated end shortens it.
- It only fills what held leaves empty: from T, or from held's start if that is later.
- Another value, held of higher rank: a conflict, held stays. Held of lower rank: replaced from T.
- Another value, equal rank: from T when this is the first statement of the fact in its term, else
  from S; until the next list of such rank, already known, that spoke for held.

Whatever is replaced is superseded, never overwritten; what remains of it is recorded again.
"""

from dataclasses import dataclass

from sqlalchemy import (
    Connection,
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
    union_all,
    update,
)

from jingzhun.store.meeting import FOREVER, Speaker, matches, meet, spoken
from jingzhun.store.timeline import Timeline

SAME, CHANGED, ADDED = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What a statement says otherwise than the ledger holds, where it has not the authority.

    ``subject`` is the person's or household's id; what is held stands in row ``held_row`` of sheet
    ``held_sheet``.
    """

    row_number: int
    subject: int
    field: str
    said: str
    held: str
    held_sheet: int
    held_row: int


def assert_facts(
    connection: Connection, timeline: Timeline, said: Table, speaker: Speaker
) -> list[Conflict]:
    """Write what ``said`` states, set each statement's ``outcome``, give the conflicts.

    ``said`` holds at most one statement for each subject.
    """
    _mark_fresh(connection, timeline, said, speaker)
    _insert_fresh(connection, timeline, said, speaker)
    met = meet(connection, timeline, said, speaker)
    conflicts = []
    if connection.scalar(select(func.count()).select_from(met)):
        conflicts = _conflicts(connection, timeline, met)
        _supersede(connection, timeline, met, speaker)
        _record(connection, timeline, met, speaker)
        changes = exists().where(
            matches(timeline, said, met), met.c.begins.is_not(None), met.c.differs
        )
        connection.execute(update(said).values(outcome=CHANGED).where(changes))
    met.drop(connection)
    return conflicts


def target(timeline: Timeline) -> list[str]:
    """Name the columns of a timeline row in the order in which they are written."""
    return [
        *timeline.subject,
        "valid_from",
        "valid_until",
        *timeline.values,
        "sheet_id",
        "row_number",
        "stated_on",
        "rank",
        "recorded_in",
    ]


def _mark_fresh(connection: Connection, timeline: Timeline, said: Table, speaker: Speaker) -> None:
    """Set outcome ADDED where nothing is known of the subject yet, SAME elsewhere."""
    table = timeline.table.alias("present")
    known = exists().where(matches(timeline, table, said), table.c.superseded_in.is_(None))
    fresh = and_(said.c.holds, not_(known))
    if timeline.silence_speaks:
        fresh = and_(fresh, not_(spoken(timeline, said, speaker, speaker.betters)))
    connection.execute(update(said).values(outcome=case((fresh, ADDED), else_=SAME)))


def _insert_fresh(
    connection: Connection, timeline: Timeline, said: Table, speaker: Speaker
) -> None:
    rows = select(
        *(said.c[name] for name in timeline.subject),
        case((said.c.is_event, said.c.speaks_on), else_=said.c.starts),
        said.c.until,
        *(said.c[name] for name in timeline.values),
        *(said.c[name] for name in ("sheet_id", "row_number", "stated_on")),
        literal(speaker.rank),
        literal(speaker.sheet_id),
    ).where(said.c.outcome == ADDED)
    # In the order of the clustered key: appended, never sorted in.
    rows = rows.order_by(*(said.c[name] for name in timeline.subject))
    connection.execute(insert(timeline.table).from_select(target(timeline), rows))


def _conflicts(connection: Connection, timeline: Timeline, met: Table) -> list[Conflict]:
    """Give what statements without authority say otherwise, in the order of their rows."""
    questions = [
        select(
            met.c.row_number.label("row_number"),
            met.c[timeline.witness].label("subject"),
            literal(name).label("field"),
            cast(met.c[name], String).label("said"),
            cast(met.c[f"old_{name}"], String).label("held"),
            met.c.old_sheet_id.label("held_sheet"),
            met.c.old_row_number.label("held_row"),
        ).where(met.c.begins.is_(None), met.c.outranked, met.c[name] != met.c[f"old_{name}"])
        for name in timeline.values
    ]
    query = union_all(*questions)
    rows = connection.execute(query.order_by("row_number"))
    return [Conflict(**row._asdict()) for row in rows]


def _supersede(connection: Connection, timeline: Timeline, met: Table, speaker: Speaker) -> None:
    table = timeline.table
    meets = exists().where(
        matches(timeline, table, met),
        table.c.valid_from == met.c.old_valid_from,
        table.c.recorded_in == met.c.old_recorded_in,
        met.c.begins.is_not(None),
    )
    replaced = and_(meets, table.c.superseded_in.is_(None))
    # A row that this very sheet recorded never stood in the ledger before: it just goes.
    connection.execute(delete(table).where(replaced, table.c.recorded_in == speaker.sheet_id))
    connection.execute(update(table).values(superseded_in=speaker.sheet_id).where(replaced))


def _record(connection: Connection, timeline: Timeline, met: Table, speaker: Speaker) -> None:
    """Write what the statements say, and what remains of the replaced rows before and after."""
    m = met.c
    kept = timeline.values
    subject = [m[name] for name in timeline.subject]
    old = [m[f"old_{name}"] for name in (*kept, "sheet_id", "row_number", "stated_on", "rank")]
    recorded_in = literal(speaker.sheet_id)
    fresh = select(
        *subject,
        m.begins,
        m.ends,
        *(m[name] for name in kept),
        *(m[name] for name in ("sheet_id", "row_number", "stated_on", "rank")),
        recorded_in,
    ).where(m.begins.is_not(None), m.holds)
    front = select(*subject, m.old_valid_from, m.begins, *old, recorded_in).where(
        m.old_valid_from < m.begins, or_(m.differs, not_(m.cuts))
    )
    back = select(*subject, m.ends, m.old_valid_until, *old, recorded_in).where(
        m.begins.is_not(None),
        m.ends == m.confirmed_on,
        m.ends < func.coalesce(m.old_valid_until, FOREVER),
    )
    for rows in (front, fresh, back):
        connection.execute(insert(timeline.table).from_select(target(timeline), rows))
