"""``report visits``: every visit counts for somebody, or it is said why it does not."""

import io
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from jingzhun.core.table import Format
from jingzhun.core.vocabulary import Category
from jingzhun.errors import JingzhunError
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from jingzhun.reports.helping.progress import progress_page
from jingzhun.store.schema import Household, Staff
from tests.builders import TODAY, World
from tests.reports.helping import visit
from tests.reports.reading import page_facts, read

MAY = date(2026, 5, 1)


@pytest.fixture
def pair(world: World) -> tuple[Staff, Household]:
    helper = world.staff("李帮", department="教务处")
    home = world.household(Category.LIFTED, no="6299000001", head_name="张大")
    world.pair(helper, home, from_=date(2026, 3, 1))
    return helper, home


def left(world: World, **options: Any) -> list[tuple[str, int, int, str]]:
    rows = read(world, "visits", **options)["uncounted"]
    return [(row["visited_on"], row["days"], row["counted"], row["reason"]) for row in rows]


def test_a_day_counts_once_however_often_it_is_written(world, pair):
    _, home = pair
    pupil = world.person("张小", household_id=home.id)
    visit(world, home, MAY, days=3)
    visit(world, home, MAY + timedelta(2), days=2)
    visit(world, pupil, MAY, "李帮老师")
    (row,) = read(world, "visits")["pairs"]
    assert (row["visits"], row["visit_days"], row["month_5"], row["last_on"]) == (
        2, 4, 4, "2026-05-04",
    )  # fmt: skip
    assert left(world) == [
        ("2026-05-01", 1, 0, "repeated"), ("2026-05-03", 2, 1, "repeated"),
    ]  # fmt: skip


def test_a_visit_before_the_pair_began_or_after_it_ended_counts_for_nobody(world):
    home, helper = world.household(Category.LIFTED), world.staff("李帮")
    world.pair(helper, home, from_=date(2026, 3, 1), until=date(2026, 6, 1))
    visit(world, home, date(2026, 2, 27), days=4)
    visit(world, home, date(2026, 6, 1))
    assert left(world) == [
        ("2026-02-27", 4, 2, "outside_pair"), ("2026-06-01", 1, 0, "outside_pair"),
    ]  # fmt: skip
    assert read(world, "visits")["counted_days"] == 2


@pytest.mark.parametrize(
    ("visitor", "said", "reason"),
    [
        (None, {}, "nobody"),
        ("县里来人", {}, "unknown"),
        ("王帮", {}, "not_the_helper"),
        ("李帮", {"way": "微信视频"}, "from_afar"),
    ],
)
def test_what_does_not_count_is_told_with_its_reason(world, pair, visitor, said, reason):
    world.staff("王帮")
    visit(world, pair[1], MAY, visitor, **said)
    assert left(world) == [("2026-05-01", 1, 0, reason)]
    assert read(world, "visits")["pairs"][0]["visit_days"] == 0


def test_a_helpers_visit_to_a_household_that_nobody_helps_is_told_with_its_household(world, pair):
    other = world.household(Category.LIFTED, no="6299000009", head_name="钱二")
    visit(world, other, MAY)
    visit(world, other, MAY, "没有结对的人")
    (row,) = read(world, "visits")["uncounted"]
    assert (row["household_no"], row["name"], row["reason"], row["visitor"]) == (
        "6299000009", "钱二", "not_the_helper", "李帮",
    )  # fmt: skip
    assert row["sources"][0]["row"]


def test_one_day_in_two_villages_is_to_be_looked_into_and_two_households_of_one_are_not(world):
    helper = world.staff("院长", post="党委书记")
    homes = [world.household(Category.LIFTED, village=name) for name in ("东村", "东村", "西村")]
    for home in homes:
        world.pair(helper, home)
        visit(world, home, MAY, "院长")
    visit(world, homes[0], MAY + timedelta(1), "院长")
    visit(world, homes[1], MAY + timedelta(1), "院长")
    (row,) = read(world, "visits")["same_day"]
    assert (row["helper"], row["day"], len(row["villages"])) == ("院长", "2026-05-01", 2)


