"""State dated facts: settle in memory what needs no thought, assert the rest set-based.

In comes a sheet's statements as tuples in the order of :func:`statement_columns`. Most are one of
two: of a subject of which nothing is known, which is simply written, or the very value that is
held, which changes nothing. Only the rest is staged for :mod:`jingzhun.store.assertion`.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Date, String, cast, select

from jingzhun.store.assertion import ADDED, Conflict, assert_facts
from jingzhun.store.bulk import insert_rows, rows_of
from jingzhun.store.meeting import Speaker
from jingzhun.store.timeline import Timeline, staging_table

Statement = tuple[Any, ...]
_NEVER = "9999"
_ADDED = ("rank", "recorded_in")  # by the speaker, to what a statement says


def statement_columns(timeline: Timeline) -> tuple[str, ...]:
    """Name what a statement says, in order; dates are ISO text."""
    return tuple(column.name for column in staging_table(timeline).c if column.name != "outcome")


def state_facts(
    connection: Connection, timeline: Timeline, statements: Sequence[Statement], speaker: Speaker
) -> tuple[dict[int, int], list[Conflict]]:
    """Write what is stated; give outcomes other than same by row number, and the conflicts.

    Of several statements about one subject the first is heard: two rows may prove to be one's.
    """
    fresh, open_ = _settle_plain(connection, timeline, statements, speaker)
    outcomes = dict.fromkeys((statement[0] for statement in fresh), ADDED)
    if not open_:
        return outcomes, []
    said = staging_table(timeline)
    said.create(connection)
    insert_rows(connection, said, statement_columns(timeline), open_)
    conflicts = assert_facts(connection, timeline, said, speaker)
    for number, outcome in connection.execute(
        select(said.c.row_number, said.c.outcome).where(said.c.outcome > 0)
    ):
        outcomes[number] = max(outcome, outcomes.get(number, 0))
    said.drop(connection)
    return outcomes, conflicts


def state_plain(
    connection: Connection, timeline: Timeline, statements: Sequence[Statement], speaker: Speaker
) -> tuple[list[int], set[int]]:
    """Write what is stated of subjects of which nothing is known, leave what is held just so.

    Gives the row numbers written, and the subjects (their first key) of all other statements.
    """
    fresh, open_ = _settle_plain(connection, timeline, statements, speaker)
    return [statement[0] for statement in fresh], {statement[3] for statement in open_}


def _settle_plain(
    connection: Connection, timeline: Timeline, statements: Sequence[Statement], speaker: Speaker
) -> tuple[list[Statement], list[Statement]]:
    subject = slice(3, 3 + len(timeline.subject))
    first: dict[tuple[Any, ...], Statement] = {}
    for statement in statements:
        first.setdefault(statement[subject], statement)
    fresh, open_ = _sort_out(timeline, first, _held(connection, timeline, first), speaker)
    write_fresh(connection, timeline, fresh, speaker)
    return fresh, open_


def _held(
    connection: Connection, timeline: Timeline, subjects: Mapping[tuple[Any, ...], Statement]
) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    """Give what is held of each subject: first day, end, rank, values."""
    table = timeline.table
    wanted = (*timeline.subject, "superseded_in", "valid_from", "valid_until", "rank")
    columns = [
        cast(table.c[name], String) if isinstance(table.c[name].type, Date) else table.c[name]
        for name in (*wanted, *timeline.values)
    ]
    keys = {subject[0] for subject in subjects}
    end = len(timeline.subject)
    held: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for row in rows_of(connection, columns[0], keys, columns):
        if row[end] is None:
            fact = (*row[end + 1 : end + 4], row[end + 4 :])
            held.setdefault(row[:end], []).append(fact)
    return held


def _sort_out(
    timeline: Timeline,
    statements: Mapping[tuple[Any, ...], Statement],
    held: Mapping[tuple[Any, ...], list[tuple[Any, ...]]],
    speaker: Speaker,
) -> tuple[list[Statement], list[Statement]]:
    """Give the statements of which nothing is known yet, and those that need the rules."""
    columns = statement_columns(timeline)
    values = slice(3 + len(timeline.subject), 3 + len(timeline.subject) + len(timeline.values))
    speaks_on, until, holds, is_event = (
        columns.index(name) for name in ("speaks_on", "until", "holds", "is_event")
    )
    is_plain = not (timeline.silence_speaks and speaker.betters)
    fresh, open_ = [], []
    for subject, said in statements.items():
        facts = held.get(subject)
        if facts is None and is_plain:
            if said[holds]:
                fresh.append(said)
            continue
        if said[holds] and said[until] is None and not said[is_event]:
            day, now = said[speaks_on], said[values]
            for start, end, rank, value in facts or ():
                if (
                    start <= day < (end or _NEVER)
                    and rank >= speaker.rank
                    and (value == now or _says_no_more(now, value))
                ):
                    break
            else:
                open_.append(said)
            continue
        open_.append(said)
    return fresh, open_


def _says_no_more(said: Sequence[Any], held: Sequence[Any]) -> bool:
    return all(one is None or one == other for one, other in zip(said, held, strict=True))


def write_fresh(
    connection: Connection, timeline: Timeline, fresh: Sequence[Statement], speaker: Speaker
) -> None:
    """Write statements as rows, in the order of the clustered key: appended, never sorted in."""
    end = 3 + len(timeline.subject)
    place = {name: at for at, name in enumerate((*statement_columns(timeline), *_ADDED))}
    place["valid_until"] = place["until"]
    columns = [column.name for column in timeline.table.c if column.name != "superseded_in"]
    rows: list[Statement] = []
    ordered = sorted(fresh, key=itemgetter(*range(3, end)))
    signature = (speaker.rank, speaker.sheet_id)
    for is_event, first_day in ((False, "starts"), (True, "speaks_on")):
        place["valid_from"] = place[first_day]
        pick = itemgetter(*(place[name] for name in columns))
        chosen = [said for said in ordered if said[place["is_event"]] is is_event]
        rows += [pick(said + signature) for said in chosen]
    insert_rows(connection, timeline.table, columns, rows)
