"""Projects of aid 资助项目: the usual name of each, in cells, titles and names of files."""

import re

from jingzhun.rosters.kinds import normalise, values

_LEVELS = re.compile(r"[-—–/>:]+")
#: Shorter words stand in texts that mean something else.
_SHORTEST = 3


def project_of(text: str | None) -> str | None:
    """Give a project's usual name: 义务教育资助-寄宿生生活补助 is 寄宿生生活补助."""
    if text is None:
        return None
    known = values("aid_project")
    plain = normalise(text).upper()
    last = _LEVELS.split(plain)[-1]
    return known.get(plain) or known.get(last) or project_in(plain) or text


def project_in(text: str) -> str | None:
    """Give the project that normalised text names, by the longest known word in it."""
    known, text = values("aid_project"), text.upper()
    found = [word for word in known if len(word) >= _SHORTEST and word in text]
    return known[max(found, key=len)] if found else None
