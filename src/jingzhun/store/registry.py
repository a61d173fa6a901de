"""Write what a batch says about villages, schools, households, persons and staff.

Gather what is known, plan new and changed records in plain tuples, apply them in bulk. Undated
facts follow one rule: nothing said changes nothing, an empty field is filled, a list with authority
overrides and leaves a :class:`Revision`, any other leaves a :class:`Claim` and the ledger's word.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Date, String, Table, bindparam, select, type_coerce, update

from jingzhun.store.bulk import distinct, ids_of, insert_rows, next_id, rows_of
from jingzhun.store.schema import (
    Claim,
    Household,
    ImportColumn,
    ImportSheet,
    Person,
    Revision,
    School,
    Source,
    Staff,
    Village,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """How much a kind's word counts: rank by kind and group of facts, and each field's group."""

    kind: str
    ranks: Mapping[str, Mapping[str, int]]
    groups: Mapping[str, str]

    def rank(self, kind: str, name: str) -> int:
        """Give the rank of a kind's word about a field."""
        return self.ranks.get(kind, {}).get(self.groups.get(name, "person"), 1)


@dataclass(slots=True, kw_only=True)
class Recorded:
    """What became of records: ids by position, who is new, who changed, and the conflicts.

    A conflict is (position, field, said, held).
    """

    ids: list[int | None]
    added: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    conflicts: list[tuple[int, str, Any, Any]] = field(default_factory=list)


def record_villages(
    connection: Connection, places: Iterable[tuple[str, str, str, str] | None]
) -> dict[tuple[str, str, str, str], int]:
    """Give the id of each (province, county, township, name), made when new."""
    wanted = distinct(places)
    known: dict[str, list[tuple[int, str, str]]] = {}
    columns = (Village.id, Village.name, Village.county, Village.township)
    for row in connection.execute(select(*columns)):
        known.setdefault(row.name, []).append((row.id, row.county, row.township))
    fresh = next_id(connection, Village.__table__)
    rows = []
    result = {}
    for place in wanted:
        province, county, township, name = place
        fitting = [
            village
            for village in known.get(name, [])
            if _agree(village[1], county) and _agree(village[2], township)
        ]
        if len(fitting) == 1:
            result[place] = fitting[0][0]
            _complete_village(connection, fitting[0], county, township)
            continue
        result[place] = fresh
        known.setdefault(name, []).append((fresh, county, township))
        rows.append((fresh, province, county, township, name))
        fresh += 1
    insert_rows(connection, _table(Village), ("id", "province", "county", "township", "name"), rows)
    return result


def _agree(held: str, said: str) -> bool:
    """Say whether two names of a place may be one: a list that leaves it out agrees with any."""
    return not held or not said or held == said


def _complete_village(
    connection: Connection, village: tuple[int, str, str], county: str, township: str
) -> None:
    number, held_county, held_township = village
    if (county and not held_county) or (township and not held_township):
        connection.execute(
            update(Village)
            .where(Village.id == number)
            .values(county=held_county or county, township=held_township or township)
        )


def record_schools(
    connection: Connection, schools: Iterable[tuple[str | None, str | None]], sheet_id: int
) -> dict[tuple[str | None, str | None], int | None]:
    """Give the id of each (code, name), by code, then by name; made when new and named."""
    wanted = dict.fromkeys(schools)
    by_code: dict[str, int] = {}
    by_name: dict[str, int] = {}
    coded: set[int] = set()
    for row in connection.execute(select(School.id, School.code, School.name)):
        by_name[row.name] = row.id
        if row.code:
            by_code[row.code] = row.id
            coded.add(row.id)
    result: dict[tuple[str | None, str | None], int | None] = {}
    for code, name in wanted:
        found = by_code.get(code) if code else None
        found = found or (by_name.get(name) if name else None)
        if found is None and (name or code):
            found = next_id(connection, School.__table__)
            row_name = name or f"学校{code}"
            insert_rows(
                connection,
                _table(School),
                ("id", "code", "name", "sheet_id"),
                [(found, code, row_name, sheet_id)],
            )
            by_name[row_name] = found
        elif found is not None and code and found not in coded and code not in by_code:
            connection.execute(update(School).where(School.id == found).values(code=code))
        if found is not None and code:
            by_code[code] = found
            coded.add(found)
        result[code, name] = found
    return result


