"""Entries of registers: what came of each, from all that lists say of it (``core.entries``).

A list that says nothing new writes nothing. Where it says otherwise than what holds, the words of
all lists on that entry decide, so that it does not matter in which order they came.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Date, String, Table, bindparam, select, type_coerce, update

from jingzhun.core.entries import Statement, settle, weigh
from jingzhun.core.identity import mask_text
from jingzhun.core.money import Fen, format_yuan
from jingzhun.rosters.kinds import fields
from jingzhun.services.recording.sheet import ADDED, CHANGED, SheetRecorder
from jingzhun.store.bulk import ids_of, insert_rows, next_id, rows_of
from jingzhun.store.schema import ImportSheet, Revision, School

#: Columns that say where an entry stands or whose it is, not what it says.
_PLACES = frozenset({"id", "identity", "sheet_id", "row_number"})
_OWNERS = frozenset({"person_id", "household_id", "staff_id"})


class Entry(NamedTuple):
    """What a row of a sheet, by its position, says of an entry; blanks are left out.

    A word of lower ``rank`` fills what the others leave out.
    """

    at: int
    identity: str
    values: Mapping[str, Any]
    rank: int = 0


#: Gives what other lists say of the entries of some rows, each with the day that its list states.
Others = Callable[[Collection[int]], Iterable[tuple[date, Entry]]]


def own_columns(table: Table) -> list[str]:
    """Give the columns that say something, in order."""
    return [column.name for column in table.c if column.name not in _PLACES]


def record_words(
    sheet: SheetRecorder,
    table: Table,
    mine: Sequence[Entry],
    others: Others,
    *,
    added: int = ADDED,
    settled: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Write what the sheet says of entries, mark its rows, say where lists contradict it.

    ``added`` is the outcome of a row with a new entry; entries in ``settled`` are derived anew,
    whatever is said, for the row at a position.
    """
    identities = {entry.identity for entry in mine}
    known = ids_of(sheet.connection, table.c.identity, identities, target=table.c.id)
    for entry in _insert(sheet, table, [one for one in mine if one.identity not in known]):
        sheet.rows.mark(entry.at, added)
    held = _held(sheet, table, known)
    doubtful = [
        entry
        for entry in mine
        if entry.identity in settled
        or (
            entry.identity in held
            and any(held[entry.identity][name] != value for name, value in entry.values.items())
        )
    ]
    if doubtful:
        wanted = {*identities, *settled}
        known = ids_of(sheet.connection, table.c.identity, wanted, target=table.c.id)
        held = _held(sheet, table, known)
        _settle(sheet, table, mine, doubtful, held=held, others=others, settled=settled)


def _insert(sheet: SheetRecorder, table: Table, entries: Sequence[Entry]) -> Iterable[Entry]:
    """Insert the entries that are new; give the row that made each."""
    first: dict[str, Entry] = {}
    again: dict[str, list[Entry]] = {}
    for entry in entries:
        if first.setdefault(entry.identity, entry) is not entry:
            again.setdefault(entry.identity, [first[entry.identity]]).append(entry)
    values = {identity: entry.values for identity, entry in first.items()}
    if again:
        schools = _schools(sheet)
        for identity, several in again.items():
            said = [_statement(table, sheet.reading.stated_on, one, schools) for one in several]
            values[identity] = {name: one.values[name] for name, one in settle(said).items()}
    names = [name for name in own_columns(table) if any(name in said for said in values.values())]
    numbers = sheet.batch.row_numbers
    start = next_id(sheet.connection, table, sheet.reserved)
    rows = [
        (start + at, identity, *map(said.get, names), sheet.sheet_id,
         numbers[first[identity].at])
        for at, (identity, said) in enumerate(values.items())
    ]  # fmt: skip
    columns = ("id", "identity", *names, "sheet_id", "row_number")
    insert_rows(sheet.connection, table, columns, rows)
    return first.values()


def _held(
    sheet: SheetRecorder, table: Table, known: Mapping[str, int]
) -> dict[str, Mapping[str, Any]]:
    columns = [
        type_coerce(column, String).label(column.name) if isinstance(column.type, Date) else column
        for column in table.c
    ]
    found = rows_of(sheet.connection, table.c.id, set(known.values()), columns)
    return {row.identity: row._mapping for row in found}  # noqa: SLF001 - its public name


