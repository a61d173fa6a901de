"""Each decision is explained with this pupil's facts, their source, and the first that fails."""

from datetime import date
from typing import Any

import pytest

from jingzhun.core.page import Page
from jingzhun.core.terms import Month
from jingzhun.errors import JingzhunError
from jingzhun.services.lookup import find_person
from jingzhun.services.subsidy.explain import explain
from tests.builders import TODAY, World
from tests.policies.worlds import lines_by_sql, put_pupil, run

BOARDER: dict[str, Any] = {
    "enrolment": [{"stage": "junior", "grade": 8}],
    "boarding": [{"boarding": "boarder"}],
    "category": [{"category": "marginal", "risk_removed": False}],
}


def scheme(page: Page, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in page.facts["schemes"] if each["scheme"] == key)
    return found


NOVEMBER = Month(2026, 11)
DROPPED = {"standing": "dropped_out", "change": "dropout", "from": date(2026, 10, 9)}


def explained(world: World, facts: dict[str, Any], month: Month = NOVEMBER) -> Page:
    person = put_pupil(world, facts)
    return explain(world.session, person.identity, month, today=TODAY)


def test_granted_scheme_shows_rule_facts_sources_and_calculation(world: World) -> None:
    page = explained(world, BOARDER)
    told = scheme(page, "boarding_living")
    assert told["granted"]
    assert (told["rate_fen"], told["amount_fen"], told["days"]) == (75000, 15000, None)
    assert told["version_from"] == "2024-03-01"
    assert told["confidence"] == "confirmed"
    registered = told["conditions"][-1]
    assert registered == {
        "fact": "registered",
        "title": "建档立卡",
        "required": "是",
        "actual": "边缘易致贫户（风险未消除）",
        "holds": True,
        "since": "2019-09-01",
        "source": {
            "file": "世界.xlsx",
            "sheet": "Sheet1",
            "row": registered["source"]["row"],
            "cell": None,
        },
    }
    assert _heading(page, "boarding_living") == (
        "寄宿生生活补助：每生每学期750.00元，学期的第3个月（共5个月） = 150.00元"
    )


def test_by_the_day_shows_days_times_rate_and_the_days_missed(world: World) -> None:
    suspended = {
        "standing": "suspended",
        "change": "suspension",
        "from": date(2026, 11, 5),
        "until": date(2026, 11, 23),
    }
    page = explained(world, BOARDER | {"standing": [suspended], "absences": [date(2026, 11, 25)]})
    told = scheme(page, "nutrition")
    assert (told["days"], told["rate_fen"], told["amount_fen"]) == (8, 400, 3200)
    assert told["missed"] == [
        {"from": "2026-11-05", "to": "2026-11-20", "days": 12, "reason": "2026年11月5日起休学"},
        {"from": "2026-11-25", "to": "2026-11-25", "days": 1, "reason": "缺勤"},
    ]
    assert _heading(page, "nutrition") == "营养改善计划膳食补助：4.00元 × 8天 = 32.00元"


@pytest.mark.parametrize(
    ("facts", "key", "reason"),
    [
        ({}, "nutrition", "不在任何学校的学籍里"),
        (
            {"enrolment": [{"stage": "senior", "grade": 10}]},
            "nutrition",
            "学段要求小学、初中，该生为普高",
        ),
        (
            {"enrolment": [{"stage": "primary"}]},
            "nutrition",
            "不符合“家庭经济困难”：户类别 无；孤儿或事实无人抚养 未登记；困难认定 无",
        ),
        (
            BOARDER | {"category": [{"category": "marginal", "risk_removed": True}]},
            "boarding_living",
            "不符合“建档立卡”：户类别 边缘易致贫户（风险已消除）",
        ),
        (BOARDER | {"boarding": []}, "boarding_living", "就读方式要求住校，该生未登记"),
        (
            BOARDER
            | {
                "standing": [
                    {"standing": "dropped_out", "change": "dropout", "from": date(2026, 10, 9)}
                ]
            },
            "nutrition",
            "2026年10月9日起辍学",
        ),
        (BOARDER | {"meals": [{"month": 202611, "days": 0}]}, "nutrition", "登记的用餐天数为0天"),
    ],
)
def test_refusal_names_the_first_condition_that_fails(
    world: World, facts: dict[str, Any], key: str, reason: str
) -> None:
    told = scheme(explained(world, facts), key)
    assert not told["granted"]
    assert told["amount_fen"] == 0
    assert told["reason"] == reason


