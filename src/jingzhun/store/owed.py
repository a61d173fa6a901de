"""What an approved run still has to pay, and the lines of batches that already take care of it.

A run owes its own posted lines, less what adjustments took back of the units that it posted first.
What an adjustment adds, batches of the adjustment pay; what is to come back (``is_receivable``) is
no part of what is owed. Money in a live line, pending or paid, is on its way: an adjustment that
takes it back makes a receivable.
"""

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import LineState, Stage
from jingzhun.store.schema import (
    Batch,
    BatchLine,
    JournalEntry,
    Person,
    Recovery,
    Run,
    RunLine,
    School,
)

#: A query of scheme, key, fen and last month.
Owed = Select[*tuple[Any, ...]]
LIVE = (LineState.PENDING.value, LineState.PAID.value)


def owing(run_id: int) -> ColumnElement[bool]:
    """Say that a :class:`RunLine` is a part of what a run owes."""
    first = aliased(RunLine)
    is_of_ours = exists().where(
        first.month == RunLine.month,
        first.scheme == RunLine.scheme,
        first.person_id == RunLine.person_id,
        first.unit_school_id == RunLine.unit_school_id,
        first.sequence == 0,
        first.run_id == run_id,
    )
    takes_back = and_(RunLine.run_id.in_(_corrections(run_id)), RunLine.amount_fen < 0, is_of_ours)
    return and_(
        RunLine.sequence.is_not(None),
        RunLine.is_receivable.is_not(True),
        or_(and_(RunLine.run_id == run_id, RunLine.amount_fen > 0), takes_back),
    )


def is_in() -> ColumnElement[bool]:
    """Say that a :class:`Recovery` stands: its entry was not reversed."""
    reversed_ = select(JournalEntry.reverses_id).where(JournalEntry.reverses_id.is_not(None))
    return Recovery.entry_id.not_in(reversed_)


def _corrections(run_id: int) -> Select[int]:
    """Query the adjustments of a run, or of the run that it adjusts itself."""
    mine = aliased(Run)
    corrected = select(func.coalesce(mine.corrects_id, mine.id)).where(mine.id == run_id)
    return select(Run.id).where(Run.corrects_id == corrected.scalar_subquery())


def owed_by(run_id: int, scheme: str, key: Any, *where: ColumnElement[bool]) -> Owed:
    """Sum what a run owes for a scheme by ``key``, a column of :class:`RunLine`.

    ``key`` is whom it is paid for: the pupil, or (in kind) the school. Only those to whom something
    is owed are given, and of whom no line of a batch takes care.
    """
    who = BatchLine.person_id if key is RunLine.person_id else BatchLine.school_id
    live = select(who).where(
        of_run(run_id), BatchLine.scheme == scheme, BatchLine.state.in_(LIVE), who.is_not(None)
    )
    return _sums(key, owing(run_id), RunLine.scheme == scheme, key.not_in(live), *where).having(
        func.sum(RunLine.amount_fen) > 0
    )


def left_together(session: Session, run_id: int, scheme: str, key: Any) -> dict[int, int] | None:
    """Give by ``key`` what a run and its adjustments owe together, less what is sent.

    What one adjustment adds a later one may take back before it is paid; where there are no two,
    None: each run owes what it owes.
    """
    home = select(func.coalesce(Run.corrects_id, Run.id)).where(Run.id == run_id)
    at_home = home.scalar_subquery()
    runs = session.scalars(
        select(Run.id).where(or_(Run.id == at_home, Run.corrects_id == at_home))
    ).all()
    if len(runs) <= _RUN_AND_ADJUSTMENT:
        return None
    mine = BatchLine.person_id if key is RunLine.person_id else BatchLine.school_id
    due = select(key, func.sum(RunLine.amount_fen)).where(
        RunLine.run_id.in_(runs), RunLine.scheme == scheme, RunLine.sequence.is_not(None),
        RunLine.is_receivable.is_not(True),
    )  # fmt: skip
    sent = select(mine, func.sum(BatchLine.amount_fen)).where(
        BatchLine.batch_id.in_(select(Batch.id).where(Batch.run_id.in_(runs))),
        BatchLine.scheme == scheme, BatchLine.state.in_(LIVE), mine.is_not(None),
    )  # fmt: skip
    left: dict[int, int] = defaultdict(int)
    for query, sign in ((due.group_by(key), 1), (sent.group_by(mine), -1)):
        for who, fen in session.execute(query):
            left[who] += sign * fen
    return left


_RUN_AND_ADJUSTMENT = 2


def of_run(run_id: int) -> ColumnElement[bool]:
    """Say that a :class:`BatchLine` pays something of a run."""
    return BatchLine.batch_id.in_(select(Batch.id).where(Batch.run_id == run_id))


def drafted(run_id: int, *where: ColumnElement[bool]) -> Owed:
    """Sum what a draft gives in money, by scheme and pupil."""
    return _sums(RunLine.person_id, RunLine.run_id == run_id, RunLine.amount_fen > 0, *where)


def _sums(key: Any, *where: ColumnElement[bool]) -> Owed:
    month = func.max(RunLine.month).label("month")
    return (
        select(RunLine.scheme, key.label("key"), func.sum(RunLine.amount_fen).label("fen"), month)
        .where(*where)
        .group_by(RunLine.scheme, key)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """A pupil to whom money of a scheme is owed, as a reader knows him: where he was last."""

    scheme: str
    person_id: int
    name: str
    id_number: str | None
    school: str
    stage: str
    grade: int | None
    class_no: int | None
    amount_fen: Fen
    household_id: int | None
    guardian: str | None


def pupils_of(session: Session, run_id: int, owed: Owed) -> list[Pupil]:
    """Describe the pupils of ``owed`` by their last line of the run, class by class."""
    sums = owed.subquery("owed")
    query = (
        select(
            sums.c.scheme, sums.c.key, Person.name, Person.id_number, School.name.label("school"),
            RunLine.stage, RunLine.grade, RunLine.class_no, sums.c.fen, Person.household_id,
            Person.guardian_name,
        )
        .select_from(sums)
        .join(Person, Person.id == sums.c.key)
        .join(RunLine, and_(RunLine.run_id == run_id, RunLine.scheme == sums.c.scheme,
                            RunLine.person_id == sums.c.key, RunLine.month == sums.c.month))
        .join(School, School.id == RunLine.school_id)
        .order_by(sums.c.scheme, School.name)
    )  # fmt: skip
    found: dict[tuple[str, int], Pupil] = {}
    for row in session.execute(query):
        # Who changed schools within the month stands at one of them.
        found.setdefault((row[0], row[1]), Pupil(**dict(zip(_PUPIL, row, strict=True))))
    return sorted(found.values(), key=_placed)


_PUPIL = tuple(each.name for each in fields(Pupil))
_STAGES = {stage.value: place for place, stage in enumerate(Stage)}


def _placed(pupil: Pupil) -> tuple[Any, ...]:
    room = (_STAGES[pupil.stage], pupil.grade or 0, pupil.class_no or 0)
    return (pupil.scheme, pupil.school, *room, pupil.name, pupil.person_id)
