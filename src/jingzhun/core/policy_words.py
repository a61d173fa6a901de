"""Policies in plain Chinese words: what a condition asks, what a rate gives."""

from collections.abc import Sequence

from jingzhun.core.conditions import (
    FACTS,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Defined,
    FactType,
    Named,
    Op,
)
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.policy import Rate
from jingzhun.core.vocabulary import GRADE_LABELS

YES, NO = "是", "否"


def required(op: Op, fact: str, values: Sequence[str | int | bool]) -> str:
    """Say what a comparison asks for."""
    if FACTS[fact].type is FactType.FLAG:
        return YES if values[0] else NO
    words = "、".join(value_word(fact, value) for value in values)
    return {
        Op.NOT_IN: f"不是{words}",
        Op.AT_LEAST: f"{words}及以上",
        Op.AT_MOST: f"{words}及以下",
    }.get(op, words)


def condition_words(condition: Condition) -> str:
    """Say a condition in words."""
    match condition:
        case Comparison(fact, op, values):
            title = FACTS[fact].title
            return title if values == (True,) else f"{title}为{required(op, fact, values)}"
        case AllOf(parts):
            return "且".join(_within(part, AnyOf) for part in parts)
        case AnyOf(parts):
            return "或".join(_within(part, AllOf) for part in parts)
        case Defined(definition, holds):
            return definition.title if holds else f"非{definition.title}"
        case Named(name, holds):
            return name if holds else f"非{name}"


def rate_words(rate: Rate) -> str:
    """Say what a rate gives, without its unit: an amount, sets, a part of the school's fee."""
    if rate.sets is not None:
        return f"{rate.sets}套"
    if rate.fee is None:
        return f"{format_yuan(rate.amount_fen or Fen(0))}元"
    if rate.amount_fen is None:
        return rate.fee.label
    return f"{rate.fee.label}，不超过{format_yuan(rate.amount_fen)}元"


def value_word(fact: str, value: str | int | bool) -> str:
    """Give the word of one value that a fact may have."""
    if fact == "grade" and isinstance(value, int):
        return GRADE_LABELS.get(value, str(value))
    return next((word.label for word in FACTS[fact].words if word.value == value), str(value))


def _within(part: Condition, other: type[AllOf | AnyOf]) -> str:
    """Say a part of a junction, in brackets where it is one of the other sort."""
    words = condition_words(part)
    return f"（{words}）" if isinstance(part, other) and len(part.parts) > 1 else words
