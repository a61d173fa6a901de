"""Bring dated facts into line with all that lists say of them: the part that all of them share.

What a row says stands in ``source``; the spells follow from these words (``core.dated``), in
whatever order the lists came.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select

from jingzhun.core import dated
from jingzhun.core.dated import Spell, Word
from jingzhun.rosters.kinds import kinds
from jingzhun.services.recording.spells import held_spells, write_spells
from jingzhun.store.schema import Import, ImportSheet

Fact = tuple[int, Any]
Said = TypeVar("Said", bound=Word)


@dataclass(slots=True)
class Settled:
    """Which facts, as (subject, key), are new or changed; and all spells of each."""

    added: set[Fact] = field(default_factory=set)
    changed: set[Fact] = field(default_factory=set)
    spells: dict[int, dict[Any, list[Spell]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a timeline table holds a fact: ``key`` tells facts of one subject apart (None: one)."""

    table: Table
    key: str | None
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """A sheet in force: with what rank and as of which day it speaks, on which page of a file."""

    rank: int
    stated_on: date
    kind: str
    whole: bool
    page: tuple[int, str]


def sheets_in_force(connection: Connection, group: str) -> dict[int, SheetFacts]:
    """Give every sheet in force with its rank for a group of facts."""
    ranks = {kind.value: spec.ranks.get(group, 1) for kind, spec in kinds().items()}
    columns = (ImportSheet.id, ImportSheet.kind, ImportSheet.stated_on, ImportSheet.whole,
               ImportSheet.import_id, ImportSheet.name)  # fmt: skip
    query = select(*columns).join(Import, Import.id == ImportSheet.import_id)
    return {
        row.id: SheetFacts(
            rank=ranks[row.kind],
            stated_on=row.stated_on,
            kind=row.kind,
            whole=row.whole,
            page=(row.import_id, row.name),
        )
        for row in connection.execute(
            query.where(Import.undone_at.is_(None), ImportSheet.kind.is_not(None))
        )
    }


def settle_words(
    connection: Connection,
    shape: Shape,
    words: Mapping[int, Mapping[Any, Sequence[Said]]],
    sheet_id: int,
    settled: Settled,
    *,
    derive: Callable[[Sequence[Said]], list[Spell]] = dated.derive,
) -> None:
    """Derive the facts of the subjects in ``words``; write what differs, add it to ``settled``."""
    held = held_spells(connection, shape.table, words)
    derived: dict[int, list[dict[str, Any]]] = {}
    for subject, by_key in words.items():
        spells = {key: derive(said) for key, said in by_key.items()}
        settled.spells[subject] = spells
        derived[subject] = [_row(shape, key, spell) for key in spells for spell in spells[key]]
        before: dict[Any, list[Any]] = {}
        for row in sorted(held[subject], key=lambda row: row.valid_from):
            key = getattr(row, shape.key) if shape.key else None
            before.setdefault(key, []).append(row)
        for key in spells.keys() | before.keys():
            now = [(s.start, s.until, *s.value) for s in spells.get(key, ())]
            then = [
                (row.valid_from, row.valid_until, *(getattr(row, name) for name in shape.values))
                for row in before.get(key, ())
            ]
            if now and not then:
                settled.added.add((subject, key))
            if now != then:
                settled.changed.add((subject, key))
    write_spells(connection, shape.table, held, derived, sheet_id)


def _row(shape: Shape, key: Any, spell: Spell) -> dict[str, Any]:
    word = spell.word
    sheet_id, row_number = word.order
    row = {
        "valid_from": spell.start, "valid_until": spell.until, "rank": word.rank,
        "stated_on": word.stated_on, "sheet_id": sheet_id, "row_number": row_number,
        **dict(zip(shape.values, spell.value, strict=True)),
    }  # fmt: skip
    if shape.key:
        row[shape.key] = key
    return row


def day_of(text: str | None) -> date | None:
    """Give a day by its ISO text."""
    return date.fromisoformat(text) if text else None
