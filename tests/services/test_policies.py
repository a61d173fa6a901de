"""Rules change from a month on; a run is read by the rules that it was computed with."""

from typing import Any

import pytest
from sqlalchemy import select

from jingzhun.core.policy import PolicyText
from jingzhun.core.policy_vocabulary import PolicyPart
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import RunState
from jingzhun.errors import PolicyError
from jingzhun.reports.aid.subsidy import subsidy_page
from jingzhun.reports.facts import listed_persons
from jingzhun.services.hand import Hand
from jingzhun.services.subsidy.explain import explain
from jingzhun.services.subsidy.plans import pack_of
from jingzhun.services.subsidy.policies import adopt, changed_page, end, use_pack
from jingzhun.store.schema import PolicyFile, PolicyUse, Run, RunLine
from tests.builders import NOW, TODAY, World
from tests.policies.worlds import lines_by_judgement, lines_by_sql, months_of, put_pupil, run

HAND = Hand(actor="张会计", os_user="z", command="policy use", recorded_at=NOW)
SEPTEMBER, OCTOBER, NOVEMBER = (Month(2026, month) for month in (9, 10, 11))
DAY_PUPIL: dict[str, Any] = {
    "enrolment": [{"stage": "primary", "grade": 3}],
    "boarding": [{"boarding": "day"}],
    "category": [{"category": "lifted"}],
}
LUNCH = """
title = "爱心午餐"
[[version]]
from = "2026秋"
document = "捐赠协议"
confidence = "confirmed"
clause = "困难走读生每天午餐3元。"
unit = "day"
delivery = "in_kind"
conditions = [{ fact = "boarding", is = "day" }, { fact = "poor" }]
rates = [{ amount = "3.00" }]
shares = { "社会捐赠" = 1 }
"""
NUTRITION = """
title = "营养改善计划膳食补助（本县）"
[[version]]
from = 2026-10-01
document = "县教〔2026〕1号"
confidence = "confirmed"
clause = "每天6元。"
unit = "day"
delivery = "in_kind"
conditions = [{ fact = "stage", in = ["primary", "junior"] }, { fact = "poor" }]
rates = [{ amount = "6.00" }]
"""
#: From the day on, the lifted count no longer: the five years of transition are over.
FACTS = """
[registered]
title = "建档立卡"
[[registered.definition]]
from = 2026-10-01
document = "县常态化帮扶方案"
confidence = "confirmed"
any = [{ fact = "at_risk", in = ["prevention"] }]
[listed]
title = "在册困难户"
[[listed.definition]]
from = 2026-10-01
document = "县常态化帮扶方案"
confidence = "confirmed"
any = [{ fact = "category", in = ["prevention"] }]
"""


def text(key: str, words: str) -> PolicyText:
    return PolicyText(key=key, file=f"{key}.toml", text=words)


def amounts(world: World, period: str) -> dict[str, int]:
    """Compute a period; give its sums by scheme, held to the plain evaluator."""
    number = run(world.session, period)
    lines = lines_by_sql(world.session, number)
    assert lines == lines_by_judgement(world.session, months_of(period))
    sums: dict[str, int] = {}
    for line in lines:
        sums[line[2]] = sums.get(line[2], 0) + line[6]
    return sums


def test_a_schools_own_scheme_is_computed_and_explained_from_its_month_on(world: World) -> None:
    pupil = put_pupil(world, DAY_PUPIL)
    adopt(world.session, text("love_lunch", LUNCH), OCTOBER, HAND)
    assert "love_lunch" not in amounts(world, "2026-09")
    assert amounts(world, "2026-11")["love_lunch"] == 21 * 300
    page = explain(world.session, pupil.name, NOVEMBER, today=TODAY)
    [told] = [each for each in page.facts["schemes"] if each["scheme"] == "love_lunch"]
    assert (told["granted"], told["document"]) == (True, "捐赠协议")
    assert told["shares"] == {"社会捐赠": 6300}


