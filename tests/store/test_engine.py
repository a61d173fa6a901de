"""A ledger is private, whole, told apart from other files, and never half-written."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from jingzhun.errors import JingzhunError, LedgerError
from jingzhun.store import engine, schema
from jingzhun.store.engine import SCHEMA_VERSION, Ledger, open_ledger
from jingzhun.store.schema import Person, Source
from tests.builders import World


def refusal(work: Callable[[], object]) -> LedgerError:
    """Run what must be refused; its words must be for a person."""
    with pytest.raises(LedgerError) as caught:
        work()
    error = caught.value
    assert any("\u4e00" <= letter <= "\u9fff" for letter in error.reason)
    assert error.remedy.endswith("。")
    return error


def test_a_new_ledger_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "账本.db"
    open_ledger(str(path), create=True).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["账本.db"]


def test_a_ledger_in_use_is_one_file_and_a_rollback_journal(ledger: Ledger) -> None:
    assert ledger.path is not None
    with ledger.write() as session:
        World(session).person()
    assert [file.name for file in ledger.path.parent.iterdir()] == ["jingzhun.db"]


def test_where_no_ledger_is_the_message_says_where_it_looked(tmp_path: Path) -> None:
    path = tmp_path / "没有.db"
    error = refusal(lambda: open_ledger(str(path)))
    assert error.code == "ledger_missing"
    assert str(path) in error.reason
    assert not path.exists()


@pytest.mark.parametrize(
    "address", ["://", "mysql://x/y", "nosuch://u:secret@h/y", "sqlite://", "postgresql://h:x/y"]
)
def test_an_address_that_leads_to_no_database_is_told_without_its_password(address: str) -> None:
    error = refusal(lambda: open_ledger(address))
    assert error.code == "ledger_address"
    assert "secret" not in error.reason + error.remedy


def test_a_ledger_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "账?本 %20#&.db"
    open_ledger(str(path), create=True).close()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a workbook", b"jingzhun" * 100])
def test_a_file_that_is_no_database_is_not_a_ledger(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(content)
    assert refusal(lambda: open_ledger(str(path), create=True)).code == "ledger_not_a_ledger"
    assert path.read_bytes() == content


def test_a_folder_is_not_a_ledger(tmp_path: Path) -> None:
    assert refusal(lambda: open_ledger(str(tmp_path), create=True)).code == "ledger_not_a_ledger"


def test_a_ledger_cannot_be_made_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "没有" / "账本.db"
    assert refusal(lambda: open_ledger(str(path), create=True)).code == "ledger_missing"


def test_another_programs_database_is_not_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "别的.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE contact (name TEXT)")
    before = path.read_bytes()
    assert refusal(lambda: open_ledger(str(path), create=True)).code == "ledger_not_a_ledger"
    assert path.read_bytes() == before


def test_a_ledger_of_a_newer_version_is_left_alone(ledger: Ledger) -> None:
    assert ledger.path is not None
    path = ledger.path
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    assert refusal(lambda: open_ledger(str(path))).code == "ledger_newer"
    assert path.read_bytes() == before


def test_a_damaged_ledger_is_said_to_be_damaged(ledger: Ledger) -> None:
    assert ledger.path is not None
    content = bytearray(ledger.path.read_bytes())
    content[16:200] = bytes(184)
    ledger.path.write_bytes(content)
    assert refusal(lambda: open_ledger(str(ledger.path))).code == "ledger_damaged"


def test_a_ledger_locked_by_another_process_is_waited_for_then_left_alone(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(str(ledger.path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        mine = open_ledger(str(ledger.path))
        assert refusal(lambda: _write_person(mine)).code == "ledger_locked"
        other.execute("ROLLBACK")
        _write_person(mine)
        mine.close()


def test_a_reader_does_not_wait_for_a_writer(ledger: Ledger) -> None:
    with ledger.write() as session:
        World(session).person()
        reader = open_ledger(str(ledger.path))
        assert _persons(reader) == 0
        reader.close()


def test_a_full_disk_leaves_the_ledger_as_it_was(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    error = refusal(lambda: _write_person(ledger, 2_000))
    assert error.code == "ledger_disk_full"
    assert _persons(ledger) == 0


def test_a_ledger_that_may_not_be_written_says_so(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
    assert refusal(lambda: _write_person(ledger)).code == "ledger_forbidden"


def test_an_error_inside_the_work_takes_everything_back_and_keeps_its_own_words(
    ledger: Ledger,
) -> None:
    def work() -> None:
        with ledger.write() as session:
            World(session).person()
            raise JingzhunError("rows_refused", "有行不合格。", "请改好再导入。")

    with pytest.raises(JingzhunError, match="rows_refused"):
        work()
    assert _persons(ledger) == 0


def test_the_works_own_file_errors_are_not_taken_for_the_ledgers(ledger: Ledger) -> None:
    with pytest.raises(FileNotFoundError), ledger.write():
        Path("没有的文件").read_bytes()


def test_a_foreign_key_that_leads_nowhere_is_refused(ledger: Ledger) -> None:
    with pytest.raises(IntegrityError), ledger.write() as session:
        session.execute(insert(Source).values(sheet_id=999, row_number=2))


def test_an_up_to_date_ledger_opens_without_alembic(ledger: Ledger) -> None:
    code = (
        "import sys; from jingzhun.store.engine import open_ledger;"
        f"open_ledger({str(ledger.path)!r}).close();"
        "print([name for name in ('alembic', 'pandas', 'numpy') if name in sys.modules])"
    )
    assert _says(_python(code)) == "[]\n"


READER = """
import sys
from jingzhun.store.engine import open_ledger
def tables():
    return " ".join(name for name in sys.argv[2:] if f"jingzhun.store.schema.{name}" in sys.modules)
