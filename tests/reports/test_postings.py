"""``report postings``: whose time is not up, who is missing, who goes next."""

import io
from datetime import date
from typing import Any

import pytest

from jingzhun.core.table import Format
from jingzhun.errors import JingzhunError
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from tests.builders import TODAY, World
from tests.reports.away import send
from tests.reports.reading import read

AUTUMN_25, SUMMER_26 = date(2025, 9, 1), date(2026, 7, 10)
YOUNG = date(2000, 5, 6)


def rows(world: World, **options: Any) -> list[tuple[Any, ...]]:
    return [
        (row["name"], row["state"], row["served"], row["concerns"])
        for row in read(world, "postings", **options)["secondments"]
    ]


def turns(world: World, **options: Any) -> list[str]:
    return [row["name"] for row in read(world, "postings", **options)["rota"]]


def test_a_school_year_of_teaching_is_a_year(world):
    send(world, world.staff("李"), "teaching", AUTUMN_25, due=date(2026, 8, 31), end=SUMMER_26)
    assert rows(world) == [("李", "back", "reached", [])]


def test_who_comes_back_before_the_time_is_up_is_named(world):
    person = world.staff("李")
    send(world, person, "teaching", AUTUMN_25, due=date(2026, 8, 31), end=date(2026, 7, 9))
    assert rows(world) == [("李", "back", "short", ["short"])]
    assert rows(world, as_of=date(2026, 7, 8)) == [("李", "away", "not_yet", [])]


def test_what_was_not_known_on_a_day_does_not_accuse(world):
    send(world, world.staff("李"), "attached", date(2026, 3, 1), due=date(2026, 8, 31),
         end=date(2026, 5, 1))  # fmt: skip
    assert rows(world, as_of=date(2026, 4, 1)) == [("李", "away", "not_yet", [])]
    assert rows(world, as_of=date(2026, 5, 1))[0][3] == ["short"]


def test_a_plan_that_is_too_short_is_named_before_it_is_over(world):
    send(world, world.staff("李"), "attached", date(2026, 9, 1), due=date(2026, 12, 31))
    assert rows(world) == [("李", "away", "planned_short", ["planned_short"])]


def test_a_term_is_served_by_its_teaching_days(world):
    send(world, world.staff("李"), "attached", date(2026, 3, 10), end=SUMMER_26)
    send(world, world.staff("王"), "attached", date(2026, 3, 20), end=SUMMER_26)
    assert [row[3] for row in rows(world)] == [["short"], []]


def test_who_should_be_back_and_is_not_is_away_and_late(world):
    send(world, world.staff("李"), "training", date(2026, 9, 1), due=date(2026, 11, 23))
    assert rows(world, as_of=date(2026, 11, 23)) == [("李", "away", "free", [])]
    assert rows(world) == [("李", "overdue", "free", ["overdue"])]


def test_a_secondment_without_any_end_goes_on(world):
    send(world, world.staff("李"), "field", date(2019, 9, 1))
    assert rows(world) == [("李", "away", "free", [])]


def test_a_year_told_term_by_term_is_a_year(world):
    person = world.staff("李")
    send(world, person, "teaching", AUTUMN_25, end=date(2026, 1, 20))
    assert rows(world, as_of=date(2026, 2, 1))[0][3] == ["short"]
    send(world, person, "teaching", date(2026, 3, 1), end=SUMMER_26)
    assert [row[2:] for row in rows(world)] == [("reached", []), ("reached", [])]


def test_who_breaks_off_and_goes_again_is_named_with_the_days_between(world):
    person = world.staff("李")
    send(world, person, "teaching", AUTUMN_25, end=date(2025, 10, 31))
    send(world, person, "teaching", date(2025, 11, 11), due=date(2026, 11, 10))
    found = read(world, "postings")["secondments"]
    assert [(row["concerns"], row["broken_days"]) for row in found] == [
        (["overdue", "broken"], 10),
        (["short"], None),
    ]


def test_a_break_at_another_place_is_none(world):
    person = world.staff("李")
    send(world, person, "teaching", AUTUMN_25, end=date(2025, 10, 31))
    send(world, person, "teaching", date(2025, 11, 11), end=date(2026, 11, 10), to_unit="河口小学")
    assert [row[3] for row in rows(world)] == [["short"], []]


def test_nobody_is_at_two_places(world):
    person = world.staff("李")
    send(world, person, "teaching", AUTUMN_25, due=date(2026, 8, 31))
    send(world, person, "training", date(2026, 8, 31), due=date(2026, 12, 31), to_unit="师院")
    send(world, person, "training", date(2027, 1, 1), due=date(2027, 1, 9), to_unit="师院")
    (found,) = read(world, "postings")["overlaps"]
    assert (found["name"], found["overlap_on"], found["overlap_until"]) == (
        "李", "2026-08-31", "2026-08-31",
    )  # fmt: skip


def test_an_open_end_overlaps_all_that_follows(world):
    person = world.staff("李")
    send(world, person, "field", AUTUMN_25)
    send(world, person, "training", date(2026, 10, 1), end=date(2026, 10, 5), to_unit="师院")
    (found,) = read(world, "postings")["overlaps"]
    assert found["overlap_until"] == "2026-10-05"


