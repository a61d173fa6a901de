"""The handbook: one sheet for each household, with all that the ledger knows of it."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest

from jingzhun.core.duties import Assurance, HelpWay
from jingzhun.core.table import Format
from jingzhun.core.vocabulary import Category
from jingzhun.errors import JingzhunError
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from jingzhun.store.schema import Household
from tests.builders import TODAY, World
from tests.reports.helping import check_up, earn, give, plan, visit
from tests.reports.reading import read

HANDED_ON = date(2026, 3, 1)


def printed(world: World, format_: Format = Format.HTML, **options: Any) -> str:
    options.setdefault("as_of", TODAY)
    world.session.flush()
    page = report_named("handbook").build(world.session, ReportOptions(**options))
    stream = io.StringIO()
    show(page, format=format_, out=None, show_ids=False, stream=stream)
    return stream.getvalue()


@pytest.fixture
def home(world: World) -> Household:
    """A household handed over in March, with everything that a handbook has room for."""
    home = world.household(
        Category.LIFTED, no="6299000001", head_name="张大山", phone="13900000001",
        poverty_cause="因病",
    )  # fmt: skip
    world.categorise(home, Category.UNSTABLE, risk_removed=False)
    world.person("张小满", household_id=home.id, relation="之子", born_on=date(2015, 3, 2))
    world.person("李秀英", household_id=home.id, relation="配偶", born_on=date(1977, 5, 6))
    world.person("张大山", household_id=home.id, relation="户主", born_on=date(1975, 3, 4))
    pupil = world.person("张小花", household_id=home.id, relation="之女", born_on=date(2012, 7, 8))
    world.enrol(pupil, world.school())
    world.pair(world.staff("王帮", unit="青禾学院", post="副院长"), home, until=HANDED_ON)
    world.pair(world.staff("李帮", unit="青禾学院", phone="13800000001"), home, from_=HANDED_ON)
    plan(world, home, HelpWay.SKILLS, HelpWay.PROJECT, content="养牛两头", goal="增收")
    for month in range(1, 9):
        give(world, home, date(2026, month, 10), 20_000, "王帮" if month < 3 else "李帮")
        visit(world, home, date(2026, month, 20), "王帮" if month < 3 else "李帮", result="问学业")
    check_up(world, home, date(2026, 6, 1), unmet=[Assurance.HOUSING])
    earn(world, home, 2023, 800_000, members=4)
    earn(world, home, 2026, 912_345, members=4)
    return home


def test_a_household_can_be_read_before_it_is_printed(world, home, golden):
    golden("handbook.txt", printed(world, Format.TABLE, household_id=home.id))


def test_all_that_happened_in_the_year_is_there_for_programs(world, home):
    found = read(world, "handbook", household_id=home.id)
    (row,) = found["households"]
    assert (row["size"], row["at_school"], row["visit_days"], row["progress"]) == (
        4, 1, 8, "behind",
    )  # fmt: skip
    assert row["categories"] == ["脱贫户(享受政策)", "脱贫不稳定户（风险未消除）"]
    assert [len(found[key]) for key in ("visits", "contributions", "incomes")] == [8, 8, 2]
    assert [row["name"] for row in found["members"]] == ["张大山", "李秀英", "张小花", "张小满"]
    assert [(row["helper"], row["last_day"]) for row in found["helpers"]] == [
        ("王帮", "2026-02-28"), ("李帮", None),
    ]  # fmt: skip


def test_paper_says_the_sum_of_what_it_has_no_room_for(world, home):
    page = printed(world, household_id=home.id)
    assert "共 8 次，这里列出最近 5 次。全年合计 1,600.00 元。" in page
    assert "共 8 次，这里列出最近 4 次。到户 8 天：1月20日；2月20日；" in page
    assert "2026-08-10" in page
    assert "2026-03-10" not in page
    assert "人均收入比帮扶前增加 1,123.45 元。" in page


def test_each_household_has_a_sheet_of_its_own_and_no_full_id_is_on_it(world, home):
    other = world.household(Category.MARGINAL, no="6299000002", head_name="王二")
    world.pair(world.staff("赵帮", unit="外单位"), other)
    world.household(Category.MARGINAL, no="6299000003", head_name="无人帮")
    page = printed(world)
    assert re.findall(r"<h1>(.*?)</h1>", page) == [
        "结对帮扶手册　张大山户（2026 年）", "结对帮扶手册　王二户（2026 年）",
    ]  # fmt: skip
    assert page.count('<section class="sheet">') == page.count("帮扶责任人（签字）") == 2
    assert not re.search(r"\d{17}[\dX]", page)
    assert printed(world, school="外单位").count("<h1>") == 1
    assert "王二户" in printed(world, household_id=other.id)


def test_a_household_that_nobody_helps_has_a_sheet_without_a_judgement(world):
    home = world.household(Category.LIFTED, head_name="赵大")
    page = printed(world, household_id=home.id)
    assert "赵大户" in page
    assert "年度进度" not in page


def test_a_household_lists_nobody_who_has_died(world, home):
    world.person("张老", household_id=home.id, died_on=date(2026, 5, 1))
    found = read(world, "handbook", household_id=home.id)
    assert "张老" not in {row["name"] for row in found["members"]}
    before = read(world, "handbook", household_id=home.id, as_of=date(2026, 4, 30))
    assert "张老" in {row["name"] for row in before["members"]}


def test_a_pair_told_in_two_spans_is_one_line(world):
    home = world.household(Category.LIFTED)
    helper = world.staff("李帮")
    world.pair(helper, home, until=HANDED_ON)
    world.pair(helper, home, from_=HANDED_ON, measures="助学")
    (row,) = read(world, "handbook")["helpers"]
    assert (row["paired_on"], row["last_day"], row["measures"]) == ("2024-09-01", None, "助学")


def test_another_year_has_its_own_visits(world, home):
    visit(world, home, date(2025, 5, 5), "王帮")
    found = read(world, "handbook", household_id=home.id, period="2025年")
    assert [row["visited_on"] for row in found["visits"]] == ["2025-05-05"]
    assert found["plans"] == []


def test_what_a_household_is_called_cannot_break_the_page(world):
    home = world.household(Category.LIFTED, head_name="<b>张</b>")
    visit(world, home, date(2026, 5, 5), result="<script>alert(1)</script>")
    page = printed(world, household_id=home.id)
    assert "<script>" not in page
    assert "<b>" not in page


def test_a_unit_that_is_not_there_is_refused(world):
    with pytest.raises(JingzhunError) as caught:
        read(world, "handbook", school="没有")
    assert caught.value.code == "school_unknown"


def test_the_statements_do_not_grow_with_the_ledger(world, home, statements):
    printed(world)
    few = statements()
    for number in range(20):
        other = world.household(Category.LIFTED)
        world.pair(world.staff(f"帮{number}"), other)
        visit(world, other, TODAY - timedelta(number), f"帮{number}")
        world.person("人", household_id=other.id)
    statements()
    printed(world)
    assert statements() == few
