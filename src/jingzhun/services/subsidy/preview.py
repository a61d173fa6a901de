"""Compute months by the rules in use and by others, side by side, in a transaction to be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.policy import Pack, PolicyText
from jingzhun.core.runs import FINAL
from jingzhun.core.terms import Month, months_of
from jingzhun.core.vocabulary import RunKind, RunState
from jingzhun.errors import JingzhunError
from jingzhun.policies.files import beside
from jingzhun.policies.packs import DEFAULT_PACK, load_pack, say_packs
from jingzhun.services.hand import Hand
from jingzhun.services.subsidy.notices import notices_of
from jingzhun.services.subsidy.plans import plans_of
from jingzhun.services.subsidy.policies import newest_month
from jingzhun.store.entitlement import insert_lines
from jingzhun.store.lines import stages_attended
from jingzhun.store.plans import MonthPlan
from jingzhun.store.policy_files import files_in_force, pack_in_use
from jingzhun.store.schema import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The months that were asked for: from the first, to the last; None: not said."""

    first: Month | None
    last: Month | None
    today: date

    @property
    def this_month(self) -> Month:
        """The month that today lies in."""
        return Month.of(self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Two runs of the same months that must not last: by the rules in use, and by the others.

    ``notices`` are those that only a run by the other rules would have. ``final`` are the approved
    runs with one of the months: they stay, whatever is adopted.
    """

    before: int
    after: int
    plans_before: Sequence[MonthPlan]
    plans_after: Sequence[MonthPlan]
    final: Sequence[int]
    notices: Sequence[str]


def try_out(session: Session, other: PolicyText | str, span: Span, hand: Hand) -> Trial:
    """Compute as if ``other``, a policy file or the name of a pack, held in every month of a span.

    Without first and last month: the months that were ever computed, from the file's newest
    version on.

    Raises:
        JingzhunError: ``preview_no_months``.
        PolicyError: a broken file; an unknown pack.
    """
    if isinstance(other, str):
        load_pack(other)
    runs = session.execute(
        select(Run.id, Run.period, Run.state).where(
            Run.state != RunState.VOID.value, Run.kind == RunKind.REGULAR.value
        )
    ).all()
    computed = {month for run in runs for month in months_of(run.period)}
    months = _months(session, other, span, computed)
    before = plans_of(session, months)
    after = plans_of(session, months, partial(_pack_with, other))
    firm = {state.value for state in FINAL}
    sides = [_computed(session, plans, hand, span) for plans in (before, after)]
    stages = stages_attended(session.connection())
    known, notices = (
        notices_of(session, plans, session.get_one(Run, number), None, stages)
        for plans, number in zip((before, after), sides, strict=True)
    )
    return Trial(
        before=sides[0],
        after=sides[1],
        plans_before=before,
        plans_after=after,
        final=[
            run.id
            for run in runs
            if run.state in firm and not set(months).isdisjoint(months_of(run.period))
        ],
        notices=[notice for notice in notices if notice not in known],
    )


def _months(
    session: Session, other: PolicyText | str, span: Span, computed: set[Month]
) -> list[Month]:
    """Give the months to compare, in their order."""
    if span.first is None and span.last is None:
        first = span.this_month if isinstance(other, str) else newest_month(session, other)
        found = sorted(month for month in computed if month >= first)
        if not found:
            raise JingzhunError(
                "preview_no_months",
                f"自{first.label}起的月份都还没有测算过，没有可以比较的。",
                f"请写要比较哪些月份，例如 --from {first} --to {first.term.months[-1]}。",
            )
        return found
    first = span.first or min((*computed, span.last or span.this_month))
    last = span.last or max(first, span.this_month)
    if last < first:
        raise JingzhunError(
            "preview_no_months",
            f"{first.label}到{last.label}之间没有月份。",
            "请检查 --from 和 --to 的先后。",
        )
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next())
    return found


def _pack_with(other: PolicyText | str, session: Session, month: Month) -> Pack:
    own = files_in_force(session, month.number)
    if isinstance(other, str):
        return load_pack(other, own)
    name = pack_in_use(session, month.number) or DEFAULT_PACK
    return load_pack(name, beside(own, other))


def _computed(session: Session, plans: Sequence[MonthPlan], hand: Hand, span: Span) -> int:
    """Compute plans into a run of their own."""
    run = Run(
        period=str(plans[0].month),
        pack=say_packs({plan.month.number: plan.pack.name for plan in plans}),
        state=RunState.VOID.value,
        computed_on=span.today,
        notices=[],
        actor=hand.actor,
        os_user=hand.os_user,
        recorded_at=hand.recorded_at,
    )
    session.add(run)
    session.flush()
    for plan in plans:
        insert_lines(session.connection(), run.id, plan)
    return run.id
