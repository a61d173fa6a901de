"""Whatever the world, the set-based SQL writes what judging everybody one by one yields."""

import shutil
from collections.abc import Iterator
from datetime import date
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.policy import Pack
from jingzhun.core.policy_vocabulary import Recipient
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Stage
from jingzhun.policies.holidays import holidays_for
from jingzhun.policies.packs import load_pack, pack_names
from jingzhun.services.subsidy.judgement import judge
from jingzhun.store.calendars import Calendars
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.entitlement import insert_lines
from jingzhun.store.history import History
from jingzhun.store.plans import plan_of
from jingzhun.store.schema import Person, Run
from tests.builders import NOW, World
from tests.policies.drawn import SCHOOLS, WORLDS, YEARS, Drawn, moved, packs, put_world
from tests.policies.worlds import (
    Line,
    lines_by_judgement,
    lines_by_sql,
    months_of,
    put_pupil,
    put_twins,
    run,
    scratch,
    use_pack,
)


@pytest.fixture(scope="module")
def shared(empty_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    path = tmp_path_factory.mktemp("worlds") / "jingzhun.db"
    shutil.copy(empty_ledger, path)
    ledger = open_ledger(str(path))
    yield ledger
    ledger.close()


quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


PERIODS = st.sampled_from(["2026-09", "2026-10", "2026-11", "2026-12", "2026秋"])
#: Months in which a rate of some scheme of the packs begins, and one in which two do.
BOUNDARIES = [
    Month(2014, 11), Month(2015, 3), Month(2019, 9), Month(2021, 9), Month(2024, 3),
    Month(2024, 9), Month(2025, 3), Month(2025, 9), Month(2026, 1),
]  # fmt: skip


@quick
@given(drawn=WORLDS, period=PERIODS, pack=st.sampled_from(pack_names()))
def test_sql_and_judgement_agree_on_any_world(
    shared: Ledger, drawn: Drawn, period: str, pack: str
) -> None:
    with scratch(shared) as session:
        world = World(session)
        use_pack(world, pack)
        put_world(world, drawn)
        number = run(session, period)
        assert lines_by_sql(session, number) == lines_by_judgement(session, months_of(period))


@quick
@given(drawn=WORLDS, month=st.sampled_from(BOUNDARIES), pack=st.sampled_from(pack_names()))
def test_sql_and_judgement_agree_where_a_rate_begins(
    shared: Ledger, drawn: Drawn, month: Month, pack: str
) -> None:
    with scratch(shared) as session:
        world = World(session)
        use_pack(world, pack)
        put_world(world, moved(drawn, month))
        number = run(session, str(month))
        assert lines_by_sql(session, number) == lines_by_judgement(session, [month])


@pytest.mark.parametrize("tiers", [(None, "special"), ("special", None), ("ordinary", "special")])
def test_of_several_records_of_one_human_any_ones_tier_counts(
    shared: Ledger, tiers: tuple[str | None, ...]
) -> None:
    with scratch(shared) as session:
        world = World(session)
        pupil = put_pupil(world, {"enrolment": [{"stage": "university"}]})
        others = [
            put_pupil(world, {"recognition": [{"from": date(2021, 9, 1), "tier": tier}]})
            for tier in tiers
        ]
        identities = sorted(each.identity for each in (pupil, *others))
        for one, other in combinations(identities, 2):
            put_twins(world, one, other)
        lines = [line for line in _both_ways(session, "2021-09") if line[2] == "university_grant"]
        assert [line[5] for line in lines] == [225000]


@pytest.mark.parametrize("pack", pack_names())
def test_every_scheme_pays_somebody_and_both_ways_alike(shared: Ledger, pack: str) -> None:
    with scratch(shared) as session:
        world = World(session)
        use_pack(world, pack)
        for name in SCHOOLS:
            school = world.school(name, in_nutrition_plan=True, county_type="national")
            for stage in Stage:
                world.charge(school, stage=stage, unit="month", fee_fen=80000, public_fee_fen=50000)
        for (year, grade), category, boarding, people in product(
            YEARS, ("lifted", "rural_allowance"), ("boarder", "day"), ("汉族", "保安族")
        ):
            put_pupil(
                world,
                {
                    "enrolment": [{"stage": year, "grade": grade}],
                    "boarding": [{"boarding": boarding}],
                    "category": [{"category": category}],
                    "person": {"ethnicity": people, "hukou_kind": "rural"},
                },
            )
        lines = [line for month in ("2026-09", "2026-11") for line in _both_ways(session, month)]
        schemes = load_pack(pack).schemes
        keys = {scheme.key for scheme in schemes if scheme.recipient is Recipient.PUPIL}
        assert {line[2] for line in lines} == keys


def _both_ways(session: Session, period: str) -> list[Line]:
    found = lines_by_sql(session, run(session, period))
    assert found == lines_by_judgement(session, months_of(period))
    return found


@settings(quick, max_examples=5)
@given(drawn=WORLDS, pack=st.sampled_from(pack_names()))
def test_years_are_the_sums_of_their_terms(shared: Ledger, drawn: Drawn, pack: str) -> None:
    with scratch(shared) as session:
        world = World(session)
        use_pack(world, pack)
        put_world(world, drawn)
        spring, autumn, following = (
            lines_by_sql(session, run(session, term)) for term in ("2026春", "2026秋", "2027春")
        )
        assert lines_by_sql(session, run(session, "2026年")) == sorted([*spring, *autumn])
        assert lines_by_sql(session, run(session, "2026学年")) == sorted([*autumn, *following])


@settings(quick, max_examples=10)
@given(drawn=WORLDS, pack=st.sampled_from(pack_names()))
def test_a_term_is_the_sum_of_its_months(shared: Ledger, drawn: Drawn, pack: str) -> None:
    with scratch(shared) as session:
        world = World(session)
        use_pack(world, pack)
        put_world(world, drawn)
        term = lines_by_sql(session, run(session, "2026秋"))
        months = [run(session, str(month)) for month in months_of("2026秋")]
        by_month = [line for number in months for line in lines_by_sql(session, number)]
        assert term == sorted(by_month)


@settings(quick, max_examples=30)
@given(drawn=WORLDS)
def test_schools_add_up_to_the_ledger_and_no_day_counts_twice(shared: Ledger, drawn: Drawn) -> None:
    with scratch(shared) as session:
        put_world(World(session), drawn)
        whole = lines_by_sql(session, run(session, "2026-11"))
        parts = [lines_by_sql(session, run(session, "2026-11", scope=name)) for name in SCHOOLS]
        assert whole == sorted(line for part in parts for line in part)
        days: dict[tuple[int, str], int] = {}
        months: set[tuple[int, str]] = set()
        for person, _, scheme, _, count, *_ in whole:
            human = (0 if drawn["are_twins"] else person, scheme)
            assert count or human not in months, "a month at two schools"
            months.add(human)
            days[human] = days.get(human, 0) + (count or 0)
        calendars = Calendars(session.connection(), holidays_for)
        most = calendars.in_month(Month(2026, 11)).anywhere.days
        assert all(count <= len(most) for count in days.values())


@settings(quick, max_examples=100)
@given(drawn=WORLDS, pack=packs())
def test_sql_and_judgement_agree_on_any_scheme(shared: Ledger, drawn: Drawn, pack: Pack) -> None:
    with scratch(shared) as session:
        put_world(World(session), drawn)
        calendars = Calendars(session.connection(), holidays_for)
        plan = plan_of(pack, calendars.in_month(Month(2026, 11)))
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
            for line in judge(History(session, person), plan, pack.schemes[0]).lines
        ]
        written = lines_by_sql(session, made.id)
        assert [(each[0], each[1], *each[4:9]) for each in written] == sorted(judged)
