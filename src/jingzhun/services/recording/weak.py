"""Records of persons without an id number, and the rows that show whose they are.

A row shows it by its 学籍号, by household and name, or by name, school and class. Where it gives
the person an id number the record goes on under that; where the ledger knows the person already,
the record is *loose*: it is taken away and its lists are said again (``recording.retelling``).
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from jingzhun.core.identity import id_in_student_no
from jingzhun.services.recording.namesakes import NamedOnly
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.store.bulk import distinct, ids_of, rows_of
from jingzhun.store.registry import PERSONS
from jingzhun.store.schema import Claim, Revision, Source


class WeakRecords:
    """All records without an id number, as they were before a sheet."""

    def __init__(self, connection: Connection) -> None:
        columns = (PERSONS.c.id, PERSONS.c.identity, PERSONS.c.student_no)
        query = select(*columns).where(PERSONS.c.id_number.is_(None))
        rows = connection.execute(query).all()
        self.identities: dict[int, str] = {row.id: row.identity for row in rows}
        self._by_key: dict[str, list[int]] = {}
        for record, identity, student_no in rows:
            number = student_no or identity.removeprefix("S:")
            for key in distinct((identity, f"S:{number}", id_in_student_no(number))):
                self._by_key.setdefault(key, []).append(record)
        self._fitting: dict[int, list[int]] = {}

    def fitting(
        self, sheet: SheetRecorder, households: Sequence[int | None]
    ) -> Mapping[int, Sequence[int]]:
        """Give by position the records that are the row's person's, the surest first."""
        if not self._fitting and self.identities:
            by_position: dict[int, list[int]] = {}
            for at, person in self._pairs(sheet, households):
                found = by_position.setdefault(at, [])
                if person not in found:
                    found.append(person)
            self._fitting = dict(sorted(by_position.items()))
        return self._fitting

    def loose(
        self,
        sheet: SheetRecorder,
        households: Sequence[int | None],
        people: Sequence[int | None],
    ) -> dict[int, int]:
        """Give the records that are another one's by the sheet's rows, with the row's position."""
        return {
            record: at
            for at, records in self.fitting(sheet, households).items()
            for record in records
            if people[at] is not None and record != people[at]
        }

    def _pairs(
        self, sheet: SheetRecorder, households: Sequence[int | None]
    ) -> Iterator[tuple[int, int]]:
        batch = sheet.batch
        named = NamedOnly(self.identities)
        columns = (
            batch.column(name) for name in ("identity", "student_no", "household_no", "name")
        )
        rows = list(zip(*columns, strict=True))
        wanted = {
            household
            for household, (identity, *_) in zip(households, rows, strict=True)
            if household is not None and not identity.startswith("N:")
        }
        members = members_by_name(sheet.connection, wanted)
        by_name = named.fitting(sheet)
        for at, (identity, student_no, household_no, name) in enumerate(rows):
            if identity.startswith("N:"):
                continue
            if not identity.startswith("H:"):
                keys = (f"S:{student_no}", identity, f"H:{household_no}:{name}")
                yield from ((at, one) for key in keys for one in self._by_key.get(key, ()))
                alike = members.get((households[at], name), ())
                yield from (
                    (at, one.id)
                    for one in alike
                    if one.id in self.identities and may_have_number(one, student_no)
                )
            yield from ((at, record) for record in by_name.get(at, ()))


def members_by_name(
    connection: Connection, households: Collection[int | None]
) -> dict[tuple[int | None, str], list[Any]]:
    """Give by household and name whom any row ever put there: id, identity, 学籍号."""
    columns = [Source.household_id, Source.person_id]
    places = {
        (household, person)
        for household, person in rows_of(connection, columns[0], households, columns)
        if person is not None
    }
    living = [PERSONS.c.household_id, PERSONS.c.id]
    places |= {(row[0], row[1]) for row in rows_of(connection, living[0], households, living)}
    wanted = [PERSONS.c.id, PERSONS.c.name, PERSONS.c.identity, PERSONS.c.student_no]
    people = {
        row.id: row
        for row in rows_of(connection, wanted[0], {person for _, person in places}, wanted)
    }
    found: dict[tuple[int | None, str], list[Any]] = {}
    for household, person in sorted(places):
        found.setdefault((household, people[person].name), []).append(people[person])
    return found


def may_have_number(person: Any, student_no: str | None) -> bool:
    """Say whether a person may be the one with a 学籍号: not who has another one."""
    return student_no is None or person.student_no in {None, student_no}


def holders_of_numbers(connection: Connection, numbers: Collection[str]) -> dict[str, int]:
    """Give who has a 学籍号; failing that, of whom it was said before or by a lesser list."""
    found = ids_of(connection, PERSONS.c.student_no, numbers, target=PERSONS.c.id)
    others = distinct(number for number in numbers if number not in found)
    packed = {json.dumps(number): number for number in others}
    columns = [Revision.old, Revision.record_id, Revision.table_name, Revision.field]
    former = {
        packed[row.old]: row.record_id
        for row in rows_of(connection, columns[0], packed, columns)
        if (row.table_name, row.field) == ("person", "student_no")
    }
    columns = [Claim.value, Claim.person_id, Claim.field]
    claimed = {
        row.value: row.person_id
        for row in rows_of(connection, columns[0], others, columns)
        if row.field == "student_no" and row.person_id is not None
    }
    return claimed | former | found
