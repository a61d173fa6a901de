"""Whatever banks answer: promised = pending + paid + failed, each fen paid or owed, none twice."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.vocabulary import Account, LineState
from jingzhun.errors import JingzhunError
from jingzhun.services.funds.bank_returns import settle_by_hand, take_return
from jingzhun.services.funds.batches import Order, make_batches
from jingzhun.services.funds.payments import batches_page
from jingzhun.services.funds.settling import How
from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.schema import Batch, BatchLine, Posting, RunLine
from tests.builders import World
from tests.policies.worlds import scratch
from tests.services.paying import DAY, HAND, approved, boarder, give_card
from tests.services.workbooks import write

HEADS = ("批次", "序号", "金额", "处理结果", "日期")
NAMES = ("张一", "张丁", "张三", "李四", "王五")
SCHEME = "boarding_living"


@pytest.fixture(scope="module")
def law_ledger(empty_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """One ledger for every example, for each leaves it as it was."""
    path = tmp_path_factory.mktemp("laws") / "jingzhun.db"
    shutil.copy(empty_ledger, path)
    ledger = open_ledger(str(path))
    yield ledger
    ledger.close()


#: Of each line: the result, whether its amount is right, how many days after the batch.
ROWS = st.lists(
    st.tuples(
        st.integers(1, len(NAMES) + 1), st.sampled_from(["成功", "失败", "退票", ""]),
        st.sampled_from([125.0, 125.0, 125.0, 125.0, 125.0, 12.5]), st.integers(0, 3),
    ),
    max_size=len(NAMES) + 1,
)  # fmt: skip
ACTS = st.one_of(
    st.tuples(st.just("return"), ROWS),
    st.tuples(st.just("batch"), st.none()),
    st.tuples(st.just("all"), st.sampled_from([LineState.PAID, LineState.FAILED])),
)


def owed(session: Session) -> int:
    """Give what the journal says is owed to pupils."""
    return -(
        session.scalar(
            select(func.sum(Posting.amount_fen)).where(
                Posting.account == Account.PAYABLE, Posting.purpose == SCHEME
            )
        )
        or 0
    )


def hold(session: Session, due: int) -> None:
    """Assert the laws."""
    for shown in batches_page(session).tables[0].records():
        for unit in ("", "_fen"):
            parts = [shown[f"{word}{unit}"] for word in ("pending", "paid", "failed")]
            assert shown[f"promised{unit}"] == sum(parts)
    lines = session.scalars(select(BatchLine)).all()
    session.expire_all()
    for batch in session.scalars(select(Batch)):
        mine = [line for line in lines if line.batch_id == batch.id]
        assert (len(mine), sum(line.amount_fen for line in mine)) == (
            batch.promised_count, batch.promised_fen,
        )  # fmt: skip
    live = Counter(line.person_id for line in lines if line.state in {"pending", "paid"})
    assert all(count == 1 for count in live.values())
    paid = sum(line.amount_fen for line in lines if line.state == "paid")
    assert paid + owed(session) == due


@settings(max_examples=30, deadline=None)
@given(acts=st.lists(ACTS, max_size=7))
def test_every_fen_is_paid_or_owed_whatever_the_bank_answers(
    law_ledger: Ledger, acts: list[tuple[str, object]]
) -> None:
    with scratch(law_ledger) as session, tempfile.TemporaryDirectory() as folder:
        world = World(session)
        for at, name in enumerate(NAMES):
            give_card(world, boarder(world, name), f"4000000000{at}")
        run = approved(session)
        due = session.scalar(
            select(func.sum(RunLine.amount_fen)).where(RunLine.scheme == SCHEME)
        ) or 0  # fmt: skip
        last = make_batches(session, Order(run_id=run, scheme=SCHEME), today=DAY, hand=HAND)
        number, today = last.batches[0], DAY
        for act, what in acts:
            today += timedelta(4)
            try:
                with session.begin_nested():
                    number = do(session, number, (act, what), today, Path(folder))
            except JingzhunError:
                pass  # told, and nothing booked: the laws say so
            hold(session, due)


def do(session: Session, number: int, act: tuple[str, object], today: date, folder: Path) -> int:
    """Do one thing; give the batch that the next is about."""
    word, what = act
    how = How(is_advance=True)
    if word == "batch":
        run = session.get_one(Batch, number).run_id
        order = Order(run_id=run, scheme=SCHEME)
        return make_batches(session, order, today=today, hand=HAND).batches[0]
    if isinstance(what, LineState):
        settle_by_hand(session, number, what, HAND, how, today=today)
    elif isinstance(what, list):
        rows = [
            (number, line, amount, result, str(today - timedelta(back)))
            for line, result, amount, back in what
        ]
        path = write(folder / "回单.xlsx", [HEADS, *rows])
        take_return(session, number, path, HAND, how, today=today)
    return number
