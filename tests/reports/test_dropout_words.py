"""Whom 控辍保学 names and what its formula counts is policy, and a county may have its own."""

from datetime import date

import pytest

from jingzhun.core.vocabulary import Boarding, Change, Standing
from tests.builders import AUTUMN, World
from tests.reports.reading import read
from tests.reports.test_dropout import OCTOBER, arrive, leave, names, pupil, school_of_612, whole

EXCUSED = {
    "home_taught": ("送教", "suspected"),
    "suspended": ("休学", "suspected"),
    "deferred": ("缓学", "never_enrolled"),
    "transferred": ("转走", "left_without_receiver"),
    "abroad": ("出国", "left_without_receiver"),
    "dead": ("已故", "left_without_receiver"),
}


def excused(world: World) -> None:
    """One child for each excuse."""
    world.board(pupil(world, "送教"), Boarding.HOME_TAUGHT)
    ends = date(2027, 9, 1)
    world.stand(
        pupil(world, "休学"), Standing.SUSPENDED, Change.SUSPENSION, from_=OCTOBER, ends_on=ends
    )
    world.stand(world.person("缓学"), Standing.DEFERRED, Change.DEFERRAL, from_=AUTUMN)
    leave(world, pupil(world, "转走"), Change.TRANSFER_OUT, has_receiver=True)
    leave(world, pupil(world, "出国"), Change.EMIGRATION)
    dead = pupil(world, "已故")
    dead.died_on = OCTOBER
    leave(world, dead, Change.DEATH)


@pytest.mark.parametrize("struck", EXCUSED)
def test_an_excuse_that_a_county_strikes_out_excuses_nobody(world, struck):
    excused(world)
    assert names(world) == {}
    world.norms("dropout", excuses=str([code for code in EXCUSED if code != struck]))
    assert names(world) == dict([EXCUSED[struck]])


def test_a_county_says_which_words_name_a_child(world):
    leave(world, pupil(world, "其他"), Change.OTHER_LEAVING)
    leave(world, pupil(world, "失踪"), Change.MISSING)
    world.stand(pupil(world, "退学"), Standing.DROPPED_OUT, Change.WITHDRAWAL, from_=OCTOBER)
    world.stand(pupil(world, "名在"), Standing.AWAY, Change.AWAY, from_=OCTOBER)
    assert names(world) == {
        "其他": "left_without_receiver", "失踪": "left_without_receiver", "退学": "dropped_out",
        "名在": "suspected",
    }  # fmt: skip
    world.norms(
        "dropout", dropout_words='["dropout", "missing"]', left_words='["withdrawal"]',
        away_words="[]",
    )  # fmt: skip
    assert names(world) == {"失踪": "dropped_out", "退学": "left_without_receiver"}


def test_a_county_says_what_the_formula_counts(world):
    school_of_612(world)
    world.norms("dropout", losses='["withdrawal", "transfer_out"]', gains="[]")
    assert (whole(world)["losses"], whole(world)["gains"]) == (11, 0)


def test_a_roll_that_ends_or_begins_by_a_word_not_counted_is_no_move(world):
    died = pupil(world, "已故", until=OCTOBER)
    leave(world, died, Change.DEATH)
    arrive(world, pupil(world, "转入", from_=OCTOBER), OCTOBER)
    assert (whole(world)["losses"], whole(world)["gains"]) == (1, 1)
    world.norms("dropout", losses='["withdrawal"]', gains='["resumption"]')
    assert (whole(world)["losses"], whole(world)["gains"]) == (0, 0)


def test_a_county_says_which_key_groups_are_told(world):
    child = pupil(world, "留守")
    child.is_left_behind = child.is_orphan = True
    leave(world, child, Change.MISSING)
    world.norms("dropout", groups='["left_behind"]')
    [told] = read(world, "monthly", school="青禾小学")["names"]
    assert told["groups"] == ["left_behind"]
