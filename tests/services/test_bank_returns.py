"""A bank's return is matched by batch and line; with one fault, named, nothing of it is booked."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from jingzhun.core.vocabulary import LineState, RunState
from jingzhun.errors import FileError, JingzhunError
from jingzhun.services.funds.bank_returns import (
    ReturnRefusedError,
    Settled,
    settle_by_hand,
    take_return,
)
from jingzhun.services.funds.batches import Order, make_batches
from jingzhun.services.funds.payments import batches_page
from jingzhun.services.funds.settling import How
from jingzhun.store.schema import Batch, BatchLine, JournalEntry, Person, Posting, Run, RunStep
from tests.builders import World
from tests.services.money import balances, get_money
from tests.services.paying import DAY, HAND, approved, boarder, give_card
from tests.services.workbooks import write

HEADS = (
    "批次",
    "序号",
    "姓名（户名）",
    "账号",
    "开户行",
    "金额",
    "备注",
    "处理结果",
    "日期",
    "失败原因",
)
LATER = date(2026, 12, 8)
AMOUNT = 12500
Said = dict[str, Any]


class Paying:
    """Three pupils of an approved run, in a batch; rows of a return of it."""

    def __init__(self, world: World, folder: Path, *, money: int = 10 * AMOUNT) -> None:
        self.session, self.world, self.folder = world.session, world, folder
        for at, name in enumerate(("张一", "张丁", "张三"), start=1):
            give_card(world, boarder(world, name), f"40000000000{at}")
        self.run = approved(self.session)
        if money:
            get_money(self.session, money, source="中央", on=DAY)
        [self.batch] = self.order()

    def order(self, **more: Any) -> Sequence[int]:
        order = Order(run_id=self.run, scheme="boarding_living", **more)
        return make_batches(self.session, order, today=DAY, hand=HAND).batches

    def row(self, line: int, **said: Any) -> Said:
        told = {"批次": self.batch, "序号": line, "姓名（户名）": f"张{'一丁三'[line % 3 - 1]}",
                "账号": f"40000000000{line}", "金额": AMOUNT / 100, "处理结果": "成功",
                "日期": "2026-12-03"}  # fmt: skip
        return {**told, **said}

    def read(self, *rows: Said, advance: bool = False, today: date = LATER) -> Settled:
        table = [HEADS, *(tuple(row.get(head) for head in HEADS) for row in rows)]
        path = write(self.folder / "回单.xlsx", table)
        how = How(is_advance=advance)
        return take_return(self.session, self.batch, path, HAND, how, today=today)

    def states(self) -> list[LineState]:
        query = select(BatchLine.state).order_by(BatchLine.batch_id, BatchLine.number)
        return [LineState.coded(state) for state in self.session.scalars(query)]


@pytest.fixture
def paying(world: World, tmp_path: Path) -> Paying:
    return Paying(world, tmp_path)


def fill(world: World) -> dict[str, int]:
    """Count what a refused return must leave as it was."""
    return {
        table.__tablename__: world.session.scalar(select(func.count()).select_from(table)) or 0
        for table in (JournalEntry, Posting, RunStep)
    }


def test_success_is_booked_by_source_and_failure_stays_owed(paying: Paying) -> None:
    settled = paying.read(
        paying.row(1),
        paying.row(2, 处理结果="失败", 失败原因="账号不存在", 日期=None, 金额=None),
        paying.row(3, 日期=date(2026, 12, 4)),
    )
    assert (settled.paid, settled.failed, settled.untold) == (2, 1, 0)
    held = balances(paying.session)
    assert held["payable"] + held["supplier"] == -AMOUNT - 3 * 400 * 21
    assert held["bank"] == 8 * AMOUNT
    kinds = paying.session.scalars(select(JournalEntry.kind).order_by(JournalEntry.id)).all()
    assert kinds[-2:] == ["payment", "payment"]
    line = paying.session.get_one(BatchLine, (paying.batch, 2))
    assert (line.state, line.reason, line.settled_on) == ("failed", "账号不存在", LATER)


FAULTS: dict[str, Callable[[Paying], list[Said]]] = {
    "return_too_much": lambda it: [it.row(1, 金额=125.01)],
    "return_too_little": lambda it: [it.row(1, 金额=12.5)],
    "return_same_line": lambda it: [it.row(1), it.row(1)],
    "return_other_batch": lambda it: [it.row(1, 批次=it.batch + 1)],
    "return_unknown_line": lambda it: [it.row(1, 序号=4)],
    "return_too_early": lambda it: [it.row(1, 日期="2026-11-30")],
    "return_in_future": lambda it: [it.row(1, 日期="2026-12-09")],
    "date_invalid": lambda it: [it.row(1, 日期="十二月初")],
    "date_month_only": lambda it: [it.row(1, 日期="2026年12月")],
    "amount_unreadable": lambda it: [it.row(1, 金额="一百多")],
    "return_incomplete": lambda it: [it.row(1, 日期=None)],
    "return_result": lambda it: [it.row(1, 处理结果="再议")],
    "return_number": lambda it: [it.row(1, 序号="甲")],
    "return_other_account": lambda it: [it.row(1, 账号="400000000002")],
}


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_named_with_its_cell_and_nothing_is_booked(paying: Paying, code: str) -> None:
    before = fill(paying.world)
    with pytest.raises(ReturnRefusedError) as refused:
        paying.read(paying.row(2), *FAULTS[code](paying), paying.row(3))
    [problem] = refused.value.problems
    assert problem.code == code
    assert problem.place.startswith("Sheet")
    assert problem.column
    assert "40000000000" not in problem.message + refused.value.reason + problem.value
    assert fill(paying.world) == before
    assert paying.states() == [LineState.PENDING] * 3


def test_all_faults_are_told_at_once(paying: Paying) -> None:
    with pytest.raises(ReturnRefusedError) as refused:
        paying.read(paying.row(1, 金额=1), paying.row(2, 日期="2062-01-01"), paying.row(9))
    assert [problem.row_number for problem in refused.value.problems] == [2, 3, 4]


def test_columns_that_are_missing_are_named(paying: Paying, tmp_path: Path) -> None:
    path = write(tmp_path / "明细.xlsx", [("批次", "姓名", "账号", "金额"), (1, "张一", "4", 5.0)])
    with pytest.raises(FileError, match="序号、处理结果、发放日期") as refused:
        take_return(paying.session, paying.batch, path, HAND, How(), today=LATER)
    assert refused.value.code == "return_columns_missing"


def test_the_same_return_again_says_nothing_new(paying: Paying) -> None:
    rows = [paying.row(1), paying.row(2, 处理结果="失败")]
    paying.read(*rows)
    with pytest.raises(JingzhunError) as refused:
        paying.read(*rows)
    assert refused.value.code == "return_nothing"
    settled = paying.read(*rows, paying.row(3))
    assert (settled.paid, settled.known) == (1, 2)


def test_rows_without_a_result_wait(paying: Paying) -> None:
    settled = paying.read(paying.row(1), paying.row(2, 处理结果=None))
    assert (settled.paid, settled.silent, settled.untold) == (1, 1, 2)
    with pytest.raises(JingzhunError, match="1 行没有填处理结果"):
        paying.read(paying.row(2, 处理结果=""))


def test_what_failed_does_not_turn_into_success(paying: Paying) -> None:
    paying.read(paying.row(1, 处理结果="退票"))
    with pytest.raises(ReturnRefusedError) as refused:
        paying.read(paying.row(1))
    assert [problem.code for problem in refused.value.problems] == ["return_contradiction"]


def test_a_payment_returned_later_is_owed_again(paying: Paying) -> None:
    paying.read(*map(paying.row, (1, 2, 3)))
    owed = balances(paying.session).get("payable", 0)
    run = paying.session.get_one(Run, paying.run)
    settled = paying.read(paying.row(2, 处理结果="退票", 日期="2026-12-05", 失败原因="户名不符"))
    assert settled.returned == 1
    assert balances(paying.session).get("payable", 0) == owed - AMOUNT
    assert paying.states()[1] is LineState.FAILED
    with pytest.raises(ReturnRefusedError) as refused:
        paying.read(paying.row(1, 处理结果="退票", 日期="2026-12-02"))
    assert [problem.code for problem in refused.value.problems] == ["return_too_early"]
    assert run.state == RunState.APPROVED


def test_failures_are_sent_again_in_a_batch_that_follows(paying: Paying) -> None:
    paying.read(paying.row(1), paying.row(2, 处理结果="失败"), paying.row(3, 处理结果="失败"))
    person = paying.session.scalars(select(Person).where(Person.name == "张丁")).one()
    give_card(paying.world, person, "400000000009", paid_on=date(2026, 12, 6))
    order = Order(run_id=paying.run, scheme="boarding_living", follows=paying.batch)
    made = make_batches(paying.session, order, today=LATER, hand=HAND)
    [number] = made.batches
    assert paying.session.get_one(Batch, number).follows_id == paying.batch
    assert [(each.why, each.pupil.name) for each in made.hindered] == [("failed_before", "张三")]
    lines = paying.session.scalars(select(BatchLine).where(BatchLine.batch_id == number)).all()
    assert [line.account_no for line in lines] == ["400000000009", "400000000003"]


def test_without_a_file_all_or_one_line_is_told(paying: Paying) -> None:
    told = settle_by_hand(
        paying.session, paying.batch, LineState.FAILED, HAND, How(), today=LATER, lines=[2],
        reason="卡已注销",
    )  # fmt: skip
    assert (told.failed, told.untold) == (1, 2)
    told = settle_by_hand(
        paying.session, paying.batch, LineState.PAID, HAND, How(document="回0031"), today=LATER
    )
    assert told.paid == 2
    entry = paying.session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert entry is not None
    assert entry.document == "回0031"
    for lines, code in (((), "return_nothing"), ((2,), "return_line"), ((9,), "return_line")):
        with pytest.raises(JingzhunError) as refused:
            settle_by_hand(paying.session, paying.batch, LineState.PAID, HAND, How(), today=LATER,
                           lines=lines)  # fmt: skip
        assert refused.value.code == code
    with pytest.raises(JingzhunError) as refused:
        settle_by_hand(paying.session, paying.batch, LineState.PAID, HAND, How(),
                       today=date(2026, 11, 1))  # fmt: skip
    assert refused.value.code == "return_early"


def test_money_that_was_not_received_is_not_paid_unless_advanced(
    world: World, tmp_path: Path
) -> None:
    paying = Paying(world, tmp_path, money=AMOUNT)
    before = fill(world)
    with pytest.raises(JingzhunError, match=r"还差 250\.00 元") as refused:
        paying.read(*map(paying.row, (1, 2, 3)))
    assert refused.value.code == "pay_short"
    assert fill(world) == before
    paying.read(*map(paying.row, (1, 2, 3)), advance=True)
    held = balances(world.session)
    assert held["advance"] == -2 * AMOUNT
    assert "bank" not in held
    # A payment that comes back pays the advance back first.
    paying.read(paying.row(1, 处理结果="退票"))
    assert balances(world.session)["advance"] == -AMOUNT


def test_a_run_is_paid_when_all_of_it_is_and_approved_again_on_a_return(paying: Paying) -> None:
    run = paying.session.get_one(Run, paying.run)
    paying.read(*map(paying.row, (1, 2, 3)))
    assert run.state == RunState.APPROVED  # the meals are not paid yet
    order = Order(run_id=paying.run, scheme="nutrition", supplier="配餐中心")
    [meals] = make_batches(paying.session, order, today=DAY, hand=HAND).batches
    get_money(paying.session, 100_000, "nutrition", on=DAY)
    settle_by_hand(paying.session, meals, LineState.PAID, HAND, How(), today=LATER)
    assert run.state == RunState.PAID
    assert "supplier" not in balances(paying.session)
    paying.read(paying.row(1, 处理结果="退票"))
    assert run.state == RunState.APPROVED
    [again] = paying.order()
    settle_by_hand(paying.session, again, LineState.PAID, HAND, How(), today=LATER)
    assert run.state == RunState.PAID
    steps = paying.session.scalars(select(RunStep.state).order_by(RunStep.id)).all()
    assert steps[-4:] == ["approved", "paid", "approved", "paid"]
    for batch in batches_page(paying.session).tables[0].records():
        assert batch["promised_fen"] == batch["paid_fen"] + batch["failed_fen"]


def test_each_fund_source_pays_what_was_approved_of_it(paying: Paying) -> None:
    paying.read(paying.row(1), paying.row(2, 处理结果="失败"), paying.row(3))
    paying.read(paying.row(1, 处理结果="退票", 日期="2026-12-05"))
    [again] = paying.order()
    settle_by_hand(paying.session, again, LineState.PAID, HAND, How(), today=LATER)
    sums = (
        select(func.sum(Posting.amount_fen))
        .where(Posting.account == "payable")
        .group_by(Posting.source, Posting.purpose)
    )
    assert set(paying.session.scalars(sums)) == {0}
