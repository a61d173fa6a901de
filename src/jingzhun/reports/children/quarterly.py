"""``report quarterly`` 控辍保学季度台账: the county's three ledgers, and how they moved.

JSON::

    {"quarter", "from", "as_of", "is_over",
     "checks": {"school_age", "on_roll", "at_school", "listed"},
     "comparisons": {"never_enrolled", "not_at_school", "listed_dropped_out"},
     "places": [{"place", "count", "listed"}],
     "movements": [{"school", "suspected_before", "suspected_added", "suspected_resolved",
        "suspected", "dropped_out_before", "dropped_out_added", "dropped_out_resolved",
        "dropped_out"}],
     "suspected": as ``names`` of ``monthly``, "dropped_out": the same,
     "resolved": as in ``monthly``; ``now`` may be ``dropped_out`` or another kind,
     "school_age": [{"name", "id_number", "sex", "born_on", "village", "school", "grade",
        "class_no", "place", "listed", "groups", "sources"}]}

Every named child is in one of two ledgers: ``dropped_out`` in 辍学学生台账, the other kinds in
疑似辍学学生台账. before + added - resolved = now in each ledger and school, to the head; who goes
from one ledger (or school) to the other is resolved in the one and added to the other. A child that
came into a ledger and out of it within the quarter moves neither, and stands in ``resolved`` where
it came back. ``places`` counts the ledger of children of school age by where they are; its sum is
``checks.school_age``. ``not_at_school`` are those of school age who stand on a roll and are named.
Source: 教育部办公厅 2024-04《关于建立健全义务教育控辍保学常态化报告工作机制的通知》:
县级每季度核查, 三本台账, 四查三比对, 动态销号.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.paper import BLANK, BLANK_DAY
from jingzhun.core.table import ALL_FORMATS, Column, ColumnKind, Format, Table
from jingzhun.core.terms import Quarter
from jingzhun.core.vocabulary import DropoutKind
from jingzhun.reports import ReportOptions
from jingzhun.reports.children.child_tables import PLACES, Resolved, name_table, resolved_table
from jingzhun.reports.children.children import AT_SCHOOL, rolls_unknown
from jingzhun.reports.children.school_age import SchoolAged, school_aged
from jingzhun.reports.children.spans import NOWHERE, Span, asked_period
from jingzhun.store.absentees import Absentee

#: The kinds that stand in 辍学学生台账; the others are in 疑似辍学学生台账.
DROPPED_OUT = frozenset({DropoutKind.DROPPED_OUT})
SUSPECTED = frozenset(DropoutKind) - DROPPED_OUT

_SCHOOL = Column(key="school", title="学校")
_PLACES = (
    Column(key="place", title="现在情形", kind=ColumnKind.LABEL),
    Column(key="count", title="人数", kind=ColumnKind.COUNT),
    Column(key="listed", title="其中脱贫监测户", kind=ColumnKind.COUNT),
)
_MOVEMENTS = (
    _SCHOOL,
    *(
        Column(key=f"{ledger}{part}", title=f"{title}{word}", kind=ColumnKind.COUNT)
        for ledger, title in (("suspected", "疑似辍学"), ("dropped_out", "辍学"))
        for part, word in (
            ("_before", "期初"), ("_added", "新增"), ("_resolved", "销号"), ("", "期末"),
        )
    ),
)  # fmt: skip
_SCHOOL_AGE = (
    Column(key="number", title="序号", kind=ColumnKind.SEQUENCE),
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证件号", kind=ColumnKind.ID),
    Column(key="sex", title="性别", kind=ColumnKind.LABEL),
    Column(key="born_on", title="出生日期", kind=ColumnKind.DATE),
    Column(key="village", title="村"),
    _SCHOOL,
    Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    Column(key="class_no", title="班级", kind=ColumnKind.COUNT),
    Column(key="place", title="现在情形", kind=ColumnKind.LABEL),
    Column(key="listed", title="脱贫监测户", kind=ColumnKind.FLAG),
    Column(key="groups", title="重点群体", kind=ColumnKind.LIST),
    Column(key="sources", title="来源", kind=ColumnKind.SOURCES),
)


def quarterly_page(session: Session, options: ReportOptions) -> Page:
    """Give the ledgers of a quarter: ``period`` names it, else that of the day; ``school`` narrows.

    Raises:
        JingzhunError: ``school_unknown``.
        UsageError: ``quarter_wanted``, ``quarter_ahead``.
    """
    quarter = asked_period(options, Quarter, "quarterly")
    span = Span(session, options, quarter)
    aged = school_aged(session, span)
    resolved = {**_changed(span), **span.resolved()}
    checks, comparisons = _checks(aged, span)
    source = span.figures["quarterly_report"].source
    return Page(
        title=span.title("控辍保学季度台账", quarter),
        facts={
            "quarter": str(quarter),
            "from": span.first.isoformat(),
            "as_of": span.close.isoformat(),
            "is_over": span.is_over,
            "checks": checks,
            "comparisons": comparisons,
        },
        tables=(
            _places(aged, checks, comparisons, span),
            _movements(span),
            _ledger(span, "suspected", "疑似辍学学生台账", SUSPECTED),
            _ledger(span, "dropped_out", "辍学学生台账", DROPPED_OUT),
            resolved_table(session, resolved, span.schools, span.close),
            _school_age(aged, span),
        ),
        notes=(
            *rolls_unknown(session, span.close),
            f"适龄儿童少年台账共 {len(aged):,} 人，逐名见 --format xlsx、html、csv 或 json。",
            f"依据：{source}；春秋两季开学另须实地核查。",
            f"填报人：{BLANK}　　负责人（签字）：{BLANK}　　（盖章）　　{BLANK_DAY}",
        ),
    )


def _changed(span: Span) -> Resolved:
    """Give who is still named, but in the other ledger or at another school."""
    return {
        person: (was.kind, span.now[person].kind, None, span.now[person].school_id)
        for person, was in span.was.items()
        if person in span.now and _entry(was) != _entry(span.now[person])
    }


def _entry(child: Absentee) -> tuple[bool, int | None]:
    """Say in which ledger, and at which school, a child stands."""
    return child.kind in DROPPED_OUT, child.school_id


def _checks(aged: Sequence[SchoolAged], span: Span) -> tuple[dict[str, int], dict[str, int]]:
    """Count 四查 and 三比对."""
    named = [child for child in aged if isinstance(child.place, DropoutKind)]
    checks = {
        "school_age": len(aged),
        "on_roll": sum(child.is_on_roll for child in aged),
        "at_school": sum(child.place in AT_SCHOOL for child in aged),
        "listed": sum(child.is_listed for child in aged),
    }
    comparisons = {
        "never_enrolled": sum(child.place is DropoutKind.NEVER_ENROLLED for child in named),
        "not_at_school": sum(child.is_on_roll for child in named),
        "listed_dropped_out": sum(
            child.is_listed and child.kind in DROPPED_OUT for child in span.children
        ),
    }
    return checks, comparisons


def _places(
    aged: Sequence[SchoolAged], checks: Mapping[str, int], found: Mapping[str, int], span: Span
) -> Table:
    counts = Counter(child.place for child in aged)
    listed = Counter(child.place for child in aged if child.is_listed)
    rows = [(place, counts[place], listed[place]) for place in PLACES if counts[place]]
    bar = span.figures["listed_bar"]
    asked = (
        f"四查：适龄 {checks['school_age']} 人，在籍 {checks['on_roll']} 人，"
        f"在校 {checks['at_school']} 人，脱贫户、监测户等困难户适龄 {checks['listed']} 人。"
    )
    compared = (
        f"三比对：适龄失学 {found['never_enrolled']} 人，在籍未在校 {found['not_at_school']} 人，"
        f"困难户辍学 {found['listed_dropped_out']} 人（应为 {bar.value}，{bar.source}）。"
    )
    return Table(
        key="places",
        heading="适龄儿童少年",
        columns=_PLACES,
        rows=rows,
        total=("合计", checks["school_age"], checks["listed"]) if rows else None,
        notes=(asked, compared),
    )


def _movements(span: Span) -> Table:
    parts: list[Counter[int | None]] = []
    for ledger in (SUSPECTED, DROPPED_OUT):
        was, now = _entries(span.was, ledger), _entries(span.now, ledger)
        sets = (was, now - was, was - now, now)
        parts += [Counter(school for _, school in some) for some in sets]
    places = set[int | None]().union(*parts) | (span.wanted if span.is_one else set())
    rows = [(span.name(place), *(part[place] for part in parts)) for place in places]
    rows.sort(key=lambda row: (row[0] == NOWHERE, row[0]))
    sums = [sum(part.values()) for part in parts]
    return Table(
        key="movements",
        heading="台账增减",
        columns=_MOVEMENTS,
        rows=rows,
        total=("合计", *sums) if len(rows) > 1 else None,
        notes=("期初＋新增－销号＝期末；疑似转为辍学的，在疑似台账销号，在辍学台账新增。",),
    )


def _entries(
    named: Mapping[int, Absentee], kinds: Collection[DropoutKind]
) -> set[tuple[int, int | None]]:
    return {(person, child.school_id) for person, child in named.items() if child.kind in kinds}


def _ledger(span: Span, key: str, title: str, kinds: Collection[DropoutKind]) -> Table:
    was = _entries(span.was, kinds)
    return name_table(
        (child for child in span.children if child.kind in kinds),
        key=key,
        title=title,
        is_new=lambda child: (child.person_id, child.school_id) not in was,
    )


def _school_age(aged: Sequence[SchoolAged], span: Span) -> Table:
    return Table(
        key="school_age",
        heading=f"适龄儿童少年台账（{len(aged):,} 人）",
        columns=_SCHOOL_AGE,
        rows=[
            (None, child.name, child.id_number, child.sex, child.born_on, child.village,
             None if child.school_id is None else span.schools[child.school_id], child.grade,
             child.class_no, child.place, child.is_listed, child.groups, child.sources)
            for child in aged
        ],
        shown_in=ALL_FORMATS - {Format.TABLE},
    )  # fmt: skip
