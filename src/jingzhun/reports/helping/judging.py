"""Every pair and household judged by what was done in a year: the ground of three reports.

A pair is judged for its own part, a household handed over, or helped by two, for the whole: for
the days on which anybody came, and what anybody gave.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from jingzhun.core.duties import HelpWay, household_days, visit_days
from jingzhun.core.money import Fen
from jingzhun.core.progress import (
    Checklist,
    Done,
    Finding,
    Judgement,
    Look,
    Span,
    begun_on,
    calendar_year,
    checklist_on,
    covers,
    judge,
)
from jingzhun.errors import UsageError
from jingzhun.policies.duties import duty_rules
from jingzhun.reports import ReportOptions
from jingzhun.store.duties import stays_in
from jingzhun.store.helpers import Helpers
from jingzhun.store.policy_files import own_files
from jingzhun.store.progress import (
    Gift,
    PairKey,
    Tie,
    findings_in,
    gifts_in,
    last_measures,
    ties_in,
    ways_planned,
)
from jingzhun.store.schema import Household, Pairing, Person, Staff, Village, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What reports say of a household."""

    household_no: str | None
    head: str | None
    township: str | None
    village: str | None

    @property
    def label(self) -> str:
        """Its number, or its head's name."""
        return self.household_no or self.head or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A pair, or a household with all its pairs (``staff`` has them), and its judgement."""

    household: int
    staff: tuple[int, ...]
    spans: tuple[Span, ...]
    ways: tuple[HelpWay, ...]
    checklist: Checklist
    judgement: Judgement

    @property
    def begun_on(self) -> date:
        """The first day of the pair, or of the first pair of the run."""
        return begun_on(self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Everybody judged, the visit days and gifts that are no pair's, and gifts that look alike."""

    pairs: list[Judged]
    households: list[Judged]
    stray_days: int
    stray_fen: Fen
    alike: int


def look_at(session: Session, options: ReportOptions) -> tuple[Look, tuple[str, ...]]:
    """Say which year a report looks at, as of its day, and the documents of the figures.

    Raises:
        UsageError: ``bad_value`` — the period is no calendar year.
    """
    words = options.period or f"{options.as_of.year}年"
    if not (words.endswith("年") and words[:-1].isdigit()):
        raise UsageError("bad_value", f"结对帮扶按年考核，“{words}”不是一年。", "请写成 2026。")
    year = calendar_year(int(words[:-1]))
    day = max(min(options.as_of, year.end), year.start)
    rules, sources = duty_rules(day, own_files(session, day))
    return Look(year=year, day=options.as_of, rules=rules), sources


def judge_all(session: Session, looked: Look) -> Verdicts:
    """Judge every pair that was in force in the year up to the day, and every household of one."""
    ties = ties_in(session, looked.so_far)
    ground = _Ground(session, looked)
    pairs = [
        ground.judged(
            home, (staff,), tie.spans,
            days=_within(ground.days.get((home, staff), ()), tie.spans),
            given=sum(gift.amount_fen for gift in ground.gifts.get((home, staff), ())
                      if covers(tie.spans, gift.given_on)),
            has_measures=tie.has_measures,
        )
        for (home, staff), tie in ties.items()
    ]  # fmt: skip
    return Verdicts(
        pairs=pairs,
        households=_households(ground, ties),
        stray_days=_stray_days(ground, ties),
        stray_fen=Fen(
            sum(gift.amount_fen for gifts in ground.gifts.values() for gift in gifts)
            - sum(each.judgement.done.contribution_fen for each in pairs)
        ),
        alike=_alike(gift for gifts in ground.gifts.values() for gift in gifts),
    )


