"""Bring households' categories into line with all that lists say of them.

Every row's word stands in ``source.categories``, what a sheet speaks of in ``import_column``: the
spells follow from these alone (:mod:`jingzhun.core.categories`), in whatever order lists came.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from jingzhun.core.categories import Spell, Word, derive_category
from jingzhun.core.vocabulary import Category, Kind
from jingzhun.rosters.kinds import kinds
from jingzhun.services.spells import held_spells, portions, write_spells
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import (
    Household,
    HouseholdCategory,
    Import,
    ImportColumn,
    ImportSheet,
    Source,
)

_TABLE: Table = HouseholdCategory.__table__  # type: ignore[assignment]
_SCOPE = "category:"
_CLOSING = frozenset({Kind.HOUSEHOLD_MEMBERS.value, Kind.SPECIAL_GROUP.value})
Named = tuple[str, bool | None, str | None, str | None]
Spells = dict[str, list[Spell]]


@dataclass(slots=True)
class Settled:
    """Whose categories changed, and all spells by household and category."""

    changed: set[int] = field(default_factory=set)
    spells: dict[int, Spells] = field(default_factory=dict)


@dataclass(slots=True)
class Said:
    """What the rows of one sheet say together of one household.

    ``named`` gives by category the row that names it, whether its risk is gone, since when it was
    found and gone; ``silent`` are categories of which its blank cells say nothing.
    """

    first_row: int
    silent: set[str]
    named: dict[str, tuple[int, bool | None, str | None, str | None]] = field(default_factory=dict)

    def hear(self, row_number: int, words: Sequence[Named], unsaid: Collection[str]) -> None:
        """Add a row: what one row of a household says, its blank rows do not take back."""
        self.silent.intersection_update(unsaid)
        for category, removed, found_on, removed_on in words:
            known = self.named.get(category)
            if known is None or (known[1] is None and removed is not None):
                self.named[category] = (row_number, removed, found_on, removed_on)


def pack(words: Sequence[Named], unsaid: Collection[str] | None) -> str | None:
    """Give a row's word on categories as ``source`` keeps it; None where it says nothing."""
    if not words and unsaid is None:
        return "[[],[]]"
    return json.dumps([list(map(list, words)), list(unsaid or ())], separators=(",", ":"))


def settle_categories(
    connection: Connection, households: Collection[int], sheet_id: int
) -> Settled:
    """Derive the categories of ``households`` anew; write what differs as recorded by a sheet."""
    settled = Settled()
    sheets = _Sheets(connection)
    for some in portions(sorted(households)):
        words = sheets.words(connection, some)
        derived: dict[int, list[dict[str, Any]]] = {}
        for household in some:
            spells = {
                category: derive_category(said) for category, said in words[household].items()
            }
            settled.spells[household] = spells
            derived[household] = [
                _row(category, spell) for category in spells for spell in spells[category]
            ]
        held = held_spells(connection, _TABLE, some)
        settled.changed |= write_spells(connection, _TABLE, held, derived, sheet_id)
    return settled


def _row(category: str, spell: Spell) -> dict[str, Any]:
    word = spell.word
    sheet_id, row_number = word.order
    return {
        "category": category, "valid_from": spell.start, "valid_until": spell.until,
        "risk_removed": spell.risk_removed, "rank": word.rank, "stated_on": word.stated_on,
        "sheet_id": sheet_id, "row_number": row_number,
    }  # fmt: skip


