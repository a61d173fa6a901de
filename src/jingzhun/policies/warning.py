"""The rules of early warning in force on a day, out of ``warning.toml`` and ``dropout.toml``."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from jingzhun.core.warning import Rule, Step, WarningLevel, WarningRule, WarningRules
from jingzhun.policies.limits import limits_on
from jingzhun.policies.norms import Norm, Own, norms

#: Rules of which something is so or not.
_ONCE = frozenset(
    {WarningRule.RETURNED, WarningRule.SIBLING, WarningRule.BOARDING_CHANGE,
     WarningRule.SCHOOL_CHANGE}
)  # fmt: skip
_WORDED = frozenset({WarningRule.POVERTY, WarningRule.GROUP})


def warning_rules(day: date, own: Own = ()) -> tuple[WarningRules, Mapping[str, Norm]]:
    """Give the rules in force on a day, and the norms that set them, by key."""
    held = norms("warning", day, own)
    warn_days = limits_on(day, own).warn_days
    rules = {rule: _rule(rule, held[rule.value].value, warn_days) for rule in WarningRule}
    levels = {level: int(held["levels"].value[level.value]) for level in WarningLevel}
    return WarningRules(rules=rules, levels=levels), held


def _rule(rule: WarningRule, value: Any, warn_days: int) -> Rule:
    if rule is WarningRule.TRANSITION:
        return _worded({str(each["grade"]): each["points"] for each in value})
    if rule in _WORDED:
        return _worded(value)
    if rule is WarningRule.ABSENT_RUN:
        return Rule(steps=(Step(at_least=warn_days, points=value["points"]),))
    window = value.get("window_days", 0)
    if rule in _ONCE:
        return Rule(window_days=window, steps=(Step(at_least=1, points=value["points"]),))
    steps = sorted((Step(**each) for each in value["steps"]), key=lambda step: step.at_least)
    return Rule(window_days=window, steps=tuple(steps))


def _worded(points: Mapping[str, int]) -> Rule:
    return Rule(words=dict(sorted(points.items(), key=lambda item: -item[1])))