ledger = open_ledger(sys.argv[1])
from jingzhun.store.schema import MatchPair
with ledger.read():
    print(tables(), end=";")
with ledger.write():
    print(tables())
"""


def test_a_reader_loads_the_tables_it_asks_for_and_a_writer_all(ledger: Ledger) -> None:
    modules = sorted(file.stem for file in Path(schema.__file__).parent.glob("[a-z]*.py"))
    said = _says(_python(READER, str(ledger.path), *modules))
    assert said == f"base matching;{' '.join(modules)}\n"


WRITER = """
import sys, time
from sqlalchemy import text
from jingzhun.store.engine import open_ledger
from tests.builders import World
ledger = open_ledger(sys.argv[1])
with ledger.write() as session:
    # A tiny cache, so that pages reach the file before the transaction ends.
    session.execute(text("PRAGMA cache_size = 10"))
    world = World(session)
    for _ in range(900):
        world.person()
    print("written", flush=True)
    if sys.argv[2] == "before":
        time.sleep(60)
print("committed", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
@pytest.mark.parametrize(("moment", "persons"), [("before", 0), ("after", 900)])
def test_a_killed_writer_leaves_all_or_nothing(ledger: Ledger, moment: str, persons: int) -> None:
    assert ledger.path is not None
    size = ledger.path.stat().st_size
    writer = _python(WRITER, str(ledger.path), moment)
    assert _says(writer) == "written\n"
    if moment == "after":
        assert _says(writer) == "committed\n"
    else:
        assert ledger.path.stat().st_size > size  # pages did reach the file
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    reopened = open_ledger(str(ledger.path))
    assert _persons(reopened) == persons
    with reopened.read() as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    reopened.close()


def _python(code: str, *words: str) -> "subprocess.Popen[str]":
    root = Path(__file__).parent.parent.parent
    paths = os.pathsep.join([str(root), str(root / "src")])
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )


def _says(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _write_person(ledger: Ledger, count: int = 1) -> None:
    with ledger.write() as session:
        world = World(session)
        for _ in range(count):
            world.person()


def _persons(ledger: Ledger) -> int:
    with ledger.read() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0
