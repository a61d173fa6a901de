"""Early warning against a plain evaluator, which looks at one pupil after the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import chinese_calendar
import pytest

from jingzhun.core.vocabulary import Category, Change, Standing
from jingzhun.policies.norms import norms
from tests.builders import AUTUMN, TODAY, World
from tests.reports.reading import read
from tests.reports.test_warning import miss, name_everybody

SCHOOLS = ("青禾学校", "西河学校")
#: What each category makes a household, the gravest word only.
WORDS = {
    Category.LIFTED: "registered",
    Category.MARGINAL: "registered",
    Category.RURAL_ALLOWANCE: "poor",
    Category.NEAR_ALLOWANCE: "listed",
    Category.OTHER: None,
    None: None,
}
GROUPS = ("is_orphan", "is_left_behind", "is_migrant_child")


@dataclass
class Child:
    """Everything that the world has of one pupil."""

    name: str
    grade: int
    born_on: date
    school: str
    home: int
    category: Category | None
    distance: int | None
    groups: tuple[str, ...]
    is_disabled: bool
    dropped: bool
    back_on: date | None
    came_from: tuple[str, date] | None
    boarding: list[tuple[date, str]] = field(default_factory=list)
    away: dict[date, bool] = field(default_factory=dict)

    @property
    def is_home_taught(self) -> bool:
        return bool(self.boarding) and self.boarding[-1][1] == "home_taught"


def days_before(dice: Random, most: int) -> date:
    return TODAY - timedelta(dice.randrange(most))


def make(dice: Random) -> list[Child]:
    """A world of pupils, many of whom show signs; some share a household."""
    homes = [dice.choice(list(WORDS)) for _ in range(12)]
    children = []
    for number in range(24):
        grade = dice.randint(1, 9)
        home = dice.randrange(12)
        school = dice.choice(SCHOOLS)
        child = Child(
            name=f"生{number:02d}",
            grade=grade,
            born_on=date(2020 - grade - dice.choice((0, 0, 0, 1, 2, 3)), 8, 30)
            + timedelta(dice.randrange(4)),
            school=school,
            home=home,
            category=homes[home],
            distance=dice.choice((None, None, 0, 2999, 3000, 4999, 5000, 12000)),
            groups=tuple(group for group in GROUPS if dice.random() < 0.2),
            is_disabled=dice.random() < 0.1,
            dropped=dice.random() < 0.1,
            back_on=days_before(dice, 500) if dice.random() < 0.2 else None,
            came_from=None,
        )
        if dice.random() < 0.2 and child.back_on is None:
            other = next(name for name in SCHOOLS if name != school)
            child.came_from = other, days_before(dice, 240)
        if dice.random() < 0.6:
            child.boarding = [(date(2025, 3, 1), dice.choice(("day", "boarder", "home_taught")))]
            if dice.random() < 0.5:
                child.boarding.append((days_before(dice, 240), dice.choice(("day", "boarder"))))
        if not child.dropped and dice.random() < 0.7:
            for _ in range(dice.randint(1, 12)):
                child.away[days_before(dice, 80)] = dice.random() < 0.15
            for back in range(dice.choice((0, 0, 2, 3, 4, 6))):
                child.away[TODAY - timedelta(back)] = False
        child.away = {day: why for day, why in child.away.items() if taught(day)}
        children.append(child)
    return children


def taught(day: date) -> bool:
    """Say that schools of the world teach on a day."""
    return day >= AUTUMN and bool(chinese_calendar.is_workday(day))


def put(world: World, children: list[Child]) -> None:
    """Write the world into the ledger's tables."""
    homes: dict[int, int] = {}
    for child in children:
        if child.home not in homes:
            homes[child.home] = world.household(*filter(None, [child.category])).id
        person = world.person(
            child.name, born_on=child.born_on, household_id=homes[child.home],
            school_distance_m=child.distance,
            disability_kind="肢体残疾" if child.is_disabled else None,
            **dict.fromkeys(child.groups, True),
        )  # fmt: skip
        place: dict[str, Any] = {
            "stage": "primary" if child.grade < 7 else "junior",
            "grade": child.grade,
        }
        begun = date(2025, 3, 1)
        if child.came_from is not None:
            other, changed = child.came_from
            world.enrol(person, world.school(other), from_=begun, until=changed, **place)
            begun = changed
        # Where the year's grade is the last one, the roll must be of this year.
        world.enrol(person, world.school(child.school), from_=max(begun, AUTUMN), **place)
        if begun < AUTUMN:
            world.enrol(person, world.school(child.school), from_=begun, until=AUTUMN, **place)
        for at, (day, word) in enumerate(child.boarding):
            until = child.boarding[at + 1][0] if at + 1 < len(child.boarding) else None
            world.board(person, word, from_=day, until=until)
        if child.back_on is not None:
            world.stand(person, Standing.AWAY, Change.AWAY, from_=date(2025, 3, 3),
                        until=child.back_on)  # fmt: skip
        if child.dropped:
            world.stand(person, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2026, 11, 2))
        for day, is_excused in child.away.items():
            miss(world, person, day, is_excused=is_excused)


