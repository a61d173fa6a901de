"""Money that should not have been paid and comes back: who owes it, and booking what came in.

An approved adjustment makes a receivable of what it takes back from money that was paid: the
pupil's family owes it, or, in kind, the supplier, school by school. It may come in parts, never
more than is owed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from jingzhun.core.journal import Entry, Posting, moved
from jingzhun.core.labels import Titled
from jingzhun.core.money import Fen, allocate, format_yuan
from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.vocabulary import Account, Delivery, EntryKind
from jingzhun.errors import JingzhunError
from jingzhun.services.books.funding import cover_advances
from jingzhun.services.books.journal import post
from jingzhun.services.books.purposes import purpose_titles
from jingzhun.services.books.shares import parts_by
from jingzhun.services.funds.settling import move_run
from jingzhun.services.hand import Hand
from jingzhun.services.lookup import find_person
from jingzhun.services.subsidy.steps import find_run
from jingzhun.store.owed import is_in
from jingzhun.store.schema import Person, Recovery, Run, RunLine, School

#: Adjustment, scheme, person or None, school (of a supplier's debt) or None.
_Key = tuple[int, str, int | None, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What one debtor owes for a scheme of an adjustment: claimed, and left by fund source."""

    run_id: int
    scheme: str
    person_id: int | None
    school_id: int | None
    claimed_fen: Fen
    left: Mapping[str, Fen]

    @property
    def left_fen(self) -> Fen:
        """What has not come in yet."""
        return Fen(sum(self.left.values()))


