"""The user's refused rows as a workbook: faults marked, reasons beside them, ready to be mended.

The first sheet, 导入结果, counts the faults; then each sheet with refused rows comes back with its
own titles, headers and columns, faulty cells red with a comment, and three columns of ours at the
right, which an import passes over. Mended, the workbook is imported as it is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jingzhun.errors import Problem, Severity
from jingzhun.rosters.containers.sheet import GUIDE_SHEET
from jingzhun.rosters.containers.workbook import Sheet
from jingzhun.rosters.layout.context import read_context
from jingzhun.rosters.layout.tables import OWN_HEADERS
from jingzhun.rosters.problems import PROBLEMS
from jingzhun.rosters.reading import SheetReading
from jingzhun.rosters.saving import save
from jingzhun.rosters.values.cells import plain

RESULT_SHEET = "导入结果"
#: Stands before the cell by which a row repeats another; who is another person takes it off.
DOUBLED = "(重复)"
#: Rows beyond which cells get no comments: they cost more than all else, and nobody reads so many.
MOST_COMMENTED = 5_000
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))

FileReadings = tuple[str, Sequence[SheetReading]]


def is_result_sheet(sheet: Sheet) -> bool:
    """Say whether a sheet is the 导入结果 of a workbook that we wrote."""
    return sheet.name == RESULT_SHEET and bool(sheet.rows) and sheet.rows[0][:1] == [RESULT_SHEET]


def is_own_sheet(sheet: Sheet) -> bool:
    """Say whether a sheet is one that we write beside lists, and nobody's list."""
    is_guide = sheet.name == GUIDE_SHEET and bool(sheet.rows) and sheet.rows[0][:1] == [GUIDE_SHEET]
    return is_guide or is_result_sheet(sheet)


def write_refusals(path: Path, files: Iterable[FileReadings]) -> int:
    """Write the refused rows of all ``files`` (name, readings) to ``path``; give how many.

    The workbook appears whole or not at all.

    Raises:
        JingzhunError: the place cannot be written.
    """
    made = BytesIO()
    count = _write(made, [(name, list(readings)) for name, readings in files])
    save(made.getvalue(), path, "错误清单")
    return count


def _write(target: IO[bytes], files: list[tuple[str, list[SheetReading]]]) -> int:
    # Everything is written with write_string or write_number: no text of a user becomes a formula.
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    look = _Look(book)
    with book:
        _write_summary(book.add_worksheet(RESULT_SHEET), look, files)
        names = {RESULT_SHEET}
        count = 0
        for _, readings in files:
            for reading in readings:
                if reading.refused_rows:
                    page = book.add_worksheet(_sheet_name(reading.sheet, names))
                    _SheetWriter(page, look, reading).write()
                    count += len(reading.refused_rows)
    return count


class _Look:
    """The formats of the workbook."""

    def __init__(self, book: Any) -> None:
        def make(**how: Any) -> Format:
            made: Format = book.add_format({"font_name": "宋体", "valign": "vcenter", **how})
            return made

        self.title = make(bold=True, font_size=14)
        self.head = make(bold=True, border=1, bg_color="#DDEBF7", text_wrap=True, align="center")
        self.own_head = make(bold=True, border=1, bg_color="#FFE699", text_wrap=True)
        self.text = make(num_format="@", border=1)
        self.number = make(border=1)
        self.date = make(num_format="yyyy-mm-dd", border=1)
        self.bad = make(num_format="@", border=1, bg_color="#FF9C9C")
        self.reason = make(num_format="@", border=1, text_wrap=True, font_color="#9C0006")
        self.plain = make(num_format="@", text_wrap=True)


