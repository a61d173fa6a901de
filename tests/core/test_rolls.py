"""Where a pupil was: lists and events in any order, by the rules of dynamic management."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.listings import Listing
from jingzhun.core.rolls import EVENT_RANK, Arrival, Leaving, Roll, derive_rolls
from jingzhun.core.stays import derive_stays

OLD, NEW = 1, 2
AUTUMN, SPRING = date(2026, 9, 1), date(2027, 3, 1)


def listing(school: int | None = OLD, on: date = date(2026, 9, 15), **words: Any) -> Listing:
    given_: dict[str, Any] = {"stage": "primary", "grade": 3, "rank": 3, "order": (1, 2)}
    return Listing(school=school, school_name=str(school), stated_on=on, **(given_ | words))


def told(rolls: list[Roll]) -> list[Any]:
    return [(roll.school, roll.start, roll.until, roll.grade) for roll in rolls]


def test_the_first_list_of_a_term_holds_from_its_first_day():
    assert told(derive_rolls([listing(on=date(2026, 11, 24))], [], [])) == [(OLD, AUTUMN, None, 3)]


def test_a_later_different_list_holds_from_its_own_day():
    later = listing(NEW, date(2026, 10, 20), order=(2, 2))
    assert told(derive_rolls([later, listing()], [], [])) == [
        (OLD, AUTUMN, date(2026, 10, 20), 3),
        (NEW, date(2026, 10, 20), None, 3),
    ]


def test_the_first_list_of_the_next_term_holds_from_that_terms_first_day():
    later = listing(grade=4, on=date(2027, 9, 20), order=(2, 2))
    assert told(derive_rolls([later, listing()], [], [])) == [
        (OLD, AUTUMN, date(2027, 9, 1), 3),
        (OLD, date(2027, 9, 1), None, 4),
    ]


def test_a_lesser_list_fills_what_a_better_one_leaves_empty_and_overrides_nothing():
    better = listing(grade=3, class_no=None)
    lesser = listing(grade=4, class_no=2, on=date(2026, 10, 1), rank=1, order=(2, 2))
    [roll] = derive_rolls([lesser, better], [], [])
    assert (roll.grade, roll.class_no, roll.rank) == (3, 2, 3)


def test_who_arrives_is_there_from_that_day_also_when_a_list_names_him_from_the_terms_first():
    rolls = derive_rolls(
        [listing(NEW, date(2026, 11, 24))],
        [Arrival(school=NEW, day=date(2026, 11, 11), order=(3, 2))],
        [],
    )
    assert told(rolls) == [(NEW, date(2026, 11, 11), None, 3)]
    assert rolls[0].rank == EVENT_RANK


def test_two_lists_of_one_day_and_a_transfer_are_settled_by_the_transfer():
    moved = date(2026, 11, 11)
    lists = [listing(OLD, date(2026, 11, 24)), listing(NEW, date(2026, 11, 24), order=(2, 2))]
    found = derive_rolls(
        lists,
        [Arrival(school=NEW, day=moved, order=(3, 2))],
        [Leaving(school=OLD, start=moved, until=None)],
    )
    assert told(found) == [(OLD, AUTUMN, moved, 3), (NEW, moved, None, 3)]


def test_a_full_list_without_him_closes_his_roll_of_that_school_only():
    gone = listing(OLD, date(2026, 11, 1), order=(2, 0), stage=None, grade=None, holds=False)
    assert told(derive_rolls([gone, listing(OLD)], [], [])) == [(OLD, AUTUMN, date(2026, 11, 1), 3)]
    assert told(derive_rolls([gone, listing(NEW)], [], [])) == [(NEW, AUTUMN, None, 3)]


def test_a_correction_of_the_same_day_is_heard_in_place_of_what_it_corrects():
    wrong, right = listing(grade=3), listing(grade=4, order=(2, 2))
    assert told(derive_rolls([right, wrong], [], [])) == [(OLD, AUTUMN, None, 4)]


def test_boarding_is_the_word_of_the_school_he_is_in():
    moved = date(2026, 11, 11)
    lists = [
        listing(OLD, date(2026, 11, 24), boarding="boarder"),
        listing(NEW, date(2026, 11, 24), boarding="day", order=(2, 2)),
    ]
    rolls = derive_rolls(
        lists,
        [Arrival(school=NEW, day=moved, order=(3, 2))],
        [Leaving(school=OLD, start=moved, until=None)],
    )
    assert [(stay.boarding, stay.start, stay.until) for stay in derive_stays(lists, rolls)] == [
        ("boarder", AUTUMN, moved),
        ("day", moved, None),
    ]


def named(one: Listing) -> Listing:
    return replace(one, school_name=str(one.school))


days = st.integers(0, 500).map(lambda offset: date(2026, 9, 1) + timedelta(offset))
listings = st.lists(
    st.builds(
        Listing,
        school=st.integers(1, 3),
        stage=st.just("primary"),
        grade=st.sampled_from([None, 3, 4]),
        class_no=st.sampled_from([None, 1, 2]),
        entered_on=st.one_of(st.none(), days),
        boarding=st.sampled_from([None, "day", "boarder"]),
        rank=st.integers(0, 3),
        stated_on=days,
        order=st.tuples(st.integers(1, 9), st.integers(2, 99)),
        holds=st.sampled_from([True, True, True, False]),
    ).map(named),
    max_size=6,
    unique_by=lambda one: one.order,
)
arrivals = st.lists(
    st.builds(
        Arrival,
        school=st.integers(1, 3),
        day=days,
        order=st.tuples(st.integers(10, 19), st.integers(2, 99)),
    ),
    max_size=2,
    unique_by=lambda one: one.order,
)
leavings = st.lists(
    st.builds(
        lambda school, start, length: Leaving(
            school=school, start=start, until=start + timedelta(length) if length else None
        ),
        st.integers(1, 3),
        days,
        st.sampled_from([0, 0, 30, 200]),
    ),
    max_size=2,
    unique_by=lambda one: one.start,
)


@given(listings, arrivals, leavings, st.randoms(use_true_random=False))
def test_the_order_of_what_is_said_never_matters(said, came, left, random):
    rolls = derive_rolls(said, came, left)
    mixed = [random.sample(items, len(items)) for items in (said, came, left)]
    assert derive_rolls(*mixed) == rolls
    assert derive_stays(mixed[0], rolls) == derive_stays(said, rolls)


@given(listings, arrivals, leavings)
def test_nobody_is_in_two_places_on_one_day(said, came, left):
    rolls: list[Any] = [*derive_rolls(said, came, left)]
    stays: list[Any] = [*derive_stays(said, rolls)]
    for stretches in (rolls, stays):
        for one, following in pairwise(stretches):
            assert one.until is not None
            assert one.until <= following.start
        assert all(one.until is None or one.start < one.until for one in stretches)


@given(listings, arrivals, leavings)
def test_lists_made_after_a_leaving_put_nobody_back_on_the_roll_of_the_school_left(
    said, came, left
):
    for leaving in (one for one in left if one.until is None):
        before = [
            one for one in said if one.school != leaving.school or one.stated_on < leaving.start
        ]
        with_late = derive_rolls(said, came, left)
        without = derive_rolls(before, came, left)
        assert [roll for roll in with_late if roll.rank < EVENT_RANK and roll.start > leaving.start
                and roll.school == leaving.school and roll not in without] == []  # fmt: skip
