"""Rows with a fault whose fate is known: refused under a code, or taken with a remark."""

from collections.abc import Callable
from random import Random
from typing import Any

from jingzhun.core.vocabulary import Kind
from tests.truth.lists import Listing, Row

_O = str.maketrans("0", "O")


def _cut(number: str) -> Any:
    return number[:17]


def _wrong_check(number: str) -> Any:
    return number[:17] + ("0" if number[17] != "0" else "1")


def _lost(number: str) -> Any:
    return float(f"{number[:15]}000")


def _scientific(number: str) -> Any:
    return f"{number[0]}.{number[1:6]}E+17"


#: What is done to a row's own id, the code that refuses it, and whether it needs a number's cell.
_IDS: tuple[tuple[Callable[[str], Any], str, bool], ...] = (
    (_cut, "id_length", False),
    (_wrong_check, "id_checksum", False),
    (_lost, "id_lost_digits", True),
    (_scientific, "id_scientific", False),
    (lambda n: n[:6] + n[6:].translate(_O), "id_lookalike", False),
    (lambda n: f"{n[:6]}20131345{n[14:]}", "id_birth", False),
    (lambda _: "", "id_missing", False),
)
#: By field: a cell, the code that refuses the row.
_REFUSED: dict[str, tuple[tuple[Any, str], ...]] = {
    "name": (("", "name_missing"), ("张3", "name_invalid"), ("无", "name_missing")),
    "grade": (("十三年级", "grade_unreadable"), ("不清楚", "grade_unreadable")),
    "boarding": (("2", "boarding_unknown"), ("看情况", "boarding_unknown")),
    "is_boarder": (("也许", "flag_unreadable"),),
    "status": (("待定中", "status_unknown"),),
    "household_type": (("甲类户", "category_unknown"),),
    "allowance": (("几档", "allowance_unknown"),),
    "change": (("换班", "change_unknown"), ("", "change_missing")),
    "happened_on": (("2026-02-30", "date_invalid"), ("2026", "date_year_only"),
                    ("2062-10-15", "event_date_impossible"), ("", "event_date_missing")),
    "helper": (("", "helper_missing"), ("李4", "name_invalid")),
}  # fmt: skip
#: By field: a cell that is dropped with a remark, and the remark.
_REMARKED: dict[str, tuple[tuple[Any, str], ...]] = {
    "phone": (("1391234567", "phone_invalid"), ("12345678901", "phone_invalid")),
    "guardian_phone": (("138123", "phone_invalid"),),
    "sex": (("不男", "sex_unknown"),),
    "ethnicity": (("01", "ethnicity_unknown"),),
    "is_orphan": (("可能", "flag_unreadable"),),
    "class_no": (("阳光班", "class_unreadable"),),
    "labour_skill": (("很强", "labour_unknown"),),
    "relation": (("邻居", "relation_unknown"),),
    "student_no": (("G6299992014", "student_no_unusual"),),
    "born_on": (("2013-02-30", "date_invalid"),),
}


def plant(dice: Random, listing: Listing, *, typed: bool) -> None:
    """Spoil some rows of a list; heads of households stay whole, for others rest on them."""
    fields = set(listing.fields)
    for row in listing.rows:
        if row.values.get("relation") == "户主" or dice.random() > 0.12:
            continue
        ways = [name for name in _REFUSED if name in fields]
        if "id_number" in fields:
            ways.append("id_number")
        if listing.kind is Kind.STATUS_CHANGES and _is_linked(row):
            continue
        chosen = dice.choice(ways)
        if chosen == "id_number":
            _spoil_id(dice, row, typed=typed)
        else:
            row.raw[chosen], row.error = dice.choice(_REFUSED[chosen])
    for row in listing.rows:
        if row.values.get("relation") != "户主" and dice.random() < 0.1 and not row.error:
            _remark(dice, listing, row)


def _is_linked(row: Row) -> bool:
    """Say whether other events of the pupil rest on this one."""
    pupil, _ = row.about
    return len(pupil.moves) > 1


def _spoil_id(dice: Random, row: Row, *, typed: bool) -> None:
    ways = [way for way in _IDS if typed or not way[2]]
    change, code, _ = dice.choice(ways)
    row.raw["id_number"], row.error = change(row.values["id_number"]), code
    if code == "id_missing" and str(row.values.get("student_no"))[:1] in {"J", "L"}:
        row.raw.pop("id_number")
        row.error = ""


def _remark(dice: Random, listing: Listing, row: Row) -> None:
    ways = [name for name in _REMARKED if name in listing.fields]
    is_event = listing.kind is Kind.STATUS_CHANGES
    if (is_event or getattr(row.about, "moves", None)) and "class_no" in ways:
        ways.remove("class_no")  # the list of events may tell it
    if not ways:
        return
    chosen = dice.choice(ways)
    cell, code = dice.choice(_REMARKED[chosen])
    row.raw[chosen] = cell
    row.notices.add(code)
    row.silent.add(chosen)
