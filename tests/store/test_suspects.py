"""Pairs are found among many without comparing everybody, whoever came first."""

import time
from datetime import date
from typing import Any

import pytest

from jingzhun.core.vocabulary import Category, Likeness
from jingzhun.reports.suspects import suspects_on
from jingzhun.store.suspects import Suspects
from tests.builders import TODAY, World, id_number

BORN = date(2014, 5, 6)


def suspects(world: World) -> Suspects:
    world.session.flush()
    return suspects_on(world.session, TODAY)


def names(found: Suspects) -> list[tuple[str, str]]:
    return [(each.one.name, each.other.name) for each in found.open]


def at_home(world: World, name: str, **facts: Any) -> Any:
    return world.person(name, household_id=world.household(Category.LIFTED).id, **facts)


def at_school(world: World, name: str, **facts: Any) -> Any:
    made = world.person(name, **facts)
    world.enrol(made)
    return made


def test_a_child_under_a_wrong_number_is_found_in_the_other_list(world):
    at_home(world, "张小丫", id_number=id_number(BORN, 21), born_on=BORN)
    world.sheet("学籍.xlsx")
    at_school(world, "张小丫", id_number=id_number(BORN, 12), born_on=BORN)
    at_school(world, "李四", born_on=BORN)
    (found,) = suspects(world).open
    assert found.reasons == (Likeness.SWAPPED, Likeness.NAME_AND_BIRTH)


def test_a_pupil_on_two_rolls_under_two_numbers_is_found(world):
    at_school(world, "张小丫", id_number=id_number(BORN, 21), born_on=BORN)
    world.sheet("另一校.xlsx")
    at_school(world, "张小丫", id_number=id_number(BORN, 12), born_on=BORN)
    assert len(suspects(world).open) == 1


def test_twins_of_one_list_are_not_found_though_one_is_missing(world):
    at_school(world, "张大丫", id_number=id_number(BORN, 21), born_on=BORN)
    at_home(world, "张小丫", id_number=id_number(BORN, 22), born_on=BORN)
    assert suspects(world).open == ()


def test_only_who_should_be_a_pupil_is_asked_about(world):
    world.person("张小丫", id_number=id_number(BORN, 21), born_on=BORN)  # of no listed household
    old = date(1980, 1, 2)
    at_home(world, "张老大", id_number=id_number(old, 21), born_on=old)
    world.sheet("学籍.xlsx")
    at_school(world, "张小丫", id_number=id_number(BORN, 12), born_on=BORN)
    at_school(world, "张老大", id_number=id_number(old, 12), born_on=old)
    assert suspects(world).open == ()


def test_a_crowd_of_one_name_is_told_of_and_costs_no_time(world):
    home = world.household(Category.LIFTED)
    for order in range(1_500):
        made = world.person("张伟", born_on=None, id_number=f"S:{order}")
        made.id_number = None
        if order % 2:
            made.household_id = home.id
        else:
            world.enrol(made)
    started = time.perf_counter()
    found = suspects(world)
    assert (found.open, found.crowded) == ((), 750)
    assert time.perf_counter() - started < 5


def test_nothing_is_found_in_an_empty_ledger(world):
    assert suspects(world) == Suspects(open=(), crowded=0)


@pytest.mark.parametrize("is_school_first", [True, False])
def test_the_order_of_the_lists_makes_no_difference(world, is_school_first):
    steps = [
        lambda: at_home(world, "张小丫", id_number=id_number(BORN, 21), born_on=BORN),
        lambda: at_school(world, "张小丫", id_number=id_number(BORN, 12), born_on=BORN),
    ]
    for step in reversed(steps) if is_school_first else steps:
        world.sheet("名单.xlsx")
        step()
    (found,) = suspects(world).open
    assert (found.one.id_number, found.score) == (id_number(BORN, 12), 100)
