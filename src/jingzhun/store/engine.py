"""Open, make and upgrade the ledger; give sessions over it.

A ledger is one SQLite file. ``application_id`` tells it from other files and ``user_version`` says
which schema it has, so that an up-to-date ledger opens without loading alembic, whose import alone
costs more than a whole report.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from jingzhun.core.system import system_words
from jingzhun.errors import LedgerError
from jingzhun.store.schema import load_all

APPLICATION_ID = 0x4A5A4C31  # "JZL1"
SCHEMA_VERSION = 3  # the number of the newest file in migrations/versions
BUSY_SECONDS = 5
_HEADER = b"SQLite format 3\x00"


class Ledger:
    """An open ledger: ``write()`` and ``read()`` give one transaction each.

    ``old_copy`` is what it was before this opening upgraded it; None where it was up to date.
    """

    def __init__(self, engine: Engine, path: Path | None, old_copy: Path | None = None) -> None:
        self.engine = engine
        self.path = path
        self.old_copy = old_copy

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session in one writing transaction; commit on leaving, roll back on any error.

        Raises:
            LedgerError: locked by another process, disk full, not allowed to write.
        """
        load_all()  # what is written may refer to any table
        with _explained(self.path), self.engine.connect() as connection:
            connection.info["begin"] = "BEGIN IMMEDIATE"
            with connection.begin(), Session(connection, autoflush=False) as session:
                yield session
                session.flush()

    @contextmanager
    def rebuild(self) -> Iterator[Session]:
        """Give a writing session in which rows may go before those that refer to them are back.

        Raises:
            LedgerError: as ``write``.
        """
        load_all()
        with (
            _explained(self.path),
            self.engine.connect() as connection,
            _references_checked_last(connection),
            Session(connection, autoflush=False) as session,
        ):
            yield session
            session.flush()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one unchanging state of the ledger."""
        with _explained(self.path), self.engine.connect() as connection:
            connection.info["begin"] = "BEGIN"
            with Session(connection, autoflush=False) as session:
                yield session

    def close(self) -> None:
        """Close the file."""
        self.engine.dispose()


def open_ledger(target: str, *, create: bool = False) -> Ledger:
    """Open the ledger at a path or SQLAlchemy URL; upgrade it when an older version made it.

    ``create`` makes it where there is none. An upgrade first copies the file beside itself.

    Raises:
        LedgerError: ledger_missing, ledger_address, ledger_not_a_ledger, ledger_newer,
            ledger_locked, ledger_disk_full, ledger_forbidden, ledger_damaged.
    """
    if "://" in target and not target.startswith("sqlite:///"):
        return _open_server(target)
    path = Path(target.removeprefix("sqlite:///"))
    is_new = _judge_file(path, create=create)
    with _explained(path), _files_explained(path):
        if is_new:
            _make(path)
        engine = _engine(path)
        try:
            old_copy = _bring_up_to_date(engine, path)
        except BaseException:
            engine.dispose()
            raise
    return Ledger(engine, path, old_copy)


def _make(path: Path) -> None:
    """Make an empty ledger under another name, then give it its own: never half a ledger."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    # Private before anything is in it: the file will hold children's id numbers.
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        engine = _engine(draft)
        try:
            _migrate(engine)
        finally:
            engine.dispose()
        if not path.exists():
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _engine(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)))
    _configure(engine)
    return engine


def _open_server(url: str) -> Ledger:
    engine = _server_engine(url)
    # A ledger in SQLite's memory would be gone when the command ends.
    if engine is None or engine.dialect.name == "sqlite":
        # The address may hold a password: it is not said again.
        raise LedgerError(
            "ledger_address",
            "--db 写的数据库地址不能用：写法不对，或没有安装连接这种数据库的程序。",
            "账本是文件的，请直接写文件名，例如 --db jingzhun.db；地址请找管理数据库的人核对。",
        )
    with _explained(None):
        _migrate(engine)
    return Ledger(engine, None)


def _server_engine(url: str) -> Engine | None:
    try:
        return create_engine(url)
    except (ArgumentError, ModuleNotFoundError, ValueError):
        return None


def _judge_file(path: Path, *, create: bool) -> bool:
    """Say whether a ledger must be made at ``path``; refuse what cannot be one."""
    if path.is_dir():
        raise LedgerError(
            "ledger_not_a_ledger",
            f"{path} 是一个文件夹，不是账本文件。",
            "请用 --db 指定账本文件，例如 --db jingzhun.db。",
        )
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEADER))
    except FileNotFoundError:
        if create and path.parent.is_dir():
            return True
        if create:
            raise LedgerError(
                "ledger_missing",
                f"账本要放的文件夹不存在：{path.parent}。",
                "请先建好这个文件夹，或用 --db 指定别的位置。",
            ) from None
        raise LedgerError(
            "ledger_missing",
            f"没有找到账本：{path.absolute()}。",
            "请先用 jingzhun import 导入名单（会自动建账），或到账本所在的文件夹运行，"
            "或用 --db 指定账本。",
        ) from None
    except OSError:
        raise _forbidden(path) from None
    if head != _HEADER:
        raise LedgerError(
            "ledger_not_a_ledger",
            f"{path} 不是账本文件。" if head else f"{path} 是空文件，不是账本。",
            "请检查 --db 指定的文件名；如果账本被误改，请用备份恢复。",
        )
    return False


