"""Whatever the world, the set-based SQL writes what judging everybody one by one yields."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from jingzhun.core.money import Fen
from jingzhun.core.policy import (
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
    Pack,
    Rate,
    Scheme,
    Version,
)
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Boarding, Category, Confidence, Delivery, Tier, Unit
from jingzhun.policies.holidays import holidays_for
from jingzhun.services.judgement import judge
from jingzhun.store.calendars import Calendars
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.entitlement import insert_lines
from jingzhun.store.history import History
from jingzhun.store.plans import plan_of
from jingzhun.store.schema import Person, Run
from tests.builders import NOW, World
from tests.policies.worlds import (
    lines_by_judgement,
    lines_by_sql,
    months_of,
    put_pupil,
    put_word,
    run,
    scratch,
)

NOVEMBER = [date(2026, 10, 28) + timedelta(offset) for offset in range(40)]
SCHOOLS = ("青禾小学", "白石小学")


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
        "stage": st.sampled_from(["preschool", "primary", "junior"]),
        "grade": st.sampled_from([None, 3, 8]),
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
                "is_orphan": st.sampled_from([None, False, True]),
                "disability_no": st.sampled_from([None, "", "62999920140506001641"]),
                "disability_kind": st.sampled_from([None, "", "听力残疾"]),
            }
        ),
    }
)
WORLDS = st.lists(PUPILS, min_size=1, max_size=4)

#: What is set of the calendar, of all schools or of one: days, and when the term begins and ends.
WHERE = st.sampled_from(["", *SCHOOLS])
DAYS = st.tuples(st.sampled_from(NOVEMBER), st.integers(0, 9)).map(
    lambda pair: {"first": pair[0], "last": pair[0] + timedelta(pair[1])}
)
FIRSTS = [None, date(2026, 8, 31), date(2026, 11, 3), date(2026, 11, 12), date(2026, 12, 2)]
LASTS = [None, date(2026, 12, 18), date(2027, 1, 15)]
ENDS = [{"first": first, "last": last} for first in FIRSTS for last in LASTS if first or last]


def about(
    shared: dict[str, st.SearchStrategy[Any]], parts: st.SearchStrategy[dict[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a setting: what it says of whom, and of which days."""
    drawn = st.tuples(st.fixed_dictionaries({"school": WHERE, **shared}), parts)
    return drawn.map(lambda pair: {**pair[0], **pair[1]})


WORDS = st.lists(
    st.one_of(
        about({"said": st.sampled_from(["closed", "taught", "usual"])}, DAYS),
        about({"said": st.just("term"), "term": st.just("2026秋")}, st.sampled_from(ENDS)),
    ),
    max_size=5,
)
quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@quick
@given(
    pupils=WORLDS,
    words=WORDS,
    period=st.sampled_from(["2026-10", "2026-11", "2026-12", "2026秋"]),
)
def test_sql_and_judgement_agree_on_any_world(
    shared: Ledger, pupils: list[dict[str, Any]], words: list[dict[str, Any]], period: str
) -> None:
    with scratch(shared) as session:
        world = World(session)
        for pupil in pupils:
            put_pupil(world, pupil)
        for word in words:
            put_word(world, **word)
        number = run(session, period)
        assert lines_by_sql(session, number) == lines_by_judgement(session, months_of(period))


@settings(quick, max_examples=10)
@given(pupils=WORLDS, words=WORDS)
def test_a_term_is_the_sum_of_its_months(
    shared: Ledger, pupils: list[dict[str, Any]], words: list[dict[str, Any]]
) -> None:
    with scratch(shared) as session:
        world = World(session)
        for pupil in pupils:
            put_pupil(world, pupil)
        for word in words:
            put_word(world, **word)
        term = lines_by_sql(session, run(session, "2026秋"))
        months = [run(session, str(month)) for month in months_of("2026秋")]
        by_month = [line for number in months for line in lines_by_sql(session, number)]
        assert term == sorted(by_month)


@settings(quick, max_examples=30)
@given(pupils=WORLDS, words=WORDS)
def test_schools_add_up_to_the_ledger_and_no_day_counts_twice(
    shared: Ledger, pupils: list[dict[str, Any]], words: list[dict[str, Any]]
) -> None:
    with scratch(shared) as session:
        world = World(session)
        for name in SCHOOLS:
            world.school(name)
        for pupil in pupils:
            put_pupil(world, pupil)
        for word in words:
            put_word(world, **word)
        whole = lines_by_sql(session, run(session, "2026-11"))
        parts = [lines_by_sql(session, run(session, "2026-11", scope=name)) for name in SCHOOLS]
        assert whole == sorted(line for part in parts for line in part)
        days: dict[tuple[int, str], int] = {}
        months: set[tuple[int, str]] = set()
        for person, _, scheme, _, count, *_ in whole:
            assert count or (person, scheme) not in months, "a month at two schools"
            months.add((person, scheme))
            days[person, scheme] = days.get((person, scheme), 0) + (count or 0)
        most = Calendars(session.connection(), holidays_for).in_month(Month(2026, 11)).anywhere.days
        assert all(count <= len(most) for count in days.values())


# --- schemes nobody has written yet -------------------------------------------------------------


def _values(fact: str) -> st.SearchStrategy[Any]:
    match FACTS[fact].type:
        case FactType.FLAG:
            return st.booleans()
        case FactType.NUMBER:
            return st.integers(1, 9)
        case _:
            return st.sampled_from([word.value for word in FACTS[fact].words])


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    fact = draw(st.sampled_from(sorted(FACTS)))
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


@st.composite
def versions(draw: st.DrawFn, starts: date, unit: Unit) -> Version:
    when = draw(st.lists(st.lists(CONDITIONS, min_size=1, max_size=2), max_size=2))
    rates = [Rate(amount_fen=Fen(draw(st.integers(0, 99999))), when=tuple(each)) for each in when]
    if not rates or draw(st.booleans()):
        rates.append(Rate(amount_fen=Fen(draw(st.integers(0, 99999)))))
    return Version(
        starts=starts,
        said_from=starts.isoformat(),
        document="文件",
        confidence=Confidence.CONFIRMED,
        clause="条文",
        unit=unit,
        delivery=Delivery.CARD,
        conditions=tuple(draw(st.lists(CONDITIONS, min_size=1, max_size=2))),
        rates=tuple(rates),
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
@given(pupils=WORLDS, words=WORDS, pack=packs(), flags=st.sampled_from([None, False, True]))
def test_sql_and_judgement_agree_on_any_scheme(
    shared: Ledger,
    pupils: list[dict[str, Any]],
    words: list[dict[str, Any]],
    pack: Pack,
    flags: bool | None,
) -> None:
    with scratch(shared) as session:
        world = World(session)
        world.school(SCHOOLS[0], is_rural=flags, in_nutrition_plan=flags, is_public=flags)
        world.school(SCHOOLS[1])
        for pupil in pupils:
            put_pupil(world, pupil)
        for word in words:
            put_word(world, **word)
        plan = plan_of(
            pack, Calendars(session.connection(), holidays_for).in_month(Month(2026, 11))
        )
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
        insert_lines(session.connection(), made.id, plan)
        judged = [
            (person.id, line.school_id, line.days, line.rate_fen, line.amount_fen)
            for person in session.scalars(select(Person))
            for line in judge(History(session, person), plan, pack.schemes[0]).lines
        ]
        written = lines_by_sql(session, made.id)
        assert [(each[0], each[1], *each[4:7]) for each in written] == sorted(judged)