def test_who_was_away_longest_stands_first(world, pair):
    visit(world, pair[1], TODAY)
    for name, since in (("久", date(2026, 1, 5)), ("新", TODAY - timedelta(2))):
        world.pair(world.staff(name), world.household(Category.LIFTED), from_=since)
    rows = read(world, "visits")["pairs"]
    assert [(row["helper"], row["days_since"]) for row in rows] == [
        ("久", (TODAY - date(2026, 1, 5)).days), ("新", 2), ("李帮", 0),
    ]  # fmt: skip


def test_the_months_that_have_begun_are_told_with_their_visits(world, pair):
    visit(world, pair[1], date(2026, 4, 30), days=2)
    months = read(world, "visits")["months"]
    assert len(months) == 11
    assert [(row["month"], row["visits"], row["visit_days"]) for row in months[3:5]] == [
        ("2026-04", 1, 1), ("2026-05", 0, 1),
    ]  # fmt: skip


def test_one_unit_alone_can_be_asked_for(world, pair):
    other = world.household(Category.LIFTED)
    world.pair(world.staff("外", unit="外单位"), other)
    visit(world, other, MAY, "外")
    found = read(world, "visits", school="外单位")
    assert (found["counted_days"], [row["helper"] for row in found["pairs"]]) == (1, ["外"])
    with pytest.raises(JingzhunError, match="没有这个"):
        read(world, "visits", school="没有这个")


def test_people_read_who_went_and_what_does_not_count(world, pair, golden):
    _, home = pair
    world.pair(world.staff("王帮", department="后勤处"), world.household(Category.MARGINAL))
    for day in (MAY, MAY, date(2026, 9, 3)):
        visit(world, home, day)
    visit(world, home, date(2026, 2, 1))
    page = report_named("visits").build(world.session, ReportOptions(as_of=TODAY))
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    golden("visits.txt", stream.getvalue())


@pytest.mark.parametrize("seed", range(8))
def test_in_random_worlds_every_day_counts_as_in_pair_check_or_is_told(world, seed):
    draw = Random(seed)
    year = draw.choice([2024, 2026])

    def day() -> date:
        return date(year, 1, 1) + timedelta(draw.randrange(-20, 380))

    people = [world.staff(f"帮{number}") for number in range(3)]
    homes = [world.household(Category.LIFTED, no=f"629900000{at}") for at in range(4)]
    for home in homes:
        for person in draw.sample(people, draw.randint(0, 2)):
            start, end = day(), day()
            world.pair(person, home, from_=start, until=end if end > start else None)
    for _ in range(60):
        name = draw.choice([*(person.name for person in people), None, "外人", "帮0、帮1"])
        visit(world, draw.choice(homes), day(), name, days=draw.choice([1, 1, 4]),
              way=draw.choice([None, None, "入户", "电话"]))  # fmt: skip
    as_of = day()
    options = ReportOptions(as_of=as_of, period=f"{year}年")
    checked = page_facts(progress_page(world.session, options))["pairs"]
    found = read(world, "visits", as_of=as_of, period=f"{year}年")
    key = ("helper", "household_no", "visit_days")
    assert sorted([row[each] for each in key] for row in found["pairs"]) == sorted(
        [row[each] for each in key] for row in checked
    )
    assert found["counted_days"] == sum(row["visit_days"] for row in found["months"])
    for row in found["pairs"]:
        assert row["visit_days"] == sum(row[f"month_{month}"] for month in range(1, 13))
    assert all(row["counted"] < row["days"] for row in found["uncounted"])


def test_the_statements_do_not_grow_with_the_ledger(world, pair, statements):
    visit(world, pair[1], MAY, None)
    read(world, "visits")
    few = statements()
    for number in range(20):
        home = world.household(Category.LIFTED)
        world.pair(world.staff(f"帮{number}"), home)
        visit(world, home, MAY, f"帮{number}")
        visit(world, home, MAY, "李帮")
    statements()
    read(world, "visits")
    assert statements() == few
