"""One list in every container that schools send it in: the same pupils come out of each.

``files/`` holds what other programs wrote: xlwt two .xls (one of them counting from 1904), openpyxl
with msoffcrypto an .xlsx with a password.
"""

import html
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from jingzhun.errors import FileError
from jingzhun.rosters import SheetReading, open_workbook, read_sheet
from samples.biff import BiffSheet, xls_bytes
from tests.builders import id_number
from tests.rosters.sheets import TODAY, codes

FILES = Path(__file__).parent / "files"
HEADER = ["姓名", "身份证件号", "学校名称", "年级", "班级", "就读方式", "出生日期"]
#: Names outside GBK (four bytes in GB18030), and one of a Uyghur.
NAMES = ["张小禾", "㛃𬱖", "王小田", "阿依·古丽"]
BIRTHS = [date(2014, 5, 6), date(2014, 6, 15), date(2014, 7, 25), date(2014, 9, 3)]
IDS = [id_number(born, 11 + at) for at, born in enumerate(BIRTHS)]
ROWS: list[list[Any]] = [
    [name, IDS[at], "云岭镇中心小学", "三年级", at % 2 + 1, ["走读", "住校"][at % 2], BIRTHS[at]]
    for at, name in enumerate(NAMES)
]
TEXTS = [[str(cell) for cell in row] for row in [HEADER, *ROWS]]


def readings(path: Path) -> list[SheetReading]:
    return [
        reading
        for sheet in open_workbook(path).sheets
        if not sheet.is_hidden
        for reading in read_sheet(sheet, file_name=path.name, today=TODAY, as_of=None)
        if reading.kind
    ]


def assert_all_pupils(path: Path) -> SheetReading:
    (reading,) = readings(path)
    batch = reading.batch
    assert batch.column("name") == NAMES
    assert batch.column("id_number") == IDS
    assert batch.column("grade") == [3] * 4
    assert batch.column("class_no") == [1, 2, 1, 2]
    assert batch.column("boarding") == ["day", "boarder"] * 2
    assert batch.column("born_on") == [born.isoformat() for born in BIRTHS]
    assert {code for _, _, code in codes(reading)} <= {"hidden_row"}
    return reading


# --- workbooks ------------------------------------------------------------------------------------


def xlsx() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        for at, row in enumerate([HEADER, *ROWS]):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell, day if isinstance(cell, date) else None)
    return out.getvalue()


