"""From tables to believed rows: who a row is about, when the list speaks, who stands twice."""

from datetime import date
from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import SheetReading, read_sheet
from jingzhun.rosters.records import COLUMNS
from tests.rosters.sheets import ADULT, CHILD, MEMBER, OTHER, STUDENT, TODAY, codes, read, sheet
from tests.rosters.test_problems import change, hardship, member, pair, poor_student, staff, student

GOOD: dict[Kind, list[list[Any]]] = {
    Kind.STUDENT_ROSTER: student(),
    Kind.HOUSEHOLD_MEMBERS: member(),
    Kind.POOR_STUDENT_LIST: poor_student(),
    Kind.HARDSHIP_LIST: hardship(),
    Kind.STAFF_ROSTER: staff(),
    Kind.PAIRING_LIST: pair(),
    Kind.STATUS_CHANGES: change(),
}


def identities(reading: SheetReading) -> list[str]:
    return reading.batch.column("identity")


@pytest.mark.parametrize("kind", GOOD)
def test_a_believed_row_holds_codes_and_iso_days_as_the_ledger_takes_them(kind: Kind) -> None:
    reading = read(*GOOD[kind])
    assert reading.kind is kind
    assert reading.batch.row_numbers == [2]
    assert set(reading.batch.columns) <= set(COLUMNS[kind])
    for name, column in reading.batch.columns.items():
        assert len(column) == 1, name
        assert isinstance(column[0], str | int | bool | tuple | None), name


def test_a_list_speaks_on_the_day_that_it_is_told_to() -> None:
    rows = [["截至2026年10月8日在校学生名册"], *student()]
    (told,) = read_sheet(
        sheet(*rows), file_name="x.xlsx", today=TODAY, as_of=date(2026, 9, 5)
    )  # fmt: skip
    assert told.stated_on == date(2026, 9, 5)


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("截至2026年10月8日在校学生名册", date(2026, 10, 8)),
        ("青禾小学学生花名册 填报日期:2026-09-15", date(2026, 9, 15)),
        ("青禾小学2026年10月学生花名册", date(2026, 10, 1)),  # that month is over
        ("青禾小学2026年11月学生花名册", TODAY),  # this month is not
        ("青禾小学2026年秋季学期学生花名册", TODAY),
        ("青禾小学2026年春季学期学生花名册", date(2026, 3, 1)),
        ("青禾小学2025-2026学年第二学期学生花名册", date(2026, 3, 1)),
        ("青禾小学学生花名册", TODAY),
    ],
)
def test_a_title_dates_its_list(title: str, day: date) -> None:
    assert read([title], *student()).stated_on == day


def test_a_column_of_the_days_of_the_data_wins_over_the_title() -> None:
    rows = member(数据日期="2026-06-30")
    assert read(["截至2026年10月8日脱贫人口"], *rows).stated_on == date(2026, 6, 30)


def test_a_person_is_known_by_id_and_nothing_else_where_there_is_one() -> None:
    assert identities(read(*student(学籍号=f"G{CHILD}"))) == [CHILD]


@pytest.mark.parametrize(
    ("rows", "identity"),
    [
        (student(身份证件号="", 学籍号=f"L{CHILD}"), f"S:L{CHILD}"),
        (poor_student(身份证件号="", 证件类型="其他", 学籍号=""), "H:6201000001:张小禾"),
        (
            student(身份证件号="", 证件类型="其他", 出生日期="2014-05-06"),
            "N:张小禾:2014-05-06:云岭镇中心小学:",
        ),
        (student(身份证件号="", 证件类型="其他"), "N:张小禾::云岭镇中心小学:3/1"),
    ],
)
def test_a_person_without_an_id_is_known_by_the_next_best(
    rows: list[list[Any]], identity: str
) -> None:
    assert identities(read(*rows)) == [identity]


