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

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from jingzhun.core.terms import school_year_period
from jingzhun.core.vocabulary import Change, Kind, Stage, Standing
from jingzhun.errors import JingzhunError
from jingzhun.rosters import Batch, SheetWords
from jingzhun.services.entering import Entered, Hand, enter
from jingzhun.services.lookup import find_school
from jingzhun.store.presence import in_force, on_roll
from jingzhun.store.schema import Enrolment, Person, School, StandingSpell

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
    for school, stage in session.execute(
        taught.where(Enrolment.superseded_in.is_(None)).distinct()
    ):
        stages.setdefault(school, set()).add(stage)
    steps: list[Step] = []
    held_back: Counter[str] = Counter()
    for row in session.execute(_pupils(first_day)):
        reason = _reason_to_stay(row, first_day)
        if reason:
            held_back[reason] += 1
            continue
        steps.append(_step(row, stages, feeds))
    if not steps:
        words = "；".join(f"{count} 人{reason}" for reason, count in held_back.items())
        raise JingzhunError(
            "rollover_nothing",
            f"没有要升入 {year} 学年的学生"
            + (f"（{words}）。" if words else "：上一学年末没有人在册。"),
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
    leaves = exists().where(
        StandingSpell.person_id == Enrolment.person_id,
        in_force(StandingSpell, first_day),
        StandingSpell.standing == Standing.LEFT,
        StandingSpell.valid_from == first_day,
    )
    return (
        select(
            Enrolment.person_id, Person.identity, Person.name, School.name.label("school"),
            Enrolment.stage, Enrolment.grade, Enrolment.class_no, Enrolment.valid_until,
            stands.label("stands"), leaves.label("leaves"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(School, School.id == Enrolment.school_id)
        .where(on_roll(last_day))
        .order_by(School.name, Enrolment.grade, Enrolment.class_no, Person.identity)
    )  # fmt: skip


def _reason_to_stay(row: Any, first_day: date) -> str:
    """Say why a pupil is not carried over; empty where he is."""
    if row.leaves or row.valid_until == first_day:
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
        school = feeds.get(row.school) or (row.school if stays else None)
        is_free = next_stage in _FREE and school is not None
        to = (school, next_stage, next_grade) if is_free else (None, None, None)
    return Step(
        person_id=row.person_id, identity=row.identity, name=row.name, school=row.school,
        stage=stage, grade=row.grade, class_no=row.class_no,
        to_school=to[0], to_stage=to[1], to_grade=to[2],
    )  # fmt: skip
