"""Disability in a row: the degree in words, and what the certificate's last two figures say."""

import re
from collections.abc import Sequence
from typing import Any

from jingzhun.core.identity import certificate_parts
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.odd import Odd

_DEGREE = re.compile("([一二三四壹贰叁肆1-4])")
_DEGREE_WORD = re.compile("([一二三四壹贰叁肆1-4])级")
_DEGREES = {
    "一": 1, "1": 1, "壹": 1, "二": 2, "2": 2, "贰": 2, "三": 3, "3": 3, "叁": 3,
    "四": 4, "4": 4, "肆": 4,
}  # fmt: skip


def degree(cell: Any) -> int | Odd | None:
    """Read a degree of disability, 1 the gravest: 一级, 1级, 2."""
    text = normalise(plain(cell))
    if is_placeholder(text):
        return None
    found = _DEGREE.fullmatch(text) or _DEGREE_WORD.search(text)
    return (
        _DEGREES[found[1]]
        if found
        else Odd("disability_degree_unknown", f"残疾等级“{text[:20]}”不是一级到四级，没有采用。")
    )


def complete_from_certificates(draft: Draft) -> None:
    """Fill kind and degree from the certificate's last two figures."""
    numbers = draft.values.get("disability_no")
    if numbers is None or not any(numbers):
        return
    parts = [number and certificate_parts(number) for number in numbers]
    complete(draft, "disability_kind", [part.kind if part else None for part in parts])
    complete(draft, "disability_degree", [part.degree if part else None for part in parts])


def complete(draft: Draft, name: str, found: Sequence[Any]) -> None:
    """Complete a column, where it says nothing, with what was found elsewhere."""
    if all(value is None for value in found):
        return
    own = draft.values.get(name) or [None] * draft.size
    draft.values[name] = [
        other if value is None else value for value, other in zip(own, found, strict=True)
    ]
