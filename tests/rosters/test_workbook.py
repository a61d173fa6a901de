"""Every file is read by its bytes, or refused with one sentence; nothing else happens."""

import io
import os
import zipfile
import zlib
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingzhun.errors import FileError
from jingzhun.rosters.containers.compound import wrap
from jingzhun.rosters.containers.workbook import Sheet, open_workbook
from samples.biff import BiffSheet, xls_bytes

HEADER = ["姓名", "身份证号"]
ROW = ["张小禾", "62082520140506001X"]


def only(path: Path) -> Sheet:
    (sheet,) = open_workbook(path).sheets
    return sheet


def file(folder: Path, content: bytes, name: str = "名册.xls") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        open_workbook(path)
    assert caught.value.reason
    assert caught.value.remedy
    assert path.name in caught.value.reason
    return caught.value.code


def xlsx(folder: Path, name: str = "名册.xlsx", *, date_1904: bool = False) -> Path:
    path = folder / name
    book = xlsxwriter.Workbook(str(path), {"date_1904": date_1904})
    sheet = book.add_worksheet("学生&家长")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(2, 2, HEADER)
    sheet.write_row(3, 2, ROW)
    sheet.write_number(4, 2, 620825201405060010)
    sheet.write_datetime(4, 3, datetime(2014, 5, 6), day)
    sheet.merge_range(5, 2, 6, 2, "合并")
    sheet.set_row(3, None, None, {"hidden": True})
    sheet.set_column(8, 8, None, None, {"hidden": True})
    hidden = book.add_worksheet("旧表")
    hidden.write(0, 0, "旧")
    hidden.hide()
    book.close()
    return path


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_xlsx_keeps_places_types_merges_and_what_is_hidden(tmp_path: Path) -> None:
    first, second = open_workbook(xlsx(tmp_path)).sheets
    assert first.name == "学生&家长"
    assert first.rows[2] == ["", "", *HEADER]
    assert first.rows[3] == ["", "", *ROW]
    assert isinstance(first.rows[4][2], float)
    assert first.rows[4][3] == date(2014, 5, 6)
    assert first.merges == (((5, 2), (6, 2)),)
    assert first.hidden_rows == {4}
    assert not first.is_hidden
    assert second.is_hidden
    assert second.hidden_rows == frozenset()


def test_the_1904_date_system_is_told(tmp_path: Path) -> None:
    assert open_workbook(xlsx(tmp_path, date_1904=True)).sheets[0].date_1904
    assert not open_workbook(xlsx(tmp_path)).sheets[0].date_1904


def test_same_bytes_have_the_same_fingerprint_under_any_name(tmp_path: Path) -> None:
    content = xlsx(tmp_path).read_bytes()
    prints = {open_workbook(file(tmp_path, content, name)).sha256 for name in ("a.et", "b.csv")}
    assert len(prints) == 1


@pytest.mark.parametrize("name", ["名册.xls", "名册.et", "名册.xlsx", "名册.csv", "名册"])
def test_biff_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    content = xls_bytes(
        [
            BiffSheet(
                name="三年级",
                rows=[["花名册", ""], HEADER, ROW, [7.5, date(2014, 5, 6)]],
                merges=[((0, 0), (0, 1))],
                hidden_rows=frozenset({3}),
            ),
            BiffSheet(name="藏", rows=[["x"]], is_hidden=True),
        ]
    )
    first, second = open_workbook(file(tmp_path, content, name)).sheets
    assert first.rows == [["花名册", ""], HEADER, ROW, [7.5, date(2014, 5, 6)]]
    assert first.merges == (((0, 0), (0, 1)),)
    assert first.hidden_rows == {3}
    assert second.is_hidden


def test_a_large_biff_workbook_keeps_every_row(tmp_path: Path) -> None:
    rows = [[f"云岭镇中心小学学生家长{at}" * 6, at] for at in range(60_000)]
    sheet = only(file(tmp_path, xls_bytes([BiffSheet(name="大", rows=rows)])))
    assert len(sheet.rows) == 60_000
    assert sheet.rows[-1] == rows[-1]


