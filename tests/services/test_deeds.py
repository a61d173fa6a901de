"""What is done for a household is entered at the desk as a row of its list, undone alike."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.errors import JingzhunError
from jingzhun.reports import ReportOptions
from jingzhun.reports.helping.progress import progress_page
from jingzhun.reports.lists.deeds import Whose, deeds_page
from jingzhun.services.desk.deeds import Deed, Done, enter_deed
from jingzhun.services.hand import Hand
from jingzhun.services.importing.undo import undo_import
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import (
    ChecklistItem,
    Contribution,
    Household,
    HouseholdIncome,
    HouseholdPlan,
    Visit,
)
from tests.builders import TODAY
from tests.reports.reading import page_facts
from tests.services.workbooks import KID, MEMBERS, SISTER, bring_in, counts, on, records, write

HAND = Hand(actor="测试", os_user="test", command="jingzhun visit",
            recorded_at=datetime(2026, 11, 24, tzinfo=UTC))  # fmt: skip
HOME, LONELY = "6299990001", "6299990002"
GIVEN = ("户编号", "投入日期", "帮扶方式", "投入金额", "帮扶内容", "帮扶责任人")


@pytest.fixture(autouse=True)
def town(ledger: Ledger, tmp_path: Path) -> None:
    """Households: with helper and child, without helper, two of one head's name in two villages."""
    members = [
        (HOME, "张大", "东山村", "张一", KID, "之子", "脱贫户(享受政策)", ""),
        (LONELY, "孙九", "东山村", "孙一", SISTER, "之女", "脱贫户(享受政策)", ""),
    ]
    bring_in(ledger, write(tmp_path / "户.xlsx", [MEMBERS, *members]), as_of=on("2026-01-10"))
    pairs = [
        ("户编号", "户主姓名", "村", "帮扶责任人", "单位", "结对日期"),
        (HOME, "张大", "东山村", "李帮", "青禾学院", "2025-03-01"),
        ("", "王二", "东山村", "赵帮", "青禾学院", "2025-03-01"),
        ("", "王二", "西山村", "赵帮", "青禾学院", "2025-03-01"),
    ]
    bring_in(ledger, write(tmp_path / "结对.xlsx", pairs), as_of=on("2026-01-10"))


def enter(ledger: Ledger, kind: Kind, whom: str = HOME, **said: str) -> Done:
    more: dict[str, Any] = {name: said.pop(name) for name in ("is_pupil", "source") if name in said}
    with ledger.write() as session:
        deed = Deed(kind=kind, whom=whom, said=said, **more)
        return enter_deed(session, deed, HAND, today=TODAY)


def visit(ledger: Ledger, days: str, whom: str = HOME, **said: Any) -> Done:
    return enter(ledger, Kind.HOME_VISITS, whom, visited_on=days, **said)


def give(ledger: Ledger, **said: str) -> Done:
    told = {"given_on": "2026-03-05", "help_way": "物资", "amount": "300", "content": "化肥"}
    return enter(ledger, Kind.CONTRIBUTIONS, **(told | said))


def refusal(act: Any, *args: Any, **said: Any) -> str:
    with pytest.raises(JingzhunError) as caught:
        act(*args, **said)
    return f"{caught.value.code}: {caught.value.reason}"


def test_a_visit_of_several_days_is_entered_and_taken_back_alone(ledger: Ledger) -> None:
    visit(ledger, "2026-02-01")
    done = visit(ledger, "3月5日、3月12日", visit_days="", visitor="李帮", source="手册第3页")
    found = [(f"{one.visited_on}", one.visitor, one.days) for one in records(ledger, Visit)]
    assert found == [(day, "李帮", None) for day in ("2026-02-01", "2026-03-05", "2026-03-12")]
    with ledger.rebuild() as session:
        undo_import(session, done.import_id, HAND, today=TODAY)
    assert [f"{one.visited_on}" for one in records(ledger, Visit)] == ["2026-02-01"]


