"""Whatever is done in whatever order, money stays true.

A machine changes pupils' facts, computes, approves, adjusts, receives, pays, fails and returns;
after every step the books balance, no unit has two first lines, what was approved is as it was,
every batch keeps its promise, and what is left of a purpose is what came in less what is committed.
JINGZHUN_MACHINES sets how many machines run.
"""

import os
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, update

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import LineState, RunState
from jingzhun.errors import JingzhunError
from jingzhun.services.funds.bank_returns import settle_by_hand
from jingzhun.services.funds.batches import Order, make_batches
from jingzhun.services.funds.receipts import Receipt, receive
from jingzhun.services.funds.settling import How
from jingzhun.services.hand import Hand
from jingzhun.services.subsidy.adjustment import adjust
from jingzhun.services.subsidy.approval import approve
from jingzhun.services.subsidy.steps import publish, review, void
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.funds import held
from jingzhun.store.schema import (
    Absence,
    Batch,
    BatchLine,
    BoardingSpell,
    HouseholdCategory,
    JournalEntry,
    Posting,
    Run,
    RunLine,
)
from tests.builders import NOW, World
from tests.policies.worlds import put_pupil, run
from tests.services.paying import give_card

PERIODS = ("2026-09", "2026-10", "2026秋")
PURPOSES = ("boarding_living", "day_living", "nutrition", "preschool_fee")
CARDS = ("6217000010001234569", "6217000010007654323")
PUPILS = (
    ("青禾小学", "primary", 3, "boarder"),
    ("青禾小学", "primary", 1, "day"),
    ("白石中学", "junior", 8, "boarder"),
    ("青禾小学", "preschool", -1, "day"),
)


def hand(actor: str) -> Hand:
    return Hand(actor=actor, os_user="test", command="", recorded_at=NOW)


