"""What was done for households in a period, with the helpers who did it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.duties import Stay, is_on_the_spot
from jingzhun.core.terms import Period
from jingzhun.store.helpers import Helpers
from jingzhun.store.schema import Person, Visit

#: Whose a visit is that names nobody.
NOBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One visit as it stands in the ledger, with those whom it names; NOBODY's are nobody's."""

    visit: int
    stay: Stay
    words: str | None
    way: str | None


def visits_in(session: Session, period: Period, helpers: Helpers) -> list[Seen]:
    """Give the visits to households that reach into a period, one for each helper named.

    A visit to a pupil is one to the household where the pupil lives. A visit that names nobody is
    :data:`NOBODY`'s. In the order of days.
    """
    household = func.coalesce(Visit.household_id, Person.household_id)
    query = (
        select(
            Visit.id, household, Visit.visited_on, Visit.days, Visit.visitor, Visit.visitor_unit,
            Visit.way,
        )
        .outerjoin(Person, Person.id == Visit.person_id)
        .where(household.is_not(None), Visit.visited_on < period.end)
        .order_by(Visit.visited_on, Visit.id)
    )  # fmt: skip
    found: list[Seen] = []
    for visit, home, came_on, days, visitor, unit, way in session.connection().execute(query):
        if came_on + timedelta(days or 1) <= period.start:
            continue
        named = [credit.key for credit in helpers.of(visitor, unit=unit, household=home)]
        found += [
            Seen(
                visit=visit,
                stay=Stay(household=home, helper=who, came_on=came_on, days=days or 1),
                words=visitor,
                way=way,
            )
            for who in named or [NOBODY]
        ]
    return found


def stays_in(session: Session, period: Period, helpers: Helpers) -> list[Stay]:
    """Give the visits of a period that were made on the spot, one for each helper named."""
    return [seen.stay for seen in visits_in(session, period, helpers) if is_on_the_spot(seen.way)]
