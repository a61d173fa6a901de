"""Every row of the national standards (``national.csv``) is what the packs give, day by day.

The rows are copied from the project's collection of sources: programme, for whom, what, how much,
from and to (terms, or days where the law names days), how well the amount was read (C confirmed,
P partly, U unconfirmed), by which document.
"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from jingzhun.core.money import Fen
from jingzhun.core.policy import Rate, Version, rate_for
from jingzhun.core.policy_vocabulary import FeePart
from jingzhun.core.terms import Month, Term
from jingzhun.core.vocabulary import Confidence, CountyType, Stage, Unit
from jingzhun.policies.accounts import chart
from jingzhun.policies.packs import load_pack, pack_names

Row = dict[str, str]
ROWS: list[Row] = list(
    csv.DictReader((Path(__file__).parent / "national.csv").open("r", -1, "utf-8"))
)
TODAY = date(2026, 11, 24)

#: Programme and kind → pack and scheme that hold the row.
HELD_BY = {
    ("nutrition", "base"): ("national", "nutrition"),
    ("living", "boarder"): ("national", "boarding_living"),
    ("living", "day"): ("national", "day_living"),
    ("living", "smaller_people_extra"): ("national", "living_extra"),
    ("preschool", "waiver"): ("national", "preschool_fee"),
    ("highschool", "grant_avg"): ("national", "senior_grant"),
    ("highschool", "tuition_waiver"): ("national", "senior_fee"),
    ("vocational", "grant_avg"): ("national", "vocational_grant"),
    ("yulu", "grant"): ("national", "yulu"),
    ("highervoc", "waiver"): ("national", "college_fee"),
    ("university", "grant_avg"): ("national", "university_grant"),
    ("loan_cap", "cap"): ("national", "student_loan"),
}
#: For whom a row is → the stages and grades of its pupils.
WHOM: dict[str, list[tuple[Stage, int]]] = {
    "小学": [(Stage.PRIMARY, 3)],
    "初中": [(Stage.JUNIOR, 8)],
    "甘肃": [(Stage.PRESCHOOL, -2)],
    "大班": [(Stage.PRESCHOOL, -1)],
    "普高": [(Stage.SENIOR, 11)],
    "中职1-2": [(Stage.VOCATIONAL, 10), (Stage.VOCATIONAL, 11)],
    "中职1-3": [(Stage.VOCATIONAL, 10), (Stage.VOCATIONAL, 11), (Stage.VOCATIONAL, 12)],
    "中职": [(Stage.VOCATIONAL, 10)],
    "高职": [(Stage.COLLEGE, 1)],
    "甘肃省内高职": [(Stage.COLLEGE, 1)],
    "本专科": [(Stage.COLLEGE, 1), (Stage.UNIVERSITY, 2)],
}
CONFIDENCES = {"C": Confidence.CONFIRMED, "P": Confidence.PARTLY, "U": Confidence.UNCONFIRMED}
#: The part of a document's name by which a row's document is known in the packs.
DOCUMENTS = {
    "财政部2014-10-31": "财政部2014年10月31日",
    "2024年城乡义务教育补助经费": "城乡义务教育补助经费",
    "50%": "50%",
    "甘肃2015 (6:4)": "甘肃省精准扶贫教育支持计划（2015年）",
    "雨露计划": "国开办发〔2015〕19号",
}


def _pupil(stage: Stage, grade: int, kind: str) -> dict[str, Any]:
    """A pupil to whom every condition but stage and grade applies."""
    return {
        "stage": stage.value,
        "grade": grade,
        "boarding": "day" if kind == "day" else "boarder",
        "category": frozenset({"lifted"}),
        "at_risk": frozenset(),
        "recognised": False,
        "tier": None,
        "certificate": False,
        "disability": False,
        "orphan": None,
        "ethnicity": "保安族",
        "hukou": "rural",
        "farming_major": None,
        "public_school": True,
        "rural_school": True,
        "nutrition_plan": True,
        "county_type": CountyType.NATIONAL.value,
    }


def _days(row: Row) -> Iterator[date]:
    """The first and last days of a row and the middle of each month between."""
    first, last = _bound(row["from"], last=False), _bound(row["to"], last=True)
    yield first
    day = first
    while (day := Month.of(day).next().period.start + timedelta(14)) < last:
        yield day
    yield last


def _bound(said: str, *, last: bool) -> date:
    if said == ".":
        return TODAY
    if "-" in said:
        return date.fromisoformat(said)
    period = Term.parse(said).period
    return period.end - timedelta(1) if last else period.start


def _rule(row: Row, day: date, stage: Stage, grade: int) -> tuple[Version, Rate]:
    pack_name, key = HELD_BY[row["programme"], row["kind"]]
    pack = load_pack("plan" if row["stage"] == "甘肃" else pack_name)
    scheme = next(each for each in pack.schemes if each.key == key)
    version = pack.rule_on(scheme, day)
    assert version is not None, f"{key} on {day}"
    rate = rate_for(version, _pupil(stage, grade, row["kind"]))
    assert rate is not None, f"{key} on {day} for {stage} {grade}"
    return version, rate


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row['programme']} {row['stage']} {row['from']}"
)
def test_every_row_of_the_standards_stands_in_a_pack_from_its_first_to_its_last_day(
    row: Row,
) -> None:
    for whom in row["stage"].split("|"):
        for stage, grade in WHOM[whom]:
            for day in _days(row):
                version, rate = _rule(row, day, stage, grade)
                if row["amount_fen"] == "local_fee":
                    assert (rate.fee, rate.amount_fen) == (FeePart.WAIVED, None), day
                else:
                    assert _per(row["unit"], version, rate) == int(row["amount_fen"]), day
                if row["stage"] != "甘肃" or day < date(2025, 9, 1):
                    assert _is_known(row, version), f"{version.document}, {version.confidence}"


def _per(unit: str, version: Version, rate: Rate) -> int:
    """Give a rate by the unit of a row: a school year has two terms."""
    amount = rate.amount_fen or Fen(0)
    return amount // 2 if version.unit is Unit.YEAR and unit == "term" else amount


def _is_known(row: Row, version: Version) -> bool:
    """Say that the version names the row's document and claims no more certainty than the row."""
    ranks = list(Confidence)
    is_no_surer = ranks.index(version.confidence) >= ranks.index(CONFIDENCES[row["conf"]])
    return DOCUMENTS.get(row["doc"], row["doc"]) in version.document and is_no_surer


