"""Records that are one human on a day: those that were confirmed, and those beyond question.

Reports that count children count humans. A human is a set of person ids; nearly everybody is alone
and does not appear here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from jingzhun.core.vocabulary import Verdict
from jingzhun.store.likeness import Suspicion
from jingzhun.store.schema import MatchPair, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Humans:
    """The humans with several records: each a tuple of person ids, smallest identity first.

    ``confirmed`` are the ids of records that somebody confirmed to have a twin.
    """

    several: tuple[tuple[int, ...], ...]
    confirmed: frozenset[int]

    @property
    def everybody(self) -> list[int]:
        """The ids of all records that have another beside them."""
        return [person for records in self.several for person in records]

    @property
    def records(self) -> Mapping[int, tuple[int, ...]]:
        """Give for each such record all records of its human."""
        return {person: records for records in self.several for person in records}


def humans_of(session: Session, certain: Iterable[Suspicion]) -> Humans:
    """Put together the records that were confirmed and those of ``certain``."""
    one, other = aliased(Person), aliased(Person)
    confirmed = session.execute(
        select(one.id, one.identity, other.id, other.identity)
        .select_from(MatchPair)
        .join(one, one.identity == MatchPair.one)
        .join(other, other.identity == MatchPair.other)
        .where(MatchPair.verdict == Verdict.SAME)
    ).all()
    pairs = [(row[0], row[2]) for row in confirmed]
    identities = {person: name for row in confirmed for person, name in (row[:2], row[2:])}
    for each in certain:
        pairs.append((each.one.id, each.other.id))
        identities |= {person.id: person.identity for person in (each.one, each.other)}
    groups: dict[int, set[int]] = {}
    for left, right in pairs:
        together = groups.get(left, {left}) | groups.get(right, {right})
        groups.update(dict.fromkeys(together, together))
    several = {tuple(sorted(group, key=identities.__getitem__)) for group in groups.values()}
    return Humans(
        several=tuple(sorted(several, key=lambda records: identities[records[0]])),
        confirmed=frozenset(person for row in confirmed for person in (row[0], row[2])),
    )
