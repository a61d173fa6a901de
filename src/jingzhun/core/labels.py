"""What every closed vocabulary is: codes that carry the Chinese label which a person reads."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A closed vocabulary whose members carry a Chinese label."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        """Make a member from its code and its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def coded(cls, code: str) -> Self:
        """Give the member of a stored code.

        Raises:
            KeyError: no such code.
        """
        return cls.__members__[code.upper()]
