"""Plan who helps which household, and enter the plan: all listed households, no helper too many.

Existing pairs stay. Departments go to one village each as far as that can be, leading cadres are
spread over the villages, and the plan that leaves the fewest households to a department of another
village is taken (``core.assignment``). The same ledger gives the same plan.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from jingzhun.core.assignment import Problem, Unit, Village, share_out
from jingzhun.core.pairing import LoadRules, expected_load, leads
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import JingzhunError
from jingzhun.policies.loads import load_rules
from jingzhun.rosters import Batch, SheetWords
from jingzhun.services.desk.entering import Entered, Hand, enter
from jingzhun.services.pairing.solver import settle_homes
from jingzhun.store.helpers import facts_of
from jingzhun.store.presence import in_force, listed_households
from jingzhun.store.schema import Household, Pairing, Staff
from jingzhun.store.schema import Village as VillageRow

_NOWHERE: Village = ("", "村不明")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A household that needs a helper."""

    household_no: str | None
    head: str | None
    village: Village


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """Somebody who can take ``free`` more households; ``held`` counts theirs by village."""

    identity: str
    name: str
    unit: str | None
    department: str | None
    post: str | None
    is_leader: bool
    expected: int
    held: Mapping[Village, int]

    @property
    def free(self) -> int:
        """How many households more they should take."""
        return max(0, self.expected - sum(self.held.values()))

    @property
    def group(self) -> str:
        """The unit with which they go to a village: a leading cadre goes alone."""
        place = "　".join(filter(None, (self.unit, self.department))) or "没有部门"
        return f"{place}　{self.name}（{self.identity[-4:]}）" if self.is_leader else place


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One new pair; ``is_home`` says that the helper's department is tied to the village."""

    helper: Helper
    home: Home
    is_home: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A whole plan. ``cost`` households are helped from elsewhere, no plan has under ``bound``."""

    day: date
    pairs: Sequence[Pair]
    tied: Mapping[str, Village]
    leaders: Sequence[tuple[Helper, Village]]
    spare: Sequence[Helper]
    kept: int
    cost: int
    bound: int


def plan_assignment(session: Session, day: date) -> Assignment:
    """Make the plan of a day.

    Raises:
        JingzhunError: ``pair_no_staff``; ``pair_none_needed``; ``pair_impossible``, with the
            numbers that do not fit and the smallest change that would.
    """
    rules = load_rules(day)
    helpers = _helpers(session, day, rules)
    homes = _lonely(session, day)
    if not helpers:
        raise JingzhunError(
            "pair_no_staff",
            "账本里没有可以结对的教职工。",
            "请先导入教职工名册（姓名、单位、部门、职务、编制、出生年月）。",
        )
    if not homes:
        raise JingzhunError(
            "pair_none_needed",
            f"{day} 在册的户都有帮扶责任人，不用再分配。",
            "请用 jingzhun pair list 查看结对情况。",
        )
    groups: dict[str, list[Helper]] = defaultdict(list)
    for helper in helpers:
        groups[helper.group].append(helper)
    units = [_unit(name, members) for name, members in sorted(groups.items())]
    problem = Problem(units=units, needs=Counter(home.village for home in homes))
    if problem.wanted > problem.capacity:
        raise _impossible(problem, helpers, rules)
    found = settle_homes(problem)
    taken = share_out(problem, found.homes)
    tied = {unit.name: home for unit, home in zip(units, found.homes, strict=True)}
    pairs = list(_pairs(groups, units, taken, homes, tied))
    busy = {pair.helper.identity for pair in pairs}
    return Assignment(
        day=day,
        pairs=pairs,
        tied=tied,
        leaders=[(helper, tied[helper.group]) for helper in helpers if helper.is_leader],
        spare=[each for each in helpers if each.free and each.identity not in busy],
        kept=sum(sum(helper.held.values()) for helper in helpers),
        cost=found.cost,
        bound=found.bound,
    )


def enter_assignment(session: Session, plan: Assignment, hand: Hand) -> Entered:
    """Record a plan's pairs as one import, which ``imports undo`` takes back."""
    rows = [(pair.home, pair.helper) for pair in plan.pairs]
    words = pair_words_of(rows, plan.day, "结对分配")
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
    columns: dict[str, list[Any]] = {
        "household_no": [home.household_no for home, _ in rows],
        "head_name": [None if home.household_no else home.head for home, _ in rows],
        "township": [None if home.household_no else home.village[0] for home, _ in rows],
        "village": [None if home.household_no else home.village[1] for home, _ in rows],
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
    homes: Sequence[Home],
    tied: Mapping[str, Village],
) -> Iterable[Pair]:
    """Give each unit's households to its members, in their order."""
    waiting: dict[Village, list[Home]] = defaultdict(list)
    for home in reversed(homes):
        waiting[home.village].append(home)
    for unit, counts in zip(units, taken, strict=True):
        hands = [helper for helper in groups[unit.name] for _ in range(helper.free)]
        at_home_first = sorted(counts, key=lambda village: (village != tied[unit.name], village))
        places = [village for village in at_home_first for _ in range(counts[village])]
        for helper, village in zip(hands, places, strict=False):
            yield Pair(
                helper=helper, home=waiting[village].pop(), is_home=village == tied[unit.name]
            )


