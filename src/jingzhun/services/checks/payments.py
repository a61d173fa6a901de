"""Checks of payment batches: what was promised, sent and paid, and to whom."""

from collections.abc import Iterator
from datetime import date
from functools import cache, partial

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.runs import FINAL
from jingzhun.core.vocabulary import Account, Delivery, EntryKind, LineState, RunKind, label_of
from jingzhun.policies.packs import rule_in
from jingzhun.services.checks.finding import TAMPERED, Check, Finding
from jingzhun.store.owed import is_in
from jingzhun.store.policy_files import files_in_force
from jingzhun.store.schema import (
    Batch,
    BatchLine,
    JournalEntry,
    Person,
    Posting,
    Recovery,
    Run,
    RunLine,
)

_FINAL = [state.value for state in FINAL]
_PAYING = [EntryKind.PAYMENT.value, EntryKind.RETURN.value]
_OWED = [Account.PAYABLE.value, Account.SUPPLIER.value]


def promised(session: Session) -> Iterator[Finding]:
    """A batch has the lines and the sum that it promised, all of its own run and scheme."""
    count, fen = func.count(BatchLine.number), func.coalesce(func.sum(BatchLine.amount_fen), 0)
    strange = case(
        (or_(BatchLine.run_id != Batch.run_id, BatchLine.scheme != Batch.scheme), 1), else_=0
    )
    query = (
        select(Batch, Run.state, count, fen, func.coalesce(func.sum(strange), 0))
        .join(Run, Run.id == Batch.run_id)
        .outerjoin(BatchLine, BatchLine.batch_id == Batch.id)
        .group_by(Batch.id)
        .order_by(Batch.id)
    )
    for batch, state, lines, sum_, others in session.execute(query):
        place = f"第 {batch.id} 号发放批次"
        if (lines, sum_) != (batch.promised_count, batch.promised_fen):
            yield Finding(
                place=place,
                found=f"应发 {batch.promised_count:,} 笔 {format_yuan(batch.promised_fen)} 元，"
                f"明细 {lines:,} 笔 {format_yuan(Fen(sum_))} 元。",
                remedy=TAMPERED,
            )
        if others:
            words = f"有 {others:,} 笔不属于第 {batch.run_id} 批的这个项目。"
            yield Finding(place=place, found=words, remedy=TAMPERED)
        if state not in _FINAL:
            words = f"所属的第 {batch.run_id} 批没有批准。"
            yield Finding(place=place, found=words, remedy=TAMPERED)


def paid(session: Session) -> Iterator[Finding]:
    """What is paid by a batch's lines is what its vouchers took from what was owed."""
    booked = (
        select(JournalEntry.batch_id, func.sum(Posting.amount_fen).label("fen"))
        .join(Posting, Posting.entry_id == JournalEntry.id)
        .where(JournalEntry.kind.in_(_PAYING), Posting.account.in_(_OWED))
        .group_by(JournalEntry.batch_id)
        .subquery()
    )
    lines = (
        select(BatchLine.batch_id, func.sum(BatchLine.amount_fen).label("fen"))
        .where(BatchLine.state == LineState.PAID.value)
        .group_by(BatchLine.batch_id)
        .subquery()
    )
    told, sent = func.coalesce(booked.c.fen, 0), func.coalesce(lines.c.fen, 0)
    query = (
        select(Batch.id, sent, told)
        .outerjoin(booked, booked.c.batch_id == Batch.id)
        .outerjoin(lines, lines.c.batch_id == Batch.id)
        .where(sent != told)
        .order_by(Batch.id)
    )
    for number, sent_fen, told_fen in session.execute(query):
        yield Finding(
            place=f"第 {number} 号发放批次",
            found=f"成功的明细合计 {format_yuan(Fen(sent_fen))} 元，"
            f"凭证付出 {format_yuan(Fen(told_fen))} 元。",
            remedy=TAMPERED,
        )
    yield from _paid_on_its_day(session)
    loose = (
        select(JournalEntry.voucher_no)
        .where(JournalEntry.kind.in_(_PAYING), JournalEntry.batch_id.is_(None))
        .order_by(JournalEntry.id)
    )
    for voucher in session.scalars(loose):
        words = "付了钱，却不属于任何发放批次。"
        yield Finding(place=f"凭证 {voucher}", found=words, remedy=TAMPERED)


