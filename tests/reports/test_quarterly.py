"""The county's three ledgers: they move to the head, and agree with a plain evaluator."""

import io
from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from jingzhun.core.table import Format
from jingzhun.core.terms import Quarter
from jingzhun.core.vocabulary import Category, Change, Standing, Verdict
from jingzhun.errors import UsageError
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from jingzhun.store.schema import MatchPair
from tests.builders import NOW, TODAY
from tests.reports.plain_children import Kid, draw, write
from tests.reports.reading import read
from tests.reports.test_dropout import leave, pupil
from tests.reports.test_monthly import busy_month

_NOWHERE = "（不在任何学校）"


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"


def begins(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def entries(kids: list[Kid], day: date, *, dropped: bool) -> set[tuple[str, str]]:
    """Who stands in a ledger on a day, at which school."""
    found = set()
    for kid in kids:
        named = kid.named(day)
        if named and (named[0] == "dropped_out") is dropped:
            found.add((kid.name, named[1] or _NOWHERE))
    return found


def movements(kids: list[Kid], day: date) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    at = 0
    for dropped in (False, True):
        was = entries(kids, begins(day) - timedelta(1), dropped=dropped)
        now = entries(kids, day, dropped=dropped)
        for some in (was, now - was, was - now, now):
            for _, school in some:
                rows.setdefault(school, [0] * 8)[at] += 1
            at += 1
    return rows


@pytest.mark.parametrize("seed", range(12))
def test_the_ledgers_are_those_of_the_plain_evaluator(world, seed):
    kids = draw(seed)
    write(world, kids)
    dice = Random(seed)
    for _ in range(4):
        day = date(2023, 9, 1) + timedelta(dice.randint(0, 1300))
        found = read(world, "quarterly", as_of=day, period=quarter_of(day))
        aged = [kid for kid in kids if kid.is_of_age(day) and not kid.is_dead(day)]
        places = Counter(kid.place(day) for kid in aged)
        assert {row["place"]: row["count"] for row in found["places"]} == places
        assert {row["name"]: row["place"] for row in found["school_age"]} == {
            kid.name: kid.place(day) for kid in aged
        }
        told = {row["school"]: list(row.values())[1:] for row in found["movements"]}
        assert told == movements(kids, day)
        for key, dropped in (("suspected", False), ("dropped_out", True)):
            names = {(row["name"], row["school"] or _NOWHERE) for row in found[key]}
            assert names == entries(kids, day, dropped=dropped)
        poor_gone = sum(kid.is_poor and kid.place(day) == "dropped_out" for kid in kids)
        assert found["comparisons"]["listed_dropped_out"] == poor_gone


@pytest.mark.parametrize("seed", range(4))
def test_each_quarter_begins_where_the_last_one_ended(world, seed):
    write(world, draw(seed))
    before: dict[str, Any] = {}
    for year, number in ((2025, 3), (2025, 4), (2026, 1), (2026, 2), (2026, 3), (2026, 4)):
        last = Quarter(year, number).period.end - timedelta(1)
        found = read(world, "quarterly", as_of=last, period=f"{year}Q{number}")
        rows = {row["school"]: row for row in found["movements"]}
        for row in rows.values():
            for key in ("suspected", "dropped_out"):
                moved = row[f"{key}_before"] + row[f"{key}_added"] - row[f"{key}_resolved"]
                assert moved == row[key]
        for school in rows.keys() | before.keys() if before else ():
            for key in ("suspected", "dropped_out"):
                was = before.get(school, {}).get(key, 0)
                assert rows.get(school, {}).get(f"{key}_before", 0) == was
        before = rows


def test_who_goes_from_suspected_to_dropped_out_is_resolved_in_the_one_and_new_in_the_other(world):
    lost = pupil(world, "先疑后辍")
    world.stand(lost, Standing.AWAY, Change.AWAY, from_=date(2026, 9, 14), until=date(2026, 10, 20))
    world.stand(lost, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2026, 10, 20))
    found = read(world, "quarterly")
    assert list(found["movements"][0].values())[1:] == [1, 0, 1, 0, 0, 1, 0, 1]
    assert [(row["name"], row["is_new"]) for row in found["dropped_out"]] == [("先疑后辍", True)]
    assert [(row["was"], row["now"]) for row in found["resolved"]] == [("suspected", "dropped_out")]


