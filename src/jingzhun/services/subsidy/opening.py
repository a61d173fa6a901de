"""Take what was paid on paper into the ledger as posted lines, so that nothing is paid twice.

An imported 资助发放花名册 says who was paid how much for which period. Each amount is spread over
the months of its period as the scheme accrues, and stands posted once the run is approved. The
money left the books of before: the journal gets no entry.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen, accrue, allocate
from jingzhun.core.policy import Scheme
from jingzhun.core.terms import Month, months_of
from jingzhun.core.vocabulary import RunKind, Unit
from jingzhun.errors import JingzhunError
from jingzhun.policies.packs import say_packs
from jingzhun.services.hand import Hand
from jingzhun.services.subsidy.plans import plans_of
from jingzhun.store.plans import MonthPlan
from jingzhun.store.policy_files import files_known
from jingzhun.store.posting import leave_out_posted, posted_elsewhere
from jingzhun.store.presence import in_force
from jingzhun.store.schema import AidPayment, Enrolment, Import, ImportSheet, Person, Run, RunLine

_Paid = Row[int, int | None, str, str, Fen, int | None, str]


@dataclass(slots=True)
class Opened:
    """The runs made, by period, and what was left out, in words."""

    runs: list[int] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def open_paid(
    session: Session, import_id: int, hand: Hand, *, today: date, scheme: str | None = None
) -> Opened:
    """Make a run of each period that an imported payment list names.

    ``scheme`` is the key of the scheme where the list's own words do not tell it.

    Raises:
        JingzhunError: ``import_unknown``; ``opening_empty`` — the import holds no payments;
            ``opening_scheme`` — which scheme was paid is not known; ``scheme_unknown``.
    """
    rows = _payments(session, import_id)
    opened = Opened()
    by_period: dict[str, list[_Paid]] = defaultdict(list)
    for row in rows:
        by_period[row.period].append(row)
    for period, paid in sorted(by_period.items()):
        plans = plans_of(session, months_of(period))
        schemes = {
            project: _scheme_of(plans[0], project, scheme, import_id)
            for project in sorted({row.project for row in paid})
        }
        run = Run(
            kind=RunKind.OPENING.value,
            period=period,
            pack=say_packs({plan.month.number: plan.pack.name for plan in plans}),
            policy_files=files_known(session),
            computed_on=today,
            notices=[],
            actor=hand.actor,
            os_user=hand.os_user,
            recorded_at=hand.recorded_at,
        )
        session.add(run)
        session.flush()
        run.notices = list(_write(session, run.id, plans, _summed(paid, schemes)))
        opened.runs.append(run.id)
        opened.notices += run.notices
    session.flush()
    return opened


def _payments(session: Session, import_id: int) -> Sequence[_Paid]:
    if session.get(Import, import_id) is None:
        raise JingzhunError(
            "import_unknown",
            f"没有第 {import_id} 号导入。",
            "请用 jingzhun imports list 查看有哪些导入。",
        )
    rows = session.execute(
        select(
            AidPayment.person_id,
            AidPayment.school_id,
            AidPayment.project,
            AidPayment.period,
            AidPayment.amount_fen,
            AidPayment.days,
            Person.name,
        )
        .join(Person, Person.id == AidPayment.person_id)
        .join(ImportSheet, ImportSheet.id == AidPayment.sheet_id)
        .where(ImportSheet.import_id == import_id, AidPayment.amount_fen > 0)
        .order_by(AidPayment.id)
    ).all()
    if not rows:
        raise JingzhunError(
            "opening_empty",
            f"第 {import_id} 号导入里没有发放记录。",
            "请先用 jingzhun import 导入已发放的花名册（写有姓名、金额、月份或学期），"
            "再用它的编号。",
        )
    return rows


def _scheme_of(plan: MonthPlan, project: str, key: str | None, import_id: int) -> Scheme:
    """Tell the scheme that a payment list's words mean."""
    schemes = plan.pack.schemes
    if key is not None:
        wanted = next((each for each in schemes if key in {each.key, each.title}), None)
        if wanted is None:
            raise JingzhunError(
                "scheme_unknown",
                f"没有叫“{key}”的资助项目。",
                "可以写：" + "、".join(f"{each.key}（{each.title}）" for each in schemes),
            )
        return wanted
    meant = schemes_meant({each.key: each.title for each in schemes}, project)
    found = [each for each in schemes if each.key in meant]
    if len(found) != 1:
        raise JingzhunError(
            "opening_scheme",
            f"看不出第 {import_id} 号导入的“{project or '（没有写项目）'}”是哪一项资助。",
            f"请用 --scheme 写明，如：jingzhun run open {import_id} --scheme boarding_living",
        )
    return found[0]


