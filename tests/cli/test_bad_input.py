"""Whatever stands in the way: one Chinese message, a status, no traceback, the ledger as it was."""

import ctypes
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli import workbooks
from tests.cli.terminal import Said, assert_one_message, jingzhun

TODAY = ("--on", "2026-11-24")

FILES: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "file_empty": ("名单.xlsx", workbooks.empty),
    "file_encrypted": ("名单.xlsx", workbooks.encrypted),
    "file_damaged": ("名单.xlsx", workbooks.truncated),
    "file_not_workbook": ("照片.xls", workbooks.photo),
    "no_rows": ("名单.xlsx", workbooks.header_only),
    "no_known_table": ("菜谱.xlsx", workbooks.unknown),
    "file_too_large": ("名单.xlsx", workbooks.zip_bomb),
}


@pytest.fixture(scope="module")
def full_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with a roster in it, made once."""
    folder = tmp_path_factory.mktemp("full")
    workbooks.roster(folder / "名册.xlsx")
    assert jingzhun("import", "名册.xlsx", *TODAY, folder=folder).status == 0
    return folder / "jingzhun.db"


@pytest.fixture
def folder(full_ledger: Path, tmp_path: Path) -> Path:
    """A folder with that ledger in it."""
    shutil.copy(full_ledger, tmp_path / "jingzhun.db")
    return tmp_path


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refused(folder: Path, *words: object, code: str, **settings) -> Said:
    """Run an import that must fail and must not touch the ledger."""
    before = fingerprint(folder / "jingzhun.db")
    said = jingzhun("import", *words, *TODAY, "--format", "json", folder=folder, **settings)
    assert_one_message(said)
    assert said.json["error"]["code"] == code
    assert fingerprint(folder / "jingzhun.db") == before
    assert {path.name for path in folder.iterdir()} & {"jingzhun.db-journal"} == set()
    return said


@pytest.mark.parametrize("code", FILES)
def test_a_file_that_is_no_list_leaves_the_ledger_as_it_was(folder, code):
    name, make = FILES[code]
    path = make(folder / name)
    said = refused(folder, path.name, code=code)
    assert path.name in said.err
    [file] = said.json["files"]
    assert file["file"] == name
    assert file["import"] is None
    assert file["error"] == said.json["error"]


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".csv"])
def test_bytes_of_no_format_are_refused(folder, suffix):
    path = workbooks.noise(folder / f"乱{suffix}")
    before = fingerprint(folder / "jingzhun.db")
    assert_one_message(jingzhun("import", path.name, *TODAY, folder=folder))
    assert fingerprint(folder / "jingzhun.db") == before


def test_a_missing_file_is_said_to_be_missing(folder):
    said = refused(folder, "没有.xlsx", code="file_missing")
    assert "没有.xlsx" in said.err


def test_a_folder_is_no_file(folder):
    (folder / "名单").mkdir()
    refused(folder, "名单", code="file_is_directory")


def test_a_path_under_a_file_cannot_be_read(folder):
    workbooks.roster(folder / "名单.xlsx")
    refused(folder, "名单.xlsx/里面.xlsx", code="file_forbidden")


@pytest.mark.skipif(sys.platform != "linux", reason="permissions and capabilities of Linux")
def test_a_file_without_permission_is_said_to_be_closed(folder):
    path = workbooks.roster(folder / "名单.xlsx")
    path.chmod(0)
    if os.geteuid() == 0 and not _can_give_up_override():
        pytest.skip("a superuser who cannot give up reading everything")
    refused(folder, path.name, code="file_forbidden", preexec_fn=_give_up_override)


def _give_up_override() -> None:
    """Give up a superuser's right to read what it may not: PR_CAPBSET_DROP of two capabilities."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, capability, 0, 0, 0)


def _can_give_up_override() -> bool:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)
        os.write(writer, b"y" if status == 0 else b"n")
        os._exit(0)
    os.waitpid(child, 0)
    return os.read(reader, 1) == b"y"


def test_a_million_blank_formatted_rows_are_no_rows(tmp_path):
    path = workbooks.blank_formatted(tmp_path / "名单.xlsx")
    said = jingzhun("import", path.name, *TODAY, "--format", "json", folder=tmp_path)
    assert said.status == 0, said
    [sheet] = said.json["files"][0]["sheets"]
    assert (sheet["rows"], sheet["added"]) == (3, 3)


