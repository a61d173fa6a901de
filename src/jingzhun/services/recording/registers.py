"""Entries of a register: each known again by whom it is about and its key.

A row adds when an entry of it is new, changes when one is corrected. What an older list says
otherwise is noticed and left.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.kinds import RegisterSpec, kinds
from jingzhun.services.recording.accounts import note_shared_accounts
from jingzhun.services.recording.echoes import Subjects, echoes
from jingzhun.services.recording.entries import Entry, own_columns, record_words
from jingzhun.services.recording.joining import join
from jingzhun.services.recording.secondments import note_overlaps
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.store.schema import Base

TABLES: Mapping[str, Table] = MappingProxyType(dict(Base.metadata.tables))
#: What other lists are asked about, by what the entries of a register are about.
_ASKED: Mapping[str, str] = MappingProxyType(
    {"person": "people", "household": "households", "staff": "staff"}
)


def record_entries(
    sheet: SheetRecorder,
    register: RegisterSpec,
    subjects: Mapping[str, Subjects],
) -> None:
    """Record every entry of the sheet's rows; mark what came of each row.

    ``subjects`` are the persons, households and staff of the rows, by what an entry may be about.
    """
    table = TABLES[register.table]
    mine = list(_entries(sheet, register, subjects))

    def others(places: Collection[int]) -> Iterator[tuple[date, Entry]]:
        whom = _ASKED.get(register.about)
        asked = {whom: [subjects[register.about][at] for at in places]} if whom else {}
        for echo in echoes(sheet, _kinds_of(register.table), **asked):
            spec = kinds()[echo.sheet.kind].register
            assert spec is not None  # noqa: S101 - a kind of this register
            for entry in _entries(echo.sheet, spec, echo.subjects):
                yield echo.sheet.reading.stated_on, entry

    if register.joins and mine:
        words = join(sheet, table, register, mine, others)
        record_words(sheet, table, words.mine, words.others, settled=words.settled)
    else:
        record_words(sheet, table, mine, others)
    if "account" in sheet.batch.columns and register.about == "person":
        note_shared_accounts(sheet, table, subjects["person"])
    if table is TABLES["secondment"]:
        note_overlaps(sheet, subjects["staff"])


def _kinds_of(table: str) -> list[Kind]:
    return [
        kind
        for kind, spec in kinds().items()
        if spec.register is not None and spec.register.table == table
    ]


def _entries(
    sheet: SheetRecorder, register: RegisterSpec, subjects: Mapping[str, Subjects]
) -> Iterator[Entry]:
    """Give what every row says of its entries; rows about nobody asked for give none."""
    table = TABLES[register.table]
    batch = sheet.batch
    owners = subjects.get(register.about)
    owned = {f"{about}_id": ids for about, ids in subjects.items()}
    given: dict[str, Sequence[Any]] = {**batch.columns, **owned}
    if "school_id" in table.c and "school" in batch.columns:
        given["school_id"] = sheet.schools()
    shared = {name: given[name] for name in own_columns(table) if name in given}

    def values_at(at: int) -> dict[str, Any]:
        return {name: column[at] for name, column in shared.items() if column[at] is not None}

    keys = batch.column("entry_keys")
    for at, (row, own) in enumerate(zip(keys, batch.column("entries"), strict=True)):
        if owners is not None and owners[at] is None:
            continue
        owner = f"{owners[at]}|" if owners else ""
        for key, words in zip(row, own or [{}] * len(row), strict=True):
            values = values_at(at) | {name: words[name] for name in words if name in table.c}
            blanks = {name for name, value in values.items() if value is None}
            yield Entry(at, owner + key, {n: values[n] for n in values if n not in blanks})
