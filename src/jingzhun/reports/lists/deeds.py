"""What was done for one household, or by one helper: a list of ``report roster``, narrowed.

JSON: ``{"as_of", "kind", "import", "rows": [...]}``; ``import`` is the number of what was just
entered, else null; the rows' keys are those of ``report roster --kind``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.vocabulary import Kind
from jingzhun.reports.lists.fields import RosterKind
from jingzhun.reports.lists.roster import ROSTERS, page_of
from jingzhun.store.helpers import Helpers
from jingzhun.store.schema import (
    ChecklistItem,
    Contribution,
    HouseholdIncome,
    HouseholdPlan,
    Person,
    Visit,
)

_LISTS: dict[Kind, tuple[RosterKind, Any, Any]] = {
    Kind.HOME_VISITS: (RosterKind.VISITS, Visit, Visit.visited_on),
    Kind.CONTRIBUTIONS: (RosterKind.CONTRIBUTIONS, Contribution, Contribution.given_on),
    Kind.HOUSEHOLD_PLANS: (RosterKind.PLANS, HouseholdPlan, HouseholdPlan.year),
    Kind.CHECKLISTS: (RosterKind.CHECKLISTS, ChecklistItem, ChecklistItem.checked_on),
    Kind.HOUSEHOLD_INCOMES: (RosterKind.INCOMES, HouseholdIncome, HouseholdIncome.year),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Of whom the list is asked: a household, a pupil, a helper's words, a calendar year."""

    household_id: int | None = None
    person_id: int | None = None
    helper: str = ""
    year: int | None = None


def deeds_page(
    session: Session,
    kind: Kind,
    whose: Whose,
    day: date,
    *,
    import_id: int | None = None,
    notes: Sequence[str] = (),
) -> Page:
    """Give what a kind's lists, and the desk, say up to a day of whom is asked."""
    name, table, when = _LISTS[kind]
    roster = ROSTERS[name](day, None)
    among = _among(session, table, when, whose)
    narrowed = replace(roster, query=lambda selection: roster.query(selection).where(*among))
    page = page_of(session, name, narrowed, day)
    return replace(page, facts={**page.facts, "import": import_id}, notes=[*page.notes, *notes])


def _among(session: Session, table: Any, when: Any, whose: Whose) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if whose.household_id is not None:
        # A visit to a pupil is one to the household where the pupil lives.
        own = (
            func.coalesce(Visit.household_id, Person.household_id)
            if table is Visit
            else table.household_id
        )
        found.append(own == whose.household_id)
    elif whose.person_id is not None:
        found.append(table.person_id == whose.person_id)
    if whose.year is not None:
        first = date(whose.year, 1, 1)
        days = when.between(first, date(whose.year, 12, 31))
        found.append(when == whose.year if when.key == "year" else days)
    if whose.helper:
        found.append(table.id.in_(_visits_of(session, whose.helper)))
    return found


def _visits_of(session: Session, helper: str) -> list[int]:
    """Give the visits that are credited to whom some words name, known among the staff or not."""
    helpers = Helpers(session)
    wanted = {credit.key for credit in helpers.of(helper)} | {helper.strip()}
    household = func.coalesce(Visit.household_id, Person.household_id)
    query = select(Visit.id, Visit.visitor, Visit.visitor_unit, household).outerjoin(
        Person, Person.id == Visit.person_id
    )
    return [
        number
        for number, visitor, unit, home in session.connection().execute(query)
        if any(
            credit.key in wanted or credit.name in wanted
            for credit in helpers.of(visitor, unit=unit, household=home)
        )
    ]
