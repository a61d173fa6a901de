"""The rosters give back what the ledger holds on a day, each row with its places."""

import io
from datetime import date
from typing import Any

import pytest

from jingzhun.core.table import ColumnKind, Format, Table
from jingzhun.core.vocabulary import Boarding, Category, Change, Sex, Standing
from jingzhun.errors import UsageError
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from jingzhun.reports.lists.fields import RosterKind
from jingzhun.store.schema import Source
from tests.builders import TODAY, World
from tests.reports.reading import read

OCTOBER = date(2026, 10, 12)
ISSUE_KEYS = [
    "name", "id_number", "student_no", "sex", "born_on", "ethnicity", "school", "stage", "grade",
    "class_no", "boarding", "household_no", "person_no", "relation", "categories", "risk_removed",
    "disability_no", "labour_skill", "phone", "helper",
]  # fmt: skip


def rows(world: World, kind: str, **options: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in read(world, "roster", kind=kind, **options)["rows"]]


def a_family(world: World) -> None:
    """A household with a boarder and a farmer, and the helper it is tied to."""
    home = world.household(Category.MARGINAL, Category.RURAL_ALLOWANCE, no="6299000001",
                           head_name="张大", phone="13000000000", poverty_cause="因学")  # fmt: skip
    world.person(
        "张大", born_on=date(1980, 2, 3), household_id=home.id, relation="户主", sex=Sex.MALE,
        labour_skill="ordinary", work_months=6,
    )  # fmt: skip
    child = world.person(
        "张小", household_id=home.id, relation="之女", sex=Sex.FEMALE, ethnicity="回族",
        student_no="G629999201405060027", person_no="629900000102", phone="13100000000",
    )  # fmt: skip
    world.enrol(child, grade=6, class_no=2)
    world.board(child, Boarding.BOARDER)
    world.pair(world.staff("李帮", unit="青禾学院", post="教师", phone="13900000000"), home)


def test_a_pupil_is_given_with_household_and_helper(world):
    a_family(world)
    (row,) = rows(world, "students")
    assert list(row)[: len(ISSUE_KEYS)] == ISSUE_KEYS
    assert list(row)[-1] == "sources"
    assert {key: row[key] for key in ISSUE_KEYS if key != "id_number"} == {
        "name": "张小", "student_no": "G629999201405060027", "sex": "female",
        "born_on": "2014-05-06", "ethnicity": "回族", "school": "青禾小学", "stage": "primary",
        "grade": 6, "class_no": 2, "boarding": "boarder", "household_no": "6299000001",
        "person_no": "629900000102", "relation": "之女",
        "categories": ["marginal", "rural_allowance"], "risk_removed": None,
        "disability_no": None, "labour_skill": None, "phone": "13100000000", "helper": "李帮",
    }  # fmt: skip


def test_persons_are_everybody_alive_enrolled_or_not(world):
    a_family(world)
    world.person("已故", died_on=OCTOBER)
    found = {row["name"]: row for row in rows(world, "persons")}
    assert set(found) == {"张大", "张小"}
    assert (found["张大"]["school"], found["张大"]["work_months"]) == (None, 6)
    assert found["张小"]["school"] == "青禾小学"
    assert "已故" in {row["name"] for row in rows(world, "persons", as_of=date(2026, 10, 1))}


def test_households_are_given_with_head_members_and_pupils(world):
    a_family(world)
    (row,) = rows(world, "households")
    assert (row["name"], row["members"], row["pupils"]) == ("张大", 2, 1)
    assert row["id_number"].startswith("62999919800203")
    assert (row["village"], row["township"], row["helper"]) == ("东山村", "云岭镇", "李帮")
    assert row["poverty_cause"] == "因学"


def test_staff_and_pairs_are_given(world):
    a_family(world)
    (person,) = rows(world, "staff")
    assert (person["name"], person["unit"], person["households"]) == ("李帮", "青禾学院", 1)
    (pair,) = rows(world, "pairs")
    assert (pair["helper"], pair["household_no"], pair["name"]) == ("李帮", "6299000001", "张大")
    assert (pair["paired_on"], pair["phone"]) == ("2024-09-01", "13900000000")
    assert pair["categories"] == ["marginal", "rural_allowance"]


def test_a_roster_is_as_of_its_day(world):
    a_family(world)
    before = date(2026, 8, 31)
    assert rows(world, "students", as_of=before) == []
    assert rows(world, "persons", as_of=before)[1]["boarding"] is None
    assert rows(world, "pairs", as_of=date(2024, 8, 31)) == []


def test_a_pupil_who_left_is_off_the_roster_and_one_suspended_is_on_it(world):
    for name, standing, change in (
        ("转走", Standing.LEFT, Change.TRANSFER_OUT),
        ("休学", Standing.SUSPENDED, Change.SUSPENSION),
    ):
        person = world.person(name)
        world.enrol(person)
        world.stand(person, standing, change, from_=OCTOBER)
    assert {row["name"]: row["standing"] for row in rows(world, "students")} == {
        "休学": "suspended"
    }


