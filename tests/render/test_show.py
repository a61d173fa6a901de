"""A page reaches its file whole or not at all; workbook, browser and terminal show it."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jingzhun.core.identity import mask
from jingzhun.core.page import Page
from jingzhun.core.table import ColumnKind, Format, Table
from jingzhun.errors import JingzhunError
from jingzhun.render import show, terminal, workbook
from tests.render.pages import ID_NUMBER, column, lines, page, texts


def written(shown: Page, path: Path, format_: Format, *, show_ids: bool = False) -> Path:
    stream = io.StringIO()
    assert show(shown, format=format_, out=path, show_ids=show_ids, stream=stream) == path
    assert stream.getvalue() == ""
    return path


def book_of(shown: Page, path: Path, *, show_ids: bool = False) -> Any:
    return openpyxl.load_workbook(written(shown, path / "o.xlsx", Format.XLSX, show_ids=show_ids))


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", Format)
def test_every_format_writes_a_file_and_nothing_else(tmp_path, format_):
    written(page(), tmp_path / "o", format_)
    assert [path.name for path in tmp_path.iterdir()] == ["o"]


def test_a_failure_half_way_leaves_the_old_file(tmp_path):
    path = tmp_path / "o.json"
    path.write_text("old")
    broken = Page(title="坏", facts={"object": object()})
    with pytest.raises(TypeError):
        written(broken, path, Format.JSON)
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "reason"), [("no/such/o.csv", "文件夹不存在"), ("", "这是一个文件夹")]
)
def test_a_place_that_cannot_be_written_is_named_with_its_reason(tmp_path, name, reason):
    with pytest.raises(JingzhunError, match=reason) as caught:
        written(page(), tmp_path / name, Format.CSV)
    assert caught.value.code == "output_unwritable"
    assert caught.value.remedy


def test_a_device_is_written_into_and_not_replaced():
    written(page(), Path("/dev/null"), Format.CSV)
    assert Path("/dev/null").is_char_device()


def test_a_link_keeps_pointing_and_its_file_is_replaced(tmp_path):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    written(page(), tmp_path / "link.csv", Format.CSV)
    assert (tmp_path / "link.csv").is_symlink()
    assert "丁小满" in (tmp_path / "real.csv").read_text()


def test_a_workbook_without_a_place_gets_a_free_name_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    paths = [
        show(
            page(title="发放:花名册"),
            format=Format.XLSX,
            out=None,
            show_ids=False,
            stream=io.StringIO(),
        )
        for _ in range(2)
    ]
    assert paths == [Path("发放_花名册.xlsx"), Path("发放_花名册(2).xlsx")]
    assert "发放_花名册(2).xlsx" in capsys.readouterr().err


def test_a_pipe_gets_utf_8_whatever_the_console_speaks():
    raw = io.BytesIO()
    pipe = io.TextIOWrapper(raw, encoding="ascii")
    for format_ in (Format.TABLE, Format.JSON, Format.CSV, Format.HTML):
        show(page(), format=format_, out=None, show_ids=False, stream=pipe)
    assert raw.getvalue().decode().count("丁小满") == 4


# --- workbook -----------------------------------------------------------------------------------


def test_the_workbook_is_ready_to_sign(tmp_path):
    sheet = book_of(page(), tmp_path).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "发放花名册"
    assert rows[1][0] == "单位：示范小学　期间：2026年11月"
    assert rows[2][:3] == ["序号", "姓名", "身份证件号"]
    assert rows[3][:4] == [1, "丁小满", mask(ID_NUMBER), "小学"]
    assert rows[3][6:8] == [21, 1234.5]
    assert rows[5][0] == "合计"
    assert rows[5][7] == 1222.5
    assert rows[6][0] == "合计人民币（大写）：壹仟贰佰贰拾贰元伍角整"
    assert [row[0] for row in rows[7:9]] == ["说明：示例。", "本月未结束，按计划计算。"]
    assert rows[9][0].startswith("制表人")


def test_the_workbook_prints_well(tmp_path):
    sheet = book_of(page(), tmp_path).active
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$1:$3"
    assert "A1:M1" in {str(merged) for merged in sheet.merged_cells.ranges}
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"


def test_a_narrow_table_has_room_for_its_title(tmp_path):
    narrow = Table(key="few", heading="", columns=[column("name", "姓名")], rows=[("甲",)])
    shown = Page(title="各校控辍保学季度台账（2026年四季度，本季度未完）", tables=[narrow])
    sheet = book_of(shown, tmp_path).active
    assert sheet.column_dimensions["A"].width >= 60


@pytest.mark.parametrize(("names", "stays"), [(3, True), (12, False)])
def test_sources_of_a_wide_list_stay_on_the_screen_and_are_whole_there(tmp_path, names, stays):
    places = [{"file": f"名册{n}.xlsx", "sheet": "三年级", "row": n} for n in range(1, 9)]
    columns = [column(f"n{n}", "学校") for n in range(names)]
    table = Table(
        key="wide", heading="", columns=[*columns, column("sources", "来源", ColumnKind.SOURCES)],
        rows=[(*["云岭镇中心小学"] * names, places)],
    )  # fmt: skip
    sheet = book_of(Page(title="名单", tables=[table]), tmp_path).active
    told = sheet.cell(3, names + 1)
    assert all(f"名册{n}.xlsx 三年级!第{n}行" in told.value for n in range(1, 9))
    assert (not sheet.print_area) is stays
    assert told.alignment.wrap_text is (True if stays else None)


def test_cells_have_the_format_of_their_kind(tmp_path):
    sheet = book_of(page(), tmp_path, show_ids=True).active
    assert sheet["C4"].value == ID_NUMBER
    assert sheet["C4"].number_format == "@"
    assert sheet["H4"].number_format == "#,##0.00"
    assert (sheet["I4"].value, sheet["I4"].number_format) == (0.0082, "0.00%")
    assert sheet["J4"].is_date
    assert sheet.column_dimensions["C"].width >= 20


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "http://example.invalid", "{=1}", "00123"])
def test_text_is_text_in_a_workbook(tmp_path, text):
    sheet = book_of(texts(text), tmp_path).active
    cell = sheet["A3"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    assert bool(cell.quotePrefix) == text.startswith(("=", "@"))


def test_each_table_has_a_sheet_of_its_own_name(tmp_path):
    name = "名单[一]/" + "长" * 40
    book = book_of(page(*(lines(heading=name) for _ in range(3)), lines(heading="")), tmp_path)
    assert len(set(book.sheetnames)) == 4
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_an_empty_page_is_a_workbook_too(tmp_path):
    assert book_of(Page(title="空"), tmp_path).active["A1"].value == "空"
    empty = book_of(page(lines(rows=[], total=None)), tmp_path).active
    assert empty["A4"].value == "（无）"


def test_a_workbook_of_many_rows_is_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_MANY_CELLS", 100)
    sheet = book_of(page(lines(5000)), tmp_path).active
    assert sheet["A5003"].value == 5000
    assert sheet["H5004"].value == 1222.5
    assert sheet["A1"].value == "发放花名册"


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 30)
    with pytest.raises(JingzhunError, match="行数超过") as caught:
        book_of(page(lines(11)), tmp_path)
    assert caught.value.code == "output_too_long"
    assert list(tmp_path.iterdir()) == []


# --- browser and terminal -----------------------------------------------------------------------


def test_the_web_page_is_escaped_and_self_contained(tmp_path):
    path = written(texts("<script>alert(1)</script>", title="&"), tmp_path / "o.html", Format.HTML)
    text = path.read_text(encoding="utf-8")
    HTMLParser().feed(text)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"(src|href)=|url\(|https?:", text)


def test_the_web_page_has_head_total_and_notes(tmp_path):
    text = written(page(), tmp_path / "o.html", Format.HTML).read_text(encoding="utf-8")
    for part in ("<thead>", "<tfoot>", "壹仟贰佰贰拾贰元伍角整", "本月未结束", "丁小满", "@page"):
        assert part in text
    assert ID_NUMBER not in text


@pytest.mark.parametrize(("columns", "size"), [(2, "s10"), (16, "s7"), (40, "s6")])
def test_on_paper_the_letters_of_a_wide_table_are_smaller(tmp_path, columns, size):
    heads = [column(f"c{at}", "栏目") for at in range(columns)]
    row = ("青禾县云岭镇",) * columns
    table = Table(key="rows", heading="", columns=heads, rows=[row])
    shown = Page(title="名册", tables=[table])
    text = written(shown, tmp_path / "o.html", Format.HTML).read_text(encoding="utf-8")
    assert f'<table class="{size}">' in text
    assert text.count('<td class="line">') == columns


def test_a_form_stands_as_titles_beside_their_values_and_signatures_are_dated(tmp_path):
    titles = ("户主", "电话", "住址", "致贫原因", "签字")
    kinds = [ColumnKind.TEXT] * 4 + [ColumnKind.SIGNATURE]
    form = Table(
        key="home",
        heading="一户",
        columns=[column(title, title, kind) for title, kind in zip(titles, kinds, strict=True)],
        rows=[("张<大>", None, "青禾县云岭镇东山村民委员会第三村民小组", "因病", None)],
        is_form=True,
    )
    shown = Page(title="手册", sheets=[Page(title=f"第{n}户", tables=[form]) for n in "一二"])
    text = written(shown, tmp_path / "o.html", Format.HTML).read_text(encoding="utf-8")
    HTMLParser().feed(text)
    assert re.findall("<h1>(.*?)</h1>", text) == ["第一户", "第二户"]
    assert '<th>户主</th><td>张&lt;大&gt;</td><th>电话</th><td colspan="3"></td></tr>' in text
    assert '<tr><th>住址</th><td colspan="5">青禾县' in text
    assert re.search('<td class="signature" colspan="3">年　+月　+日</td></tr>', text)


def on_terminal(shown: Page, columns: int) -> str:
    stream = io.StringIO()
    terminal.show(shown, stream=stream, show_ids=False, columns=columns)
    return stream.getvalue()


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_a_terminal_of_any_width_breaks_no_number_and_no_id(columns):
    text = on_terminal(page(), columns)
    for whole in ("1,234.50", "-12.00", "2026-09-01", mask(ID_NUMBER), "本月未结束"):
        assert whole in text
    assert max(len(line) for line in text.splitlines()) <= columns


def test_a_terminal_shows_the_first_rows_of_a_long_list_and_says_how_many_there_are():
    text = on_terminal(texts(*(f"生{number}" for number in range(1200))), 80)
    assert "共 1,200 行" in text
    assert "生499" in text
    assert "生500" not in text


def test_markup_in_a_roster_is_shown_and_not_obeyed():
    assert "[red]丁[/red] :smile:" in on_terminal(texts("[red]丁[/red] :smile:"), 80)
