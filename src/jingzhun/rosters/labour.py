"""The labour part of a row: skill, where and at what somebody works, which training is wished."""

import re
from datetime import date
from typing import Any

from jingzhun.rosters import cells
from jingzhun.rosters.amounts import header_unit, money
from jingzhun.rosters.cells import is_placeholder, plain
from jingzhun.rosters.dates import DateReader
from jingzhun.rosters.kinds import normalise, values
from jingzhun.rosters.odd import Odd
from jingzhun.rosters.reading import Draft

_TEXTS = ("work_place", "work_unit", "job_kind", "job", "unemployed_reason", "labour_state",
          "skill", "training_wish", "job_wish")  # fmt: skip
_FLAGS = ("had_training", "has_certificate", "wants_training")
LABOUR = ("labour_skill", "work_months", "work_region", "is_employed", "wage_fen",
          "work_started_on", "returned_on", *_TEXTS, *_FLAGS)  # fmt: skip

_ABOUT = re.compile("^[约近]|左右|以上|上下")


def read_labour(draft: Draft, dates: DateReader) -> None:
    """Read the labour columns; none of them refuses a row."""
    draft.take(
        "labour_skill",
        cells.vocabulary(
            "labour_skill", code_name="labour_unknown", expected="请填普通劳动力、技能劳动力等"
        ),
    )
    draft.take("work_months", cells.count)
    draft.take("work_region", _region)
    draft.take("is_employed", _employment)
    draft.take("wage_fen", _wage(draft))
    for name in _TEXTS:
        draft.take(name, cells.text)
    for name in _FLAGS:
        draft.take(name, cells.flag)
    for name in ("work_started_on", "returned_on"):
        if draft.take(name, dates.month) is not None:
            _not_to_come(draft, name)
    _wish_or_yes(draft)


def _region(cell: Any) -> str | Odd | None:
    """Read how far away somebody works; a place's name in that column is no region."""
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    meant = values("work_region").get(found.upper())
    return meant or Odd(
        "work_region_unknown", f"务工区域“{found[:20]}”不认识，请填乡镇内、县内、县外省内或省外。"
    )


def _employment(cell: Any) -> bool | Odd | None:
    found = normalise(plain(cell)).upper()
    meant = values("employment").get(found)
    if meant is not None:
        return meant == "yes"
    if is_placeholder(found):
        return None
    return Odd("employment_unknown", f"就业情况“{found[:20]}”看不出是否就业，没有采用。")


def _wage(draft: Draft) -> cells.Reader:
    """Make the reader of a month's wage; nought is none, 3500左右 is 3500, 三四千 no figure."""
    column = draft.grid.column("wage_fen")
    read = money((header_unit(column.header) if column else None) or 1)

    def wage(cell: Any) -> int | Odd | None:
        found = read(_ABOUT.sub("", cell) if isinstance(cell, str) else cell)
        return found or None

    return wage


def _not_to_come(draft: Draft, name: str) -> None:
    """Drop months that are still to come: they are plans."""
    today: date = draft.today
    for at, day in enumerate(draft.values[name]):
        if day is not None and day > today.isoformat():
            draft.note(
                at, name, Odd("date_to_come", f"日期 {day} 还没有到，没有采用。"), refuses=False
            )
            draft.values[name][at] = None


def _wish_or_yes(draft: Draft) -> None:
    """Tell 培训意愿 电焊 from 培训意愿 是: whoever names a training wants one."""
    wishes = draft.values.get("training_wish")
    if wishes is None:
        return
    flags = values("flag")
    wants = draft.values.get("wants_training") or [None] * draft.size
    for at, wish in enumerate(wishes):
        if wish is None:
            continue
        said = flags.get(normalise(wish).upper())
        if said is not None or wish.startswith(("不", "无")):
            wishes[at] = None
        if wants[at] is None:
            wants[at] = said != "no" and not wish.startswith(("不", "无"))
    draft.values["wants_training"] = wants
