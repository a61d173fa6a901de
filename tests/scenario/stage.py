"""Play a story written in Markdown through the command line, in this process.

A heading ``## 2026-09-01 …`` begins a day: until the next one every command runs ``--on`` it. In a
block marked ``console`` a line after ``$`` is a command, and what follows it is what must come out:
both streams as a person sees them, then the exit status in brackets where it is not 0. A command
that ends in ``> NAME`` is a report, whose text stands in ``goldens/DAY/NAME.txt``; of what goes to
``/dev/null`` only a failure is told. The words
``{case:何小军}`` stand for the number of a child's case, ``{import:名册.xlsx}`` for that of a list;
``bank`` is no command of the program but what the bank does with a payment file.
"""

import contextlib
import io
import json
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any
from unittest.mock import patch

import typer

from jingzhun.cli import desk
from jingzhun.cli.tree import grown
from tests.scenario.bank import answer

HERE = Path(__file__).parent
GOLDENS = HERE / "goldens"

_DAY = re.compile(r"## (\d{4}-\d\d-\d\d) ")
_NAMED = re.compile(r"\{(case|import):(.+?)\}")
_GOLDEN = re.compile(r" > (\S+)$")


@dataclass(kw_only=True)
class Scene:
    """One command of the story: its day, its words, and what the story says comes of it."""

    day: str
    line: str
    at: int
    expected: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """The words typed, without the name of the golden."""
        return shlex.split(_GOLDEN.sub("", self.line))

    @property
    def golden(self) -> Path | None:
        """The file that holds what comes out, where it is not in the story itself."""
        found = _GOLDEN.search(self.line)
        return GOLDENS / self.day / f"{found[1]}.txt" if found and not self.is_quiet else None

    @property
    def is_quiet(self) -> bool:
        """Say that nothing is told of it when it is done."""
        return self.line.endswith(" > /dev/null")


def scenes(text: str) -> Iterator[Scene]:
    """Give the commands of a story, in their order."""
    day, scene, inside = "", None, False
    for at, line in enumerate(text.splitlines()):
        if found := _DAY.match(line):
            day = found[1]
        elif line.startswith("```"):
            if scene:
                yield scene
            scene, inside = None, line == "```console"
        elif inside and line.startswith("$ "):
            if scene:
                yield scene
            scene = Scene(day=day, line=line[2:], at=at)
        elif scene:
            scene.expected.append(line)


def retold(text: str, heard: dict[int, list[str]]) -> str:
    """Give the story with what was heard after each command, by the line of the command."""
    lines: list[str] = []
    skipping = False
    for at, line in enumerate(text.splitlines()):
        skipping = skipping and not line.startswith(("$ ", "```"))
        if not skipping:
            lines.append(line)
        if at in heard:
            lines += heard[at]
            skipping = True
    return "\n".join(lines) + "\n"


def _clock_of(day: str) -> type[datetime]:
    """Give the clock of a day of the story, on which it is always nine in the morning."""
    morning = datetime.fromisoformat(f"{day}T01:00:00+00:00")

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls.fromtimestamp(morning.timestamp(), tz)

    return Clock


class Stage:
    """A folder with a ledger, and the program in this process; ``uttered`` is all that it said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uttered: list[str] = []
        self._program = typer.main.get_command(grown())

    def say(self, *words: str, day: str) -> tuple[str, int]:
        """Run a command on a day; give both streams as a screen shows them, and the exit status."""
        stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        kept, status = sys.argv, 0
        sys.argv = ["jingzhun", *words, "--on", day]
        try:
            with (
                patch.object(desk, "datetime", _clock_of(day)),
                contextlib.chdir(self.folder),
                contextlib.redirect_stdout(stream),
                contextlib.redirect_stderr(stream),
            ):
                self._program.main()
        except SystemExit as left:
            status = int(left.code or 0)
        finally:
            sys.argv = kept
        stream.seek(0)
        said = stream.read().replace(str(self.folder), "…")
        self.uttered.append(said)
        return said, status

    def ask(self, *words: str, day: str) -> Any:
        """Run a command that looks; give its JSON."""
        said, status = self.say(*words, "--format", "json", "--quiet", day=day)
        assert status == 0, said
        return json.loads(said)

    def play(self, scene: Scene, turned: Callable[[list[str]], list[str]] = list) -> list[str]:
        """Run a scene's command on its day; give the lines that came of it.

        ``turned`` may put the files of an import into another order.
        """
        if scene.words[0] == "bank":
            return [self._bank(scene)]
        line = [_NAMED.sub(self._number, word) for word in turned(scene.words)]
        said, status = self.say(*line, day=scene.day)
        lines = [each.rstrip() for each in said.splitlines() if status or not scene.is_quiet]
        return [*lines, f"[{status}]"] if status else lines

    def _bank(self, scene: Scene) -> str:
        sent, reply, *refused = scene.words[1:]
        day, whys = date.fromisoformat(scene.day), dict(each.split("=") for each in refused)
        return answer(self.folder / sent, self.folder / reply, day, whys)

    def _number(self, found: re.Match[str]) -> str:
        what, name = found.groups()
        if what == "case":
            cases = self.ask("case", "list", "--all", day="2027-08-31")["cases"]
            [number] = [case["case"] for case in cases if case["name"] == name]
        else:
            imports = self.ask("imports", "list", day="2027-08-31")["imports"]
            [number] = [each["import"] for each in imports if each["file"] == name]
        return str(number)
