"""Lines of schemes by the month, term or year: who gets how much on the deciding day.

A month has its part of the whole, so that the months add up to it to the fen. What yields no money
is kept beside it: sets, or the fen that may be borrowed.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Subquery,
    and_,
    exists,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.orm import aliased

from jingzhun.core.money import Fen, accrue
from jingzhun.core.policy import Rate, Scheme, Version
from jingzhun.core.policy_vocabulary import FeePart, Yields
from jingzhun.store.conditions import by_rate
from jingzhun.store.fees import fees_on, is_of_pupil, whole_of
from jingzhun.store.lines import Lines, Scope, pupils, who_gets
from jingzhun.store.matches import of_twin
from jingzhun.store.presence import present
from jingzhun.store.schema import Enrolment
from jingzhun.store.scratch import OWN

Amount = int | ColumnElement[int]


def monthly_lines(scope: Scope, scheme: Scheme, version: Version) -> Lines:
    """Give the lines of a scheme by the month, term or year."""
    day = scope.calendar.deciding_day
    part = version.part_in(scope.calendar.month)
    assert part is not None, "a version that pays in the month"  # noqa: S101 - asked of such only
    fees = _fees(scope, version)
    rate, amount, beside = _worth(scope, version, _whole(fees), part)
    query = (
        select(
            *scope.head(scheme),
            literal(None, Integer),
            rate,
            amount,
            beside,
            scope.split_no(version, day),
            literal(version.starts),
        )
        .select_from(pupils(version))
        .where(*scope.gets(version, day), *_counts_here(scope))
        .order_by(Enrolment.person_id)
    )
    if fees is None:
        return query
    # Without a fee, or with nothing left of it, there is nothing to waive.
    return query.outerjoin(fees, is_of_pupil(fees)).where(rate > 0)


def without_fee(version: Version, day: date, school_id: int | None, *, twins: bool) -> Lines:
    """Give the school and stage of who would be let off a fee, had the school's been recorded.

    Not counted by place here: that would walk the pupils school by school, far apart on the disk.
    """
    fees = fees_on(day, 1)
    by_fee = by_rate(version, day, lambda rate: int(rate.fee is FeePart.WAIVED), twins=twins)
    return (
        select(Enrolment.school_id, Enrolment.stage)
        .select_from(pupils(version))
        .where(*who_gets(version, day, school_id, twins=twins), by_fee == 1)
        .where(~exists().where(is_of_pupil(fees)))
    )


def _counts_here(scope: Scope) -> list[ColumnElement[bool]]:
    """Say that a pupil's month is not another school's, where schools do not begin together.

    Of several schools on whose first school day the pupil is there, the first has the month, also
    where another record of the same human is there.
    """
    plan, day = scope.scratch.plan, scope.calendar.deciding_day
    general = plan.general.calendar.deciding_day
    if all(each.calendar.deciding_day == general for each in plan.own):
        return []
    mine, theirs = aliased(Enrolment), aliased(Enrolment)
    earlier = exists().where(
        mine.person_id == Enrolment.person_id,
        mine.school_id != Enrolment.school_id,
        _begins_before(day, mine, general),
    )
    if not scope.scratch.twins:
        return [~earlier]
    of_other = of_twin(
        lambda twin: and_(theirs.person_id == twin.id, _begins_before(day, theirs, general))
    )
    return [~earlier, ~of_other]


def _begins_before(day: date, roll: Any, general: date) -> ColumnElement[bool]:
    """Say that a roll has its pupil at a school on its first school day, which is before ``day``.

    ``general`` is the first school day of the schools without days of their own.
    """
    # Asked also within the question of a standing, where the roll is further out.
    own = select(OWN.c.deciding_day).where(OWN.c.school_id == roll.school_id).correlate_except(OWN)
    begins: ColumnElement[date] = func.coalesce(own.scalar_subquery(), literal(general), type_=Date)
    return and_(begins < day, present(begins, roll))


def _fees(scope: Scope, version: Version) -> Subquery | None:
    if all(rate.fee is None for rate in version.rates):
        return None
    calendar = scope.calendar
    return fees_on(calendar.deciding_day, len(version.months_with(calendar.month)))


def _whole(fees: Subquery | None) -> Callable[[Rate], Amount]:
    """Give what a rate is for the whole term or year."""

    def whole(rate: Rate) -> Amount:
        if rate.fee is None or fees is None:
            return rate.amount_fen or 0
        return whole_of(rate, fees)

    return whole


def _worth(
    scope: Scope, version: Version, whole: Callable[[Rate], Amount], part: tuple[int, int]
) -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[Any]]:
    """Give a line's rate, its money, and what it gives beside money."""
    day = scope.calendar.deciding_day
    nothing = literal(0, Integer)
    if version.yields is Yields.SETS:
        sets = scope.by_rate(version, day, lambda rate: _spread(rate.sets or 0, part))
        return nothing, nothing, sets
    rate = scope.by_rate(version, day, whole)
    amount = scope.by_rate(version, day, lambda each: _spread(whole(each), part))
    return (rate, nothing, amount) if version.yields is Yields.LOAN else (rate, amount, null())


def _spread(whole: Amount, part: tuple[int, int]) -> Amount:
    """Give a month's part of the whole, as ``core.money.accrue`` does."""
    if isinstance(whole, int):
        return accrue(Fen(whole), *part)
    place, places = part
    return whole * place // places - whole * (place - 1) // places
