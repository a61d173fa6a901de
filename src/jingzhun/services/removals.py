"""People who move out of a household without number into one of a household list.

The household that they leave was made for want of a better one. When nobody is left in it, what it
was known to be goes with them: a child on the 低保 list does not lose 低保 by being found at home.
"""

import json
from typing import TYPE_CHECKING

from sqlalchemy import exists, insert, literal, select, update

from jingzhun.store.schema import Household, HouseholdCategory, Person, Revision, Source

if TYPE_CHECKING:
    from jingzhun.services.recording import SheetRecorder

_KEPT = ("category", "valid_from", "valid_until", "risk_removed", "stated_on", "rank", "sheet_id",
         "row_number")  # fmt: skip


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
    known = HouseholdCategory.superseded_in.is_(None)
    there = select(HouseholdCategory.category).where(
        HouseholdCategory.household_id == target, known
    )
    columns = [getattr(HouseholdCategory, name) for name in _KEPT]
    taken = select(literal(target), *columns, literal(sheet.sheet_id)).where(
        HouseholdCategory.household_id == home, known, HouseholdCategory.category.not_in(there)
    )
    names = ["household_id", *_KEPT, "recorded_in"]
    sheet.connection.execute(insert(HouseholdCategory).from_select(names, taken))
    sheet.connection.execute(
        update(HouseholdCategory)
        .where(HouseholdCategory.household_id == home, known)
        .values(superseded_in=sheet.sheet_id)
    )
    sheet.connection.execute(
        update(Source).where(Source.household_id == home).values(household_id=target)
    )
