"""Take one file into the ledger: read, judge, record, number — in the caller's one transaction.

Every source row ends in exactly one of added, changed, same and refused. Added: the record that the
list is about is new (a pupil's enrolment, a person, a recognition, a pair, an event); changed:
anything else came of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from jingzhun.core.calendar import Calendar
from jingzhun.core.collector import collector_at_rest
from jingzhun.core.terms import Term
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import FileError, JingzhunError, Problem, Severity
from jingzhun.policies.holidays import holidays_for
from jingzhun.rosters import SheetReading, Workbook, open_workbook, read_sheet
from jingzhun.rosters.kinds import Words
from jingzhun.services.importing.comparing import remember_scopes
from jingzhun.services.importing.doubts import StrangeFileError, doubts_about
from jingzhun.services.importing.spelling import words_of
from jingzhun.services.recording.contents import keep, twin_of
from jingzhun.services.recording.record import record_sheet
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.services.seals import remember
from jingzhun.store.bulk import insert_rows
from jingzhun.store.calendars import Calendars
from jingzhun.store.schema import Import, ImportColumn, ImportProblem, ImportSheet

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeOptions:
    """How to take files in, and who does it when.

    ``whole``: a full list, which closes what it no longer contains. ``strict``: one refused row
    keeps the file out. ``accept_changes``: a strange file goes in all the same.
    """

    today: date
    as_of: date | None = None
    whole: bool = False
    strict: bool = False
    accept_changes: bool = False
    actor: str
    os_user: str
    command: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOutcome:
    """The counts of one table's source rows."""

    sheet: str
    kind: Kind | None
    rows: int
    added: int
    changed: int
    same: int
    refused: int
    noticed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """What came of one file."""

    file: str
    import_id: int
    sheets: tuple[SheetOutcome, ...]
    problems: tuple[Problem, ...]
    readings: tuple[SheetReading, ...]


def take_in(
    session: Session, path: Path, options: IntakeOptions, *, progress: Progress | None = None
) -> FileOutcome:
    """Import the file at ``path``; the caller commits.

    ``progress`` is called with a Chinese word and a percentage.

    Raises:
        FileError: the file cannot be read, holds no list that is known, or no rows.
        JingzhunError: ``rows_refused`` under ``strict``.
        StrangeFileError: unlikely against what the ledger holds, and nobody said yes to it.
    """
    tell = progress or (lambda _words, _percent: None)
    with collector_at_rest():
        tell(f"读取 {path.name}", 0)
        workbook = open_workbook(path)
        tell(f"核对 {path.name}", 40)
        calendar = Calendars(session.connection(), holidays_for).at_school
        readings, problems = _read(workbook, options, words_of(session), calendar)
        _demand_lists(path, readings)
        refused = sum(len(reading.refused_rows) for reading in readings)
        if options.strict and refused:
            raise RowsRefusedError(path, readings, refused)
        _question(session, workbook, readings, options)
        tell(f"入账 {path.name}", 60)
        outcome = _record(session, workbook, readings, problems, options)
    tell(f"完成 {path.name}", 100)
    return outcome


def _question(
    session: Session, workbook: Workbook, readings: list[SheetReading], options: IntakeOptions
) -> None:
    """Refuse a strange file, or with ``accept_changes`` note what is strange about it."""
    doubts = doubts_about(session.connection(), workbook, readings, options.today)
    if doubts and not options.accept_changes:
        raise StrangeFileError(workbook.path, [doubt for _, doubt in doubts])
    for reading, doubt in doubts:
        reading.problems.append(doubt)


class RowsRefusedError(JingzhunError):
    """Under ``--strict`` a file with refused rows stays out; the readings say which."""

    def __init__(self, path: Path, readings: list[SheetReading], count: int) -> None:
        first = next(
            problem
            for reading in readings
            for problem in reading.problems
            if problem.severity is Severity.ERROR
        )
        super().__init__(
            "rows_refused",
            f"{path.name} 有 {count} 行不能导入，按 --strict 整份没有导入"
            f"（第一处 {first.place}：{first.message}）",
            "请改正后再导入；或去掉 --strict，先导入没有问题的行。",
        )
        self.readings = tuple(readings)


def _read(
    workbook: Workbook, options: IntakeOptions, words: Words, calendar: Calendar
) -> tuple[list[SheetReading], list[Problem]]:
    readings: list[SheetReading] = []
    problems: list[Problem] = []
    seen: dict[Kind, list[tuple[str, dict[str, int]]]] = {}
    for sheet in workbook.sheets:
        if sheet.is_hidden:
            if sheet.rows:
                problems.append(_of_sheet(sheet.name, "hidden_sheet", "是隐藏的工作表，没有导入。"))
            continue
        readings += read_sheet(
            sheet,
            file_name=workbook.path.name,
            today=options.today,
            as_of=options.as_of,
            seen=seen,
            calendar=calendar,
            words=words,
        )
    return readings, problems


def _of_sheet(sheet: str, code: str, message: str) -> Problem:
    return Problem(
        sheet=sheet,
        row_number=0,
        column="",
        field="",
        code=code,
        severity=Severity.NOTICE,
        value="",
        message=f"工作表“{sheet}”{message}",
    )


