"""Ask the ledger what a plan of pairs needs: households without a helper, the shares of staff."""

from collections import Counter, defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.assignment import Village
from jingzhun.core.pairing import LoadRules, expected_load, leads
from jingzhun.services.pairing.plans import NOWHERE, Helper, Home
from jingzhun.store.helpers import facts_of
from jingzhun.store.presence import in_force, without_helper
from jingzhun.store.schema import Household, Pairing, Staff
from jingzhun.store.schema import Village as VillageRow


def homes_without_helper(session: Session, day: date) -> list[Home]:
    """Give the listed households without a helper, by village and number; not the released."""
    rows = session.execute(
        select(Household.household_no, Household.head_name, VillageRow.township, VillageRow.name)
        .join(VillageRow, VillageRow.id == Household.village_id, isouter=True)
        .where(without_helper(day))
        .order_by(VillageRow.township, VillageRow.name, Household.household_no, Household.id)
    )
    return [
        Home(
            household_no=number,
            head=head,
            village=NOWHERE if village is None else (township, village),
        )
        for number, head, township, village in rows
    ]


def staff_with_shares(session: Session, day: date, rules: LoadRules) -> list[Helper]:
    """Give all staff, by unit, department and number in the ledger."""
    held: dict[int, Counter[Village]] = defaultdict(Counter)
    for staff, township, village in session.execute(
        select(Pairing.staff_id, VillageRow.township, VillageRow.name)
        .join(Household, Household.id == Pairing.household_id)
        .join(VillageRow, VillageRow.id == Household.village_id, isouter=True)
        .where(in_force(Pairing, day))
    ):
        held[staff][NOWHERE if village is None else (township, village)] += 1
    people = session.scalars(select(Staff).order_by(Staff.unit, Staff.department, Staff.id))
    helpers = []
    for person in people:
        expected, reason = expected_load(facts_of(person), day, rules)
        helpers.append(
            Helper(
                identity=person.identity,
                name=person.name,
                unit=person.unit,
                department=person.department,
                post=person.post,
                is_leader=leads(person.post, rules),
                expected=expected,
                exemption=reason,
                held=held[person.id],
            )
        )
    return helpers
