"""Tables side by side: each has its own class above it, and shares what stands over them all."""

from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import read_sheet
from tests.rosters.sheets import ADULT, CHILD, OTHER, TODAY, sheet
from tests.rosters.test_layout import merged

HEADER = ["序号", "姓名", "身份证号"]
ROW = ["1", "张小禾", CHILD, "2", "李小麦", OTHER]
TITLE = "云岭镇中心小学学生花名册"


def classes(*rows: list[Any], merges: tuple[str, ...] = ()) -> dict[str, tuple[Any, Any]]:
    """Give of each pupil the grade and the class that the sheet tells."""
    page = sheet(*rows, merges=merged(*merges))
    readings = read_sheet(page, file_name="名单.xlsx", today=TODAY, as_of=None)
    assert {reading.kind for reading in readings} == {Kind.STUDENT_ROSTER}
    assert all(not reading.refused_rows for reading in readings)
    return {
        name: (grade, class_no)
        for reading in readings
        for name, grade, class_no in zip(
            *map(reading.batch.column, ("name", "grade", "class_no")), strict=True
        )
    }


OWN = {"张小禾": (1, 2), "李小麦": (1, 3)}


@pytest.mark.parametrize("over", [("A2:C2", "D2:F2"), ()])
def test_the_class_over_each_table_is_its_own(over: tuple[str, ...]) -> None:
    above = ["一年级（2）班", "", "", "一年级（3）班", "", ""]
    assert classes([TITLE], above, HEADER * 2, ROW, merges=over) == OWN


def test_a_class_alone_on_its_line_is_of_all_tables_below() -> None:
    above = ["", "", "", "一年级（3）班", "", ""]
    header = [*HEADER[:2], "年级", *HEADER[:2], "年级"]
    row = ["1", "张小禾", "一年级", "2", "李小麦", "一年级"]
    found = classes([TITLE], above, header, row)
    assert found == {"张小禾": (1, 3), "李小麦": (1, 3)}


def test_a_section_line_merged_over_both_tables_is_both_tables() -> None:
    more = ["3", "王小田", ADULT, "", "", ""]
    found = classes(
        [TITLE],
        HEADER * 2,
        ["一年级（2）班"],
        ROW,
        ["一年级（3）班"],
        more,
        merges=("A3:F3", "A5:F5"),
    )
    assert found == {"张小禾": (1, 2), "李小麦": (1, 2), "王小田": (1, 3)}


def test_classes_over_numbers_are_columns_of_one_table() -> None:
    rows: list[list[Any]]
    rows = [["日期", "三年级1班", "", "三年级2班", ""], ["", "应到", "实到", "应到", "实到"],
            ["10月9日", 30, 29, 31, 31]]  # fmt: skip
    page = sheet(*rows, merges=merged("A1:A2", "B1:C1", "D1:E1"))
    assert len(read_sheet(page, file_name="名单.xlsx", today=TODAY, as_of=None)) == 1
