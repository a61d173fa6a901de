"""No plan helps fewer households from elsewhere: every plan of a small world is tried.

The trial knows nothing of units, needs or capacities: it gives each household to each helper, and
each department to each village, and counts pair by pair.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jingzhun.core.assignment import Village
from jingzhun.services.pairing.assigning import make_plan
from jingzhun.services.pairing.plans import Assignment, Helper, Home

DAY = date(2026, 11, 24)
VILLAGES = [("云岭镇", name) for name in ("东山村", "西沟村", "南坪村")]
World = tuple[list[Helper], list[Home]]


@st.composite
def worlds(draw: st.DrawFn, *, least_free: int = 0) -> World:
    villages = VILLAGES[: draw(st.integers(2, 3))]
    counts = st.dictionaries(st.sampled_from(villages), st.integers(1, 2), max_size=2)
    helpers = [
        Helper(
            identity=f"W:{place}",
            name=f"李{place}",
            unit="青禾学院",
            department=draw(st.sampled_from(["数学组", "语文组", "英语组"])),
            post=None,
            is_leader=draw(st.integers(0, 4)) == 0,
            expected=draw(st.integers(1, 2)),
            exemption=None,
            held=Counter(draw(st.one_of(st.just({}), counts))),
        )
        for place in range(draw(st.integers(1, 5)))
    ]
    homes = sorted(draw(st.lists(st.sampled_from(villages), min_size=1, max_size=5)))
    free = sum(helper.free for helper in helpers)
    assume(len(homes) <= free if least_free == 0 else len(homes) > free)
    return helpers, [
        Home(household_no=f"62{place}", head=None, village=village)
        for place, village in enumerate(homes)
    ]


def group_of(helper: Helper) -> str:
    return helper.identity if helper.is_leader else helper.department or ""


def tyings(helpers: Sequence[Helper], homes: Sequence[Home]) -> Iterator[Mapping[str, Village]]:
    """Give every way to tie departments and leading cadres to villages, these spread evenly."""
    groups = sorted({group_of(helper) for helper in helpers})
    villages = sorted({home.village for home in homes}.union(*(each.held for each in helpers)))
    leaders = {group_of(helper) for helper in helpers if helper.is_leader}
    for chosen in product(villages, repeat=len(groups)):
        tied = dict(zip(groups, chosen, strict=True))
        led = Counter(tied[group] for group in leaders)
        if max(led[each] for each in villages) - min(led[each] for each in villages) <= 1:
            yield tied


def least_cost(helpers: Sequence[Helper], homes: Sequence[Home]) -> int:
    """Try everything: each household with each helper, each group at home in each village."""
    dealt = {
        frozenset(
            Counter(
                (group_of(helpers[at]), home.village)
                for at, home in zip(choice, homes, strict=True)
            ).items()
        )
        for choice in product(range(len(helpers)), repeat=len(homes))
        if all(choice.count(at) <= helpers[at].free for at in set(choice))
    }
    return min(
        sum(count for (group, village), count in counts if tied[group] != village)
        + held_elsewhere(helpers, tied)
        for tied in tyings(helpers, homes)
        for counts in dealt
    )


def held_elsewhere(helpers: Sequence[Helper], tied: Mapping[str, Village]) -> int:
    return sum(
        count
        for helper in helpers
        for village, count in helper.held.items()
        if tied[group_of(helper)] != village
    )


def cost_of(plan: Assignment, helpers: Sequence[Helper]) -> int:
    """Count in the plan itself, pair by pair."""
    tied: dict[str, Village] = {}
    for helper in helpers:
        tied[group_of(helper)] = plan.tied[helper.group]
    new = sum(tied[group_of(pair.helper)] != pair.home.village for pair in plan.pairs)
    return new + held_elsewhere(helpers, tied)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_no_plan_of_a_small_world_costs_less(world: World) -> None:
    helpers, homes = world
    plan = make_plan(helpers, homes, DAY)
    assert plan.cost == plan.bound == cost_of(plan, helpers) == least_cost(helpers, homes)


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_every_household_is_covered_once_and_nobody_overloaded(world: World) -> None:
    helpers, homes = world
    plan = make_plan(helpers, homes, DAY)
    assert sorted(pair.home.household_no or "" for pair in plan.pairs) == sorted(
        home.household_no or "" for home in homes
    )
    taken = Counter(pair.helper.identity for pair in plan.pairs)
    assert all(taken[helper.identity] <= helper.free for helper in helpers)
    assert not any(pair.is_extra for pair in plan.pairs)
    assert make_plan(helpers, homes, DAY) == plan


@settings(max_examples=100, deadline=None)
@given(worlds(least_free=1))
def test_above_all_shares_nobody_gets_two_before_everybody_got_one(world: World) -> None:
    helpers, homes = world
    plan = make_plan(helpers, homes, DAY)
    assert len(plan.pairs) == len(homes)
    taken = Counter(pair.helper.identity for pair in plan.pairs)
    assert sum(pair.is_extra for pair in plan.pairs) == len(homes) - sum(h.free for h in helpers)
    over = {each.identity: each.load + taken[each.identity] - each.expected for each in helpers}
    assert min(over.values()) >= 0
    burdened = {pair.helper.identity for pair in plan.pairs if pair.is_extra}
    assert all(over[each] <= min(over.values()) + 1 for each in burdened)
    assert plan.bound <= plan.cost == cost_of(plan, helpers)


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from(VILLAGES))
def test_what_was_planned_stands_when_the_world_changes_a_little(
    world: World, village: tuple[str, str]
) -> None:
    helpers, homes = world
    gained: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for pair in make_plan(helpers, homes, DAY).pairs:
        gained[pair.helper.identity][pair.home.village] += 1
    later = [
        Helper(
            identity=helper.identity, name=helper.name, unit=helper.unit,
            department=helper.department, post=helper.post, is_leader=helper.is_leader,
            expected=helper.expected, exemption=None,
            held=Counter(helper.held) + gained[helper.identity],
        )
        for helper in helpers
    ]  # fmt: skip
    fresh = Home(household_no="69", head=None, village=village)
    plan = make_plan(later, [fresh], DAY)
    assert [pair.home for pair in plan.pairs] == [fresh]
    assert plan.kept == sum(helper.load for helper in helpers) + len(homes)
