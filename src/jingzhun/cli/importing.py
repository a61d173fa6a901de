"""The loop over the files of one import: each its own transaction, none stops the others."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.mapping import teach
from jingzhun.errors import JingzhunError, LedgerError, Problem
from jingzhun.rosters import SheetReading
from jingzhun.rosters.containers.workbook import readable
from jingzhun.rosters.refusals import write_refusals
from jingzhun.rosters.teaching import Lesson
from jingzhun.services.importing.doubts import StrangeFileError, is_doubt
from jingzhun.services.importing.intake import FileOutcome, IntakeOptions, RowsRefusedError, take_in
from jingzhun.store.engine import open_ledger

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jingzhun.store.engine import Ledger

Progress = Callable[[str, int], None]
_NAMED = 10  # files that a message names


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How the user wants files taken in: see ``IntakeOptions``."""

    as_of: date | None = None
    whole: bool = False
    strict: bool = False
    accept_changes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One file: what came of it, its number once it is in, the error that kept it out."""

    path: Path
    outcome: FileOutcome | None = None
    import_id: int | None = None
    error: JingzhunError | None = None

    @property
    def name(self) -> str:
        """The file's name, as its user knows it."""
        return readable(self.path).name

    @property
    def readings(self) -> tuple[SheetReading, ...]:
        """What was read of its sheets, also when ``--strict`` kept it out."""
        if isinstance(self.error, RowsRefusedError):
            return self.error.readings
        return self.outcome.readings if self.outcome else ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that was found in it, in the order of its sheets and rows."""
        if self.outcome is not None:
            return self.outcome.problems
        return tuple(problem for reading in self.readings for problem in reading.problems)

    @property
    def refused(self) -> int:
        """How many of its rows were refused."""
        return sum(len(reading.refused_rows) for reading in self.readings)


class _RolledBackError(Exception):
    """Raised inside a transaction that is to leave nothing behind: a trial, a strict refusal."""


def bring_in(
    desk: Desk,
    files: Sequence[Path],
    how: How,
    *,
    lesson: Lesson | None = None,
    is_trial: bool,
) -> list[Taken]:
    """Import each file; give what came of it, in the order given. ``lesson`` is taught before.

    A strange file is asked about on a terminal, when the others are through. A trial runs all files
    in one transaction, so that later ones see earlier ones, asks nothing and rolls it back; without
    a ledger it works on one that is thrown away.

    Raises:
        JingzhunError: the ledger cannot be opened.
    """
    options = IntakeOptions(
        today=desk.today,
        as_of=how.as_of,
        whole=how.whole,
        strict=how.strict,
        accept_changes=how.accept_changes or is_trial,
        actor=desk.actor,
        os_user=desk.os_user,
        command=desk.command,
        recorded_at=desk.recorded_at,
    )
    with desk.progress() as progress:
        if is_trial:
            return _try_out(desk, files, lesson, options, progress)
        ledger = desk.ledger(create=True)
        if lesson is not None:
            with ledger.write() as session:
                teach(desk, session, lesson)
        taken = _take_all(desk, ledger, files, options, progress)
    # The bar is gone by now: a question must stand alone on the screen.
    taken = [_ask(desk, ledger, file, options) for file in taken]
    ledger.close()
    return taken


def _ask(desk: Desk, ledger: "Ledger", file: Taken, options: IntakeOptions) -> Taken:
    """Ask the person at the terminal whether a strange file goes in all the same."""
    if not isinstance(file.error, StrangeFileError):
        return file
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return file
    print(f"{file.name} 有可疑之处：", file=sys.stderr)
    for doubt in file.error.doubts:
        print(f"  · {doubt.message}", file=sys.stderr)
    if not typer.confirm("确实如此，照样入账吗？（y 是，n 否）", default=False, err=True):
        return file
    with desk.progress() as progress:
        return _take(desk, ledger, file.path, replace(options, accept_changes=True), progress)


def _take_all(
    desk: Desk, ledger: "Ledger", files: Sequence[Path], options: IntakeOptions, progress: Progress
) -> list[Taken]:
    """Take in one file after the other, until the ledger itself fails: that stops them all."""
    taken: list[Taken] = []
    for at, path in enumerate(files):
        found = _take(desk, ledger, path, options, progress)
        if isinstance(found.error, LedgerError):
            error = _stopped(found.error, files[at:])
            return [*taken, *(Taken(path=left, error=error) for left in files[at:])]
        taken.append(found)
    return taken


def _stopped(error: LedgerError, left: Sequence[Path]) -> LedgerError:
    """Say of a ledger's error which files it kept out."""
    names = "、".join(readable(path).name for path in left[:_NAMED])
    more = f"等 {len(left)} 份文件" if len(left) > _NAMED else ""
    return LedgerError(error.code, f"{error.reason}没有导入的：{names}{more}。", error.remedy)


def _take(
    desk: Desk, ledger: "Ledger", path: Path, options: IntakeOptions, progress: Progress
) -> Taken:
    try:
        with ledger.write() as session:
            outcome = take_in(session, path, options, progress=progress)
            desk.record(
                session, file=outcome.file, import_id=outcome.import_id, **_accepted(outcome)
            )
    except JingzhunError as error:
        return Taken(path=path, error=error)
    return Taken(path=path, outcome=outcome, import_id=outcome.import_id)


def _accepted(outcome: FileOutcome) -> dict[str, Any]:
    """Give for the trail what was strange of a file and accepted."""
    doubts = [problem.message for problem in outcome.problems if is_doubt(problem)]
    return {"accepted": doubts} if doubts else {}


def _try_out(
    desk: Desk,
    files: Sequence[Path],
    lesson: Lesson | None,
    options: IntakeOptions,
    progress: Progress,
) -> list[Taken]:
    taken: list[Taken] = []
    with (
        _trial_ledger(desk) as ledger,
        suppress(_RolledBackError),
        ledger.write() as session,
    ):
        if lesson is not None:
            teach(desk, session, lesson)
        taken.extend(_try_file(session, path, options, progress) for path in files)
        raise _RolledBackError
    return taken


def _try_file(session: "Session", path: Path, options: IntakeOptions, progress: Progress) -> Taken:
    try:
        with session.begin_nested():
            return Taken(path=path, outcome=take_in(session, path, options, progress=progress))
    except JingzhunError as error:
        return Taken(path=path, error=error)


@contextmanager
def _trial_ledger(desk: Desk) -> Iterator["Ledger"]:
    if "://" in desk.db or Path(desk.db).exists():
        ledger = desk.ledger()
        yield ledger
        ledger.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(str(Path(folder) / "trial.db"), create=True)
        yield ledger
        ledger.close()  # Windows removes no open file


def write_back(taken: Sequence[Taken], target: Path) -> None:
    """Write the refused rows of all files into one workbook.

    Raises:
        JingzhunError: the workbook cannot be written.
    """
    write_refusals(target, [(file.name, file.readings) for file in taken if file.refused])
