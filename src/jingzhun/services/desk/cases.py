"""Cases 一人一案: open, step, close; scan all children for those who went and those who came back.

A case is one child's for good: a child that is lost again has the same case reopened, so that its
whole history stands together. Every step keeps who took it and when.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from jingzhun.core.cases import STATE_AFTER
from jingzhun.core.vocabulary import CaseAction, CaseState, CloseReason, DropoutKind, label_of
from jingzhun.errors import JingzhunError
from jingzhun.policies.holidays import holidays_for
from jingzhun.policies.limits import limits_on
from jingzhun.policies.norms import norms
from jingzhun.services.hand import Hand
from jingzhun.services.lookup import find_person
from jingzhun.store.absentees import Absentee, absentees
from jingzhun.store.bulk import next_id
from jingzhun.store.calendars import Calendars
from jingzhun.store.policy_files import own_files
from jingzhun.store.presence import on_roll
from jingzhun.store.schema import CaseStep, DropoutCase, Enrolment


@dataclass(slots=True)
class Scanned:
    """What a scan did, by case number."""

    opened: list[int] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One step as it is entered: what, when, by whom, with what result."""

    action: CaseAction
    done_on: date
    done_by: str = ""
    words: str = ""


def scan(session: Session, hand: Hand, *, today: date) -> Scanned:
    """Hold all cases against who is gone today: open, reopen, let return, close.

    A child whom the lists have at school again is returned, unless somebody saw that it is gone and
    no list has said so yet; watched for the norm's days and not gone again, its case is closed.
    """
    own = own_files(session, today)
    calendars = Calendars(session.connection(), holidays_for)
    gone = absentees(session, today, limits_on(today, own), calendars)
    watch = timedelta(int(norms("dropout", today, own)["watch_days"].value))
    cases = {case.person_id: case for case in session.scalars(select(DropoutCase))}
    done = Scanned()
    done.opened = _open_all(
        session, {person: gone[person] for person in sorted(gone.keys() - cases)}, hand, today
    )
    for person, child in sorted(gone.items()):
        case = cases.get(person)
        if case is None:
            continue
        case.is_told_by_hand = False
        if case.state != CaseState.OPEN and child.since > (case.watched_from or case.begun_on):
            _lose(session, case, child, hand, today=today)
            done.reopened.append(case.id)
    for person, case in sorted(cases.items()):
        if person in gone:
            continue
        if case.state == CaseState.OPEN and not case.is_told_by_hand:
            words = "名单上已在校，或不再需要列名"
            taken = Taken(action=CaseAction.RETURNED, done_on=today, words=words)
            _take(session, case, taken, hand)
            done.returned.append(case.id)
        elif case.watched_from is not None and today >= case.watched_from + watch:
            words = f"返校后观察满{watch.days}天"
            closing = Taken(action=CaseAction.CLOSED, done_on=today, words=words)
            if case.state == CaseState.WATCHED:
                _take(session, case, closing, hand)
                done.closed.append(case.id)
    session.flush()
    return done


def open_case(
    session: Session, who: str, why: str, hand: Hand, *, today: date, keeper: str = ""
) -> int:
    """Open a case by hand; give its number.

    Raises:
        JingzhunError: ``person_unknown``, ``person_ambiguous``; ``case_why_missing``;
            ``case_open`` — the child has one that is not closed.
    """
    person = find_person(session, who)
    if not why.strip():
        raise JingzhunError(
            "case_why_missing",
            "立案没有写原因。",
            "请写明原因，如：jingzhun case open 张三 --why 连续一周没来上学",
        )
    case = session.scalar(select(DropoutCase).where(DropoutCase.person_id == person.id))
    child = Absentee(
        kind=DropoutKind.SUSPECTED, since=today, school_id=_school_of(session, person.id, today)
    )
    if case is None:
        case = _open(session, person.id, child, hand, today=today, why=why.strip())
    elif case.state == CaseState.CLOSED:
        _lose(session, case, child, hand, today=today, why=why.strip())
    else:
        raise JingzhunError(
            "case_open",
            f"{person.name}已有第 {case.id} 号个案（{label_of(CaseState, case.state)}）。",
            f"请用 jingzhun case show {case.id} 查看，用 jingzhun case step 登记新的进展。",
        )
    case.is_told_by_hand = True
    if keeper:
        case.keeper = keeper.strip()
    session.flush()
    return case.id


def step_case(session: Session, number: int, taken: Taken, hand: Hand, *, today: date) -> None:
    """Enter a step of a case.

    Raises:
        JingzhunError: ``case_unknown``; ``case_closed``; ``case_early`` — done before the case
            began, or in the future; ``case_order`` — a watched child needs no steps but 再次离校.
    """
    case = find_case(session, number)
    if case.state == CaseState.CLOSED:
        raise JingzhunError(
            "case_closed",
            f"第 {number} 号个案已经结案，不能再登记。",
            "孩子再次离校的，请用 jingzhun case open 重新立案，或运行 jingzhun case scan。",
        )
    if not case.begun_on <= taken.done_on <= today:
        raise JingzhunError(
            "case_early",
            f"第 {number} 号个案 {case.begun_on} 立案，不能登记 {taken.done_on} 的进展。",
            f"请用 --date 写 {case.begun_on} 到 {today} 之间的日期。",
        )
    if case.state == CaseState.WATCHED and taken.action is not CaseAction.LOST:
        raise JingzhunError(
            "case_order",
            f"第 {number} 号个案的孩子已返校，正在观察。",
            "孩子又没来的，请登记“再次离校”；观察期满会由 jingzhun case scan 结案。",
        )
    _take(session, case, taken, hand)
    case.is_told_by_hand = taken.action is CaseAction.LOST or case.is_told_by_hand
    session.flush()


