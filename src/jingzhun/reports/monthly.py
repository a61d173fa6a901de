"""``report monthly`` 控辍保学月报: what a school tells each month; of all schools, line by line.

JSON::

    {"month", "from", "as_of", "is_over", "schools": [{"school", "pupils_before", "came", "left",
        "pupils", "dropped_out", "left_without_receiver", "suspension_expired", "suspected",
        "never_enrolled", "newly_named", "returned", "open", "watched", "closed", "overdue",
        "is_zero"}],
     "left_by": [{"school", "reason", "count"}],
     "names": [{"name", "id_number", "kind", "is_new", "listed", "groups", "school", "since",
        "case", "state", "due", "due_on", "days_late", "note", "sources"}],
     "resolved": [{"name", "id_number", "was", "now", "on", "listed", "groups", "school",
        "sources"}],
     "moves": [{"movement", "name", "id_number", "school", "grade", "reason", "other_school",
        "listed", "groups"}]}

``pupils_before`` are the pupils of 小学 and 初中 on the roll when the month begins (in September
the base of :mod:`jingzhun.reports.rolls`), ``pupils`` those on it when it ends, or on the day asked
of when that is earlier: before + came - left, to the head. ``names`` are those of ``dropout``
on that day; ``is_new``: not named when the month began. ``resolved`` are those who came back, and
those named when the month began and no more. ``closed`` are cases closed in the month. A school
that has nothing to name, nobody returned and no case at work reports zero 零报告.
Source: 教育部办公厅 2024-04《关于建立健全义务教育控辍保学常态化报告工作机制的通知》(每月).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.report_vocabulary import Movement, Whereabouts
from jingzhun.core.table import Column, ColumnKind, Page, Table
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import CaseState, DropoutKind
from jingzhun.errors import UsageError
from jingzhun.policies.norms import norms
from jingzhun.reports import ReportOptions
from jingzhun.reports.casework import CaseOn, cases_on
from jingzhun.reports.child_tables import Resolved, name_table, resolved_table
from jingzhun.reports.children import (
    KINDS,
    gone_on,
    named_children,
    returned_between,
    whereabouts_of,
)
from jingzhun.reports.movements import Moved, movements
from jingzhun.reports.rolls import Rolls
from jingzhun.reports.schools import require_school
from jingzhun.store.absentees import Absentee
from jingzhun.store.schema import School

_NOWHERE = "（不在任何学校）"
_SCHOOL = Column(key="school", title="学校")
_COLUMNS = (
    _SCHOOL,
    Column(key="pupils_before", title="月初在籍", kind=ColumnKind.COUNT),
    Column(key="came", title="增加", kind=ColumnKind.COUNT),
    Column(key="left", title="减少", kind=ColumnKind.COUNT),
    Column(key="pupils", title="月末在籍", kind=ColumnKind.COUNT),
    *(Column(key=kind.value, title=kind.label, kind=ColumnKind.COUNT) for kind in DropoutKind),
    Column(key="newly_named", title="本月新增列名", kind=ColumnKind.COUNT),
    Column(key="returned", title="本月返校", kind=ColumnKind.COUNT),
    Column(key="open", title="劝返中", kind=ColumnKind.COUNT),
    Column(key="watched", title="观察中", kind=ColumnKind.COUNT),
    Column(key="closed", title="本月结案", kind=ColumnKind.COUNT),
    Column(key="overdue", title="超期", kind=ColumnKind.COUNT),
    Column(key="is_zero", title="零报告", kind=ColumnKind.FLAG),
)
_LEFT_BY = (
    _SCHOOL,
    Column(key="reason", title="减少原因", kind=ColumnKind.LABEL),
    Column(key="count", title="人数", kind=ColumnKind.COUNT),
)
_MOVES = (
    Column(key="movement", title="变动", kind=ColumnKind.LABEL),
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证件号", kind=ColumnKind.ID),
    _SCHOOL,
    Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    Column(key="reason", title="原因", kind=ColumnKind.LABEL),
    Column(key="other_school", title="从哪来、到哪去"),
    Column(key="listed", title="脱贫监测户", kind=ColumnKind.FLAG),
    Column(key="groups", title="重点群体", kind=ColumnKind.LIST),
)


def monthly_page(session: Session, options: ReportOptions) -> Page:
    """Report a month: ``period`` names it, else that of the day asked of; ``school`` narrows.

    Raises:
        JingzhunError: ``school_unknown``.
        UsageError: ``month_wanted`` — the period is no month; ``month_ahead`` — it has not begun.
    """
    month = _month(options)
    require_school(session, options.school)
    first, close = month.period.start, min(options.as_of, month.period.end - timedelta(1))
    told = _Month(session, first, close, options.school)
    rows = told.rows()
    is_over = close == month.period.end - timedelta(1)
    until = "" if is_over else f"，截至{close.isoformat()}，本月未完"
    whose = options.school or "各校"
    return Page(
        title=f"{whose}控辍保学月报（{month.label}{until}）",
        facts={
            "month": str(month),
            "from": first.isoformat(),
            "as_of": close.isoformat(),
            "is_over": is_over,
        },
        tables=(
            Table(
                key="schools",
                heading="零报告：本月没有疑似辍学、辍学学生" if told.is_zero(rows) else "人数",
                columns=_COLUMNS,
                rows=rows,
                total=_total(rows),
                notes=_notes(close),
            ),
            Table(key="left_by", heading="减少的学生按原因", columns=_LEFT_BY, rows=told.left_by()),
            name_table(told.children, is_new=lambda child: child.person_id not in told.was),
            resolved_table(session, told.resolved, told.schools, close),
            Table(key="moves", heading="增加和减少的学生", columns=_MOVES, rows=told.moves()),
        ),
        notes=("月末由校长签字，报县（市、区）教育局；没有学生需要报告的也要零报告。",),
    )


def _month(options: ReportOptions) -> Month:
    try:
        month = Month.parse(options.period) if options.period else Month.of(options.as_of)
    except ValueError:
        raise UsageError(
            "month_wanted",
            f"月报只看一个月，不能写“{options.period}”。",
            "请写月份，如：jingzhun report monthly --period 2026-11",
        ) from None
    if month.period.start > options.as_of:
        raise UsageError(
            "month_ahead",
            f"{month.label}还没有开始（今天按 {options.as_of} 算）。",
            "请写已经开始的月份，或用 --as-of 写以后的日期。",
        )
    return month


class _Month:
    """What the ledger tells of some schools from one day to another."""

    def __init__(self, session: Session, first: date, close: date, school: str | None) -> None:
        self.first, self.close, self.is_one = first, close, school is not None
        self.schools = dict(session.execute(select(School.id, School.name)).all())
        self.wanted = {one for one, name in self.schools.items() if school in (None, name)}
        rolls = Rolls(session, close)
        # September begins with the school year: nobody stood on this year's rolls before.
        opening = max(rolls.start, first - timedelta(1))
        self.before, self.after = rolls.pupils_by_school(opening), rolls.pupils_by_school(close)
        self.moved = [
            one for one in movements(session, rolls, opening, close) if one.school_id in self.wanted
        ]
        named = gone_on(session, close)
        was = gone_on(session, first - timedelta(1))
        self.now, self.was = self._here(named), self._here(was)
        self.cases = [
            case for case in cases_on(session, close)
            if not self.is_one or case.school_id in self.wanted
        ]  # fmt: skip
        self.children = named_children(session, self.now, self.schools, close, self.cases)
        self.resolved = self._resolved(session, named, was)

    def _here(self, named: Mapping[int, Absentee]) -> dict[int, Absentee]:
        return {
            person: child for person, child in named.items()
            if not self.is_one or child.school_id in self.wanted
        }  # fmt: skip

    def _resolved(
        self, session: Session, named: Mapping[int, Absentee], was: Mapping[int, Absentee]
    ) -> Resolved:
        """Give who was named and is no more, or came back: as what, where now, since, which school.

        The school is the one that the child stands on the roll of; else the one it was named at.
        """
        back = returned_between(session, self.first, self.close)
        people = (was.keys() | back.keys()) - named.keys()
        where = whereabouts_of(session, self.close, people)
        found: dict[int, tuple[Absentee | None, Whereabouts, date | None, int | None]] = {}
        for person, (place, roll_school) in where.items():
            child = was.get(person)
            school = roll_school or (child.school_id if child else None)
            if not self.is_one or school in self.wanted:
                found[person] = (child, place, back.get(person), school)
        return found

    def rows(self) -> list[tuple[Any, ...]]:
        """Give a row for each school with pupils, names or cases, and one for none."""
        counts = {key: self._counted(key) for key in _KEYS}
        places = {place for count in counts.values() for place in count if count[place]}
        if self.is_one:
            places |= self.wanted
        rows = []
        for place in places:
            numbers = [counts[key][place] for key in _KEYS]
            is_zero = not any(numbers[_FIRST_OF_CONCERN:])
            name = _NOWHERE if place is None else self.schools[place]
            rows.append((name, *numbers, is_zero))
        return sorted(rows, key=lambda row: (row[0] == _NOWHERE, row[0]))

    def is_zero(self, rows: Sequence[tuple[Any, ...]]) -> bool:
        return all(row[-1] for row in rows)

    def _counted(self, key: str) -> Counter[int | None]:
        """Count one column by school."""
        if key in _KIND_KEYS:
            return Counter(c.school_id for c in self.children if c.kind.value == key)
        if key == "newly_named":
            return Counter(c.school_id for c in self.children if c.person_id not in self.was)
        if key == "returned":
            return Counter(
                school for _, place, _, school in self.resolved.values() if is_back(place)
            )
        if key in _CASE_KEYS:
            return Counter(
                case.school_id for case in self.cases if _CASE_KEYS[key](case, self.first)
            )
        if key in ("came", "left"):
            movement = Movement.CAME if key == "came" else Movement.LEFT
            return Counter(one.school_id for one in self.moved if one.movement is movement)
        at = self.before if key == "pupils_before" else self.after
        return Counter({place: count for place, count in at.items() if place in self.wanted})

    def left_by(self) -> list[tuple[Any, ...]]:
        counts = Counter(
            (self.schools[one.school_id], one.reason)
            for one in self.moved
            if one.movement is Movement.LEFT
        )
        ordered = sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1].value))
        return [(school, reason, count) for (school, reason), count in ordered]

    def moves(self) -> list[tuple[Any, ...]]:
        return [
            (one.movement, one.name, one.id_number, self.schools[one.school_id], one.grade,
             one.reason, one.other_school, one.is_listed, one.groups)
            for one in sorted(self.moved, key=self._order)
        ]  # fmt: skip

    def _order(self, one: Moved) -> tuple[Any, ...]:
        return (self.schools[one.school_id], one.movement.value, one.grade or 0, one.name,
                one.id_number or "")  # fmt: skip


def is_back(place: Whereabouts) -> bool:
    """Say that a child who was named is at school again."""
    return place in {Whereabouts.AT_SCHOOL, Whereabouts.HOME_TAUGHT}


_KIND_KEYS = [kind.value for kind in KINDS]
_CASE_KEYS: Mapping[str, Callable[[CaseOn, date], bool]] = {
    "open": lambda case, _first: case.state is CaseState.OPEN,
    "watched": lambda case, _first: case.state is CaseState.WATCHED,
    "closed": lambda case, first: case.state is CaseState.CLOSED and case.last_on >= first,
    "overdue": lambda case, _first: bool(case.days_late),
}
_KEYS = [column.key for column in _COLUMNS[1:-1]]
_FIRST_OF_CONCERN = 4  # from the first kind on: what a school may not leave out


def _total(rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...] | None:
    if len(rows) < 2:
        return None
    sums = [sum(row[at] for row in rows) for at in range(1, len(_COLUMNS) - 1)]
    return ("合计", *sums, all(row[-1] for row in rows))


def _notes(day: date) -> tuple[str, ...]:
    held = norms("dropout", day)
    dropped = f"再超过{held['dropout_days'].value}天为辍学（{held['suspect_days'].source}）"
    return (
        "在籍指小学、初中在学籍名册上的学生（休学、辍学未离籍的在内）；月初＋增加－减少＝月末。",
        f"疑似辍学：无正当理由未到校超过{held['suspect_days'].value}天；{dropped}。",
        f"月报依据：{held['monthly_report'].source}。",
    )
