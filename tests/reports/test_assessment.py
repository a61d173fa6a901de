"""The yearly assessment: points that sum to the score, everybody for their own part."""

import io
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from jingzhun.core.table import Format
from jingzhun.core.vocabulary import Category
from jingzhun.errors import UsageError
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from jingzhun.store.schema import Household, Staff
from tests.builders import World
from tests.reports.helping import check_up, earn, give, plan, visit
from tests.reports.reading import read

LAST = date(2026, 12, 31)
_POINTS = ("visits", "contribution", "plan", "checklist", "result")


def staff(world: World, **options: Any) -> dict[str, dict[str, Any]]:
    options.setdefault("as_of", LAST)
    return {row["helper"]: row for row in read(world, "assessment", **options)["staff"]}


def points(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[f"points_{item}"] for item in _POINTS)


def do(
    world: World, home: Household, helper: str, *, days: int = 0, fen: int = 0,
    first: date = date(2026, 3, 1),
) -> None:  # fmt: skip
    """A helper comes on so many days from a day on, and gives so much on the first."""
    for day in range(days):
        visit(world, home, first + timedelta(day), helper)
    if fen:
        give(world, home, first, fen, helper)


def tied(world: World, name: str = "李帮", **attributes: Any) -> tuple[Staff, Household]:
    helper, home = world.staff(name, **attributes), world.household(Category.LIFTED)
    world.pair(helper, home)
    return helper, home


def test_all_duties_and_a_better_life_are_a_hundred_points(world):
    _, home = tied(world)
    do(world, home, "李帮", days=15, fen=200_000)
    plan(world, home)
    check_up(world, home, date(2026, 5, 1))
    earn(world, home, 2023, 500_000)
    earn(world, home, 2026, 900_000)
    row = staff(world)["李帮"]
    assert points(row) == (40, 20, 10, 10, 20)
    assert (row["score"], row["grade"], row["better"]) == (100, "excellent", 1)
    assert (row["income_before_fen"], row["income_now_fen"]) == (500_000, 900_000)


def test_doing_more_for_one_household_makes_up_for_no_other(world):
    helper, home = tied(world, post="党委书记")
    other = world.household(Category.LIFTED)
    world.pair(helper, other)
    do(world, home, "李帮", days=30, fen=400_000)
    row = staff(world)["李帮"]
    assert (row["visit_days"], row["visit_days_asked"]) == (15, 30)
    assert points(row)[:2] == (20, 10)


def test_a_household_out_of_need_in_the_year_is_lifted_and_counts(world):
    helper, _ = tied(world, "留")
    home = world.household()
    world.categorise(home, Category.UNSTABLE, until=date(2026, 6, 1), risk_removed=False)
    world.categorise(home, Category.UNSTABLE, from_=date(2026, 6, 1), risk_removed=True)
    world.pair(helper, home)
    row = staff(world)["留"]
    assert (row["lifted"], row["better"], row["points_result"]) == (1, 1, 10)
    later = staff(world, as_of=date(2027, 12, 31))["留"]
    assert (later["lifted"], later["better"]) == (0, 1)


