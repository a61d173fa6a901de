"""Somebody is sent away, or is back: entered at the desk as a row of the list of those sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.secondments import SecondmentKind
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import JingzhunError
from jingzhun.rosters.typed import read_row
from jingzhun.services.desk.deeds import refuse_faults
from jingzhun.services.hand import Hand
from jingzhun.services.importing.entering import enter
from jingzhun.services.importing.spelling import words_of
from jingzhun.services.lookup import find_staff
from jingzhun.store.schema import Secondment, Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The import that it became, and whom it is about."""

    import_id: int
    staff_id: int


def send(
    session: Session, who: str, said: Mapping[str, str], hand: Hand, *, today: date
) -> Sending:
    """Enter that somebody of the staff is sent; ``said`` by the fields of the list, as typed.

    Raises:
        JingzhunError: ``staff_unknown``, ``staff_ambiguous``; ``deed_refused`` — a value cannot
            be; ``deed_known`` — the ledger has it already.
    """
    return _enter(session, find_staff(session, who), said, hand, today)


def call_back(
    session: Session, who: str, ended_on: str, why: str, hand: Hand, *, today: date
) -> Sending:
    """Enter that somebody is back, the last day away included; the one that is open ends.

    Raises:
        JingzhunError: as :func:`send`; ``secondment_unknown`` — nothing of theirs is open;
            ``secondment_ambiguous`` — several are.
    """
    person = find_staff(session, who)
    query = (
        select(Secondment)
        .where(Secondment.staff_id == person.id, Secondment.ended_on.is_(None))
        .order_by(Secondment.seconded_on, Secondment.id)
    )
    every = session.scalars(query).all()
    found = [each for each in every if each.seconded_on <= today]
    if not found:
        raise JingzhunError(
            "secondment_unknown",
            f"{person.name} 没有还没结束的派出。",
            "请先用 jingzhun secondment add 登记派出，或用 jingzhun report postings 查看。",
        )
    if len(found) > 1:
        told = "；".join(
            f"{SecondmentKind.coded(each.secondment_kind).label} {each.seconded_on} 起"
            for each in found
        )
        raise JingzhunError(
            "secondment_ambiguous",
            f"{person.name} 有 {len(found)} 次派出都没有结束：{told}。",
            "请用 jingzhun secondment add 写明类别和派出日期，加 --ended 结束日期。",
        )
    [open_] = found
    said = {
        "secondment_kind": SecondmentKind.coded(open_.secondment_kind).label,
        "seconded_on": open_.seconded_on.isoformat(),
        "ended_on": ended_on,
        "end_reason": why,
    }
    return _enter(session, person, said, hand, today)


def _enter(
    session: Session, person: Staff, said: Mapping[str, str], hand: Hand, today: date
) -> Sending:
    told = {name: words.strip() for name, words in said.items() if words.strip()}
    who = {
        "name": person.name, "id_number": person.id_number, "staff_no": person.staff_no,
        "unit": person.unit,
    }  # fmt: skip
    row = {name: words for name, words in who.items() if words} | told
    reading = read_row(Kind.SECONDMENTS, row, today=today, stated_on=today, words=words_of(session))
    refuse_faults(reading, told)
    words = replace(reading.words(whole=False), sheet=Kind.SECONDMENTS.label, letters={})
    words.batch.columns["identity"] = [person.identity]
    entered = enter(session, [words], f"登记：{person.name} 派出", hand)
    if not entered.added and not entered.changed:
        raise JingzhunError(
            "deed_known",
            f"{person.name} 的这次派出账里已经有了，账本没有改动。",
            "写错了要改的，在 jingzhun imports list 里找到原来那一号，imports undo 撤销后再登记。",
        )
    return Sending(import_id=entered.import_id, staff_id=person.id)
