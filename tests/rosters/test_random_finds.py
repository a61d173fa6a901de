"""What random true worlds found to be misread, each as small as it can be."""

from datetime import date
from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import read_sheet
from tests.builders import id_number
from tests.rosters.sheets import ADULT, CHILD, MEMBER, OTHER, STUDENT, TODAY, codes, read, sheet
from tests.rosters.test_problems import poor_student

ROW = ["1", "张小禾", CHILD, "三年级", "云岭镇中心小学"]


def column(rows: list[list[Any]], name: str) -> list[Any]:
    reading = read(*rows)
    assert [place for place in codes(reading) if place[0]] == []
    return reading.batch.column(name)


def test_a_column_whose_own_word_has_a_stroke_is_known_under_a_group() -> None:
    rows = [["姓名", "就读信息", "", "学校"], ["", "走读/住校", "身份证号", ""],
            ["张小禾", "住校", CHILD, "云岭镇中心小学"]]  # fmt: skip
    reading = read(*rows, merges=(((0, 1), (0, 2)), ((0, 0), (1, 0)), ((0, 3), (1, 3))))
    assert reading.batch.column("boarding") == ["boarder"]


@pytest.mark.parametrize("word", ["暂无", "不详", "无数据", "/"])
def test_a_word_for_nothing_is_no_unreadable_flag(word: str) -> None:
    rows = [[*STUDENT[:5], "是否寄宿"], ["云岭镇中心小学", "张小禾", CHILD, "三年级", "1班", word]]
    assert column(rows, "boarding") == [None]
    rows = [[*MEMBER, "监测对象类别", "风险是否消除"],
            ["6201000001", "张大山", ADULT, "户主", "一般农户", "边缘易致贫户", word]]  # fmt: skip
    assert column(rows, "categories") == [(("marginal", None, None, None),)]


def test_categories_on_lines_of_their_own_in_one_cell_are_several() -> None:
    rows = [MEMBER, ["6201000001", "张大山", ADULT, "户主", "脱贫户\n农村低保"]]
    [said] = column(rows, "categories")
    assert [category for category, *_ in said] == ["lifted", "rural_allowance"]


def test_a_list_of_pupils_is_not_asked_for_the_heads_of_households() -> None:
    assert codes(read(*poor_student(与户主关系="之子"))) == []


@pytest.mark.parametrize("hidden", ["\u200b", "\ufeff", "\u00a0", " "])
def test_what_hides_beside_a_number_kept_as_text_does_not_spoil_it(hidden: str) -> None:
    rows = [MEMBER, [f'="6201000001"{hidden}', "张大山", f'{hidden}="{ADULT}"', "户主", "脱贫户"]]
    assert column(rows, "household_no") == ["6201000001"]


def test_a_row_that_numbers_the_columns_is_nobody_whatever_their_order() -> None:
    header = ["班级", "年级", "姓名", "身份证号", "学校名称", *(f"列{at}" for at in range(6, 15))]
    numbers = [str(at) for at in range(1, 15)]
    assert (
        read(header, numbers, ["1班", "三年级", "张小禾", CHILD, "云岭镇中心小学"]).row_count == 1
    )


def test_a_header_of_three_rows_is_read_also_without_merged_cells() -> None:
    rows = [["序号", "登记信息", "", "", "学校名称"], ["", "姓名", "相关信息", "", ""],
            ["", "", "身份证号", "年级", ""], ROW]  # fmt: skip
    reading = read(*rows)
    assert (reading.row_count, reading.batch.column("grade")) == (1, [3])
    alone = [["序号", "登记信息", "", "", "学校名称"], ["", "基本情况", "", "", ""],
             ["", "姓名", "身份证号", "年级", ""], ROW]  # fmt: skip
    assert read(*alone).batch.column("id_number") == [CHILD]


def test_one_known_word_under_a_group_is_enough_without_merged_cells() -> None:
    rows = [["姓名", "年级", "学校名称", "其他信息", ""], ["", "", "", "鞋码", "身份证号"],
            ["张小禾", "三年级", "云岭镇中心小学", "35", CHILD]]  # fmt: skip
    assert column(rows, "id_number") == [CHILD]


def test_a_repeated_header_whose_name_column_holds_a_group_is_nobody() -> None:
    head = [["户编号", "相关信息", "", ""], ["", "户主姓名", "帮扶责任人", "单位"]]
    rows = [["6201000001", "张大山", "李帮扶", "青禾学院"], ["6201000002", "王大河", "李帮扶", ""]]
    merges = tuple(((at, 1), (at, 3)) for at in (0, 3))
    merges += tuple(((at, 0), (at + 1, 0)) for at in (0, 3))
    assert read(*head, rows[0], *head, rows[1], merges=merges).row_count == 2


def test_a_second_table_with_its_columns_in_another_order_is_read_by_its_own_header() -> None:
    first = [STUDENT, ["云岭镇中心小学", "张小禾", CHILD, "三年级", "1班", "走读"]]
    second = [STUDENT[::-1], ["走读", "1班", "三年级", OTHER, "王小禾", "云岭镇中心小学"]]
    found = read_sheet(
        sheet(*first, [], *second), file_name="x.xlsx", today=TODAY, as_of=None
    )  # fmt: skip
    assert [reading.batch.column("id_number") for reading in found] == [[CHILD], [OTHER]]


