"""Find the tables in a sheet: header rows, data rows, and what the lines around them say.

A table may start anywhere, have a header of up to three levels, sections, repeated headers,
examples and a tail. What is not a row about somebody is left out here; whatever might be one stays
in, to be judged cell by cell.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.context import Context, read_context, section_context
from jingzhun.rosters.detect import GridColumn, Match, detect, explain_near, is_known
from jingzhun.rosters.kinds import KindSpec, normalise, normalise_header
from jingzhun.rosters.workbook import Sheet

HEADER_SEARCH_ROWS = 40
HEADER_LEVELS = 3
_TAIL = re.compile(
    r"^(?:合计|小计|本页小计|总计|共计|累计|合计金额|大写|金额大写|人数合计|填表人|制表人|制表|审核人|审核|"
    r"负责人|校长|经办人|班主任|单位负责人|填报人|填表日期|填报日期|复核|主管|财务|注[::]|注$|备注[::]|"
    r"说明[::]|填表说明|填写说明|说明$|本表|此表|以上|以下空白|联系人|领导签字|盖章|\(盖章|公章|日期[::]|"
    r"共\d+[人户页名]|第\d+页)"
)
_EXAMPLE = re.compile(r"^(?:示例|样例|例[::]|例如|填写示例|填写样例|范例|样表)")
_DITTO = frozenset({"同上", "〃", "″", "〞", '"', "''", "“", "同左上"})
#: First characters of what stands in rows that are about nobody.
_ODD_STARTS = frozenset(
    "合小本总共累大金人填制审负校经班单复主财注备说此以联领盖(（公日第示样例范姓学 　"
)
_LETTERS = re.compile(r"[\u4e00-\u9fffA-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One table of a sheet.

    ``row_numbers`` are the 1-based data rows. ``row_context`` gives by row number what the section
    line above a row says, ``section_rows`` where those lines are; ``first_row`` is the first line
    above the table. ``near`` says in Chinese why no kind was recognised.
    """

    sheet: Sheet
    kind: Kind | None
    spec: KindSpec | None
    near: str
    columns: tuple[GridColumn, ...]
    header_rows: tuple[int, ...]
    row_numbers: list[int]
    context: Context
    row_context: dict[int, Context] = field(default_factory=dict)
    section_rows: tuple[int, ...] = ()
    first_row: int = 1
    _columns: list[tuple[Any, ...]] = field(default_factory=list, repr=False)

    def cells(self, index: int) -> list[Any]:
        """Give the raw cells of a column in data rows, merged-down and 同上 cells filled in."""
        column = list(self._transposed()[index])
        self._fill_merges(index, column)
        if not _DITTO.isdisjoint(column):
            for at, cell in enumerate(column):
                if at and isinstance(cell, str) and cell.strip() in _DITTO:
                    column[at] = column[at - 1]
        return column

    def _transposed(self) -> list[tuple[Any, ...]]:
        """Turn the data rows into columns, once."""
        if not self._columns:
            rows = self.sheet.rows
            self._columns.extend(zip(*(rows[at - 1] for at in self.row_numbers), strict=True))
            if not self.row_numbers:
                self._columns.extend(() for _ in rows[0])
        return self._columns

    def _fill_merges(self, index: int, column: list[Any]) -> None:
        spans = [
            (first, last)
            for (first, left), (last, right) in self.sheet.merges
            if left <= index <= right and last > first and last >= self.header_rows[-1]
        ]
        if not spans:
            return
        place = {number - 1: at for at, number in enumerate(self.row_numbers)}
        for first, last in spans:
            value = self.sheet.rows[first][index]
            for row in range(first + 1, last + 1):
                if row in place and column[place[row]] == "":
                    column[place[row]] = value

    def column(self, name: str) -> GridColumn | None:
        """Give the column of a field, or None when the table has none."""
        return next((column for column in self.columns if column.field == name), None)


@dataclass(frozen=True, slots=True)
class _Header:
    top: int  # 0-based first header row
    bottom: int  # 0-based last header row
    headers: tuple[str, ...]
    match: Match | None
    nearest: Match

    @property
    def score(self) -> int:
        return self.nearest.score + (1000 if self.match else 0)


def find_tables(sheet: Sheet, *, file_name: str = "") -> list[Grid]:
    """Give every table of a sheet, top to bottom; a sheet without a header gives one without kind.

    An empty sheet gives nothing.
    """
    if not any(any(cell != "" for cell in row) for row in sheet.rows):
        return []
    grids: list[Grid] = []
    start = 0
    names = read_context([sheet.name, file_name.rsplit(".", 1)[0]], is_name=True)
    while True:
        header = _find_header(sheet, start)
        if header is None or (grids and header.match is None):
            break
        following = _next_header(sheet, header)
        grids.append(_grid(sheet, header, start, following, names))
        if following is None:
            break
        start = following
    return grids


