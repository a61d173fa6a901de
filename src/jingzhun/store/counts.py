"""State what lists say day by day or month by month: a row for each key, a later list's word.

Later is by the day that a list states; of two that state the same day what they say decides. What
was replaced stays readable as a :class:`Revision`.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, String, Table, delete, select, type_coerce, update

from jingzhun.core.entries import weigh
from jingzhun.store.bulk import insert_rows, rows_of
from jingzhun.store.schema import Absence, ImportSheet, MealDays, MealHeadcount, Revision

ADDED, CHANGED = 2, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A table of such facts: what makes a row the same row, and what it says.

    The first column of ``key`` is whom or what a row is about.
    """

    table: Table
    key: tuple[str, ...]
    values: tuple[str, ...]


MEAL_DAYS = Counted(
    table=MealDays.__table__,  # type: ignore[arg-type]
    key=("person_id", "school_id", "month"),
    values=("days",),
)
HEADCOUNTS = Counted(
    table=MealHeadcount.__table__,  # type: ignore[arg-type]
    key=("school_id", "grade", "class_no", "day"),
    values=("heads",),
)
ABSENCES = Counted(
    table=Absence.__table__,  # type: ignore[arg-type]
    key=("person_id", "day"),
    values=("is_excused", "reason"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a row of a list says of one key; dates are ISO text. No values: it is not so."""

    stated_on: date
    key: tuple[Any, ...]
    values: tuple[Any, ...] | None
    sheet_id: int
    row_number: int

    @property
    def weight(self) -> tuple[Any, ...]:
        """What decides: the day, then what is said, whichever list came first.

        Of lists of one day the one that denies, that saw the pupil at school, is believed.
        """
        return (self.stated_on, self.values is None, weigh(self.values or ()))


Words = Mapping[tuple[Any, ...], Sequence[Said]]


@dataclass(slots=True, kw_only=True)
class Stated:
    """What came of it: outcomes other than same by row number; what another list says otherwise.

    A conflict is what was said, the other word, and whether what was said holds all the same.
    """

    outcomes: dict[int, int] = field(default_factory=dict)
    conflicts: list[tuple[Said, Said, bool]] = field(default_factory=list)

    def mark(self, row_number: int, outcome: int) -> None:
        """Raise a row's outcome."""
        self.outcomes[row_number] = max(outcome, self.outcomes.get(row_number, 0))


def settle(words: Iterable[Said]) -> Said | None:
    """Give the word that holds: the latest, and of one day the one that says more.

    A word that leaves out its first value, what sort of absence it was, confirms the one before.
    """
    holding: Said | None = None
    for one in sorted(words, key=lambda one: one.weight):
        if one.values is None:
            holding = None
        elif holding is not None and one.values[0] is None:
            holding = replace(one, values=holding.values)
        else:
            holding = one
    return holding


def state_counts(
    connection: Connection, counted: Counted, said: Iterable[Said], others: Words | None = None
) -> Stated:
    """Write what a sheet says where it holds.

    ``others`` are the words of all other lists on these keys; without them the row that stands is
    the word of them all.
    """
    mine: dict[tuple[Any, ...], list[Said]] = {}
    for one in said:
        mine.setdefault(one.key, []).append(one)
    held = held_words(connection, counted, {key[0] for key in mine})
    result = Stated()
    fresh: list[tuple[Any, ...]] = []
    revisions: list[tuple[Any, ...]] = []
    for key, own in mine.items():
        now = held.get(key)
        known = ((now,) if now else ()) if others is None else others.get(key, ())
        holding = settle([*known, *own])
        number = own[0].row_number
        for one in own:
            _compare(one, holding, known, result)
        if now is None and holding is not None:
            fresh.append((*key, *(holding.values or ()), holding.sheet_id, holding.row_number))
            result.mark(number, ADDED)
        elif now is not None and (holding is None or holding.values != now.values):
            result.mark(number, CHANGED)
            revisions.append(_revision(counted, now, own[0].sheet_id, number))
            _replace(connection, counted, key, holding)
        elif now is not None and holding is not None and holding.stated_on > now.stated_on:
            # Said again later: what was said in between does not change it.
            _replace(connection, counted, key, holding)
    names = (*counted.key, *counted.values, "sheet_id", "row_number")
    insert_rows(connection, counted.table, names, fresh)
    columns = ("table_name", "record_id", "field", "old", "sheet_id", "row_number")
    insert_rows(connection, Revision.__table__, columns, revisions)  # type: ignore[arg-type]
    return result


def _compare(one: Said, holding: Said | None, known: Sequence[Said], result: Stated) -> None:
    """Keep what contradicts a word: what holds against it, or a word of the same day."""
    if holding is not None and not _agree(one, holding):
        result.conflicts.append((one, holding, False))
    elif holding is None and one.values is not None:
        denials = [each for each in known if each.values is None]
        if denials:
            result.conflicts.append((one, max(denials, key=lambda each: each.weight), False))
    else:
        rival = next(
            (each for each in known if each.stated_on == one.stated_on and not _agree(one, each)),
            None,
        )
        if rival is not None:
            result.conflicts.append((one, rival, True))


def _agree(one: Said, other: Said) -> bool:
    if one.values is None or other.values is None:
        return one.values is other.values
    return one.values == other.values or None in {one.values[0], other.values[0]}


def held_words(
    connection: Connection, counted: Counted, subjects: Collection[int]
) -> dict[tuple[Any, ...], Said]:
    """Give the rows that stand about some subjects, as the words that they are."""
    table = counted.table
    columns = [
        type_coerce(column, String).label(column.name) if isinstance(column.type, Date) else column
        for column in table.c
    ]
    stated = (
        select(ImportSheet.stated_on).where(ImportSheet.id == table.c.sheet_id).scalar_subquery()
    )
    wanted = [*columns, stated.label("stated_on")]
    found = [
        Said(
            stated_on=row.stated_on,
            key=tuple(getattr(row, name) for name in counted.key),
            values=tuple(getattr(row, name) for name in counted.values),
            sheet_id=row.sheet_id,
            row_number=row.row_number,
        )
        for row in rows_of(connection, table.c[counted.key[0]], subjects, wanted)
    ]
    return {word.key: word for word in found}


def _revision(counted: Counted, now: Said, sheet_id: int, row_number: int) -> tuple[Any, ...]:
    """Give what stood there; a row without an id of its own is named by the rest of its key."""
    subject, *rest = now.key
    place = "/".join(map(str, rest))
    old = [*(now.values or ()), now.sheet_id, now.row_number]
    return (counted.table.name, subject, place, json.dumps(old), sheet_id, row_number)


def _replace(
    connection: Connection, counted: Counted, key: Sequence[Any], holding: Said | None
) -> None:
    table = counted.table
    here = [
        type_coerce(table.c[name], String) == value
        if isinstance(table.c[name].type, Date)
        else table.c[name] == value
        for name, value in zip(counted.key, key, strict=True)
    ]
    if holding is None:
        connection.execute(delete(table).where(*here))
        return
    said = dict(zip(counted.values, holding.values or (), strict=True))
    said |= {"sheet_id": holding.sheet_id, "row_number": holding.row_number}
    connection.execute(update(table).where(*here).values(**said))