def test_the_lines_of_unit_and_day_above_a_second_table_are_its_own() -> None:
    head = ["姓名", "身份证号", "年级", "班级"]
    rows = [["填报单位：云岭镇中心小学"], head, ["张小禾", CHILD, "三年级", "1班"], [],
            ["填报单位：", "合水小学", "", "填报日期：2026-10-08"], head,
            ["王小禾", OTHER, "三年级", "1班"]]  # fmt: skip
    found = read_sheet(sheet(*rows), file_name="x.xlsx", today=TODAY, as_of=None)
    assert [school for reading in found for school in reading.batch.column("school")] == [
        "云岭镇中心小学",
        "合水小学",
    ]


def test_a_title_over_the_same_header_again_tells_whose_the_rows_below_are() -> None:
    head = ["姓名", "身份证号", "班级"]
    rows = [["云岭镇中心小学三年级学生花名册"], head, ["张小禾", CHILD, "1班"], ["合计", "1人"],
            ["合水小学2026年秋季学期四年级学生名册"], head, ["王小禾", OTHER, "2班"]]  # fmt: skip
    batch = read(*rows).batch
    assert batch.column("school") == ["云岭镇中心小学", "合水小学"]
    assert batch.column("grade") == [3, 4]


def test_a_list_whose_grades_stand_in_section_lines_alone_is_known_by_them() -> None:
    rows = [["填报单位：云岭镇中心小学"], ["姓名", "身份证号"], ["三年级(2)班"], ["张小禾", CHILD]]
    reading = read(*rows)
    assert reading.kind is Kind.STUDENT_ROSTER
    assert (reading.batch.column("grade"), reading.batch.column("class_no")) == ([3], [2])


@pytest.mark.parametrize("group", ["家长（监护人）", "家长信息", "监护人"])
def test_the_columns_under_a_group_of_the_family_are_the_guardians(group: str) -> None:
    rows = [["姓名", "身份证号", "年级", "学校名称", group, ""],
            ["", "", "", "", "姓名", "联系电话"],
            ["张小禾", CHILD, "三年级", "云岭镇中心小学", "张　山", "19900000001"]]  # fmt: skip
    merges = (((0, 4), (0, 5)), *(((0, at), (1, at)) for at in range(4)))
    batch = read(*rows, merges=merges).batch
    assert batch.column("guardian_name") == ["张山"]
    assert batch.column("guardian_phone") == ["19900000001"]


def test_two_guardians_in_one_cell_stay_two() -> None:
    rows = [[*STUDENT, "监护人姓名"],
            ["云岭镇中心小学", "张小禾", CHILD, "三年级", "1班", "走读", "张山 李河"]]  # fmt: skip
    assert column(rows, "guardian_name") == ["张山 李河"]


def test_a_table_of_one_pupil_is_no_form_of_his() -> None:
    header = ["序号", "就读学校", "成员1联系电话", "年级", "性别", "学籍状态", "联系电话",
              "监护人1姓名", "班号", "是否寄宿生", "残疾种类", "姓名", "是否孤儿", "宿舍号",
              "证件号", "民族", "健康状况"]  # fmt: skip
    row = ["1", "合水小学", "19905904931", "小学四年级", "男", "在读", "", "张山", "4.1班", "否",
           "肢体残疾", "张小禾", "否", "3号楼204", CHILD, "汉族", "健康"]  # fmt: skip
    reading = read(["学生花名册"], header, row, ["", "填表日期：2026年11月4日"])
    assert reading.batch.column("id_number") == [CHILD]


def test_a_schools_own_roster_with_disabilities_is_no_bureaus_list() -> None:
    header = ["健康情况", "年级班级", "孤儿", "身份证号", "学生姓名", "是否留守儿童", "残疾类别"]
    row = ["健康", "中(1)班", "无", id_number(date(2021, 3, 21), 31), "欧阳芳", "否", "无残疾"]
    reading = read(["学生花名册"], ["单位：金沙镇中心幼儿园"], header, row)
    assert reading.kind is Kind.STUDENT_ROSTER


def test_a_table_below_two_that_stand_side_by_side_is_found() -> None:
    head = ["姓名", "身份证号", "年级", "学校名称"]
    kids = [id_number(date(2015, 3, day), day) for day in (1, 2, 3)]
    rows = [[*head, *head],
            ["张小禾", kids[0], "三年级", "合水小学", "王小禾", kids[1], "三年级", "合水小学"], [],
            head[::-1], ["合水小学", "四年级", kids[2], "李小禾"]]  # fmt: skip
    found = read_sheet(sheet(*rows), file_name="x.xlsx", today=TODAY, as_of=None)
    assert [number for each in found for number in each.batch.column("id_number")] == kids


