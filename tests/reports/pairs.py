"""Pairs of kindergartens written straight into a world's tables."""

from datetime import date
from typing import Any

from jingzhun.store.schema import KindergartenActivity, KindergartenPair, KindergartenResult
from tests.builders import World


def _entry(world: World, table: Any, **said: Any) -> None:
    row = world._next_row()
    world._add(table(identity=f"K{row}", sheet_id=world.sheet_id, row_number=row, **said))


def tie(
    world: World, helping: str = "县一幼", helped: str = "乡幼", on: date = date(2025, 9, 1),
    **said: Any,
) -> None:  # fmt: skip
    """A kindergarten begins to help another."""
    _entry(world, KindergartenPair, helping_school=helping, helped_school=helped, paired_on=on,
           **said)  # fmt: skip


def act(world: World, on: date, form: str, *, hours: int | None = None, **said: Any) -> None:
    """A pair does something together."""
    said = {"helping_school": "县一幼", "helped_school": "乡幼", "ended_on": on} | said
    milli = None if hours is None else hours * 1000
    _entry(world, KindergartenActivity, started_on=on, form=form, hours_milli=milli, **said)


def reach(world: World, period: str, **said: Any) -> None:
    """A list says what a pair reached."""
    said = {"helping_school": "县一幼", "helped_school": "乡幼"} | said
    _entry(world, KindergartenResult, period=period, **said)
