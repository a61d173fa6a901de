"""Visits as lists state them: one entry for each visit of a pupil or a household."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from jingzhun.core.vocabulary import Kind, VisitPurpose
from jingzhun.services.recording.echoes import Subjects, echoes
from jingzhun.services.recording.entries import Entry, record_words
from jingzhun.services.recording.facts import FactRecorder
from jingzhun.services.recording.sheet import ADDED, CHANGED, SheetRecorder
from jingzhun.store.schema import Visit

_VISITS: Any = Visit.__table__
_KINDS = (Kind.HOME_VISITS, Kind.DROPOUT_LEDGER, Kind.PAIRING_LIST)
_WORDS = ("visited_on", "days", "visitor", "visitor_unit", "visitor_phone", "way", "result")


def record_visits(facts: FactRecorder) -> None:
    """Record each row's visits, to its pupil or to its household."""
    people, households = facts.people, facts.households

    def others(places: Collection[int]) -> Iterator[tuple[date, Entry]]:
        asked = [people[at] for at in places]
        homes = [households[at] for at in places if people[at] is None]
        for echo in echoes(facts.sheet, _KINDS, people=asked, households=homes):
            for entry in _visits(echo.sheet, echo.people, echo.households):
                yield echo.sheet.reading.stated_on, entry

    mine = list(_visits(facts.sheet, people, households))
    persuades = facts.kind is Kind.DROPOUT_LEDGER
    record_words(facts.sheet, _VISITS, mine, others, added=CHANGED if persuades else ADDED)


def _visits(sheet: SheetRecorder, people: Subjects, households: Subjects) -> Iterator[Entry]:
    """Give what every row says of its visits; on a list of pairs it is the helper who visits."""
    persuades = sheet.kind is Kind.DROPOUT_LEDGER
    purpose = VisitPurpose.PERSUASION if persuades else VisitPurpose.HOME_VISIT
    named = [
        {name: word for name, word in (("visitor", helper), ("visitor_unit", unit)) if word}
        for helper, unit in zip(
            sheet.batch.column("helper"), sheet.batch.column("helper_unit"), strict=True
        )
    ]
    rows = zip(people, households, sheet.batch.column("visits"), strict=True)
    for at, (person, household, visits) in enumerate(rows):
        if person is None and household is None:
            continue
        whom = f"P{person}" if person is not None else f"H{household}"
        subject = {"person_id": person, "household_id": household, "purpose": purpose.value}
        for visit in visits or ():
            # Who is named goes before.
            words = visit if visit.get("visitor") else {**visit, **named[at]}
            told = subject | {name: words.get(name) for name in _WORDS}
            identity = f"{purpose}|{whom}|{words['visited_on']}|{words.get('visitor') or ''}"
            yield Entry(at, identity, {n: said for n, said in told.items() if said is not None})
