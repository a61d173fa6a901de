"""People who move out of a household without number into one of a household list.

The household that they leave was made for want of a better one. When nobody is left in it, what it
was known to be goes with them: a child on the 低保 list does not lose 低保 by being found at home.
"""

import json

from sqlalchemy import bindparam, select, update

from jingzhun.services.categories import settle_categories
from jingzhun.services.sheet import SheetRecorder
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import (
    Household,
    Person,
    Revision,
    Source,
)


def leave_homes(sheet: SheetRecorder) -> None:
    """Have what was said of households that this sheet left empty be said of the new ones."""
    removals = _removals(sheet)
    if not removals:
        return
    sheet.connection.execute(
        update(Source)
        .where(Source.household_id == bindparam("home"))
        .values(household_id=bindparam("target")),
        [{"home": home, "target": target} for home, target in removals.items()],
    )
    settle_categories(sheet.connection, {*removals, *removals.values()}, sheet.sheet_id)


def _removals(sheet: SheetRecorder) -> dict[int, int]:
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
