"""Plan who helps which household, and enter the plan: all listed households, no helper too many.

Existing pairs stay. Departments go to one village each as far as that can be, leading cadres are
spread over the villages, and the plan that leaves the fewest households to a department of another
village is taken (``core.assignment``). The same ledger gives the same plan.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from heapq import heappop, heappush
from typing import Any

from sqlalchemy.orm import Session

from jingzhun.core.assignment import Problem, Unit, Village, share_out
from jingzhun.core.pairing import Exemption
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import JingzhunError
from jingzhun.policies.loads import load_rules
from jingzhun.rosters import Batch, SheetWords
from jingzhun.services.hand import Hand
from jingzhun.services.importing.entering import Entered, enter
from jingzhun.services.pairing.fitting import impossible
from jingzhun.services.pairing.gathering import homes_without_helper, staff_with_shares
from jingzhun.services.pairing.plans import NOWHERE, Assignment, Helper, Home, Pair
from jingzhun.services.pairing.solver import settle_homes
from jingzhun.store.policy_files import own_files
from jingzhun.store.schema import Pairing


def plan_assignment(session: Session, day: date, *, extra: int = 0) -> Assignment:
    """Make the plan of a day; ``extra`` households more may be given than all should take.

    Raises:
        JingzhunError: ``pair_no_staff``; ``pair_none_needed``; ``pair_impossible``, with the
            numbers that do not fit and the smallest change that would.
    """
    rules = load_rules(day, own_files(session, day))
    everybody = staff_with_shares(session, day, rules)
    homes = homes_without_helper(session, day)
    if all(each.exemption for each in everybody):
        raise JingzhunError(
            "pair_no_staff",
            "账本里没有可以结对的教职工。",
            "请先导入教职工名册（姓名、单位、部门、职务、编制、出生年月）。",
        )
    if not homes:
        raise JingzhunError(
            "pair_none_needed",
            f"{day} 在册的户都有帮扶责任人（已脱贫并解除的除外），不用再分配。",
            "请用 jingzhun pair list 查看结对情况。",
        )
    free = sum(helper.free for helper in everybody)
    if len(homes) > free + extra:
        raise impossible(len(homes), free, everybody, rules, extra)
    return make_plan(everybody, homes, day)


def make_plan(everybody: Sequence[Helper], homes: Sequence[Home], day: date) -> Assignment:
    """Give every home a helper; nobody above their share as long as anybody is below."""
    groups: dict[str, list[Helper]] = defaultdict(list)
    for helper in everybody:
        if helper.exemption is None:
            groups[helper.group].append(helper)
    units = [_unit(name, members) for name, members in sorted(groups.items())]
    problem = Problem(units=units, needs=Counter(home.village for home in homes))
    found = settle_homes(problem)
    taken = share_out(problem, found.homes)
    tied = {unit.name: home for unit, home in zip(units, found.homes, strict=True)}
    waiting: dict[Village, list[Home]] = defaultdict(list)
    for home in reversed(homes):
        waiting[home.village].append(home)
    pairs = list(_pairs(groups, units, taken, waiting, tied))
    pairs += _extra_pairs([each for some in groups.values() for each in some], waiting, tied)
    busy = {pair.helper.identity for pair in pairs}
    # What is above all shares counts as helped from elsewhere; where it is at home, it is not.
    extra = [pair.is_home for pair in pairs if pair.is_extra]
    return Assignment(
        day=day,
        pairs=pairs,
        tied=tied,
        leaders=[
            (each, tied[each.group])
            for each in everybody
            if each.is_leader and each.exemption is None
        ],
        spare=[each for each in everybody if each.free and each.identity not in busy],
        leavers=[
            each for each in everybody if each.load and each.exemption is Exemption.NOT_IN_SERVICE
        ],
        kept=sum(helper.load for helper in everybody),
        cost=found.cost - sum(extra),
        bound=max(0, found.bound - len(extra)),
    )


def enter_assignment(session: Session, plan: Assignment, hand: Hand, why: str = "") -> Entered:
    """Record a plan's pairs as one import, which ``imports undo`` takes back.

    Raises:
        JingzhunError: ``pair_why_missing`` — somebody gets more than their share, and no reason.
    """
    if any(pair.is_extra for pair in plan.pairs) and not why.strip():
        raise JingzhunError(
            "pair_why_missing",
            "让人多结对，没有写原因。",
            "请写明原因，如：--why 领导小组会议决定",
        )
    rows = [(pair.home, pair.helper) for pair in plan.pairs]
    words = pair_words_of(rows, plan.day, f"结对分配　{why.strip()}" if why else "结对分配")
    return enter(session, [words], f"结对分配 {plan.day}", hand)


def pair_words_of(
    rows: Sequence[tuple[Home, Helper]],
    day: date,
    why: str,
    *,
    ended: Sequence[Pairing] | None = None,
) -> SheetWords:
    """Give pairs that begin on a day (or those of ``ended``, that end on it) as a sheet's words."""
    dated = [day.isoformat()] * len(rows)
    nothing = [None] * len(rows)
    places = [
        (None, None) if home.household_no or home.village == NOWHERE else home.village
        for home, _ in rows
    ]
    columns: dict[str, list[Any]] = {
        "household_no": [home.household_no for home, _ in rows],
        "head_name": [None if home.household_no else home.head for home, _ in rows],
        "township": [township for township, _ in places],
        "village": [village for _, village in places],
        "helper": [helper.name for _, helper in rows],
        "helper_identity": [helper.identity for _, helper in rows],
        "paired_on": [pair.valid_from.isoformat() for pair in ended] if ended else dated,
        "ended_on": dated if ended else nothing,
        "measures": [pair.measures for pair in ended] if ended else nothing,
    }
    batch = Batch(row_numbers=list(range(1, len(rows) + 1)), columns=columns)
    return SheetWords(sheet=why, kind=Kind.PAIRING_ENTRY, stated_on=day, batch=batch, letters={})


