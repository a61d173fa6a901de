"""What reports ask about households on a day: listed or not, categories, risk, helpers."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.vocabulary import MONITORED, Category
from jingzhun.store.presence import in_force
from jingzhun.store.schema import HouseholdCategory, Pairing, Staff

_CATEGORIES = {category.value: category for category in Category}
_ORDER = list(_CATEGORIES)


def categories_on(session: Session, day: date) -> dict[int, dict[Category, bool | None]]:
    """Give each household's categories on ``day`` in the vocabulary's order, with 风险已消除."""
    query = select(
        HouseholdCategory.household_id, HouseholdCategory.category, HouseholdCategory.risk_removed
    ).where(in_force(HouseholdCategory, day))
    found: dict[int, dict[Category, bool | None]] = {}
    for household, code, removed in sorted(
        session.execute(query), key=lambda row: _ORDER.index(row[1])
    ):
        found.setdefault(household, {})[_CATEGORIES[code]] = removed
    return found


def categories_of(
    session: Session, day: date, households: Sequence[int] | None = None
) -> dict[int, list[Category]]:
    """Give the categories on ``day`` of all or of a few households, in the vocabulary's order."""
    query = select(HouseholdCategory.household_id, HouseholdCategory.category).where(
        in_force(HouseholdCategory, day)
    )
    if households is not None:
        query = query.where(HouseholdCategory.household_id.in_(households))
    found: dict[int, list[Category]] = {}
    for household, code in session.connection().execute(query):
        found.setdefault(household, []).append(_CATEGORIES[code])
    for held in found.values():
        if len(held) > 1:
            held.sort(key=_ORDER.index)
    return found


def risk_removed(categories: Mapping[Category, bool | None]) -> bool | None:
    """Say whether every monitored category's risk is removed; None: not monitored, or not said."""
    risks = [removed for category, removed in categories.items() if category in MONITORED]
    if not risks or (None in risks and False not in risks):
        return None
    return all(risks)


def helpers_on(session: Session, day: date) -> dict[int, str]:
    """Give each household's helpers on ``day`` by name, joined with 、 when there are several."""
    query = (
        select(Pairing.household_id, Staff.name)
        .join(Staff, Staff.id == Pairing.staff_id)
        .where(in_force(Pairing, day))
        .order_by(Pairing.household_id, Pairing.valid_from, Staff.id)
    )
    found: dict[int, str] = {}
    for household, name in session.execute(query):
        found[household] = f"{found[household]}、{name}" if household in found else name
    return found
