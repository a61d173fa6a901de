"""A household with two helpers in one row: both pairs are read, each with its own columns."""

from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.records import read_sheet
from tests.rosters.sheets import TODAY, sheet


def pairs(*rows: list[Any], **how: Any) -> list[tuple[Any, ...]]:
    """Give household, helper, unit, post and telephone of every pair that a sheet tells."""
    found: list[tuple[Any, ...]] = []
    for reading in read_sheet(sheet(*rows, **how), file_name="名单.xlsx", today=TODAY, as_of=None):
        assert (reading.kind, reading.problems) == (Kind.PAIRING_LIST, [])
        names = ("head_name", "helper", "helper_unit", "helper_post", "helper_phone")
        found += zip(*map(reading.batch.column, names), strict=True)
    return sorted(found)


@pytest.mark.parametrize(
    "heads",
    [
        ["第一帮扶责任人", "第二帮扶责任人"], ["帮扶责任人1", "帮扶责任人2"],
        ["帮扶责任人一", "帮扶责任人二"], ["帮扶责任人（1）", "帮扶责任人（2）"],
        ["帮扶责任人", "第二帮扶责任人"], ["第1帮扶人", "第2帮扶人"],
    ],
)  # fmt: skip
def test_a_first_and_a_second_helper_are_two_pairs(heads: list[str]) -> None:
    told = pairs(
        ["户编号", "户主姓名", *heads],
        ["6201000001", "张大山", "李帮", "王帮"],
        ["6201000002", "王大河", "李帮", ""],
    )
    assert [row[:2] for row in told] == [
        ("张大山", "李帮"), ("张大山", "王帮"), ("王大河", "李帮"),
    ]  # fmt: skip


def test_plain_columns_right_of_a_helper_are_that_helpers() -> None:
    told = pairs(
        ["户编号", "户主姓名", "第一帮扶责任人", "单位", "第二帮扶责任人", "单位", "职务", "电话"],
        ["6201000001", "张大山", "李帮", "青禾学院", "王帮", "青禾小学", "教师", "19900000001"],
    )
    assert told == [
        ("张大山", "李帮", "青禾学院", None, None),
        ("张大山", "王帮", "青禾小学", "教师", "19900000001"),
    ]


def test_numbered_columns_and_groups_are_each_helpers_own() -> None:
    told = pairs(
        ["户编号", "户主姓名", "帮扶责任人1", "帮扶责任人2", "帮扶单位1", "帮扶单位2"],
        ["6201000001", "张大山", "李帮", "王帮", "青禾学院", "青禾小学"],
    )
    assert [row[1:3] for row in told] == [("李帮", "青禾学院"), ("王帮", "青禾小学")]
    told = pairs(
        ["户编号", "户主姓名", "第一帮扶责任人", "", "第二帮扶责任人", ""],
        ["", "", "姓名", "单位", "姓名", "单位"],
        ["6201000001", "张大山", "李帮", "青禾学院", "王帮", "青禾小学"],
        merges=(((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3)), ((0, 4), (0, 5))),
    )
    assert [row[1:3] for row in told] == [("李帮", "青禾学院"), ("王帮", "青禾小学")]
