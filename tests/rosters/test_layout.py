"""Tables are found wherever they stand; a row is left out only for what it is seen to be."""

from datetime import date
from typing import Any

import pytest

from jingzhun.core.terms import Month, Season, Term
from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.layout.tables import Grid, find_tables
from tests.rosters.sheets import ADULT, CHILD, OTHER, sheet

HEADER = ["序号", "姓名", "身份证号", "年级", "班级", "就读方式"]
ONE = [1.0, "张小禾", CHILD, "三年级", "1班", "走读"]
TWO = [2.0, "李小麦", OTHER, "三年级", "2班", "住校"]


def grid(*rows: list[Any], **how: Any) -> Grid:
    (found,) = find_tables(sheet(*rows, **how))
    return found


def field_of(found: Grid) -> dict[str, str]:
    return {column.field: column.letter for column in found.columns}


def merged(*areas: str) -> tuple[tuple[tuple[int, int], tuple[int, int]], ...]:
    """Give merges from areas like A1:C1."""

    def corner(place: str) -> tuple[int, int]:
        return int(place[1:]) - 1, ord(place[0]) - 65

    return tuple((corner(area.split(":")[0]), corner(area.split(":")[1])) for area in areas)


def test_one_header_row_from_the_national_system() -> None:
    found = grid(HEADER, ONE, TWO)
    assert found.kind is Kind.STUDENT_ROSTER
    assert found.header_rows == (1,)
    assert found.row_numbers == [2, 3]
    assert found.cells(1) == ["张小禾", "李小麦"]


def test_a_table_may_start_at_c4_under_title_and_unit_rows() -> None:
    def pad(row: list[Any]) -> list[Any]:
        return ["", "", *row]

    found = grid(
        pad(["青禾县云岭镇中心小学2026年秋季学期学生花名册"]),
        [],
        pad(["填报单位(盖章):", "云岭镇中心小学", "", "填报日期:2026年10月8日"]),
        pad(HEADER),
        pad(ONE),
        merges=merged("C1:H1"),
    )
    assert found.header_rows == (4,)
    assert field_of(found)["name"] == "D"
    assert found.row_numbers == [5]
    assert found.context.school == "青禾县云岭镇中心小学"
    assert found.context.stage == "primary"
    assert found.context.term == Term(2026, Season.AUTUMN)
    assert found.context.stated_on == date(2026, 10, 8)


def test_two_merged_header_rows_keep_the_parents_name_apart() -> None:
    found = grid(
        ["学生花名册"],
        ["序号", "学生信息", "", "", "家长信息", "", "备注"],
        ["", "姓名", "身份证号", "年级", "姓名", "联系电话", ""],
        [1.0, "张小禾", CHILD, "三年级", "张大田", "13900000000", ""],
        merges=merged("A1:G1", "A2:A3", "B2:D2", "E2:F2", "G2:G3"),
    )
    assert found.header_rows == (2, 3)
    assert field_of(found) == {
        "sequence": "A", "name": "B", "id_number": "C", "grade": "D",
        "guardian_name": "E", "guardian_phone": "F", "remark": "G",
    }  # fmt: skip
    assert found.column("guardian_name").header == "家长信息/姓名"  # type: ignore[union-attr]


def test_a_text_file_has_no_merges_and_yet_two_header_rows() -> None:
    found = grid(
        ["序号", "姓名", "身份证号", "年级", "家长信息", "", "备注"],
        ["", "", "", "", "姓名", "联系电话", ""],
        ["1", "张小禾", CHILD, "三年级", "张大田", "13900000000", ""],
    )
    assert found.header_rows == (1, 2)
    assert field_of(found)["guardian_phone"] == "F"


def test_three_header_rows() -> None:
    found = grid(
        ["序号", "学生", "", "", "", "帮扶", "", ""],
        ["", "基本情况", "", "就读情况", "", "帮扶责任人", "", ""],
        ["", "姓名", "身份证号", "学校", "年级", "姓名", "单位", "电话"],
        [1.0, "张小禾", CHILD, "云岭小学", "三年级", "王老师", "云岭小学", "13900000000"],
        merges=merged("A1:A3", "B1:E1", "F1:H1", "B2:C2", "D2:E2", "F2:H2"),
    )
    assert found.kind is Kind.PAIRING_LIST
    assert found.header_rows == (1, 2, 3)
    assert field_of(found)["name"] == "B"
    assert field_of(found)["helper"] == "F"
    assert field_of(found)["helper_phone"] == "H"


