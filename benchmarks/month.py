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

BAR_RATIO, BAR_MIB = 1.3, 200
FIRST, LAST, DAYS = "2026-11-02", "2026-11-30", 21


# --- the world ----------------------------------------------------------------------------------


def build(path: Path, pupils: int) -> None:
    """A county: 40 % of the pupils poor, half of them boarders, 2 % move inside the month."""
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
        "INSERT INTO school (id, name) VALUES (?, ?)", ((n, f"学校{n}") for n in range(1, 501))
    )
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {pupils})"
    for statement in _WORLD:
        ledger.execute(statement.replace("$numbers", numbers))
    ledger.commit()
    ledger.close()


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
        student_no, disability_no, sheet_id, row_number)
    SELECT i, printf('629999%012d', i), printf('629999%012d', i), '学生' || i, '2014-05-06',
        (i + 1) / 2, printf('G629999%012d', i), CASE WHEN i % 53 = 0 THEN printf('%020d', i) END,
        1, i FROM n""",
    """$numbers INSERT INTO enrolment (person_id, valid_from, recorded_in, sheet_id, row_number,
        valid_until, school_id, stage, grade, class_no, stated_on, rank)
    SELECT i, '2026-09-01', 1, 1, i, CASE WHEN i % 100 = 0 THEN '2026-11-11' END, i % 499 + 1,
        CASE WHEN i % 9 < 6 THEN 'primary' ELSE 'junior' END, i % 9 + 1, i % 4 + 1,
        '2026-09-01', 3 FROM n""",
    """$numbers INSERT INTO enrolment (person_id, valid_from, recorded_in, sheet_id, row_number,
        school_id, stage, grade, class_no, stated_on, rank)
    SELECT i, '2026-11-11', 1, 1, i, 500, CASE WHEN i % 9 < 6 THEN 'primary' ELSE 'junior' END,
        i % 9 + 1, 1, '2026-11-11', 3 FROM n WHERE i % 100 = 0""",
    """$numbers INSERT INTO boarding (person_id, valid_from, recorded_in, sheet_id, row_number,
        boarding, stated_on, rank)
    SELECT i, '2026-09-01', 1, 1, i, CASE WHEN i % 11 < 6 THEN 'boarder' ELSE 'day' END,
        '2026-09-01', 3 FROM n""",
    """$numbers INSERT INTO recognition (person_id, valid_from, recorded_in, sheet_id, row_number,
        valid_until, tier, stated_on, rank)
    SELECT i, '2026-09-01', 1, 1, i, '2027-09-01', 'hard', '2026-09-01', 1
    FROM n WHERE i % 8 = 0""",
    """$numbers INSERT INTO standing (person_id, valid_from, recorded_in, sheet_id, row_number,
        valid_until, standing, change)
    SELECT i, '2026-10-08', 1, 1, i, CASE WHEN i % 2 THEN '2026-11-20' END, 'suspended',
        'suspension' FROM n WHERE i % 211 = 0""",
)


# --- the two contenders, each in a process of its own -------------------------------------------


def ours(path: Path) -> float:
    from jingzhun.core.terms import Month
    from jingzhun.services.runs import compute
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
    for statement in _HAND:
        ledger.execute(statement)
    ledger.execute("COMMIT")
    return time.perf_counter() - started


def _held(table: str, day: str) -> str:
    return (
        f"{table}.superseded_in IS NULL AND {table}.valid_from <= {day}"
        f" AND ({table}.valid_until IS NULL OR {table}.valid_until > {day})"
    )


def _present(day: str) -> str:
    away = f"s.person_id = e.person_id AND {_held('s', day)}"
    return (
        f"{_held('e', day)} AND NOT EXISTS (SELECT 1 FROM standing s"
        f" WHERE {away} AND (s.school_id IS NULL OR s.school_id = e.school_id))"
    )


def _category(rule: str, day: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM household_category c WHERE c.household_id = p.household_id"
        f" AND {_held('c', day)} AND ({rule}))"
    )


def _boards(words: str, day: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM boarding b WHERE b.person_id = e.person_id"
        f" AND {_held('b', day)} AND b.boarding IN ({words}))"
    )


_REGISTERED = (
    "c.category = 'lifted' OR c.category IN ('unstable', 'marginal', 'sudden', 'prevention')"
    " AND c.risk_removed IS NOT 1"
)
_ALLOWED = (
    f"{_REGISTERED} OR c.category IN"
    " ('rural_allowance', 'urban_allowance', 'rural_destitute', 'urban_destitute')"
)
_FOUR = f"{_REGISTERED} OR c.category IN ('rural_allowance', 'rural_destitute')"
_PUPILS = "FROM enrolment e JOIN person p ON p.id = e.person_id"
_INTO = (
    "INSERT INTO run_line (run_id, scheme, person_id, month, school_id, stage, grade, class_no,"
    " days, rate_fen, amount_fen, version_from, split_no)"
)
_LINE = "e.person_id, 202611, e.school_id, e.stage, e.grade, e.class_no"


def _poor(day: str) -> str:
    return (
        f"({_category(_ALLOWED, day)} OR p.is_orphan OR EXISTS (SELECT 1 FROM recognition r"
        f" WHERE r.person_id = e.person_id AND {_held('r', day)}))"
    )


def _changes(table: str) -> str:
    return (
        f"{table}.superseded_in IS NULL AND ({table}.valid_from > '{FIRST}'"
        f" AND {table}.valid_from <= '{LAST}'"
        f" OR {table}.valid_until > '{FIRST}' AND {table}.valid_until <= '{LAST}')"
    )


def _living(scheme: str, primary: int, junior: int, condition: str) -> str:
    day = f"'{FIRST}'"
    return f"""{_INTO} SELECT 1, '{scheme}', {_LINE}, NULL,
        CASE e.stage WHEN 'primary' THEN {primary} ELSE {junior} END,
        CASE e.stage WHEN 'primary' THEN {primary // 5} ELSE {junior // 5} END, '2024-03-01', 0
        {_PUPILS} WHERE {_present(day)} AND e.stage IN ('primary', 'junior') AND {condition}
        ORDER BY e.person_id"""


_DAY = f"'{FIRST}'"
_DISABLED = "coalesce(p.disability_no, '') <> '' OR coalesce(p.disability_kind, '') <> ''"
_HAND = (
    _living(
        "boarding_living",
        62500,
        75000,
        f"{_boards(repr('boarder'), _DAY)} AND {_category(_REGISTERED, _DAY)}",
    ),
    _living(
        "day_living",
        31250,
        37500,
        f"{_boards(repr('day'), _DAY)}"
        f" AND ({_category(_FOUR, _DAY)} OR ({_DISABLED}) AND {_poor(_DAY)})",
    ),
    f"""CREATE TEMP TABLE moved AS
        SELECT person_id FROM enrolment e WHERE {_changes("e")}
        UNION SELECT person_id FROM standing s WHERE {_changes("s")}
        UNION SELECT person_id FROM recognition r WHERE {_changes("r")}
        UNION SELECT p.id FROM household_category c JOIN person p USING (household_id)
            WHERE {_changes("c")}""",
    f"""{_INTO} SELECT 1, 'nutrition', {_LINE}, {DAYS}, 400, {DAYS * 400}, '2014-11-01',
        NULL
        {_PUPILS} WHERE {_present(_DAY)} AND e.stage IN ('primary', 'junior') AND {_poor(_DAY)}
        AND e.person_id NOT IN (SELECT person_id FROM moved) ORDER BY e.person_id""",
    f"""WITH RECURSIVE month(day) AS (SELECT '{FIRST}' UNION ALL
            SELECT date(day, '+1 day') FROM month WHERE day < '{LAST}'),
        taught AS (SELECT day FROM month WHERE strftime('%w', day) BETWEEN '1' AND '5')
        {_INTO} SELECT 1, 'nutrition', {_LINE}, count(*), 400, 400 * count(*),
            '2014-11-01', NULL
        FROM moved m CROSS JOIN enrolment e ON e.person_id = m.person_id
            CROSS JOIN person p ON p.id = m.person_id CROSS JOIN taught d
        WHERE {_present("d.day")} AND e.stage IN ('primary', 'junior') AND {_poor("d.day")}
        GROUP BY e.person_id, e.school_id""",
    f"""{_INTO} SELECT 1, 'preschool_fee', {_LINE}, NULL, 50000, 10000, '2025-09-01', 0
        {_PUPILS} WHERE {_present(_DAY)} AND e.stage = 'preschool' AND {_poor(_DAY)}
        ORDER BY e.person_id""",
)


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
    print(f"{given.pupils:,} pupils, three schemes with lines: {lines:,}, the same in both")
    print(f"compute {medians['ours']:.2f} s, by hand {medians['by_hand']:.2f} s")
    print(f"ratio {ratio:.2f} (bar {BAR_RATIO}); peak {peak:.0f} MiB (bar {BAR_MIB})")
    raise SystemExit(ratio > BAR_RATIO or peak > BAR_MIB)


if __name__ == "__main__":
    main()
