"""The house rules that no linter holds; each failure names the remedy."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jingzhun.core import (
    kindergartens,
    payment_vocabulary,
    policy_vocabulary,
    report_vocabulary,
    rota,
    secondments,
    vocabulary,
)
from jingzhun.core.labels import Labelled

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "jingzhun"
MODULES = sorted(PACKAGE.rglob("*.py"))
FOLDERS = ("src", "tests", "migrations", "benchmarks", "samples", "docs")
FILES = [
    ROOT / "dev.py",
    *sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")),
]

LONGEST_FILE = 400
LONGEST_FUNCTION = 70

# Only the command line knows what day it is.
CLOCKS = {"date.today", "datetime.today", "datetime.now", "datetime.utcnow", "time.time"}
# The engine stamps the name of a backup copy with the true clock: a file name is not a fact.
CLOCK_KEEPERS = {"cli", "store/engine.py"}

# A comma, colon or bracket beside a Chinese character.
HALF_WIDTH = re.compile("(?<=[\u3400-\u9fff”])[,;:(]|[,;:)](?=[\u3400-\u9fff“。])")

# Rooms through which money passes.
MONEY_ROOMS = ("core", "services", "store")
# What it hands to a solver of equations is no money.
MONEYLESS = {"services/pairing/solver.py"}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Give each call as its dotted name and line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_no_file_is_longer_than_a_reader_can_hold(path):
    if path.parent.name == "versions":
        return  # a migration is written once and never read again
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= LONGEST_FILE, (
        f"{_name(path)} has {length} lines, the house allows {LONGEST_FILE}: "
        "split it where its docstring says “and”"
    )


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_no_function_is_longer_than_a_screen(path):
    if path.parent.name == "versions":
        return
    for function in _functions(_tree(path)):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= LONGEST_FUNCTION, (
            f"{_name(path)}:{function.lineno} {function.name} has {length} lines, the house allows "
            f"{LONGEST_FUNCTION}: give each step a function of its own"
        )


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_clock_is_read_below_the_command_line(path):
    if _room(path) in CLOCK_KEEPERS or path.relative_to(PACKAGE).as_posix() in CLOCK_KEEPERS:
        return
    for call, line in _calls(_tree(path)):
        assert call not in CLOCKS, (
            f"{_name(path)}:{line} calls {call}: take the day or moment as an argument; "
            "cli/desk.py reads the clock once"
        )


@pytest.mark.parametrize(
    "path", [path for path in MODULES if _room(path) in MONEY_ROOMS], ids=_name
)
def test_money_never_becomes_a_float(path):
    if path.relative_to(PACKAGE).as_posix() in MONEYLESS:
        return
    tree = _tree(path)
    for call, line in _calls(tree):
        assert call not in {"float", "round"}, (
            f"{_name(path)}:{line} calls {call}(): money is integer fen; "
            "use core.money.parse_yuan, allocate or integer arithmetic"
        )
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            left = ast.unparse(node.left)
            assert "Path" in left or "path" in left or "folder" in left or "package" in left, (
                f"{_name(path)}:{node.lineno} divides with /: use // or core.money.allocate"
            )


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_every_module_says_what_it_is_for(path):
    text = path.read_text(encoding="utf-8")
    if not text:
        return
    words = ast.get_docstring(_tree(path)) or ""
    assert words, f"{_name(path)} has no docstring: say what the room does, what goes in and out"
    assert words.isascii() or any("a" <= letter <= "z" for letter in words), (
        f"{_name(path)}: a module's docstring is English; Chinese is for what users read"
    )


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_nothing_is_left_undone(path):
    if path == Path(__file__):
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        for mark in ("TODO", "FIXME", "XXX", "raise NotImplementedError"):
            assert mark not in line, (
                f"{_name(path)}:{number} says {mark}: do it now, or file it as an issue"
            )


@pytest.mark.parametrize(
    "words",
    [
        words
        for module in (
            vocabulary,
            policy_vocabulary,
            kindergartens,
            payment_vocabulary,
            report_vocabulary,
            rota,
            secondments,
        )
        for words in vars(module).values()
        if isinstance(words, type) and issubclass(words, Labelled) and words is not Labelled
    ],
)
def test_every_code_has_a_chinese_label_and_no_label_stands_twice(words):
    labels = [word.label for word in words]
    for word in words:
        assert word.value.isascii(), f"{word!r}: codes are English, they are the JSON contract"
        assert not word.label.isascii(), f"{word!r} needs a Chinese label for people"
    assert len(set(labels)) == len(labels), f"{words.__name__} gives two codes the same label"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_chinese_sentence_has_chinese_punctuation(path):
    for node in ast.walk(_tree(path)):
        if not isinstance(node, ast.Constant | ast.JoinedStr):
            continue
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        words = "".join(
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "…"
            for part in parts
        )
        if not words.endswith("。"):
            continue
        slip = HALF_WIDTH.search(words)
        assert slip is None, (
            f"{_name(path)}:{node.lineno} has a half-width {slip[0]!r} in “{words}”: "
            "in a Chinese sentence write ，；：（）"
        )


def test_no_module_imports_click():
    for path in MODULES:
        for node in ast.walk(_tree(path)):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                assert name.split(".")[0] != "click", (
                    f"{_name(path)} imports click: typer carries its own, use typer's names"
                )
                assert "typer._click" not in name, (
                    f"{_name(path)} imports typer's private copy of click: use typer's names"
                )


def test_lock_names_exact_versions_and_no_host():
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        assert "==" in line, f"requirements.lock: {line} is no exact version: run make lock"
        assert "//" not in line, f"requirements.lock names a host: run make lock ({line})"
