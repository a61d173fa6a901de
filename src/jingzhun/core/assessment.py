"""The yearly assessment of 结对: points for what was done of what was asked, and the grade.

Every item gives ``points × done ÷ asked``, whole points, what is over left away; an item of which
nothing was asked gives all its points. The score is the sum of the items, so that it can be read
off the page. Points and bounds come in as norms. Source of the grades: 事业单位人事管理条例
(国务院令第652号) 第二十一条 (优秀、合格、基本合格、不合格).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from jingzhun.core.labels import Labelled


class Grade(Labelled):
    """What the yearly assessment gives; the last three say why there is none."""

    EXCELLENT = "excellent", "优秀"
    PASSED = "passed", "合格"
    BASIC = "basic", "基本合格"
    FAILED = "failed", "不合格"
    UNGRADED = "ungraded", "不定等次"
    EXEMPT = "exempt", "免予结对"
    UNPAIRED = "unpaired", "没有结对"


#: The grades that points give, the best first.
GRADED = (Grade.EXCELLENT, Grade.PASSED, Grade.BASIC)


class Item(Labelled):
    """What points are given for."""

    VISITS = "visits", "走访"
    CONTRIBUTION = "contribution", "资金"
    PLAN = "plan", "计划"
    CHECKLIST = "checklist", "两不愁三保障"
    RESULT = "result", "成效"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was done of what was asked, over some pairs; more than asked of a pair counts as asked.

    ``households`` counts pairs; ``planned``, ``checked`` and ``better`` those of them with a plan,
    with a whole checklist, and those that need no more help or earn more than before.
    """

    households: int = 0
    asked_days: int = 0
    done_days: int = 0
    asked_fen: int = 0
    done_fen: int = 0
    planned: int = 0
    checked: int = 0
    better: int = 0

    def __add__(self, other: Self) -> "Tally":
        return Tally(
            households=self.households + other.households,
            asked_days=self.asked_days + other.asked_days,
            done_days=self.done_days + other.done_days,
            asked_fen=self.asked_fen + other.asked_fen,
            done_fen=self.done_fen + other.done_fen,
            planned=self.planned + other.planned,
            checked=self.checked + other.checked,
            better=self.better + other.better,
        )


def total(tallies: Iterable[Tally]) -> Tally:
    """Add tallies."""
    return sum(tallies, Tally())


def points_of(tally: Tally, points: Mapping[str, int]) -> dict[Item, int]:
    """Give the points for each item."""
    done = {
        Item.VISITS: (tally.done_days, tally.asked_days),
        Item.CONTRIBUTION: (tally.done_fen, tally.asked_fen),
        Item.PLAN: (tally.planned, tally.households),
        Item.CHECKLIST: (tally.checked, tally.households),
        Item.RESULT: (tally.better, tally.households),
    }
    return {
        item: points[item] * part // whole if whole else points[item]
        for item, (part, whole) in done.items()
    }


def grade_of(score: int, bounds: Mapping[str, int]) -> Grade:
    """Give the grade of a score."""
    return next((grade for grade in GRADED if score >= bounds[grade]), Grade.FAILED)
