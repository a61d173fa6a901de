"""Killed while approving or paying: all or nothing. Two who approve at once: one of them wins."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import LineState
from jingzhun.services.funds.batches import Order, make_batches
from jingzhun.services.funds.receipts import Receipt, receive
from jingzhun.services.subsidy.approval import approve
from jingzhun.services.subsidy.steps import publish, review
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.schema import BatchLine, JournalEntry, Posting, Run, RunLine
from tests.builders import World
from tests.policies.worlds import run
from tests.services.paying import boarder, give_card
from tests.services.test_run_steps import MONDAY, OVER, hand

PUPILS = 400
ROOT = Path(__file__).parent.parent.parent
BEGIN = """
import sys, time
from datetime import date
from jingzhun.core.vocabulary import LineState
from jingzhun.services.subsidy.approval import approve
from jingzhun.services.funds.bank_returns import settle_by_hand
from jingzhun.services.funds.settling import How
from jingzhun.store.engine import open_ledger
from tests.services.test_run_steps import OVER, hand
ledger = open_ledger(sys.argv[1])
"""
APPROVE = (
    BEGIN
    + """
print("begin", flush=True)
with ledger.write() as session:
    approve(session, 1, hand("李主任"), today=OVER)
    session.flush()
    print("done", flush=True)
    time.sleep(float(sys.argv[2]))
"""
)
PAY = (
    BEGIN
    + """
print("begin", flush=True)
with ledger.write() as session:
    settle_by_hand(session, 1, LineState.PAID, hand("王会计"), How(), today=date(2026, 12, 1))
    print("done", flush=True)
    time.sleep(float(sys.argv[2]))
"""
)
RIVAL = """
import sys
from jingzhun.cli import main
sys.argv = ["jingzhun", "run", "approve", "1", "--by", sys.argv[2], "--on", "2026-11-10",
            "--db", sys.argv[1]]
main()
"""


@pytest.fixture
def published(ledger: Ledger) -> Ledger:
    with ledger.write() as session:
        world = World(session)
        for place in range(PUPILS):
            give_card(world, boarder(world, f"张{place}"), f"62170000{place:011d}")
        number = run(session, "2026-10")
        review(session, number, hand("王老师"), today=MONDAY)
        publish(session, number, hand("王老师"), today=MONDAY)
    return ledger


@pytest.fixture
def batched(published: Ledger) -> Ledger:
    with published.write() as session:
        approve(session, 1, hand("李主任"), today=OVER)
        receipt = Receipt(amount_fen=Fen(10_000_000), source="省", purpose="boarding_living")
        receive(session, receipt, hand("张会计"), today=OVER)
        order = Order(run_id=1, scheme="boarding_living")
        make_batches(session, order, today=OVER, hand=hand("王会计"))
    return published


def start(script: str, *words: str) -> "subprocess.Popen[str]":
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )


def kill(ledger: Ledger, script: str, word: str, delay: float) -> None:
    process = start(script, str(ledger.path), "0.3")
    assert process.stdout is not None
    while process.stdout.readline().strip() not in {word, ""}:
        pass
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
@pytest.mark.parametrize(
    ("word", "delay"), [("begin", 0.01), ("begin", 0.05), ("done", 0), ("done", 0.28), ("done", 1)]
)
def test_a_killed_approval_leaves_all_or_nothing(
    published: Ledger, word: str, delay: float
) -> None:
    kill(published, APPROVE, word, delay)
    reopened = open_ledger(str(published.path))
    with reopened.read() as session:
        state = session.scalar(select(Run.state))
        posted = session.scalar(select(func.count()).where(RunLine.sequence.is_not(None)))
        entries = session.scalar(select(func.count()).select_from(JournalEntry))
        assert (state, posted, entries) in [("published", 0, 0), ("approved", 2 * PUPILS, 1)]
        assert (session.scalar(select(func.sum(Posting.amount_fen))) or 0) == 0
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    reopened.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
@pytest.mark.parametrize(("word", "delay"), [("begin", 0.03), ("done", 0), ("done", 1)])
def test_a_killed_payment_leaves_all_or_nothing(batched: Ledger, word: str, delay: float) -> None:
    kill(batched, PAY, word, delay)
    reopened = open_ledger(str(batched.path))
    with reopened.read() as session:
        paid = session.scalar(select(func.count()).where(BatchLine.state == LineState.PAID.value))
        booked = session.scalar(select(func.count()).where(JournalEntry.kind == "payment"))
        assert (paid, booked) in [(0, 0), (PUPILS, 1)]
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    reopened.close()


def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(published: Ledger) -> None:
    rivals = [start(RIVAL, str(published.path), name) for name in ("李主任", "赵校长")]
    told = [(process.communicate(), process.returncode) for process in rivals]
    assert sorted(code for _, code in told) == [0, 1]
    [words] = [errors for (_, errors), code in told if code == 1]
    assert "已批准" in words
    assert "Traceback" not in words
    with published.read() as session:
        steps = session.execute(text("SELECT count(*) FROM run_step WHERE state = 'approved'"))
        assert steps.scalar() == 1
        assert session.scalar(select(func.count()).select_from(JournalEntry)) == 1


def test_two_writers_come_one_after_the_other_and_nothing_is_lost(published: Ledger) -> None:
    script = (
        "import sys; from jingzhun.cli import main;"
        "sys.argv = ['jingzhun', 'fund', 'receive', '1', '--source', '省', '--purpose',"
        " 'nutrition', '--on', '2026-11-10', '--db', sys.argv[1]]; main()"
    )
    writers = [start(script, str(published.path)) for _ in range(4)]
    assert [(process.communicate()[1], process.returncode)[1] for process in writers] == [0] * 4
    with published.read() as session:
        numbers = session.scalars(select(JournalEntry.voucher_no)).all()
        assert sorted(numbers) == [f"2026-{number:05d}" for number in range(1, 5)]
        held = select(func.sum(Posting.amount_fen)).where(Posting.account == "bank")
        assert session.scalar(held) == 400