def test_a_note_on_how_to_fill_in_does_not_cut_a_second_table_off_its_title() -> None:
    first = [["合水小学学生花名册"], ["姓名", "身份证号", "年级"], ["张小禾", CHILD, "三年级"]]
    second = [["西沟小学学生花名册"], ["填写说明：1.姓名须与身份证一致；2.不得改动表头。"],
              ["年级", "身份证号", "姓名"], ["四年级", OTHER, "王小禾"]]  # fmt: skip
    found = read_sheet(
        sheet(*first, [], *second), file_name="x.xlsx", today=TODAY, as_of=None
    )  # fmt: skip
    schools = [school for each in found for school in each.batch.column("school")]
    assert schools == ["合水小学", "西沟小学"]


def test_a_row_of_blanks_is_nobody_also_where_no_ids_are() -> None:
    rows = [["户编号", "户主姓名", "帮扶责任人"], ["6201000001", "张大山", "李帮扶"],
            [" ", "\u3000", ""], ["6201000002", "王大河", "李帮扶"]]  # fmt: skip
    assert read(*rows).row_count == 2


def test_a_head_named_in_the_column_of_relations_makes_no_form_of_a_table() -> None:
    header = ["户编号", "与户主关系", "姓名", "身份证号", "户类型", "健康状况"]
    row = ["6201000001", "户主", "张大山", ADULT, "脱贫户", "健康"]
    assert read(["脱贫户家庭成员"], header, row, []).kind is Kind.HOUSEHOLD_MEMBERS


def test_a_column_of_the_headers_upper_row_makes_no_list_of_a_special_group() -> None:
    head = [["是否留守儿童", "年级班级", "就读学段", "登记信息", "", ""],
            ["", "", "", "健康状况", "基本情况", ""],
            ["", "", "", "", "残疾类型", "姓名"]]  # fmt: skip
    merges = (*(((1, at), (3, at)) for at in range(3)), ((1, 3), (1, 5)), ((2, 3), (3, 3)),
              ((2, 4), (2, 5)))  # fmt: skip
    row = ["否", "五(2)班", "小学", "健康", "无残疾", "张小禾"]
    reading = read(["合水小学学生花名册"], *head, row, merges=merges)
    assert reading.kind is Kind.STUDENT_ROSTER


def test_a_row_that_numbers_the_columns_may_stand_below_words_of_foreign_columns() -> None:
    rows = [["户编号", "户类型", "其他", "", "与户主关系", "姓名", "身份证号"],
            ["", "", "是否团员", "鞋码", "", "", ""], ["1", "2", "3", "4", "5", "6", "7"],
            ["6201000001", "脱贫户", "否", "35", "户主", "张大山", ADULT]]  # fmt: skip
    assert read(*rows).row_count == 1


def test_a_level_of_a_repeated_header_that_names_one_group_is_no_row() -> None:
    head = [["序号", "登记信息", "", "年级", "学校"], ["", "详细信息", "", "", ""],
            ["", "姓 名", "身份证号", "", ""]]  # fmt: skip
    rows = [*head, ROW, *head, ["2", "李小苗", OTHER, "四年级", "云岭镇中心小学"]]
    merges = (((0, 1), (0, 2)), ((1, 1), (1, 2)), ((0, 0), (2, 0)), ((0, 3), (2, 3)))
    reading = read(*rows, merges=merges)
    assert reading.row_count == 2
    assert reading.refused_rows == []


def test_what_makes_a_pupil_poor_beside_the_households_type_is_no_unknown_category() -> None:
    rows = poor_student(户类型="脱贫户", 贫困类型="农村低保、残疾")
    reading = read(*rows)
    assert codes(reading) == []
    [said] = reading.batch.column("categories")
    assert [category for category, *_ in said] == ["lifted", "rural_allowance"]


def test_a_dormitory_that_a_pupil_lives_in_or_not_is_how_it_attends() -> None:
    rows = [[*STUDENT[:5], "宿舍入住状态"]]
    for number, word in ((CHILD, "住校"), (OTHER, "走读")):
        rows.append(["云岭镇中心小学", "张小禾", number, "三年级", "1班", word])
    assert column(rows, "boarding") == ["boarder", "day"]


@pytest.mark.parametrize(
    ("cells", "spring"),
    [
        ({"学年": "2025-2026", "学期": "春季学期"}, True),
        ({"学年": "2025-2026学年", "学期": "第二学期"}, True),
        ({"年度": "2026", "学期": "秋季"}, False),
        ({"学年": "2026-2027", "学期": "上学期"}, False),
    ],
)
def test_half_a_year_is_of_the_year_in_its_row(cells: dict[str, str], spring: bool) -> None:
    row = {"学校名称": "云岭镇中心小学", "年级": "三年级", "姓名": "张小禾", "身份证号": CHILD,
           "认定等级": "困难", **cells}  # fmt: skip
    said = ("2026-03-01", "2026-09-01") if spring else ("2026-09-01", "2027-03-01")
    batch = read([*row], [*row.values()]).batch
    assert (batch.column("recognised_from"), batch.column("recognised_until")) == (
        [said[0]], [said[1]],
    )  # fmt: skip
    row |= {"资助项目": "助学金", "资助金额": "500"}
    del row["认定等级"]
    assert column([[*row], [*row.values()]], "period") == ["2026春" if spring else "2026秋"]
