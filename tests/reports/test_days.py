"""Meals, absences, visits and dropouts among the rosters, each row with its places."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jingzhun.core.table import Format
from jingzhun.render import show
from jingzhun.render.plain import json_chunks
from jingzhun.reports import ReportOptions, report_named
from jingzhun.store.engine import Ledger
from tests.builders import TODAY
from tests.services.workbooks import KID, ROSTER, SISTER, bring_in, pupil, write

KINDS = ["meals", "headcounts", "absences", "visits", "dropout_ledger"]


def page(ledger: Ledger, kind: str, **options: Any) -> Any:
    asked = replace(ReportOptions(as_of=TODAY, kind=kind), **options)
    with ledger.read() as session:
        return report_named("roster").build(session, asked)


def rows(ledger: Ledger, kind: str, **options: Any) -> list[dict[str, Any]]:
    shown = page(ledger, kind, **options)
    found: list[dict[str, Any]] = json.loads("".join(json_chunks(shown, show_ids=False)))["rows"]
    return found


@pytest.fixture
def school(ledger: Ledger, tmp_path: Path) -> Ledger:
    """A ledger with a list of each sort."""
    days = [str(day) for day in range(1, 31)]
    lists: dict[str, list[Any]] = {
        "学籍.xlsx": [ROSTER, pupil(), pupil("钱二", SISTER)],
        "就餐.xlsx": [("青禾小学2026年11月营养餐就餐花名册",), ("姓名", "身份证号", "就餐天数"),
                    ("赵一", KID, "17"), ("钱二", SISTER, "20")],
        "人数.xlsx": [("青禾小学2026年11月就餐人数登记表",), ("班级", *days),
                    ("三年级1班", "", "40", "38", *[""] * 27)],
        "请假.xlsx": [("姓名", "身份证号", "开始日期", "结束日期", "请假类型"),
                    ("赵一", KID, "2026-11-05", "2026-11-06", "病假"),
                    ("钱二", SISTER, "2026-11-05", "", "旷课")],
        "家访.xlsx": [("姓名", "班级", "家访教师", "家访时间", "家访情况"),
                    ("赵一", "三年级1班", "李老师", "2026.9.5、9.12", "良好")],
        "台账.xlsx": [("姓名", "身份证号", "失学时间", "目前状态", "第一次劝返时间",
                     "第二次劝返时间"),
                    ("钱二", SISTER, "2026-10-15", "劝返中", "2026.10.20", "10.28")],
    }  # fmt: skip
    for name, written in lists.items():
        bring_in(ledger, write(tmp_path / name, written))
    return ledger


def test_meals_are_listed_by_month_and_summed(school: Ledger) -> None:
    one, two = rows(school, "meals")
    assert (one["month"], one["name"], one["days"], two["days"]) == ("2026-11", "赵一", 17, 20)
    assert one["sources"] == [{"file": "就餐.xlsx", "sheet": "Sheet1", "row": 3}]
    assert page(school, "meals").tables[0].total[-1] == 37


def test_heads_are_listed_by_day_and_class(school: Ledger) -> None:
    found = [(row["day"], row["grade"], row["heads"]) for row in rows(school, "headcounts")]
    assert found == [("2026-11-02", 3, 40), ("2026-11-03", 3, 38)]


def test_absences_are_listed_by_day_with_class_and_excuse(school: Ledger) -> None:
    found = rows(school, "absences")
    assert [(row["day"], row["name"], row["is_excused"]) for row in found] == [
        ("2026-11-05", "赵一", True), ("2026-11-05", "钱二", False), ("2026-11-06", "赵一", True),
    ]  # fmt: skip
    assert (found[0]["school"], found[0]["grade"], found[0]["class_no"]) == ("青禾小学", 3, 1)


def test_visits_are_listed_whatever_they_were_for(school: Ledger) -> None:
    found = [(row["visited_on"], row["purpose"], row["name"]) for row in rows(school, "visits")]
    assert found == [
        ("2026-09-05", "home_visit", "赵一"), ("2026-09-12", "home_visit", "赵一"),
        ("2026-10-20", "persuasion", "钱二"), ("2026-10-28", "persuasion", "钱二"),
    ]  # fmt: skip


def test_the_ledger_of_dropouts_counts_its_persuasions(school: Ledger) -> None:
    [row] = rows(school, "dropout_ledger")
    assert (row["name"], row["dropped_on"], row["persuasions"]) == ("钱二", "2026-10-15", 2)
    [before] = rows(school, "dropout_ledger", as_of=TODAY.replace(month=10, day=21))
    assert before["persuasions"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_is_of_one_school_and_up_to_a_day(school: Ledger, kind: str) -> None:
    assert rows(school, kind, as_of=TODAY.replace(month=8)) == []
    assert len(rows(school, kind, school="青禾小学")) <= len(rows(school, kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format_", list(Format))
def test_every_format_shows_it(school: Ledger, kind: str, format_: Format, tmp_path: Path) -> None:
    out = tmp_path / f"名单.{format_.value}"
    show(page(school, kind), format=format_, out=out, show_ids=False, stream=io.StringIO())
    assert out.stat().st_size


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_ledger_has_empty_lists(ledger: Ledger, kind: str) -> None:
    assert rows(ledger, kind) == []
