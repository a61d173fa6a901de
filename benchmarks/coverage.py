"""Coverage of 100,000 members of listed households against 100,000 pupils, against the plain join.

``python benchmarks/coverage.py [--people N] [--rounds R] [--folder DIR]`` builds a ledger once,
then in turns, each in a process of its own, builds the page of ``report coverage`` and fetches the
rows of the same tables joined by id with hand-written SQL. Nine members in ten are pupils too; of
the others one in ten stands on a roll under a wrong digit; one pupil in ten is recognised as poor.
Prints the ratio of the medians (bar: 5), what was found, and the peak memory.
"""

import argparse
import json
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

BAR_RATIO = 5
DAY = date(2026, 11, 24)
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅鹏飞辉建国文博雨欣子涵浩然"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


# --- the world ----------------------------------------------------------------------------------


def id_number(at: int) -> str:
    """Give the id of the child at a place: children of ten years and of a hundred regions."""
    born = date(2011, 9, 1) + timedelta(at * 7 % 3285)
    return with_check(f"62{at % 97:02d}99{born:%Y%m%d}{at // 97 % 1000:03d}")


def with_check(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def name(at: int) -> str:
    mixed = random.Random(at)
    return mixed.choice(_SURNAMES) + mixed.choice(_GIVEN) + (mixed.choice(_GIVEN) if at % 5 else "")


def build(path: Path, people: int) -> None:
    """Members 0 … N; pupils are the first nine tenths of them, and as many others as are left."""
    from jingzhun.store.engine import open_ledger

    open_ledger(str(path), create=True).close()
    ledger = sqlite3.connect(path)
    ledger.executescript("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")
    now = datetime(2026, 9, 1, tzinfo=UTC).isoformat(" ")[:19]
    for number, file, kind in (
        (1, "户.xlsx", "household_members"),
        (2, "学籍.xlsx", "student_roster"),
    ):
        ledger.execute(
            "INSERT INTO import (id, file_name, file_sha256, stated_on, whole, actor, os_user,"
            " command, recorded_at) VALUES (?, ?, 'made up', '2026-09-01', 0, '', '', '', ?)",
            (number, file, now),
        )
        ledger.execute(
            "INSERT INTO import_sheet (id, import_id, name, kind, stated_on, term_starts_on,"
            " row_count, added, changed, same, refused, noticed)"
            " VALUES (?, ?, 'Sheet1', ?, '2026-09-01', '2026-09-01', 0, 0, 0, 0, 0, 0)",
            (number, number, kind),
        )
    ledger.executemany(
        "INSERT INTO village (id, province, county, township, name) VALUES (?, '', '', '乡', ?)",
        ((n, f"村{n}") for n in range(1, 401)),
    )
    ledger.executemany(
        "INSERT INTO school (id, name) VALUES (?, ?)", ((n, f"学校{n}") for n in range(1, 201))
    )
    ledger.executemany(
        "INSERT INTO household (id, household_no, village_id, head_name, sheet_id, row_number)"
        " VALUES (?, ?, ?, ?, 1, ?)",
        ((n, f"62{n:08d}", n % 400 + 1, name(n), n) for n in range(1, people // 2 + 2)),
    )
    ledger.execute(
        "INSERT INTO household_category (household_id, category, valid_from, recorded_in, sheet_id,"
        " row_number, stated_on, rank) SELECT id, 'lifted', '2020-01-01', 1, 1, id, '2026-09-01', 3"
        " FROM household"
    )
    populate(ledger, people)
    ledger.commit()
    ledger.close()


def populate(ledger: sqlite3.Connection, people: int) -> None:
    """Fill in the members, the pupils, and who says so."""
    shared = people * 9 // 10
    persons, sources, rolls = [], [], []
    for at in range(people):
        persons.append((at + 1, id_number(at), name(at), at // 2 + 1, 1, at + 2))
        sources.append((1, at + 2, at + 1))
    for at in range(people):
        person = at + 1
        if at >= shared:
            person = people + at + 1
            number = id_number(at)
            # One in ten is a member under a wrong digit of the order.
            slip = with_check(f"{number[:15]}{(int(number[15]) + 1) % 10}{number[16]}")
            other = id_number(at + 2 * people) if at % 10 else slip
            persons.append(
                (person, other, name(at) if not at % 10 else name(at + people), None, 2, at + 2)
            )
        sources.append((2, at + 2, person))
        rolls.append((person, at + 2, at % 200 + 1, "primary", at % 6 + 1, at % 4 + 1))
    ledger.executemany(
        "INSERT OR IGNORE INTO person (id, identity, id_number, name, born_on, household_id,"
        " sheet_id, row_number) VALUES (?1, ?2, ?2, ?3,"
        " substr(?2, 7, 4) || '-' || substr(?2, 11, 2) || '-' || substr(?2, 13, 2), ?4, ?5, ?6)",
        persons,
    )
    ledger.executemany(
        "INSERT INTO source (sheet_id, row_number, person_id) VALUES (?, ?, ?)", sources
    )
    ledger.executemany(
        "INSERT INTO enrolment (person_id, valid_from, recorded_in, sheet_id, row_number,"
        " school_id, stage, grade, class_no, stated_on, rank)"
        " VALUES (?, '2026-09-01', 2, 2, ?, ?, ?, ?, ?, '2026-09-01', 3)",
        rolls,
    )
    ledger.execute(
        "INSERT INTO recognition (person_id, valid_from, recorded_in, sheet_id, row_number,"
        " valid_until, tier, stated_on, rank) SELECT person_id, '2026-09-01', 2, 2, row_number,"
        " '2027-09-01', 'hard', '2026-09-01', 3 FROM enrolment WHERE row_number % 10 = 3"
    )
    ledger.execute("DELETE FROM source WHERE person_id NOT IN (SELECT id FROM person)")
    ledger.execute("DELETE FROM enrolment WHERE person_id NOT IN (SELECT id FROM person)")
    ledger.execute("DELETE FROM recognition WHERE person_id NOT IN (SELECT id FROM person)")


# --- the two contenders, each in a process of its own -------------------------------------------


def ours(path: Path) -> dict[str, float]:
    from jingzhun.reports import ReportOptions, report_named
    from jingzhun.store.engine import open_ledger

    ledger = open_ledger(str(path))
    report = report_named("coverage")
    # Modules and definitions are loaded once: the join beside us has none to load.
    with ledger.read() as session:
        report.build(session, ReportOptions(as_of=date(2012, 1, 1)))
    started = time.perf_counter()
    with ledger.read() as session:
        page = report.build(session, ReportOptions(as_of=DAY))
        seconds = time.perf_counter() - started
    counts = {key: page.facts[key] for key in ("open_pairs",)}
    return {"seconds": seconds, **counts, **{each.key: len(each.rows) for each in page.tables}}


_JOIN = """
    SELECT m.name, m.id_number, h.household_no, v.township, v.name, c.category, t.name, e.grade,
        e.class_no, i.file_name, l.name, o.row_number, j.file_name, k.name, e.row_number
    FROM household_category c
    JOIN household h ON h.id = c.household_id
    JOIN village v ON v.id = h.village_id
    JOIN person m ON m.household_id = h.id
    JOIN source o ON o.person_id = m.id AND o.sheet_id = 1
    JOIN import_sheet l ON l.id = o.sheet_id
    JOIN import i ON i.id = l.import_id
    LEFT JOIN person p ON p.identity = m.id_number
    LEFT JOIN enrolment e ON e.person_id = p.id AND e.superseded_in IS NULL
        AND e.valid_from <= :day AND (e.valid_until IS NULL OR e.valid_until > :day)
    LEFT JOIN school t ON t.id = e.school_id
    LEFT JOIN import_sheet k ON k.id = e.sheet_id
    LEFT JOIN import j ON j.id = k.import_id
    WHERE c.superseded_in IS NULL AND c.valid_from <= :day AND c.category <> 'other'
        AND (c.valid_until IS NULL OR c.valid_until > :day)
        AND m.born_on BETWEEN '2008-09-01' AND '2023-08-31'
    ORDER BY t.name, e.grade, e.class_no, m.id
"""


def by_hand(path: Path) -> dict[str, float]:
    ledger = sqlite3.connect(path)
    ledger.executescript("PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;")
    started = time.perf_counter()
    rows = ledger.execute(_JOIN, {"day": DAY.isoformat()}).fetchall()
    return {"seconds": time.perf_counter() - started, "rows": len(rows)}


# --- the contest --------------------------------------------------------------------------------


def _contend(contender: str, path: Path) -> None:
    found = {"ours": ours, "by_hand": by_hand}[contender](path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**found, "mib": peak}))


def _run(contender: str, path: Path) -> dict[str, float]:
    out = subprocess.run(
        [sys.executable, __file__, "--contend", contender, str(path)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found: dict[str, float] = json.loads(out)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--contend", nargs=2, metavar=("NAME", "LEDGER"))
    given = parser.parse_args()
    if given.contend:
        _contend(given.contend[0], Path(given.contend[1]))
        return
    with tempfile.TemporaryDirectory() as temporary:
        built = (given.folder or Path(temporary)) / f"coverage-{given.people}.db"
        if not built.exists():
            build(built, given.people)
        results: dict[str, list[dict[str, float]]] = {"by_hand": [], "ours": []}
        for _ in range(given.rounds):
            for contender, found in results.items():
                found.append(_run(contender, built))
    medians = {
        contender: statistics.median(each["seconds"] for each in found)
        for contender, found in results.items()
    }
    last = results["ours"][-1]
    joined = results["by_hand"][-1]["rows"]
    if last["matched"] + last["missing"] != joined:
        raise SystemExit(f"{last['matched']} + {last['missing']} members, but {joined} joined")
    ratio = medians["ours"] / medians["by_hand"]
    print(
        f"{joined:,} members, {last['missing']:,} missing, {last['unlisted']:,} poor pupils on no"
        f" list, {last['open_pairs']:,} suspected pairs"
    )
    print(f"coverage {medians['ours']:.2f} s, plain join {medians['by_hand']:.2f} s")
    peak = max(each["mib"] for each in results["ours"])
    print(f"ratio {ratio:.2f} (bar {BAR_RATIO}); peak {peak:.0f} MiB")
    raise SystemExit(ratio > BAR_RATIO)


if __name__ == "__main__":
    main()
