"""``report labour`` 劳动力: by skill, by place of work, by training wished for, and the 两后生.

JSON::

    {"as_of", "persons",
     "skills": [{"skill", "persons", "employed", "not_employed", "unknown", "wants_training"}],
     "places": [{"region", "persons"}],
     "trainings": [{"training", "persons"}],
     "leavers": [{"name", "id_number", "left_stage", "left_on", "basis": "event|roll|age",
        "household_no", "township", "village", "listed", "unemployed_reason", "wants_training",
        "training_wish", "job_wish", "phone", "sources"}]}

``persons``: everybody of whom a list tells anything about labour; each is in one row of
``skills`` (null: the list does not say). ``places`` count those who work, ``region`` null where
their lists do not tell it; ``trainings`` those who wish for one, who name several in each, null
where none is named. ``leavers``: see :mod:`jingzhun.reports.lists.leavers`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from jingzhun.core.labour import is_working, region_of
from jingzhun.core.page import Page
from jingzhun.core.places import Place
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.vocabulary import LabourSkill, WorkRegion
from jingzhun.errors import UsageError
from jingzhun.policies.norms import Norm, norms
from jingzhun.reports import ReportOptions
from jingzhun.reports.lists.leavers import Leaver, leavers
from jingzhun.reports.provenance import places_of_persons
from jingzhun.store.presence import listed_households
from jingzhun.store.schema import Household, Person, Village

_FACTS = (
    Person.labour_skill, Person.is_employed, Person.work_place, Person.work_region,
    Person.work_unit, Person.work_months, Person.job, Person.returned_on, Person.wants_training,
    Person.training_wish,
)  # fmt: skip
_OTHER_FACTS = (
    Person.job_kind, Person.wage_fen, Person.unemployed_reason, Person.labour_state, Person.skill,
    Person.had_training, Person.has_certificate, Person.job_wish,
)  # fmt: skip
_SKILLS: dict[str | None, LabourSkill] = {skill.value: skill for skill in LabourSkill}
_REGIONS: dict[str | None, WorkRegion] = {region.value: region for region in WorkRegion}
_SEVERAL = re.compile(r"[、,，;；/\s]+")
_CHUNK = 5_000  # ids in one statement; SQLite allows 32,766 parameters

_SKILL_COLUMNS = (
    Column(key="skill", title="劳动技能", kind=ColumnKind.LABEL),
    Column(key="persons", title="人数", kind=ColumnKind.COUNT),
    Column(key="employed", title="已就业", kind=ColumnKind.COUNT),
    Column(key="not_employed", title="未就业", kind=ColumnKind.COUNT),
    Column(key="unknown", title="未说明", kind=ColumnKind.COUNT),
    Column(key="wants_training", title="有培训意愿", kind=ColumnKind.COUNT),
)
_PLACE_COLUMNS = (
    Column(key="region", title="务工区域", kind=ColumnKind.LABEL),
    Column(key="persons", title="人数", kind=ColumnKind.COUNT),
)
_TRAINING_COLUMNS = (
    Column(key="training", title="培训意愿"),
    Column(key="persons", title="人数", kind=ColumnKind.COUNT),
)
_LEAVER_COLUMNS = (
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证件号", kind=ColumnKind.ID),
    Column(key="left_stage", title="离开学段", kind=ColumnKind.LABEL),
    Column(key="left_on", title="离校时间", kind=ColumnKind.DATE),
    Column(key="basis", title="依据", kind=ColumnKind.LABEL),
    Column(key="household_no", title="户编号"),
    Column(key="township", title="乡镇"),
    Column(key="village", title="村"),
    Column(key="listed", title="脱贫监测户", kind=ColumnKind.FLAG),
    Column(key="unemployed_reason", title="未就业原因"),
    Column(key="wants_training", title="有培训意愿", kind=ColumnKind.FLAG),
    Column(key="training_wish", title="培训意愿"),
    Column(key="job_wish", title="就业意愿"),
    Column(key="phone", title="联系电话"),
    Column(key="sources", title="来源", kind=ColumnKind.SOURCES),
)


def labour_page(session: Session, options: ReportOptions) -> Page:
    """Count the labour force as of a day, and name the 两后生.

    Raises:
        UsageError: ``school_not_asked``.
    """
    if options.school is not None:
        raise UsageError(
            "school_not_asked", "劳动力报表按户和村统计，不分学校。", "请去掉 --school。"
        )
    day = options.as_of
    years = norms("labour", day)["leaver_years"]
    people = _labour_force(session, day)
    return Page(
        title=f"劳动力（{day.isoformat()}）",
        facts={"as_of": day.isoformat(), "persons": len(people)},
        tables=(
            *_skills(people), *_places(people), *_trainings(people),
            _leavers(session, day, years),
        ),
    )  # fmt: skip


def _labour_force(session: Session, day: date) -> Sequence[Any]:
    query = (
        select(*_FACTS, Village.province, Village.county, Village.township)
        .outerjoin(Household, Household.id == Person.household_id)
        .outerjoin(Village, Village.id == Household.village_id)
        .where(
            or_(*(fact.is_not(None) for fact in (*_FACTS, *_OTHER_FACTS))),
            or_(Person.died_on.is_(None), Person.died_on > day),
        )
    )
    return session.execute(query).all()


def _works(row: Any) -> bool | None:
    signs = bool(row.work_place or row.work_unit or row.work_months or row.job or row.work_region)
    return is_working(said=row.is_employed, has_returned=row.returned_on is not None, signs=signs)


def _skills(people: Sequence[Any]) -> tuple[Table, Table]:
    counts: Counter[tuple[str | None, str]] = Counter()
    words = {True: "employed", False: "not_employed", None: "unknown"}
    for row in people:
        counts[row.labour_skill, "persons"] += 1
        counts[row.labour_skill, words[_works(row)]] += 1
        counts[row.labour_skill, "wants_training"] += row.wants_training is True
    keys = [column.key for column in _SKILL_COLUMNS[1:]]
    rows: list[tuple[Any, ...]] = [
        (_SKILLS.get(skill), *(counts[skill, key] for key in keys))
        for skill in [*_SKILLS, None]
        if counts[skill, "persons"]
    ]
    total = ("合计", *(sum(row[at] for row in rows) for at in range(1, len(_SKILL_COLUMNS))))
    notes = ("就业照名单写的算；没有写的，有务工地点、单位、工种或务工月数的算已就业。",)
    return _both("skills", "按劳动技能", _SKILL_COLUMNS, rows, total=total, notes=notes)


def _places(people: Sequence[Any]) -> tuple[Table, Table]:
    counts: Counter[WorkRegion | None] = Counter()
    for row in people:
        if _works(row):
            home = (row.province or "", row.county or "", row.township or "")
            told = _REGIONS.get(row.work_region) or region_of(row.work_place, home)
            counts[told] += 1
    rows = [(region, counts[region]) for region in [*WorkRegion, None] if counts[region]]
    return _both("places", "已就业的在哪里", _PLACE_COLUMNS, rows, total=("合计", counts.total()))


def _trainings(people: Sequence[Any]) -> tuple[Table, Table]:
    counts: Counter[str | None] = Counter()
    for row in people:
        if row.wants_training:
            counts.update({word for word in _SEVERAL.split(row.training_wish or "") if word})
            counts[None] += not row.training_wish
    named = sorted(((n, word) for word, n in counts.items() if word), key=lambda c: (-c[0], c[1]))
    rows: list[tuple[str | None, int]] = [(word, count) for count, word in named]
    if counts[None]:
        rows.append((None, counts[None]))
    wishing = sum(row.wants_training is True for row in people)
    notes = (f"有培训意愿 {wishing} 人；一人写了几项的，每项各算一次。",)
    return _both("trainings", "想参加的培训", _TRAINING_COLUMNS, rows, notes=notes)


def _both(
    key: str,
    heading: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[Any, ...]],
    *,
    total: tuple[Any, ...] | None = None,
    notes: Sequence[str] = (),
) -> tuple[Table, Table]:
    """Give the counts for programs, and for people with a word where a list does not say."""
    named = [row if row[0] else ("未写明", *row[1:]) for row in rows]
    return (
        Table(key=key, heading="", columns=columns, rows=rows, shown_in=PROGRAMS),
        Table(key=key, heading=heading, columns=columns, rows=named, notes=notes,
              total=total if rows else None, shown_in=PEOPLE),
    )  # fmt: skip


def _leavers(session: Session, day: date, years: Norm) -> Table:
    found = leavers(session, day, years.value)
    listed = set(session.scalars(listed_households(day)))
    rows: list[tuple[Any, ...]] = []
    rest = iter(found)
    while some := list(islice(rest, _CHUNK)):
        places = places_of_persons(session, some)
        query = (
            select(
                Person.id, Person.name, Person.id_number, Household.household_no,
                Village.township, Village.name, Person.household_id, Person.unemployed_reason,
                Person.wants_training, Person.training_wish, Person.job_wish, Person.phone,
            )
            .outerjoin(Household, Household.id == Person.household_id)
            .outerjoin(Village, Village.id == Household.village_id)
            .where(Person.id.in_(some))
        )  # fmt: skip
        rows += [
            _leaver_row(row, found[row.id], listed, places.get(row.id, []))
            for row in session.execute(query)
        ]
    rows.sort(key=lambda row: (row[6] or "", row[7] or "", row[0], row[1] or ""))
    notes = (
        f"初中、高中离校不满 {years.value} 年，没有再上学，也没有就业的人；依据：{years.source}。",
        "没有学籍和异动可查的，按文化程度和年龄推算，前后放宽一年，请逐人核实。",
    )
    return Table(key="leavers", heading=f"两后生（{len(rows)} 人）", columns=_LEAVER_COLUMNS,
                 rows=rows, notes=notes)  # fmt: skip


def _leaver_row(row: Any, leaver: Leaver, listed: set[int], places: list[Place]) -> tuple[Any, ...]:
    _, name, number, household_no, township, village, household, reason, *wishes, phone = row
    return (
        name, number, leaver.stage, leaver.left_on, leaver.basis, household_no, township, village,
        household in listed, reason, *wishes, phone, places,
    )  # fmt: skip