@pytest.mark.parametrize(
    ("facts", "key", "reason"),
    [
        (
            {"enrolment": [{"stage": "senior", "grade": 10}], "category": [{"category": "lifted"}]},
            "senior_fee",
            "青禾小学没有登记普高的收费标准",
        ),
        (
            {
                "enrolment": [{"stage": "vocational", "grade": None}],
                "category": [{"category": "lifted"}],
            },
            "vocational_grant",
            "年级要求高一、高二、高三，该生未登记",
        ),
        (BOARDER, "living_extra", "不符合“人口较少民族”：民族 未登记"),
        (BOARDER, "rural_teacher", "发给教职工，不发给学生"),
    ],
)
def test_what_nobody_has_recorded_is_named(
    world: World, facts: dict[str, Any], key: str, reason: str
) -> None:
    assert scheme(explained(world, facts), key)["reason"] == reason


@pytest.mark.parametrize(
    ("month", "key", "reason"),
    [
        (Month(2019, 5), "day_living", "2019年5月没有生效的标准"),
        (Month(2026, 8), "nutrition", "2026年8月没有上课日"),
        (Month(2026, 2), "boarding_living", "2026年2月不在发放月份内"),
    ],
)
def test_month_in_which_nothing_is_paid_says_so(
    world: World, month: Month, key: str, reason: str
) -> None:
    assert scheme(explained(world, BOARDER, month), key)["reason"] == reason


def test_pupil_who_moved_sees_both_schools(world: World) -> None:
    page = explained(
        world,
        BOARDER
        | {
            "enrolment": [
                {"stage": "junior", "until": date(2026, 11, 11)},
                {"stage": "junior", "from": date(2026, 11, 11), "school": "白石中学"},
            ]
        },
    )
    told = scheme(page, "nutrition")
    assert [(line["school"], line["days"]) for line in told["lines"]] == [
        ("青禾小学", 7),
        ("白石中学", 14),
    ]
    assert told["amount_fen"] == 8400


def test_explanation_says_what_the_run_writes(world: World) -> None:
    page = explained(world, BOARDER)
    lines = lines_by_sql(world.session, run(world.session, "2026-11"))
    assert {line[2]: line[6] for line in lines} == {
        each["scheme"]: each["amount_fen"] for each in page.facts["schemes"] if each["granted"]
    }


def test_shares_are_those_of_the_lines(world: World) -> None:
    page = explained(
        world,
        {"enrolment": [{"stage": "preschool", "grade": -2}], "category": [{"category": "lifted"}]},
    )
    assert scheme(page, "preschool_fee")["shares"] == {"省": 6000, "市县": 4000}


def test_ids_are_masked_in_facts_and_notes(world: World) -> None:
    person = put_pupil(world, BOARDER)
    page = explain(world.session, person.identity, NOVEMBER, today=TODAY)
    assert person.identity not in repr(page)
    assert page.facts["pupil"]["id_number"] == "629999********0016"


# --- who is meant -------------------------------------------------------------------------------


def test_person_is_found_by_id_student_number_and_name(world: World) -> None:
    person = world.person("张一", student_no="G629999201405060016")
    for text in (person.identity, person.identity.lower(), " 张一 ", "G629999201405060016"):
        assert find_person(world.session, text) is person


def test_pupil_is_meant_among_persons_of_one_name(world: World) -> None:
    world.person("张一")
    pupil = world.person("张一")
    world.enrol(pupil)
    assert find_person(world.session, "张一") is pupil


def test_unknown_name_gets_the_nearest(world: World) -> None:
    world.person("欧阳小明")
    with pytest.raises(JingzhunError, match="欧阳小明") as refused:
        find_person(world.session, "欧阳晓明")
    assert refused.value.code == "person_unknown"


def test_unknown_number_is_not_repeated_in_full(world: World) -> None:
    with pytest.raises(JingzhunError) as refused:
        find_person(world.session, "629999201405060016")
    assert "629999201405060016" not in refused.value.reason


def test_ambiguous_name_lists_masked_candidates_with_school_and_class(world: World) -> None:
    for grade in (3, 5):
        world.enrol(world.person("张一"), grade=grade, class_no=2)
    with pytest.raises(JingzhunError) as refused:
        find_person(world.session, "张一")
    assert refused.value.code == "person_ambiguous"
    assert refused.value.reason == (
        "有 2 个人叫“张一”："
        "张一 629999********0016 青禾小学三年级2班；张一 629999********0024 青禾小学五年级2班。"
    )


def _heading(page: Page, key: str) -> str:
    return next(table.heading for table in page.tables if table.key == key)