def test_who_left_the_school_while_away_is_named(world):
    send(world, world.staff("李", in_service=False), "field", AUTUMN_25)
    send(world, world.staff("王", in_service=False), "field", AUTUMN_25, end=date(2026, 1, 20))
    assert [row[3] for row in rows(world)] == [["left"], []]


def test_the_rota_sends_everybody_once_before_anybody_twice(world):
    for name, ends in (("甲", [date(2024, 7, 10)]), ("乙", [date(2023, 7, 10)]), ("丙", [])):
        person = world.staff(name, born_on=YOUNG)
        for end in ends:
            send(world, person, "field", end.replace(month=3), end=end)
    person = world.staff("丁", born_on=YOUNG)
    for year in (2021, 2022):
        send(world, person, "field", date(year, 3, 1), end=date(year, 7, 10))
    assert turns(world) == ["丙", "乙", "甲", "丁"]


def test_training_is_no_turn_and_a_year_in_two_parts_is_one(world):
    trained = world.staff("甲", born_on=YOUNG)
    for month in (3, 5, 7):
        send(world, trained, "training", date(2026, month, 1), end=date(2026, month, 5))
    taught = world.staff("乙", born_on=YOUNG)
    send(world, taught, "teaching", AUTUMN_25, end=date(2026, 1, 20))
    send(world, taught, "teaching", date(2026, 3, 1), end=SUMMER_26)
    found = read(world, "postings")["rota"]
    assert [(row["name"], row["times"], row["back_on"]) for row in found] == [
        ("甲", 0, None), ("乙", 1, "2026-07-10"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("born_on", "last"),
    [
        (date(1996, 11, 25), date(2026, 11, 24)),
        (date(1996, 2, 29), date(2026, 2, 27)),
        (date(1998, 2, 29 - 1), date(2028, 2, 27)),
    ],
)
def test_on_the_thirtieth_birthday_nobody_is_under_thirty(world, born_on, last):
    world.staff("甲", born_on=born_on)
    assert turns(world, as_of=last) == ["甲"]
    assert turns(world, as_of=date.fromordinal(last.toordinal() + 1)) == []


def test_the_rota_leaves_out_who_cannot_go(world):
    for name, known in (
        ("退休", {"in_service": False}),
        ("合同", {"on_establishment": False}),
        ("不详", {"born_on": None}),
    ):
        world.staff(name, **({"born_on": YOUNG} | known))
    away = world.staff("在外", born_on=YOUNG)
    send(world, away, "training", date(2026, 9, 1))
    ahead = world.staff("将去", born_on=YOUNG)
    send(world, ahead, "field", date(2027, 3, 1), due=date(2027, 7, 10))
    world.staff("可去", born_on=YOUNG)
    assert turns(world) == ["可去"]
    assert turns(world, as_of=date(2026, 8, 1)) == ["可去"]


def test_each_unit_has_its_own_turns_whatever_came_first(world):
    for name, unit in (("乙", "二校"), ("甲", "一校"), ("丙", "一校")):
        world.staff(name, unit=unit, born_on=YOUNG, staff_no=name)
    found = read(world, "postings")["rota"]
    assert [(row["unit"], row["turn"], row["name"]) for row in found] == [
        ("一校", 1, "丙"), ("一校", 2, "甲"), ("二校", 1, "乙"),
    ]  # fmt: skip
    assert turns(world, school="二校") == ["乙"]
    with pytest.raises(JingzhunError, match="三校"):
        turns(world, school="三校")


def test_the_report_is_read_at_a_glance(world, golden):
    person = world.staff("李支", department="语文组", born_on=date(1999, 3, 1))
    send(world, person, "teaching", AUTUMN_25, due=date(2026, 8, 31), end=date(2026, 1, 20))
    late = world.staff("王挂", born_on=date(1985, 3, 1))
    send(world, late, "attached", date(2026, 3, 1), due=SUMMER_26, document="云教〔2026〕3号")
    send(world, late, "training", date(2026, 10, 8), due=date(2026, 12, 31), to_unit="县教师学校")
    world.staff("赵新", department="数学组", born_on=date(2001, 1, 1))
    world.staff("钱某")
    out = io.StringIO()
    page = report_named("postings").build(world.session, ReportOptions(as_of=TODAY))
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=out)
    golden("postings.txt", out.getvalue())


def test_the_statements_do_not_grow(world, statements):
    def send_some(count: int) -> Any:
        for number in range(count):
            person = world.staff(f"教师{number}", born_on=YOUNG)
            send(world, person, "field", date(2025, 3, 1), end=date(2025, 7, 10))
        statements()
        read(world, "postings")
        return statements()

    assert send_some(3) == send_some(30)


def test_a_county_says_how_long_and_who_is_sent(world):
    person = world.staff("李", born_on=YOUNG, in_service=True, on_establishment=True)
    send(world, person, "teaching", AUTUMN_25, due=date(2026, 8, 31), end=date(2026, 3, 1))
    assert (rows(world)[0][2], turns(world)) == ("short", ["李"])
    world.norms(
        "secondments", least_teaching="{ months = 6, terms = 0, grace = 14 }", rota_age="20"
    )
    assert (rows(world)[0][2], turns(world)) == ("reached", [])
