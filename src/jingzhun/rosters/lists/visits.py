"""Visits in a row: 家访, 入户, 劝返 — in one column or in a first, second, third group of columns.

A cell of days holds several; a visitor or result told once is of them all. A visit of several
days has its first day and how many they were (3天).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.layout.detect import GridColumn, means_other
from jingzhun.rosters.layout.series import turn_of
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.cells import plain, read_column
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.daylists import spans
from jingzhun.rosters.values.odd import Odd

_EARLIEST = date(2000, 1, 1)
#: Nobody visits for longer without a break.
_LONGEST = timedelta(31)
_DETAILS: Mapping[str, cells.Reader] = {
    "visit_days": cells.count,
    "visitor": cells.text,
    "visitor_unit": cells.text,
    "visitor_phone": cells.phone,
    "visit_way": cells.text,
    "visit_result": cells.text,
}
#: What visits keep under other names than the columns of lists.
_STORED = {"visit_way": "way", "visit_result": "result", "visit_days": "days"}
#: The first day in a text such as 9月5日李老师上门劝返.
_DAY_IN_TEXT = re.compile(
    r"(?:20\d{2}[-./年])?\d{1,2}[-./月]\d{1,2}[日号]?(?:[、,至~-]\d{1,2}[-./月]\d{1,2}[日号]?)*"
)
#: How long a visit was, said beside its day: 3月5日（共3天）.
_LENGTH = re.compile(r"(\d{1,3})天")
#: In place of a turn's number.
_EVERY = 0
Visits = list[dict[str, Any]]


def has_visits(draft: Draft) -> bool:
    """Say whether the table has columns of visits."""
    return any(column.field in {"visited_on", "visit_note"} for column in draft.grid.series)


def read_visits(draft: Draft, dates: DateReader) -> None:
    """Read ``visits``: for each row what is so of each visit, by the columns of the ledger.

    In a list of visits a row without one, or with a day that cannot be, is refused; elsewhere such
    a visit is noticed and passed over.
    """
    visits: list[Visits] = [[] for _ in range(draft.size)]
    details = {name: _details(draft, name, reader) for name, reader in _DETAILS.items()}
    for name in ("visited_on", "visit_note"):
        for column, raw in draft.series(name):
            texts = _of_turn(details, column)
            for at, cell in enumerate(raw):
                told = {name: column_cells[at] for name, column_cells in texts.items()}
                visits[at] += _read_one(draft, dates, at, column, (cell, told))
    draft.values["visits"] = [_once(row) for row in visits]
    draft.values["_when"] = [_when(row) for row in draft.values["visits"]]
    if draft.grid.kind is Kind.HOME_VISITS:
        _refuse_unclear(draft)
        missing = Odd("visit_undated", "没有家访（入户）的日期，请补填是哪一天。")
        first = next(iter(draft.series("visited_on") or draft.series("visit_note")))[0]
        for at, row in enumerate(draft.values["visits"]):
            if not row and at not in draft.refused:
                draft.note(at, first.field, missing, refuses=True, column=first)


def _refuse_unclear(draft: Draft) -> None:
    """Refuse all rows where 姓名 may be who went as well as who was visited."""
    column, spec = draft.grid.column("name"), draft.grid.spec
    if column is None or spec is None or column.header not in spec.bare:
        return
    if means_other(draft.grid.headers, spec, column.header) is None:
        words = (
            f"“{column.header}”看不出是去的人还是被访的人：是去的人，请把表头改成“帮扶责任人”；"
            "是被访的人，请另加“帮扶责任人”一列。"
        )
        for at in range(draft.size):
            draft.note(at, "visitor", Odd("visitor_unclear", words), refuses=True)


def _details(draft: Draft, name: str, reader: cells.Reader) -> dict[int, list[Any]]:
    """Read a detail's columns by their turns; a lone column without a turn is of every turn."""
    columns = draft.series(name)
    is_of_all = len(columns) == 1 and turn_of(columns[0][0].header) is None
    found = {}
    for column, raw in columns:
        found[_EVERY if is_of_all else column.key], odd = read_column(raw, reader)
        for at, what in odd.items():
            draft.note(at, name, what, raw[at], refuses=False, column=column)
    return found


