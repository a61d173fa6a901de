"""A random true registry, written into randomly dirty workbooks, is read back exactly.

One seed is one world; ``JINGZHUN_WORLDS=100-400`` tries others than the few of every run.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.terms import Month
from jingzhun.errors import Severity
from jingzhun.services.importing.intake import FileOutcome
from jingzhun.services.subsidy.runs import compute
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.presence import on_roll, present
from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    Household,
    HouseholdCategory,
    Pairing,
    Person,
    Recognition,
    RunLine,
    School,
    Staff,
    Village,
)
from tests.builders import NOW
from tests.services.test_intake_order import _known as everything
from tests.services.test_intake_order import _spells
from tests.services.workbooks import bring_in
from tests.truth import files, oracle
from tests.truth.faults import plant
from tests.truth.layout import Laid, Layouter
from tests.truth.lists import Lister, Row
from tests.truth.oracle import Known
from tests.truth.world import TERM, TODAY, Maker, Pupil

pytestmark = pytest.mark.property
#: What only the ledger can say; it depends on what was imported before.
OF_THE_LEDGER = frozenset(
    {"person_created", "household_created", "still_listed_after_leaving"}
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Written:
    """A world's lists, laid and written."""

    laid: list[Laid]
    paths: list[Path]

    def import_one(self, ledger: Ledger, at: int) -> FileOutcome:
        laid = self.laid[at]
        told = {} if laid.is_dated else {"as_of": laid.listing.stated_on}
        return bring_in(ledger, self.paths[at], **told)


def write_world(seed: int, folder: Path) -> Written:
    """Draw a world and write its lists."""
    dice = Random(seed)
    world = Maker(dice).make()
    laid, paths = [], []
    for at, listing in enumerate(Lister(dice, world).lists()):
        container = dice.choice(files.ALL)
        typed = container in files.TYPED
        plant(dice, listing, typed=typed)
        made = Layouter(dice, listing, typed=typed, merges=container in files.MERGING).lay()
        home = folder / f"{at:02d}"
        home.mkdir()
        laid.append(made)
        paths.append(files.write(dice, home, made.file_name, container, made.pages))
    return Written(laid=laid, paths=paths)


def fresh(empty: Path, path: Path) -> Ledger:
    shutil.copy(empty, path)
    return open_ledger(str(path))


def test_the_truth_is_read_back(seed: int, empty_ledger: Path, tmp_path: Path) -> None:
    written = write_world(seed, tmp_path)
    order = list(range(len(written.paths)))
    ledger = fresh(empty_ledger, tmp_path / "one.db")
    for at in order:
        check_outcome(written.laid[at], written.import_one(ledger, at), written.paths[at])
    known = oracle.learn(laid.listing for laid in written.laid)
    with ledger.read() as session:
        check_ledger(session, known)
        first = everything(session)
    check_again(ledger, written)
    check_subsidy(ledger, known)
    ledger.close()
    Random(seed).shuffle(order)
    other = fresh(empty_ledger, tmp_path / "two.db")
    for at in order:
        written.import_one(other, at)
    with other.read() as session:
        second = everything(session)
    other.close()
    for table, held in first.items():
        assert second[table] == held, f"{table}: in the order {order}"


# --- each file ------------------------------------------------------------------------------------


