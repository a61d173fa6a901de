"""``pair check``: everybody is judged for their own part, the household for the whole."""

import io
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from jingzhun.core.duties import Assurance, HelpWay
from jingzhun.core.table import Format
from jingzhun.core.terms import months_later
from jingzhun.core.vocabulary import Category
from jingzhun.errors import JingzhunError
from jingzhun.render import show
from jingzhun.reports import ReportOptions
from jingzhun.reports.helping.progress import progress_page
from jingzhun.store.schema import Household, Staff
from tests.builders import TODAY, World
from tests.reports.helping import check_up, give, plan, visit
from tests.reports.reading import page_facts

LAST = date(2026, 12, 31)


def check(world: World, *, on: date = TODAY, year: int = 2026, unit: str | None = None) -> Any:
    options = ReportOptions(as_of=on, school=unit, period=f"{year}年")
    return page_facts(progress_page(world.session, options))


def fulfil(world: World, home: Household, helper: str = "李帮") -> None:
    """Do all that a year asks of a helper."""
    plan(world, home, HelpWay.PROJECT, HelpWay.FUNDS)
    check_up(world, home, date(2026, 3, 1))
    give(world, home, date(2026, 1, 10), 200_000, helper)
    for day in range(15):
        visit(world, home, date(2026, 2, 1) + timedelta(day), helper)


@pytest.fixture
def pair(world: World) -> tuple[Staff, Household]:
    helper = world.staff("李帮", department="教务处")
    home = world.household(Category.LIFTED, no="6299000001", head_name="张大")
    world.pair(helper, home)
    return helper, home


def test_a_helper_who_did_nothing_lacks_everything(world, pair):
    (row,) = check(world)["pairs"]
    assert row["shortcomings"] == ["no_measure", "visits", "contribution", "plan", "checklist"]
    assert (row["visit_days"], row["visit_days_asked"], row["visit_days_year"]) == (0, 13, 15)
    assert row["contribution_asked_fen"] == 200_000 * 328 // 365


def test_a_helper_who_did_it_all_is_ahead(world, pair):
    fulfil(world, pair[1])
    found = check(world)
    (row,) = found["pairs"]
    assert (row["progress"], row["shortcomings"], row["ways"]) == (
        "ahead", [], ["project", "funds"],
    )  # fmt: skip
    assert found["counts"] == {"behind": 0, "on_the_way": 0, "ahead": 1}


def test_two_visits_on_one_day_are_a_day_and_days_of_a_stay_count(world, pair):
    _, home = pair
    visit(world, home, date(2026, 5, 1), days=3)
    visit(world, home, date(2026, 5, 2))
    visit(world, home, date(2026, 5, 2), "班主任李帮")
    assert check(world)["pairs"][0]["visit_days"] == 3


def test_a_stay_over_the_new_year_counts_in_each_year_for_its_days(world, pair):
    visit(world, pair[1], date(2025, 12, 30), days=4)
    assert check(world)["pairs"][0]["visit_days"] == 2
    assert check(world, year=2025)["pairs"][0]["visit_days"] == 2
    assert check(world, year=2025, on=date(2025, 12, 30))["pairs"][0]["visit_days"] == 1


def test_calls_are_no_visits_and_visits_to_the_pupils_are(world, pair):
    _, home = pair
    child = world.person("张小", household_id=home.id)
    visit(world, child, date(2026, 3, 3))
    visit(world, home, date(2026, 3, 4), way="电话")
    assert check(world)["pairs"][0]["visit_days"] == 1


def test_a_household_handed_over_is_judged_whole_its_helpers_for_their_part(world):
    home = world.household(Category.LIFTED)
    handed_on = date(2026, 7, 2)
    world.pair(world.staff("甲"), home, until=handed_on)
    world.pair(world.staff("乙"), home, from_=handed_on)
    for day in range(8):
        visit(world, home, date(2026, 3, 1) + timedelta(day), "甲")
    for day in range(6):
        visit(world, home, date(2026, 9, 1) + timedelta(day), "乙")
    give(world, home, date(2026, 2, 1), 150_000, "甲")
    give(world, home, date(2026, 10, 1), 50_000, "乙")
    found = check(world, on=LAST)
    assert {
        row["helper"]: (row["visit_days"], row["visit_days_asked"], row["contribution_fen"])
        for row in found["pairs"]
    } == {"甲": (8, 7, 150_000), "乙": (6, 7, 50_000)}
    (whole,) = found["households"]
    assert (whole["visit_days"], whole["visit_days_asked"]) == (14, 15)
    assert (whole["contribution_fen"], whole["contribution_asked_fen"]) == (200_000, 200_000)
    assert (whole["helpers"], "contribution" in whole["shortcomings"]) == (["甲", "乙"], False)


