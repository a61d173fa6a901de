"""Retention by cohort: every pupil has one outcome, and a plain evaluator says the same."""

import io
from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from jingzhun.core.cohorts import Member, cohort_of, retention
from jingzhun.core.report_vocabulary import Outcome
from jingzhun.core.table import Format
from jingzhun.core.vocabulary import Category, Change, Standing, Verdict
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from jingzhun.store.schema import MatchPair
from tests.builders import NOW, TODAY, World
from tests.reports.plain_children import cohorts, draw, write
from tests.reports.reading import read
from tests.reports.test_dropout import leave, pupil

OUTCOMES = [outcome.value for outcome in Outcome]


def figures(row: dict[str, Any]) -> list[int]:
    return [row[key] for key in ("since", "entered", "joined", *OUTCOMES)]


def expected(members: dict[str, Any]) -> list[int]:
    since = min(year for year, _, _ in members.values())
    entered = sum(year == since and is_base for year, is_base, _ in members.values())
    counts = Counter(outcome for _, _, outcome in members.values())
    return [since, entered, len(members) - entered, *(counts[word] for word in OUTCOMES)]


@pytest.mark.parametrize("seed", range(12))
def test_every_cohort_is_that_of_the_plain_evaluator(world, seed):
    kids = draw(seed)
    write(world, kids)
    dice = Random(seed)
    for day in (date(2026, 9, 1), *(date(2023, 9, 1) + timedelta(dice.randint(0, 1300))
                                    for _ in range(3))):  # fmt: skip
        found = read(world, "retention", as_of=day)
        plain = cohorts(kids, day)
        stages = {key: expected(members) for key, members in plain.items() if key[0]}
        told = {(r["school"], r["stage"], r["cohort"]): figures(r) for r in found["stages"]}
        assert told == stages
        junior = {year - 6 for _, stage, year in plain if stage == "junior"}
        this_year = day.year if day.month >= 9 else day.year - 1
        years = {
            key[2]: expected(members) for key, members in plain.items()
            if not key[0] and (this_year - key[2] < 6 or key[2] in junior)
        }  # fmt: skip
        assert {r["cohort"]: figures(r) for r in found["nine_years"]} == years
        names = {
            name for key, members in plain.items() if key[2] in years and not key[0]
            for name, (_, _, outcome) in members.items() if outcome in ("lost", "untraced")
        }  # fmt: skip
        assert {row["name"] for row in found["missing"]} == names


@pytest.mark.parametrize("seed", range(3))
def test_everybody_who_should_be_there_has_one_outcome(world, seed):
    write(world, draw(seed + 100))
    found = read(world, "retention")
    for row in (*found["nine_years"], *found["stages"]):
        assert row["expected"] == row["entered"] + row["joined"] - row["moved"]
        kept = row["studying"] + row["graduated"]
        assert row["expected"] == kept + row["lost"] + row["untraced"]
        if row["expected"]:
            assert row["percent"] == pytest.approx(100 * kept / row["expected"], abs=0.005)


def members(**counts: int) -> list[Member]:
    return [
        Member(seen_year=2020, is_counted_in=True, outcome=Outcome.coded(word))
        for word, count in counts.items() for _ in range(count)
    ]  # fmt: skip


def test_ninety_five_of_a_hundred_reach_the_bar_and_a_hair_less_does_not():
    at_bar = retention(members(studying=60, graduated=35, lost=5), 2020, 1)
    assert (at_bar.percent, at_bar.reaches(9500)) == (9500, True)
    below = retention(members(studying=9499, lost=501), 2020, 1)
    assert (below.percent, below.reaches(9500)) == (9499, False)
    moved = retention(members(studying=19, moved=20, lost=1), 2020, 1)
    assert (moved.percent, moved.official_percent) == (9500, 4750)
    assert retention(members(moved=3), 2020, 1).reaches(9500) is None


def test_a_cohort_is_named_by_the_year_of_its_first_grade():
    assert (cohort_of(2026, 3, 1), cohort_of(2026, 9, 1), cohort_of(2026, 9, 7)) == (
        2024, 2018, 2024,
    )  # fmt: skip


def test_the_official_rate_is_only_of_cohorts_known_since_their_first_grade(world):
    pupil(world, "一年级", grade=1)
    pupil(world, "三年级", grade=3)
    rows = {row["cohort"]: row for row in read(world, "retention")["nine_years"]}
    assert (rows[2026]["official_percent"], rows[2024]["official_percent"]) == (100.0, None)
    assert (rows[2024]["since"], rows[2024]["since_grade"], rows[2024]["grade"]) == (2026, 3, 3)


