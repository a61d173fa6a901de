"""What the database itself refuses: posted entries and lines change no more, and balance."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from jingzhun.store.engine import Ledger
from tests.store.test_upgrade import ROWS

TRIGGERS = {
    "run_pays_staff_once",
    "case_step_is_final",
    "case_step_stays",
    "batch_is_final",
    "batch_line_is_final",
    "batch_line_is_promised",
    "batch_line_stays",
    "batch_stays",
    "calendar_word_is_final",
    "calendar_word_stays",
    "journal_entry_balances",
    "journal_entry_is_final",
    "journal_entry_starts_unposted",
    "journal_entry_stays",
    "posting_is_final_on_delete",
    "posting_is_final_on_insert",
    "posting_is_final_on_update",
    "recovery_is_final",
    "recovery_stays",
    "run_is_final",
    "run_line_corrects",
    "run_line_is_final",
    "run_line_stays",
    "run_stays",
    "run_step_is_final",
    "run_step_stays",
    "policy_file_is_final",
    "policy_file_stays",
    "staff_line_is_final_on_delete",
    "staff_line_is_final_on_insert",
    "staff_line_is_final_on_update",
    "trail_is_final",
    "trail_stays",
}

_STAFF_LINE = (
    "INSERT INTO staff_line (run_id, scheme, staff_id, month, school_id, rate_fen, amount_fen, "
    "version_from) VALUES (1, 'rural_teacher', 1, {month}, 1, 30000, 30000, '2013-09-01');"
)
_STAFF = (
    "INSERT INTO staff (id, identity, name, sheet_id, row_number) VALUES (1, 'W:1', '李', 1, 1);"
)
MONEY = """
INSERT INTO dropout_case (id, person_id, kind, since, state, begun_on, is_told_by_hand)
    VALUES (1, 1, 'suspected', '2026-10-01', 'open', '2026-10-09', 0);
INSERT INTO case_step (id, case_id, action, done_on, actor, os_user, recorded_at)
    VALUES (1, 1, 'opened', '2026-10-09', '李', 'l', '2026-10-09');
INSERT INTO run (id, period, scope, pack, state, computed_on, notices, actor, os_user, recorded_at)
    VALUES (2, '2026秋', '', 'plan', 'published', '2026-09-30', '[]', '张', 'z', '2026-09-30');
INSERT INTO staff_line (run_id, scheme, staff_id, month, school_id, rate_fen, amount_fen,
    version_from) VALUES (2, 'rural_teacher', 1, 202609, 1, 30000, 30000, '2013-09-01');
UPDATE run SET state = 'approved', sealed_count = 1, sealed_fen = 8000 WHERE id = 1;
UPDATE run_line SET sequence = 0, unit_school_id = 1 WHERE days;
INSERT INTO run_step (id, run_id, state, happened_on, actor, os_user, recorded_at)
    VALUES (1, 1, 'approved', '2026-10-01', '李', 'l', '2026-10-01');
INSERT INTO policy_file (number, key, from_month, file_name, text, actor, os_user, recorded_at)
    VALUES (1, 'facts', 202609, 'facts.toml', '', '张', 'z', '2026-11-24');
INSERT INTO trail (id, recorded_at, actor, os_user, command, detail)
    VALUES (1, '2026-10-01', '李', 'l', 'jingzhun run approve 1', '{}');
INSERT INTO journal_entry (id, voucher_no, kind, happened_on, words, is_posted, actor, os_user,
    recorded_at) VALUES (1, '2026-0001', 'receipt', '2026-10-01', '收', 0, '李', 'l', '2026-10-01');
INSERT INTO posting (entry_id, number, account, source, purpose, amount_fen)
    VALUES (1, 1, 'bank', '省', 'nutrition', 8000),
        (1, 2, 'appropriation', '省', 'nutrition', -8000);
UPDATE journal_entry SET is_posted = 1;
INSERT INTO calendar_word (id, school, said, first_day, last_day, reason, actor, os_user,
    recorded_at)
    VALUES (1, '', 'closed', '2026-11-12', '2026-11-12', '雪', '李', 'l', '2026-11-11');
INSERT INTO journal_entry (id, voucher_no, kind, happened_on, words, is_posted, actor, os_user,
    recorded_at) VALUES (2, '2026-0002', 'receipt', '2026-10-01', '收', 0, '李', 'l', '2026-10-01');
INSERT INTO posting (entry_id, number, account, source, purpose, amount_fen)
    VALUES (2, 1, 'bank', '省', 'nutrition', 8000),
        (2, 2, 'appropriation', '省', 'nutrition', -7999);
INSERT INTO batch (id, run_id, scheme, delivery, promised_count, promised_fen, made_on, actor,
    os_user, recorded_at)
    VALUES (1, 1, 'boarding_living', 'card', 1, 8000, '2026-10-01', '李', 'l', '2026-10-01');
INSERT INTO batch_line (batch_id, number, delivery, run_id, scheme, person_id, payee, amount_fen,
    state) VALUES (1, 1, 'card', 1, 'boarding_living', 1, '张', 8000, 'pending');