def test_two_records_confirmed_to_be_one_child_stand_once_and_on_the_roll(world):
    home = world.household(Category.LIFTED)
    listed = world.person("一人", household_id=home.id, id_number="629999201405060018")
    enrolled = pupil(world, "一人")
    one, other = sorted([listed.identity, enrolled.identity])
    world.session.add(
        MatchPair(one=one, other=other, verdict=Verdict.SAME, actor="张", os_user="z",
                  recorded_at=NOW)
    )  # fmt: skip
    found = read(world, "quarterly")
    assert found["checks"] == {"school_age": 1, "on_roll": 1, "at_school": 1, "listed": 1}
    assert [(row["school"], row["listed"]) for row in found["school_age"]] == [("青禾小学", True)]


def test_one_school_alone_tells_only_its_own(world):
    busy_month(world)
    world.person("失学")
    found = read(world, "quarterly", school="西河小学")
    assert [row["school"] for row in found["movements"]] == ["西河小学"]
    assert [row["name"] for row in found["school_age"]] == ["西一", "换校"]
    assert (found["suspected"], found["dropped_out"], found["resolved"]) == ([], [], [])


def test_an_empty_ledger_and_a_day_before_the_first_list_give_empty_ledgers(world):
    assert read(world, "quarterly")["checks"]["school_age"] == 0
    pupil(world)
    found = read(world, "quarterly", as_of=date(2020, 3, 1), period="2020Q1")
    assert (found["checks"]["school_age"], found["movements"]) == (0, [])


@pytest.mark.parametrize("name", ["dropout", "monthly", "quarterly"])
def test_before_the_first_roll_a_page_says_that_nobody_can_be_known_to_be_out_of_school(
    world, name
):
    world.person("在户名单上", born_on=date(2010, 5, 6))
    pupil(world)
    for day, is_told in ((date(2019, 3, 1), True), (TODAY, False)):
        page = report_named(name).build(world.session, ReportOptions(as_of=day))
        assert any("不能当作失学" in note for note in page.notes) is is_told


@pytest.mark.parametrize(
    ("period", "reason"), [("2026-11", "季度台账只看一个季度"), ("2027Q1", "还没有开始")]
)
def test_only_a_quarter_that_has_begun_is_asked_for(world, period, reason):
    with pytest.raises(UsageError, match=reason):
        read(world, "quarterly", period=period)


def test_people_read_the_ledgers_of_all_schools(world, golden):
    busy_month(world)
    home = world.household(Category.LIFTED)
    world.person("失学", household_id=home.id)
    stays_home = world.person("缓学", born_on=date(2020, 5, 1))
    world.stand(
        stays_home, Standing.DEFERRED, Change.DEFERRAL, from_=date(2026, 9, 1),
        ends_on=date(2027, 8, 31),
    )  # fmt: skip
    gone = pupil(world, "外走", until=date(2026, 10, 12))
    leave(world, gone, Change.TRANSFER_OUT)
    page = report_named("quarterly").build(world.session, ReportOptions(as_of=TODAY))
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    golden("quarterly.txt", stream.getvalue())


def test_the_statements_do_not_grow_with_the_ledger(world, statements):
    busy_month(world)
    statements()
    read(world, "quarterly")
    few = statements()
    for number in range(50):
        leave(world, pupil(world, f"走{number}"), Change.OTHER_LEAVING)
    statements()
    read(world, "quarterly")
    assert statements() == few


def test_no_full_id_number_stands_in_any_ledger(world):
    busy_month(world)
    page = report_named("quarterly").build(world.session, ReportOptions(as_of=TODAY))
    for format_ in (Format.TABLE, Format.CSV, Format.HTML, Format.JSON):
        stream = io.StringIO()
        show(page, format=format_, out=None, show_ids=False, stream=stream)
        assert "62999920140506" not in stream.getvalue()
