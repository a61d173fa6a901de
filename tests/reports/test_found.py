"""``find`` finds by part of a name or the end of a number, and helps when nothing is there."""

import json
from datetime import date
from typing import Any

import pytest

from jingzhun.core.identity import mask
from jingzhun.core.vocabulary import Category, Change, Standing
from jingzhun.errors import JingzhunError
from jingzhun.render.plain import json_chunks
from jingzhun.reports.lists.found import found_page
from tests.builders import TODAY, World
from tests.cli.terminal import assert_one_message, jingzhun
from tests.cli.workbooks import pupil, roster


def find(world: World, text: str, *, show_ids: bool = False) -> Any:
    page = found_page(world.session, text, as_of=TODAY)
    return json.loads("".join(json_chunks(page, show_ids=show_ids)))


@pytest.fixture
def child(world: World) -> Any:
    home = world.household(
        Category.LIFTED, no="6299000001", head_name="张大", phone="13000000000"
    )  # fmt: skip
    made = world.person(
        "张小丫", born_on=date(2014, 5, 6), household_id=home.id, relation="之女",
        student_no="L629999201405069999", phone="13100000000",
    )  # fmt: skip
    world.enrol(made, grade=6, class_no=2)
    world.pair(world.staff("李帮", phone="13900000000"), home)
    return made


def names(found: Any) -> list[str]:
    return [row["name"] for key in ("persons", "staff", "households") for row in found[key]]


@pytest.mark.parametrize("text", ["张小丫", "小丫", " 张 小丫 ", "张·小丫", "张　小"])
def test_a_part_of_a_name_finds_its_person(world, child, text):
    (row,) = find(world, text)["persons"]
    assert (row["name"], row["school"], row["grade"], row["enrolled"]) == (
        "张小丫", "青禾小学", 6, True,
    )  # fmt: skip
    assert (row["household_no"], row["categories"]) == ("6299000001", ["lifted"])


def test_a_middle_dot_may_be_typed_or_left_out(world):
    world.person("阿依古丽·买买提")
    for text in ("阿依古丽买买提", "阿依古丽•买", "阿依古丽 买买提", "买买提"):
        assert names(find(world, text)) == ["阿依古丽·买买提"]


def test_numbers_are_found_whole_by_their_end_and_as_they_are_shown(world, child):
    number = child.id_number
    for text in (number, number[-4:], number.lower(), mask(number), "L629999201405069999",
                 "9999", "0000", "6299000001", "13100000000"):  # fmt: skip
        assert find(world, text)["found"] != {
            "persons": 0,
            "staff": 0,
            "households": 0,
            "schools": 0,
        }, text
    assert names(find(world, number)) == ["张小丫"]
    assert names(find(world, "6299000001")) == ["张大"]
    assert names(find(world, "13900000000")) == ["李帮"]


def test_ids_are_masked_unless_asked_for(world, child):
    assert find(world, "张小丫")["persons"][0]["id_number"] == mask(child.id_number)
    assert find(world, "张小丫", show_ids=True)["persons"][0]["id_number"] == child.id_number
    assert child.id_number not in json.dumps(find(world, child.id_number))


def test_a_pupil_who_left_is_shown_with_the_last_school(world):
    left = world.person("王走")
    world.enrol(left, from_=date(2025, 9, 1), until=date(2026, 7, 1))
    away = world.person("王休")
    world.enrol(away)
    world.stand(away, Standing.SUSPENDED, Change.SUSPENSION, from_=date(2026, 10, 8))
    rows = {row["name"]: row for row in find(world, "王")["persons"]}
    assert (rows["王走"]["enrolled"], rows["王走"]["school"]) == (False, "青禾小学")
    assert (rows["王休"]["enrolled"], rows["王休"]["standing"]) == (True, "suspended")


def test_the_last_place_that_speaks_is_named(world, child):
    world.sheet("十一月.xlsx", name="六年级")
    world.board(child)
    assert [place["file"] for place in find(world, "张小丫")["persons"][0]["sources"]] == [
        "十一月.xlsx"
    ]


def test_very_many_are_counted_and_the_first_are_shown(world):
    for _ in range(230):
        world.person("张伟")
    found = find(world, "张伟")
    assert (found["found"]["persons"], len(found["persons"])) == (230, 200)


def test_nothing_found_names_the_nearest(world, child):
    with pytest.raises(JingzhunError) as caught:
        find(world, "张晓丫")
    assert (caught.value.code, "张小丫" in caught.value.remedy) == ("nothing_found", True)


@pytest.mark.parametrize("text", ["", "  ", "·", "12", "1*2"])
def test_too_little_to_look_for_is_refused(world, text):
    with pytest.raises(JingzhunError, match="find_too_short"):
        find(world, text)


def test_no_mark_of_a_pattern_finds_everybody(world, child):
    for text in ("%", "_", "张%", "张_丫"):
        with pytest.raises(JingzhunError, match="nothing_found"):
            find(world, text)


def test_the_command_finds_and_says_clearly_when_there_is_nothing(tmp_path):
    roster(tmp_path / "学籍.xlsx")
    assert jingzhun("import", "学籍.xlsx", folder=tmp_path).status == 0
    said = jingzhun("find", "王二", "--format", "json", folder=tmp_path)
    assert (said.status, said.json["found"]["persons"]) == (0, 1)
    number = pupil(9)[1]
    nothing = jingzhun("find", number, folder=tmp_path)
    assert_one_message(nothing)
    assert number not in nothing.err
