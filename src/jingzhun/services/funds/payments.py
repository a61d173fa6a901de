"""Payment batches as pages: all of them, one with its lines, and the file that a bank wants."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from jingzhun.core.labels import Titled
from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.vocabulary import Delivery, LineState
from jingzhun.errors import JingzhunError
from jingzhun.services.books.purposes import purpose_titles
from jingzhun.services.books.vouchers import vouchers_page
from jingzhun.services.funds.bank_returns import ReturnRefusedError, Settled
from jingzhun.services.funds.batches import Made, find_batch
from jingzhun.services.funds.hindrances import hindered_table
from jingzhun.store.schema import Batch, BatchLine, Person, Run, School

_ENVELOPE = (
    Column(key="batch", title="发放批次", kind=ColumnKind.COUNT),
    Column(key="run", title="批次", kind=ColumnKind.COUNT),
    Column(key="period", title="期间"),
    Column(key="scheme", title="项目", kind=ColumnKind.LABEL),
    Column(key="delivery", title="方式", kind=ColumnKind.LABEL),
    Column(key="follows", title="续发", kind=ColumnKind.COUNT),
    Column(key="made_on", title="制批日期", kind=ColumnKind.DATE),
    Column(key="promised", title="应发笔数", kind=ColumnKind.COUNT),
    Column(key="promised_fen", title="应发金额", kind=ColumnKind.MONEY),
    Column(key="paid", title="成功", kind=ColumnKind.COUNT),
    Column(key="paid_fen", title="成功金额", kind=ColumnKind.MONEY),
    Column(key="failed", title="失败", kind=ColumnKind.COUNT),
    Column(key="failed_fen", title="失败金额", kind=ColumnKind.MONEY),
    Column(key="pending", title="待发", kind=ColumnKind.COUNT),
    Column(key="pending_fen", title="待发金额", kind=ColumnKind.MONEY),
)
_LINES = (
    Column(key="line", title="序号", kind=ColumnKind.COUNT),
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证号", kind=ColumnKind.ID),
    Column(key="school", title="学校"),
    Column(key="payee", title="户名"),
    Column(key="account", title="账号", kind=ColumnKind.ID),
    Column(key="bank", title="开户行"),
    Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
    Column(key="state", title="结果", kind=ColumnKind.LABEL),
    Column(key="settled_on", title="日期", kind=ColumnKind.DATE),
    Column(key="reason", title="原因"),
)
_FILE = (
    Column(key="batch", title="批次"),
    Column(key="line", title="序号"),
    Column(key="payee", title="姓名（户名）"),
    Column(key="account", title="账号", kind=ColumnKind.ID),
    Column(key="bank", title="开户行"),
    Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
    Column(key="remark", title="备注"),
)


def made_page(session: Session, made: Made) -> Page:
    """Show the batches that were made, and whose money is not in them or should be looked at.

    JSON: ``run``, ``notices``, ``batches`` (as ``pay list``) and ``hindered``.
    """
    count = len(made.batches)
    return Page(
        title=f"第 {made.run_id} 批已制发放批次 {count} 个" if count else "没有制成发放批次",
        facts={"run": made.run_id, "notices": list(made.notices)},
        tables=[
            _batches(session, made.batches),
            hindered_table(made.hindered, purpose_titles(session)),
        ],
        notes=made.notices,
    )


def settled_page(session: Session, settled: Settled) -> Page:
    """Show what a return changed, and the batch as it stands now.

    JSON: ``changes`` — lines by what became of them —, ``batches`` (as ``pay list``), and the
    entries booked (as ``fund receive``).
    """
    changes = {
        "paid": settled.paid, "failed": settled.failed, "returned": settled.returned,
        "known": settled.known, "silent": settled.silent, "untold": settled.untold,
    }  # fmt: skip
    notes = (
        (settled.known, "笔以前已经记过同样的结果，跳过"),
        (settled.silent, "行没有处理结果，没有读"),
        (settled.untold, "笔待发的还没有结果"),
        (settled.returned, "笔原来成功、现在退票，已恢复为应付"),
    )
    return Page(
        title=f"第 {settled.batch_id} 号发放批次：新记成功 {settled.paid} 笔、"
        f"失败 {settled.failed + settled.returned} 笔",
        facts={"changes": changes},
        tables=[
            _batches(session, [settled.batch_id]),
            *vouchers_page(session, "", settled.entries).tables,
        ],
        notes=[f"{count} {words}。" for count, words in notes if count],
    )


def refused_page(error: ReturnRefusedError) -> Page:
    """Show every fault of a return that was refused, with its cell.

    JSON: ``error`` and ``problems``, as those of an import.
    """
    columns = (
        Column(key="sheet", title="工作表"),
        Column(key="row", title="行", kind=ColumnKind.COUNT),
        Column(key="column", title="列"),
        Column(key="field", title="栏目"),
        Column(key="code", title="代码"),
        Column(key="value", title="写的是"),
        Column(key="message", title="毛病"),
    )
    rows = [
        (each.sheet, each.row_number, each.column, each.field, each.code, each.value, each.message)
        for each in error.problems
    ]
    return Page(
        title="回单没有入账",
        facts={"error": {"code": error.code, "reason": error.reason, "remedy": error.remedy}},
        tables=[Table(key="problems", heading="", columns=columns, rows=rows)],
    )


def batches_page(session: Session) -> Page:
    """Show every batch, the newest first: promised, and what became of it.

    JSON: ``{"batches": [{"batch", "run", "period", "scheme", …}]}``.
    """
    return Page(title="发放批次", tables=[_batches(session)])


def batch_page(session: Session, number: int) -> Page:
    """Show one batch and its lines; accounts are masked.

    JSON: ``batches`` (this one) and ``lines``.

    Raises:
        JingzhunError: ``batch_unknown``.
    """
    find_batch(session, number)
    line = BatchLine
    query = (
        select(line.number, Person.name, Person.id_number, School.name, line.payee,
               line.account_no, line.bank, line.amount_fen, line.state, line.settled_on,
               line.reason)
        .outerjoin(Person, Person.id == line.person_id)
        .outerjoin(School, School.id == line.school_id)
        .where(line.batch_id == number)
        .order_by(line.number)
    )  # fmt: skip
    states = {state.value: state for state in LineState}
    rows = [(*row[:8], states[row.state], *row[9:]) for row in session.execute(query)]
    lines = Table(key="lines", heading="明细", columns=_LINES, rows=rows)
    return Page(title=f"第 {number} 号发放批次", tables=[_batches(session, [number]), lines])


def bank_file(session: Session, number: int) -> Page:
    """Give the lines of a batch that are still to be paid as the bare table that a bank takes in.

    The accounts are whole: whoever shows it says so in the trail.

    Raises:
        JingzhunError: ``batch_unknown``; ``pay_in_kind`` — no bank takes in such a batch;
            ``pay_nothing`` — every line has its result.
    """
    batch = find_batch(session, number)
    if batch.delivery != Delivery.CARD:
        raise JingzhunError(
            "pay_in_kind",
            f"第 {number} 号发放批次是付给供餐单位的，没有代发文件；实物资助不打到任何人的卡上。",
            "付款清单请用 jingzhun pay show 打印；付清后用 jingzhun pay return --all-paid 登记。",
        )
    run = session.get_one(Run, batch.run_id)
    title = purpose_titles(session).get(batch.scheme, batch.scheme)
    line = BatchLine
    query = (
        select(line.number, line.payee, line.account_no, line.bank, line.amount_fen, Person.name)
        .join(Person, Person.id == line.person_id)
        .where(BatchLine.batch_id == number, BatchLine.state == LineState.PENDING)
        .order_by(BatchLine.number)
    )
    rows = [
        (str(number), str(at), payee, account, bank or "", fen, f"{run.period}{title} {name}")
        for at, payee, account, bank, fen, name in session.execute(query)
    ]
    if not rows:
        raise JingzhunError(
            "pay_nothing",
            f"第 {number} 号发放批次每一笔都已有结果，没有要送银行的。",
            "失败的请改好卡号后用 jingzhun pay batch --follow 另制一批。",
        )
    return Page(
        title=f"第{number}号发放批次",
        tables=[Table(key="lines", heading="", columns=_FILE, rows=rows, is_bare=True)],
    )


def _batches(session: Session, numbers: Sequence[int] | None = None) -> Table:
    """Show envelopes with what became of their lines, the newest first."""
    query = (
        select(Batch, Run.period, *_sums())
        .join(Run, Run.id == Batch.run_id)
        .join(BatchLine, BatchLine.batch_id == Batch.id)
        .group_by(Batch.id, Run.period)
        .order_by(Batch.id.desc())
    )
    if numbers is not None:
        query = query.where(Batch.id.in_(numbers))
    titles = purpose_titles(session)
    rows = [
        (batch.id, batch.run_id, period, Titled.of(batch.scheme, titles),
         Delivery.coded(batch.delivery),
         batch.follows_id, batch.made_on, batch.promised_count, batch.promised_fen, *sums)
        for batch, period, *sums in session.execute(query)
    ]  # fmt: skip
    return Table(key="batches", heading="", columns=_ENVELOPE, rows=rows)


def _sums() -> list[Any]:
    """Give columns that count and sum the lines of each state."""
    states = (LineState.PAID, LineState.FAILED, LineState.PENDING)
    return [
        func.sum(case((BatchLine.state == state, what), else_=0))
        for state in states
        for what in (1, BatchLine.amount_fen)
    ]
