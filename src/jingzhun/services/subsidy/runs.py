"""Compute a period's subsidy into a draft run; say what the reader must know about it.

A run covers one or many months, each under the pack that is in use for it. Computing again replaces
the draft of the same period and scope under its old number; what is past a draft is never touched.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import RunKind, RunState, label_of
from jingzhun.errors import JingzhunError
from jingzhun.policies.packs import say_packs
from jingzhun.services.lookup import find_school
from jingzhun.services.subsidy.notices import notices_of
from jingzhun.services.subsidy.plans import plans_of
from jingzhun.services.subsidy.posted import leave_out
from jingzhun.store.entitlement import insert_lines
from jingzhun.store.lines import stages_attended
from jingzhun.store.policy_files import files_known
from jingzhun.store.schema import Run, RunLine, StaffLine


def compute(
    session: Session,
    months: Sequence[Month],
    *,
    period: str,
    scope: str = "",
    today: date,
    actor: str,
    os_user: str,
    recorded_at: datetime,
    keep_posted: bool = False,
) -> int:
    """Compute the months into the draft run of ``period`` and give the run's number.

    ``scope`` is a school's name, or "" for the whole ledger. Months are computed whole, also those
    that are not over, with a notice. Units that are posted already are left out, unless
    ``keep_posted``: such a draft is looked at and thrown away.

    Raises:
        JingzhunError: ``run_is_final`` — the period's run is past a draft; ``school_unknown``.
        PolicyError: the pack in use is unknown or broken.
    """
    school = find_school(session, scope) if scope else None
    school_id = school.id if school else None
    plans = plans_of(session, months)
    run = _draft(session, period, school.name if school else "") or Run(
        period=period, scope=school.name if school else ""
    )
    run.pack = say_packs({plan.month.number: plan.pack.name for plan in plans})
    run.policy_files = files_known(session)
    run.state = RunState.DRAFT.value
    run.computed_on = today
    run.actor, run.os_user, run.recorded_at = actor, os_user, recorded_at
    run.notices = []
    session.add(run)
    session.flush()
    stages = stages_attended(session.connection())
    for plan in plans:
        insert_lines(session.connection(), run.id, plan, school_id=school_id, stages=stages)
    run.notices = [
        *notices_of(session, plans, run, school_id, stages),
        *(() if keep_posted else leave_out(session, run, plans)),
    ]
    return run.id


_REMEDIES = {
    RunState.REVIEWED: "要重算请先作废：jingzhun run void {run} --why 原因",
    RunState.PUBLISHED: "要重算请先作废：jingzhun run void {run} --why 原因",
    RunState.APPROVED: "情况有变请用 jingzhun run adjust {run} 补发或追回。",
    RunState.PAID: "情况有变请用 jingzhun run adjust {run} 补发或追回。",
}


def _draft(session: Session, period: str, scope: str) -> Run | None:
    """Give the period's draft, emptied, if there is one; refuse when its run is past a draft."""
    runs = session.scalars(
        select(Run).where(
            Run.period == period,
            Run.scope == scope,
            Run.kind == RunKind.REGULAR.value,
            Run.state != RunState.VOID.value,
        )
    ).all()
    for run in runs:
        if run.state != RunState.DRAFT:
            raise JingzhunError(
                "run_is_final",
                f"{period} 的第 {run.id} 批{label_of(RunState, run.state)}，不能重新计算。",
                _REMEDIES[RunState.coded(run.state)].format(run=run.id),
            )
        for lines in (RunLine, StaffLine):
            session.execute(delete(lines).where(lines.run_id == run.id))
    return runs[0] if runs else None
