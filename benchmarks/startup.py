"""How long the short commands take, against ``python -c pass``: the bars of the plan.

    python benchmarks/startup.py [LEDGER]

The ratio of the medians of many runs, taken in turn within one run of this program, so that a busy
machine slows both sides alike. Run it in the environment that ``dev.py`` makes: a package manager
compiles what it installs, and modules that must be compiled at every start measure the compiler.
Without a ledger, ``report pairing`` is measured on the samples, imported first.
"""

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 31
JINGZHUN = Path(sys.executable).with_name("jingzhun.exe" if os.name == "nt" else "jingzhun")


def seconds(words: list[str]) -> float:
    """Give the wall time of one run."""
    start = time.perf_counter()
    subprocess.run(
        words,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def main() -> int:
    """Measure and print; exit 1 when a bar is missed."""
    compileall.compile_dir(ROOT / "src", quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        ledger = sys.argv[1] if len(sys.argv) > 1 else sample_ledger(Path(folder))
        bars = {
            "--version": ([str(JINGZHUN), "--version"], 2),
            "--help": ([str(JINGZHUN), "--help"], 15),
            "report pairing": ([str(JINGZHUN), "report", "pairing", "--db", ledger], 40),
        }
        return measure(bars)


def sample_ledger(folder: Path) -> str:
    """Give a ledger with the samples in it."""
    ledger = folder / "samples.db"
    files = sorted(str(path) for path in (ROOT / "samples").glob("0*"))
    subprocess.run(
        [str(JINGZHUN), "import", *files, "--db", str(ledger), "--quiet"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return str(ledger)


def measure(bars: dict[str, tuple[list[str], int]]) -> int:
    """Time everything in turn, print the ratios; give 1 when one is above its bar."""
    runs = {"python -c pass": [sys.executable, "-c", "pass"]}
    runs |= {name: words for name, (words, _bar) in bars.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _round in range(ROUNDS):
        for name, words in runs.items():
            times[name].append(seconds(words))
    base = statistics.median(times["python -c pass"])
    print(f"python -c pass  {base * 1000:.1f} ms, {ROUNDS} runs each")
    missed = 0
    for name, (_words, bar) in bars.items():
        ratio = statistics.median(times[name]) / base
        missed |= ratio > bar
        print(f"{name:15} {ratio:5.1f} ×  bar {bar} ×  {'ok' if ratio <= bar else 'MISSED'}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
