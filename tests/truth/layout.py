"""Lists → sheets as clerks leave them: titles, sections, sums, signatures, examples, merges.

Everything done here leaves the truth of the rows as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from jingzhun.core.vocabulary import Kind
from samples.page import Cell, Page
from tests.truth.columns import Column, depth_of, draw_columns, lay_header
from tests.truth.lists import Listing, Row
from tests.truth.spell import Speller
from tests.truth.values import Place
from tests.truth.world import TODAY

_HAN = "零一二三四五六七八九"
_KINDERGARTEN = {-3: "小", -2: "中", -1: "大"}
#: Columns whose equal neighbours are written once: merged down, or 同上.
_SAME_AS_ABOVE = frozenset(
    {"school", "grade", "village", "township", "county", "household_no", "head_name", "helper",
     "helper_unit", "helper_post", "helper_phone", "household_type", "unit", "department"}
)  # fmt: skip


@dataclass(kw_only=True)
class Laid:
    """A list's sheets; ``rows`` tells by sheet and row number which rows stand there.

    ``as_of`` is the day that the importer must be told, if the list does not say it.
    """

    listing: Listing
    pages: list[Page]
    file_name: str
    rows: dict[tuple[str, int], list[Row]] = field(default_factory=dict)
    is_dated: bool = False


class Layouter:
    """Lay out one list; ``typed`` and ``merges`` are what the container can hold."""

    def __init__(self, dice: Random, listing: Listing, *, typed: bool, merges: bool) -> None:
        self.dice = dice
        self.listing = listing
        self.typed = typed
        self.merges = merges
        self.spell = Speller(dice, typed=typed)
        self.left = dice.choice([0, 0, 0, 2])
        day = listing.stated_on
        self._date_by = dice.choice(["option", "title", "line", "tail"])
        self._says_day = f"{day.year}年{day.month}月{day.day}日"
        self.laid = Laid(listing=listing, pages=[], file_name=self._file_name())
        self.laid.is_dated = self._date_by != "option"

    def lay(self) -> Laid:
        """Lay the list out."""
        listing = self.listing
        if listing.where == "sheets" and listing.school and self.typed:
            for place, rows in groupby(listing.rows, key=lambda row: row.place):
                assert place is not None
                self._sheet(self._class_word(place).replace("（", "(").replace("）", ")"),
                            list(rows))  # fmt: skip
        else:
            if listing.where == "sheets":
                listing.where = "sections"
            self._sheet(self.dice.choice(["Sheet1", listing.name, "名单"]), listing.rows)
        return self.laid

    # --- sheets and tables

    def _sheet(self, name: str, rows: Sequence[Row]) -> None:
        dice = self.dice
        page = Page(name=name, kind=self.listing.kind)
        self.laid.pages.append(page)
        parts = [list(rows)]
        if len(rows) > 3 and self.listing.where in {"columns", "joined"} and dice.random() < 0.12:
            at = dice.randint(1, len(rows) - 1)
            parts = [list(rows[:at]), list(rows[at:])]
        for at, part in enumerate(parts):
            if at:
                page.add([""])
            self._table(page, part, is_last=at == len(parts) - 1)
        page.blank_rows = dice.choice([0, 0, 0, 30])

    def _table(self, page: Page, rows: list[Row], *, is_last: bool) -> None:
        dice = self.dice
        columns = draw_columns(dice, self.listing, can_group=True)
        is_double = (
            self.listing.where in {"columns", "joined"}
            and len(rows) > 3
            and depth_of(columns) == 1
            and self.listing.kind is not Kind.PAIRING_LIST
            and dice.random() < 0.12
        )
        width = len(columns) * (2 if is_double else 1)
        self._above(page, width)
        if is_double:
            self._side_by_side(page, columns, rows)
        else:
            lay_header(page, columns, left=self.left, merges=self.merges)
            self._below_header(page, columns)
            self._body(page, columns, rows)
        if is_last:
            self._tail(page, columns, len(rows))

    def _above(self, page: Page, width: int) -> None:
        dice, listing = self.dice, self.listing
        if self.left:
            for _ in range(dice.choice([0, 2])):
                page.add([""])
        title = self._title()
        if title:
            if self.merges:
                page.title(title, width=width, left=self.left)
            else:
                page.add([*[""] * self.left, title])
        line: list[Cell] = []
        if listing.school_by == "unit":
            word = dice.choice(["填报单位：", "填报学校:", "学校（盖章）：", "单位："])
            line += [f"{word}{listing.school}"] if dice.random() < 0.7 else [word, listing.school]
        if self._date_by == "line":
            line += ["", f"{dice.choice(['填报日期', '统计时间', '制表日期'])}：{self._says_day}"]
        if line:
            page.add([*[""] * self.left, *line])
        if dice.random() < 0.15:
            note = "填写说明：1.姓名须与身份证一致；2.身份证号为18位；3.不得改动表头。"
            page.add([*[""] * self.left, note])

    def _below_header(self, page: Page, columns: Sequence[Column]) -> None:
        dice = self.dice
        blank = [""] * self.left
        if dice.random() < 0.08 and len(columns) > 2:
            page.add([*blank, *(str(at + 1) for at in range(len(columns)))])
        if dice.random() < 0.08:
            page.add([*blank, *(dice.choice(["必填", "选填", "请填写"]) for _ in columns)])
        if dice.random() < 0.12:
            page.add([*blank, *self._example(columns)])

    def _example(self, columns: Sequence[Column]) -> list[Cell]:
        """Give a row that shows how to fill in the others, and is nobody."""
        dice = self.dice
        named = {"name": "张三", "id_number": "629999201001010011", "grade": "三年级",
                 "school": "某某小学", "class_no": "1班", "helper": "李四"}  # fmt: skip
        cells: list[Cell] = [named.get(column.field, "") for column in columns]
        if columns[0].field == "sequence" and dice.random() < 0.6:
            cells[0] = dice.choice(["示例", "例", "（示例）", "例："])
            return cells
        who = "head_name" if self.listing.kind is Kind.PAIRING_LIST else "name"
        at = next(at for at, column in enumerate(columns) if column.field == who)
        cells[at] = dice.choice(["张三（示例）", "例：张三", "示例"])
        return cells

    def _body(self, page: Page, columns: list[Column], rows: Sequence[Row]) -> None:
        dice = self.dice
        every = dice.choice([0, 0, 0, 4, 6])
        above: Place | None = None
        lines: list[tuple[int, Row]] = []
        for order, row in enumerate(rows, start=1):
            if self.listing.where == "sections" and row.place and row.place != above:
                self._section(page, row.place, above, len(columns))
                above = row.place
            cells = self._cells(columns, row, order)
            number = page.add([*[""] * self.left, *cells], key="row")
            self._put(page, number, row)
            lines.append((number, row))
            if dice.random() < 0.03:
                page.add([""] if dice.random() < 0.5 else [*[""] * self.left, " ", "　"])
            if every and order % every == 0 and order < len(rows):
                if dice.random() < 0.6:
                    page.add([*[""] * self.left, *self._sum(columns, "本页小计", every)])
                lay_header(page, columns, left=self.left, merges=self.merges)
        self._write_once(page, columns, lines)

    def _side_by_side(self, page: Page, columns: list[Column], rows: list[Row]) -> None:
        half = (len(rows) + 1) // 2
        page.header([*[""] * self.left, *(column.header for column in columns * 2)])
        for at in range(half):
            cells: list[Cell] = []
            pair = [rows[at], *rows[half + at : half + at + 1]]
            for place, row in enumerate(pair):
                cells += self._cells(columns, row, at + 1 + place * half)
            number = page.add([*[""] * self.left, *cells], key="row")
            for row in pair:
                self._put(page, number, row)

    def _put(self, page: Page, number: int, row: Row) -> None:
        self.laid.rows.setdefault((page.name, number), []).append(row)
        if self.typed and self.dice.random() < 0.03:
            page.hidden_rows.add(number)
        if number in page.hidden_rows:
            for other in self.laid.rows[page.name, number]:
                other.notices.add("hidden_row")

    # --- cells

    def _cells(self, columns: Sequence[Column], row: Row, order: int) -> list[Cell]:
        return [self._cell(column, row, order) for column in columns]

    def _cell(self, column: Column, row: Row, order: int) -> Cell:
        if column.field in row.raw:
            return row.raw[column.field]
        if column.field == "sequence":
            return order if self.typed and self.dice.random() < 0.7 else str(order)
        if not column.field:
            return column.filler
        if column.field in {"school", "grade", "class_no", "grade_class"} and row.place:
            return self._place_cell(column.field, row.place)
        return self.spell.cell(column.field, row.values.get(column.field))

    def _place_cell(self, name: str, place: Place) -> Cell:
        school, grade, number = place
        if name == "school":
            return self.spell.cell("text", school)
        if name != "grade":
            return self.spell.cell(name, (grade, number))
        stage = "preschool" if grade < 0 else "primary" if grade <= 6 else "junior"
        only = "小学" in school or "初级中学" in school
        return self.spell.cell("grade", (grade, f"{stage}!" if only else stage))

    def _write_once(
        self, page: Page, columns: Sequence[Column], lines: Sequence[tuple[int, Row]]
    ) -> None:
        """Write equal neighbours of a column once: merged down, or 同上 below the first."""
        for at, column in enumerate(columns, self.left):
            if column.field not in _SAME_AS_ABOVE or self.dice.random() < 0.6:
                continue
            way = self.dice.choice(["merge", "ditto"] if self.merges else ["ditto"])
            mark = self.dice.choice(["同上", "〃", "″", "同上"])
            for run in _runs(column.field, lines):
                for number in run[1:]:
                    page.rows[number - 1][at] = "" if way == "merge" else mark
                if way == "merge" and len(run) > 1:
                    page.merges.append((run[0], at, run[-1], at))

    # --- words around the rows

    def _class_word(self, place: Place) -> str:
        _, grade, number = place
        if grade < 0:
            word = _KINDERGARTEN[grade]
            return self.dice.choice([f"{word}({number})班", f"{word}{_HAN[number]}班"])
        han = _HAN[grade]
        return self.dice.choice(
            [
                f"{han}年级({number})班",
                f"{han}({number})班",
                f"{han}年级{number}班",
                f"{han}（{number}）班",
            ]
        )

    def _section(self, page: Page, place: Place, above: Place | None, width: int) -> None:
        """Write the line above a class, and above a school where the list has no such column."""
        words = self.dice.choice(["", "", "", f"（共{self.dice.randint(1, 40)}人）"])
        line = [*[""] * self.left, f"{self._class_word(place)}{words}"]
        number = page.add(line)
        if self.merges and width > 2 and self.dice.random() < 0.6:
            page.merges.append((number, self.left, number, self.left + width - 1))

    def _title(self) -> str:
        dice, listing = self.dice, self.listing
        school = listing.school if listing.school_by == "title" else ""
        time = {"term": "2026年秋季学期", "year": "2026-2027学年", "column": "", "": ""}[
            listing.span
        ]
        if listing.kind is not Kind.HARDSHIP_LIST:
            time = dice.choice(["", "2026年秋季学期", "2026-2027学年第一学期", "2026年秋"])
        day = f"（截至{self._says_day}）" if self._date_by == "title" else ""
        if not school and not time and not day and dice.random() < 0.4:
            return ""
        return f"{school}{time}{listing.name}{day}"

    def _file_name(self) -> str:
        listing, dice = self.listing, self.dice
        if listing.kind is Kind.STUDENT_ROSTER and listing.school and dice.random() < 0.3:
            return f"{listing.school}{listing.name}"
        return dice.choice([listing.name, "新建 工作表", "汇总表(1)"])

    def _sum(self, columns: Sequence[Column], word: str, count: int) -> list[Cell]:
        cells: list[Cell] = ["" for _ in columns]
        at = next((at for at, c in enumerate(columns) if c.field in {"name", "helper"}), 0)
        cells[self.dice.choice([0, at])] = word
        if self.dice.random() < 0.5 and not cells[-1]:
            cells[-1] = f"{count}人"
        return cells

    def _tail(self, page: Page, columns: Sequence[Column], count: int) -> None:
        dice = self.dice
        blank = [""] * self.left
        if dice.random() < 0.4:
            page.add([*blank, *self._sum(columns, dice.choice(["合计", "合　计", "总计"]), count)])
        if dice.random() < 0.3:
            page.add([*blank, f"注：本表一式两份，{dice.choice(['学校', '村委会'])}存一份。"])
        if dice.random() < 0.4:
            page.add([*blank, "制表人：", "", "审核人：", "", "校长（签字）："])
        if self._date_by == "tail":
            page.add([*blank, "", f"填表日期：{self._says_day}"])


def _runs(name: str, lines: Sequence[tuple[int, Row]]) -> Iterator[list[int]]:
    """Give the numbers of neighbouring rows that say the same in a column."""
    run: list[int] = []
    said: object = None
    for number, row in lines:
        place = {"school": 0, "grade": 1}.get(name)
        value = row.values.get(name)
        if place is not None and row.place:
            value = row.place[:2] if place else row.place[0]
        is_next = run and number == run[-1] + 1 and value == said
        if not is_next or name in row.raw or value in {None, ""}:
            if len(run) > 1:
                yield run
            run = []
        said = value
        if name not in row.raw and value not in {None, ""}:
            run.append(number)
    if len(run) > 1:
        yield run


def said_day(laid: Laid) -> bool:
    """Say whether an importer must be told the list's day."""
    return not laid.is_dated and laid.listing.stated_on != TODAY
