"""What policy says of persons (registered, poor, listed …), as reports ask it."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import Session

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


def listed_persons(session: Session, day: date) -> Select[Any]:
    """Query the ids of who is listed on ``day``, be it by a confirmed twin's household."""
    return select(Person.id).where(is_fact(session, "listed", day))
