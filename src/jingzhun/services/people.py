"""Persons of one sheet, known again by their id, their 学籍号, or household and name."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from jingzhun.core.identity import id_in_student_no
from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.guardians import GUARDIAN
from jingzhun.rosters.kinds import kinds
from jingzhun.rosters.labour import LABOUR
from jingzhun.services.namesakes import pupils_by_name, weak_by_name
from jingzhun.services.sheet import ADDED, CHANGED, SheetRecorder
from jingzhun.store.bulk import distinct, ids_of, rows_of
from jingzhun.store.matches import carry_over
from jingzhun.store.registry import PERSONS

_FIELDS = (
    "id_number", "name", "sex", "born_on", "ethnicity", "household_id", "person_no", "relation",
    "student_no", "education", "study_status", "unschooled_reason", "health", "disability_no",
    "disability_kind", "disability_degree", "is_orphan", "is_left_behind", *LABOUR,
    "political_status", "phone", "address", "hukou_kind", "is_migrant_child", "is_martyr_child",
    "wants_aid", "has_living_aid", *GUARDIAN,
)  # fmt: skip
_MAIN = frozenset({Kind.HOUSEHOLD_MEMBERS, Kind.POOR_STUDENT_LIST, Kind.LABOUR_ROSTER,
                   Kind.SPECIAL_GROUP})  # fmt: skip
#: Kinds that do not introduce persons: whoever is new on them is said to be.
_SECONDARY = frozenset(
    {Kind.HARDSHIP_LIST, Kind.STATUS_CHANGES, Kind.MEAL_ROSTER, Kind.ABSENCE_LIST, Kind.HOME_VISITS}
)
#: Kinds that a class keeps for itself: a name and a class must do.
_BY_NAME = frozenset({Kind.MEAL_ROSTER, Kind.ABSENCE_LIST, Kind.HOME_VISITS, Kind.DROPOUT_LEDGER})


def record_people(sheet: SheetRecorder, households: Sequence[int | None]) -> list[int | None]:
    """Give the person id of each row."""
    batch = sheet.batch
    columns: dict[str, Sequence[Any]] = {"identity": batch.columns["identity"]}
    columns |= {name: batch.columns[name] for name in _FIELDS if name in batch.columns}
    if any(household is not None for household in households):
        columns["household_id"] = households
    known = _known(sheet, households)
    recorded = sheet.recorder.record(PERSONS, "identity", columns, batch.row_numbers, known=known)
    sheet.note_conflicts(recorded, {"household_id": "所在户"})
    for at in recorded.changed:
        sheet.rows.mark(at, CHANGED)
    for at in recorded.added:
        # Whoever is new is the list's own record only where persons are.
        sheet.rows.mark(at, ADDED if sheet.kind in _MAIN else CHANGED)
        if sheet.kind in _SECONDARY or kinds()[sheet.kind].register:
            name = batch.columns["name"][at]
            sheet.notice(at, "name", "person_created", f"账里原来没有“{name}”，已按这一行新建。")
    return recorded.ids


def _known(sheet: SheetRecorder, households: Sequence[int | None]) -> dict[str, int]:
    """Find whom the ledger knows under another identity than the row's.

    A row without id finds its person by 学籍号, then by household and name; a class's own list or a
    register by name and class. A person without id whom a row now gives one keeps his record under
    the new identity.
    """
    found = _known_to_rows_without_id(sheet, households)
    if sheet.kind in _BY_NAME or kinds()[sheet.kind].register:
        found |= pupils_by_name(sheet)
    weak = {
        row.identity: row.id
        for row in sheet.connection.execute(
            select(PERSONS.c.identity, PERSONS.c.id).where(PERSONS.c.id_number.is_(None))
        )
    }
    if not weak:
        return found
    batch = sheet.batch
    named = weak_by_name(sheet, weak)
    by_id = {id_in_student_no(identity.removeprefix("S:")): person
             for identity, person in weak.items() if identity.startswith("S:")}  # fmt: skip
    # Whom the ledger knows by this very identity is that person; the other one stays a suspect.
    identities = distinct(batch.columns["identity"])
    there = ids_of(sheet.connection, PERSONS.c.identity, identities, target=PERSONS.c.id)
    renamed = {}
    former = {person: identity for identity, person in weak.items()}
    columns = (batch.column(name) for name in ("identity", "student_no", "household_no", "name"))
    for at, (identity, student_no, household_no, name) in enumerate(zip(*columns, strict=True)):
        if identity in weak or (":" in identity and not identity.startswith("S:")):
            continue
        person = (
            weak.get(f"S:{student_no}")
            or by_id.get(identity)
            or weak.get(f"H:{household_no}:{name}")
            or named.get(at)
        )
        if person is None or identity in there or identity in found or person in found.values():
            continue
        found[identity] = person
        now = {"identity": identity, "id_number": None if ":" in identity else identity}
        sheet.recorder.revise(PERSONS, person, now, batch.row_numbers[at])
        renamed[former[person]] = identity
    carry_over(sheet.connection, renamed)
    return found


def _known_to_rows_without_id(
    sheet: SheetRecorder, households: Sequence[int | None]
) -> dict[str, int]:
    batch = sheet.batch
    rows = [
        (identity, student_no, household, name)
        for identity, student_no, household, name in zip(
            batch.columns["identity"], batch.column("student_no"), households,
            batch.columns["name"], strict=True,
        )
        if identity.startswith(("S:", "H:"))
    ]  # fmt: skip
    if not rows:
        return {}
    connection = sheet.connection
    numbers = distinct(student_no for _, student_no, _, _ in rows)
    by_number = ids_of(connection, PERSONS.c.student_no, numbers, target=PERSONS.c.id)
    inside = {number: id_in_student_no(number) for number in numbers}
    by_id = ids_of(connection, PERSONS.c.identity, distinct(inside.values()), target=PERSONS.c.id)
    by_name: dict[tuple[int | None, str], list[int]] = {}
    columns = [PERSONS.c.household_id, PERSONS.c.name, PERSONS.c.id]
    for household, name, person in rows_of(
        connection, columns[0], distinct(row[2] for row in rows), columns
    ):
        by_name.setdefault((household, name), []).append(person)
    found = {}
    for identity, student_no, household, name in rows:
        person = by_number.get(student_no) or by_id.get(inside.get(student_no) or "")
        # Two of one name in a household: nobody can say which, so neither is taken.
        named = by_name.get((household, name), []) if identity.startswith("H:") else []
        person = person or (named[0] if len(named) == 1 else None)
        if person is not None:
            found[identity] = person
    return found
