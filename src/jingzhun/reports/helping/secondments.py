"""``report postings``: who was sent where, whose time is up, what is amiss, who goes next.

JSON::

    {"as_of", "counts": {"overdue", "away", "ahead", "back"},
     "secondments": [{"name", "unit", "department", "secondment_kind":
        "field|teaching|attached|training", "to_unit", "to_place", "to_post", "seconded_on",
        "due_on", "ended_on", "state": "overdue|away|ahead|back", "least", "filled_on",
        "served": "short|planned_short|not_yet|reached|free", "broken_days",
        "concerns": ["overdue|short|planned_short|broken|overlap|left"], "document", "end_reason",
        "sources"}],
     "overlaps": [{"name", "unit", "first_kind", "first_on", "second_kind", "second_on",
        "overlap_on", "overlap_until"}],
     "rota": [{"unit", "turn", "name", "department", "born_on", "leaves_on", "times", "back_on",
        "sources"}]}

What is one secondment told in parts (nothing but holidays between) is judged as one, at its last
part. ``broken_days``: who left before the time was up and went there again. ``leaves_on``: the
birthday on which somebody is out of the rota. A terminal shows what is amiss and who goes next.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.rota import Candidate, rota_on
from jingzhun.core.secondments import (
    Away,
    Concern,
    Least,
    SecondmentKind,
    SecondmentState,
    Served,
    joined,
    served_on,
    state_on,
    whole,
)
from jingzhun.core.table import ALL_FORMATS, Column, ColumnKind, Format, Table
from jingzhun.core.terms import months_later
from jingzhun.policies.norms import Own
from jingzhun.policies.secondments import least_norm, least_of, rota_rules
from jingzhun.reports import ReportOptions
from jingzhun.reports.provenance import places_of_entries, places_of_staff
from jingzhun.reports.schools import require_school
from jingzhun.store.policy_files import own_files
from jingzhun.store.schema import Secondment, Staff
from jingzhun.store.secondments import away_of

_DATE, _LABEL = ColumnKind.DATE, ColumnKind.LABEL
_COLUMNS = (
    Column(key="name", title="姓名"),
    Column(key="unit", title="单位"),
    Column(key="department", title="部门"),
    Column(key="secondment_kind", title="类别", kind=_LABEL),
    Column(key="to_unit", title="派往单位"),
    Column(key="to_place", title="派往地点"),
    Column(key="to_post", title="职务（学科）"),
    Column(key="seconded_on", title="派出日期", kind=_DATE),
    Column(key="due_on", title="计划结束", kind=_DATE),
    Column(key="ended_on", title="实际结束", kind=_DATE),
    Column(key="state", title="现状", kind=_LABEL),
    Column(key="least", title="最短期限"),
    Column(key="filled_on", title="到哪天满", kind=_DATE),
    Column(key="served", title="期限", kind=_LABEL),
    Column(key="broken_days", title="中断天数", kind=ColumnKind.COUNT),
    Column(key="concerns", title="问题", kind=ColumnKind.LIST),
    Column(key="document", title="文件依据"),
    Column(key="end_reason", title="结束原因"),
    Column(key="sources", title="来源", kind=ColumnKind.SOURCES),
)
_GLANCE = (
    "name", "unit", "secondment_kind", "to_unit", "seconded_on", "due_on", "ended_on", "filled_on",
    "concerns",
)  # fmt: skip
_OVERLAP = (
    Column(key="name", title="姓名"),
    Column(key="unit", title="单位"),
    Column(key="first_kind", title="前一次", kind=_LABEL),
    Column(key="first_on", title="派出日期", kind=_DATE),
    Column(key="second_kind", title="后一次", kind=_LABEL),
    Column(key="second_on", title="派出日期", kind=_DATE),
    Column(key="overlap_on", title="重叠自", kind=_DATE),
    Column(key="overlap_until", title="重叠至", kind=_DATE),
)
_ROTA = (
    Column(key="unit", title="单位"),
    Column(key="turn", title="次序", kind=ColumnKind.COUNT),
    Column(key="name", title="姓名"),
    Column(key="department", title="部门"),
    Column(key="born_on", title="出生日期", kind=_DATE),
    Column(key="leaves_on", title="满龄日期", kind=_DATE),
    Column(key="times", title="派出次数", kind=ColumnKind.COUNT),
    Column(key="back_on", title="上次返回", kind=_DATE),
    Column(key="sources", title="来源", kind=ColumnKind.SOURCES),
)
#: People whom a terminal names of each unit as the next to go.
_NEXT = 3
_JUDGED: Mapping[Served, Concern] = {
    Served.SHORT: Concern.SHORT,
    Served.PLANNED_SHORT: Concern.PLANNED_SHORT,
}


@dataclass(slots=True)
class _Row:
    """A secondment of the ledger, with what was found of it."""

    entry: Secondment
    person: Staff
    away: Away
    least: Least = field(default_factory=Least)
    filled_on: date | None = None
    served: Served = Served.FREE
    broken_days: int | None = None
    concerns: set[Concern] = field(default_factory=set)


def postings_page(session: Session, options: ReportOptions) -> Page:
    """Judge every secondment on a day; ``school`` narrows to a unit's staff.

    Raises:
        JingzhunError: ``school_unknown``.
    """
    require_school(session, options.school)
    day = options.as_of
    rows = _rows(session, Staff.unit == options.school if options.school else true())
    by_person: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        by_person[row.person.id].append(row)
    overlaps: list[tuple[Any, ...]] = []
    own = own_files(session, day)
    for mine in by_person.values():
        _judge(mine, day, own)
        overlaps += _overlaps(mine)
    table = _secondments(session, rows, day)
    states = Counter(state_on(row.away, day) for row in rows)
    rota, notes = _rota(session, options, by_person)
    kinds = sorted({row.away.kind for row in rows}, key=list(SecondmentKind).index)
    cited = [least_norm(kind, day, own).source for kind in kinds]
    if cited:
        notes.append(f"最短期限依据：{'；'.join(dict.fromkeys(cited))}。")
    return Page(
        title=f"下派、支教、挂职、培训（{day}）",
        facts={
            "as_of": day.isoformat(),
            "counts": {state.value: states[state] for state in SecondmentState},
        },
        tables=[
            _amiss(table),
            table,
            Table(key="overlaps", heading=f"时间重叠（{len(overlaps)} 处）", columns=_OVERLAP,
                  rows=overlaps),
            _next(rota),
            rota,
        ],
        notes=[_summary(states), *notes],
    )  # fmt: skip


def person_page(session: Session, staff: int, day: date, import_id: int) -> Page:
    """Give the secondments of one member of staff, after one was entered."""
    rows = _rows(session, Staff.id == staff)
    _judge(rows, day, own_files(session, day))
    list(_overlaps(rows))
    table = _secondments(session, rows, day)
    name = rows[0].person.name
    return Page(
        title=f"{name} 的派出（{day}）",
        facts={"as_of": day.isoformat(), "import": import_id},
        tables=[
            replace(_glance(table, table.rows), key="mine", heading=""),
            table,
        ],
        notes=[f"已记为第 {import_id} 号导入；登记错了：jingzhun imports undo {import_id}。"],
    )


def _rows(session: Session, whose: ColumnElement[bool]) -> list[_Row]:
    query = (
        select(Secondment, Staff)
        .join(Staff, Staff.id == Secondment.staff_id)
        .where(whose)
        .order_by(Secondment.seconded_on, Staff.unit, Staff.name, Staff.identity, Secondment.id)
    )
    return [_Row(entry, person, away_of(entry)) for entry, person in session.execute(query)]


def _judge(rows: Sequence[_Row], day: date, own: Own) -> None:
    """Judge the secondments of one person."""
    row_of = {id(row.away): row for row in rows}
    before: dict[tuple[SecondmentKind, str], tuple[Away, Served]] = {}
    for parts in joined(row.away for row in rows):
        every = whole(parts)
        least = least_of(every.kind, every.started_on, own)
        served = served_on(every, day, least)
        for part in parts:
            row = row_of[id(part)]
            row.least, row.filled_on, row.served = least, least.filled_on(every.started_on), served
        last, first = row_of[id(parts[-1])], row_of[id(parts[0])]
        if served in _JUDGED:
            last.concerns.add(_JUDGED[served])
        earlier = before.get((every.kind, every.place))
        if earlier and earlier[1] is Served.SHORT and every.started_on <= day:
            end = earlier[0].last_on or every.started_on
            if every.started_on < months_later(end, 12):
                first.broken_days = (every.started_on - end).days - 1
                first.concerns.add(Concern.BROKEN)
        before[every.kind, every.place] = (every, served)
    for row in rows:
        state = state_on(row.away, day)
        if state is SecondmentState.OVERDUE:
            row.concerns.add(Concern.OVERDUE)
        is_away = state in {SecondmentState.OVERDUE, SecondmentState.AWAY}
        if is_away and row.person.in_service is False:
            row.concerns.add(Concern.LEFT)


def _overlaps(rows: Sequence[_Row]) -> Iterator[tuple[Any, ...]]:
    for one, other in combinations(rows, 2):
        if one.away.meets(other.away):
            first, second = sorted((one, other), key=lambda row: row.away.started_on)
            first.concerns.add(Concern.OVERLAP)
            second.concerns.add(Concern.OVERLAP)
            ends = [row.away.last_on for row in (first, second) if row.away.last_on is not None]
            yield (
                first.person.name, first.person.unit, first.away.kind, first.away.started_on,
                second.away.kind, second.away.started_on, second.away.started_on,
                min(ends, default=None),
            )  # fmt: skip


def _secondments(session: Session, rows: Sequence[_Row], day: date) -> Table:
    places = places_of_entries(session, Secondment)
    order = list(SecondmentState)
    told = sorted(
        rows, key=lambda row: (not row.concerns, order.index(state_on(row.away, day)))
    )  # fmt: skip
    return Table(
        key="secondments",
        heading=f"全部派出（{len(rows)} 人次，要处理的在前）",
        columns=_COLUMNS,
        rows=[
            (
                row.person.name, row.entry.unit or row.person.unit, row.person.department,
                row.away.kind, row.entry.to_unit, row.entry.to_place, row.entry.to_post,
                row.away.started_on, row.away.due_on, row.away.ended_on, state_on(row.away, day),
                row.least.label or None, row.filled_on, row.served, row.broken_days,
                [concern for concern in Concern if concern in row.concerns],
                row.entry.document, row.entry.end_reason, places.get(row.entry.id, []),
            )
            for row in told
        ],
        shown_in=ALL_FORMATS - {Format.TABLE},
    )  # fmt: skip


def _amiss(table: Table) -> Table:
    """Give the secondments that somebody must look into."""
    concerns = [column.key for column in table.columns].index("concerns")
    rows = [row for row in table.rows if row[concerns]]
    return replace(
        _glance(table, rows),
        key="amiss",
        heading=f"要处理的派出（{len(rows)} 人次）",
        notes=(f"全部 {len(table.rows):,} 人次见 --format xlsx 或 json。",),
    )


def _glance(table: Table, rows: Sequence[tuple[Any, ...]]) -> Table:
    """Give rows with the columns for which a terminal has room."""
    keys = [column.key for column in table.columns]
    places = [keys.index(key) for key in _GLANCE]
    return replace(
        table,
        columns=[table.columns[place] for place in places],
        rows=[tuple(row[place] for place in places) for row in rows],
        shown_in=frozenset({Format.TABLE}),
    )


def _rota(
    session: Session, options: ReportOptions, by_person: Mapping[int, Sequence[_Row]]
) -> tuple[Table, list[str]]:
    """Give who is sent next, unit by unit, and whose age is not known."""
    rules, documents = rota_rules(options.as_of, own_files(session, options.as_of))
    query = select(Staff)
    if options.school is not None:
        query = query.where(Staff.unit == options.school)
    people = {person.id: person for person in session.scalars(query)}
    candidates = [
        Candidate(
            staff=person.id,
            identity=person.identity,
            unit=person.unit,
            born_on=person.born_on,
            worked_since=person.worked_since,
            is_free=person.in_service is not False and person.on_establishment is not False,
            spells=[row.away for row in by_person.get(person.id, ())],
        )
        for person in people.values()
        if person.born_on is not None
    ]
    turns = rota_on(candidates, options.as_of, rules)
    places = places_of_staff(session, [turn.candidate.staff for turn in turns])
    rows = []
    for turn in turns:
        person = people[turn.candidate.staff]
        leaves = months_later(turn.candidate.born_on, rules.age * 12)
        rows.append((
            person.unit, turn.number, person.name, person.department, person.born_on, leaves,
            turn.times, turn.back_on, places.get(person.id, []),
        ))  # fmt: skip
    order = "、".join(rule.label for rule in rules.order)
    who = f"{rules.age} 岁以下、在职在编、没有派出也没有安排派出的，按单位轮派，{order}的在前"
    notes = [f"{who}。依据：{'；'.join(dict.fromkeys(documents))}。"]
    unknown = sum(each.born_on is None and each.in_service is not False for each in people.values())
    if unknown:
        notes.append(f"另有 {unknown} 名教职工没有出生日期，不在轮派名单里，请补导教职工花名册。")
    heading = f"轮派次序（{len(rows)} 人）"
    return (
        Table(key="rota", heading=heading, columns=_ROTA, rows=rows,
              shown_in=ALL_FORMATS - {Format.TABLE}),
        notes,
    )  # fmt: skip


def _next(rota: Table) -> Table:
    """Give the few of each unit who go next: a terminal has no room for all."""
    rows = [row[:-1] for row in rota.rows if row[1] <= _NEXT]
    return Table(
        key="next",
        heading=f"轮到派出的（各单位前 {_NEXT} 人，共 {len(rota.rows)} 人在轮派名单里）",
        columns=rota.columns[:-1],
        rows=rows,
        shown_in=frozenset({Format.TABLE}),
    )


def _summary(states: Counter[SecondmentState]) -> str:
    told = "，".join(f"{state.label} {states[state]} 人次" for state in SecondmentState)
    return f"共 {states.total()} 人次：{told}。"
