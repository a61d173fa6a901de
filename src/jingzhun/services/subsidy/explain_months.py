"""Explain one pupil's term or year: what each scheme yields month by month, and why not."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.policy import Scheme
from jingzhun.core.table import PEOPLE, Column, ColumnKind, Table
from jingzhun.core.terms import Month
from jingzhun.services.lookup import find_person
from jingzhun.services.subsidy.explain_words import amount_of, days_of
from jingzhun.services.subsidy.judgement import Judgement, judge
from jingzhun.services.subsidy.plans import plans_of
from jingzhun.services.subsidy.pupil import notices_about, placement_words, pupil_record
from jingzhun.store.history import History
from jingzhun.store.plans import MonthPlan

_Judged = Sequence[tuple[MonthPlan, Judgement]]


def explain_months(
    session: Session,
    text: str,
    months: Sequence[Month],
    *,
    period: str,
    today: date,
    show_ids: bool = False,
) -> Page:
    """Explain what the pupil named by ``text`` gets in each month of a period.

    JSON: ``pupil`` as of the last month that the pupil was on a roll, ``period``, ``notices``,
    ``total_fen`` and ``schemes``: for each ``scheme``, ``title``, ``amount_fen`` and ``months``
    (``month``, ``days``, ``amount_fen``, ``beside``, ``reason``).

    Raises:
        JingzhunError: ``person_unknown``, ``person_ambiguous``.
        PolicyError: the pack in use is unknown or broken.
    """
    history = History(session, find_person(session, text))
    plans = plans_of(session, months)
    # A pack may be exchanged for another inside the period: schemes by their keys.
    schemes = {scheme.key: scheme for plan in plans for scheme in plan.pack.schemes}
    judged = {
        key: [
            (plan, judge(history, plan, scheme))
            for plan in plans
            for scheme in plan.pack.schemes
            if scheme.key == key
        ]
        for key in schemes
    }
    records = [_record(schemes[key], found) for key, found in judged.items()]
    here = next(
        (plan for plan in reversed(plans) if pupil_record(history, plan, show_ids=False)["school"]),
        plans[-1],
    )
    notices = list(notices_about(history, plans, today))
    return Page(
        title=f"{history.person.name}　{period}资助说明",
        facts={
            "pupil": pupil_record(history, here, show_ids=show_ids),
            "period": period,
            "notices": notices,
            "total_fen": sum(record["amount_fen"] for record in records),
            "schemes": records,
        },
        tables=[_table(records, months)],
        notes=(
            placement_words(history, here, show_ids=show_ids),
            *notices,
            "某个月为什么有、为什么没有，请看 jingzhun explain 学生 --month 月份。",
        ),
    )


def _record(scheme: Scheme, judged: _Judged) -> dict[str, Any]:
    return {
        "scheme": scheme.key,
        "title": scheme.title,
        "amount_fen": sum(amount_of(judgement) for _, judgement in judged),
        "months": [
            {
                "month": str(plan.month),
                "days": days_of(judgement),
                "amount_fen": amount_of(judgement),
                "beside": judgement.lines[0].beside if judgement.lines else None,
                "reason": judgement.reason,
            }
            for plan, judgement in judged
        ],
    }


def _table(records: Sequence[dict[str, Any]], months: Sequence[Month]) -> Table:
    rows = []
    for record in records:
        amounts = {found["month"]: found["amount_fen"] or None for found in record["months"]}
        reasons = Counter(found["reason"] for found in record["months"] if found["reason"])
        reason = None if record["amount_fen"] else next(iter(reasons.most_common(1)), (None,))[0]
        cells = (amounts.get(str(month)) for month in months)
        rows.append((record["title"], *cells, record["amount_fen"] or None, reason))
    sums = [sum(row[place] or 0 for row in rows) for place in range(1, len(months) + 2)]
    return Table(
        key="months",
        heading="",
        columns=(
            Column(key="title", title="项目"),
            *(
                Column(key=str(month), title=f"{month.month}月", kind=ColumnKind.MONEY)
                for month in months
            ),
            Column(key="amount_fen", title="合计", kind=ColumnKind.MONEY),
            Column(key="reason", title="都没有的原因"),
        ),
        rows=rows,
        total=(None, *sums, None),
        shown_in=PEOPLE,
    )
