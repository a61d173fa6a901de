"""Every child of a listed household is matched or missing, and nothing is counted twice."""

import itertools
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingzhun.core.vocabulary import Category, Change, Standing, Verdict
from jingzhun.errors import JingzhunError, UsageError
from jingzhun.render.plain import json_chunks
from jingzhun.reports import ReportOptions, report_named
from jingzhun.reports.children.suspects import numbers_of, suspects_on
from jingzhun.reports.facts import listed_persons
from jingzhun.services.desk.matching import Answer, decide, number_pairs
from jingzhun.store.matches import pair_of
from jingzhun.store.presence import listed_households
from jingzhun.store.schema import Claim
from tests.builders import NOW, TODAY, World, id_number
from tests.reports.reading import read
from tests.services.workbooks import BORN, MEMBERS, ROSTER, Bring, pupil

KID, SLIP, OTHER = (id_number(BORN, order) for order in (12, 21, 345))
ME = Answer(actor="核对人", os_user="test", recorded_at=NOW)
POOR = "脱贫户(享受政策)"


def coverage(world: World, **options: Any) -> Any:
    return read(world, "coverage", **options)


def of_ledger(ledger: Any, as_of: date = TODAY) -> Any:
    with ledger.read() as session:
        page = report_named("coverage").build(session, ReportOptions(as_of=as_of))
        return json.loads("".join(json_chunks(page, show_ids=True)))


def say(ledger: Any, one: str, other: str, verdict: Verdict, day: date = TODAY) -> None:
    with ledger.write() as session:
        number_pairs(session, suspects_on(session, day), ME)
        decide(session, [numbers_of(session)[pair_of(one, other)]], verdict, ME)


def sums(page: Any) -> tuple[int, int, int]:
    """Give all, matched and missing over the age groups; hold them to the rows."""
    totals = [sum(row[key] for row in page["groups"]) for key in ("all", "matched", "missing")]
    assert totals[0] == totals[1] + totals[2]
    assert totals[1:] == [len(page["matched"]), len(page["missing"])]
    poor = page["poor_pupils"]
    assert poor["all"] == poor["listed"] + poor["unlisted"]
    assert poor["unlisted"] == len(page["unlisted"])
    for key in ("matched", "missing", "unlisted"):
        for row in page[key]:
            assert row["sources"], row
    all_, matched, missing = totals
    return all_, matched, missing


def member(name: str, number: str, *, no: str = "6200000001", **more: str) -> tuple[str, ...]:
    return (no, "赵大", "东山村", name, number, "之子", more.get("category", POOR), "")


def test_each_class_of_result_names_its_rows(world):
    home = world.household(Category.LIFTED, no="6299000001")
    world.sheet("户.xlsx", kind="household_members")
    child = world.person("赵一", household_id=home.id, relation="之子")
    world.person("赵二", household_id=home.id, relation="之女", study_status="")
    world.sheet("学籍.xlsx", kind="student_roster")
    world.enrol(child, grade=6)
    stranger = world.person("钱三")
    world.enrol(stranger)
    world.recognise(stranger)
    page = coverage(world)
    assert sums(page) == (2, 1, 1)
    (matched,) = page["matched"]
    assert (matched["name"], matched["group"], matched["present"], matched["matched_by"]) == (
        "赵一", "compulsory", True, "id_number",
    )  # fmt: skip
    assert [place["file"] for place in matched["sources"]] == ["户.xlsx", "学籍.xlsx"]
    assert [row["name"] for row in page["missing"]] == ["赵二"]
    (unlisted,) = page["unlisted"]
    assert (unlisted["name"], unlisted["grounds"]) == ("钱三", ["困难认定"])


@pytest.mark.parametrize(
    ("born_on", "group"),
    [
        (date(2023, 8, 31), "preschool"), (date(2020, 9, 1), "preschool"),
        (date(2020, 8, 31), "compulsory"), (date(2011, 9, 1), "compulsory"),
        (date(2011, 8, 31), "senior"), (date(2008, 9, 1), "senior"),
        (date(2023, 9, 1), None), (date(2008, 8, 31), None), (None, "unknown"),
    ],
)  # fmt: skip
def test_ages_count_on_the_31_august_before_the_school_year(world, born_on, group):
    home = world.household(Category.UNSTABLE)
    child = world.person("赵一", born_on=born_on or BORN, household_id=home.id)
    if born_on is None:
        child.born_on = None
    page = coverage(world)
    sums(page)
    assert [row["group"] for row in page["missing"]] == ([group] if group else [])


