"""Explain one pupil's month: every scheme of the pack, granted or not, with what it rests on.

Nothing is read from a run: the decision is made anew from the ledger as known today, by the same
records that ``subsidy.runs`` computes with.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.policy import Scheme
from jingzhun.core.policy_vocabulary import Yields
from jingzhun.core.table import PEOPLE, Column, ColumnKind, Table
from jingzhun.core.terms import Month
from jingzhun.services.lookup import find_person
from jingzhun.services.subsidy.explain_words import (
    amount_of,
    calculation,
    confidence_of,
    days_of,
    notes_of,
    shares_of,
    titled,
)
from jingzhun.services.subsidy.findings import Finding
from jingzhun.services.subsidy.judgement import Judgement, judge
from jingzhun.services.subsidy.plans import plans_of
from jingzhun.services.subsidy.pupil import notices_about, placement_words, pupil_record
from jingzhun.services.subsidy.pupil_days import days_record, days_table
from jingzhun.services.subsidy.pupil_posted import posted_records, posted_table
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
    Column(key="reason", title="说明"),
)


def explain(
    session: Session, text: str, month: Month, *, today: date, show_ids: bool = False
) -> Page:
    """Explain what the pupil named by ``text`` gets in a month, and why.

    JSON: ``pupil`` (name, id_number, student_no, school, grade, class_no), ``month``, ``pack``,
    ``notices``; how the days came about: ``calendar`` by school, ``absences``, ``meal_days``;
    ``posted``, what approved runs hold; and ``schemes``: for each ``scheme``, ``title``,
    ``granted``, ``document``, ``confidence``, ``version_from``, ``delivery``, ``yields``,
    ``conditions`` (``fact``, ``title``, ``required``, ``actual``, ``holds``, ``since``,
    ``source``), ``days``, ``rate_fen``, ``amount_fen``, ``shares``, ``lines`` (by school),
    ``missed`` (school days not counted) and ``reason``.

    Raises:
        JingzhunError: ``person_unknown``, ``person_ambiguous``.
        PolicyError: the pack in use is unknown or broken.
    """
    history = History(session, find_person(session, text))
    [plan] = plans_of(session, [month])
    judged = [(scheme, judge(history, plan, scheme)) for scheme in plan.pack.schemes]
    posted = posted_records(session, history.person.id, month.number)
    told = sorted(judged, key=lambda pair: not pair[1].lines)
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
            _summary(told, month),
            days_table(history, plan),
            *posted_table(posted, plan.pack.schemes),
            *(_table(history, scheme, judgement, plan.month) for scheme, judgement in told),
        ],
        notes=(placement_words(history, plan, show_ids=show_ids), *notices),
    )


# --- for programs -------------------------------------------------------------------------------


def _record(history: History, scheme: Scheme, judgement: Judgement) -> dict[str, Any]:
    version, lines, confidence = judgement.version, judgement.lines, confidence_of(judgement)
    return {
        "scheme": scheme.key,
        "title": scheme.title,
        "granted": bool(lines),
        "document": version and version.document,
        "confidence": confidence and confidence.value,
        "version_from": version and version.starts.isoformat(),
        "delivery": version and version.delivery.value,
        "yields": version and version.yields.value,
        "conditions": [_condition(finding) for finding in judgement.findings],
        "days": days_of(judgement),
        "rate_fen": lines[-1].rate_fen if lines else None,
        "amount_fen": amount_of(judgement),
        "shares": shares_of(judgement),
        "lines": [
            {
                "school": history.schools[line.school_id].name,
                "days": line.days,
                "rate_fen": line.rate_fen,
                "amount_fen": line.amount_fen,
                "beside": line.beside,
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


# --- for people ---------------------------------------------------------------------------------


def _summary(judged: Sequence[tuple[Scheme, Judgement]], month: Month) -> Table:
    """Show every scheme at a glance."""
    return Table(
        key="summary",
        heading="",
        columns=_SUMMARY,
        rows=[
            (
                titled(scheme, judgement),
                bool(judgement.lines),
                amount_of(judgement) if judgement.lines and not _beside(judgement) else None,
                judgement.reason or (calculation(judgement, month) if _beside(judgement) else None),
            )
            for scheme, judgement in judged
        ],
        total=(None, None, sum(amount_of(judgement) for _, judgement in judged), None),
        shown_in=PEOPLE,
    )


def _beside(judgement: Judgement) -> bool:
    """Say whether something other than money is given."""
    return any(line.version.yields is not Yields.MONEY for line in judgement.lines)


def _table(history: History, scheme: Scheme, judgement: Judgement, month: Month) -> Table:
    return Table(
        key=scheme.key,
        heading=f"{titled(scheme, judgement)}：{calculation(judgement, month)}",
        columns=_COLUMNS,
        rows=[_row(finding) for finding in judgement.findings],
        notes=tuple(notes_of(history, judgement)),
        shown_in=PEOPLE,
    )


def _row(finding: Finding) -> tuple[Any, ...]:
    evidence = finding.evidence
    since = evidence.since if evidence else None
    source = [evidence.origin.as_record()] if evidence and evidence.origin else []
    return (finding.title, finding.required, finding.actual, finding.holds, since, source)
