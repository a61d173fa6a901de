"""Look through a draft before it is approved: every reason why a line could not be paid.

Reasons are told all at once, each with its pupil, while there is time to mend it. Nothing is kept.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from jingzhun.core.money import format_yuan
from jingzhun.core.page import Page
from jingzhun.core.payment_vocabulary import Hindrance
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.terms import Month, months_of
from jingzhun.core.vocabulary import Change, Delivery, RunState
from jingzhun.policies.norms import norms
from jingzhun.services.books.purposes import purpose_titles
from jingzhun.services.books.shares import parts_of
from jingzhun.services.funds.hindrances import Hindered, hindered_table, of_accounts
from jingzhun.services.lookup import find_school
from jingzhun.services.subsidy.opening import schemes_meant
from jingzhun.services.subsidy.plans import plans_of
from jingzhun.services.subsidy.posted import leave_out
from jingzhun.store.owed import Pupil, drafted, pupils_of
from jingzhun.store.payees import payees, twin_ids
from jingzhun.store.posting import same_unit
from jingzhun.store.presence import present
from jingzhun.store.schema import AidPayment, Enrolment, Person, Run, RunLine, StatusChange


def under_way(session: Session, period: str, scope: str) -> int | None:
    """Give the run of a period that was reviewed or is published: it is looked at as it stands."""
    school = find_school(session, scope).name if scope else ""
    states = [RunState.REVIEWED.value, RunState.PUBLISHED.value]
    return session.scalar(
        select(Run.id).where(Run.period == period, Run.scope == school, Run.state.in_(states))
    )


def precheck_page(session: Session, run_id: int, months: Sequence[Month], *, today: date) -> Page:
    """Show what stands in the way of a run that is not posted; a draft may hold what is.

    JSON: ``period``, ``pupils`` (how many of the draft), ``notices``, ``reasons`` — counted —
    and ``hindered`` (as ``pay batch``).
    """
    run = session.get_one(Run, run_id)
    posted = list(_posted(session, run_id))
    notices = [*run.notices, *leave_out(session, run, plans_of(session, months))]
    check = _Check(session, run_id, months, today)
    hindered = [*posted, *check.everything()]
    return Page(
        title=f"{run.period} 发放预检：{len(hindered):,} 处要处理" if hindered
        else f"{run.period} 发放预检：没有发现问题",
        facts={"period": run.period, "pupils": len(check.people), "notices": notices},
        tables=[_reasons(hindered), hindered_table(hindered, purpose_titles(session))],
        notes=notices,
    )  # fmt: skip


def _reasons(hindered: Sequence[Hindered]) -> Table:
    """Count reasons: pupils, lines and money behind each."""
    by_reason: dict[Hindrance, list[Hindered]] = {why: [] for why in Hindrance}
    for each in hindered:
        by_reason[each.why].append(each)
    rows = [
        (why, len({each.pupil.person_id for each in found}), len(found),
         sum(each.pupil.amount_fen for each in found))
        for why, found in by_reason.items()
        if found
    ]  # fmt: skip
    columns = (
        Column(key="reason", title="原因", kind=ColumnKind.LABEL),
        Column(key="pupils", title="人数", kind=ColumnKind.COUNT),
        Column(key="lines", title="处", kind=ColumnKind.COUNT),
        Column(key="amount_fen", title="涉及金额", kind=ColumnKind.MONEY),
    )
    return Table(key="reasons", heading="按原因", columns=columns, rows=rows)


def _posted(session: Session, run_id: int) -> Iterator[Hindered]:
    """Name whose months another run posted."""
    posted = aliased(RunLine)
    rows = session.execute(
        select(RunLine.scheme, RunLine.person_id, posted.run_id)
        .distinct()
        .join(posted, same_unit(posted, RunLine))
        .where(RunLine.run_id == run_id, RunLine.amount_fen > 0, posted.sequence == 0)
        .order_by(posted.run_id)
    )
    runs: dict[tuple[str, int], list[int]] = defaultdict(list)
    for scheme, person, other in rows:
        runs[scheme, person].append(other)
    is_posted = exists().where(same_unit(posted, RunLine))
    for pupil in pupils_of(session, run_id, drafted(run_id, is_posted)):
        named = "、".join(f"第 {other} 批" for other in runs[pupil.scheme, pupil.person_id])
        yield Hindered(why=Hindrance.POSTED, pupil=pupil, words=f"已在{named}入账，不再列入。")


class _Check:
    """The questions to one draft; ``people`` are the pupils of it."""

    def __init__(self, session: Session, run_id: int, months: Sequence[Month], today: date) -> None:
        self._session = session
        self._run_id = run_id
        self._months = months
        self._today = today
        self._titles = purpose_titles(session)
        self._twins = twin_ids(session)
        self._alike = twin_ids(session, asked=True)
        self._pupils = pupils_of(session, run_id, drafted(run_id))
        self.people = {pupil.person_id for pupil in self._pupils}

    def everything(self) -> Iterator[Hindered]:
        """Give every reason of every pupil."""
        yield from of_accounts(self._session, self._by_card(), payees(self._session, self._today))
        yield from self._gone()
        yield from self._doubled()
        yield from self._paid_elsewhere()
        yield from self._overlapping()

    def _by_card(self) -> list[Pupil]:
        parts = parts_of(self._session, RunLine.run_id == self._run_id)
        cards = {part.scheme for part in parts if part.delivery is Delivery.CARD}
        return [pupil for pupil in self._pupils if pupil.scheme in cards]

    def _gone(self) -> Iterator[Hindered]:
        """Name who is dead, or at no school today."""
        dead = self._among(
            select(Person.id).where(Person.died_on <= self._today),
            select(StatusChange.person_id).where(
                StatusChange.change == Change.DEATH, StatusChange.happened_on <= self._today
            ),
        )
        here = self._among(select(Enrolment.person_id).where(present(self._today)), twins=True)
        for pupil in self._pupils:
            if pupil.person_id in dead:
                words = "异动名单上写着死亡，请核对应发到哪一天，由监护人领取。"
                yield Hindered(why=Hindrance.DEAD, pupil=pupil, words=words)
            elif pupil.person_id not in here:
                words = f"{self._today} 不在任何学校就读（转出、休学、辍学或毕业），请核对再发。"
                yield Hindered(why=Hindrance.LEFT, pupil=pupil, words=words)

    def _among(self, *queries: Any, twins: bool = False) -> set[int]:
        """Give the pupils whom any of the queries finds, with ``twins`` also by another record."""
        found = {person for query in queries for person in self._session.scalars(query)}
        if twins:
            found |= {other for person in found for other in self._twins.get(person, ())}
        return found & self.people

    def _doubled(self) -> Iterator[Hindered]:
        """Name who gets a scheme under two records of one human, or of what may be one."""
        held: dict[tuple[str, int], set[int]] = defaultdict(set)
        asked = self._alike.keys()
        rows = self._session.execute(
            select(RunLine.scheme, RunLine.person_id, RunLine.month).where(
                or_(RunLine.run_id == self._run_id, RunLine.sequence.is_not(None)),
                RunLine.month.in_([month.number for month in self._months]),
                RunLine.person_id.in_(asked),
            )
        )
        for scheme, person, month in rows:
            held[scheme, person].add(month)
        for pupil in self._pupils:
            mine = held[pupil.scheme, pupil.person_id]
            twins = self._alike.get(pupil.person_id, ())
            if any(mine & held[pupil.scheme, twin] for twin in twins):
                words = "另一条记录可能是同一个人，同月也有这一项，请先用 match review 核对。"
                yield Hindered(why=Hindrance.DOUBLED, pupil=pupil, words=words)

    def _paid_elsewhere(self) -> Iterator[Hindered]:
        """Name whom an imported list says to have been paid the same, beside the ledger's runs."""
        schemes = self._projects()
        rows = self._session.execute(
            select(
                AidPayment.person_id, AidPayment.project, AidPayment.period, AidPayment.amount_fen
            )
            .where(
                tuple_(AidPayment.project, AidPayment.period).in_(list(schemes)),
                AidPayment.amount_fen > 0,
            )
            .order_by(AidPayment.id)
        )
        paid: dict[tuple[str, int], list[str]] = defaultdict(list)
        for person, project, period, fen in rows:
            words = f"{period} {project} {format_yuan(fen)} 元"
            for who in (person, *self._twins.get(person, ())):
                paid[schemes[project, period], who].append(words)
        for pupil in self._pupils:
            lists = paid.get((pupil.scheme, pupil.person_id))
            if lists:
                words = (
                    f"导入的发放花名册写着已发 {'、'.join(dict.fromkeys(lists))}，"
                    "确已发过的请用 jingzhun run open 登记，免得再发一次。"
                )
                yield Hindered(why=Hindrance.PAID_ELSEWHERE, pupil=pupil, words=words)

    def _projects(self) -> Mapping[tuple[str, str], str]:
        """Give the scheme of what lists paid for a period that touches the draft's months."""
        asked = {pupil.scheme for pupil in self._pupils}
        titles = {key: title for key, title in self._titles.items() if key in asked}
        found: dict[tuple[str, str], str] = {}
        pairs = select(AidPayment.project, AidPayment.period).distinct()
        for project, period in self._session.execute(pairs):
            meant = schemes_meant(titles, project)
            if len(meant) == 1 and not set(months_of(period)).isdisjoint(self._months):
                found[project, period] = meant[0]
        return found

    def _overlapping(self) -> Iterator[Hindered]:
        """Name who gets two schemes of one purpose in one month."""
        for group in norms("runs", self._today)["one_purpose"].value:
            others = self._others_of(group)
            for pupil in self._pupils:
                held = others.get((pupil.scheme, pupil.person_id))
                if held:
                    named = "、".join(self._titles.get(scheme, scheme) for scheme in sorted(held))
                    words = f"同一个月还有{named}，一个月只能享受一项。"
                    yield Hindered(why=Hindrance.OVERLAP, pupil=pupil, words=words)

    def _others_of(self, group: Collection[str]) -> Mapping[tuple[str, int], set[str]]:
        """Give by scheme and pupil the other schemes of a group in a month of the draft's."""
        unit = (RunLine.person_id, RunLine.month, RunLine.scheme)
        held = (
            select(*unit)
            .where(
                or_(RunLine.run_id == self._run_id, RunLine.sequence.is_not(None)),
                RunLine.month.in_([month.number for month in self._months]),
                RunLine.scheme.in_(group),
            )
            .group_by(*unit)
            .having(func.sum(RunLine.amount_fen) > 0)
            .subquery()
        )
        rows: Iterable[Any] = self._session.execute(
            select(RunLine.scheme, RunLine.person_id, held.c.scheme)
            .distinct()
            .join(
                held,
                (held.c.person_id == RunLine.person_id)
                & (held.c.month == RunLine.month)
                & (held.c.scheme != RunLine.scheme),
            )
            .where(RunLine.run_id == self._run_id, RunLine.scheme.in_(group))
        )
        found: dict[tuple[str, int], set[str]] = defaultdict(set)
        for scheme, person, others in rows:
            found[scheme, person].add(others)
        return found
