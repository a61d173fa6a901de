"""Codes that carry the Chinese label which a person reads: closed vocabularies, and single ones."""

from collections.abc import Mapping
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


class Titled(str):
    """One code with its label, of no closed vocabulary: a scheme's key with the scheme's title."""

    __slots__ = ("label",)
    label: str

    @classmethod
    def of(cls, key: str, titles: Mapping[str, str]) -> Self:
        """Give a key with its title; one without is its own."""
        made = cls(key)
        made.label = titles.get(key, key)
        return made