def test_what_somebody_does_who_is_not_the_helper_then_is_the_households_alone(world, pair):
    _, home = pair
    world.staff("王帮")
    for visitor in ("王帮", None, "县里来人"):
        visit(world, home, date(2026, 4, 4), visitor)
        give(world, home, date(2026, 4, 4), 10_000, visitor)
    found = check(world)
    assert found["pairs"][0]["visit_days"] == 0
    assert (found["households"][0]["visit_days"], found["households"][0]["contribution_fen"]) == (
        1, 30_000,
    )  # fmt: skip


def test_a_gift_of_several_helpers_is_shared_to_the_fen(world, pair):
    _, home = pair
    for name in ("王帮", "赵帮"):
        world.pair(world.staff(name), home)
    give(world, home, date(2026, 4, 4), 100_000, "李帮、王帮、赵帮")
    found = check(world)["pairs"]
    assert sorted(row["contribution_fen"] for row in found) == [33_333, 33_333, 33_334]


def test_what_comes_after_the_day_looked_at_is_not_known_yet(world, pair):
    _, home = pair
    visit(world, home, TODAY + timedelta(1))
    give(world, home, TODAY + timedelta(1), 200_000)
    check_up(world, home, TODAY + timedelta(1))
    (row,) = check(world)["pairs"]
    assert (row["visit_days"], row["contribution_fen"], row["checked"]) == (0, 0, 0)
    (later,) = check(world, on=TODAY + timedelta(1))["pairs"]
    assert (later["visit_days"], later["contribution_fen"], later["checked"]) == (1, 200_000, 6)


def test_what_the_checklist_found_unmet_is_named_and_an_open_item_is_not_checked(world, pair):
    check_up(world, pair[1], date(2026, 3, 3), unmet=[Assurance.HOUSING], unknown=[Assurance.WATER])
    (row,) = check(world)["pairs"]
    assert (row["checked"], row["unmet"]) == (5, ["housing"])
    assert "checklist" in row["shortcomings"]


def test_measures_on_the_list_of_pairs_are_measures(world, pair):
    assert "no_measure" in check(world)["pairs"][0]["shortcomings"]
    give(world, pair[1], date(2026, 1, 5), None, help_way="skills")
    found = check(world)
    assert (found["errors"], "no_measure" in found["pairs"][0]["shortcomings"]) == (0, False)


def test_the_worst_stand_first(world):
    def helped(name: str, **done: Any) -> None:
        home = world.household(Category.LIFTED)
        world.pair(world.staff(name, department="系"), home)
        if done.get("all"):
            fulfil(world, home, name)
        if done.get("planned"):
            plan(world, home)

    helped("好", all=True)
    helped("懒")
    helped("半", planned=True)
    found = check(world)
    assert [row["helper"] for row in found["pairs"]] == ["懒", "半", "好"]
    assert [row["helper"] for row in found["helpers"]] == ["懒", "半", "好"]
    (department,) = found["departments"]
    assert (department["pairs"], department["behind"], department["ahead"]) == (3, 2, 1)


def test_those_who_are_equally_behind_stand_in_one_order_whatever_list_came_first(world):
    for name, no in (("丙", "3"), ("甲", "2"), ("乙", "1")):
        home = world.household(Category.LIFTED, no=f"629900000{no}")
        world.pair(world.staff(name), home)
    found = check(world)
    names = [row["helper"] for row in found["pairs"]]
    assert names == sorted(names)
    numbers = [row["household_no"] for row in found["households"]]
    assert numbers == sorted(numbers)


def test_a_gift_that_may_be_told_twice_is_to_be_looked_into(world, pair):
    _, home = pair
    for content, fen in (("化肥", 100_000), ("化肥两袋", 100_000), ("现金", 50_000)):
        give(world, home, date(2026, 4, 4), fen, content=content)
    give(world, home, date(2026, 4, 4), 100_000, help_way="goods")
    give(world, home, date(2026, 4, 5), 60_000, "李帮、王帮")
    page = progress_page(world.session, ReportOptions(as_of=TODAY))
    assert any("有 2 笔投入同户、同日、同方式、同金额" in note for note in page.notes)


def test_one_unit_alone_can_be_asked_for(world, pair):
    world.pair(world.staff("外", unit="外单位"), world.household(Category.LIFTED))
    assert [row["helper"] for row in check(world, unit="外单位")["pairs"]] == ["外"]
    assert len(check(world)["households"]) == 2
    assert len(check(world, unit="外单位")["households"]) == 1
    with pytest.raises(JingzhunError, match="没有这个学校") as caught:
        check(world, unit="没有这个学校")
    assert caught.value.code == "school_unknown"


def test_a_year_to_come_judges_nobody(world, pair):
    assert check(world, year=2027)["pairs"] == []


def test_people_read_who_is_behind_and_hear_it_told(world, pair, golden):
    fulfil(world, pair[1])
    late = world.household(Category.MARGINAL, no="6299000002", head_name="王二")
    world.pair(world.staff("王帮", department="后勤处"), late, from_=date(2026, 6, 1))
    check_up(world, late, date(2026, 7, 1), unmet=[Assurance.HOUSING])
    visit(world, late, date(2026, 7, 1), None)
    page = progress_page(world.session, ReportOptions(as_of=TODAY))
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    golden("pair_check.txt", stream.getvalue())


