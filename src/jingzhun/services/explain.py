"""Explain one pupil's month: every scheme of the pack, granted or not, with what it rests on.

Nothing is read from a run: the decision is made anew from the ledger as known today, by the same
records that ``services.runs`` computes with.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.policy import (
    Scheme,
    Version,
)
from jingzhun.core.table import PEOPLE, Column, ColumnKind, Page, Table
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Confidence, Unit
from jingzhun.services.findings import Finding
from jingzhun.services.judgement import Judgement, judge
from jingzhun.services.lookup import find_person
from jingzhun.services.plans import plans_of
from jingzhun.services.pupil import notices_about, placement_words, pupil_record
from jingzhun.services.pupil_days import days_record, days_table
from jingzhun.services.pupil_posted import posted_records, posted_table
from jingzhun.store.history import History

_COLUMNS = (
    Column(key="title", title="条件"),
    Column(key="required", title="要求"),
    Column(key="actual", title="该生情况"),
    Column(key="holds", title="符合", kind=ColumnKind.FLAG),
    Column(key="since", title="自何时起", kind=ColumnKind.DATE),
    Column(key="source", title="出处", kind=ColumnKind.SOURCES),
)
_SUMMARY = (
    Column(key="title", title="项目"),
    Column(key="granted", title="享受", kind=ColumnKind.FLAG),
    Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
    Column(key="reason", title="不享受的原因"),
)


def explain(
    session: Session, text: str, month: Month, *, today: date, show_ids: bool = False
) -> Page:
    """Explain what the pupil named by ``text`` gets in a month, and why.

    JSON: ``pupil`` (name, id_number, student_no, school, grade, class_no), ``month``, ``pack``,
    ``notices``; how the days came about: ``calendar`` by school, ``absences``, ``meal_days``;
    ``posted``, what approved runs hold; and ``schemes``: for each ``scheme``, ``title``,
    ``granted``, ``document``, ``confidence``, ``version_from``, ``conditions`` (``fact``,
    ``title``, ``required``, ``actual``, ``holds``, ``since``, ``source``), ``days``, ``rate_fen``,
    ``amount_fen``, ``shares``, ``lines`` (by school), ``missed`` (school days not counted) and
    ``reason``.

    Raises:
        JingzhunError: ``person_unknown``, ``person_ambiguous``.
        PolicyError: the pack in use is unknown or broken.
    """
    history = History(session, find_person(session, text))
    [plan] = plans_of(session, [month])
    judged = [(scheme, judge(history, plan, scheme)) for scheme in plan.pack.schemes]
    posted = posted_records(session, history.person.id, month.number)
    notices = list(notices_about(history, [plan], today))
    return Page(
        title=f"{history.person.name}　{month.label}资助说明",
        facts={
            "pupil": pupil_record(history, plan, show_ids=show_ids),
            "month": str(month),
            "pack": plan.pack.name,
            "notices": notices,
            **days_record(history, plan),
            "posted": posted,
            "schemes": [_record(history, scheme, judgement) for scheme, judgement in judged],
        },
        tables=[
            _summary(judged),
            days_table(history, plan),
            *posted_table(posted, plan.pack.schemes),
            *(_table(history, scheme, judgement, plan.month) for scheme, judgement in judged),
        ],
        notes=(placement_words(history, plan, show_ids=show_ids), *notices),
    )


# --- for programs -------------------------------------------------------------------------------


def _record(history: History, scheme: Scheme, judgement: Judgement) -> dict[str, Any]:
    version, lines = judgement.version, judgement.lines
    return {
        "scheme": scheme.key,
        "title": scheme.title,
        "granted": bool(lines),
        "document": version and version.document,
        "confidence": version and version.confidence.value,
        "version_from": version and version.starts.isoformat(),
        "conditions": [_condition(finding) for finding in judgement.findings],
        "days": _days(judgement),
        "rate_fen": lines[-1].rate_fen if lines else None,
        "amount_fen": _amount(judgement),
        "shares": _shares(judgement),
        "lines": [
            {
                "school": history.schools[line.school_id].name,
                "days": line.days,
                "rate_fen": line.rate_fen,
                "amount_fen": line.amount_fen,
            }
            for line in lines
        ],
        "missed": [
            {
                "from": missed.first.isoformat(),
                "to": missed.last.isoformat(),
                "days": missed.days,
                "reason": missed.reason,
            }
            for missed in judgement.missed
        ],
        "reason": judgement.reason,
    }


def _condition(finding: Finding) -> dict[str, Any]:
    evidence = finding.evidence
    return {
        "fact": finding.fact,
        "title": finding.title,
        "required": finding.required,
        "actual": finding.actual,
        "holds": finding.holds,
        "since": evidence.since.isoformat() if evidence and evidence.since else None,
        "source": evidence.origin.as_record() if evidence and evidence.origin else None,
    }


def _days(judgement: Judgement) -> int | None:
    days = [line.days for line in judgement.lines if line.days is not None]
    return sum(days) if days else None


def _amount(judgement: Judgement) -> Fen:
    return Fen(sum(line.amount_fen for line in judgement.lines))


def _shares(judgement: Judgement) -> dict[str, Fen]:
    """Add up what each source pays: shares are split line by line."""
    shares: dict[str, Fen] = {}
    for line in judgement.lines:
        for source, part in line.version.split(line.amount_fen).items():
            shares[source] = Fen(shares.get(source, 0) + part)
    return shares


# --- for people ---------------------------------------------------------------------------------


def _summary(judged: Sequence[tuple[Scheme, Judgement]]) -> Table:
    """Show every scheme at a glance."""
    return Table(
        key="summary",
        heading="",
        columns=_SUMMARY,
        rows=[
            (
                _titled(scheme, judgement),
                bool(judgement.lines),
                _amount(judgement) if judgement.lines else None,
                judgement.reason or None,
            )
            for scheme, judgement in judged
        ],
        total=(None, None, sum(_amount(judgement) for _, judgement in judged), None),
        shown_in=PEOPLE,
    )


def _table(history: History, scheme: Scheme, judgement: Judgement, month: Month) -> Table:
    return Table(
        key=scheme.key,
        heading=f"{_titled(scheme, judgement)}：{_sum(judgement, month)}",
        columns=_COLUMNS,
        rows=[_row(finding) for finding in judgement.findings],
        notes=tuple(_notes(history, judgement)),
        shown_in=PEOPLE,
    )


def _titled(scheme: Scheme, judgement: Judgement) -> str:
    """Name a scheme; a standard that nobody could check against its document says so."""
    version = judgement.version
    is_open = version is not None and version.confidence is Confidence.UNCONFIRMED
    return f"{scheme.title}（{Confidence.UNCONFIRMED.label}）" if is_open else scheme.title


def _row(finding: Finding) -> tuple[Any, ...]:
    evidence = finding.evidence
    since = evidence.since if evidence else None
    source = [evidence.origin.as_record()] if evidence and evidence.origin else []
    return (finding.title, finding.required, finding.actual, finding.holds, since, source)


def _sum(judgement: Judgement, month: Month) -> str:
    """Write the calculation, or why there is none."""
    if not judgement.lines:
        return f"不享受。{judgement.reason}。"
    amount = format_yuan(_amount(judgement))
    parts = []
    for line in judgement.lines:
        rate = format_yuan(line.rate_fen)
        if line.days is None:
            parts.append(f"{line.version.unit.label}{rate}元，{_part(line.version, month)}")
        elif line.amount_fen == line.rate_fen * line.days:
            parts.append(f"{rate}元 × {line.days}天")
        else:
            parts.append(f"{line.days}天，标准月内有调整，现为{rate}元")
    return f"{' + '.join(parts)} = {amount}元"


def _part(version: Version, month: Month) -> str:
    months = version.months_with(month)
    whole = "学期" if version.unit is Unit.TERM else "学年"
    return f"{whole}的第{months.index(month.month) + 1}个月（共{len(months)}个月）"


def _notes(history: History, judgement: Judgement) -> Iterator[str]:
    version = judgement.version
    if version is not None:
        yield f"依据：{version.document}（{version.confidence.label}）。{version.clause}"
    if len(judgement.lines) > 1:
        spent = (
            f"{history.schools[line.school_id].name}{line.days}天 {format_yuan(line.amount_fen)}元"
            for line in judgement.lines
        )
        yield f"分学校：{'，'.join(spent)}。"
    for missed in judgement.missed:
        span = f"{missed.first:%m-%d}" + (
            f" 至 {missed.last:%m-%d}" if missed.last > missed.first else ""
        )
        yield f"未计 {missed.days} 个上课日（{span}）：{missed.reason}。"
    if shares := _shares(judgement):
        split = (f"{source} {format_yuan(part)}元" for source, part in shares.items())
        yield f"资金分担：{'，'.join(split)}。"
