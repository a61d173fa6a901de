"""What an aid list says besides its columns: for which project the money is."""

import re

from jingzhun.rosters.kinds import RegisterSpec, normalise, values
from jingzhun.rosters.odd import Odd
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.registers import complete, lines_above

_UNNAMED = "资助"
_LEVELS = re.compile(r"[-—–/>:]+")


def complete_aid(draft: Draft, spec: RegisterSpec) -> None:
    """Name every row's project, by its column or by the title, in one spelling."""
    complete(draft, spec)
    _believe_totals(draft)
    told = project_in(lines_above(draft))
    nothing = [None] * draft.size
    named = [project_of(text) or told for text in draft.values.get("project") or nothing]
    entries = draft.values.get("entries") or [[{}]] * draft.size
    nameless = [
        at
        for at, (name, row) in enumerate(zip(named, entries, strict=True))
        if name is None and any("project" not in entry for entry in row)
    ]
    if nameless:
        what = Odd(
            "project_assumed",
            f"表里和标题里都没有写是哪一项资助，按“{_UNNAMED}”记；请补上“资助项目”一列或写进标题。",
        )
        draft.note(nameless[0], "project", what, refuses=False)
    draft.values["project"] = [name or _UNNAMED for name in named]


def _believe_totals(draft: Draft) -> None:
    """Let a row with a total and without parts be one entry of the total."""
    entries = draft.values.get("entries")
    totals = draft.values.get("total_fen")
    if entries is None or totals is None:
        return
    for at, total in enumerate(totals):
        if not entries[at] and total and at not in draft.refused:
            entries[at] = [{"amount_fen": total}]


def project_of(text: str | None) -> str | None:
    """Give a project's usual name: 义务教育资助-寄宿生生活补助 is 寄宿生生活补助."""
    if text is None:
        return None
    known = values("aid_project")
    plain = normalise(text).upper()
    last = _LEVELS.split(plain)[-1]
    return known.get(plain) or known.get(last) or _within(plain) or text


def project_in(lines: list[str]) -> str | None:
    """Give the project that the lines above a table name."""
    return next(filter(None, (_within(normalise(line).upper()) for line in lines)), None)


def _within(text: str) -> str | None:
    """Give the project of the longest known word in a text."""
    found = [word for word in values("aid_project") if len(word) >= 3 and word in text]
    return values("aid_project")[max(found, key=len)] if found else None
