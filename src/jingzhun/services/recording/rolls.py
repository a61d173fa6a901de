"""Bring pupils' enrolments and ways of attending into line with all that is known of them.

Every list's word stands in ``source``, every event in ``status_change``: from these alone the
stretches follow (:mod:`jingzhun.core.rolls`), so the order in which lists arrived does not matter,
and a list that is undone leaves no trace. What no longer follows is superseded, never overwritten.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, select

from jingzhun.core.listings import Listing
from jingzhun.core.rolls import Arrival, Leaving, Roll, derive_rolls
from jingzhun.core.stays import Stay, derive_stays
from jingzhun.core.vocabulary import Change, Kind, Standing
from jingzhun.rosters.kinds import kinds
from jingzhun.services.recording.spells import held_spells, portions, write_spells
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    Import,
    ImportSheet,
    School,
    Source,
    StandingSpell,
    StatusChange,
)

_ROLLS: Table = Enrolment.__table__  # type: ignore[assignment]
_STAYS: Table = BoardingSpell.__table__  # type: ignore[assignment]
_CLOSING = frozenset({Kind.STUDENT_ROSTER.value, Kind.POOR_STUDENT_LIST.value})


@dataclass(slots=True)
class Settled:
    """What settling did: who was on no roll before, who changed, and all stretches by person."""

    added: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    rolls: dict[int, list[Roll]] = field(default_factory=dict)
    stays: dict[int, list[Stay]] = field(default_factory=dict)


def settle(connection: Connection, people: Collection[int], sheet_id: int) -> Settled:
    """Derive the schooling of ``people`` anew; write what differs as recorded by a sheet."""
    settled = Settled()
    for some in portions(sorted(people)):
        _settle(connection, some, sheet_id, settled)
    return settled


def _settle(connection: Connection, people: Sequence[int], sheet_id: int, settled: Settled) -> None:
    words = _Words(connection, people)
    for person in people:
        listings = words.listings(person)
        rolls = derive_rolls(
            listings, words.arrivals.get(person, ()), words.leavings.get(person, ())
        )
        settled.rolls[person] = rolls
        settled.stays[person] = derive_stays(listings, rolls)
    rolls_held = held_spells(connection, _ROLLS, people)
    stays_held = held_spells(connection, _STAYS, people)
    settled.added |= {one for one in people if settled.rolls[one] and not rolls_held[one]}
    for table, held, derived in (
        (_ROLLS, rolls_held, {p: list(map(_roll_row, settled.rolls[p])) for p in people}),
        (_STAYS, stays_held, {p: list(map(_stay_row, settled.stays[p])) for p in people}),
    ):
        settled.changed |= write_spells(connection, table, held, derived, sheet_id)


class _Words:
    """All that was said of some pupils."""

    def __init__(self, connection: Connection, people: Collection[int]) -> None:
        self._sheets = {row.id: row for row in connection.execute(_sheets())}
        schools = connection.execute(select(School.id, School.name))
        self._names = {row.id: row.name for row in schools}
        self._ranks = {kind.value: spec.ranks.get("schooling", 1) for kind, spec in kinds().items()}
        # An event's row is no list: it says where its pupil is only where no list does.
        self._ranks[Kind.STATUS_CHANGES.value] = 0
        self._closings = self._full_lists(connection)
        self._rows: dict[int, list[Any]] = {}
        for row in rows_of(connection, Source.person_id, people, list(Source.__table__.c)):
            if row.sheet_id in self._sheets:
                self._rows.setdefault(row.person_id, []).append(row)
        self.arrivals: dict[int, list[Arrival]] = {}
        self._departed: set[tuple[int, int]] = set()
        is_dated = {}
        events = StatusChange.__table__
        for event in rows_of(connection, StatusChange.person_id, people, list(events.c)):
            is_dated[event.person_id, event.happened_on, event.change] = event.is_dated
            order = (event.sheet_id, event.row_number)
            if not event.is_dated:
                self._departed.add(order)
            elif event.change == Change.TRANSFER_IN and event.to_school_id:
                arrival = Arrival(school=event.to_school_id, day=event.happened_on, order=order)
                self.arrivals.setdefault(event.person_id, []).append(arrival)
        self.leavings: dict[int, list[Leaving]] = {}
        spells = StandingSpell.__table__
        for spell in rows_of(connection, StandingSpell.person_id, people, list(spells.c)):
            key = (spell.person_id, spell.valid_from, spell.change)
            if (
                spell.superseded_in is None
                and spell.standing == Standing.LEFT
                and spell.school_id
                and is_dated.get(key)
            ):
                self.leavings.setdefault(spell.person_id, []).append(
                    Leaving(
                        school=spell.school_id,
                        start=spell.valid_from,
                        until=spell.valid_until,
                        stage=self._stage_left(spell),
                    )
                )

    def _stage_left(self, spell: Any) -> str | None:
        """Give the stage that a pupil graduated from; None for another leaving."""
        if spell.change != Change.GRADUATION:
            return None
        said = [
            listing
            for listing in map(self._listing, self._rows.get(spell.person_id, ()))
            if listing.school == spell.school_id
            and listing.stage
            and listing.stated_on <= spell.valid_from
        ]
        last = max(said, key=lambda one: (one.stated_on, one.rank), default=None)
        return last.stage if last else None

    def listings(self, person: int) -> list[Listing]:
        """Give every list's word on a pupil, and the full lists of his schools without him."""
        rows = self._rows.get(person, ())
        found = [self._listing(row) for row in rows]
        mine = {row.sheet_id for row in rows}
        schools = {listing.school for listing in found}
        found += [
            Listing(school=school, rank=self._rank(sheet), stated_on=sheet.stated_on,
                    order=(sheet.id, 0), holds=False)
            for sheet, within in self._closings
            if sheet.id not in mine
            for school in within & schools
        ]  # fmt: skip
        return found

    def _listing(self, row: Any) -> Listing:
        sheet = self._sheets[row.sheet_id]
        order = (row.sheet_id, row.row_number)
        return Listing(
            school=row.school_id, school_name=self._names.get(row.school_id, ""), stage=row.stage,
            grade=row.grade, class_no=row.class_no, entered_on=row.entered_on,
            boarding=row.boarding, rank=self._rank(sheet), stated_on=row.said_on or sheet.stated_on,
            order=order, has_left=order in self._departed,
            corrects=sheet.kind == Kind.CORRECTION.value,
            foretells=sheet.kind == Kind.ROLLOVER.value,
        )  # fmt: skip

    def _rank(self, sheet: Any) -> int:
        return self._ranks[sheet.kind]

    def _full_lists(self, connection: Connection) -> list[tuple[Any, set[int]]]:
        full = [row for row in self._sheets.values() if row.whole and row.kind in _CLOSING]
        if not full:
            return []
        within: dict[int, set[int]] = {}
        query = select(Source.sheet_id, Source.school_id).distinct()
        for sheet_id, school in connection.execute(
            query.where(Source.sheet_id.in_([row.id for row in full]))
        ):
            if school is not None:
                within.setdefault(sheet_id, set()).add(school)
        return [(row, within[row.id]) for row in full if row.id in within]


def _sheets() -> Any:
    columns = (ImportSheet.id, ImportSheet.kind, ImportSheet.stated_on, ImportSheet.whole)
    query = select(*columns).join(Import, Import.id == ImportSheet.import_id)
    return query.where(Import.undone_at.is_(None), ImportSheet.kind.is_not(None))


def _roll_row(roll: Roll) -> dict[str, Any]:
    return {
        **_row(roll), "school_id": roll.school, "stage": roll.stage, "grade": roll.grade,
        "class_no": roll.class_no, "entered_on": roll.entered_on,
    }  # fmt: skip


def _stay_row(stay: Stay) -> dict[str, Any]:
    return _row(stay) | {"boarding": stay.boarding}


def _row(stretch: Roll | Stay) -> dict[str, Any]:
    sheet_id, row_number = stretch.order
    return {
        "valid_from": stretch.start, "valid_until": stretch.until, "rank": stretch.rank,
        "stated_on": stretch.stated_on, "sheet_id": sheet_id, "row_number": row_number,
    }  # fmt: skip
