"""What schools ask on a day, as SQL for everybody and as records for one pupil.

Of a school and stage the row that began last holds. Waivers by the term are measured by a whole
term: a fee by the month is taken for each month of it.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from jingzhun.core.policy import Fee, Rate
from jingzhun.core.policy_vocabulary import FeePart
from jingzhun.core.vocabulary import Unit
from jingzhun.store.schema import Enrolment, SchoolFee


def fees_on(day: date, months: int) -> Subquery:
    """Give by ``school_id`` and ``stage`` the parts of the fee for a term of so many months."""
    later = aliased(SchoolFee)
    is_replaced = exists().where(
        later.school_id == SchoolFee.school_id,
        later.stage == SchoolFee.stage,
        later.valid_from > SchoolFee.valid_from,
        later.valid_from <= day,
    )
    times = case((SchoolFee.unit == Unit.MONTH.value, months), else_=1)
    waived = least(SchoolFee.fee_fen, SchoolFee.public_fee_fen)
    return (
        select(
            SchoolFee.school_id,
            SchoolFee.stage,
            (waived * times).label(FeePart.WAIVED.value),
            ((SchoolFee.fee_fen - waived) * times).label(FeePart.LEFT.value),
        )
        .where(SchoolFee.valid_from <= day, ~is_replaced)
        .subquery("fees")
    )


def is_of_pupil(fees: Subquery) -> ColumnElement[bool]:
    """Say that a row of the fees is that of the surrounding query's enrolment."""
    return and_(fees.c.school_id == Enrolment.school_id, fees.c.stage == Enrolment.stage)


def whole_of(rate: Rate, fees: Subquery) -> ColumnElement[int]:
    """Give the SQL of ``Rate.whole``; NULL where it cannot be told without the fee."""
    assert rate.fee is not None, "a rate by the fee"  # noqa: S101 - asked of such rates only
    part: ColumnElement[int] = fees.c[rate.fee.value]
    if rate.amount_fen is None:
        return part
    within = least(part, rate.amount_fen)
    return func.coalesce(within, rate.amount_fen) if rate.fee is FeePart.LEFT else within


def least(
    one: ColumnElement[int] | object, other: ColumnElement[int] | object
) -> ColumnElement[int]:
    """Give the SQL of the smaller; NULL when ``one`` is."""
    return case((one > other, other), else_=one)  # type: ignore[operator]


class Fees:
    """The fees of some schools, read once."""

    def __init__(self, session: Session, school_ids: Iterable[int]) -> None:
        query = select(SchoolFee).where(SchoolFee.school_id.in_(list(school_ids)))
        self._rows = session.scalars(query.order_by(SchoolFee.valid_from)).all()

    def on(self, school_id: int, stage: str, day: date) -> Fee | None:
        """Give what a school asks of a stage's pupils on a day."""
        held: Mapping[tuple[int, str], SchoolFee] = {
            (row.school_id, row.stage): row for row in self._rows if row.valid_from <= day
        }
        row = held.get((school_id, stage))
        if row is None:
            return None
        unit = Unit.coded(row.unit)
        return Fee(unit=unit, fee_fen=row.fee_fen, public_fee_fen=row.public_fee_fen)
