"""Pairs 结对 as lists and the desk state them: who helps which household, since when.

What the desk decides outranks every list: a list neither ends such a pair nor moves its days, and
what an older list says of the days before stands as a spell of its own, so that three years are
counted from the decision. Measures are what the last list named that speaks of the pair.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from jingzhun.core.dated import Spell, Word, derive
from jingzhun.core.vocabulary import PAIR_KINDS, Kind
from jingzhun.services.recording.derived import (
    Settled,
    Shape,
    SheetFacts,
    day_of,
    settle_words,
    sheets_in_force,
)
from jingzhun.services.recording.facts import FactRecorder
from jingzhun.services.recording.sheet import ADDED, CHANGED
from jingzhun.services.recording.spells import portions
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import Household, Pairing, Source

_TABLE: Table = Pairing.__table__  # type: ignore[assignment]
_Spells = Mapping[tuple[int | None, int | None], tuple[date, date | None]]
_SHAPE = Shape(table=_TABLE, key="staff_id", values=("measures",))


@dataclass(frozen=True, slots=True, kw_only=True)
class _PairWord(Word):
    """What a row says of a pair; ``value`` is the day on which the desk tied it, if it did."""

    measures: str | None = None


def pair_words(facts: FactRecorder) -> Mapping[str, Sequence[Any]]:
    """Give what each row says of its pair, as a column of ``source``."""
    if facts.kind not in PAIR_KINDS:
        return {}
    columns = (facts.batch.column(name) for name in ("measures", "paired_on", "ended_on"))
    return {"pairing": [json.dumps(row, ensure_ascii=False) for row in zip(*columns, strict=True)]}


def record_pairs(facts: FactRecorder) -> None:
    """State who helps which household."""
    households = {household for household in facts.households if household is not None}
    before = _last_spells(facts.connection, households)
    settled = settle_pairs(facts.connection, households, facts.recorded_in)
    _note_moved(facts, before, _last_spells(facts.connection, households))
    for at, pair in enumerate(zip(facts.households, facts.staff, strict=True)):
        if pair in settled.added:
            facts.sheet.rows.mark(at, ADDED)
            settled.added.discard(pair)  # two rows may prove to be one pair's
            settled.changed.discard(pair)
        elif pair in settled.changed:
            facts.sheet.rows.mark(at, CHANGED)


def _last_spells(connection: Connection, households: Collection[int]) -> _Spells:
    """Give from when until when each pair was last known to be one, by household and staff."""
    columns = [Pairing.household_id, Pairing.staff_id, Pairing.valid_from, Pairing.valid_until,
               Pairing.superseded_in]  # fmt: skip
    rows = [row for row in rows_of(connection, Pairing.household_id, households, columns)
            if row.superseded_in is None]  # fmt: skip
    rows.sort(key=lambda row: row.valid_from)
    return {(row.household_id, row.staff_id): (row.valid_from, row.valid_until) for row in rows}


def _note_moved(facts: FactRecorder, before: _Spells, after: _Spells) -> None:
    """Say where a list moves the days of a pair that stood, or wants to and is not heard."""
    if facts.kind != Kind.PAIRING_LIST:
        return
    said = facts.batch.column("paired_on")
    for at, pair in enumerate(zip(facts.households, facts.staff, strict=True)):
        held, now = before.get(pair), after.get(pair)
        if held is None or now is None or held[1] is not None:
            continue
        if now[0] != held[0]:
            words = f"结对日期原来是 {held[0]}，按这份名单改为 {now[0]}，三年从这一天起算。"
        elif now[1] is not None:
            words = f"原来一直结对，按这份名单到 {now[1]} 为止；解除的原因请另存备查。"
        elif said[at] is not None and day_of(said[at]) != now[0]:
            words = f"结对日期这里写“{said[at]}”，账上是 {now[0]}，以后者为准。"
        else:
            continue
        facts.sheet.notice(at, "paired_on", "conflict", words)


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
        words: dict[int, dict[int, list[_PairWord]]] = {household: {} for household in some}
        columns = [Source.household_id, Source.staff_id, Source.sheet_id, Source.row_number,
                   Source.pairing]  # fmt: skip
        for row in rows_of(connection, Source.household_id, some, columns):
            if row.pairing is None or row.staff_id is None or row.sheet_id not in sheets:
                continue
            said = words[row.household_id].setdefault(row.staff_id, [])
            said += _words(row, sheets[row.sheet_id])
        places = rows_of(connection, Household.id, some, [Household.id, Household.village_id])
        for household, village in places:
            for number, sheet in full.items():
                if village is None or village not in villages[number]:
                    continue
                for said in words[household].values():
                    # A page may tell the second helpers in a table of their own.
                    if sheet.page not in {sheets[word.order[0]].page for word in said}:
                        left_out = _PairWord(
                            rank=sheet.rank, stated_on=sheet.stated_on, order=(number, 0),
                            holds=False, own_day=True,
                        )  # fmt: skip
                        said.append(left_out)
        settle_words(connection, _SHAPE, words, sheet_id, settled, derive=_spells)
    return settled


def _words(row: Any, sheet: SheetFacts) -> Iterator[_PairWord]:
    measures, start, end = json.loads(row.pairing)
    since, until = day_of(start), day_of(end)
    is_decided = sheet.kind == Kind.PAIRING_ENTRY.value
    is_ended = is_decided and until is not None
    if since is not None and until is not None and until <= since:
        until = None
    held = _PairWord(
        rank=sheet.rank, stated_on=sheet.stated_on, order=(row.sheet_id, row.row_number),
        holds=True, value=(since if is_decided else None,), found_on=since, until=until,
        measures=measures,
    )  # fmt: skip
    yield held
    if is_ended:
        # Lists that still name the pair are not heard any more.
        yield replace(held, holds=False, value=(), found_on=None, until=None, own_day=True)


def _spells(words: Sequence[_PairWord]) -> list[Spell]:
    """Derive the spells of one pair, each with the measures that were named last in it."""
    return [replace(spell, value=(_measures(words, spell),)) for spell in derive(words)]


def _measures(words: Sequence[_PairWord], spell: Spell) -> str | None:
    named = [
        (word.stated_on, word.order, word.measures)
        for word in words
        if word.measures
        and spell.start <= word.speaks_on
        and (spell.until is None or word.speaks_on < spell.until)
    ]
    return max(named)[-1] if named else None


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
