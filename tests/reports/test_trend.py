"""The years side by side: each as it stood at its end, by the same count as every other report."""

import io
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import update

from jingzhun.core.rolls import PASSING_RANK
from jingzhun.core.table import Format
from jingzhun.core.vocabulary import CaseAction, Change, DropoutKind, Standing
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from jingzhun.services.desk.cases import Taken, open_case, step_case
from jingzhun.store.schema import Enrolment
from tests.builders import TODAY
from tests.reports.plain_children import FIRST_YEAR, draw, write
from tests.reports.reading import read
from tests.reports.test_dropout import pupil
from tests.reports.test_monthly import HAND
from tests.reports.test_retention import town


@pytest.mark.parametrize("seed", range(8))
def test_every_year_is_that_of_the_plain_evaluator(world, seed):
    kids = draw(seed)
    write(world, kids)
    for as_of in (date(2025, 3, 9), TODAY):
        found = read(world, "trend", as_of=as_of)
        last = as_of.year if as_of.month >= 9 else as_of.year - 1
        for year in range(FIRST_YEAR, last + 1):
            until = min(as_of, date(year + 1, 8, 31))
            rows = {row["school"]: row for row in found["years"] if row["school_year"] == year}
            base = [(kid, kid.stands(date(year, 9, 1))) for kid in kids]
            named = {kid.name: kid.named(until) for kid in kids}
            bases = Counter(roll.school for _, roll in base if roll)
            kinds = Counter(name for name in named.values() if name)
            gone = [
                (kid, roll.school if roll else None) for kid, roll in base
                if (name := named[kid.name])
                and name[0] in ("dropped_out", "left_without_receiver")
            ]  # fmt: skip
            lost = Counter(school for _, school in gone if school)
            for school, row in rows.items():
                assert row["until"] == until.isoformat()
                assert row["is_over"] is (until == date(year + 1, 8, 31))
                assert row["base"] == (bases[school] if school else bases.total())
                assert row["not_returned"] == (lost[school] if school else lost.total())
                for kind in DropoutKind:
                    told = sum(
                        count for (word, at), count in kinds.items()
                        if word == kind and school in (None, at)
                    )  # fmt: skip
                    assert row[kind.value] == told
            poor = sum(kid.is_poor for kid, _ in gone)
            assert rows[None]["listed_gone"] == poor


def test_every_year_agrees_with_the_dropout_report_of_its_last_day(world):
    write(world, draw(5))
    years = {(r["school"], r["school_year"]): r for r in read(world, "trend")["years"]}
    for year in range(FIRST_YEAR, 2027):
        for row in read(world, "dropout", as_of=min(TODAY, date(year + 1, 8, 31)))["rates"]:
            if row["stage"] is None:
                told = years[(row["school"], year)]
                for key in ("base", "not_returned", "losses", "gains", "individual_percent",
                            "official_percent", "bar_percent"):  # fmt: skip
                    assert told[key] == row[key]


def test_a_year_without_a_roll_at_its_start_has_no_rate_and_no_change(world):
    world.sheet("去年名册.xlsx", stated_on=date(2025, 10, 20))
    late = pupil(world, "插班", grade=4, from_=date(2025, 10, 20))
    world.stand(late, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2026, 5, 6))
    rows = {row["school_year"]: row for row in read(world, "trend", school="青禾小学")["years"]}
    assert (rows[2025]["base"], rows[2025]["individual_percent"], rows[2025]["within"]) == (
        0, None, None,
    )  # fmt: skip
    assert (rows[2026]["individual_percent"], rows[2026]["change_percent"]) == (100.0, None)


def test_who_is_only_named_in_passing_begins_no_year(world):
    early = pupil(world, "早写", from_=date(2025, 9, 1))
    passing = {"rank": PASSING_RANK, "stated_on": date(2025, 10, 8)}
    world.session.execute(update(Enrolment).where(Enrolment.person_id == early.id).values(passing))
    pupil(world, "在册")
    assert {row["school_year"] for row in read(world, "trend")["years"]} == {2026}
    cohorts = read(world, "retention")["nine_years"]
    assert {row["since"] for row in cohorts} == {2026}


def test_a_dropout_that_is_named_in_passing_is_missing_from_no_year(world):
    passing = pupil(world, "台账上的", school=world.school("只在台账上的小学"))
    world.session.execute(
        update(Enrolment).where(Enrolment.person_id == passing.id).values(rank=PASSING_RANK)
    )
    world.stand(passing, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2026, 10, 12))
    pupil(world, "在册")
    rows = {row["school"]: row for row in read(world, "trend")["years"]}
    assert (rows["只在台账上的小学"]["dropped_out"], rows[None]["dropped_out"]) == (1, 1)
    assert rows["只在台账上的小学"]["individual_percent"] is None


def test_a_case_counts_once_in_the_year_whatever_happened_to_it(world):
    pupil(world, "一案")
    number = open_case(world.session, "一案", "没来", HAND, today=date(2026, 10, 8))
    for action, day in (
        (CaseAction.RETURNED, 12),
        (CaseAction.LOST, 20),
        (CaseAction.RETURNED, 26),
    ):
        step_case(world.session, number, Taken(action=action, done_on=date(2026, 10, day)), HAND,
                  today=date(2026, 10, day))  # fmt: skip
    row = read(world, "trend", school="青禾小学")["years"][-1]
    assert (row["opened"], row["returned"], row["closed"]) == (1, 1, 0)


def test_a_day_before_the_first_list_gives_no_year(world):
    assert read(world, "trend")["years"] == []
    pupil(world)
    assert read(world, "trend", as_of=date(2026, 8, 31))["years"] == []


def test_people_read_the_years(world, golden):
    town(world)
    page = report_named("trend").build(world.session, ReportOptions(as_of=TODAY))
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    golden("trend.txt", stream.getvalue())
