"""An auditor's test: whatever is changed in a ledger by other means is found, by name.

The intruder is a careful one: the triggers are dropped, a change is made, and they are put back.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import pytest

from jingzhun.core.page import Page
from jingzhun.services.checks import CHECKS, check_page
from jingzhun.services.funds.receipts import reverse
from jingzhun.services.importing.intake import take_in
from jingzhun.services.seals import told_in
from jingzhun.store.engine import open_ledger
from jingzhun.store.schema import JournalEntry, Trail
from tests.builders import NOW, World
from tests.cli.terminal import jingzhun
from tests.reports.funds import year_of_money
from tests.services.money import HAND, get_money
from tests.services.workbooks import ROSTER, options, pupil, write

#: What an intruder does, by what must find it.
DOCTORED = {
    "references": "UPDATE run_step SET run_id = 999 WHERE id = 1",
    "guards: a trigger": "DROP TRIGGER run_line_is_final",
    "guards: a weaker trigger": (
        "DROP TRIGGER run_stays; CREATE TRIGGER run_stays BEFORE DELETE ON run WHEN 0 "
        "BEGIN SELECT RAISE(ABORT, 'an approved run is final'); END"
    ),
    "guards: an index": "DROP INDEX uq_run_line_posted",
    "import_counts": "UPDATE import_sheet SET row_count = row_count + 1",
    "masked": "UPDATE trail SET command = 'jingzhun find 629999201405060018'",
    "file: a word for a number": "UPDATE posting SET amount_fen = '一百' WHERE number = 1",
    "file: no day": "UPDATE journal_entry SET happened_on = '2026-13-45' WHERE id = 2",
    "trail": "DELETE FROM trail WHERE id = 1",
    "told: another sum": (
        "UPDATE posting SET amount_fen = amount_fen + amount_fen / abs(amount_fen) "
        "WHERE entry_id = 2"
    ),
    "told: another day": "UPDATE journal_entry SET happened_on = '2026-11-02' WHERE id = 2",
    "told: another hand": "UPDATE journal_entry SET actor = '别人' WHERE id = 2",
    "told: the last one gone": (
        "DELETE FROM posting WHERE entry_id = (SELECT max(id) FROM journal_entry); "
        "DELETE FROM journal_entry WHERE id = (SELECT max(id) FROM journal_entry)"
    ),
    "told: one put in": (
        "INSERT INTO journal_entry (id, voucher_no, kind, happened_on, words, is_posted, actor, "
        "os_user, recorded_at) SELECT 99, '2099-00001', kind, happened_on, words, 1, actor, "
        "os_user, recorded_at FROM journal_entry WHERE id = 2; INSERT INTO posting "
        "SELECT 99, number, account, source, purpose, amount_fen, party, person_id "
        "FROM posting WHERE entry_id = 2"
    ),
    "told: days of a posted line": "UPDATE run_line SET days = days + 1 WHERE scheme = 'nutrition'",
    "told: a class of a posted line": "UPDATE run_line SET grade = 9",
    "told: another account": "UPDATE batch_line SET account_no = '6222020000000000009'",
    "told: another payee": "UPDATE batch_line SET payee = '别人'",
    "told: a whole batch gone": "DELETE FROM batch_line; DELETE FROM batch",
    "told: a sheet cut short": (
        "UPDATE sheet_content SET content = substr(content, 1, length(content) - 1)"
    ),
    "told: a sheet gone": "DELETE FROM sheet_content",
    "balanced: one fen": (
        "UPDATE posting SET amount_fen = amount_fen + 1 WHERE entry_id = 1 AND number = 1"
    ),
    "balanced: half an entry": "UPDATE journal_entry SET is_posted = 0 WHERE id = 2",
    "vouchers": ("DELETE FROM posting WHERE entry_id = 3; DELETE FROM journal_entry WHERE id = 3"),
    "closed_years": (
        "UPDATE journal_entry SET kind = 'closing', happened_on = '2026-12-31' WHERE id = 1"
    ),
    "reversals": (
        "UPDATE posting SET amount_fen = amount_fen / 2 "
        "WHERE entry_id = (SELECT id FROM journal_entry WHERE kind = 'reversal')"
    ),
    "bound_money": "UPDATE posting SET source = '中央' WHERE entry_id = 3 AND number = 1",
    "incomes": "UPDATE posting SET account = 'donation' WHERE account = 'appropriation'",
    "enough": (
        "UPDATE posting SET amount_fen = amount_fen / 80 WHERE purpose = 'boarding_living' "
        "AND entry_id IN (SELECT id FROM journal_entry WHERE kind = 'receipt')"
    ),
    "sealed: one fen": "UPDATE run_line SET amount_fen = amount_fen + 1 WHERE scheme = 'nutrition'",
    "sealed: a line put in": (
        "INSERT INTO run_line (run_id, scheme, person_id, month, school_id, stage, rate_fen, "
        "amount_fen, version_from) "
        "VALUES (1, 'nutrition', 2, 202611, 1, 'primary', 400, 8400, '2014-11-01')"
    ),
    "sealed: a posted line put in": (
        "INSERT INTO run_line (run_id, scheme, person_id, month, school_id, stage, rate_fen, "
        "amount_fen, version_from, sequence, unit_school_id) "
        "VALUES (1, 'nutrition', 2, 202611, 1, 'primary', 400, 8400, '2014-11-01', 0, 0)"
    ),
    "sealed: a line taken out": "DELETE FROM run_line WHERE scheme = 'nutrition'",
    "sealed: no longer approved": "UPDATE run SET state = 'draft'",
    "unit_once": "UPDATE run_line SET sequence = 1 WHERE scheme = 'nutrition'",
    "unit_once: a teacher": (
        "INSERT INTO run (id, period, scope, pack, state, computed_on, notices, actor, os_user, "
        "recorded_at) VALUES (2, '2026秋', '', 'plan', 'paid', '2026-11-30', '[]', '', '', "
        "'2026-11-30'); INSERT INTO staff_line (run_id, scheme, staff_id, month, school_id, "
        "rate_fen, amount_fen, version_from) VALUES "
        "(1, 'rural_teacher', 1, 202611, 1, 30000, 30000, '2013-09-01'), "
        "(2, 'rural_teacher', 1, 202611, 1, 30000, 30000, '2013-09-01')"
    ),
    "corrections": "UPDATE run_line SET amount_fen = -5, cause = '错' WHERE scheme = 'nutrition'",
    "second_person": "UPDATE run_step SET actor = '张会计' WHERE state = 'approved'",
    "second_person: no step": "DELETE FROM run_step WHERE state = 'approved'",
    "second_person: too early": (
        "UPDATE run_step SET ends_on = '2026-12-31' WHERE state = 'published'"
    ),
    "second_person: no notice": "DELETE FROM run_step WHERE state = 'published'",
    "second_person: booked on another day": (
        "UPDATE journal_entry SET happened_on = '2026-11-02' WHERE kind = 'approval'"
    ),
    "approvals: one fen": (
        "UPDATE posting SET amount_fen = amount_fen + amount_fen / abs(amount_fen) "
        "WHERE purpose = 'nutrition' AND account IN ('expense', 'supplier')"
    ),
    "approvals: another policy": "UPDATE run_line SET version_from = '2001-01-01'",
    "envelopes": "UPDATE batch SET promised_fen = promised_fen + 1",
    "envelopes: of another run": "UPDATE batch_line SET scheme = 'day_living'",
    "paid_lines": "UPDATE batch_line SET state = 'failed'",
    "paid_lines: on another day": "UPDATE batch_line SET settled_on = '2026-11-02'",
    "paid_lines: a loose voucher": "UPDATE journal_entry SET batch_id = NULL",
    "owed": "UPDATE batch_line SET amount_fen = amount_fen + 1",
    "recoveries": (
        "INSERT INTO recovery (entry_id, number, run_id, scheme, person_id, source, amount_fen) "
        "VALUES (1, 1, 1, 'boarding_living', 1, '省', 500)"
    ),
    "in_kind": "UPDATE batch SET scheme = 'nutrition'; UPDATE batch_line SET scheme = 'nutrition'",
}


@pytest.fixture(scope="module")
def sound(empty_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which everything has happened and nothing is wrong."""
    path = tmp_path_factory.mktemp("sound") / "sound.db"
    shutil.copy(empty_ledger, path)
    ledger = open_ledger(str(path))
    with ledger.write() as session:
        year_of_money(World(session))
        roster = write(path.with_name("名册.xlsx"), [ROSTER, pupil()])
        take_in(session, roster, options())
        [mistake] = get_money(session, 3_00, "nutrition", on=date(2026, 12, 9))
        voucher = session.get_one(JournalEntry, mistake).voucher_no
        reverse(session, voucher, "录错", HAND, today=date(2026, 12, 9))
        for detail in ({}, told_in(session)):
            how = {"recorded_at": NOW, "actor": "张会计", "os_user": "", "command": "jingzhun"}
            session.add(Trail(**how, detail=detail))
            session.flush()
    ledger.close()
    return path


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path / "jingzhun.db"))


