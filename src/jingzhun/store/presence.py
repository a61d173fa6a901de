"""Who is on a roll and who is at school on a day: said once, for subsidy, dropout and coverage.

On the roll: an enrolment as known today covers the day and no ``left`` standing touches its school.
Present: on the roll, and no other standing (休学, 辍学, 在籍不在校, 延缓入学) covers the day.
Doubled: present, and so is a record that was confirmed to be the same human; of such records only
the one with the smallest identity counts (a record with an id number before one without).
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from jingzhun.core.vocabulary import MONITORED, Category, Standing
from jingzhun.store.matches import of_twin
from jingzhun.store.schema import (
    Enrolment,
    Household,
    HouseholdCategory,
    Pairing,
    Person,
    StandingSpell,
)

Day = date | ColumnElement[date] | InstrumentedAttribute[date]


def in_force(timeline: Any, day: Day) -> ColumnElement[bool]:
    """Say that a timeline's row is what is known today and covers ``day``.

    ``timeline`` is a mapped timeline class or an alias of one.
    """
    return and_(
        timeline.superseded_in.is_(None),
        timeline.valid_from <= day,
        or_(timeline.valid_until.is_(None), timeline.valid_until > day),
    )


def on_roll(day: Day, enrolment: Any = Enrolment) -> ColumnElement[bool]:
    """Say that ``enrolment`` keeps its pupil on the roll on ``day``."""
    return and_(in_force(enrolment, day), ~_stands(day, enrolment, only_left=True))


def present(day: Day, enrolment: Any = Enrolment) -> ColumnElement[bool]:
    """Say that ``enrolment`` has its pupil at school on ``day``."""
    return and_(in_force(enrolment, day), ~_stands(day, enrolment, only_left=False))


def doubled(day: Day) -> ColumnElement[bool]:
    """Say that the person of the surrounding query is counted under another record on ``day``."""
    other = aliased(Enrolment)
    return of_twin(
        lambda twin: and_(
            twin.identity < Person.identity, other.person_id == twin.id, present(day, other)
        )
    )


def _stands(day: Day, enrolment: Any, *, only_left: bool) -> ColumnElement[bool]:
    spell = aliased(StandingSpell)
    query = exists().where(
        spell.person_id == enrolment.person_id,
        in_force(spell, day),
        or_(spell.school_id.is_(None), spell.school_id == enrolment.school_id),
    )
    if only_left:
        query = query.where(spell.standing == Standing.LEFT)
    # The day may be a column of a query further out than the next one.
    return query.correlate_except(spell)


def in_need() -> ColumnElement[bool]:
    """Say that a category is one of need still: not 不享受政策 or 其他, its risk not removed."""
    is_over = HouseholdCategory.category.in_(MONITORED) & HouseholdCategory.risk_removed.is_(True)
    return HouseholdCategory.category.not_in([Category.OTHER, Category.LIFTED_ENDED]) & ~is_over


def listed_households(day: date) -> Select[int]:
    """Query the ids of the households that are listed on ``day``: in any category but 其他."""
    return select(HouseholdCategory.household_id).where(
        in_force(HouseholdCategory, day), HouseholdCategory.category != Category.OTHER
    )


def without_helper(day: date) -> ColumnElement[bool]:
    """Say that a household is listed, nobody helps it on ``day``, and it was not released."""
    helped = exists().where(Pairing.household_id == Household.id, in_force(Pairing, day))
    return Household.id.in_(listed_households(day)) & ~helped & ~released(day)


def released(day: date) -> ColumnElement[bool]:
    """Say that a household was helped before ``day``, is not now, and is out of need."""
    helped = exists().where(Pairing.household_id == Household.id, in_force(Pairing, day))
    was_helped = exists().where(
        Pairing.household_id == Household.id,
        Pairing.superseded_in.is_(None),
        Pairing.valid_until <= day,
    )
    needs = exists().where(
        HouseholdCategory.household_id == Household.id, in_force(HouseholdCategory, day), in_need()
    )
    return was_helped & ~helped & ~needs
