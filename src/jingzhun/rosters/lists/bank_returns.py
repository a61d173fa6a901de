"""The bank's return workbook: what became of the lines of payment batches, as the bank says it.

Columns are known by their spellings (``kinds/bank_return.toml``), wherever the table stands. What a
row says is read here; whether it fits a batch is asked in ``funds.bank_returns``, which adds its
faults to the same draft. Rows without a result say nothing yet.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jingzhun.core.vocabulary import Kind, LineState
from jingzhun.errors import FileError
from jingzhun.rosters.containers.workbook import open_workbook
from jingzhun.rosters.kinds import Words, fields, kinds, normalise, own_words
from jingzhun.rosters.layout.tables import Grid, find_tables
from jingzhun.rosters.lists.registers import reader_of_money
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.amounts import account
from jingzhun.rosters.values.cells import Reader, plain, text, vocabulary
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.odd import Odd

_NUMBER = re.compile(r"第?0*(\d{1,9})(?:批次?|号|笔|行)?(?:\.0)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """What a row says; ``at`` is its position in the draft, where its faults are noted."""

    draft: Draft
    at: int
    batch: int
    line: int
    amount_fen: int | None
    account: str | None
    state: LineState
    day: date | None
    reason: str | None

    def fault(self, field: str, code: str, message: str) -> None:
        """Note that the row does not fit; a file with a fault is refused as a whole."""
        self.draft.note(self.at, field, Odd(code, message), refuses=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReturn:
    """A return workbook: the rows with a result, how many have none, the drafts with the faults."""

    name: str
    rows: tuple[ReturnRow, ...]
    silent: int
    drafts: tuple[Draft, ...]


def read_return(path: Path, *, today: date) -> BankReturn:
    """Read a return workbook.

    Raises:
        FileError: as ``open_workbook``; ``return_columns_missing`` — no table of it has the columns
            that tell which line and what became of it.
    """
    workbook = open_workbook(path)
    grids = [grid for sheet in workbook.sheets for grid in find_tables(sheet, words=_words())]
    known = [grid for grid in grids if grid.kind is not None]
    if not known:
        raise _unknown(workbook.path.name, grids)
    drafts = [_read(grid, today) for grid in known]
    rows = [row for draft in drafts for row in _rows(draft)]
    size = sum(draft.size - len(draft.refused) for draft in drafts)
    return BankReturn(
        name=workbook.path.name, rows=tuple(rows), silent=size - len(rows), drafts=tuple(drafts)
    )


@cache
def _words() -> Words:
    """Give the words by which a return is read: its own kind is the only one looked for."""
    kind = Kind.BANK_RETURN
    return Words(
        kinds=MappingProxyType({kind: kinds()[kind]}),
        meanings=own_words().meanings,
        cells=MappingProxyType({}),
    )


def _unknown(name: str, grids: Sequence[Grid]) -> FileError:
    nearest = max(grids, key=lambda grid: len(grid.columns), default=None)
    found = {column.field for column in nearest.columns} if nearest else set()
    wanted = [group[0] for group in kinds()[Kind.BANK_RETURN].requires]
    lacking = "、".join(fields()[field].title for field in wanted if field not in found)
    return FileError(
        "return_columns_missing",
        f"{name} 不像银行回单：没有认出“{lacking or '批次、序号'}”这几列。",
        "请在 jingzhun pay export 写出的代发文件上加“处理结果”“日期”“失败原因”三列，"
        "由银行填好再读；批次、序号两列不要删。",
    )


def _read(grid: Grid, today: date) -> Draft:
    draft = Draft(grid, today=today, stated_on=today)
    dates = DateReader(
        today=today, date_1904=grid.sheet.date_1904, is_typed=grid.sheet.is_typed, latest=today
    )
    draft.take("bank_result", vocabulary(
        "bank_result", code_name="return_result", expected="请写“成功”或“失败”"
    ), refuses=True)  # fmt: skip
    for name, reader in (
        ("batch_no", _number),
        ("line_no", _number),
        ("amount", reader_of_money(draft, "amount")),
        ("paid_on", dates.day),
    ):
        draft.take(name, _strictly(reader), refuses=True)
    for name, reader in (("account", account), ("bank_reason", text)):
        draft.take(name, reader)
    for at, state in enumerate(draft.values["bank_result"]):
        if state is not None and at not in draft.refused:
            _demand(draft, at, is_paid=state == LineState.PAID)
    return draft


def _demand(draft: Draft, at: int, *, is_paid: bool) -> None:
    """Note what a row with a result lacks; what was not paid needs no amount and no day."""
    for name in ("batch_no", "line_no", *(("amount", "paid_on") if is_paid else ())):
        if draft.values[name][at] is None:
            title = fields()[name].title
            words = f"{title}没有填，请补上再读。"
            draft.note(at, name, Odd("return_incomplete", words), refuses=True)


def _number(cell: Any) -> int | Odd | None:
    found = normalise(plain(cell))
    match = _NUMBER.fullmatch(found)
    if match or not found:
        return int(match[1]) if match else None
    return Odd("return_number", f"“{found[:20]}”读不出来，请照代发文件写数字。")


def _strictly(reader: Reader) -> Reader:
    """Let no remark pass: money is booked by these cells."""

    def read(cell: Any) -> Any:
        found = reader(cell)
        return Odd(found.code, found.message) if isinstance(found, Odd) else found

    return read


def _rows(draft: Draft) -> list[ReturnRow]:
    names = ("batch_no", "line_no", "amount", "account", "bank_result", "paid_on", "bank_reason")
    columns = [draft.values.get(name) or [None] * draft.size for name in names]
    return [
        ReturnRow(
            draft=draft, at=at, batch=batch, line=line, amount_fen=fen, account=number,
            state=LineState.coded(state), day=day and date.fromisoformat(day), reason=reason,
        )
        for at, (batch, line, fen, number, state, day, reason) in enumerate(
            zip(*columns, strict=True)
        )
        if state is not None and at not in draft.refused
    ]  # fmt: skip
