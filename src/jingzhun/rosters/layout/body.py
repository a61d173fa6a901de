"""Tell the rows of a table that are about somebody from those that are not.

Left out are blank and repeated header rows, sections, sums, signatures, notes and examples. A row
goes only for what it is seen to be; whatever may be about somebody stays, to be judged cell by
cell.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jingzhun.rosters.containers.sheet import Sheet
from jingzhun.rosters.kinds import normalise, normalise_header
from jingzhun.rosters.layout.asides import (
    ALONE_CELLS,
    BARE_ROLE,
    EXAMPLE,
    EXAMPLE_NAME,
    FIGURE,
    HINT,
    NUMBERING,
    SECTION,
    counts_up,
    is_sum,
    is_tail,
)
from jingzhun.rosters.layout.context import Context, section_context, title_context, unit_context
from jingzhun.rosters.layout.detect import GridColumn, is_known
from jingzhun.rosters.layout.header import Header, has_digits, header_at, looks_like_data
from jingzhun.rosters.layout.series import counts_days
from jingzhun.rosters.values.groups import groups_in

#: First characters of what stands in rows that are about nobody.
_ODD_STARTS = frozenset(
    "合小本总共累大金人填制审负校经班单复主财注备说此以联领盖公日第示样例范全园院所书会出发教年村分监统"
    "必选如请举不格下学姓户(（【 　\t"
)
_CLOSING = frozenset(")）")
_SAMPLE_MARKS = frozenset(
    {"示例", "样例", "例", "示例行", "举例", "(示例)", "（示例）", "示例数据"}
)
#: How many cells a row may have that is judged once for all of its like.
_SPARSE = 2
#: Fields whose words may also be the label of a signature.
_ROLE_FIELDS = frozenset({"post", "rank_title", "relation", "helper_post", "department"})
#: Columns that people fill down in advance; alone they are about nobody.
_FILLED_AHEAD = frozenset(
    {
        "sequence", "remark", "school", "school_code", "stage", "term", "school_year", "province",
        "county", "township", "village", "unit", "data_on",
    }
)  # fmt: skip


@dataclass(slots=True)
class Body:
    """The rows below a header.

    ``row_numbers``, ``section_rows``, ``sum_rows`` are 1-based, as are ``tail_rows``, those of
    sums, signatures and notes; a section's line may hold its sum. ``next_table`` is the 0-based row
    where the lines above a further table begin.
    """

    row_numbers: list[int] = field(default_factory=list)
    row_context: dict[int, Context] = field(default_factory=dict)
    section_rows: list[int] = field(default_factory=list)
    sum_rows: list[int] = field(default_factory=list)
    tail_rows: list[int] = field(default_factory=list)
    next_table: int | None = None

    def cut(self, end: int) -> None:
        """Forget what was read of the next table, which begins at a 0-based row."""
        while self.row_numbers and self.row_numbers[-1] > end:
            self.row_context.pop(self.row_numbers.pop(), None)
        for rows in (self.section_rows, self.sum_rows, self.tail_rows):
            rows[:] = [number for number in rows if number <= end]


class _Data:
    """A row about somebody."""


class _NewTable:
    """A row that is the header of another table."""


class _Tail:
    """A signature, a note."""


class _Sum(_Tail):
    """A sum of the rows about it."""


def read_body(sheet: Sheet, header: Header) -> Body:
    """Judge every row below the header, until the sheet or the table ends."""
    assert header.match is not None  # noqa: S101 - the caller asked
    places = {column.field: column.index for column in header.match.columns}
    judge = _Judge(sheet, header, places)
    body = Body()
    section: Context | None = None
    name_at, id_at = judge.name_at, judge.id_at
    has_no_ids = id_at == name_at
    first_at = min(index for index in header.span if header.headers[index])
    remark_at = places.get("remark", name_at)
    rows = sheet.rows
    odd = judge.odd_words({row[name_at] for row in rows} | {row[first_at] for row in rows})
    for at in range(header.bottom + 1, len(rows)):
        row = rows[at]
        name, number = row[name_at], row[id_at]
        if not body.row_numbers and judge.numbers_columns(row):
            continue
        # Nearly every row of a big list ends here.
        if not (
            name != ""
            and isinstance(name, str)
            and (
                has_no_ids
                or (number != "" and (not isinstance(number, str) or number[-4:-1].isdigit()))
            )
            and name not in odd
            and row[first_at] not in odd
            and row[remark_at] not in _SAMPLE_MARKS
        ):
            verdict = judge.row(at)
            if verdict is _NewTable:
                body.next_table = at - _title_lines_above(sheet, at, header.bottom)
                break
            if verdict is _Tail or verdict is _Sum:
                body.tail_rows.append(at + 1)
                if verdict is _Sum:
                    body.sum_rows.append(at + 1)
            elif isinstance(verdict, Context):
                body.section_rows.append(at + 1)
                if verdict.school:  # a unit may stand below its rows as well
                    body.tail_rows.append(at + 1)
                if judge.holds_numbers(row):
                    body.sum_rows.append(at + 1)
                section = verdict if verdict.grade else verdict.over(section or Context())
            if verdict is not _Data:
                continue
        body.row_numbers.append(at + 1)
        if section is not None:
            body.row_context[at + 1] = section
    return body


#: A line under a title may hold a unit and a day, each with its label in a cell of its own.
_TITLE_CELLS = 4
_HEADING_LINE = re.compile(
    r"(?:填[报表]|上报|报送|制表|统计)?(?:单位|学校|日期|时间)(?:\(.*?\))?:|填[表写报]说明"
)


def _title_lines_above(sheet: Sheet, at: int, floor: int) -> int:
    lines = 0
    while at - lines - 1 > floor:
        filled = [cell for cell in sheet.rows[at - lines - 1] if cell != ""]
        if not filled or len(filled) > _TITLE_CELLS:
            break
        first = normalise(filled[0])
        if not _HEADING_LINE.match(first) and (len(filled) > 2 or is_tail(first)):
            break
        lines += 1
    return lines


def _is_lost_id(cell: Any) -> bool:
    """Say whether a number in the id column was an id; a sum's count of heads was not."""
    return isinstance(cell, float) and cell >= 1e9


