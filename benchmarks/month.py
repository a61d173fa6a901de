"""One month's subsidy for a million pupils, against hand-written SQL of the same rules.

``python benchmarks/month.py [--pupils N] [--rounds R] [--folder DIR]`` builds a ledger once, then
runs in turns, each in a process of its own on a fresh copy, ``compute()`` and hand-written
``INSERT … SELECT``s into the same table; both must write the same lines. Prints the ratio of
the medians (bar: 1.3) and the peak memory of the computation (bar: 200 MiB).
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

from month_by_hand import HAND

BAR_RATIO, BAR_MIB = 1.3, 200


# --- the world ----------------------------------------------------------------------------------


def build(path: Path, pupils: int) -> None:
    """A county: 40 % of the pupils poor, half of them boarders, 2 % move inside the month.

    16 % are in kindergartens, senior and vocational schools and colleges.
    """
    from jingzhun.store.engine import open_ledger

    open_ledger(str(path), create=True).close()
    ledger = sqlite3.connect(path)
    ledger.executescript("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")
    ledger.execute(
        "INSERT INTO import VALUES (1, '县.xlsx', NULL, '2026-09-01', 0, NULL, '', '', '', ?)",
        (datetime(2026, 9, 1, tzinfo=UTC).isoformat(" ")[:19],),
    )
    ledger.execute(
        "INSERT INTO import_sheet (id, import_id, name, stated_on, term_starts_on, row_count,"
        " added, changed, same, refused, noticed)"
        " VALUES (1, 1, 's', '2026-09-01', '2026-09-01', 0, 0, 0, 0, 0, 0)"
    )
    ledger.executemany(
        "INSERT INTO school (id, name, county_type) VALUES (?, ?, ?)",
        ((n, f"学校{n}", "national" if n % 3 else "local_five") for n in range(1, 501)),
    )
    # A private school asks more than a public one; of one school in fifty nobody recorded the fee.
    ledger.executemany(
        "INSERT INTO school_fee VALUES (?, ?, '2026-09-01', ?, ?, ?, 1, 1)",
        (
            (n, stage, "month" if n % 2 else "term", 80001, 80001 - n % 4 * 10000)
            for n in range(1, 501)
            for stage in ("preschool", "senior", "vocational")
            if n % 50
        ),
    )
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {pupils})"
    for words in _WORLD:
        statement = words
        for word, meant in (("$numbers", numbers), ("$stage", _STAGE), ("$grade", _GRADE)):
            statement = statement.replace(word, meant)
        ledger.execute(statement)
    ledger.commit()
    ledger.close()


_STAGE = (
    "CASE i % 25 WHEN 0 THEN 'preschool' WHEN 1 THEN 'senior' WHEN 2 THEN 'vocational'"
    " WHEN 3 THEN 'college' ELSE CASE WHEN i % 9 < 6 THEN 'primary' ELSE 'junior' END END"
)
_GRADE = (
    "CASE i % 25 WHEN 0 THEN -1 - i % 3 WHEN 1 THEN 10 + i % 3 WHEN 2 THEN 10 + i % 3"
    " WHEN 3 THEN 1 + i % 3 ELSE i % 9 + 1 END"
)
# Shares come from primes, so that traits fall independently of each other.
_WORLD = (
    """$numbers INSERT INTO household (id, household_no, sheet_id, row_number)
    SELECT i, printf('62%08d', i), 1, i FROM n WHERE i <= (SELECT max(i) FROM n) / 2""",
    """INSERT INTO household_category (household_id, category, valid_from, recorded_in, sheet_id,
        row_number, valid_until, risk_removed, stated_on, rank)
    SELECT id, CASE id % 7 WHEN 0 THEN 'lifted' WHEN 1 THEN 'unstable' ELSE 'rural_allowance' END,
        '2020-01-01', 1, 1, id, CASE WHEN id % 101 = 0 THEN '2026-11-16' END,
        CASE WHEN id % 7 = 1 THEN id % 3 = 0 END, '2026-09-01', 3
    FROM household WHERE id % 13 < 4""",
    """$numbers INSERT INTO person (id, identity, id_number, name, born_on, household_id,
        student_no, disability_no, ethnicity, hukou_kind, sheet_id, row_number)
    SELECT i, printf('629999%012d', i), printf('629999%012d', i), '学生' || i, '2014-05-06',
        (i + 1) / 2, printf('G629999%012d', i), CASE WHEN i % 53 = 0 THEN printf('%020d', i) END,
        CASE WHEN i % 97 = 0 THEN '保安族' ELSE '汉族' END,
        CASE WHEN i % 17 < 11 THEN 'rural' ELSE 'urban' END, 1, i FROM n""",
    """$numbers INSERT INTO enrolment (person_id, valid_from, recorded_in, sheet_id, row_number,
        valid_until, school_id, stage, grade, class_no, stated_on, rank)
    SELECT i, '2026-09-01', 1, 1, i, CASE WHEN i % 100 = 0 THEN '2026-11-11' END, i % 499 + 1,
        $stage, $grade, i % 4 + 1, '2026-09-01', 3 FROM n""",
    """$numbers INSERT INTO enrolment (person_id, valid_from, recorded_in, sheet_id, row_number,
        school_id, stage, grade, class_no, stated_on, rank)
    SELECT i, '2026-11-11', 1, 1, i, 500, $stage, $grade, 1, '2026-11-11', 3
    FROM n WHERE i % 100 = 0""",
    """$numbers INSERT INTO boarding (person_id, valid_from, recorded_in, sheet_id, row_number,
        boarding, stated_on, rank)
    SELECT i, '2026-09-01', 1, 1, i, CASE WHEN i % 11 < 6 THEN 'boarder' ELSE 'day' END,
        '2026-09-01', 3 FROM n""",
    """$numbers INSERT INTO recognition (person_id, valid_from, recorded_in, sheet_id, row_number,
        valid_until, tier, stated_on, rank)
    SELECT i, '2026-09-01', 1, 1, i, '2027-09-01',
        CASE i % 5 WHEN 0 THEN 'special' WHEN 1 THEN 'ordinary' ELSE 'hard' END, '2026-09-01', 1
    FROM n WHERE i % 8 = 0""",
    """$numbers INSERT INTO standing (person_id, valid_from, recorded_in, sheet_id, row_number,
        valid_until, standing, change)
    SELECT i, '2026-10-08', 1, 1, i, CASE WHEN i % 2 THEN '2026-11-20' END, 'suspended',
        'suspension' FROM n WHERE i % 211 = 0""",
)


# --- the two contenders, each in a process of its own -------------------------------------------


def ours(path: Path) -> float:
    from jingzhun.core.terms import Month
    from jingzhun.services.subsidy.runs import compute
    from jingzhun.store.engine import open_ledger

    ledger = open_ledger(str(path))
    started = time.perf_counter()
    with ledger.write() as session:
        compute(
            session,
            [Month(2026, 11)],
            period="2026-11",
            today=date(2026, 11, 24),
            actor="基准",
            os_user="benchmark",
            recorded_at=datetime(2026, 11, 24, tzinfo=UTC),
        )
    return time.perf_counter() - started


def by_hand(path: Path) -> float:
    """The rules as somebody who knows this month's rules would write them for SQLite."""
    ledger = sqlite3.connect(path, isolation_level=None)
    ledger.executescript(
        "PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;"
        "PRAGMA synchronous = FULL;"
    )
    started = time.perf_counter()
    ledger.execute("BEGIN IMMEDIATE")
    ledger.execute(
        "INSERT INTO run (id, period, scope, pack, policy_files, state, computed_on, notices,"
        " actor, os_user, recorded_at)"
        " VALUES (1, '2026-11', '', 'plan', 0, 'draft', '2026-11-24', '[]', '', '', ?)",
        ("2026-11-24 00:00:00",),
    )
    for statement in HAND:
        ledger.execute(statement)
    ledger.execute("COMMIT")
    return time.perf_counter() - started


