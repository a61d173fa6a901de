"""A pair is asked for its own days of the year; nobody is asked for what cannot be done yet."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.duties import Assurance, Fulfilment
from jingzhun.core.money import Fen
from jingzhun.core.progress import (
    Asked,
    Done,
    DutyRules,
    Finding,
    Judgement,
    Look,
    Progress,
    Shortcoming,
    Span,
    asked_of,
    begun_on,
    calendar_year,
    checklist_on,
    days_covered,
    judge,
)
from jingzhun.core.terms import Period

RULES = DutyRules(visit_days=15, contribution_fen=Fen(200_000), measure_months=1)
LONG_AGO = date(2024, 9, 1)
_DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
_SPANS = st.lists(
    st.tuples(_DAYS, st.one_of(st.none(), _DAYS)).filter(
        lambda span: span[1] is None or span[1] > span[0]
    ),
    max_size=4,
)


def look(day: date, year: int = 2026) -> Look:
    return Look(year=calendar_year(year), day=day, rules=RULES)


def asked(day: date, *spans: Span, year: int = 2026) -> Asked:
    return asked_of(spans or ((LONG_AGO, None),), look(day, year))


def judged(day: date, begun: date = LONG_AGO, **done: Any) -> Judgement:
    what = {
        "visit_days": 0, "contribution_fen": Fen(0), "has_plan": True, "has_checklist": True,
        "has_measure": True,
    } | done  # fmt: skip
    return judge([(begun, None)], Done(**what), look(day))


def test_nobody_is_asked_for_a_day_on_the_first_of_january():
    assert asked(date(2026, 1, 1)).visit_days == 0
    assert asked(date(2025, 12, 31)).days_held == 0
    assert judged(date(2026, 1, 1)).progress is Progress.ON_THE_WAY


def test_a_day_is_asked_for_when_its_share_of_the_year_is_over():
    # 25 of 365 days are the first to make a whole visit day: 15 × 24 < 365 ≤ 15 × 25.
    assert asked(date(2026, 1, 24)).visit_days == 0
    assert asked(date(2026, 1, 25)).visit_days == 1


@pytest.mark.parametrize("year", [2024, 2026, 2028])
def test_the_last_day_of_a_year_asks_for_all_leap_year_or_not(year):
    for day in (date(year, 12, 31), date(year + 1, 1, 1), date(year + 5, 6, 1)):
        found = asked(day, (date(2020, 1, 1), None), year=year)
        assert (found.visit_days, found.contribution_fen) == (15, 200_000)
    assert asked(date(year, 12, 30), (date(2020, 1, 1), None), year=year).visit_days == 14


def test_the_day_in_february_that_a_leap_year_has_more_counts():
    assert asked(date(2028, 2, 29), year=2028).days_held == 60
    assert asked(date(2028, 2, 29), year=2028).contribution_fen == 200_000 * 60 // 366


def test_a_pair_that_began_in_the_year_is_asked_for_its_share():
    begun = date(2026, 7, 2)  # 183 days are left
    assert asked(date(2026, 12, 31), (begun, None)).visit_days == 15 * 183 // 365 == 7
    assert asked(date(2026, 7, 2), (begun, None)).days_held == 1
    assert asked(date(2026, 7, 1), (begun, None)).days_held == 0


def test_a_pair_that_ended_in_the_year_is_asked_for_its_part_alone():
    ended: Span = (LONG_AGO, date(2026, 7, 2))
    assert asked(date(2026, 12, 31), ended).visit_days == 15 * 182 // 365 == 7
    assert asked(date(2026, 12, 31), ended).year_visit_days == 7


def test_a_household_handed_over_is_asked_for_the_whole():
    handed: tuple[Span, ...] = ((LONG_AGO, date(2026, 7, 2)), (date(2026, 7, 2), None))
    assert asked(date(2026, 12, 31), *handed).visit_days == 15
    together: tuple[Span, ...] = ((LONG_AGO, None), (date(2026, 3, 1), None))
    assert asked(date(2026, 12, 31), *together).visit_days == 15


@given(spans=_SPANS, start=_DAYS, length=st.integers(0, 500))
def test_days_covered_are_those_that_some_span_contains(spans, start, length):
    within = Period(start, start + timedelta(length))
    plain = sum(
        any(first <= day and (end is None or day < end) for first, end in spans)
        for day in within.days()
    )
    assert days_covered(spans, within) == plain


@given(spans=_SPANS, day=_DAYS)
def test_what_is_asked_is_the_share_less_what_is_not_whole(spans, day):
    looked = look(day, 2027)
    found = asked_of(spans, looked)
    passed = days_covered(spans, looked.so_far)
    exact = Fraction(15 * passed, 365)
    assert found.visit_days <= exact < found.visit_days + 1
    assert found.year_visit_days >= found.visit_days
    exact = Fraction(200_000 * passed, 365)
    assert found.contribution_fen <= exact < found.contribution_fen + 1


def test_behind_by_a_day_or_a_fen_is_behind():
    day = date(2026, 12, 31)
    assert judged(day, visit_days=14, contribution_fen=200_000).shortcomings == (
        Shortcoming.VISITS,
    )
    found = judged(day, visit_days=15, contribution_fen=199_999)
    assert found.shortcomings == (Shortcoming.CONTRIBUTION,)
    assert (found.missing_days, found.missing_fen) == (0, 1)
    assert judged(day, visit_days=15, contribution_fen=200_000).progress is Progress.AHEAD


def test_the_whole_year_done_early_is_ahead_and_less_is_on_the_way():
    day = date(2026, 6, 30)
    assert judged(day, visit_days=15, contribution_fen=200_000).progress is Progress.AHEAD
    assert judged(day, visit_days=14, contribution_fen=200_000).progress is Progress.ON_THE_WAY
    assert judged(day, visit_days=7, contribution_fen=99_178).progress is Progress.ON_THE_WAY


def test_money_and_papers_are_due_a_month_after_pair_or_year_began():
    enough: dict[str, Any] = {"visit_days": 15, "contribution_fen": 200_000}
    missing: dict[str, Any] = {"has_plan": False, "has_checklist": False, **enough}
    poor = judged(date(2026, 2, 1))
    assert poor.shortcomings == (Shortcoming.VISITS,)
    assert Shortcoming.CONTRIBUTION in judged(date(2026, 2, 2)).shortcomings
    both = (Shortcoming.PLAN, Shortcoming.CHECKLIST)
    assert judged(date(2026, 2, 1), **missing).shortcomings == ()
    assert judged(date(2026, 2, 2), **missing).shortcomings == both
    begun = date(2026, 5, 31)
    assert judged(date(2026, 6, 30), begun, **missing).shortcomings == ()
    assert judged(date(2026, 7, 1), begun, **missing).shortcomings == both


def test_no_measure_a_month_after_the_pair_began_is_an_error_and_stands_first():
    begun = date(2026, 1, 31)
    idle: dict[str, Any] = {"has_plan": False, "has_measure": False}
    assert Shortcoming.NO_MEASURE not in judged(date(2026, 2, 28), begun, **idle).shortcomings
    wrong = judged(date(2026, 3, 1), begun, **idle)
    assert wrong.shortcomings[0] is Shortcoming.NO_MEASURE
    lazy = judged(date(2026, 12, 31), has_plan=False, has_checklist=False)
    assert wrong.rank < lazy.rank < judged(date(2026, 12, 31), visit_days=15).rank


def test_a_pair_that_has_ended_is_not_held_to_what_came_due_later():
    ended = [(date(2026, 3, 1), date(2026, 3, 20))]
    done = Done(visit_days=0, contribution_fen=Fen(0), has_plan=False, has_checklist=False,
                has_measure=False)  # fmt: skip
    assert judge(ended, done, look(date(2026, 12, 31))).shortcomings == ()


def test_a_pair_is_one_though_its_measures_changed():
    changed: list[Span] = [(LONG_AGO, date(2025, 1, 1)), (date(2025, 1, 1), None)]
    assert begun_on(changed) == LONG_AGO
    anew: list[Span] = [(LONG_AGO, date(2025, 1, 1)), (date(2025, 1, 2), None)]
    assert begun_on(anew) == date(2025, 1, 2)


def test_of_each_assurance_the_last_finding_up_to_the_day_counts():
    def found(day: int, assurance: Assurance, what: Fulfilment) -> Finding:
        return Finding(checked_on=date(2026, 3, day), assurance=assurance, fulfilment=what)

    findings = [
        found(9, Assurance.HOUSING, Fulfilment.MET),
        found(5, Assurance.HOUSING, Fulfilment.UNMET),
        found(5, Assurance.FOOD, Fulfilment.UNKNOWN),
        found(5, Assurance.WATER, Fulfilment.MET),
    ]
    early = checklist_on(findings, date(2026, 3, 8))
    assert (early.checked, early.unmet) == (2, (Assurance.HOUSING,))
    late = checklist_on(findings, date(2026, 3, 9))
    assert (late.checked, late.unmet, late.is_complete) == (2, (), False)
    whole = [found(1, assurance, Fulfilment.MET) for assurance in Assurance]
    assert checklist_on(whole, date(2026, 3, 1)).is_complete
