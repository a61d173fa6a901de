"""Approve and post a month for a million pupils, against computing it.

``python benchmarks/approve.py [--pupils N] [--rounds R] [--folder DIR]`` builds the ledger of
``month.py`` once; each round computes the month on a fresh copy and approves it, both timed in one
process. Prints the ratio of the medians (bar: 1.0).
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from month import build, ours

BAR = 1.0
PUBLISHED, APPROVED = date(2026, 12, 1), date(2026, 12, 15)


def approving(path: Path) -> float:
    """Review and publish run 1, then time its approval."""
    from jingzhun.services.hand import Hand
    from jingzhun.services.subsidy.approval import approve
    from jingzhun.services.subsidy.steps import publish, review
    from jingzhun.store.engine import open_ledger

    hand = Hand(
        actor="主任", os_user="benchmark", command="", recorded_at=datetime(2026, 12, 1, tzinfo=UTC)
    )
    ledger = open_ledger(str(path))
    with ledger.write() as session:
        review(session, 1, hand, today=PUBLISHED)
        publish(session, 1, hand, today=PUBLISHED)
    started = time.perf_counter()
    with ledger.write() as session:
        approve(session, 1, hand, today=APPROVED)
    return time.perf_counter() - started


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        world, copy = Path(name) / "world.db", Path(name) / "copy.db"
        build(world, asked.pupils)
        computed, approved = [], []
        for _ in range(asked.rounds):
            shutil.copy(world, copy)
            computed.append(ours(copy))
            approved.append(approving(copy))
    ratio = statistics.median(approved) / statistics.median(computed)
    print(f"computed {computed}\napproved {approved}")
    print(f"approve and post: {ratio:.2f} × the computation (bar {BAR})")
    return ratio > BAR


if __name__ == "__main__":
    sys.exit(main())
