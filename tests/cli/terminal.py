"""The command line as a person and a program meet it: a process, its two streams, its status."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def jingzhun(*words: object, folder: Path, **settings: Any) -> Said:
    """Run a command in a folder, without the developer's environment."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JINGZHUN", "COLUMNS"))
    }
    kept |= {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100"} | settings.pop("env", {})
    ran = subprocess.run(
        [sys.executable, "-m", "jingzhun", *map(str, words)],
        cwd=folder,
        env=kept,
        capture_output=True,
        check=False,
        timeout=120,
        stdin=subprocess.DEVNULL,
        **settings,
    )
    return Said(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def assert_one_message(said: Said, *, status: int = 1) -> None:
    """Hold what every error promises: one Chinese message, what to do, no traceback."""
    assert said.status == status, said
    assert said.err.count("出错：") == 1, said
    assert said.err.count("办法：") == 1, said
    assert "Traceback" not in said.err + said.out
    assert "内部出错" not in said.err, said
