"""What a school is and asks is set at the desk, outlasts lists and undoing, and decides schemes."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jingzhun.core.page import Page
from jingzhun.core.policy import PolicyText
from jingzhun.core.terms import Month
from jingzhun.errors import JingzhunError
from jingzhun.reports.lists.found import found_page
from jingzhun.services.desk.correction import Corrected, Correction, correct
from jingzhun.services.importing.undo import undo_import
from jingzhun.services.subsidy.explain import explain
from jingzhun.services.subsidy.policies import adopt
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import School, SchoolFee
from tests.builders import TODAY, World, id_number
from tests.policies.worlds import lines_by_judgement, lines_by_sql, months_of, put_pupil, run
from tests.services.test_correction import HAND
from tests.services.test_policies import DAY_PUPIL, LUNCH
from tests.services.workbooks import BORN, KID, ROSTER, bring_in, on, pupil, records, write

SCHOOL = "青禾小学"


def put(ledger: Ledger, field: str, value: str, **more: Any) -> Corrected:
    wanted = Correction(
        who=more.get("who", SCHOOL), field=field, value=value, why=more.get("why", "县教育局名单"),
        since=on(more.get("since", "2026-09-01")), today=TODAY,
        stage=more.get("stage", ""), public=more.get("public", ""),
    )  # fmt: skip
    with ledger.write() as session:
        return correct(session, wanted, HAND)


@pytest.fixture
def roll(ledger: Ledger, tmp_path: Path) -> Path:
    path = write(tmp_path / "名册.xlsx", [ROSTER, pupil(boarding="走读")])
    bring_in(ledger, path, as_of=on("2026-09-15"))
    return path


def attributes(ledger: Ledger) -> tuple[Any, ...]:
    [school] = records(ledger, School)
    return school.is_public, school.is_rural, school.in_nutrition_plan, school.county_type


def fees(ledger: Ledger) -> list[tuple[Any, ...]]:
    return [
        (fee.stage, fee.valid_from, fee.unit, fee.fee_fen, fee.public_fee_fen)
        for fee in records(ledger, SchoolFee)
    ]


def undo(ledger: Ledger, number: int) -> None:
    with ledger.rebuild() as session:
        undo_import(session, number, HAND, today=TODAY)


@pytest.mark.parametrize(
    ("field", "value", "held"),
    [
        ("公办", "是", ("是", (True, None, None, None))),
        ("办学性质", "民办", ("否", (False, None, None, None))),
        ("城乡", "县城", ("否", (None, False, None, None))),
        ("农村", "是", ("是", (None, True, None, None))),
        ("营养改善计划", "是", ("是", (None, None, True, None))),
        ("县类型", "地方计划五类县", ("地方计划五类县", (None, None, None, "local_five"))),
    ],
)  # fmt: skip
def test_what_a_school_is_can_be_set(
    ledger: Ledger, roll: Path, field: str, value: str, held: tuple[str, Any]
) -> None:
    made = put(ledger, field, value)
    assert (made.name, made.identity, made.before, made.after, made.since) == (
        SCHOOL, None, "", held[0], None,
    )  # fmt: skip
    assert attributes(ledger) == held[1]


def test_what_was_set_outlasts_lists_and_the_undoing_of_the_list_that_named_the_school(
    ledger: Ledger, roll: Path, tmp_path: Path
) -> None:
    put(ledger, "营养改善计划", "是")
    put(ledger, "收费", "500元/月", stage="学前")
    said = [("preschool", on("2026-09-01"), "month", 50000, 50000)]
    again = write(tmp_path / "十一月.xlsx", [ROSTER, pupil(boarding="住校")])
    bring_in(ledger, again, as_of=on("2026-11-10"))
    for number in (1, 4):
        undo(ledger, number)
        assert attributes(ledger) == (None, None, True, None), number
        assert fees(ledger) == said, number
    undo(ledger, 3)
    assert fees(ledger) == []
    undo(ledger, 2)
    assert records(ledger, School) == []


def test_what_was_set_last_holds_and_undoing_it_brings_back_what_was(
    ledger: Ledger, roll: Path
) -> None:
    put(ledger, "农村", "是")
    made = put(ledger, "农村", "否")
    assert (made.before, made.after) == ("是", "否")
    undo(ledger, made.import_id)
    assert attributes(ledger) == (None, True, None, None)


def test_fees_are_dated_and_the_same_day_is_said_anew(ledger: Ledger, roll: Path) -> None:
    put(ledger, "收费", "400元/月", since="2025-09-01")
    put(ledger, "收费", "500元/月")
    made = put(ledger, "收费", "450元/月")
    assert (made.before, made.after) == ("小学 每月500.00元", "小学 每月450.00元")
    assert fees(ledger) == [
        ("primary", on("2025-09-01"), "month", 40000, 40000),
        ("primary", on("2026-09-01"), "month", 45000, 45000),
    ]


def test_a_private_school_says_what_a_public_one_asks(ledger: Ledger, roll: Path) -> None:
    put(ledger, "公办", "民办")
    with pytest.raises(JingzhunError, match="--public"):
        put(ledger, "收费", "800元/月")
    made = put(ledger, "收费", "800元/月", public="500")
    assert made.after == "小学 每月800.00元（同类公办500.00元）"
    assert fees(ledger)[0][3:] == (80000, 50000)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("公办", "半公办", {}), "set_value_refused"),
        (("县类型", "国家", {}), "set_value_refused"),
        (("收费", "很多", {}), "set_value_refused"),
        (("收费", "500", {}), "set_value_refused"),
        (("收费", "500元/月", {"public": "少"}), "set_value_refused"),
        (("收费", "500元/月", {"stage": "托儿"}), "set_stage_missing"),
        (("公办", "是", {"public": "500"}), "set_value_refused"),
        (("公办", "是", {"why": " "}), "set_why_missing"),
        (("公办", "是", {"who": "青禾"}), "school_unknown"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_is_written(
    ledger: Ledger, roll: Path, said: tuple[str, str, dict[str, str]], code: str
) -> None:
    field, value, more = said
    with pytest.raises(JingzhunError) as refused:
        put(ledger, field, value, **more)
    assert refused.value.code == code
    assert attributes(ledger) == (None, None, None, None)
    assert fees(ledger) == []


def test_the_same_again_is_no_import(ledger: Ledger, roll: Path) -> None:
    put(ledger, "公办", "是")
    with pytest.raises(JingzhunError) as refused:
        put(ledger, "公办", "是")
    assert refused.value.code == "set_same"


def test_a_school_of_several_stages_must_say_whose_fee_it_is(
    ledger: Ledger, roll: Path, tmp_path: Path
) -> None:
    more = write(
        tmp_path / "初中.xlsx", [ROSTER, pupil("钱二", id_number(BORN, 77), grade="八年级")]
    )
    bring_in(ledger, more, as_of=on("2026-09-15"))
    with pytest.raises(JingzhunError) as refused:
        put(ledger, "收费", "500元/学期")
    assert refused.value.code == "set_stage_missing"
    assert "小学" in refused.value.remedy
    assert put(ledger, "收费", "500元/学期", stage="初中").after == "初中 每学期500.00元"


def test_find_shows_what_a_school_is_and_who_said_so(ledger: Ledger, roll: Path) -> None:
    put(ledger, "营养改善计划", "是")
    put(ledger, "收费", "500元/月", why="物价备案")
    with ledger.read() as session:
        page: Page = found_page(session, "青禾", as_of=TODAY)
    assert page.facts["found"]["schools"] == 1
    [row] = [row for table in page.tables if table.key == "schools" for row in table.records()]
    assert (row["name"], row["in_nutrition_plan"], row["is_public"], row["pupils"]) == (
        SCHOOL, True, None, 1,
    )  # fmt: skip
    assert row["fees"] == ["小学 每月500.00元，自2026-09-01"]
    assert [source["sheet"] for source in row["sources"]] == ["县教育局名单", "物价备案"]


def test_explain_names_who_said_what_the_school_is(ledger: Ledger, roll: Path) -> None:
    put(ledger, "营养改善计划", "是", why="县教育局名单")
    rule = LUNCH.replace('{ fact = "poor" }', '{ fact = "nutrition_plan" }')
    with ledger.write() as session:
        text = PolicyText(key="love_lunch", file="love_lunch.toml", text=rule)
        adopt(session, text, Month(2026, 9), HAND)
    with ledger.read() as session:
        page = explain(session, KID, Month(2026, 11), today=TODAY)
    [lunch] = [each for each in page.facts["schemes"] if each["scheme"] == "love_lunch"]
    [asked] = [each for each in lunch["conditions"] if each["fact"] == "nutrition_plan"]
    assert (asked["holds"], asked["source"]["sheet"]) == (True, "县教育局名单")


@pytest.mark.parametrize(
    ("fact", "attribute", "value"),
    [
        ('{ fact = "nutrition_plan" }', "in_nutrition_plan", True),
        ('{ fact = "public_school", is = false }', "is_public", False),
        ('{ fact = "rural_school" }', "is_rural", True),
        ('{ fact = "county_type", in = ["national", "local_five"] }', "county_type", "local_five"),
    ],
)
def test_a_scheme_may_ask_what_a_school_is(
    world: World, fact: str, attribute: str, value: Any
) -> None:
    put_pupil(world, DAY_PUPIL)
    rule = LUNCH.replace('{ fact = "poor" }', fact)
    text = PolicyText(key="love_lunch", file="love_lunch.toml", text=rule)
    adopt(world.session, text, Month(2026, 9), HAND)
    assert "love_lunch" not in schemes(world)
    setattr(world.session.scalars(select(School)).one(), attribute, value)
    world.session.flush()
    assert "love_lunch" in schemes(world)


def schemes(world: World) -> set[str]:
    """Give the schemes that November pays, held to the plain evaluator."""
    lines = lines_by_sql(world.session, run(world.session, "2026-11"))
    assert lines == lines_by_judgement(world.session, months_of("2026-11"))
    return {line[2] for line in lines}
