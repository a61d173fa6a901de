"""Rows of the secondment table as stays."""

from typing import Any

from jingzhun.core.secondments import SecondmentKind, Stay


def stay_of(row: Any) -> Stay:
    """Give the stay of a row that has a secondment's kind and days."""
    return Stay(
        kind=SecondmentKind.coded(row.secondment_kind),
        started_on=row.seconded_on,
        due_on=row.due_on,
        ended_on=row.ended_on,
    )
