"""Rows with a name and a class but no number: whose they are.

A class's own lists (meals, absences) have no id numbers. Such a row is about the one pupil of its
name of whom any list says that he is in its school, in its grade and class where it says them.
Where two fit nobody can say which, and neither is taken.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import SheetWords
from jingzhun.rosters.kinds import kinds
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.store.bulk import distinct, rows_of
from jingzhun.store.registry import PERSONS
from jingzhun.store.schema import ImportColumn, ImportSheet, School, Source

_PLACE = ("school", "grade", "class_no", "born_on")
#: Kinds that a class keeps for itself: a name and a class must do, even without a school.
_BY_NAME = frozenset({Kind.MEAL_ROSTER, Kind.ABSENCE_LIST, Kind.HOME_VISITS, Kind.DROPOUT_LEDGER})


def _by_name() -> set[Kind]:
    return {kind for kind, spec in kinds().items() if kind in _BY_NAME or spec.register}


def goes_by_name(words: SheetWords) -> bool:
    """Say whether some row of a list has nothing but a name to say whom it is about."""
    return any(identity.startswith("N:") for identity in words.batch.column("identity") if identity)


def pupils_by_name(sheet: SheetRecorder) -> dict[str, int]:
    """Give the person of each identity that is but a name, where one pupil alone fits."""
    batch = sheet.batch
    needs_school = sheet.kind not in _by_name()
    places = list(zip(*(batch.column(name) for name in _PLACE), strict=True))
    rows = [
        (identity, name, place)
        for identity, name, place in zip(
            batch.columns["identity"], batch.columns["name"], places, strict=True
        )
        if identity.startswith("N:") and (place[0] or not needs_school)
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


def namesakes(sheet: SheetRecorder, added: Mapping[int, int]) -> dict[int, int]:
    """Give pupils of whom a class's list spoke by a name that a new person has too.

    Nobody can say any more whom it means. ``added`` gives the new persons' positions; so does what
    is given.
    """
    connection = sheet.connection
    lists = _lists_of_names(connection) - {sheet.sheet_id}
    if not lists or not added:
        return {}
    names, schools = sheet.batch.columns["name"], sheet.batch.column("school")
    places = {(names[at], schools[at]): at for at in added.values() if schools[at] is not None}
    spoken = (
        select(PERSONS.c.id, PERSONS.c.name, School.name.label("school"))
        .join(Source, Source.person_id == PERSONS.c.id)
        .join(School, School.id == Source.school_id)
        .where(Source.sheet_id.in_(lists))
        .distinct()
    )
    return {
        row.id: places[row.name, row.school]
        for row in connection.execute(spoken)
        if (row.name, row.school) in places and row.id not in added
    }


def _lists_of_names(connection: Connection) -> set[int]:
    """Give the sheets whose rows may have nothing but a name: without a column of numbers."""
    numbered = select(ImportColumn.sheet_id).where(
        ImportColumn.field.in_(("id_number", "student_no")), ImportColumn.letter != ""
    )
    kept = ImportSheet.kind.in_(_by_name()) | ImportSheet.id.not_in(numbered)
    by_hand = (Kind.CORRECTION, Kind.ROLLOVER)
    query = select(ImportSheet.id).where(kept, ImportSheet.kind.not_in(by_hand))
    return set(connection.scalars(query))


def _rolls_of(connection: Connection, names: Collection[str]) -> dict[str, list[Any]]:
    """Give (person, school, grade, class, birth) of every row that says it, by the pupil's name."""
    columns = [PERSONS.c.name, PERSONS.c.id, PERSONS.c.identity, PERSONS.c.born_on]
    people = {
        row.id: row
        for row in rows_of(connection, columns[0], names, columns)
        if not row.identity.startswith("N:")
    }
    schools = {row.id: row.name for row in connection.execute(select(School.id, School.name))}
    wanted = [Source.person_id, Source.school_id, Source.grade, Source.class_no]
    rolls: dict[str, list[Any]] = {}
    for person, school, grade, class_no in rows_of(connection, wanted[0], people, wanted):
        if school is not None:
            born_on = people[person].born_on
            place = (person, schools[school], grade, class_no, born_on and born_on.isoformat())
            rolls.setdefault(people[person].name, []).append(place)
    return rolls


def _fits(said: Sequence[Any], held: Sequence[Any]) -> bool:
    *place, born_on = said
    *roll, birth = held
    if born_on is not None:
        # A birth date tells children of one name apart better than a class, which changes.
        return birth in {None, born_on} and place[0] in {None, roll[0]}
    return all(own is None or own == now for own, now in zip(place, roll, strict=True))


class NamedOnly:
    """The records that are known by their name and class alone."""

    def __init__(self, identities: Mapping[int, str]) -> None:
        self._by_name: dict[str, list[tuple[int, list[str | None]]]] = {}
        for record, identity in identities.items():
            if identity.startswith("N:"):
                _, name, born_on, place, room = identity.split(":", 4)
                grade, _, class_no = room.partition("/")
                said = [one or None for one in (place, grade, class_no, born_on)]
                self._by_name.setdefault(name, []).append((record, said))

    def fitting(self, sheet: SheetRecorder) -> dict[int, list[int]]:
        """Give by position the records that its row fits; one that several rows fit is nobody's."""
        if not self._by_name:
            return {}
        batch = sheet.batch
        positions: dict[int, dict[str, int]] = {}
        columns = (batch.column(name) for name in ("identity", "name", *_PLACE))
        for at, (identity, name, school, grade, class_no, born_on) in enumerate(
            zip(*columns, strict=True)
        ):
            if name not in self._by_name or school is None or identity.startswith("N:"):
                continue
            held = (school, *(one and str(one) for one in (grade, class_no)), born_on)
            for record, said in self._by_name[name]:
                if _fits(said, held):
                    positions.setdefault(record, {}).setdefault(identity, at)
        found: dict[int, list[int]] = {}
        for record, places in positions.items():
            if len(places) == 1:
                [at] = places.values()
                found.setdefault(at, []).append(record)
        return found