def _paid_on_its_day(session: Session) -> Iterator[Finding]:
    """Find lines paid on a day on which no voucher paid as much (one may have come back since)."""
    vouchers = (
        select(JournalEntry.batch_id, JournalEntry.happened_on, func.sum(Posting.amount_fen))
        .join(Posting, Posting.entry_id == JournalEntry.id)
        .where(JournalEntry.kind == EntryKind.PAYMENT.value, Posting.account.in_(_OWED))
        .group_by(JournalEntry.batch_id, JournalEntry.happened_on)
    )
    booked: dict[tuple[int | None, date | None], Fen] = {
        (batch, day): fen for batch, day, fen in session.execute(vouchers)
    }
    lines = (
        select(BatchLine.batch_id, BatchLine.settled_on, func.sum(BatchLine.amount_fen))
        .where(BatchLine.state == LineState.PAID.value)
        .group_by(BatchLine.batch_id, BatchLine.settled_on)
        .order_by(BatchLine.batch_id, BatchLine.settled_on)
    )
    for batch, day, fen in session.execute(lines):
        if fen > (told := booked.get((batch, day), Fen(0))):
            yield Finding(
                place=f"第 {batch} 号发放批次",
                found=f"{day} 成功的明细 {format_yuan(Fen(fen))} 元，"
                f"当天的凭证只付出 {format_yuan(told)} 元。",
                remedy=TAMPERED,
            )


def owed(session: Session) -> Iterator[Finding]:
    """Nobody was sent more of a scheme than all runs together owe."""
    sent = (
        select(BatchLine.scheme, BatchLine.person_id, func.sum(BatchLine.amount_fen).label("fen"))
        .where(BatchLine.person_id.is_not(None), BatchLine.state != LineState.FAILED.value)
        .group_by(BatchLine.scheme, BatchLine.person_id)
        .subquery()
    )
    due = (
        select(RunLine.scheme, RunLine.person_id, func.sum(RunLine.amount_fen).label("fen"))
        .join(Run, Run.id == RunLine.run_id)
        .where(
            RunLine.sequence.is_not(None),
            RunLine.is_receivable.is_not(True),
            Run.kind != RunKind.OPENING.value,
        )
        .group_by(RunLine.scheme, RunLine.person_id)
        .subquery()
    )
    owing = func.coalesce(due.c.fen, 0)
    query = (
        select(Person.name, Person.id, sent.c.scheme, sent.c.fen, owing)
        .join(sent, sent.c.person_id == Person.id)
        .outerjoin(due, and_(due.c.scheme == sent.c.scheme, due.c.person_id == sent.c.person_id))
        .where(sent.c.fen > owing)
        .order_by(sent.c.scheme, Person.id)
        .limit(_FEW)
    )
    for name, person_id, scheme, sent_fen, due_fen in session.execute(query):
        yield Finding(
            place=f"{name}（人员 {person_id}）　{scheme}",
            found=f"发放 {format_yuan(Fen(sent_fen))} 元，"
            f"应发只有 {format_yuan(Fen(due_fen))} 元。",
            remedy=TAMPERED,
        )