class _Ground:
    """What was done in the year up to the day, by household and helper."""

    def __init__(self, session: Session, looked: Look) -> None:
        self.looked = looked
        helpers = Helpers(session)
        self.days = visit_days(stays_in(session, looked.so_far, helpers), looked.so_far)
        self.gifts: dict[tuple[int, int | str], list[Gift]] = defaultdict(list)
        for gift in gifts_in(session, looked.so_far, helpers):
            self.gifts[gift.household, gift.helper].append(gift)
        self._ways = ways_planned(session, looked.year.start.year)
        self._findings: Mapping[int, list[Finding]] = findings_in(session, looked.so_far)
        self._measured = last_measures(session, looked.day)

    def judged(
        self, home: int, staff: tuple[int, ...], spans: tuple[Span, ...], *,
        days: int, given: int, has_measures: bool,
    ) -> Judged:  # fmt: skip
        ways = tuple(self._ways.get(home, ()))
        checklist = checklist_on(self._findings.get(home, ()), self.looked.last_day(spans))
        measured = self._measured.get(home)
        done = Done(
            visit_days=days,
            contribution_fen=Fen(given),
            has_plan=bool(ways),
            has_checklist=checklist.is_complete,
            has_measure=has_measures or (measured is not None and measured >= begun_on(spans)),
        )
        return Judged(
            household=home, staff=staff, spans=spans, ways=ways, checklist=checklist,
            judgement=judge(spans, done, self.looked),
        )  # fmt: skip


def _households(ground: _Ground, ties: Mapping[PairKey, Tie]) -> list[Judged]:
    held: dict[int, list[tuple[int, Tie]]] = defaultdict(list)
    for (home, staff), tie in ties.items():
        held[home].append((staff, tie))
    days = household_days(ground.days)
    given: dict[int, int] = defaultdict(int)
    for (home, _), gifts in ground.gifts.items():
        given[home] += sum(gift.amount_fen for gift in gifts)
    return [
        ground.judged(
            home,
            tuple(staff for staff, _ in some),
            tuple(span for _, tie in some for span in tie.spans),
            days=len(days.get(home, ())),
            given=given[home],
            has_measures=any(tie.has_measures for _, tie in some),
        )
        for home, some in held.items()
    ]


def _stray_days(ground: _Ground, ties: Mapping[PairKey, Tie]) -> int:
    """Count the visit days, in households that somebody helps, that no pair of them is given."""
    helped = {home for home, _ in ties}
    stray = 0
    for (home, who), days in ground.days.items():
        tie = ties.get((home, who)) if isinstance(who, int) else None
        if home in helped:
            stray += len(days) - (_within(days, tie.spans) if tie else 0)
    return stray


def _alike(gifts: Iterable[Gift]) -> int:
    """Count the gifts that share household, day, way and amount with another: told twice, maybe."""
    amounts: Counter[tuple[int, date, str, int]] = Counter()
    for gift in gifts:
        amounts[gift.household, gift.given_on, gift.way, gift.entry] += gift.amount_fen
    alike = Counter((*which, fen) for (*which, _), fen in amounts.items())
    return sum(count for count in alike.values() if count > 1)


def _within(days: Collection[date], spans: Collection[Span]) -> int:
    return sum(covers(spans, day) for day in days)


def homes_of_pairs(session: Session, *, visited: bool = False) -> dict[int, Home]:
    """Give every household that was ever helped, or ``visited`` at all, by its id."""
    known: Any = select(Pairing.household_id)
    if visited:
        pupils = select(Person.household_id).join(Visit, Visit.person_id == Person.id)
        known = union(known, select(Visit.household_id), pupils)
    query = (
        select(
            Household.id, Household.household_no, Household.head_name, Village.township,
            Village.name,
        )
        .outerjoin(Village, Village.id == Household.village_id)
        .where(Household.id.in_(known))
    )  # fmt: skip
    return {
        home: Home(household_no=number, head=head, township=township, village=village)
        for home, number, head, township, village in session.connection().execute(query)
    }


def staff_by_id(session: Session, unit: str | None) -> dict[int, Staff]:
    """Give the staff, of one unit if it is named, by unit, department and order of entry."""
    query = select(Staff).order_by(Staff.unit, Staff.department, Staff.id)
    if unit is not None:
        query = query.where(Staff.unit == unit)
    return {person.id: person for person in session.scalars(query)}


def order_of(person: Staff) -> tuple[str, ...]:
    """Give a key that sorts people in one order, whatever list named them first."""
    return person.unit or "", person.department or "", person.name, person.identity