def test_a_pupil_of_the_third_year_gets_no_grant_before_spring_2025() -> None:
    pack = load_pack("national")
    scheme = next(each for each in pack.schemes if each.key == "vocational_grant")
    version = pack.rule_on(scheme, date(2024, 12, 31))
    assert version is not None
    assert rate_for(version, _pupil(Stage.VOCATIONAL, 12, "grant_avg")) is None


def test_worked_case_11_gansu_splits_six_to_four_as_it_published() -> None:
    version = load_pack("plan").schemes
    preschool = next(each for each in version if each.key == "preschool_fee").versions[0]
    assert preschool.split(Fen(2_874_250_000), 0) == {"省": 1_724_550_000, "市县": 1_149_700_000}
    assert preschool.split(Fen(50001), 0) == {"省": 30001, "市县": 20000}


def test_every_fund_source_that_a_rule_names_has_an_account() -> None:
    named = {
        share.source
        for pack in pack_names()
        for scheme in load_pack(pack).schemes
        for version in scheme.versions
        for split in version.splits
        for share in split.shares
    }
    assert named <= set(chart().sources)


@pytest.mark.parametrize("pack", pack_names())
def test_every_scheme_of_the_plans_and_the_nation_is_in_both_packs(pack: str) -> None:
    keys = {scheme.key for scheme in load_pack(pack).schemes}
    assert keys >= {
        "nutrition", "boarding_living", "day_living", "preschool_fee", "textbook", "senior_grant",
        "senior_fee", "vocational_fee", "vocational_grant", "college_fee", "yulu", "student_loan",
        "rural_teacher",
    }  # fmt: skip
