"""A run's page: the JSON contract, totals that are the sum of their parts, lists to sign."""

import io
import json
from typing import Any

import pytest

from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Format
from jingzhun.errors import JingzhunError
from jingzhun.render import show
from jingzhun.reports.aid.subsidy import subsidy_page
from tests.builders import World
from tests.policies.worlds import put_pupil, put_teachers, run

POOR: dict[str, Any] = {
    "boarding": [{"boarding": "boarder"}],
    "category": [{"category": "lifted"}],
}


@pytest.fixture
def page(world: World) -> Page:
    for school, stage, grade, name in (
        ("青禾小学", "primary", 3, "张一"),
        ("青禾小学", "primary", 2, "李二"),
        ("白石中学", "junior", 8, "王三"),
        ("青禾小学", "preschool", -2, "赵四"),
    ):
        enrolment = {"school": school, "stage": stage, "grade": grade}
        person = put_pupil(world, POOR | {"enrolment": [enrolment]})
        person.name = name
    world.session.flush()
    return subsidy_page(world.session, run(world.session, "2026-11"))


def as_json(page: Page) -> dict[str, Any]:
    stream = io.StringIO()
    show(page, format=Format.JSON, out=None, show_ids=False, stream=stream)
    read: dict[str, Any] = json.loads(stream.getvalue())
    return read


def test_json_has_the_keys_of_the_contract(page: Page) -> None:
    read = as_json(page)
    assert set(read) == {
        "period", "pack", "run", "state", "schemes", "lines", "beside", "staff", "counts",
        "total_fen", "notices",
    }  # fmt: skip
    assert set(read["schemes"][0]) == {"scheme", "pupils", "amount_fen"}
    assert set(read["lines"][0]) == {
        "scheme", "month", "id_number", "student_no", "name", "school", "grade", "class_no",
        "days", "rate_fen", "amount_fen", "shares",
    }  # fmt: skip
    assert (read["period"], read["pack"], read["state"]) == ("2026-11", "plan", "draft")


def test_totals_are_the_sum_of_their_lines(page: Page) -> None:
    read = as_json(page)
    total = 2 * 12500 + 15000 + 3 * 8400 + 10000
    assert read["total_fen"] == total
    assert sum(line["amount_fen"] for line in read["lines"]) == total
    assert sum(scheme["amount_fen"] for scheme in read["schemes"]) == total
    rosters = [table for table in page.tables if table.key.startswith("roster_")]
    assert sum(_total(table) for table in rosters) == total


def test_lines_stand_by_scheme_school_stage_grade_and_name(page: Page) -> None:
    meals = [line for line in as_json(page)["lines"] if line["scheme"] == "nutrition"]
    assert [line["name"] for line in meals] == ["王三", "李二", "张一"]
    assert meals[1] == {
        "scheme": "nutrition",
        "month": "2026-11",
        "id_number": "629999********0024",
        "student_no": None,
        "name": "李二",
        "school": "青禾小学",
        "grade": 2,
        "class_no": 1,
        "days": 21,
        "rate_fen": 400,
        "amount_fen": 8400,
        "shares": {},
    }


def test_people_see_subtotals_and_the_total_in_capitals(page: Page) -> None:
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    shown = stream.getvalue()
    assert "小计" in shown
    assert "合计人民币（大写）：柒佰伍拾贰元整" in shown
    assert "财教〔2021〕174号" in shown
    assert "629999" not in shown


def test_each_scheme_and_school_has_a_list_to_sign(page: Page) -> None:
    sheets = [table for table in page.tables if Format.XLSX in table.shown_in]
    headings = [table.heading for table in sheets]
    assert headings[0] == "第 1 批　草稿　汇总"
    assert "青禾小学　营养改善计划膳食补助" in headings
    assert "白石中学　寄宿生生活补助" in headings
    meals = sheets[headings.index("青禾小学　营养改善计划膳食补助")]
    assert [column.title for column in meals.columns] == [
        "序号", "年级", "班级", "姓名", "天数", "标准（元，每生每天）", "金额（元）",
        "领取人签字", "备注",
    ]  # fmt: skip
    assert [row[3:7] for row in meals.rows] == [("李二", 21, 400, 8400), ("张一", 21, 400, 8400)]
    assert not [column for table in sheets for column in table.columns if _is_id(column)]


def test_a_term_has_one_row_for_each_pupil_to_sign(world: World) -> None:
    put_pupil(world, POOR | {"enrolment": [{"stage": "primary", "grade": 3}]})
    page = subsidy_page(world.session, run(world.session, "2026秋"))
    living = next(table for table in page.tables if table.key.startswith("roster_boarding"))
    assert page.title == "2026年秋季学期学生资助发放花名册"
    assert [row[5] for row in living.rows] == [62500]


def test_sets_and_loans_stand_apart_and_in_no_sum(world: World) -> None:
    student = {"school": "青禾学院", "stage": "college", "grade": 1}
    put_pupil(world, POOR | {"enrolment": [{"school": "青禾小学", "stage": "primary", "grade": 3}]})
    put_pupil(world, POOR | {"enrolment": [student]})
    page = subsidy_page(world.session, run(world.session, "2026-09"))
    read = as_json(page)
    assert read["beside"] == [
        {
            "scheme": "student_loan",
            "school": "青禾学院",
            "pupils": 1,
            "sets": None,
            "loan_fen": 800000,
        },
        {"scheme": "textbook", "school": "青禾小学", "pupils": 1, "sets": 1, "loan_fen": None},
    ]
    assert not {"student_loan", "textbook"} & {line["scheme"] for line in read["lines"]}
    assert read["total_fen"] == sum(line["amount_fen"] for line in read["lines"]) > 0
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    assert "不计入金额的项目" in stream.getvalue()
    assert "免费教科书" in stream.getvalue()


def test_what_is_paid_to_teachers_stands_apart_and_in_no_sum(world: World) -> None:
    put_teachers(world)
    page = subsidy_page(world.session, run(world.session, "2026-11"))
    read = as_json(page)
    assert read["staff"] == [
        {
            "scheme": "rural_teacher",
            "month": "2026-11",
            "school": "青禾小学",
            "name": "李帮",
            "rate_fen": 40000,
            "amount_fen": 40000,
            "shares": {"市县": 40000},
        }
    ]
    assert (read["lines"], read["total_fen"]) == ([], 0)
    assert "乡村教师生活补助所用的标准未核实：县政办〔2026〕3号。" in read["notices"]


def test_stored_rows_are_a_sequence(page: Page) -> None:
    lines = next(table for table in page.tables if table.key == "lines").rows
    every = list(lines)
    assert len(lines) == len(every) == 7
    assert lines[:3] == every[:3]
    assert lines[2] == every[2]
    assert lines[-1] == every[-1]
    with pytest.raises(IndexError):
        _ = lines[7]


def test_unknown_run_is_refused(world: World) -> None:
    with pytest.raises(JingzhunError) as refused:
        subsidy_page(world.session, 7)
    assert refused.value.code == "run_unknown"


def _total(table: Any) -> int:
    keys = [column.key for column in table.columns]
    return int(table.total[keys.index("amount_fen")])


def _is_id(column: Column) -> bool:
    return column.kind is ColumnKind.ID
