"""``case print``: documents of cases as a page — sheets on paper, their lines on the terminal.

JSON: ``{"paper", "as_of", "cases"}``, the cases that are printed as ``case list`` has them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from jingzhun.core.identity import mask
from jingzhun.core.page import Page
from jingzhun.core.paper import Grid, Paper, Style
from jingzhun.core.report_vocabulary import CasePaper
from jingzhun.core.table import PROGRAMS, Column, ColumnKind, Format, Table
from jingzhun.core.vocabulary import CaseAction, CaseState
from jingzhun.errors import JingzhunError
from jingzhun.policies.norms import norms
from jingzhun.reports.children.case_file import case_files
from jingzhun.reports.children.case_papers import Setting, paper_of
from jingzhun.reports.children.cases import CASE_COLUMNS, case_row, case_unknown
from jingzhun.reports.children.casework import CaseOn, cases_on
from jingzhun.reports.children.children import gone_on
from jingzhun.reports.schools import require_school
from jingzhun.store.policy_files import own_files

#: The step for which each document is needed.
STEPS = {
    CasePaper.VISIT: CaseAction.VISIT,
    CasePaper.LETTER: CaseAction.PERSUADE,
    CasePaper.REPORT: CaseAction.REPORT,
}
_LINES = (Column(key="text", title="内容"),)


def print_page(
    session: Session, kind: CasePaper, numbers: Sequence[int], day: date, school: str | None
) -> Page:
    """Give the document of the cases asked for, else of all that have its step before them.

    Raises:
        JingzhunError: ``case_unknown``; ``case_settled`` — the child came back, or the case is
            closed; ``nothing_due`` — no case has this step before it; ``school_unknown``.
    """
    require_school(session, school)
    cases = _wanted(_told_anew(session, day), kind, numbers, school)
    step_days = norms("dropout", day, own_files(session, day))["step_days"].value
    setting = Setting(today=day, step_days=step_days)
    papers = [paper_of(kind, file, setting) for file in case_files(session, day, cases)]
    return Page(
        title=f"{kind.label}（{len(papers)} 份，{day.isoformat()}）",
        facts={"paper": kind.value, "as_of": day.isoformat()},
        tables=[
            Table(key="cases", heading="", columns=CASE_COLUMNS, shown_in=PROGRAMS,
                  rows=[case_row(case) for case in cases]),
            *(Table(key="lines", heading=paper.title, columns=_LINES, rows=list(_lines(paper)),
                    shown_in=frozenset({Format.TABLE, Format.CSV})) for paper in papers),
        ],
        notes=("打印：加 --out 文件名.html（用浏览器打开）或 文件名.xlsx（用 WPS 打开），A4。",),
        sheets=papers,
    )  # fmt: skip


def _told_anew(session: Session, day: date) -> list[CaseOn]:
    """Give the cases as of what is known of their children on the day, else as they were opened."""
    named = gone_on(session, day)
    return [
        replace(case, kind=child.kind, since=child.since) if child else case
        for case in cases_on(session, day)
        for child in (named.get(case.person_id),)
    ]


def _wanted(
    cases: Sequence[CaseOn], kind: CasePaper, numbers: Sequence[int], school: str | None
) -> list[CaseOn]:
    known = {case.number: case for case in cases}
    if numbers:
        for number in numbers:
            if number not in known:
                raise case_unknown(number)
            if known[number].state is not CaseState.OPEN:
                raise JingzhunError(
                    "case_settled",
                    f"第 {number} 号个案{known[number].state.label}，不用出{kind.label}。",
                    "孩子又离校的，请先运行 jingzhun case open 或 case scan；"
                    f"看经过用 jingzhun case show {number}。",
                )
        return [known[number] for number in dict.fromkeys(numbers)]
    due = [
        case for case in cases
        if case.due and case.due.action is STEPS[kind] and school in (None, case.school)
    ]  # fmt: skip
    if not due:
        raise JingzhunError(
            "nothing_due",
            f"没有下一步是{STEPS[kind].label}的个案。",
            f"要给某一案出{kind.label}，请写案号，如：jingzhun case print {kind.label} 3；"
            "有哪些案，见 jingzhun case list。",
        )
    return due


def _lines(paper: Paper) -> Iterator[tuple[str]]:
    """Give the texts of a document, a row of boxes in one line."""
    for block in paper.blocks:
        if isinstance(block, Grid):
            for row in block.rows:
                texts = [_masked(box.value, box.kind) for box in row]
                yield ("　".join(text for text in texts if text),)
        elif block.style is not Style.CUT:
            yield (block.text,)


def _masked(value: object, kind: ColumnKind) -> str:
    text = str(value or "").replace("\n", "　")
    return mask(text) if kind is ColumnKind.ID and text else text
