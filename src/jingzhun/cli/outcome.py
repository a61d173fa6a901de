"""What an import shows: counts of each sheet, refused rows with their faults, notices summed up."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jingzhun.cli.boundary import as_json
from jingzhun.cli.importing import Taken
from jingzhun.core.page import Page
from jingzhun.core.table import PEOPLE, Column, ColumnKind, Format, Table
from jingzhun.core.vocabulary import Kind, label_of
from jingzhun.errors import Problem, Severity
from jingzhun.rosters.problems import PROBLEMS

_SHOWN = 20  # refused rows' faults on a screen
_COUNTS = (("rows", "行数"), ("added", "新增"), ("changed", "更新"), ("same", "未变"),
           ("refused", "退回"), ("noticed", "提示"))  # fmt: skip
_SHEETS = (
    Column(key="file", title="文件"),
    Column(key="import", title="编号", kind=ColumnKind.COUNT),
    Column(key="sheet", title="工作表"),
    Column(key="kind", title="名单"),
    *(Column(key=key, title=title, kind=ColumnKind.COUNT) for key, title in _COUNTS),
)
_FAULTS = (
    Column(key="file", title="文件"),
    Column(key="place", title="位置"),
    Column(key="value", title="原来写的"),
    Column(key="message", title="原因"),
)
_NOTICES = (
    Column(key="title", title="提示"),
    Column(key="count", title="次数", kind=ColumnKind.COUNT),
    Column(key="place", title="第一处"),
)


def outcome_page(taken: Sequence[Taken], *, is_trial: bool, errors: Path | None) -> Page:
    """Give the page of an import: JSON holds everything, people see counts, faults and notices.

    ``errors`` is the workbook that the refused rows went to, if any.
    """
    faults = [
        (file.name, fault.place, fault.value, fault.message)
        for file, fault in _problems(taken, Severity.ERROR)
    ]
    facts: dict[str, Any] = {"files": [_file_facts(file) for file in taken]}
    first_error = next((file.error for file in taken if file.error), None)
    if first_error is not None:
        facts["error"] = as_json(first_error)
    tables = (
        Table(
            key="sheets",
            heading="各工作表",
            columns=_SHEETS,
            rows=[row for file in taken for row in _sheet_rows(file)],
            shown_in=PEOPLE,
        ),
        Table(
            key="first_faults",
            heading="退回的行",
            columns=_FAULTS,
            rows=faults[:_SHOWN],
            notes=_advice(len(faults), errors),
            shown_in=frozenset({Format.TABLE}),
        ),
        Table(
            key="faults",
            heading="退回的行",
            columns=_FAULTS,
            rows=faults,
            shown_in=PEOPLE - {Format.TABLE},
        ),
        Table(
            key="notices",
            heading="提示（所在行已入账，请核对）",
            columns=_NOTICES,
            rows=_notice_rows(taken),
            shown_in=PEOPLE,
        ),
    )
    return Page(
        title="试算结果（没有入账）" if is_trial else "导入结果",
        facts=facts,
        tables=[table for table in tables if table.rows],
    )


def _file_facts(file: Taken) -> dict[str, Any]:
    outcome = file.outcome
    return {
        "file": file.name,
        "import": file.import_id,
        "sheets": [
            {
                "sheet": sheet.sheet,
                "kind": sheet.kind,
                **{key: getattr(sheet, key) for key, _title in _COUNTS},
            }
            for sheet in (outcome.sheets if outcome else ())
        ],
        "problems": [_problem_facts(problem) for problem in file.problems],
        "error": as_json(file.error) if file.error else None,
    }


def _problem_facts(problem: Problem) -> dict[str, Any]:
    return {
        "sheet": problem.sheet,
        "row": problem.row_number,
        "column": problem.column,
        "field": problem.field,
        "code": problem.code,
        "severity": problem.severity.value,
        "value": problem.value,
        "message": problem.message,
    }


def _sheet_rows(file: Taken) -> Iterator[tuple[Any, ...]]:
    if file.outcome is None:
        return
    for sheet in file.outcome.sheets:
        yield (
            file.name,
            file.import_id,
            sheet.sheet,
            label_of(Kind, sheet.kind) or "（不是名单，未导入）",
            *(getattr(sheet, key) for key, _title in _COUNTS),
        )


def _notice_rows(taken: Sequence[Taken]) -> list[tuple[str, int, str]]:
    """Give one row for each kind of notice: what it is, how often, where first."""
    counts: Counter[str] = Counter()
    places: dict[str, str] = {}
    for file, problem in _problems(taken, Severity.NOTICE):
        title = PROBLEMS[problem.code].title
        counts[title] += 1
        places.setdefault(title, f"{file.name} {problem.place}：{problem.message}")
    return [(title, count, places[title]) for title, count in counts.most_common()]


def _problems(taken: Sequence[Taken], severity: Severity) -> Iterator[tuple[Taken, Problem]]:
    for file in taken:
        for problem in file.problems:
            if problem.severity is severity:
                yield file, problem


def _advice(count: int, errors: Path | None) -> tuple[str, ...]:
    more = (f"还有 {count - _SHOWN} 处没有列出。",) if count > _SHOWN else ()
    if errors is not None:
        return (*more, f"退回的行已写入 {errors}，改好后直接再导入这个文件。")
    return (*more, "加上 --errors 退回.xlsx 可以把退回的行写成工作簿，改好后再导入。")
