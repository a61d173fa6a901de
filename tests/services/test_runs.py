"""A run replaces its draft, never what is past a draft, and says what its reader must know."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import RunState
from jingzhun.errors import JingzhunError
from jingzhun.services.subsidy.plans import pack_of
from jingzhun.store.schema import HouseholdCategory, PolicyUse, Run, RunLine
from tests.builders import NOW, World
from tests.policies.worlds import lines_by_sql, put_pupil, run, use_pack

BEHIND = (
    "营养改善计划膳食补助按工作计划每生每天4.00元计算；"
    "国家标准自2021年秋季学期起为5.00元（财教〔2021〕174号）。"
)
POOR: dict[str, Any] = {
    "enrolment": [{"stage": "primary", "grade": 3}],
    "boarding": [{"boarding": "boarder"}],
    "category": [{"category": "lifted"}],
}


def test_recomputing_replaces_the_draft_under_its_number(world: World) -> None:
    put_pupil(world, POOR)
    first = run(world.session, "2026-11")
    put_pupil(world, POOR)
    assert run(world.session, "2026-11") == first
    assert world.session.scalar(select(func.count()).select_from(Run)) == 1
    assert {line[0] for line in lines_by_sql(world.session, first)} == {1, 2}


@pytest.mark.parametrize("state", ["reviewed", "published", "approved", "paid"])
def test_run_past_a_draft_is_never_touched(world: World, state: str) -> None:
    put_pupil(world, POOR)
    number = run(world.session, "2026-11")
    world.session.get_one(Run, number).state = state
    world.session.flush()
    before = lines_by_sql(world.session, number)
    with pytest.raises(JingzhunError) as refused:
        run(world.session, "2026-11")
    assert refused.value.code == "run_is_final"
    assert f"第 {number} 批" in refused.value.reason
    assert lines_by_sql(world.session, number) == before


def test_void_run_makes_room_for_a_new_one(world: World) -> None:
    put_pupil(world, POOR)
    number = run(world.session, "2026-11")
    world.session.get_one(Run, number).state = RunState.VOID.value
    world.session.flush()
    assert run(world.session, "2026-11") != number


def test_one_school_is_computed_apart_from_the_whole(world: World) -> None:
    put_pupil(world, POOR)
    put_pupil(world, POOR | {"enrolment": [{"stage": "junior", "grade": 8, "school": "白石中学"}]})
    whole = run(world.session, "2026-11")
    part = run(world.session, "2026-11", scope="白石中学")
    assert part != whole
    assert {line[0] for line in lines_by_sql(world.session, part)} == {2}


def test_unknown_school_names_the_nearest(world: World) -> None:
    world.school("白石中学")
    with pytest.raises(JingzhunError, match="白石中学") as refused:
        run(world.session, "2026-11", scope="白石小学")
    assert refused.value.code == "school_unknown"


@pytest.mark.parametrize(
    ("period", "notices"),
    [
        (
            "2026-11",
            [
                "2026年11月尚未结束，按计划的上课日测算。",
                BEHIND,
            ],
        ),
        ("2021-06", []),
        ("2026-08", ["2026年8月没有上课日，按日计算的项目没有金额。"]),
        ("2014-11", []),
        (
            "2027-03",
            [
                "2027年3月尚未结束，按计划的上课日测算。",
                "2027年的放假调休安排尚未公布，上课日只扣除了周末。",
                BEHIND,
            ],
        ),
    ],
)
def test_notices_say_what_the_reader_must_know(
    world: World, period: str, notices: list[str]
) -> None:
    put_pupil(world, POOR)
    number = run(world.session, period)
    assert world.session.get_one(Run, number).notices == notices


def test_of_schemes_for_stages_that_nobody_attends_nothing_is_told(world: World) -> None:
    put_pupil(world, POOR | {"enrolment": [{"stage": "senior", "grade": 10}]})
    notices = world.session.get_one(Run, run(world.session, "2026-11")).notices
    assert not [words for words in notices if "营养" in words]


def test_a_term_says_each_thing_once(world: World) -> None:
    put_pupil(world, POOR)
    notices = world.session.get_one(Run, run(world.session, "2026秋")).notices
    assert notices[0] == "2026年11月、2026年12月、2027年1月尚未结束，按计划的上课日测算。"
    assert len(notices) == len(set(notices)) == 3


def test_pack_in_use_holds_from_its_month_on(world: World) -> None:
    assert pack_of(world.session, Month(2026, 8)).name == "plan"
    world.session.add(PolicyUse(from_month=202609, pack="none", actor="张", recorded_at=NOW))
    world.session.flush()
    assert pack_of(world.session, Month(2026, 8)).name == "plan"
    with pytest.raises(JingzhunError) as refused:
        pack_of(world.session, Month(2026, 9))
    assert refused.value.code == "policy_unknown_pack"


def test_superseded_facts_do_not_count(world: World) -> None:
    household = world.household()
    person = world.person(household_id=household.id)
    world.enrol(person)
    world.categorise(household, "lifted", from_=date(2026, 9, 1))
    number = run(world.session, "2026-11")
    assert len(lines_by_sql(world.session, number)) == 1
    world.session.execute(update(HouseholdCategory).values(superseded_in=world.sheet_id))
    assert lines_by_sql(world.session, run(world.session, "2026-11")) == []


def test_lines_go_with_their_run(world: World) -> None:
    put_pupil(world, POOR)
    number = run(world.session, "2026-11")
    world.session.delete(world.session.get_one(Run, number))
    world.session.flush()
    assert world.session.scalar(select(func.count()).select_from(RunLine)) == 0


def test_pupils_of_whom_nobody_said_how_they_attend_are_counted(world: World) -> None:
    put_pupil(world, POOR)
    put_pupil(world, POOR | {"boarding": []})
    number = run(world.session, "2026-11")
    notices = world.session.get_one(Run, number).notices
    [told] = [words for words in notices if "就读方式" in words]
    assert told.startswith("1 名小学、初中在校学生没有就读方式")


def test_schools_whose_fee_nobody_recorded_are_named_with_their_pupils(world: World) -> None:
    for school in ("青禾中学", "青禾中学", "白石中学"):
        put_pupil(world, POOR | {"enrolment": [{"stage": "senior", "grade": 10, "school": school}]})
    world.charge(world.school("白石中学"), stage="senior", fee_fen=80000)
    notices = world.session.get_one(Run, run(world.session, "2026-11")).notices
    assert [words for words in notices if "收费标准" in words] == [
        (
            "普通高中免学杂费按学校收费标准减免：青禾中学普高没有登记收费标准，2 名学生没有算；"
            "请补上，如 jingzhun set 青禾中学 收费 800元/月（民办另加 --public）。"
        )
    ]


def test_schools_of_which_nobody_said_what_decides_are_named(world: World) -> None:
    use_pack(world, "national")
    put_pupil(world, POOR)
    notices = world.session.get_one(Run, run(world.session, "2026-11")).notices
    assert [words for words in notices if "营养改善计划学校" in words] == [
        (
            "营养改善计划膳食补助要看学校是不是“营养改善计划学校”：青禾小学没有登记，没有算；"
            "请补上，如 jingzhun set 青禾小学 营养改善计划 是。"
        )
    ]


@pytest.mark.parametrize(("tier", "told"), [("special", True), ("hard", False)])
def test_a_figure_that_nobody_has_checked_is_told_where_it_is_used(
    world: World, tier: str, told: bool
) -> None:
    recognition = {"tier": tier, "from": date(2026, 9, 1), "until": date(2027, 9, 1)}
    senior = {"enrolment": [{"stage": "senior", "grade": 10}], "recognition": [recognition]}
    put_pupil(world, senior)
    notices = world.session.get_one(Run, run(world.session, "2026-11")).notices
    words = "普通高中国家助学金中每生每学期1,750.00元的标准未核实：财教〔2024〕181号。"
    assert (words in notices) is told
