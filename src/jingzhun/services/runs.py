"""Compute a period's subsidy into a draft run; say what the reader must know about it.

A run covers one or many months, each under the pack that is in use for it. Computing again replaces
the draft of the same period and scope under its old number; what is past a draft is never touched.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from jingzhun.core.calendar import school_days
from jingzhun.core.policy import Pack
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import RunState, label_of
from jingzhun.errors import JingzhunError
from jingzhun.policies.holidays import holidays_for
from jingzhun.policies.packs import DEFAULT_PACK, load_pack, say_packs
from jingzhun.services.lookup import find_school
from jingzhun.services.notices import Plan, notices_of
from jingzhun.store.entitlement import entitlement_of, insert_lines
from jingzhun.store.policy_files import files_in_force, files_known, pack_in_use
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
) -> int:
    """Compute the months into the draft run of ``period`` and give the run's number.

    ``scope`` is a school's name, or "" for the whole ledger. Months are computed whole, also those
    that are not over, with a notice.

    Raises:
        JingzhunError: ``run_is_final`` — the period's run is past a draft; ``school_unknown``.
        PolicyError: the pack in use is unknown or broken.
    """
    school = find_school(session, scope) if scope else None
    packs = [pack_of(session, month) for month in months]
    holidays = holidays_for(months)
    calendars = [school_days(month, holidays) for month in months]
    run = _draft(session, period, school.name if school else "") or Run(
        period=period, scope=school.name if school else ""
    )
    run.pack = say_packs(
        {month.number: pack.name for month, pack in zip(months, packs, strict=True)}
    )
    run.policy_files = files_known(session)
    run.state = RunState.DRAFT.value
    run.computed_on = today
    run.actor, run.os_user, run.recorded_at = actor, os_user, recorded_at
    run.notices = []
    plans = [
        Plan(
            pack=pack,
            calendar=calendar,
            entitlements=[entitlement_of(pack, scheme, calendar) for scheme in pack.schemes],
        )
        for pack, calendar in zip(packs, calendars, strict=True)
    ]
    session.add(run)
    session.flush()
    school_id = school.id if school else None
    for plan in plans:
        insert_lines(
            session.connection(), run.id, plan.calendar, plan.entitlements, school_id=school_id
        )
    run.notices = notices_of(session, plans, run.id, school_id, today)
    return run.id


def pack_of(session: Session, month: Month) -> Pack:
    """Give the pack that is in use for a month, with the ledger's own files."""
    name = pack_in_use(session, month.number) or DEFAULT_PACK
    return load_pack(name, files_in_force(session, month.number))


def _draft(session: Session, period: str, scope: str) -> Run | None:
    """Give the period's draft, emptied, if there is one; refuse when its run is past a draft."""
    runs = session.scalars(
        select(Run).where(
            Run.period == period, Run.scope == scope, Run.state != RunState.VOID.value
        )
    ).all()
    for run in runs:
        if run.state != RunState.DRAFT:
            raise JingzhunError(
                "run_is_final",
                f"{period} 的第 {run.id} 批{label_of(RunState, run.state)}，不能重新计算。",
                "已提交的批次不再改动；要看别的月份请换 --month。",
            )
        for lines in (RunLine, StaffLine):
            session.execute(delete(lines).where(lines.run_id == run.id))
    return runs[0] if runs else None