def _write_summary(
    page: Worksheet, look: _Look, files: list[tuple[str, list[SheetReading]]]
) -> None:
    page.set_column(0, 0, 34)
    page.set_column(1, 5, 16)
    page.write_string(0, 0, RESULT_SHEET, look.title)
    lines = (
        "后面各表是没有导入的行。红色格子有毛病，右边写着原因和修改建议。",
        "请直接在红色格子里改正，保存后再导入这个文件；右边三列不用删。",
    )
    for offset, line in enumerate(lines):
        page.write_string(1 + offset, 0, line)
    row = 4
    for column, head in enumerate(("文件", "工作表", "名单种类", "行数", "退回", "提示")):
        page.write_string(row, column, head, look.head)
    faults: Counter[str] = Counter()
    for name, readings in files:
        for reading in readings:
            row += 1
            noticed = {p.row_number for p in reading.problems if p.severity is Severity.NOTICE}
            kind = reading.kind.label if reading.kind else "未认出"
            for column, text in enumerate((name, reading.sheet, kind)):
                page.write_string(row, column, text, look.text)
            counts = (reading.row_count, len(reading.refused_rows), len(noticed))
            for column, number in enumerate(counts, 3):
                page.write_number(row, column, number, look.number)
            faults.update(p.code for p in reading.problems if p.severity is Severity.ERROR)
    row += 2
    for column, head in enumerate(("毛病", "处数", "代码")):
        page.write_string(row, column, head, look.head)
    for code, number in sorted(faults.items(), key=lambda item: (-item[1], item[0])):
        row += 1
        page.write_string(row, 0, PROBLEMS[code].title, look.text)
        page.write_number(row, 1, number, look.number)
        page.write_string(row, 2, code, look.text)


def _sheet_name(name: str, taken: set[str]) -> str:
    base = name.translate(_FORBIDDEN_IN_NAMES).strip("'")[:31] or "名单"
    chosen, number = base, 1
    while chosen.lower() in {other.lower() for other in taken}:
        number += 1
        mark = f"({number})"
        chosen = base[: 31 - len(mark)] + mark
    taken.add(chosen)
    return chosen