def test_nobody_named_is_the_one_helper_of_the_household_and_it_is_said(ledger: Ledger) -> None:
    done = visit(ledger, "2026-03-05", visit_days="3")
    [one] = records(ledger, Visit)
    assert (one.visitor, one.visitor_unit, one.days) == ("李帮", "青禾学院", 3)
    assert "李帮" in done.notes[0]


def test_nobody_named_is_who_helped_the_household_on_that_day(
    ledger: Ledger, tmp_path: Path
) -> None:
    ended = [
        ("户编号", "户主姓名", "帮扶责任人", "单位", "结对日期", "结束日期"),
        (HOME, "张大", "李帮", "青禾学院", "2025-03-01", "2026-06-01"),
        (HOME, "张大", "王帮", "青禾学院", "2026-06-01", ""),
    ]
    bring_in(ledger, write(tmp_path / "移交.xlsx", ended), as_of=on("2026-06-01"))
    for day in ("2026-05-20", "2026-06-20"):
        visit(ledger, day)
    assert [one.visitor for one in records(ledger, Visit)] == ["李帮", "王帮"]


def test_a_helper_whom_nobody_knows_is_kept_as_written_and_it_is_said(ledger: Ledger) -> None:
    done = give(ledger, helper="无名氏、李帮")
    assert records(ledger, Contribution)[0].helper == "无名氏、李帮"
    assert "无名氏" in done.notes[0]
    assert "李帮" not in done.notes[0]


def test_a_visit_to_a_pupil_is_one_to_the_household(ledger: Ledger) -> None:
    visit(ledger, "2026-03-05", KID, is_pupil=True, visitor="李帮")
    with ledger.read() as session:
        household = session.query(Household).filter_by(household_no=HOME).one().id
        page = deeds_page(session, Kind.HOME_VISITS, Whose(household_id=household), TODAY)
        [row] = page_facts(page)["rows"]
        [pair] = [
            row
            for row in page_facts(
                progress_page(session, ReportOptions(as_of=TODAY, period="2026年"))
            )["pairs"]
            if row["household_no"] == HOME
        ]
    assert (row["name"], row["visitor"]) == ("张一", "李帮")
    assert pair["visit_days"] == 1


def test_of_two_heads_of_one_name_the_village_tells(ledger: Ledger) -> None:
    said = refusal(visit, ledger, "2026-03-05", "王二")
    assert "东山村" in said
    assert "西山村" in said
    visit(ledger, "2026-03-05", "西山村王二")
    visit(ledger, "2026-03-05", "东山村 王二")
    assert len({one.household_id for one in records(ledger, Visit)}) == 2
    assert len(records(ledger, Household)) == 4


def test_everything_done_is_seen_by_the_check_of_pairs(ledger: Ledger) -> None:
    visit(ledger, "2026-03-05", visit_days="5")
    give(ledger, amount="0.2万元")
    enter(ledger, Kind.HOUSEHOLD_PLANS, year="2026", help_way="项目、资金", content="种花椒")
    found = dict.fromkeys(("food", "clothing", "education_safe", "medical", "water"), "达标")
    enter(ledger, Kind.CHECKLISTS, checked_on="2026-04-01", housing="未达标：漏水", **found)
    enter(ledger, Kind.HOUSEHOLD_INCOMES, year="2025", members="4", income="4.2万元")
    with ledger.read() as session:
        facts = page_facts(progress_page(session, ReportOptions(as_of=TODAY, period="2026年")))
    [pair] = [row for row in facts["pairs"] if row["household_no"] == HOME]
    assert (pair["visit_days"], pair["contribution_fen"]) == (5, 200_000)
    assert (pair["ways"], pair["checked"], pair["unmet"]) == (["project", "funds"], 6, ["housing"])
    assert records(ledger, ChecklistItem)[-2].note == "漏水"
    assert records(ledger, HouseholdIncome)[0].income_fen == 4_200_000