def test_what_may_be_a_child_out_of_school_comes_first(world):
    home = world.household(Category.LIFTED)
    for name, born_on, status in (
        ("赵高中", date(2010, 3, 4), "普通高中一年级"),
        ("赵幼儿", date(2021, 3, 4), "学前教育"),
        ("赵外地", BORN, "小学"),
        ("赵失学", BORN, None),
    ):
        world.person(name, born_on=born_on, household_id=home.id, study_status=status)
    page = coverage(world)
    assert sums(page) == (4, 0, 4)
    assert [row["name"] for row in page["missing"]] == ["赵失学", "赵外地", "赵幼儿", "赵高中"]
    assert [row["said_at_school"] for row in page["groups"]] == [1, 1, 1, 0]


def test_who_is_suspended_is_matched_but_not_present(world):
    child = world.person("赵一", household_id=world.household(Category.LIFTED).id)
    world.enrol(child)
    world.stand(child, Standing.SUSPENDED, Change.SUSPENSION, from_=date(2026, 10, 8))
    page = coverage(world)
    assert sums(page) == (1, 1, 0)
    assert page["matched"][0]["present"] is False


def test_who_left_school_is_missing_and_the_last_school_is_named(world):
    child = world.person("赵一", household_id=world.household(Category.LIFTED).id)
    world.enrol(child)
    world.stand(child, Standing.LEFT, Change.TRANSFER_OUT, from_=date(2026, 10, 8))
    page = coverage(world)
    assert sums(page) == (1, 0, 1)
    assert page["missing"][0]["last_school"] == "青禾小学"
    assert sums(coverage(world, as_of=date(2026, 10, 7))) == (1, 1, 0)


def test_households_of_no_concern_and_the_dead_do_not_count(world):
    world.person("赵一", household_id=world.household(Category.OTHER).id)
    world.person("赵二", household_id=world.household().id)
    home = world.household(Category.RURAL_DESTITUTE)
    world.person("赵三", household_id=home.id, died_on=date(2026, 10, 1))
    assert sums(coverage(world)) == (0, 0, 0)


def test_one_school_alone_cannot_be_compared(world):
    world.school()
    for options in ({"school": "青禾小学"}, {"kind": "students"}):
        with pytest.raises(UsageError, match="option_not_taken"):
            coverage(world, **options)


def test_an_empty_ledger_only_pupils_and_only_households_give_a_page(world):
    assert sums(coverage(world)) == (0, 0, 0)
    world.enrol(world.person("赵一"))
    assert sums(coverage(world)) == (0, 0, 0)
    world.person("赵二", household_id=world.household(Category.LIFTED).id)
    assert sums(coverage(world)) == (1, 0, 1)


def test_a_day_before_any_definition_gives_an_empty_page(world):
    world.person("赵一", household_id=world.household(Category.LIFTED).id)
    for day in (date.min, date(1999, 1, 1)):
        assert sums(coverage(world, as_of=day)) == (0, 0, 0)
    assert sums(coverage(world, as_of=date.max)) == (0, 0, 0)


# --- two records of one child -------------------------------------------------------------------


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_imports_makes_no_difference(ledger, bring: Bring, order):
    lists: list[tuple[str, Any]] = [
        ("户.xlsx", [MEMBERS, member("赵一", SLIP), member("钱二", OTHER, no="6200000002")]),
        ("学籍.xlsx", [ROSTER, pupil(number=KID)]),
        ("另一校.xlsx", [ROSTER, pupil("钱二", OTHER, school="白杨小学")]),
    ]
    for place in order:
        name, rows = lists[place]
        bring(*rows, name=name)
    page = of_ledger(ledger)
    assert sums(page) == (2, 1, 1)
    assert page["missing"][0]["likely"] == ["赵一（身份证号相邻两位颠倒、同名同出生日期）"]
    say(ledger, KID, SLIP, Verdict.SAME)
    page = of_ledger(ledger)
    assert sums(page) == (2, 2, 0)
    confirmed = {row["name"]: row for row in page["matched"]}["赵一"]
    assert (confirmed["matched_by"], confirmed["household_no"]) == ("confirmed", "6200000001")
    assert {place["file"] for place in confirmed["sources"]} == {"户.xlsx", "学籍.xlsx"}


