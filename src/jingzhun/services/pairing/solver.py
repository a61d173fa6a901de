"""Find the homes of units that cost least: a mixed-integer program, solved by HiGHS.

One variable says whether a unit is at home in a village, one for each village how many of its
households must be helped from elsewhere. One thread and a fixed seed: the same problem gives the
same plan. Source: HiGHS, https://highs.dev (PyPI highspy).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from jingzhun.core.assignment import (
    Problem,
    Village,
    cost_of,
    improved,
    least_possible,
    longest_first,
)

#: Seconds after which the best plan so far is taken; small plans are done in far less.
_PATIENCE = 30
#: So many choices of a village for a unit are solved; of more the first plan, improved, is taken.
_LARGEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """A home for each unit; ``cost`` is theirs, and no plan can cost less than ``bound``."""

    homes: list[Village]
    cost: int
    bound: int


def settle_homes(problem: Problem) -> Homes:
    """Find the homes that cost least; every village has its even share of leading cadres."""
    homes, bound = longest_first(problem), least_possible(problem)
    if cost_of(problem, homes) > bound:
        homes = improved(problem, homes)
    choices = len(problem.units) * len(problem.villages)
    if cost_of(problem, homes) > bound and len(problem.villages) > 1 and choices <= _LARGEST:
        solved, proven = _solve(problem, problem.villages, homes)
        bound = max(bound, proven)
        homes = min((solved, homes), key=lambda each: cost_of(problem, each))
    cost = cost_of(problem, homes)
    return Homes(homes=homes, cost=cost, bound=min(bound, cost))


def _solve(
    problem: Problem, villages: list[Village], start: list[Village]
) -> tuple[list[Village], int]:
    import highspy  # noqa: PLC0415 - 120 ms, for who makes a plan
    import numpy as np  # noqa: PLC0415 - comes with it

    units, count = problem.units, len(villages)
    choices = len(units) * count
    cost = np.zeros(choices + count)
    cost[choices:] = 1
    fixed = 0
    for at, unit in enumerate(units):
        held = sum(unit.held.values())
        fixed += held
        for place, village in enumerate(villages):
            cost[at * count + place] = -unit.held.get(village, 0)
    needs = [float(problem.needs.get(village, 0)) for village in villages]
    rows = _Rows()
    for at in range(len(units)):
        rows.add(1, 1, [(at * count + place, 1) for place in range(count)])
    for place in range(count):
        helped = [(at * count + place, unit.capacity) for at, unit in enumerate(units)]
        rows.add(needs[place], np.inf, [*helped, (choices + place, 1)])
    fewest, most = problem.leaders_by_village()
    leaders = [at for at, unit in enumerate(units) if unit.is_leader]
    if leaders:
        for place in range(count):
            rows.add(fewest, most, [(at * count + place, 1) for at in leaders])
    model = highspy.HighsLp()
    model.num_col_ = choices + count
    model.num_row_ = len(rows.lower)
    model.col_cost_ = cost
    model.col_lower_ = np.zeros(choices + count)
    model.col_upper_ = np.array([1.0] * choices + needs)
    whole, any_ = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole] * choices + [any_] * count
    model.row_lower_, model.row_upper_ = np.array(rows.lower), np.array(rows.upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(rows.starts)
    model.a_matrix_.index_ = np.array(rows.columns)
    model.a_matrix_.value_ = np.array(rows.values)
    with _hushed():
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.silent()
    for name, value in (
        ("threads", 1),
        ("random_seed", 0),
        ("time_limit", float(_PATIENCE)),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),  # costs are whole
    ):
        highs.setOptionValue(name, value)
    highs.passModel(model)
    highs.run()
    values = list(highs.getSolution().col_value)
    if len(values) < choices:
        return start, 0
    chosen = (values[at * count : (at + 1) * count] for at in range(len(units)))
    homes = [villages[choice.index(max(choice))] for choice in chosen]
    bound = highs.getInfo().mip_dual_bound
    # A whole number not below the bound, whatever the last digit of a float says.
    least = int(-((-bound + 1e-6) // 1)) if np.isfinite(bound) else -fixed
    return homes, max(0, fixed + least)


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep off standard output what the solver says before it can be told to be silent.

    It names itself as it is made, in C, and that line would stand before the page or its JSON.
    """
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


class _Rows:
    """The rows of the program, one after the other."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.starts = [0]
        self.columns: list[int] = []
        self.values: list[float] = []

    def add(self, lower: float, upper: float, terms: list[tuple[int, float]]) -> None:
        """Add a row: ``lower`` ≤ the sum of value × column ≤ ``upper``."""
        self.lower.append(float(lower))
        self.upper.append(float(upper))
        for column, value in terms:
            self.columns.append(column)
            self.values.append(float(value))
        self.starts.append(len(self.columns))