def test_a_bad_file_does_not_stop_the_good_ones(tmp_path):
    workbooks.roster(tmp_path / "甲.xlsx", [workbooks.pupil(1)])
    workbooks.photo(tmp_path / "乙.xls")
    workbooks.roster(tmp_path / "丙.xlsx", [workbooks.pupil(2)])
    said = jingzhun(
        "import", "甲.xlsx", "乙.xls", "丙.xlsx", *TODAY, "--format", "json", folder=tmp_path
    )
    assert_one_message(said)
    assert [file["import"] is not None for file in said.json["files"]] == [True, False, True]
    assert [file["error"] is None for file in said.json["files"]] == [True, False, True]


# --- the ledger ---------------------------------------------------------------------------------


def test_a_ledger_that_is_none_is_left_alone(tmp_path):
    workbooks.roster(tmp_path / "名册.xlsx")
    (tmp_path / "jingzhun.db").write_text("这是一封信")
    refused(tmp_path, "名册.xlsx", code="ledger_not_a_ledger")


def test_another_programs_database_is_left_alone(tmp_path):
    workbooks.roster(tmp_path / "名册.xlsx")
    with closing(sqlite3.connect(tmp_path / "jingzhun.db")) as other:
        other.execute("CREATE TABLE letters (text)")
        other.commit()
    refused(tmp_path, "名册.xlsx", code="ledger_not_a_ledger")


def test_a_newer_ledger_is_left_alone(folder):
    workbooks.roster(folder / "名册.xlsx")
    with closing(sqlite3.connect(folder / "jingzhun.db")) as ledger:
        ledger.execute("PRAGMA user_version = 999")
        ledger.commit()
    refused(folder, "名册.xlsx", code="ledger_newer")


def test_a_torn_ledger_is_said_to_be_damaged(folder):
    workbooks.roster(folder / "新.xlsx", [workbooks.pupil(9)])
    path = folder / "jingzhun.db"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    refused(folder, "新.xlsx", code="ledger_damaged")


def test_a_ledger_locked_by_another_process_is_waited_for_then_left_alone(folder):
    workbooks.roster(folder / "新.xlsx", [workbooks.pupil(9)])
    # A process of its own: reading the file in the lock's process would drop the lock.
    program = (
        "import sqlite3, sys\n"
        "ledger = sqlite3.connect('jingzhun.db', isolation_level=None)\n"
        "ledger.execute('BEGIN IMMEDIATE')\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline()
        refused(folder, "新.xlsx", code="ledger_locked")
        other.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of a file there")
def test_a_full_disk_leaves_the_ledger_as_it_was(folder):
    workbooks.roster(folder / "新.xlsx", [workbooks.pupil(order) for order in range(10, 900)])
    size = (folder / "jingzhun.db").stat().st_size

    def no_room() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    refused(folder, "新.xlsx", "--accept-changes", code="ledger_disk_full", preexec_fn=no_room)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of a file there")
def test_a_full_disk_stops_all_files_with_one_message_that_names_them(folder):
    names = [f"{number}.xlsx" for number in "甲乙丙丁"]
    for at, name in enumerate(names[1:]):
        rows = [workbooks.pupil(order + at * 300) for order in range(10, 310)]
        workbooks.roster(folder / name, rows)
    workbooks.photo(folder / names[0])
    size = (folder / "jingzhun.db").stat().st_size

    def no_room() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    words = ("--accept-changes", *TODAY)
    said = jingzhun(
        "import", *names[1:], *words, "--format", "json", folder=folder, preexec_fn=no_room
    )
    assert_one_message(said)
    assert "没有导入的：乙.xlsx、丙.xlsx、丁.xlsx。" in said.err
    assert {file["error"]["code"] for file in said.json["files"]} == {"ledger_disk_full"}
    said = jingzhun("import", *names, *words, folder=folder, preexec_fn=no_room)
    assert said.err.count("出错：") == 2, said


def test_a_folder_is_no_ledger(tmp_path):
    workbooks.roster(tmp_path / "名册.xlsx")
    said = jingzhun("import", "名册.xlsx", "--db", ".", "--format", "json", folder=tmp_path)
    assert_one_message(said)
    assert said.json["error"]["code"] == "ledger_not_a_ledger"


def test_a_result_that_cannot_be_written_is_said_so(folder):
    said = jingzhun("imports", "list", "--out", "没有/表.csv", folder=folder)
    assert_one_message(said)
    assert "没有/表.csv" in said.err