def test_biff_tells_the_1904_date_system(tmp_path: Path) -> None:
    content = xls_bytes([BiffSheet(name="a", rows=[[date(2014, 5, 6)]])], date_1904=True)
    sheet = only(file(tmp_path, content))
    assert sheet.date_1904
    assert sheet.rows == [[date(2014, 5, 6)]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_is_read_in_every_encoding_and_delimiter(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = "\r\n".join(delimiter.join(line) for line in ([*HEADER, "村"], ["㛃𬱖", "1", "云岭"]))
    sheet = only(file(tmp_path, text.encode(encoding)))
    assert sheet.rows == [[*HEADER, "村"], ["㛃𬱖", "1", "云岭"]]


def test_text_cells_stay_as_written_but_for_formulas_of_text(tmp_path: Path) -> None:
    text = '姓名,身份证号,备注\n张小禾,="62082520140506001X",\'139\n李,"两\n行","说""话"""\n'
    assert only(file(tmp_path, text.encode())).rows == [
        ["姓名", "身份证号", "备注"],
        ["张小禾", "62082520140506001X", "'139"],
        ["李", "两\n行", '说"话"'],
    ]


def test_a_lone_quote_costs_no_other_row_anything(tmp_path: Path) -> None:
    text = '姓名\t身份证号\n"张小禾\t1\n李小麦\t2\n王小田\t3\n'
    sheet = only(file(tmp_path, text.encode("gb18030")))
    assert [row[0] for row in sheet.rows[2:]] == ["李小麦", "王小田"]


def test_a_broken_byte_costs_its_cell_not_the_file(tmp_path: Path) -> None:
    rows = "".join(f"张小禾,{at}\n" for at in range(400))
    content = f"姓名,学号\n{rows}".encode("gb18030") + b"\xff\xd5,9\n"
    assert len(only(file(tmp_path, content)).rows) == 402


def test_blank_rows_at_the_end_of_text_are_not_kept(tmp_path: Path) -> None:
    text = "姓名,身份证号\n张小禾,1\n" + ",\n" * 5000
    assert len(only(file(tmp_path, text.encode())).rows) == 2


def test_html_named_xls_is_read_with_its_spans(tmp_path: Path) -> None:
    page = (
        '<html><meta charset="gb2312"><table><tr><td rowspan="2">姓名<td colspan=2>家长信息</tr>'
        "<tr><td>姓名</td><td>电&nbsp;话<br>号码</td></tr><tr><th>张小禾<th>张大田<th>139</table>"
    )
    sheet = only(file(tmp_path, page.encode("gb18030")))
    assert sheet.rows[0] == ["姓名", "家长信息", ""]
    assert sheet.rows[1] == ["", "姓名", "电\xa0话\n号码"]
    assert sheet.rows[2] == ["张小禾", "张大田", "139"]
    assert sheet.merges == (((0, 0), (1, 0)), ((0, 1), (0, 2)))


def test_an_xml_spreadsheet_of_2003_is_read(tmp_path: Path) -> None:
    page = """<?xml version="1.0"?><Workbook xmlns:ss="urn"><Worksheet ss:Name="三年级"><Table>
        <Row><Cell ss:MergeAcross="1"><Data>花名册</Data></Cell></Row>
        <Row ss:Index="3"><Cell ss:Index="2"><Data>张小禾</Data></Cell><Cell/></Row>
        </Table></Worksheet></Workbook>"""
    sheet = only(file(tmp_path, page.encode()))
    assert sheet.name == "三年级"
    assert [row[:2] for row in sheet.rows] == [["花名册", ""], ["", ""], ["", "张小禾"]]
    assert sheet.merges == (((0, 0), (0, 1)),)


def test_missing_folder_pipe_and_empty_files_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "没有.xlsx") == "file_missing"
    assert refusal(tmp_path) == "file_is_directory"
    assert refusal(file(tmp_path, b"")) == "file_empty"
    assert refusal(file(tmp_path, bytes(10_000))) == "file_empty"
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    assert refusal(pipe) == "file_forbidden"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path)
    path.chmod(0)
    assert refusal(path) == "file_forbidden"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
        b"\xff\xd8\xff\xe0" + b"photo" * 500,
        b"%PDF-1.4\n1 0 obj << /Type /Catalog >>\n%%EOF\n",
        b"{\\rtf1\\ansi hello}",
        bytes(range(256)) * 40,
        "<html><body><p>登录已超时</p></body></html>".encode(),
        zipped({"word/document.xml": b"<w/>"}),
        zipped({}),
        zipped({"xl/workbook.bin": b""}),
        wrap(b"word").replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le")),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(file(tmp_path, content)) == "file_not_workbook"


def test_passwords_are_recognised(tmp_path: Path) -> None:
    locked = xls_bytes([BiffSheet(name="a", rows=[ROW])], has_password=True)
    assert refusal(file(tmp_path, locked)) == "file_encrypted"
    package = wrap(b"x").replace(
        "Workbook\0\0\0\0\0\0\0\0".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    )
    at = package.index("EncryptedPackage".encode("utf-16-le")) + 64
    assert refusal(file(tmp_path, package[:at] + b"\x22" + package[at + 1 :])) == "file_encrypted"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated_workbooks_are_damaged(tmp_path: Path, share: float) -> None:
    whole = xlsx(tmp_path).read_bytes()
    assert refusal(file(tmp_path, whole[: int(len(whole) * share)])) == "file_damaged"


