"""Lists and their fields: a column, what to select for it, and what its raw value becomes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from jingzhun.core.labels import Labelled
from jingzhun.core.table import Column, ColumnKind

Lookup = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a list.

    ``select`` is what the query selects: one expression, or several that a lookup takes as a tuple.
    ``words`` turns codes into members; ``lookup`` names the function that turns a selected key into
    the value.
    """

    key: str
    title: str
    select: Any
    kind: ColumnKind = ColumnKind.TEXT
    words: type[Labelled] | None = None
    lookup: str = ""

    @property
    def column(self) -> Column:
        """The column as pages know it."""
        return Column(key=self.key, title=self.title, kind=self.kind)


class RosterKind(StrEnum):
    """Which list; its word is the option's."""

    STUDENTS = "students"
    PERSONS = "persons"
    HOUSEHOLDS = "households"
    STAFF = "staff"
    PAIRS = "pairs"
    AID = "aid"
    PAYMENTS = "payments"
    ACCOUNTS = "accounts"
    DONATIONS = "donations"
    FACILITIES = "facilities"
    KINDERGARTEN = "kindergarten"
    KINDERGARTEN_PAIRS = "kindergarten_pairs"
    KINDERGARTEN_RESULTS = "kindergarten_results"
    SECONDMENTS = "secondments"
    MEALS = "meals"
    HEADCOUNTS = "headcounts"
    ABSENCES = "absences"
    VISITS = "visits"
    DROPOUT_LEDGER = "dropout_ledger"
    CONTRIBUTIONS = "contributions"
    PLANS = "household_plans"
    CHECKLISTS = "checklists"
    INCOMES = "household_incomes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One list: its fields, its query and its places.

    ``glance`` are the keys of the few fields that a terminal shows; ``paper`` of those that fit on
    a line of a sheet of paper, where these are more. ``sums`` are the keys of fields whose sum
    stands below the list. ``is_about_schools``: a school asked for must be one of the ledger's, not
    merely a name in a cell.
    """

    title: str
    fields: Sequence[Field]
    glance: str
    paper: str = ""
    query: Callable[[Select[Any]], Select[Any]]
    places: Callable[[Session], Mapping[int, Any]] | None = None
    sums: frozenset[str] = frozenset()
    is_about_schools: bool = True


def sources(*keys: Any) -> Field:
    """Give the field of a row's places; ``keys`` are what its list finds them by."""
    selected = keys[0] if len(keys) == 1 else keys
    return Field("sources", "来源", selected, ColumnKind.SOURCES, lookup="places")


def read_rows(
    session: Session,
    fields: Sequence[Field],
    query: Callable[[Select[Any]], Select[Any]],
    lookups: Mapping[str, Lookup],
) -> list[tuple[Any, ...]]:
    """Give the rows of a list; ``query`` adds joins, conditions and order to the selection.

    Works column by column: a list of 100,000 rows has few columns.
    """
    wanted = [expression for field in fields for expression in _expressions(field)]
    # By the connection: columns need nothing of what a session does for objects.
    rows = session.connection().execute(query(select(*wanted))).all()
    if not rows:
        return []
    columns = iter(zip(*rows, strict=True))
    return list(zip(*(_values(field, columns, lookups) for field in fields), strict=True))


def _expressions(field: Field) -> Sequence[Any]:
    return field.select if isinstance(field.select, tuple) else (field.select,)


def _values(
    field: Field, columns: Iterator[Sequence[Any]], lookups: Mapping[str, Lookup]
) -> Sequence[Any]:
    if isinstance(field.select, tuple):
        selected: Sequence[Any] = list(zip(*(next(columns) for _ in field.select), strict=True))
    else:
        selected = next(columns)
    if field.lookup:
        return list(map(lookups[field.lookup], selected))
    if field.words is not None:
        members: dict[str | None, Labelled] = {word.value: word for word in field.words}
        return list(map(members.get, selected))
    return selected
