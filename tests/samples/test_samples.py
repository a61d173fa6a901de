"""The fictitious town, imported whole in more than one order, against what its makers expect."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.terms import Month
from jingzhun.reports import REPORTS, ReportOptions
from jingzhun.rosters import open_workbook, read_sheet
from jingzhun.services.importing.intake import FileOutcome, IntakeOptions, take_in
from jingzhun.services.subsidy.runs import compute
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.schema import Enrolment, Household, Person, RunLine
from samples.evaluate import Outcome
from samples.make_samples import outcome_of, town_and_books, write_samples

FOLDER = Path(__file__).parents[2] / "samples"
EXPECTED = FOLDER / "expected"
TODAY = date(2026, 11, 24)
#: The town itself, and whatever else is told about it.
NUMBERS = tuple(f"0{number}" for number in range(1, 10))
EVERY = tuple(sorted(path.stem for path in EXPECTED.glob("[0-9][0-9].json")))
#: The lists of ``report roster`` in which each register's entries stand.
REGISTERS = {
    "aid": ("10", "12"),
    "payments": ("11",),
    "accounts": ("23",),
    "donations": ("13",),
    "facilities": ("14",),
    "kindergarten": ("15",),
    "contributions": ("24",),
    "household_plans": ("25",),
    "checklists": ("26",),
    "household_incomes": ("27",),
    "secondments": ("28",),
}
#: What only the ledger can say; it depends on what was imported before.
OF_THE_LEDGER = frozenset(
    {"person_created", "household_created", "conflict", "still_listed_after_leaving",
     "account_shared"}
)  # fmt: skip
ORDERS = {"as numbered": NUMBERS, "backwards": NUMBERS[::-1]}


def expected(name: str) -> Any:
    return json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8"))


def file_of(number: str) -> Path:
    return FOLDER / str(expected(number)["file"])


def take_all(session: Session, numbers: Sequence[str]) -> dict[str, FileOutcome]:
    options = IntakeOptions(
        today=TODAY,
        actor="测试",
        os_user="test",
        command="import",
        recorded_at=datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    )
    return {number: take_in(session, file_of(number), options) for number in numbers}


@dataclass(frozen=True)
class Imported:
    ledger: Ledger
    outcomes: dict[str, FileOutcome]


@pytest.fixture(scope="module", params=list(ORDERS.values()), ids=list(ORDERS))
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Imported]:
    """A ledger with all samples in it, in one of the orders."""
    ledger = open_ledger(str(tmp_path_factory.mktemp("town") / "town.db"), create=True)
    with ledger.write() as session:
        outcomes = take_all(session, request.param)
    yield Imported(ledger, outcomes)
    ledger.close()


@pytest.fixture(scope="module")
def truth() -> Outcome:
    return outcome_of(*town_and_books())


def test_the_samples_are_what_the_script_writes(tmp_path: Path) -> None:
    write_samples(tmp_path)
    for path in sorted(tmp_path.glob("expected/*.json")):
        assert path.read_text(encoding="utf-8") == (EXPECTED / path.name).read_text("utf-8")
    for number in EVERY:
        committed = file_of(number)
        again = tmp_path / committed.name
        if committed.suffix in {".xlsx", ".xls"}:
            assert cells_of(again) == cells_of(committed), committed.name
        else:
            assert again.read_bytes() == committed.read_bytes(), committed.name


def cells_of(path: Path) -> dict[str, list[list[Any]]]:
    with CalamineWorkbook.from_path(str(path)) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize("number", EVERY)
def test_every_planted_fault_is_found_and_nothing_else(number: str) -> None:
    wanted, path = expected(number), file_of(number)
    workbook = open_workbook(path)
    seen: Any = {}
    readings = {
        reading.sheet: reading
        for sheet in workbook.sheets
        if not sheet.is_hidden
        for reading in read_sheet(sheet, file_name=path.name, today=TODAY, as_of=None, seen=seen)
    }
    assert [sheet.name for sheet in workbook.sheets if sheet.is_hidden] == wanted["hidden_sheets"]
    assert list(readings) == [sheet["sheet"] for sheet in wanted["sheets"]]
    for sheet in wanted["sheets"]:
        reading = readings[sheet["sheet"]]
        assert (reading.kind, reading.row_count) == (sheet["kind"], sheet["rows"])
        assert problems_of(reading.problems) == [tuple(at.values()) for at in sheet["problems"]]
        assert len(reading.refused_rows) == sheet["refused"]
        assert len(reading.batch) == sheet["rows"] - sheet["refused"]


def problems_of(problems: Any) -> list[tuple[int, str, str, str]]:
    return sorted((p.row_number, p.field, p.code, p.severity.value) for p in problems)


def test_counts_of_every_sheet_add_up(town: Imported) -> None:
    for number, outcome in town.outcomes.items():
        wanted = {sheet["sheet"]: sheet for sheet in expected(number)["sheets"]}
        assert {sheet.sheet for sheet in outcome.sheets} == set(wanted)
        for sheet in outcome.sheets:
            assert sheet.rows == wanted[sheet.sheet]["rows"]
            assert sheet.refused == wanted[sheet.sheet]["refused"]
            assert sheet.rows == sheet.added + sheet.changed + sheet.same + sheet.refused


def test_the_ledger_adds_only_its_own_notices(town: Imported) -> None:
    for number, outcome in town.outcomes.items():
        wanted = [at for sheet in expected(number)["sheets"] for at in sheet["problems"]]
        found = [p for p in outcome.problems if p.row_number and p.code not in OF_THE_LEDGER]
        assert problems_of(found) == sorted(tuple(at.values()) for at in wanted)


def test_the_town_is_counted_truly(town: Imported) -> None:
    wanted = expected("town")
    with town.ledger.read() as session:
        persons = session.scalar(select(func.count()).select_from(Person))
        households = session.scalar(select(func.count()).select_from(Household))
        pupils = session.scalar(select(func.count(Enrolment.person_id.distinct())))
    assert (persons, households, pupils) == (
        wanted["persons"], wanted["households"], wanted["pupils"],
    )  # fmt: skip


def test_the_month_is_what_an_independent_hand_works_out(town: Imported, truth: Outcome) -> None:
    with town.ledger.write() as session:
        run = compute(
            session,
            [Month(2026, 11)],
            period="2026-11",
            today=TODAY,
            actor="测试",
            os_user="test",
            recorded_at=datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
        )
        query = (
            select(RunLine.scheme, Person.identity, RunLine.amount_fen)
            .join(Person, Person.id == RunLine.person_id)
            .where(RunLine.run_id == run)
        )
        lines = {(scheme, who): int(fen) for scheme, who, fen in session.execute(query)}
    assert lines == truth.lines
    schemes = expected("town")["subsidy"]["schemes"]
    assert Counter(scheme for scheme, _ in lines) == {s["scheme"]: s["pupils"] for s in schemes}
    assert sum(lines.values()) == expected("town")["subsidy"]["total_fen"]


def test_registers_hold_every_entry_and_leave_the_town_as_it_is(town: Imported) -> None:
    numbers = [number for numbers in REGISTERS.values() for number in numbers]
    with town.ledger.write() as session:
        persons = session.scalar(select(func.count()).select_from(Person))
        first, again = take_all(session, numbers), take_all(session, numbers)
        assert session.scalar(select(func.count()).select_from(Person)) == persons
        lists = {kind: rows_of(session, "roster", "rows", kind=kind) for kind in REGISTERS}
        session.rollback()
    for number, outcome in first.items():
        wanted = [at for sheet in expected(number)["sheets"] for at in sheet["problems"]]
        found = [p for p in outcome.problems if p.row_number and p.code not in OF_THE_LEDGER]
        assert problems_of(found) == sorted(tuple(at.values()) for at in wanted)
        assert all(sheet.added == sheet.rows - sheet.refused for sheet in outcome.sheets)
        assert {p.code for p in outcome.problems} & OF_THE_LEDGER <= {"account_shared"}
    for outcome in again.values():
        assert all(sheet.same == sheet.rows - sheet.refused for sheet in outcome.sheets)
    for kind, rows in lists.items():
        sheets = [sheet for number in REGISTERS[kind] for sheet in expected(number)["sheets"]]
        assert len(rows) == sum(sheet["entries"] for sheet in sheets)
        money = ("amount_fen", "value_fen", "planned_fen", "income_fen")
        assert sum(row.get(key) or 0 for row in rows for key in money) == sum(
            sheet["amount_fen"] for sheet in sheets
        )
        assert all(row["sources"] for row in rows)


def rows_of(session: Session, report: str, table: str, **options: Any) -> list[dict[str, Any]]:
    page = REPORTS[report].build(session, ReportOptions(as_of=TODAY, **options))
    found = next(each for each in page.tables[::-1] if each.key == table)
    keys = [column.key for column in found.columns]
    return [dict(zip(keys, row, strict=True)) for row in found.rows]


def test_every_child_out_of_school_is_named_once_and_nobody_else(town: Imported) -> None:
    with town.ledger.read() as session:
        rows = rows_of(session, "dropout", "names")
    found = sorted((row["kind"].value, row["name"], row["listed"]) for row in rows)
    wanted = expected("town")["dropout"]
    assert found == sorted((child["kind"], child["name"], child["listed"]) for child in wanted)
    assert all(row["sources"] for row in rows)


def test_rates_stand_on_the_pupils_who_were_there_in_september(town: Imported) -> None:
    with town.ledger.read() as session:
        rows = rows_of(session, "dropout", "rates")
    found = [
        {key: row[key] for key in ("school", "grade", "base", "not_returned")}
        for row in rows
        if row["grade"] is not None
    ]
    assert sorted(found, key=lambda row: (row["school"], row["grade"])) == expected("town")["rates"]


def test_households_without_helper_and_loads_that_do_not_fit(town: Imported) -> None:
    wanted = expected("town")["pairing"]
    with town.ledger.read() as session:
        lonely = rows_of(session, "pairing", "households_without_helper")
        helpers = rows_of(session, "pairing", "helpers")
    assert sorted(row["household_no"] for row in lonely) == wanted["households_without_helper"]
    for state in ("over", "under"):
        names = sorted(row["helper"] for row in helpers if row["state"].value == state)
        assert names == wanted[state]


def test_the_same_files_again_change_nothing(town: Imported) -> None:
    with town.ledger.write() as session:
        again = take_all(session, NUMBERS)
        session.rollback()
    for outcome in again.values():
        for sheet in outcome.sheets:
            assert (sheet.added, sheet.changed) == (0, 0), (outcome.file, sheet)
