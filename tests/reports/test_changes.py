"""Who came, left, moved and changed category between two days, each with its rows."""

from datetime import date
from typing import Any

import pytest

from jingzhun.core.report_vocabulary import Movement
from jingzhun.core.vocabulary import Category, Change, Standing
from jingzhun.errors import UsageError
from jingzhun.reports import ReportOptions, report_named
from tests.builders import World

SINCE, UNTIL = date(2026, 9, 1), date(2026, 11, 24)


def page(world: World, **options: Any) -> dict[str, Any]:
    given = ReportOptions(as_of=UNTIL, **({"since": SINCE} | options))
    shown = report_named("changes").build(world.session, given)
    return {**shown.facts, **{table.key: list(table.records()) for table in shown.tables}}


def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["movement"], row.get("name"), row["from"], row["to"], row["on"]) for row in rows]


def test_every_movement_of_pupils_is_told_once(world: World) -> None:
    old, new = world.school("青禾小学"), world.school("云岭小学")
    stays, comes, moves, leaves, boards = (world.person(name) for name in "留来换走住")
    world.enrol(stays, old)
    world.enrol(comes, old, from_=date(2026, 10, 12))
    world.enrol(moves, old, until=date(2026, 10, 20))
    world.enrol(moves, new, from_=date(2026, 10, 20))
    world.enrol(leaves, old)
    world.stand(leaves, Standing.LEFT, Change.TRANSFER_OUT, from_=date(2026, 11, 2), school=old)
    world.enrol(boards, old)
    world.board(boards, "day", until=date(2026, 10, 8))
    world.board(boards, "boarder", from_=date(2026, 10, 8))
    found = page(world)
    assert told(found["pupils"]) == [
        (Movement.CAME, "来", "", "青禾小学", date(2026, 10, 12)),
        (Movement.LEFT, "走", "青禾小学", "", date(2026, 11, 2)),
        (Movement.MOVED, "换", "青禾小学", "云岭小学", date(2026, 10, 20)),
        (Movement.BOARDING, "住", "走读", "住校", date(2026, 10, 8)),
    ]
    assert all(row["sources"] for row in found["pupils"])
    assert found["counts"] == {"came": 1, "left": 1, "moved": 1, "boarding": 1}
    only = page(world, school="云岭小学")
    assert [row["name"] for row in only["pupils"]] == ["换"]


def test_a_grade_that_rises_with_the_year_is_no_change(world: World) -> None:
    pupil = world.person()
    world.enrol(pupil, grade=3, until=date(2026, 9, 1), from_=date(2025, 9, 1))
    world.enrol(pupil, grade=4)
    assert page(world, since=date(2026, 8, 1))["pupils"] == []


def test_a_new_class_is_no_new_arrival(world: World) -> None:
    pupil = world.person("来")
    world.enrol(pupil, until=date(2026, 11, 20), from_=date(2026, 10, 12))
    world.enrol(pupil, class_no=2, from_=date(2026, 11, 20))
    [came] = page(world)["pupils"]
    assert (came["movement"], came["on"]) == (Movement.CAME, date(2026, 10, 12))


def test_households_that_are_listed_unlisted_or_changed(world: World) -> None:
    world.household(Category.LIFTED, no="1", head_name="不变")
    listed = world.household(no="2", head_name="新")
    world.categorise(listed, Category.MARGINAL, from_=date(2026, 10, 1))
    gone = world.household(no="3", head_name="出")
    world.categorise(gone, Category.RURAL_ALLOWANCE, until=date(2026, 10, 1))
    eased = world.household(no="4", head_name="消")
    world.categorise(eased, Category.UNSTABLE, risk_removed=False, until=date(2026, 11, 1))
    world.categorise(eased, Category.UNSTABLE, risk_removed=True, from_=date(2026, 11, 1))
    rows = page(world)["households"]
    told = [(row["movement"], row["head"], row["from"], row["to"], row["on"]) for row in rows]
    assert told == [
        (Movement.LISTED, "新", "", "边缘易致贫户", date(2026, 10, 1)),
        (Movement.UNLISTED, "出", "农村低保", "", date(2026, 10, 1)),
        (Movement.CATEGORY, "消", "脱贫不稳定户", "脱贫不稳定户（风险已消除）", date(2026, 11, 1)),
    ]


@pytest.mark.parametrize(("since", "code"), [(None, "since_missing"), (UNTIL, "since_later")])
def test_a_first_day_is_asked_for(world: World, since: date | None, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        page(world, since=since)
    assert caught.value.code == code
