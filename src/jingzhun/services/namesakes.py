"""Rows with a name and a class but no number: whose they are.

A class's own lists (meals, absences) have no id numbers. Such a row is about the one pupil of its
name on the roll of its school, in its grade and class where it says them. Where two fit nobody can
say which, and neither is taken.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from jingzhun.services.sheet import SheetRecorder
from jingzhun.store.bulk import distinct, rows_of
from jingzhun.store.registry import PERSONS
from jingzhun.store.schema import Enrolment, School

_PLACE = ("school", "grade", "class_no")


def pupils_by_name(sheet: SheetRecorder) -> dict[str, int]:
    """Give the person of each identity that is but a name, where one pupil alone fits."""
    batch = sheet.batch
    places = list(zip(*(batch.column(name) for name in _PLACE), strict=True))
    rows = [
        (identity, name, place)
        for identity, name, place in zip(
            batch.columns["identity"], batch.columns["name"], places, strict=True
        )
        if identity.startswith("N:")
    ]
    if not rows:
        return {}
    rolls = _rolls_of(sheet.connection, distinct(name for _, name, _ in rows))
    found: dict[str, int] = {}
    for identity, name, place in rows:
        fitting = {person for person, *held in rolls.get(name, ()) if _fits(place, held)}
        if len(fitting) == 1:
            found[identity] = fitting.pop()
    return found


def _rolls_of(connection: Connection, names: Collection[str]) -> dict[str, list[Any]]:
    """Give (person, school, grade, class) of every roll, past ones too, by the pupil's name."""
    people = {
        row.id: row.name
        for row in rows_of(
            connection, PERSONS.c.name, names, [PERSONS.c.name, PERSONS.c.id, PERSONS.c.identity]
        )
        if not row.identity.startswith("N:")
    }
    schools = {row.id: row.name for row in connection.execute(select(School.id, School.name))}
    columns = (Enrolment.person_id, Enrolment.school_id, Enrolment.grade, Enrolment.class_no,
               Enrolment.superseded_in)  # fmt: skip
    rolls: dict[str, list[Any]] = {}
    for row in rows_of(connection, Enrolment.person_id, people, columns):
        if row.superseded_in is None:
            place = (row.person_id, schools[row.school_id], row.grade, row.class_no)
            rolls.setdefault(people[row.person_id], []).append(place)
    return rolls


def _fits(said: Sequence[Any], held: Sequence[Any]) -> bool:
    return all(own is None or own == now for own, now in zip(said, held, strict=True))


def weak_by_name(sheet: SheetRecorder, weak: Mapping[str, int]) -> dict[int, int]:
    """Give by position the person whom an earlier list knew by name and class alone.

    A name that stands twice in a class is nobody's.
    """
    batch = sheet.batch
    columns = (batch.column(name) for name in ("name", *_PLACE))
    wanted: dict[str, list[int]] = {}
    for at, (name, school, grade, class_no) in enumerate(zip(*columns, strict=True)):
        rooms = {f"{grade or ''}/{class_no or ''}", "/", f"{grade or ''}/"}
        for room in rooms:
            identity = f"N:{name}::{school or ''}:{room}"
            if identity in weak:
                wanted.setdefault(identity, []).append(at)
    return {places[0]: weak[identity] for identity, places in wanted.items() if len(places) == 1}
