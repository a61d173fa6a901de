"""Cases as pages: all that are open, the overdue first; one with every step that was taken."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.identity import mask
from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.vocabulary import CaseAction, CaseState
from jingzhun.errors import JingzhunError
from jingzhun.policies.norms import norms
from jingzhun.reports.children.casework import CaseOn, cases_on
from jingzhun.store.policy_files import own_files
from jingzhun.store.schema import CaseStep

#: What ``case_row`` gives, in its order.
CASE_COLUMNS = (
    Column(key="case", title="案号", kind=ColumnKind.COUNT),
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证件号", kind=ColumnKind.ID),
    Column(key="school", title="学校"),
    Column(key="listed", title="脱贫监测户", kind=ColumnKind.FLAG),
    Column(key="kind", title="情形", kind=ColumnKind.LABEL),
    Column(key="since", title="起算日", kind=ColumnKind.DATE),
    Column(key="state", title="状态", kind=ColumnKind.LABEL),
    Column(key="last", title="最近进展", kind=ColumnKind.LABEL),
    Column(key="last_on", title="日期", kind=ColumnKind.DATE),
    Column(key="due", title="下一步", kind=ColumnKind.LABEL),
    Column(key="due_on", title="期限", kind=ColumnKind.DATE),
    Column(key="days_late", title="超期天数", kind=ColumnKind.COUNT),
    Column(key="keeper", title="包保人"),
)
_STEP = (
    Column(key="action", title="进展", kind=ColumnKind.LABEL),
    Column(key="done_on", title="日期", kind=ColumnKind.DATE),
    Column(key="done_by", title="谁去的"),
    Column(key="words", title="结果或原因"),
    Column(key="actor", title="登记人"),
)
_DAYS_LATE = 12


def cases_page(
    session: Session, day: date, *, only_overdue: bool = False, with_closed: bool = False
) -> Page:
    """List the cases that are not closed, the most overdue first.

    JSON: ``as_of``, ``counts`` by state, ``overdue`` and the table ``cases``.
    """
    rows = [case_row(case) for case in cases_on(session, day)]
    counts = {state.value: sum(row[7] is state for row in rows) for state in CaseState}
    late = [row for row in rows if row[_DAYS_LATE]]
    shown = (
        late
        if only_overdue
        else [row for row in rows if with_closed or row[7] is not CaseState.CLOSED]
    )
    shown.sort(key=lambda row: (-(row[_DAYS_LATE] or 0), row[11] or date.max, row[0]))
    source = norms("dropout", day, own_files(session, day))["step_days"].source
    return Page(
        title=f"控辍保学个案（{day.isoformat()}）",
        facts={"as_of": day.isoformat(), "counts": counts, "overdue": len(late)},
        tables=[
            Table(
                key="cases",
                heading=f"{len(shown)} 案，其中超期 {len(late)} 案",
                columns=CASE_COLUMNS,
                rows=shown,
                notes=(f"各步期限：{source}。",),
            )
        ],
        notes=() if rows else ("还没有个案。请运行 jingzhun case scan，或 jingzhun case open。",),
    )


def case_page(session: Session, number: int, day: date) -> Page:
    """Show one case with its whole history.

    JSON: the case's keys as in ``cases_page`` and the table ``steps``.

    Raises:
        JingzhunError: ``case_unknown``.
    """
    cases = cases_on(session, day, number)
    if not cases:
        raise case_unknown(number)
    row = case_row(cases[0])
    facts = dict(zip((column.key for column in CASE_COLUMNS), row, strict=True))
    facts["id_number"] = facts["id_number"] and mask(facts["id_number"])
    for key in ("since", "last_on", "due_on"):
        facts[key] = facts[key] and facts[key].isoformat()
    steps = session.scalars(
        select(CaseStep).where(CaseStep.case_id == number).order_by(CaseStep.id)
    )
    told = [f"情形：{row[5].label}，自 {row[6]} 起算", f"状态：{row[7].label}"]
    if row[10] is not None:
        late = f"，已超期 {row[_DAYS_LATE]} 天" if row[_DAYS_LATE] else ""
        told.append(f"下一步：{row[10].label}，期限 {row[11]}{late}")
    return Page(
        title=f"第 {number} 号个案　{row[1]}　{row[3] or ''}",
        facts={key: getattr(value, "value", value) for key, value in facts.items()},
        tables=[
            Table(
                key="steps",
                heading="办理经过",
                columns=_STEP,
                rows=[
                    (
                        CaseAction.coded(step.action),
                        step.done_on,
                        step.done_by,
                        step.words,
                        step.actor,
                    )
                    for step in steps
                ],
            )
        ],
        notes=told,
    )


def case_unknown(number: int) -> JingzhunError:
    """Give the error that there is no such case."""
    return JingzhunError(
        "case_unknown", f"没有第 {number} 号个案。", "请用 jingzhun case list 查看有哪些个案。"
    )


def case_row(case: CaseOn) -> tuple[Any, ...]:
    """Give a case as a row of a list of cases."""
    return (
        case.number, case.name, case.id_number, case.school, case.is_listed, case.kind, case.since,
        case.state, case.last, case.last_on, case.due and case.due.action,
        case.due and case.due.by, case.days_late, case.keeper,
    )  # fmt: skip
