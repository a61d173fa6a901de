"""公示 of a run: who is to get which scheme, and nothing that would lay a family open.

Source: 教财厅函〔2017〕28号 — a notice shows name, school, grade and class; never an id number,
address, phone, birth date, card, reason or amount; it is taken down when its days are over.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.terms import period_label
from jingzhun.core.vocabulary import RunState, Stage, label_of
from jingzhun.errors import JingzhunError, UsageError
from jingzhun.policies.packs import scheme_titles
from jingzhun.reports import ReportOptions
from jingzhun.store.policy_files import files_ever
from jingzhun.store.schema import Person, Run, RunLine, RunStep, School

_COLUMNS = (
    Column(key="number", title="序号", kind=ColumnKind.SEQUENCE),
    Column(key="name", title="姓名"),
    Column(key="school", title="学校"),
    Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    Column(key="class_no", title="班级"),
)
_STAGES = {stage.value: place for place, stage in enumerate(Stage)}
_HIDDEN = "名单只有姓名、学校、年级和班级；身份证号、住址、电话、出生日期、卡号和困难原因不得公示。"


def notice_page(session: Session, options: ReportOptions) -> Page:
    """Show the names of a run, one table for each scheme.

    JSON: ``run``, ``period``, ``state``, ``posted_on``, ``ends_on`` and a table for each scheme by
    its key: ``name``, ``school``, ``grade``, ``class_no``.

    Raises:
        UsageError: no run is named.
        JingzhunError: ``run_unknown``; ``run_not_noticed`` — a draft or void run is not shown.
    """
    if options.run is None:
        raise UsageError(
            "run_missing",
            "没有写明公示哪一批。",
            "请写批号，如：jingzhun report notice --run 3 --out 公示.xlsx",
        )
    run = session.get(Run, options.run)
    if run is None:
        raise JingzhunError(
            "run_unknown", f"没有第 {options.run} 批。", "请用 jingzhun run list 查看有哪些批次。"
        )
    if run.state in (RunState.DRAFT, RunState.VOID):
        raise JingzhunError(
            "run_not_noticed",
            f"第 {run.id} 批是{label_of(RunState, run.state)}，不能公示。",
            f"请先复核：jingzhun run review {run.id}，再公示：jingzhun run publish {run.id}",
        )
    step = session.scalar(
        select(RunStep)
        .where(RunStep.run_id == run.id, RunStep.state == RunState.PUBLISHED)
        .order_by(RunStep.id.desc())
        .limit(1)
    )
    until = (
        f"公示期：{step.happened_on} 至 {step.ends_on}，期满请从所有张贴处和网页撤下。"
        if step is not None
        else "还没有定公示期；请用 jingzhun run publish 开始公示。"
    )
    return Page(
        title=f"{period_label(run.period)}学生资助名单公示",
        facts={
            "run": run.id,
            "period": run.period,
            "state": run.state,
            "posted_on": step and step.happened_on.isoformat(),
            "ends_on": step and step.ends_on and step.ends_on.isoformat(),
        },
        tables=list(_tables(session, run, until)),
        notes=(until, "如有异议，请在公示期内向学校反映。", _HIDDEN),
    )


def _tables(session: Session, run: Run, until: str) -> Iterator[Table]:
    stage = case(_STAGES, value=RunLine.stage)
    place = (func.max(RunLine.grade), func.max(RunLine.class_no))
    query = (
        select(RunLine.scheme, Person.name, School.name, func.max(RunLine.stage), *place)
        .join(Person, Person.id == RunLine.person_id)
        .join(School, School.id == RunLine.school_id)
        .where(RunLine.run_id == run.id)
        .group_by(RunLine.scheme, RunLine.person_id, Person.name, School.name)
        .order_by(RunLine.scheme, School.name, func.max(stage), *place, Person.name)
    )
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for scheme, name, school, stage_code, grade, class_no in session.execute(query):
        label = grade or label_of(Stage, stage_code)
        shown = f"{class_no}班" if class_no is not None else ""
        rows.setdefault(scheme, []).append((name, school, label, shown))
    titles = scheme_titles(files_ever(session))
    for scheme, listed in rows.items():
        yield Table(
            key=scheme,
            heading=f"{titles.get(scheme, scheme)}（{len(listed)} 人）",
            columns=_COLUMNS,
            rows=[(None, *row) for row in listed],
            notes=(until,),
        )
