"""A category column left blank for a household says nothing of it; 否 and 无 say that it is not."""

from pathlib import Path

import pytest

from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Household, HouseholdCategory
from tests.builders import id_number
from tests.services.workbooks import bring_in, on, write

HEAD = ("户编号", "户主姓名", "行政村", "姓名", "证件号码", "与户主关系", "户类型", "是否享受低保")


def row(order: int, kind: str, allowance: str) -> tuple[str, ...]:
    number = id_number(on("2015-03-01"), order)
    return ("6200000001", "张大山", "东山村", f"张小{'一二三'[order]}", number, "之子", kind,
            allowance)  # fmt: skip


def held(ledger: Ledger, folder: Path, *rows: tuple[str, ...]) -> set[str]:
    """Say who is in which category after a first list named both, and a second these rows."""
    first = write(folder / "一月.xlsx", [HEAD, row(0, "脱贫户", "是"), row(1, "脱贫户", "是")])
    bring_in(ledger, first, as_of=on("2026-09-05"))
    bring_in(ledger, write(folder / "二月.xlsx", [HEAD, *rows]), as_of=on("2026-10-05"))
    with ledger.read() as session:
        found = session.query(HouseholdCategory).join(
            Household, Household.id == HouseholdCategory.household_id
        )
        return {
            category.category
            for category in found
            if category.superseded_in is None and category.valid_until is None
        }


@pytest.mark.parametrize(
    ("kinds", "allowances", "left"),
    [
        (("", ""), ("", ""), {"lifted", "rural_allowance"}),
        (("/", "NULL"), ("-", " "), {"lifted", "rural_allowance"}),
        (("", ""), ("否", "否"), {"lifted"}),
        (("一般农户", ""), ("", ""), {"other", "rural_allowance"}),
        (("脱贫户", ""), ("", "无"), {"lifted"}),
        (("脱贫户", ""), ("是", ""), {"lifted", "rural_allowance"}),
    ],
)
def test_only_what_is_said_of_a_household_counts(
    ledger: Ledger,
    tmp_path: Path,
    kinds: tuple[str, str],
    allowances: tuple[str, str],
    left: set[str],
) -> None:
    rows = [row(at, *words) for at, words in enumerate(zip(kinds, allowances, strict=True))]
    assert held(ledger, tmp_path, *rows) == left