def test_the_same_again_is_refused_and_a_later_state_of_a_plan_is_taken(ledger: Ledger) -> None:
    give(ledger)
    assert refusal(give, ledger).startswith("deed_known")
    assert len(records(ledger, Contribution)) == 1
    plan = {"year": "2026", "help_way": "项目", "content": "种花椒"}
    enter(ledger, Kind.HOUSEHOLD_PLANS, **plan)
    enter(ledger, Kind.HOUSEHOLD_PLANS, **plan, plan_state="已完成")
    assert [one.plan_state for one in records(ledger, HouseholdPlan)] == ["done"]


def test_what_a_list_says_of_what_was_entered_is_the_same(ledger: Ledger, tmp_path: Path) -> None:
    give(ledger, helper="李帮")
    row = (HOME, "2026.3.5", "物资", "300元", "化肥", "李帮")
    outcome = bring_in(ledger, write(tmp_path / "投入.xlsx", [GIVEN, row]))
    assert counts(outcome) == (0, 0, 1, 0)
    assert len(records(ledger, Contribution)) == 1


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        (Kind.HOME_VISITS, {"visited_on": "2027-01-01"}, "不可能"),
        (Kind.HOME_VISITS, {"visited_on": "2026年9月"}, "只到月份"),
        (Kind.HOME_VISITS, {"visited_on": "2026-11-24", "visit_days": "3"}, "不能到今天以后"),
        (Kind.CONTRIBUTIONS, {"given_on": "2026-03-05", "help_way": "资金"}, "没有写投入了什么"),
        (Kind.CONTRIBUTIONS, {"help_way": "帮忙", "amount": "5"}, "不认识"),
        (Kind.CONTRIBUTIONS, {"help_way": "资金、物资", "amount": "5"}, "只有一个金额"),
        (Kind.HOUSEHOLD_PLANS, {"year": "2026", "help_way": ""}, "没有写帮扶方式"),
        (Kind.CHECKLISTS, {"checked_on": "2026-03-05", "housing": "再看"}, "看不出是否达标"),
        (Kind.CHECKLISTS, {"checked_on": "2026-03-05", "housing": ""}, "一项也没有写"),
        (Kind.HOUSEHOLD_INCOMES, {"year": "2025", "income": ""}, "没有填"),
        (Kind.HOUSEHOLD_INCOMES, {"year": "2030", "income": "500"}, "不可能"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    ledger: Ledger, kind: Kind, said: dict[str, str], words: str
) -> None:
    told = refusal(enter, ledger, kind, **said)
    assert told.startswith("deed_refused")
    assert words in told
    tables = (Visit, Contribution, HouseholdPlan, ChecklistItem, HouseholdIncome)
    assert not [row for table in tables for row in records(ledger, table)]


def test_a_visit_of_nobody_to_a_household_without_helper_is_refused(ledger: Ledger) -> None:
    assert refusal(visit, ledger, "2026-03-05", LONELY).startswith("visitor_missing")


def test_a_household_that_nobody_knows_is_refused(ledger: Ledger) -> None:
    assert refusal(visit, ledger, "2026-03-05", "无名").startswith("household_unknown")


def test_visits_are_listed_by_helper_known_or_not_and_by_year(ledger: Ledger) -> None:
    for day, who in (("2025-12-30", "李帮"), ("2026-03-05", "李帮、无名氏"), ("2026-03-06", "")):
        visit(ledger, day, visitor=who)
    with ledger.read() as session:

        def days(**whose: Any) -> list[str]:
            page = deeds_page(session, Kind.HOME_VISITS, Whose(**whose), TODAY)
            return [row["visited_on"] for row in page_facts(page)["rows"]]

        assert days(helper="李帮", year=2026) == ["2026-03-05", "2026-03-06"]
        assert days(helper="无名氏") == ["2026-03-05"]
        assert days(helper="谁也不是") == []