def _configure(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        # Python's own transaction handling would begin late and never IMMEDIATE.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA foreign_keys = ON")
        # 64 MiB of page cache: measured 0.84 × on a 300,000-row insert.
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA temp_store = MEMORY")
        # A rollback journal: the ledger stays one file that can be copied (decision 0002).
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.info.get("begin", "BEGIN"))


def _bring_up_to_date(engine: Engine, path: Path) -> Path | None:
    """Upgrade a ledger of an older version; give the copy that was made of it before."""
    with engine.connect() as connection:
        application = connection.scalar(text("PRAGMA application_id"))
        version = connection.scalar(text("PRAGMA user_version")) or 0
        tables = connection.scalar(text("SELECT count(*) FROM sqlite_schema"))
    if tables and application != APPLICATION_ID:
        raise LedgerError(
            "ledger_not_a_ledger",
            f"{path} 是别的程序的数据库，不是精准的账本。",
            "请检查 --db 指定的文件名。",
        )
    if version > SCHEMA_VERSION:
        raise LedgerError(
            "ledger_newer",
            f"账本 {path} 由更新的版本建立（账本版本 {version}，本程序认识到 {SCHEMA_VERSION}）。",
            "请安装新版的精准再打开；账本没有改动。",
        )
    if version == SCHEMA_VERSION:
        return None
    old_copy = _back_up(path, version) if tables else None
    _migrate(engine)
    return old_copy


def _back_up(path: Path, version: int) -> Path:
    """Copy the ledger beside itself before an upgrade; give the copy's path."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    copy = path.with_name(f"{path.name}.bak-v{version}-{stamp}")
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    return copy


def _migrate(engine: Engine) -> None:
    # alembic costs more than the rest of the start: only a new or old ledger pays for it.
    from alembic import command  # noqa: PLC0415 - as above
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    with engine.connect() as connection, _references_checked_last(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")


@contextmanager
def _references_checked_last(connection: Connection) -> Iterator[None]:
    """Hold one writing transaction in which SQLite looks at references once, at its end.

    Otherwise it looks row by row, and a table that a migration makes anew would take with it, when
    the old one is dropped, whatever refers to it.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101 - connected
    if is_sqlite:
        raw.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.info["begin"] = "BEGIN IMMEDIATE"
        with connection.begin():
            yield
            if is_sqlite:
                dangling = connection.execute(text("PRAGMA foreign_key_check")).first()
                assert dangling is None, dangling  # noqa: S101 - our own mistake
    finally:
        if is_sqlite:
            raw.execute("PRAGMA foreign_keys = ON")


def migrations_folder() -> Path:
    """Find the migrations: inside the installed package, or at the root of a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parent.parent / "migrations"


def _forbidden(path: Path | None) -> LedgerError:
    return LedgerError(
        "ledger_forbidden",
        f"没有权限读写账本 {path}。",
        "请确认文件没有设为只读、所在文件夹允许写入，或请管理员授权。",
    )


@contextmanager
def _explained(path: Path | None) -> Iterator[None]:
    """Turn the database's own errors into ours; those of the work itself pass."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        explained = _explain(str(getattr(error, "orig", error)), path)
        if explained is None:
            raise
        raise explained from error


@contextmanager
def _files_explained(path: Path) -> Iterator[None]:
    """Turn the file system's errors, while a ledger is made or copied, into ours."""
    try:
        yield
    except PermissionError as error:
        raise _forbidden(path) from error
    except OSError as error:
        raise LedgerError(
            "ledger_disk_full",
            f"写账本 {path} 时出错：{system_words(error)}。",
            "请检查磁盘空间和路径；账本没有改动。",
        ) from error


def _explain(words: str, path: Path | None) -> LedgerError | None:
    if "locked" in words or "busy" in words:
        return LedgerError(
            "ledger_locked",
            f"账本 {path} 正被另一个程序写入，等了 {BUSY_SECONDS} 秒还没有空。",
            "请关掉另一个正在运行的精准，稍后再试；这次没有改动。",
        )
    if "full" in words or "disk I/O" in words:
        return LedgerError(
            "ledger_disk_full",
            f"磁盘已满或无法写入，账本 {path} 写不进去。",
            "请清理磁盘后再试；这次没有改动。",
        )
    if "not a database" in words or "malformed" in words:
        return LedgerError(
            "ledger_damaged",
            f"账本 {path} 已损坏，读不出来。",
            "请用最近的备份恢复，并保留这个文件以便查找原因。",
        )
    if "readonly" in words or "unable to open" in words:
        return _forbidden(path)
    return None
