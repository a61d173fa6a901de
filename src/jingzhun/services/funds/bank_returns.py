"""Match a bank's return with a batch, by batch and line and never by amount and date.

Hundreds of equal amounts go out on one day. Whatever does not fit is named with its cell, and then
nothing of the file is booked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.identity import mask
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.vocabulary import LineState
from jingzhun.errors import JingzhunError, Problem
from jingzhun.rosters.lists.bank_returns import BankReturn, ReturnRow, read_return
from jingzhun.services.funds.batches import find_batch
from jingzhun.services.funds.settling import How, Result, settle
from jingzhun.services.hand import Hand
from jingzhun.store.schema import Batch, BatchLine


class ReturnRefusedError(JingzhunError):
    """A return file does not fit its batch; ``problems`` names every fault with its place."""

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            "return_refused",
            f"回单 {name} 有 {len(problems)} 处与批次对不上，整份没有入账。",
            "请按所列的格子逐处核对：是银行写错的请银行更正，是选错批次的换一个批次再读。",
        )
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a return changed: lines paid, failed, returned after all; those it told nothing of."""

    batch_id: int
    paid: int
    failed: int
    returned: int
    known: int  # rows that say again what is settled
    silent: int  # rows without a result
    untold: int  # pending lines that the return does not speak of
    entries: tuple[int, ...]


def take_return(
    session: Session, number: int, path: Path, hand: Hand, how: How, *, today: date
) -> Settled:
    """Read a return of a batch and book it, whole or not at all.

    Raises:
        FileError: it cannot be read, or has not the columns of a return.
        JingzhunError: ``batch_unknown``; ``return_refused``; ``return_nothing`` — it says nothing
            new; ``pay_short``.
    """
    batch = find_batch(session, number)
    told = read_return(path, today=today)
    matcher = _Matcher(session, batch, today)
    results = [result for row in told.rows if (result := matcher.match(row)) is not None]
    problems = tuple(problem for draft in told.drafts for problem in draft.faults())
    if problems:
        raise ReturnRefusedError(told.name, problems)
    if not results:
        raise _nothing_new(told, batch)
    entries = settle(session, batch, results, hand, how)
    return _settled(batch, results, matcher, entries, silent=told.silent)


def settle_by_hand(
    session: Session,
    number: int,
    state: LineState,
    hand: Hand,
    how: How,
    *,
    today: date,
    lines: Iterable[int] = (),
    reason: str | None = None,
) -> Settled:
    """Say of lines of a batch (none named: all pending) what became of them, without a file.

    Raises:
        JingzhunError: ``batch_unknown``; ``return_line`` — no such line, or settled so already;
            ``return_nothing`` — no line is pending; ``return_early``; ``pay_short``.
    """
    batch = find_batch(session, number)
    if today < batch.made_on:
        raise JingzhunError(
            "return_early",
            f"第 {number} 号发放批次 {batch.made_on} 才制成，不能在 {today} 就有结果。",
            "请用 --on 写银行处理的那一天。",
        )
    matcher = _Matcher(session, batch, today)
    chosen = list(lines) or [
        line.number for line in matcher.lines.values() if line.state == LineState.PENDING
    ]
    results = [matcher.decide(line, state, today, reason) for line in chosen]
    if not results:
        raise JingzhunError(
            "return_nothing",
            f"第 {number} 号发放批次没有待发的了，每一笔都已有结果。",
            "请用 jingzhun pay show 查看；发成后被退票的，写 --line 序号 --failed --why 退票。",
        )
    entries = settle(session, batch, results, hand, how)
    return _settled(batch, results, matcher, entries, silent=0)


def _nothing_new(told: BankReturn, batch: Batch) -> JingzhunError:
    blank = f"，还有 {told.silent} 行没有填处理结果" if told.silent else ""
    return JingzhunError(
        "return_nothing",
        f"回单 {told.name} 没有新的结果：第 {batch.id} 号发放批次已记的与它一样{blank}。",
        "请确认是不是读过的那一份，或请银行填上处理结果。",
    )


