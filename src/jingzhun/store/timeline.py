"""The dated facts of the registry: which timelines there are and how their values are compared."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Date, Integer, MetaData, Table

from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    HouseholdCategory,
    Pairing,
    Recognition,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A timeline table and how its facts are compared.

    ``subject`` are its key columns; ``values`` are compared, those in ``inherited`` keep the old
    value where a statement leaves them empty; ``carried`` come along uncompared. ``fields`` are the
    roster fields that speak about the fact; ``witness`` is the column of ``source`` that names the
    subject.
    """

    table: Table
    subject: tuple[str, ...]
    values: tuple[str, ...]
    inherited: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    fields: tuple[str, ...]
    witness: str


ENROLMENT = Timeline(
    table=Enrolment.__table__,  # type: ignore[arg-type]
    subject=("person_id",),
    values=("school_id", "stage", "grade", "class_no"),
    inherited=("grade", "class_no"),
    carried=("entered_on",),
    fields=("school", "grade", "class_no"),
    witness="person_id",
)
BOARDING = Timeline(
    table=BoardingSpell.__table__,  # type: ignore[arg-type]
    subject=("person_id",),
    values=("boarding",),
    fields=("boarding",),
    witness="person_id",
)
CATEGORY = Timeline(
    table=HouseholdCategory.__table__,  # type: ignore[arg-type]
    subject=("household_id", "category"),
    values=("risk_removed",),
    fields=("categories",),
    witness="household_id",
)
RECOGNITION = Timeline(
    table=Recognition.__table__,  # type: ignore[arg-type]
    subject=("person_id",),
    values=("tier", "tier_text", "reasons"),
    inherited=("tier", "tier_text", "reasons"),
    fields=("tier", "reasons"),
    witness="person_id",
)
PAIRING = Timeline(
    table=Pairing.__table__,  # type: ignore[arg-type]
    subject=("household_id", "staff_id"),
    values=("measures",),
    inherited=("measures",),
    fields=("helper",),
    witness="household_id",
)


def staging_table(timeline: Timeline) -> Table:
    """Describe the temporary table in which statements about ``timeline`` are staged.

    ``holds`` False says that the fact is no longer so.
    """
    columns = [
        Column(name, timeline.table.c[name].type)
        for name in (*timeline.subject, *timeline.values, *timeline.carried)
    ]
    return Table(
        f"said_{timeline.table.name}",
        MetaData(),
        Column("row_number", Integer),
        *columns,
        Column("starts", Date),
        Column("speaks_on", Date),
        Column("until", Date),
        Column("holds", Boolean),
        Column("outcome", Integer),
        prefixes=["TEMPORARY"],
    )
