"""What was imported: the list of imports, and one import with its sheets and problems."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.places import in_china
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import JingzhunError, Severity
from jingzhun.rosters.kinds import fields
from jingzhun.rosters.problems import PROBLEMS
from jingzhun.services.importing.undo import Undone
from jingzhun.store.schema import Import, ImportProblem, ImportSheet

_COUNTS = ("rows", "added", "changed", "same", "refused", "noticed")
_ALWAYS_TOLD = 3  # persons, households, pupils
_SEVERITIES = {Severity.ERROR: "退回", Severity.NOTICE: "提示"}
_COUNT_COLUMNS = tuple(
    Column(key=key, title=title, kind=ColumnKind.COUNT)
    for key, title in zip(_COUNTS, ("行数", "新增", "更新", "未变", "退回", "提示"), strict=True)
)


def list_imports(session: Session) -> Page:
    """List every import, newest first.

    JSON: ``{"imports": [{"import", "file", "stated_on", "recorded_at", "actor", "undone", "rows",
    "added", "changed", "same", "refused", "noticed"}]}``; ``recorded_at`` is UTC.
    """
    sums = [
        func.coalesce(func.sum(column), 0)
        for column in (ImportSheet.row_count, ImportSheet.added, ImportSheet.changed,
                       ImportSheet.same, ImportSheet.refused, ImportSheet.noticed)
    ]  # fmt: skip
    rows = session.execute(
        select(
            Import.id,
            Import.file_name,
            Import.stated_on,
            Import.recorded_at,
            Import.actor,
            Import.undone_at.is_not(None),
            *sums,
        )
        .outerjoin(ImportSheet, ImportSheet.import_id == Import.id)
        .group_by(Import.id)
        .order_by(Import.id.desc())
    ).all()
    columns = (
        Column(key="import", title="导入号", kind=ColumnKind.COUNT),
        Column(key="file", title="文件"),
        Column(key="stated_on", title="名单日期", kind=ColumnKind.DATE),
        Column(key="recorded_at", title="导入时间"),
        Column(key="actor", title="经办人"),
        Column(key="undone", title="已撤销", kind=ColumnKind.FLAG),
        *_COUNT_COLUMNS,
    )
    told, shown = (
        [
            (number, name, day, f"{clock(moment):%Y-%m-%d %H:%M:%S}", actor, bool(undone), *counts)
            for number, name, day, moment, actor, undone, *counts in rows
        ]
        for clock in (lambda moment: moment, in_china)
    )
    return Page(
        title="导入记录",
        tables=[
            Table(key="imports", heading="", columns=columns, rows=told, shown_in=PROGRAMS),
            Table(key="imports", heading="", columns=columns, rows=shown, shown_in=PEOPLE),
        ],
        notes=() if shown else ("还没有导入过名单。",),
    )


def show_import(session: Session, number: int) -> Page:
    """Show one import with its sheets and every problem it met.

    JSON: ``{"import", "file", "stated_on", "recorded_at", "actor", "undone", "sheets": [{"sheet",
    "kind", "stated_on", counts…}], "problems": [{"sheet", "row", "column", "field", "code",
    "severity", "value", "message"}]}``.

    Raises:
        JingzhunError: ``import_unknown``.
    """
    found = session.get(Import, number)
    if found is None:
        raise JingzhunError(
            "import_unknown",
            f"没有第 {number} 号导入。",
            "请用 jingzhun imports list 查看有哪些导入。",
        )
    sheets = session.scalars(
        select(ImportSheet).where(ImportSheet.import_id == number).order_by(ImportSheet.id)
    ).all()
    problems = session.execute(
        select(ImportProblem, ImportSheet.name)
        .join(ImportSheet, ImportSheet.id == ImportProblem.sheet_id)
        .where(ImportSheet.import_id == number)
        .order_by(ImportProblem.id)
    ).all()
    facts = {
        "import": number,
        "file": found.file_name,
        "stated_on": found.stated_on.isoformat(),
        "recorded_at": f"{found.recorded_at:%Y-%m-%dT%H:%M:%SZ}",
        "actor": found.actor,
        "undone": found.undone_at is not None,
    }
    return Page(
        title=f"第 {number} 号导入：{found.file_name}",
        facts=facts,
        tables=[_sheets(sheets), *_problems(problems)],
        notes=(f"名单日期 {found.stated_on}，经办人 {found.actor}。",),
    )


def undone_page(undone: Undone, *, is_trial: bool) -> Page:
    """Show what undoing an import did.

    JSON: ``{"import", "file", "undone", "voided_runs": [number], "unpaired", "before", "after"}``,
    the last two ``{"persons", "households", "enrolled", …}`` with all that lists fill; ``undone``
    is false for a trial; ``unpaired`` are the pairs that are gone or stand since another day.
    People are shown the first three counts, and what else changes.
    """
    columns = (
        Column(key="title", title="账上"),
        Column(key="before", title="撤销前", kind=ColumnKind.COUNT),
        Column(key="after", title="撤销后", kind=ColumnKind.COUNT),
    )
    rows = [
        (title, before, after)
        for place, (_key, title, before, after) in enumerate(undone.counts)
        if place < _ALWAYS_TOLD or before != after
    ]
    notes = []
    if undone.voided:
        notes.append(f"补助草稿第 {'、'.join(map(str, undone.voided))} 号作废，请重新计算。")
    if undone.unpaired:
        notes.append(f"有 {len(undone.unpaired)} 个结对不在或改了日期，记入操作留痕。")
    return Page(
        title=f"第 {undone.import_id} 号导入（{undone.file_name}）"
        + ("撤销试算（没有改账）" if is_trial else "已撤销"),
        facts={
            "import": undone.import_id,
            "file": undone.file_name,
            "undone": not is_trial,
            "voided_runs": list(undone.voided),
            "unpaired": [
                {"household": pair.household, "helper": pair.helper, "paired_on": str(pair.since)}
                for pair in undone.unpaired
            ],
            "before": {key: before for key, _title, before, _after in undone.counts},
            "after": {key: after for key, _title, _before, after in undone.counts},
        },
        tables=[Table(key="counts", heading="", columns=columns, rows=rows, shown_in=PEOPLE)],
        notes=notes,
    )


def _sheets(sheets: object) -> Table:
    columns = (
        Column(key="sheet", title="工作表"),
        Column(key="kind", title="名单种类", kind=ColumnKind.LABEL),
        Column(key="stated_on", title="名单日期", kind=ColumnKind.DATE),
        *_COUNT_COLUMNS,
    )
    rows = [
        (s.name, Kind.coded(s.kind) if s.kind else None, s.stated_on, s.row_count, s.added,
         s.changed, s.same, s.refused, s.noticed)
        for s in sheets  # type: ignore[attr-defined]
    ]  # fmt: skip
    return Table(key="sheets", heading="各工作表", columns=columns, rows=rows)


def _problems(problems: object) -> tuple[Table, Table]:
    """Give the problems twice: by their codes for programs, in words for people."""
    columns = (
        Column(key="sheet", title="工作表"),
        Column(key="row", title="行", kind=ColumnKind.COUNT),
        Column(key="column", title="列"),
        Column(key="field", title="栏目"),
        Column(key="code", title="毛病"),
        Column(key="severity", title="处理"),
        Column(key="value", title="原来写的"),
        Column(key="message", title="说明"),
    )
    rows = [
        (name, p.row_number, p.letter, p.field, p.code, p.severity, p.value, p.message)
        for p, name in problems  # type: ignore[attr-defined]
    ]
    refused = sum(1 for row in rows if row[5] == Severity.ERROR)
    heading = f"问题 {len(rows)} 处，其中不能导入的 {refused} 处" if rows else "没有问题"
    shown = [
        (sheet, row or None, letter, fields()[name].title if name in fields() else "",
         PROBLEMS[code].title, _SEVERITIES[severity], value, message)
        for sheet, row, letter, name, code, severity, value, message in rows
    ]  # fmt: skip
    return (
        Table(key="problems", heading=heading, columns=columns, rows=rows, shown_in=PROGRAMS),
        Table(key="problems", heading=heading, columns=columns, rows=shown, shown_in=PEOPLE),
    )