@pytest.mark.parametrize(
    "tail",
    [
        ["合计", "", "", "", "", ""],
        ["合 计", "2人", "", "", "", ""],
        ["", "本页小计", "", "", "", ""],
        ["总计:2人", "", "", "", "", ""],
        ["合计金额(大写)", "壹佰元整", "", "", "", ""],
        ["填表人:张大田", "", "审核人:李大麦", "", "", ""],
        ["校长签字:", "", "", "班主任签字:", "", ""],
        ["校长", "", "经办人", "", "班主任", ""],
        ["制表人", "张大田", "", "", "", ""],
        ["注:本表一式两份。", "", "", "", "", ""],
        ["说明:", "以上人员已公示", "", "", "", ""],
        ["1.本表由班主任填写,经学校审核后上报,一式两份。", "", "", "", "", ""],
        ["", "", "", "", "", "2026年10月8日"],
        ["共2人", "", "", "", "", ""],
        ["第1页,共3页", "", "", "", "", ""],
        ["(盖章)", "", "", "", "", ""],
        ["以下空白", "", "", "", "", ""],
    ],
)
def test_tails_are_nobody(tail: list[Any]) -> None:
    assert grid(HEADER, ONE, TWO, [], tail).row_numbers == [2, 3]
    assert grid(HEADER, ONE, tail, TWO).row_numbers == [2, 4]


