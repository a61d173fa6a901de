"""Take a run from state to state: review, publish, void. Approval posts: see ``approval``.

Each step keeps who took it, when, on which day. A run that another process moved meanwhile is seen
as it is now: writers come one after the other.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.runs import before, notice_ends
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import RunKind, RunState, label_of
from jingzhun.errors import JingzhunError
from jingzhun.policies.holidays import holidays_for
from jingzhun.policies.norms import norms
from jingzhun.services.hand import Hand
from jingzhun.store.schema import Run, RunLine, RunStep, StaffLine

#: What brings a run into a state; whoever may go two ways takes the shorter.
_COMMANDS = {
    RunState.APPROVED: "jingzhun run approve {run}",
    RunState.PUBLISHED: "jingzhun run publish {run}",
    RunState.REVIEWED: "jingzhun run review {run}",
}


def next_command(run: Run) -> str:
    """Give the command that brings a run that is not approved one step on."""
    kind, now = RunKind.coded(run.kind), RunState.coded(run.state)
    following = next(state for state in _COMMANDS if now in before(kind, state))
    return _COMMANDS[following].format(run=run.id)


def find_run(session: Session, number: int) -> Run:
    """Give a run by its number.

    Raises:
        JingzhunError: ``run_unknown``.
    """
    run = session.get(Run, number)
    if run is None:
        raise JingzhunError(
            "run_unknown",
            f"没有第 {number} 批。",
            "请用 jingzhun run list 查看有哪些批次，或用 jingzhun subsidy --month 测算。",
        )
    return run


def demand(session: Session, run: Run, state: RunState) -> None:
    """Refuse a step that does not follow.

    Raises:
        JingzhunError: ``run_wrong_state``, with who took the last step and what comes next.
    """
    kind, now = RunKind.coded(run.kind), RunState.coded(run.state)
    possible = before(kind, state)
    if now in possible:
        return
    last = last_step(session, run.id)
    by = f"（{last.actor}，{last.happened_on}）" if last is not None else ""
    if now in (RunState.APPROVED, RunState.PAID):
        remedy = f"已批准的批次不再改动；情况有变请用 jingzhun run adjust {run.id} 补发或追回。"
    elif now is RunState.VOID:
        remedy = "请用 jingzhun subsidy 重新测算。"
    else:
        remedy = f"下一步是：{next_command(run)}"
    raise JingzhunError(
        "run_wrong_state", f"第 {run.id} 批现在{now.label}{by}，不能改为{state.label}。", remedy
    )


def take(
    session: Session,
    run: Run,
    state: RunState,
    hand: Hand,
    *,
    today: date,
    ends_on: date | None = None,
    reason: str | None = None,
) -> None:
    """Put a run into a state and keep the step."""
    run.state = state.value
    session.add(
        RunStep(
            run_id=run.id,
            state=state.value,
            happened_on=today,
            ends_on=ends_on,
            reason=reason,
            actor=hand.actor,
            os_user=hand.os_user,
            recorded_at=hand.recorded_at,
        )
    )
    session.flush()


def last_step(session: Session, number: int) -> RunStep | None:
    """Give the last step of a run; None for one that was never moved on."""
    return session.scalar(
        select(RunStep).where(RunStep.run_id == number).order_by(RunStep.id.desc()).limit(1)
    )


def review(session: Session, number: int, hand: Hand, *, today: date) -> None:
    """Say that a draft was looked through.

    Raises:
        JingzhunError: ``run_unknown``, ``run_wrong_state``, ``run_empty``.
    """
    run = find_run(session, number)
    demand(session, run, RunState.REVIEWED)
    demand_lines(session, run)
    take(session, run, RunState.REVIEWED, hand, today=today)


def publish(
    session: Session, number: int, hand: Hand, *, today: date, days: int | None = None
) -> date:
    """Begin the public notice 公示 of a run; give its last day.

    ``days`` are working days, by default those of ``policies/runs.toml``.

    Raises:
        JingzhunError: ``run_unknown``, ``run_wrong_state``.
    """
    run = find_run(session, number)
    demand(session, run, RunState.PUBLISHED)
    wanted = days or int(norms("runs", today)["notice_days"].value)
    years = [Month(today.year, 1), Month(today.year + 1, 1)]
    ends_on = notice_ends(today, wanted, holidays_for(years))
    take(session, run, RunState.PUBLISHED, hand, today=today, ends_on=ends_on)
    return ends_on


def void(session: Session, number: int, hand: Hand, *, today: date, reason: str) -> None:
    """Give up a run that is not approved; it stays on record with the reason.

    Raises:
        JingzhunError: ``run_unknown``, ``run_wrong_state``, ``run_no_reason``.
    """
    run = find_run(session, number)
    demand(session, run, RunState.VOID)
    if not reason.strip():
        raise JingzhunError(
            "run_no_reason",
            f"作废第 {number} 批没有写原因。",
            f"请写明原因，如：jingzhun run void {number} --why 名单有误",
        )
    take(session, run, RunState.VOID, hand, today=today, reason=reason.strip())


def demand_lines(session: Session, run: Run) -> None:
    """Refuse to go on with a run of nothing.

    Raises:
        JingzhunError: ``run_empty``.
    """
    lines = (select(line.run_id).where(line.run_id == run.id) for line in (RunLine, StaffLine))
    if not any(session.scalar(query.limit(1)) for query in lines):
        raise JingzhunError(
            "run_empty",
            f"第 {run.id} 批（{run.period}，{label_of(RunKind, run.kind)}）一条明细也没有。",
            "请先导入名单再测算；不再需要的批次可用 jingzhun run void 作废。",
        )