def test_an_answer_is_carried_over_to_the_next_months_list(ledger, bring: Bring):
    bring(MEMBERS, member("赵一", SLIP), name="户十一月.xlsx", as_of=date(2026, 11, 5))
    bring(ROSTER, pupil(number=KID), name="学籍.xlsx")
    say(ledger, KID, SLIP, Verdict.SAME)
    bring(MEMBERS, member("赵一", SLIP), name="户十二月.xlsx", as_of=date(2026, 12, 5))
    december = of_ledger(ledger, date(2026, 12, 6))
    assert (sums(december), december["open_pairs"]) == ((1, 1, 0), 0)
    bring(MEMBERS, member("赵一", KID), name="户一月.xlsx", as_of=date(2027, 1, 5))
    assert sums(of_ledger(ledger, date(2027, 1, 6))) == (1, 1, 0)


def test_a_rejected_pair_stays_two_children(ledger, bring: Bring):
    bring(MEMBERS, member("赵一", SLIP), name="户.xlsx")
    bring(ROSTER, pupil(number=KID), name="学籍.xlsx")
    say(ledger, KID, SLIP, Verdict.DIFFERENT)
    page = of_ledger(ledger)
    assert (sums(page), page["pairs"], page["missing"][0]["likely"]) == ((1, 0, 1), [], [])


def test_one_student_number_and_name_are_one_child_without_asking(world):
    number = "L629999201405060001"
    home = world.household(Category.LIFTED)
    world.person("赵一", id_number=SLIP, born_on=BORN, household_id=home.id, student_no=number)
    world.sheet("学籍.xlsx", kind="student_roster")
    child = world.person("赵一", id_number=OTHER, born_on=date(2014, 1, 2), student_no=number)
    world.enrol(child)
    page = coverage(world)
    assert sums(page) == (1, 1, 0)
    assert page["matched"][0]["matched_by"] == "student_no"
    assert page["pairs"][0]["reasons"][0] == "student_no"


def test_two_rows_of_one_household_list_are_one_child_once_confirmed(ledger, bring: Bring):
    bring(MEMBERS, member("赵一", KID), member("赵一", SLIP), name="户.xlsx")
    assert sums(of_ledger(ledger)) == (2, 0, 2)
    say(ledger, KID, SLIP, Verdict.SAME)
    assert sums(of_ledger(ledger)) == (1, 0, 1)


def test_twins_of_one_list_stay_two(ledger, bring: Bring):
    bring(MEMBERS, member("赵大丫", id_number(BORN, 12)), member("赵小丫", id_number(BORN, 13)),
          name="户.xlsx")  # fmt: skip
    bring(ROSTER, pupil("赵大丫", id_number(BORN, 12)), name="学籍.xlsx")
    page = of_ledger(ledger)
    assert (sums(page), page["open_pairs"]) == ((2, 1, 1), 0)


def test_a_confirmed_child_is_not_out_of_school_in_the_dropout_report(ledger, bring: Bring):
    bring(MEMBERS, member("赵一", SLIP), name="户.xlsx")
    bring(ROSTER, pupil(number=KID), name="学籍.xlsx")

    def named() -> list[str]:
        with ledger.read() as session:
            page = report_named("dropout").build(session, ReportOptions(as_of=TODAY))
            names = json.loads("".join(json_chunks(page, show_ids=True)))["names"]
            return [row["kind"] for row in names]

    assert named() == ["never_enrolled"]
    say(ledger, KID, SLIP, Verdict.SAME)
    assert named() == []


# --- conflicts ----------------------------------------------------------------------------------


def test_a_boarder_in_one_list_and_a_day_pupil_in_the_other_shows_both_sources(
    ledger, bring: Bring
):
    poor = (
        "姓名",
        "身份证号",
        "户编号",
        "户主姓名",
        "户类型",
        "学校全称",
        "学段",
        "年级",
        "就读方式",
    )
    bring(ROSTER, pupil(number=KID, boarding="走读"), name="学籍.xlsx")
    bring(poor, ("赵一", KID, "6200000001", "赵大", POOR, "青禾小学", "小学", "三年级", "住校"),
          name="贫困生.xlsx")  # fmt: skip
    (found,) = [row for row in of_ledger(ledger)["conflicts"] if row["field"] == "boarding"]
    assert (found["said"], found["held"]) == ("住校", "走读")
    assert [place["file"] for place in found["sources"]] == ["贫困生.xlsx"]
    assert [place["file"] for place in found["held_sources"]] == ["学籍.xlsx"]


