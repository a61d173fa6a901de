"""The figures and words by which a child counts as gone from school, out of ``dropout.toml``."""

from datetime import date

from jingzhun.core.dropout import FlowWords, Limits, SchoolAge
from jingzhun.core.report_vocabulary import SpecialGroup, Whereabouts
from jingzhun.core.vocabulary import Change, Confidence
from jingzhun.policies.norms import Norm, Own, norms


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
        dropout_words=_changes(held["dropout_words"]),
        left_words=_changes(held["left_words"]),
        away_words=_changes(held["away_words"]),
        excuses=tuple(map(Whereabouts.coded, held["excuses"].value)),
    )


def school_age_on(day: date, own: Own = ()) -> SchoolAge:
    """Give who is of school age by the figures in force on a day."""
    return SchoolAge(**norms("dropout", day, own)["school_age"].value)


def flow_words_on(day: date, own: Own = ()) -> FlowWords:
    """Give what the official formula counts by the words in force on a day."""
    held = norms("dropout", day, own)
    return FlowWords(losses=_changes(held["losses"]), gains=_changes(held["gains"]))


def groups_on(day: date, own: Own = ()) -> tuple[SpecialGroup, ...]:
    """Give the key groups that are told of on a day."""
    return tuple(map(SpecialGroup.coded, norms("dropout", day, own)["groups"].value))


def _changes(norm: Norm) -> tuple[Change, ...]:
    return tuple(map(Change.coded, norm.value))
