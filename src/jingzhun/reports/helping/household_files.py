"""What a ledger holds of the households that are helped, section by section of their handbooks.

A section gives its rows by household, so that one statement serves one handbook or all of them;
the columns of a section are those of the handbook and of a table over all households alike.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from jingzhun.core.duties import Assurance, Fulfilment, HelpWay, PlanState, years_compared
from jingzhun.core.progress import Look
from jingzhun.core.table import Column, ColumnKind
from jingzhun.core.vocabulary import GRADE_LABELS, LabourSkill, Sex
from jingzhun.reports.individuals import PERSON_COLUMNS, individuals
from jingzhun.store.schema import (
    ChecklistItem,
    Contribution,
    HouseholdIncome,
    HouseholdPlan,
    Pairing,
    Person,
    Staff,
    Visit,
)

#: Rows of a section by household.
Rows = Mapping[int, list[tuple[Any, ...]]]
Homes = Select[int]
_DAY = timedelta(1)
_FIRST = {"户主": 0, "本人": 0, "配偶": 1}  # 与户主关系; the others follow by age
_SCHOOLING = tuple(
    [column.key for column in PERSON_COLUMNS].index(key)
    for key in ("school", "grade", "class_no", "enrolled")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: its columns, and how its rows are read; ``most`` fit on a sheet, the latest."""

    key: str
    title: str
    columns: tuple[Column, ...]
    read: Callable[[Session, Look, Homes], Rows]
    most: int | None = None


def _grouped(rows: Iterable[Any]) -> Rows:
    """Give rows by the household in their first place."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for home, *told in rows:
        found[home].append(tuple(told))
    return found


def _members(session: Session, looked: Look, homes: Homes) -> Rows:
    people = session.execute(
        select(
            Person.household_id, Person.id, Person.name, Person.relation, Person.sex,
            Person.born_on, Person.id_number, Person.health, Person.labour_skill,
            Person.education, Person.work_place,
        )
        .where(
            Person.household_id.in_(homes),
            Person.died_on.is_(None) | (Person.died_on > looked.day),
        )
        .order_by(
            Person.household_id, case(_FIRST, value=Person.relation, else_=len(_FIRST)),
            Person.born_on, Person.id,
        )
    ).all()  # fmt: skip
    schooled = individuals(session, looked.day, [row[1] for row in people])
    return _grouped(
        (
            home, name, relation, sex and Sex.coded(sex), born, number, health,
            skill and LabourSkill.coded(skill), education, _studies(schooled[person]), work,
        )
        for home, person, name, relation, sex, born, number, health, skill, education, work
        in people
    )  # fmt: skip


def _studies(individual: Sequence[Any]) -> str | None:
    """Say where somebody is at school: 青禾小学三年级2班; None of who is not."""
    school, grade, class_no, is_on_roll = (individual[place] for place in _SCHOOLING)
    if not is_on_roll:
        return None
    return f"{school}{GRADE_LABELS.get(grade or 0, '')}{f'{class_no}班' if class_no else ''}"


def _helpers(session: Session, looked: Look, homes: Homes) -> Rows:
    """Give each helper's time as one row, however many spans its lists tell it in."""
    rows = session.execute(
        select(
            Pairing.household_id, Staff.id, Staff.name, Staff.unit, Staff.post, Staff.phone,
            Pairing.valid_from, Pairing.valid_until, Pairing.measures,
        )
        .join(Staff, Staff.id == Pairing.staff_id)
        .where(
            Pairing.household_id.in_(homes),
            Pairing.superseded_in.is_(None),
            Pairing.valid_from <= looked.day,
        )
        .order_by(Pairing.household_id, Staff.id, Pairing.valid_from)
    ).all()  # fmt: skip
    found = []
    for _, spans in groupby(rows, key=lambda row: (row[0], row[1])):
        told: list[list[Any]] = []
        for home, _, name, unit, post, phone, start, end, measures in spans:
            if told and told[-1][6] == start:
                told[-1][6:] = [end, measures or told[-1][7]]
            else:
                told.append([home, name, unit, post, phone, start, end, measures])
        found += told
    found.sort(key=lambda row: (row[0], row[5]))
    return _grouped((*row[:6], row[6] and row[6] - _DAY, row[7]) for row in found)


