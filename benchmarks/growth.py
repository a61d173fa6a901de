"""A month's subsidy and its approval for 10,000, 100,000 and 1,000,000 pupils: linear or worse?

``python benchmarks/growth.py [--rounds R] [--folder DIR]`` computes and approves the month of
``month.py`` in ledgers ten times as large each. Prints, for each step, the time by ten times the
time of the smaller (bar: 1.2).
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from approve import approving
from month import build, ours

BAR = 1.2
SIZES = (10_000, 100_000, 1_000_000)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None)
    asked = parser.parse_args()
    taken = {size: _taken(size, asked.rounds, asked.folder) for size in SIZES}
    is_missed = False
    for small, large in pairwise(SIZES):
        for work, before, after in zip(("compute", "approve"), taken[small], taken[large],
                                       strict=True):  # fmt: skip
            ratio = after / (before * large / small)
            is_missed |= ratio > BAR
            print(f"{work} {small:,} → {large:,} pupils: {ratio:.2f} × linear (bar {BAR})")
    return is_missed


def _taken(pupils: int, rounds: int, folder: Path | None) -> tuple[float, float]:
    """Give the medians of computing and approving."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        world, copy = Path(name) / "world.db", Path(name) / "copy.db"
        build(world, pupils)
        computed, approved = [], []
        for _ in range(rounds):
            shutil.copy(world, copy)
            computed.append(ours(copy))
            approved.append(approving(copy))
    return statistics.median(computed), statistics.median(approved)


if __name__ == "__main__":
    sys.exit(main())
