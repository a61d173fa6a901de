"""Secondments and the rota, day by day: the rules against a plain evaluator."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.rota import Candidate, RotaRule, RotaRules, rota_on
from jingzhun.core.secondments import (
    Away,
    Least,
    SecondmentKind,
    SecondmentState,
    Served,
    is_young,
    joined,
    served_on,
    state_on,
    whole,
)

YEAR = Least(months=12, terms=2, grace=14)
TERM = Least(terms=1, grace=14)
RULES = RotaRules(
    age=30,
    counted=frozenset(SecondmentKind) - {SecondmentKind.TRAINING},
    order=tuple(RotaRule),
)
days = st.dates(date(2022, 1, 1), date(2026, 12, 31))
births = st.dates(date(1990, 1, 1), date(2004, 1, 1))


@st.composite
def spells(draw: st.DrawFn) -> Away:
    start = draw(days)
    ends = st.none() | st.integers(0, 500).map(lambda many: start + timedelta(many))
    return Away(
        kind=draw(st.sampled_from(SecondmentKind)),
        place=draw(st.sampled_from(["甲", "乙"])),
        started_on=start,
        due_on=draw(ends),
        ended_on=draw(ends),
    )


def teaches(day: date) -> bool:
    """Say whether schools teach at that time of the year."""
    return (3, 1) <= (day.month, day.day) <= (7, 10) or day.month >= 9 or (
        day.month == 1 and day.day <= 20
    )  # fmt: skip


def test_the_lengths_that_the_plans_ask_for():
    assert YEAR.filled_on(date(2025, 9, 1)) == date(2026, 7, 10)
    assert YEAR.filled_on(date(2025, 9, 15)) == date(2026, 7, 10)
    assert YEAR.filled_on(date(2025, 9, 16)) == date(2026, 9, 15)
    assert YEAR.filled_on(date(2024, 2, 29)) == date(2025, 1, 20)
    assert TERM.filled_on(date(2025, 9, 1)) == date(2026, 1, 20)
    assert TERM.filled_on(date(2025, 11, 1)) == date(2026, 4, 30)
    assert Least(months=6).filled_on(date(2024, 8, 31)) == date(2025, 2, 27)
    assert Least().filled_on(date(2025, 9, 1)) is None
    assert [each.label for each in (YEAR, TERM, Least(months=18), Least())] == [
        "1年", "1学期", "1年6个月", "",
    ]  # fmt: skip


@given(days, st.sampled_from([YEAR, TERM]))
def test_the_least_is_whichever_is_over_first(start: date, least: Least) -> None:
    # Plain: pass the days one by one, and count terms by their first and last teaching days.
    months = least.months or 6 * least.terms
    goal, by_months = start.year * 12 + start.month - 1 + months, start
    while True:
        following = by_months + timedelta(1)
        month = following.year * 12 + following.month - 1
        is_last = (following + timedelta(1)).month != following.month
        if month == goal and (following.day >= start.day or is_last):
            break
        by_months = following
    day, terms, begun = start - timedelta(14), 0, False
    while terms < least.terms:
        begun = begun or (day.month, day.day) in {(9, 1), (3, 1)}
        terms += begun and (day.month, day.day) in {(1, 20), (7, 10)}
        day += timedelta(1)
    assert least.filled_on(start) == min(by_months, day - timedelta(1))


@given(spells(), days)
def test_where_somebody_is_follows_from_the_days(away: Away, day: date) -> None:
    state = state_on(away, day)
    if day < away.started_on:
        expected = SecondmentState.AHEAD
    elif away.ended_on is not None and away.ended_on < day:
        expected = SecondmentState.BACK
    elif away.due_on is not None and away.due_on < day:
        expected = SecondmentState.OVERDUE
    else:
        expected = SecondmentState.AWAY
    assert state is expected
    assert away.covers(day, day) == (state in {SecondmentState.AWAY, SecondmentState.OVERDUE})


@given(spells(), days, st.integers(0, 400))
def test_more_days_never_make_a_secondment_shorter(away: Away, day: date, more: int) -> None:
    if away.ended_on is None:
        return
    later = Away(
        kind=away.kind, started_on=away.started_on, due_on=away.due_on,
        ended_on=away.ended_on + timedelta(more),
    )  # fmt: skip
    last = max(day, later.ended_on or day)
    if served_on(away, last, YEAR) is Served.REACHED:
        assert served_on(later, last, YEAR) is Served.REACHED


@given(st.lists(spells(), max_size=6))
def test_what_is_joined_has_only_holidays_between(some: list[Away]) -> None:
    groups = joined(some)
    assert sorted(id(each) for group in groups for each in group) == sorted(map(id, some))
    for group in groups:
        assert len({(each.kind, each.place) for each in group}) == 1
        reached = group[0].last_on
        for each in group[1:]:
            between = (each.started_on - reached).days if reached else 0
            gap = (reached + timedelta(at) for at in range(1, between)) if reached else ()
            assert not any(map(teaches, gap))
            reached = None if None in (reached, each.last_on) else max(reached, each.last_on)  # type: ignore[type-var]
        assert whole(group).started_on == min(each.started_on for each in group)


def candidate(number: int, born_on: date, away: Sequence[Away]) -> Candidate:
    return Candidate(
        staff=number, identity=f"W:{number:03d}", unit="一校", born_on=born_on,
        worked_since=None, is_free=number % 7 != 0, spells=away,
    )  # fmt: skip


@given(
    st.lists(st.tuples(births, st.lists(spells(), max_size=3)), max_size=8),
    days,
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_rota_is_fair_and_the_same_in_any_order(people, day, dice):
    every = [candidate(at, born, away) for at, (born, away) in enumerate(people)]
    turns = rota_on(every, day, RULES)
    dice.shuffle(every)
    assert rota_on(every, day, RULES) == turns
    assert [turn.number for turn in turns] == list(range(1, len(turns) + 1))
    in_it = {turn.candidate.staff for turn in turns}
    for each in every:
        is_gone = any(away.ended_on is None or away.ended_on >= day for away in each.spells)
        age = day.year - each.born_on.year - (
            (day.month, day.day) < (each.born_on.month, each.born_on.day)
        )  # fmt: skip
        if (each.born_on.month, each.born_on.day) != (2, 29):
            assert (each.staff in in_it) == (each.is_free and not is_gone and age < 30)
    for first, second in pairwise(turns):
        assert first.times <= second.times
        if first.times == second.times:
            assert (first.back_on or date.min) <= (second.back_on or date.min)
            if first.back_on == second.back_on:
                assert first.candidate.born_on <= second.candidate.born_on


def test_who_was_born_on_a_leap_day_is_thirty_on_the_28th():
    born = date(1996, 2, 29)
    assert is_young(born, date(2026, 2, 27), 30)
    assert not is_young(born, date(2026, 2, 28), 30)
    assert is_young(date(1992, 2, 29), date(2020, 2, 28), 28)
    assert not is_young(date(1992, 2, 29), date(2020, 2, 29), 28)
