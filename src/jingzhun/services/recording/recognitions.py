"""Hardship recognitions as lists state them: for the term or school year that each list names."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from jingzhun.core.dated import Word
from jingzhun.services.recording.derived import (
    Settled,
    Shape,
    day_of,
    settle_words,
    sheets_in_force,
)
from jingzhun.services.recording.facts import FactRecorder
from jingzhun.services.recording.sheet import ADDED, CHANGED
from jingzhun.services.recording.spells import portions
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import Recognition, Source

_TABLE: Table = Recognition.__table__  # type: ignore[assignment]
_SHAPE = Shape(table=_TABLE, key=None, values=("tier", "tier_text", "reasons"))
_SAID = ("tier", "tier_text", "reasons", "recognised_from", "recognised_until", "is_recognised")


def recognition_words(facts: FactRecorder) -> Mapping[str, Sequence[Any]]:
    """Give what each row says of its person's recognition, as a column of ``source``."""
    if "recognised_from" not in facts.batch.columns:
        return {}
    rows = zip(*(facts.batch.column(name) for name in _SAID), strict=True)
    return {"recognition": [json.dumps(row, ensure_ascii=False) for row in rows]}


def record_recognitions(facts: FactRecorder) -> None:
    """State who is recognised as hard up, in which tier, for which term or year."""
    people = {person for person in facts.people if person is not None}
    settled = settle_recognitions(facts.connection, people, facts.recorded_in)
    for at, person in enumerate(facts.people):
        if (person, None) in settled.added:
            facts.sheet.rows.mark(at, ADDED if facts.is_about("recognition") else CHANGED)
        elif (person, None) in settled.changed:
            facts.sheet.rows.mark(at, CHANGED)


def settle_recognitions(connection: Connection, people: Collection[int], sheet_id: int) -> Settled:
    """Derive the recognitions of ``people`` anew; write what differs as recorded by a sheet."""
    settled = Settled()
    sheets = sheets_in_force(connection, "recognition")
    for some in portions(sorted(people)):
        words: dict[int, dict[None, list[Word]]] = {person: {None: []} for person in some}
        columns = [Source.person_id, Source.sheet_id, Source.row_number, Source.recognition]
        for row in rows_of(connection, Source.person_id, some, columns):
            if row.recognition is None or row.sheet_id not in sheets:
                continue
            tier, text, reasons, start, until, holds = json.loads(row.recognition)
            sheet = sheets[row.sheet_id]
            words[row.person_id][None].append(
                Word(rank=sheet.rank, stated_on=sheet.stated_on, holds=holds,
                     order=(row.sheet_id, row.row_number), value=(tier, text, reasons),
                     period_start=day_of(start), until=day_of(until))
            )  # fmt: skip
        settle_words(connection, _SHAPE, words, sheet_id, settled)
    return settled
