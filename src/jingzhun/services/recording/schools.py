"""Record what is said of schools: what they are, and what they ask of their pupils."""

import json
from datetime import date

from sqlalchemy import delete, select, update

from jingzhun.services.recording.sheet import ADDED, CHANGED, SheetRecorder
from jingzhun.store.bulk import insert_rows
from jingzhun.store.schema import Revision, School, SchoolFee

#: What a school is, undated: whatever was said last holds, and leaves a :class:`Revision`.
ATTRIBUTES = ("is_public", "is_rural", "in_nutrition_plan", "county_type")
_FEE = ("stage", "valid_from", "unit", "fee_fen", "public_fee_fen")
_REVISION = ("table_name", "record_id", "field", "old", "sheet_id", "row_number")


def record_school_settings(sheet: SheetRecorder) -> None:
    """Record each row's school with what the row says of it: few rows, entered at the desk."""
    for at, number in enumerate(sheet.schools()):
        if number is not None:
            _record_attributes(sheet, at, number)
            if "fee_fen" in sheet.batch.columns:
                _record_fee(sheet, at, number)


def _record_attributes(sheet: SheetRecorder, at: int, number: int) -> None:
    held = sheet.connection.execute(
        select(*(getattr(School, name) for name in ATTRIBUTES)).where(School.id == number)
    ).one()
    said = {name: sheet.batch.column(name)[at] for name in ATTRIBUTES}
    changed = {
        name: value
        for name, value in said.items()
        if value is not None and value != getattr(held, name)
    }
    if not changed:
        return
    sheet.connection.execute(update(School).where(School.id == number).values(changed))
    row_number = sheet.batch.row_numbers[at]
    insert_rows(
        sheet.connection,
        Revision.__table__,  # type: ignore[arg-type]
        _REVISION,
        [
            ("school", number, name, json.dumps(getattr(held, name)), sheet.sheet_id, row_number)
            for name in changed
        ],
    )
    sheet.rows.mark(at, CHANGED)


def _record_fee(sheet: SheetRecorder, at: int, number: int) -> None:
    """Write what a school asks from a day on, in place of what was said of that day."""
    values = [sheet.batch.column(name)[at] for name in _FEE]
    stage, since = values[0], date.fromisoformat(values[1])
    sheet.connection.execute(
        delete(SchoolFee).where(
            SchoolFee.school_id == number, SchoolFee.stage == stage, SchoolFee.valid_from == since
        )
    )
    insert_rows(
        sheet.connection,
        SchoolFee.__table__,  # type: ignore[arg-type]
        ("school_id", *_FEE, "sheet_id", "row_number"),
        [(number, *values, sheet.sheet_id, sheet.batch.row_numbers[at])],
    )
    sheet.rows.mark(at, ADDED)