def _plans(session: Session, looked: Look, homes: Homes) -> Rows:
    rows = session.execute(
        select(
            HouseholdPlan.household_id, HouseholdPlan.help_way, HouseholdPlan.content,
            HouseholdPlan.goal, HouseholdPlan.plan_state, HouseholdPlan.done_on,
            HouseholdPlan.helper,
        )
        .where(
            HouseholdPlan.household_id.in_(homes),
            HouseholdPlan.year == looked.year.start.year,
        )
        .order_by(HouseholdPlan.id)
    ).all()  # fmt: skip
    ways = list(HelpWay)
    told = [
        (home, HelpWay.coded(way), content, goal,
         PlanState.coded(state) if state else PlanState.PLANNED, done_on, helper)
        for home, way, content, goal, state, done_on, helper in rows
    ]  # fmt: skip
    return _grouped(sorted(told, key=lambda row: ways.index(row[1])))


def _contributions(session: Session, looked: Look, homes: Homes) -> Rows:
    rows = session.execute(
        select(
            Contribution.household_id, Contribution.given_on, Contribution.help_way,
            Contribution.content, Contribution.helper, Contribution.amount_fen,
        )
        .where(
            Contribution.household_id.in_(homes),
            Contribution.given_on >= looked.so_far.start,
            Contribution.given_on < looked.so_far.end,
        )
        .order_by(Contribution.given_on, Contribution.id)
    )  # fmt: skip
    return _grouped(
        (home, on, HelpWay.coded(way), content, helper, amount)
        for home, on, way, content, helper, amount in rows
    )


def _visits(session: Session, looked: Look, homes: Homes) -> Rows:
    home = func.coalesce(Visit.household_id, Person.household_id)
    rows = session.execute(
        select(home, Visit.visited_on, Visit.days, Visit.visitor, Visit.way, Visit.result)
        .outerjoin(Person, Person.id == Visit.person_id)
        .where(
            home.in_(homes),
            Visit.visited_on >= looked.so_far.start,
            Visit.visited_on < looked.so_far.end,
        )
        .order_by(Visit.visited_on, Visit.id)
    )
    return _grouped((home, on, days or 1, *told) for home, on, days, *told in rows)


