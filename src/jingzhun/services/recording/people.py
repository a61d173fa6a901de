"""Persons of one sheet, known again by their id, their 学籍号, or household and name."""

from collections.abc import Sequence
from typing import Any

from jingzhun.core.identity import id_in_student_no
from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.kinds import kinds
from jingzhun.rosters.lists.guardians import GUARDIAN
from jingzhun.rosters.lists.labour import LABOUR
from jingzhun.services.recording.namesakes import namesakes, pupils_by_name
from jingzhun.services.recording.sheet import ADDED, CHANGED, SheetRecorder
from jingzhun.services.recording.weak import (
    WeakRecords,
    holders_of_numbers,
    may_have_number,
    members_by_name,
)
from jingzhun.store.bulk import distinct, ids_of
from jingzhun.store.derived import firm_records
from jingzhun.store.matches import carry_over
from jingzhun.store.registry import PERSONS

_FIELDS = (
    "id_number", "name", "sex", "born_on", "ethnicity", "household_id", "person_no", "relation",
    "student_no", "education", "study_status", "unschooled_reason", "health", "disability_no",
    "disability_kind", "disability_degree", "is_orphan", "is_left_behind",
    "school_distance_m", *LABOUR,
    "political_status", "phone", "address", "hukou_kind", "is_migrant_child", "is_martyr_child",
    "is_farming_major", "wants_aid", "has_living_aid", *GUARDIAN,
)  # fmt: skip
_MAIN = frozenset({Kind.HOUSEHOLD_MEMBERS, Kind.POOR_STUDENT_LIST, Kind.LABOUR_ROSTER,
                   Kind.SPECIAL_GROUP})  # fmt: skip
#: Kinds that do not introduce persons: whoever is new on them is said to be.
_SECONDARY = frozenset(
    {Kind.HARDSHIP_LIST, Kind.STATUS_CHANGES, Kind.MEAL_ROSTER, Kind.ABSENCE_LIST, Kind.HOME_VISITS}
)


def record_people(sheet: SheetRecorder, households: Sequence[int | None]) -> list[int | None]:
    """Give the person id of each row."""
    batch = sheet.batch
    columns: dict[str, Sequence[Any]] = {"identity": batch.columns["identity"]}
    columns |= {name: batch.columns[name] for name in _FIELDS if name in batch.columns}
    if any(household is not None for household in households):
        columns["household_id"] = households
    weak = WeakRecords(sheet.connection)
    known = _known(sheet, households, weak)
    recorded = sheet.recorder.record(PERSONS, "identity", columns, batch.row_numbers, known=known)
    new = {person: at for at in recorded.added if (person := recorded.ids[at]) is not None}
    sheet.loose = namesakes(sheet, new) | weak.loose(sheet, households, recorded.ids)
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


def _known(
    sheet: SheetRecorder, households: Sequence[int | None], weak: WeakRecords
) -> dict[str, int]:
    """Find whom the ledger knows under another identity than the row's.

    A row without id finds its person by 学籍号, then by household and name, then by name and class.
    A person without id whom a row now gives one keeps his record under the new identity.
    """
    batch = sheet.batch
    found = _known_to_rows_without_id(sheet, households) | pupils_by_name(sheet)
    if not found and not weak.identities:
        return {}
    # Whom the ledger knows by this very identity is that person; the other one is loose.
    identities = distinct(batch.columns["identity"]) if weak.identities else found
    there = ids_of(sheet.connection, PERSONS.c.identity, identities, target=PERSONS.c.id)
    found = {identity: person for identity, person in found.items() if identity not in there}
    renamed, taken = {}, set(found.values())
    fitting = weak.fitting(sheet, households)
    # Whom a name alone tells is told better when all rows are in, unless his record must stay.
    named = {
        one
        for records in fitting.values()
        for one in records
        if weak.identities[one].startswith("N:")
    }
    named -= firm_records(sheet.connection, PERSONS, named)
    for at, records in fitting.items():
        identity = batch.columns["identity"][at]
        if identity in there or identity in found or identity.startswith("H:"):
            continue
        person = next((one for one in records if one not in named | taken), None)
        if person is None:
            continue
        found[identity] = person
        taken.add(person)
        now = {"identity": identity, "id_number": None if ":" in identity else identity}
        sheet.recorder.revise(PERSONS, person, now, batch.row_numbers[at])
        renamed[weak.identities[person]] = identity
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
    by_number = holders_of_numbers(connection, numbers)
    inside = {number: id_in_student_no(number) for number in numbers}
    by_id = ids_of(connection, PERSONS.c.identity, distinct(inside.values()), target=PERSONS.c.id)
    members = members_by_name(connection, distinct(row[2] for row in rows))
    found = {}
    for identity, student_no, household, name in rows:
        person = by_number.get(student_no) or by_id.get(inside.get(student_no) or "")
        named = [
            one
            for one in members.get((household, name), ())
            if one.identity != identity and may_have_number(one, student_no)
        ]
        # Two of one name in a household: nobody can say which, so neither is taken.
        person = person or (named[0].id if len(named) == 1 else None)
        if person is not None:
            found[identity] = person
    return found
