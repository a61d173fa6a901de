"""Secondments written straight into a world's tables."""

from datetime import date
from typing import Any

from jingzhun.store.schema import Secondment, Staff
from tests.builders import World


def send(
    world: World,
    person: Staff,
    kind: str,
    on: date,
    *,
    due: date | None = None,
    end: date | None = None,
    **said: Any,
) -> None:
    """Somebody is sent away on a day."""
    row = world._next_row()
    said.setdefault("to_unit", "山口小学")
    world._add(
        Secondment(
            identity=f"S{row}", staff_id=person.id, secondment_kind=kind, seconded_on=on,
            due_on=due, ended_on=end, sheet_id=world.sheet_id, row_number=row, **said,
        )
    )  # fmt: skip
