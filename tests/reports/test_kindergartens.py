"""``report kindergarten``: every pair's terms and years, nothing left out in silence."""

import io
from datetime import date
from typing import Any

import pytest

from jingzhun.core.table import Format
from jingzhun.errors import JingzhunError
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from tests.builders import TODAY, World
from tests.reports.pairs import act, reach, tie
from tests.reports.reading import read

JULY = date(2026, 7, 10)


def term(world: World, name: str = "2026秋", **options: Any) -> dict[str, Any]:
    found = read(world, "kindergarten", **options)["terms"]
    return {row["term"]: dict(row) for row in found}[name]


def test_a_pair_that_did_nothing_lacks_everything(world):
    tie(world)
    row = term(world)
    assert (row["lacking"], row["state"]) == (["visits", "hours", "lectures"], "behind")
    assert (row["missed_months"], row["hours_asked"], row["hours_term"]) == (
        ["2026-09", "2026-10"], 5, 10,
    )  # fmt: skip
    assert (row["lectures_asked"], row["lectures_term"]) == (1, 2)


def test_what_is_held_at_the_helped_kindergarten_is_a_visit(world):
    tie(world)
    act(world, date(2026, 9, 9), "业务培训", place="乡幼会议室")
    act(world, date(2026, 10, 9), "跟班学习", place="县一幼")
    assert term(world)["visited_months"] == ["2026-09"]


def test_teaching_and_lectures_count_by_their_forms(world):
    tie(world)
    act(world, date(2026, 9, 9), "送教下乡、专题讲座", hours=4)
    act(world, date(2026, 10, 9), "教学观摩", hours=3)
    row = term(world)
    assert (row["hours"], row["lectures"]) == (4, 1)


def test_nothing_after_the_day_is_known(world):
    tie(world)
    act(world, date(2026, 11, 25), "送教下乡", hours=9)
    assert term(world)["hours"] == 0
    assert term(world, as_of=date(2026, 11, 25))["hours"] == 9


def test_an_activity_that_names_one_of_two_is_of_the_only_pair_it_can_be(world):
    tie(world)
    act(world, date(2026, 9, 9), "送教下乡", hours=2, helping_school=None)
    act(world, date(2026, 9, 10), "送教下乡", hours=3, helped_school=None)
    assert term(world)["hours"] == 5
    tie(world, "县二幼", "乡幼")
    found = read(world, "kindergarten")
    assert [row["started_on"] for row in found["strays"]] == ["2026-09-09"]


def test_what_was_done_outside_the_pair_is_named_and_not_counted(world):
    tie(world, on=date(2026, 9, 1), ended_on=date(2026, 10, 31))
    act(world, date(2026, 10, 31), "送教下乡", hours=2)
    act(world, date(2026, 11, 1), "送教下乡", hours=3)
    act(world, date(2026, 11, 2), "送教下乡", hours=3, helped_school="别园")
    found = read(world, "kindergarten")
    assert found["terms"][0]["hours"] == 2
    assert [row["started_on"] for row in found["strays"]] == ["2026-11-01", "2026-11-02"]


def test_a_pair_ended_and_begun_again_is_one(world):
    tie(world, on=date(2026, 9, 1), ended_on=date(2026, 9, 30))
    tie(world, on=date(2026, 10, 1), keeper="赵园长")
    row = term(world)
    assert (row["hours_term"], row["keeper"], len(row["sources"])) == (10, "赵园长", 2)


def test_a_kindergarten_in_both_roles_is_named(world):
    tie(world)
    tie(world, "乡幼", "村幼", ended_on=date(2026, 10, 1))
    assert read(world, "kindergarten")["both_roles"] == []
    assert read(world, "kindergarten", as_of=date(2026, 10, 1))["both_roles"] == [
        {"kindergarten": "乡幼", "helps": ["村幼"], "helped_by": ["县一幼"]}
    ]


def test_the_marks_of_a_school_year(world):
    tie(world)
    reach(world, "2025秋", rated=10, rated_good=2, rated_passed=10, has_plan=True)
    reach(world, "2026春", rated=10, rated_good=3, rated_passed=9, has_plan=False)
    (row,) = read(world, "kindergarten", as_of=JULY, period="2025学年")["results"]
    assert (row["rated"], row["good_percent"], row["passed_percent"]) == (20, 25, 95)
    assert row["file_lacks"] == ["plan"]
    assert row["missed"] == ["good", "passed", "papers", "file"]
    (early,) = read(world, "kindergarten", as_of=date(2026, 2, 1))["results"]
    assert (early["rated"], early["missed"]) == (10, ["good"])


def test_only_the_terms_asked_for_and_begun_are_shown(world):
    tie(world)
    assert [row["term"] for row in read(world, "kindergarten")["terms"]] == ["2026秋"]
    found = read(world, "kindergarten", period="2025学年")["terms"]
    assert sorted(row["term"] for row in found) == ["2025秋", "2026春"]
    assert read(world, "kindergarten", period="2024学年")["terms"] == []
    with pytest.raises(JingzhunError, match="去年"):
        read(world, "kindergarten", period="去年")


def test_one_kindergarten_can_be_asked_for_whatever_its_role(world):
    tie(world)
    tie(world, "县二幼", "村幼")
    assert len(read(world, "kindergarten", school="乡幼")["terms"]) == 1
    assert len(read(world, "kindergarten", school="县二幼")["terms"]) == 1
    with pytest.raises(JingzhunError, match="没有“无名园”的幼儿园结对"):
        read(world, "kindergarten", school="无名园")


def test_the_report_is_read_at_a_glance(world, golden):
    tie(world, keeper="赵园长")
    tie(world, "县二幼", "村幼", on=date(2026, 11, 2))
    for month in (9, 10, 11):
        act(world, date(2026, month, 12), "入园指导")
    act(world, date(2026, 9, 10), "送教下乡", hours=6)
    act(world, date(2026, 10, 20), "专题讲座", theme="一日生活")
    act(world, date(2026, 10, 21), "捐赠", helped_school="村幼", helping_school="县二幼")
    reach(world, "2026秋", rated=12, rated_good=3, rated_passed=12, papers=1, has_summary=False)
    out = io.StringIO()
    page = report_named("kindergarten").build(world.session, ReportOptions(as_of=TODAY))
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=out)
    golden("kindergarten.txt", out.getvalue())


def test_the_statements_do_not_grow(world, statements):
    def tie_some(count: int) -> Any:
        for number in range(count):
            tie(world, helped=f"乡幼{count}{number}")
            act(world, date(2026, 9, 9), "送教下乡", helped_school=f"乡幼{count}{number}")
        statements()
        read(world, "kindergarten")
        return statements()

    assert tie_some(3) == tie_some(30)


def test_a_county_says_what_a_term_asks_of_a_pair(world):
    tie(world)
    world.norms("kindergartens", hours_a_term="4", lectures_a_term="1")
    row = term(world)
    assert (row["hours_term"], row["lectures_term"]) == (4, 1)
