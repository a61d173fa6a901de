"""What an aid list says besides its columns: for which project the money is."""

from jingzhun.rosters.kinds import RegisterSpec, normalise
from jingzhun.rosters.lists.placement import contexts
from jingzhun.rosters.lists.registers import complete
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.odd import Odd
from jingzhun.rosters.values.projects import project_in, project_of

_UNNAMED = "资助"


def complete_aid(draft: Draft, spec: RegisterSpec) -> None:
    """Name every row's project, by its column or by the title, in one spelling."""
    complete(draft, spec)
    _believe_totals(draft)
    own = draft.values.get("project") or [None] * draft.size
    sections = [project_in(normalise(title)) for title in contexts(draft, "title")]
    named = [
        project_of(text) or section or draft.grid.context.project
        for text, section in zip(own, sections, strict=True)
    ]
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


def complete_account(draft: Draft, spec: RegisterSpec) -> None:
    """Date an account by the day from which it holds; say whether it was typed at the desk."""
    complete(draft, spec)
    by_hand = draft.grid.spec is not None and draft.grid.spec.by_hand
    draft.values["by_hand"] = [by_hand] * draft.size
    draft.values["known_on"] = [draft.stated_on.isoformat()] * draft.size


def _believe_totals(draft: Draft) -> None:
    """Let a row with a total and without parts be one entry of the total."""
    entries = draft.values.get("entries")
    totals = draft.values.get("total_fen")
    if entries is None or totals is None:
        return
    for at, total in enumerate(totals):
        if not entries[at] and total and at not in draft.refused:
            entries[at] = [{"amount_fen": total}]
