"""Approve a run: a second person freezes it, its lines are posted and booked, in one transaction.

What the journal gets is one entry for the whole run, by scheme and fund source; line by line stands
in the run. Delivery decides the accounts: money by card is owed to pupils, what is given in kind to
the supplier, a waiver is income from the fund in place of a fee.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.journal import Entry, Posting, moved
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.vocabulary import Account, Delivery, EntryKind, RunKind, RunState
from jingzhun.errors import JingzhunError
from jingzhun.policies.packs import scheme_titles
from jingzhun.services.books.funding import overcommitment
from jingzhun.services.books.journal import post
from jingzhun.services.books.shares import Part, parts_of
from jingzhun.services.hand import Hand
from jingzhun.services.seals import remember
from jingzhun.services.subsidy.steps import demand, demand_lines, find_run, last_step, take
from jingzhun.store.differences import mark_receivable
from jingzhun.store.policy_files import files_ever
from jingzhun.store.posting import post_lines, posted_elsewhere, staff_approved
from jingzhun.store.schema import Import, Run, RunLine, StaffLine

#: To whom an approved amount is owed, by delivery; a waiver owes nobody.
CREDITED: Mapping[Delivery, Account] = {
    Delivery.CARD: Account.PAYABLE,
    Delivery.IN_KIND: Account.SUPPLIER,
    Delivery.WAIVER: Account.FEES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What approving did: lines and their sum, the journal entry, what to know about it."""

    run_id: int
    count: int
    total_fen: Fen
    entry_id: int | None
    notices: tuple[str, ...]


def approve(session: Session, number: int, hand: Hand, *, today: date) -> Approved:
    """Approve a run, post its lines and book them.

    Raises:
        JingzhunError: ``run_unknown``, ``run_wrong_state``, ``run_empty``; ``run_same_person`` —
            who prepared it may not approve it; ``run_notice_open`` — its public notice is not
            over; ``run_posted_twice`` — a unit was posted by another run meanwhile.
    """
    run = find_run(session, number)
    demand(session, run, RunState.APPROVED)
    demand_lines(session, run)
    _demand_second_person(run, hand)
    _demand_notice_over(session, run, today)
    kind = RunKind.coded(run.kind)
    # A pupil may get a second gift within a month.
    is_first = kind not in (RunKind.ADJUSTMENT, RunKind.DONATION)
    if is_first:
        _demand_unposted(session, run)
    connection = session.connection()
    if run.corrects_id is not None:
        # Money may have gone out since the differences were found.
        mark_receivable(connection, number, run.corrects_id)
    count, total = connection.execute(
        select(func.count(), func.sum(RunLine.amount_fen)).where(RunLine.run_id == number)
    ).one()
    run.sealed_count, run.sealed_fen = count, Fen(total or 0)
    session.flush()
    post_lines(connection, number, is_first=is_first)
    remember(session, "runs", number)
    take(session, run, RunState.APPROVED, hand, today=today)
    entry = None
    notices = list(_notices(session, run))
    if kind is RunKind.OPENING:
        # Paid from the books of before: only that it is not paid again is kept here.
        take(session, run, RunState.PAID, hand, today=today)
    else:
        booked = _entry(session, run, today)
        notices += _overcommitted(session, booked)
        entry = post(session, booked, hand)
    return Approved(
        run_id=number,
        count=count,
        total_fen=Fen(total or 0),
        entry_id=entry,
        notices=tuple(notices),
    )


def _demand_second_person(run: Run, hand: Hand) -> None:
    if run.actor.strip() == hand.actor.strip():
        raise JingzhunError(
            "run_same_person",
            f"第 {run.id} 批由{run.actor}测算，不能由同一人批准。",
            f"请由另一个人批准，并用 --by 写明姓名，如：jingzhun run approve {run.id} --by 李主任",
        )


def _demand_notice_over(session: Session, run: Run, today: date) -> None:
    step = last_step(session, run.id)
    if step is not None and step.ends_on is not None and today <= step.ends_on:
        raise JingzhunError(
            "run_notice_open",
            f"第 {run.id} 批还在公示（{step.happened_on} 至 {step.ends_on}），不能批准。",
            "请在公示期满的次日或以后批准。",
        )


def _demand_unposted(session: Session, run: Run) -> None:
    found = [
        *session.execute(posted_elsewhere(run.id)).all(),
        *session.execute(staff_approved(run.id)).all(),
    ]
    if found:
        count = sum(row[1] for row in found)
        runs = "、".join(f"第 {row[0]} 批" for row in found)
        raise JingzhunError(
            "run_posted_twice",
            f"第 {run.id} 批有 {count:,} 条明细已在{runs}入账，不能再批准一次。",
            f"请作废第 {run.id} 批后重新测算：已入账的不会再列入。",
        )


def _entry(session: Session, run: Run, today: date) -> Entry:
    parts = parts_of(session, RunLine.run_id == run.id)
    word = "调整" if run.kind == RunKind.ADJUSTMENT else "批准"
    scope = f"{run.scope}　" if run.scope else ""
    return Entry(
        kind=EntryKind.APPROVAL,
        happened_on=today,
        words=f"{word}第 {run.id} 批　{scope}{run.period}学生资助",
        run_id=run.id,
        postings=[posting for part in parts.items() for posting in _booked(*part)],
    )


def _booked(part: Part, amount_fen: Fen) -> tuple[Posting, ...]:
    """Book a part: an expense owed, or (paid, and now to come back) a receivable."""
    owed = Account.RECEIVABLE if part.is_receivable else CREDITED[part.delivery]
    return moved(
        amount_fen, debit=Account.EXPENSE, credit=owed, source=part.source, purpose=part.scheme
    )


def _overcommitted(session: Session, entry: Entry) -> Iterator[str]:
    """Warn of purposes that promise more than they received: it will be refused at payment."""
    wanted: Counter[str] = Counter()
    for posting in entry.postings:
        if posting.account is Account.EXPENSE:
            wanted[posting.purpose] += posting.amount_fen
    lacking = overcommitment(session, {purpose: Fen(sum_) for purpose, sum_ in wanted.items()})
    titles = scheme_titles(files_ever(session))
    for purpose, missing in sorted(lacking.items()):
        yield (
            f"{titles.get(purpose, purpose)}批准的比收到的资金多 {format_yuan(missing)} 元；"
            "资金到位前不能发放，除非由学校垫付（--advance）。"
        )


def _notices(session: Session, run: Run) -> Iterator[str]:
    staff = session.scalar(select(func.sum(StaffLine.amount_fen)).where(StaffLine.run_id == run.id))
    if staff:
        yield (
            f"教师补助 {format_yuan(Fen(staff))} 元已批准，列在批次明细里；"
            "它随工资渠道发放，不记入学生资助专账。"
        )
    later = session.scalar(
        select(func.count())
        .select_from(Import)
        .where(Import.recorded_at > run.recorded_at, Import.undone_at.is_(None))
    )
    if later:
        yield (
            f"测算以后又导入了 {later} 份名单，本批仍按测算时的情况；"
            f"可用 jingzhun run adjust {run.id} 看有没有要补发或追回的。"
        )
