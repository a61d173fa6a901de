"""Bring households' categories into line with all that lists say of them.

Every row's word stands in ``source.categories``, what a sheet speaks of in ``import_column``: the
spells follow from these alone (:mod:`jingzhun.core.dated`), in whatever order lists came.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from jingzhun.core.dated import Word
from jingzhun.core.vocabulary import Category, Kind
from jingzhun.services.recording.derived import (
    Settled,
    Shape,
    day_of,
    settle_words,
    sheets_in_force,
)
from jingzhun.services.recording.spells import portions
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import Household, HouseholdCategory, ImportColumn, ImportSheet, Source

_TABLE: Table = HouseholdCategory.__table__  # type: ignore[assignment]
_SCOPE = "category:"
_CLOSING = frozenset({Kind.HOUSEHOLD_MEMBERS.value, Kind.SPECIAL_GROUP.value})
Named = tuple[str, bool | None, str | None, str | None]


SHAPE = Shape(table=_TABLE, key="category", values=("risk_removed",))


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
        settle_words(connection, SHAPE, sheets.words(connection, some), sheet_id, settled)
    return settled


class _Sheets:
    """The sheets in force that speak of categories: with what rank, on what day, of which."""

    def __init__(self, connection: Connection) -> None:
        self.facts = sheets_in_force(connection, "category")
        self.scopes: dict[int, set[str]] = {}
        query = select(ImportColumn.sheet_id, ImportColumn.field)
        for sheet_id, name in connection.execute(
            query.where(ImportColumn.field.startswith(_SCOPE))
        ):
            category = name.removeprefix(_SCOPE)
            if category != Category.OTHER:
                self.scopes.setdefault(sheet_id, set()).add(category)
        self._full = full_scopes(
            connection,
            {
                sheet_id: facts.kind
                for sheet_id, facts in self.facts.items()
                if facts.whole and facts.kind in _CLOSING and sheet_id in self.scopes
            },
        )

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
            facts = self.facts[sheet_id]
            for category, (number, removed, found_on, removed_on) in said.named.items():
                found.setdefault(category, []).append(
                    Word(rank=facts.rank, stated_on=facts.stated_on, order=(sheet_id, number),
                         holds=True, value=(removed,),
                         found_on=_not_later(found_on, facts.stated_on),
                         turned_on=day_of(removed_on) if removed else None, before=(False,))
                )  # fmt: skip
            scope = self.scopes.get(sheet_id, set())
            for category in scope - said.silent - said.named.keys():
                found.setdefault(category, []).append(
                    Word(rank=facts.rank, stated_on=facts.stated_on,
                         order=(sheet_id, said.first_row), holds=False)
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
                facts = self.facts[sheet_id]
                for category in self.scopes[sheet_id] & found[household].keys():
                    words = found[household][category]
                    of_kind = unplaced & {word.order[0] for word in words}
                    if village in within or (village is None and of_kind):
                        words.append(
                            Word(rank=facts.rank, stated_on=facts.stated_on,
                                 order=(sheet_id, 0), holds=False, own_day=True)
                        )  # fmt: skip


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


def _not_later(text: str | None, day: date) -> date | None:
    found = day_of(text)
    return found if found is None or found <= day else None