def test_a_workbook_without_any_sheet_is_damaged(tmp_path: Path) -> None:
    parts = members(xlsx(tmp_path))
    book = parts["xl/workbook.xml"]
    start, end = book.index(b"<sheets>"), book.index(b"</sheets>")
    parts["xl/workbook.xml"] = book[: start + 8] + book[end:]
    assert refusal(file(tmp_path, zipped(parts))) == "file_damaged"


def bomb(path: Path, parts: dict[str, bytes], *, megabytes: int, declared: int) -> Path:
    """Write a workbook whose first sheet unpacks to blanks; say that they are fewer."""
    packer = zlib.compressobj(wbits=-15)
    megabyte = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            if not name.endswith("sheet1.xml"):
                archive.writestr(name, content, zipfile.ZIP_DEFLATED)
        archive.writestr(
            "xl/worksheets/sheet1.xml", megabyte + megabyte * (megabytes - 1) + packer.flush()
        )
        archive.infolist()[-1].compress_type = zipfile.ZIP_DEFLATED
        archive.infolist()[-1].file_size = declared
    assert path.stat().st_size < 2_000_000
    return path


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = bomb(tmp_path / "b.xlsx", members(xlsx(tmp_path)), megabytes=1000, declared=1000 << 20)
    assert refusal(path) == "file_too_large"


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = bomb(tmp_path / "b.xlsx", members(xlsx(tmp_path)), megabytes=1000, declared=1000)
    assert refusal(path) == "file_too_large"


@pytest.mark.parametrize("place", ["XFD1048576", "A99999999", "ZZ900000"])
def test_a_cell_in_the_far_corner_is_refused(tmp_path: Path, place: str) -> None:
    parts = members(xlsx(tmp_path))
    sheet = parts["xl/worksheets/sheet1.xml"]
    far = f'<row r="1048576"><c r="{place}"><v>1</v></c></row></sheetData>'.encode()
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", far)
    assert refusal(file(tmp_path, zipped(parts))) == "file_too_large"


def test_entities_do_not_multiply(tmp_path: Path) -> None:
    parts = members(xlsx(tmp_path))
    laughs = "".join(f'<!ENTITY l{at + 1} "{f"&l{at};" * 10}">' for at in range(9))
    strings = parts["xl/sharedStrings.xml"].decode()
    head, rest = strings.split("?>", 1)
    hostile = f'{head}?><!DOCTYPE sst [<!ENTITY l0 "哈">{laughs}]>' + rest.replace("张小禾", "&l9;")
    parts["xl/sharedStrings.xml"] = hostile.encode()
    assert refusal(file(tmp_path, zipped(parts))) == "file_damaged"


def test_a_million_blank_formatted_rows_are_no_rows(tmp_path: Path) -> None:
    parts = members(xlsx(tmp_path))
    sheet = parts["xl/worksheets/sheet1.xml"]
    blank = b"".join(
        b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/></row>' % (at, at)
        for at in range(8, 1_000_008)
    )
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", blank + b"</sheetData>")
    first = open_workbook(file(tmp_path, zipped(parts))).sheets[0]
    assert len(first.rows) < 10


def test_an_error_of_the_reader_is_one_sentence_and_nothing_on_the_error_stream(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    content = xls_bytes([BiffSheet(name="a", rows=[ROW], merges=[((0, 0), (0, 1))])])
    merges = content.index(b"\xe5\x00\x0a\x00")
    broken = content[:merges] + b"\xe5\x00\x00\x00" + content[merges + 4 :]
    assert refusal(file(tmp_path, broken)) == "file_damaged"
    assert capfd.readouterr().err == ""


SEEDS = [
    xls_bytes([BiffSheet(name="a", rows=[HEADER, ROW, [1.5, True]], merges=[((0, 0), (0, 1))])]),
    "姓名,身份证号\n张小禾,1\n".encode("gb18030"),
    b'<table><tr><td rowspan="2">a</td><td colspan="3">b</td></tr></table>',
]


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.sampled_from(range(len(SEEDS) + 1)),
    end=st.floats(0, 1),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12),
)
def test_no_bytes_break_the_reader(
    tmp_path: Path, seed: int, end: float, edits: list[tuple[float, int]]
) -> None:
    whole = SEEDS[seed] if seed < len(SEEDS) else xlsx(tmp_path, "seed.xlsx").read_bytes()
    content = bytearray(whole[: 8 + int(end * len(whole))])
    for place, byte in edits:
        content[int(place * (len(content) - 1))] = byte
    with suppress(FileError):
        for sheet in open_workbook(file(tmp_path, bytes(content))).sheets:
            assert len({len(row) for row in sheet.rows}) <= 1
