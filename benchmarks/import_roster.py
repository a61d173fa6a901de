"""A poor-student list of 100,000 rows and 20 columns, against reading it and plain inserts.

``python benchmarks/import_roster.py [--rows N] [--rounds R] [--folder DIR]`` writes the workbook
once (``samples/big.py``), then runs in turns, each in a process of its own:

- *limit*: python-calamine ``to_python`` on the file, then ``sqlite3.executemany`` of the very rows
  that our import leaves in every table, into a ledger with the same constraints and indices;
- *ours*: ``take_in`` into an empty ledger, commit included;
- *again*: ``take_in`` of the same file into that ledger.

Prints the ratios of the medians (bars: 1.5 and 1.0) and the peak memory of ours (bar: 600 MiB).
On a machine that others use, look at the ratios of processor time, printed beside.
"""

import argparse
import json
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

BAR_FIRST, BAR_AGAIN, BAR_MIB = 1.5, 1.0, 600


def ours(path: Path, workbook: Path) -> tuple[float, float]:
    from jingzhun.services.importing.intake import IntakeOptions, take_in
    from jingzhun.store.engine import open_ledger

    options = IntakeOptions(
        today=date(2026, 11, 24),
        actor="基准",
        os_user="benchmark",
        command="import",
        recorded_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    ledger = open_ledger(str(path))
    with ledger.write():
        pass  # loads the tables of a session that writes: what the program loads is no row's work
    clock = _Clock()
    with ledger.write() as session:
        outcome = take_in(session, workbook, options)
    seconds = clock.read()
    ledger.close()
    [sheet] = outcome.sheets
    print(f"  rows {sheet.rows}: {sheet.added} added, {sheet.changed} changed, {sheet.same} same,"
          f" {sheet.refused} refused", file=sys.stderr)  # fmt: skip
    return seconds


def limit(path: Path, workbook: Path, filled: Path) -> tuple[float, float]:
    from python_calamine import CalamineWorkbook

    with sqlite3.connect(filled) as source:
        tables = _rows_of(source)
    ledger = sqlite3.connect(path, isolation_level=None)
    for pragma in ("foreign_keys = ON", "cache_size = -65536", "synchronous = FULL"):
        ledger.execute(f"PRAGMA {pragma}")
    clock = _Clock()
    CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0).to_python()
    ledger.execute("BEGIN IMMEDIATE")
    for name, rows in tables:
        places = ", ".join("?" * len(rows[0]))
        ledger.executemany(f'INSERT INTO "{name}" VALUES ({places})', rows)
    ledger.execute("COMMIT")
    return clock.read()


def _rows_of(source: sqlite3.Connection) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Give every table's rows, those before that others lead to."""
    from jingzhun.store.schema import Base

    tables = [
        (table.name, source.execute(f'SELECT * FROM "{table.name}"').fetchall())
        for table in Base.metadata.sorted_tables
    ]
    return [(name, rows) for name, rows in tables if rows]


# --- the contest --------------------------------------------------------------------------------


def _contend(name: str, *paths: str) -> None:
    work = {"ours": ours, "again": ours, "limit": limit}[name]
    seconds, processor = work(*map(Path, paths))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "processor": processor, "mib": peak}))


class _Clock:
    """Wall and processor seconds since it was made."""

    def __init__(self) -> None:
        self.started = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self.started[0], time.process_time() - self.started[1]


def _run(name: str, *paths: Path) -> dict[str, float]:
    out = subprocess.run(
        [sys.executable, __file__, "--contend", name, *map(str, paths)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    result: dict[str, float] = json.loads(out)
    print(f"  {name}: {result['seconds']:.2f} s, processor {result['processor']:.2f} s,"
          f" {result['mib']:.0f} MiB", file=sys.stderr)  # fmt: skip
    return result


def _contest(folder: Path, rows: int, rounds: int) -> bool:
    from jingzhun.store.engine import open_ledger
    from samples.big import write_big_roster

    workbook, empty = folder / "贫困学生.xlsx", folder / "empty.db"
    write_big_roster(workbook, rows)
    open_ledger(str(empty), create=True).close()
    results: dict[str, list[dict[str, float]]] = {"ours": [], "again": [], "limit": []}
    for _ in range(rounds):
        path, plain, filled = folder / "ours.db", folder / "limit.db", folder / "filled.db"
        shutil.copyfile(empty, path)
        shutil.copyfile(empty, plain)
        results["ours"].append(_run("ours", path, workbook))
        shutil.copyfile(path, filled)
        results["limit"].append(_run("limit", plain, workbook, filled))
        results["again"].append(_run("again", path, workbook))
    return _report(results, _count(filled))


def _count(path: Path) -> int:
    with sqlite3.connect(path) as ledger:
        return sum(len(rows) for _, rows in _rows_of(ledger))


def _report(results: dict[str, list[dict[str, float]]], written: int) -> bool:
    wall, processor = (
        {name: statistics.median(one[clock] for one in runs) for name, runs in results.items()}
        for clock in ("seconds", "processor")
    )
    first, again = (wall[name] / wall["limit"] for name in ("ours", "again"))
    peak = max(one["mib"] for name in ("ours", "again") for one in results[name])
    print(f"limit: {wall['limit']:.2f} s (read, and {written} rows inserted)")
    for name, ratio, bar in (("ours", first, BAR_FIRST), ("again", again, BAR_AGAIN)):
        alike = processor[name] / processor["limit"]
        print(f"{name}: {wall[name]:.2f} s = {ratio:.2f} × the limit (bar {bar} ×);"
              f" processor time {alike:.2f} ×")  # fmt: skip
    print(f"peak memory: {peak:.0f} MiB (bar {BAR_MIB} MiB)")
    return first <= BAR_FIRST and again <= BAR_AGAIN and peak <= BAR_MIB


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    parser.add_argument("--contend", nargs="+", help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.contend:
        _contend(*words.contend)
        return 0
    with tempfile.TemporaryDirectory(dir=words.folder) as folder:
        return 0 if _contest(Path(folder), words.rows, words.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
