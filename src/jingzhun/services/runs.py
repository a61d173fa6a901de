"""Compute a period's subsidy into a draft run; say what the reader must know about it.

A run covers one or many months, each under the pack that is in use for it. Computing again replaces
the draft of the same period and scope under its old number; what is past a draft is never touched.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from jingzhun.core.calendar import MonthDays
from jingzhun.core.money import format_yuan
from jingzhun.core.policy import Pack
from jingzhun.core.standing import COMPULSORY
from jingzhun.core.terms import Month, Term
from jingzhun.core.vocabulary import Confidence, RunKind, RunState, Unit, label_of
from jingzhun.errors import JingzhunError
from jingzhun.policies.packs import say_packs
from jingzhun.services.lookup import find_school
from jingzhun.services.plans import plans_of
from jingzhun.services.posted import leave_out
from jingzhun.store.entitlement import insert_lines
from jingzhun.store.plans import Entitlement, MonthPlan
from jingzhun.store.policy_files import files_known
from jingzhun.store.presence import in_force, present
from jingzhun.store.schema import BoardingSpell, Enrolment, Run, RunLine


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
    run.notices = list(dict.fromkeys(_notices(plans, school_id, today)))
    session.add(run)
    session.flush()
    for plan in plans:
        insert_lines(session.connection(), run.id, plan, school_id=school_id)
    unknown = _without_boarding(session, plans, school_id)
    if unknown:
        words = (
            f"{unknown:,} 名小学、初中在校学生没有就读方式，寄宿和走读的补助都没有算；"
            "请导入写有就读方式的名册，或用 jingzhun set 补上。"
        )
        run.notices = [*run.notices, words]
    run.notices = [*run.notices, *leave_out(session, run, plans)]
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
        session.execute(delete(RunLine).where(RunLine.run_id == run.id))
    return runs[0] if runs else None


def _without_boarding(session: Session, plans: Sequence[MonthPlan], school_id: int | None) -> int:
    """Count the pupils of whom nobody said how they attend, at school on a month's first day."""
    people: set[int] = set()
    for plan in plans:
        day = plan.of(school_id).calendar.deciding_day
        said = exists().where(
            BoardingSpell.person_id == Enrolment.person_id, in_force(BoardingSpell, day)
        )
        query = select(Enrolment.person_id).where(
            present(day), Enrolment.stage.in_(list(COMPULSORY)), ~said
        )
        if school_id is not None:
            query = query.where(Enrolment.school_id == school_id)
        people.update(session.scalars(query))
    return len(people)


# --- what the reader must know ------------------------------------------------------------------


def _notices(months: Sequence[MonthPlan], school_id: int | None, today: date) -> Iterator[str]:
    plans = [month.of(school_id) for month in months]
    calendars = [plan.calendar for plan in plans]
    open_months = [
        calendar.month.label
        for calendar in calendars
        if calendar.days and calendar.month.period.end > today
    ]
    if open_months:
        yield f"{'、'.join(open_months)}尚未结束，按计划的上课日测算。"
    if not any(calendar.days for calendar in calendars):
        labels = "、".join(calendar.month.label for calendar in calendars)
        yield f"{labels}没有上课日，按日计算的项目没有金额。"
    for calendar in calendars:
        if calendar.days and not calendar.is_published:
            yield f"{calendar.month.year}年的放假调休安排尚未公布，上课日只扣除了周末。"
    for month, plan in zip(months, plans, strict=True):
        for entitlement in plan.entitlements:
            yield from _behind(month.pack, entitlement, plan.calendar)
            yield from _unchecked(entitlement)


def _behind(pack: Pack, entitlement: Entitlement, calendar: MonthDays) -> Iterator[str]:
    """Say in one line that a national standard is above the scheme's own rate."""
    scheme = entitlement.scheme
    for version in entitlement.versions:
        last = calendar.days[-1] if version.unit is Unit.DAY else calendar.deciding_day
        standard = scheme.standard_on(last)
        highest = max(rate.amount_fen for rate in version.rates)
        if standard is not None and highest < standard.amount_fen:
            yield (
                f"{scheme.title}按{pack.title}{version.unit.label}{format_yuan(highest)}元计算；"
                f"国家标准自{_since(standard.said_from)}起为{format_yuan(standard.amount_fen)}元"
                f"（{standard.document}）。"
            )


def _unchecked(entitlement: Entitlement) -> Iterator[str]:
    for version in entitlement.versions:
        if version.confidence is Confidence.UNCONFIRMED:
            yield f"{entitlement.scheme.title}所用的标准未核实：{version.document}。"


def _since(said_from: str) -> str:
    try:
        return Term.parse(said_from).label
    except ValueError:
        day = date.fromisoformat(said_from)
        return f"{day.year}年{day.month}月{day.day}日"