def test_who_pays_may_depend_on_the_pupil_and_every_page_says_the_same(world: World) -> None:
    for stage, grade in (("primary", 3), ("junior", 8)):
        pupil = put_pupil(world, {**DAY_PUPIL, "enrolment": [{"stage": stage, "grade": grade}]})
    shares = """shares = [
      { parts = { "学校" = 1 }, when = [{ fact = "stage", is = "primary" }] },
      { parts = { "社会捐赠" = 2, "学校" = 1 } },
    ]"""
    adopt(
        world.session,
        text("love_lunch", LUNCH.split("shares", maxsplit=1)[0] + shares),
        SEPTEMBER,
        HAND,
    )
    number = run(world.session, "2026-11")
    lines = [
        line["shares"]
        for table in subsidy_page(world.session, number).tables
        if table.key == "lines"
        for line in table.records()
        if line["scheme"] == "love_lunch"
    ]
    assert lines == [{"学校": 6300}, {"社会捐赠": 4200, "学校": 2100}]
    page = explain(world.session, str(pupil.id_number), NOVEMBER, today=TODAY)
    [told] = [each for each in page.facts["schemes"] if each["scheme"] == "love_lunch"]
    assert told["shares"] == lines[1]


def test_without_a_month_a_file_holds_from_its_newest_version_on(world: World) -> None:
    changed = adopt(world.session, text("nutrition", NUTRITION), None, HAND)
    assert changed.since == OCTOBER


def test_a_file_named_like_a_scheme_changes_it_from_its_first_version_on(world: World) -> None:
    put_pupil(world, DAY_PUPIL)
    before = amounts(world, "2026-09")["nutrition"]
    adopt(world.session, text("nutrition", NUTRITION), SEPTEMBER, HAND)
    assert amounts(world, "2026-09")["nutrition"] == before
    assert amounts(world, "2026-11")["nutrition"] == 21 * 600
    scheme = next(each for each in pack_of(world.session, OCTOBER).schemes if each.file)
    assert [version.said_from for version in scheme.versions][-1] == "2026-10-01"
    assert len(scheme.versions) > 1
    assert scheme.national


def test_local_definitions_decide_who_is_poor_in_runs_and_in_reports(world: World) -> None:
    pupil = put_pupil(world, DAY_PUPIL)
    adopt(world.session, text("facts", FACTS), OCTOBER, HAND)
    assert amounts(world, "2026-09")["nutrition"]
    assert "nutrition" not in amounts(world, "2026-11")
    assert world.session.scalars(listed_persons(world.session, TODAY)).all() == []
    september = TODAY.replace(month=9)
    assert world.session.scalars(listed_persons(world.session, september)).all() == [pupil.id]


def test_a_run_is_read_by_the_rules_that_it_was_computed_with(world: World) -> None:
    put_pupil(world, DAY_PUPIL)
    adopt(world.session, text("love_lunch", LUNCH), OCTOBER, HAND)
    number = run(world.session, "2026-11")
    world.session.get_one(Run, number).state = RunState.APPROVED.value
    world.session.flush()
    adopt(world.session, text("love_lunch", LUNCH.replace("爱心", "阳光")), OCTOBER, HAND)
    end(world.session, "love_lunch", NOVEMBER, HAND)
    assert "love_lunch" not in {each.key for each in pack_of(world.session, NOVEMBER).schemes}
    page = subsidy_page(world.session, number)
    [line] = [
        line
        for table in page.tables
        if table.key == "lines"
        for line in table.records()
        if line["scheme"] == "love_lunch"
    ]
    assert line["shares"] == {"社会捐赠": 6300}
    titles = {row[0] for table in page.tables if table.key == "summary" for row in table.rows}
    assert "爱心午餐" in titles