def _lonely(session: Session, day: date) -> list[Home]:
    """Give the listed households without a helper, by village and number."""
    helped = exists().where(Pairing.household_id == Household.id, in_force(Pairing, day))
    rows = session.execute(
        select(Household.household_no, Household.head_name, VillageRow.township, VillageRow.name)
        .join(VillageRow, VillageRow.id == Household.village_id, isouter=True)
        .where(Household.id.in_(listed_households(day)), ~helped)
        .order_by(VillageRow.township, VillageRow.name, Household.household_no, Household.id)
    )
    return [
        Home(
            household_no=number,
            head=head,
            village=_NOWHERE if village is None else (township, village),
        )
        for number, head, township, village in rows
    ]


def _helpers(session: Session, day: date, rules: LoadRules) -> list[Helper]:
    """Give everybody who takes part, by unit, department and number in the ledger."""
    held: dict[int, Counter[Village]] = defaultdict(Counter)
    for staff, township, village in session.execute(
        select(Pairing.staff_id, VillageRow.township, VillageRow.name)
        .join(Household, Household.id == Pairing.household_id)
        .join(VillageRow, VillageRow.id == Household.village_id, isouter=True)
        .where(in_force(Pairing, day))
    ):
        held[staff][_NOWHERE if village is None else (township, village)] += 1
    people = session.scalars(select(Staff).order_by(Staff.unit, Staff.department, Staff.id))
    helpers = []
    for person in people:
        expected, reason = expected_load(facts_of(person), day, rules)
        if reason is None:
            helpers.append(
                Helper(
                    identity=person.identity,
                    name=person.name,
                    unit=person.unit,
                    department=person.department,
                    post=person.post,
                    is_leader=leads(person.post, rules),
                    expected=expected,
                    held=held[person.id],
                )
            )
    return helpers


def _impossible(problem: Problem, helpers: Sequence[Helper], rules: LoadRules) -> JingzhunError:
    """Say which numbers do not fit, and the smallest change that would."""
    top = sum(helper.expected == rules.top_load for helper in helpers)
    missing = problem.wanted - problem.capacity
    return JingzhunError(
        "pair_impossible",
        f"还没有帮扶责任人的有 {problem.wanted} 户，能参加结对的 {len(helpers)} 人"
        f"（主要领导 {top} 人每人 {rules.top_load} 户，其余每人 {rules.load} 户，"
        f"已结对的户已扣除）还能结对 {problem.capacity} 户，差 {missing} 户。",
        f"最小的改动：再有 {missing} 人参加（补全教职工名册，或核对困难职工、近三年退休的人），"
        f"或由其中 {missing} 人每人多结对 1 户（先导入写明这些户的结对名单）。",
    )