def delivered(session: Session) -> Iterator[Finding]:
    """What is given in kind goes to nobody's account: batches deliver as the rule says."""
    keys = (Run.pack, Run.policy_files, RunLine.scheme, RunLine.month, RunLine.version_from)
    query = (
        select(Batch.id, Batch.delivery, *keys)
        .join(Run, Run.id == Batch.run_id)
        .join(RunLine, and_(RunLine.run_id == Run.id, RunLine.scheme == Batch.scheme))
        .distinct()
        .order_by(Batch.id)
    )
    own = cache(partial(files_in_force, session))
    wrong: dict[int, tuple[str, Delivery]] = {}
    for number, delivery, pack, known, scheme, month, starts in session.execute(query):
        try:
            rule = rule_in(pack, month, own(month, known), scheme, starts)
        except StopIteration:
            continue  # told by the check of approvals
        if rule.delivery.value != delivery:
            wrong[number] = (delivery, rule.delivery)
    for number, (delivery, right) in wrong.items():
        yield Finding(
            place=f"第 {number} 号发放批次",
            found=f"政策规定{right.label}，批次却是{label_of(Delivery, delivery)}。",
            remedy=TAMPERED,
        )
    lines = (
        select(BatchLine.batch_id, BatchLine.number)
        .where(BatchLine.delivery != Delivery.CARD.value, BatchLine.person_id.is_not(None))
        .order_by(BatchLine.batch_id, BatchLine.number)
        .limit(_FEW)
    )
    for number, line in session.execute(lines):
        yield Finding(
            place=f"第 {number} 号发放批次第 {line} 笔",
            found="实物资助打到了个人卡上。",
            remedy=TAMPERED,
        )


def recovered(session: Session) -> Iterator[Finding]:
    """What came in of claims is what its vouchers say, and no more than was claimed."""
    booked = (
        select(Posting.entry_id, func.sum(Posting.amount_fen).label("fen"))
        .where(Posting.account == Account.RECEIVABLE.value)
        .group_by(Posting.entry_id)
        .subquery()
    )
    kept = (
        select(Recovery.entry_id, func.sum(Recovery.amount_fen).label("fen"))
        .group_by(Recovery.entry_id)
        .subquery()
    )
    told = func.coalesce(kept.c.fen, 0)
    vouchers = (
        select(JournalEntry.voucher_no, told, -booked.c.fen)
        .join(booked, booked.c.entry_id == JournalEntry.id)
        .outerjoin(kept, kept.c.entry_id == JournalEntry.id)
        .where(JournalEntry.kind == EntryKind.RECOVERY.value, told != -booked.c.fen)
        .order_by(JournalEntry.id)
    )
    for voucher, fen, booked_fen in session.execute(vouchers):
        yield Finding(
            place=f"凭证 {voucher}",
            found=f"追回明细 {format_yuan(Fen(fen))} 元，凭证 {format_yuan(Fen(booked_fen))} 元。",
            remedy=TAMPERED,
        )
    claimed = (
        select(RunLine.run_id, RunLine.scheme, -func.sum(RunLine.amount_fen).label("fen"))
        .where(RunLine.is_receivable.is_(True), RunLine.sequence.is_not(None))
        .group_by(RunLine.run_id, RunLine.scheme)
    )
    due = {(run_id, scheme): fen for run_id, scheme, fen in session.execute(claimed)}
    came_in = (
        select(Recovery.run_id, Recovery.scheme, func.sum(Recovery.amount_fen))
        .where(is_in())
        .group_by(Recovery.run_id, Recovery.scheme)
        .order_by(Recovery.run_id, Recovery.scheme)
    )
    for run_id, scheme, fen in session.execute(came_in):
        if fen > due.get((run_id, scheme), 0):
            yield Finding(
                place=f"第 {run_id} 批　{scheme}",
                found=f"追回 {format_yuan(fen)} 元，超过应追回的。",
                remedy=TAMPERED,
            )


_FEW = 50

CHECKS = (
    Check(name="envelopes", title="发放批次的明细等于应发的笔数和金额", look=promised),
    Check(name="paid_lines", title="成功的明细等于凭证付出的", look=paid),
    Check(name="owed", title="没有人发到的比应发的多", look=owed),
    Check(name="in_kind", title="实物资助不打到任何人的卡上", look=delivered),
    Check(name="recoveries", title="追回的等于凭证，不超过应追回的", look=recovered),
)
