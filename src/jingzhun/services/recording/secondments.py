"""Secondments of a list: one that meets another of the same person is noticed."""

from collections.abc import Sequence

from jingzhun.core.secondments import Away
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import Secondment
from jingzhun.store.secondments import away_of


def note_overlaps(sheet: SheetRecorder, staff: Sequence[int | None]) -> None:
    """Notice every row whose secondment has days in common with another one of the same person."""
    columns = [
        Secondment.staff_id, Secondment.id, Secondment.secondment_kind, Secondment.seconded_on,
        Secondment.due_on, Secondment.ended_on, Secondment.to_unit, Secondment.to_place,
    ]  # fmt: skip
    held: dict[int, dict[tuple[str, str], Away]] = {}
    for row in rows_of(sheet.connection, columns[0], set(staff) - {None}, columns):
        away = away_of(row)
        held.setdefault(row.staff_id, {})[(away.kind.value, away.started_on.isoformat())] = away
    told = zip(
        staff, sheet.batch.column("secondment_kind"), sheet.batch.column("seconded_on"), strict=True
    )
    for at, (person, kind, start) in enumerate(told):
        spells = held.get(person, {}) if person is not None else {}
        mine = spells.get((kind, start))
        others = [
            each for each in spells.values() if mine and each is not mine and mine.meets(each)
        ]
        if mine and others:
            other = min(others, key=lambda away: (away.started_on, away.kind))
            until = f"到 {other.last_on}" if other.last_on else "没有写到哪天"
            sheet.notice(
                at,
                "seconded_on",
                "secondments_overlap",
                f"与另一次{other.kind.label}（{other.started_on} 起，{until}）时间重叠，请核对。",
            )
