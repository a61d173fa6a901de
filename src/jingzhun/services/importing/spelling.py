"""The spellings that a ledger was taught: read for every import, taught and forgotten by a map."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.kinds import Spelling, Words, own_words
from jingzhun.rosters.teaching import Lesson
from jingzhun.store.schema import TaughtSpelling


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """How many spellings a lesson added, changed and took away."""

    added: int
    changed: int
    forgotten: int


def taught_spellings(session: Session) -> list[Spelling]:
    """Give what the ledger was taught; what holds in every kind first, so that one kind wins."""
    rows = session.scalars(select(TaughtSpelling).order_by(TaughtSpelling.kind, TaughtSpelling.id))
    return [
        Spelling(
            field=row.field,
            said=row.said,
            kind=Kind.coded(row.kind) if row.kind else None,
            in_cells=bool(row.read_as),
            read_as=row.read_as,
        )
        for row in rows
    ]


def words_of(session: Session) -> Words:
    """Give the words by which this ledger's lists are read: our own and those it was taught."""
    taught = taught_spellings(session)
    return own_words().taught(taught) if taught else own_words()


def learn(session: Session, lesson: Lesson, *, actor: str, recorded_at: datetime) -> Learned:
    """Keep what a lesson teaches, in place of what was taught before of the same word."""
    added = changed = forgotten = 0
    held = {each.about: each for each in taught_spellings(session)}
    for each in (*lesson.forgotten, *lesson.taught):
        before = held.get(each.about)
        if before == each:
            continue
        if before is not None:
            session.execute(
                delete(TaughtSpelling).where(
                    TaughtSpelling.kind == (before.kind or ""),
                    TaughtSpelling.field == before.field,
                    TaughtSpelling.said == before.said,
                )
            )
        if each in lesson.forgotten:
            forgotten += before is not None
            continue
        added += before is None
        changed += before is not None
        session.execute(
            insert(TaughtSpelling).values(
                kind=each.kind or "",
                field=each.field,
                said=each.said,
                read_as=each.read_as,
                actor=actor,
                recorded_at=recorded_at,
            )
        )
    return Learned(added=added, changed=changed, forgotten=forgotten)
