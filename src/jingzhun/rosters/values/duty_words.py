"""Cells of lists about helped households: by what way, how far, whether something is assured."""

import re
from collections.abc import Mapping
from typing import Any

from jingzhun.core.identity import mask_text
from jingzhun.rosters.kinds import normalise, values
from jingzhun.rosters.values.cells import Reader, flag, is_placeholder, plain, text
from jingzhun.rosters.values.odd import Odd

#: What was found, and what a cell says besides.
Found = tuple[str, str | None]

_MARKS = re.compile(r"[、,，;；/+和及与\s]+")
_REASON = re.compile(r"[:(\[,;。、]")
#: What other marks than the vocabulary's own mean: Y, ✓, ☑.
_TICKS = {True: "met", False: "unmet"}
_DENIALS = ("不", "未", "没", "无", "非", "没有")
_BRACKETS = re.compile(r"^[:(\[,;。、\s]+|[)\]。\s]+$")


def ways(cell: Any) -> tuple[str, ...] | Odd | None:
    """Read by which ways a household is helped: 资金、物资; a known word in a longer one counts."""
    found = normalise(plain(cell)).upper()
    if is_placeholder(found):
        return None
    named = [way for word in _MARKS.split(found) if word and (way := way_in(word))]
    if named:
        return tuple(dict.fromkeys(named))
    words = f"帮扶方式“{mask_text(found[:20])}”不认识，请填项目、资金、物资或技术。"
    return Odd("help_way_unknown", words)


def way_in(words: str) -> str | None:
    """Give the way that words name: their own, else that of the longest known word in them."""
    known = values("help_way")
    words = normalise(words).upper()
    within = [word for word in known if word in words]
    return known.get(words) or (known[max(within, key=len)] if within else None)


def plan_state(cell: Any) -> str | Odd | None:
    """Read how far a plan is: done or still planned; what nobody can tell is a remark."""
    found = normalise(plain(cell)).upper().strip("。.")
    meant = values("plan_state").get(found)
    if meant is not None or is_placeholder(found):
        return meant
    within = _within(found, values("plan_state"))
    if within is not None:
        return within
    words = f"“{mask_text(found[:20])}”看不出是否已经完成，没有采用；请填已完成或计划中。"
    return Odd("plan_state_unknown", words)


def fulfilment(cell: Any) -> Found | Odd | None:
    """Read whether something is assured, and why not: 未达标：房顶漏水, ×（C级危房）."""
    said = normalise(plain(cell))
    known = values("fulfilment")
    own = known.get(said.upper())
    if own is not None:
        return own, None
    if is_placeholder(said):
        return None
    ticked = flag(cell)
    if isinstance(ticked, bool):
        return _TICKS[ticked], None
    word = _REASON.split(said, maxsplit=1)[0]
    if word.upper() in known:
        return known[word.upper()], _BRACKETS.sub("", said[len(word) :]) or None
    within = _within(said.upper(), known)
    if within is not None:
        return within, text(cell)
    words = f"“{mask_text(said[:20])}”看不出是否达标，没有采用；请填达标、未达标或未核实。"
    return Odd("fulfilment_unknown", words)


def _within(said: str, known: Mapping[str, str]) -> str | None:
    """Give what the known words in a longer text mean; None when they differ or are denied."""
    meant = set()
    for word in sorted(known, key=len, reverse=True):
        for before in said.split(word)[:-1] if len(word) > 1 else ():
            meant.add(None if before.endswith(_DENIALS) else known[word])
        # A word within a longer known one says nothing of its own: 参保 in 未参保.
        said = said.replace(word, "|") if len(word) > 1 else said
    return meant.pop() if len(meant) == 1 else None


#: How the cells of each type of field are read.
READERS: Mapping[str, Reader] = {
    "help_way": ways,
    "by_way": text,
    "plan_state": plan_state,
    "fulfilment": fulfilment,
}
