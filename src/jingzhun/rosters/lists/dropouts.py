"""A ledger of dropouts 控辍保学台账: when a child dropped out, and whether it came back."""

import re
from datetime import date
from typing import Any

from jingzhun.core.vocabulary import Change
from jingzhun.rosters.kinds import RegisterSpec, normalise
from jingzhun.rosters.lists.registers import complete
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.daylists import spans
from jingzhun.rosters.values.odd import Odd

_EARLIEST = "1990-01-01"
#: Words of 目前状态 by which a child is back at school, and those that say the contrary.
_BACK = re.compile(
    "(?:已|成功|劝返|[月日号])+(?:返校|复学|入学|返回|就读|劝返|复课)|^(?:返校|复学|在校|在读|就读)|劝返成功"
)
_NOT_BACK = re.compile("未|没有|拒绝|不愿|不肯|尚")
_DAY = re.compile(r"(?:20\d{2}[-./年])?\d{1,2}[-./月]\d{1,2}[日号]?|20\d{6}")


def complete_ledger(draft: Draft, spec: RegisterSpec) -> None:
    """Make a dated row an event: ``change`` and ``happened_on``; ``back_on`` is a resumption."""
    complete(draft, spec)
    nothing: list[Any] = [None] * draft.size
    dropped = draft.values.setdefault("dropped_on", nothing)
    back = draft.values["back_on"] = list(draft.values.get("back_on") or nothing)
    states = _states(draft)
    for at, (start, state) in enumerate(zip(dropped, states, strict=True)):
        if state and back[at] is None and _is_back(state):
            back[at] = _day_in(draft, state, start)
        _judge(draft, at, start, back[at])
        if at in draft.refused:
            continue
        if state and back[at] is None and _is_back(state):
            words = f"目前状态写“{state[:12]}”，没有返校日期，账上仍算辍学；请补填返校时间。"
            draft.note(at, "dropout_state", Odd("return_undated", words), state, refuses=False)
        if start is None:
            words = "没有失学（辍学）时间，没有记为辍学，只记了台账。"
            draft.note(at, "dropped_on", Odd("dropout_undated", words), refuses=False)
    draft.values["change"] = [day and Change.DROPOUT.value for day in dropped]
    draft.values["happened_on"] = list(dropped)


def _states(draft: Draft) -> list[Any]:
    """Give the states; a column 是否返校 says yes or no."""
    states = draft.values.get("dropout_state") or [None] * draft.size
    column = draft.grid.column("dropout_state")
    if column is None or "是否" not in column.header:
        return states
    said = [cells.flag(state) if state else None for state in states]
    draft.values["dropout_state"] = [
        ("已返校" if flag else "未返校") if isinstance(flag, bool) else state
        for flag, state in zip(said, states, strict=True)
    ]
    return draft.values["dropout_state"]


def _is_back(state: str) -> bool:
    text = normalise(state)
    return _BACK.search(text) is not None and not _NOT_BACK.search(text)


def _day_in(draft: Draft, state: str, start: str | None) -> str | None:
    """Give the day in words like 已返校(10月12日); without a year it follows the dropout."""
    found = _DAY.search(normalise(state))
    if found is None:
        return None
    after = date.fromisoformat(start) if start else None
    read = spans(found[0], DateReader(today=draft.today), after=after)
    return read[0].first.isoformat() if isinstance(read, list) else None


def _judge(draft: Draft, at: int, start: str | None, back: str | None) -> None:
    """Refuse days that cannot be: of the future, of long ago, back before away."""
    today = draft.today.isoformat()
    for name, day in (("dropped_on", start), ("back_on", back)):
        if day is not None and not _EARLIEST <= day <= today:
            words = f"日期 {day} 不可能（在今天之后或太早），请核对年份。"
            draft.note(at, name, Odd("event_date_impossible", words), day, refuses=True)
    if start and back and back < start:
        words = f"返校日期 {back} 在失学日期 {start} 之前，请核对。"
        draft.note(at, "back_on", Odd("event_date_impossible", words), back, refuses=True)
