"""Runs as pages: all of them in a list; one with its steps and what it comes to by scheme."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from jingzhun.core.page import Page
from jingzhun.core.places import in_china
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import RunKind, RunState
from jingzhun.errors import JingzhunError
from jingzhun.policies.packs import scheme_titles
from jingzhun.store.policy_files import files_ever
from jingzhun.store.schema import Person, Run, RunLine, RunStep, School

_RUN = (
    Column(key="run", title="批号", kind=ColumnKind.COUNT),
    Column(key="kind", title="种类", kind=ColumnKind.LABEL),
    Column(key="period", title="期间"),
    Column(key="scope", title="范围"),
    Column(key="state", title="状态", kind=ColumnKind.LABEL),
    Column(key="corrects", title="调整哪批", kind=ColumnKind.COUNT),
    Column(key="pupils", title="人数", kind=ColumnKind.COUNT),
    Column(key="lines", title="明细", kind=ColumnKind.COUNT),
    Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
    Column(key="computed_on", title="测算日期", kind=ColumnKind.DATE),
    Column(key="actor", title="经办人"),
    Column(key="ends_on", title="公示至", kind=ColumnKind.DATE),
)
_STEP = (
    Column(key="state", title="办理", kind=ColumnKind.LABEL),
    Column(key="happened_on", title="日期", kind=ColumnKind.DATE),
    Column(key="ends_on", title="公示至", kind=ColumnKind.DATE),
    Column(key="actor", title="经办人"),
    Column(key="os_user", title="电脑用户"),
    Column(key="recorded_at", title="记录时间（北京）"),
    Column(key="reason", title="原因"),
)
_DIFFERENCE = (
    Column(key="scheme", title="项目"),
    Column(key="name", title="姓名"),
    Column(key="school", title="学校"),
    Column(key="month", title="月份"),
    Column(key="days", title="天数差", kind=ColumnKind.COUNT),
    Column(key="amount_fen", title="差额", kind=ColumnKind.MONEY),
    Column(key="is_receivable", title="要追回", kind=ColumnKind.FLAG),
    Column(key="cause", title="原因"),
)
_SCHEME = (
    Column(key="scheme", title="代号"),
    Column(key="title", title="项目"),
    Column(key="pupils", title="人数", kind=ColumnKind.COUNT),
    Column(key="lines", title="明细", kind=ColumnKind.COUNT),
    Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
)


def runs_page(session: Session) -> Page:
    """List every run, the newest first.

    JSON: ``runs`` with ``run``, ``kind``, ``period``, ``scope``, ``state``, ``corrects``,
    ``pupils``, ``lines``, ``amount_fen``, ``computed_on``, ``actor``, ``ends_on``.
    """
    rows = list(_runs(session))
    return Page(
        title="资助批次",
        tables=[Table(key="runs", heading="", columns=_RUN, rows=rows)],
        notes=() if rows else ("还没有批次。请用 jingzhun subsidy --month 测算。",),
    )


def run_page(session: Session, number: int) -> Page:
    """Show a run's steps and what it comes to by scheme.

    JSON: the run's keys as in ``runs_page``, ``notices``, ``steps`` and ``schemes``; of an
    adjustment ``differences`` too, line by line with the ``cause``.

    Raises:
        JingzhunError: ``run_unknown``.
    """
    run = session.get(Run, number)
    if run is None:
        raise JingzhunError(
            "run_unknown", f"没有第 {number} 批。", "请用 jingzhun run list 查看有哪些批次。"
        )
    [row] = _runs(session, number)
    facts = dict(zip((column.key for column in _RUN), row, strict=True))
    for key in ("computed_on", "ends_on"):
        facts[key] = facts[key] and facts[key].isoformat()
    titles = scheme_titles(files_ever(session))
    kind, state = RunKind.coded(run.kind), RunState.coded(run.state)
    sums = session.execute(
        select(
            RunLine.scheme,
            func.count(RunLine.person_id.distinct()),
            func.count(),
            func.sum(RunLine.amount_fen),
        )
        .where(RunLine.run_id == number)
        .group_by(RunLine.scheme)
        .order_by(RunLine.scheme)
    )
    return Page(
        title=f"第 {number} 批　{run.period}　{kind.label}　{state.label}",
        facts={**facts, "kind": run.kind, "state": run.state, "notices": list(run.notices)},
        tables=[
            steps_table(session, number),
            Table(
                key="schemes",
                heading="各项目",
                columns=_SCHEME,
                rows=[(key, titles.get(key, key), *counts) for key, *counts in sums],
                total=("合计", None, facts["pupils"], facts["lines"], facts["amount_fen"]),
            ),
            *([differences_table(session, number)] if kind is RunKind.ADJUSTMENT else []),
        ],
        notes=run.notices,
    )


def steps_table(session: Session, number: int) -> Table:
    """Give the steps that a run took, from its computation on."""
    run = session.get_one(Run, number)
    steps = session.scalars(select(RunStep).where(RunStep.run_id == number).order_by(RunStep.id))
    rows: Sequence[tuple[Any, ...]] = [
        (RunState.DRAFT, run.computed_on, None, run.actor, run.os_user, run.recorded_at, None),
        *(
            (
                RunState.coded(step.state),
                step.happened_on,
                step.ends_on,
                step.actor,
                step.os_user,
                step.recorded_at,
                step.reason,
            )
            for step in steps
        ),
    ]
    shown = [(*row[:5], f"{in_china(row[5]):%Y-%m-%d %H:%M:%S}", row[6]) for row in rows]
    return Table(key="steps", heading="办理经过", columns=_STEP, rows=shown)


def differences_table(session: Session, number: int) -> Table:
    """Give an adjustment's lines, each with what changed."""
    query = (
        select(
            RunLine.scheme,
            Person.name,
            School.name,
            RunLine.month,
            RunLine.days,
            RunLine.amount_fen,
            RunLine.is_receivable,
            RunLine.cause,
        )
        .join(Person, Person.id == RunLine.person_id)
        .join(School, School.id == RunLine.school_id)
        .where(RunLine.run_id == number)
        .order_by(RunLine.scheme, School.name, Person.name, RunLine.person_id, RunLine.month)
    )
    titles = scheme_titles(files_ever(session))
    rows = [
        (titles.get(row[0], row[0]), *row[1:3], str(Month(row[3] // 100, row[3] % 100)), *row[4:])
        for row in session.execute(query)
    ]
    total = sum(row[5] for row in rows)
    return Table(
        key="differences",
        heading="差额明细（正数补发，负数追回或少发）",
        columns=_DIFFERENCE,
        rows=rows,
        total=("合计", None, None, None, None, total, None, None),
    )


def _runs(session: Session, number: int | None = None) -> Iterator[tuple[Any, ...]]:
    notice = aliased(RunStep)
    ends_on = select(func.max(notice.ends_on)).where(notice.run_id == Run.id).scalar_subquery()
    sums = (
        select(
            RunLine.run_id,
            func.count(RunLine.person_id.distinct()).label("pupils"),
            func.count().label("lines"),
            func.sum(RunLine.amount_fen).label("amount_fen"),
        )
        .group_by(RunLine.run_id)
        .where(RunLine.run_id == number if number is not None else RunLine.run_id.is_not(None))
        .subquery()
    )
    query = (
        select(Run, sums.c.pupils, sums.c.lines, sums.c.amount_fen, ends_on)
        .join(sums, sums.c.run_id == Run.id, isouter=True)
        .order_by(Run.id.desc())
    )
    if number is not None:
        query = query.where(Run.id == number)
    for run, pupils, lines, amount, last in session.execute(query):
        yield (
            run.id,
            RunKind.coded(run.kind),
            run.period,
            run.scope or "全部",
            RunState.coded(run.state),
            run.corrects_id,
            pupils or 0,
            lines or 0,
            amount or 0,
            run.computed_on,
            run.actor,
            last,
        )
