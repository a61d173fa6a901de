"""Refused rows come back as a workbook; mended in their red cells, they go in."""

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from jingzhun.rosters import SheetReading, open_workbook, read_sheet
from jingzhun.rosters.layout.tables import OWN_HEADERS
from jingzhun.rosters.refusals import DOUBLED, MOST_COMMENTED, RESULT_SHEET, write_refusals
from tests.rosters.sheets import ADULT, CHILD, MEMBER, OTHER, STUDENT, TODAY, sheet, student
from tests.rosters.test_problems import REFUSED

#: What a person who knows better types into a faulty cell, by its header.
MENDED = {
    "姓名": "王小禾", "身份证件号": OTHER, "身份证号": OTHER, "证件号码": ADULT, "年级": "三年级",
    "班级": "2班", "学校名称": "云岭镇中心小学", "就读方式": "住校", "学段": "初中",
    "学生状态": "在读", "户类型": "脱贫户", "风险是否消除": "否", "是否享受低保": "否",
    "特困": "否", "帮扶责任人": "李帮扶", "户主姓名": "张大山", "异动类型": "转出",
    "异动时间": "2026-10-16", "金额(元)": "80", "月份": "2026-09",
    "家访时间": "2026-09-20", "日期": "9月1日",
    "请假开始日期": "2026-09-03", "请假结束日期": "2026-09-04", "就餐天数": "20", "31": "0",
    **{str(day): "1" for day in range(1, 8)},
    "9月发放金额": "72",
    "数量": "200", "项目名称": "课桌凳", "类别": "残疾", "特殊群体类别": "农村低保",
    "派出类别": "支教", "计划结束日期": "2026-08-31", "优课数": "3",
    "走访天数": "2", "帮扶方式": "资金", "投入金额": "500", "不愁吃": "达标", "住房安全": "达标",
    "投入日期": "2026-03-05",
}  # fmt: skip
#: Columns in which nothing is wrong, but which the list lacks.
LACKING = {"school_missing": "学校名称", "grade_missing": "年级", "month_missing": "月份",
           "group_missing": "特殊群体类别", "visitor_unclear": "帮扶责任人"}  # fmt: skip


