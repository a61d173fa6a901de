"""People who move out of a household without number into one of a household list.

The household that they leave was made for want of a better one. When nobody is left in it, what it
was known to be goes with them: a child on the 低保 list does not lose 低保 by being found at home.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from jingzhun.core.vocabulary import Kind
from jingzhun.services.statements import Stage
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import (
    Household,
    HouseholdCategory,
    ImportSheet,
    Person,
    Revision,
    Source,
)
from jingzhun.store.timeline import CATEGORY

if TYPE_CHECKING:
    from jingzhun.services.recording import SheetRecorder


def leave_homes(sheet: "SheetRecorder") -> None:
    """Take along the categories of households that this sheet left empty, and end them there."""
    removals = _removals(sheet)
    if not removals:
        return
    spells = _spells(sheet, removals)
    homes = [{"home": home, "target": target} for home, target in removals.items()]
    for statement in (
        update(HouseholdCategory)
        .where(
            HouseholdCategory.household_id == bindparam("home"),
            HouseholdCategory.superseded_in.is_(None),
        )
        .values(superseded_in=sheet.sheet_id),
        update(Source)
        .where(Source.household_id == bindparam("home"))
        .values(household_id=bindparam("target")),
    ):
        sheet.connection.execute(statement, homes)
    for stage, kind in _said_again(sheet, removals, spells):
        stage.assert_all(sheet.connection, kind)


def _removals(sheet: "SheetRecorder") -> dict[int, int]:
    """Give the households that this sheet emptied, and where the first who left lives now."""
    left = sheet.connection.execute(
        select(Revision.old, Person.household_id)
        .join(Person, Person.id == Revision.record_id)
        .where(
            Revision.sheet_id == sheet.sheet_id,
            Revision.table_name == "person",
            Revision.field == "household_id",
            Revision.old != "null",
        )
        .order_by(Revision.id)
    ).all()
    found: dict[int, int] = {}
    for old, now in left:
        if old is not None and now is not None:
            found.setdefault(json.loads(old), now)
    if not found:
        return {}
    columns = [Household.id, Household.household_no]
    unnumbered = {row[0] for row in rows_of(sheet.connection, columns[0], found, columns)
                  if row[1] is None}  # fmt: skip
    columns = [Person.household_id]
    lived_in = {row[0] for row in rows_of(sheet.connection, columns[0], unnumbered, columns)}
    return {home: now for home, now in found.items() if home in unnumbered - lived_in}


def _spells(sheet: "SheetRecorder", homes: Collection[int]) -> list[Any]:
    """Give what the homes are known to be, with the kind of list that said so."""
    kinds = dict(
        sheet.connection.execute(
            select(ImportSheet.id, ImportSheet.kind).where(ImportSheet.kind.is_not(None))
        ).all()
    )
    table = HouseholdCategory.__table__
    rows = rows_of(sheet.connection, table.c.household_id, homes, list(table.c))
    held = [row for row in rows if row.superseded_in is None]
    held.sort(key=lambda row: (row.household_id, row.category, row.valid_from))
    return [(row, Kind.coded(str(kinds[row.sheet_id]))) for row in held]


def _said_again(
    sheet: "SheetRecorder", removals: Mapping[int, int], spells: Iterable[Any]
) -> list[tuple[Stage, Kind]]:
    """Stage the spells of the new households, as their lists said them: each subject once a stage.

    Two homes that end in one household may bring the same category; both speak, in turn.
    """
    stages: dict[tuple[Kind, date, int], Stage] = {}
    turns: Counter[tuple[int, str]] = Counter()
    for spell, kind in spells:
        target = removals[spell.household_id]
        turn = turns[target, spell.category]
        turns[target, spell.category] += 1
        key = (kind, spell.stated_on, turn)
        if key not in stages:
            stages[key] = Stage(CATEGORY, sheet.sheet_id, spell.stated_on)
        stages[key].say(
            spell.row_number,
            (target, spell.category, spell.risk_removed),
            starts=spell.valid_from.isoformat(),
            until=spell.valid_until and spell.valid_until.isoformat(),
            sheet_id=spell.sheet_id,
        )
    ordered = sorted(stages, key=lambda key: (key[1], key[2], key[0].value))
    return [(stages[key], key[0]) for key in ordered]
