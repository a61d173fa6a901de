"""Keep out of a draft what is posted already: no unit twice, and no day at two schools."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from jingzhun.services.subsidy.plans import judge_again
from jingzhun.store.plans import MonthPlan
from jingzhun.store.posting import (
    is_anything_posted,
    leave_out_posted,
    leave_out_staff,
    posted_elsewhere,
    staff_approved,
)
from jingzhun.store.schema import Person, Run, RunLine


def leave_out(session: Session, run: Run, plans: Sequence[MonthPlan]) -> Iterator[str]:
    """Take out of a draft what other runs posted, and give notices of it."""
    connection = session.connection()
    if not is_anything_posted(connection, [plan.month.number for plan in plans]):
        return
    found = [
        *connection.execute(posted_elsewhere(run.id)).all(),
        *connection.execute(staff_approved(run.id)).all(),
    ]
    leave_out_posted(connection, run.id)
    leave_out_staff(connection, run.id)
    if found:
        count = sum(row[1] for row in found)
        runs = "、".join(f"第 {number} 批" for number in sorted({row[0] for row in found}))
        yield f"{count:,} 条明细已在{runs}入账，没有再列入。"
    yield from _leave_out_counted_days(session, run, plans)


def _leave_out_counted_days(
    session: Session, run: Run, plans: Sequence[MonthPlan]
) -> Iterator[str]:
    """Take out lines by the day whose days may be posted at the school that a pupil came from.

    That is so while more days are posted there than the pupil is due there now.
    """
    posted = aliased(RunLine)
    rows = session.execute(
        select(
            RunLine.person_id,
            RunLine.scheme,
            RunLine.month,
            posted.school_id,
            func.sum(posted.days),
        )
        .join(
            posted,
            (posted.month == RunLine.month)
            & (posted.scheme == RunLine.scheme)
            & (posted.person_id == RunLine.person_id),
        )
        .where(RunLine.run_id == run.id, RunLine.days.is_not(None), posted.sequence.is_not(None))
        .group_by(RunLine.person_id, RunLine.scheme, RunLine.month, posted.school_id)
    ).all()
    units: dict[tuple[int, str, int], dict[int, int]] = defaultdict(dict)
    for person_id, scheme, month, school_id, days in rows:
        units[person_id, scheme, month][school_id] = days or 0
    by_month = {plan.month.number: plan for plan in plans}
    names = []
    for (person_id, scheme, number), posted_days in units.items():
        person = session.get_one(Person, person_id)
        lines = judge_again(session, by_month[number], person, scheme).lines
        due = {line.school_id: line.days or 0 for line in lines}
        if all(days <= due.get(school_id, 0) for school_id, days in posted_days.items()):
            continue
        session.execute(
            delete(RunLine).where(
                RunLine.run_id == run.id,
                RunLine.scheme == scheme,
                RunLine.person_id == person_id,
                RunLine.month == number,
            )
        )
        names.append(person.name)
    if names:
        shown = "、".join(dict.fromkeys(names[:10]))
        yield (
            f"{shown}{'等' if len(names) > 10 else ''} {len(names)} 条明细没有列入："
            "这个月的天数已在转学前的学校入账，"
            "请先用 jingzhun run adjust 调整那一批，再重新测算。"
        )
