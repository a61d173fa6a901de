"""Entries of a register: each known again by whom it is about and its key.

A row adds when an entry of it is new, changes when one is corrected. The list whose day is not
older corrects the other; what an older one says is noticed and left.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table

from jingzhun.core.identity import mask_text
from jingzhun.core.money import Fen, format_yuan
from jingzhun.rosters.kinds import RegisterSpec, fields
from jingzhun.services.accounts import note_shared_accounts
from jingzhun.services.sheet import ADDED, CHANGED, SheetRecorder
from jingzhun.store.registry import Recorded
from jingzhun.store.schema import Base

#: Columns that say where an entry stands, not what it says.
_PLACES = frozenset({"id", "identity", "sheet_id", "row_number"})

TABLES: Mapping[str, Table] = MappingProxyType(dict(Base.metadata.tables))


def record_entries(
    sheet: SheetRecorder,
    register: RegisterSpec,
    people: Sequence[int | None],
    households: Sequence[int | None],
) -> None:
    """Record every entry of the sheet's rows; mark what came of each row."""
    table = TABLES[register.table]
    owners = {"person": people, "household": households}.get(register.about)
    rows = list(_entries(sheet, owners))
    columns = _columns(sheet, table, rows, {"person_id": people, "household_id": households})
    numbers = [sheet.batch.row_numbers[at] for at, _, _ in rows]
    recorded = sheet.recorder.record(table, "identity", columns, numbers)
    for place in recorded.changed:
        sheet.rows.mark(rows[place][0], CHANGED)
    for place in recorded.added:
        sheet.rows.mark(rows[place][0], ADDED)
    _note_conflicts(sheet, recorded, [at for at, _, _ in rows])
    if "account" in columns and register.about == "person":
        note_shared_accounts(sheet, table, people)


def _entries(
    sheet: SheetRecorder, owners: Sequence[int | None] | None
) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Give the position, the identity and the own words of every entry."""
    keys = sheet.batch.column("entry_keys")
    entries = sheet.batch.column("entries")
    for at, (row, own) in enumerate(zip(keys, entries, strict=True)):
        owner = f"{owners[at]}|" if owners else ""
        for key, words in zip(row, own or [{}] * len(row), strict=True):
            yield at, owner + key, words


def _columns(
    sheet: SheetRecorder,
    table: Table,
    rows: Sequence[tuple[int, str, Mapping[str, Any]]],
    subjects: Mapping[str, Sequence[int | None]],
) -> dict[str, list[Any]]:
    """Give the table's columns that the sheet speaks of, entry by entry."""
    batch = sheet.batch
    given: dict[str, Sequence[Any]] = {**batch.columns, **subjects}
    if "school_id" in table.c and "school" in batch.columns:
        given["school_id"] = sheet.schools()
    columns: dict[str, list[Any]] = {"identity": [identity for _, identity, _ in rows]}
    told = {name for _, _, words in rows for name in words}
    for name in [column.name for column in table.c]:
        if name in _PLACES or not (name in given or name in told):
            continue
        shared = given.get(name)
        columns[name] = [
            words[name] if name in words else shared[at] if shared else None
            for at, _, words in rows
        ]
    return columns


def _note_conflicts(sheet: SheetRecorder, recorded: Recorded, places: Sequence[int]) -> None:
    for place, name, said, held in recorded.conflicts:
        field = name.removesuffix("_fen")
        title = fields()[field].title if field in fields() else name
        words = (
            f"{title}这里写“{_words(name, said)}”，较新的名单为“{_words(name, held)}”，以后者为准。"
        )
        sheet.notice(places[place], field, "conflict", words)


def _words(name: str, value: Any) -> str:
    return format_yuan(Fen(value)) if name.endswith("_fen") else mask_text(str(value))
