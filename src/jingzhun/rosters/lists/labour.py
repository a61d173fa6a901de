"""The labour part of a row: skill, where and at what somebody works, which training is wished."""

import re
from datetime import date
from typing import Any

from jingzhun.rosters.kinds import normalise, values
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.amounts import header_unit, money
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.odd import Odd

_TEXTS = ("work_place", "work_unit", "job_kind", "job", "unemployed_reason", "labour_state",
          "skill", "training_wish", "job_wish")  # fmt: skip
_FLAGS = ("had_training", "has_certificate")
LABOUR = ("labour_skill", "work_months", "work_region", "is_employed", "wage_fen",
          "work_started_on", "returned_on", "wants_training", *_TEXTS, *_FLAGS)  # fmt: skip
_AT_SCHOOL = re.compile("在校|在读|上学|就读|读书|学生")

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
    draft.take("wage_fen", _wage(draft))
    for name in _TEXTS:
        draft.take(name, cells.text)
    for name in _FLAGS:
        draft.take(name, cells.flag)
    for name in ("work_started_on", "returned_on"):
        if draft.take(name, dates.month) is not None:
            _not_to_come(draft, name)
    _regions_from_places(draft)
    _read_employment(draft)
    _read_wishes(draft)


def _regions_from_places(draft: Draft) -> None:
    """Read 县外省内务工 in the column of the place for what it is: the region, and no place."""
    places = draft.values.get("work_place")
    if places is None:
        return
    known = values("work_region")
    meant = {place: known.get(normalise(place).upper()) for place in set(places) if place}
    if not any(meant.values()):
        return
    regions = draft.values.get("work_region") or [None] * draft.size
    for at, place in enumerate(places):
        region = meant.get(place)
        if region is not None:
            regions[at] = regions[at] or region
            places[at] = None
    draft.values["work_region"] = regions


def _region(cell: Any) -> str | Odd | None:
    """Read how far away somebody works; a place's name in that column is no region."""
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    meant = values("work_region").get(found.upper())
    return meant or Odd(
        "work_region_unknown", f"务工区域“{found[:20]}”不认识，请填乡镇内、县内、县外省内或省外。"
    )


def _read_employment(draft: Draft) -> None:
    """Read who works; 在校 in that column is no work, and a state of its own."""
    if draft.take("is_employed", _employment) is None:
        return
    states = draft.values.get("labour_state") or [None] * draft.size
    for at, cell in enumerate(draft.raw("is_employed") or ()):
        if _AT_SCHOOL.search(normalise(plain(cell))):
            states[at] = states[at] or cells.text(cell)
    draft.values["labour_state"] = states


def _employment(cell: Any) -> bool | Odd | None:
    found = normalise(plain(cell)).upper()
    meant = values("employment").get(found)
    if meant is not None:
        return meant == "yes"
    if is_placeholder(found):
        return None
    if _AT_SCHOOL.search(found):
        return False
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


def _read_wishes(draft: Draft) -> None:
    """Tell 培训意愿 电焊 from 培训意愿 是: whoever names a training wants one."""
    said = [
        column
        for name in ("wants_training", "training_wish")
        if (column := draft.take(name, cells.text)) is not None
    ]
    if not said:
        return
    wants: list[bool | None] = []
    wishes: list[str | None] = []
    for row in zip(*said, strict=True):
        answers = [_answer(text) for text in row if text is not None]
        named = [text for text in answers if isinstance(text, str)]
        flags = [flag for flag in answers if isinstance(flag, bool)]
        wants.append(flags[0] if flags else True if named else None)
        wishes.append("、".join(dict.fromkeys(named)) or None)
    draft.values["wants_training"] = wants
    draft.values["training_wish"] = wishes


def _answer(text: str) -> bool | str:
    """Give yes or no, or the training that is named instead."""
    found = normalise(text)
    meant = values("flag").get(found.upper())
    if meant is not None:
        return meant == "yes"
    if found.startswith(("不", "无", "没", "暂无")):
        return False
    return True if found in {"愿意", "有意愿", "想", "需要"} else text
