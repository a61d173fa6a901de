"""Documents of cases: what a school prints, signs and hands to parents and to the bureau."""

import io
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from jingzhun.core.page import Page
from jingzhun.core.paper import PARTS, Grid, Paper
from jingzhun.core.report_vocabulary import CasePaper
from jingzhun.core.table import Format
from jingzhun.core.vocabulary import (
    CaseAction,
    Category,
    Change,
    CloseReason,
    DropoutKind,
    Standing,
)
from jingzhun.errors import JingzhunError
from jingzhun.render import show
from jingzhun.reports.children.case_print import print_page
from jingzhun.services.desk.cases import Taken, close_case, open_case, step_case
from jingzhun.store.schema import DropoutEntry, Visit
from tests.builders import World
from tests.reports.reading import page_facts
from tests.reports.test_monthly import HAND

OPENED = date(2026, 11, 2)
TODAY = date(2026, 11, 12)


def step(world: World, number: int, action: CaseAction, day: int, words: str = "") -> None:
    taken = Taken(action=action, done_on=date(2026, 11, day), done_by="王老师", words=words)
    step_case(world.session, number, taken, HAND, today=TODAY)


def family(world: World) -> int:
    """A girl of a listed household, phoned and visited, gone to a building site."""
    home = world.household(Category.LIFTED, head_name="赵大山")
    girl = world.person(
        "赵小燕", sex="female", household_id=home.id, is_left_behind=True,
        guardian_name="赵大山", guardian_relation="父亲", guardian_phone="13800000000",
    )  # fmt: skip
    world.enrol(girl, grade=5, class_no=2)
    world.stand(girl, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2026, 10, 12))
    world.session.add(
        DropoutEntry(
            person_id=girl.id,
            reason="外出务工",
            identity="D1",
            sheet_id=world.sheet_id,
            row_number=90,
        )
    )
    for day, result in ((20, "同意考虑"), (1, "上学期的事")):
        world.session.add(
            Visit(
                person_id=girl.id, visited_on=date(2026, 10, day), purpose="persuasion",
                identity=f"V{day}", visitor="李校长", result=result, sheet_id=world.sheet_id,
                row_number=90 + day,
            )
        )  # fmt: skip
    world.session.flush()
    number = open_case(world.session, "赵小燕", "没来", HAND, today=OPENED, keeper="李老师")
    step(world, number, CaseAction.PHONE, 3, "父亲说孩子去了工地")
    step(world, number, CaseAction.VISIT, 5, "家中只有祖母")
    return number


def page_of(world: World, kind: CasePaper, *numbers: int, on: date = TODAY) -> Page:
    return print_page(world.session, kind, numbers, on, None)


def text_of(page: Page, format_: Format = Format.TABLE, *, show_ids: bool = False) -> str:
    stream = io.StringIO()
    show(page, format=format_, out=None, show_ids=show_ids, stream=stream)
    return stream.getvalue()


@pytest.mark.parametrize("kind", list(CasePaper))
def test_people_read_the_document(world, golden, kind):
    number = family(world)
    golden(f"case_{kind.value}.txt", text_of(page_of(world, kind, number)))


@pytest.mark.parametrize("kind", list(CasePaper))
def test_every_row_of_a_form_is_as_wide_as_the_paper(world, kind):
    for sheet in page_of(world, kind, family(world)).sheets:
        assert isinstance(sheet, Paper)
        for block in sheet.blocks:
            if isinstance(block, Grid):
                assert {sum(box.parts for box in row) for row in block.rows} == {PARTS}


def test_the_letter_names_no_id_number_even_when_ids_are_shown(world):
    page = page_of(world, CasePaper.LETTER, family(world))
    for format_ in (Format.TABLE, Format.HTML):
        assert not re.search(r"\d{6}[\d*]{8}\d{3}[\dX]", text_of(page, format_, show_ids=True))


@pytest.mark.parametrize("kind", [CasePaper.VISIT, CasePaper.REPORT])
def test_forms_mask_the_id_number_unless_told(world, kind, tmp_path: Path):
    page = page_of(world, kind, family(world))
    assert "629999********" in text_of(page, Format.HTML)
    assert "62999920140506" not in text_of(page, Format.HTML)
    assert "62999920140506" in text_of(page, Format.HTML, show_ids=True)
    show(page, format=Format.XLSX, out=tmp_path / "x.xlsx", show_ids=False, stream=io.StringIO())
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    assert sheet is not None
    told = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("629999********" in each for each in told)
    assert not any("62999920140506" in each for each in told)


