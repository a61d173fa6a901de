"""The personal part of a row: name, id, 学籍号, and the undated facts about a person."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from jingzhun.core.identity import births_of, id_in_student_no, mask, sexes_of
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.lists.disability import complete_from_certificates, degree
from jingzhun.rosters.lists.guardians import read_guardians
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.cells import plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.ids import IdReader
from jingzhun.rosters.values.odd import Odd

#: Undated facts of a person as a table may state them, with how their cells are read.
FACTS: dict[str, cells.Reader] = {
    "ethnicity": cells.ethnicity,
    "education": cells.text,
    "study_status": cells.text,
    "unschooled_reason": cells.text,
    "health": cells.health,
    "disability_no": cells.disability_no,
    "disability_kind": cells.disability_kind,
    "disability_degree": degree,
    "is_orphan": cells.flag,
    "is_left_behind": cells.left_behind,
    "school_distance_m": cells.distance,
    "political_status": cells.text,
    "phone": cells.phone,
    "address": cells.text,
    "hukou_kind": cells.vocabulary(
        "hukou_kind", code_name="hukou_unknown", expected="请填农业户口、非农业户口或居民户口"
    ),
    "is_migrant_child": cells.flag,
    "is_martyr_child": cells.flag,
    "is_farming_major": cells.flag,
    "wants_aid": cells.flag,
    "has_living_aid": cells.flag,
}


#: Documents of people who have no id card (codes 6 to 9 and A of the roll's list).
_OTHER_DOCUMENT = re.compile(
    r"护照|通行证|永久居[住留]|特区|身份证明|^(?:[6-9A]|0[6-9])(?![0-9A-Za-z])", re.IGNORECASE
)
_NO_ID_CARD = re.compile(rf"其[他它]|^Z|{_OTHER_DOCUMENT.pattern}")


def read_person(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    """Read the personal columns; identity comes later, when household and school are known."""
    _read_name(draft)
    _read_id(draft, ids)
    draft.take("student_no", cells.student_no)
    sex_reader = cells.vocabulary("sex", code_name="sex_unknown", expected="请填男或女")
    draft.take("sex", sex_reader)
    draft.take("born_on", dates.birth)
    for name, reader in FACTS.items():
        draft.take(name, reader)
    read_guardians(draft, ids)
    _judge_id(draft, ids)


def _read_name(draft: Draft) -> None:
    names = draft.take("name", cells.name, refuses=True)
    if names is None or None not in names:
        return
    missing = Odd("name_missing", "姓名为空，请补填姓名。")
    for at, name in enumerate(names):
        if name is None and at not in draft.refused:
            draft.note(at, "name", missing, refuses=True)


def _read_id(draft: Draft, ids: IdReader) -> None:
    raw = draft.raw("id_number")
    if raw is None:
        # A list that has certificates only knows its people by these.
        held = draft.raw("disability_no") or [""] * draft.size
        draft.values["id_number"] = [ids.holder(cell) for cell in held]
        return
    types = draft.raw("id_type")
    foreign = {
        at for at, kind in enumerate(types or ()) if _OTHER_DOCUMENT.search(normalise(plain(kind)))
    }
    if foreign:
        raw = ["" if at in foreign else cell for at, cell in enumerate(raw)]
    draft.take("id_number", ids.number, refuses=True, cells=raw)
    for at in foreign:
        what = Odd("id_other_document", "证件不是身份证，证件号码没有当作身份证号。")
        draft.note(at, "id_number", what, refuses=False)
    certificates = {
        at: ids.certificate(cell)
        for at, cell in enumerate(raw)
        if isinstance(cell, str) and len(cell) >= 20
    }
    if any(certificates.values()):
        column = draft.values.setdefault("_certificates", [None] * draft.size)
        for at, certificate in certificates.items():
            column[at] = certificate


def _judge_id(draft: Draft, ids: IdReader) -> None:
    """Refuse missing ids, let the id win over sex and birth, offer what the 学籍号 knows."""
    numbers = draft.values["id_number"]
    student_nos = draft.values.get("student_no") or [None] * draft.size
    if draft.has("id_number"):
        _refuse_missing(draft, numbers, student_nos, ids)
    _compare_student_no(draft, numbers, student_nos)
    _let_id_win(draft, "sex", sexes_of(numbers), lambda own, said: own != said)
    _let_id_win(draft, "born_on", births_of(numbers), _births_differ)
    certificates = draft.values.pop("_certificates", None)
    if certificates is not None:
        own = draft.values.get("disability_no") or [None] * draft.size
        draft.values["disability_no"] = [
            said or found for said, found in zip(own, certificates, strict=True)
        ]
    _compare_certificate(draft, numbers)
    complete_from_certificates(draft)


def _refuse_missing(
    draft: Draft,
    numbers: Sequence[str | None],
    student_nos: Sequence[str | None],
    ids: IdReader,
) -> None:
    """Refuse who has no id and should; offer what the 学籍号 or the certificate holds."""
    if None not in numbers:
        return
    faulty = {
        problem.row_number
        for problem in draft.problems
        if problem.field == "id_number" and problem.severity == "error"
    }
    types, certificates = draft.raw("id_type"), draft.raw("disability_no")
    column = "证件类型一列" if types else "加一列“证件类型”，"
    without = f"请补填 18 位身份证号；确实没有身份证的，{column}填“其他”。"
    for at, number in enumerate(numbers):
        if number is not None or draft.grid.row_numbers[at] in faulty:
            continue
        student_no = student_nos[at] or ""
        kind = normalise(plain(types[at])).upper() if types else ""
        if student_no[:1] in {"J", "L"} or _NO_ID_CARD.search(kind):
            continue
        found, where = id_in_student_no(student_no), "学籍号"
        if not found and certificates is not None:
            found, where = ids.holder(certificates[at]), "残疾人证号"
        advice = f"{where}里有身份证号 {mask(found)}，核对后可填。" if found else ""
        what = Odd("id_missing", "身份证号为空。", advice=advice or without)
        draft.note(at, "id_number", what, refuses=True)


def _compare_student_no(
    draft: Draft, numbers: Sequence[str | None], student_nos: Sequence[str | None]
) -> None:
    if not draft.has("student_no"):
        return
    for at, (number, student_no) in enumerate(zip(numbers, student_nos, strict=True)):
        if student_no is None or student_no[0] != "G" or student_no[1:] == number:
            continue
        found = student_no[1:]
        if number is not None:
            what = Odd(
                "student_no_mismatch",
                f"学籍号里的号码 {mask(found)} 与身份证号 {mask(number)} 不同，以身份证号为准。",
            )
            draft.note(at, "student_no", what, refuses=False)
            # Somebody else's number: kept, it and a sound list would overwrite each other for ever.
            draft.values["student_no"][at] = None
            continue
        column = draft.grid.column("id_number")
        if column and at in draft.refused:
            key = (draft.grid.row_numbers[at], column.letter)
            if key in draft.advice and "学籍号" not in draft.advice[key]:
                draft.advice[key] += f"学籍号里的身份证号是 {mask(found)}，核对无误可照填。"


def _compare_certificate(draft: Draft, numbers: Sequence[str | None]) -> None:
    """Leave out a certificate that holds another id: it is a parent's, or a slip."""
    certificates = draft.values.get("disability_no")
    for at, (number, certificate) in enumerate(zip(numbers, certificates or (), strict=False)):
        if certificate is None or number is None or certificate[:18] == number:
            continue
        what = Odd("certificate_mismatch", "残疾证号里的身份证号与本人的不同，没有采用。")
        draft.note(at, "disability_no", what, refuses=False)
        draft.values["disability_no"][at] = None


