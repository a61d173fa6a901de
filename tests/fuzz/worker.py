"""Read files of the fuzz in a process that may use little: ``python -m tests.fuzz.worker 0 300``.

Prints a line of JSON before and after each file. Whoever uses more than 1 GiB or 10 seconds of the
processor is ended by the system; the last line then says which file it was. With ``--keep FOLDER``
the files stay there.
"""

import argparse
import json
import os
import re
import resource
import shutil
import signal
import tempfile
import traceback
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from jingzhun.errors import JingzhunError, Problem
from jingzhun.rosters import SheetReading, open_workbook, read_sheet
from jingzhun.rosters.refusals import write_refusals
from jingzhun.services.importing.intake import IntakeOptions, take_in
from jingzhun.store.engine import open_ledger
from tests.builders import NOW, TODAY
from tests.fuzz.mutations import Case, case

GIB = 1 << 30
SECONDS = 10
OUT_OF_MEMORY = 77
#: Every so many files one goes on into the ledger, or its refused rows are written back.
INTO_LEDGER, GIVEN_BACK = 10, 7
WHOLE_ID = re.compile(r"(?<![\d*])[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![\d*])")


class BrokenPromiseError(AssertionError):
    """What came back is no result and no clear message."""


def read(found: Case, folder: Path, ledger: Path) -> str:
    """Read one file as an import does; give ``read`` or the code of its refusal."""
    path = folder / found.name
    path.write_bytes(found.content)
    try:
        readings = _readings(path)
        if found.number % GIVEN_BACK == 0:
            write_refusals(folder / "退回.xlsx", [(path.name, readings)])
        if found.number % INTO_LEDGER == 0:
            shutil.copy(ledger, folder / "copy.db")
            _take_in(path, folder / "copy.db")
    except JingzhunError as error:
        _demand_clear(error)
        return error.code
    return "read" if any(reading.kind for reading in readings) else "unknown"


def _readings(path: Path) -> list[SheetReading]:
    seen: dict[Any, Any] = {}
    readings: list[SheetReading] = []
    for sheet in open_workbook(path).sheets:
        if len({len(row) for row in sheet.rows}) > 1:
            raise BrokenPromiseError("rows of several lengths")
        if not sheet.is_hidden:
            readings += read_sheet(
                sheet, file_name=path.name, today=TODAY, as_of=date(2026, 10, 8), seen=seen
            )
    for reading in readings:
        _demand_whole(reading)
        _demand_masked(reading.problems)
    return readings


def _demand_whole(reading: SheetReading) -> None:
    accepted, refused = reading.batch.row_numbers, reading.refused_rows
    if sorted([*accepted, *refused]) != sorted(reading.grid.row_numbers):
        raise BrokenPromiseError("a row is neither accepted nor refused")
    if any(len(column) != len(accepted) for column in reading.batch.columns.values()):
        raise BrokenPromiseError("columns of several lengths")


def _demand_masked(problems: Sequence[Problem]) -> None:
    for problem in problems:
        if WHOLE_ID.search(problem.message + problem.value):
            raise BrokenPromiseError(f"a whole id in the words of {problem.code}")
        if not problem.message.endswith(("。", "”")) or len(problem.message) > 400:
            raise BrokenPromiseError(f"no sentence: {problem.message[:80]}")


def _demand_clear(error: JingzhunError) -> None:
    words = error.reason + error.remedy
    if not (error.reason.endswith("。") and error.remedy.endswith("。")) or len(words) > 2000:
        raise BrokenPromiseError(f"no sentence: {error.reason[:80]} / {error.remedy[:80]}")
    if WHOLE_ID.search(words):
        raise BrokenPromiseError(f"a whole id in the words of {error.code}")


def _take_in(path: Path, ledger: Path) -> None:
    opened = open_ledger(str(ledger))
    try:
        with opened.write() as session:
            outcome = take_in(session, path, OPTIONS)
    finally:
        opened.close()
    _demand_masked(outcome.problems)
    for sheet in outcome.sheets:
        if sheet.rows != sheet.added + sheet.changed + sheet.same + sheet.refused:
            raise BrokenPromiseError("a row vanished")


OPTIONS = IntakeOptions(
    today=TODAY, actor="测试", os_user="test", command="import", recorded_at=NOW
)


def _limit() -> None:
    """Leave a gibibyte beyond what the process has taken by now."""
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + GIB, resource.RLIM_INFINITY))


def _attempt(found: Case, folder: Path, ledger: Path) -> tuple[str, str]:
    """Read a file; give how it ended, and the traceback where it went wrong."""
    # Only the processor's time counts: a busy machine is no hang.
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    _limit()
    try:
        return read(found, folder, ledger), ""
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # nothing is left to tell it with
    except Exception:  # noqa: BLE001 - this is what is looked for
        return "traceback", traceback.format_exc()


def main() -> None:
    """Read the files whose numbers are asked for."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("first", type=int)
    wanted.add_argument("last", type=int, nargs="?")
    wanted.add_argument("--keep", type=Path)
    asked = wanted.parse_args()
    last = asked.first + 1 if asked.last is None else asked.last
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ledger = folder / "empty.db"
        open_ledger(str(ledger), create=True).close()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for number in range(asked.first, last):
            print(json.dumps({"begun": number}), flush=True)
            found = case(number)
            if asked.keep:
                (asked.keep / f"{number}-{found.name}").write_bytes(found.content)
            end, trace = _attempt(found, folder, ledger)
            left, _ = signal.setitimer(signal.ITIMER_PROF, 0)
            print(
                json.dumps(
                    {"number": number, "how": found.how, "end": end, "trace": trace,
                     "seconds": round(SECONDS - left, 2)}
                ),
                flush=True,
            )  # fmt: skip


if __name__ == "__main__":
    main()
