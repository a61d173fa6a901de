"""Enrolments of the compulsory stages 小学 and 初中, and whether their last grade is over."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

from jingzhun.core.dropout import COMPULSORY, finished_before
from jingzhun.core.terms import school_year_of, school_year_period

_STAGES = [stage.value for stage in COMPULSORY]


def compulsory(enrolment: Any) -> ColumnElement[bool]:
    """Say that an enrolment is in 小学 or 初中."""
    clause: ColumnElement[bool] = enrolment.stage.in_(_STAGES)
    return clause


def unfinished(enrolment: Any, day: date) -> ColumnElement[bool]:
    """Say that an enrolment's last grade is not over by the school year of ``day``."""
    year = school_year_of(day)
    over = or_(
        *(
            and_(
                enrolment.stage == stage,
                func.coalesce(enrolment.grade, 0) == grade,
                enrolment.valid_from < before,
            )
            for stage, grade, before in finished_before(year)
        )
    )
    return or_(enrolment.valid_from >= school_year_period(year).start, ~over)
