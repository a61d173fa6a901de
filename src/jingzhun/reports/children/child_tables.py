"""Tables of children by name, the same in the monthly and the quarterly report."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from jingzhun.core.report_vocabulary import Whereabouts
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.vocabulary import DropoutKind
from jingzhun.reports.children.children import Child, chunks, groups_of
from jingzhun.reports.facts import listed_persons
from jingzhun.reports.provenance import places_of_persons
from jingzhun.store.absentees import details
from jingzhun.store.schema import Person

#: Of somebody no more named as before: as what, where now, since when (if known), the school's id.
Resolved = Mapping[
    int, tuple[DropoutKind | None, Whereabouts | DropoutKind, date | None, int | None]
]
#: Where somebody may be, in the order in which tables tell it.
PLACES: Sequence[Whereabouts | DropoutKind] = (*Whereabouts, *DropoutKind)

_NUMBER = Column(key="number", title="序号", kind=ColumnKind.SEQUENCE)
_NAME = Column(key="name", title="姓名")
_ID = Column(key="id_number", title="身份证件号", kind=ColumnKind.ID)
_LISTED = Column(key="listed", title="脱贫监测户", kind=ColumnKind.FLAG)
_GROUPS = Column(key="groups", title="重点群体", kind=ColumnKind.LIST)
_SCHOOL = Column(key="school", title="学校")
_SOURCES = Column(key="sources", title="来源", kind=ColumnKind.SOURCES)
_NAMES = (
    _NUMBER,
    _NAME,
    _ID,
    Column(key="kind", title="情形", kind=ColumnKind.LABEL),
    Column(key="is_new", title="新增", kind=ColumnKind.FLAG),
    _LISTED,
    _GROUPS,
    _SCHOOL,
    Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    Column(key="class_no", title="班级", kind=ColumnKind.COUNT),
    Column(key="since", title="起算日", kind=ColumnKind.DATE),
    Column(key="case", title="案号", kind=ColumnKind.COUNT),
    Column(key="keeper", title="包保人"),
    Column(key="state", title="个案", kind=ColumnKind.LABEL),
    Column(key="last", title="最近进展", kind=ColumnKind.LABEL),
    Column(key="due", title="下一步", kind=ColumnKind.LABEL),
    Column(key="due_on", title="期限", kind=ColumnKind.DATE),
    Column(key="days_late", title="超期天数", kind=ColumnKind.COUNT),
    Column(key="note", title="说明"),
    _SOURCES,
)
_RESOLVED = (
    _NUMBER,
    _NAME,
    _ID,
    Column(key="was", title="原来情形", kind=ColumnKind.LABEL),
    Column(key="now", title="现在", kind=ColumnKind.LABEL),
    Column(key="on", title="返校日", kind=ColumnKind.DATE),
    _LISTED,
    _GROUPS,
    _SCHOOL,
    _SOURCES,
)


def name_table(
    children: Iterable[Child],
    *,
    key: str = "names",
    title: str = "名单",
    is_new: Callable[[Child], bool],
) -> Table:
    """List children by name, with their cases."""
    rows = [_row(child, is_new=is_new(child)) for child in children]
    counts = Counter(row[3] for row in rows)
    told = "，".join(f"{kind.label} {counts[kind]} 人" for kind in DropoutKind if counts[kind])
    heading = f"{title}（{told or '没有需要列名的儿童'}）"
    return Table(key=key, heading=heading, columns=_NAMES, rows=rows)


def _row(child: Child, *, is_new: bool) -> tuple[Any, ...]:
    case = child.case
    due = case.due if case else None
    return (
        None, child.name, child.id_number, child.kind, is_new, child.is_listed, child.groups,
        child.school, child.grade, child.class_no, child.since, case and case.number,
        case and case.keeper, case and case.state, case and case.last,
        due and due.action, due and due.by, case.days_late if case and due else None, child.note,
        child.sources,
    )  # fmt: skip


def resolved_table(
    session: Session, resolved: Resolved, schools: Mapping[int, str], day: date
) -> Table:
    """List who is no more named, or came back: 销号."""
    rows: list[tuple[Any, ...]] = []
    for some in chunks(resolved):
        listed = set(session.scalars(_among(listed_persons(session, day), some)))
        groups = groups_of(session, day, some)
        places = places_of_persons(session, some)
        for person, (name, number) in details(session, some).items():
            was, place, back_on, school = resolved[person]
            rows.append((
                None, name, number, was, place, back_on, person in listed,
                groups.get(person, []), schools.get(school) if school is not None else None,
                places.get(person, []),
            ))  # fmt: skip
    rows.sort(key=lambda row: (PLACES.index(row[4]), row[8] or "", row[1], row[2] or ""))
    counts = Counter(row[4] for row in rows)
    told = "，".join(f"{place.label} {counts[place]} 人" for place in PLACES if counts[place])
    return Table(
        key="resolved",
        heading=f"返校和销号（{told or '没有'}）",
        columns=_RESOLVED,
        rows=rows,
    )


def _among(query: Select[Any], some: Sequence[int]) -> Select[Any]:
    return query.where(Person.id.in_(some))