def check_outcome(laid: Laid, outcome: FileOutcome, path: Path) -> None:
    """Every row ends where it must: refused for its fault, or taken with no remark but its own."""
    name = f"{path}"
    counted = [sheet for sheet in outcome.sheets if sheet.kind is not None]
    assert {sheet.kind for sheet in counted} == {laid.listing.kind}, name
    for sheet in counted:
        assert sheet.rows == sheet.added + sheet.changed + sheet.same + sheet.refused, name
    sheets = sheet_names(laid, outcome)
    wanted = {(sheets[page], row): rows for (page, row), rows in laid.rows.items()}
    met = {(r.sheet, n) for r in outcome.readings if r.kind for n in r.grid.row_numbers}
    assert met == set(wanted), f"{name}: rows {met ^ set(wanted)}"
    assert sum(s.rows for s in counted) == sum(map(len, wanted.values())), name
    errors: dict[tuple[str, int], set[str]] = {}
    notices: dict[tuple[str, int], set[str]] = {}
    for problem in outcome.problems:
        into = errors if problem.severity is Severity.ERROR else notices
        into.setdefault((problem.sheet, problem.row_number), set()).add(problem.code)
    for place, rows in wanted.items():
        said = {row.error for row in rows if row.error}
        assert said <= errors.get(place, set()), f"{name} {place}: {said} not found"
        assert bool(said) == bool(errors.get(place)), f"{name} {place}: {remarks(outcome, place)}"
        allowed = OF_THE_LEDGER | said
        if sum(reading.kind is not None for reading in outcome.readings) > 1:
            allowed |= {"household_no_head"}  # he stands in another of the file's tables
        allowed = allowed.union(*(row.notices for row in rows))
        if any(has_moved(row) for row in rows):
            allowed |= {"conflict"}  # until the transfer itself is known
        assert notices.get(place, set()) <= allowed, f"{name} {place}: {remarks(outcome, place)}"
        if not said:
            missed = set().union(*(row.notices for row in rows)) - notices.get(place, set())
            assert not missed, f"{name} {place}: {missed} not noticed"
    refused = sum(sheet.refused for sheet in counted)
    assert refused == sum(bool(row.error) for rows in wanted.values() for row in rows), name


def has_moved(row: Row) -> bool:
    about = row.about[0] if isinstance(row.about, tuple) else row.about
    return isinstance(about, Pupil) and any(m.change.startswith("transfer") for m in about.moves)


def remarks(outcome: FileOutcome, place: tuple[str, int]) -> list[tuple[str, str, str]]:
    return [
        (p.code, p.field, p.message) for p in outcome.problems if (p.sheet, p.row_number) == place
    ]


def sheet_names(laid: Laid, outcome: FileOutcome) -> dict[str, str]:
    """Give what the importer calls each page: a text file's only sheet has the file's name."""
    found = list(dict.fromkeys(reading.sheet for reading in outcome.readings))
    pages = [page.name for page in laid.pages]
    return {page: page if page in found else found[pages.index(page)] for page in pages}


# --- the ledger -----------------------------------------------------------------------------------


def check_ledger(session: Session, known: Known) -> None:
    """Hold the tables against what the rows told."""
    check_persons(session, known)
    check_homes(session, known)
    check_schooling(session, known)
    check_staff(session, known)


def check_persons(session: Session, known: Known) -> None:
    houses = {h.id: h.household_no for h in session.scalars(select(Household))}
    held = {person.identity: person for person in session.scalars(select(Person))}
    assert set(held) == set(known.persons)
    for number, told in known.persons.items():
        person = held[number]
        got = {name: getattr(person, name) for name in oracle.PERSON}
        got["household_no"] = houses.get(person.household_id or 0)
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        sex = "male" if int(number[16]) % 2 else "female"
        want = dict.fromkeys((*oracle.PERSON, "household_no")) | told
        want |= {"born_on": born, "sex": sex}
        got["disability_kind"] = got["disability_kind"] or None
        if want["disability_kind"] == "无残疾":
            want["disability_kind"] = None
        assert got == want, f"{number}: {unlike(got, want)}"


def unlike(got: dict[str, Any], want: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (got[name], want[name]) for name in want if got[name] != want[name]}


