"""Two records are alike for reasons that a person can check, and twins are not one child."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.identity import check_digit
from jingzhun.core.vocabulary import Likeness
from jingzhun.store.likeness import Profile, compare
from tests.builders import id_number

BORN = date(2014, 5, 16)
OWN = id_number(BORN, 123)


def profile(name: str = "张小丫", number: str | None = OWN, **facts: Any) -> Profile:
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if number else None
    given_ = {"born_on": born, "sex": None, "student_no": None, "household_id": None,
              "phones": frozenset(), "lists": frozenset()} | facts  # fmt: skip
    identity = number or f"N:{name}:{facts}"
    return Profile(id=hash(identity), identity=identity, name=name, id_number=number, **given_)


def with_body(body: str) -> str:
    return body + check_digit(body)


def reasons(one: Profile, other: Profile) -> tuple[Likeness, ...]:
    found = compare(one, other)
    assert found == compare(other, one), "who is asked first makes no difference"
    return found.reasons if found else ()


def score(one: Profile, other: Profile) -> int:
    found = compare(one, other)
    return found.score if found else 0


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_one_wrong_digit_is_found(place, step):
    digit = str((int(OWN[place]) + step) % 10)
    wrong = with_body(OWN[:place] + digit + OWN[place + 1 : 17])
    told = reasons(profile(), profile(number=wrong))
    assert Likeness.ONE_DIGIT in told or Likeness.FIFTEEN in told


@pytest.mark.parametrize("place", range(16))
def test_two_neighbours_swapped_are_found(place):
    body = OWN[:place] + OWN[place + 1] + OWN[place] + OWN[place + 2 : 17]
    if body != OWN[:17]:
        assert Likeness.SWAPPED in reasons(profile(), profile(number=with_body(body)))


def test_an_old_number_of_15_digits_got_the_wrong_century():
    old = with_body(OWN[:6] + "19" + OWN[8:17])
    assert Likeness.FIFTEEN in reasons(profile(), profile(number=old))


def test_one_name_and_birth_date_are_enough_when_one_has_no_number():
    found = compare(profile(), profile(number=None, born_on="2014-05-16"))
    assert found is not None
    assert found.reasons == (Likeness.NAME_AND_BIRTH, Likeness.WITHOUT_ID)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("章小丫", "张小丫", Likeness.SURNAME_SOUND),
        ("阎小丫", "闫小丫", Likeness.SURNAME_SOUND),
        ("张晓丫", "张小丫", Likeness.GIVEN_SOUND),
        ("李婷婷", "李亭亭", Likeness.GIVEN_SOUND),
        ("张小丽", "张小丫", Likeness.ONE_CHARACTER),
        ("张丫小", "张小丫", Likeness.ONE_CHARACTER),
        ("买买提·艾力", "买买提·艾利", Likeness.GIVEN_SOUND),
    ],
)
def test_nearly_one_name_and_one_birth_date_are_asked_about(one, other, reason):
    far = id_number(BORN, 876)
    assert reason in reasons(profile(one), profile(other, far))


def test_a_sure_sign_stands_before_a_likely_and_that_before_a_doubtful_one():
    number = profile(student_no="L629999201405160001")
    near = profile(number=with_body(OWN[:9] + "5" + OWN[10:17]))
    namesake = profile(number=id_number(BORN, 876))
    sounding = profile("章小丫", id_number(BORN, 876))
    same_number = profile(number=None, student_no="L629999201405160001", born_on="2014-05-16")
    scores = [score(number, other) for other in (same_number, near, namesake, sounding)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] >= 40


def test_twins_on_one_list_are_never_asked_about():
    twin = id_number(BORN, 124)
    lists: dict[str, Any] = {"lists": frozenset({(1, "household_members")})}
    for one, other in permutations(("张大丫", "张小丫")):
        assert reasons(profile(one, **lists), profile(other, twin, **lists)) == ()


def test_twins_on_two_lists_are_asked_about_last():
    twin = id_number(BORN, 124)
    assert score(profile("张大丫"), profile("张小丫", twin)) < 60
    assert score(profile("张小丫"), profile("张小丫", twin)) >= 80


def test_one_child_twice_on_one_list_is_asked_about():
    lists: dict[str, Any] = {"lists": frozenset({(1, "household_members")})}
    told = reasons(profile(**lists), profile(number=id_number(BORN, 133), **lists))
    assert Likeness.ONE_LIST in told


@pytest.mark.parametrize(
    "other",
    [
        profile("王五六", id_number(BORN, 124)),  # the next birth in the village
        profile("张小丫", id_number(date(2013, 8, 9), 55)),  # a namesake
        profile("张大海", id_number(date(2013, 8, 9), 55)),
        profile("张伟", id_number(BORN, 876)),
        profile("张小丫", id_number(BORN, 876), sex="male"),
    ],
)
def test_neighbours_and_namesakes_are_left_in_peace(other):
    assert reasons(profile(sex="female"), other) == ()


def test_one_student_number_is_certain_only_with_one_name():
    one = profile(student_no="J629999201405160001")
    same = compare(one, profile(number=None, student_no="J629999201405160001"))
    other = compare(one, profile("李四", None, student_no="J629999201405160001"))
    assert same is not None
    assert same.is_certain
    assert other is not None
    assert not other.is_certain


def test_the_number_inside_a_g_student_number_counts():
    found = compare(profile(), profile(number=None, student_no=f"G{OWN}"))
    assert found is not None
    assert found.is_certain