def _let_id_win(
    draft: Draft,
    name: str,
    by_id: Sequence[str | None],
    differ: Callable[[str, str], bool],
) -> None:
    said = draft.values.get(name)
    if said is None:
        draft.values[name] = list(by_id)
        return
    if said == by_id:
        return
    title = {"sex": ("sex_mismatch", "性别"), "born_on": ("birth_mismatch", "出生日期")}[name]
    merged: list[Any] = []
    for at, (own, mine) in enumerate(zip(said, by_id, strict=True)):
        if own is not None and mine is not None and own != mine and differ(mine, own):
            what = Odd(title[0], f"{title[1]}与身份证号不一致，以身份证号为准。")
            draft.note(at, name, what, refuses=False)
        merged.append(mine or own)
    draft.values[name] = merged
    if name == "born_on":
        _forgive_months(draft, by_id)


def _births_differ(by_id: str, said: str) -> bool:
    # A birth date given to the month reads as its first day.
    return not (said.endswith("-01") and said[:7] == by_id[:7])


def _forgive_months(draft: Draft, by_id: Sequence[str | None]) -> None:
    """Drop what was said of a birth date that the id number tells anyway."""
    place = {number: at for at, number in enumerate(draft.grid.row_numbers)}
    needless = {"date_month_only", "date_ambiguous", "date_year_only"}
    draft.problems[:] = [
        problem
        for problem in draft.problems
        if problem.field != "born_on"
        or problem.code not in needless
        or by_id[place[problem.row_number]] is None
    ]