def schemes_meant(titles: Mapping[str, str], project: str) -> list[str]:
    """Give the keys of the schemes, by their titles, that a list's word for a project may mean."""
    words = project.strip()
    return [key for key, title in titles.items() if words and (words in title or title in words)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    """What a pupil was paid of a scheme for a whole period."""

    person_id: int
    school_id: int | None
    name: str
    scheme: Scheme
    amount_fen: Fen
    days: int | None


def _summed(rows: Iterable[_Paid], schemes: Mapping[str, Scheme]) -> Iterator[_Sum]:
    """Add up the payments of a pupil for one scheme: paid in two parts is one unit."""
    amounts: Counter[tuple[int, str]] = Counter()
    days: Counter[tuple[int, str]] = Counter()
    last: dict[tuple[int, str], _Paid] = {}
    for row in rows:
        key = (row.person_id, schemes[row.project].key)
        amounts[key] += row.amount_fen
        days[key] += row.days or 0
        last[key] = row
    for key, row in last.items():
        yield _Sum(
            person_id=row.person_id,
            school_id=row.school_id,
            name=row.name,
            scheme=schemes[row.project],
            amount_fen=Fen(amounts[key]),
            days=days[key] or None,
        )


def _write(
    session: Session, run_id: int, plans: Sequence[MonthPlan], sums: Iterable[_Sum]
) -> Iterator[str]:
    """Write the lines; give notices of who could not be placed and what is posted already."""
    sums = list(sums)
    places = {
        plan.month.number: _places(session, plan, {each.person_id for each in sums})
        for plan in plans
    }
    lines: list[dict[str, Any]] = []
    nowhere: list[str] = []
    for each in sums:
        found = list(_lines_of(each, plans, places))
        lines += [{"run_id": run_id, **line} for line in found]
        if not found:
            nowhere.append(each.name)
    if lines:
        session.execute(insert(RunLine), lines)
    if nowhere:
        shown = "、".join(nowhere[:10])
        yield (
            f"{shown}{'等' if len(nowhere) > 10 else ''} {len(nowhere)} 人这段时间没有学籍，"
            "或者项目不在发放月份内，没有列入；请核对后另行登记。"
        )
    posted = session.execute(posted_elsewhere(run_id)).all()
    if posted:
        leave_out_posted(session.connection(), run_id)
        runs = "、".join(f"第 {row[0]} 批" for row in posted)
        yield f"{sum(row[1] for row in posted):,} 条已在{runs}入账，没有再列入。"


def _places(session: Session, plan: MonthPlan, people: set[int]) -> dict[int, Enrolment]:
    """Give each pupil's enrolment on the month's deciding day."""
    day = plan.general.calendar.deciding_day
    rows = session.scalars(select(Enrolment).where(in_force(Enrolment, day)))
    return {row.person_id: row for row in rows if row.person_id in people}


def _lines_of(
    paid: _Sum, plans: Sequence[MonthPlan], places: Mapping[int, Mapping[int, Enrolment]]
) -> Iterator[dict[str, Any]]:
    months = [plan for plan in plans if paid.person_id in places[plan.month.number]]
    parts = _spread(paid, months)
    for plan in months:
        amount, days = parts.get(plan.month, (Fen(0), None))
        version = paid.scheme.version_on(plan.general.calendar.deciding_day)
        if not amount or version is None:
            continue
        place = places[plan.month.number][paid.person_id]
        # The standard by which it was paid: a whole term's for schemes by the term.
        rate = Fen(amount * (1 if days else len(version.months_with(plan.month)) or 1))
        if days and amount % days == 0:
            rate = Fen(amount // days)
        yield {
            "scheme": paid.scheme.key,
            "person_id": paid.person_id,
            "month": plan.month.number,
            "school_id": paid.school_id or place.school_id,
            "stage": place.stage,
            "grade": place.grade,
            "class_no": place.class_no,
            "days": days,
            "rate_fen": rate,
            "amount_fen": amount,
            "version_from": version.starts,
            "split_no": version.split_for_all,
        }


def _spread(paid: _Sum, plans: Sequence[MonthPlan]) -> Mapping[Month, tuple[Fen, int | None]]:
    """Spread an amount over months: by accrual, or (by the day) by school days."""
    versions = [
        (plan, version)
        for plan in plans
        if (version := paid.scheme.version_on(plan.general.calendar.deciding_day)) is not None
    ]
    taught = {
        str(plan.month.number): len(plan.general.calendar.days)
        for plan, version in versions
        if version.unit is Unit.DAY and plan.general.calendar.days
    }
    if taught:
        amounts = allocate(paid.amount_fen, taught)
        days = allocate(Fen(paid.days or sum(taught.values())), taught)
        return {
            plan.month: (amounts[number], int(days[number]))
            for plan, _ in versions
            if (number := str(plan.month.number)) in taught
        }
    accruing = [
        plan.month
        for plan, version in versions
        if version.unit is not Unit.DAY and plan.month.month in version.months_with(plan.month)
    ]
    return {
        month: (accrue(paid.amount_fen, place, len(accruing)), None)
        for place, month in enumerate(accruing, start=1)
    }
