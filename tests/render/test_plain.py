"""JSON, CSV and piped text say what the page says, to programs, spreadsheets and pipes."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.identity import mask
from jingzhun.core.page import Page
from jingzhun.core.table import PEOPLE, PROGRAMS, ColumnKind, Table
from jingzhun.render.plain import csv_chunks, json_chunks, text_chunks
from jingzhun.render.words import is_formula, neutral, width
from tests.render.pages import ID_NUMBER, column, lines, page, texts


def as_json(shown: Page, *, show_ids: bool = False) -> Any:
    return json.loads("".join(json_chunks(shown, show_ids=show_ids)))


def as_csv(shown: Page) -> list[list[str]]:
    text = "".join(csv_chunks(shown, show_ids=False))
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:], newline="")))


def as_text(shown: Page) -> str:
    return "".join(text_chunks(shown, show_ids=False))


def test_json_is_facts_then_tables_with_raw_values():
    assert as_json(page()) == {
        "period": "2026-11",
        "notices": ["甲", "乙"],
        "lines": [
            {
                "name": "丁小满", "id_number": mask(ID_NUMBER), "stage": "primary", "grade": 3,
                "categories": ["lifted", "marginal"], "days": 21, "amount_fen": 123450,
                "percent": 0.82, "since": "2026-09-01", "listed": True,
                "sources": [{"file": "名册.xlsx", "sheet": "三年级", "row": 17}],
            },
            {
                "name": "甲=乙", "id_number": None, "stage": "junior", "grade": None,
                "categories": [], "days": None, "amount_fen": -1200, "percent": None,
                "since": None, "listed": None, "sources": [],
            },
        ],
    }  # fmt: skip


def test_json_holds_one_record_on_a_line_and_chinese_as_it_is():
    text = "".join(json_chunks(page(), show_ids=False))
    assert text.startswith('{\n  "period": "2026-11",\n  "notices": [\n    "甲",')
    assert sum('"丁小满"' in line for line in text.splitlines()) == 1


def test_json_shows_ids_only_when_asked():
    assert as_json(page(), show_ids=True)["lines"][0]["id_number"] == ID_NUMBER


@pytest.mark.parametrize("facts", [{}, {"as_of": "2026-11-24"}])
def test_json_of_an_empty_page_is_still_json(facts):
    empty = Table(key="rows", heading="", columns=(column("name", "姓名"),), rows=())
    assert as_json(Page(title="空", facts=facts)) == facts
    assert as_json(Page(title="空", facts=facts, tables=(empty,))) == {**facts, "rows": []}


def test_tables_for_people_stay_out_of_json_and_the_other_way_round():
    shown = page(lines(shown_in=PEOPLE), lines(key="all", heading="全", shown_in=PROGRAMS))
    assert set(as_json(shown)) == {"period", "notices", "all"}
    assert "全" not in as_text(shown)


def test_csv_has_chinese_heads_plain_numbers_and_a_total():
    rows = as_csv(page())
    assert rows[0][:4] == ["序号", "姓名", "身份证件号", "学段"]
    assert rows[1] == [
        "1", "丁小满", mask(ID_NUMBER), "小学", "三年级", "脱贫户(享受政策)、边缘易致贫户", "21",
        "1234.50", "0.82%", "2026-09-01", "是", "", "名册.xlsx 三年级!第17行",
    ]  # fmt: skip
    assert rows[2][7] == "-12.00"
    assert rows[3][0] == "合计"
    assert rows[3][7] == "1222.50"


def test_csv_puts_several_tables_under_their_headings():
    rows = as_csv(page(lines(1, heading="甲表", total=None), lines(1, heading="乙表", total=None)))
    assert [row[:1] for row in rows] == [["甲表"], ["序号"], ["1"], [], ["乙表"], ["序号"], ["1"]]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+86", "-2", "@SUM(A1)", "|calc", "%x", "＝1", "\u200b=1", "\ufeff @x", "\u3000-1"],
)
def test_csv_never_writes_a_live_formula(text):
    cell = as_csv(texts(text))[1][0]
    assert cell.startswith("'")
    assert as_csv(Page(title=text, tables=(lines(heading=text),)))


def test_a_leading_tab_is_dropped_before_a_spreadsheet_can_drop_it():
    assert as_csv(texts("\t=1", "\t丁"))[1:] == [["'=1"], ["丁"]]


def test_real_numbers_stay_numbers_in_csv():
    table = lines(1, rows=[(None, "丁", None, None, None, [], -3, -5, -250, None, None, None, [])])
    assert as_csv(page(table))[1][6:9] == ["-3", "-0.05", "-2.50%"]


@given(st.text())
def test_neutral_text_never_starts_a_formula(text):
    assert not is_formula(neutral(text))
    assert neutral(neutral(text)) == neutral(text)


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5))
def test_csv_gives_back_as_many_rows_as_it_got(values):
    assert len(as_csv(texts(*values))) == len(values) + 1


def test_a_pipe_gets_every_value_whole_and_aligned():
    shown = as_text(page())
    assert "名册.xlsx 三年级!第17行" in shown
    assert "1,234.50" in shown
    head, rule, first, second = shown.splitlines()[3:7]
    assert {width(rule), width(first)} == {width(rule)}
    column_end = width(head[: head.index("金额（元）")]) + width("金额（元）")
    assert width(first[: first.index("1,234.50")]) + len("1,234.50") == column_end
    assert second.startswith("   2  甲=乙")


def test_text_from_a_roster_cannot_speak_to_the_terminal():
    shown = as_text(texts("甲\x1b[31m\n乙\u202e丙"))
    assert "\x1b" not in shown
    assert "甲 [31m 乙 丙" in shown


def test_an_empty_table_says_so():
    table = lines(rows=[], total=None)
    assert "（无）" in as_text(page(table))


def test_sign_and_number_columns_are_paper_only():
    shown = as_text(page())
    assert "签名" not in shown
    assert ColumnKind.SIGNATURE in {column.kind for column in lines().columns}
