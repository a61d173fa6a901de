"""The laws of policy records: dating, accrual, comparing, choosing a rate."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Defined,
    Definition,
    Named,
    Op,
    compare,
    evaluate,
)
from jingzhun.core.money import Fen
from jingzhun.core.policy import (
    ACCRUAL_MONTHS,
    Pack,
    Rate,
    Scheme,
    Share,
    Split,
    Standard,
    Version,
    facts_of,
    rate_for,
)
from jingzhun.core.terms import Month, Season, Term, school_year_months
from jingzhun.core.vocabulary import Confidence, Delivery, Unit

PRIMARY = Comparison("stage", Op.IN, ("primary",))
ORPHAN = Comparison("orphan", Op.IS, (True,))


def version(**changes: Any) -> Version:
    return Version(
        **{
            "starts": date(2024, 3, 1),
            "said_from": "2024春",
            "document": "文件",
            "confidence": Confidence.CONFIRMED,
            "clause": "条文",
            "unit": Unit.TERM,
            "delivery": Delivery.CARD,
            "conditions": (PRIMARY,),
            "rates": (Rate(amount_fen=Fen(31250)),),
            **changes,
        }
    )


def definition(body: Any, starts: date = date(2010, 1, 1)) -> Definition:
    return Definition(
        name="needy",
        title="困难",
        starts=starts,
        document="文件",
        confidence=Confidence.CONFIRMED,
        body=body,
    )


@given(st.integers(0, 10**9), st.sampled_from(list(Season)), st.integers(2011, 2030))
def test_months_of_a_term_add_up_to_its_amount(amount: int, season: Season, year: int) -> None:
    months = Term(year, season).months
    parts = [version().month_amount(Fen(amount), month) for month in months]
    assert sum(part for part in parts if part is not None) == amount
    assert sum(part is not None for part in parts) == 5


@given(st.integers(0, 10**9), st.integers(2011, 2030))
def test_months_of_a_school_year_add_up_to_its_amount(amount: int, year: int) -> None:
    yearly = version(unit=Unit.YEAR)
    parts = [yearly.month_amount(Fen(amount), month) for month in school_year_months(year)]
    assert sum(part for part in parts if part is not None) == amount


def test_year_of_three_months_gives_the_last_fen_last() -> None:
    yearly = version(unit=Unit.YEAR, accrual=(9, 10, 3))
    months = [Month(2026, 9), Month(2026, 10), Month(2027, 3), Month(2026, 11)]
    parts = [yearly.month_amount(Fen(100000), month) for month in months]
    assert parts == [33333, 33333, 33334, None]


def test_accrual_months_are_taught_months() -> None:
    assert set(range(1, 13)) - set(ACCRUAL_MONTHS) == {2, 8}


@pytest.mark.parametrize(
    ("op", "values", "actual", "holds"),
    [
        (Op.IS, ("primary",), "primary", True),
        (Op.IN, ("primary", "junior"), "senior", False),
        (Op.NOT_IN, ("primary",), "senior", True),
        (Op.NOT_IN, ("primary",), None, False),
        (Op.IN, ("primary",), None, False),
        (Op.AT_LEAST, (7,), 7, True),
        (Op.AT_MOST, (7,), 8, False),
        (Op.AT_MOST, (7,), None, False),
        (Op.IS, (False,), False, True),
        (Op.IS, (False,), None, False),
        (Op.IN, ("lifted", "sudden"), frozenset({"sudden", "other"}), True),
        (Op.IN, ("lifted",), frozenset(), False),
        (Op.NOT_IN, ("lifted",), frozenset(), True),
        (Op.NOT_IN, ("lifted",), frozenset({"lifted"}), False),
    ],
)
def test_what_is_not_known_compares_false(
    op: Op, values: tuple[Any, ...], actual: Any, holds: bool
) -> None:
    assert compare(op, values, actual) is holds


def test_conditions_combine() -> None:
    facts = {"stage": "primary", "orphan": False}
    assert evaluate(AnyOf((ORPHAN, PRIMARY)), facts)
    assert not evaluate(AllOf((ORPHAN, PRIMARY)), facts)
    assert evaluate(Defined(definition(ORPHAN), holds=False), facts)


def test_first_rate_whose_conditions_hold_is_paid() -> None:
    rates = (
        Rate(amount_fen=Fen(1), when=(ORPHAN,)),
        Rate(amount_fen=Fen(2), when=(PRIMARY,)),
        Rate(amount_fen=Fen(3)),
    )
    chosen = rate_for(version(rates=rates), {"stage": "primary", "orphan": None})
    assert chosen == rates[1]
    assert rate_for(version(rates=rates), {"stage": "junior", "orphan": True}) is None
    assert rate_for(version(rates=rates[:1]), {"stage": "primary", "orphan": False}) is None


def test_version_holds_from_its_first_day_through_its_last() -> None:
    early = version(starts=date(2014, 9, 1), through=date(2014, 10, 31))
    late = version(starts=date(2014, 11, 3))
    scheme = Scheme(key="meal", title="餐", versions=(early, late))
    days = {
        date(2014, 8, 31): None,
        date(2014, 9, 1): early,
        date(2014, 10, 31): early,
        date(2014, 11, 1): None,
        date(2014, 11, 3): late,
        date(2030, 1, 1): late,
    }
    assert {day: scheme.version_on(day) for day in days} == days


def test_standard_in_force_is_the_latest_begun() -> None:
    standards = tuple(
        Standard(starts=date(year, 9, 1), said_from=f"{year}秋", amount_fen=Fen(fen), document="文")
        for year, fen in ((2011, 300), (2021, 500))
    )
    scheme = Scheme(key="meal", title="餐", versions=(version(),), national=standards)
    assert scheme.standard_on(date(2011, 8, 31)) is None
    assert scheme.standard_on(date(2021, 8, 31)) == standards[0]
    assert scheme.standard_on(date(2021, 9, 1)) == standards[1]


def test_rule_carries_the_definition_of_its_day() -> None:
    old, new = definition(ORPHAN), definition(PRIMARY, date(2026, 1, 1))
    scheme = Scheme(key="own", title="校内", versions=(version(conditions=(Named("needy"),)),))
    pack = Pack(name="own", title="校内", schemes=(scheme,), definitions={"needy": (old, new)})
    before, after = (pack.rule_on(scheme, date(year, 5, 1)) for year in (2025, 2026))
    assert before is not None
    assert after is not None
    assert facts_of(before) == {"orphan"}
    assert facts_of(after) == {"stage"}
    assert pack.rule_on(scheme, date(2024, 2, 29)) is None


def test_shares_split_to_the_fen() -> None:
    shares = (Share(source="省", weight=6), Share(source="市县", weight=4))
    splits = (Split(shares=shares),)
    assert version(splits=splits).split(Fen(50001), 0) == {"省": 30001, "市县": 20000}
    assert version().split(Fen(50001), 0) == {}
