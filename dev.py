"""Set the project up and run it with nothing but Python and a package registry.

    python3 dev.py walk     install, then run the README's walk on the samples in a fresh folder
    python3 dev.py check    install, then format, lint, types, layers, tests
    python3 dev.py docs     write docs/commands.md and docs/problems.md anew

Standard library only. Everything goes into ``.venv`` beside this file, in the versions of
``requirements.lock``; it is made anew when the lock changes.
"""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python meets first
    sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
WALK = ROOT / "walk"

# What a developer's shell may carry and a fresh machine has not.
_LEFTOVERS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "JINGZHUN_DB", "JINGZHUN_ACTOR")

CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "format", "--check"),
    ("ruff", "check"),
    ("mypy",),
    ("lint-imports",),
    ("pytest", "-n", "2"),
)
_PASSES = (0, 3)  # 3: done, but rows were refused — the samples are dirty on purpose


def main() -> int:
    """Run one of the commands; give its exit status."""
    commands = {"walk": walk, "check": check, "docs": docs}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        print(__doc__)
        return 2
    install()
    return commands[sys.argv[1]]()


def install() -> None:
    """Make ``.venv`` and fill it from the lock, unless it stands already."""
    wanted = hashlib.sha256(
        b"".join((ROOT / name).read_bytes() for name in ("requirements.lock", "pyproject.toml"))
        + sys.version.encode()
    ).hexdigest()
    stamp = VENV / "stamp"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print("Installing into .venv …", flush=True)
    pip = _pip()
    _do(*pip, "install", "-r", "requirements.lock")
    # The build tool is in the lock: no second environment with versions of its own.
    _do(*pip, "install", "--no-deps", "--no-build-isolation", "-e", ".")
    # Start-up is measured with compiled modules, and some shells forbid writing them on import.
    _do(PYTHON, "-m", "compileall", "-q", "src", "migrations")
    stamp.write_text(wanted)


def _pip() -> list[str | Path]:
    """Make the environment; give its pip, or ours on its behalf where ensurepip is missing."""
    settings = ["--quiet", "--disable-pip-version-check"]
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV], check=False, capture_output=True, text=True
    )
    if made.returncode == 0:
        return [PYTHON, "-m", "pip", *settings]
    _do(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
    ours: list[str | Path] = [sys.executable, "-m", "pip", "--python", PYTHON, *settings]
    if subprocess.run([*ours, "list"], check=False, capture_output=True).returncode:
        sys.exit(f"This Python has neither ensurepip nor pip:\n{made.stdout}{made.stderr}")
    return ours


def walk() -> int:
    """Run the README's walk, line by line, on the samples in a fresh folder."""
    shutil.rmtree(WALK, ignore_errors=True)
    take_samples(WALK)
    for words in walk_lines():
        print(f"\n$ {shlex.join(words)}", flush=True)
        ran: list[str | Path] = [SCRIPTS / words[0], *expanded(words[1:], WALK)]
        status = subprocess.run(ran, cwd=WALK, env=_clean(), check=False).returncode
        if status not in _PASSES:
            print(f"exit status {status}")
            return 1
    return 0


def take_samples(folder: Path) -> None:
    """Copy the sample workbooks into ``folder``/samples, without what made them."""
    unwanted = shutil.ignore_patterns("*.py", "__pycache__", "expected")
    shutil.copytree(ROOT / "samples", folder / "samples", ignore=unwanted)


def walk_lines() -> Iterator[list[str]]:
    """Give the commands of the README's walk as words."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"```sh walk\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("jingzhun "):
                yield shlex.split(line, comments=True)


def expanded(words: Sequence[str], folder: Path) -> Iterator[str]:
    """Give the words with each ``*`` replaced by the files it stands for, as a shell does."""
    for word in words:
        found = (path.relative_to(folder).as_posix() for path in folder.glob(word))
        yield from sorted(found) if "*" in word else (word,)


def check() -> int:
    """Run every check in order; stop at the first that fails."""
    for tool, *words in CHECKS:
        print(f"\n$ {tool} {' '.join(words)}", flush=True)
        status = subprocess.run([SCRIPTS / tool, *words], cwd=ROOT, env=_clean(), check=False)
        if status.returncode:
            return status.returncode
    return 0


def docs() -> int:
    """Write the generated pages of ``docs/`` anew."""
    return subprocess.run(
        [PYTHON, "docs/generate.py"], cwd=ROOT, env=_clean(), check=False
    ).returncode


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _LEFTOVERS}


def _do(*words: str | Path) -> None:
    status = subprocess.run(words, cwd=ROOT, env=_clean(), check=False).returncode
    if status:
        sys.exit(f"failed ({status}): {shlex.join(map(str, words))}")


if __name__ == "__main__":
    sys.exit(main())
