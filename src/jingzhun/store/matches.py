"""Answers to "is this one human?": kept by pair of identities, and asked for by policies.

A pair that was confirmed makes two records *twins* of each other. Nothing is merged: whoever asks
what a pupil is asks the twin as well (``of_twin``). Twins are pairs, not groups: confirming writes
every pair of the group (``desk.matching``), so one join finds all.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    and_,
    exists,
    insert,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from jingzhun.core.vocabulary import Verdict
from jingzhun.store.schema import MatchPair, Person

Pair = tuple[str, str]


def pair_of(one: str, other: str) -> Pair:
    """Put two identities into the order in which a pair is kept."""
    return (one, other) if one < other else (other, one)


def verdicts(connection: Connection) -> dict[Pair, Verdict]:
    """Give every answer."""
    query = select(MatchPair.one, MatchPair.other, MatchPair.verdict).where(
        MatchPair.verdict.is_not(None)
    )
    return {
        (one, other): Verdict.coded(word) for one, other, word in connection.execute(query) if word
    }


def are_there_twins(connection: Connection) -> bool:
    """Say whether anybody was ever confirmed to be the same as somebody."""
    return bool(connection.scalar(select(exists().where(MatchPair.verdict == Verdict.SAME))))


def having_twins() -> CompoundSelect[str]:
    """Query the identities that have a twin."""
    return union_all(
        select(MatchPair.one).where(MatchPair.verdict == Verdict.SAME),
        select(MatchPair.other).where(MatchPair.verdict == Verdict.SAME),
    )


def of_twin(condition: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Say that the person of the surrounding query has a twin of whom ``condition`` holds.

    ``condition`` is given an alias of :class:`Person`. Who has no twin, nearly everybody, is told
    by one look into a small set.
    """
    twin = aliased(Person)
    is_pair = or_(
        and_(MatchPair.one == Person.identity, MatchPair.other == twin.identity),
        and_(MatchPair.other == Person.identity, MatchPair.one == twin.identity),
    )
    return and_(
        Person.identity.in_(having_twins()),
        exists().where(MatchPair.verdict == Verdict.SAME, is_pair, condition(twin)),
    )


def twins_of(session: Session, person: Person) -> Sequence[Person]:
    """Give the records that were confirmed to be the same human as ``person``, by identity."""
    is_pair = or_(
        and_(MatchPair.one == person.identity, MatchPair.other == Person.identity),
        and_(MatchPair.other == person.identity, MatchPair.one == Person.identity),
    )
    return session.scalars(
        select(Person)
        .join(MatchPair, is_pair)
        .where(MatchPair.verdict == Verdict.SAME)
        .order_by(Person.identity)
    ).all()


def carry_over(connection: Connection, renamed: Mapping[str, str]) -> None:
    """Let answers hold for identities that took the place of others: old → new.

    The old answers stay: an import that is undone brings the old identity back.
    """
    if not renamed or connection.scalar(select(MatchPair.id).limit(1)) is None:
        return
    columns = (MatchPair.verdict, MatchPair.why, MatchPair.actor, MatchPair.os_user,
               MatchPair.recorded_at)  # fmt: skip
    rows = connection.execute(select(MatchPair.one, MatchPair.other, *columns)).all()
    known = {(row.one, row.other) for row in rows}
    for row in rows:
        pair = pair_of(renamed.get(row.one, row.one), renamed.get(row.other, row.other))
        if pair in known or pair[0] == pair[1] or row.verdict is None:
            continue
        known.add(pair)
        values = dict(zip(("verdict", "why", "actor", "os_user", "recorded_at"), row[2:],
                          strict=True))  # fmt: skip
        connection.execute(insert(MatchPair).values(one=pair[0], other=pair[1], **values))
