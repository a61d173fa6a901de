"""The dated facts of the registry: which timelines there are, how their values compare.

:mod:`jingzhun.store.assertion` is the mechanism that all of them share.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    MetaData,
    Table,
    literal,
)

from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    HouseholdCategory,
    ImportColumn,
    Pairing,
    Recognition,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline:
    """A timeline table and how its facts are compared.

    ``subject`` are its key columns; ``values`` are compared, and what a statement leaves empty
    keeps the old value. ``witness`` is the column of ``source`` that names the subject, ``spoken``
    says which columns of a sheet speak of the fact. With ``silence_speaks``, a list that could have
    named the fact and did not denies it.
    """

    table: Table
    subject: tuple[str, ...]
    values: tuple[str, ...]
    witness: str
    spoken: Callable[[FromClause], ColumnElement[bool]]
    silence_speaks: bool = False


def _columns(*names: str) -> Callable[[FromClause], ColumnElement[bool]]:
    return lambda _said: ImportColumn.field.in_(names)


def category_column(category: ColumnElement[str]) -> ColumnElement[str]:
    """Name the pseudo-column under which a sheet records that it speaks of a category."""
    return literal("category:") + category


#: Only their plain statements are written as such; the rest is settled (``services.rolls``).
ENROLMENT = Timeline(
    table=Enrolment.__table__,  # type: ignore[arg-type]
    subject=("person_id",),
    values=("school_id", "stage", "grade", "class_no", "entered_on"),
    witness="person_id",
    spoken=_columns("school"),
)
BOARDING = Timeline(
    table=BoardingSpell.__table__,  # type: ignore[arg-type]
    subject=("person_id",),
    values=("boarding",),
    witness="person_id",
    spoken=_columns("boarding"),
)
CATEGORY = Timeline(
    table=HouseholdCategory.__table__,  # type: ignore[arg-type]
    subject=("household_id", "category"),
    values=("risk_removed",),
    witness="household_id",
    spoken=lambda said: ImportColumn.field == category_column(said.c.category),
    silence_speaks=True,
)
RECOGNITION = Timeline(
    table=Recognition.__table__,  # type: ignore[arg-type]
    subject=("person_id",),
    values=("tier", "tier_text", "reasons"),
    witness="person_id",
    spoken=_columns("tier", "reasons"),
)
PAIRING = Timeline(
    table=Pairing.__table__,  # type: ignore[arg-type]
    subject=("household_id", "staff_id"),
    values=("measures",),
    witness="household_id",
    spoken=_columns("helper"),
)


@cache  # the same Table each time, so that SQLAlchemy finds its compiled statements again
def staging_table(timeline: Timeline) -> Table:
    """Describe the temporary table in which statements about ``timeline`` are staged.

    ``starts`` is where a first statement begins, ``speaks_on`` the day as of which it speaks,
    ``until`` the end that it states itself; ``holds`` False says that the fact is no longer so;
    ``is_event`` that ``speaks_on`` is the fact's own first day. ``outcome`` is the answer.
    """
    columns = [
        Column(name, timeline.table.c[name].type) for name in (*timeline.subject, *timeline.values)
    ]
    return Table(
        f"said_{timeline.table.name}",
        MetaData(),
        Column("row_number", Integer),
        Column("sheet_id", Integer),
        Column("stated_on", Date),
        *columns,
        Column("starts", Date),
        Column("speaks_on", Date),
        Column("until", Date),
        Column("holds", Boolean),
        Column("is_event", Boolean),
        Column("outcome", Integer),
        prefixes=["TEMPORARY"],
    )
