"""Sound files of every container, out of which the fuzz makes unsound ones."""

import io
import tomllib
import zipfile
from datetime import date, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from samples.biff import BiffSheet, xls_bytes
from tests.builders import id_number

_SETS = Path(__file__).parent.parent / "rosters" / "header_sets.toml"
HEADERS = [entry["headers"].split() for entry in tomllib.loads(_SETS.read_text("utf-8")).values()]
CHILD, ADULT = id_number(date(2014, 5, 6), 1), id_number(date(1980, 1, 2), 2)
#: Cells as they are meant, one of which fits many a column.
GOOD: tuple[Any, ...] = (
    "张小禾", CHILD, f"G{CHILD}", "云岭镇中心小学", "三年级", "1班", "走读", "男", "汉族",
    "户主", "之子",
    "6200000001", "脱贫户", "是", "13900000001", "2014-05-06", 41765.0, date(2014, 5, 6),
    "2026年秋季学期", "特别困难", "健康", "在读", "转出", "李帮扶", "62500", 625.0, "东山村",
)  # fmt: skip
#: Cells as they are not meant.
BAD: tuple[Any, ...] = (
    "", " ", "\u3000", "\u200b", "无", "/", "NULL", "同上", "〃", "合计", "示例", "姓名", "=1+1",
    "'0",
    '="x"', "#REF!", "若干", "√", "×", "0", "-1", "1e400", "6.22921E+17", CHILD[:17],
    f"{CHILD}44",
    f"{CHILD},{ADULT}", "二〇一三年", "2013.13", "9.12", "99999999", "三(2)班", "一年级（2）班",
    "大二班",
    "\U0002a6a5", "a" * 40_000, "张" * 300, "1" * 400, "(" * 500, "（" * 200 + "）" * 200,
    "\x0b", "\n" * 50,
    "1、" * 400, "年级" * 200, -0.0, 1e300, -1e300, 6.22726201405060e17, 0.1, 2013.1, 1e15, 45000.5,
    True, False, datetime(1900, 1, 1), date(9999, 12, 31), "一、", "填报单位：", "202609",
    "2958466",
)  # fmt: skip


#: What stands under a header, by a word in it.
FITTING = {
    "姓名": "张小禾", "证号": CHILD, "证件号": CHILD, "身份证": CHILD, "学籍号": f"G{CHILD}",
    "年级": "三年级", "班": "1班", "就读方式": "住校", "关系": "之子", "户编号": "6200000001",
    "户号": "6200000001", "学校": "云岭镇中心小学", "户类型": "脱贫户", "学期": "2026年秋季学期",
    "日期": "2014-05-06", "时间": "2026-10-08", "电话": "13900000001", "金额": 625.0, "天数": 21.0,
    "异动类型": "转出", "责任人": "李帮扶", "村": "东山村", "等级": "特别困难",
}  # fmt: skip


def rows(random: Random, *, badness: float) -> list[list[Any]]:
    """Make a list under the headers of some kind, with a share of cells that do not fit."""
    header = random.choice(HEADERS).copy()
    if random.random() < badness:
        random.shuffle(header)
        header = header[: random.randint(1, len(header))] * random.choice([1, 1, 1, 2, 3])
    body = [
        [random.choice(BAD) if random.random() < badness else _fitting(word, random)
         for word in header]
        for _ in range(random.randint(0, 12))
    ]  # fmt: skip
    title = [["云岭镇中心小学2026年秋季学期花名册"]] if random.random() < 0.5 else []
    return [*title, header, *body]


def _fitting(header: str, random: Random) -> Any:
    return next((cell for word, cell in FITTING.items() if word in header), random.choice(GOOD))


def xlsx(table: list[list[Any]], *, random: Random | None = None) -> bytes:
    """Write a workbook: two visible sheets, a hidden one, hidden rows, merges, dates, formulas."""
    out = io.BytesIO()
    settings = {"in_memory": True, "strings_to_urls": False, "nan_inf_to_errors": True,
                "date_1904": bool(random and random.random() < 0.2)}  # fmt: skip
    with xlsxwriter.Workbook(out, settings) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name in ("三年级", "Sheet2", "藏"):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(table):
                for column, cell in enumerate(row):
                    _write(sheet, at, column, cell, day)
            if random:
                top, left = random.randint(0, 9), random.randint(0, 9)
                sheet.merge_range(top, left, top + random.randint(0, 2), left + 1, "并")
                sheet.set_row(random.randint(1, 9), None, None, {"hidden": True})
        book.worksheets()[2].hide()
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Any, day: Any) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, str) and not cell.startswith("="):
        sheet.write_string(row, column, cell[:32_000])
    else:
        sheet.write(row, column, cell)


def biff(table: list[list[Any]], *, random: Random | None = None) -> bytes:
    """Write a BIFF8 workbook."""
    cut = [
        [cell[:300] if isinstance(cell, str) else _plain(cell) for cell in row[:250]]
        for row in table
    ]
    return xls_bytes(
        [
            BiffSheet(
                name="三年级", rows=cut, hidden_rows=frozenset({3}), merges=[((0, 0), (0, 1))]
            ),
            BiffSheet(name="藏", rows=cut, is_hidden=True),
        ],
        date_1904=bool(random and random.random() < 0.2),
    )


def _plain(cell: Any) -> Any:
    return cell.date() if isinstance(cell, datetime) else cell


def text(table: list[list[Any]], random: Random) -> bytes:
    """Write a text file: tabs, commas or semicolons, in any encoding."""
    mark = random.choice("\t,;，")
    lines = [mark.join('"' + str(c).replace('"', '""') + '"' if mark in str(c) else str(c)
                       for c in row) for row in table]  # fmt: skip
    encoding = random.choice(
        ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5"]
    )
    return random.choice(["\r\n", "\n", "\r"]).join(lines).encode(encoding, "replace")


def page(table: list[list[Any]], random: Random) -> bytes:
    """Write an HTML page that calls itself .xls."""
    rows = "".join(
        "<tr>" + "".join(f"<td{_span(random)}>{cell}</td>" for cell in row) + "</tr>"
        for row in table
    )
    head = '<html><head><meta charset="gb2312"></head><body>'
    return f"{head}<table>{rows}</table></body></html>".encode(
        random.choice(["utf-8", "gb18030", "utf-16"]), "replace"
    )


def _span(random: Random) -> str:
    if random.random() < 0.9:
        return ""
    return f" {random.choice(['rowspan', 'colspan'])}={random.choice([0, 1, 2, 3, 9, 99999, -1])}"


@cache
def parts_of(content: bytes) -> dict[str, bytes]:
    """Give the members of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    """Zip members up again."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