def check_homes(session: Session, known: Known) -> None:
    villages = {v.id: v.name for v in session.scalars(select(Village))}
    held = {h.household_no: h for h in session.scalars(select(Household))}
    assert set(held) == set(known.homes)
    for number, told in known.homes.items():
        home = held[number]
        got = (villages.get(home.village_id or 0), home.head_name, home.poverty_cause)
        assert got == tuple(told.get(name) for name in oracle.HOME), number
    houses = {h.id: h.household_no for h in held.values()}
    spells = _spells(session, HouseholdCategory,
                     lambda c: (houses[c.household_id], c.category, c.risk_removed))  # fmt: skip
    held_spells = {(*value, start, end) for value, start, end in spells}
    want = oracle.category_spells(known)
    assert held_spells == want, held_spells ^ want
    assert {
        (p.household_id, p.valid_from, p.valid_until)
        for p in session.scalars(select(Pairing).where(Pairing.superseded_in.is_(None)))
    } == {
        (held[home].id, told.get("paired_on", TERM), None)
        for (home, _), told in known.pairs.items()
    }


def check_schooling(session: Session, known: Known) -> None:
    persons = {p.id: p.identity for p in session.scalars(select(Person))}
    schools = {s.id: s.name for s in session.scalars(select(School))}
    days = {TERM - timedelta(1), TERM, TODAY, date(2027, 3, 1)}
    for moves in known.moves.values():
        days |= {day for m in moves for day in (m.day - timedelta(1), m.day, m.day + timedelta(1))}
    for day in sorted(days):
        rolls = {
            persons[e.person_id]: (schools[e.school_id], e.stage, e.grade, e.class_no)
            for e in session.scalars(select(Enrolment).where(on_roll(day)))
        }
        here = {
            persons[e.person_id] for e in session.scalars(select(Enrolment).where(present(day)))
        }
        for number in known.rolls:
            roll = oracle.roll_on(known, number, day)
            want = roll and roll.stage and (roll.school, roll.stage, roll.grade, roll.class_no)
            got = rolls.get(number)
            assert got == (want or None), f"{number} on {day}: {got}, not {want}"
            assert (number in here) == oracle.is_present(known, number, day), f"{number} on {day}"
        assert set(rolls) <= set(known.rolls), day
    boarding = _spells(session, BoardingSpell, lambda b: (persons[b.person_id], b.boarding))
    ways = {((number, way), TERM, None) for number, way in known.boarding.items()}
    assert set(boarding) == ways, set(boarding) ^ ways
    recognised = _spells(
        session, Recognition, lambda r: (persons[r.person_id], r.tier, r.reasons)
    )  # fmt: skip
    assert sorted(recognised) == sorted(
        ((number, told.get("tier"), told.get("reasons")), TERM, told["until"])
        for number, told in known.recognised.items()
    )


def check_staff(session: Session, known: Known) -> None:
    held = {member.name: member for member in session.scalars(select(Staff))}
    assert set(held) == set(known.staff)
    for name, told in known.staff.items():
        got = {field: getattr(held[name], field) for field in oracle.STAFF}
        want: dict[str, Any] = dict.fromkeys(oracle.STAFF) | told
        assert got == want, f"{name}: {unlike(got, want)}"


def check_again(ledger: Ledger, written: Written) -> None:
    """A second import of every file changes nothing."""
    for at, path in enumerate(written.paths):
        outcome = written.import_one(ledger, at)
        assert not any(sheet.added or sheet.changed for sheet in outcome.sheets), path


def check_subsidy(ledger: Ledger, known: Known) -> None:
    """November's lines are those of an independent hand."""
    with ledger.write() as session:
        run = compute(session, [Month(2026, 11)], period="2026-11", today=TODAY, actor="测试",
                      os_user="test", recorded_at=NOW)  # fmt: skip
        rows = session.execute(
            select(RunLine.scheme, Person.identity, School.name, RunLine.amount_fen)
            .join(Person, Person.id == RunLine.person_id)
            .join(School, School.id == RunLine.school_id)
            .where(RunLine.run_id == run)
        )
        got = {(row[0], row[1], row[2]): row[3] for row in rows}
    assert got == oracle.lines(known)


Check = Callable[[Session, Known], None]
Order = Sequence[int]
