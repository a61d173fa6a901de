"""A ledger of an earlier version keeps all it holds when it is brought up to date."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from jingzhun.store.engine import APPLICATION_ID, migrations_folder, open_ledger
from tests.cli.terminal import jingzhun
from tests.services.workbooks import ROSTER, pupil, write

ROWS = """
INSERT INTO import (id, file_name, stated_on, whole, actor, os_user, command, recorded_at)
    VALUES (1, '名册.xlsx', '2026-09-01', 0, '张', 'z', 'jingzhun import', '2026-09-01');
INSERT INTO import_sheet
    (id, import_id, name, kind, stated_on, term_starts_on, row_count, added, changed, same, refused,
    noticed)
    VALUES (1, 1, '一', 'student_roster', '2026-09-01', '2026-09-01', 1, 1, 0, 0, 0, 0);
INSERT INTO school (id, name) VALUES (1, '青禾小学');
INSERT INTO person (id, identity, name, sheet_id, row_number) VALUES (1, 'N:张一', '张一', 1, 1);
INSERT INTO run (id, period, scope, pack, state, computed_on, notices, actor, os_user, recorded_at)
    VALUES (1, '2026-09', '', 'plan', 'draft', '2026-09-30', '[]', '张', 'z', '2026-09-30');
INSERT INTO run_line (run_id, scheme, person_id, month, school_id, stage, days, rate_fen,
    amount_fen, version_from)
    VALUES (1, 'nutrition', 1, 202609, 1, 'primary', 20, 400, 8000, '2014-11-01');
"""


@pytest.mark.parametrize("version", [1, 2])
def test_runs_and_their_lines_outlive_the_upgrade(tmp_path: Path, version: int) -> None:
    path = tmp_path / "jingzhun.db"
    make_old(path, version)
    open_ledger(str(path)).close()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT period, kind FROM run").fetchall() == [("2026-09", "regular")]
        lines = raw.execute("SELECT scheme, amount_fen, sequence FROM run_line").fetchall()
        assert lines == [("nutrition", 8000, None)]
        assert raw.execute("SELECT name FROM person").fetchall() == [("张一",)]


def test_whoever_opens_an_older_ledger_is_told_be_it_for_a_trial(tmp_path: Path) -> None:
    make_old(tmp_path / "jingzhun.db", 2)
    roster = write(tmp_path / "名册.xlsx", [ROSTER, pupil()])
    said = jingzhun("import", roster, "--dry-run", folder=tmp_path)
    (copy,) = tmp_path.glob("jingzhun.db.bak-v2-*")
    assert said.err.count("已换成新版格式，内容不变") == 1
    assert copy.name in said.err
    again = jingzhun("import", roster, "--dry-run", folder=tmp_path)
    assert "新版格式" not in again.err


def make_old(path: Path, version: int) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, f"{version:04d}")
    engine.dispose()
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(ROWS)
        raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        raw.execute(f"PRAGMA user_version = {version}")
