"""The arithmetic of 控辍保学 holds its laws."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.dropout import Move, SchoolAge, Slice, finished_before, flows, rate
from jingzhun.core.terms import school_year_of

DAY = date(2026, 10, 1)
MOVES = st.lists(
    st.builds(
        Move,
        pupil=st.integers(1, 4),
        day=st.dates(DAY, DAY + timedelta(5)),
        is_gain=st.booleans(),
        place=st.tuples(
            st.integers(1, 2),
            st.just("primary"),
            st.integers(1, 6),
            st.sampled_from([None, "male"]),
        ),
        is_new=st.booleans(),
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("part", "base", "hundredths"),
    [(3, 612, 49), (5, 612, 82), (-5, 612, -82), (1, 800, 13), (0, 5, 0), (2, 100, 200),
     (1, 0, None)],
)  # fmt: skip
def test_a_rate_is_rounded_half_away_from_zero(part, base, hundredths):
    assert rate(part, base) == hundredths


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_rate_is_odd_and_never_off_by_more_than_half_a_hundredth(part, base):
    found = rate(part, base)
    assert found is not None
    assert rate(-part, base) == -found
    assert abs(found * base - part * 10_000) * 2 <= base


@given(MOVES)
def test_no_pupil_is_lost_or_gained_twice_in_a_row(moves):
    losses, gains = flows(moves)
    for pupil in {move.pupil for move in moves}:
        lost, gained = (
            sum(count.values()) for count in flows(move for move in moves if move.pupil == pupil)
        )
        assert abs(lost - gained) <= 1
    assert sum(losses.values()) + sum(gains.values()) <= len(moves)


@given(MOVES)
def test_what_is_said_twice_counts_once(moves):
    assert flows(moves + moves) == flows(moves)


def test_a_move_within_a_day_is_a_loss_and_a_gain():
    here: Slice = (1, "primary", 3, "female")
    there: Slice = (2, "primary", 3, "female")
    join = Move(pupil=1, day=DAY, is_gain=True, place=there)
    leave = Move(pupil=1, day=DAY, is_gain=False, place=here)
    assert flows([join, leave, join]) == ({here: 1}, {there: 1})


@given(
    st.dates(date(2005, 1, 1), date(2026, 12, 31)), st.integers(2015, 2030), st.sampled_from([6, 7])
)
def test_school_age_is_so_many_years_completed_and_nine_more_not(born_on, school_year, starts):
    august = date(school_year, 8, 31)
    birthday_is_past = (august.month, august.day) >= (born_on.month, born_on.day)
    age = august.year - born_on.year - (not birthday_is_past)
    old_enough = born_on <= august and starts <= age < starts + 9
    # A child of the leap day completes a year on 1 March, so no birthday is in dispute here.
    assert SchoolAge(starts=starts, years=9).holds(born_on, school_year) == old_enough


@given(st.dates(date(2005, 1, 1), date(2026, 12, 31)), st.sampled_from([6, 7]))
def test_a_child_is_due_in_the_first_year_of_school_age(born_on, starts):
    ages = SchoolAge(starts=starts, years=9)
    first = school_year_of(ages.due_on(born_on))
    assert ages.holds(born_on, first)
    assert not ages.holds(born_on, first - 1)
    assert ages.holds(born_on, first + 8)
    assert not ages.holds(born_on, first + 9)


def test_rolls_of_the_last_grade_are_over_a_year_later():
    finished = finished_before(2026)
    assert ("primary", 6, date(2026, 9, 1)) in finished
    assert ("primary", 5, date(2025, 9, 1)) in finished
    assert ("junior", 7, date(2024, 9, 1)) in finished
    assert {grade for stage, grade, _ in finished if stage == "junior"} == {7, 8, 9}