def _unit(name: str, members: Sequence[Helper]) -> Unit:
    held: Counter[Village] = Counter()
    for helper in members:
        held.update(helper.held)
    return Unit(
        name=name,
        capacity=sum(helper.free for helper in members),
        held=held,
        is_leader=members[0].is_leader,
    )


def _pairs(
    groups: Mapping[str, Sequence[Helper]],
    units: Sequence[Unit],
    taken: Sequence[Mapping[Village, int]],
    waiting: Mapping[Village, list[Home]],
    tied: Mapping[str, Village],
) -> Iterator[Pair]:
    """Give each unit's households to its members, in their order."""
    for unit, counts in zip(units, taken, strict=True):
        hands = [helper for helper in groups[unit.name] for _ in range(helper.free)]
        at_home_first = sorted(counts, key=lambda village: (village != tied[unit.name], village))
        places = [village for village in at_home_first for _ in range(counts[village])]
        for helper, village in zip(hands, places, strict=False):
            yield Pair(
                helper=helper, home=waiting[village].pop(), is_home=village == tied[unit.name]
            )


def _extra_pairs(
    helpers: Sequence[Helper], waiting: Mapping[Village, list[Home]], tied: Mapping[str, Village]
) -> Iterator[Pair]:
    """Give what is left to whom it burdens least: nobody twice before all once, at home if it can.

    Leading cadres come last of those who are burdened alike.
    """
    hands: dict[Village, list[tuple[int, bool, int]]] = defaultdict(list)
    for place, helper in enumerate(helpers):
        over = max(0, helper.load - helper.expected)
        heappush(hands[tied[helper.group]], (over, helper.is_leader, place))
    for village in sorted(waiting):
        for home in reversed(waiting[village]):
            near = min(hands, key=lambda each: (hands[each][0][0], each != village, hands[each][0]))
            over, is_leader, place = heappop(hands[near])
            heappush(hands[near], (over + 1, is_leader, place))
            yield Pair(helper=helpers[place], home=home, is_home=near == village, is_extra=True)
