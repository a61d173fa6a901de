"""A small town whose households are tied to staff at the desk and by lists."""

from datetime import date
from typing import Any

from sqlalchemy import select

from jingzhun.services.hand import Hand
from jingzhun.services.pairing.assigning import enter_assignment, plan_assignment
from jingzhun.services.pairing.releasing import Ended, Ending, end_pairs
from jingzhun.store.engine import Ledger
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Household, Pairing, Staff
from tests.builders import NOW, id_number

DAY = date(2026, 11, 24)
HAND = Hand(actor="办公室", os_user="test", command="jingzhun pair", recorded_at=NOW)
HOMES = ("户编号", "户主姓名", "村", "姓名", "身份证号", "与户主关系", "户类型", "风险是否消除")
STAFF = ("姓名", "工号", "单位", "部门", "职务", "编制类型", "是否在职", "困难职工")
PAIRS = ("户编号", "户主姓名", "帮扶责任人", "帮扶人单位", "结对日期")


def home(number: int, village: str = "东山村", kind: str = "脱贫户（享受政策）") -> tuple[Any, ...]:
    name = f"赵{'一二三四五六七八九十'[number]}"
    person = id_number(date(1980, 1, 1), number)
    return (f"620000000{number}", name, village, name, person, "户主", kind, "")


def staff(number: int, department: str = "数学组", post: str = "教师") -> tuple[Any, ...]:
    name = f"李{'一二三四五六七八九十'[number]}"
    return (name, f"W{number}", "青禾学院", department, post, "在编", "是", "否")


def pairs(ledger: Ledger, day: date = DAY) -> dict[str, str]:
    with ledger.read() as session:
        rows = session.execute(
            select(Household.household_no, Staff.name)
            .join(Pairing, Pairing.household_id == Household.id)
            .join(Staff, Staff.id == Pairing.staff_id)
            .where(in_force(Pairing, day))
        )
        return {str(row[0]): row[1] for row in rows}


def assign(ledger: Ledger, day: date = DAY) -> int:
    with ledger.write() as session:
        return enter_assignment(session, plan_assignment(session, day), HAND).import_id


def end(ledger: Ledger, day: date = DAY, **wanted: Any) -> Ended:
    with ledger.write() as session:
        return end_pairs(session, Ending(**{"why": "调离", **wanted}), HAND, today=day)


def spans(ledger: Ledger, household: str = "6200000000") -> list[tuple[str, date, date | None]]:
    """Give who helped a household from when until when, as known today."""
    with ledger.read() as session:
        rows = session.execute(
            select(Staff.name, Pairing.valid_from, Pairing.valid_until)
            .join(Pairing, Pairing.staff_id == Staff.id)
            .join(Household, Household.id == Pairing.household_id)
            .where(Household.household_no == household, Pairing.superseded_in.is_(None))
            .order_by(Pairing.valid_from, Staff.name)
        )
        return [(row[0], row[1], row[2]) for row in rows]