def checked(path: Path) -> tuple[Page, bool]:
    ledger = open_ledger(str(path))
    with ledger.read() as session:
        found = check_page(session)
    ledger.close()
    return found


def found_by(page: Page) -> set[str]:
    table = next(table for table in page.tables if table.key == "findings")
    return {record["check"] for record in table.records()}


def doctor(path: Path, script: str) -> None:
    """Change a ledger behind its back: without references, checks or triggers."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        triggers = dict(
            raw.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        )
        if "TRIGGER" in script:
            triggers = {}
        for name in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        raw.executescript(script)
        for words in triggers.values():
            raw.execute(words)
        raw.commit()


def test_a_ledger_as_the_program_made_it_is_clean(path: Path) -> None:
    page, is_clean = checked(path)
    assert is_clean, [table.rows for table in page.tables]
    assert page.facts["clean"] is True


@pytest.mark.parametrize("what", DOCTORED)
def test_what_was_changed_by_other_means_is_found_by_name(path: Path, what: str) -> None:
    doctor(path, DOCTORED[what])
    page, is_clean = checked(path)
    assert not is_clean
    assert what.split(":", maxsplit=1)[0] in found_by(page)


def test_every_check_is_broken_by_some_case() -> None:
    broken = {what.split(":")[0] for what in DOCTORED}
    assert {check.name for check in CHECKS} == broken


def test_every_finding_says_where_what_and_what_to_do(path: Path) -> None:
    # One after the other: some cannot be done any more after others.
    for script in DOCTORED.values():
        with suppress(sqlite3.IntegrityError):
            doctor(path, script)
    page, _ = checked(path)
    table = next(table for table in page.tables if table.key == "findings")
    assert len(table.rows) > 20
    for record in table.records():
        assert all(record.values()), record
        assert record["remedy"].endswith("。")


def test_a_file_with_torn_pages_is_said_to_be_damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    said = jingzhun("check", "--db", path, "--format", "json", folder=path.parent)
    assert said.status == 1
    assert "Traceback" not in said.err
    told = said.json
    assert (
        told["error"]["code"] == "ledger_damaged"
        if "error" in told
        else told["findings"][0]["check"] == "file"
    )


@pytest.fixture(autouse=True)
def _nothing_is_written(sound: Path) -> Iterator[None]:
    before = sound.read_bytes()
    yield
    assert sound.read_bytes() == before