def _settled(
    batch: Batch, results: list[Result], matcher: "_Matcher", entries: Iterable[int], *, silent: int
) -> Settled:
    pending = sum(line.state == LineState.PENDING for line in matcher.lines.values())
    returned = sum(each.was is LineState.PAID for each in results)
    paid = sum(each.state is LineState.PAID for each in results)
    return Settled(
        batch_id=batch.id, paid=paid, failed=len(results) - paid - returned, returned=returned,
        known=matcher.known, silent=silent, untold=pending - (len(results) - returned),
        entries=tuple(entries),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    number: int
    amount_fen: Fen
    account: str | None
    state: LineState
    settled_on: date | None


class _Matcher:
    """The lines of a batch, and what rows of a return say of them."""

    def __init__(self, session: Session, batch: Batch, today: date) -> None:
        self._batch = batch
        self._today = today
        self._seen: dict[int, str] = {}
        self.known = 0
        self.lines: Mapping[int, _Line] = {
            number: _Line(
                number=number, amount_fen=fen, account=account, state=LineState.coded(state),
                settled_on=settled_on,
            )
            for number, fen, account, state, settled_on in session.execute(
                select(BatchLine.number, BatchLine.amount_fen, BatchLine.account_no,
                       BatchLine.state, BatchLine.settled_on)
                .where(BatchLine.batch_id == batch.id)
            )
        }  # fmt: skip

    def match(self, row: ReturnRow) -> Result | None:
        """Give what a row changes; note on it what does not fit. None: nothing, or a fault."""
        line = self._line_of(row)
        if line is None or self._is_faulty(row, line):
            return None
        if line.state is row.state:
            self.known += 1
            return None
        if line.state is LineState.FAILED:
            row.fault(
                "bank_result",
                "return_contradiction",
                f"第 {line.number} 笔 {line.settled_on} 已记失败，仍欠着；"
                "确实又发成的，请另制续发批次再登记，不能改已记的结果。",
            )
            return None
        day = row.day or self._today
        return Result(
            number=line.number, state=row.state, day=day, reason=_reason(row), was=line.state
        )

    def decide(self, number: int, state: LineState, day: date, reason: str | None) -> Result:
        """Give the result that somebody says of a line.

        Raises:
            JingzhunError: ``return_line``.
        """
        line = self.lines.get(number)
        if line is None:
            raise JingzhunError(
                "return_line",
                f"第 {self._batch.id} 号发放批次没有第 {number} 笔，共 {len(self.lines)} 笔。",
                "请用 jingzhun pay show 查看序号。",
            )
        is_new = line.state is LineState.PENDING or (
            line.state is LineState.PAID and state is LineState.FAILED
        )
        if not is_new or (line.settled_on and day < line.settled_on):
            raise JingzhunError(
                "return_line",
                f"第 {number} 笔 {line.settled_on} 已记“{line.state.label}”，"
                f"不能在 {day} 改记“{state.label}”。",
                "失败的请改好卡号后用 jingzhun pay batch --follow 续发。",
            )
        return Result(number=number, state=state, day=day, reason=reason, was=line.state)

    def _line_of(self, row: ReturnRow) -> _Line | None:
        if row.batch != self._batch.id:
            row.fault(
                "batch_no",
                "return_other_batch",
                f"这一行是第 {row.batch} 号发放批次的，现在读的是第 {self._batch.id} 号。",
            )
            return None
        line = self.lines.get(row.line)
        if line is None:
            row.fault(
                "line_no",
                "return_unknown_line",
                f"第 {self._batch.id} 号发放批次没有第 {row.line} 笔，共 {len(self.lines)} 笔。",
            )
            return None
        place = f"{row.draft.grid.sheet.name}!第{row.draft.grid.row_numbers[row.at]}行"
        first = self._seen.setdefault(row.line, place)
        if first != place:
            row.fault("line_no", "return_same_line", f"第 {row.line} 笔在 {first} 已经出现过。")
            return None
        return line

    def _is_faulty(self, row: ReturnRow, line: _Line) -> bool:
        faults = [*self._wrong_amount(row, line), *self._wrong_day(row, line)]
        if row.account is not None and line.account is not None and row.account != line.account:
            words = f"回单的账号 {mask(row.account)} 不是这一笔的 {mask(line.account)}。"
            faults.append(("account", "return_other_account", words))
        for field, code, words in faults:
            row.fault(field, code, words)
        return bool(faults)

    def _wrong_amount(self, row: ReturnRow, line: _Line) -> Iterable[tuple[str, str, str]]:
        if row.state is LineState.PAID and row.amount_fen != line.amount_fen:
            said, due = format_yuan(Fen(row.amount_fen or 0)), format_yuan(line.amount_fen)
            is_more = (row.amount_fen or 0) > line.amount_fen
            code = "return_too_much" if is_more else "return_too_little"
            yield ("amount", code, f"应发 {due} 元，回单写成功 {said} 元。")

    def _wrong_day(self, row: ReturnRow, line: _Line) -> Iterable[tuple[str, str, str]]:
        if row.day is None:
            return
        if row.day > self._today:
            words = f"日期 {row.day} 在今天（{self._today}）以后。"
            yield ("paid_on", "return_in_future", words)
        elif row.day < self._batch.made_on:
            words = f"日期 {row.day} 早于制批日期 {self._batch.made_on}。"
            yield ("paid_on", "return_too_early", words)
        elif line.state is not row.state and line.settled_on and row.day < line.settled_on:
            words = f"日期 {row.day} 早于已记成功的 {line.settled_on}。"
            yield ("paid_on", "return_too_early", words)


def _reason(row: ReturnRow) -> str | None:
    if row.state is LineState.PAID:
        return None
    return row.reason or "银行没有写原因"
