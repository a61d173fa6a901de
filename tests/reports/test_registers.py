"""The registers among the rosters: what was given and done, with sums and places."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from jingzhun.core.table import Format
from jingzhun.render import show
from jingzhun.render.plain import json_chunks
from jingzhun.reports import ReportOptions, report_named
from jingzhun.store.engine import Ledger
from tests.builders import TODAY
from tests.services.workbooks import KID, SISTER, bring_in, write

CARD = "6217000000000000001"
AID = ("姓名", "身份证号", "学校", "年级", "资助项目", "学期", "资助金额")
PAID = ("姓名", "身份证号", "年级", "资助项目", "月份", "天数", "金额", "银行卡号", "持卡人")
GIFTS = ("捐赠日期", "捐赠人", "物资名称", "数量", "单价", "金额", "受赠学校")
WORKS = ("项目名称", "学校", "数量", "单价", "金额", "资金来源", "建设面积")
ACTIVITIES = ("活动时间", "帮扶园", "被帮扶园", "活动形式", "活动主题", "课时")


def bring(ledger: Ledger, folder: Path, name: str, *rows: Any) -> None:
    bring_in(ledger, write(folder / name, rows))


def page(ledger: Ledger, kind: str, **options: Any) -> Any:
    with ledger.read() as session:
        return report_named("roster").build(
            session, ReportOptions(as_of=TODAY, kind=kind, **options)
        )


def rows(ledger: Ledger, kind: str, **options: Any) -> list[dict[str, Any]]:
    shown = page(ledger, kind, **options)
    found: list[dict[str, Any]] = json.loads("".join(json_chunks(shown, show_ids=False)))["rows"]
    return found


def test_aid_is_listed_with_its_pupil_school_and_place(ledger: Ledger, tmp_path: Path) -> None:
    bring(ledger, tmp_path, "资助.xlsx", AID,
          ("赵一", KID, "青禾小学", "三年级", "助学金", "2026秋", "1000"),
          ("钱二", SISTER, "东山小学", "三年级", "助学金", "2026秋", "500"))  # fmt: skip
    one, two = rows(ledger, "aid")
    assert (one["name"], one["project"], one["period"]) == ("钱二", "国家助学金", "2026秋")
    assert (two["school"], two["amount_fen"]) == ("青禾小学", 100_000)
    assert two["sources"] == [{"file": "资助.xlsx", "sheet": "Sheet1", "row": 2}]
    assert [row["name"] for row in rows(ledger, "aid", school="青禾小学")] == ["赵一"]
    assert page(ledger, "aid").tables[1].total[6] == 150_000


def test_a_corrected_amount_names_both_rows(ledger: Ledger, tmp_path: Path) -> None:
    for name, amount in (("一.xlsx", "1000"), ("二.xlsx", "1200")):
        said = ("赵一", KID, "青禾小学", "三年级", "助学金", "2026秋", amount)
        bring(ledger, tmp_path, name, AID, said)
    (row,) = rows(ledger, "aid")
    assert row["amount_fen"] == 120_000
    assert [place["file"] for place in row["sources"]] == ["一.xlsx", "二.xlsx"]


def test_accounts_are_masked_in_every_format(ledger: Ledger, tmp_path: Path) -> None:
    bring(ledger, tmp_path, "发放.xlsx", PAID,
          ("赵一", KID, "三年级", "生活补助", "2026年10月", "18", "72", CARD, "赵大"))  # fmt: skip
    (row,) = rows(ledger, "payments")
    assert (row["payee"], row["days"], row["account"]) == ("赵大", 18, "621700*********0001")
    for format_ in (Format.TABLE, Format.CSV, Format.HTML):
        stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        shown = page(ledger, "payments")
        show(shown, format=format_, out=None, show_ids=False, stream=stream)
        stream.seek(0)
        assert CARD not in stream.read()


def test_gifts_are_summed_apart_in_money_and_in_worth(ledger: Ledger, tmp_path: Path) -> None:
    bring(ledger, tmp_path, "捐赠.xlsx", GIFTS,
          ("2026-09-01", "李大河", "", "", "", "1000", "青禾小学"),
          ("2026-09-02", "爱心协会", "面粉", "12.5吨", "", "", "青禾小学"),
          ("2026-09-03", "王大川", "书包", "50个", "60", "", "东山小学"),
          ("2027-09-03", "以后的人", "书包", "50个", "60", "", "东山小学"))  # fmt: skip
    found = rows(ledger, "donations")
    assert [(row["donor"], row["amount_fen"], row["value_fen"]) for row in found] == [
        ("李大河", 100_000, None), ("爱心协会", None, None), ("王大川", None, 300_000),
    ]  # fmt: skip
    assert [row["quantity"] for row in found] == [None, 12.5, 50]
    full = page(ledger, "donations").tables[1]
    totals = dict(zip([column.key for column in full.columns], full.total, strict=True))
    assert (totals["amount_fen"], totals["value_fen"]) == (100_000, 300_000)
    assert totals["unit_price_fen"] is None
    assert [row["donor"] for row in rows(ledger, "donations", school="东山小学")] == ["王大川"]


def test_works_are_listed_by_year_and_school(ledger: Ledger, tmp_path: Path) -> None:
    bring(ledger, tmp_path, "项目.xlsx", ("2026年改善办学条件项目表",), WORKS,
          ("课桌凳", "青禾小学", "200套", "180", "", "县级", ""),
          ("教学楼", "东山小学", "1", "", "1200000", "中央", "800.5"))  # fmt: skip
    one, two = rows(ledger, "facilities")
    assert (one["year"], one["quantity"], one["measure"], one["amount_fen"]) == (
        2026, 200, "套", 3_600_000,
    )  # fmt: skip
    assert (two["area"], two["amount_fen"]) == (800.5, 120_000_000)
    assert [row["item"] for row in rows(ledger, "facilities", school="青禾小学")] == ["课桌凳"]


def test_activities_are_listed_with_their_hours(ledger: Ledger, tmp_path: Path) -> None:
    bring(ledger, tmp_path, "活动.xlsx", ACTIVITIES,
          ("2026年9月10日至11日", "县幼", "镇幼", "送教、讲座", "绘本", "1.5"),
          ("2026年10月10日", "县幼", "镇幼", "观摩", "游戏", "2"))  # fmt: skip
    one, two = rows(ledger, "kindergarten")
    assert (one["started_on"], one["ended_on"], one["hours"]) == ("2026-09-10", "2026-09-11", 1.5)
    assert (one["form"], two["form"]) == ("送教下乡、专题讲座", "教学观摩")
    assert rows(ledger, "kindergarten", school="别的园") == []
    shown = page(ledger, "kindergarten").tables[0]
    keys = [column.key for column in shown.columns]
    assert shown.total[keys.index("hours")] == 3_500


@pytest.mark.parametrize(
    "kind", ["aid", "payments", "accounts", "donations", "facilities", "kindergarten"]
)
def test_an_empty_register_is_an_empty_list(ledger: Ledger, kind: str) -> None:
    assert rows(ledger, kind) == []
    assert page(ledger, kind).tables[0].total is None
