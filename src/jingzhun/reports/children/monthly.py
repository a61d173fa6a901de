"""``report monthly`` 控辍保学月报: what a school tells each month; of all schools, line by line.

JSON::

    {"month", "from", "as_of", "is_over", "schools": [{"school", "pupils_before", "came", "left",
        "pupils", "dropped_out", "left_without_receiver", "suspension_expired", "suspected",
        "never_enrolled", "newly_named", "returned", "open", "watched", "closed", "overdue",
        "is_zero"}],
     "left_by": [{"school", "reason", "count"}],
     "names": [{"name", "id_number", "kind", "is_new", "listed", "groups", "school", "grade",
        "class_no", "since", "case", "keeper", "state", "last", "due", "due_on", "days_late",
        "note", "sources"}],
     "resolved": [{"name", "id_number", "was", "now", "on", "listed", "groups", "school",
        "sources"}],
     "moves": [{"movement", "name", "id_number", "school", "grade", "reason", "other_school",
        "listed", "groups"}]}

``pupils_before`` are the pupils of 小学 and 初中 on the roll when the month begins (in September
the base of :mod:`jingzhun.reports.children.rolls`), ``pupils`` those on it when it ends, or
on the day asked of when that is earlier: before + came - left, to the head. ``names`` are
those of ``dropout`` on that day; ``is_new``: not named when the month began. ``resolved`` are
those who came back, and those named when the month began and no more. ``closed`` are cases
closed in the month. A school that has nothing to name, nobody returned and no case at work
reports zero 零报告.
Source: 教育部办公厅 2024-04《关于建立健全义务教育控辍保学常态化报告工作机制的通知》(每月).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.paper import BLANK, BLANK_DAY
from jingzhun.core.report_vocabulary import Movement
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import CaseState, DropoutKind
from jingzhun.policies.norms import Norm
from jingzhun.reports import ReportOptions
from jingzhun.reports.children.casework import CaseOn
from jingzhun.reports.children.child_tables import name_table, resolved_table
from jingzhun.reports.children.children import AT_SCHOOL, KINDS, rolls_unknown
from jingzhun.reports.children.movements import Moved, movements
from jingzhun.reports.children.rolls import Rolls
from jingzhun.reports.children.spans import NOWHERE, Span, asked_period

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
    month = asked_period(options, Month, "monthly")
    span = Span(session, options, month)
    told = _Month(span)
    rows = told.rows()
    return Page(
        title=span.title("控辍保学月报", month),
        facts={
            "month": str(month),
            "from": span.first.isoformat(),
            "as_of": span.close.isoformat(),
            "is_over": span.is_over,
        },
        tables=(
            Table(
                key="schools",
                heading="零报告：本月没有疑似辍学、辍学学生" if told.is_zero(rows) else "人数",
                columns=_COLUMNS,
                rows=rows,
                total=_total(rows),
                notes=_notes(span.figures),
            ),
            Table(key="left_by", heading="减少的学生按原因", columns=_LEFT_BY, rows=told.left_by()),
            name_table(span.children, is_new=lambda child: child.person_id not in span.was),
            resolved_table(session, told.resolved, span.schools, span.close),
            Table(key="moves", heading="增加和减少的学生", columns=_MOVES, rows=told.moves()),
        ),
        notes=(
            *rolls_unknown(session, span.close),
            "月末由校长签字，报县（市、区）教育局；没有学生需要报告的也要零报告。",
            f"填报人：{BLANK}　　校长（签字）：{BLANK}　　（学校盖章）　　{BLANK_DAY}",
        ),
    )


class _Month:
    """What the ledger tells of some schools in a month."""

    def __init__(self, span: Span) -> None:
        session, first, close = span.session, span.first, span.close
        self.span = span
        rolls = Rolls(session, close)
        # September begins with the school year: nobody stood on this year's rolls before.
        opening = max(rolls.start, first - timedelta(1))
        self.before, self.after = rolls.pupils_by_school(opening), rolls.pupils_by_school(close)
        self.moved = [
            one for one in movements(session, rolls, opening, close) if one.school_id in span.wanted
        ]
        self.resolved = span.resolved()

    def rows(self) -> list[tuple[Any, ...]]:
        """Give a row for each school with pupils, names or cases, and one for none."""
        counts = {key: self._counted(key) for key in _KEYS}
        places = {place for count in counts.values() for place in count if count[place]}
        if self.span.is_one:
            places |= self.span.wanted
        rows = []
        for place in places:
            numbers = [counts[key][place] for key in _KEYS]
            is_zero = not any(numbers[_FIRST_OF_CONCERN:])
            rows.append((self.span.name(place), *numbers, is_zero))
        return sorted(rows, key=lambda row: (row[0] == NOWHERE, row[0]))

    def is_zero(self, rows: Sequence[tuple[Any, ...]]) -> bool:
        return all(row[-1] for row in rows)

    def _counted(self, key: str) -> Counter[int | None]:
        """Count one column by school."""
        if key in _KIND_KEYS:
            return Counter(c.school_id for c in self.span.children if c.kind.value == key)
        if key == "newly_named":
            return Counter(
                c.school_id for c in self.span.children if c.person_id not in self.span.was
            )
        if key == "returned":
            return Counter(
                school for _, place, _, school in self.resolved.values() if place in AT_SCHOOL
            )
        if key in _CASE_KEYS:
            return Counter(
                case.school_id for case in self.span.cases if _CASE_KEYS[key](case, self.span.first)
            )
        if key in ("came", "left"):
            movement = Movement.CAME if key == "came" else Movement.LEFT
            return Counter(one.school_id for one in self.moved if one.movement is movement)
        at = self.before if key == "pupils_before" else self.after
        return Counter({place: count for place, count in at.items() if place in self.span.wanted})

    def left_by(self) -> list[tuple[Any, ...]]:
        counts = Counter(
            (self.span.schools[one.school_id], one.reason)
            for one in self.moved
            if one.movement is Movement.LEFT
        )
        ordered = sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1].value))
        return [(school, reason, count) for (school, reason), count in ordered]

    def moves(self) -> list[tuple[Any, ...]]:
        return [
            (one.movement, one.name, one.id_number, self.span.schools[one.school_id], one.grade,
             one.reason, one.other_school, one.is_listed, one.groups)
            for one in sorted(self.moved, key=self._order)
        ]  # fmt: skip

    def _order(self, one: Moved) -> tuple[Any, ...]:
        return (self.span.schools[one.school_id], one.movement.value, one.grade or 0, one.name,
                one.id_number or "")  # fmt: skip


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


def _notes(held: Mapping[str, Norm]) -> tuple[str, ...]:
    dropped = f"再超过{held['dropout_days'].value}天为辍学（{held['suspect_days'].source}）"
    return (
        "在籍指小学、初中在学籍名册上的学生（休学、辍学未离籍的在内）；月初＋增加－减少＝月末。",
        f"疑似辍学：无正当理由未到校超过{held['suspect_days'].value}天；{dropped}。",
        f"月报依据：{held['monthly_report'].source}。",
    )
