"""The figures by which a child counts as gone from school, out of ``dropout.toml``."""

from datetime import date

from jingzhun.core.dropout import Limits, SchoolAge
from jingzhun.core.vocabulary import Confidence
from jingzhun.policies.norms import Own, norms


def limits_on(day: date, own: Own = ()) -> Limits:
    """Give the figures in force on a day; ``own`` are the ledger's own policy files of that day."""
    held = norms("dropout", day, own)
    suspension = held["suspension_months"]
    is_checked = suspension.confidence is Confidence.CONFIRMED
    return Limits(
        school_age=SchoolAge(**held["school_age"].value),
        suspension_months=suspension.value,
        unchecked="" if is_checked else f"（{suspension.confidence.label}）",
        warn_days=held["warn_days"].value,
        suspect_days=held["suspect_days"].value,
        dropout_days=held["dropout_days"].value,
    )


def school_age_on(day: date, own: Own = ()) -> SchoolAge:
    """Give who is of school age by the figures in force on a day."""
    return SchoolAge(**norms("dropout", day, own)["school_age"].value)
