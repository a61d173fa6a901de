"""Record what one sheet says, kind by kind, and tell for each row what came of it."""

from functools import partial

from sqlalchemy import delete

from jingzhun.core.vocabulary import PAIR_KINDS, Kind
from jingzhun.rosters.kinds import kinds
from jingzhun.services.recording.closing import close_missing
from jingzhun.services.recording.days import record_absences, record_headcounts, record_meal_days
from jingzhun.services.recording.facts import FactRecorder
from jingzhun.services.recording.homes import give_homes, record_households
from jingzhun.services.recording.movements import record_movements
from jingzhun.services.recording.pairs import pair_words, record_pairs
from jingzhun.services.recording.people import record_people
from jingzhun.services.recording.poverty import category_words, record_categories
from jingzhun.services.recording.recognitions import recognition_words, record_recognitions
from jingzhun.services.recording.registers import record_entries
from jingzhun.services.recording.retelling import retell
from jingzhun.services.recording.schooling import (
    record_schooling,
    schooling_words,
    speaks_of_schooling,
)
from jingzhun.services.recording.schools import record_school_settings
from jingzhun.services.recording.sheet import ADDED, CHANGED, SheetRecorder
from jingzhun.services.recording.staffing import record_staff
from jingzhun.services.recording.visits import record_visits
from jingzhun.store.bulk import insert_rows
from jingzhun.store.schema import Source


def record_sheet(sheet: SheetRecorder, *, with_sources: bool) -> tuple[int, int]:
    """Record everything; give how many rows added and how many changed something.

    Without ``with_sources``, what the rows say stands in the ledger already, by the same bytes.
    """
    _say(sheet, with_sources=with_sources)
    retell(sheet, partial(_say, with_sources=True))
    return sheet.rows.outcomes.count(ADDED), sheet.rows.outcomes.count(CHANGED)


def _say(sheet: SheetRecorder, *, with_sources: bool) -> None:
    people: list[int | None] = [None] * len(sheet.batch)
    staff: list[int | None] = [None] * len(sheet.batch)
    if sheet.kind is Kind.MEAL_HEADCOUNT:
        record_headcounts(sheet)
        return
    if sheet.kind is Kind.SCHOOL_SETTING:
        record_school_settings(sheet)
        return
    register = kinds()[sheet.kind].register
    about = register.about if register else "person"
    households = record_households(sheet) if about in {"person", "household"} else people
    if about == "staff" or sheet.kind is Kind.STAFF_ROSTER or sheet.kind in PAIR_KINDS:
        staff = record_staff(sheet)
    elif about == "person" and "identity" in sheet.batch.columns:
        people = record_people(sheet, households)
        households = give_homes(sheet, people, households)
    if about:
        facts = FactRecorder(sheet, people, households, staff)
        if with_sources:
            _record_sources(facts)
        _record_facts(facts)
    if register:
        subjects = {"person": people, "household": households, "staff": staff}
        record_entries(sheet, register, subjects)


def _record_sources(facts: FactRecorder) -> None:
    """Keep what each row says of whom: every dated fact follows from these words."""
    columns = {
        "sheet_id": [facts.sheet.sheet_id] * len(facts.batch),
        "row_number": facts.batch.row_numbers,
        "person_id": facts.people,
        "household_id": facts.households,
        "staff_id": facts.staff,
        **schooling_words(facts),
        **category_words(facts),
        **recognition_words(facts),
        **pair_words(facts),
    }
    rows = list(zip(*columns.values(), strict=True))
    if facts.sheet.is_again:
        facts.connection.execute(delete(Source).where(Source.sheet_id == facts.sheet.sheet_id))
    insert_rows(facts.connection, Source.__table__, list(columns), rows)  # type: ignore[arg-type]


def _record_facts(facts: FactRecorder) -> None:
    """Record every dated fact that the sheet's columns state."""
    columns = facts.batch.columns
    if "visits" in columns:
        record_visits(facts)
    if facts.kind in {Kind.STATUS_CHANGES, Kind.DROPOUT_LEDGER}:
        record_movements(facts)
        return
    if speaks_of_schooling(facts):
        record_schooling(facts)
    if "categories" in columns:
        record_categories(facts)
    if "recognised_from" in columns:
        record_recognitions(facts)
    if facts.kind in PAIR_KINDS:
        record_pairs(facts)
    if "meals" in columns:
        record_meal_days(facts)
    if "absences" in columns:
        record_absences(facts)
    if facts.sheet.whole:
        closed = close_missing(facts)
        if closed:
            facts.sheet.notice_sheet("closed_by_full_list", closed)