def _of_turn(
    details: Mapping[str, Mapping[int, list[Any]]], column: GridColumn
) -> dict[str, list[Any]]:
    """Give the details of one turn."""
    texts = {}
    for name, by_turn in details.items():
        told = by_turn.get(column.key) or by_turn.get(_EVERY)
        if told is not None:
            texts[_STORED.get(name, name)] = told
    return texts


def _read_one(
    draft: Draft,
    dates: DateReader,
    at: int,
    column: GridColumn,
    said: tuple[Any, Mapping[str, Any]],
) -> Visits:
    """Read a cell of days, or a note that begins with its day."""
    cell, told = said
    must = draft.grid.kind is Kind.HOME_VISITS
    written = cell
    if column.field == "visit_note":
        text = cells.text(cell)
        if text is None:
            return []
        found = _DAY_IN_TEXT.search(normalise(text))
        written, told = found[0] if found else "", {"result": text, **told}
    days = _days(draft, dates, at, column, written)
    if days is None:
        return []
    if not days and any(told.values()) and not must:
        what = Odd("visit_undated", "写了劝返、家访的人或情况，没有日期，这一次没有记。")
        draft.note(at, column.field, what, cell, refuses=False, column=column)
    lasting = _lasting(draft, at, days, told.get("days") or _length(written))
    return [{"visited_on": day.isoformat(), **told, "days": lasting} for day in days]


def _length(cell: Any) -> int | None:
    found = _LENGTH.search(normalise(cell)) if isinstance(cell, str) else None
    return int(found[1]) if found else None


def _lasting(draft: Draft, at: int, days: Sequence[date], said: int | None) -> int | None:
    """Give how many days a visit lasted that began on the only one of ``days``; None: the one.

    Several days that are named are a day each, whatever is said beside them.
    """
    if said is None or said in {1, len(days)} or not days:
        return None
    column = next((each for each, _ in draft.series("visit_days")), None)
    if len(days) > 1:
        words = f"写的是 {said} 天，日期有 {len(days)} 个，按日期记。"
        what = Odd("visit_days_mismatch", words)
        draft.note(at, "visit_days", what, refuses=False, column=column)
        return None
    last = days[0] + timedelta(said - 1)
    if 1 <= said <= _LONGEST.days and last <= draft.today:
        return said
    words = f"从 {days[0]} 起 {said} 天不可能（最多 {_LONGEST.days} 天，不能到今天以后），请核对。"
    must = draft.grid.kind is Kind.HOME_VISITS
    what = Odd("visit_days_impossible", words)
    draft.note(at, "visit_days", what, refuses=must, column=column)
    return None


def _days(
    draft: Draft, dates: DateReader, at: int, column: GridColumn, cell: Any
) -> list[date] | None:
    """Give the days of a cell; None where they cannot be read, and that is said."""
    must = draft.grid.kind is Kind.HOME_VISITS
    read = spans(cell, dates)
    month = dates.day(cell) if isinstance(read, Odd) else None
    if isinstance(month, Odd) and month.code == "date_month_only":
        draft.note(at, column.field, month, cell, refuses=False, column=column)
        return [date.fromisoformat(month.value)]
    if isinstance(read, Odd):
        draft.note(at, column.field, read, cell, refuses=must, column=column)
        return None
    ends = [day for span in read or () for day in (span.first, span.last)]
    wrong = next((day for day in ends if not _EARLIEST <= day <= draft.today), None)
    reach = max((span.last - span.first for span in read or ()), default=timedelta())
    if wrong is not None or not timedelta() <= reach <= _LONGEST:
        words = f"日期“{plain(cell)[:24]}”不可能（在今天之后、太早，或前后颠倒），请核对。"
        what = Odd("visit_impossible", words)
        draft.note(at, column.field, what, plain(cell), refuses=must, column=column)
        return None
    return sorted({day for span in read or () for day in span.days()})


def _once(visits: Visits) -> Visits:
    """Drop a visit told twice: the same day and visitor."""
    first: dict[tuple[Any, Any], dict[str, Any]] = {}
    for visit in visits:
        first.setdefault((visit["visited_on"], visit.get("visitor")), visit)
    return list(first.values())


def _when(visits: Visits) -> str:
    """Give days and visitors, by which two rows about one household are told apart."""
    return "、".join(f"{visit['visited_on']}{visit.get('visitor') or ''}" for visit in visits)
