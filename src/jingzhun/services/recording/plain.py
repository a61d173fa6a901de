"""Plain words: of whom nobody spoke before is simply written, who is held just so is left.

The rules (``core.dated``, ``core.rolls``) are for the rest: of a large first list or of one brought
in again nothing needs them, and a table's rows cost as much as plain inserts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Date, String, Table, cast

from jingzhun.core.terms import Term
from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.kinds import kinds
from jingzhun.store.bulk import insert_rows, rows_of
from jingzhun.store.schema import BoardingSpell, Enrolment, HouseholdCategory

Row = tuple[Any, ...]
_NEVER = "9999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A timeline table, the columns of its words in order, and the group of facts it belongs to.

    The first of ``columns`` is the subject, the first ``keys`` of them tell facts apart.
    """

    table: Table
    columns: tuple[str, ...]
    group: str
    keys: int = 1


ENROLMENT = Fact(
    table=Enrolment.__table__,  # type: ignore[arg-type]
    columns=("person_id", "school_id", "stage", "grade", "class_no", "entered_on"),
    group="schooling",
)
BOARDING = Fact(
    table=BoardingSpell.__table__,  # type: ignore[arg-type]
    columns=("person_id", "boarding"),
    group="schooling",
)
CATEGORY = Fact(
    table=HouseholdCategory.__table__,  # type: ignore[arg-type]
    columns=("household_id", "category", "risk_removed"),
    group="category",
    keys=2,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """The sheet that speaks: of which kind, as of which day; and the one that it is recorded in."""

    sheet_id: int
    recorded_in: int
    kind: Kind
    stated_on: date

    def rank(self, group: str) -> int:
        """Give the authority of its word on a group of facts."""
        return kinds()[self.kind].ranks.get(group, 1)

    @property
    def term_start(self) -> str:
        """The first day of its term, where a first word holds from."""
        return Term.of(self.stated_on).period.start.isoformat()


def rows_from(columns: Sequence[Iterable[Any]], starts: Iterable[str]) -> list[Row]:
    """Give words as tuples: row number, the fact's columns, the first day (ISO)."""
    return list(zip(*columns, starts, strict=True))


def write_or_leave(
    connection: Connection, fact: Fact, rows: Sequence[Row], speaker: Speaker
) -> tuple[list[int], set[int]]:
    """Write the words on subjects of whom nothing is held; leave what is held just so.

    Gives the row numbers written, and the subjects of all other words, which are to be settled.
    Of several words on one subject the first is heard: two rows may prove to be one's.
    """
    first: dict[int, Row] = {}
    for row in rows:
        first.setdefault(row[1], row)
    held = _held(connection, fact, first)
    rank, today = speaker.rank(fact.group), speaker.stated_on.isoformat()
    fresh: list[Row] = []
    open_: set[int] = set()
    for subject, row in first.items():
        known = held.get(subject)
        if known is None:
            fresh.append(row)
            continue
        now, day = row[2:-1], max(today, row[-1])
        for start, end, by, value in known:
            if (
                start <= day < (end or _NEVER)
                and by >= rank
                and (value == now or _says_no_more(now, value))
            ):
                break
        else:
            open_.add(subject)
    write(connection, fact, fresh, speaker)
    return [row[0] for row in fresh], open_


def write(connection: Connection, fact: Fact, rows: Sequence[Row], speaker: Speaker) -> None:
    """Write words as rows, in the order of the clustered key: appended, never sorted in."""
    if not rows:
        return
    names = (*fact.columns, "row_number", "valid_from", "stated_on", "rank", "sheet_id",
             "recorded_in")  # fmt: skip
    ordered = sorted(rows, key=itemgetter(*range(1, 1 + fact.keys)))
    numbers, *columns, starts = zip(*ordered, strict=True)
    signature = (
        speaker.stated_on.isoformat(), speaker.rank(fact.group), speaker.sheet_id,
        speaker.recorded_in,
    )  # fmt: skip
    repeated = (repeat(one, len(rows)) for one in signature)
    told = zip(*columns, numbers, starts, *repeated, strict=True)
    insert_rows(connection, fact.table, names, list(told))


def _held(
    connection: Connection, fact: Fact, subjects: Iterable[int]
) -> dict[int, list[tuple[Any, ...]]]:
    """Give what is held of each subject: first day, end, rank, values."""
    subject, *values = fact.columns
    columns = [
        cast(fact.table.c[name], String)
        if isinstance(fact.table.c[name].type, Date)
        else fact.table.c[name]
        for name in (subject, "superseded_in", "valid_from", "valid_until", "rank", *values)
    ]
    held: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows_of(connection, columns[0], set(subjects), columns):
        if row[1] is None:
            held.setdefault(row[0], []).append((*row[2:5], row[5:]))
    return held


def _says_no_more(said: Sequence[Any], held: Sequence[Any]) -> bool:
    return all(one is None or one == other for one, other in zip(said, held, strict=True))