def _checklists(session: Session, looked: Look, homes: Homes) -> Rows:
    """Give what was found of each assurance last in the year, and when."""
    rows = session.execute(
        select(
            ChecklistItem.household_id, ChecklistItem.checked_on, ChecklistItem.assurance,
            ChecklistItem.fulfilment, ChecklistItem.checker, ChecklistItem.note,
        )
        .where(
            ChecklistItem.household_id.in_(homes),
            ChecklistItem.checked_on >= looked.so_far.start,
            ChecklistItem.checked_on < looked.so_far.end,
        )
        .order_by(ChecklistItem.checked_on, ChecklistItem.id)
    )  # fmt: skip
    latest: dict[int, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for home, on, assurance, fulfilment, checker, note in rows:
        latest[home][assurance] = (fulfilment, on, checker, note)
    return {home: [_checked(found)] for home, found in latest.items()}


def _checked(found: Mapping[str, tuple[Any, ...]]) -> tuple[Any, ...]:
    last = max(found.values(), key=lambda item: item[1])
    notes = [
        f"{assurance.label}：{found[assurance][3]}"
        for assurance in Assurance
        if assurance in found and found[assurance][3]
    ]
    return (
        *(
            Fulfilment.coded(found[assurance][0]) if assurance in found else Fulfilment.UNKNOWN
            for assurance in Assurance
        ),
        last[1],
        last[2],
        "；".join(notes) or None,
    )


def _incomes(session: Session, looked: Look, homes: Homes) -> Rows:
    """Give the income before the help and that of the latest year, the years told in words."""
    table = HouseholdIncome
    rows = session.execute(
        select(
            table.household_id, table.year, table.income_fen, table.members, table.per_head_fen,
            table.wages_fen, table.business_fen, table.property_fen, table.transfers_fen,
        )
        .where(table.household_id.in_(homes), table.year <= looked.year.start.year)
        .order_by(table.household_id, table.year)
    ).all()  # fmt: skip
    begun: dict[int, date] = dict(
        session.connection()
        .execute(
            select(Pairing.household_id, func.min(Pairing.valid_from))
            .where(Pairing.household_id.in_(homes), Pairing.superseded_in.is_(None))
            .group_by(Pairing.household_id)
        )
        .all()
    )
    found: dict[int, list[tuple[Any, ...]]] = {}
    for home, some in groupby(rows, key=lambda row: row[0]):
        by_year = {row[1]: tuple(row) for row in some}
        first = begun.get(home)
        years = years_compared(by_year, first.year if first else None)
        told = zip(years, ("帮扶前", "现在"), strict=True) if years else [(max(by_year), "")]
        found[home] = [(word, *_income(by_year[year])) for year, word in told]
    return found


def _income(row: tuple[Any, ...]) -> tuple[Any, ...]:
    _home, year, whole, members, per_head, *parts = row
    if per_head is None and members:
        per_head = whole // members
    return (year, whole, members, per_head, *parts)


def _column(key: str, title: str, kind: ColumnKind = ColumnKind.TEXT) -> Column:
    return Column(key=key, title=title, kind=kind)


_LABEL, _DATE, _COUNT, _MONEY = (
    ColumnKind.LABEL, ColumnKind.DATE, ColumnKind.COUNT, ColumnKind.MONEY,
)  # fmt: skip

SECTIONS = (
    Section(
        key="members",
        title="家庭成员",
        columns=(
            _column("name", "姓名"),
            _column("relation", "与户主关系"),
            _column("sex", "性别", _LABEL),
            _column("born_on", "出生日期", _DATE),
            _column("id_number", "身份证号", ColumnKind.ID),
            _column("health", "健康状况"),
            _column("labour_skill", "劳动技能", _LABEL),
            _column("education", "文化程度"),
            _column("school", "就读学校"),
            _column("work_place", "务工所在地"),
        ),
        read=_members,
    ),
    Section(
        key="helpers",
        title="帮扶责任人",
        columns=(
            _column("helper", "姓名"),
            _column("unit", "单位"),
            _column("post", "职务"),
            _column("phone", "联系电话"),
            _column("paired_on", "结对日期", _DATE),
            _column("last_day", "结束日期", _DATE),
            _column("measures", "帮扶措施"),
        ),
        read=_helpers,
    ),
    Section(
        key="plans",
        title="帮扶计划",
        columns=(
            _column("help_way", "方式", _LABEL),
            _column("content", "内容"),
            _column("goal", "目标"),
            _column("plan_state", "进展", _LABEL),
            _column("done_on", "完成日期", _DATE),
            _column("helper", "责任人"),
        ),
        read=_plans,
    ),
    Section(
        key="contributions",
        title="帮扶投入",
        columns=(
            _column("given_on", "日期", _DATE),
            _column("help_way", "方式", _LABEL),
            _column("content", "内容"),
            _column("helper", "帮扶责任人"),
            _column("amount_fen", "金额（元）", _MONEY),
        ),
        read=_contributions,
        most=5,
    ),
    Section(
        key="visits",
        title="走访记录",
        columns=(
            _column("visited_on", "日期", _DATE),
            _column("days", "天数", _COUNT),
            _column("visitor", "走访人"),
            _column("way", "方式"),
            _column("result", "情况"),
        ),
        read=_visits,
        most=4,
    ),
    Section(
        key="checklists",
        title="两不愁三保障",
        columns=(
            *(_column(assurance.value, assurance.label, _LABEL) for assurance in Assurance),
            _column("checked_on", "核查日期", _DATE),
            _column("checker", "核查人"),
            _column("note", "说明"),
        ),
        read=_checklists,
    ),
    Section(
        key="incomes",
        title="家庭收入",
        columns=(
            _column("when", "时间"),
            _column("year", "年度"),
            _column("income_fen", "家庭收入（元）", _MONEY),
            _column("members", "人口", _COUNT),
            _column("per_head_fen", "人均（元）", _MONEY),
            _column("wages_fen", "工资性", _MONEY),
            _column("business_fen", "经营性", _MONEY),
            _column("property_fen", "财产性", _MONEY),
            _column("transfers_fen", "转移性", _MONEY),
        ),
        read=_incomes,
    ),
)
