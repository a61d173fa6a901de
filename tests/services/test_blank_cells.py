"""A blank cell says nothing: it neither empties a field nor keeps an older list from filling it."""

import shutil
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from jingzhun.store.engine import open_ledger
from jingzhun.store.schema import Household, Person, Staff
from tests.services.workbooks import (
    KID,
    MEMBERS,
    ROSTER,
    SISTER,
    bring_in,
    on,
    pupil,
    records,
    write,
)

PAIRS = ("户编号", "户主姓名", "帮扶责任人", "帮扶单位", "帮扶人联系电话")


def _member(phone: str, village: str = "东山村") -> tuple[Any, ...]:
    return ("6200000001", "赵大", village, "赵一", KID, "之子", "脱贫户", phone)


def _held(folder: Path, empty: Path, lists: list[tuple[str, list[Any]]]) -> list[Any]:
    path = folder / f"{'-'.join(day for day, _rows in lists)}.db"
    shutil.copy(empty, path)
    ledger = open_ledger(str(path))
    for day, rows in lists:
        file = write(folder / f"{day}.xlsx", rows)
        bring_in(ledger, file, as_of=on(day))
        assert bring_in(ledger, file, as_of=on(day)).sheets[0].changed == 0
    people = sorted((one.identity, one.phone) for one in records(ledger, Person))
    houses = [
        (one.household_no, one.poverty_cause, one.head_name) for one in records(ledger, Household)
    ]
    staff = [(one.name, one.unit, one.phone) for one in records(ledger, Staff)]
    ledger.close()
    return [people, houses, staff]


def _every_order(folder: Path, empty: Path, lists: dict[str, list[Any]]) -> list[Any]:
    """Bring lists in in every order; give what all of them lead to."""
    found = [_held(folder, empty, list(order)) for order in permutations(lists.items())]
    assert all(one == found[0] for one in found), found
    return found[0]


def test_a_blank_cell_of_a_later_list_leaves_the_word_to_the_lists_before(
    tmp_path: Path, empty_ledger: Path
) -> None:
    lists = {
        "2026-10-01": [ROSTER, pupil(phone="19900000001")],
        "2026-10-15": [ROSTER, pupil(phone="19900000002")],
        "2026-11-15": [ROSTER, pupil(phone="")],
    }
    people, _houses, _staff = _every_order(tmp_path, empty_ledger, lists)
    assert people == [(KID, "19900000002")]


def test_a_blank_cell_of_the_owner_leaves_the_word_to_lesser_lists(
    tmp_path: Path, empty_ledger: Path
) -> None:
    lists = {
        "2026-10-01": [MEMBERS, _member("19900000001")],
        "2026-10-15": [MEMBERS, _member("19900000002")],
        "2026-11-15": [ROSTER, pupil(phone="")],
    }
    people, _houses, _staff = _every_order(tmp_path, empty_ledger, lists)
    assert people == [(KID, "19900000002")]


def test_households_and_helpers_keep_what_a_blank_cell_does_not_say(
    tmp_path: Path, empty_ledger: Path
) -> None:
    lists = {
        "2026-10-01": [PAIRS, ("6200000001", "赵大", "李帮", "青禾学院", "19900000003")],
        "2026-10-15": [PAIRS, ("6200000001", "赵大", "李帮", "青禾学院", "19900000004")],
        "2026-11-15": [PAIRS, ("6200000001", "", "李帮", "青禾学院", "")],
    }
    _people, houses, staff = _every_order(tmp_path, empty_ledger, lists)
    assert houses == [("6200000001", None, "赵大")]
    assert staff == [("李帮", "青禾学院", "19900000004")]


@pytest.mark.parametrize("blank", [0, 1])
def test_of_two_rows_on_a_household_the_one_that_is_not_blank_speaks_for_its_list(
    tmp_path: Path, empty_ledger: Path, blank: int
) -> None:
    head = ("户编号", "户主姓名", "姓名", "证件号码", "主要致贫原因")
    rows = [("6200000001", "赵大", "赵一", KID, ""), ("6200000001", "赵大", "赵二", SISTER, "因病")]
    lists = {
        "2026-10-01": [head, ("6200000001", "赵大", "赵一", KID, "因学")],
        "2026-11-15": [head, *(rows if blank else rows[::-1])],
    }
    _every_order(tmp_path, empty_ledger, lists)
    ledger = open_ledger(str(tmp_path / "2026-10-01-2026-11-15.db"))
    assert [house.poverty_cause for house in records(ledger, Household)] == ["因病"]
    ledger.close()