def test_who_leaves_in_mid_year_and_who_takes_over_are_judged_for_their_days(world):
    home = world.household(Category.LIFTED)
    handed_on = date(2026, 7, 2)
    world.pair(world.staff("走", in_service=False), home, until=handed_on)
    world.pair(world.staff("来"), home, from_=handed_on)
    do(world, home, "走", days=7, fen=99_726)
    do(world, home, "来", days=6, first=date(2026, 8, 1))
    found = staff(world)
    assert (found["走"]["visit_days_asked"], found["走"]["days_held"]) == (7, 182)
    assert (found["来"]["visit_days_asked"], found["来"]["days_held"]) == (7, 183)
    assert points(found["走"])[:2] == (40, 20)
    assert points(found["来"])[:2] == (40 * 6 // 7, 0)
    assert found["走"]["exemption"] == "not_in_service"
    assert found["走"]["grade"] != "exempt"


def test_who_takes_over_at_the_years_end_is_scored_but_not_graded_for_what_others_did(world):
    home = world.household(Category.LIFTED)
    world.pair(world.staff("走"), home, until=date(2026, 10, 3))
    world.pair(world.staff("来"), home, from_=date(2026, 10, 3))
    world.pair(world.staff("末"), home, from_=LAST)
    plan(world, home)
    check_up(world, home, date(2026, 5, 1))
    found = staff(world)
    assert (found["来"]["days_held"], found["来"]["grade"]) == (90, "failed")
    assert (found["末"]["score"], found["末"]["grade"]) == (60, "ungraded")
    assert found["末"]["visit_days_asked"] == 0


def test_households_swapped_every_few_days_earn_no_grade_for_visits_that_nobody_asked(world):
    helper = world.staff("换")
    for number in range(16):
        start = date(2026, 1, 1) + timedelta(20 * number)
        world.pair(helper, world.household(Category.LIFTED), from_=start,
                   until=start + timedelta(20))  # fmt: skip
    row = staff(world)["换"]
    assert (row["days_held"], row["visit_days_asked"], row["grade"]) == (320, 0, "ungraded")


def test_visits_of_others_of_other_days_and_of_other_households_give_no_point(world):
    _, home = tied(world)
    world.staff("王帮")
    other = world.household(Category.LIFTED)
    do(world, home, "王帮", days=15)
    do(world, home, "李帮", days=15, first=date(2025, 3, 1))
    do(world, other, "李帮", days=15, fen=200_000)
    for _ in range(15):
        visit(world, home, date(2026, 5, 1), "李帮")
    row = staff(world)["李帮"]
    assert (row["visit_days"], points(row)[:2]) == (1, (2, 0))


def test_an_income_of_long_ago_says_nothing_of_this_year(world):
    _, home = tied(world)
    earn(world, home, 2023, 500_000)
    earn(world, home, 2025, 900_000)
    assert staff(world)["李帮"]["better"] == 1
    later = staff(world, as_of=date(2027, 12, 31))["李帮"]
    assert (later["better"], later["income_now_fen"]) == (0, None)


def test_equal_scores_stand_in_one_order_whatever_list_came_first(world):
    for name in ("丙", "甲", "乙"):
        tied(world, name)
    names = [row["helper"] for row in read(world, "assessment", as_of=LAST)["staff"]]
    assert names == sorted(names)


def test_the_exempt_and_the_unpaired_have_no_score(world):
    world.staff("困难", in_hardship=True)
    world.staff("新人")
    found = staff(world)
    assert (found["困难"]["grade"], found["困难"]["exemption"]) == ("exempt", "in_hardship")
    assert (found["新人"]["grade"], found["新人"]["score"]) == ("unpaired", None)


def test_a_department_is_assessed_by_all_its_pairs_together(world):
    for name, days in (("甲", 15), ("乙", 0)):
        _, home = tied(world, name, department="教务处")
        do(world, home, name, days=days)
    world.staff("丙", department="教务处", on_establishment=False)
    (department,) = read(world, "assessment", as_of=LAST)["departments"]
    assert (department["staff"], department["households"]) == (3, 2)
    assert (department["points_visits"], department["visit_days"]) == (20, 15)
    assert (department["failed"], department["exempt"]) == (2, 1)


def test_a_year_that_is_not_over_asks_for_its_share(world):
    _, home = tied(world)
    do(world, home, "李帮", days=2, fen=40_000)
    row = staff(world, as_of=date(2026, 3, 5))["李帮"]
    assert (row["visit_days_asked"], row["points_visits"]) == (2, 40)
    assert not read(world, "assessment", as_of=date(2026, 12, 30))["is_over"]
    assert read(world, "assessment", as_of=LAST)["is_over"]


def test_another_year_can_be_asked_for_and_nothing_but_a_year(world):
    _, home = tied(world)
    do(world, home, "李帮", days=15, first=date(2025, 3, 1))
    assert staff(world, period="2025年")["李帮"]["points_visits"] == 40
    with pytest.raises(UsageError, match="2026秋"):
        read(world, "assessment", period="2026秋")


@pytest.mark.parametrize("seed", range(8))
def test_in_random_worlds_the_columns_sum_to_the_score_and_follow_the_plain_rule(world, seed):
    draw = Random(seed)
    lived: dict[str, list[dict[str, Any]]] = {}
    for number in range(6):
        name = f"帮{number}"
        helper = world.staff(name)
        for _ in range(draw.randint(0, 3)):
            home = world.household(Category.LIFTED)
            world.pair(helper, home)
            done: dict[str, Any] = {
                "days": draw.randint(0, 20), "fen": draw.choice([0, 1, 99_999, 200_000, 300_000]),
                "plan": draw.random() < 0.5, "check": draw.random() < 0.5,
                "before": draw.choice([None, 1, 500_000]), "now": draw.choice([None, 2, 400_000]),
            }  # fmt: skip
            do(world, home, name, days=done["days"], fen=done["fen"])
            if done["plan"]:
                plan(world, home)
            if done["check"]:
                check_up(world, home, date(2026, 5, 1))
            for key, year in (("before", 2023), ("now", 2026)):
                if done[key]:
                    earn(world, home, year, done[key])
            lived.setdefault(name, []).append(done)
    for name, row in staff(world).items():
        homes = lived.get(name, [])
        if not homes:
            assert (row["score"], row["grade"]) == (None, "unpaired")
            continue
        count = len(homes)
        plain = (
            40 * sum(min(home["days"], 15) for home in homes) // (15 * count),
            20 * sum(min(home["fen"], 200_000) for home in homes) // (200_000 * count),
            10 * sum(home["plan"] for home in homes) // count,
            10 * sum(home["check"] for home in homes) // count,
            20 * sum(bool(home["before"] and home["now"] and home["now"] > home["before"])
                     for home in homes) // count,
        )  # fmt: skip
        assert points(row) == plain
        assert row["score"] == sum(plain)
        bounds = {"excellent": 90, "passed": 75, "basic": 60, "failed": 0}
        assert row["grade"] == next(key for key, least in bounds.items() if sum(plain) >= least)


@pytest.mark.parametrize("seed", range(10))
def test_with_pairs_that_begin_and_end_in_the_year_points_follow_the_plain_rule(world, seed):
    draw = Random(seed)
    year = draw.choice([2024, 2026])
    days = [date(year, 1, 1) + timedelta(at) for at in range(366)]
    days = [day for day in days if day.year == year]
    pairs: dict[str, list[tuple[str, set[date]]]] = {}
    came: dict[tuple[str, str], set[date]] = {}
    given: dict[tuple[str, str, date], int] = {}
    people = [world.staff(f"帮{at}") for at in range(4)]
    for number in range(5):
        home = world.household(Category.LIFTED, no=f"62990000{number}")
        for person in draw.sample(people, 2):
            start, end = sorted(draw.sample(range(-30, 400), 2))
            first, until = (date(year, 1, 1) + timedelta(at) for at in (start, end))
            world.pair(person, home, from_=first, until=until)
            held = {day for day in days if first <= day < until}
            if held:
                pairs.setdefault(person.name, []).append((home.household_no or "", held))
        for _ in range(30):
            who, day = draw.choice(people).name, draw.choice(days)
            visit(world, home, day, who)
            came.setdefault((who, home.household_no or ""), set()).add(day)
        for _ in range(4):
            who, day, fen = draw.choice(people).name, draw.choice(days), draw.randrange(1, 90_000)
            give(world, home, day, fen, who)
            key = (who, home.household_no or "", day)
            given[key] = given.get(key, 0) + fen
    for name, row in staff(world, as_of=days[-1]).items():
        asked, done = [0, 0], [0, 0]
        for no, held in pairs.get(name, []):
            due = [15 * len(held) // len(days), 200_000 * len(held) // len(days)]
            did = [len(came.get((name, no), set()) & held),
                   sum(given.get((name, no, day), 0) for day in held)]  # fmt: skip
            asked = [all_ + each for all_, each in zip(asked, due, strict=True)]
            done = [all_ + min(each, most) for all_, each, most in zip(done, did, due, strict=True)]
        if name not in pairs:
            assert row["grade"] == "unpaired"
            continue
        plain = [most * part // whole if whole else most
                 for most, part, whole in zip((40, 20), done, asked, strict=True)]  # fmt: skip
        assert [row["visit_days"], row["contribution_fen"]] == done
        assert [row["visit_days_asked"], row["contribution_asked_fen"]] == asked
        assert list(points(row)) == [*plain, 0, 0, 0]
        held_at_all = len(set[date]().union(*(held for _, held in pairs[name])))
        assert row["days_held"] == held_at_all
        assert (row["grade"] == "ungraded") == (held_at_all < 90 or not asked[0])


def test_people_read_the_scores_and_how_they_come_about(world, golden):
    _, home = tied(world, department="教务处")
    do(world, home, "李帮", days=14, fen=200_000)
    plan(world, home)
    world.staff("困难", department="教务处", in_hardship=True)
    page = report_named("assessment").build(world.session, ReportOptions(as_of=LAST))
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    golden("assessment.txt", stream.getvalue())


def test_the_statements_do_not_grow_with_the_ledger(world, statements):
    tied(world)
    staff(world)
    few = statements()
    for number in range(20):
        _, home = tied(world, f"帮{number}")
        do(world, home, f"帮{number}", days=2, fen=1)
        earn(world, home, 2025, 1)
    statements()
    staff(world)
    assert statements() == few
