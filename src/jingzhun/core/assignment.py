"""The pairing plan as a problem: units of helpers, villages of households, one home for each unit.

A **unit** is a department (or a leading cadre, who is tied to a village alone); its **home** is the
village that it helps. Every household that needs a helper gets one; existing pairs stay. The
**cost** of a plan is the number of households whose helper comes from a unit at home elsewhere: the
fewer, the closer a department stays to its village. Source: the work plans' 结对帮扶 (一个领导联系
一个村, 一个部门帮扶一个村).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

#: (township, village)
Village = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Helpers who go to one village; ``capacity`` is how many more households they can take.

    ``held`` counts the households that they help already, by village.
    """

    name: str
    capacity: int
    held: Mapping[Village, int]
    is_leader: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Units and what each village needs: households without a helper."""

    units: Sequence[Unit]
    needs: Mapping[Village, int]

    @property
    def villages(self) -> list[Village]:
        """The villages that need or have helpers, in order."""
        held = {village for unit in self.units for village in unit.held}
        return sorted(held | set(self.needs))

    @property
    def wanted(self) -> int:
        """How many households need a helper."""
        return sum(self.needs.values())

    @property
    def capacity(self) -> int:
        """How many households more can be taken."""
        return sum(unit.capacity for unit in self.units)

    def leaders_by_village(self) -> tuple[int, int]:
        """Give the fewest and the most leading cadres that a village may have, spread evenly."""
        leaders = sum(unit.is_leader for unit in self.units)
        count = len(self.villages) or 1
        return leaders // count, -(-leaders // count)


def cost_of(problem: Problem, homes: Sequence[Village]) -> int:
    """Count the households, old and new, that are helped from a unit at home elsewhere.

    ``homes`` gives each unit's, in the order of the units. New households of a village are helped
    by the units at home there as far as these can.
    """
    at_home: dict[Village, int] = {}
    cost = 0
    for unit, home in zip(problem.units, homes, strict=True):
        at_home[home] = at_home.get(home, 0) + unit.capacity
        cost += sum(count for village, count in unit.held.items() if village != home)
    for village, count in problem.needs.items():
        cost += max(0, count - at_home.get(village, 0))
    return cost


def least_possible(problem: Problem) -> int:
    """Give a cost that no plan is below: each unit at home where it helps most, all hands used."""
    held = sum(
        sum(unit.held.values()) - max(unit.held.values(), default=0) for unit in problem.units
    )
    return held + max(0, problem.wanted - problem.capacity)


def share_out(problem: Problem, homes: Sequence[Village]) -> list[dict[Village, int]]:
    """Give how many new households each unit takes in which village: at home first.

    What a village still needs goes to the units with most hands left, so that few are split.
    """
    left = [unit.capacity for unit in problem.units]
    needs = dict(problem.needs)
    taken: list[dict[Village, int]] = [{} for _ in problem.units]

    def take(place: int, village: Village) -> None:
        count = min(left[place], needs.get(village, 0))
        if count:
            taken[place][village] = taken[place].get(village, 0) + count
            left[place] -= count
            needs[village] -= count

    # Leading cadres first: their households are those of the village that they are tied to.
    for place in sorted(range(len(homes)), key=lambda at: not problem.units[at].is_leader):
        take(place, homes[place])
    for village in sorted(needs, key=lambda each: (-needs[each], each)):
        while needs[village] and any(left):
            take(max(range(len(left)), key=lambda at: (left[at], -at)), village)
    return taken


def longest_first(problem: Problem) -> list[Village]:
    """Give homes to start from: the largest unit goes where most is needed, and so on."""
    villages = problem.villages
    needs = {village: problem.needs.get(village, 0) for village in villages}
    place_of = {village: place for place, village in enumerate(villages)}
    fewest, most = problem.leaders_by_village()
    leaders = dict.fromkeys(villages, 0)
    homes: dict[int, Village] = {}
    order = sorted(
        range(len(problem.units)),
        key=lambda at: (not problem.units[at].is_leader, -problem.units[at].capacity, at),
    )
    for at in order:
        unit = problem.units[at]
        open_to = [
            village
            for village in villages
            if not unit.is_leader
            or leaders[village] < (fewest if min(leaders.values()) < fewest else most)
        ]
        home = max(
            open_to,
            key=lambda village: (
                min(unit.capacity, needs[village]) + unit.held.get(village, 0),
                needs[village],
                -place_of[village],
            ),
        )
        homes[at] = home
        needs[home] -= unit.capacity
        leaders[home] += unit.is_leader
    return [homes[at] for at in range(len(problem.units))]


def improved(problem: Problem, homes: Sequence[Village]) -> list[Village]:
    """Let units change places, two by two or one alone, as long as that costs less.

    Leading cadres change with each other only, so that every village keeps its share of them.
    """
    better = _Changing(problem, homes)
    while better.go_round():
        pass
    return better.homes


class _Changing:
    """Homes that units give up for better ones; what each village is short of is kept beside."""

    def __init__(self, problem: Problem, homes: Sequence[Village]) -> None:
        self._units = problem.units
        self.homes = list(homes)
        self._spare = {village: -problem.needs.get(village, 0) for village in problem.villages}
        self._at: dict[Village, set[int]] = {village: set() for village in problem.villages}
        for at, home in enumerate(homes):
            self._spare[home] += problem.units[at].capacity
            self._at[home].add(at)

    def go_round(self) -> bool:
        """Make the best changes for each village that is short; say whether there was one."""
        short = sorted(
            (village for village, spare in self._spare.items() if spare < 0),
            key=lambda village: (self._spare[village], village),
        )
        changed = [self._change(village) for village in short]
        return any(changed)

    def _change(self, village: Village) -> bool:
        is_changed = False
        while self._spare[village] < 0:
            gain, mine, theirs = min(self._changes(village), default=(0, -1, -1))
            if gain >= 0:
                break
            there = self.homes[theirs]
            self._move(theirs, village)
            if mine >= 0:
                self._move(mine, there)
            is_changed = True
        return is_changed

    def _changes(self, village: Village) -> Iterator[tuple[int, int, int]]:
        """Give (what it adds to the cost, the unit that goes or -1, the unit that comes)."""
        here = [(at, self._units[at].capacity) for at in sorted(self._at[village])]
        for other, units in self._at.items():
            if other == village or self._spare[other] <= 0:
                continue
            for theirs in units:
                comes = self._units[theirs]
                if not comes.is_leader:
                    yield self._gain(village, other, -1, theirs), -1, theirs
                for mine, capacity in here:
                    # Who can take no more than who goes does not help a village that is short.
                    if capacity < comes.capacity and (
                        self._units[mine].is_leader is comes.is_leader
                    ):
                        yield self._gain(village, other, mine, theirs), mine, theirs

    def _gain(self, village: Village, other: Village, mine: int, theirs: int) -> int:
        comes = self._units[theirs]
        grown = comes.capacity - (self._units[mine].capacity if mine >= 0 else 0)
        short = max(0, -self._spare[village] - grown) + max(0, grown - self._spare[other])
        gain = short + self._spare[village]
        gain += comes.held.get(other, 0) - comes.held.get(village, 0)
        if mine >= 0:
            goes = self._units[mine]
            gain += goes.held.get(village, 0) - goes.held.get(other, 0)
        return gain

    def _move(self, at: int, to: Village) -> None:
        home, capacity = self.homes[at], self._units[at].capacity
        self._at[home].discard(at)
        self._at[to].add(at)
        self._spare[home] -= capacity
        self._spare[to] += capacity
        self.homes[at] = to