def write(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    return path


def read_all(path: Path) -> list[SheetReading]:
    seen: dict[Any, Any] = {}
    return [
        reading
        for sheet in open_workbook(path).sheets
        for reading in read_sheet(
            sheet, file_name=path.name, today=TODAY, as_of=None, seen=seen
        )
    ]  # fmt: skip


def give_back(path: Path) -> tuple[Path, int]:
    back = path.with_name("退回.xlsx")
    return back, write_refusals(back, [(path.name, read_all(path))])


def red_cells(page: Worksheet) -> list[Any]:
    return [cell for row in page.iter_rows() for cell in row if cell.comment is not None]


def header_of(page: Worksheet, column: int) -> str:
    words = (page.cell(row, column).value for row in range(1, page.max_row + 1))
    return next(str(word) for word in words if word in MENDED)


@pytest.mark.parametrize("code", REFUSED)
def test_a_row_mended_in_its_red_cells_goes_in(code: str, tmp_path: Path) -> None:
    path = write(tmp_path / "名单.xlsx", {"名单": REFUSED[code]})
    back, count = give_back(path)
    assert count == 1
    book = openpyxl.load_workbook(back)
    page = book["名单"]
    cells = red_cells(page)
    for cell in cells:
        cell.value = MENDED[header_of(page, cell.column)]
    if code == "household_missing":
        cells[0].value = "张大山"
    if not cells:
        first = next(row for row in range(1, page.max_row + 1) if page.cell(row, 1).value == "姓名")
        page.cell(first, page.max_column + 1).value = LACKING[code]
        page.cell(first + 1, page.max_column).value = MENDED[LACKING[code]]
    book.save(back)
    [reading] = read_all(back)
    errors = [(p.column, p.code, p.message) for p in reading.problems if p.severity == "error"]
    assert (reading.row_count, reading.refused_rows, errors) == (1, [], [])


def test_the_workbook_as_it_was_given_back_refuses_the_same_rows(tmp_path: Path) -> None:
    for number, (code, rows) in enumerate(REFUSED.items()):
        path = write(tmp_path / f"{number}.xlsx", {"名单": rows})
        back, count = give_back(path)
        [reading] = read_all(back)
        assert len(reading.refused_rows) == reading.row_count == count, code


def test_what_is_mended_says_the_same_as_a_list_that_was_right(tmp_path: Path) -> None:
    right = [
        ["云岭镇中心小学2026年秋季学期学生名册"],
        ["姓名", "身份证件号", "年级", "班级", "就读方式", "家长", "备注"],
        ["三年级(1)班"],
        ["张小禾", CHILD, "三年级", "1班", "走读", "张大山", "=1+1"],
        ["三年级(2)班"],
        ["王小禾", OTHER, "三年级", "2班", "住校", "王大河", "007"],
    ]
    wrong = [list(row) for row in right]
    wrong[3][1], wrong[5][4] = CHILD[:17], "2"
    back, count = give_back(write(tmp_path / "名单.xlsx", {"三年级": wrong}))
    assert count == 2
    book = openpyxl.load_workbook(back)
    for cell, value in zip(red_cells(book["三年级"]), (CHILD, "住校"), strict=True):
        cell.value = value
    book.save(back)
    [mended] = read_all(back)
    [meant] = read_all(write(tmp_path / "对的.xlsx", {"三年级": right}))
    assert mended.batch.columns == meant.batch.columns
    assert mended.stated_on == meant.stated_on


def test_what_is_given_back_keeps_the_users_columns_and_says_why(tmp_path: Path) -> None:
    rows = [
        [*STUDENT, "宿舍"],
        ["云岭镇中心小学", "张小禾", CHILD[:17], "三年级", "1班", "走读", "=A1"],
        ["云岭镇中心小学", "王小禾", OTHER, "三年级", "1班", "住校", "302"],
    ]
    path = tmp_path / "名单.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet("学生")
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    back, _ = give_back(path)
    opened = openpyxl.load_workbook(back)
    assert opened.sheetnames == [RESULT_SHEET, "学生"]
    page = opened["学生"]
    assert [cell.value for cell in page[1]] == [*STUDENT, "宿舍", *OWN_HEADERS]
    *given, reason, advice, number = [cell.value for cell in page[2]]
    assert given == rows[1]
    assert page["G2"].data_type == "s"  # no text of a user becomes a formula
    assert "17 位" in str(reason)
    assert advice
    assert number == "2"
    assert page["C2"].comment is not None


def test_a_repeated_row_comes_back_marked_and_stays_out_until_somebody_decides(
    tmp_path: Path,
) -> None:
    rows = [STUDENT, *[["云岭镇中心小学", "张小禾", CHILD, "三年级", "1班", "走读"]] * 2]
    back, _ = give_back(write(tmp_path / "名单.xlsx", {"学生": rows}))
    page = openpyxl.load_workbook(back)["学生"]
    assert page["C2"].value == f"{DOUBLED}{CHILD}"
    [reading] = read_all(back)
    assert len(reading.refused_rows) == 1


def test_sheets_of_equal_names_and_several_files_come_back_each_for_itself(tmp_path: Path) -> None:
    bad = [STUDENT, ["云岭镇中心小学", "张小禾", CHILD[:17], "三年级", "1班", "走读"]]
    files = [write(tmp_path / f"{number}.xlsx", {"学生": bad}) for number in (1, 2)]
    back = tmp_path / "退回.xlsx"
    assert write_refusals(back, [(file.name, read_all(file)) for file in files]) == 2
    assert openpyxl.load_workbook(back).sheetnames == [RESULT_SHEET, "学生", "学生(2)"]


def test_a_number_that_lost_digits_comes_back_as_text(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        STUDENT,
        ["云岭镇中心小学", "张小禾", 6.299992014050601e17, "三年级", "1班", "走读"],
    ]
    back, _ = give_back(write(tmp_path / "名单.xlsx", {"学生": rows}))
    cell = openpyxl.load_workbook(back)["学生"]["C2"]
    assert (cell.data_type, cell.number_format) == ("s", "@")


def test_rows_given_back_are_not_asked_for_the_head_who_is_in_already(tmp_path: Path) -> None:
    rows = [
        MEMBER,
        ["6200000001", "张大山", ADULT, "户主", "脱贫户"],
        ["6200000001", "张小禾", CHILD[:17], "之子", "脱贫户"],
    ]
    back, count = give_back(write(tmp_path / "名单.xlsx", {"户": rows}))
    assert count == 1
    book = openpyxl.load_workbook(back)
    (cell,) = red_cells(book["户"])
    cell.value = CHILD
    book.save(back)
    [reading] = read_all(back)
    assert (reading.row_count, reading.problems) == (1, [])


def test_given_back_or_not_a_list_remembers_what_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "名单.xlsx", {"学生": [STUDENT, student(number=CHILD[:17])]})
    back, _ = give_back(path)
    assert [reading.grid.is_returned for reading in read_all(path) + read_all(back)] == [
        False,
        True,
    ]


def test_thousands_of_rows_given_back_are_red_without_comments(tmp_path: Path) -> None:
    rows = [STUDENT, *(student(number=f"{at}") for at in range(1, MOST_COMMENTED + 2))]
    back, count = give_back(write(tmp_path / "名单.xlsx", {"学生": rows}))
    assert count == MOST_COMMENTED + 1
    with zipfile.ZipFile(back) as archive:
        assert not [name for name in archive.namelist() if "comments" in name]
    page = openpyxl.load_workbook(back)["学生"]
    assert page["C2"].fill.start_color.rgb == "FFFF9C9C"
    assert "应为 18 位" in str(page["G2"].value)


def test_a_number_that_is_none_comes_back_as_text(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["2026年9月就餐花名册"],
        ["姓名", "就餐天数", "备注"],
        ["张小禾", "", float("nan")],
    ]
    grid = read_sheet(sheet(*rows), file_name="名单.xlsx", today=TODAY, as_of=None)
    assert write_refusals(tmp_path / "退回.xlsx", [("名单.xlsx", grid)]) == 1