class Recorder:
    """Write records of one table from one sheet."""

    def __init__(self, connection: Connection, authority: Authority, sheet_id: int) -> None:
        self.connection = connection
        self.authority = authority
        self.sheet_id = sheet_id
        self._fillers: set[int] = set()

    def record(
        self,
        table: Table,
        key: str,
        columns: Mapping[str, Sequence[Any]],
        row_numbers: Sequence[int],
        *,
        known: Mapping[str, int] | None = None,
    ) -> Recorded:
        """Insert or complete one record for each position; positions with no key give None.

        ``columns`` must hold ``key``. The first position of a key makes the record; later ones
        complete it. ``known`` gives ids of keys that were found in another way.
        """
        keys = columns[key]
        found = ids_of(self.connection, table.c[key], list(distinct(keys)), target=table.c.id)
        found.update(known or {})
        names = [name for name in columns if name != key]
        made = self._insert_new(table, key, columns, row_numbers, found)
        found.update(made)
        result = Recorded(ids=[None if value is None else found[value] for value in keys])
        first: dict[int, int] = {}
        again: list[int] = []
        for at, record_id in enumerate(result.ids):
            if record_id is None:
                continue
            if first.setdefault(record_id, at) != at:
                again.append(at)
        new_ids = set(made.values())
        result.added = {at for record_id, at in first.items() if record_id in new_ids}
        old = [at for record_id, at in first.items() if record_id not in new_ids]
        # What a list says of one record in several rows: the first row speaks, the others fill.
        self._fillers = set(again)
        self._complete(table, {name: columns[name] for name in names}, row_numbers, result,
                       old + again)  # fmt: skip
        return result

    def _insert_new(
        self,
        table: Table,
        key: str,
        columns: Mapping[str, Sequence[Any]],
        row_numbers: Sequence[int],
        found: Mapping[str, int],
    ) -> dict[str, int]:
        place: dict[str, int] = {}
        for at, value in enumerate(columns[key]):
            if value is not None and value not in found and value not in place:
                place[value] = at
        if not place:
            return {}
        start = next_id(self.connection, table)
        positions = list(place.values())
        ids = range(start, start + len(positions))
        if len(positions) == len(row_numbers):
            picked = [list(column) for column in columns.values()]
        else:
            picked = [[column[at] for at in positions] for column in columns.values()]
        rows = list(
            zip(
                ids,
                *picked,
                [self.sheet_id] * len(positions),
                [row_numbers[at] for at in positions],
                strict=True,
            )
        )
        insert_rows(self.connection, table, ("id", *columns, "sheet_id", "row_number"), rows)
        return dict(zip(place, ids, strict=True))

    def _complete(
        self,
        table: Table,
        columns: Mapping[str, Sequence[Any]],
        row_numbers: Sequence[int],
        result: Recorded,
        positions: Sequence[int],
    ) -> None:
        """Compare what is said at ``positions`` with what is held; fill, override or claim."""
        names = list(columns)
        if not positions or not names:
            return
        ids = {result.ids[at] for at in positions}
        wanted = [table.c.id, *(_as_stored(table.c[name]) for name in names)]
        rows = rows_of(self.connection, table.c.id, ids, wanted)
        held: dict[int | None, Any] = {row[0]: tuple(row)[1:] for row in rows}
        said = list(zip(*(columns[name] for name in names), strict=True))
        differing = [
            at
            for at in positions
            if _differs(said[at], held[result.ids[at]], fills=at in self._fillers)
        ]
        if not differing:
            return
        stronger = self._stronger(table, {result.ids[at] for at in differing}, names)
        revisions, claims = [], []
        for at in differing:
            record_id = result.ids[at]
            held[record_id] = list(held[record_id])
            for index, name in enumerate(names):
                value, now = said[at][index], held[record_id][index]
                if value is None or value == now:
                    continue
                if at in self._fillers and now is not None:
                    continue
                if now is None or (record_id, name) not in stronger:
                    held[record_id][index] = value
                    result.changed.add(at)
                    revisions.append((table.name, record_id, name, json.dumps(now), self.sheet_id,
                                      row_numbers[at]))  # fmt: skip
                else:
                    claims.append((record_id, name, str(value), str(now), row_numbers[at]))
                    result.conflicts.append((at, name, value, now))
        self._apply(table, names, {result.ids[at] for at in result.changed}, held)
        insert_rows(
            self.connection,
            _table(Revision),
            ("table_name", "record_id", "field", "old", "sheet_id", "row_number"),
            revisions,
        )
        if table.name != "staff":
            record_claims(self.connection, f"{table.name}_id", claims, self.sheet_id)

    def _stronger(
        self, table: Table, ids: Iterable[int | None], names: Sequence[str]
    ) -> set[tuple[int, str]]:
        """Give the (record, field) of which a kind of higher authority has spoken."""
        witness = {"person": Source.person_id, "household": Source.household_id,
                   "staff": Source.staff_id}[table.name]  # fmt: skip
        sheets: dict[int, set[str]] = {}
        kinds: dict[int, str] = {}
        for row in self.connection.execute(
            select(ImportColumn.sheet_id, ImportColumn.field, ImportSheet.kind)
            .join(ImportSheet, ImportSheet.id == ImportColumn.sheet_id)
            .where(ImportSheet.id != self.sheet_id)
        ):
            sheets.setdefault(row.sheet_id, set()).add(row.field)
            kinds[row.sheet_id] = row.kind
        found: set[tuple[int, str]] = set()
        for record_id, sheet_id in rows_of(
            self.connection, witness, set(ids), [witness, Source.sheet_id]
        ):
            fields = sheets.get(sheet_id, set())
            for name in names:
                mine = self.authority.rank(self.authority.kind, name)
                theirs = self.authority.rank(kinds.get(sheet_id, ""), name)
                if theirs > mine and name in fields:
                    found.add((record_id, name))
        return found

    def _apply(
        self,
        table: Table,
        names: Sequence[str],
        ids: set[int | None],
        held: Mapping[int | None, Sequence[Any]],
    ) -> None:
        if not ids:
            return
        statement = (
            update(table).values(dict.fromkeys(names)).where(table.c.id == bindparam("record_id"))
        )
        compiled = statement.compile(dialect=self.connection.dialect)
        order = [name for name in compiled.positiontup or () if name != "record_id"]
        at = [names.index(name) for name in order]
        self.connection.exec_driver_sql(
            str(compiled),
            [(*(held[record_id][i] for i in at), record_id) for record_id in ids],
        )


