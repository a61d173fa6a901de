"""``match``: pairs of records that may be one human, with what each says and where from.

JSON of ``review``: ``{"as_of", "open", "crowded", "pairs": [...]}``; of ``list``, ``confirm`` and
``reject``: ``{"as_of", "pairs": [...]}``. A pair is ``{"number", "verdict", "score", "reasons",
"why", "actor", "decided_on", "one_…", "other_…"}`` where … are name, id_number, student_no, sex,
born_on, school, grade, class_no, enrolled, standing, household_no, village, relation, categories,
phone, sources. ``score`` and ``reasons`` are null and empty for pairs that were answered,
``verdict``, ``why``, ``actor`` and ``decided_on`` null for pairs that were not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.vocabulary import Likeness, Verdict
from jingzhun.reports.children.suspects import numbers_of
from jingzhun.reports.individuals import PERSON_COLUMNS, individuals
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import MatchPair, Person
from jingzhun.store.suspects import Suspects

Side = tuple[Any, ...]
_PAIR_COLUMNS = (
    Column(key="number", title="编号", kind=ColumnKind.COUNT),
    Column(key="verdict", title="结论", kind=ColumnKind.LABEL),
    Column(key="score", title="相似度", kind=ColumnKind.COUNT),
    Column(key="reasons", title="理由", kind=ColumnKind.LIST),
    Column(key="why", title="说明"),
    Column(key="actor", title="经办人"),
    Column(key="decided_on", title="日期", kind=ColumnKind.DATE),
)
#: What of a side a table for people shows: two lines for a pair.
_GLANCE = ("name", "id_number", "sex", "born_on", "school", "grade", "class_no", "enrolled",
           "household_no", "village", "categories", "sources")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPair:
    """One pair as it is shown; sides in the order of ``PERSON_COLUMNS``."""

    number: int | None
    one: Side
    other: Side
    verdict: Verdict | None = None
    score: int | None = None
    reasons: tuple[Likeness, ...] = ()
    why: str | None = None
    actor: str | None = None
    decided_on: date | None = None

    @property
    def head(self) -> tuple[Any, ...]:
        """What is said of the pair itself."""
        return (self.number, self.verdict, self.score, list(self.reasons), self.why, self.actor,
                self.decided_on)  # fmt: skip


def open_pairs(session: Session, day: date, suspects: Suspects) -> list[ShownPair]:
    """Show the pairs that nobody has answered, likeliest first."""
    numbers = numbers_of(session)
    ids = sorted({person.id for each in suspects.open for person in (each.one, each.other)})
    sides = individuals(session, day, ids)
    return [
        ShownPair(
            number=numbers.get(each.identities),
            one=sides[each.one.id],
            other=sides[each.other.id],
            score=each.score,
            reasons=each.reasons,
        )
        for each in suspects.open
    ]


def answered_pairs(
    session: Session, day: date, numbers: Sequence[int] | None = None
) -> list[ShownPair]:
    """Show the pairs that were answered: all of them, or those of some numbers."""
    query = select(MatchPair).where(MatchPair.verdict.is_not(None)).order_by(MatchPair.id)
    if numbers is not None:
        query = query.where(MatchPair.id.in_(numbers))
    pairs = session.scalars(query).all()
    identities = {identity for pair in pairs for identity in (pair.one, pair.other)}
    columns = [Person.identity, Person.id]
    ids = {row[0]: row[1] for row in rows_of(session.connection(), columns[0], identities, columns)}
    sides = individuals(session, day, list(ids.values()))

    def side(identity: str) -> Side:
        if identity in ids:
            return sides[ids[identity]]
        # The import that named this record was undone; the answer waits for its return.
        number = identity if ":" not in identity else None
        return ("（账里已没有）", number, *(None,) * (len(PERSON_COLUMNS) - 3), [])

    return [
        ShownPair(
            number=pair.id,
            one=side(pair.one),
            other=side(pair.other),
            verdict=Verdict.coded(pair.verdict or ""),
            why=pair.why,
            actor=pair.actor,
            decided_on=pair.recorded_at.date(),
        )
        for pair in pairs
    ]


def review_page(session: Session, day: date, suspects: Suspects) -> Page:
    """Show the open pairs, and how to answer."""
    pairs = open_pairs(session, day, suspects)
    notes = [
        (
            "是同一人：jingzhun match confirm 编号…；不是：jingzhun match reject 编号…。"
            "在终端上运行 jingzhun match review 可以逐对回答。"
        )
    ]
    return Page(
        title=f"可能是同一人的记录（{day.isoformat()}）",
        facts={"as_of": day.isoformat(), "open": len(pairs), "crowded": suspects.crowded},
        tables=pair_tables(pairs, f"待核对（{len(pairs):,} 对）"),
        notes=(*(notes if pairs else ()), *crowd_notes(suspects)),
    )


def answered_page(
    session: Session, day: date, *, title: str, numbers: Sequence[int] | None = None,
    notes: Sequence[str] = (),
) -> Page:  # fmt: skip
    """Show pairs that were answered."""
    pairs = answered_pairs(session, day, numbers)
    return Page(
        title=title,
        facts={"as_of": day.isoformat()},
        tables=pair_tables(pairs, f"已有结论（{len(pairs):,} 对）"),
        notes=notes,
    )


def crowd_notes(suspects: Suspects) -> tuple[str, ...]:
    """Say how many share their name with so many that pairs tell nothing."""
    if not suspects.crowded:
        return ()
    return (
        (
            f"另有 {suspects.crowded:,} 人与许多人同名而缺少出生日期等信息，没有逐对列出；"
            "请补全身份证号或出生日期后再核对。"
        ),
    )


def pair_tables(pairs: Sequence[ShownPair], heading: str) -> tuple[Table, Table]:
    """Give pairs for programs, a row each, and for people, two lines each."""
    sides = [
        Column(key=f"{side}_{column.key}", title=column.title, kind=column.kind)
        for side in ("one", "other")
        for column in PERSON_COLUMNS
    ]
    for_programs = Table(
        key="pairs",
        heading="",
        columns=(*_PAIR_COLUMNS, *sides),
        rows=[(*pair.head, *pair.one, *pair.other) for pair in pairs],
        shown_in=PROGRAMS,
    )
    places = [at for at, column in enumerate(PERSON_COLUMNS) if column.key in _GLANCE]
    heads = [at for at, column in enumerate(_PAIR_COLUMNS) if _is_used(pairs, at, column)]
    for_people = Table(
        key="pairs",
        heading=heading,
        columns=(
            *(_PAIR_COLUMNS[at] for at in heads),
            *(PERSON_COLUMNS[at] for at in places),
        ),
        rows=list(_lines(pairs, heads, places)),
        shown_in=PEOPLE,
    )
    return for_programs, for_people


def _is_used(pairs: Sequence[ShownPair], at: int, column: Column) -> bool:
    return column.key == "number" or any(pair.head[at] not in (None, []) for pair in pairs)


def _lines(
    pairs: Iterable[ShownPair], heads: Sequence[int], places: Sequence[int]
) -> Iterable[tuple[Any, ...]]:
    for pair in pairs:
        yield (*(pair.head[at] for at in heads), *(pair.one[at] for at in places))
        yield (*(None for _ in heads), *(pair.other[at] for at in places))
