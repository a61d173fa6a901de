"""``report card``: one pupil's file — schooling, household, recognitions, aid — to print and keep.

What the ledger knows today, with the days from and until which it holds and the list that says so.
Aid is told month by month, corrections as lines of their own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.identity import mask
from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import (
    GRADE_LABELS,
    MONITORED,
    Boarding,
    Category,
    RunKind,
    Sex,
    Stage,
    Standing,
    Tier,
    label_of,
)
from jingzhun.errors import UsageError
from jingzhun.policies.packs import scheme_titles
from jingzhun.reports import ReportOptions
from jingzhun.reports.provenance import place_finder
from jingzhun.store.matches import twins_of
from jingzhun.store.policy_files import files_ever
from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    Household,
    HouseholdCategory,
    Person,
    Recognition,
    Run,
    RunLine,
    School,
    StandingSpell,
    Village,
)

_FACT = (
    Column(key="fact", title="事项"),
    Column(key="value", title="内容"),
    Column(key="from", title="自", kind=ColumnKind.DATE),
    Column(key="until", title="至（不含）", kind=ColumnKind.DATE),
    Column(key="source", title="出处", kind=ColumnKind.SOURCES),
)
_AID = (
    Column(key="month", title="月份"),
    Column(key="title", title="项目"),
    Column(key="school", title="学校"),
    Column(key="days", title="天数", kind=ColumnKind.COUNT),
    Column(key="rate_fen", title="标准", kind=ColumnKind.MONEY),
    Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
    Column(key="run", title="批号", kind=ColumnKind.COUNT),
    Column(key="kind", title="种类", kind=ColumnKind.LABEL),
    Column(key="cause", title="原因"),
)


def card_page(session: Session, options: ReportOptions) -> Page:
    """Show one pupil's file.

    JSON: ``pupil`` (name, id_number, student_no, sex, born_on, household_no, head, village),
    ``total_fen``, and the tables ``facts`` (``fact``, ``value``, ``from``, ``until``, ``source``)
    and ``aid`` (``month``, ``title``, ``school``, ``days``, ``rate_fen``, ``amount_fen``, ``run``,
    ``kind``, ``cause``).

    Raises:
        UsageError: no pupil is named.
    """
    if options.person_id is None:
        raise UsageError(
            "student_missing",
            "没有写明哪名学生。",
            "请写姓名或号码，如：jingzhun report card --student 张三 --out 档案卡.html",
        )
    person = session.get_one(Person, options.person_id)
    records = [person, *twins_of(session, person)]
    aid = _aid(session, [record.id for record in records])
    total = sum(row[5] for row in aid)
    pupil = _pupil(session, person)
    notes = [f"{title}：{pupil[key]}" for key, title in _TITLES.items() if pupil[key]]
    if len(records) > 1:
        notes.append("账本里另有已确认为同一人的记录，本卡一并列出。")
    return Page(
        title=f"学生资助档案卡　{person.name}",
        facts={"pupil": pupil, "total_fen": total},
        tables=[
            Table(key="facts", heading="基本情况", columns=_FACT, rows=_facts(session, records)),
            Table(
                key="aid",
                heading="历次资助",
                columns=_AID,
                rows=aid,
                total=("合计", None, None, None, None, total, None, None, None),
                notes=("只列已批准入账的；还在测算、公示的不在内。",),
            ),
        ],
        notes=notes,
    )


_TITLES: Mapping[str, str] = {
    "id_number": "身份证号",
    "student_no": "学籍号",
    "sex": "性别",
    "born_on": "出生日期",
    "household_no": "户编号",
    "head": "户主",
    "village": "住址",
}


def _pupil(session: Session, person: Person) -> dict[str, Any]:
    household = session.get(Household, person.household_id) if person.household_id else None
    village = (
        session.get(Village, household.village_id) if household and household.village_id else None
    )
    return {
        "name": person.name,
        "id_number": person.id_number and mask(person.id_number),
        "student_no": person.student_no and mask(person.student_no),
        "sex": label_of(Sex, person.sex),
        "born_on": person.born_on and person.born_on.isoformat(),
        "household_no": household and household.household_no,
        "head": household and household.head_name,
        "village": village and f"{village.county}{village.township}{village.name}",
    }


def _facts(session: Session, records: Sequence[Person]) -> list[tuple[Any, ...]]:
    """Give every dated fact as known today, by what it is and its first day."""
    people = [record.id for record in records]
    homes = [record.household_id for record in records if record.household_id is not None]
    schools = {row.id: row.name for row in session.execute(select(School.id, School.name))}
    told: Sequence[tuple[str, Any, Any, Any]] = (
        ("学籍", Enrolment, Enrolment.person_id.in_(people), lambda row: _schooling(row, schools)),
        ("就读方式", BoardingSpell, BoardingSpell.person_id.in_(people),
         lambda row: label_of(Boarding, row.boarding)),
        ("学籍状态", StandingSpell, StandingSpell.person_id.in_(people),
         lambda row: label_of(Standing, row.standing)),
        ("户类别", HouseholdCategory, HouseholdCategory.household_id.in_(homes), _category),
        ("困难认定", Recognition, Recognition.person_id.in_(people), _recognition),
    )  # fmt: skip
    find = place_finder(session)
    found = []
    for fact, timeline, about, words in told:
        rows = session.scalars(
            select(timeline)
            .where(about, timeline.superseded_in.is_(None))
            .order_by(timeline.valid_from)
        )
        found += [
            (
                fact,
                words(row),
                row.valid_from,
                row.valid_until,
                [find(row.sheet_id, row.row_number)],
            )
            for row in rows
        ]
    return found


def _schooling(row: Enrolment, schools: Mapping[int, str]) -> str:
    grade = GRADE_LABELS.get(row.grade or 0, label_of(Stage, row.stage))
    return f"{schools[row.school_id]}　{grade}{f'{row.class_no}班' if row.class_no else ''}"


def _category(row: HouseholdCategory) -> str:
    risk = f"（风险{'已' if row.risk_removed else '未'}消除）" if row.category in MONITORED else ""
    return label_of(Category, row.category) + risk


def _recognition(row: Recognition) -> str:
    tier = label_of(Tier, row.tier) or row.tier_text or "已认定"
    return f"{tier}（{row.reasons}）" if row.reasons else tier


def _aid(session: Session, people: Sequence[int]) -> list[tuple[Any, ...]]:
    query = (
        select(RunLine, Run, School.name)
        .join(Run, Run.id == RunLine.run_id)
        .join(School, School.id == RunLine.school_id)
        .where(RunLine.person_id.in_(people), RunLine.sequence.is_not(None))
        .order_by(RunLine.month, RunLine.scheme, School.name, RunLine.sequence)
    )
    titles = scheme_titles(files_ever(session))
    rows = []
    for line, run, school in session.execute(query):
        title = titles.get(line.scheme, line.scheme)
        month = str(Month(line.month // 100, line.month % 100))
        money = (line.days, line.rate_fen, line.amount_fen)
        rows.append((month, title, school, *money, run.id, RunKind.coded(run.kind), line.cause))
    return rows
