"""Whatever the world, the set-based SQL writes what judging everybody one by one yields."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from jingzhun.core.calendar import school_days
from jingzhun.core.conditions import (
    FACTS,
    OPS,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Defined,
    Definition,
    FactType,
    Op,
)
from jingzhun.core.money import Fen
from jingzhun.core.policy import (
    Pack,
    Rate,
    Scheme,
    Share,
    Split,
    Version,
)
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import (
    Boarding,
    Category,
    Confidence,
    CountyType,
    Delivery,
    FeePart,
    HukouKind,
    Recipient,
    Stage,
    Tier,
    Unit,
    Yields,
)
from jingzhun.policies.holidays import holidays_for
from jingzhun.services.judgement import judge
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.entitlement import entitlement_of, insert_lines
from jingzhun.store.history import History
from jingzhun.store.schema import Person, Run
from tests.builders import NOW, World
from tests.policies.worlds import (
    lines_by_judgement,
    lines_by_sql,
    months_of,
    put_fees,
    put_pupil,
    run,
    scratch,
)

NOVEMBER = [date(2026, 10, 28) + timedelta(offset) for offset in range(40)]
SCHOOLS = ("青禾小学", "白石小学")
ETHNICITIES = ("汉族", "保安族", "东乡族")


@pytest.fixture(scope="module")
def shared(empty_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    path = tmp_path_factory.mktemp("worlds") / "jingzhun.db"
    shutil.copy(empty_ledger, path)
    ledger = open_ledger(str(path))
    yield ledger
    ledger.close()


def spells(values: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Up to three spells that do not overlap, with or without gaps between them."""

    def cut(drawn: tuple[list[date], list[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        bounds, found, is_open = drawn
        ends = sorted(set(bounds))
        made = [
            {"from": start, "until": end, **value}
            for start, end, value in zip(ends, [*ends[1:], None], found, strict=False)
        ]
        if made and not is_open and made[-1]["until"] is None:
            made.pop()
        return made

    days: st.SearchStrategy[list[date]] = st.lists(
        st.sampled_from([date(2026, 9, 1), *NOVEMBER]), min_size=1, max_size=4
    )
    return st.tuples(days, st.lists(values, min_size=1, max_size=3), st.booleans()).map(cut)


PLACES = st.fixed_dictionaries(
    {
        "school": st.sampled_from(SCHOOLS),
        "stage": st.sampled_from([stage.value for stage in Stage]),
        "grade": st.sampled_from([None, -1, 3, 8, 12]),
    }
)
PUPILS = st.fixed_dictionaries(
    {
        "enrolment": spells(PLACES),
        "boarding": spells(st.fixed_dictionaries({"boarding": st.sampled_from(list(Boarding))})),
        "category": spells(
            st.fixed_dictionaries(
                {
                    "category": st.sampled_from(list(Category)),
                    "risk_removed": st.sampled_from([None, True, False]),
                }
            )
        ),
        "recognition": spells(
            st.fixed_dictionaries({"tier": st.sampled_from([None, *(tier.value for tier in Tier)])})
        ).map(lambda found: [spell for spell in found if spell["until"]]),
        "standing": spells(
            st.sampled_from(
                [
                    {"standing": "suspended", "change": "suspension"},
                    {"standing": "left", "change": "transfer_out", "school": SCHOOLS[0]},
                ]
            )
        ),
        "absences": st.sets(st.sampled_from(NOVEMBER), max_size=3),
        "meals": st.dictionaries(st.sampled_from(SCHOOLS), st.integers(0, 21)).map(
            lambda counts: [
                {"school": school, "month": 202611, "days": days} for school, days in counts.items()
            ]
        ),
        "person": st.fixed_dictionaries(
            {
                "ethnicity": st.sampled_from([None, *ETHNICITIES]),
                "hukou_kind": st.sampled_from([None, *(kind.value for kind in HukouKind)]),
                "is_farming_major": st.sampled_from([None, False, True]),
                "is_orphan": st.sampled_from([None, False, True]),
                "disability_no": st.sampled_from([None, "", "62999920140506001641"]),
                "disability_kind": st.sampled_from([None, "", "听力残疾"]),
            }
        ),
    }
)
_FLAGS = st.sampled_from([None, False, True])
SCHOOL = st.fixed_dictionaries(
    {
        **dict.fromkeys(("is_rural", "in_nutrition_plan", "is_public"), _FLAGS),
        "county_type": st.sampled_from([None, *(kind.value for kind in CountyType)]),
    }
)
FEES = st.lists(
    st.fixed_dictionaries(
        {
            "school": st.sampled_from(SCHOOLS),
            "stage": st.sampled_from([stage.value for stage in Stage]),
            "from": st.sampled_from([date(2013, 9, 1), date(2026, 9, 1), date(2026, 11, 3)]),
            "unit": st.sampled_from(["month", "term"]),
            "fee_fen": st.integers(0, 90001),
            "public_fee_fen": st.integers(0, 90001),
        }
    ),
    max_size=6,
    unique_by=lambda fee: (fee["school"], fee["stage"], fee["from"]),
)
WORLDS = st.lists(PUPILS, min_size=1, max_size=4)
quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@quick
@given(pupils=WORLDS, period=st.sampled_from(["2026-10", "2026-11", "2026-12", "2026秋"]))
def test_sql_and_judgement_agree_on_any_world(
    shared: Ledger, pupils: list[dict[str, Any]], period: str
) -> None:
    with scratch(shared) as session:
        world = World(session)
        for pupil in pupils:
            put_pupil(world, pupil)
        number = run(session, period)
        assert lines_by_sql(session, number) == lines_by_judgement(session, months_of(period))


@settings(quick, max_examples=10)
@given(pupils=WORLDS)
def test_a_term_is_the_sum_of_its_months(shared: Ledger, pupils: list[dict[str, Any]]) -> None:
    with scratch(shared) as session:
        world = World(session)
        for pupil in pupils:
            put_pupil(world, pupil)
        term = lines_by_sql(session, run(session, "2026秋"))
        months = [run(session, str(month)) for month in months_of("2026秋")]
        by_month = [line for number in months for line in lines_by_sql(session, number)]
        assert term == sorted(by_month)


@settings(quick, max_examples=20)
@given(pupils=WORLDS)
def test_schools_add_up_to_the_ledger_and_no_day_counts_twice(
    shared: Ledger, pupils: list[dict[str, Any]]
) -> None:
    with scratch(shared) as session:
        world = World(session)
        for name in SCHOOLS:
            world.school(name)
        for pupil in pupils:
            put_pupil(world, pupil)
        whole = lines_by_sql(session, run(session, "2026-11"))
        parts = [lines_by_sql(session, run(session, "2026-11", scope=name)) for name in SCHOOLS]
        assert whole == sorted(line for part in parts for line in part)
        days: dict[tuple[int, str], int] = {}
        for person, _, scheme, _, count, *_ in whole:
            days[person, scheme] = days.get((person, scheme), 0) + (count or 0)
        assert all(count <= 21 for count in days.values())


# --- schemes nobody has written yet -------------------------------------------------------------


OF_PUPILS = {name for name, fact in FACTS.items() if Recipient.PUPIL in fact.of}


def _values(fact: str) -> st.SearchStrategy[Any]:
    match FACTS[fact].type:
        case FactType.FLAG:
            return st.booleans()
        case FactType.NUMBER:
            return st.integers(1, 9)
        case _ if fact == "ethnicity":
            return st.sampled_from(ETHNICITIES)
        case _:
            return st.sampled_from([word.value for word in FACTS[fact].words])


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    fact = draw(st.sampled_from(sorted(OF_PUPILS)))
    op = draw(st.sampled_from(sorted(OPS[FACTS[fact].type])))
    size = 3 if op in {Op.IN, Op.NOT_IN} else 1
    found = draw(st.lists(_values(fact), min_size=1, max_size=size))
    return Comparison(fact, op, tuple(found))


def _named(condition: Condition) -> Definition:
    return Definition(
        name="named",
        title="某类",
        starts=date(2010, 1, 1),
        document="文件",
        confidence=Confidence.CONFIRMED,
        body=condition,
    )


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.tuples(inner, st.booleans()).map(lambda pair: Defined(_named(pair[0]), pair[1])),
    ),
    max_leaves=6,
)


AMOUNTS = st.integers(0, 99999).map(Fen)
WHENS = st.lists(CONDITIONS, min_size=1, max_size=2).map(tuple)
SPLITS = st.lists(
    st.builds(Split, shares=st.just((Share(source="省", weight=1),)), when=WHENS), max_size=2
).map(tuple)


def rates_of(unit: Unit, yields: Yields) -> st.SearchStrategy[Rate]:
    if yields is Yields.SETS:
        return st.builds(Rate, sets=st.integers(1, 3))
    plain = st.builds(Rate, amount_fen=AMOUNTS)
    if unit is not Unit.TERM or yields is Yields.LOAN:
        return plain
    parts = st.sampled_from(list(FeePart))
    return plain | st.builds(Rate, fee=parts, amount_fen=st.none() | AMOUNTS)


@st.composite
def versions(draw: st.DrawFn, starts: date, unit: Unit) -> Version:
    is_whole = unit in {Unit.TERM, Unit.YEAR}
    yields = draw(st.sampled_from(list(Yields))) if is_whole else Yields.MONEY
    rates = rates_of(unit, yields)
    found = [replace(draw(rates), when=when) for when in draw(st.lists(WHENS, max_size=2))]
    if not found or draw(st.booleans()):
        found.append(draw(rates))
    return Version(
        starts=starts,
        said_from=starts.isoformat(),
        document="文件",
        confidence=Confidence.CONFIRMED,
        clause="条文",
        unit=unit,
        delivery=Delivery.CARD,
        yields=yields,
        conditions=tuple(draw(st.lists(CONDITIONS, min_size=1, max_size=2))),
        rates=tuple(found),
        splits=draw(SPLITS),
    )


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    """One scheme, whose version may change inside November."""
    unit = draw(st.sampled_from(list(Unit)))
    found = [draw(versions(date(2020, 1, 1), unit))]
    if draw(st.booleans()):
        found.append(draw(versions(date(2026, 11, 12), unit)))
    scheme = Scheme(key="own", title="校内项目", versions=tuple(found))
    return Pack(name="own", title="校内", schemes=(scheme,))


@settings(quick, max_examples=100)
@given(
    pupils=WORLDS,
    pack=packs(),
    school=SCHOOL,
    fees=FEES,
)
def test_sql_and_judgement_agree_on_any_scheme(
    shared: Ledger,
    pupils: list[dict[str, Any]],
    pack: Pack,
    school: dict[str, Any],
    fees: list[dict[str, Any]],
) -> None:
    months = [Month(2026, 11)]
    calendar = school_days(months[0], holidays_for(months))
    entitlement = entitlement_of(pack, pack.schemes[0], calendar)
    with scratch(shared) as session:
        world = World(session)
        world.school(SCHOOLS[0], **school)
        put_fees(world, fees)
        for pupil in pupils:
            put_pupil(world, pupil)
        session.add(
            made := Run(
                period="x",
                pack="own",
                computed_on=NOW.date(),
                notices=[],
                actor="",
                os_user="",
                recorded_at=NOW,
            )
        )
        session.flush()
        insert_lines(session.connection(), made.id, calendar, [entitlement])
        judged = [
            (
                person.id,
                line.school_id,
                line.days,
                line.rate_fen,
                line.amount_fen,
                line.beside,
                line.split_no,
            )
            for person in session.scalars(select(Person))
            for line in judge(History(session, person), entitlement, calendar).lines
        ]
        written = lines_by_sql(session, made.id)
        assert [(each[0], each[1], *each[4:9]) for each in written] == sorted(judged)