def test_a_step_of_the_case_tells_the_visit_of_the_same_day_once_and_none_from_before(world):
    number = family(world)
    person = page_facts(page_of(world, CasePaper.REPORT, number))["cases"][0]
    assert (person["due"], person["name"]) == ("persuade", "赵小燕")
    lines = text_of(page_of(world, CasePaper.REPORT, number))
    assert lines.count("2026-11-05　家访") == 1
    assert "2026-10-20　劝返　李校长　同意考虑" in lines
    assert "上学期的事" not in lines


def test_the_deadline_is_the_day_of_the_written_report_and_a_line_to_write_on_once_it_is_past(
    world,
):
    number = family(world)
    assert "请您在2026年11月17日前送孩子到校" in text_of(page_of(world, CasePaper.LETTER, number))
    late = text_of(page_of(world, CasePaper.LETTER, number, on=date(2026, 11, 17)))
    assert "请您在＿＿＿＿年＿＿月＿＿日前送孩子到校" in late


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (DropoutKind.SUSPENSION_EXPIRED, "休学已在2026年10月31日期满，至今没有办理复学。"),
        (DropoutKind.NEVER_ENROLLED, "已到入学年龄，应在2020年9月1日入学"),
        (DropoutKind.LEFT_WITHOUT_RECEIVER, "在2026年10月12日离校，学校至今没有见到"),
    ],
)
def test_the_letter_says_in_its_own_words_how_the_child_is_gone(world, kind, words):
    child = world.person("他")
    if kind is not DropoutKind.NEVER_ENROLLED:
        world.enrol(child, until=date(2026, 10, 12) if "left" in kind else None)
    if kind is DropoutKind.SUSPENSION_EXPIRED:
        world.stand(child, Standing.SUSPENDED, Change.SUSPENSION, from_=date(2026, 9, 14),
                    ends_on=date(2026, 10, 31))  # fmt: skip
    number = open_case(world.session, "他", "没来", HAND, today=OPENED)
    assert words in text_of(page_of(world, CasePaper.LETTER, number))


def test_without_numbers_all_cases_are_printed_that_have_the_step_before_them(world):
    first = family(world)
    for name in ("甲", "乙"):
        child = world.person(name)
        world.enrol(child)
        world.stand(child, Standing.AWAY, Change.AWAY, from_=date(2026, 10, 12))
        number = open_case(world.session, name, "没来", HAND, today=OPENED)
        step(world, number, CaseAction.PHONE, 3)
    assert [case["name"] for case in page_facts(page_of(world, CasePaper.VISIT))["cases"]] == [
        "甲", "乙",
    ]  # fmt: skip
    letters = page_facts(page_of(world, CasePaper.LETTER))["cases"]
    assert [case["case"] for case in letters] == [first]
    with pytest.raises(JingzhunError, match="没有下一步是书面报告的个案"):
        page_of(world, CasePaper.REPORT)
    with pytest.raises(JingzhunError, match="没有叫“西河小学”的学校"):
        print_page(world.session, CasePaper.VISIT, [], TODAY, "西河小学")


def test_an_unknown_and_a_closed_case_are_refused_in_words(world):
    number = family(world)
    close_case(world.session, number, CloseReason.TRANSFERRED, "有回执", HAND, today=TODAY)
    with pytest.raises(JingzhunError, match="第 1 号个案已结案，不用出劝返书"):
        page_of(world, CasePaper.LETTER, number)
    with pytest.raises(JingzhunError, match="没有第 7 号个案"):
        page_of(world, CasePaper.LETTER, 7)


def test_each_case_has_its_sheet_and_what_was_written_in_a_name_stays_text(world, tmp_path: Path):
    for name in ("=1+1", "<b>粗</b>"):
        child = world.person(name)
        world.enrol(child)
        world.stand(child, Standing.AWAY, Change.AWAY, from_=date(2026, 10, 12))
        open_case(world.session, name, "没来", HAND, today=OPENED)
    page = page_of(world, CasePaper.VISIT, 1, 2)
    html = text_of(page, Format.HTML)
    assert html.count('<section class="paper"') == 2
    assert "&lt;b&gt;粗&lt;/b&gt;" in html
    show(page, format=Format.XLSX, out=tmp_path / "x.xlsx", show_ids=False, stream=io.StringIO())
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert len(book.sheetnames) == 2
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_the_statements_do_not_grow_with_the_cases(world, statements):
    family(world)
    world.session.flush()
    statements()
    page_of(world, CasePaper.LETTER, 1)
    few = statements()
    for number in range(30):
        child = world.person(f"生{number}")
        world.enrol(child)
        world.stand(child, Standing.AWAY, Change.AWAY, from_=date(2026, 10, 12))
        open_case(world.session, f"生{number}", "没来", HAND, today=OPENED)
    statements()
    page_of(world, CasePaper.LETTER, *range(1, 31))
    assert statements() == few
