"""Pairs are found among many without comparing everybody, whoever came first."""

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.identity import check_digit
from jingzhun.core.vocabulary import Category, Likeness
from jingzhun.reports.children.suspects import suspects_on
from jingzhun.store.likeness import Profile, compare
from jingzhun.store.suspects import Suspects, _Blocks
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


@pytest.mark.parametrize(
    ("born_on", "order"), [(BORN, 21), (date(2014, 6, 6), 12), (date(2013, 5, 6), 12)]
)
def test_a_pupil_on_two_rolls_under_two_numbers_is_found(world, born_on, order):
    at_school(world, "张小丫", id_number=id_number(born_on, order), born_on=born_on)
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


@given(
    st.sampled_from(["张小丫", "章小丫", "张晓丫", "张丫小", "张小", "欧阳小丽", "买买提·艾力"]),
    st.integers(0, 16),
    st.integers(0, 9),
    st.sampled_from(["digit", "swap", "none", "lost"]),
    st.sampled_from([None, 7]),
)
def test_the_keys_find_whomever_a_comparison_would_ask_about(name, place, digit, slip, household):
    number = id_number(BORN, 123)
    body = number[:17]
    if slip == "digit":
        body = f"{body[:place]}{digit}{body[place + 1 :]}"
    elif slip == "swap" and place < 16:
        body = f"{body[:place]}{body[place + 1]}{body[place]}{body[place + 2 :]}"
    other = None if slip == "lost" else body + check_digit(body)
    rows = [
        (1, "张小丫", number, "2014-05-06", None, 7),
        (2, name, other, other and f"{other[6:10]}-{other[10:12]}-{other[12:14]}", None, household),
    ]
    one, two = (
        Profile(id=row[0], identity=str(row[0]), name=row[1], id_number=row[2], born_on=row[3],
                sex=None, student_no=row[4], household_id=row[5], phones=frozenset())
        for row in rows
    )  # fmt: skip
    if compare(one, two) is not None and (name == "张小丫" or slip != "swap"):
        blocks = _Blocks([rows[0]])
        blocks.meet([rows[1]])
        assert blocks.pairs()[0] == [(1, 2)]
