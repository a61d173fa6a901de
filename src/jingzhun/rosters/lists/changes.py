"""The event part of a 异动 row: what happened, when, from where to where, until when."""

import re
from datetime import date
from typing import Any

from jingzhun.core.vocabulary import Change
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.lists.schooling import school_name
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.grades import han_number
from jingzhun.rosters.values.odd import Odd

_EARLIEST = "1990-01-01"
#: What a form of one kind of event says in its title.
_TITLES = (
    ("延缓入学", Change.DEFERRAL),
    ("复学", Change.RESUMPTION),
    ("休学", Change.SUSPENSION),
    ("辍学", Change.DROPOUT),
    ("退学", Change.WITHDRAWAL),
    ("转出", Change.TRANSFER_OUT),
    ("转入", Change.TRANSFER_IN),
    ("毕业", Change.GRADUATION),
)


def read_changes(draft: Draft, dates: DateReader) -> None:
    """Read change, happened_on, ends_on, from_school, to_school and reason into the draft."""
    for name in ("from_school", "to_school"):
        draft.take(name, school_name)
    reasons = draft.take("change_reason", cells.text)
    if reasons is not None:
        draft.values["reason"] = reasons
    _read_kind(draft)
    days = _read_days(draft, dates)
    draft.values["happened_on"] = days
    missing = Odd("event_date_missing", "没有异动日期，请补填（如 2026-10-15）。")
    bad = {problem.row_number for problem in draft.problems if problem.code.startswith("date_")}
    for at, day in enumerate(days):
        if day is None and draft.grid.row_numbers[at] not in bad:
            draft.note(at, "happened_on", missing, refuses=True)
    _read_ends(draft, dates)
    _refuse_impossible(draft)


def _refuse_impossible(draft: Draft) -> None:
    """Refuse an event of long ago or far ahead, and a suspension that ends before it begins."""
    first = _EARLIEST
    last = draft.today.replace(year=draft.today.year + 1, day=1).isoformat()
    ends = draft.values.get("ends_on") or [None] * draft.size
    for at, (day, end) in enumerate(zip(draft.values["happened_on"], ends, strict=True)):
        if day is not None and not first <= day <= last:
            what = Odd("event_date_impossible", f"异动日期 {day} 不可能，请核对年份。")
            draft.note(at, "happened_on", what, day, refuses=True)
        elif day is not None and end is not None and end <= day:
            what = Odd("event_date_impossible", f"结束日期 {end} 不在开始日期 {day} 之后，请核对。")
            draft.note(at, "ends_on", what, end, refuses=True)


def _read_kind(draft: Draft) -> None:
    reader = cells.vocabulary(
        "change", code_name="change_unknown", expected="请填转出、转入、休学、复学、辍学、退学等"
    )
    kinds = draft.take("change", reader, refuses=True)
    implied = _implied(draft)
    resumed = draft.raw("resumed_on")
    if kinds is None:
        kinds = [implied] * draft.size
        if resumed is not None and implied != Change.SUSPENSION:
            kinds = [
                Change.RESUMPTION.value if not is_placeholder(normalise(plain(cell))) else kind
                for cell, kind in zip(resumed, kinds, strict=True)
            ]
        draft.values["change"] = kinds
    missing = Odd("change_missing", "没有异动类型，请填转出、转入、休学、复学、辍学、退学等。")
    for at, kind in enumerate(kinds):
        if kind is None and at not in draft.refused:
            draft.note(at, "change", missing, refuses=True)


def _implied(draft: Draft) -> str | None:
    if draft.has("suspended_on") or draft.has("duration") or draft.has("ends_on"):
        return Change.SUSPENSION.value
    title = draft.grid.context.title + normalise(draft.grid.sheet.name)
    headers = "".join(column.header for column in draft.grid.columns)
    for text in (title, headers):
        for word, change in _TITLES:
            if word in text:
                return change.value
    if draft.has("to_school"):
        return Change.TRANSFER_OUT.value
    return None


def _read_days(draft: Draft, dates: DateReader) -> list[Any]:
    """Give the day of each event: a suspension's own start, else the date of the row."""
    days: list[Any] = [None] * draft.size
    for name in ("happened_on", "suspended_on", "resumed_on"):
        found = draft.take(name, dates.from_month, refuses=True)
        if found is None:
            continue
        if name == "happened_on":
            days = list(found)
            continue
        change = Change.SUSPENSION if name == "suspended_on" else Change.RESUMPTION
        days = [
            own if own is not None and (kind == change or day is None) else day
            for own, day, kind in zip(found, days, draft.values["change"], strict=True)
        ]
    return days


def _read_ends(draft: Draft, dates: DateReader) -> None:
    ends = draft.take("ends_on", dates.from_month, refuses=True)
    lengths = draft.take("duration", _months)
    if ends is None and lengths is None:
        return
    ends = ends or [None] * draft.size
    if lengths is not None:
        starts = draft.values["happened_on"]
        ends = [
            end or (_later(start, months) if start and months else None)
            for end, start, months in zip(ends, starts, lengths, strict=True)
        ]
    draft.values["ends_on"] = ends


def _months(cell: Any) -> int | Odd | None:
    """Read a length such as 一年, 半年, 6个月 in months."""
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    if found in {"半年", "一学期", "1学期", "一个学期"}:
        return 6
    if found in {"一年半", "1年半", "1.5年"}:
        return 18
    match = re.fullmatch(r"(.{1,3}?)(?:学)?(年|个?月|学期)", found)
    number = han_number(match[1]) if match else None
    if match is None or number is None:
        return Odd("number_unreadable", f"休学期限“{found[:20]}”读不出来，请写成一年或6个月。")
    return number * {"年": 12, "学期": 6}.get(match[2], 1)


def _later(start: str, months: int) -> str:
    day = date.fromisoformat(start)
    years, month = divmod(day.month - 1 + months, 12)
    # The last day of February and the like: the first day of the next month stands in.
    try:
        return day.replace(year=day.year + years, month=month + 1).isoformat()
    except ValueError:
        return day.replace(year=day.year + years, month=month + 2, day=1).isoformat()
