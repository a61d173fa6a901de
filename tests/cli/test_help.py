"""What the help says, and what it must not load to say it."""

import subprocess
import sys

import pytest

from jingzhun import __version__
from jingzhun.cli.layout import wrapped
from jingzhun.render.words import width
from tests.cli.terminal import ROOT, jingzhun

HEAVY = {"sqlalchemy", "alembic", "pandas", "numpy", "rich", "openpyxl", "python_calamine"}
HEAVY |= {"xlsxwriter", "xlrd", "chinese_calendar", "sqlite3", "asyncio", "pydantic"}


def modules_after(word: str) -> set[str]:
    """Give the top-level modules that a command leaves loaded."""
    program = (
        "import sys\n"
        "from jingzhun.cli import main\n"
        f"sys.argv = ['jingzhun', {word!r}]\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "print('MODULES', *{name.split('.')[0] for name in sys.modules})\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT / "src",
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )
    return set(ran.stdout.rpartition("MODULES ")[2].split())


def test_version_loads_nothing_but_python():
    assert not modules_after("--version") & (HEAVY | {"typer", "re", "dataclasses"})


def test_help_loads_neither_database_nor_workbooks():
    loaded = modules_after("--help")
    assert not loaded & HEAVY
    assert "typer" in loaded


def test_version_is_the_packages(tmp_path):
    said = jingzhun("--version", folder=tmp_path)
    assert (said.status, said.out) == (0, f"jingzhun {__version__}\n")


@pytest.mark.parametrize(
    "words",
    [(), ("import",), ("imports",), ("imports", "list"), ("imports", "show"), ("find",),
     ("match",), ("match", "review"), ("match", "confirm"), ("match", "reject"), ("match", "list"),
     ("policy",), ("policy", "list"), ("policy", "show"), ("policy", "use"), ("policy", "check"),
     ("policy", "preview"),
     ("fund",), ("fund", "receive"), ("fund", "opening"), ("fund", "reverse"), ("fund", "close"),
     ("fund", "balance"), ("fund", "journal"), ("fund", "export"),
     ("subsidy",), ("explain",), ("report",), ("check",), ("db",), ("db", "info"),
     ("visit",), ("visit", "add"), ("visit", "list"), ("pair", "give"), ("pair", "plan"),
     ("pair", "checklist"), ("pair", "income")],
    ids=" ".join,
)  # fmt: skip
def test_every_command_helps_in_chinese_and_takes_the_shared_options(tmp_path, words):
    said = jingzhun(*words, "--help", folder=tmp_path)
    assert said.status == 0
    assert said.out.startswith("用法：jingzhun")
    for english in ("Usage", "Options", "Commands", "Arguments", "Show this", "[OPTIONS]"):
        assert english not in said.out
    if words not in {(), ("imports",), ("match",), ("fund",), ("db",), ("policy",), ("visit",)}:
        for option in ("--db", "--by", "--on", "--format", "--out", "--show-ids", "--quiet"):
            assert option in said.out


def test_help_lines_fit_the_screen_though_chinese_is_twice_as_wide(tmp_path):
    said = jingzhun("import", "--help", folder=tmp_path, env={"COLUMNS": "60"})
    assert max(width(line) for line in said.out.splitlines()) <= 62  # closing marks may hang


def test_a_line_breaks_between_chinese_characters_and_never_before_a_full_stop():
    assert list(wrapped("名单上没有的人，到此为止。", 14)) == ["名单上没有的人，", "到此为止。"]
    assert list(wrapped("用 jingzhun import 导入", 9)) == ["用", "jingzhun", "import 导", "入"]
