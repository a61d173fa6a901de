"""Adjust an approved run: compute it anew on what is known today, keep the differences only.

The differences make a run of their own, 补发 positive and 追回 negative, which goes the way of any
run. What was approved stays as it is.
"""

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from jingzhun.core.runs import FINAL
from jingzhun.core.terms import months_of
from jingzhun.core.vocabulary import RunKind, RunState, label_of
from jingzhun.errors import JingzhunError
from jingzhun.policies.packs import say_packs
from jingzhun.services.hand import Hand
from jingzhun.services.lookup import find_school
from jingzhun.services.subsidy.causes import write_causes
from jingzhun.services.subsidy.plans import plans_of
from jingzhun.services.subsidy.steps import find_run
from jingzhun.store.differences import keep_differences, mark_receivable
from jingzhun.store.entitlement import insert_lines
from jingzhun.store.policy_files import files_known
from jingzhun.store.schema import Run, RunLine, StaffLine


def adjust(session: Session, number: int, hand: Hand, *, today: date) -> int | None:
    """Compute run ``number`` anew; give the number of the run of differences, None without any.

    A draft of the same adjustment is replaced.

    Raises:
        JingzhunError: ``run_unknown``; ``run_not_approved`` — a draft is computed anew instead;
            ``run_is_adjustment`` — the run that it corrects is to be adjusted;
            ``run_adjusted_already`` — an adjustment is on its way.
    """
    corrected = _demand_adjustable(session, number)
    months = months_of(corrected.period)
    plans = plans_of(session, months)
    school = find_school(session, corrected.scope) if corrected.scope else None
    run = _open_adjustment(session, corrected) or Run(
        kind=RunKind.ADJUSTMENT.value, corrects_id=number, scope=corrected.scope
    )
    run.period, run.state = corrected.period, RunState.DRAFT.value
    run.pack = say_packs({plan.month.number: plan.pack.name for plan in plans})
    run.policy_files = files_known(session)
    run.computed_on, run.recorded_at = today, hand.recorded_at
    run.actor, run.os_user = hand.actor, hand.os_user
    run.notices = []
    session.add(run)
    session.flush()
    connection = session.connection()
    for plan in plans:
        insert_lines(connection, run.id, plan, school_id=school.id if school else None)
    # What is paid to staff follows the wages; it is not adjusted here.
    session.execute(delete(StaffLine).where(StaffLine.run_id == run.id))
    # What was paid on paper is all that an opening run speaks of; who is due more is computed.
    with_new = corrected.kind != RunKind.OPENING
    numbers = [month.number for month in months]
    keep_differences(connection, run.id, number, numbers, with_new=with_new)
    mark_receivable(connection, run.id, number)
    write_causes(session, run, corrected, plans)
    if session.scalar(select(RunLine.run_id).where(RunLine.run_id == run.id).limit(1)) is None:
        session.delete(run)
        session.flush()
        return None
    return run.id


def _demand_adjustable(session: Session, number: int) -> Run:
    run = find_run(session, number)
    if run.corrects_id is not None:
        raise JingzhunError(
            "run_is_adjustment",
            f"第 {number} 批本身是对第 {run.corrects_id} 批的调整。",
            f"请调整原来的那一批：jingzhun run adjust {run.corrects_id}",
        )
    if run.kind == RunKind.DONATION:
        raise JingzhunError(
            "run_is_gift",
            f"第 {number} 批是一对一捐助，不按政策计算，没有可调整的。",
            "捐助记错了的，请用 jingzhun fund reverse 冲销收款。",
        )
    if RunState.coded(run.state) not in FINAL:
        raise JingzhunError(
            "run_not_approved",
            f"第 {number} 批现在{label_of(RunState, run.state)}，还没有批准，不用调整。",
            "草稿请直接用 jingzhun subsidy 重新测算；已复核或公示的请先作废再重算。",
        )
    return run


def _open_adjustment(session: Session, corrected: Run) -> Run | None:
    """Give the adjustment's draft, emptied, if there is one; refuse when one is further on."""
    ended = [RunState.VOID.value, *(state.value for state in FINAL)]
    run = session.scalar(
        select(Run).where(Run.corrects_id == corrected.id, Run.state.not_in(ended))
    )
    if run is not None and run.state != RunState.DRAFT:
        state = label_of(RunState, run.state)
        raise JingzhunError(
            "run_adjusted_already",
            f"第 {run.id} 批已是对第 {corrected.id} 批的调整，现在{state}。",
            f"请先批准它，或作废：jingzhun run void {run.id} --why 原因",
        )
    if run is not None:
        session.execute(delete(RunLine).where(RunLine.run_id == run.id))
    return run
