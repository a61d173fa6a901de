"""``pair assign`` of the plan's 412 households over six villages, and of 50,000 over 700.

``python benchmarks/assign.py [--households N] [--rounds R] [--folder DIR]`` builds ledgers of
staff in departments of many sizes, with just as many hands as there are households; one in ten
helps one already, in a village that the department has from before. The whole command is run on
copies: plan, prove, enter. The plan of the project states seconds, so the bars are seconds, 2 and
60; they are counted on the processor, since the command keeps one busy and a busy machine slows it.
Prints the medians, how many households are helped from another village than their department's,
and how many of them no plan can do without.
"""

import argparse
import json
import os
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

#: The six villages of the work plans.
PLAN = (76, 56, 81, 54, 79, 66)
BARS = {"plan": 2, "large": 60}
DAY = "2026-11-24"


def build(path: Path, villages: list[int]) -> None:
    """Make a ledger of villages with so many households each, and staff who just suffice."""
    from jingzhun.store.engine import open_ledger

    open_ledger(str(path), create=True).close()
    dice = random.Random(412)
    ledger = sqlite3.connect(path)
    ledger.executescript("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")
    now = datetime(2026, 9, 1, tzinfo=UTC).isoformat(" ")[:19]
    ledger.execute(
        "INSERT INTO import (id, file_name, file_sha256, stated_on, whole, actor, os_user,"
        " command, recorded_at) VALUES (1, '名单', 'made up', '2026-09-01', 0, '', '', '', ?)",
        (now,),
    )
    for number, kind in enumerate(("household_members", "staff_roster", "pairing_list"), start=1):
        ledger.execute(
            "INSERT INTO import_sheet (id, import_id, name, kind, stated_on, term_starts_on,"
            " row_count, added, changed, same, refused, noticed)"
            " VALUES (?, 1, ?, ?, '2026-09-01', '2026-09-01', 0, 0, 0, 0, 0, 0)",
            (number, kind, kind),
        )
    ledger.executemany(
        "INSERT INTO village (id, province, county, township, name) VALUES (?, '', '', ?, ?)",
        ((at, f"乡{at // 20}", f"村{at}") for at in range(1, len(villages) + 1)),
    )
    homes = [village for village, count in enumerate(villages, 1) for _ in range(count)]
    ledger.executemany(
        "INSERT INTO household (id, household_no, village_id, head_name, sheet_id, row_number)"
        " VALUES (?, ?, ?, ?, 1, ?)",
        ((at, f"62{at:08d}", village, f"户主{at}", at) for at, village in enumerate(homes, 1)),
    )
    ledger.execute(
        "INSERT INTO household_category (household_id, category, valid_from, recorded_in, sheet_id,"
        " row_number, stated_on, rank) SELECT id, 'lifted', '2020-01-01', 1, 1, id, '2026-09-01', 3"
        " FROM household"
    )
    ledger.executemany(
        "INSERT INTO staff (id, identity, staff_no, name, unit, department, post, on_establishment,"
        " in_service, in_hardship, sheet_id, row_number)"
        " VALUES (?1, 'W:' || ?1, ?1, '帮' || ?1, '学院', ?2, ?3, 1, 1, 0, 2, ?1)",
        staff(dice, len(homes)),
    )
    ledger.executemany(
        "INSERT INTO pairing (household_id, staff_id, valid_from, recorded_in, sheet_id,"
        " row_number, stated_on, rank) VALUES (?1, ?2, '2024-09-01', 3, 3, ?1, '2026-09-01', 3)",
        pairs_of_before(dice, ledger, homes),
    )
    ledger.commit()
    ledger.close()


def staff(dice: random.Random, hands: int) -> list[tuple[int, str, str]]:
    """Give (number, department, post) of staff who can take just so many households."""
    made = [(1, "院领导", "党委书记"), (2, "院领导", "院长")]
    made += [(number, "院领导", "副院长") for number in range(3, 7)]
    department = 0
    while len(made) + 2 < hands:  # the two top leaders take two each
        department += 1
        size = min(dice.randint(8, 30), hands - 2 - len(made))
        made += [(len(made) + 1 + at, f"部门{department:05d}", "教师") for at in range(size)]
    return made


def pairs_of_before(
    dice: random.Random, ledger: sqlite3.Connection, homes: list[int]
) -> list[tuple[int, int]]:
    """Give (household, staff) of one in ten, each department in one village."""
    free: dict[int, list[int]] = {}
    for household, village in enumerate(homes, start=1):
        free.setdefault(village, []).append(household)
    tied: dict[str, int] = {}
    pairs = []
    for who, department in ledger.execute("SELECT id, department FROM staff WHERE post = '教师'"):
        village = tied.setdefault(department, len(tied) % len(free) + 1)
        if dice.random() < 0.1 and free[village]:
            pairs.append((free[village].pop(), who))
    return pairs


def assigning(path: Path) -> tuple[float, dict[str, int]]:
    """Run the command once; give its seconds and its page."""
    env = os.environ | {"JINGZHUN_ACTOR": "measure"}
    words = ["-m", "jingzhun", "pair", "assign", "--on", DAY, "--db", str(path), "--format", "json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *words], env=env, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return seconds, json.loads(done.stdout)


def main() -> int:
    """Measure and print; exit 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None)
    asked = parser.parse_args()
    dice = random.Random(50_000)
    large = [dice.randint(30, 112) for _ in range(asked.households // 71)]
    is_missed = False
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        for world, villages in (("plan", list(PLAN)), ("large", large)):
            fresh, copy = Path(name) / f"{world}.db", Path(name) / "copy.db"
            build(fresh, villages)
            times = []
            for _ in range(asked.rounds):
                shutil.copy(fresh, copy)
                seconds, page = assigning(copy)
                times.append(seconds)
            taken = statistics.median(times)
            is_missed |= taken > BARS[world]
            print(
                f"{sum(villages):,} households over {len(villages)} villages: {taken:.1f} s"
                f" (bar {BARS[world]} s); {page['households']:,} new pairs, {page['cost']:,} helped"
                f" from elsewhere, {page['bound']:,} at least"
            )
    return is_missed


if __name__ == "__main__":
    sys.exit(main())
