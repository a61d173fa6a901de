"""Compare a list with what the ledger holds: classes, boarders, rows of the last list like it.

Classes are known by the school year in which their pupils began (三年级 of this year is 二年级 of
the last one), so that nobody is missed who moved up.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, exists, func, insert, select

from jingzhun.core.terms import school_year_of
from jingzhun.core.vocabulary import GRADE_LABELS, Boarding, Kind
from jingzhun.errors import Problem, Severity
from jingzhun.policies.strange import Limit, Limits
from jingzhun.rosters import SheetReading
from jingzhun.store.presence import in_force, on_roll
from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    Import,
    ImportSheet,
    ListScope,
    Person,
    School,
)

#: A school, the school year in which first grade was (or would have been), a class.
Room = tuple[str, int, int | None]
Found = tuple[SheetReading, Problem]


def doubt(reading: SheetReading, code: str, message: str) -> Found:
    """Make the notice that a doubt is, beside the table it is about."""
    return reading, Problem(
        sheet=reading.sheet,
        row_number=0,
        column="",
        field="",
        code=code,
        severity=Severity.NOTICE,
        value="",
        message=message,
    )


def is_known(connection: Connection, sha256: str) -> bool:
    """Say whether a file of the same bytes is in the ledger, and was not undone."""
    same = exists().where(Import.file_sha256 == sha256, Import.undone_at.is_(None))
    return bool(connection.scalar(select(same)))


# --- classes ------------------------------------------------------------------------------------


def class_losses(
    connection: Connection, lists: Sequence[SheetReading], limit: Limit
) -> Iterator[Found]:
    """Give the classes of a roster that lost pupils against the ledger."""
    rolls = [reading for reading in lists if reading.kind is Kind.STUDENT_ROSTER]
    rooms: dict[Room, set[str]] = {}
    refused: Counter[Room] = Counter()
    place: dict[Room, SheetReading] = {}
    for reading in rolls:
        for room, who in zip(
            _rooms(reading, reading.batch.columns), reading.batch.column("identity"), strict=True
        ):
            if room:
                rooms.setdefault(room, set()).add(str(who))
                place.setdefault(room, reading)
        refused.update(filter(None, _rooms(reading, reading.left_out.columns)))
    if not rooms:
        return
    day = max(reading.stated_on for reading in rolls)
    held = _held_rooms(connection, {school for school, _, _ in rooms}, day)
    for room, pupils in rooms.items():
        was, sheet_id = held.get(room, (0, 0))
        now = len(pupils) + refused[room]
        if was > now and limit.reached(was - now, was):
            known = _pupils_of(connection, room, day)
            if len(known & pupils) * 2 < len(pupils):
                continue  # newcomers: no list of the class
            yield doubt(
                place[room],
                "strange_class",
                f"{_named(room, place[room].stated_on)}：账上 {was} 人"
                f"（{_list_of(connection, sheet_id)}），这份名单只有 {now} 人，"
                f"少了 {was - now} 人（{(was - now) * 100 // was}%）。",
            )


def _rooms(reading: SheetReading, columns: dict[str, list[Any]]) -> list[Room | None]:
    """Give the room of every row, None where school or grade is not said."""
    schools, grades = columns.get("school"), columns.get("grade")
    if not schools or not grades:
        return [None] * max(map(len, columns.values()), default=0)
    year = school_year_of(reading.stated_on)
    classes = columns.get("class_no") or [None] * len(schools)
    return [
        (school, year - grade, class_no) if school and grade else None
        for school, grade, class_no in zip(schools, grades, classes, strict=True)
    ]


def _held_rooms(
    connection: Connection, schools: set[str], day: date
) -> dict[Room, tuple[int, int]]:
    """Give for the rooms of schools how many pupils the ledger holds there, and the last list."""
    rows = connection.execute(
        select(
            School.name,
            Enrolment.grade,
            Enrolment.class_no,
            Enrolment.stated_on,
            func.count(),
            func.max(Enrolment.sheet_id),
        )
        .join(School, School.id == Enrolment.school_id)
        .where(on_roll(day), School.name.in_(schools), Enrolment.grade.is_not(None))
        .group_by(School.name, Enrolment.grade, Enrolment.class_no, Enrolment.stated_on)
    )
    held: dict[Room, tuple[int, int]] = {}
    for school, grade, class_no, stated_on, number, sheet_id in rows:
        assert grade is not None  # noqa: S101 - as was asked
        room = (school, school_year_of(stated_on) - grade, class_no)
        was, last = held.get(room, (0, 0))
        held[room] = (was + number, max(last, sheet_id))
    return held


def _pupils_of(connection: Connection, room: Room, day: date) -> set[str]:
    school, cohort, class_no = room
    rows = connection.execute(
        select(Person.identity, Enrolment.grade, Enrolment.stated_on)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(School, School.id == Enrolment.school_id)
        .where(
            on_roll(day),
            School.name == school,
            Enrolment.class_no.is_(None) if class_no is None else Enrolment.class_no == class_no,
        )
    )
    return {who for who, grade, on in rows if grade and school_year_of(on) - grade == cohort}


def _named(room: Room, day: date) -> str:
    school, cohort, class_no = room
    word = GRADE_LABELS.get(school_year_of(day) - cohort, "")
    return f"{school}{word}{f'（{class_no}）班' if class_no else ''}"


def _list_of(connection: Connection, sheet_id: int) -> str:
    """Name the list that a sheet stood in, with its date."""
    found = connection.execute(
        select(Import.file_name, ImportSheet.stated_on)
        .join(ImportSheet, ImportSheet.import_id == Import.id)
        .where(ImportSheet.id == sheet_id)
    ).first()
    return f"{found[0]}，{found[1]}" if found else "原名单"


# --- boarders -----------------------------------------------------------------------------------


def boarders_turned(
    connection: Connection, lists: Sequence[SheetReading], limit: Limit
) -> Iterator[Found]:
    """Give the schools of which every boarder in the list is a day pupil now."""
    said: dict[str, dict[str, str]] = {}
    place: dict[str, SheetReading] = {}
    for reading in lists:
        columns = reading.batch.columns
        if not columns.get("boarding") or not columns.get("school"):
            continue
        for school, who, how in zip(
            columns["school"], columns["identity"], columns["boarding"], strict=True
        ):
            if school and how:
                said.setdefault(school, {})[who] = how
                place.setdefault(school, reading)
    day_only = [
        school
        for school, pupils in said.items()
        if len(pupils) >= limit.least and Boarding.BOARDER not in pupils.values()
    ]
    for school in day_only:
        reading = place[school]
        held = _boarders(connection, school, reading.stated_on)
        turned = [who for who in held if said[school].get(who) == Boarding.DAY]
        listed = [who for who in held if who in said[school]]
        if turned and len(turned) == len(listed) and limit.reached(len(turned), len(held)):
            yield doubt(
                reading,
                "strange_boarders",
                f"{school}：账上住校 {len(held)} 人"
                f"（{_list_of(connection, max(held.values()))}），"
                f"这份名单里没有一个住校，其中 {len(turned)} 人成了走读。",
            )


def _boarders(connection: Connection, school: str, day: date) -> dict[str, int]:
    """Give the boarders that the ledger holds in a school, with the sheet that said so."""
    rows = connection.execute(
        select(Person.identity, BoardingSpell.sheet_id)
        .join(BoardingSpell, BoardingSpell.person_id == Person.id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(School, School.id == Enrolment.school_id)
        .where(
            on_roll(day),
            in_force(BoardingSpell, day),
            BoardingSpell.boarding == Boarding.BOARDER,
            School.name == school,
        )
    )
    return {row.identity: row.sheet_id for row in rows}


# --- rows ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a file's rows of one kind are a list of: a key, words for a person, their number."""

    kind: Kind
    key: str
    label: str
    rows: int