class _SheetWriter:
    """Write one sheet's refused rows under its own titles and headers."""

    def __init__(self, page: Worksheet, look: _Look, reading: SheetReading) -> None:
        self.page = page
        self.look = look
        self.reading = reading
        self.grid = reading.grid
        self.rows = reading.grid.sheet.rows
        self.width = len(self.rows[0])
        self.row = 0

    def write(self) -> None:
        """Write titles, headers, section lines and refused rows."""
        self._write_titles()
        header = self.grid.header_rows
        for number in header:
            for column, cell in enumerate(self.rows[number - 1]):
                self._put(column, cell, self.look.head)
            if number == header[-1]:
                for offset, text in enumerate(OWN_HEADERS):
                    self.page.write_string(self.row, self.width + offset, text, self.look.own_head)
            self.row += 1
        self._repeat_merges(self.row - len(header))
        self.page.freeze_panes(self.row, 0)
        self._write_rows()
        self.page.set_column(0, max(self.width - 1, 0), 14)
        self.page.set_column(self.width, self.width + 1, 50)
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)

    def _write_titles(self) -> None:
        first, top = self.grid.first_row, self.grid.header_rows[0]
        above = [self.rows[number - 1] for number in range(first, top)]
        texts = [str(cell) for row in above for cell in row if cell != ""]
        said = read_context(texts)
        context = self.grid.context
        # What only the names of file and sheet said must not be lost under another name.
        words = []
        if context.school and said.school != context.school:
            words.append(f"学校：{context.school}")
        if context.term and said.term != context.term:
            words.append(context.term.label)
        if context.month and said.month != context.month:
            words.append(context.month.label)
        if context.project and said.project != context.project:
            words.append(context.project)
        if words:
            self.page.write_string(self.row, 0, " ".join(words), self.look.plain)
            self.row += 1
        for row in above:
            for column, cell in enumerate(row):
                self._put(column, cell, self.look.title)
            self.row += 1
        for attribute in ("grade", "class_text"):
            word = getattr(context, attribute)
            if word and getattr(said, attribute) != word:
                line = f"{context.grade or ''}{context.class_text or ''}"
                self.page.write_string(self.row, 0, line, self.look.plain)
                self.row += 1
                break

    def _repeat_merges(self, top: int) -> None:
        header = self.grid.header_rows
        for (first, left), (last, right) in self.grid.sheet.merges:
            if first + 1 in header and last + 1 in header:
                shift = top - (header[0] - 1)
                text = self.rows[first][left]
                self.page.merge_range(
                    first + shift, left, last + shift, right, str(text), self.look.head
                )

    def _write_rows(self) -> None:
        refused = self.reading.refused_rows
        place = {number: at for at, number in enumerate(self.grid.row_numbers)}
        columns = (*self.grid.columns, *self.grid.series)
        filled = {column.index: self.grid.filled(column.index) for column in columns}
        faults: dict[int, list[Problem]] = {}
        for problem in self.reading.problems:
            if problem.severity is Severity.ERROR:
                faults.setdefault(problem.row_number, []).append(problem)
        sections = list(self.grid.section_rows)
        for number in refused:
            while sections and sections[0] < number:
                for column, cell in enumerate(self.rows[sections.pop(0) - 1]):
                    self._put(column, cell, self.look.plain)
                self.row += 1
            cells = list(self.rows[number - 1])
            for index, column_cells in filled.items():
                cells[index] = column_cells[place[number]]
            self._write_row(number, cells, faults.get(number, []))

    def _write_row(self, number: int, cells: list[Any], faults: list[Problem]) -> None:
        by_letter: dict[str, list[str]] = {}
        for fault in faults:
            by_letter.setdefault(fault.column, []).append(fault.message)
        columns = (*self.grid.columns, *self.grid.series)
        letters = {column.index: column.letter for column in columns}
        # Nothing in such a row is wrong by itself: unmarked, it would go in at the second try.
        doubled = {fault.column for fault in faults if fault.code.startswith("duplicate_")}
        for index, cell in enumerate(cells):
            if letters.get(index) in doubled:
                cell = f"{DOUBLED}{plain(cell)}"  # noqa: PLW2901 - what is written, not what was read
            messages = by_letter.get(letters.get(index, ""), []) if index in letters else []
            self._put(index, cell, self.look.bad if messages else None)
            if messages and len(self.reading.refused_rows) <= MOST_COMMENTED:
                self.page.write_comment(self.row, index, "\n".join(messages), {"x_scale": 2})
        advice = [
            self.reading.advice[number, fault.column]
            for fault in faults
            if (number, fault.column) in self.reading.advice
        ]
        texts = (
            ";".join(dict.fromkeys(fault.message.rstrip("。") for fault in faults)),
            "".join(dict.fromkeys(advice)),
            str(number),
        )
        for offset, text in enumerate(texts):
            self.page.write_string(self.row, self.width + offset, text, self.look.reason)
        self.row += 1

    def _put(self, column: int, cell: Any, look: Format | None) -> None:
        """Write a cell as what it was; a number that lost digits as text, never as a number."""
        page, row = self.page, self.row
        if cell == "":
            if look is not None and look is not self.look.title:
                page.write_blank(row, column, None, look)
        elif isinstance(cell, bool):
            page.write_boolean(row, column, cell, look or self.look.number)
        elif isinstance(cell, float | int):
            if not abs(cell) < 1e15:  # a number that is none, too
                page.write_string(row, column, f"{cell:.14E}", look or self.look.text)
            else:
                page.write_number(row, column, cell, look or self.look.number)
        elif isinstance(cell, datetime | date) and look is None:
            page.write_datetime(row, column, cell, self.look.date)
        elif isinstance(cell, datetime | date | time):
            page.write_string(row, column, str(cell), look or self.look.text)
        else:
            page.write_string(row, column, str(cell), look or self.look.text)