def test_two_records_of_one_child_that_contradict_each_other_show_both_sources(
    ledger, bring: Bring
):
    bring(MEMBERS, member("赵一", SLIP), name="户.xlsx")
    bring(ROSTER, pupil(number=KID), name="学籍.xlsx")
    say(ledger, KID, SLIP, Verdict.SAME)
    (found,) = [row for row in of_ledger(ledger)["conflicts"] if row["field"] == "id_number"]
    assert {found["sources"][0]["file"], found["held_sources"][0]["file"]} == {
        "户.xlsx", "学籍.xlsx",
    }  # fmt: skip
    assert SLIP not in (found["said"], found["held"])


def test_a_contradiction_that_was_settled_is_shown_no_more(world):
    child = world.person("赵一", ethnicity="汉族")
    for value in ("汉族", "回族"):
        world.session.add(Claim(person_id=child.id, field="ethnicity", value=value, held="藏族",
                                sheet_id=world.sheet_id, row_number=1))  # fmt: skip
    child.is_orphan = True
    world.session.add(Claim(person_id=child.id, field="is_orphan", value="True", held="False",
                            sheet_id=world.sheet_id, row_number=1))  # fmt: skip
    assert [row["said"] for row in coverage(world)["conflicts"]] == ["回族"]


def test_masked_numbers_that_look_alike_say_where_they_differ(world):
    child = world.person("赵一", student_no=f"G{id_number(BORN, 12)}")
    other = f"G{id_number(date(2015, 4, 3), 12)}"
    other = f"{other[:15]}{child.student_no[15:]}"
    world.session.add(Claim(person_id=child.id, field="student_no", value=other, held="",
                            sheet_id=world.sheet_id, row_number=1))  # fmt: skip
    (row,) = coverage(world)["conflicts"]
    assert row["said"].endswith("（第13、15位不同）")


# --- any world ----------------------------------------------------------------------------------

_PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["赵一", "赵乙", "钱二"]),
        st.sampled_from([12, 21, 13, 345, None]),
        st.booleans(),  # of a listed household
        st.booleans(),  # on a roll
        st.booleans(),  # recognised
        st.sampled_from([None, "L629999201405060001", "L629999201405060002"]),
    ),
    max_size=8,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_PEOPLE, st.lists(st.sampled_from(Verdict), max_size=4))
def test_the_sums_are_exact_in_any_world_whatever_is_answered(world, people, answers):
    nested = world.session.begin_nested()
    try:
        for at, (name, order, is_member, is_pupil, is_recognised, student_no) in enumerate(people):
            world.sheet(f"{at}.xlsx", kind="household_members" if is_member else "student_roster")
            number = f"S:{at}" if order is None else id_number(date(2010 + at, 3, 4), order)
            made = world.person(name, id_number=number, born_on=BORN, student_no=student_no)
            made.id_number = None if order is None else number
            if is_member:
                made.household_id = world.household(Category.LIFTED, no=f"62{at:08d}").id
            if is_pupil:
                world.enrol(made)
            if is_recognised:
                world.recognise(made)
        sums(coverage(world))
        number_pairs(world.session, suspects_on(world.session, TODAY), ME)
        pairs = sorted(numbers_of(world.session).values())
        for pair, verdict in zip(pairs, answers, strict=False):
            inner = world.session.begin_nested()
            try:
                decide(world.session, [pair], verdict, ME)
            except JingzhunError:  # it contradicts another answer
                inner.rollback()
            sums(coverage(world))
    finally:
        nested.rollback()
        world.session.expunge_all()
        world._schools.clear()
        world._villages.clear()


def test_a_listed_household_is_what_facts_toml_says(world):
    homes = {category: world.household(category) for category in Category}
    people = {world.person("赵一", household_id=home.id).id: home.id for home in homes.values()}
    listed = {
        people[person] for person in world.session.scalars(listed_persons(world.session, TODAY))
    }
    assert listed == set(world.session.scalars(listed_households(TODAY)))
    assert len(listed) == len(Category) - 1