@pytest.mark.parametrize(
    ("risks", "removed"),
    [([], None), ([True], True), ([True, False], False), ([True, None], None),
     ([None, False], False)],
)  # fmt: skip
def test_risk_is_removed_only_where_every_monitored_risk_is(world, risks, removed):
    home = world.household(Category.LIFTED)
    for category, risk in zip((Category.UNSTABLE, Category.SUDDEN), risks, strict=False):
        world.categorise(home, category, risk_removed=risk)
    assert rows(world, "households")[0]["risk_removed"] is removed


def test_every_place_that_spoke_is_named_once(world):
    person = world.person()
    world.enrol(person)
    sheet = world.sheet("十月.xlsx", name="三年级")
    world.session.add(Source(sheet_id=sheet, row_number=17, person_id=person.id))
    world.session.add(Source(sheet_id=sheet, row_number=18, person_id=person.id))
    (row,) = rows(world, "students")
    assert row["sources"] == [
        {"file": "世界.xlsx", "sheet": "Sheet1", "row": 2},
        {"file": "世界.xlsx", "sheet": "Sheet1", "row": 3},
        {"file": "十月.xlsx", "sheet": "三年级", "row": 17},
        {"file": "十月.xlsx", "sheet": "三年级", "row": 18},
    ]


def test_one_school_alone_can_be_asked_for(world):
    for name in ("青禾小学", "西河小学"):
        world.enrol(world.person(name), world.school(name))
    assert [row["name"] for row in rows(world, "students", school="西河小学")] == ["西河小学"]


@pytest.mark.parametrize("kind", ["students", "persons", "households", "staff", "pairs"])
def test_an_empty_ledger_has_empty_rosters(world, kind):
    assert read(world, "roster", kind=kind) == {"as_of": "2026-11-24", "kind": kind, "rows": []}


def test_an_unknown_kind_is_refused_with_the_kinds_there_are(world):
    with pytest.raises(UsageError) as caught:
        read(world, "roster", kind="teachers")
    assert caught.value.code == "kind_unknown"
    assert "students（学生名册）、persons（人员名册）" in caught.value.remedy


def test_an_unknown_report_is_refused_with_the_reports_there_are():
    with pytest.raises(UsageError, match="没有叫“x”的报表"):
        report_named("x")


@pytest.mark.parametrize("kind", ["students", "persons", "households", "staff", "pairs"])
def test_people_see_the_main_columns_and_no_id(world, golden, kind):
    a_family(world)
    page = report_named("roster").build(world.session, ReportOptions(as_of=TODAY, kind=kind))
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    golden(f"roster_{kind}.txt", stream.getvalue())


@pytest.mark.parametrize("kind", ["students", "persons", "households", "staff", "pairs"])
def test_the_statements_do_not_grow_with_the_ledger(world, statements, kind):
    a_family(world)
    read(world, "roster", kind=kind)
    few = statements()
    for number in range(30):
        person = world.person(f"生{number}", household_id=world.household(Category.LIFTED).id)
        world.enrol(person)
        world.pair(world.staff(f"师{number}"), world.household(Category.LIFTED))
    statements()
    read(world, "roster", kind=kind)
    assert statements() == few


def tables(world: World, format_: Format, **options: Any) -> list[Table]:
    shown = report_named("roster").build(world.session, ReportOptions(as_of=TODAY, **options))
    return [table for table in shown.tables if format_ in table.shown_in]


def test_a_workbook_has_a_sheet_to_print_and_one_of_everything_that_is_said(world):
    world.enrol(world.person("张一"), world.school("青禾小学"))
    world.enrol(world.person("李二"), world.school("青禾小学"))
    (programs,) = tables(world, Format.JSON)
    paper, everything = tables(world, Format.XLSX)
    keys = [{column.key for column in table.columns} for table in (programs, everything, paper)]
    assert "wage_fen" in keys[0]
    assert keys[1] < keys[0], "a column that says nothing takes no room"
    assert {"name", "sources"} <= keys[1]
    assert {"number", "name", "school"} <= keys[2]
    assert "sources" not in keys[2]
    assert len(paper.rows) == len(everything.rows) == 2


@pytest.mark.parametrize("kind", list(RosterKind))
def test_a_row_takes_one_line_on_a_sheet_of_paper(world, kind):
    for format_ in (Format.HTML, Format.XLSX):
        paper = tables(world, format_, kind=kind.value)[0]
        assert paper.columns[0].kind is ColumnKind.SEQUENCE
        assert len(paper.columns) <= 13
        assert ColumnKind.SOURCES not in {column.kind for column in paper.columns}
