"""Pairs 结对 as lists state them: who helps which household, since when."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from jingzhun.core.dated import Word
from jingzhun.core.vocabulary import Kind
from jingzhun.services.derived import Settled, Shape, day_of, settle_words, sheets_in_force
from jingzhun.services.facts import FactRecorder
from jingzhun.services.sheet import ADDED, CHANGED
from jingzhun.services.spells import portions
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import Household, Pairing, Source

_TABLE: Table = Pairing.__table__  # type: ignore[assignment]
_SHAPE = Shape(table=_TABLE, key="staff_id", values=("measures",))


def pair_words(facts: FactRecorder) -> Mapping[str, Sequence[Any]]:
    """Give what each row says of its pair, as a column of ``source``."""
    if facts.kind is not Kind.PAIRING_LIST:
        return {}
    columns = (facts.batch.column(name) for name in ("measures", "paired_on", "ended_on"))
    return {"pairing": [json.dumps(row, ensure_ascii=False) for row in zip(*columns, strict=True)]}


def record_pairs(facts: FactRecorder) -> None:
    """State who helps which household."""
    households = {household for household in facts.households if household is not None}
    settled = settle_pairs(facts.connection, households, facts.recorded_in)
    for at, pair in enumerate(zip(facts.households, facts.staff, strict=True)):
        if pair in settled.added:
            facts.sheet.rows.mark(at, ADDED)
            settled.added.discard(pair)  # two rows may prove to be one pair's
            settled.changed.discard(pair)
        elif pair in settled.changed:
            facts.sheet.rows.mark(at, CHANGED)


def settle_pairs(connection: Connection, households: Collection[int], sheet_id: int) -> Settled:
    """Derive the pairs of ``households`` anew; write what differs as recorded by a sheet."""
    settled = Settled()
    sheets = sheets_in_force(connection, "pairing")
    full = {
        number: sheet
        for number, sheet in sheets.items()
        if sheet.whole and sheet.kind == Kind.PAIRING_LIST.value
    }
    villages = _villages_of(connection, list(full))
    for some in portions(sorted(households)):
        words: dict[int, dict[int, list[Word]]] = {household: {} for household in some}
        columns = [Source.household_id, Source.staff_id, Source.sheet_id, Source.row_number,
                   Source.pairing]  # fmt: skip
        for row in rows_of(connection, Source.household_id, some, columns):
            if row.pairing is None or row.staff_id is None or row.sheet_id not in sheets:
                continue
            words[row.household_id].setdefault(row.staff_id, []).append(
                _word(row, sheets[row.sheet_id].rank, sheets[row.sheet_id].stated_on)
            )
        places = rows_of(connection, Household.id, some, [Household.id, Household.village_id])
        for household, village in places:
            for number, sheet in full.items():
                if village is None or village not in villages[number]:
                    continue
                for said in words[household].values():
                    if number not in {word.order[0] for word in said}:
                        said.append(Word(rank=sheet.rank, stated_on=sheet.stated_on,
                                         order=(number, 0), holds=False, own_day=True))  # fmt: skip
        settle_words(connection, _SHAPE, words, sheet_id, settled)
    return settled


def _word(row: Any, rank: int, stated_on: Any) -> Word:
    measures, start, end = json.loads(row.pairing)
    if start and end and end <= start:
        end = None
    return Word(
        rank=rank, stated_on=stated_on, order=(row.sheet_id, row.row_number), holds=True,
        value=(measures,), found_on=day_of(start), until=day_of(end),
    )  # fmt: skip


def _villages_of(connection: Connection, sheets: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {sheet: set() for sheet in sheets}
    query = (
        select(Source.sheet_id, Household.village_id)
        .join(Household, Household.id == Source.household_id)
        .where(Source.sheet_id.in_(sheets))
        .distinct()
    )
    for sheet, village in connection.execute(query):
        if village is not None:
            found[sheet].add(village)
    return found
