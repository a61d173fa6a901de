"""Every error ends in one Chinese message with a remedy and the right exit status."""

import os
import shutil
import subprocess
import sys
from datetime import date

import pytest
import typer

from jingzhun.cli.boundary import Tree, complain, explained
from jingzhun.errors import ExitStatus, JingzhunError
from tests.builders import id_number
from tests.cli.terminal import ROOT, assert_one_message, jingzhun

USAGE = [
    (("repport",), "no_such_command", "report"),
    (("report", "--knd", "x"), "no_such_option", "--kind"),
    (("--db", "x", "report"), "no_such_option", "命令名后面"),
    (("set",), "missing_argument", "例如 jingzhun set"),
    (("import",), "missing_argument", "例如 jingzhun import 学籍.xlsx"),
    (("report",), "report_missing", "例如 jingzhun report"),
    (("report", "dropouts"), "report_unknown", "roster    名册　"),
    (("imports", "show", "三"), "bad_value", "请写成 3"),
    (("imports", "list", "--db"), "bad_option", "--help"),
    (("imports", "list", "--quiet=1"), "bad_option", "--help"),
    (("imports", "list", "--on", "明天"), "bad_value", "2026-11-24"),
    (("imports", "list", "--format", "pdf"), "bad_value", "json"),
    (("subsidy", "--month", "2026-11", "--term", "2026秋"), "bad_value", "一个"),
    (("db", "info", "多余"), "extra_argument", "--help"),
]


@pytest.mark.parametrize(("words", "code", "expected"), USAGE, ids=str)
def test_wrong_usage_says_what_was_expected(tmp_path, words, code, expected):
    said = jingzhun(*words, folder=tmp_path)
    assert_one_message(said, status=ExitStatus.WRONG_USAGE)
    assert expected in said.err
    assert not said.out


@pytest.mark.parametrize(
    ("words", "code"),
    [(words, code) for words, code, _ in USAGE if not {"pdf", "--db"} & set(words)],
    ids=str,
)
def test_wrong_usage_is_json_for_who_asks_for_json(tmp_path, words, code):
    said = jingzhun(*words, "--format=json", folder=tmp_path)
    assert said.status == ExitStatus.WRONG_USAGE
    assert said.json.keys() == {"error"}
    assert said.json["error"].keys() == {"code", "reason", "remedy"}
    assert said.json["error"]["code"] == code


def test_an_id_that_is_too_much_is_masked(tmp_path):
    number = id_number(date(2014, 5, 6), 1)
    said = jingzhun("db", "info", number, "--format", "json", folder=tmp_path)
    assert number not in said.out + said.err


def test_no_command_shows_the_help_and_is_wrong_usage(tmp_path):
    said = jingzhun(folder=tmp_path)
    assert said.status == ExitStatus.WRONG_USAGE
    assert "命令：" in said.err
    assert not said.out


def test_a_missing_ledger_says_where_it_looked_and_what_to_do(tmp_path):
    said = jingzhun("imports", "list", "--format", "json", folder=tmp_path)
    assert_one_message(said)
    assert said.json["error"]["code"] == "ledger_missing"
    assert str(tmp_path / "jingzhun.db") in said.err
    assert "jingzhun import" in said.err
    assert list(tmp_path.iterdir()) == []


def test_the_environment_names_ledger_and_actor(tmp_path):
    said = jingzhun("db", "info", folder=tmp_path, env={"JINGZHUN_DB": "elsewhere.db"})
    assert said.status == 0
    assert (tmp_path / "elsewhere.db").exists()
    assert "elsewhere.db" in said.err


def test_an_unforeseen_error_is_one_line_with_its_place_and_no_values(capsys):
    number = "629999201405060018"
    status = complain(ValueError(number), [])
    words = capsys.readouterr()
    assert status == ExitStatus.CANNOT_GO_ON
    assert "ValueError" in words.err
    assert "没有写日志" in words.err
    assert number not in words.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), "interrupted"),
        (MemoryError(), "out_of_memory"),
        (OSError(28, "No space left on device", "x"), "system_error"),
        (RuntimeError(), "internal_error"),
        (JingzhunError("own", "因", "法"), "own"),
    ],
    ids=str,
)
def test_every_exception_has_a_code_a_reason_and_a_remedy(error, code):
    told = explained(error)
    assert told.code == code
    assert told.reason
    assert told.remedy


def test_who_presses_ctrl_c_is_told_that_nothing_was_booked(capsys):
    tree = typer.Typer(cls=Tree)

    @tree.command()
    def wait() -> None:
        raise KeyboardInterrupt

    tree.command("other")(lambda: None)
    with pytest.raises(SystemExit) as ended:
        tree(["wait"])
    assert ended.value.code == ExitStatus.CANNOT_GO_ON
    assert "没有入账" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("head") is None, reason="needs a pipe that closes early")
def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    jingzhun("db", "info", folder=tmp_path)
    read_end, write_end = os.pipe()
    os.close(read_end)
    ran = subprocess.run(
        [sys.executable, "-m", "jingzhun", "db", "info"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        stdout=write_end,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write_end)
    assert ran.stderr == b""
    assert ran.returncode == ExitStatus.CANNOT_GO_ON


def test_a_console_that_lacks_a_character_ends_no_command(tmp_path):
    said = jingzhun("db", "info", folder=tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert said.status == 0
    assert "账本" in said.out
