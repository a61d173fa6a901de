"""What is asked of helpers in a year, and what it is worth, out of ``pairing.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jingzhun.core.progress import DutyRules
from jingzhun.policies.norms import Own, norms


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How the yearly assessment is scored: points by item, the least score of each grade.

    ``graded_days``: the days of the year with a pair without which nobody is graded.
    """

    points: Mapping[str, int]
    bounds: Mapping[str, int]
    graded_days: int
    sources: tuple[str, ...]


def duty_rules(day: date, own: Own = ()) -> tuple[DutyRules, tuple[str, ...]]:
    """Give the figures in force on a day, and the documents that set them."""
    held = norms("pairing", day, own)
    asked = [held[key] for key in ("visit_days", "contribution_fen", "measure_months")]
    visits, money, months = (norm.value for norm in asked)
    rules = DutyRules(visit_days=visits, contribution_fen=money, measure_months=months)
    return rules, tuple(norm.source for norm in asked)


def scale_on(day: date, own: Own = ()) -> Scale:
    """Give the scale in force on a day."""
    held = norms("pairing", day, own)
    told = [held[key] for key in ("assessment_points", "assessment_grades", "graded_days")]
    points, bounds, days = (norm.value for norm in told)
    return Scale(
        points=points, bounds=bounds, graded_days=days, sources=tuple(norm.source for norm in told)
    )