def debts(
    session: Session, *, run_id: int | None = None, person_id: int | None = None
) -> list[Debt]:
    """Give who owes something of posted adjustments, the oldest first; settled debts as well."""
    claims: dict[_Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    where: list[ColumnElement[bool]] = [
        RunLine.sequence.is_not(None), RunLine.is_receivable.is_(True)
    ]  # fmt: skip
    came_in = select(Recovery).where(is_in())
    if run_id is not None:
        where.append(RunLine.run_id == run_id)
        came_in = came_in.where(Recovery.run_id == run_id)
    if person_id is not None:
        where.append(RunLine.person_id == person_id)
    by = (RunLine.run_id, RunLine.person_id, RunLine.school_id)
    for (run, person, school), parts in parts_by(session, by, *where).items():
        for part, fen in parts.items():
            in_kind = part.delivery is Delivery.IN_KIND
            key = (run, part.scheme, None if in_kind else person, school if in_kind else None)
            claims[key][part.source] -= fen
    left = {key: dict(sources) for key, sources in claims.items()}
    for row in session.scalars(came_in):
        key = (row.run_id, row.scheme, row.person_id, row.school_id)
        if key in left:
            left[key][row.source] -= row.amount_fen
    return [
        Debt(
            run_id=run, scheme=scheme, person_id=person, school_id=school,
            claimed_fen=Fen(sum(claims[run, scheme, person, school].values())),
            left={source: Fen(fen) for source, fen in sources.items()},
        )
        for (run, scheme, person, school), sources in left.items()
        if person_id is None or person == person_id
    ]  # fmt: skip


def recover(
    session: Session,
    who: str,
    amount: Fen,
    hand: Hand,
    *,
    today: date,
    document: str | None = None,
) -> list[int]:
    """Book what came in of a person, or of all debtors of an adjustment; give the entries.

    ``who`` is a person, a school whose supplier pays back, or an adjustment's number. Of several
    debtors all must have paid.

    Raises:
        JingzhunError: ``recover_nothing`` — nothing is owed; ``recover_too_much``;
            ``recover_whose`` — a part of what several owe, without saying whose;
            ``run_unknown``, ``person_unknown``, ``person_ambiguous``; ``year_closed``.
    """
    name, owed = _asked(session, who)
    total = Fen(sum(debt.left_fen for debt in owed))
    if not owed:
        raise JingzhunError(
            "recover_nothing",
            f"{name}没有要追回的款。",
            "请用 jingzhun pay recover --list 查看谁还欠着。",
        )
    if amount > total:
        raise JingzhunError(
            "recover_too_much",
            f"{name}要追回的只有 {format_yuan(total)} 元，收到 {format_yuan(amount)} 元就多了。",
            "请核对金额；多交的请退还，不要记入追回。",
        )
    debtors = {(debt.person_id, debt.school_id) for debt in owed}
    if amount < total and len(debtors) > 1:
        raise JingzhunError(
            "recover_whose",
            f"{name}有 {len(debtors)} 家要追回共 {format_yuan(total)} 元，"
            f"只收到 {format_yuan(amount)} 元，看不出是谁的。",
            "请逐人登记：jingzhun pay recover 姓名或身份证号 金额；供餐单位退的写学校名称。",
        )
    entry = Entry(
        kind=EntryKind.RECOVERY, happened_on=today, document=document, words=f"追回　{name}　",
        postings=(),
    )  # fmt: skip
    entries = list(_book(session, _spread(owed, amount), entry, hand))
    for run_id in sorted({debt.run_id for debt in owed}):
        move_run(session, run_id, hand, today=today)
    return entries


def _asked(session: Session, who: str) -> tuple[str, list[Debt]]:
    """Give whom the words mean, and what is left of the debts.

    A school's name means the supplier's debt for its meals.
    """
    if who.isdigit() and len(who) < 9:
        run = find_run(session, int(who))
        found = debts(session, run_id=run.id)
        return f"第 {run.id} 批", [debt for debt in found if debt.left_fen]
    school = session.scalar(select(School.id).where(School.name == who.strip()))
    if school is not None:
        found = [debt for debt in debts(session) if debt.school_id == school]
        return f"供餐单位（{who.strip()}）", [debt for debt in found if debt.left_fen]
    person = find_person(session, who)
    found = debts(session, person_id=person.id)
    return person.name, [debt for debt in found if debt.left_fen]


def _spread(owed: Sequence[Debt], amount: Fen) -> Iterator[tuple[Debt, Mapping[str, Fen]]]:
    """Give debt by debt, the oldest first, what of it came in by fund source."""
    for debt in owed:
        part = Fen(min(amount, debt.left_fen))
        if part == debt.left_fen:
            yield debt, debt.left
        elif part:
            yield debt, allocate(part, {name: max(fen, 0) for name, fen in debt.left.items()})
        amount = Fen(amount - part)


def _book(
    session: Session, came_in: Iterable[tuple[Debt, Mapping[str, Fen]]], entry: Entry, hand: Hand
) -> Iterator[int]:
    """Book ``entry`` for each scheme of an adjustment, and pay advances back."""
    by_scheme: dict[tuple[int, str], list[tuple[Debt, Mapping[str, Fen]]]] = defaultdict(list)
    for debt, sources in came_in:
        by_scheme[debt.run_id, debt.scheme].append((debt, sources))
    titles = purpose_titles(session)
    for (run_id, scheme), told in by_scheme.items():
        mine = replace(
            entry,
            run_id=run_id,
            words=f"{entry.words}{titles.get(scheme, scheme)}",
            postings=[posting for debt, sources in told for posting in _postings(debt, sources)],
        )
        number = post(session, mine, hand)
        assert number is not None  # noqa: S101 - something came in
        _keep(session, number, told)
        yield number
        cover = cover_advances(session, scheme, hand, today=entry.happened_on)
        yield from () if cover is None else (cover,)


def _postings(debt: Debt, sources: Mapping[str, Fen]) -> Iterator[Posting]:
    for source, fen in sources.items():
        yield from moved(
            fen, debit=Account.BANK, credit=Account.RECEIVABLE, source=source, purpose=debt.scheme
        )


def _keep(session: Session, entry: int, told: Iterable[tuple[Debt, Mapping[str, Fen]]]) -> None:
    """Keep whose money came in, by debtor and fund source."""
    rows: list[dict[str, Any]] = [
        {
            "entry_id": entry, "run_id": debt.run_id, "scheme": debt.scheme,
            "person_id": debt.person_id, "school_id": debt.school_id, "source": source,
            "amount_fen": fen,
        }
        for debt, sources in told
        for source, fen in sources.items()
        if fen
    ]  # fmt: skip
    numbered = [{"number": place, **row} for place, row in enumerate(rows, start=1)]
    session.connection().execute(insert(Recovery), numbered)


def debts_page(session: Session) -> Page:
    """Show who owes what: claimed, come in, left; those who have paid all are left out.

    JSON: ``{"debts": [{"run", "period", "scheme", "name", "id_number", "school", "claimed_fen",
    "recovered_fen", "left_fen"}]}``.
    """
    found = [debt for debt in debts(session) if debt.left_fen]
    titles = purpose_titles(session)
    periods = dict(session.execute(select(Run.id, Run.period)).all())
    people = {
        person: (name, number)
        for person, name, number in session.execute(
            select(Person.id, Person.name, Person.id_number).where(
                Person.id.in_(select(RunLine.person_id).where(RunLine.is_receivable.is_(True)))
            )
        )
    }
    schools = dict(session.execute(select(School.id, School.name)).all())
    rows = [
        (debt.run_id, periods[debt.run_id], Titled.of(debt.scheme, titles),
         *people.get(debt.person_id or 0, (None, None)), schools.get(debt.school_id or 0),
         debt.claimed_fen, debt.claimed_fen - debt.left_fen, debt.left_fen)
        for debt in found
    ]  # fmt: skip
    total = sum(debt.left_fen for debt in found)
    table = Table(
        key="debts", heading="", columns=_DEBTS, rows=rows,
        total=(None, "合计", *[None] * 6, total) if rows else None,
        notes=("学校一栏有名称的，是供餐单位要退的那所学校的餐费。",),
    )  # fmt: skip
    return Page(title="要追回的款", tables=[table])


_DEBTS = (
    Column(key="run", title="调整批次", kind=ColumnKind.COUNT),
    Column(key="period", title="期间"),
    Column(key="scheme", title="项目", kind=ColumnKind.LABEL),
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证号", kind=ColumnKind.ID),
    Column(key="school", title="学校"),
    Column(key="claimed_fen", title="应追回", kind=ColumnKind.MONEY),
    Column(key="recovered_fen", title="已追回", kind=ColumnKind.MONEY),
    Column(key="left_fen", title="还欠", kind=ColumnKind.MONEY),
)
