"""What labour facts mean."""

from datetime import date

import pytest

from jingzhun.core.dropout import SchoolAge
from jingzhun.core.labour import (
    is_at_school,
    is_working,
    region_of,
    school_of,
    studies_beyond,
    would_leave_on,
)
from jingzhun.core.vocabulary import Stage, WorkRegion

AT_SIX = SchoolAge(starts=6, years=9)

HOME = ("西川省", "青禾县", "云岭镇")


@pytest.mark.parametrize(
    ("place", "home", "region"),
    [
        ("乡（镇）内务工", HOME, WorkRegion.TOWNSHIP),
        ("乡（镇）外县内务工", HOME, WorkRegion.COUNTY),
        ("县外省内务工", HOME, WorkRegion.PROVINCE),
        ("省外务工", HOME, WorkRegion.OTHER_PROVINCE),
        ("青禾县城关镇", HOME, WorkRegion.COUNTY),
        ("青禾城区", HOME, WorkRegion.COUNTY),
        ("云岭镇街道", HOME, WorkRegion.TOWNSHIP),
        ("新疆石河子", HOME, WorkRegion.OTHER_PROVINCE),
        ("甘肃省兰州市", ("甘肃省", "青禾县", ""), WorkRegion.PROVINCE),
        ("江苏昆山", ("甘肃", "", ""), WorkRegion.OTHER_PROVINCE),
        ("江苏昆山", ("", "", ""), None),
        ("某电子厂", HOME, None),
        ("国外", HOME, WorkRegion.ABROAD),
        (None, HOME, None),
    ],
)
def test_how_far_a_place_of_work_is(
    place: str | None, home: tuple[str, str, str], region: WorkRegion | None
) -> None:
    assert region_of(place, home) is region


def test_what_is_said_of_work_beats_its_signs() -> None:
    assert is_working(said=True, has_returned=True, signs=False) is True
    assert is_working(said=False, has_returned=False, signs=True) is False
    assert is_working(said=None, has_returned=True, signs=True) is False
    assert is_working(said=None, has_returned=False, signs=True) is True
    assert is_working(said=None, has_returned=False, signs=False) is None


@pytest.mark.parametrize(
    ("education", "stage"),
    [
        ("初中", Stage.JUNIOR),
        ("高中", Stage.SENIOR),
        ("高中（含职业高中、技校）", Stage.SENIOR),
        ("大专（含高职或高专）", None),
        ("小学", None),
        ("文盲或半文盲", None),
        (None, None),
    ],
)
def test_the_last_school_is_told_by_the_education(
    education: str | None, stage: Stage | None
) -> None:
    assert school_of(education) is stage


def test_a_word_of_an_earlier_school_is_no_study() -> None:
    assert studies_beyond(Stage.JUNIOR, "普通高中一年级")
    assert studies_beyond(Stage.JUNIOR, "中职二年级")
    assert studies_beyond(Stage.SENIOR, None, "高职高专一年级")
    assert not studies_beyond(Stage.JUNIOR, "九年级", None)
    assert not studies_beyond(Stage.SENIOR, "普通高中三年级")
    assert is_at_school(None, "在校学生")
    assert not is_at_school("年老", None)


def test_a_birth_date_tells_when_school_would_be_over() -> None:
    assert would_leave_on(date(2011, 8, 31), Stage.JUNIOR, AT_SIX) == date(2026, 9, 1)
    assert would_leave_on(date(2011, 9, 1), Stage.JUNIOR, AT_SIX) == date(2027, 9, 1)
    assert would_leave_on(date(2008, 3, 1), Stage.SENIOR, AT_SIX) == date(2026, 9, 1)
