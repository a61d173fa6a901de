"""Lists of days and visits are undone like any other, and said again they say the same."""

from pathlib import Path
from typing import Any

import pytest

from jingzhun.services.importing.imports import undone_page
from jingzhun.services.importing.undo import say_again
from jingzhun.store.derived import derived_tables
from jingzhun.store.engine import Ledger
from tests.services.test_undo import _without_ids as without_ids
from tests.services.test_undo import content, undo
from tests.services.test_undo import make as make  # noqa: PLC0414 - a fixture
from tests.services.workbooks import KID, ROSTER, SISTER, bring_in, pupil, write

_DAYS = [str(day) for day in range(1, 31)]
LISTS: dict[str, list[Any]] = {
    "学籍": [ROSTER, pupil(), pupil("钱二", SISTER)],
    "就餐": [("青禾小学2026年11月营养餐就餐花名册",), ("姓名", "班级", "就餐天数"),
           ("赵一", "三年级1班", "17"), ("钱二", "三年级1班", "20")],
    "就餐改": [("青禾小学2026年11月营养餐就餐花名册",), ("姓名", "班级", "就餐天数"),
            ("赵一", "三年级1班", "18")],
    "人数": [("青禾小学2026年11月就餐人数登记表",), ("班级", *_DAYS),
           ("三年级1班", "", "40", "38", *[""] * 27)],
    "请假": [("姓名", "身份证号", "开始日期", "结束日期", "请假类型"),
           ("赵一", KID, "2026-11-05", "2026-11-06", "病假")],
    "考勤": [("青禾小学三年级1班2026年11月学生考勤表",), ("姓名", *_DAYS),
           ("赵一", "", "", "", "", "√", "旷", *[""] * 23)],
    "家访": [("姓名", "班级", "家访教师", "家访时间"),
           ("赵一", "三年级1班", "李老师", "9.5、9.12")],
    "台账": [("姓名", "身份证号", "就读学校及年级", "失学时间", "目前状态", "返校时间", "劝返时间"),
           ("钱二", SISTER, "青禾小学三年级", "2026-10-15", "已返校", "2026-10-28", "10.20")],
}  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("lists")
    return {name: write(folder / f"{name}.xlsx", rows) for name, rows in LISTS.items()}


def test_saying_everything_again_gives_the_same_ledger(make: Any, files: dict[str, Path]) -> None:
    ledger: Ledger = make()
    for path in files.values():
        bring_in(ledger, path)
    before = content(ledger)
    with ledger.rebuild() as session:
        for table in reversed(derived_tables()):
            session.execute(table.delete())
        say_again(session.connection(), {})
    assert content(ledger) == before


@pytest.mark.parametrize("undone", list(LISTS))
def test_an_undone_import_leaves_no_trace(make: Any, files: dict[str, Path], undone: str) -> None:
    ours, other = make(), make()
    for name, path in files.items():
        bring_in(ours, path)
        if name != undone:
            bring_in(other, path)
    undo(ours, list(LISTS).index(undone) + 1)
    assert without_ids(content(ours)) == without_ids(content(other))


def test_undoing_tells_what_goes_with_the_list(make: Any, files: dict[str, Path]) -> None:
    ledger: Ledger = make()
    for path in files.values():
        bring_in(ledger, path)
    undone = undo(ledger, list(LISTS).index("家访") + 1)
    changes = {key: (was, now) for key, _title, was, now in undone.counts if was != now}
    # The ledger of dropouts tells of one visit as well.
    assert changes == {"visits": (3, 1)}
    page = undone_page(undone, is_trial=True)
    assert [row[0] for row in page.tables[0].rows] == ["人员", "户", "在册学生", "家访和入户"]
