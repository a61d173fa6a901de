"""Cases 一人一案 as they stood on a day, told from the steps entered for days up to it.

What a case is about (``kind``, ``since``, ``school``, ``keeper``) is as known today.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.cases import Due, next_due, standing_after
from jingzhun.core.vocabulary import CaseAction, CaseState, DropoutKind
from jingzhun.policies.norms import norms
from jingzhun.reports.facts import listed_persons
from jingzhun.store.policy_files import own_files
from jingzhun.store.schema import CaseStep, DropoutCase, Person, School


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOn:
    """One case on a day; ``due`` is its next step, None unless it is open and has one left."""

    number: int
    person_id: int
    name: str
    id_number: str | None
    school_id: int | None
    school: str | None
    is_listed: bool
    kind: DropoutKind
    since: date
    state: CaseState
    begun_on: date
    last: CaseAction
    last_on: date
    due: Due | None
    days_late: int
    keeper: str | None


def cases_on(session: Session, day: date, number: int | None = None) -> list[CaseOn]:
    """Give the cases that had been opened by ``day``, by number; or the one asked for."""
    days = norms("dropout", day, own_files(session, day))["step_days"].value
    query = (
        select(
            DropoutCase,
            Person.name,
            Person.id_number,
            School.name,
            Person.id.in_(listed_persons(session, day)),
        )
        .join(Person, Person.id == DropoutCase.person_id)
        .join(School, School.id == DropoutCase.school_id, isouter=True)
        .order_by(DropoutCase.id)
    )
    steps_of = select(CaseStep.case_id, CaseStep.action, CaseStep.done_on).where(
        CaseStep.done_on <= day
    )
    if number is not None:
        query = query.where(DropoutCase.id == number)
        steps_of = steps_of.where(CaseStep.case_id == number)
    steps: dict[int, list[tuple[CaseAction, date]]] = defaultdict(list)
    for case_id, action, done_on in session.execute(steps_of.order_by(CaseStep.id)):
        steps[case_id].append((CaseAction.coded(action), done_on))
    found = []
    for case, name, id_number, school, is_listed in session.execute(query):
        stands = standing_after(steps[case.id])
        if stands is None:
            continue
        state, begun_on = stands
        done = [action for action, done_on in steps[case.id] if done_on >= begun_on]
        due = next_due(begun_on, done, days) if state is CaseState.OPEN else None
        last, last_on = steps[case.id][-1]
        found.append(
            CaseOn(
                number=case.id,
                person_id=case.person_id,
                name=name,
                id_number=id_number,
                school_id=case.school_id,
                school=school,
                is_listed=bool(is_listed),
                kind=DropoutKind.coded(case.kind),
                since=case.since,
                state=state,
                begun_on=begun_on,
                last=last,
                last_on=last_on,
                due=due,
                days_late=due.days_late(day) if due else 0,
                keeper=case.keeper,
            )
        )
    return found
