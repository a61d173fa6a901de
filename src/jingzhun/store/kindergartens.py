"""Pairs of kindergartens as the ledger knows them, with what they did and reached.

Kindergartens are names as lists write them: blanks do not tell two apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.kindergartens import Activity, Reached
from jingzhun.core.progress import Span
from jingzhun.store.schema import KindergartenActivity, KindergartenPair, KindergartenResult

#: Who helps whom.
Pair = tuple[str, str]


@dataclass(slots=True)
class Held:
    """All that is known of a pair: when it was in force, its activities, results by period."""

    rows: list[KindergartenPair] = field(default_factory=list)
    activities: list[KindergartenActivity] = field(default_factory=list)
    results: dict[str, KindergartenResult] = field(default_factory=dict)

    @property
    def spans(self) -> list[Span]:
        """The days on which the pair was in force."""
        return [(row.paired_on, row.ended_on and row.ended_on + timedelta(1)) for row in self.rows]

    def holds_on(self, day: date) -> bool:
        """Say whether the pair was in force on a day."""
        return any(start <= day and (end is None or day < end) for start, end in self.spans)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of a ledger, and what is of no pair in force."""

    held: Mapping[Pair, Held]
    strays: Sequence[KindergartenActivity]


def pairs_by(session: Session, day: date) -> Pairs:
    """Give the pairs that began by a day, and what was done by then.

    An activity or a result that names one of two is of the only pair that this one has then.
    """
    held: dict[Pair, Held] = defaultdict(Held)
    began = select(KindergartenPair).where(KindergartenPair.paired_on <= day)
    for pair in session.scalars(began.order_by(KindergartenPair.paired_on, KindergartenPair.id)):
        held[_name(pair.helping_school), _name(pair.helped_school)].rows.append(pair)
    strays = []
    table = KindergartenActivity
    done = select(table).where(table.started_on <= day).order_by(table.started_on, table.id)
    for each in session.scalars(done):
        in_force = [pair for pair, known in held.items() if known.holds_on(each.started_on)]
        found = _only(in_force, each.helping_school, each.helped_school)
        if found is None:
            strays.append(each)
        else:
            held[found].activities.append(each)
    for result in session.scalars(select(KindergartenResult).order_by(KindergartenResult.id)):
        found = _only(held, result.helping_school, result.helped_school)
        if found is not None:
            held[found].results.setdefault(result.period, result)
    return Pairs(dict(held), strays)


def _only(pairs: Iterable[Pair], helping: str | None, helped: str | None) -> Pair | None:
    """Give the only pair that has the names that are told."""
    asked = (_name(helping), _name(helped))
    fits = [
        pair
        for pair in pairs
        if all(not want or want == name for want, name in zip(asked, pair, strict=True))
    ]
    return fits[0] if len(fits) == 1 and any(asked) else None


def _name(written: str | None) -> str:
    return "".join((written or "").split())


def activity_of(row: KindergartenActivity, helped: str) -> Activity:
    """Read an activity of a pair whose helped kindergarten has this name."""
    return Activity(
        started_on=row.started_on,
        ended_on=row.ended_on,
        forms=frozenset((row.form or "").split("、")) - {""},
        hours_milli=row.hours_milli,
        is_there=_name(row.place).startswith(helped),
    )


def reached_of(row: KindergartenResult) -> Reached:
    """Read what a list says that a pair reached."""
    flags = (
        row.has_plan, row.has_measures, row.has_records, row.has_summary, row.has_research,
        row.has_parents, row.has_feature,
    )  # fmt: skip
    return Reached(
        rated=row.rated, good=row.rated_good, passed=row.rated_passed, papers=row.papers, file=flags
    )
