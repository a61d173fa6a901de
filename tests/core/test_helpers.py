"""Who is meant where a list names a helper."""

from typing import Any

import pytest

from jingzhun.core.helpers import Known, names_in, spellings, split_bracket, the_one


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("李帮", ["李帮"]),
        ("李 帮", ["李帮"]),
        ("李　帮", ["李帮"]),
        ("李帮、王平", ["李帮", "王平"]),
        ("李帮，王平；赵和平\n钱四", ["李帮", "王平", "赵和平", "钱四"]),
        ("李帮 王平", ["李帮", "王平"]),
        ("李 帮、王 平", ["李帮", "王平"]),
        ("李帮、王平等3人", ["李帮", "王平"]),
        ("李帮、李帮", ["李帮"]),
        ("李帮（教务处）、王平", ["李帮(教务处)", "王平"]),
        ("", []),
        (None, []),
    ],
)
def test_a_cell_names_each_helper_once(words: str | None, names: list[str]) -> None:
    assert names_in(words) == names


def test_a_title_beside_a_name_is_no_part_of_it() -> None:
    for written in ("李帮老师", "班主任李帮", "班主任李帮老师", "李帮书记"):
        assert "李帮" in spellings(written), written
    assert spellings("李帮") == ["李帮"]
    assert split_bracket("李帮(T001)") == ("李帮", "T001")
    assert split_bracket("李帮") == ("李帮", "")


def known(staff: int, unit: str | None = None, **told: Any) -> Known:
    return Known(staff=staff, name="李帮", unit=unit,
                 **({"staff_no": None, "department": None} | told))  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ({}, None),  # two of a name: nobody can say
        ({"unit": "青禾小学"}, 1),
        ({"unit": "小学"}, 1),
        ({"unit": "云岭小学"}, None),
        ({"mark": "T002"}, 2),
        ({"mark": "教务处"}, 2),
        ({"tied": {2}}, 2),
        ({"tied": {2}, "unit": "青禾小学"}, 2),  # who helps the household is meant
        ({"tied": {1, 2}}, None),
    ],
)
def test_namesakes_are_told_apart_by_bracket_pair_and_unit(
    asked: dict[str, Any], who: int | None
) -> None:
    both = [known(1, "青禾小学"), known(2, "青禾中学", staff_no="T002", department="教务处")]
    found = the_one(both, **({"unit": None, "mark": "", "tied": set()} | asked))
    assert (found and found.staff) == who


def test_the_only_one_of_a_name_is_meant_unless_another_unit_is_said() -> None:
    nobody: dict[str, Any] = {"mark": "", "tied": set()}
    assert the_one([known(1)], unit="青禾小学", **nobody)
    assert the_one([known(1, "青禾小学")], unit=None, **nobody)
    assert the_one([known(1, "青禾小学")], unit="云岭中学", **nobody) is None
