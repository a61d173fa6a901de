"""What is done for households that are helped, written straight into a world's tables."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from jingzhun.core.duties import Assurance, Fulfilment, HelpWay
from jingzhun.core.money import Fen
from jingzhun.store.schema import (
    ChecklistItem,
    Contribution,
    Household,
    HouseholdIncome,
    HouseholdPlan,
    Person,
    Visit,
)
from tests.builders import World


def _entry(world: World, table: Any, **said: Any) -> None:
    row = world._next_row()
    world._add(table(identity=f"E{row}", sheet_id=world.sheet_id, row_number=row, **said))


def visit(
    world: World, home: Household | Person, on: date, visitor: str | None = "李帮", **said: Any
) -> None:
    """Somebody comes to a household, or to a pupil of it."""
    whom = {"person_id" if isinstance(home, Person) else "household_id": home.id}
    _entry(world, Visit, visited_on=on, purpose="home_visit", visitor=visitor, **whom, **said)


def give(
    world: World,
    home: Household,
    on: date,
    fen: int | None,
    helper: str | None = "李帮",
    **said: Any,
) -> None:
    """Somebody gives something, money unless ``help_way`` says otherwise."""
    said.setdefault("help_way", HelpWay.FUNDS.value)
    amount = None if fen is None else Fen(fen)
    _entry(world, Contribution, household_id=home.id, given_on=on, amount_fen=amount,
           helper=helper, **said)  # fmt: skip


def plan(world: World, home: Household, *ways: HelpWay, year: int = 2026, **said: Any) -> None:
    """A household has a plan."""
    for way in ways or (HelpWay.FUNDS,):
        _entry(world, HouseholdPlan, household_id=home.id, year=year, help_way=way.value, **said)


def check_up(
    world: World, home: Household, on: date, *,
    of: Iterable[Assurance] = tuple(Assurance), unmet: Iterable[Assurance] = (),
    unknown: Iterable[Assurance] = (),
) -> None:  # fmt: skip
    """Somebody goes through the checklist."""
    for assurance in of:
        found = Fulfilment.UNMET if assurance in unmet else Fulfilment.MET
        if assurance in unknown:
            found = Fulfilment.UNKNOWN
        _entry(world, ChecklistItem, household_id=home.id, checked_on=on,
               assurance=assurance.value, fulfilment=found.value)  # fmt: skip


def earn(world: World, home: Household, year: int, fen: int, **said: Any) -> None:
    """A household earns so much a head in a year."""
    _entry(world, HouseholdIncome, household_id=home.id, year=year, per_head_fen=Fen(fen), **said)