def moved_rows(
    connection: Connection, lists: Sequence[SheetReading], held: Limits
) -> Iterator[Found]:
    """Give the lists whose rows moved against the last of the same kind and scope."""
    for scope in _scopes(lists):
        last = connection.execute(
            select(ListScope.row_count, Import.file_name, Import.stated_on)
            .join(Import, Import.id == ListScope.import_id)
            .where(
                ListScope.kind == scope.kind.value,
                ListScope.scope == scope.key,
                Import.undone_at.is_(None),
            )
            .order_by(Import.id.desc())
            .limit(1)
        ).first()
        if last is None or scope.kind.value in held.events:
            continue
        was, file, stated_on = last
        moved, limit = abs(scope.rows - was), held.row_count
        if moved >= limit.least and moved * 100 > limit.percent * was:
            yield doubt(
                next(reading for reading in lists if reading.kind is scope.kind),
                "strange_rows",
                f"{scope.label}的{scope.kind.label}：上一份（{file}，{stated_on}）{was} 行，"
                f"这一份 {scope.rows} 行，{'少' if scope.rows < was else '多'}了 {moved} 行"
                f"（{moved * 100 // max(was, 1)}%）。",
            )


def remember_scopes(
    connection: Connection, import_id: int, readings: Sequence[SheetReading]
) -> None:
    """Keep what the lists of an import were lists of."""
    lists = [reading for reading in readings if reading.kind and not reading.grid.is_returned]
    rows = [
        {"import_id": import_id, "kind": scope.kind.value, "scope": scope.key,
         "row_count": scope.rows}
        for scope in _scopes(lists)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(ListScope), rows)


def _scopes(lists: Sequence[SheetReading]) -> Iterator[_Scope]:
    """Give the scope of each kind in a file; a list without school or village has none."""
    for kind in dict.fromkeys(reading.kind for reading in lists if reading.kind):
        same = [reading for reading in lists if reading.kind is kind]
        rows = sum(reading.row_count for reading in same)
        names = sorted({name for reading in same for name in _places(reading) if name})
        rooms = {room for reading in same for room in _rooms(reading, reading.batch.columns)}
        rooms.discard(None)
        if not names or not rows:
            continue
        key, label = "、".join(names), names[0]
        if len(names) > 1:
            label += f"等 {len(names)} 处"
        elif len({cohort for _, cohort, _ in filter(None, rooms)}) == 1:
            # One grade, or one class of it, is no list of the school.
            school, cohort, class_no = next(iter(filter(None, rooms)))
            room = (school, cohort, class_no if len(rooms) == 1 else None)
            key += f"〔{cohort}〕{room[2] or ''}"
            label = _named(room, same[0].stated_on)
        yield _Scope(kind, key, label, rows)


def _places(reading: SheetReading) -> list[Any]:
    """Give the school of each row, or where no row has one the village."""
    columns = reading.batch.columns
    return next(
        (columns[name] for name in ("school", "village") if any(columns.get(name) or ())), []
    )
