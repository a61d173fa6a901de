"""A dated leaving beats undated rosters: until that day at the school left, from it no longer.

A roster may still list who has left, or another school's may list him before he came. Whichever was
read first, the leaving settles it here: later stretches in the school left are withdrawn, and what
other rosters say of the days before it, in its own term, gives way to the school that he left. So
the order in which the lists arrive does not matter.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, delete, tuple_, update

from jingzhun.core.terms import Term
from jingzhun.core.vocabulary import Standing
from jingzhun.store.bulk import insert_rows, rows_of
from jingzhun.store.schema import Enrolment, StandingSpell
from jingzhun.store.timeline import EVENT_RANK

_ROLLS: Table = Enrolment.__table__  # type: ignore[assignment]
_COLUMNS = [column.name for column in _ROLLS.c if column.name != "superseded_in"]
_SAID = ("stage", "grade", "class_no", "entered_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a row says of a pupil in a school: heard where the ledger holds less of it.

    ``is_roster`` False: an event's own row, which speaks only where no list does.
    """

    row_number: int
    sheet_id: int
    stated_on: date
    stage: str
    grade: int | None
    class_no: int | None
    entered_on: date | None
    is_roster: bool


Listings = Mapping[tuple[int, int], Listing]


def settle_rolls(
    connection: Connection, people: Collection[int], sheet_id: int, listings: Listings
) -> None:
    """Bring the enrolments of ``people`` into line with their dated leavings.

    ``listings`` tell by (person, school) what the sheet at hand says of pupils who have left it.
    """
    spells = rows_of(connection, StandingSpell.person_id, people, list(StandingSpell.__table__.c))
    left: dict[int, list[Any]] = {}
    for spell in spells:
        if spell.superseded_in is None and spell.standing == Standing.LEFT and spell.school_id:
            left.setdefault(spell.person_id, []).append(spell)
    rolls: dict[int, list[Any]] = {}
    for row in rows_of(connection, Enrolment.person_id, set(left), list(_ROLLS.c)):
        rolls.setdefault(row.person_id, []).append(row)
    gone, fresh = [], []
    for person, leavings in left.items():
        history = [_Stretch(row._asdict()) for row in rolls.get(person, ())]
        live = [row for row in history if row["superseded_in"] is None]
        now = list(live)
        for spell in sorted(leavings, key=lambda spell: spell.valid_from):
            now = _withdraw(now, spell)
            listing = listings.get((person, spell.school_id))
            now = _restore(now, history, spell, listing)
        kept = {row.key() for row in now}
        held = {row.key() for row in live}
        gone += [row for row in live if row.key() not in kept]
        fresh += [row for row in now if row.key() not in held]
    _rewrite(connection, gone, fresh, sheet_id)


class _Stretch(dict[str, Any]):
    """An enrolment row that may be cut; two are one when all that is stored of them is."""

    def key(self) -> tuple[Any, ...]:
        return tuple(self[name] for name in _COLUMNS)

    def cut(self, **changes: Any) -> "_Stretch":
        return _Stretch(self, **changes)

    def reaches(self, start: date, until: date) -> bool:
        end = self["valid_until"]
        return bool(self["valid_from"] < until and (end is None or end > start))


def _withdraw(rows: Sequence[_Stretch], spell: Any) -> list[_Stretch]:
    """Withdraw undated stretches that begin in the school after the pupil has left it.

    What stood before such a stretch goes on through its time, if it was another school's.
    """
    stale = [
        row
        for row in rows
        if row["school_id"] == spell.school_id
        and row["rank"] < EVENT_RANK
        and row["valid_from"] > spell.valid_from
        and (spell.valid_until is None or row["valid_from"] < spell.valid_until)
    ]
    kept = [row for row in rows if row not in stale]
    for row in stale:
        before = next((other for other in kept if other["valid_until"] == row["valid_from"]), None)
        if before is not None and before["school_id"] != spell.school_id:
            kept.remove(before)
            kept.append(before.cut(valid_until=row["valid_until"]))
    return kept


