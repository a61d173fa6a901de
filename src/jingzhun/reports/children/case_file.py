"""What is known of the children of cases: who they are, where they live, what was done so far."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, select, type_coerce
from sqlalchemy.orm import Session

from jingzhun.core.cases import LADDER
from jingzhun.core.report_vocabulary import SpecialGroup
from jingzhun.core.vocabulary import CaseAction, Category, Sex, VisitPurpose
from jingzhun.reports.children.casework import CaseOn
from jingzhun.reports.children.children import NO_CLASS, chunks, groups_of, last_classes
from jingzhun.reports.households import categories_of
from jingzhun.store.schema import CaseStep, DropoutEntry, Household, Person, Village, Visit

_SEXES = {sex.value: sex for sex in Sex}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done to bring a child back: a step of the case, or a visit that a list tells of."""

    on: date
    what: CaseAction | VisitPurpose
    who: str | None
    words: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case with its child and its family, as far as lists say; ``place`` is village and group."""

    case: CaseOn
    sex: Sex | None
    born_on: date | None
    student_no: str | None
    guardian: str | None
    guardian_relation: str | None
    phone: str | None
    address: str | None
    county: str | None
    township: str | None
    grade: int | None
    class_no: int | None
    categories: list[Category]
    groups: list[SpecialGroup]
    reason: str | None
    done: list[Done]


def case_files(session: Session, day: date, cases: Sequence[CaseOn]) -> list[CaseFile]:
    """Give the files of some cases, in their order, with what was done up to a day."""
    by_person = {case.person_id: case for case in cases}
    found: dict[int, CaseFile] = {}
    for some in chunks(by_person):
        found |= _some(session, day, some, by_person)
    return [found[case.person_id] for case in cases]


def _some(
    session: Session, day: date, some: list[int], by_person: dict[int, CaseOn]
) -> dict[int, CaseFile]:
    query = (
        select(Person, Household, Village)
        .outerjoin(Household, Household.id == Person.household_id)
        .outerjoin(Village, Village.id == Household.village_id)
        .where(Person.id.in_(some))
    )
    people = session.execute(query).all()
    homes = [home.id for _, home, _ in people if home is not None]
    categories = categories_of(session, day, homes)
    groups = groups_of(session, day, some)
    classes = last_classes(session, day, some)
    done = _done(session, day, {person: by_person[person] for person in some})
    reasons = dict(
        session.execute(
            select(DropoutEntry.person_id, DropoutEntry.reason)
            .where(DropoutEntry.person_id.in_(some), DropoutEntry.reason.is_not(None))
            .order_by(DropoutEntry.id)
        ).all()
    )
    found = {}
    for person, home, village in people:
        head = home.head_name if home and home.head_name != person.name else None
        found[person.id] = CaseFile(
            case=by_person[person.id],
            sex=_SEXES.get(person.sex or ""),
            born_on=person.born_on,
            student_no=person.student_no,
            guardian=person.guardian_name or head,
            guardian_relation=person.guardian_relation if person.guardian_name else None,
            phone=person.guardian_phone or person.phone or (home.phone if home else None),
            address=person.address or _place(home, village),
            county=village.county or None if village else None,
            township=village.township or None if village else None,
            grade=classes.get(person.id, NO_CLASS)[0],
            class_no=classes.get(person.id, NO_CLASS)[1],
            categories=list(categories.get(home.id, ())) if home else [],
            groups=groups.get(person.id, []),
            reason=reasons.get(person.id),
            done=done.get(person.id, []),
        )
    return found


def _place(home: Household | None, village: Village | None) -> str | None:
    words = [village.county, village.township, village.name] if village else []
    return "".join([*words, (home.group_name or "") if home else ""]) or None


def _done(session: Session, day: date, cases: dict[int, CaseOn]) -> dict[int, list[Done]]:
    """Give what was done since the child counts as gone, by day; who went twice a day went once."""
    persons = {case.number: person for person, case in cases.items()}
    found: dict[int, list[Done]] = defaultdict(list)
    steps = select(CaseStep).where(CaseStep.case_id.in_(persons), CaseStep.done_on <= day)
    for step in session.scalars(steps.order_by(CaseStep.done_on, CaseStep.id)):
        action = CaseAction.coded(step.action)
        if action in LADDER:
            found[persons[step.case_id]].append(
                Done(on=step.done_on, what=action, who=step.done_by or step.actor, words=step.words)
            )
    visits = (
        select(
            Visit.person_id, type_coerce(Visit.visited_on, Date), Visit.purpose, Visit.visitor,
            Visit.result,
        )
        .where(Visit.person_id.in_(cases), Visit.visited_on <= day)
        .order_by(Visit.visited_on, Visit.id)
    )  # fmt: skip
    for person, on, purpose, visitor, result in session.execute(visits):
        if person is None or any(each.on == on for each in found[person]):
            continue  # a step of the case tells it already
        if on >= cases[person].since:
            found[person].append(
                Done(on=on, what=VisitPurpose.coded(purpose), who=visitor, words=result)
            )
    return {person: sorted(each, key=lambda done: done.on) for person, each in found.items()}
