"""An undone import leaves the ledger as if it had never been brought in."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from jingzhun.core.vocabulary import RunState
from jingzhun.errors import JingzhunError
from jingzhun.services.hand import Hand
from jingzhun.services.importing.undo import _COUNTED, say_again, undo_import
from jingzhun.store.derived import derived_tables
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.schema import Import, Person, Run, RunLine, RunStep, SheetContent
from tests.builders import NOW, TODAY
from tests.services.test_intake_order import LISTS
from tests.services.workbooks import KID, bring_in, pupil, records, write
from tests.services.workbooks import ROSTER as ROLL

AT = datetime(2026, 11, 25, tzinfo=UTC)
HAND = Hand(actor="张一", os_user="test", command="jingzhun imports undo", recorded_at=AT)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("lists")
    return {name: make(folder / f"{name}.xlsx") for name, (make, _) in LISTS.items()}


@pytest.fixture
def make(empty_ledger: Path, tmp_path: Path) -> Iterator[Any]:
    made: list[Ledger] = []

    def _make() -> Ledger:
        path = tmp_path / f"{len(made)}.db"
        shutil.copy(empty_ledger, path)
        made.append(open_ledger(str(path)))
        return made[-1]

    yield _make
    for ledger in made:
        ledger.close()


def content(ledger: Ledger) -> dict[str, list[Any]]:
    """Give every derived table, sheets named by their order among those in force."""
    with ledger.engine.connect() as connection:
        sheets = {
            row[0]: place
            for place, row in enumerate(
                connection.exec_driver_sql(
                    "SELECT import_sheet.id FROM import_sheet JOIN import "
                    "ON import.id = import_id WHERE undone_at IS NULL ORDER BY import_sheet.id"
                )
            )
        }
        found = {}
        for table in derived_tables():
            spans = [name for name in ("sheet_id", "recorded_in", "superseded_in")
                     if name in table.c]  # fmt: skip
            rows = []
            for row in connection.execute(select(table)).mappings():
                facts = dict(row)
                for name in spans:
                    facts[name] = facts[name] and sheets[facts[name]]
                rows.append(tuple(facts.values()))
            found[table.name] = sorted(rows, key=repr)
        return found


def undo(ledger: Ledger, number: int) -> Any:
    with ledger.rebuild() as session:
        return undo_import(session, number, HAND, today=AT.date())


def test_what_follows_from_sheets_is_known() -> None:
    derived = {table.name for table in derived_tables()}
    assert derived >= {"person", "household", "village", "school", "staff", "source", "enrolment"}
    assert not derived & {"import", "import_sheet", "sheet_content", "run", "trail", "match_pair"}


def test_saying_everything_again_gives_the_same_ledger(make: Any, files: dict[str, Path]) -> None:
    ledger = make()
    for name, path in files.items():
        bring_in(ledger, path, as_of=LISTS[name][1])
    before = content(ledger)
    with ledger.rebuild() as session:
        for table in reversed(derived_tables()):
            session.execute(table.delete())
        say_again(session.connection(), {})
    assert content(ledger) == before


def test_what_any_list_fills_is_counted_before_and_after() -> None:
    counted = {model.__tablename__ for _key, _title, model in _COUNTED}
    derived = {table.name for table in derived_tables()}
    assert derived - counted == {"source", "revision", "village"}, "name it in undo._COUNTED"


@pytest.mark.parametrize("undone", list(LISTS))
def test_an_undone_import_leaves_no_trace(make: Any, files: dict[str, Path], undone: str) -> None:
    ours, other = make(), make()
    for number, (name, path) in enumerate(files.items(), start=1):
        bring_in(ours, path, as_of=LISTS[name][1])
        if name == undone:
            mine = number
        else:
            bring_in(other, path, as_of=LISTS[name][1])
    undo(ours, mine)
    assert _without_ids(content(ours)) == _without_ids(content(other))


def _without_ids(tables: dict[str, list[Any]]) -> dict[str, int]:
    # Ids of what is no longer there are not given anew, so the rows differ by their numbers alone.
    return {name: len(rows) for name, rows in tables.items()}


def test_what_stays_keeps_its_numbers(make: Any, files: dict[str, Path]) -> None:
    ledger = make()
    for name, path in files.items():
        bring_in(ledger, path, as_of=LISTS[name][1])
    before = {person.identity: person.id for person in records(ledger, Person)}
    undo(ledger, 1)
    after = {person.identity: person.id for person in records(ledger, Person)}
    assert after
    assert after.items() <= before.items()


def test_the_same_file_brought_in_twice_stands_when_the_first_is_undone(
    make: Any, tmp_path: Path
) -> None:
    ledger = make()
    roster = write(tmp_path / "名册.xlsx", [ROLL, pupil()])
    bring_in(ledger, roster)
    bring_in(ledger, roster)
    before = {name: rows for name, rows in _without_ids(content(ledger)).items() if name != "x"}
    undo(ledger, 1)
    assert _without_ids(content(ledger)) == before
    undo(ledger, 2)
    assert records(ledger, Person) == []
    bring_in(ledger, roster)
    assert [person.identity for person in records(ledger, Person)] == [KID]


def test_an_import_is_undone_once_and_only_where_it_is(make: Any, tmp_path: Path) -> None:
    ledger = make()
    bring_in(ledger, write(tmp_path / "名册.xlsx", [ROLL, pupil()]))
    undo(ledger, 1)
    for number, code in ((1, "import_undone"), (7, "import_unknown")):
        with pytest.raises(JingzhunError) as caught:
            undo(ledger, number)
        assert caught.value.code == code


def _run(ledger: Ledger, state: RunState) -> None:
    with ledger.write() as session:
        person = session.scalars(select(Person)).one()
        session.add(
            Run(period="2026-11", scope="", pack="plan", state=state, computed_on=TODAY, notices=[],
                actor="", os_user="", recorded_at=NOW)
        )  # fmt: skip
        session.flush()
        session.add(
            RunLine(run_id=1, scheme="nutrition", person_id=person.id, month=202611, school_id=1,
                    stage="primary", days=20, rate_fen=400, amount_fen=8000,
                    version_from=date(2020, 1, 1))
        )  # fmt: skip


@pytest.mark.parametrize(
    "state", [RunState.REVIEWED, RunState.PUBLISHED, RunState.APPROVED, RunState.PAID]
)
def test_what_a_firm_run_rests_on_is_not_undone(make: Any, tmp_path: Path, state: RunState) -> None:
    ledger = make()
    bring_in(ledger, write(tmp_path / "名册.xlsx", [ROLL, pupil()]))
    _run(ledger, state)
    before = content(ledger)
    with pytest.raises(JingzhunError) as caught:
        undo(ledger, 1)
    assert caught.value.code == "import_posted"
    assert content(ledger) == before
    assert records(ledger, Import)[0].undone_at is None


def test_a_list_that_came_after_a_run_is_undone_though_the_run_is_approved(
    make: Any, tmp_path: Path
) -> None:
    ledger = make()
    bring_in(ledger, write(tmp_path / "名册.xlsx", [ROLL, pupil()]))
    _run(ledger, RunState.APPROVED)
    right = content(ledger)
    wrong = write(tmp_path / "错.xlsx", [ROLL, pupil(boarding="走读")])
    bring_in(ledger, wrong, recorded_at=NOW + timedelta(seconds=1))
    assert content(ledger) != right
    assert undo(ledger, 2).voided == ()
    assert content(ledger) == right
    assert [run.state for run in records(ledger, Run)] == [RunState.APPROVED]


def test_a_draft_that_rests_on_it_is_void(make: Any, tmp_path: Path) -> None:
    ledger = make()
    bring_in(ledger, write(tmp_path / "名册.xlsx", [ROLL, pupil()]))
    _run(ledger, RunState.DRAFT)
    assert undo(ledger, 1).voided == (1,)
    assert [run.state for run in records(ledger, Run)] == [RunState.VOID]
    assert records(ledger, RunLine) == []
    [step] = records(ledger, RunStep)
    assert (step.state, step.reason) == ("void", "撤销第 1 号导入")


def test_a_run_that_was_void_before_does_not_hold_its_pupils_back(
    make: Any, tmp_path: Path
) -> None:
    ledger = make()
    bring_in(ledger, write(tmp_path / "名册.xlsx", [ROLL, pupil()]))
    _run(ledger, RunState.VOID)
    undo(ledger, 1)
    assert records(ledger, Person) == []
    assert records(ledger, RunLine) == []
    assert records(ledger, RunStep) == []


def test_what_an_older_program_brought_in_is_said_not_to_be_undoable(
    make: Any, tmp_path: Path
) -> None:
    ledger = make()
    bring_in(ledger, write(tmp_path / "名册.xlsx", [ROLL, pupil()]))
    with ledger.write() as session:
        session.execute(SheetContent.__table__.delete())  # type: ignore[attr-defined]
        session.execute(update(Import).values(actor="旧"))
    with pytest.raises(JingzhunError) as caught:
        undo(ledger, 1)
    assert caught.value.code == "import_not_kept"