class _Sheets:
    """The sheets in force that speak of categories: with what rank, on what day, of which."""

    def __init__(self, connection: Connection) -> None:
        ranks = {kind.value: spec.ranks.get("category", 1) for kind, spec in kinds().items()}
        columns = (ImportSheet.id, ImportSheet.kind, ImportSheet.stated_on, ImportSheet.whole)
        query = (
            select(*columns, ImportColumn.field)
            .join(Import, Import.id == ImportSheet.import_id)
            .join(ImportColumn, ImportColumn.sheet_id == ImportSheet.id)
            .where(Import.undone_at.is_(None), ImportColumn.field.startswith(_SCOPE))
        )
        self.scopes: dict[int, set[str]] = {}
        self.facts: dict[int, tuple[int, date]] = {}
        full: dict[int, str] = {}
        for row in connection.execute(query):
            category = row.field.removeprefix(_SCOPE)
            scope = self.scopes.setdefault(row.id, set())
            if category != Category.OTHER:
                scope.add(category)
            self.facts[row.id] = (ranks[row.kind], row.stated_on)
            if row.whole and row.kind in _CLOSING:
                full[row.id] = row.kind
        self._full = full_scopes(connection, full)

    def words(
        self, connection: Connection, households: Sequence[int]
    ) -> dict[int, dict[str, list[Word]]]:
        """Give by household and category what every sheet says."""
        said: dict[int, dict[int, Said]] = {household: {} for household in households}
        columns = [Source.household_id, Source.sheet_id, Source.row_number, Source.categories]
        rows = rows_of(connection, Source.household_id, households, columns)
        unpacked: dict[str, Any] = {}
        for row in sorted(rows, key=lambda row: (row.sheet_id, row.row_number)):
            if row.categories is None or row.sheet_id not in self.facts:
                continue
            if row.categories not in unpacked:
                unpacked[row.categories] = json.loads(row.categories)
            words, unsaid = unpacked[row.categories]
            by_sheet = said[row.household_id]
            if row.sheet_id not in by_sheet:
                by_sheet[row.sheet_id] = Said(first_row=row.row_number, silent=set(unsaid))
            by_sheet[row.sheet_id].hear(row.row_number, words, unsaid)
        found = {household: self._words(by_sheet) for household, by_sheet in said.items()}
        if self._full:
            self._close(connection, said, found)
        return found

    def _words(self, by_sheet: Mapping[int, Said]) -> dict[str, list[Word]]:
        found: dict[str, list[Word]] = {}
        for sheet_id, said in by_sheet.items():
            rank, stated_on = self.facts[sheet_id]
            for category, (number, removed, found_on, removed_on) in said.named.items():
                found.setdefault(category, []).append(
                    Word(rank=rank, stated_on=stated_on, order=(sheet_id, number), holds=True,
                         risk_removed=removed, found_on=_day(found_on), removed_on=_day(removed_on))
                )  # fmt: skip
            for category in self.scopes[sheet_id] - said.silent - said.named.keys():
                found.setdefault(category, []).append(
                    Word(rank=rank, stated_on=stated_on, order=(sheet_id, said.first_row),
                         holds=False)
                )  # fmt: skip
        return {
            category: words
            for category, words in found.items()
            if any(word.holds for word in words)
        }

    def _close(
        self,
        connection: Connection,
        said: Mapping[int, Mapping[int, Said]],
        found: Mapping[int, dict[str, list[Word]]],
    ) -> None:
        """Add what full lists of a household's village deny by leaving it out."""
        villages = rows_of(
            connection, Household.id, list(said), [Household.id, Household.village_id]
        )
        for household, village in villages:
            for sheet_id, (within, unplaced) in self._full.items():
                if sheet_id in said[household]:
                    continue
                rank, stated_on = self.facts[sheet_id]
                for category in self.scopes[sheet_id] & found[household].keys():
                    words = found[household][category]
                    of_kind = unplaced & {word.order[0] for word in words}
                    if village in within or (village is None and of_kind):
                        words.append(Word(rank=rank, stated_on=stated_on, order=(sheet_id, 0),
                                          holds=False))  # fmt: skip


def full_scopes(
    connection: Connection, full: Mapping[int, str]
) -> dict[int, tuple[set[int], set[int]]]:
    """Give by full sheet the villages that stand in it, and what else it may close.

    A list of special groups that names no villages is also of the households without one of which
    such lists told: those sheets stand beside.
    """
    if not full:
        return {}
    query = (
        select(Source.sheet_id, Household.village_id)
        .join(Household, Household.id == Source.household_id)
        .where(Source.sheet_id.in_(full), Household.village_id.is_not(None))
        .distinct()
    )
    found: dict[int, tuple[set[int], set[int]]] = {sheet_id: (set(), set()) for sheet_id in full}
    for sheet_id, village in connection.execute(query):
        if village is not None:
            found[sheet_id][0].add(village)
    placed = set(
        connection.scalars(
            select(ImportColumn.sheet_id).where(
                ImportColumn.sheet_id.in_(full), ImportColumn.field == "village"
            )
        )
    )
    unplaced = [
        sheet_id
        for sheet_id, kind in full.items()
        if kind == Kind.SPECIAL_GROUP.value and sheet_id not in placed
    ]
    if unplaced:
        of_kind = set(
            connection.scalars(
                select(ImportSheet.id).where(ImportSheet.kind == Kind.SPECIAL_GROUP.value)
            )
        )
        for sheet_id in unplaced:
            found[sheet_id][1].update(of_kind)
    return found


def said_by_rows(
    households: Sequence[int | None],
    row_numbers: Sequence[int],
    words: Sequence[Sequence[Named]],
    unsaid: Sequence[Collection[str] | None],
) -> Iterator[tuple[int, Said]]:
    """Give what the rows of a sheet say together of each household."""
    found: dict[int, Said] = {}
    for household, number, named, silent in zip(
        households, row_numbers, words, unsaid, strict=True
    ):
        if household is not None:
            if household not in found:
                found[household] = Said(first_row=number, silent=set(silent or ()))
            found[household].hear(number, named, silent or ())
    yield from found.items()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