@pytest.mark.parametrize(
    "row",
    [
        [3.0, "合计", ADULT, "三年级", "1班", ""],
        [3.0, "王小田", "", "", "", ""],
        ["", "王小田", "", "", "", ""],
        ["", "王小田", "110101", "一年级", "", ""],
        [3.0, "", ADULT, "", "", ""],
        [3.0, "", "", "三年级", "1班", "走读"],
        [3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
        [3.0, "安校长", "", "三年级", "1班", ""],
        [3.0, "共小田", "", "三年级", "1班", ""],
        [3.0, "范例", ADULT, "三年级", "1班", ""],
        [3.0, "主麻", "", "三年级", "1班", ""],
        ["小计村", "王小田", "", "三年级", "1班", ""],
        [3.0, "王小田(转入)", ADULT, "三年级", "1班", ""],
        [3.0, "王小田", 6.22921e17, "三年级", "1班", ""],
        [3.0, "王小田", "同上", "三年级", "1班", ""],
    ],
)
def test_what_may_be_about_somebody_is_never_left_out(row: list[Any]) -> None:
    assert grid(HEADER, ONE, row, TWO).row_numbers == [2, 3, 4]


def test_a_headmaster_is_no_signature() -> None:
    found = grid(
        ["职务", "姓名", "性别", "职称"],
        ["校长", "王大山", "男", "高级教师"],
        ["班主任", "李大河", "女", "一级教师"],
        ["校长", "", "", ""],
    )
    assert found.row_numbers[:2] == [2, 3]


@pytest.mark.parametrize(
    "row",
    [
        ["示例", "张三", CHILD, "三年级", "1班", "走读"],
        ["例:", "张三", CHILD, "三年级", "1班", "走读"],
        [1.0, "例:张三", CHILD, "三年级", "1班", "走读"],
        [1.0, "张三(示例)", CHILD, "三年级", "1班", "走读"],
        ["填写说明:身份证号须为文本", "", "", "", "", ""],
        ["", "必填", "必填,18位", "如:三年级", "选填", "下拉选择"],
        ["序号", "姓 名", "身份证号", "年级", "班级", "就读方式"],
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        ["", "", " ", "", "\u3000", ""],
        [3.0, "", "", "", "", ""],
    ],
)
def test_examples_hints_repeated_headers_and_blanks_are_nobody(row: list[Any]) -> None:
    assert grid(HEADER, row, ONE, TWO).row_numbers == [3, 4]


def test_an_example_may_be_marked_in_its_remark() -> None:
    header = [*HEADER, "备注"]
    assert grid(header, [*ONE, "示例"], [*TWO, "转入"]).row_numbers == [3]


def test_two_header_rows_again_on_the_next_page() -> None:
    upper = ["序号", "学生信息", "", "", "家长信息", ""]
    lower = ["", "姓名", "身份证号", "年级", "姓名", "电话"]
    row = [1.0, "张小禾", CHILD, "三年级", "张大田", "13900000000"]
    found = grid(
        upper, lower, row, ["本页小计"], upper, lower, row,
        merges=merged("A1:A2", "B1:D1", "E1:F1", "A5:A6", "B5:D5", "E5:F5"),
    )  # fmt: skip
    assert found.row_numbers == [3, 7]


def test_section_lines_give_the_rows_below_their_class() -> None:
    found = grid(
        ["花名册"],
        ["序号", "姓名", "身份证号", "性别", "班级"],
        ["一年级(2)班"],
        [1.0, "张小禾", CHILD, "男", ""],
        ["二年级1班(共1人)"],
        [1.0, "李小麦", OTHER, "女", ""],
        merges=merged("A1:E1", "A3:E3", "A5:E5"),
    )
    assert found.row_numbers == [4, 6]
    assert found.section_rows == (3, 5)
    first, second = found.row_context[4], found.row_context[6]
    assert (first.grade, first.class_text) == ("一年级", "2")
    assert (second.grade, second.class_text) == ("二年级", "1")


def test_numbered_sections_are_lines_and_not_people() -> None:
    found = grid(HEADER, ["一、在校学生"], ONE, ["二、随班就读学生"], TWO)
    assert found.row_numbers == [3, 5]
    assert found.row_context[5].title == "二、随班就读学生"


def test_merged_down_and_ditto_cells_are_filled_and_plain_blanks_are_not() -> None:
    found = grid(
        ["户编号", "户主姓名", "姓名", "证件号码", "与户主关系", "行政村"],
        ["6200000001", "王大山", "王大山", ADULT, "户主", "柳河村"],
        ["", "", "王小山", CHILD, "之子", "同上"],
        ["6200000002", "李大河", "李大河", OTHER, "户主", "〃"],
        ["", "", "李小河", CHILD, "之子", ""],
        merges=merged("A2:A3", "B2:B3"),
    )
    assert found.cells(0) == ["6200000001", "6200000001", "6200000002", ""]
    assert found.cells(1) == ["王大山", "王大山", "李大河", ""]
    assert found.cells(5) == ["柳河村", "柳河村", "柳河村", ""]


def test_a_remark_merged_across_does_not_hide_its_row() -> None:
    found = grid(
        HEADER,
        ONE,
        [2.0, "李小麦", "", "已转走", "", ""],
        merges=merged("D3:F3"),
    )
    assert found.row_numbers == [2, 3]


def test_a_header_twice_means_its_first_column_that_holds_anything() -> None:
    header = ["户编号", "姓名", "证件号码", "风险是否已消除", "与户主关系", "风险是否已消除"]
    blank = ["1", "王大山", ADULT, "", "户主", "是"]
    found = grid(header, blank)
    assert field_of(found)["risk_removed"] == "F"
    assert [(spare.field, spare.letter) for spare in found.spares] == [("risk_removed", "D")]
    found = grid(header, ["1", "王大山", ADULT, "否", "户主", "是"])
    assert field_of(found)["risk_removed"] == "D"


def test_tables_may_follow_each_other_with_or_without_a_gap() -> None:
    staff = ["姓名", "工号", "职称"]
    gaps: list[list[list[Any]]] = [
        [[]], [["教职工花名册"]], [[], ["教职工花名册"], ["单位:云岭小学"]], [],
    ]  # fmt: skip
    for gap in gaps:
        first, second = find_tables(
            sheet(HEADER, ONE, TWO, *gap, staff, ["王大山", "T01", "一级教师"])
        )
        assert (first.kind, first.row_numbers) == (Kind.STUDENT_ROSTER, [2, 3])
        assert second.kind is Kind.STAFF_ROSTER
        assert second.row_numbers == [5 + len(gap)]


def test_tables_may_stand_side_by_side() -> None:
    header = ["序号", "姓名", "身份证号", "年级"]
    left, right = find_tables(
        sheet(
            ["三年级名册"],
            [*header, *header],
            [1.0, "张小禾", CHILD, "三年级", 2.0, "李小麦", OTHER, "三年级"],
            [3.0, "王小田", ADULT, "三年级", "", "", "", ""],
            ["合计", "", "", "", "", "", "", ""],
        )
    )
    assert left.row_numbers == [3, 4]
    assert right.row_numbers == [3]
    assert right.cells(right.column("name").index) == ["李小麦"]  # type: ignore[union-attr]


def test_tail_dates_the_list_when_its_title_does_not() -> None:
    found = grid(["学生花名册"], HEADER, ONE, ["填表人:张大田", "", "", "填表日期:2026年9月20日"])
    assert found.context.stated_on == date(2026, 9, 20)


@pytest.mark.parametrize(
    ("title", "attribute", "expected"),
    [
        ("云岭镇中心小学2026年秋季学期学生花名册", "term", Term(2026, Season.AUTUMN)),
        ("2026-2027学年第一学期学生花名册", "term", Term(2026, Season.AUTUMN)),
        ("2026—2027学年度第二学期学生花名册", "term", Term(2027, Season.SPRING)),
        ("2026-2027学年上学期学生花名册", "term", Term(2026, Season.AUTUMN)),
        ("2026-2027学年学生花名册", "school_year", 2026),
        ("2026年11月学生花名册", "month", Month(2026, 11)),
        ("学生花名册(截至2026年10月31日)", "stated_on", date(2026, 10, 31)),
        ("学生花名册 数据日期:20261031", "stated_on", date(2026, 10, 31)),
        ("学生花名册 制表日期:2026.10.31", "stated_on", date(2026, 10, 31)),
        ("2026年秋季学期云岭镇初级中学学生花名册", "school", "云岭镇初级中学"),
        ("云岭镇第一幼儿园幼儿花名册", "stage", "preschool"),
        ("云岭镇初级中学学生花名册", "stage", "junior"),
        ("青禾县职教中心学生花名册", "stage", "vocational"),
        ("青禾县中小学学生花名册", "school", None),
        ("全县小学学生花名册", "school", None),
        ("云岭镇中心小学三年级2班学生花名册", "grade", "三年级"),
        ("云岭镇中心小学三年级(2)班学生花名册", "class_text", "2"),
        ("一年级至六年级学生花名册", "grade", None),
    ],
)
def test_titles_tell_what_the_rows_leave_out(title: str, attribute: str, expected: object) -> None:
    assert getattr(grid([title], HEADER, ONE).context, attribute) == expected


def test_sheet_and_file_names_are_weaker_hints() -> None:
    rows = (HEADER, ONE)
    (found,) = find_tables(sheet(*rows, name="三(2)班"), file_name="云岭镇中心小学2026年秋.xlsx")
    assert found.context.grade == "三年级"
    assert found.context.class_text == "2"
    assert found.context.school == "云岭镇中心小学"
    assert found.context.term == Term(2026, Season.AUTUMN)
    (found,) = find_tables(sheet(["石桥小学花名册"], *rows), file_name="云岭镇中心小学.xlsx")
    assert found.context.school == "石桥小学"


def test_an_empty_sheet_has_no_table() -> None:
    assert find_tables(sheet()) == []
    assert find_tables(sheet(["", ""], [""])) == []


def test_a_header_without_rows_is_a_table_without_rows() -> None:
    found = grid(["学生花名册"], HEADER)
    assert found.kind is Kind.STUDENT_ROSTER
    assert found.row_numbers == []
    assert found.cells(1) == []


def test_a_sheet_of_numbers_only_says_that_it_has_no_header() -> None:
    found = grid([1.0, 2.0], [3.0, 4.0])
    assert found.kind is None
    assert "表头" in found.near


def test_an_unknown_list_says_what_it_is_nearest_to_and_what_is_missing() -> None:
    found = grid(["姓明", "身份证号", "年级", "班级"], ["张小禾", CHILD, "三年级", "1班"])
    assert found.kind is None
    assert "学籍名册" in found.near
    assert "缺少必需的列：姓名" in found.near
    assert "“姓明”（A列）像“姓名”" in found.near
    assert "没有认出" in grid(["日期", "摘要", "收入"], ["9月1日", "拨款", 1.0]).near


def test_a_payment_list_is_not_taken_for_a_roster() -> None:
    for amount in ("金额(元)", "资助金额", "金额（万元）"):
        found = grid([*HEADER, amount, "银行卡号"], [*ONE, 625.0, "6217000000000000001"])
        assert found.kind is Kind.AID_PAYMENT


def test_a_row_named_far_down_by_a_damaged_file_is_reached_over_the_empty_ones() -> None:
    empty: list[list[Any]] = [[] for _ in range(400_000)]
    head = ["序号", "姓名", "身份证号", "年级"]
    found = grid(["云岭镇中心小学名单"], *empty, head, [1, "赵一", CHILD, "三年级"])
    assert found.header_rows == (400_002,)
    assert found.row_numbers == [400_003]