class Money(RuleBasedStateMachine):
    """A small county and its money."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "jingzhun.db"
        shutil.copy(_empty(), path)
        self.ledger: Ledger = open_ledger(str(path))
        self.today = date(2026, 11, 2)
        self.approved: dict[int, list[Any]] = {}

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()

    @initialize()
    def begin(self) -> None:
        with self.ledger.write() as session:
            world = World(session)
            for place, (school, stage, grade, boarding) in enumerate(PUPILS):
                enrolment = {"school": school, "stage": stage, "grade": grade}
                person = put_pupil(
                    world,
                    {
                        "enrolment": [enrolment],
                        "boarding": [{"boarding": boarding}],
                        "category": [{"category": "lifted"}],
                    },
                )
                if place < len(CARDS):
                    give_card(world, person, CARDS[place])

    # --- what happens -----------------------------------------------------------------------

    @rule(person=st.integers(1, 4), boarding=st.sampled_from(["day", "boarder"]))
    def attend(self, person: int, boarding: str) -> None:
        self._change(update(BoardingSpell).where(BoardingSpell.person_id == person),
                     boarding=boarding)  # fmt: skip

    @rule(home=st.integers(1, 4), category=st.sampled_from(["lifted", "rural_allowance", "other"]))
    def categorise(self, home: int, category: str) -> None:
        self._change(
            update(HouseholdCategory).where(HouseholdCategory.household_id == home),
            category=category,
        )

    @rule(person=st.integers(1, 4), day=st.integers(10, 28))
    def be_absent(self, person: int, day: int) -> None:
        with suppress(Exception), self.ledger.write() as session:
            session.add(
                Absence(person_id=person, day=date(2026, 10, day), sheet_id=1, row_number=1)
            )

    @rule(period=st.sampled_from(PERIODS), scope=st.sampled_from(["", "青禾小学"]))
    def compute(self, period: str, scope: str) -> None:
        self._try(lambda session: run(session, period, scope=scope))

    @rule(which=st.integers(0, 9))
    def approve_one(self, which: int) -> None:
        number = self._pick(which, RunState.DRAFT)
        if number is None:
            return
        self._try(lambda session: review(session, number, hand("王老师"), today=self.today))
        self._try(lambda session: publish(session, number, hand("王老师"), today=self.today))
        self.today += timedelta(20)
        self._try(lambda session: approve(session, number, hand("李主任"), today=self.today))

    @rule(which=st.integers(0, 9))
    def void_one(self, which: int) -> None:
        number = self._pick(which, RunState.DRAFT)
        if number is not None:
            self._try(
                lambda session: void(
                    session, number, hand("王老师"), today=self.today, reason="重算"
                )
            )

    @rule(which=st.integers(0, 9))
    def adjust_one(self, which: int) -> None:
        number = self._pick(which, RunState.APPROVED, RunState.PAID)
        if number is not None:
            self._try(lambda session: adjust(session, number, hand("张会计"), today=self.today))

    @rule(purpose=st.sampled_from(PURPOSES), yuan=st.integers(1, 900))
    def receive(self, purpose: str, yuan: int) -> None:
        receipt = Receipt(amount_fen=Fen(yuan * 100), source="省", purpose=purpose)
        self._try(lambda session: receive(session, receipt, hand("张会计"), today=self.today))

    @rule(which=st.integers(0, 9))
    def batch(self, which: int) -> None:
        number = self._pick(which, RunState.APPROVED, RunState.PAID)
        if number is not None:
            order = Order(run_id=number, supplier="青禾配餐公司")
            self._try(
                lambda session: make_batches(session, order, today=self.today, hand=hand("王会计"))
            )

    @rule(
        which=st.integers(0, 9),
        state=st.sampled_from([LineState.PAID, LineState.FAILED]),
        line=st.integers(0, 2),
        is_advance=st.booleans(),
    )
    def settle(self, which: int, state: LineState, line: int, *, is_advance: bool) -> None:
        with self.ledger.read() as session:
            batches = session.scalars(select(Batch.id)).all()
        if not batches:
            return
        number = batches[which % len(batches)]
        self._try(
            lambda session: settle_by_hand(
                session,
                number,
                state,
                hand("王会计"),
                How(is_advance=is_advance),
                today=self.today,
                lines=(line,) if line else (),
                reason="退票",
            )
        )

    # --- what always holds ------------------------------------------------------------------

    @invariant()
    def books_balance(self) -> None:
        with self.ledger.read() as session:
            sums = session.execute(
                select(Posting.entry_id, func.sum(Posting.amount_fen)).group_by(Posting.entry_id)
            ).all()
            assert all(total == 0 for _, total in sums)
            assert session.scalar(select(func.count()).where(~JournalEntry.is_posted)) == 0

    @invariant()
    def no_unit_is_posted_twice(self) -> None:
        with self.ledger.read() as session:
            lines = session.scalars(select(RunLine).where(RunLine.sequence.is_not(None))).all()
            firsts = Counter(
                (line.person_id, line.scheme, line.month, line.days and line.school_id)
                for line in lines
                if line.sequence == 0
            )
            assert all(count == 1 for count in firsts.values())
            due: Counter[tuple[Any, ...]] = Counter()
            for line in lines:
                due[line.person_id, line.scheme, line.month] += line.amount_fen
            assert all(amount >= 0 for amount in due.values())

    @invariant()
    def what_is_approved_stays(self) -> None:
        with self.ledger.read() as session:
            for number in session.scalars(
                select(Run.id).where(Run.state.in_(["approved", "paid"])).order_by(Run.id)
            ).all():
                lines = list(
                    session.execute(select(*RunLine.__table__.c).where(RunLine.run_id == number))
                )
                assert lines == self.approved.setdefault(number, lines)

    @invariant()
    def what_is_left_is_what_came_in_less_what_is_committed(self) -> None:
        with self.ledger.read() as session:
            received: Counter[str] = Counter()
            committed: Counter[str] = Counter()
            for account, purpose, amount in session.execute(
                select(Posting.account, Posting.purpose, Posting.amount_fen)
            ):
                if account == "appropriation":
                    received[purpose] -= amount
                if account == "expense":
                    committed[purpose] += amount
            for purpose, has in held(session).items():
                assert has.left_fen == received[purpose] - committed[purpose]
                assert has.bank_fen >= 0
                assert has.advance_fen >= 0
            posted = session.scalar(
                select(func.sum(RunLine.amount_fen)).where(RunLine.sequence.is_not(None))
            )
            assert sum(committed.values()) == (posted or 0)

    @invariant()
    def batches_keep_their_promise(self) -> None:
        with self.ledger.read() as session:
            for batch in session.scalars(select(Batch)):
                lines = session.scalars(
                    select(BatchLine).where(BatchLine.batch_id == batch.id)
                ).all()
                assert batch.promised_count == len(lines)
                assert batch.promised_fen == sum(line.amount_fen for line in lines)
            paid = session.scalar(
                select(func.sum(BatchLine.amount_fen)).where(BatchLine.state == "paid")
            )
            cleared = session.scalar(
                select(func.sum(Posting.amount_fen))
                .join(JournalEntry, JournalEntry.id == Posting.entry_id)
                .where(
                    Posting.account.in_(["payable", "supplier"]),
                    JournalEntry.kind.in_(["payment", "return"]),
                )
            )
            assert (paid or 0) == (cleared or 0)
            owed = session.scalar(
                select(-func.sum(Posting.amount_fen)).where(
                    Posting.account.in_(["payable", "supplier"])
                )
            )
            assert (owed or 0) >= 0

    # --- helpers ----------------------------------------------------------------------------

    def _pick(self, which: int, *states: RunState) -> int | None:
        with self.ledger.read() as session:
            found = session.scalars(
                select(Run.id)
                .where(Run.state.in_([state.value for state in states]))
                .order_by(Run.id)
            ).all()
        return found[which % len(found)] if found else None

    def _try(self, work: Any) -> None:
        """Do something that may be refused; a refusal changes nothing."""
        with suppress(JingzhunError), self.ledger.write() as session:
            work(session)

    def _change(self, statement: Any, **values: Any) -> None:
        with self.ledger.write() as session:
            session.execute(statement.values(**values))


_MADE: list[Path] = []


def _empty() -> Path:
    if not _MADE:
        path = Path(tempfile.mkdtemp()) / "empty.db"
        open_ledger(str(path), create=True).close()
        _MADE.append(path)
    return _MADE[0]


def test_money_stays_true_whatever_is_done() -> None:
    count = int(os.environ.get("JINGZHUN_MACHINES", "12"))
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=count,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
