"""What is posted as pages: sums that agree, a pupil's card, a notice that gives nothing away."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from jingzhun.core.page import Page
from jingzhun.core.table import Table
from jingzhun.errors import JingzhunError, UsageError
from jingzhun.reports import ReportOptions, report_named
from jingzhun.services.subsidy.adjustment import adjust
from jingzhun.services.subsidy.steps import publish, review
from jingzhun.store.schema import BoardingSpell
from tests.builders import World
from tests.policies.worlds import put_pupil, run
from tests.services.test_run_steps import MONDAY, OVER, POOR, approved, hand, walk


def build(world: World, name: str, **options: Any) -> Page:
    given = ReportOptions(as_of=date(2026, 11, 24), **options)
    return report_named(name).build(world.session, given)


def table(page: Page, key: str) -> Table:
    return next(each for each in page.tables if each.key == key)


@pytest.fixture
def posted(world: World) -> World:
    for school, grade in (("青禾小学", 3), ("青禾小学", 1), ("白石小学", 6)):
        enrolment = {"school": school, "stage": "primary", "grade": grade}
        put_pupil(world, POOR | {"enrolment": [enrolment]})
    number = approved(world, "2026-09")
    approved(world, "2026-10")
    world.session.execute(
        update(BoardingSpell).where(BoardingSpell.person_id == 1).values(boarding="day")
    )
    walk(world, adjust(world.session, number, hand("张会计"), today=OVER) or 0)
    return world


def test_every_breakdown_sums_the_same_lines(posted: World) -> None:
    page = build(posted, "subsidy")
    total = page.facts["total_fen"]
    for each in page.tables:
        place = [column.key for column in each.columns].index("amount_fen")
        assert sum(row[place] for row in each.rows) == total, each.key
        assert each.total is not None
        assert each.total[place] == total
    assert total == sum(row[4] for row in table(page, "schemes").rows)


def test_a_period_and_a_school_narrow_the_sums(posted: World) -> None:
    every = build(posted, "subsidy")
    months = [build(posted, "subsidy", period=period) for period in ("2026-09", "2026-10")]
    assert sum(page.facts["total_fen"] for page in months) == every.facts["total_fen"]
    term = build(posted, "subsidy", period="2026秋")
    assert term.facts["total_fen"] == every.facts["total_fen"]
    schools = [build(posted, "subsidy", school=name) for name in ("青禾小学", "白石小学")]
    assert sum(page.facts["total_fen"] for page in schools) == every.facts["total_fen"]


def test_drafts_are_not_counted(world: World) -> None:
    put_pupil(world, POOR)
    run(world.session, "2026-10")
    page = build(world, "subsidy")
    assert page.facts["total_fen"] == 0
    assert "还没有入账" in page.notes[-1]


def test_the_card_tells_facts_with_sources_and_aid_with_corrections(posted: World) -> None:
    page = build(posted, "card", person_id=1)
    facts = {row[0] for row in table(page, "facts").rows}
    assert facts == {"学籍", "就读方式", "户类别"}
    assert all(row[4][0]["file"] for row in table(page, "facts").rows)
    aid = table(page, "aid").rows
    september = [row for row in aid if row[0] == "2026-09"]
    assert [row[5] for row in september if row[1] == "寄宿生生活补助"] == [12500, -12500]
    assert page.facts["total_fen"] == sum(row[5] for row in aid)
    assert "*" in page.facts["pupil"]["id_number"]


def test_the_card_wants_a_pupil_and_the_notice_a_run(world: World) -> None:
    for name in ("card", "notice"):
        with pytest.raises(UsageError):
            build(world, name)


def test_the_notice_shows_name_school_grade_and_class_only(world: World) -> None:
    person = put_pupil(world, POOR)
    number = run(world.session, "2026-10")
    with pytest.raises(JingzhunError) as refused:
        build(world, "notice", run=number)
    assert refused.value.code == "run_not_noticed"
    review(world.session, number, hand("王老师"), today=MONDAY)
    publish(world.session, number, hand("王老师"), today=MONDAY)
    page = build(world, "notice", run=number)
    for each in page.tables:
        keys = [column.key for column in each.columns]
        assert keys == ["number", "name", "school", "grade", "class_no"]
        assert each.rows == [(None, person.name, "青禾小学", 3, "")] or "班" in each.rows[0][4]
    words = str(page)
    assert person.id_number is not None
    assert person.id_number not in words
    assert not re.search(r"\d{15,}", words)
    assert page.facts["ends_on"] == "2026-11-09"
    assert "2026-11-09" in page.notes[0]
