"""What holds of the town at every month's end, whatever the story tells."""

import re
from datetime import date
from typing import Any

import pytest

from jingzhun.core.dropout import SchoolAge
from jingzhun.core.terms import school_year_of
from tests.scenario.cast import CHILDREN, HOMES, NEWCOMER, TEACHERS
from tests.scenario.year import SCENES, Year

MONTHS = sorted({scene.day[:7] for scene in SCENES})
#: Since when a school elsewhere says that it has a child.
ELSEWHERE = {"陈思远": date(2026, 10, 20), "周杰": date(2027, 3, 24)}


@pytest.fixture(params=MONTHS)
def asked(request: pytest.FixtureRequest, year: Year) -> tuple[date, dict[str, Any]]:
    """A month's last day, and what the ledger answered on it."""
    [day] = [day for day in year.asked if day.startswith(request.param)]
    return date.fromisoformat(day), year.asked[day]


Asked = tuple[date, dict[str, Any]]


def test_the_ledger_is_sound(asked: Asked) -> None:
    _, answers = asked
    assert answers["check"]["findings"] == []


def test_every_child_of_a_poor_household_is_at_school_or_named(asked: Asked) -> None:
    day, answers = asked
    listed = HOMES if day >= date(2027, 4, 20) else HOMES[:12]
    children = {
        child.name
        for home in listed
        for child in home.children
        if SchoolAge(starts=6, years=9).holds(child.born_on, school_year_of(day))
    }
    at_school = {row["name"] for row in answers["students"]["rows"]}
    named = {row["name"] for row in answers["dropout"]["names"]}
    elsewhere = {name for name, since in ELSEWHERE.items() if since <= day}
    assert children <= at_school | named | elsewhere


def test_listed_children_are_those_on_a_roll_and_those_on_none(asked: Asked) -> None:
    _, answers = asked
    for row in answers["coverage"]["groups"]:
        assert row["all"] == row["matched"] + row["missing"]


def test_no_full_number_is_uttered(year: Year) -> None:
    said = "\n".join(year.stage.uttered)
    numbers = {home.head_id for home in HOMES} | {each.id_number for each in TEACHERS}
    numbers |= {each.id_number for each in (*CHILDREN, NEWCOMER)}
    assert not [number for number in numbers if number in said]
    assert not re.findall(r"(?<!\d)\d{17}[\dXx](?!\d)", said)
    assert not re.findall(r"(?<!\d)62\d{14}(?!\d)", said)  # nor a bank account


def test_the_order_of_a_days_files_changes_no_report(year: Year, other_order: Year) -> None:
    reports = [scene for scene in SCENES if scene.words[0] in {"report", "check"}]
    differing = [
        f"{scene.day} {scene.line}"
        for scene in reports
        if _words(year.heard[scene.at]) != _words(other_order.heard[scene.at])
    ]
    assert not differing


def _words(lines: list[str]) -> list[list[str]]:
    """Give the cells of every line; the rows that a line comes from stand as they were imported."""
    return [sorted(re.split(" {2,}|；", line)) for line in lines]
