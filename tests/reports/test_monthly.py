"""The monthly report of 控辍保学: heads that add up, children by name, zero where there is none."""

import io
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from jingzhun.core.table import Format
from jingzhun.core.vocabulary import CaseAction, Category, Change, Standing
from jingzhun.errors import UsageError
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from jingzhun.services.desk.cases import Taken, open_case, step_case
from jingzhun.services.hand import Hand
from tests.builders import NOW, TODAY, World
from tests.reports.reading import read
from tests.reports.test_dropout import arrive, leave, pupil

HAND = Hand(actor="李老师", os_user="test", command="jingzhun case", recorded_at=NOW)
NOVEMBER = date(2026, 11, 9)


def line(found: Any, school: str = "青禾小学") -> dict[str, Any]:
    """The row of a school."""
    return next(dict(row) for row in found["schools"] if row["school"] == school)


def busy_month(world: World) -> None:
    """A school in November: two come, three leave, one drops out, one comes back."""
    home = world.household(Category.LIFTED)
    for number in range(20):
        pupil(world, f"生{number}", grade=3 + number % 2)
    west = world.school("西河小学")
    pupil(world, "西一", school=west)
    came = pupil(world, "转来", grade=4, from_=NOVEMBER)
    arrive(world, came, NOVEMBER)
    mover = pupil(world, "换校", grade=4, until=NOVEMBER)
    leave(world, mover, Change.TRANSFER_OUT, on=NOVEMBER)
    world.enrol(mover, west, grade=4, from_=NOVEMBER)
    far = pupil(world, "外转", grade=4, until=NOVEMBER)
    leave(world, far, Change.TRANSFER_OUT, on=NOVEMBER, has_receiver=True)
    pupil(world, "不见", grade=3, until=NOVEMBER)
    lost = world.person("辍学", household_id=home.id, is_left_behind=True)
    world.enrol(lost)
    world.stand(lost, Standing.DROPPED_OUT, Change.DROPOUT, from_=NOVEMBER)
    back = pupil(world, "回来")
    world.stand(
        back, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2026, 10, 12), until=NOVEMBER
    )
    early = pupil(world, "早走", grade=3)
    world.stand(early, Standing.AWAY, Change.AWAY, from_=date(2026, 10, 12))
    world.session.flush()
    number = open_case(
        world.session, "早走", "没来", HAND, today=date(2026, 11, 2), keeper="李老师"
    )
    step_case(world.session, number, Taken(action=CaseAction.PHONE, done_on=date(2026, 11, 2)),
              HAND, today=date(2026, 11, 2))  # fmt: skip


def test_pupils_before_plus_came_less_left_are_the_pupils_now(world):
    busy_month(world)
    found = read(world, "monthly")
    assert line(found) == {
        "school": "青禾小学", "pupils_before": 26, "came": 1, "left": 3, "pupils": 24,
        "dropped_out": 1, "left_without_receiver": 1, "suspension_expired": 0, "suspected": 1,
        "never_enrolled": 0, "newly_named": 2, "returned": 1, "open": 1, "watched": 0,
        "closed": 0, "overdue": 1, "is_zero": False,
    }  # fmt: skip
    assert (line(found, "西河小学")["came"], line(found, "西河小学")["is_zero"]) == (1, True)


def test_every_child_is_named_with_its_reason_group_and_case(world):
    busy_month(world)
    found = read(world, "monthly")
    moves = [(m["movement"], m["name"], m["reason"], m["other_school"]) for m in found["moves"]]
    assert moves == [
        ("came", "换校", "transfer_in", "青禾小学"),
        ("came", "转来", "transfer_in", None),
        ("left", "不见", "unlisted", None),
        ("left", "外转", "transfer_out", "邻县小学"),
        ("left", "换校", "transfer_out", "西河小学"),
    ]
    assert found["left_by"] == [
        {"school": "青禾小学", "reason": "transfer_out", "count": 2},
        {"school": "青禾小学", "reason": "unlisted", "count": 1},
    ]
    named = {row["name"]: row for row in found["names"]}
    assert set(named) == {"不见", "辍学", "早走"}
    assert (named["辍学"]["listed"], named["辍学"]["groups"]) == (True, ["left_behind"])
    assert (named["早走"]["is_new"], named["辍学"]["is_new"]) == (False, True)
    assert (named["早走"]["case"], named["早走"]["due"], named["早走"]["days_late"]) == (
        1,
        "visit",
        19,
    )
    assert [(r["name"], r["was"], r["now"], r["on"]) for r in found["resolved"]] == [
        ("回来", "dropped_out", "at_school", "2026-11-09"),
    ]  # fmt: skip


