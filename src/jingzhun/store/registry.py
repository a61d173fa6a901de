"""Write what a batch says about households, persons and staff.

Gather what is known, plan new and changed records in plain tuples, apply them in bulk. Undated
facts follow one rule: nothing said changes nothing, an empty field is filled, a list with authority
overrides and leaves a :class:`Revision`, any other leaves a :class:`Claim` and the ledger's word.
"""

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Date, String, Table, bindparam, select, type_coerce, update

from jingzhun.store.bulk import (
    NOTHING_RESERVED,
    Reserved,
    distinct,
    ids_of,
    insert_rows,
    next_id,
    rows_of,
)
from jingzhun.store.kept import KeptCells
from jingzhun.store.schema import (
    Claim,
    Household,
    ImportColumn,
    ImportSheet,
    Person,
    Revision,
    Source,
    Staff,
)

#: The columns of a list that tell of a field, where they have other names.
_HEADERS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("person", "household_id"): ("household_no", "head_name", "head_id"),
        ("person", "work_region"): ("work_region", "work_place"),
        ("household", "village_id"): ("village", "group_name"),
        ("household", "phone"): ("household_phone",),
        ("staff", "name"): ("name", "helper"),
        ("staff", "unit"): ("unit", "helper_unit"),
        ("staff", "post"): ("post", "helper_post"),
        ("staff", "phone"): ("phone", "helper_phone"),
    }
)
#: Where a list's row says of which record it speaks.
_WITNESSES = {
    "person": Source.person_id,
    "household": Source.household_id,
    "staff": Source.staff_id,
}


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


@dataclass(slots=True)
class _Fillers:
    """The positions that speak of a record after another one, and what was said of it till then."""

    positions: set[int]
    said: set[tuple[int | None, str]]

    def are_late(self, at: int, record_id: int | None, name: str) -> bool:
        """Say whether the value at a position comes after another row's; else note that it came."""
        if at not in self.positions:
            return False
        if (record_id, name) in self.said:
            return True
        self.said.add((record_id, name))
        return False


class Recorder:
    """Write records of one table from one sheet."""

    def __init__(
        self,
        connection: Connection,
        authority: Authority,
        sheet_id: int,
        reserved: Reserved = NOTHING_RESERVED,
    ) -> None:
        self.connection = connection
        self.authority = authority
        self.sheet_id = sheet_id
        self.reserved = reserved
        self._cells = KeptCells(connection)

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
        repeated = {result.ids[at] for at in again}
        said: set[tuple[int | None, str]] = {
            (record_id, name)
            for record_id in repeated
            if record_id is not None
            for name in names
            if columns[name][first[record_id]] is not None
        }
        self._complete(table, {name: columns[name] for name in names}, row_numbers, result,
                       old + again, fillers=_Fillers(set(again), said))  # fmt: skip
        return result

    def revise(
        self, table: Table, record_id: int, values: Mapping[str, Any], row_number: int
    ) -> None:
        """Change a few fields of one record, and keep what they were."""
        held = self.connection.execute(
            select(*(table.c[name] for name in values)).where(table.c.id == record_id)
        ).one()
        self.connection.execute(update(table).where(table.c.id == record_id).values(**values))
        insert_rows(
            self.connection,
            _table(Revision),
            ("table_name", "record_id", "field", "old", "sheet_id", "row_number"),
            [
                (table.name, record_id, name, json.dumps(old), self.sheet_id, row_number)
                for name, old in zip(values, held, strict=True)
            ],
        )

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
        start = next_id(self.connection, table, self.reserved)
        positions = list(place.values())
        kept = self.reserved.get(table.name, {})
        ids = [kept.get(key, start + at) for at, key in enumerate(place)]
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
        *,
        fillers: "_Fillers",
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
        differing = [at for at in positions if _differs(said[at], held[result.ids[at]])]
        if not differing:
            return
        contested = {
            (result.ids[at], name)
            for at in differing
            for value, now, name in zip(said[at], held[result.ids[at]], names, strict=True)
            if value is not None and now is not None and value != now
        }
        stronger = self._stronger(table, contested)
        revisions, claims = [], []
        for at in differing:
            record_id = result.ids[at]
            held[record_id] = list(held[record_id])
            for index, name in enumerate(names):
                value, now = said[at][index], held[record_id][index]
                if value is None or fillers.are_late(at, record_id, name) or value == now:
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
        if table.name in {"person", "household"}:
            record_claims(self.connection, f"{table.name}_id", claims, self.sheet_id)

    def _stronger(
        self, table: Table, contested: AbstractSet[tuple[int | None, str]]
    ) -> set[tuple[int | None, str]]:
        """Give the (record, field) of which a list of higher authority has spoken, or a later one.

        Later is by the day that a list states, not by the day it was imported. Whose cell is blank
        has not spoken.
        """
        if not contested:
            return set()
        spoken: dict[int, set[str]] = {}
        sheets: dict[int, Any] = {}
        wanted = (ImportSheet.id, ImportSheet.kind, ImportSheet.stated_on, ImportColumn.field)
        for row in self.connection.execute(
            select(*wanted).join(ImportColumn, ImportColumn.sheet_id == ImportSheet.id)
        ):
            spoken.setdefault(row.id, set()).add(row.field)
            sheets[row.id] = row
        mine = sheets.pop(self.sheet_id)
        rank = self.authority.rank
        by_record: dict[int | None, list[str]] = {}
        for record_id, name in contested:
            by_record.setdefault(record_id, []).append(name)
        stronger: set[tuple[int | None, str]] = set()
        witness = _WITNESSES[table.name]
        columns = [witness, Source.sheet_id, Source.row_number]
        for record_id, sheet_id, row_number in rows_of(
            self.connection, witness, set(by_record), columns
        ):
            sheet = sheets.get(sheet_id)
            if sheet is None:
                continue
            for name in by_record[record_id]:
                own = (rank(sheet.kind, name), sheet.stated_on)
                if (record_id, name) in stronger or own <= (rank(mine.kind, name), mine.stated_on):
                    continue
                fields = _HEADERS.get((table.name, name), (name,))
                if not spoken[sheet_id].isdisjoint(fields) and self._cells.said_something(
                    sheet_id, row_number, fields
                ):
                    stronger.add((record_id, name))
        return stronger

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


def _differs(said: Sequence[Any], held: Sequence[Any]) -> bool:
    return said != held and any(
        value is not None and value != now for value, now in zip(said, held, strict=True)
    )


def _as_stored(column: Any) -> Any:
    """Read a date as the text that batches hold, without making a date of it."""
    return type_coerce(column, String) if isinstance(column.type, Date) else column


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


PERSONS, HOUSEHOLDS, STAFF = _table(Person), _table(Household), _table(Staff)
