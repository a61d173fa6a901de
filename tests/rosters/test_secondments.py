"""What lists of staff sent away say of days: one cell or two, planned or over."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from jingzhun.rosters import open_workbook, read_sheet
from tests.builders import TODAY


def read(tmp_path: Path, head: list[str], row: list[str], title: str = "派出登记表") -> Any:
    path = tmp_path / "派出.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for at, cells in enumerate(([title], head, row)):
            page.write_row(at, 0, cells)
    [sheet] = open_workbook(path).sheets
    [reading] = read_sheet(
        sheet, file_name=path.name, today=TODAY, as_of=None, seen={}
    )  # fmt: skip
    return reading


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2025.9-2026.7", "2025-09-01", "2026-07-31"),
        ("2025年9月1日至2026年7月10日", "2025-09-01", "2026-07-10"),
        ("2025-09-01—2026-07-10", "2025-09-01", "2026-07-10"),
        ("2025-09-01-2026-07-10", "2025-09-01", "2026-07-10"),
        ("2025.10.8-10.20", "2025-10-08", "2025-10-20"),
        ("2025.12.20~1.10", "2025-12-20", "2026-01-10"),
        ("2024.2.29-2024.2.29", "2024-02-29", "2024-02-29"),
        ("2025年9月至今", "2025-09-01", None),
        ("2025.9-", "2025-09-01", None),
    ],
)
def test_a_first_and_a_last_day_in_one_cell(tmp_path, cell, first, last):
    head = ["姓名", "单位", "类别", "挂职单位", "起止时间"]
    reading = read(tmp_path, head, ["李帮", "青禾小学", "挂职", "县教育局", cell])
    columns = reading.batch.columns
    assert (columns["seconded_on"], columns["due_on"], columns["ended_on"]) == (
        [first], [last], [last],
    )  # fmt: skip


@pytest.mark.parametrize("cell", ["去年至今", "2025.9.31-2026.7", "2026.7-2025.9", "一年"])
def test_a_cell_that_names_no_days_is_refused(tmp_path, cell):
    head = ["姓名", "单位", "类别", "挂职单位", "起止时间"]
    reading = read(tmp_path, head, ["李帮", "青禾小学", "挂职", "县教育局", cell])
    assert len(reading.refused_rows) == 1
    [problem] = reading.problems
    assert problem.field in {"seconded_span", "due_on"}


def test_an_end_in_a_column_of_its_own_is_the_end_only_when_it_is_over(tmp_path):
    head = ["支教教师", "派出学校", "受援学校", "支教开始时间", "结束时间"]
    for end, over in (("2026-11-24", "2026-11-24"), ("2026-11-25", None)):
        row = ["李帮", "青禾小学", "山口小学", "2026-03-01", end]
        columns = read(tmp_path, head, row, "支教教师登记表").batch.columns
        assert (columns["due_on"], columns["ended_on"]) == ([end], [over])
        assert columns["secondment_kind"] == ["teaching"]


def test_a_plan_is_no_end(tmp_path):
    head = ["姓名", "单位", "类别", "下派村", "下派时间", "计划返回日期"]
    row = ["李帮", "青禾小学", "下派", "柳河村", "2026-03-01", "2026-07-10"]
    columns = read(tmp_path, head, row).batch.columns
    assert (columns["due_on"], columns.get("ended_on")) == (["2026-07-10"], [None])
