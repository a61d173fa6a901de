"""Schools as reports are asked for them, by name."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from jingzhun.errors import JingzhunError
from jingzhun.store.schema import School, Staff


def require_school(session: Session, name: str | None) -> None:
    """Make sure that a school named by the user is in the ledger, as a school or a staff's unit.

    Raises:
        JingzhunError: ``school_unknown``, with the schools that the ledger knows.
    """
    if name is None or session.scalar(
        select(or_(exists().where(School.name == name), exists().where(Staff.unit == name)))
    ):
        return
    known = session.scalars(select(School.name).order_by(School.name).limit(20)).all()
    raise JingzhunError(
        "school_unknown",
        f"账本里没有叫“{name}”的学校。",
        f"账本里有：{'、'.join(known)}。" if known else "请先导入学籍名册。",
    )