class _Judge:
    """Judge an odd row: one without name or id, or with a word that sums and notes begin with."""

    def __init__(self, sheet: Sheet, header: Header, places: dict[str, int]) -> None:
        self._sheet = sheet
        self._header = header
        self._fields = {index: name for name, index in places.items()}
        self._fields |= {each.index: each.field for each in series_of(header)}
        assert header.match is not None  # noqa: S101 - the caller asked
        register = header.match.spec.register
        subjects = ("name", "head_name", "helper", register.subject if register else "")
        self.name_at = next(
            (places[name] for name in subjects if name in places), min(self._fields, default=0)
        )
        self.id_at = next(
            (places[name] for name in ("id_number", "student_no", "head_id") if name in places),
            self.name_at,
        )
        self._has_days = bool(series_of(header))
        typed = {
            (index, row[index])
            for row in sheet.rows[header.top : header.bottom + 1]
            for index in header.span
        }
        self._typed = {cell for _, cell in typed}
        self._headings = {(index, normalise_header(cell)) for index, cell in typed}
        self._words = {word for _, word in self._headings if word}
        first_at = min(self._fields, default=0)
        self._is_counted = bool(register and not register.about) and any(
            isinstance(row[first_at], float) or normalise(row[first_at]).isdigit()
            for row in sheet.rows[header.bottom + 1 :]
        )
        self._sparse: dict[tuple[tuple[int, Any], ...], object] = {}
        self._merged_across = {
            first
            for (first, left), (last, right) in sheet.merges
            if first == last and right - left >= 2 and left in header.span
        }
        # What is merged over tables side by side stands in the leftmost.
        self._from_left = {
            first: left
            for (first, left), (last, right) in sheet.merges
            if first == last and left < header.span.start <= right
        }

    def holds_numbers(self, row: Sequence[Any]) -> bool:
        """Say whether a row holds numbers right of what names its subject."""
        return any(
            has_digits(normalise(cell) if isinstance(cell, str) else str(cell), 1)
            for index in self._header.span
            if index > self.name_at and (cell := row[index]) != ""
        )

    def numbers_columns(self, row: Sequence[Any]) -> bool:
        """Say whether a row above the first only numbers the columns from 1 on."""
        return counts_up([cell for index in self._header.span if (cell := row[index]) != ""])

    def odd_words(self, cells: set[Any]) -> set[Any]:
        """Give those of the cells that begin rows about nobody."""
        headers = self._header.words.meanings
        return {
            cell
            for cell in cells
            if isinstance(cell, str)
            and (
                (
                    (
                        cell[:1] in _ODD_STARTS
                        or cell[-1:] in _CLOSING
                        or cell in headers
                        or cell in self._typed
                    )
                    and self._is_odd(normalise(cell))
                )
                or (self._is_counted and SECTION.fullmatch(normalise(cell)))
            )
        }

    def _is_odd(self, text: str) -> bool:
        word = normalise_header(text)
        return (
            not text
            or word in self._words
            or is_known(word, self._header.words)
            or is_tail(text)
            or any(pattern.fullmatch(text) for pattern in (EXAMPLE, EXAMPLE_NAME, HINT, BARE_ROLE))
        )

    def row(self, at: int) -> object:
        """Give _Data, _Tail, _NewTable, a section's Context, or None for nothing to keep."""
        row = self._sheet.rows[at]
        filled = {
            index: cell
            for index in self._header.span
            if (cell := row[index]) != "" and (not isinstance(cell, str) or normalise(cell))
        }
        if not filled and at in self._from_left:
            return section_context(normalise(row[self._from_left[at]]))
        if len(filled) > _SPARSE or at in self._merged_across or at == self._header.bottom + 1:
            return self._judge(at, filled)
        # Rows of hardly anything come by the thousand, all alike.
        key = tuple(filled.items())
        if key not in self._sparse:
            self._sparse[key] = self._judge(at, filled)
        return self._sparse[key]

    def _judge(self, at: int, filled: dict[int, Any]) -> object:
        texts = {index: normalise(cell) for index, cell in filled.items() if isinstance(cell, str)}
        ours = {index for index in filled if self._fields.get(index, "remark") not in _FILLED_AHEAD}
        is_person = any(
            has_digits(texts.get(index) or str(filled[index]), 15) for index in ours
        ) or _is_lost_id(filled.get(self.id_at))
        if not filled or self._is_example(texts, filled):
            return None
        # The header again, on the next page.
        if self._has_days and counts_days(self._sheet.rows[at]):
            return None
        if not is_person:
            verdict = self._word_row(at, filled, texts)
            if verdict is not _Data:
                return verdict
            if len(filled) == 1 or at in self._merged_across:
                verdict = self._single(at, texts, is_alone=len(filled) == 1)
                if verdict is not _Data:
                    return verdict
        return _Data if ours else None

    def _is_example(self, texts: dict[int, str], filled: dict[int, Any]) -> bool:
        name = texts.get(self.name_at, "")
        before = [text for index, text in texts.items() if index < self.name_at]
        remark = next((i for i, field in self._fields.items() if field == "remark"), None)
        return (
            any(EXAMPLE.fullmatch(text) for text in before)
            or EXAMPLE_NAME.fullmatch(name) is not None
            or (name in _SAMPLE_MARKS)
            or (remark is not None and filled.get(remark) in _SAMPLE_MARKS)
        )

    def _word_row(self, at: int, filled: dict[int, Any], texts: dict[int, str]) -> object:
        """Judge a row that holds no id: header again, another header, hints, sum, signature."""
        words = [normalise_header(filled[index]) for index in texts]
        repeated = sum(pair in self._headings for pair in zip(texts, words, strict=True))
        if repeated == len(filled) == 1:
            return None  # a level of the header that names one group
        if repeated >= 2 and repeated * 2 >= len(filled):
            # Unless a column means something else from here on: 残疾证号 where 村 stood.
            is_other = self._has_other_words(texts, words) and self._is_header(at)
            return _NewTable if is_other else None
        if (
            len(words) >= 3
            and sum(is_known(word, self._header.words) for word in words) * 2 >= max(len(words), 4)
            and not looks_like_data(self._sheet.rows[at])
            and self._is_header(at)
        ):
            return _NewTable
        if sum(HINT.fullmatch(text) is not None for text in texts.values()) >= 2:
            return None
        first = min(filled)
        labels = (
            {first, self.name_at} & texts.keys()
            if first <= self.name_at
            else {first} & texts.keys()
        )
        if any(is_sum(texts[index]) for index in labels):
            return _Sum
        if any(is_tail(texts[index], alone=len(filled) <= ALONE_CELLS) for index in labels):
            return unit_context(list(filled.values())) or _Tail
        if self._is_counted and first in texts and first <= self.name_at:
            mark = SECTION.fullmatch(texts[first])
            if mark:
                return Context(title=mark[1] or texts.get(self.name_at, ""))
        has_numbers = any(
            FIGURE.fullmatch(texts[index]) if index in texts else isinstance(cell, float | int)
            for index, cell in filled.items()
        )
        if first in texts and not has_numbers and self._is_signature(first, texts):
            return _Tail
        return _Data

    def _has_other_words(self, texts: dict[int, str], words: list[str]) -> bool:
        """Say whether a header repeated has another known word in a column that had one."""
        headed = {index for index, _ in self._headings}
        return any(
            index in headed and (index, word) not in self._headings
            for index, word in zip(texts, words, strict=True)
            if is_known(word, self._header.words)
        )

    def _is_signature(self, first: int, texts: dict[int, str]) -> bool:
        """Say whether a row is bare roles, 校长 … 经办人 …, to be signed or typed beside."""
        if not BARE_ROLE.fullmatch(texts[first]) or self._fields.get(first) in _ROLE_FIELDS:
            return False
        others = [text for index, text in texts.items() if index not in {first, self.name_at}]
        name = texts.get(self.name_at, "")
        is_blank = not name or BARE_ROLE.fullmatch(name) is not None
        return is_blank or all(BARE_ROLE.fullmatch(text) for text in others)

    def _is_header(self, at: int) -> bool:
        return any(
            header is not None and header.match is not None
            for header in (
                header_at(self._sheet, at, levels, (), self._header.words) for levels in (1, 2, 3)
            )
        )

    def _single(self, at: int, texts: dict[int, str], *, is_alone: bool) -> object:
        """Judge a line with one cell, or one merged across: a section, a note, or a lone name."""
        if not texts:
            return _Data
        index = min(texts)
        text = texts[index]
        if index <= self.name_at or at in self._merged_across:
            context = section_context(text) or title_context(text)
            if context is not None:
                return context
            if NUMBERING.fullmatch(text):
                return Context(title=text, groups=groups_in(text) or None)
        if not is_alone:
            return _Data
        is_name = index == self.name_at and len(text) <= 12 and ":" not in text
        return _Data if is_name and at not in self._merged_across else None


def series_of(header: Header) -> Sequence[GridColumn]:
    """Give the columns of a header's fields that have several."""
    return () if header.match is None else header.match.series
