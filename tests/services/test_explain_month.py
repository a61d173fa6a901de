"""Explain shows how the days came about, what is posted, and a term month by month."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jingzhun.core.page import Page
from jingzhun.core.terms import Month, Term
from jingzhun.services.subsidy.explain import explain
from jingzhun.services.subsidy.explain_months import explain_months
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import RunLine
from tests.builders import TODAY, World
from tests.policies.worlds import lines_by_sql, put_pupil, put_twins, put_word, run
from tests.services.workbooks import KID, MEMBERS, ROSTER, bring_in, pupil, write

BOARDER: dict[str, Any] = {
    "enrolment": [{"stage": "primary", "grade": 3}],
    "boarding": [{"boarding": "boarder"}],
    "category": [{"category": "lifted"}],
}
NOVEMBER = Month(2026, 11)


def explained(world: World, facts: dict[str, Any], month: Month = NOVEMBER) -> Page:
    person = put_pupil(world, facts)
    return explain(world.session, person.identity, month, today=TODAY)


def scheme(page: Page, key: str) -> dict[str, Any]:
    return next(each for each in page.facts["schemes"] if each["scheme"] == key)


def test_the_days_are_counted_by_the_schools_own_calendar(world: World) -> None:
    put_word(world, "closed", school="青禾小学", first=date(2026, 11, 12), reason="大雪")
    page = explained(world, BOARDER)
    [own] = page.facts["calendar"]
    assert (own["school"], own["closed"], own["school_days"]) == ("青禾小学", 1, 20)
    assert scheme(page, "nutrition")["days"] == 20
    days = next(table for table in page.tables if table.key == "days_of_month")
    assert days.rows[0][1] == "日历 30 天 − 周末 9 天 − 停课 1 天 = 上课日 20 天"


def test_absences_and_the_count_of_meals_are_told_with_their_source(world: World) -> None:
    page = explained(
        world,
        BOARDER | {"absences": [date(2026, 11, 3)], "meals": [{"month": 202611, "days": 19}]},
    )
    [absence] = page.facts["absences"]
    [meals] = page.facts["meal_days"]
    assert absence["day"] == "2026-11-03"
    assert meals["days"] == 19
    for told in (absence, meals):
        assert told["source"]["file"] == "世界.xlsx"
    assert scheme(page, "nutrition")["days"] == 19


def test_a_school_that_begins_late_decides_on_its_own_first_day(world: World) -> None:
    put_word(world, "closed", school="青禾小学", first=date(2026, 11, 1), last=date(2026, 11, 10))
    late = BOARDER | {
        "boarding": [
            {"boarding": "day", "until": date(2026, 11, 11)},
            {"boarding": "boarder", "from": date(2026, 11, 11)},
        ]
    }
    page = explained(world, late)
    assert scheme(page, "boarding_living")["granted"]
    assert not scheme(page, "day_living")["granted"]


def test_the_month_of_who_moves_counts_where_the_pupil_is_first_on_a_first_school_day(
    world: World,
) -> None:
    put_word(world, "closed", school="白石小学", first=date(2026, 11, 1), last=date(2026, 11, 10))
    places = [
        {"school": "青禾小学", "grade": 3, "until": date(2026, 11, 5)},
        {"school": "白石小学", "grade": 3, "from": date(2026, 11, 5)},
    ]
    page = explained(world, BOARDER | {"enrolment": places})
    told = scheme(page, "boarding_living")
    assert [line["school"] for line in told["lines"]] == ["青禾小学"]
    assert any("2026年11月换过学校：11-01 至 11-04 在青禾小学" in note for note in page.notes)
    written = lines_by_sql(world.session, run(world.session, "2026-11"))
    assert [line[2] for line in written].count("boarding_living") == 1


def test_a_month_is_counted_once_for_a_human_of_two_records_at_two_schools(world: World) -> None:
    put_word(world, "closed", school="白石小学", first=date(2026, 11, 1), last=date(2026, 11, 10))
    one, other = (
        put_pupil(world, BOARDER | {"enrolment": [{"school": school, "grade": 3, **span}]})
        for school, span in (
            ("白石小学", {"from": date(2026, 11, 5)}),
            ("青禾小学", {"until": date(2026, 11, 5)}),
        )
    )
    put_twins(world, one.identity, other.identity)
    written = lines_by_sql(world.session, run(world.session, "2026-11"))
    assert [line[0] for line in written if line[2] == "boarding_living"] == [other.id]
    page = explain(world.session, one.identity, NOVEMBER, today=TODAY)
    assert scheme(page, "boarding_living")["reason"].startswith("这个月在另一条记录名下计算")


def test_who_is_on_no_roll_is_told_where_the_pupil_was_last(world: World) -> None:
    left = BOARDER | {"enrolment": [{"stage": "primary", "grade": 3, "until": date(2026, 9, 16)}]}
    page = explained(world, left)
    assert any("最后在青禾小学三年级1班，到2026年9月15日" in note for note in page.notes)
    never = explained(world, {"category": [{"category": "lifted"}]})
    assert any("账本里没有这个人的学籍" in note for note in never.notes)


def test_a_condition_that_fails_shows_the_fact_that_stands_against_it(world: World) -> None:
    removed = BOARDER | {"category": [{"category": "marginal", "risk_removed": True}]}
    [failed] = [
        each
        for each in scheme(explained(world, removed), "boarding_living")["conditions"]
        if not each["holds"]
    ]
    assert failed["actual"] == "户类别 边缘易致贫户（风险已消除）"
    assert failed["source"]["file"] == "世界.xlsx"


def test_what_is_posted_is_shown(world: World) -> None:
    person = put_pupil(world, BOARDER)
    number = run(world.session, "2026-11")
    before = explain(world.session, person.identity, NOVEMBER, today=TODAY)
    assert before.facts["posted"] == []
    for line in world.session.query(RunLine).where(RunLine.run_id == number):
        line.sequence, line.unit_school_id = 0, line.school_id if line.days else 0
    world.session.flush()
    posted = explain(world.session, person.identity, NOVEMBER, today=TODAY).facts["posted"]
    assert [(each["scheme"], each["run"], each["amount_fen"]) for each in posted] == [
        ("boarding_living", number, 12500),
        ("nutrition", number, 8400),
    ]


def test_a_term_month_by_month_is_what_the_run_writes(world: World) -> None:
    person = put_pupil(world, BOARDER)
    months = Term.parse("2026秋").months
    page = explain_months(world.session, person.identity, months, period="2026秋", today=TODAY)
    written = lines_by_sql(world.session, run(world.session, "2026秋"))
    assert page.facts["total_fen"] == sum(line[6] for line in written)
    boarding = next(each for each in page.facts["schemes"] if each["scheme"] == "boarding_living")
    assert [each["amount_fen"] for each in boarding["months"]] == [12500] * 5 + [0]


@pytest.fixture
def imported(ledger: Ledger, tmp_path: Path) -> Ledger:
    """A boarder of a listed household, out of two lists."""
    members = ("62000001", "赵大", "东山村", "赵一", KID, "之子", "脱贫户(享受政策)", "")
    bring_in(ledger, write(tmp_path / "学籍.xlsx", [ROSTER, pupil()]))
    bring_in(ledger, write(tmp_path / "户.xlsx", [MEMBERS, members]))
    return ledger


def test_the_very_cell_of_each_fact_is_named(imported: Ledger) -> None:
    with imported.read() as session:
        page = explain(session, "赵一", NOVEMBER, today=TODAY)
    told = scheme(page, "boarding_living")
    cells = {each["fact"]: (each["source"]["file"], each["source"]["cell"])
             for each in told["conditions"]}  # fmt: skip
    assert cells["boarding"] == ("学籍.xlsx", "G2")
    assert cells["registered"] == ("户.xlsx", "G2")


def test_a_record_with_a_standing_that_ended_still_counts_for_the_human_day_by_day(
    world: World,
) -> None:
    back = {"standing": "left", "change": "transfer_out", "from": date(2026, 11, 2),
            "until": date(2026, 11, 9), "school": "青禾小学"}  # fmt: skip
    one = put_pupil(world, BOARDER | {"standing": [back]})
    late = {"school": "白石小学", "grade": 3, "from": date(2026, 11, 9)}
    other = put_pupil(world, BOARDER | {"enrolment": [late]})
    put_twins(world, one.identity, other.identity)
    written = lines_by_sql(world.session, run(world.session, "2026-11"))
    assert [line[:2] for line in written if line[2] == "nutrition"] == [(one.id, 1)]