def test_a_change_says_what_it_changes_and_which_runs_it_concerns(world: World) -> None:
    put_pupil(world, DAY_PUPIL)
    draft, firm = run(world.session, "2026-10"), run(world.session, "2026-11")
    world.session.get_one(Run, firm).state = RunState.APPROVED.value
    earlier = run(world.session, "2026-09")
    changed = adopt(world.session, text("nutrition", NUTRITION), OCTOBER, HAND)
    assert [(key, part, was, now) for key, _, part, was, now in changed.rows] == [
        ("nutrition", PolicyPart.STANDARD, "每生每天 4.00元", "每生每天 6.00元"),
        ("nutrition", PolicyPart.SHARES, "学校所在县为国家计划县：中央 1 份", ""),
        (
            "nutrition",
            PolicyPart.DOCUMENT,
            "学校精准扶贫工作计划（每生每天4元）；财政部2014年10月31日通知（已核实）",
            "县教〔2026〕1号（已核实）",
        ),
    ]
    assert (changed.drafts, changed.final) == ((draft,), (firm,))
    assert earlier not in changed.drafts
    assert changed_page(changed).title == "自2026年10月起采用 nutrition.toml"
    lines = world.session.scalars(
        select(RunLine.rate_fen).where(RunLine.run_id == firm, RunLine.scheme == "nutrition")
    ).all()
    assert lines == [400]


def test_a_later_change_stays_and_is_named(world: World) -> None:
    adopt(world.session, text("love_lunch", LUNCH), NOVEMBER, HAND)
    changed = adopt(world.session, text("nutrition", NUTRITION), OCTOBER, HAND)
    assert changed.until == NOVEMBER
    assert "到 2026年11月之前" in changed_page(changed).title


def test_definitions_changed_are_told(world: World) -> None:
    changed = adopt(world.session, text("facts", FACTS), SEPTEMBER, HAND)
    assert {row[0] for row in changed.rows} == {"registered", "listed"}
    [now] = [row[4] for row in changed.rows if row[0] == "registered"]
    assert now.endswith("2026-10-01起 风险未消除的户类别为防止返贫致贫对象")


def test_the_same_again_is_refused_and_nothing_is_kept(world: World) -> None:
    adopt(world.session, text("love_lunch", LUNCH), OCTOBER, HAND)
    for again in (
        lambda: adopt(world.session, text("love_lunch", LUNCH), OCTOBER, HAND),
        lambda: use_pack(world.session, "plan", OCTOBER, HAND),
    ):
        with pytest.raises(PolicyError) as refused:
            again()
        assert refused.value.code == "policy_same"
    assert len(world.session.scalars(select(PolicyFile)).all()) == 1
    assert world.session.scalars(select(PolicyUse)).all() == []


def test_a_pack_that_nobody_knows_is_refused(world: World) -> None:
    with pytest.raises(PolicyError) as refused:
        use_pack(world.session, "plans", OCTOBER, HAND)
    assert refused.value.code == "policy_unknown_pack"


def test_what_is_not_the_ledgers_own_cannot_be_ended(world: World) -> None:
    adopt(world.session, text("love_lunch", LUNCH), SEPTEMBER, HAND)
    with pytest.raises(PolicyError) as refused:
        end(world.session, "nutrition", OCTOBER, HAND)
    assert refused.value.code == "policy_not_own"
    assert "love_lunch" in refused.value.remedy


def test_facts_cannot_end_while_a_scheme_still_asks_for_them(world: World) -> None:
    border = FACTS.replace("listed", "border_child").replace("在册困难户", "边境学生")
    adopt(world.session, text("facts", border), OCTOBER, HAND)
    asking = LUNCH.replace('"2026秋"', "2026-10-01").replace(
        'fact = "poor"', 'fact = "border_child"'
    )
    adopt(world.session, text("love_lunch", asking), NOVEMBER, HAND)
    with pytest.raises(PolicyError) as refused:
        end(world.session, "facts", OCTOBER, HAND)
    assert refused.value.code == "policy_unknown_word"
    assert "love_lunch.toml" in refused.value.reason
