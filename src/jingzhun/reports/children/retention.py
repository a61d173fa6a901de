"""``report retention`` 巩固率: of each cohort, who of those that began is still there or graduated.

JSON::

    {"as_of", "bar_percent",
     "nine_years": [{"cohort", "grade", "since", "since_grade", "entered", "joined", "moved",
        "expected", "studying", "graduated", "lost", "untraced", "percent", "official_percent",
        "bar_percent", "within"}],
     "stages": [{"school", "stage", …}],
     "missing": [{"name", "id_number", "cohort", "school", "outcome", "kind", "since", "listed",
        "sources"}]}

``cohort`` is the school year in which it began; ``grade`` the one it is in on the day, null when
its last one is over. What is counted how: :mod:`jingzhun.core.cohorts` and
:mod:`jingzhun.reports.children.cohorts`; ``percent`` is (studying + graduated) ÷ expected,
``official_percent`` ÷ entered, null unless the cohort is known since its first grade. The bar is of
the nine years; a cohort that has left 小学 is shown there only if the ledger knows of it in 初中.
``missing`` are the lost and the untraced of the nine years shown, of one school those of its
stages, by name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.cohorts import Member, Retention, retention
from jingzhun.core.dropout import COMPULSORY
from jingzhun.core.page import Page
from jingzhun.core.report_vocabulary import Outcome
from jingzhun.core.table import PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.terms import school_year_of
from jingzhun.core.vocabulary import Stage
from jingzhun.policies.norms import Norm, norms
from jingzhun.reports import ReportOptions
from jingzhun.reports.children.children import chunks, gone_on
from jingzhun.reports.children.cohorts import Cohort, cohorts_on
from jingzhun.reports.facts import listed_persons
from jingzhun.reports.provenance import places_of_persons
from jingzhun.reports.schools import require_school
from jingzhun.store.absentees import Absentee, details
from jingzhun.store.policy_files import own_files
from jingzhun.store.schema import Person, School

_FIGURES = (
    Column(key="cohort", title="入学年"),
    Column(key="grade", title="现年级", kind=ColumnKind.LABEL),
    Column(key="since", title="名册始于"),
    Column(key="since_grade", title="当时年级", kind=ColumnKind.LABEL),
    *(
        Column(key=key, title=title, kind=ColumnKind.COUNT)
        for key, title in (
            ("entered", "当时人数"), ("joined", "后来增加"), ("moved", "正常流出"),
            ("expected", "应在人数"), ("studying", "在籍"), ("graduated", "毕业"),
            ("lost", "辍学流失"), ("untraced", "去向不明"),
        )
    ),
    Column(key="percent", title="巩固率", kind=ColumnKind.PERCENT),
    Column(key="official_percent", title="公式巩固率", kind=ColumnKind.PERCENT),
)  # fmt: skip
_NINE_YEARS = (
    *_FIGURES,
    Column(key="bar_percent", title="下限", kind=ColumnKind.PERCENT),
    Column(key="within", title="达标", kind=ColumnKind.FLAG),
)
_STAGES = (
    Column(key="school", title="学校"),
    Column(key="stage", title="学段", kind=ColumnKind.LABEL),
    *_FIGURES,
)
_MISSING = (
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证件号", kind=ColumnKind.ID),
    Column(key="cohort", title="入学年"),
    Column(key="school", title="学校"),
    Column(key="outcome", title="结果", kind=ColumnKind.LABEL),
    Column(key="kind", title="情形", kind=ColumnKind.LABEL),
    Column(key="since", title="起算日", kind=ColumnKind.DATE),
    Column(key="listed", title="脱贫监测户", kind=ColumnKind.FLAG),
    Column(key="sources", title="来源", kind=ColumnKind.SOURCES),
)
_GONE = frozenset({Outcome.LOST, Outcome.UNTRACED})


def retention_page(session: Session, options: ReportOptions) -> Page:
    """Give the cohorts as of a day; ``school`` narrows to the stages of one school.

    Raises:
        JingzhunError: ``school_unknown``.
    """
    require_school(session, options.school)
    day = options.as_of
    bar = norms("dropout", day, own_files(session, day))["retention_bar"]
    schools = dict(session.execute(select(School.id, School.name)).all())
    named = gone_on(session, day)
    cohorts = {
        cohort: members
        for cohort, members in cohorts_on(session, day, named).items()
        if options.school in (None, schools.get(cohort.school_id or 0))
    }
    years = {c: members for c, members in cohorts.items() if c.stage is None}
    stages = {c: members for c, members in cohorts.items() if c.stage is not None}
    known = {c.year for c in stages if c.stage is Stage.JUNIOR}
    shown = {c: m for c, m in years.items() if _is_told(c, known, day)}
    missing = _missing(session, day, shown or stages, schools, named)
    whose = f"{options.school}" if options.school else "各校"
    return Page(
        title=f"{whose}义务教育巩固率（{day.isoformat()}）",
        facts={"as_of": day.isoformat(), "bar_percent": bar.value / 100},
        tables=(
            *_nine_years(shown, day, bar, is_asked=options.school is None),
            _stages(stages, schools, day),
            _named(missing),
        ),
        notes=() if cohorts else (f"{day.isoformat()} 以前没有小学、初中的学籍名册。",),
    )


def _is_told(cohort: Cohort, junior: set[int], day: date) -> bool:
    """Say whether the nine years of a cohort can be told: not if only its 小学 is known."""
    grade = school_year_of(day) - cohort.year + 1
    return grade <= COMPULSORY[Stage.PRIMARY] or cohort.year + COMPULSORY[Stage.PRIMARY] in junior


def _figures(cohort: Cohort, told: Retention, day: date) -> tuple[Any, ...]:
    last = COMPULSORY[cohort.stage or Stage.JUNIOR]
    grade = cohort.first_grade + school_year_of(day) - cohort.year
    return (
        cohort.year, grade if grade <= last else None, told.since, told.grade, told.entered,
        told.joined, told.moved, told.expected, told.studying, told.graduated, told.lost,
        told.untraced, told.percent, told.official_percent,
    )  # fmt: skip


def _retained(
    cohorts: Mapping[Cohort, Mapping[int, Member]],
) -> Iterable[tuple[Cohort, Retention]]:
    for cohort, members in cohorts.items():
        yield cohort, retention(members.values(), cohort.year, cohort.first_grade)


def _nine_years(
    cohorts: Mapping[Cohort, Mapping[int, Member]], day: date, bar: Norm, *, is_asked: bool
) -> tuple[Table, ...]:
    rows = sorted(
        (*_figures(cohort, told, day), bar.value, told.reaches(bar.value))
        for cohort, told in _retained(cohorts)
    )
    table = Table(
        key="nine_years",
        heading="九年义务教育巩固率（全部学校）",
        columns=_NINE_YEARS,
        rows=rows,
        notes=(
            "应在人数＝当时人数＋后来增加－正常流出（转出有接收学校、出国、死亡）。",
            "巩固率＝（在籍＋毕业）÷应在人数。",
            "公式巩固率＝（在籍＋毕业）÷一年级入学人数，流动不扣除；名册从一年级就有的届才有。",
            "已离开小学、账本里没有初中名册的届不列；小学毕业后未见初中学籍的，算去向不明。",
            f"下限依据：{bar.source}。",
        ),
    )  # fmt: skip
    return (table,) if is_asked else (replace(table, shown_in=PROGRAMS),)


def _stages(
    cohorts: Mapping[Cohort, Mapping[int, Member]], schools: Mapping[int, str], day: date
) -> Table:
    order = list(Stage)
    rows = [
        (schools[cohort.school_id or 0], cohort.stage, *_figures(cohort, told, day))
        for cohort, told in _retained(cohorts)
    ]
    rows.sort(key=lambda row: (row[0], order.index(row[1]), row[2]))
    return Table(
        key="stages",
        heading="各校各届（小学六年、初中三年）",
        columns=_STAGES,
        rows=rows,
        notes=("转到账本里另一所学校的，在原校算正常流出，在新校算后来增加。",),
    )


def _missing(
    session: Session,
    day: date,
    cohorts: Mapping[Cohort, Mapping[int, Member]],
    schools: Mapping[int, str],
    named: Mapping[int, Absentee],
) -> list[tuple[Any, ...]]:
    """Give a row for each lost or untraced pupil."""
    gone = {
        pupil: (cohort, member.outcome)
        for cohort, members in cohorts.items()
        for pupil, member in members.items()
        if member.outcome in _GONE
    }
    rows: list[tuple[Any, ...]] = []
    for some in chunks(gone):
        listed = set(session.scalars(listed_persons(session, day).where(Person.id.in_(some))))
        places = places_of_persons(session, some)
        for pupil, (name, number) in details(session, some).items():
            cohort, outcome = gone[pupil]
            child = named.get(pupil)
            school = child.school_id if child else cohort.school_id
            rows.append((
                name, number, cohort.year, schools.get(school) if school else None, outcome,
                child and child.kind, child and child.since, pupil in listed,
                places.get(pupil, []),
            ))  # fmt: skip
    return sorted(rows, key=lambda row: (row[2], row[4].value, row[3] or "", row[0], row[1] or ""))


def _named(rows: list[tuple[Any, ...]]) -> Table:
    counts = Counter(row[4] for row in rows)
    told = "，".join(f"{word.label} {counts[word]} 人" for word in Outcome if counts[word])
    return Table(
        key="missing", heading=f"没有巩固住的学生（{told or '没有'}）", columns=_MISSING, rows=rows
    )
