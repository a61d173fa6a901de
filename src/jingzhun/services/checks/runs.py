"""Checks of runs: what was approved is as it was approved, and booked as it stands."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.runs import FINAL, before
from jingzhun.core.vocabulary import Account, EntryKind, RunKind, RunState, label_of
from jingzhun.services.books.shares import parts_of
from jingzhun.services.checks.finding import TAMPERED, Check, Finding
from jingzhun.services.subsidy.approval import CREDITED
from jingzhun.store.schema import JournalEntry, Posting, Run, RunLine, RunStep, StaffLine

_FINAL = [state.value for state in FINAL]


def sealed(session: Session) -> Iterator[Finding]:
    """An approved run has the lines and the sum that were sealed, every line posted."""
    posted = case((RunLine.sequence.is_not(None), 1), else_=0)
    count, total = func.count(RunLine.run_id), func.coalesce(func.sum(RunLine.amount_fen), 0)
    query = (
        select(Run, count, total, func.coalesce(func.sum(posted), 0))
        .outerjoin(RunLine, RunLine.run_id == Run.id)
        .group_by(Run.id)
        .order_by(Run.id)
    )
    for run, lines, fen, posted_lines in session.execute(query):
        place = f"第 {run.id} 批（{run.period}）"
        if run.state not in _FINAL:
            if posted_lines:
                words = f"{label_of(RunState, run.state)}，却有 {posted_lines:,} 条明细已入账。"
                yield Finding(place=place, found=words, remedy=TAMPERED)
        elif (lines, fen) != (run.sealed_count, run.sealed_fen):
            sealed_words = "没有封存数"
            if run.sealed_count is not None and run.sealed_fen is not None:
                sealed_words = f"批准时 {run.sealed_count:,} 条 {format_yuan(run.sealed_fen)} 元"
            yield Finding(
                place=place,
                found=f"{sealed_words}，现在 {lines:,} 条 {format_yuan(Fen(fen))} 元。",
                remedy=TAMPERED,
            )
        elif posted_lines != lines:
            words = f"有 {lines - posted_lines:,} 条明细没有入账，是批准以后加进去的。"
            yield Finding(place=place, found=words, remedy=TAMPERED)


def once(session: Session) -> Iterator[Finding]:
    """No unit is posted twice: its lines are one first and then its corrections, in order."""
    keys = (RunLine.month, RunLine.scheme, RunLine.person_id, RunLine.unit_school_id)
    last, count = func.max(RunLine.sequence), func.count()
    query = (
        select(*keys, count, func.min(RunLine.run_id), func.max(RunLine.run_id))
        .where(RunLine.sequence.is_not(None))
        .group_by(*keys)
        .having(or_(last != count - 1, func.count(RunLine.sequence.distinct()) != count))
        .order_by(*keys)
        .limit(_FEW)
    )
    for month, scheme, person_id, _, count_, first, other in session.execute(query):
        runs = f"第 {first} 批" if first == other else f"第 {first} 批到第 {other} 批"
        yield Finding(
            place=f"{runs}　{scheme} {month // 100}-{month % 100:02d}　人员 {person_id}",
            found=f"同一名学生同一项目同一月入账 {count_} 条，先后接不上：可能重复享受。",
            remedy=TAMPERED,
        )
    staff = (StaffLine.month, StaffLine.scheme, StaffLine.staff_id)
    twice = (
        select(*staff, count)
        .join(Run, Run.id == StaffLine.run_id)
        .where(Run.state.in_(_FINAL))
        .group_by(*staff)
        .having(count > 1)
        .order_by(*staff)
        .limit(_FEW)
    )
    for month, scheme, staff_id, count_ in session.execute(twice):
        yield Finding(
            place=f"{scheme} {month // 100}-{month % 100:02d}　教职工 {staff_id}",
            found=f"同一名教职工同一项目同一月在 {count_} 个批次里批准。",
            remedy=TAMPERED,
        )


def corrected(session: Session) -> Iterator[Finding]:
    """Corrections never take back more than was given."""
    keys = (RunLine.month, RunLine.scheme, RunLine.person_id, RunLine.unit_school_id)
    total = func.sum(RunLine.amount_fen)
    query = (
        select(*keys, total, func.max(RunLine.run_id))
        .where(RunLine.sequence.is_not(None))
        .group_by(*keys)
        .having(total < 0)
        .order_by(*keys)
        .limit(_FEW)
    )
    for month, scheme, person_id, _, fen, run_id in session.execute(query):
        yield Finding(
            place=f"第 {run_id} 批　{scheme} {month // 100}-{month % 100:02d}　人员 {person_id}",
            found=f"追回的比给过的多 {format_yuan(Fen(-fen))} 元。",
            remedy=TAMPERED,
        )


def stepped(session: Session) -> Iterator[Finding]:
    """Who approved a run did not prepare it, and booked it that day, after its public notice."""
    published, approved = aliased(RunStep), aliased(RunStep)
    booked_on = (
        select(func.min(JournalEntry.happened_on))
        .where(JournalEntry.run_id == Run.id, JournalEntry.kind == EntryKind.APPROVAL.value)
        .scalar_subquery()
    )
    notice_ends = func.max(published.ends_on)
    query = (
        select(Run, approved.actor, approved.happened_on, notice_ends, booked_on)
        .outerjoin(
            approved, and_(approved.run_id == Run.id, approved.state == RunState.APPROVED.value)
        )
        .outerjoin(published, published.run_id == Run.id)
        .where(Run.state.in_(_FINAL))
        .group_by(Run.id, approved.id)
        .order_by(Run.id, approved.id)
    )
    seen: set[int] = set()
    for run, actor, day, notice, booked_day in session.execute(query):
        if run.id in seen:  # approved again after money came back from the bank
            continue
        seen.add(run.id)
        found = ""
        if actor is None:
            found = "没有批准的记录。"
        elif actor.strip() == run.actor.strip():
            found = f"测算和批准是同一个人：{actor}。"
        elif notice is None and _is_published(RunKind.coded(run.kind)):
            found = "没有公示的记录。"
        elif notice is not None and day <= notice:
            found = f"公示到 {notice}，{day} 就批准了。"
        elif booked_day is not None and booked_day != day:
            found = f"{day} 批准，凭证却是 {booked_day} 的。"
        if found:
            yield Finding(place=f"第 {run.id} 批（{run.period}）", found=found, remedy=TAMPERED)


def _is_published(kind: RunKind) -> bool:
    """Say whether a run of a kind is published before its approval."""
    return RunState.PUBLISHED in before(kind, RunState.APPROVED)


def booked(session: Session) -> Iterator[Finding]:
    """The voucher of an approved run is what its lines come to, by account, source and purpose."""
    books: dict[int | None, Counter[tuple[str, str, str]]] = {}
    keys = (JournalEntry.run_id, Posting.account, Posting.source, Posting.purpose)
    query = (
        select(*keys, func.sum(Posting.amount_fen))
        .join(Posting, Posting.entry_id == JournalEntry.id)
        .where(JournalEntry.kind == EntryKind.APPROVAL.value)
        .group_by(*keys)
    )
    for run_id, account, source, purpose, fen in session.execute(query):
        books.setdefault(run_id, Counter())[account, source, purpose] = fen
    runs = session.scalars(select(Run).order_by(Run.id)).all()
    for run in runs:
        told = books.pop(run.id, Counter())
        is_booked = run.state in _FINAL and run.kind != RunKind.OPENING.value
        due = _due(session, run.id) if is_booked else Counter()
        place = f"第 {run.id} 批（{run.period}）"
        if due is None:
            words = "有明细找不到当时的政策，金额无法复核。"
            yield Finding(place=place, found=words, remedy=TAMPERED)
            continue
        for key in sorted(due.keys() | told.keys()):
            if due[key] != told[key]:
                account, source, purpose = key
                role = label_of(Account, account)
                yield Finding(
                    place=place,
                    found=f"{purpose} {source} {role}：明细合计 {format_yuan(Fen(due[key]))} 元，"
                    f"批准凭证 {format_yuan(Fen(told[key]))} 元。",
                    remedy=TAMPERED,
                )
    if books:
        words = "有批准凭证不属于任何批次。"
        yield Finding(place="专账", found=words, remedy=TAMPERED)


def _due(session: Session, run_id: int) -> Counter[tuple[str, str, str]] | None:
    """Give what a run's lines book; None where a line's rule is not known."""
    due: Counter[tuple[str, str, str]] = Counter()
    try:
        parts = parts_of(session, RunLine.run_id == run_id)
    except (StopIteration, IndexError):
        return None
    for part, fen in parts.items():
        owed = Account.RECEIVABLE if part.is_receivable else CREDITED[part.delivery]
        due[Account.EXPENSE.value, part.source, part.scheme] += fen
        due[owed.value, part.source, part.scheme] -= fen
    return due


_FEW = 50

CHECKS = (
    Check(name="sealed", title="批准过的批次，明细一条不多、一分不差", look=sealed),
    Check(name="unit_once", title="同一学生（教职工）、项目、月份只入账一次", look=once),
    Check(name="corrections", title="追回的不超过给过的", look=corrected),
    Check(name="second_person", title="批准的是另一个人，公示期满以后", look=stepped),
    Check(name="approvals", title="批准凭证等于明细按来源的合计", look=booked),
)