def close_case(
    session: Session, number: int, reason: CloseReason | None, why: str, hand: Hand, *, today: date
) -> None:
    """Close a case: after the watch, or for a reason for which nobody need come back.

    Raises:
        JingzhunError: ``case_unknown``, ``case_closed``; ``case_watch`` — the child came back, but
            its watch is not over; ``case_reason`` — not come back, and no reason.
    """
    case = find_case(session, number)
    if case.state == CaseState.CLOSED:
        raise JingzhunError(
            "case_closed", f"第 {number} 号个案早已结案。", f"请看 jingzhun case show {number}"
        )
    watch = int(norms("dropout", today, own_files(session, today))["watch_days"].value)
    over = case.watched_from and case.watched_from + timedelta(watch)
    if reason is None and over is None:
        raise JingzhunError(
            "case_reason",
            f"第 {number} 号个案的孩子还没有返校，不能结案。",
            "返校的先登记 jingzhun case step；不用返校的写 --reason："
            + "、".join(each.label for each in CloseReason),
        )
    if reason is None and over is not None and today < over:
        raise JingzhunError(
            "case_watch",
            f"第 {number} 号个案的孩子 {case.watched_from} 返校，要观察 {watch} 天，到 {over}。",
            "请到期后再结案；届时 jingzhun case scan 会自动结案。",
        )
    words = "　".join(filter(None, (reason.label if reason else "", why.strip())))
    _take(session, case, Taken(action=CaseAction.CLOSED, done_on=today, words=words), hand)
    session.flush()


def find_case(session: Session, number: int) -> DropoutCase:
    """Give a case by its number.

    Raises:
        JingzhunError: ``case_unknown``.
    """
    case = session.get(DropoutCase, number)
    if case is None:
        raise JingzhunError(
            "case_unknown", f"没有第 {number} 号个案。", "请用 jingzhun case list 查看有哪些个案。"
        )
    return case


def _open(
    session: Session, person: int, child: Absentee, hand: Hand, *, today: date, why: str
) -> DropoutCase:
    case = DropoutCase(**_begun(person, child, today))
    session.add(case)
    session.flush()
    _take(session, case, Taken(action=CaseAction.OPENED, done_on=today, words=why), hand)
    return case


def _open_all(session: Session, gone: Mapping[int, Absentee], hand: Hand, today: date) -> list[int]:
    """Open a case for each of these children, all at once: a first scan may find thousands."""
    if not gone:
        return []
    table: Table = DropoutCase.__table__  # type: ignore[assignment]
    numbers = dict(zip(gone, count(next_id(session.connection(), table)), strict=False))
    session.execute(
        insert(DropoutCase),
        [{"id": numbers[person], **_begun(person, gone[person], today)} for person in gone],
    )
    taken = {
        person: Taken(action=CaseAction.OPENED, done_on=today, words=_why(child))
        for person, child in gone.items()
    }
    session.execute(
        insert(CaseStep), [_told(numbers[person], each, hand) for person, each in taken.items()]
    )
    return list(numbers.values())


def _begun(person: int, child: Absentee, today: date) -> dict[str, Any]:
    return {
        "person_id": person,
        "school_id": child.school_id,
        "kind": child.kind.value,
        "since": child.since,
        "state": CaseState.OPEN.value,
        "begun_on": today,
        "is_told_by_hand": False,
    }


def _lose(
    session: Session, case: DropoutCase, child: Absentee, hand: Hand, *, today: date, why: str = ""
) -> None:
    case.kind, case.since = child.kind.value, child.since
    case.school_id = child.school_id or case.school_id
    words = why or _why(child)
    _take(session, case, Taken(action=CaseAction.LOST, done_on=today, words=words), hand)


def _take(session: Session, case: DropoutCase, taken: Taken, hand: Hand) -> None:
    """Keep a step and let the case follow it."""
    if taken.action in STATE_AFTER:
        case.state = STATE_AFTER[taken.action].value
    if taken.action is CaseAction.LOST:
        case.begun_on, case.watched_from = taken.done_on, None
    if taken.action is CaseAction.RETURNED:
        case.watched_from = taken.done_on
    session.add(CaseStep(**_told(case.id, taken, hand)))


def _told(number: int, taken: Taken, hand: Hand) -> dict[str, Any]:
    return {
        "case_id": number,
        "action": taken.action.value,
        "done_on": taken.done_on,
        "done_by": taken.done_by.strip() or None,
        "words": taken.words.strip() or None,
        "actor": hand.actor,
        "os_user": hand.os_user,
        "recorded_at": hand.recorded_at,
    }


def _why(child: Absentee) -> str:
    return "　".join(filter(None, (child.kind.label, child.note)))


def _school_of(session: Session, person: int, day: date) -> int | None:
    return session.scalar(
        select(Enrolment.school_id).where(Enrolment.person_id == person, on_roll(day)).limit(1)
    )
