"""Where a household lives, as any list writes it: 云岭镇柳河村 and 柳河村六组 are of one village.

A list that leaves the township out agrees with any (``store.places``); one that writes everything
into one cell must say the same as one with a column for each.
"""

import re
from typing import Any

from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells

PLACES = ("province", "county", "township", "village", "group_name")

#: 青禾县云岭镇柳河村; 镇 or 乡 in the name of a village stands further to the front, or alone.
_WITH_TOWNSHIP = re.compile(
    r"(?P<county>[\u4e00-\u9fff]{2,8}?[县市区旗])?"
    r"(?P<township>[\u4e00-\u9fff]{2,5}?(?:镇|乡|街道))"
    r"(?P<village>[\u4e00-\u9fff]{1,8}(?:村|社区))"
)
#: 柳河村六组, 柳河村委会第三村民小组; not 杨家村, which is a hamlet of its own.
_WITH_VILLAGE = re.compile(
    r"(?P<village>[\u4e00-\u9fff]+?(?:村|社区))(?:民?委员?会)?"
    r"(?P<group>第?[\d一二三四五六七八九十]{1,3}(?:村民)?小?[组社队])"
)


def read_places(draft: Draft) -> None:
    """Read the columns of places; what one cell says of several goes to each."""
    for name in PLACES:
        draft.take(name, cells.text)
    for source, pattern in (("group_name", _WITH_VILLAGE), ("village", _WITH_TOWNSHIP)):
        held = draft.values.get(source)
        if held is None:
            continue
        meant = {text: pattern.fullmatch(text) for text in set(held) if text is not None}
        for at, text in enumerate(held):
            found = meant.get(text)
            if found is not None:
                _spread(draft, at, source, found.groupdict())


def _spread(draft: Draft, at: int, source: str, parts: dict[str, Any]) -> None:
    """Put the parts of a cell where they belong, unless the row says of one something else."""
    own = parts.pop("group" if source == "group_name" else "village")
    said = {name: part for name, part in parts.items() if part is not None}
    for name, part in said.items():
        held = draft.values.setdefault(name, [None] * draft.size)[at]
        if held is not None and not part.endswith(held) and not held.endswith(part):
            return
    for name, part in said.items():
        draft.values[name][at] = draft.values[name][at] or part
    draft.values[source][at] = own
