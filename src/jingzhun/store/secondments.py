"""Rows of the secondment table as what the rules know of them."""

from typing import Any

from jingzhun.core.secondments import Away, SecondmentKind


def away_of(row: Any) -> Away:
    """Read a row that has the kind and the days of a secondment."""
    return Away(
        kind=SecondmentKind.coded(row.secondment_kind),
        place=row.to_unit or row.to_place or "",
        started_on=row.seconded_on,
        due_on=row.due_on,
        ended_on=row.ended_on,
    )
