"""The yearly assessment: columns that sum to the score, and grades by bounds."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.assessment import Grade, Item, Tally, grade_of, points_of, total

POINTS = {"visits": 40, "contribution": 20, "plan": 10, "checklist": 10, "result": 20}
BOUNDS = {"excellent": 90, "passed": 75, "basic": 60}


def tally(**parts: int) -> Tally:
    return Tally(**({"households": 1, "asked_days": 15, "asked_fen": 200_000} | parts))


def test_all_done_is_a_hundred_points():
    full = tally(done_days=15, done_fen=200_000, planned=1, checked=1, better=1)
    assert points_of(full, POINTS) == {Item.coded(key): points for key, points in POINTS.items()}


def test_nothing_done_is_none():
    assert sum(points_of(tally(), POINTS).values()) == 0


def test_part_of_a_point_is_none():
    assert points_of(tally(done_days=14), POINTS)[Item.VISITS] == 37  # 37.33


def test_what_nobody_asked_for_is_not_held_against_anybody():
    assert points_of(tally(asked_days=0, asked_fen=0), POINTS)[Item.VISITS] == 40


def test_the_bounds_of_the_grades():
    scores = {100: "优秀", 90: "优秀", 89: "合格", 75: "合格", 74: "基本合格", 60: "基本合格",
              59: "不合格", 0: "不合格"}  # fmt: skip
    assert {score: grade_of(score, BOUNDS).label for score in scores} == scores
    assert grade_of(59, BOUNDS) is Grade.FAILED


@given(
    st.lists(
        st.tuples(st.integers(0, 15), st.integers(0, 15), st.booleans(), st.booleans()), max_size=5
    )
)
def test_points_over_several_households_are_the_share_of_what_was_asked(pairs):
    tallies = [
        Tally(households=1, asked_days=asked, done_days=min(done, asked), planned=plan, better=up)
        for asked, done, plan, up in pairs
    ]
    found = points_of(total(tallies), POINTS)
    asked = sum(each.asked_days for each in tallies)
    done = sum(each.done_days for each in tallies)
    exact = Fraction(40 * done, asked) if asked else Fraction(40)
    assert found[Item.VISITS] <= exact < found[Item.VISITS] + 1
    assert all(0 <= found[item] <= POINTS[item] for item in Item)
