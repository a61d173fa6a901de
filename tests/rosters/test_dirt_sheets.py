"""Sheets as schools lay them out: what comes out of each, from the header to the last signature."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import SheetReading, open_workbook, read_sheet
from tests.builders import id_number
from tests.rosters.sheets import ADULT, CHILD, TODAY, codes, sheet

IDS = [id_number(date(2014 + at % 3, 5, 6 + at), 20 + at) for at in range(12)]
NAMES = ["张小禾", "李小麦", "王小田", "赵小豆", "钱小米", "孙小谷",
         "周小麻", "吴小薯", "郑小豆", "冯小菜", "陈小果", "褚小瓜"]  # fmt: skip
HEADER = ["序号", "姓名", "身份证号", "年级", "班级", "就读方式"]
SCHOOL = "青禾县云岭镇中心小学"


def pupil(at: int, *rest: Any) -> list[Any]:
    return [at + 1.0, NAMES[at], IDS[at], *(rest or ("三年级", "1班", "走读"))]


def merged(*areas: str) -> tuple[tuple[tuple[int, int], tuple[int, int]], ...]:
    def corner(place: str) -> tuple[int, int]:
        return int(place[1:]) - 1, ord(place[0]) - 65

    return tuple((corner(area[:2]), corner(area[3:])) for area in areas)


def read_all(*rows: list[Any], **how: Any) -> list[SheetReading]:
    return read_sheet(sheet(*rows, **how), file_name="名单.xlsx", today=TODAY, as_of=None)


def read(*rows: list[Any], name: str = SCHOOL, **how: Any) -> SheetReading:
    (reading,) = read_all(*rows, name=name, **how)
    return reading


def told(reading: SheetReading, *columns: str) -> list[tuple[Any, ...]]:
    assert reading.refused_rows == [], reading.problems
    return list(zip(*(reading.batch.column(name) for name in columns), strict=True))


# --- ditto and merged cells -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark", ["同上", "〃", "″", '"', "“", "〞", " 〃 ", "同 上", "同\u3000上", "（同上）", "同上 "]
)
def test_a_ditto_mark_means_the_cell_above(mark: str) -> None:
    reading = read(HEADER, pupil(0, "三年级", "2班", "住校"), pupil(1, mark, mark, mark),
                   pupil(2, mark, mark, mark))  # fmt: skip
    assert told(reading, "grade", "class_no", "boarding") == [(3, 2, "boarder")] * 3
    assert codes(reading) == []


def test_a_merged_cell_speaks_for_the_rows_that_it_covers_and_a_blank_for_none() -> None:
    reading = read(
        HEADER, pupil(0, "三年级", "1班", "住校"), pupil(1, "", "", ""), pupil(2, "三年级", "", ""),
        merges=merged("D2:D3", "E2:E4", "F2:F3"),
    )  # fmt: skip
    assert told(reading, "grade", "class_no", "boarding") == [
        (3, 1, "boarder"), (3, 1, "boarder"), (3, 1, None),
    ]  # fmt: skip


def test_a_helper_merged_down_helps_all_the_households_beside_him() -> None:
    reading = read(
        ["帮扶责任人", "职务", "联系电话", "户主姓名", "户编号", "行政村"],
        ["李帮扶", "校长", "13900000001", "张大山", "6200000001", "东山村"],
        ["", "", "", "王大河", "6200000002", "东山村"],
        merges=merged("A2:A3", "B2:B3", "C2:C3"),
    )
    assert told(reading, "helper", "helper_phone", "head_name") == [
        ("李帮扶", "13900000001", "张大山"), ("李帮扶", "13900000001", "王大河"),
    ]  # fmt: skip


def test_a_blank_helper_in_a_list_without_merges_is_asked_for_and_not_guessed() -> None:
    reading = read(
        ["帮扶责任人", "户主姓名", "户编号", "行政村"],
        ["李帮扶", "张大山", "6200000001", "东山村"],
        ["", "王大河", "6200000002", "东山村"],
    )
    assert reading.refused_rows == [3]
    assert codes(reading) == [(3, "A", "helper_missing")]


# --- where tables stand ---------------------------------------------------------------------------


def test_a_table_may_start_at_c4() -> None:
    rows = [["", "", *row] for row in (HEADER, pupil(0), pupil(1))]
    reading = read([], [], ["", "", f"{SCHOOL}三年级花名册"], *rows, name="Sheet1")
    assert told(reading, "school", "name") == [(SCHOOL, NAMES[0]), (SCHOOL, NAMES[1])]
    assert reading.batch.row_numbers == [5, 6]


@pytest.mark.parametrize("gap", [[], [""]])
def test_blocks_side_by_side_are_tables_that_share_title_and_header(gap: list[str]) -> None:
    head = HEADER[:3]
    readings = read_all(
        [f"{SCHOOL}三年级（2）班学生名册"],
        [*head, *gap, *head],
        [*pupil(0, "")[:3], *gap, *pupil(2, "")[:3]],
        [*pupil(1, "")[:3], *gap, "", "", ""],
    )
    assert [told(reading, "name", "grade", "class_no") for reading in readings] == [
        [(NAMES[0], 3, 2), (NAMES[1], 3, 2)],
        [(NAMES[2], 3, 2)],
    ]


def test_a_second_table_below_may_be_a_list_of_another_kind() -> None:
    pupils, staff = read_all(
        [f"{SCHOOL}学生名册"], HEADER, pupil(0), pupil(1), ["合计", "2人"], [],
        ["教职工花名册"], ["姓名", "工号", "性别", "职称", "编制类型"],
        ["李老师", "001", "女", "一级教师", "事业编"],
    )  # fmt: skip
    assert (pupils.kind, staff.kind) == (Kind.STUDENT_ROSTER, Kind.STAFF_ROSTER)
    assert told(pupils, "name", "school") == [(NAMES[0], SCHOOL), (NAMES[1], SCHOOL)]
    assert told(staff, "name") == [("李老师",)]


def test_a_header_repeated_on_each_page_is_no_pupil() -> None:
    reading = read(HEADER, pupil(0), ["本页小计", "1人"], HEADER, pupil(1), ["合　计", "2人"])
    assert told(reading, "name") == [(NAMES[0],), (NAMES[1],)]


# --- headers of several rows ----------------------------------------------------------------------


def test_a_group_row_over_a_header_keeps_whose_name_it_is() -> None:
    reading = read(
        ["", "基本情况", "", "", "家长信息", ""],
        ["序号", "姓名", "身份证号", "年级", "姓名", "联系电话"],
        [1.0, NAMES[0], IDS[0], "三年级", "张大山", "13900000001"],
        merges=merged("B1:D1", "E1:F1"),
    )
    assert told(reading, "name", "guardian_name") == [(NAMES[0], "张大山")]


def test_three_header_rows_are_joined_column_by_column() -> None:
    reading = read(
        ["学生信息", "", "", "", "", "学校", "年级"],
        ["基本", "", "家长信息", "", "", "", ""],
        ["姓名", "身份证号", "姓名", "关系", "电话", "", ""],
        [NAMES[0], IDS[0], "张大山", "父亲", "13900000001", SCHOOL, "三年级"],
        merges=merged("A1:E1", "A2:B2", "C2:E2", "F1:F3", "G1:G3"),
    )
    assert told(reading, "name", "guardian_name", "school", "grade") == [
        (NAMES[0], "张大山", SCHOOL, 3)
    ]


def test_words_merged_down_say_how_deep_the_header_is() -> None:
    reading = read(
        ["困难学生认定名单"],
        ["姓名", "身份证号", "年级", "认定等级", "困难类型", "", ""],
        ["", "", "", "", "建档立卡", "农村低保", "残疾"],
        [NAMES[0], IDS[0], "三年级", "特别困难", "√", "√", ""],
        merges=merged("A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:G2"),
    )
    assert told(reading, "name", "tier") == [(NAMES[0], "special")]


@pytest.mark.parametrize(
    "header",
    ["姓 名", "姓\n名", "★姓名", "姓名*", "姓名（必填）", "姓\u3000名", "姓\u200b名", "A70 姓名",
     "学生姓名", "姓名:", "\ufeff姓名", "姓名（与身份证一致）"],
)  # fmt: skip
def test_a_header_is_read_through_its_decoration(header: str) -> None:
    reading = read(["序号", header, *HEADER[2:]], pupil(0))
    assert told(reading, "name") == [(NAMES[0],)]


# --- lines between, above and below ---------------------------------------------------------------


def test_section_lines_carry_the_class() -> None:
    reading = read(
        ["三年级（1）班"], ["序号", "姓名", "身份证号", "就读方式"],
        [1.0, NAMES[0], IDS[0], "住校"],
        ["三年级（2）班 共1人"], [1.0, NAMES[1], IDS[1], "同上"],
        ["四年级", "", "", ""], [1.0, NAMES[2], IDS[2], "走读"],
    )  # fmt: skip
    assert told(reading, "grade", "class_no", "boarding") == [
        (3, 1, "boarder"), (3, 2, "boarder"), (4, None, "day"),
    ]  # fmt: skip


def test_section_lines_carry_the_school() -> None:
    reading = read(
        ["全镇小学生花名册"], HEADER[:4],
        ["一、云岭镇中心小学"], pupil(0, "三年级"), ["小计", 1.0],
        ["二、青禾村小学（12人）"], pupil(1, "四年级"), ["合计", 2.0],
        name="Sheet1",
    )  # fmt: skip
    assert told(reading, "school", "grade") == [("云岭镇中心小学", 3), ("青禾村小学", 4)]


def test_titles_units_examples_hints_and_tails_are_nobody() -> None:
    reading = read(
        [f"{SCHOOL}2026年秋季学期学生花名册"], [f"填报单位（盖章）：{SCHOOL}", "", "", "单位：人"],
        HEADER, ["示例", "张三", CHILD, "三年级", "1班", "走读"],
        ["", "必填", "必填", "必填", "选填", "必填"],
        pupil(0), [], pupil(1), ["本页小计", "2"], ["合　计", "", "2人"],
        ["人民币（大写）：陆佰元整"],
        ["填表人：张三", "", "", "审核人：李四"], ["校长签字：", "", "", "2026年10月8日"],
        ["注：本表一式两份"], ["填表说明：1.身份证号必须18位"],
        ["2、年级填三年级，不要填班级的名字或别名"],
        name="Sheet1",
    )  # fmt: skip
    assert told(reading, "name", "school") == [(NAMES[0], SCHOOL), (NAMES[1], SCHOOL)]
    assert codes(reading) == []


# --- words of grades and classes ------------------------------------------------------------------

ROOMS = {
    "三年级1班": (3, 1), "三（1）班": (3, 1), "3.2": (3, 2), "302": (3, 2), "302班": (3, 2),
    "三年级（二）班": (3, 2), "3-2": (3, 2), "三2班": (3, 2), "5(2)": (5, 2), "2024级2班": (3, 2),
    "三年级": (3, None), "三年级01班": (3, 1), "３年级２班": (3, 2), "三年級(2)班": (3, 2),
    "小三2班": (3, 2), "六年级毕业班": (6, None),
}  # fmt: skip


@pytest.mark.parametrize("typed", ROOMS)
def test_grade_and_class_in_one_cell(typed: str) -> None:
    reading = read(["姓名", "身份证号", "年级班级"], [NAMES[0], IDS[0], typed])
    assert told(reading, "grade", "class_no") == [ROOMS[typed]]


@pytest.mark.parametrize(
    ("school", "typed", "grade"),
    [("云岭初级中学", "一年级", 7), ("云岭初级中学", "七年级", 7), ("云岭初级中学", "初一", 7),
     ("云岭初级中学", 8.0, 8), ("云岭初级中学", "2025级", 8), ("云岭高级中学", "高一", 10),
     ("云岭高级中学", "高2025级", 11), ("云岭小学", "小四", 4), ("云岭小学", "2022级", 5),
     ("云岭幼儿园", "大班", -1), ("云岭小学", "６年级", 6), ("云岭小学", 3.0, 3)],
)  # fmt: skip
def test_a_grade_is_counted_by_the_schools_stage(school: str, typed: Any, grade: int) -> None:
    reading = read(["姓名", "身份证号", "学校", "年级"], [NAMES[0], IDS[0], school, typed])
    assert told(reading, "grade") == [(grade,)]


# --- what is hidden -------------------------------------------------------------------------------


def test_hidden_rows_and_columns_are_data_and_hidden_sheets_are_not(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in (SCHOOL, "旧表", "Sheet3"):
            page = book.add_worksheet(name)
            if name == "Sheet3":
                continue  # the empty sheets that every new workbook has
            page.write_row(0, 0, HEADER)
            for at in range(3):
                page.write_row(at + 1, 0, pupil(at))
            page.set_row(2, None, None, {"hidden": True})
            page.set_column(2, 5, None, None, {"hidden": True})
        book.worksheets()[1].hide()
    first, second, third = open_workbook(path).sheets
    assert second.is_hidden
    assert read_sheet(third, file_name=path.name, today=TODAY, as_of=None) == []
    (reading,) = read_sheet(first, file_name=path.name, today=TODAY, as_of=None)
    assert told(reading, "id_number", "grade") == [(number, 3) for number in IDS[:3]]
    assert codes(reading) == [(3, "A", "hidden_row")]


def test_an_id_typed_twice_refuses_the_later_row_and_names_both() -> None:
    reading = read(HEADER, pupil(0), pupil(1), [3.0, NAMES[2], IDS[0], "三年级", "1班", "走读"])
    assert reading.refused_rows == [4]
    (problem,) = reading.problems
    assert problem.row_number == 4
    assert "第2行" in problem.message


def test_spouse_and_heads_id_as_numbers_of_15_digits_are_old_ids() -> None:
    reading = read(
        ["户编号", "户主姓名", "户主证件号码", "姓名", "证件号码", "与户主关系", "户类型"],
        [6200000001.0, "张大山", 629999800102033.0, "张大山", ADULT, "户主", "脱贫户"],
    )
    assert told(reading, "household_no", "head_id") == [("6200000001", "629999198001020339")]