# --- the plain evaluator --------------------------------------------------------------------------


class Evaluator:
    """Judges pupil by pupil, by the same figures."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.figures = {key: norm.value for key, norm in norms("warning", TODAY).items()}
        self.runs = {child.name: self.run_of(child) for child in children}
        self.gone = {child.name for child in children if child.dropped or self.is_suspected(child)}

    def run_of(self, child: Child) -> list[date]:
        """School days away in a row up to the last day known of the school."""
        if child.is_home_taught:
            return []
        known = [day for other in self.children
                 if other.school == child.school
                 for day in other.away]  # fmt: skip
        run: list[date] = []
        day = max(known, default=TODAY)
        while day >= AUTUMN:
            if taught(day):
                if child.away.get(day, True):
                    break
                run.append(day)
            day -= timedelta(1)
        return run

    def is_suspected(self, child: Child) -> bool:
        run = self.runs[child.name]
        return bool(run) and (run[0] - run[-1]).days + 1 > 7

    def scores(self) -> dict[str, int]:
        """The score of everybody who is at school and shows a sign."""
        found = {}
        for child in self.children:
            score = sum(points for _, points in self.signs(child))
            if child.name not in self.gone and score:
                found[child.name] = score
        return found

    def signs(self, child: Child) -> Iterator[tuple[str, int]]:
        rules = self.figures
        if len(self.runs[child.name]) >= 3:
            yield "absent_run", rules["absent_run"]["points"]
        for name, of in (("absent_often", self.often), ("absent_rising", self.rising)):
            yield name, reached(rules[name], of(child, rules[name]["window_days"]))
        if child.back_on and within(child.back_on, rules["returned"]):
            yield "returned", rules["returned"]["points"]
        if any(o.home == child.home and o.name in self.gone for o in self.children if o != child):
            yield "sibling", rules["sibling"]["points"]
        yield "poverty", self.poverty(child)
        for word, holds in (("orphan", "is_orphan" in child.groups),
                            ("left_behind", "is_left_behind" in child.groups),
                            ("migrant", "is_migrant_child" in child.groups),
                            ("disabled", child.is_disabled)):  # fmt: skip
            yield "group", rules["group"][word] if holds else 0
        yield from self.ways(child)
        yield (
            "transition",
            sum(each["points"] for each in rules["transition"] if each["grade"] == child.grade),
        )
        if child.came_from and within(child.came_from[1], rules["school_change"]):
            yield "school_change", rules["school_change"]["points"]
        completed = 2026 - child.born_on.year - ((child.born_on.month, child.born_on.day) > (8, 31))
        yield "overage", reached(rules["overage"], completed - (child.grade + 5))

    def ways(self, child: Child) -> Iterator[tuple[str, int]]:
        rules = self.figures
        words = [word for _, word in child.boarding]
        if len(words) == 2 and set(words) == {"day", "boarder"}:
            changed = within(child.boarding[1][0], rules["boarding_change"])
            yield "boarding_change", rules["boarding_change"]["points"] if changed else 0
        if child.distance is not None and (not words or words[-1] == "day"):
            yield "distance", reached(rules["distance"], child.distance)

    def poverty(self, child: Child) -> int:
        # An orphan is 家庭经济困难 whatever the household.
        words = {WORDS[child.category], "poor" if "is_orphan" in child.groups else None}
        return max((self.figures["poverty"][word] for word in words if word), default=0)

    def often(self, child: Child, window: int, *, before: int = 0) -> int:
        last = TODAY - timedelta(before)
        return sum(
            not is_excused and last - timedelta(window) < day <= last
            for day, is_excused in child.away.items()
        )

    def rising(self, child: Child, window: int) -> int:
        now = self.often(child, window)
        return now - self.often(child, window, before=window) if now else 0


def within(day: date, rule: dict[str, int]) -> bool:
    return TODAY - timedelta(rule["window_days"]) < day <= TODAY


def reached(rule: dict[str, Any], measure: int) -> int:
    return max((s["points"] for s in rule["steps"] if measure >= s["at_least"]), default=0)


@pytest.mark.parametrize("seed", range(12))
def test_scores_are_those_of_the_plain_evaluator(world, seed):
    children = make(Random(seed))
    put(world, children)
    name_everybody(world)
    expected = Evaluator(children).scores()
    found = read(world, "warning")
    assert {row["name"]: row["score"] for row in found["pupils"]} == expected
    points: dict[int, int] = {}
    for row in found["signs"]:
        points[row["rank"]] = points.get(row["rank"], 0) + row["points"]
    assert points == {row["rank"]: row["score"] for row in found["pupils"]}
    scores = [row["score"] for row in found["pupils"]]
    assert scores == sorted(scores, reverse=True)
    levels = [row["level"] for row in found["pupils"]]
    assert levels == ["red" if s >= 60 else "orange" if s >= 40 else "yellow" for s in scores]