def xlsx_1904() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx()))
    book.epoch = CALENDAR_MAC_1904
    for cell in book.active["G"][1:]:  # type: ignore[index]
        cell.value = cell.value  # written anew, from the other epoch
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(*edits: tuple[str, bytes, bytes]) -> bytes:
    """Give the xlsx with bytes of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for part, before, after in edits:
                if part == name:
                    assert before in content, before
                    content = content.replace(before, after)
            new.writestr(name, content)
    return out.getvalue()


SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


def wps_dimension() -> bytes:
    return edited((SHEET, b'<dimension ref="A1:G5"/>', b'<dimension ref="A1"/>'))


def no_dimension() -> bytes:
    return edited((SHEET, b'<dimension ref="A1:G5"/>', b""))


def wps_number_format() -> bytes:
    """A style number that the standard does not know, on the dates: they arrive as serials."""
    return edited((STYLES, b'numFmtId="164" fontId', b'numFmtId="59" fontId'))


def huge_dimension() -> bytes:
    return edited((SHEET, b'ref="A1:G5"', b'ref="A1:XFD1048576"'))


def biff(**how: Any) -> bytes:
    return xls_bytes([BiffSheet(name="学生", rows=[HEADER, *ROWS])], **how)


WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "xlsx": xlsx,
    "xlsx of 1904": xlsx_1904,
    "WPS with dimension A1": wps_dimension,
    "no dimension": no_dimension,
    "a dimension of all cells": huge_dimension,
    "WPS with number format 59": wps_number_format,
    "BIFF8": biff,
    "BIFF8 of 1904": lambda: biff(date_1904=True),
    "BIFF8 by xlwt": (FILES / "xlwt.xls").read_bytes,
    "BIFF8 of 1904 by xlwt": (FILES / "xlwt_1904.xls").read_bytes,
}


@pytest.mark.parametrize("name", ["名册.xlsx", "名册.xls", "名册.et", "名册.csv", "名册"])
@pytest.mark.parametrize("container", WORKBOOKS)
def test_content_decides_and_not_the_name(tmp_path: Path, container: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(WORKBOOKS[container]())
    assert_all_pupils(path)


@pytest.mark.parametrize("name", ["xlwt.xls", "xlwt_1904.xls"])
def test_an_xls_of_another_program_keeps_what_is_hidden_merged_and_long(name: str) -> None:
    pupils, old, notes = open_workbook(FILES / name).sheets
    assert pupils.merges == (((0, 0), (0, 6)),)
    assert pupils.hidden_rows == {4}
    assert pupils.date_1904 == ("1904" in name)
    assert old.is_hidden
    # The shared strings are longer than one record: CONTINUE records cut some in two.
    assert [row[0] for row in notes.rows] == [
        f"第{at}条" + "云岭镇中心小学" * 40 for at in range(16)
    ]
    reading = assert_all_pupils(FILES / name)
    assert codes(reading) == [(4, "", "hidden_row")]


def test_whole_numbers_of_an_xls_are_numbers_like_any_other() -> None:
    cells = {type(cell) for row in open_workbook(FILES / "xlwt.xls").sheets[0].rows for cell in row}
    assert cells == {str, float, date}


def test_a_password_is_said_to_be_one() -> None:
    with pytest.raises(FileError) as caught:
        open_workbook(FILES / "password.xlsx")
    assert caught.value.code == "file_encrypted"
    assert "password.xlsx 设了打开密码" in caught.value.reason
    assert "输入密码打开，另存为" in caught.value.remedy


def test_a_formula_is_worth_what_it_was_last_and_nothing_when_that_is_not_kept(
    tmp_path: Path,
) -> None:
    path = tmp_path / "名册.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [*ROWS[0][:6], "2014-05-06"])
        sheet.write_formula(1, 3, '="三"&"年级"', None, "三年级")
        sheet.write_formula(1, 4, "=1+0", None, "")
    (reading,) = readings(path)
    assert reading.batch.column("grade") == [3]
    assert reading.batch.column("class_no") == [None]
    book = openpyxl.Workbook()
    book.active.append(HEADER)  # type: ignore[union-attr]
    book.active.append([*ROWS[0][:4], "=1+0", "走读"])  # type: ignore[union-attr]
    book.save(path)  # openpyxl keeps no values
    (reading,) = readings(path)
    assert (reading.batch.column("class_no"), reading.problems) == ([None], [])


# --- pages ----------------------------------------------------------------------------------------


def table(rows: list[list[str]], attributes: str = "") -> str:
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table{attributes}>{body}</table>"


PAGES = {
    "a page": f"<html><body>{table(TEXTS)}</body></html>",
    "a page that says gb2312": '<html><head><meta http-equiv="Content-Type" content="text/html; '
    f'charset=gb2312"></head><body>{table(TEXTS)}</body></html>',
    "a bare table": table(TEXTS, ' border="1"'),
    "a table in a box": f"<div><table><tr><td>{table(TEXTS)}</td></tr></table></div>",
    "unclosed cells": "<table>" + "".join("<tr><td>" + "<td>".join(row) for row in TEXTS),
    "capitals": table(TEXTS).upper().replace("&AMP;", "&amp;"),
    "a title over all columns": "<table><tr><td colspan=7>学生花名册</td></tr>"
    + table(TEXTS).removeprefix("<table>"),
    "Excel's own page": '<html xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><!--[if gte mso 9]><xml><x:ExcelWorkbook>'
    "</x:ExcelWorkbook></xml><![endif]--><style>td{mso-number-format:'\\@'}</style>"
    f"{table(TEXTS)}</html>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_named_xls_is_read(tmp_path: Path, page: str, encoding: str) -> None:
    path = tmp_path / "名册.xls"
    path.write_bytes(PAGES[page].encode(encoding))
    assert_all_pupils(path)


def test_spans_of_a_page_are_merged_cells(tmp_path: Path) -> None:
    path = tmp_path / "名册.xls"
    first, *others = ROWS
    path.write_text(
        "<table><tr><td rowspan=2>姓名<td rowspan=2>身份证件号<td colspan=4>就读"
        "<td rowspan=2>出生日期</tr>"
        "<tr><td>学校名称<td>年级<td>班级<td>就读方式</tr>"
        f"<tr><td>{first[0]}<td>{first[1]}<td rowspan=4>{first[2]}<td rowspan=4>三年级"
        f"<td>{first[4]}<td>{first[5]}<td>{first[6]}</tr>"
        + "".join(f"<tr><td>{r[0]}<td>{r[1]}<td>{r[4]}<td>{r[5]}<td>{r[6]}</tr>" for r in others)
        + "</table>",
        encoding="gb18030",
    )
    assert_all_pupils(path)


# --- text -----------------------------------------------------------------------------------------

ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("mark", [",", "\t", ";", "，", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_text_named_xls_is_read(tmp_path: Path, encoding: str, mark: str, end: str) -> None:
    path = tmp_path / "名册.xls"
    path.write_bytes(end.join(mark.join(row) for row in TEXTS).encode(encoding))
    assert_all_pupils(path)


DIRT: dict[str, Callable[[list[str]], str]] = {
    "a tab too many": lambda row: ",".join(row) + ",",
    "formulas of text": lambda row: ",".join(f'="{cell}"' for cell in row),
    "quoted formulas of text": lambda row: ",".join(f'"=""{cell}"""' for cell in row),
    "literal quotes before numbers": lambda row: ",".join(
        f"'{cell}" if cell[:1].isdigit() else cell for cell in row
    ),
    "tabs after numbers": lambda row: ",".join(
        f"{cell}\t" if cell[:1].isdigit() else cell for cell in row
    ),
    "quotes round everything": lambda row: ",".join(f'"{cell}"' for cell in row),
    "blanks round everything": lambda row: ",".join(f"  {cell}\u3000" for cell in row),
    "no-break and zero-width blanks": lambda row: ",".join(f"\u00a0{c}\u200b" for c in row),
    "NULL in what is empty": lambda row: ",".join([*row, "备注" if row == HEADER else "NULL"]),
}


@pytest.mark.parametrize("dirt", DIRT)
def test_wrappings_in_a_text_file_come_off(tmp_path: Path, dirt: str) -> None:
    path = tmp_path / "名册.csv"
    path.write_bytes("\r\n".join(map(DIRT[dirt], TEXTS)).encode("gb18030"))
    assert_all_pupils(path)


def test_tails_that_numbers_leave_in_text_come_off(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    rows = [HEADER, *([*row[:4], f"{row[4]}.0", row[5], f"{row[6]:%Y%m%d}.0"] for row in ROWS)]
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    assert_all_pupils(path)


@pytest.mark.parametrize("end", ["\x1a", "\x00", "\n\n,,,,,,\n"])
def test_what_programs_leave_at_the_end_of_a_text_is_passed_over(tmp_path: Path, end: str) -> None:
    path = tmp_path / "名册.csv"
    path.write_bytes("\n".join(",".join(row) for row in TEXTS).encode("gb18030") + end.encode())
    assert_all_pupils(path)
