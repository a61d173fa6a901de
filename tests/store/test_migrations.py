"""The migrated ledger is what the models say, and older ledgers are brought up to it."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect

from jingzhun.store.engine import SCHEMA_VERSION, Ledger, migrations_folder, open_ledger
from jingzhun.store.schema import Base
from tests.builders import World


def test_the_migrated_ledger_is_what_the_models_say(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrated_ledger_holds_every_check_of_the_models(ledger: Ledger) -> None:
    # compare_metadata does not look at CHECK constraints.
    inspector = inspect(ledger.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {
            (str(check.name), str(check.sqltext))
            for check in table.constraints
            if isinstance(check, CheckConstraint)
        }
        held = {
            (str(check["name"]), check["sqltext"])
            for check in inspector.get_check_constraints(table.name)
        }
        assert held == wanted, table.name


def test_tables_clustered_by_their_key_are_so_in_the_migrated_ledger(ledger: Ledger) -> None:
    with closing(sqlite3.connect(str(ledger.path))) as raw:
        made = dict(raw.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"))
    for table in Base.metadata.sorted_tables:
        is_clustered = table.dialect_options["sqlite"]["with_rowid"] is False
        assert ("WITHOUT ROWID" in made[table.name]) is is_clustered, table.name


def test_the_schema_number_is_that_of_the_newest_migration(ledger: Ledger) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_current_head() == f"{SCHEMA_VERSION:04d}"
    with closing(sqlite3.connect(str(ledger.path))) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (f"{SCHEMA_VERSION:04d}",)
        ]


def test_an_older_ledger_is_upgraded_after_a_private_backup_copy(ledger: Ledger) -> None:
    with ledger.write() as session:
        World(session).person(name="张一")
    path = ledger.path
    assert path is not None
    with closing(sqlite3.connect(path)) as raw:
        # A ledger of the first version as a later program meets it.
        raw.execute("PRAGMA user_version = 0")
    before = path.read_bytes()
    open_ledger(str(path)).close()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert raw.execute("SELECT name FROM person").fetchall() == [("张一",)]
    [copy] = [file for file in path.parent.iterdir() if file != path]
    assert copy.name.startswith("jingzhun.db.bak-v0-")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert _content(copy) == _content_of(before, path.with_name("before.db"))


def _content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as raw:
        return list(raw.iterdump())


def _content_of(content: bytes, path: Path) -> list[str]:
    path.write_bytes(content)
    return _content(path)
