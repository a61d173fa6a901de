"""Rows about staff and helpers: the staff roster and the list of pairs."""

from typing import Any

from jingzhun.rosters.kinds import normalise, values
from jingzhun.rosters.lists.households import read_household
from jingzhun.rosters.lists.persons import read_person
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.ids import IdReader
from jingzhun.rosters.values.odd import Odd

STAFF_COLUMNS = (
    "identity", "id_number", "name", "sex", "born_on", "ethnicity", "staff_no", "unit",
    "department", "post", "rank_title", "establishment", "on_establishment", "in_service",
    "in_hardship", "worked_since", "political_status", "education", "phone",
)  # fmt: skip


def read_staff(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    """Read a staff roster; a member of staff is known by id, else 工号, else name and unit."""
    read_person(draft, ids, dates)
    draft.take("staff_no", cells.code)
    for name in ("unit", "department", "post", "rank_title"):
        draft.take(name, cells.text)
    if not draft.has("unit") and draft.grid.context.school:
        draft.values["unit"] = [draft.grid.context.school] * draft.size
    raw = draft.raw("establishment")
    if raw is not None:
        draft.values["establishment"] = [cells.text(cell) for cell in raw]
        reader = _flag_of("establishment", "establishment_unknown", "on")
        found, odd = cells.read_column(raw, reader)
        for at, what in odd.items():
            draft.note(at, "establishment", what, raw[at], refuses=False)
        draft.values["on_establishment"] = found
    draft.take("in_service", _flag_of("in_service", "service_unknown", "yes"))
    draft.take("in_hardship", cells.flag)
    draft.take("worked_since", dates.month)
    nothing = [None] * draft.size
    draft.values["identity"] = [
        number or _staff_identity(name, staff_no, unit)
        for number, name, staff_no, unit in zip(
            draft.values["id_number"],
            draft.values["name"],
            draft.values.get("staff_no") or nothing,
            draft.values.get("unit") or nothing,
            strict=True,
        )
    ]


def _staff_identity(name: str | None, staff_no: str | None, unit: str | None) -> str:
    return f"W:{staff_no}" if staff_no else f"N:{name}:{unit or ''}"


def _flag_of(vocabulary: str, code: str, yes: str) -> cells.Reader:
    words = values(vocabulary)

    def read(cell: Any) -> bool | Odd | None:
        text = normalise(plain(cell)).upper()
        meant = words.get(text)
        if meant is None and is_placeholder(text):
            return None
        if meant is None:
            return Odd(code, f"“{text[:20]}”看不出来，没有采用。")
        return meant == yes

    return read


def read_pairing(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    """Read a list of pairs: a household by number, head or member, and who helps it."""
    draft.take("name", cells.name)
    numbers = draft.take("id_number", ids.secondary)
    read_household(draft, ids, dates)
    nothing = [None] * draft.size
    for own, other in (("head_name", draft.values.get("name")), ("head_id", numbers)):
        if other is not None:
            mine = draft.values.get(own) or nothing
            draft.values[own] = [a or b for a, b in zip(mine, other, strict=True)]
    draft.take("helper", cells.name, refuses=True)
    draft.take("helper_id", ids.secondary)
    draft.take("helper_staff_no", cells.code)
    for name in ("helper_unit", "helper_post", "measures"):
        draft.take(name, cells.text)
    draft.take("helper_phone", cells.phone)
    draft.take("paired_on", dates.from_month)
    draft.take("ended_on", dates.from_month)
    draft.values["helper_identity"] = [
        number or _staff_identity(name, staff_no, unit)
        for number, name, staff_no, unit in zip(
            draft.values.get("helper_id") or nothing,
            draft.values["helper"],
            draft.values.get("helper_staff_no") or nothing,
            draft.values.get("helper_unit") or nothing,
            strict=True,
        )
    ]
    _refuse_incomplete(draft)


def _refuse_incomplete(draft: Draft) -> None:
    helper_missing = Odd("helper_missing", "帮扶责任人为空，请补填。")
    for at, helper in enumerate(draft.values["helper"]):
        if helper is None and at not in draft.refused:
            draft.note(at, "helper", helper_missing, refuses=True)
    refuse_homeless(draft)


def refuse_homeless(draft: Draft) -> None:
    """Refuse rows that do not say which household they are about."""
    what = Odd("household_missing", "看不出是哪一户，请填户编号，或户主姓名和证件号码。")
    nothing = [None] * draft.size
    names = ("household_no", "head_id", "head_name")
    columns = (draft.values.get(name) or nothing for name in names)
    for at, household in enumerate(zip(*columns, strict=True)):
        if not any(household):
            draft.note(at, "head_name", what, refuses=True)