def test_the_second_row_about_a_person_is_refused_and_names_the_first() -> None:
    rows = student()
    reading = read(*rows, student(姓名="张大禾")[1], student(姓名="王二", 身份证件号=OTHER)[1])
    assert (reading.batch.row_numbers, reading.refused_rows) == ([2, 4], [3])
    [problem] = reading.problems
    assert problem.code == "duplicate_person"
    assert "Sheet1!第2行" in problem.message
    assert CHILD not in problem.message


def test_a_row_refused_for_something_else_does_not_take_a_place() -> None:
    reading = read(*student(年级="十三年级"), student()[1])
    assert (reading.batch.row_numbers, reading.refused_rows) == ([3], [2])


def test_a_person_is_found_again_across_sheets_of_one_file_and_kinds_stay_apart() -> None:
    seen: dict[Any, Any] = {}
    readings = [
        reading
        for name, rows in (("一班", student()), ("二班", student()), ("认定", hardship()))
        for reading in read_sheet(
            sheet(*rows, name=name), file_name="x.xlsx", today=TODAY, as_of=None, seen=seen
        )
    ]
    assert [reading.refused_rows for reading in readings] == [[], [2], []]
    assert "一班!第2行" in readings[1].problems[0].message


def test_events_and_pairs_repeat_only_with_all_that_makes_them() -> None:
    events = read(*change(), change(异动类型="休学")[1], change(异动时间="2026-10-16")[1])
    assert events.refused_rows == []
    pairs = read(*pair(), pair(帮扶责任人="王帮扶")[1], pair(户编号="6201000002")[1], pair()[1])
    assert pairs.refused_rows == [5]


@pytest.mark.parametrize(
    ("title", "span"),
    [
        ("2026年秋季学期困难学生认定名单", ("2026-09-01", "2027-03-01")),
        ("2026-2027学年困难学生认定名单", ("2026-09-01", "2027-09-01")),
        ("困难学生认定名单", ("2026-09-01", "2027-09-01")),
    ],
)
def test_a_recognition_holds_for_what_its_list_names(title: str, span: tuple[str, str]) -> None:
    batch = read([title], *hardship()).batch
    assert (batch.column("recognised_from")[0], batch.column("recognised_until")[0]) == span


def test_two_tables_of_one_sheet_are_read_each_for_itself() -> None:
    rows = [*student(), [], ["户主与家庭成员"], *member()]
    found = read_sheet(sheet(*rows), file_name="x.xlsx", today=TODAY, as_of=None)
    assert [(reading.kind, reading.batch.row_numbers) for reading in found] == [
        (Kind.STUDENT_ROSTER, [2]),
        (Kind.HOUSEHOLD_MEMBERS, [6]),
    ]


def test_a_sheet_that_is_no_list_says_what_it_is_nearest_to() -> None:
    (reading,) = read_sheet(
        sheet(["姓名", "菜名"], ["张三", "土豆"]), file_name="x.xlsx", today=TODAY, as_of=None
    )
    assert reading.kind is None
    assert reading.row_count == 0
    assert reading.reason


def test_the_result_sheet_and_an_empty_sheet_give_nothing() -> None:
    for rows in ([["导入结果"], ["文件", "行数"]], [], [["", ""]]):
        page = sheet(*rows, name="导入结果")
        assert read_sheet(page, file_name="x.xlsx", today=TODAY, as_of=None) == []


def test_a_refused_row_names_all_its_faults_in_the_order_of_its_columns() -> None:
    reading = read(STUDENT, ["云岭镇中心小学", "张3", CHILD[:17], "十三年级", "1班", "2"])
    assert codes(reading) == [
        (2, "B", "name_invalid"),
        (2, "C", "id_length"),
        (2, "D", "grade_unreadable"),
        (2, "F", "boarding_unknown"),
    ]
    assert len(reading.batch) == 0


def test_the_head_of_a_household_is_told_to_its_members() -> None:
    rows = [MEMBER, ["6201000001", "张小禾", CHILD, "之子", "脱贫户"],
            ["6201000001", "张大山", ADULT, "户主", "脱贫户"]]  # fmt: skip
    batch = read(*rows).batch
    assert batch.column("head_name") == ["张大山", "张大山"]
    assert batch.column("head_id") == [ADULT, ADULT]