def test_the_statements_do_not_grow_with_the_ledger(world, pair, statements):
    fulfil(world, pair[1])
    check(world)
    few = statements()
    for number in range(20):
        home = world.household(Category.LIFTED)
        world.pair(world.staff(f"帮{number}"), home)
        fulfil(world, home, f"帮{number}")
    statements()
    check(world)
    assert statements() == few


@pytest.mark.parametrize("seed", range(12))
def test_random_worlds_are_judged_as_a_plain_evaluator_judges_them(world, seed):
    drawn = Drawn(world, Random(seed))
    for on in (drawn.day(), drawn.day(), LAST, date(drawn.year, 2, 28), date(drawn.year, 12, 31)):
        for row in check(world, on=on, year=drawn.year)["pairs"]:
            plain = drawn.plainly(row["helper"], row["household_no"], on)
            assert {key: row[key] for key in plain} == plain


class Drawn:
    """A random world, and the judgement of its pairs day by day, without any cleverness."""

    def __init__(self, world: World, draw: Random) -> None:
        self.draw, self.year = draw, draw.choice([2024, 2025, 2026])
        self.pairs: list[tuple[str, str, date, date | None]] = []
        self.visits: list[tuple[str, str, date, int]] = []
        self.gifts: list[tuple[str, str, date, int]] = []
        self.plans: set[tuple[str, int]] = set()
        self.checks: dict[str, list[date]] = {}
        people = [world.staff(f"帮{number}") for number in range(4)]
        for number in range(5):
            home = world.household(Category.LIFTED, no=f"629900000{number}")
            self._fill(world, home, people)

    def day(self) -> date:
        return date(self.year, 1, 1) + timedelta(self.draw.randrange(-40, 400))

    def _fill(self, world: World, home: Household, people: list[Staff]) -> None:
        draw, no = self.draw, home.household_no or ""
        for person in draw.sample(people, draw.randint(1, 3)):
            start, end = self.day(), self.day()
            until = end if end > start and draw.random() < 0.6 else None
            world.pair(person, home, from_=start, until=until)
            self.pairs.append((person.name, no, start, until))
        for _ in range(draw.randint(0, 25)):
            name, on, days = draw.choice(people).name, self.day(), draw.choice([1, 1, 2, 5])
            visit(world, home, on, name, days=days)
            self.visits.append((name, no, on, days))
        for _ in range(draw.randint(0, 4)):
            name, on, fen = draw.choice(people).name, self.day(), draw.randrange(1, 150_000)
            give(world, home, on, fen, name)
            self.gifts.append((name, no, on, fen))
        if draw.random() < 0.6:
            plan(world, home, year=self.year)
            self.plans.add((no, self.year))
        if draw.random() < 0.6:
            on = self.day()
            check_up(world, home, on)
            self.checks.setdefault(no, []).append(on)

    def plainly(self, name: str, no: str, on: date) -> dict[str, Any]:
        ((start, until),) = [
            (first, last) for who, home, first, last in self.pairs if (who, home) == (name, no)
        ]
        year = [day for day in _days(date(self.year, 1, 1), 366) if day.year == self.year]
        held = [day for day in year if start <= day and (until is None or day < until)]
        passed = [day for day in held if day <= on]
        came = {
            day
            for who, home, first, days in self.visits
            if (who, home) == (name, no)
            for day in _days(first, days)
        }
        given = sum(
            fen for who, home, day, fen in self.gifts if (who, home) == (name, no) and day in passed
        )
        last = max(passed)
        asked = Fraction(15 * len(passed), len(year))
        money = Fraction(200_000 * len(passed), len(year))
        is_due = last > months_later(max(start, year[0]), 1)
        measured = (no, self.year) in self.plans or any(
            home == no and start <= day <= on for _, home, day, _ in self.gifts
        )
        checked = any(year[0] <= day <= last for day in self.checks.get(no, []))
        lacking = {
            "no_measure": last > months_later(start, 1) and not measured,
            "visits": len(came & set(passed)) < int(asked),
            "contribution": is_due and given < int(money),
            "plan": is_due and (no, self.year) not in self.plans,
            "checklist": is_due and not checked,
        }
        return {
            "days_held": len(passed),
            "visit_days": len(came & set(passed)),
            "visit_days_asked": int(asked),
            "visit_days_year": int(Fraction(15 * len(held), len(year))),
            "contribution_fen": given,
            "contribution_asked_fen": int(money),
            "shortcomings": [key for key, is_so in lacking.items() if is_so],
        }


def _days(first: date, count: int) -> Iterable[date]:
    return (first + timedelta(offset) for offset in range(count))


def test_a_county_says_what_a_year_asks_of_a_helper(world, pair):
    world.norms("pairing", contribution_fen="36500", visit_days="365")
    (row,) = check(world)["pairs"]
    assert (row["contribution_asked_fen"], row["visit_days_year"]) == (32_800, 365)
