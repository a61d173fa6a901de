"""What holds of an entry of a register, from all that lists say of it.

A list of a later day corrects one of an earlier; a blank says nothing. Of lists of one day what
they say decides, never which of them came first: the one that says more, then the greater value,
field by field in the order of the register.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

#: A statement's values in the order of the register, each after whether it is there at all.
Weight = tuple[tuple[bool, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one row says of an entry, blanks left out; ``weight`` decides among those of a day.

    A word of lower ``rank`` fills what the others leave out.
    """

    rank: int = 0
    stated_on: date
    values: Mapping[str, Any]
    weight: Weight


def weigh(values: Iterable[Any]) -> Weight:
    """Make a weight of a statement's values in the order of the register, None for a blank."""
    return tuple((value is not None, 0 if value is None else value) for value in values)


def settle(statements: Iterable[Statement]) -> dict[str, Statement]:
    """Give by field the statement whose value holds."""
    holding: dict[str, Statement] = {}
    for one in sorted(statements, key=lambda one: (one.rank, one.stated_on, one.weight)):
        holding |= dict.fromkeys(one.values, one)
    return holding
