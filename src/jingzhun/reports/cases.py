"""Cases as pages: all that are open, the overdue first; one with every step that was taken."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.cases import next_due
from jingzhun.core.identity import mask
from jingzhun.core.table import Column, ColumnKind, Page, Table
from jingzhun.core.vocabulary import CaseAction, CaseState, DropoutKind
from jingzhun.errors import JingzhunError
from jingzhun.policies.norms import norms
from jingzhun.store.presence import listed_households
from jingzhun.store.schema import CaseStep, DropoutCase, Person, School

_CASE = (
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
    rows = list(_rows(session, day))
    counts = {state.value: sum(row[7] is state for row in rows) for state in CaseState}
    late = [row for row in rows if row[_DAYS_LATE]]
    shown = (
        late
        if only_overdue
        else [row for row in rows if with_closed or row[7] is not CaseState.CLOSED]
    )
    shown.sort(key=lambda row: (-(row[_DAYS_LATE] or 0), row[11] or date.max, row[0]))
    source = norms("dropout", day)["step_days"].source
    return Page(
        title=f"控辍保学个案（{day.isoformat()}）",
        facts={"as_of": day.isoformat(), "counts": counts, "overdue": len(late)},
        tables=[
            Table(
                key="cases",
                heading=f"{len(shown)} 案，其中超期 {len(late)} 案",
                columns=_CASE,
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
    row = next((row for row in _rows(session, day, number)), None)
    if row is None:
        raise JingzhunError(
            "case_unknown", f"没有第 {number} 号个案。", "请用 jingzhun case list 查看有哪些个案。"
        )
    facts = dict(zip((column.key for column in _CASE), row, strict=True))
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


def _rows(session: Session, day: date, number: int | None = None) -> Iterator[tuple[Any, ...]]:
    days = norms("dropout", day)["step_days"].value
    listed = Person.household_id.in_(listed_households(day))
    query = (
        select(DropoutCase, Person.name, Person.id_number, School.name, listed)
        .join(Person, Person.id == DropoutCase.person_id)
        .join(School, School.id == DropoutCase.school_id, isouter=True)
        .order_by(DropoutCase.id)
    )
    steps_of = select(CaseStep).order_by(CaseStep.id)
    if number is not None:
        query = query.where(DropoutCase.id == number)
        steps_of = steps_of.where(CaseStep.case_id == number)
    steps: dict[int, list[CaseStep]] = defaultdict(list)
    for step in session.scalars(steps_of):
        steps[step.case_id].append(step)
    for case, name, id_number, school, is_listed in session.execute(query):
        mine = steps[case.id]
        done = [CaseAction.coded(step.action) for step in mine if step.done_on >= case.begun_on]
        is_open = case.state == CaseState.OPEN
        due = next_due(case.begun_on, done, days) if is_open else None
        last = mine[-1]
        yield (
            case.id,
            name,
            id_number,
            school,
            bool(is_listed),
            DropoutKind.coded(case.kind),
            case.since,
            CaseState.coded(case.state),
            CaseAction.coded(last.action),
            last.done_on,
            due and due.action,
            due and due.by,
            due.days_late(day) if due else 0,
            case.keeper,
        )
