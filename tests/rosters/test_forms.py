"""Forms for one child each are read like rows of a table; tables are left alone."""

from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import SheetReading
from tests.rosters.sheets import CHILD, OTHER, STUDENT, codes, read, student

MERGES = (
    ((0, 0), (0, 5)), ((2, 1), (2, 3)), ((3, 1), (3, 3)), ((5, 1), (5, 5)), ((7, 0), (9, 0)),
)  # fmt: skip
TURNS = (("李老师", "19900000002", "2026.9.20", "不愿"), ("王老师", "", "9.28", "已答应"))


def form(
    name: str = "张小禾", number: str = CHILD, day: str = "2026-09", turns: Any = TURNS
) -> Any:
    return [
        ["贫困学生劝返情况记录", "", "", "", "", ""],
        ["学生姓名*", name, "性别", "", "身份证号码", number],
        ["就读学校及年级", "云岭镇初级中学八年级", "", "", "辍学年月", day],
        ["家长(或监护人)姓名*", "张大山", "", "", "电话号码", "19900000001"],
        ["家庭住址*", "东山村一组", "", "", "户籍所在地", "东山村"],
        ["辍学原因", "厌学", "", "", "", ""],
        ["已采取的帮扶措施", "上门做工作", "", "", "", ""],
        ["劝返记录", "劝返次数", "劝返人员姓名", "劝返人员电话", "劝返时间", "劝返就读情况记录"],
        *(["", float(at), *turn] for at, turn in enumerate(turns, start=1)),
    ]


def merges(*offsets: int) -> Any:
    return tuple(
        ((top + offset, left), (bottom + offset, right))
        for offset in offsets
        for (top, left), (bottom, right) in MERGES
    )


def visits(reading: SheetReading, at: int = 0) -> list[tuple[Any, ...]]:
    row = reading.batch.columns["visits"][at]
    return [(v["visited_on"], v.get("visitor"), v.get("visitor_phone")) for v in row]


def test_a_form_is_a_row_with_its_persuasions() -> None:
    reading = read(*form(), merges=merges(0))
    assert (reading.kind, codes(reading)) == (Kind.DROPOUT_LEDGER, [])
    columns = reading.batch.columns
    wanted = {"name": "张小禾", "id_number": CHILD, "grade": 8, "happened_on": "2026-09-01",
              "guardian_name": "张大山", "phone": "19900000001", "reason": "厌学",
              "measures": "上门做工作", "school": "云岭镇初级中学"}  # fmt: skip
    assert {name: columns[name][0] for name in wanted} == wanted
    assert visits(reading) == [
        ("2026-09-20", "李老师", "19900000002"), ("2026-09-28", "王老师", None),
    ]  # fmt: skip


def test_forms_below_each_other_are_rows_and_faults_stand_at_their_cells() -> None:
    second = form("李小苗", OTHER[:17], "2026-10-08", TURNS[:1])
    reading = read(*form(), [""], *second, merges=merges(0, 11))
    assert reading.batch.row_numbers == [2]
    assert codes(reading) == [(13, "F", "id_length")]
    assert reading.row_count == 2


@pytest.mark.parametrize("above", [0, 1, 3])
def test_a_form_may_begin_anywhere(above: int) -> None:
    rows = [["云岭镇初级中学", "", "", "", "", ""]] * above + form()[1:]
    reading = read(*rows)
    assert reading.batch.columns["name"] == ["张小禾"]
    assert len(reading.batch.columns["visits"][0]) == 2


def test_an_empty_form_names_what_is_missing() -> None:
    blank = [[cell if at % 2 == 0 else "" for at, cell in enumerate(row)] for row in form(turns=())]
    reading = read(*blank[:-1], merges=merges(0)[:-1])
    assert reading.row_count == 0 or reading.refused_rows


def test_a_visit_form_of_a_household() -> None:
    reading = read(
        ["入户走访记录表", "", "", ""],
        ["户主姓名", "张大山", "家庭住址", "东山村一组"],
        ["走访人", "李老师", "走访时间", "2026年9月5日"],
        ["走访情况", "查看住房和饮水", "", ""],
    )
    assert (reading.kind, codes(reading)) == (Kind.HOME_VISITS, [])
    assert reading.batch.columns["head_name"] == ["张大山"]
    assert visits(reading) == [("2026-09-05", "李老师", None)]


def test_a_table_is_no_form_even_with_gaps_between_its_headers() -> None:
    header = [cell for name in STUDENT for cell in (name, "")]
    row = [cell for value in student() for cell in (value, "")]
    gaps = tuple(((0, at), (0, at + 1)) for at in range(0, 12, 2))
    reading = read(header, row, merges=gaps)
    assert (reading.kind, reading.row_count) == (Kind.STUDENT_ROSTER, 1)


def test_a_header_of_three_levels_with_gaps_is_no_form() -> None:
    reading = read(
        ["云岭镇中心小学学生花名册", "", "", "", "", "", "", ""],
        ["身份证号", "登记信息", "", "", "", "姓名", "家长（监护人）", ""],
        ["", "学校标识码", "基本情况", "", "", "", "姓名", "联系电话"],
        ["", "", "就读方式", "户籍所在地", "民族", "", "", ""],
        ["一年级1班", "", "", "", "", "", "", ""],
        [CHILD, "", "走读", "东山村", "汉族", "张小禾", "张大山", "19900000001"],
    )
    assert (reading.kind, reading.row_count) == (Kind.STUDENT_ROSTER, 1)
    assert reading.batch.column("boarding") == ["day"]
