"""One page that holds every kind of column, and the dirt that rosters bring."""

from datetime import date
from typing import Any

from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.vocabulary import Category, Stage

ID_NUMBER = "620825201203050014"


def column(key: str, title: str, kind: ColumnKind = ColumnKind.TEXT) -> Column:
    return Column(key=key, title=title, kind=kind)


def lines(count: int = 2, **changes: Any) -> Table:
    """A signed list with money, ids and every other kind of column."""
    columns = (
        column("number", "序号", ColumnKind.SEQUENCE),
        column("name", "姓名"),
        column("id_number", "身份证件号", ColumnKind.ID),
        column("stage", "学段", ColumnKind.LABEL),
        column("grade", "年级", ColumnKind.LABEL),
        column("categories", "户类别", ColumnKind.LIST),
        column("days", "天数", ColumnKind.COUNT),
        column("amount_fen", "金额（元）", ColumnKind.MONEY),
        column("percent", "比例", ColumnKind.PERCENT),
        column("since", "起", ColumnKind.DATE),
        column("listed", "脱贫户", ColumnKind.FLAG),
        column("sign", "签名", ColumnKind.SIGNATURE),
        column("sources", "来源", ColumnKind.SOURCES),
    )
    places = [{"file": "名册.xlsx", "sheet": "三年级", "row": 17}]
    row = (
        None, "丁小满", ID_NUMBER, Stage.PRIMARY, 3, [Category.LIFTED, Category.MARGINAL],
        21, 123450, 82, date(2026, 9, 1), True, None, places,
    )  # fmt: skip
    bare: tuple[Any, ...] = (
        None,
        "甲=乙",
        None,
        Stage.JUNIOR,
        None,
        [],
        None,
        -1200,
        None,
        None,
        None,
        None,
        [],
    )
    total = (None,) * 7 + (122250,) + (None,) * 5
    settings: dict[str, Any] = {
        "key": "lines",
        "heading": "单位：示范小学　期间：2026年11月",
        "columns": columns,
        "rows": [row if number % 2 == 0 else bare for number in range(count)],
        "total": total,
        "notes": ["说明：示例。"],
    }
    return Table(**(settings | changes))


def page(*tables: Table, **changes: Any) -> Page:
    settings: dict[str, Any] = {
        "title": "发放花名册",
        "facts": {"period": "2026-11", "notices": ["甲", "乙"]},
        "tables": tables or (lines(),),
        "notes": ["本月未结束，按计划计算。"],
    }
    return Page(**(settings | changes))


def texts(*values: str, title: str = "姓名") -> Page:
    """A page with one text column."""
    table = Table(
        key="rows",
        heading="",
        columns=(column("name", title),),
        rows=[(value,) for value in values],
    )
    return Page(title="名单", tables=(table,))
