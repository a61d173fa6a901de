"""What lists of kindergarten pairs say besides their columns: since when, and who helps whom."""

from typing import Any

from jingzhun.core.terms import school_year_of, school_year_period
from jingzhun.rosters.kinds import RegisterSpec
from jingzhun.rosters.lists.activities import pair_of_title
from jingzhun.rosters.lists.placement import contexts
from jingzhun.rosters.lists.registers import complete
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.odd import Odd


def complete_pairs(draft: Draft, spec: RegisterSpec) -> None:
    """Date every pair: one without a day begins with the school year that its list is of."""
    complete(draft, spec)
    nothing: list[Any] = [None] * draft.size
    terms, years = contexts(draft, "term"), contexts(draft, "school_year")
    starts = list(draft.values.get("paired_on") or nothing)
    ends = draft.values.get("ended_on") or nothing
    silent = []
    for at, (own, term, year) in enumerate(zip(starts, terms, years, strict=True)):
        if own is None:
            silent.append(at)
            of = term.school_year if term else year or school_year_of(draft.stated_on)
            starts[at] = school_year_period(of).start.isoformat()
        end = ends[at]
        if end is not None and end < starts[at]:
            words = f"结束日期 {end} 在结对日期 {starts[at]} 之前，请核对。"
            draft.note(at, "ended_on", Odd("span_impossible", words), end, refuses=True)
    draft.values["paired_on"] = starts
    kept = [at for at in silent if at not in draft.refused]
    if kept:
        words = f"没有写结对日期，按学年开始 {starts[kept[0]]} 记。"
        draft.note(kept[0], "paired_on", Odd("period_assumed", words), refuses=False)


def complete_results(draft: Draft, spec: RegisterSpec) -> None:
    """Take the helping kindergarten from the title; refuse more good lessons than were rated."""
    complete(draft, spec)
    helping, _ = pair_of_title(draft)
    own = draft.values.get("helping_school") or [None] * draft.size
    draft.values["helping_school"] = [said or helping for said in own]
    rated = draft.values.get("rated") or [None] * draft.size
    for name, title in (("rated_good", "优课数"), ("rated_passed", "合格数")):
        for at, (some, every) in enumerate(
            zip(draft.values.get(name) or [None] * draft.size, rated, strict=True)
        ):
            if some is not None and every is not None and some > every:
                words = f"{title} {some} 比参评节数 {every} 还多，请核对。"
                draft.note(at, name, Odd("part_above_whole", words), refuses=True)
