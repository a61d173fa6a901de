"""Entries of which one list leaves out what tells them apart: a payment without its day.

A blank says nothing, so such a word is about the entry that has the day: the latest that the list
can know, else the first. Until a list names a day there is one entry without. What was given
without saying by whom is likewise about the gift that names its helper.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, update

from jingzhun.rosters.kinds import RegisterSpec
from jingzhun.services.recording.entries import Entry, Others
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.store.bulk import rows_of


@dataclass(slots=True)
class Joined:
    """The words with the entries that they are about.

    ``settled`` are entries to be derived anew, each with the position of the row that asks it.
    """

    mine: Sequence[Entry]
    others: Others
    settled: dict[str, int] = field(default_factory=dict)


def join(
    sheet: SheetRecorder,
    table: Table,
    register: RegisterSpec,
    mine: Sequence[Entry],
    others: Others,
) -> Joined:
    """Give words that leave out the last part of their key to the entries that have it."""
    owner = table.c[f"{register.about}_id"]
    owners = {entry.values[owner.name] for entry in mine}
    columns: list[Any] = [owner, table.c.identity, table.c.id]
    held = {row.identity: row.id for row in rows_of(sheet.connection, columns[0], owners, columns)}
    days: dict[str, set[str]] = {}
    for identity in (*held, *(entry.identity for entry in mine)):
        base, _, day = identity.rpartition("|")
        days.setdefault(base, set()).update({day} - {""})
    told = {base: sorted(known) for base, known in days.items() if known}

    def home(entry: Entry, stated_on: date) -> Entry:
        base, _, day = entry.identity.rpartition("|")
        if day or base not in told:
            return entry
        known = [each for each in told[base] if each <= stated_on.isoformat()]
        day = known[-1] if known else told[base][0]
        return entry._replace(identity=f"{base}|{day}", rank=-register.joins_weakly)

    def theirs(places: Collection[int]) -> Iterator[tuple[date, Entry]]:
        for stated_on, entry in others(places):
            yield stated_on, home(entry, stated_on)

    here = [home(entry, sheet.reading.stated_on) for entry in mine]
    joined = Joined(here, theirs)
    groups: dict[str, set[str]] = {}
    named: list[dict[str, Any]] = []
    for identity in held:
        groups.setdefault(identity.rpartition("|")[0], set()).add(identity)
    for entry in here:
        group = groups.get(entry.identity.rpartition("|")[0], set())
        # A day that nobody named before: words without one may be about it from now on.
        if group and entry.identity not in group:
            joined.settled |= dict.fromkeys({*group, entry.identity}, entry.at)
            nameless = f"{entry.identity.rpartition('|')[0]}|"
            if nameless in group:
                named.append({"number": held[nameless], "name": entry.identity})
                joined.settled.pop(nameless, None)
            group |= {entry.identity}
            group.discard(nameless)
    if named:
        rename = update(table).where(table.c.id == bindparam("number"))
        sheet.connection.execute(rename.values(identity=bindparam("name")), named)
    return joined
