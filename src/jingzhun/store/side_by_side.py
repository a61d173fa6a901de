"""Two runs of the same months side by side: what everybody gets of each scheme, in one query."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Subquery, case, func, literal, select, union_all

from jingzhun.store.schema import RunLine, StaffLine


def side_by_side(before: int, after: int) -> Subquery:
    """Give what everybody gets of a scheme in a month and school, on either side.

    ``person_id`` and ``staff_id``: one of them is None. ``who`` tells all of them apart.
    """
    none = literal(None, Integer)
    pupils = select(
        RunLine.run_id, RunLine.scheme, RunLine.month, RunLine.school_id, RunLine.amount_fen,
        RunLine.beside, RunLine.grade, RunLine.class_no, RunLine.person_id,
        none.label("staff_id"), RunLine.person_id.label("who"),
    )  # fmt: skip
    staff = select(
        StaffLine.run_id, StaffLine.scheme, StaffLine.month, StaffLine.school_id,
        StaffLine.amount_fen, none, none, none, none, StaffLine.staff_id, -StaffLine.staff_id,
    )  # fmt: skip
    sides = (before, after)
    lines = union_all(
        pupils.where(RunLine.run_id.in_(sides)), staff.where(StaffLine.run_id.in_(sides))
    ).subquery("lines")
    line = lines.c

    def of(run: int, column: Any) -> ColumnElement[int]:
        return func.sum(case((line.run_id == run, func.coalesce(column, 0)), else_=0))

    unit = (line.scheme, line.who, line.person_id, line.staff_id, line.month, line.school_id)
    return (
        select(
            *unit,
            func.max(line.grade).label("grade"),
            func.max(line.class_no).label("class_no"),
            of(before, line.amount_fen).label("before_fen"),
            of(after, line.amount_fen).label("after_fen"),
            of(before, line.beside).label("before_beside"),
            of(after, line.beside).label("after_beside"),
        )
        .group_by(*unit)
        .subquery("units")
    )
