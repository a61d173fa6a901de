"""控辍保学 of 1,000,000 pupils against the plain SQL aggregates that it rests on.

``python benchmarks/dropout.py [--pupils N] [--rounds R] [--folder DIR]`` builds a ledger once, then
in turns, each in a process of its own on a fresh copy: the page of ``report dropout``, a first
``case scan`` (which opens a case for every child that is gone) and a second one, the page of
``report warning``, and hand-written SQL that counts what they tell: the base by school, stage,
grade and sex, the moves, who is gone by standing, by absence, by a roll that ended, and who never
came. Both sides must find as many children. Prints the ratios of the medians (bar: 3;
``report warning``, which asks more, has none; a scan rests on the counts of who is gone alone) and
the peak memory. Times are the processor's own, so that a shared machine tells the same.
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

sys.path.insert(0, str(Path(__file__).parent))

from month import build as build_county

BAR_RATIO = 3
DAY = date(2026, 11, 24)

# --- the world ----------------------------------------------------------------------------------

# Ages fit grades; one in 29 is older. One pupil in 300 dropped out or left without a receiver, one
# in 100 changed schools by an event, one in 20 has missed lessons, one in 400 for two weeks by now;
# one roll in 700 ended without a word, and to 1,000 pupils there are two children never enrolled.
_MORE = (
    """UPDATE person SET sex = CASE id % 2 WHEN 0 THEN 'female' ELSE 'male' END,
        is_left_behind = id % 19 = 0, school_distance_m = id % 7 * 1000,
        born_on = date('2020-05-06', '-' || (id % 9 + 1 + CASE id % 29 WHEN 0 THEN 2 ELSE 0 END)
            || ' years')""",
    """INSERT INTO source (sheet_id, row_number, person_id) SELECT 1, id, id FROM person""",
    """INSERT INTO standing (person_id, valid_from, recorded_in, sheet_id, row_number, standing,
        change, school_id) SELECT person_id, '2026-10-12', 1, 1, person_id,
        CASE person_id % 3 WHEN 0 THEN 'left' ELSE 'dropped_out' END,
        CASE person_id % 3 WHEN 0 THEN 'other_leaving' ELSE 'dropout' END, school_id
    FROM enrolment WHERE person_id % 307 = 5 AND valid_until IS NULL""",
    """INSERT INTO status_change (person_id, change, happened_on, is_dated, from_school_id,
        to_school_id, sheet_id, row_number)
    SELECT person_id, change, valid_from, 1, school_id, NULL, 1, person_id FROM standing
    UNION ALL SELECT person_id, 'transfer_in', valid_from, 1, NULL, school_id, 1, person_id
    FROM enrolment WHERE valid_from > '2026-09-01'
    UNION ALL SELECT person_id, 'transfer_out', valid_until, 1, school_id, NULL, 1, person_id
    FROM enrolment WHERE valid_until IS NOT NULL""",
    """UPDATE enrolment SET valid_until = '2026-11-02' WHERE person_id % 709 = 7
        AND valid_until IS NULL AND valid_from < '2026-11-02'""",
    """WITH RECURSIVE d(day) AS (SELECT '2026-09-07' UNION ALL
        SELECT date(day, '+13 days') FROM d WHERE day < '2026-11-10')
    INSERT INTO absence (person_id, day, sheet_id, row_number, is_excused)
    SELECT id, day, 1, id, CASE id % 60 WHEN 9 THEN 1 END FROM person JOIN d
    WHERE id % 20 = 9""",
    """WITH RECURSIVE d(day) AS (SELECT '2026-11-09' UNION ALL
        SELECT date(day, '+1 day') FROM d WHERE day < '2026-11-24')
    INSERT OR IGNORE INTO absence (person_id, day, sheet_id, row_number)
    SELECT id, day, 1, id FROM person JOIN d
    WHERE id % 401 = 11 AND strftime('%w', day) NOT IN ('0', '6')""",
    """INSERT INTO person (identity, id_number, name, born_on, household_id, sheet_id, row_number)
    SELECT 'X' || identity, NULL, '失学' || id, '2016-03-04', household_id, 1, id FROM person
    WHERE id % 500 = 3""",
    "ANALYZE",
)


def build(path: Path, pupils: int) -> None:
    """The county of ``month.py``, with children that go, come, and stay away."""
    build_county(path, pupils)
    ledger = sqlite3.connect(path)
    ledger.executescript("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")
    for statement in _MORE:
        ledger.execute(statement)
    ledger.commit()
    ledger.close()


# --- the contenders, each in a process of its own -------------------------------------------------


def _report(name: str, path: Path) -> dict[str, float]:
    from jingzhun.reports import ReportOptions, report_named
    from jingzhun.store.engine import open_ledger

    ledger = open_ledger(str(path))
    report = report_named(name)
    # Modules and definitions are loaded once: the SQL beside us has none to load.
    with ledger.read() as session:
        report.build(session, ReportOptions(as_of=date(1999, 1, 1)))
    started = time.process_time()
    with ledger.read() as session:
        page = report.build(session, ReportOptions(as_of=DAY))
        seconds = time.process_time() - started
    key = {"dropout": "names", "warning": "pupils"}[name]
    return {"seconds": seconds, "found": next(len(t.rows) for t in page.tables if t.key == key)}


def dropout(path: Path) -> dict[str, float]:
    return _report("dropout", path)


def warning(path: Path) -> dict[str, float]:
    return _report("warning", path)


def scan(path: Path) -> dict[str, float]:
    from jingzhun.services.desk.cases import scan as scan_cases
    from jingzhun.services.hand import Hand
    from jingzhun.store.engine import open_ledger

    ledger = open_ledger(str(path))
    now = datetime(2026, 11, 24, tzinfo=UTC)
    hand = Hand(actor="基准", os_user="benchmark", command="case scan", recorded_at=now)
    started = time.process_time()
    with ledger.write() as session:
        done = scan_cases(session, hand, today=DAY)
    seconds = time.process_time() - started
    started = time.process_time()
    with ledger.write() as session:
        scan_cases(session, hand, today=DAY)
    again = time.process_time() - started
    return {"seconds": seconds, "again": again, "found": len(done.opened)}


_ON_ROLL = """e.superseded_in IS NULL AND e.stage IN ('primary', 'junior')
    AND NOT (e.grade IN (6, 9) AND e.valid_from < '2026-09-01')"""
_LISTED = """SELECT household_id FROM household_category WHERE category <> 'other'
    AND superseded_in IS NULL AND valid_from <= :day
    AND (valid_until IS NULL OR valid_until > :day)"""
_BASE = f"""SELECT e.school_id, e.stage, e.grade, p.sex, count(*),
        sum(p.household_id IN ({_LISTED}))
    FROM enrolment e JOIN person p ON p.id = e.person_id
    WHERE {_ON_ROLL} AND e.valid_from <= '2026-09-01'
        AND (e.valid_until IS NULL OR e.valid_until > '2026-09-01')
        AND NOT EXISTS (SELECT 1 FROM standing s WHERE s.person_id = e.person_id
            AND s.standing = 'left' AND s.superseded_in IS NULL AND s.valid_from < '2026-09-01'
            AND (s.valid_until IS NULL OR s.valid_until > '2026-09-01'))
    GROUP BY +e.school_id, e.stage, e.grade, p.sex"""
_EVENTS = f"""SELECT c.change, e.school_id, e.stage, e.grade, p.sex, count(*)
    FROM status_change c JOIN enrolment e ON e.person_id = c.person_id
    JOIN person p ON p.id = e.person_id
    WHERE {_ON_ROLL} AND c.happened_on BETWEEN '2026-09-01' AND :day
        AND e.valid_from <= c.happened_on
        AND (e.valid_until IS NULL OR e.valid_until >= c.happened_on)
    GROUP BY c.change, e.school_id, e.stage, e.grade, p.sex"""
_ENDED = f"""SELECT e.school_id, e.stage, e.grade, p.sex, count(*)
    FROM enrolment e JOIN person p ON p.id = e.person_id
    WHERE {_ON_ROLL} AND e.valid_until > '2026-09-01' AND e.valid_until <= :day
    GROUP BY +e.school_id, e.stage, e.grade, p.sex"""
_BEGUN = f"""SELECT e.school_id, e.stage, e.grade, p.sex, count(*)
    FROM enrolment e JOIN person p ON p.id = e.person_id
    WHERE {_ON_ROLL} AND e.valid_from > '2026-09-01' AND e.valid_from <= :day
    GROUP BY +e.school_id, e.stage, e.grade, p.sex"""
_BY_STANDING = """SELECT s.change, count(*) FROM standing s
    JOIN enrolment e ON e.person_id = s.person_id AND e.superseded_in IS NULL
        AND e.stage IN ('primary', 'junior')
    WHERE s.superseded_in IS NULL AND s.valid_from <= :day
        AND (s.valid_until IS NULL OR s.valid_until > :day)
        AND s.change IN ('dropout', 'other_leaving')
        AND e.valid_from = (SELECT max(valid_from) FROM enrolment l
            WHERE l.person_id = s.person_id AND l.superseded_in IS NULL AND l.valid_from <= :day)
    GROUP BY s.change"""
_BY_ABSENCE = """SELECT count(*) FROM (SELECT a.person_id FROM absence a
    JOIN enrolment e ON e.person_id = a.person_id AND e.superseded_in IS NULL
        AND e.valid_from <= :day AND (e.valid_until IS NULL OR e.valid_until > :day)
        AND e.stage IN ('primary', 'junior')
    WHERE a.day BETWEEN date(:day, '-400 days') AND :day AND a.is_excused IS NOT 1
        AND NOT EXISTS (SELECT 1 FROM standing s WHERE s.person_id = a.person_id
            AND s.superseded_in IS NULL AND s.valid_from <= :day
            AND (s.valid_until IS NULL OR s.valid_until > :day))
    GROUP BY a.person_id HAVING sum(a.day > date(:day, '-8 days')) >= 6)"""
_BY_ROLL = f"""SELECT count(DISTINCT e.person_id) FROM enrolment e WHERE {_ON_ROLL}
    AND e.valid_until <= :day
    AND NOT EXISTS (SELECT 1 FROM enrolment n WHERE n.person_id = e.person_id
        AND n.superseded_in IS NULL AND n.valid_from <= :day
        AND (n.valid_until IS NULL OR n.valid_until > :day))
    AND NOT EXISTS (SELECT 1 FROM standing s WHERE s.person_id = e.person_id
        AND s.superseded_in IS NULL AND s.valid_from <= :day
        AND (s.valid_until IS NULL OR s.valid_until > :day))"""
_NEVER = """SELECT count(*) FROM person p WHERE p.born_on BETWEEN '2011-09-01' AND '2020-08-31'
    AND NOT EXISTS (SELECT 1 FROM enrolment e WHERE e.person_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM status_change c WHERE c.person_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM standing s WHERE s.person_id = p.id)"""
_OF_RATES = (_BASE, _EVENTS, _ENDED, _BEGUN)
_OF_NAMES = (_BY_STANDING, _BY_ABSENCE, _BY_ROLL, _NEVER)


def by_hand(path: Path) -> dict[str, float]:
    ledger = sqlite3.connect(path)
    ledger.executescript("PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;")
    seconds, found = [], 0
    for statements in (_OF_RATES, _OF_NAMES):
        started = time.process_time()
        for statement in statements:
            rows = ledger.execute(statement, {"day": DAY.isoformat()}).fetchall()
            if statement in _OF_NAMES:
                found += sum(row[-1] for row in rows)
        seconds.append(time.process_time() - started)
    return {"seconds": sum(seconds), "names": seconds[1], "found": found}


# --- the contest --------------------------------------------------------------------------------

_CONTENDERS = {each.__name__: each for each in (by_hand, dropout, scan, warning)}


def _contend(contender: str, path: Path) -> None:
    found = _CONTENDERS[contender](path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**found, "mib": peak}))


def _run(contender: str, built: Path) -> dict[str, float]:
    copy = built.with_name("copy.db")
    if contender == "scan":
        shutil.copy(built, copy)
    out = subprocess.run(
        [sys.executable, __file__, "--contend", contender,
         str(copy if contender == "scan" else built)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout  # fmt: skip
    found: dict[str, float] = json.loads(out)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pupils", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--contend", nargs=2, metavar=("NAME", "LEDGER"))
    given = parser.parse_args()
    if given.contend:
        _contend(given.contend[0], Path(given.contend[1]))
        return 0
    with tempfile.TemporaryDirectory(dir=given.folder) as temporary:
        built = (given.folder or Path(temporary)) / f"dropout-{given.pupils}.db"
        if not built.exists():
            build(built, given.pupils)
        results: dict[str, list[dict[str, float]]] = {name: [] for name in _CONTENDERS}
        for _ in range(given.rounds):
            for name, found in results.items():
                found.append(_run(name, built))
    return _tell(results, given.pupils)


def _tell(results: dict[str, list[dict[str, float]]], pupils: int) -> int:
    """Print the ratios; say whether a bar was missed."""
    found = {name: runs[-1]["found"] for name, runs in results.items()}
    if not found["by_hand"] == found["dropout"] == found["scan"]:
        raise SystemExit(f"not the same children: {found}")
    print(f"{pupils:,} pupils, {found['dropout']:,} gone, {found['warning']:,} warned of")

    def median(name: str, what: str = "seconds") -> float:
        return statistics.median(run[what] for run in results[name])

    every, names = median("by_hand"), median("by_hand", "names")
    is_missed = False
    for title, seconds, plain, bar in (
        ("report dropout", median("dropout"), every, BAR_RATIO),
        ("case scan, all cases new", median("scan"), names, BAR_RATIO),
        ("case scan, again", median("scan", "again"), names, BAR_RATIO),
        ("report warning", median("warning"), every, None),
    ):
        ratio = seconds / plain
        is_missed |= bar is not None and ratio > bar
        told = f"ratio {ratio:.2f}" + (f" (bar {bar})" if bar else "")
        print(f"{title} {seconds:.2f} s, plain SQL {plain:.2f} s: {told}")
    peak = max(run["mib"] for runs in results.values() for run in runs)
    print(f"peak {peak:.0f} MiB")
    return is_missed


if __name__ == "__main__":
    sys.exit(main())
