"""A preview says who would get more or less by other rules, and leaves no trace."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import select

from jingzhun.core.page import Page
from jingzhun.core.policy import PolicyText
from jingzhun.core.terms import Month
from jingzhun.errors import JingzhunError
from jingzhun.render.terminal import show
from jingzhun.reports.aid.policy_preview import Side, preview_page
from jingzhun.services.hand import Hand
from jingzhun.services.subsidy.policies import adopt
from jingzhun.services.subsidy.preview import Span, try_out
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Base, Run
from tests.builders import NOW, TODAY, World
from tests.policies.worlds import put_pupil, run, scratch
from tests.services.test_policies import DAY_PUPIL, FACTS, LUNCH, NUTRITION, text

HAND = Hand(actor="张会计", os_user="z", command="policy preview", recorded_at=NOW)
NOVEMBER = Month(2026, 11)
ALL_COMPUTED = Span(first=None, last=None, today=TODAY)


def preview(world: World, other: PolicyText | str, span: Span = ALL_COMPUTED) -> Page:
    trial = try_out(world.session, other, span, HAND)
    before = Side(run=trial.before, plans=trial.plans_before)
    after = Side(run=trial.after, plans=trial.plans_after, notices=trial.notices)
    words = other if isinstance(other, str) else other.file
    return preview_page(world.session, words, before, after, trial.final)


def rows(page: Page, key: str) -> list[dict[str, Any]]:
    return [row for table in page.tables if table.key == key for row in table.records()]


@pytest.fixture
def school_year(world: World) -> World:
    """Two poor pupils of two schools, one not poor, three months computed, one of them approved."""
    put_pupil(world, DAY_PUPIL)
    other = {"enrolment": [{"stage": "junior", "grade": 8, "school": "云岭中学"}]}
    put_pupil(world, {**DAY_PUPIL, **other})
    put_pupil(world, {**DAY_PUPIL, "category": []})
    for month in ("2026-09", "2026-10", "2026-11"):
        run(world.session, month)
    first = world.session.scalars(select(Run).order_by(Run.id)).first()
    assert first is not None
    first.state = "approved"
    world.session.flush()
    return world


def test_a_raise_is_told_by_scheme_source_school_month_and_pupil(
    school_year: World, golden: Callable[[str, str], None]
) -> None:
    paid = (
        NUTRITION.replace("每天6元。", "每天6元，中央5元。") + 'shares = { "中央" = 5, "县" = 1 }\n'
    )
    page = preview(school_year, text("nutrition", paid))
    assert page.facts["months"] == ["2026-10", "2026-11"]
    assert page.facts["pupils"] == 2
    days = 18 + 21
    assert page.facts["difference_fen"] == 2 * days * 200
    [october, november] = rows(page, "by_month")
    assert (october["difference_fen"], november["difference_fen"]) == (2 * 18 * 200, 2 * 21 * 200)
    assert [row["difference_fen"] for row in rows(page, "changes")] == [days * 200, days * 200]
    sources = {row["source"]: row["after_fen"] for row in rows(page, "sources")}
    assert sources == {None: 0, "中央": 2 * days * 500, "县": 2 * days * 100}
    shown = StringIO()
    show(page, stream=shown, show_ids=False, columns=100)
    golden("policy_preview.txt", shown.getvalue())


def test_who_gains_and_who_loses_is_counted_once_whatever_the_months(school_year: World) -> None:
    everybody = NUTRITION.replace(', { fact = "poor" }', "").replace("2026-10-01", "2026-09-01")
    [gained] = rows(preview(school_year, text("nutrition", everybody)), "schemes")
    assert (gained["gaining"], gained["losing"], gained["more"], gained["less"]) == (1, 0, 2, 0)
    [*lost] = rows(preview(school_year, text("facts", FACTS)), "schemes")
    [meals] = [row for row in lost if row["scheme"] == "nutrition"]
    assert (meals["gaining"], meals["losing"]) == (0, 2)


def test_a_pack_is_previewed_like_a_file(school_year: World) -> None:
    page = preview(school_year, "plan")
    assert (page.facts["pupils"], page.facts["months"]) == (0, ["2026-11"])
    assert rows(page, "schemes") == []


def test_who_pays_may_change_though_nobody_gets_less(school_year: World) -> None:
    adopt(school_year.session, text("love_lunch", LUNCH), Month(2026, 9), HAND)
    other = LUNCH.replace("社会捐赠", "学校")
    page = preview(school_year, text("love_lunch", other))
    assert page.facts["pupils"] == 0
    assert {row["source"]: row["difference_fen"] < 0 for row in rows(page, "sources")} == {
        "社会捐赠": True,
        "学校": False,
    }


def test_what_is_no_money_is_told_apart(school_year: World) -> None:
    sets = LUNCH.replace('unit = "day"', 'unit = "term"\nyields = "sets"')
    sets = sets.replace('{ amount = "3.00" }', "{ sets = 10 }").split("shares")[0]
    page = preview(
        school_year, text("love_books", sets), Span(first=NOVEMBER, last=NOVEMBER, today=TODAY)
    )
    [books] = rows(page, "sets")
    assert (books["before"], books["after"]) == (0, 4)
    assert page.facts["difference_fen"] == 0
    assert {row["scheme"] for row in rows(page, "changes")} == {"love_books"}


def test_what_is_paid_to_staff_is_told_too(school_year: World) -> None:
    school = school_year.school()
    teacher = school_year.staff("钱老师", unit=school.name, on_establishment=True)
    school.is_rural = True
    school_year.session.flush()
    rule = LUNCH.replace('unit = "day"', 'unit = "month"').replace("in_kind", "card")
    rule = rule.replace("[[version]]", 'recipient = "staff"\n[[version]]')
    rule = rule.split("conditions")[0] + 'conditions = [{ fact = "rural_school" }]\n'
    rule += 'rates = [{ amount = "300.00" }]\n'
    page = preview(
        school_year, text("love_teacher", rule), Span(first=NOVEMBER, last=NOVEMBER, today=TODAY)
    )
    assert page.facts["pupils"] == 1
    assert [(row["name"], row["difference_fen"]) for row in rows(page, "changes")] == [
        (teacher.name, 30000)
    ]


def test_what_only_the_other_rules_leave_open_is_told(school_year: World) -> None:
    rule = LUNCH.replace('{ fact = "poor" }', '{ fact = "nutrition_plan" }')
    [notice] = preview(school_year, text("love_lunch", rule)).facts["notices"]
    assert "没有登记" in notice
    assert "jingzhun set" in notice


def test_the_months_are_those_asked_for_or_those_ever_computed(school_year: World) -> None:
    lunch = text("love_lunch", LUNCH)
    page = preview(school_year, lunch)
    assert page.facts["months"] == ["2026-09", "2026-10", "2026-11"]
    assert page.facts["final"] == [1]
    asked = Span(first=Month(2026, 12), last=Month(2027, 1), today=TODAY)
    page = preview(school_year, lunch, asked)
    assert page.facts["months"] == ["2026-12", "2027-01"]
    assert page.facts["final"] == []
    since = Span(first=Month(2026, 10), last=None, today=TODAY)
    assert preview(school_year, lunch, since).facts["months"] == ["2026-10", "2026-11"]


@pytest.mark.parametrize(
    ("words", "span"),
    [
        (LUNCH.replace("2026秋", "2027秋"), ALL_COMPUTED),
        (LUNCH, Span(first=NOVEMBER, last=Month(2026, 10), today=TODAY)),
    ],
)
def test_without_months_there_is_nothing_to_compare(
    school_year: World, words: str, span: Span
) -> None:
    with pytest.raises(JingzhunError) as refused:
        preview(school_year, text("love_lunch", words), span)
    assert refused.value.code == "preview_no_months"


def test_nothing_of_the_trial_stays_in_the_ledger(ledger: Ledger) -> None:
    with ledger.write() as session:
        world = World(session)
        put_pupil(world, DAY_PUPIL)
        run(session, "2026-10")
    before = content(ledger)
    with scratch(ledger) as session:
        world = World(session, sheet_id=1)
        page = preview(world, text("nutrition", NUTRITION))
        assert page.facts["pupils"] == 1
    assert content(ledger) == before


def content(ledger: Ledger) -> dict[str, list[Any]]:
    """Give every row of every table."""
    with ledger.read() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
        }