def _settle(
    sheet: SheetRecorder,
    table: Table,
    mine: Sequence[Entry],
    doubtful: Sequence[Entry],
    *,
    held: Mapping[str, Mapping[str, Any]],
    others: Others,
    settled: Mapping[str, int],
) -> None:
    """Let all words on the doubtful entries decide; write what is another."""
    schools = _schools(sheet)
    asked = {entry.identity: entry.at for entry in reversed(doubtful)}
    asked |= {identity: at for identity, at in settled.items() if identity not in asked}
    said: dict[str, list[Statement]] = {identity: [] for identity in asked}
    for day, entry in others(set(asked.values())):
        if entry.identity in said:
            said[entry.identity].append(_statement(table, day, entry, schools))
    _believe_unkept(sheet, table, said, held, schools)
    for entry in mine:
        if entry.identity in said:
            own = _statement(table, sheet.reading.stated_on, entry, schools)
            said[entry.identity].append(own)
    revisions: list[tuple[Any, ...]] = []
    changed: dict[str, dict[str, Any]] = {}
    holding = {identity: settle(words) for identity, words in said.items()}
    for identity, at in asked.items():
        before = held[identity]
        now = {name: one.values[name] for name, one in holding[identity].items()}
        if identity in settled:
            now = dict.fromkeys(own_columns(table)) | now
        new = {name: value for name, value in now.items() if value != before[name]}
        if new:
            number = sheet.batch.row_numbers[at]
            revisions += [
                (table.name, before["id"], name, json.dumps(before[name]), sheet.sheet_id, number)
                for name in new
            ]
            changed[identity] = new
            sheet.rows.mark(at, CHANGED)
    for entry in doubtful:
        for name in entry.values:
            which = holding[entry.identity][name]
            _compare(sheet, entry, name, holding=which, said=said[entry.identity])
    _write(sheet, table, {held[identity]["id"]: (held[identity], new)
                          for identity, new in changed.items()})  # fmt: skip
    columns = ("table_name", "record_id", "field", "old", "sheet_id", "row_number")
    insert_rows(sheet.connection, Revision.__table__, columns, revisions)  # type: ignore[arg-type]


def _schools(sheet: SheetRecorder) -> Mapping[int, str]:
    found = sheet.connection.execute(select(School.id, School.name))
    return {row.id: row.name for row in found}


def _statement(
    table: Table, stated_on: date, entry: Entry, schools: Mapping[int, str]
) -> Statement:
    """Make a statement; a school weighs by its name, for its number tells who came first."""
    weighty = (
        schools.get(entry.values.get(name, 0)) if name == "school_id" else entry.values.get(name)
        for name in own_columns(table)
        if name not in _OWNERS
    )
    weight = weigh(weighty)
    return Statement(rank=entry.rank, stated_on=stated_on, values=entry.values, weight=weight)


def _believe_unkept(
    sheet: SheetRecorder,
    table: Table,
    said: Mapping[str, list[Statement]],
    held: Mapping[str, Mapping[str, Any]],
    schools: Mapping[int, str],
) -> None:
    """Take an entry that no kept list speaks of, made by a program of before, at its own word."""
    silent = {identity: held[identity]["sheet_id"] for identity, words in said.items() if not words}
    columns = [ImportSheet.id, ImportSheet.stated_on]
    days = dict(row[:2] for row in rows_of(sheet.connection, columns[0], set(silent.values()),
                                           columns))  # fmt: skip
    for identity, sheet_id in silent.items():
        values = {
            name: held[identity][name]
            for name in own_columns(table)
            if held[identity][name] is not None
        }
        entry = Entry(0, identity, values)
        said[identity].append(_statement(table, days[sheet_id], entry, schools))


def _compare(
    sheet: SheetRecorder,
    entry: Entry,
    name: str,
    *,
    holding: Statement,
    said: Sequence[Statement],
) -> None:
    """Notice what another list says otherwise, where it holds or is of the same day."""
    mine, held, value = sheet.reading.stated_on, holding.values[name], entry.values[name]
    same_day = "要以{}为准，请写上它较晚的日期（--as-of）再导入一次。"
    if held != value:
        which = "较新的名单" if holding.stated_on > mine else "同一天的另一份名单"
        more = same_day.format("这里的") if holding.stated_on == mine else ""
        if holding.rank > entry.rank:
            which, more = "写明日期的名单", ""
        other, ends = held, f"以后者为准。{more}"
    else:
        rivals = [
            one.values[name]
            for one in said
            if (one.rank, one.stated_on) == (entry.rank, mine)
            and one.values.get(name, value) != value
        ]
        if not rivals:
            return
        which, other = "同一天的另一份名单", rivals[0]
        ends = f"以这里的为准。{same_day.format('那一份')}"
    field = name.removesuffix("_fen")
    title = fields()[field].title if field in fields() else "这一项"
    if name == "school_id":
        words = f"学校与{which}不同，{ends}"
    else:
        words = f"{title}这里写“{_words(name, value)}”，{which}为“{_words(name, other)}”，{ends}"
    sheet.notice(entry.at, field, "conflict", words)


def _words(name: str, value: Any) -> str:
    return format_yuan(Fen(value)) if name.endswith("_fen") else mask_text(str(value))


def _write(
    sheet: SheetRecorder,
    table: Table,
    changed: Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> None:
    """Write new values over held ones, by the id of the entry."""
    if not changed:
        return
    told = {name for _held, new in changed.values() for name in new}
    names = [name for name in own_columns(table) if name in told]
    statement = (
        update(table)
        .where(table.c.id == bindparam("record_id"))
        .values(
            {
                name: bindparam(
                    f"new_{name}", type_=String() if isinstance(table.c[name].type, Date) else None
                )
                for name in names
            }
        )
    )
    rows = [
        {"record_id": number} | {f"new_{name}": new.get(name, held[name]) for name in names}
        for number, (held, new) in changed.items()
    ]
    sheet.connection.execute(statement, rows)
