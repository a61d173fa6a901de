"""Carry the pupils of a school year over into the next: 升级, 毕业, 小升初.

A grade goes up by one. Who was in the last grade of the stage stays where his school teaches the
next one, goes to the school that is named for its pupils, or else leaves by 毕业 on the new year's
first day. What is carried over foretells: the first list of the new year says how it really is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.terms import school_year_period
from jingzhun.core.vocabulary import GRADE_LABELS, Change, Kind, Stage, Standing
from jingzhun.errors import JingzhunError
from jingzhun.rosters import Batch, SheetWords
from jingzhun.services.hand import Hand
from jingzhun.services.importing.entering import Entered, enter
from jingzhun.services.lookup import find_school
from jingzhun.store.presence import in_force, on_roll
from jingzhun.store.schema import (
    Enrolment,
    Import,
    ImportSheet,
    Person,
    School,
    Source,
    StandingSpell,
)

#: The last grade of each stage, and the stage and grade that follow it.
_LAST: Mapping[Stage, tuple[int, Stage, int]] = MappingProxyType(
    {
        Stage.PRESCHOOL: (-1, Stage.PRIMARY, 1),
        Stage.PRIMARY: (6, Stage.JUNIOR, 7),
        Stage.JUNIOR: (9, Stage.SENIOR, 10),
        Stage.SENIOR: (12, Stage.UNIVERSITY, 13),
        Stage.VOCATIONAL: (12, Stage.COLLEGE, 13),
    }
)
#: Stages that a pupil enters without being chosen: he may be carried over into them.
_FREE = frozenset({Stage.PRIMARY, Stage.JUNIOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One pupil's step: ``to_school`` None is 毕业."""

    person_id: int
    identity: str
    name: str
    school: str
    stage: Stage
    grade: int
    class_no: int | None
    to_school: str | None
    to_stage: Stage | None
    to_grade: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a rollover would do. ``held_back``: who stays as he is, counted by the reason."""

    year: int
    steps: tuple[Step, ...]
    held_back: Mapping[str, int]

    @property
    def first_day(self) -> date:
        """The new school year's first day."""
        return school_year_period(self.year).start


def plan_rollover(session: Session, year: int, feeds: Mapping[str, str]) -> Plan:
    """Say who would go where in school year ``year``; ``feeds``: from which school to which.

    Raises:
        JingzhunError: ``school_unknown`` — a name in ``feeds``; ``rollover_nothing`` — nobody is
            left to be carried over.
    """
    feeds = {find_school(session, one).name: find_school(session, two).name
             for one, two in feeds.items()}  # fmt: skip
    first_day = school_year_period(year).start
    stages: dict[str, set[str]] = {}
    taught = select(School.name, Enrolment.stage).join(School, School.id == Enrolment.school_id)
    taught = taught.where(Enrolment.superseded_in.is_(None)).distinct()
    for school, stage in session.execute(taught):
        stages.setdefault(school, set()).add(stage)
    steps: list[Step] = []
    held_back: Counter[str] = Counter()
    for row in session.execute(_pupils(first_day)):
        reason = _reason_to_stay(row)
        if reason:
            held_back[reason] += 1
            continue
        steps.append(_step(row, stages, feeds))
    if not steps:
        held = "；".join(f"{count} 人{reason}" for reason, count in held_back.items())
        raise JingzhunError(
            "rollover_nothing",
            f"没有要升入 {year} 学年的学生（{held or '上一学年末没有人在册'}）。",
            "请检查年份：rollover 2027 是从 2026—2027 学年升入 2027—2028 学年。",
        )
    return Plan(year=year, steps=tuple(steps), held_back=dict(held_back))


def carry_over(session: Session, plan: Plan, hand: Hand) -> Entered:
    """Record a plan as one import, which ``imports undo`` takes back."""
    sheets = []
    staying = [step for step in plan.steps if step.to_school is not None]
    leaving = [step for step in plan.steps if step.to_school is None]
    if staying:
        moved = [step.to_school != step.school for step in staying]
        sheets.append(_sheet(plan, "升级和小升初", Kind.ROLLOVER, staying, {
            "school": [step.to_school for step in staying],
            "stage": [step.to_stage and step.to_stage.value for step in staying],
            "grade": [step.to_grade for step in staying],
            "class_no": [
                None if has_moved or step.to_stage != step.stage else step.class_no
                for step, has_moved in zip(staying, moved, strict=True)
            ],
        }))  # fmt: skip
    if leaving:
        sheets.append(_sheet(plan, "毕业", Kind.STATUS_CHANGES, leaving, {
            "change": [Change.GRADUATION.value] * len(leaving),
            "happened_on": [plan.first_day.isoformat()] * len(leaving),
            "school": [step.school for step in leaving],
            "stage": [step.stage.value for step in leaving],
            "grade": [step.grade for step in leaving],
            "class_no": [step.class_no for step in leaving],
        }))  # fmt: skip
    return enter(session, sheets, f"升入 {plan.year} 学年", hand)


