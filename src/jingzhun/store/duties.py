"""What was done for households in a period, with the helpers who did it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.duties import Stay, is_on_the_spot
from jingzhun.core.terms import Period
from jingzhun.store.helpers import Helpers
from jingzhun.store.schema import Person, Visit

#: Whose a visit is that names nobody.
NOBODY = ""


def stays_in(session: Session, period: Period, helpers: Helpers) -> list[Stay]:
    """Give the visits that reach into a period, one for each helper whom a visit names.

    A visit to a pupil is one to the household where the pupil lives. A visit that names nobody is
    :data:`NOBODY`'s; calls are left out.
    """
    household = func.coalesce(Visit.household_id, Person.household_id)
    query = (
        select(
            household, Visit.visited_on, Visit.days, Visit.visitor, Visit.visitor_unit, Visit.way
        )
        .outerjoin(Person, Person.id == Visit.person_id)
        .where(household.is_not(None), Visit.visited_on < period.end)
        .order_by(Visit.id)
    )
    found: list[Stay] = []
    for home, came_on, days, visitor, unit, way in session.execute(query):
        if not is_on_the_spot(way):
            continue
        named = [credit.key for credit in helpers.of(visitor, unit=unit, household=home)]
        found += [
            Stay(household=home, helper=who, came_on=came_on, days=days or 1)
            for who in named or [NOBODY]
        ]
    return found
