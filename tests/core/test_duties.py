"""How days of visits and incomes before and after are counted."""

from datetime import date

import pytest

from jingzhun.core.duties import Stay, household_days, is_on_the_spot, visit_days, years_compared
from jingzhun.core.terms import Period

YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


def stay(household: int, helper: int | str, month: int, day: int, days: int = 1) -> Stay:
    return Stay(household=household, helper=helper, came_on=date(2026, month, day), days=days)


def test_one_day_of_one_helper_counts_once_for_a_household() -> None:
    stays = [stay(1, 7, 3, 5), stay(1, 7, 3, 5), stay(1, 7, 3, 4, days=3)]
    assert visit_days(stays, YEAR) == {(1, 7): {date(2026, 3, day) for day in (4, 5, 6)}}


def test_who_visits_three_households_on_one_day_has_one_day_in_each() -> None:
    days = visit_days([stay(home, 7, 3, 5) for home in (1, 2, 3)], YEAR)
    assert {pair: len(some) for pair, some in days.items()} == {(1, 7): 1, (2, 7): 1, (3, 7): 1}


def test_two_who_come_together_make_one_day_of_the_household() -> None:
    days = visit_days([stay(1, 7, 3, 5), stay(1, "张三", 3, 5), stay(1, 7, 3, 9)], YEAR)
    assert {pair: len(some) for pair, some in days.items()} == {(1, 7): 2, (1, "张三"): 1}
    assert household_days(days) == {1: {date(2026, 3, 5), date(2026, 3, 9)}}


def test_only_the_days_within_the_period_count() -> None:
    stays = [
        Stay(household=1, helper=7, came_on=date(2025, 12, 30), days=4),
        stay(1, 7, 12, 31, days=5),
        Stay(household=2, helper=7, came_on=date(2027, 1, 1)),
    ]
    assert visit_days(stays, YEAR) == {
        (1, 7): {date(2026, 1, 1), date(2026, 1, 2), date(2026, 12, 31)}
    }


@pytest.mark.parametrize(
    ("way", "is_there"),
    [(None, True), ("入户", True), ("家访", True), ("电话", False), ("微信视频", False)],
)
def test_a_call_is_no_day_of_a_visit(way: str | None, is_there: bool) -> None:
    assert is_on_the_spot(way) is is_there


@pytest.mark.parametrize(
    ("years", "paired_in", "compared"),
    [
        ([2023, 2024, 2025, 2026], 2025, (2024, 2026)),
        ([2020, 2022, 2026], 2025, (2022, 2026)),  # the year before is not known
        ([2025, 2026], 2025, (2025, 2026)),  # nothing before: the earliest
        ([2024, 2026], None, (2024, 2026)),
        ([2026], 2025, None),
        ([2023, 2024], 2025, None),  # nothing since
        ([], 2025, None),
    ],
)
def test_income_before_is_that_of_the_year_before_the_pair(
    years: list[int], paired_in: int | None, compared: tuple[int, int] | None
) -> None:
    assert years_compared(years, paired_in) == compared
