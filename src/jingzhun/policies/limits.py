"""The figures by which a child counts as gone from school, out of ``dropout.toml``."""

from datetime import date

from jingzhun.core.dropout import Limits
from jingzhun.core.vocabulary import Confidence
from jingzhun.policies.norms import norms


def limits_on(day: date) -> Limits:
    """Give the figures in force on a day."""
    held = norms("dropout", day)
    suspension = held["suspension_months"]
    is_checked = suspension.confidence is Confidence.CONFIRMED
    return Limits(
        suspension_months=suspension.value,
        unchecked="" if is_checked else f"（{suspension.confidence.label}）",
        warn_days=held["warn_days"].value,
        suspect_days=held["suspect_days"].value,
        dropout_days=held["dropout_days"].value,
    )