def record_claims(
    connection: Connection, witness: str, claims: Sequence[tuple[Any, ...]], sheet_id: int
) -> None:
    """Keep what is said otherwise; once, however often it is said.

    ``witness`` is ``person_id`` or ``household_id``; a claim is (its id, field, said, held, row).
    """
    column = getattr(Claim, witness)
    subjects = {claim[0] for claim in claims}
    known = {
        (row[0], row[1], row[2])
        for row in rows_of(connection, column, subjects, [column, Claim.field, Claim.value])
    }
    insert_rows(
        connection,
        _table(Claim),
        (witness, "field", "value", "held", "row_number", "sheet_id"),
        [(*claim, sheet_id) for claim in claims if claim[:3] not in known],
    )


def _differs(said: Sequence[Any], held: Sequence[Any], *, fills: bool) -> bool:
    if said == held:
        return False
    if fills:
        return any(now is None and value is not None for value, now in zip(said, held, strict=True))
    return any(value is not None and value != now for value, now in zip(said, held, strict=True))


def _as_stored(column: Any) -> Any:
    """Read a date as the text that batches hold, without making a date of it."""
    return type_coerce(column, String) if isinstance(column.type, Date) else column


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


PERSONS, HOUSEHOLDS, STAFF = _table(Person), _table(Household), _table(Staff)