def _find_header(sheet: Sheet, start: int) -> _Header | None:
    best: _Header | None = None
    seen = 0
    for top in range(start, len(sheet.rows)):
        texts = [cell for cell in sheet.rows[top] if isinstance(cell, str) and cell.strip()]
        if not texts:
            continue
        seen += 1
        if seen > HEADER_SEARCH_ROWS:
            break
        if best is not None and (len(texts) < 2 or (best.match and top > best.bottom + 1)):
            # A header once found is not given up for its own repetition further down.
            continue
        for levels in range(1, HEADER_LEVELS + 1):
            header = _header_at(sheet, top, levels, start)
            if header is None:
                break
            if best is None or header.score > best.score:
                best = header
    return best


def _header_at(sheet: Sheet, top: int, levels: int, start: int) -> _Header | None:
    bottom = top + levels - 1
    if bottom >= len(sheet.rows):
        return None
    rows = sheet.rows[top : bottom + 1]
    if any(_looks_like_data(row) for row in rows[1:]) or (
        levels > 1 and not _may_continue(sheet, top, bottom)
    ):
        return None
    headers = tuple(_join(sheet, top, bottom))
    title = "".join(
        normalise(cell) for row in sheet.rows[start:top] for cell in row if isinstance(cell, str)
    )
    given = read_context([title]).over(read_context([sheet.name], is_name=True))
    said = {name for name in ("grade", "school") if getattr(given, name)}
    match, nearest = detect(headers, title + normalise(sheet.name), said)
    return _Header(top, bottom, headers, match, nearest)


def _looks_like_data(row: Sequence[Any]) -> bool:
    """Say whether a row has values that no header has: numbers, or long digits."""
    return any(
        (not isinstance(cell, str) and cell != "") or (isinstance(cell, str) and _has_digits(cell))
        for cell in row
    )


def _has_digits(text: str) -> bool:
    return sum(character.isdigit() for character in text) >= 6


def _may_continue(sheet: Sheet, top: int, bottom: int) -> bool:
    """Say whether the row at ``bottom`` is a lower level of the header that begins at ``top``."""
    upper, lower = sheet.rows[bottom - 1], sheet.rows[bottom]
    crosses = any(
        first <= bottom - 1 < bottom <= last and first >= top
        for (first, _), (last, _) in sheet.merges
    )
    spreads = any(
        first == bottom - 1 and last == bottom - 1 and right > left
        for (first, left), (last, right) in sheet.merges
    )
    known = sum(1 for cell in lower if isinstance(cell, str) and is_known(normalise_header(cell)))
    gap = any(
        normalise(left) and not normalise(right) and normalise(below)
        for left, right, below in zip(upper, upper[1:], lower[1:], strict=False)
    )
    return (crosses or spreads or gap) and (known >= 1 or crosses)


def _join(sheet: Sheet, top: int, bottom: int) -> list[str]:
    """Join the levels of a header column by column, merged cells spread: ``家长信息/姓名``."""
    levels = [[normalise_header(cell) for cell in row] for row in sheet.rows[top : bottom + 1]]
    covered: set[tuple[int, int]] = set()
    for (first, left), (last, right) in sheet.merges:
        if top <= first <= bottom:
            for row in range(first, min(last, bottom) + 1):
                for index in range(left, right + 1):
                    if index < len(levels[row - top]):
                        covered.add((row - top, index))
                        if row == first:
                            levels[row - top][index] = levels[first - top][left]
    has_merges = bool(covered)
    for depth, level in enumerate(levels[:-1]):
        for index in range(1, len(level)):
            below = any(lower[index] for lower in levels[depth + 1 :])
            # Text files have no merges: a blank right of an upper word belongs to it.
            if not level[index] and below and not has_merges:
                level[index] = level[index - 1]
    headers = []
    for index in range(len(levels[0])):
        words: list[str] = []
        for level in levels:
            if level[index] and (not words or words[-1] != level[index]):
                words.append(level[index])
        headers.append("/".join(words))
    return headers


def _next_header(sheet: Sheet, header: _Header) -> int | None:
    """Give the row where the lines above a second, different table begin, or None."""
    after_blank = False
    for at in range(header.bottom + 1, len(sheet.rows)):
        row = sheet.rows[at]
        if not any(row):
            after_blank = True
        elif after_blank:
            filled = [cell for cell in row if cell != "" and normalise(str(cell))]
            # Titles between two tables are short; the header follows them.
            after_blank = len(filled) <= 2
            words = [normalise_header(cell) for cell in filled]
            known = sum(map(is_known, words))
            if known >= 3 and known * 2 >= len(words) and not _looks_like_data(row):
                again = _header_at(sheet, at, 1, at)
                if again and again.match and again.headers != header.headers:
                    return at - _title_lines_above(sheet, at)
    return None