def _restore(
    rows: list[_Stretch], history: Sequence[_Stretch], spell: Any, listing: Listing | None
) -> list[_Stretch]:
    """Have the pupil in the school he left up to that day, from the first day of its term.

    Only where some list has him there; another event, or the day he entered, bounds it.
    """
    school, left_on = spell.school_id, spell.valid_from
    there = _there(history, spell, listing)
    if there is None:
        return rows
    start = _since(rows, there, spell)
    touched = [row for row in rows if row.reaches(start, left_on)]
    if start >= left_on or (
        all(row["school_id"] == school and _says(row, listing) for row in touched)
        and _covers(touched, start, left_on)
    ):
        return rows
    if there["stated_on"] < Term.of(left_on).period.start and touched:
        # The school's own list is of an earlier term: the grade is this term's.
        there = there.cut(stage=touched[-1]["stage"], grade=touched[-1]["grade"], class_no=None)
    kept = [row for row in rows if row not in touched]
    for row in touched:
        if row["valid_from"] < start:
            kept.append(row.cut(valid_until=start))
        if row["valid_until"] is None or row["valid_until"] > left_on:
            kept.append(row.cut(valid_from=left_on))
    # With an event's rank and day: rosters of the term no longer say where he was.
    stretch = {"valid_from": start, "valid_until": left_on, "stated_on": left_on}
    return [*kept, there.cut(rank=EVENT_RANK, superseded_in=None, **stretch)]


def _there(history: Sequence[_Stretch], spell: Any, listing: Listing | None) -> _Stretch | None:
    """Give the best that is known of the pupil in the school he left; None for nothing."""
    known = [row for row in history if row["school_id"] == spell.school_id]
    best = max(known, key=_weight, default=None)
    if listing is None or (best is not None and not listing.is_roster):
        return best
    said = {name: getattr(listing, name) for name in _SAID if getattr(listing, name) is not None}
    origin = {"row_number": listing.row_number, "sheet_id": listing.sheet_id,
              "stated_on": listing.stated_on}  # fmt: skip
    blank = dict.fromkeys(_ROLLS.c.keys())
    who = {"person_id": spell.person_id, "school_id": spell.school_id, "rank": 1}
    return _Stretch(best or blank, **(who | said | origin))


def _weight(row: _Stretch) -> tuple[Any, ...]:
    is_live = row["superseded_in"] is None
    return is_live, min(row["rank"], EVENT_RANK - 1), row["stated_on"], row["recorded_in"]


def _since(rows: Sequence[_Stretch], there: _Stretch, spell: Any) -> date:
    """Give the first day from which the leaving speaks for the school left."""
    start = Term.of(spell.valid_from).period.start
    entered = there["entered_on"]
    if entered and start < entered < spell.valid_from:
        start = entered
    for row in rows:
        if row["rank"] < EVENT_RANK or not row.reaches(start, spell.valid_from):
            continue
        if row["school_id"] == spell.school_id:
            start = max(start, row["valid_from"])
        else:
            start = row["valid_until"] or spell.valid_from
    return start


def _says(row: _Stretch, listing: Listing | None) -> bool:
    """Say whether a stretch holds what a roster says of it; an event's row is no better."""
    if listing is None or not listing.is_roster:
        return True
    return all(getattr(listing, name) in {None, row[name]} for name in _SAID)


def _covers(rows: Sequence[_Stretch], start: date, until: date) -> bool:
    day = start
    for row in sorted(rows, key=lambda row: row["valid_from"]):
        if row["valid_from"] > day:
            return False
        day = row["valid_until"] or until
    return day >= until


def _rewrite(
    connection: Connection, gone: list[_Stretch], fresh: list[_Stretch], sheet_id: int
) -> None:
    if not gone and not fresh:
        return
    keys = [(row["person_id"], row["valid_from"], row["recorded_in"]) for row in gone]
    which = tuple_(_ROLLS.c.person_id, _ROLLS.c.valid_from, _ROLLS.c.recorded_in).in_(keys)
    # What this very sheet recorded never stood before: it just goes.
    connection.execute(delete(_ROLLS).where(which, _ROLLS.c.recorded_in == sheet_id))
    connection.execute(
        update(_ROLLS).where(which, _ROLLS.c.superseded_in.is_(None)).values(superseded_in=sheet_id)
    )
    rows = [row.cut(recorded_in=sheet_id).key() for row in fresh]
    insert_rows(connection, _ROLLS, _COLUMNS, [tuple(map(_stored, row)) for row in rows])


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