def test_who_was_lost_and_found_within_the_month_is_told_as_the_case_says(world):
    quick = pupil(world, "快回")
    world.stand(
        quick, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2026, 11, 3), until=NOVEMBER
    )
    world.session.flush()
    open_case(world.session, "快回", "没来", HAND, today=date(2026, 11, 4))
    [row] = read(world, "monthly")["resolved"]
    assert (row["name"], row["was"], row["now"]) == ("快回", "suspected", "at_school")


def test_a_month_is_told_as_of_its_end_whatever_happened_since(world):
    busy_month(world)
    found = read(world, "monthly", period="2026-10")
    assert (found["as_of"], found["is_over"]) == ("2026-10-31", True)
    assert line(found)["pupils"] == 26
    assert {row["name"] for row in found["names"]} == {"回来", "早走"}
    assert line(found)["open"] == 0


def test_september_begins_with_the_base_of_the_school_year(world):
    pupil(world, "升级生", grade=4)
    pupil(world, "毕业生", grade=6, from_=date(2025, 9, 1))
    leave(world, pupil(world, "开学就走"), Change.OTHER_LEAVING, on=date(2026, 9, 1))
    row = line(read(world, "monthly", period="2026-09"))
    assert (row["pupils_before"], row["left"], row["pupils"]) == (2, 1, 1)


def test_the_months_of_a_term_hang_together(world):
    busy_month(world)
    months = ["2026-09", "2026-10", "2026-11", "2026-12"]
    rows = [line(read(world, "monthly", period=m, as_of=date(2026, 12, 31))) for m in months]
    for before, after in pairwise(rows):
        assert before["pupils"] == after["pupils_before"]


def test_a_school_without_anything_reports_zero(world):
    pupil(world)
    world.person("失学")
    page = report_named("monthly").build(
        world.session, ReportOptions(as_of=TODAY, school="青禾小学")
    )
    assert page.tables[0].heading.startswith("零报告")
    found = read(world, "monthly")
    assert line(found)["is_zero"] is True
    assert line(found, "（不在任何学校）")["never_enrolled"] == 1


def test_one_school_alone_tells_only_its_own(world):
    busy_month(world)
    found = read(world, "monthly", school="西河小学")
    assert [row["school"] for row in found["schools"]] == ["西河小学"]
    assert (found["names"], [row["name"] for row in found["moves"]]) == ([], ["换校"])


@pytest.mark.parametrize("period", ["2026秋", "2026年"])
def test_only_a_month_is_asked_for(world, period):
    with pytest.raises(UsageError, match="月报只看一个月"):
        read(world, "monthly", period=period)


def test_a_month_that_has_not_begun_is_refused(world):
    with pytest.raises(UsageError, match="还没有开始"):
        read(world, "monthly", period="2026-12")


def test_people_read_the_month_of_all_schools(world, golden):
    busy_month(world)
    page = report_named("monthly").build(world.session, ReportOptions(as_of=TODAY))
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    golden("monthly.txt", stream.getvalue())


def test_the_statements_do_not_grow_with_the_ledger(world, statements):
    busy_month(world)
    statements()
    read(world, "monthly")
    few = statements()
    for number in range(50):
        leave(world, pupil(world, f"走{number}", until=NOVEMBER), Change.OTHER_LEAVING, on=NOVEMBER)
    statements()
    read(world, "monthly")
    assert statements() == few
