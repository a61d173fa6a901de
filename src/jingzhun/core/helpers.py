"""Helpers as lists write them: the names in a cell, and which of several of a name is meant."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

#: 和 and 与 are no marks: 王和平 is one name.
_MARKS = re.compile(r"[、,;/|+&\n\r\t]+")
_ONE_CHARACTER = re.compile(r"(?<!\S)(\S)\s+(?=\S(?!\S))")
_AND_OTHERS = re.compile(r"等(?:\d+|[一二三四五六七八九十]+)?[人名位]?$")
_BRACKET = re.compile(r"^(.+?)\(([^()]*)\)$")
_TITLES = (
    "老师", "教师", "主任", "校长", "园长", "院长", "书记", "同志", "干部", "班主任", "队长",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A member of staff who may be meant."""

    staff: int
    name: str
    staff_no: str | None
    unit: str | None
    department: str | None


def names_in(words: str | None) -> list[str]:
    """Give the names in a cell, each once, in order: 李帮、王 帮等3人 names 李帮 and 王帮.

    What stands in brackets behind a name stays there: it tells namesakes apart.
    """
    text = unicodedata.normalize("NFKC", words or "")
    found = []
    for piece in _MARKS.split(text):
        # A blank within a name of two characters is none between two names.
        whole = _ONE_CHARACTER.sub(r"\1", piece.strip())
        found += [_AND_OTHERS.sub("", name) for name in whole.split()]
    return list(dict.fromkeys(filter(None, found)))


def split_bracket(name: str) -> tuple[str, str]:
    """Give a name and what stands in brackets behind it: 李帮(T001), 李帮(教务处)."""
    found = _BRACKET.match(name)
    return (found[1], found[2]) if found else (name, "")


def spellings(name: str) -> list[str]:
    """Give the names that may be meant, likeliest first: 班主任李帮老师 may be 李帮."""
    found = [name]
    for title in sorted(_TITLES, key=len, reverse=True):
        found += [short for short in (name.removesuffix(title), name.removeprefix(title))
                  if len(short) >= 2]  # fmt: skip
        found += [name.removeprefix(title).removesuffix(other) for other in _TITLES
                  if name.startswith(title)]  # fmt: skip
    return list(dict.fromkeys(filter(None, found)))


def the_one(
    namesakes: Sequence[Known], *, unit: str | None, mark: str, tied: Collection[int]
) -> Known | None:
    """Give which of some of one name is meant, or None where nobody can say.

    ``mark`` is what stood in brackets: a number, unit or department. ``tied`` are those who help
    the household in question: of namesakes it is the one of these. Where a unit is said, nobody of
    another one is meant.
    """
    if mark:
        marked = [one for one in namesakes if _bears(one, mark)]
        if len(marked) == 1:
            return marked[0]
    helping = [one for one in namesakes if one.staff in tied]
    if len(helping) == 1:
        return helping[0]
    agreeing = [one for one in namesakes if not unit or _is_of(one, unit)]
    return agreeing[0] if len(agreeing) == 1 else None


def _bears(one: Known, mark: str) -> bool:
    return mark in {one.staff_no, one.unit, one.department}


def _is_of(one: Known, unit: str) -> bool:
    """Tell whether somebody may be of a unit: a longer name of it is the same; unknown may be."""
    if one.unit is None:
        return True
    return unit in one.unit or one.unit in unit or one.department == unit
