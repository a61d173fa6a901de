"""What a list of staff sent away 下派、支教、挂职、培训 says: of which kind, from when until when.

The kind may be told by the title. A column 结束时间 without 计划 or 实际, or a span's last day, is
the plan, and where that is over and the list has no other word of the end, also the end.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from jingzhun.rosters.kinds import RegisterSpec, normalise, values
from jingzhun.rosters.lists.registers import complete, lines_above
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.odd import Odd

_EARLIEST = date(1990, 1, 1)
#: Nobody is sent away for longer, or planned so far ahead.
_LONGEST = timedelta(366 * 10)
_PLANNED = re.compile("计划|预计|应返|期满|到期")


def complete_secondments(draft: Draft, spec: RegisterSpec) -> None:
    """Give every row its kind and its days; refuse days that cannot be."""
    nothing: list[Any] = [None] * draft.size
    spans = draft.values.get("seconded_span") or nothing
    for at, name in enumerate(("seconded_on", "due_on")):
        own = draft.values.get(name) or nothing
        draft.values[name] = [
            said or (span and span[at]) for said, span in zip(own, spans, strict=True)
        ]
    _end_what_is_over(draft, spans)
    kinds = draft.values.get("secondment_kind") or nothing
    told = _kind_of_title(draft)
    draft.values["secondment_kind"] = [said or told for said in kinds]
    complete(draft, spec)
    draft.values.pop("seconded_span", None)
    unknown = Odd("secondment_kind_unknown", "没有写派出类别，请写下派、支教、挂职或培训。")
    unsaid = Odd("entry_incomplete", "派出日期没有填，请补填。")
    faulty = {problem.row_number for problem in draft.faults()}
    for at, number in enumerate(draft.grid.row_numbers):
        if number in faulty:
            continue
        if draft.values["secondment_kind"][at] is None:
            draft.note(at, "secondment_kind", unknown, refuses=True)
        if draft.values["seconded_on"][at] is None:
            draft.note(at, "seconded_on", unsaid, refuses=True)
        else:
            _judge(draft, at)


def _end_what_is_over(draft: Draft, spans: Sequence[Any]) -> None:
    """Take a bare 结束时间, or a span's last day, for the end itself where it is over."""
    if draft.has("ended_on"):
        return
    column = draft.grid.column("due_on")
    is_bare = column is None or not _PLANNED.search(column.header)
    today = draft.stated_on.isoformat()
    ends = [
        (span and span[1]) or (due if is_bare else None)
        for span, due in zip(spans, draft.values["due_on"], strict=True)
    ]
    draft.values["ended_on"] = [day if day is not None and day <= today else None for day in ends]


def _kind_of_title(draft: Draft) -> str | None:
    """Give the one kind that the lines above the table name."""
    text = "".join(normalise(line) for line in lines_above(draft))
    found = {code for word, code in values("secondment_kind").items() if word in text}
    return found.pop() if len(found) == 1 else None


def _judge(draft: Draft, at: int) -> None:
    start = date.fromisoformat(draft.values["seconded_on"][at])
    latest = draft.today + _LONGEST
    if not _EARLIEST <= start <= latest:
        words = f"派出日期 {start} 不可能，请核对年份。"
        draft.note(at, "seconded_on", Odd("span_impossible", words), refuses=True)
        return
    for name, title in (("due_on", "计划结束日期"), ("ended_on", "结束日期")):
        said = draft.values.get(name)
        day = date.fromisoformat(said[at]) if said and said[at] else None
        if day is not None and not start <= day <= start + _LONGEST:
            words = f"{title} {day} 在派出日期 {start} 之前，或相隔太久，请核对。"
            draft.note(at, name, Odd("span_impossible", words), refuses=True)
            return  # a bare 结束时间 is both: one message is enough