INSERT INTO recovery (entry_id, number, run_id, scheme, person_id, source, amount_fen)
    VALUES (1, 1, 1, 'boarding_living', 1, '省', 8000);
"""

DOCTORED = {
    "run_pays_staff_once": "UPDATE run SET state = 'approved' WHERE id = 2",
    "case_step_is_final": "UPDATE case_step SET words = ''",
    "case_step_stays": "DELETE FROM case_step",
    "batch_is_final": "UPDATE batch SET promised_fen = 1",
    "batch_stays": "DELETE FROM batch",
    "batch_line_is_promised": (
        "INSERT INTO batch_line (batch_id, number, delivery, run_id, scheme, person_id, payee, "
        "amount_fen, state) VALUES (1, 2, 'card', 1, 'day_living', 1, '张', 8000, 'pending')"
    ),
    "batch_line_is_final": "UPDATE batch_line SET amount_fen = 9000",
    "batch_line_stays": "DELETE FROM batch_line",
    "recovery_is_final": "UPDATE recovery SET amount_fen = 1",
    "recovery_stays": "DELETE FROM recovery",
    "calendar_word_is_final": "UPDATE calendar_word SET last_day = '2026-11-13' WHERE id = 1",
    "calendar_word_stays": "DELETE FROM calendar_word WHERE id = 1",
    "journal_entry_starts_unposted": (
        "INSERT INTO journal_entry (id, voucher_no, kind, happened_on, words, is_posted, actor, "
        "os_user, recorded_at) VALUES (3, '2026-0003', 'receipt', '2026-10-01', '收', 1, '李', "
        "'l', '2026-10-01')"
    ),
    "journal_entry_balances": "UPDATE journal_entry SET is_posted = 1 WHERE id = 2",
    "journal_entry_is_final": "UPDATE journal_entry SET words = '付' WHERE id = 1",
    "journal_entry_stays": "DELETE FROM journal_entry WHERE id = 1",
    "posting_is_final_on_insert": (
        "INSERT INTO posting (entry_id, number, account, source, purpose, amount_fen) "
        "VALUES (1, 3, 'bank', '省', '', 1)"
    ),
    "posting_is_final_on_update": "UPDATE posting SET amount_fen = 1 WHERE entry_id = 1",
    "posting_is_final_on_delete": "DELETE FROM posting WHERE entry_id = 1",
    "run_is_final": "UPDATE run SET state = 'draft'",
    "run_stays": "DELETE FROM run",
    "run_line_is_final": "UPDATE run_line SET amount_fen = 9000",
    "run_line_stays": "DELETE FROM run_line",
    "run_line_corrects": (
        "UPDATE run_line SET sequence = 2, unit_school_id = 0 WHERE scheme = 'textbook'"
    ),
    "run_step_is_final": "UPDATE run_step SET actor = '王'",
    "run_step_stays": "DELETE FROM run_step",
    "policy_file_is_final": "UPDATE policy_file SET text = ''",
    "policy_file_stays": "DELETE FROM policy_file",
    "staff_line_is_final_on_insert": _STAFF_LINE.format(month=202610),
    "staff_line_is_final_on_update": "UPDATE staff_line SET amount_fen = 1",
    "staff_line_is_final_on_delete": "DELETE FROM staff_line",
    "trail_is_final": "UPDATE trail SET actor = '王'",
    "trail_stays": "DELETE FROM trail",
}


@pytest.fixture
def raw(ledger: Ledger) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(str(ledger.path))) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(ROWS)
        connection.execute(
            "INSERT INTO run_line (run_id, scheme, person_id, month, school_id, stage, rate_fen, "
            "amount_fen, version_from) VALUES (1, 'textbook', 1, 202609, 1, 'primary', 0, 0, "
            "'2017-03-01')"
        )
        connection.executescript(_STAFF + _STAFF_LINE.format(month=202609) + MONEY)
        yield connection


def test_the_ledger_has_these_triggers(ledger: Ledger) -> None:
    with closing(sqlite3.connect(str(ledger.path))) as raw:
        found = raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    assert {name for (name,) in found} == TRIGGERS == set(DOCTORED)


@pytest.mark.parametrize("trigger", sorted(TRIGGERS))
def test_what_is_posted_or_done_changes_no_more(raw: sqlite3.Connection, trigger: str) -> None:
    before = list(raw.iterdump())
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(DOCTORED[trigger])
    raw.rollback()
    assert list(raw.iterdump()) == before


def test_a_unit_has_no_second_first_line(raw: sqlite3.Connection) -> None:
    raw.executescript(
        "INSERT INTO run_line (run_id, scheme, person_id, month, school_id, stage, days, rate_fen, "
        "amount_fen, version_from)"
        " VALUES (2, 'nutrition', 1, 202609, 1, 'primary', 20, 400, 8000, '2014-11-01');"
    )
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        raw.execute("UPDATE run_line SET sequence = 0, unit_school_id = 1 WHERE run_id = 2")
