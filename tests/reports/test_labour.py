"""The labour force counted, and every 两后生 by name."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jingzhun.core.table import Format
from jingzhun.core.vocabulary import Category, Change, Standing
from jingzhun.errors import UsageError
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from tests.builders import TODAY, World
from tests.reports.reading import read

BORN = date(2010, 5, 6)  # grade 9 was over in the summer of 2025


def leavers(world: World) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in read(world, "labour")["leavers"]}


def a_force(world: World) -> None:
    """Five people of one household, and what lists tell of their work."""
    home = world.household(Category.LIFTED, no="6299000001")
    facts: tuple[dict[str, Any], ...] = (
        {"labour_skill": "ordinary", "work_place": "省外务工", "wants_training": True,
         "training_wish": "电焊、家政"},
        {"labour_skill": "ordinary", "is_employed": False, "wants_training": True},
        {"labour_skill": "skilled", "is_employed": True, "work_region": "county",
         "wants_training": True, "training_wish": "电焊"},
        {"labour_skill": "ordinary", "work_place": "某电子厂", "wants_training": False},
        {"labour_skill": None, "job": "瓦工", "returned_on": date(2026, 10, 1)},
    )  # fmt: skip
    for at, known in enumerate(facts):
        world.person(f"劳{at}", born_on=date(1985, 1, 1 + at), household_id=home.id, **known)
    world.person("无", born_on=date(1985, 2, 1))  # nothing is told of this one's labour


def test_everybody_is_counted_once_by_skill(world: World) -> None:
    a_force(world)
    page = read(world, "labour")
    assert page["persons"] == 5
    assert page["skills"] == [
        {"skill": "ordinary", "persons": 3, "employed": 2, "not_employed": 1, "unknown": 0,
         "wants_training": 2},
        {"skill": "skilled", "persons": 1, "employed": 1, "not_employed": 0, "unknown": 0,
         "wants_training": 1},
        {"skill": None, "persons": 1, "employed": 0, "not_employed": 1, "unknown": 0,
         "wants_training": 0},
    ]  # fmt: skip
    assert page["places"] == [
        {"region": "county", "persons": 1},
        {"region": "other_province", "persons": 1},
        {"region": None, "persons": 1},
    ]
    assert page["trainings"] == [
        {"training": "电焊", "persons": 2},
        {"training": "家政", "persons": 1},
        {"training": None, "persons": 1},
    ]


def test_who_left_by_an_event_is_named_with_what_he_wishes(world: World) -> None:
    home = world.household(Category.LIFTED, no="6299000001")
    wishes = {"wants_training": True, "training_wish": "电焊", "job_wish": "省内务工"}
    child = world.person("张一", born_on=BORN, household_id=home.id, phone="19900000001", **wishes)
    world.enrol(child, stage="junior", grade=9, from_=date(2024, 9, 1))
    world.stand(child, Standing.LEFT, Change.GRADUATION, from_=date(2025, 7, 1))
    (row,) = leavers(world).values()
    wanted = {
        "left_stage": "junior", "left_on": "2025-07-01", "basis": "event", "listed": True,
        "household_no": "6299000001", "village": "东山村", "wants_training": True,
        "training_wish": "电焊", "job_wish": "省内务工", "phone": "19900000001",
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted
    assert row["sources"]


def test_a_roll_that_nobody_renewed_after_the_last_grade_is_over(world: World) -> None:
    for name, stage, grade, start in (
        ("毕业", "junior", 9, date(2025, 9, 1)),
        ("升过", "junior", 8, date(2024, 9, 1)),
        ("太早", "junior", 9, date(2022, 9, 1)),
        ("在读", "junior", 9, date(2026, 9, 1)),
        ("高三", "senior", 12, date(2025, 9, 1)),
        ("小学", "primary", 6, date(2025, 9, 1)),
    ):
        world.enrol(world.person(name, born_on=BORN), stage=stage, grade=grade, from_=start)
    found = leavers(world)
    assert {name: (row["left_stage"], row["left_on"]) for name, row in found.items()} == {
        "毕业": ("junior", "2026-09-01"),
        "升过": ("junior", "2026-09-01"),
        "高三": ("senior", "2026-09-01"),
    }
    assert {row["basis"] for row in found.values()} == {"roll"}  # fmt: skip


@pytest.mark.parametrize(
    "facts",
    [
        {"is_employed": True},
        {"work_place": "省外"},
        {"work_months": 3},
        {"study_status": "普通高中一年级"},
        {"study_status": "中职一年级"},
        {"labour_state": "在校学生"},
        {"died_on": date(2026, 1, 1)},
    ],
)
def test_who_works_or_studies_is_not_named(world: World, facts: dict[str, Any]) -> None:
    child = world.person("张一", born_on=BORN, **facts)
    world.enrol(child, stage="junior", grade=9, from_=date(2025, 9, 1))
    assert leavers(world) == {}


def test_who_went_on_to_another_school_is_not_named(world: World) -> None:
    child = world.person("张一", born_on=BORN)
    world.enrol(child, stage="junior", grade=9, from_=date(2024, 9, 1), until=date(2025, 9, 1))
    world.enrol(
        child, world.school("青禾职中"), stage="vocational", grade=10, from_=date(2025, 9, 1)
    )
    gone = world.person("李二", born_on=BORN)
    world.enrol(gone, stage="junior", grade=9, from_=date(2025, 9, 1))
    world.stand(gone, Standing.LEFT, Change.TRANSFER_OUT, from_=date(2026, 5, 1), has_receiver=True)
    assert leavers(world) == {}


def test_stale_words_of_the_school_that_was_left_do_not_hide_anybody(world: World) -> None:
    child = world.person("张一", born_on=BORN, study_status="九年级", labour_skill="none")
    world.enrol(child, stage="junior", grade=9, from_=date(2025, 9, 1))
    assert list(leavers(world)) == ["张一"]


def test_without_a_roll_education_and_age_tell(world: World) -> None:
    for name, born, education in (
        ("初中", date(2010, 5, 6), "初中"),
        ("高中", date(2007, 5, 6), "高中"),
        ("不到年龄", date(2011, 3, 1), "高中"),
        ("早毕业", date(2003, 5, 6), "初中"),
        ("小学", date(2010, 5, 6), "小学"),
        ("大专", date(2006, 5, 6), "大专"),
    ):
        world.person(name, born_on=born, education=education)
    found = leavers(world)
    assert {name: (row["left_stage"], row["left_on"]) for name, row in found.items()} == {
        "初中": ("junior", "2025-09-01"),
        "高中": ("senior", "2025-09-01"),
        "不到年龄": ("senior", None),
    }
    assert {row["basis"] for row in found.values()} == {"age"}


def test_a_child_of_school_age_is_a_dropout_and_no_leaver(world: World) -> None:
    child = world.person("张一", born_on=date(2013, 5, 6))
    world.enrol(child, stage="junior", grade=7)
    world.stand(child, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2026, 10, 1))
    assert leavers(world) == {}


def test_the_number_of_statements_does_not_grow(
    world: World, statements: Callable[[], int]
) -> None:
    def some(count: int) -> None:
        for at in range(count):
            child = world.person(f"张{'一二三四五六七八九十'[at]}", born_on=BORN)
            world.enrol(child, stage="junior", grade=9, from_=date(2025, 9, 1))

    some(1)
    read(world, "labour")
    statements()
    read(world, "labour")
    few = statements()
    some(9)
    world.session.flush()
    statements()
    read(world, "labour")
    assert statements() == few


def test_people_see_masked_ids_and_what_is_meant(
    world: World, golden: Callable[[str, str], None]
) -> None:
    a_force(world)
    child = world.person("张一", born_on=BORN, wants_training=True, training_wish="电焊")
    world.enrol(child, stage="junior", grade=9, from_=date(2025, 9, 1))
    world.session.flush()
    page = report_named("labour").build(world.session, ReportOptions(as_of=TODAY))
    out = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=out)
    golden("labour.txt", out.getvalue())
    assert str(child.id_number) not in out.getvalue()


def test_schools_are_not_asked(world: World) -> None:
    with pytest.raises(UsageError) as raised:
        read(world, "labour", school="青禾小学")
    assert raised.value.code == "school_not_asked"
