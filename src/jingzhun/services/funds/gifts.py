"""One-to-one gifts 一对一捐助: what came in for a pupil is owed to that pupil, once.

The draft run of gifts is never written by hand: it is what receipts gave each pupil, less what runs
past a draft hold already. So a gift taken back leaves it, and one in a voided run comes back.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Account, RunKind, RunState
from jingzhun.errors import JingzhunError
from jingzhun.policies.gifts import GIFT, GIFTS
from jingzhun.services.hand import Hand
from jingzhun.services.subsidy.steps import take
from jingzhun.store.schema import Enrolment, Person, Posting, Run, RunLine


def renew_gifts(session: Session, hand: Hand, *, today: date) -> int | None:
    """Make the draft run of gifts anew; give it, None where no pupil is owed any.

    Raises:
        JingzhunError: ``gift_under_way`` — a gift taken back stands in a run past a draft;
            ``gift_no_school`` — a pupil is on no roll.
    """
    due = _due(session)
    run = session.scalar(
        select(Run).where(Run.kind == RunKind.DONATION.value, Run.state == RunState.DRAFT.value)
    )
    if run is not None:
        session.execute(delete(RunLine).where(RunLine.run_id == run.id))
    if not due:
        if run is not None:
            take(session, run, RunState.VOID, hand, today=today, reason="没有要发的捐助")
        return None
    run = run or Run(kind=RunKind.DONATION.value, state=RunState.DRAFT.value)
    month = Month.of(today)
    run.period, run.pack, run.computed_on = str(month), GIFTS.name, today
    run.notices, run.recorded_at = [], hand.recorded_at
    run.actor, run.os_user = hand.actor, hand.os_user
    session.add(run)
    session.flush()
    places = _places(session, list(due), today)
    version = GIFTS.schemes[0].versions[0]
    rows = [
        {
            "run_id": run.id, "scheme": GIFT, "person_id": person_id, "month": month.number,
            **places[person_id], "rate_fen": amount, "amount_fen": amount,
            "version_from": version.starts, "split_no": 0,
        }
        for person_id, amount in due.items()
    ]  # fmt: skip
    session.connection().execute(insert(RunLine), rows)
    return run.id


def _due(session: Session) -> Mapping[int, Fen]:
    """Give what each pupil was given and no run past a draft holds."""
    given = session.execute(
        select(Person.id, -func.sum(Posting.amount_fen))
        .join(Posting, Posting.person_id == Person.id)
        .where(Posting.account == Account.DONATION.value)
        .group_by(Person.id)
        .order_by(Person.id)
    )
    ended = [RunState.DRAFT.value, RunState.VOID.value]
    held = dict(
        session.execute(
            select(RunLine.person_id, func.sum(RunLine.amount_fen))
            .join(Run, Run.id == RunLine.run_id)
            .where(Run.kind == RunKind.DONATION.value, Run.state.not_in(ended))
            .group_by(RunLine.person_id)
        ).all()
    )
    due = {person: Fen(amount - held.get(person, 0)) for person, amount in given}
    for person_id, amount in due.items():
        if amount < 0:
            name = session.get_one(Person, person_id).name
            raise JingzhunError(
                "gift_under_way",
                f"捐给{name}的款已有 {format_yuan(Fen(-amount))} 元列入办理中的批次，不能冲销。",
                "还没有批准的，请先用 jingzhun run void 作废那一批；已经批准的不再改动。",
            )
    return {person: amount for person, amount in due.items() if amount}


def _places(session: Session, people: list[int], today: date) -> Mapping[int, dict[str, object]]:
    """Give school, stage, grade and class where each pupil is, or was last, on the roll.

    Raises:
        JingzhunError: ``gift_no_school``.
    """
    keys = ("school_id", "stage", "grade", "class_no")
    query = (
        select(Enrolment.person_id, *(getattr(Enrolment, key) for key in keys))
        .where(
            Enrolment.person_id.in_(people),
            Enrolment.superseded_in.is_(None),
            Enrolment.valid_from <= today,
        )
        .order_by(Enrolment.valid_from)
    )
    places = {
        person_id: dict(zip(keys, place, strict=True))
        for person_id, *place in session.execute(query)
    }
    for person_id in people:
        if person_id not in places:
            name = session.get_one(Person, person_id).name
            raise JingzhunError(
                "gift_no_school",
                f"{name}不在任何学校的名册上，一对一捐助没有学校经办。",
                "请先导入有这名学生的学籍名册；捐给毕业生、外校学生的不经过本校的账。",
            )
    return places
