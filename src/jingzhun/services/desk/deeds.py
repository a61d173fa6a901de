"""What was done for one household, entered at the desk as a row of its list: read and judged alike.

Of a household that the ledger does not know nothing can be entered; of a helper whom it does not
know it can, and it is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.identity import mask_text
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import JingzhunError, Severity
from jingzhun.rosters import Batch, SheetReading
from jingzhun.rosters.kinds import fields
from jingzhun.rosters.typed import read_row
from jingzhun.services.hand import Hand
from jingzhun.services.importing.entering import enter
from jingzhun.services.importing.spelling import words_of
from jingzhun.services.lookup import find_household, find_person
from jingzhun.store.helpers import Helpers
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Household, Pairing, Person, Staff, Village

#: By kind the field that names who did it.
_DOERS: Mapping[Kind, str] = {
    Kind.HOME_VISITS: "visitor",
    Kind.CONTRIBUTIONS: "helper",
    Kind.HOUSEHOLD_PLANS: "helper",
    Kind.CHECKLISTS: "checker",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done, by the fields of the list that it belongs on, as typed; blanks say nothing.

    ``whom`` is a household, or with ``is_pupil`` a pupil; ``source`` is the paper that says so.
    """

    kind: Kind
    whom: str
    said: Mapping[str, str]
    is_pupil: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The import that it became, the household that it is about, and what is to be told of it."""

    import_id: int
    household_id: int | None
    person_id: int | None
    notes: tuple[str, ...]


def enter_deed(session: Session, deed: Deed, hand: Hand, *, today: date) -> Done:
    """Enter what was done; who did it, where nobody is named, is the household's one helper.

    Raises:
        JingzhunError: ``household_unknown``, ``household_ambiguous``, ``person_unknown``,
            ``person_ambiguous``; ``deed_refused`` — a value cannot be; ``deed_known`` — the ledger
            has it already; ``visitor_missing``.
    """
    person = find_person(session, deed.whom) if deed.is_pupil else None
    home = None if person else find_household(session, deed.whom)
    home_id = person.household_id if person else home.id if home else None
    said = {name: words.strip() for name, words in deed.said.items() if words.strip()}
    row = {**({"name": person.name} if person else _place(session, home)), **deed.said}
    reading = _read(session, deed.kind, row, said, today)
    doer = _DOERS.get(deed.kind, "")
    notes: list[str] = []
    if doer and doer not in said:
        helper = _helper_of(session, home_id, doer, _day_of(reading, today))
        if helper:
            said |= helper
            notes.append(f"没有写是谁，按这一户的帮扶责任人 {helper[doer]} 记。")
            reading = _read(session, deed.kind, row | helper, said, today)
        elif doer == "visitor":
            raise JingzhunError(
                "visitor_missing",
                "没有写是谁去的，这一户也没有唯一的帮扶责任人。",
                "请加上 --who 姓名。",
            )
    words = replace(
        reading.words(whole=False),
        sheet=deed.source.strip() or deed.kind.label,
        batch=_batch(reading, person),
        letters={},
    )
    shown = person.name if person else (home and (home.household_no or home.head_name)) or ""
    entered = enter(session, [words], f"登记：{shown} {deed.kind.label}", hand)
    if not entered.added and not entered.changed:
        raise JingzhunError(
            "deed_known",
            f"{shown} 的这一笔账里已经有了，账本没有改动。",
            "写错了要改的，在 jingzhun imports list 里找到原来那一号，imports undo 撤销后再登记。",
        )
    notes += _unknown_helpers(session, said.get(doer, ""), said, home_id)
    notes.append(
        f"已记为第 {entered.import_id} 号导入；"
        f"登记错了：jingzhun imports undo {entered.import_id}。"
    )
    return Done(
        import_id=entered.import_id,
        household_id=home_id,
        person_id=person.id if person else None,
        notes=tuple(notes),
    )


def _read(
    session: Session, kind: Kind, row: Mapping[str, str], said: Mapping[str, str], today: date
) -> SheetReading:
    reading = read_row(kind, row, today=today, stated_on=today, words=words_of(session))
    refuse_faults(reading, said)
    return reading


def _day_of(reading: SheetReading, today: date) -> date:
    """Give the day on which it was done: who helped the household then is meant."""
    columns = reading.batch.columns
    visits = columns.get("visits", [[]])[0] or [{}]
    told = [visits[0].get("visited_on")]
    told += [columns[name][0] for name in ("given_on", "checked_on") if name in columns]
    return next((date.fromisoformat(day) for day in told if day), today)


def _place(session: Session, home: Household | None) -> dict[str, str]:
    """Give the words by which the list finds the household again."""
    assert home is not None  # noqa: S101 - found, or the command has ended
    if home.household_no:
        return {"household_no": home.household_no}
    row = {"head_name": home.head_name or ""}
    village = session.get(Village, home.village_id) if home.village_id else None
    if village is not None:
        row |= {"township": village.township, "village": village.name}
        row |= {"province": village.province, "county": village.county}
    return {name: words for name, words in row.items() if words}


def _helper_of(session: Session, household: int | None, doer: str, day: date) -> dict[str, str]:
    """Give the household's helper on a day, where it has one alone."""
    query = (
        select(Staff.name, Staff.unit)
        .join(Pairing, Pairing.staff_id == Staff.id)
        .where(Pairing.household_id == household, in_force(Pairing, day))
        .distinct()
    )
    found = session.execute(query).all()
    if household is None or len(found) != 1:
        return {}
    name, unit = found[0]
    told = {doer: name}
    if unit and doer != "checker":
        told[f"{doer}_unit"] = unit
    return told


def refuse_faults(reading: SheetReading, said: Mapping[str, str]) -> None:
    """Refuse what a list would refuse, and what it would note: whoever typed it can mend it now."""
    if not reading.problems:
        return
    # What was typed wrongly is told before what is lacking for it.
    fault = min(reading.problems, key=lambda one: (one.field not in said, not one.value))
    title = fields()[fault.field].title if fault.field in fields() else ""
    is_error = fault.severity is Severity.ERROR
    verdict = "不能这样登记：" if is_error else "要写清楚；名单里会这样处理："
    raise JingzhunError(
        "deed_refused",
        f"{title}{verdict}{mask_text(fault.message)}",
        "请改正后再试一次；这一次没有记入账本。",
    )


def _batch(reading: SheetReading, person: Person | None) -> Batch:
    """Give the row's words; a pupil is known already, by whatever identity."""
    if person is None:
        return reading.batch
    columns: dict[str, list[Any]] = {
        "identity": [person.identity],
        "name": [person.name],
        "visits": reading.batch.columns["visits"],
    }
    return Batch(row_numbers=[1], columns=columns)


def _unknown_helpers(
    session: Session, words: str, said: Mapping[str, str], household: int | None
) -> list[str]:
    """Say which of those who are named nobody knows among the staff."""
    unit = said.get("visitor_unit") or said.get("helper_unit")
    named = Helpers(session).of(words, unit=unit, household=household)
    strangers = [each.name for each in named if each.staff_id is None]
    if not strangers:
        return []
    names = "、".join(mask_text(name) for name in strangers)
    return [f"教职工名册里没有（或分不清是哪一位）{names}，照写的记，只计入该户，不计入个人。"]