def _title_lines_above(sheet: Sheet, at: int) -> int:
    lines = 0
    while at - lines - 1 > 0:
        row = sheet.rows[at - lines - 1]
        filled = [cell for cell in row if cell != ""]
        if not filled or len(filled) > 2:
            break
        lines += 1
    return lines


def _grid(sheet: Sheet, header: _Header, start: int, following: int | None, names: Context) -> Grid:
    end = following if following is not None else len(sheet.rows)
    above = [
        str(cell)
        for row in sheet.rows[start : header.top]
        for cell in row
        if cell not in {"", None}
    ]
    context = read_context(above).over(names)
    if header.match is None:
        return Grid(
            sheet=sheet,
            kind=None,
            spec=None,
            near=explain_near(header.headers, header.nearest),
            columns=header.nearest.columns,
            header_rows=tuple(range(header.top + 1, header.bottom + 2)),
            row_numbers=[],
            context=context,
        )
    rows, sections, section_rows = _data_rows(sheet, header, end)
    return Grid(
        sheet=sheet,
        kind=header.match.spec.kind,
        spec=header.match.spec,
        near="",
        columns=header.match.columns,
        header_rows=tuple(range(header.top + 1, header.bottom + 2)),
        row_numbers=rows,
        context=context,
        row_context=sections,
        section_rows=section_rows,
        first_row=start + 1,
    )


def _data_rows(
    sheet: Sheet, header: _Header, end: int
) -> tuple[list[int], dict[int, Context], tuple[int, ...]]:
    assert header.match is not None  # noqa: S101 - the caller asked
    by_field = {column.field: column.index for column in header.match.columns}
    name_at = by_field.get("name", by_field.get("head_name", by_field.get("helper", 0)))
    id_at = by_field.get("id_number", by_field.get("student_no", by_field.get("head_id", name_at)))
    header_cells = {
        normalise(cell)
        for row in sheet.rows[header.top : header.bottom + 1]
        for cell in row
        if normalise(cell)
    }
    first_at = min(column.index for column in header.match.columns)
    ours = {
        column.index
        for column in header.match.columns
        if column.field not in {"sequence", "remark"}
    }
    oddity = _Oddity(
        name_at=name_at,
        ours=ours,
        header_cells=header_cells,
        merged_across={
            row
            for (first, left), (last, right) in sheet.merges
            if right - left >= 2 and first == last
            for row in (first,)
        },
    )
    numbers: list[int] = []
    sections: dict[int, Context] = {}
    section_rows: list[int] = []
    section: Context | None = None
    for at in range(header.bottom + 1, end):
        row = sheet.rows[at]
        name, number = row[name_at], row[id_at]
        # Nearly every row of a big list ends here.
        if (
            name != ""
            and number != ""
            and (not isinstance(number, str) or number[-4:-1].isdigit())
            and not _may_be_odd(name)
            and not _may_be_odd(row[first_at])
        ):
            pass
        else:
            verdict = oddity.judge(row, is_across=at in oddity.merged_across)
            if isinstance(verdict, Context):
                section_rows.append(at + 1)
                section = verdict.over(section or Context()) if verdict.grade is None else verdict
            if verdict is not True:
                continue
        numbers.append(at + 1)
        if section is not None:
            sections[at + 1] = section
    return numbers, sections, tuple(section_rows)


def _may_be_odd(cell: Any) -> bool:
    return isinstance(cell, str) and cell[:1] in _ODD_STARTS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Oddity:
    """What an odd row, one without name or id or with a word of the tail, is judged by."""

    name_at: int
    ours: set[int]
    header_cells: set[str]
    merged_across: set[int]

    def judge(self, row: Sequence[Any], *, is_across: bool) -> bool | Context | None:
        """Say of a row: True a data row, a Context a section line, None nothing to keep."""
        filled = [
            (index, cell)
            for index, cell in enumerate(row)
            if cell != "" and (not isinstance(cell, str) or normalise(cell))
        ]
        known = [cell for index, cell in filled if index in self.ours]
        if not known and not any(_LETTERS.search(str(cell)) for _, cell in filled):
            return None  # blank, or a number typed in advance
        texts = [normalise(cell) for _, cell in filled if isinstance(cell, str)]
        repeated = sum(
            1
            for _, cell in filled
            if isinstance(cell, str) and normalise(cell) in self.header_cells
        )
        if repeated >= 2 and repeated * 2 >= len(filled):
            return None
        if any(_EXAMPLE.match(text) for text in texts[:3]):
            return None
        has_person = any(_has_digits(str(cell)) and len(str(cell)) >= 15 for cell in known)
        if not has_person and any(_TAIL.match(text) for text in texts[:2]):
            return None
        if len(filled) == 1 or is_across:
            index, cell = filled[0]
            context = section_context(cell) if isinstance(cell, str) else None
            if context is not None:
                return context
            if index != self.name_at or is_across or len(str(cell)) > 12:
                return None
        return bool(known) or None
