"""The schooling part of a row: school, stage, grade, class, boarding, entry, status."""

import re
from typing import Any

from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.lists.placement import BEYOND, Placement, contexts, split_school
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.odd import Odd

#: Words for several stages at once: the grade decides.
_SEVERAL = frozenset(
    {"特殊教育", "特教", "九年一贯制", "九年一贯", "十二年一贯制", "十二年一贯", "完全中学",
     "义务教育", "义务教育阶段", "中小学"}
)  # fmt: skip
#: A 填报单位 that is no school: whoever drew up the list teaches nobody.
_OFFICE = re.compile(r"(?:[村镇乡局办科股]|办公室|街道|民政|残联|联合会|政府|委员会|村委会?)$")


def read_schooling(draft: Draft, dates: DateReader, *, required: bool) -> None:
    """Read the schooling columns; with ``required`` a row must say school and stage."""
    _read_school(draft)
    draft.take("school_code", cells.code)
    draft.take("stage", _stage, refuses=True)
    _read_boarding(draft)
    draft.take("entered_on", dates.month)
    draft.take(
        "status",
        cells.vocabulary(
            "status", code_name="status_unknown", expected="请填在读、休学、毕业、转出、退学等"
        ),
        refuses=True,
    )
    if "status" in draft.values:
        draft.values["status"] = [
            None if status == "present" else status for status in draft.values["status"]
        ]
    Placement(draft, required=required).read()


def _stage(cell: Any) -> str | Odd | None:
    found = normalise(plain(cell))
    if found in _SEVERAL:
        return None
    if any(word in found for word in ("研究生", "硕士", "博士")):
        return BEYOND
    read: str | Odd | None = cells.vocabulary(
        "stage", code_name="stage_unknown", expected="请填学前、小学、初中、普高、中职等"
    )(cell)
    return read


def school_name(cell: Any) -> str | None:
    """Read a school's name without white space."""
    found = normalise(plain(cell))
    return None if is_placeholder(found) else found


def _read_school(draft: Draft) -> None:
    schools = draft.take("school", school_name)
    mixed = draft.raw("school_grade")
    if mixed is not None:
        draft.values["school"] = schools = [split_school(cell)[0] for cell in mixed]
    said = [unit and (None if _OFFICE.search(unit) else unit) for unit in contexts(draft, "school")]
    if schools is None:
        if any(said):
            draft.values["school"] = said
    elif None in schools:
        draft.values["school"] = [
            own or context for own, context in zip(schools, said, strict=True)
        ]


def _read_boarding(draft: Draft) -> None:
    ways = draft.take("boarding", _boarding, refuses=True)
    flags = draft.take("is_boarder", cells.flag, refuses=True)
    if flags is None:
        return
    by_flag = [None if flag is None else ("boarder" if flag else "day") for flag in flags]
    del draft.values["is_boarder"]
    draft.values["boarding"] = (
        by_flag
        if ways is None
        else [way or other for way, other in zip(ways, by_flag, strict=True)]
    )


def _boarding(cell: Any) -> str | Odd | None:
    found = normalise(plain(cell))
    if found.isdigit():
        return Odd(
            "boarding_unknown",
            f"就读方式“{found[:20]}”是代码，各地含义不同，请改成“走读”或“住校”。",
        )
    read: str | Odd | None = cells.vocabulary(
        "boarding", code_name="boarding_unknown", expected="请填走读、住校、借宿或其他"
    )(cell)
    return read
