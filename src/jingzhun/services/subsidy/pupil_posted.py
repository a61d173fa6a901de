"""What approved runs have posted for one pupil's month, and what became of the payment."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from jingzhun.core.policy import Scheme
from jingzhun.core.table import PEOPLE, Column, ColumnKind, Table
from jingzhun.core.vocabulary import LineState, label_of
from jingzhun.store.schema import BatchLine, RunLine, School

# Written into the statement, so that the index of live lines is taken.
_LIVE: BindParameter[str] = bindparam(
    "live", [LineState.PENDING.value, LineState.PAID.value], expanding=True, literal_execute=True
)


def posted_records(session: Session, person_id: int, month: int) -> list[dict[str, Any]]:
    """Give what is posted, in the order of scheme and correction, as JSON contracts write it."""
    lines = session.execute(
        select(
            RunLine.scheme,
            RunLine.run_id,
            RunLine.sequence,
            School.name,
            RunLine.days,
            RunLine.amount_fen,
            RunLine.cause,
        )
        .join(School, School.id == RunLine.school_id)
        .where(
            RunLine.person_id == person_id,
            RunLine.month == month,
            RunLine.sequence.is_not(None),
        )
        .order_by(RunLine.scheme, RunLine.unit_school_id, RunLine.sequence)
    ).all()
    return [
        {
            "scheme": line.scheme,
            "run": line.run_id,
            "sequence": line.sequence,
            "school": line.name,
            "days": line.days,
            "amount_fen": line.amount_fen,
            "cause": line.cause,
            "payment": _payment(session, person_id, line.run_id, line.scheme),
        }
        for line in lines
    ]


def _payment(session: Session, person_id: int, run_id: int, scheme: str) -> dict[str, Any] | None:
    paid = session.execute(
        select(BatchLine.batch_id, BatchLine.state, BatchLine.settled_on).where(
            BatchLine.run_id == run_id,
            BatchLine.scheme == scheme,
            BatchLine.person_id == person_id,
            BatchLine.state.in_(_LIVE),
        )
    ).first()
    if paid is None:
        return None
    day = paid.settled_on.isoformat() if paid.settled_on else None
    return {"batch": paid.batch_id, "state": paid.state, "settled_on": day}


def posted_table(records: Sequence[dict[str, Any]], schemes: Sequence[Scheme]) -> list[Table]:
    """Show what is posted; no table when nothing is."""
    if not records:
        return []
    titles = {scheme.key: scheme.title for scheme in schemes}
    table = Table(
        key="posted_lines",
        heading="已入账",
        columns=(
            Column(key="scheme", title="项目"),
            Column(key="run", title="批次", kind=ColumnKind.COUNT),
            Column(key="turn", title="次序"),
            Column(key="days", title="天数", kind=ColumnKind.COUNT),
            Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
            Column(key="cause", title="更正原因"),
            Column(key="payment", title="发放"),
        ),
        rows=[
            (
                titles.get(line["scheme"], line["scheme"]),
                line["run"],
                f"第{line['sequence']}次更正" if line["sequence"] else "首次",
                line["days"],
                line["amount_fen"],
                line["cause"],
                _payment_words(line["payment"]),
            )
            for line in records
        ],
        total=(None, None, None, None, sum(line["amount_fen"] for line in records), None, None),
        shown_in=PEOPLE,
    )
    return [table]


def _payment_words(payment: dict[str, Any] | None) -> str | None:
    if payment is None:
        return None
    day = f" {payment['settled_on']}" if payment["settled_on"] else ""
    return f"第 {payment['batch']} 号发放{label_of(LineState, payment['state'])}{day}"
