"""What policy says of persons (registered, poor, listed …), as reports ask it."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import Session

from jingzhun.core.report_vocabulary import SpecialGroup
from jingzhun.policies.packs import fact_on
from jingzhun.store.conditions import clause_of
from jingzhun.store.policy_files import own_files
from jingzhun.store.schema import Person


def is_fact(session: Session, name: str, day: date, *, twins: bool = True) -> ColumnElement[bool]:
    """Say that a derived fact (``facts``) holds for the person of the surrounding query.

    ``twins`` False: nobody was ever confirmed to be somebody else, so nobody need be asked.
    """
    fact = fact_on(name, day, own_files(session, day))
    return false() if fact is None else clause_of(fact, day, twins=twins)


def is_of_group(
    session: Session, group: SpecialGroup, day: date, *, twins: bool = True
) -> ColumnElement[bool]:
    """Say that the person of the surrounding query is of a key group."""
    match group:
        case SpecialGroup.ORPHAN:
            return Person.is_orphan.is_(True)
        case SpecialGroup.DISABLED:
            return is_fact(session, "disabled", day, twins=twins)
        case SpecialGroup.LEFT_BEHIND:
            return Person.is_left_behind.is_(True)
        case SpecialGroup.MIGRANT:
            return Person.is_migrant_child.is_(True)


def listed_persons(session: Session, day: date) -> Select[Any]:
    """Query the ids of who is listed on ``day``, be it by a confirmed twin's household."""
    return select(Person.id).where(is_fact(session, "listed", day))
