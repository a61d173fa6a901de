"""Visits are credited to whom they name, whatever list came first."""

from datetime import date
from typing import Any

from jingzhun.core.duties import household_days, visit_days
from jingzhun.core.terms import Period
from jingzhun.core.vocabulary import Category
from jingzhun.store.duties import NOBODY, stays_in
from jingzhun.store.helpers import Helpers
from jingzhun.store.schema import Household, Visit
from tests.builders import World

YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


def visit(world: World, home: Household | None, day: int, visitor: str | None, **told: Any) -> None:
    values = {"purpose": "home_visit", "visited_on": date(2026, 3, day), "visitor": visitor} | told
    world.session.add(
        Visit(
            identity=f"{home and home.id}{day}{visitor}{told}",
            household_id=home and home.id,
            sheet_id=world.sheet_id,
            row_number=2,
            **values,
        )
    )
    world.session.flush()


def days(world: World) -> dict[tuple[int, int | str], list[int]]:
    stays = stays_in(world.session, YEAR, Helpers(world.session))
    return {pair: sorted(day.day for day in some) for pair, some in visit_days(stays, YEAR).items()}


def test_each_of_several_visitors_is_credited(world: World) -> None:
    home, first, second = world.household(Category.LIFTED), world.staff("李帮"), world.staff("王平")
    visit(world, home, 5, "李帮、王平、外村人", days=2)
    visit(world, home, 6, "李帮老师")
    visit(world, home, 9, None)
    assert days(world) == {
        (home.id, first.id): [5, 6],
        (home.id, second.id): [5, 6],
        (home.id, "外村人"): [5, 6],
        (home.id, NOBODY): [9],
    }
    found = visit_days(stays_in(world.session, YEAR, Helpers(world.session)), YEAR)
    assert len(household_days(found)[home.id]) == 3


def test_of_namesakes_the_one_who_helps_the_household_came(world: World) -> None:
    home, other = world.household(Category.LIFTED), world.household(Category.LIFTED)
    first, second = world.staff("李帮", unit="青禾小学"), world.staff("李帮", unit="青禾中学")
    world.pair(first, home)
    visit(world, home, 5, "李帮")
    visit(world, other, 5, "李帮")
    visit(world, other, 6, "李帮", visitor_unit="青禾中学")
    assert days(world) == {
        (home.id, first.id): [5], (other.id, "李帮"): [5], (other.id, second.id): [6]
    }  # fmt: skip


def test_a_visit_to_a_pupil_is_one_to_the_household_and_a_call_is_none(world: World) -> None:
    home, helper = world.household(Category.LIFTED), world.staff("李帮")
    child = world.person(household_id=home.id)
    visit(world, None, 5, "李帮", person_id=child.id, way="家访")
    visit(world, home, 6, "李帮", way="电话")
    assert days(world) == {(home.id, helper.id): [5]}
