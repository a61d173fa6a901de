"""Pupils out of test data, and the two ways in which their month is decided."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.terms import Month, Term, fiscal_year_months, school_year_months
from jingzhun.core.vocabulary import Verdict
from jingzhun.services.subsidy.judgement import judge
from jingzhun.services.subsidy.plans import plans_of
from jingzhun.services.subsidy.runs import compute
from jingzhun.store.engine import Ledger
from jingzhun.store.history import History
from jingzhun.store.schema import (
    Absence,
    CalendarWord,
    MatchPair,
    MealDays,
    Person,
    PolicyFile,
    PolicyUse,
    RunLine,
)
from tests.builders import NOW, TODAY, World

LONG_AGO = date(2019, 9, 1)
#: person, school, scheme, month, days, rate, amount, beside, number of the split, first day of the
#: version.
Line = tuple[int, int, str, int, int | None, int, int, int | None, int | None, date]


class _UndoError(Exception):
    """Leaves a transaction without a trace."""


@contextmanager
def scratch(ledger: Ledger) -> Iterator[Session]:
    """Give a writing session whose work is undone at the end."""
    with suppress(_UndoError), ledger.write() as session:
        yield session
        raise _UndoError


def put_pupil(world: World, facts: dict[str, Any]) -> Person:
    """Write a pupil as test data describes it; spells begin long ago unless they say when."""
    household = world.household() if facts.get("category") else None
    person = world.person(household_id=household and household.id, **facts.get("person", {}))
    for spell in facts.get("enrolment", ()):
        said = {"from_": LONG_AGO, **_spell(spell)}
        world.enrol(person, world.school(said.pop("school", "青禾小学")), **said)
    for spell in facts.get("boarding", ()):
        world.board(person, **{"from_": LONG_AGO, **_spell(spell)})
    for spell in facts.get("category", ()):
        assert household is not None
        world.categorise(household, **{"from_": LONG_AGO, **_spell(spell)})
    for spell in facts.get("recognition", ()):
        world.recognise(person, **_spell(spell))
    for spell in facts.get("standing", ()):
        said = _spell(spell)
        if "school" in said:
            said["school"] = world.school(said["school"])
        world.stand(person, **said)
    for day in facts.get("absences", ()):
        world.session.add(
            Absence(person_id=person.id, day=day, sheet_id=world.sheet_id, row_number=1)
        )
    for count in facts.get("meals", ()):
        world.session.add(
            MealDays(
                person_id=person.id,
                school_id=world.school(count.get("school", "青禾小学")).id,
                month=count["month"],
                days=count["days"],
                sheet_id=world.sheet_id,
                row_number=1,
            )
        )
    world.session.flush()
    return person


def use_pack(world: World, name: str) -> None:
    """Put a pack to use in every month."""
    world.session.add(PolicyUse(from_month=199001, pack=name, actor="", recorded_at=NOW))
    world.session.flush()


def put_fees(world: World, fees: Sequence[dict[str, Any]]) -> None:
    """Write what schools ask."""
    for fee in fees:
        said = {"from_": LONG_AGO, **_spell(fee)}
        world.charge(world.school(said.pop("school", "青禾小学")), **said)


RURAL = """
title = "乡村教师生活补助"
recipient = "staff"

[[version]]
from = "2025秋"
document = "县政办〔2026〕3号"
confidence = "unconfirmed"
clause = "乡村学校在编在岗教师每人每月400元。"
unit = "month"
delivery = "card"
accrual = [9, 10, 11, 12, 1, 3, 4, 5, 6, 7]
conditions = [{ fact = "on_establishment" }, { fact = "in_service" }, { fact = "rural_school" }]
rates = [{ amount = "400.00" }]
shares = { "市县" = 1 }
"""


def put_teachers(world: World) -> None:
    """Write a county's own figure, a rural school, and teachers of whom one is paid."""
    world.session.add(
        PolicyFile(
            number=1,
            key="rural_teacher",
            from_month=202509,
            file_name="rural_teacher.toml",
            text=RURAL,
            actor="",
            os_user="",
            recorded_at=NOW,
        )
    )
    world.school("青禾小学", is_rural=True)
    world.school("城关小学", is_rural=False)
    paid = {"unit": "青禾小学", "on_establishment": True, "in_service": True}
    world.staff("李帮", **paid)
    world.staff("王在城", **paid | {"unit": "城关小学"})
    world.staff("赵退休", **paid | {"in_service": False})
    world.staff("钱代课", **paid | {"on_establishment": False})
    world.staff("孙不明", **paid | {"in_service": None})


def put_word(world: World, said: str, **about: Any) -> None:
    """Write a setting of the calendar: of a ``term``, or of days from ``first`` to ``last``."""
    first = about.get("first")
    last = about.get("last", None if said == "term" else first)
    world.session.add(
        CalendarWord(
            school=about.get("school", ""),
            said=said,
            term=about.get("term"),
            first_day=first,
            last_day=last,
            reason=about.get("reason", ""),
            actor="",
            os_user="",
            recorded_at=about.get("at", NOW),
        )
    )
    world.session.flush()


def put_twins(world: World, one: str, other: str) -> None:
    """Confirm two identities, in ascending order, to be one human."""
    world.session.add(
        MatchPair(
            one=one,
            other=other,
            verdict=Verdict.SAME.value,
            actor="",
            os_user="",
            recorded_at=NOW,
        )
    )
    world.session.flush()


def months_of(period: str) -> tuple[Month, ...]:
    """Give the months of a period as the command line names it."""
    if period.endswith("学年"):
        return school_year_months(int(period[:4]))
    if period.endswith("年"):
        return fiscal_year_months(int(period[:4]))
    return Term.parse(period).months if period[-1] in "春秋" else (Month.parse(period),)


def run(session: Session, period: str, *, scope: str = "") -> int:
    """Compute a period."""
    return compute(
        session,
        months_of(period),
        period=period,
        scope=scope,
        today=TODAY,
        actor="张会计",
        os_user="test",
        recorded_at=NOW,
    )


def lines_by_sql(session: Session, number: int) -> list[Line]:
    """Give the lines that a run wrote."""
    rows = session.scalars(select(RunLine).where(RunLine.run_id == number))
    return sorted(
        (
            row.person_id,
            row.school_id,
            row.scheme,
            row.month,
            row.days,
            row.rate_fen,
            row.amount_fen,
            row.beside,
            row.split_no,
            row.version_from,
        )
        for row in rows
    )


def lines_by_judgement(session: Session, months: Sequence[Month]) -> list[Line]:
    """Give the lines that judging everybody one by one yields."""
    lines: list[Line] = []
    plans = plans_of(session, months)
    for person in session.scalars(select(Person)):
        history = History(session, person)
        for plan in plans:
            for scheme in plan.pack.schemes:
                judgement = judge(history, plan, scheme)
                lines += [
                    (
                        person.id,
                        line.school_id,
                        scheme.key,
                        plan.month.number,
                        line.days,
                        line.rate_fen,
                        line.amount_fen,
                        line.beside,
                        line.split_no,
                        line.version.starts,
                    )
                    for line in judgement.lines
                ]
    return sorted(lines)


def _spell(spell: dict[str, Any]) -> dict[str, Any]:
    """Name the first day as the builders do; TOML has no None: ``unknown`` stands for it."""
    said = {"from_" if key == "from" else key: value for key, value in spell.items()}
    return {key: None if value == "unknown" else value for key, value in said.items()}
