"""Schools as reports are asked for them by name, and as ``find`` shows them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from jingzhun.core.field_words import fee_words
from jingzhun.core.table import Column, ColumnKind
from jingzhun.core.vocabulary import CountyType
from jingzhun.errors import JingzhunError
from jingzhun.reports.provenance import places_of_schools
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Enrolment, School, SchoolFee, Staff


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


#: A school's own row: what it is, what it asks, and who said so.
SCHOOL_COLUMNS = (
    Column(key="code", title="学校标识码"),
    Column(key="name", title="学校"),
    Column(key="is_public", title="公办", kind=ColumnKind.FLAG),
    Column(key="is_rural", title="农村", kind=ColumnKind.FLAG),
    Column(key="in_nutrition_plan", title="营养改善计划", kind=ColumnKind.FLAG),
    Column(key="county_type", title="县类型", kind=ColumnKind.LABEL),
    Column(key="fees", title="收费", kind=ColumnKind.LIST),
    Column(key="pupils", title="在册学生", kind=ColumnKind.COUNT),
    Column(key="sources", title="出处", kind=ColumnKind.SOURCES),
)


def schools(session: Session, day: date, query: Select[Any]) -> list[tuple[Any, ...]]:
    """Describe the schools that a query asks for."""
    on_roll = select(func.count(Enrolment.person_id.distinct())).where(
        Enrolment.school_id == School.id, in_force(Enrolment, day)
    )
    rows = session.execute(
        query.with_only_columns(
            School.id, School.code, School.name, School.is_public, School.is_rural,
            School.in_nutrition_plan, School.county_type, on_roll.scalar_subquery(),
        ).order_by(School.name)
    ).all()  # fmt: skip
    numbers = [row[0] for row in rows]
    places, asked = places_of_schools(session, numbers), _fees(session, numbers, day)
    return [
        (*row[1:6], row[6] and CountyType.coded(row[6]), asked.get(row[0], []), row[7],
         places.get(row[0], []))
        for row in rows
    ]  # fmt: skip


def _fees(session: Session, numbers: Sequence[int], day: date) -> dict[int, list[str]]:
    """Say what schools ask on a day, stage by stage."""
    rows = session.scalars(
        select(SchoolFee)
        .where(SchoolFee.school_id.in_(numbers), SchoolFee.valid_from <= day)
        .order_by(SchoolFee.valid_from)
    )
    held = {(row.school_id, row.stage): row for row in rows}
    found: dict[int, list[str]] = {}
    for (number, _), row in sorted(held.items()):
        words = f"{fee_words(row.stage, row.unit, row.fee_fen, row.public_fee_fen)}，"
        found.setdefault(number, []).append(f"{words}自{row.valid_from.isoformat()}")
    return found