def _demand_lists(path: Path, readings: list[SheetReading]) -> None:
    known = [reading for reading in readings if reading.kind is not None]
    if not known:
        reasons = "".join(f"工作表“{reading.sheet}”：{reading.reason}" for reading in readings[:3])
        raise FileError(
            "no_known_table",
            f"{path.name} 里没有认出名单。{reasons or '各工作表都是空的。'}",
            "请改正表头；列名是本地叫法的，用 jingzhun import --suggest-map 名单 --out 叫法.toml "
            "生成对照表，填好后加上 --map 叫法.toml 再导入，只用教一次。",
        )
    if not any(reading.row_count for reading in known):
        raise FileError(
            "no_rows",
            f"{path.name} 只有表头，没有一行数据。",
            "请确认导出时选了数据，再导入。",
        )


def _record(
    session: Session,
    workbook: Workbook,
    readings: list[SheetReading],
    problems: list[Problem],
    options: IntakeOptions,
) -> FileOutcome:
    connection = session.connection()
    dates = [reading.stated_on for reading in readings if reading.kind is not None]
    import_id: int = connection.execute(
        insert(Import).values(
            file_name=workbook.path.name,
            file_sha256=workbook.sha256,
            stated_on=max(dates),
            whole=options.whole,
            actor=options.actor,
            os_user=options.os_user,
            command=options.command,
            recorded_at=options.recorded_at,
        )
    ).inserted_primary_key[0]  # type: ignore[index]
    remember_scopes(connection, import_id, readings)
    outcomes = []
    for reading in readings:
        if reading.kind is None:
            reason = f"没有导入。{reading.reason}"
            problem = _of_sheet(reading.sheet, "sheet_unrecognised", reason)
            outcomes.append(_record_unread(connection, import_id, reading.stated_on, problem))
            problems.append(problem)
            continue
        if not reading.row_count:
            reading.problems.append(
                _of_sheet(reading.sheet, "sheet_without_rows", "只有表头，没有数据。")
            )
        outcome, found = _record_sheet(session, import_id, reading, options, workbook.sha256)
        outcomes.append(outcome)
        problems += found
    return FileOutcome(
        file=workbook.path.name,
        import_id=import_id,
        sheets=tuple(outcomes),
        problems=tuple(problems),
        readings=tuple(readings),
    )


def _record_sheet(
    session: Session,
    import_id: int,
    reading: SheetReading,
    options: IntakeOptions,
    sha256: str,
) -> tuple[SheetOutcome, list[Problem]]:
    connection = session.connection()
    refused = len(reading.refused_rows)
    words = reading.words(whole=options.whole)
    sheet_id = _insert_sheet(
        connection,
        import_id=import_id,
        name=reading.sheet,
        kind=reading.kind,
        stated_on=reading.stated_on,
        whole=words.whole,
        row_count=reading.row_count,
        added=0,
        changed=0,
        same=reading.row_count - refused,
        refused=refused,
        noticed=0,
    )
    spoken = {column.field: (column.letter, column.header) for column in reading.columns}
    spoken |= {name: ("", "") for name in reading.batch.columns if name not in spoken}
    spoken |= {f"category:{category}": ("", "") for category in reading.category_scope}
    insert_rows(
        connection,
        ImportColumn.__table__,  # type: ignore[arg-type]
        ("sheet_id", "field", "letter", "header"),
        [(sheet_id, name, letter, header) for name, (letter, header) in spoken.items()],
    )
    twin = twin_of(connection, sheet_id, sha256)
    keep(connection, sheet_id, words, twin)
    remember(session, "sheets", sheet_id)
    recorder = SheetRecorder(connection, words, sheet_id)
    added, changed = record_sheet(recorder, with_sources=twin is None)
    problems = sorted(
        [*reading.problems, *recorder.problems],
        key=lambda problem: (problem.row_number, len(problem.column), problem.column),
    )
    noticed = len(
        {p.row_number for p in problems if p.row_number and p.severity is Severity.NOTICE}
    )
    same = reading.row_count - refused - added - changed
    connection.execute(
        ImportSheet.__table__.update()  # type: ignore[attr-defined]
        .where(ImportSheet.id == sheet_id)
        .values(added=added, changed=changed, same=same, noticed=noticed)
    )
    _record_problems(connection, sheet_id, problems)
    return SheetOutcome(
        sheet=reading.sheet,
        kind=reading.kind,
        rows=reading.row_count,
        added=added,
        changed=changed,
        same=same,
        refused=refused,
        noticed=noticed,
    ), problems


def _record_unread(
    connection: Connection, import_id: int, stated_on: date, problem: Problem
) -> SheetOutcome:
    """Record that a sheet of the file was not imported, and why."""
    counts = dict.fromkeys(("added", "changed", "same", "refused", "noticed"), 0)
    sheet_id = _insert_sheet(
        connection,
        import_id=import_id,
        name=problem.sheet,
        kind=None,
        stated_on=stated_on,
        row_count=0,
        **counts,
    )
    _record_problems(connection, sheet_id, [problem])
    return SheetOutcome(sheet=problem.sheet, kind=None, rows=0, **counts)


def _insert_sheet(connection: Connection, **facts: Any) -> int:
    made = connection.execute(
        insert(ImportSheet).values(term_starts_on=Term.of(facts["stated_on"]).period.start, **facts)
    )
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def _record_problems(connection: Connection, sheet_id: int, problems: list[Problem]) -> None:
    insert_rows(
        connection,
        ImportProblem.__table__,  # type: ignore[arg-type]
        ("sheet_id", "row_number", "letter", "field", "code", "severity", "value", "message"),
        [
            (sheet_id, p.row_number, p.column, p.field, p.code, p.severity.value, p.value,
             p.message)
            for p in problems
        ],
    )  # fmt: skip
