"""People who move out of a household without number into one of a household list.

The household that they leave was made for want of a better one. When nobody is left in it, what it
was known to be goes with them: a child on the 低保 list does not lose 低保 by being found at home.
"""

import json
from typing import TYPE_CHECKING

from sqlalchemy import exists, select, update

from jingzhun.core.vocabulary import Kind
from jingzhun.services.statements import Stage
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
    for home, target in _removals(sheet).items():
        _take_along(sheet, home, target)


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
    empty = select(Household.id).where(
        Household.id.in_(found),
        Household.household_no.is_(None),
        ~exists().where(Person.household_id == Household.id),
    )
    return {home: found[home] for home in sheet.connection.scalars(empty)}


def _take_along(sheet: "SheetRecorder", home: int, target: int) -> None:
    """Say again of the new household what the old one was known to be, as its lists said it."""
    known = (HouseholdCategory.household_id == home, HouseholdCategory.superseded_in.is_(None))
    query = (
        select(*HouseholdCategory.__table__.c, ImportSheet.kind)
        .join(ImportSheet, ImportSheet.id == HouseholdCategory.sheet_id)
        .where(*known)
        .order_by(HouseholdCategory.category, HouseholdCategory.valid_from)
    )
    spells = sheet.connection.execute(query).all()
    sheet.connection.execute(
        update(HouseholdCategory).where(*known).values(superseded_in=sheet.sheet_id)
    )
    sheet.connection.execute(
        update(Source).where(Source.household_id == home).values(household_id=target)
    )
    for spell in spells:
        stage = Stage(CATEGORY, sheet.sheet_id, spell.stated_on)
        stage.say(
            spell.row_number,
            (target, spell.category, spell.risk_removed),
            starts=spell.valid_from.isoformat(),
            until=spell.valid_until and spell.valid_until.isoformat(),
            sheet_id=spell.sheet_id,
        )
        stage.assert_all(sheet.connection, Kind.coded(spell.kind))