def _sheet(
    plan: Plan, name: str, kind: Kind, steps: Sequence[Step], columns: Mapping[str, list[Any]]
) -> SheetWords:
    who = {"identity": [step.identity for step in steps], "name": [step.name for step in steps]}
    batch = Batch(row_numbers=list(range(1, len(steps) + 1)), columns={**who, **columns})
    return SheetWords(sheet=name, kind=kind, stated_on=plan.first_day, batch=batch, letters={})


def _pupils(first_day: date) -> Any:
    """Ask for everybody on a roll on the old year's last day, with what stands in the way."""
    last_day = first_day - timedelta(1)
    stands = exists().where(
        StandingSpell.person_id == Enrolment.person_id,
        in_force(StandingSpell, last_day),
        StandingSpell.standing != Standing.LEFT,
    )
    spoken = exists().where(
        Source.person_id == Enrolment.person_id,
        ImportSheet.id == Source.sheet_id,
        Import.id == ImportSheet.import_id,
        Import.undone_at.is_(None),
        or_(
            Source.said_on >= first_day,
            and_(Source.school_id.is_not(None), ImportSheet.stated_on >= first_day),
        ),
    )
    return (
        select(
            Enrolment.person_id, Person.identity, Person.name, School.name.label("school"),
            Enrolment.stage, Enrolment.grade, Enrolment.class_no,
            stands.label("stands"), spoken.label("spoken"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(School, School.id == Enrolment.school_id)
        .where(on_roll(last_day))
        .order_by(School.name, Enrolment.grade, Enrolment.class_no, Person.identity)
    )  # fmt: skip


def _reason_to_stay(row: Any) -> str:
    """Say why a pupil is not carried over; empty where he is."""
    if row.spoken:
        return "新学年已有名单或异动"
    if row.stands:
        return "休学、辍学或不在校，复学时再定年级"
    if row.grade is None or Stage.coded(row.stage) not in _LAST:
        return "没有年级，或在高职、本科"
    return ""


def _step(row: Any, stages: Mapping[str, set[str]], feeds: Mapping[str, str]) -> Step:
    stage = Stage.coded(row.stage)
    last, next_stage, next_grade = _LAST[stage]
    to: tuple[str | None, Stage | None, int | None] = (row.school, stage, row.grade + 1)
    if row.grade >= last:
        stays = next_stage.value in stages[row.school]
        school = row.school if stays else feeds.get(row.school)
        is_free = next_stage in _FREE and school is not None
        to = (school, next_stage, next_grade) if is_free else (None, None, None)
    return Step(
        person_id=row.person_id, identity=row.identity, name=row.name, school=row.school,
        stage=stage, grade=row.grade, class_no=row.class_no,
        to_school=to[0], to_stage=to[1], to_grade=to[2],
    )  # fmt: skip


def plan_page(plan: Plan, import_id: int | None) -> Page:
    """Show who goes where, by school and grade; ``import_id`` None: a preview.

    JSON: ``{"school_year", "import", "steps": [{"school", "stage", "grade", "to_school",
    "to_stage", "to_grade", "pupils"}], "held_back": [{"reason", "pupils"}]}``; ``to_school`` null
    is 毕业.
    """
    groups = Counter(
        (step.school, step.stage, step.grade, step.to_school, step.to_stage, step.to_grade)
        for step in plan.steps
    )
    of = (
        Column(key="school", title="学校"),
        Column(key="stage", title="学段", kind=ColumnKind.LABEL),
        Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    )
    count = Column(key="pupils", title="人数", kind=ColumnKind.COUNT)
    to = (
        Column(key="to_school", title="升入学校"),
        Column(key="to_stage", title="升入学段", kind=ColumnKind.LABEL),
        Column(key="to_grade", title="升入年级", kind=ColumnKind.LABEL),
    )
    rows = [(*group, pupils) for group, pupils in groups.items()]
    shown = [(*group[:3], _goes(group), pupils) for group, pupils in groups.items()]
    held = Table(
        key="held_back", heading="不动的学生" if plan.held_back else "",
        columns=(Column(key="reason", title="原因"), count), rows=list(plan.held_back.items()),
    )  # fmt: skip
    words = "" if import_id is None else f"（第 {import_id} 号导入，错了可以用 imports undo 撤销）"
    return Page(
        title=f"升入 {plan.year} 学年" + ("的打算（还没有入账）" if import_id is None else "已入账")
        + words,
        facts={"school_year": plan.year, "import": import_id},
        tables=[
            Table(key="steps", heading="", columns=(*of, *to, count), rows=rows,
                  shown_in=PROGRAMS),
            Table(key="shown_steps", heading="", rows=shown, shown_in=PEOPLE,
                  columns=(*of, Column(key="goes", title="去向"), count)),
            held,
        ],
        notes=() if import_id is not None else (
            "确认无误后加上 --yes 入账；新学年的名册导入后，以名册为准。",
        ),
    )  # fmt: skip


def _goes(group: tuple[Any, ...]) -> str:
    school, _stage, _grade, to_school, _to_stage, to_grade = group
    if to_school is None:
        return "毕业"
    grade = GRADE_LABELS[to_grade]
    return f"升{grade}" if to_school == school else f"升入{to_school}{grade}"