# --- the contest --------------------------------------------------------------------------------


def _contend(name: str, path: Path) -> None:
    seconds = {"ours": ours, "by_hand": by_hand}[name](path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mib": peak}))


def _run(name: str, built: Path, folder: Path) -> tuple[dict[str, float], Path]:
    path = folder / f"{name}.db"
    shutil.copyfile(built, path)
    out = subprocess.run(
        [sys.executable, __file__, "--contend", name, str(path)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return json.loads(out), path


def _same(left: Path, right: Path) -> int:
    ledger = sqlite3.connect(left)
    ledger.execute("ATTACH ? AS other", (str(right),))
    ours_only, theirs_only, lines = (
        ledger.execute(f"SELECT count(*) FROM ({query})").fetchone()[0]
        for query in (
            "SELECT * FROM main.run_line EXCEPT SELECT * FROM other.run_line",
            "SELECT * FROM other.run_line EXCEPT SELECT * FROM main.run_line",
            "SELECT * FROM main.run_line",
        )
    )
    ledger.close()
    if ours_only or theirs_only:
        raise SystemExit(f"the lines differ: {ours_only} only ours, {theirs_only} only by hand")
    return int(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pupils", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--contend", nargs=2, metavar=("NAME", "LEDGER"))
    given = parser.parse_args()
    if given.contend:
        _contend(given.contend[0], Path(given.contend[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = given.folder or Path(name)
        built = folder / f"month-{given.pupils}.db"
        if not built.exists():
            build(built, given.pupils)
        results: dict[str, list[dict[str, float]]] = {"by_hand": [], "ours": []}
        paths = {}
        for _ in range(given.rounds):
            for contender, found in results.items():
                result, paths[contender] = _run(contender, built, folder)
                found.append(result)
        lines = _same(paths["ours"], paths["by_hand"])
    medians = {
        contender: statistics.median(each["seconds"] for each in found)
        for contender, found in results.items()
    }
    ratio = medians["ours"] / medians["by_hand"]
    peak = max(each["mib"] for each in results["ours"])
    print(f"{given.pupils:,} pupils, all schemes of the pack, lines: {lines:,}, the same in both")
    print(f"compute {medians['ours']:.2f} s, by hand {medians['by_hand']:.2f} s")
    print(f"ratio {ratio:.2f} (bar {BAR_RATIO}); peak {peak:.0f} MiB (bar {BAR_MIB})")
    raise SystemExit(ratio > BAR_RATIO or peak > BAR_MIB)


if __name__ == "__main__":
    main()
