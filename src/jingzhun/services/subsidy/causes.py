"""Say why a line of an adjustment differs: which fact of the pupil's changed, said where.

The facts as known when the run was computed are held against those known today. What the timelines
do not tell (absences, meal days, a new standard) shows in the days and the rate.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from jingzhun.core.calendar import MonthCalendars
from jingzhun.core.conditions import FACTS
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.policy import facts_of
from jingzhun.policies.holidays import holidays_for
from jingzhun.services.subsidy.findings import fact_words, presence
from jingzhun.services.subsidy.plans import judge_again
from jingzhun.store.calendars import Calendars
from jingzhun.store.differences import Difference
from jingzhun.store.history import History
from jingzhun.store.origins import Origin
from jingzhun.store.plans import MonthPlan
from jingzhun.store.posting import same_unit
from jingzhun.store.schema import Import, ImportSheet, Person, Run, RunLine

#: Above so many lines every one of them cannot be looked into while somebody waits.
_MOST = 2000
_SHORT: Mapping[str, str] = {
    Difference.NEW: "原来没有列入，现在应当享受",
    Difference.CHANGED: "重新测算的金额不同",
    Difference.TAKEN: "原来列入了，现在不应享受",
}


def write_causes(session: Session, run: Run, corrected: Run, plans: Sequence[MonthPlan]) -> None:
    """Put words in place of every line's kind of difference."""
    known_in = session.scalar(
        select(func.max(ImportSheet.id))
        .join(Import, Import.id == ImportSheet.import_id)
        .where(Import.recorded_at <= corrected.recorded_at)
    )
    calendars = Calendars(session.connection(), holidays_for, known_at=corrected.recorded_at)
    by_month = {plan.month.number: plan for plan in plans}
    first = aliased(RunLine)
    rows = session.execute(
        select(RunLine, first.rate_fen)
        .join(first, same_unit(first, RunLine) & (first.sequence == 0), isouter=True)
        .where(RunLine.run_id == run.id)
        .limit(_MOST)
    ).all()
    for line, rate_fen in rows:
        plan, short = by_month[line.month], _SHORT[line.cause or Difference.CHANGED]
        told = [
            *_of_facts(session, line, plan, known_in),
            *_of_calendar(line, plan, calendars.in_month(plan.month)),
            *_of_figures(line, rate_fen),
        ]
        line.cause = f"{short}：{'；'.join(told)}" if told else short
    session.flush()
    for kind, words in _SHORT.items():
        session.execute(
            update(RunLine)
            .where(RunLine.run_id == run.id, RunLine.cause == kind)
            .values(cause=words)
            .execution_options(synchronize_session=False)
        )


def _of_facts(
    session: Session, line: RunLine, plan: MonthPlan, known_in: int | None
) -> Iterator[str]:
    """Tell the first day of the month on which a fact is another than it was known to be."""
    person = session.get_one(Person, line.person_id)
    now = History(session, person)
    then = History(session, person, known_in=known_in or 0)
    there = plan.of(line.school_id)
    entitlement = next(each for each in there.entitlements if each.scheme.key == line.scheme)
    asked = {fact for version in entitlement.versions for fact in facts_of(version)}
    for day in there.calendar.days or (there.calendar.deciding_day,):
        here, now_here = presence(then, day).actual, presence(now, day).actual
        told = [f"原来{here}，现在{now_here}"] if here != now_here else []
        before, after = then.facts_on(day), now.facts_on(day)
        for fact in FACTS:
            if fact in asked and before[fact] != after[fact] and told == []:
                evidence = now.evidence(fact, day)
                source = f"（{_place(evidence.origin)}）" if evidence and evidence.origin else ""
                told.append(
                    f"{FACTS[fact].title}原为{fact_words(then, fact, day)}，"
                    f"现为{fact_words(now, fact, day)}{source}"
                )
        if told:
            yield f"{day.month}月{day.day}日起{told[0]}"
            return
    if line.cause == Difference.TAKEN:
        reason = judge_again(session, plan, person, line.scheme).reason
        if reason:
            yield reason


def _of_calendar(line: RunLine, plan: MonthPlan, then: MonthCalendars) -> Iterator[str]:
    """Tell that the school's calendar was set anew."""
    before, now = then.of(line.school_id).days, plan.of(line.school_id).calendar.days
    if line.days is not None and before != now:
        yield f"校历改了，上课日由{len(before)}天改为{len(now)}天"


def _of_figures(line: RunLine, rate_fen: Fen | None) -> Iterator[str]:
    if line.cause != Difference.CHANGED:
        return
    if rate_fen is not None and rate_fen != line.rate_fen:
        yield f"标准由{format_yuan(rate_fen)}元改为{format_yuan(line.rate_fen)}元"
    if line.days:
        yield f"天数{'多' if line.days > 0 else '少'}{abs(line.days)}天"


def _place(origin: Origin) -> str:
    return origin.sheet.words(origin.row, origin.cell)
