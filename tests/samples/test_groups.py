"""The county's lists of special groups and the labour roster, before or after the town's own."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from jingzhun.reports import REPORTS, ReportOptions
from jingzhun.store.engine import open_ledger
from jingzhun.store.schema import Enrolment, Household, HouseholdCategory, Person
from tests.samples.test_samples import NUMBERS, TODAY, expected, take_all

GROUPS = ("21", "22")


@pytest.mark.parametrize(
    "order", [(*NUMBERS, *GROUPS), (*GROUPS, *NUMBERS), (*GROUPS[::-1], *NUMBERS[::-1])],
    ids=["after", "before", "backwards"],
)  # fmt: skip
def test_lists_of_groups_find_the_people_and_households_of_the_town(
    tmp_path: Path, order: Sequence[str]
) -> None:
    ledger = open_ledger(str(tmp_path / "town.db"), create=True)
    with ledger.write() as session:
        outcomes = take_all(session, order)
    for number in GROUPS:
        for sheet in outcomes[number].sheets:
            wanted = {each["sheet"]: each for each in expected(number)["sheets"]}[sheet.sheet]
            assert (sheet.rows, sheet.refused) == (wanted["rows"], wanted["refused"])
            assert sheet.rows == sheet.added + sheet.changed + sheet.same + sheet.refused
    town = expected("town")
    with ledger.read() as session:
        persons = session.scalar(select(func.count()).select_from(Person))
        lived_in = session.scalar(select(func.count(Person.household_id.distinct())))
        pupils = session.scalar(select(func.count(Enrolment.person_id.distinct())))
        unnumbered = session.scalars(
            select(Household.id)
            .join(HouseholdCategory, HouseholdCategory.household_id == Household.id)
            .where(Household.household_no.is_(None), HouseholdCategory.superseded_in.is_(None))
        ).all()
        labour = REPORTS["labour"].build(session, ReportOptions(as_of=TODAY))
    assert (persons, pupils) == (town["persons"], town["pupils"])
    assert (lived_in, unnumbered) == (town["households"], [])
    assert any(table.key == "trainings" and table.rows for table in labour.tables)
    with ledger.write() as session:
        again = take_all(session, GROUPS)
        session.rollback()
    ledger.close()
    assert not any(sheet.added + sheet.changed for o in again.values() for sheet in o.sheets)