def test_who_repeats_a_grade_stays_in_the_cohort(world):
    world.sheet("去年名册.xlsx", stated_on=date(2025, 9, 1))
    kid = pupil(world, "留级", grade=3, from_=date(2025, 9, 1), until=date(2026, 9, 1))
    world.enrol(kid, grade=3)
    found = read(world, "retention")
    assert [(row["cohort"], row["studying"]) for row in found["nine_years"]] == [(2023, 1)]


def test_two_records_confirmed_to_be_one_pupil_count_once(world):
    world.sheet("去年名册.xlsx", stated_on=date(2025, 9, 1))
    old = pupil(world, "一人", grade=3, from_=date(2025, 9, 1), until=date(2026, 9, 1))
    new = pupil(world, "一人", grade=4, school=world.school("西河小学"))
    one, other = sorted([old.identity, new.identity])
    world.session.add(
        MatchPair(one=one, other=other, verdict=Verdict.SAME, actor="张", os_user="z",
                  recorded_at=NOW)
    )  # fmt: skip
    found = read(world, "retention")
    assert [(r["entered"], r["joined"], r["studying"]) for r in found["nine_years"]] == [(1, 0, 1)]
    assert [(r["school"], r["moved"], r["studying"]) for r in found["stages"]] == [
        ("西河小学", 0, 1), ("青禾小学", 1, 0),
    ]  # fmt: skip


def test_a_primary_school_alone_tells_no_nine_years_of_those_who_have_left_it(world):
    world.sheet("去年名册.xlsx", stated_on=date(2025, 9, 1))
    pupil(world, "毕业", grade=6, from_=date(2025, 9, 1), until=date(2026, 9, 1))
    found = read(world, "retention")
    assert found["nine_years"] == found["missing"] == []
    assert [(r["cohort"], r["grade"], r["graduated"]) for r in found["stages"]] == [(2020, None, 1)]


def town(world: World) -> None:
    """Two primary schools and a junior one through three years; one drops out, one is gone."""
    world.sheet("历年名册.xlsx", stated_on=date(2024, 9, 1))
    home = world.household(Category.LIFTED)
    west, junior = world.school("西河小学"), world.school("云岭中学")
    years = [date(2024, 9, 1), date(2025, 9, 1), date(2026, 9, 1)]
    for number in range(10):
        kid = world.person(f"生{number}", household_id=home.id if number < 2 else None)
        for at, begins in enumerate(years):
            school, grade = (junior, 7) if at == 2 else (world.school(), 5 + at)
            if number == 9 and at == 2:
                continue  # 小学毕业后没有去读初中
            if number == 8 and at > 0:
                school = west if at == 1 else school
            world.enrol(kid, school, stage="junior" if grade > 6 else "primary", grade=grade,
                        from_=begins, until=years[at + 1] if at < 2 else None)  # fmt: skip
        if number == 0:
            world.stand(kid, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2026, 10, 12))
        if number == 1:
            leave(world, kid, Change.TRANSFER_OUT, school=junior, has_receiver=True)
    for number in range(3):
        pupil(world, f"小{number}", grade=1)


def test_people_read_the_cohorts(world, golden):
    town(world)
    page = report_named("retention").build(world.session, ReportOptions(as_of=TODAY))
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    golden("retention.txt", stream.getvalue())


def test_one_school_tells_its_own_cohorts_and_whom_it_lost(world):
    town(world)
    found = read(world, "retention", school="青禾小学")
    assert {row["school"] for row in found["stages"]} == {"青禾小学"}
    assert [(r["cohort"], r["graduated"], r["moved"]) for r in found["stages"]] == [
        (2020, 9, 1), (2026, 0, 0),
    ]  # fmt: skip
    assert (found["nine_years"], found["missing"]) == ([], [])


def test_rolls_that_the_first_list_dates_before_it_make_no_cohort_of_an_earlier_year(world):
    pupil(world, "早写", grade=1, from_=date(2025, 9, 1))
    for number in range(9):
        pupil(world, f"生{number}", grade=2)
    row = next(r for r in read(world, "retention")["nine_years"] if r["cohort"] == 2025)
    assert (row["since"], row["entered"], row["official_percent"]) == (2026, 9, None)


def test_an_empty_ledger_and_a_day_before_the_first_list_say_that_there_is_no_roll(world):
    pupil(world)
    for day in (date(2020, 1, 1), date(2026, 8, 31)):
        page = report_named("retention").build(world.session, ReportOptions(as_of=day))
        assert "没有小学、初中的学籍名册" in page.notes[0]
        assert all(not table.rows for table in page.tables)


def test_the_statements_do_not_grow_with_the_ledger(world, statements):
    town(world)
    statements()
    read(world, "retention")
    few = statements()
    for number in range(50):
        leave(world, pupil(world, f"走{number}"), Change.OTHER_LEAVING)
    statements()
    read(world, "retention")
    assert statements() == few
