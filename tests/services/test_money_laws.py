"""Whatever is received, approved, adjusted, paid, returned, reversed and closed, in any order:
every invariant of the ledger holds, and the report tells what a plain count tells.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import LineState
from jingzhun.errors import JingzhunError
from jingzhun.services.books.funding import balance_of
from jingzhun.services.books.yearend import close_year
from jingzhun.services.checks import findings_of
from jingzhun.services.funds.batches import Order, make_batches
from jingzhun.services.funds.receipts import Receipt, bring_forward, receive, reverse
from jingzhun.services.funds.recovering import debts, recover
from jingzhun.services.funds.settling import How, Result, settle
from jingzhun.services.subsidy.adjustment import adjust
from jingzhun.services.subsidy.approval import approve
from jingzhun.services.subsidy.steps import publish, review
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.schema import (
    Batch,
    BatchLine,
    BoardingSpell,
    JournalEntry,
    Person,
    Posting,
    Run,
    RunLine,
)
from tests.builders import World
from tests.policies.worlds import put_pupil, run, scratch
from tests.reports.reading import read
from tests.services.paying import boarder, give_card, hand

PURPOSES = ("boarding_living", "nutrition", "preschool_fee")
SOURCES = ("中央", "省", "市县", "社会捐赠", "学校")
PERIODS = ("2026-09", "2026-10", "2026-11", "2026-12")
AMOUNTS = st.integers(1, 400_00)
#: Schemes whose money is paid out; a waiver is only booked.
PAID_OUT = ("boarding_living", "day_living", "nutrition", "gift")


class Money(RuleBasedStateMachine):
    """A school's money, with a plain count of it beside the ledger."""

    ledger: ClassVar[Ledger]

    def __init__(self) -> None:
        super().__init__()
        self._scratch: AbstractContextManager[Session] = scratch(self.ledger)
        self.session = self._scratch.__enter__()
        self.world = World(self.session)
        for name, card in (("张一", "6217000010001234569"), ("张二", "6217000010007654323")):
            give_card(self.world, boarder(self.world, name), card)
        put_pupil(
            self.world,
            {
                "person": {"name": "王小"},
                "enrolment": [{"stage": "preschool", "grade": -2}],
                "category": [{"category": "lifted"}],
            },
        )
        self.today = date(2026, 12, 1)
        self.periods = list(PERIODS)
        self.received: Counter[str] = Counter()
        self.committed: Counter[str] = Counter()
        self.paid: Counter[str] = Counter()
        self.a_month_is_approved()
        self.money_comes_in(60_00, "boarding_living", "省", is_opening=False)
        self.batches_are_made("boarding_living")

    def teardown(self) -> None:
        for check, found in findings_of(self.session):
            assert not found, (check.name, found)
        self._scratch.__exit__(None, None, None)

    def _refused(self, action: Callable[[], object]) -> str:
        """Do something; give the code with which it was refused and left no trace, "" for done."""
        savepoint = self.session.begin_nested()
        try:
            action()
        except JingzhunError as error:
            savepoint.rollback()
            self.session.expire_all()
            return error.code
        savepoint.commit()
        return ""

    @rule(amount=AMOUNTS, purpose=st.sampled_from(PURPOSES), source=st.sampled_from(SOURCES),
          is_opening=st.booleans())  # fmt: skip
    def money_comes_in(self, amount: int, purpose: str, source: str, *, is_opening: bool) -> None:
        receipt = Receipt(amount_fen=Fen(amount), source=source, purpose=purpose)
        (bring_forward if is_opening else receive)(self.session, receipt, hand(), today=self.today)
        self.received[purpose] += amount

    @rule(amount=AMOUNTS, pupil=st.sampled_from(["张一", "张二"]))
    def somebody_gives_a_pupil_money(self, amount: int, pupil: str) -> None:
        receipt = Receipt(amount_fen=Fen(amount), pupil=pupil)
        receive(self.session, receipt, hand(), today=self.today)
        self.received["gift"] += amount

    @precondition(lambda self: self.periods)
    @rule()
    def a_month_is_approved(self) -> None:
        self._approve(run(self.session, self.periods.pop(0)))

    @rule()
    def gifts_are_approved(self) -> None:
        drafts = select(Run.id).where(Run.kind == "donation", Run.state == "draft")
        for number in self.session.scalars(drafts).all():
            self._approve(number)

    def _approve(self, number: int) -> None:
        before = self.today - timedelta(14)
        review(self.session, number, hand("王老师"), today=before)
        if self.session.get_one(Run, number).kind != "donation":
            publish(self.session, number, hand("王老师"), today=before)
        approve(self.session, number, hand("李主任"), today=self.today)
        lines = select(RunLine.scheme, RunLine.amount_fen).where(RunLine.run_id == number)
        for scheme, amount in self.session.execute(lines):
            self.committed[scheme] += amount

    @rule(pupil=st.sampled_from(["张一", "张二"]), boarding=st.sampled_from(["boarder", "day"]))
    def it_turns_out_how_a_pupil_attends(self, pupil: str, boarding: str) -> None:
        one = select(Person.id).where(Person.name == pupil)
        self.session.execute(
            update(BoardingSpell).where(BoardingSpell.person_id.in_(one)).values(boarding=boarding)
        )

    @rule(data=st.data())
    def a_run_is_adjusted(self, data: Any) -> None:
        regular = select(Run.id).where(Run.kind == "regular", Run.state.in_(["approved", "paid"]))
        number = data.draw(st.sampled_from(list(self.session.scalars(regular.order_by(Run.id)))))
        made = adjust(self.session, number, hand("王老师"), today=self.today)
        if made is not None:
            self._approve(made)

    @rule(data=st.data())
    def what_was_claimed_comes_back(self, data: Any) -> None:
        owed = [debt for debt in debts(self.session) if debt.left_fen and debt.person_id]
        if not owed:
            return
        debt = data.draw(st.sampled_from(owed))
        name = self.session.get_one(Person, debt.person_id).name
        amount = data.draw(st.integers(1, debt.left_fen))
        recover(self.session, name, Fen(amount), hand(), today=self.today)

    @rule(scheme=st.sampled_from(PAID_OUT))
    def batches_are_made(self, scheme: str) -> None:
        for number in self._approved():
            order = Order(run_id=number, scheme=scheme, supplier="云岭食堂")
            code = self._refused(
                lambda order=order: make_batches(  # type: ignore[misc]
                    self.session, order, today=self.today, hand=hand()
                )
            )
            assert code in ("", "pay_nothing", "pay_scheme_unknown")

    @rule(is_advance=st.booleans(), data=st.data())
    def the_bank_tells_what_became_of_them(self, *, is_advance: bool, data: Any) -> None:
        pending = select(BatchLine.batch_id).where(BatchLine.state == "pending").distinct()
        for batch in self.session.scalars(pending).all():
            self._settle(batch, is_advance=is_advance, data=data)

    def _settle(self, number: int, *, is_advance: bool, data: Any) -> None:
        batch = self.session.get_one(Batch, number)
        lines = self.session.scalars(
            select(BatchLine).where(BatchLine.batch_id == number, BatchLine.state == "pending")
        ).all()
        results = [
            Result(
                number=line.number,
                state=data.draw(st.sampled_from([LineState.PAID, LineState.FAILED])),
                day=self.today,
                reason="账号有误",
                was=LineState.PENDING,
            )
            for line in lines
        ]
        due = sum(
            line.amount_fen
            for line, result in zip(lines, results, strict=True)
            if result.state is LineState.PAID
        )
        is_short = due > balance_of(self.session, batch.scheme)
        how = How(is_advance=is_advance)
        code = self._refused(lambda: settle(self.session, batch, results, hand(), how))
        assert code == ("pay_short" if is_short and not is_advance else "")
        self.paid[batch.scheme] += 0 if code else due

    @rule(data=st.data())
    def the_bank_sends_a_payment_back(self, data: Any) -> None:
        paid = self.session.scalars(
            select(BatchLine).where(BatchLine.state == "paid").order_by(BatchLine.batch_id)
        ).all()
        if not paid:
            return
        line = data.draw(st.sampled_from(paid))
        batch = self.session.get_one(Batch, line.batch_id)
        self.paid[batch.scheme] -= line.amount_fen
        result = Result(
            number=line.number, state=LineState.FAILED, day=self.today, reason="退票",
            was=LineState.PAID,
        )  # fmt: skip
        settle(self.session, batch, [result], hand(), How())

    @rule(data=st.data())
    def a_voucher_is_reversed(self, data: Any) -> None:
        entries = self.session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
        if not entries:
            return
        entry = data.draw(st.sampled_from(entries))
        postings = self.session.scalars(select(Posting).where(Posting.entry_id == entry.id)).all()
        kind, number = entry.kind, entry.voucher_no
        code = self._refused(
            lambda: reverse(self.session, number, "录错", hand(), today=self.today)
        )
        assert code or kind in ("receipt", "opening", "cover", "recovery")
        if not code and kind in ("receipt", "opening"):
            self.received[postings[0].purpose] -= abs(postings[0].amount_fen)

    @rule()
    def the_year_is_closed(self) -> None:
        with pytest.raises(JingzhunError) as refused:
            close_year(self.session, self.today.year, hand(), today=self.today)
        assert refused.value.code == "year_open"
        self.today = date(self.today.year + 1, 1, 4)
        year = self.today.year - 1
        code = self._refused(lambda: close_year(self.session, year, hand(), today=self.today))
        assert code in ("", "year_empty")

    def _approved(self) -> list[int]:
        approved = select(Run.id).where(Run.state.in_(["approved", "paid"])).order_by(Run.id)
        return list(self.session.scalars(approved))

    @invariant()
    def the_report_tells_what_was_counted(self) -> None:
        report = read(self.world, "fund", as_of=self.today)
        for row in report["deliveries"][:2]:
            assert row["payable_fen"] == row["committed_fen"] - row["paid_fen"] >= 0
        told = {row["purpose"]: row for row in report["purposes"] if row["source"] is None}
        for purpose, row in told.items():
            assert row["received_fen"] == self.received[purpose]
            assert row["committed_fen"] == self.committed[purpose]
            assert row["paid_fen"] == self.paid[purpose]
            assert row["left_fen"] == self.received[purpose] - self.committed[purpose]
            assert row["bank_fen"] >= 0
        counted = self.received + self.committed + self.paid
        assert {purpose for purpose in counted if counted[purpose]} <= told.keys()


@pytest.fixture(autouse=True)
def _ledger(empty_ledger: Path, tmp_path: Path) -> Iterator[None]:
    path = shutil.copy(empty_ledger, tmp_path / "jingzhun.db")
    Money.ledger = open_ledger(str(path))
    yield
    Money.ledger.close()


@pytest.mark.property
def test_money_keeps_its_laws_whatever_happens() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=20, stateful_step_count=14, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
