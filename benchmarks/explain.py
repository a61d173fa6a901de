"""Explaining one pupil of a million, against the start of the program.

``python benchmarks/explain.py [--pupils N] [--rounds R] [--folder DIR]`` builds the ledger of
``month.py`` once, with absences, meal days and a run besides, then runs in turns ``db info`` on an
empty ledger (the program started, its database opened) and ``explain`` of one pupil: by id number,
by name, and a whole term. Prints the ratios of the medians (bar: 3).
"""

import argparse
import compileall
import os
import sqlite3
import statistics
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from month import build
from startup import JINGZHUN, seconds

ROOT = Path(__file__).resolve().parent.parent
BAR = 3
#: Of one pupil in seven an absence and a count of meals.
_DAYS = (
    """INSERT INTO absence (person_id, day, sheet_id, row_number)
    SELECT id, '2026-11-05', 1, id FROM person WHERE id % 7 = 0""",
    """INSERT INTO meal_days (person_id, school_id, month, days, sheet_id, row_number)
    SELECT person_id, school_id, 202611, 19, 1, person_id FROM enrolment
    WHERE person_id % 7 = 0 AND valid_from < '2026-11-01'""",
)


def furnish(path: Path, pupils: int) -> None:
    """Build the county, with days and a run in it."""
    from jingzhun.core.terms import Month
    from jingzhun.services.subsidy.runs import compute
    from jingzhun.store.engine import open_ledger

    build(path, pupils)
    with sqlite3.connect(path) as ledger:
        for statement in _DAYS:
            ledger.execute(statement)
    opened = open_ledger(str(path))
    with opened.write() as session:
        compute(
            session,
            [Month(2026, 11)],
            period="2026-11",
            today=date(2026, 11, 24),
            actor="基准",
            os_user="benchmark",
            recorded_at=datetime(2026, 11, 24, tzinfo=UTC),
        )
    opened.close()


def main() -> int:
    """Measure and print; give 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pupils", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    compileall.compile_dir(ROOT / "src", quiet=1)
    with tempfile.TemporaryDirectory() as name:
        folder = given.folder or Path(name)
        ledger, empty = folder / f"explain-{given.pupils}.db", Path(name) / "empty.db"
        if not ledger.exists():
            furnish(ledger, given.pupils)
        words = _words(ledger, empty, given.pupils // 7 * 7 - 7)
        times: dict[str, list[float]] = {kind: [] for kind in words}
        for _ in range(given.rounds):
            for kind, line in words.items():
                times[kind].append(seconds(line))
    return _say(times, given.pupils)


def _words(ledger: Path, empty: Path, pupil: int) -> dict[str, list[str]]:
    run = [str(JINGZHUN)] if JINGZHUN.exists() else [sys.executable, "-m", "jingzhun"]
    shared = ["--db", str(ledger), "--on", "2026-11-24"]
    by_id = [*run, "explain", f"629999{pupil:012d}"]
    return {
        "start": [*run, "db", "info", "--db", str(empty)],
        "by id number": [*by_id, "--month", "2026-11", *shared],
        "by name": [*run, "explain", f"学生{pupil}", "--month", "2026-11", *shared],
        "a term": [*by_id, "--term", "2026秋", *shared],
    }


def _say(times: dict[str, list[float]], pupils: int) -> int:
    medians = {kind: statistics.median(found) for kind, found in times.items()}
    start = medians.pop("start")
    print(f"{pupils:,} pupils; the program starts in {start * 1000:.0f} ms")
    missed = 0
    for kind, median in medians.items():
        missed |= median > BAR * start
        print(f"explain {kind:13} {median * 1000:5.0f} ms  {median / start:.2f} × (bar {BAR} ×)")
    return int(missed)


if __name__ == "__main__":
    os.environ.pop("JINGZHUN_DB", None)
    sys.exit(main())
