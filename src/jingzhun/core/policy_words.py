"""Policies in plain Chinese words, for whoever reads a rule or why somebody gets nothing by it."""

from collections.abc import Iterator, Mapping, Sequence

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
from jingzhun.core.policy import Rate, Split, Version
from jingzhun.core.policy_vocabulary import PolicyPart, Yields
from jingzhun.core.vocabulary import GRADE_LABELS, Unit

YES, NO = "是", "否"
#: Facts whose words need no title: 小学, 寄宿.
_PLAIN = frozenset({"stage", "grade", "boarding", "tier"})


def version_words(version: Version) -> Mapping[PolicyPart, str]:
    """Say everything that a version sets, part by part; a part of which it says nothing is ""."""
    months = "、".join(map(str, version.accrual))
    return {
        PolicyPart.STANDARD: f"{version.unit.label} {rates_words(version)}",
        PolicyPart.CONDITIONS: "；".join(map(condition_words, version.conditions)),
        PolicyPart.DELIVERY: version.delivery.label,
        PolicyPart.SHARES: "；".join(map(_split_words, version.splits)),
        PolicyPart.ACCRUAL: "" if version.unit is Unit.DAY else f"{months}月",
        PolicyPart.DOCUMENT: f"{version.document}（{version.confidence.label}）",
    }


def rates_words(version: Version) -> str:
    """Say the rates: ``小学625.00元；初中750.00元``, the last of several for 其余."""
    others = "其余" if len(version.rates) > 1 else ""
    most = "最多可贷" if version.yields is Yields.LOAN else ""
    words = (f"{_when(rate.when) or others}{most}{rate_words(rate)}" for rate in version.rates)
    return "；".join(words)


def rate_words(rate: Rate) -> str:
    """Say what a rate gives, without its unit: an amount, sets, a part of the school's fee."""
    doubt = f"（{rate.confidence.label}）" if rate.confidence else ""
    if rate.sets is not None:
        return f"{rate.sets}套{doubt}"
    if rate.fee is None:
        return f"{format_yuan(rate.amount_fen or Fen(0))}元{doubt}"
    if rate.amount_fen is None:
        return f"{rate.fee.label}{doubt}"
    return f"{rate.fee.label}，不超过{format_yuan(rate.amount_fen)}元{doubt}"


def _split_words(split: Split) -> str:
    parts = "、".join(f"{each.source} {each.weight} 份" for each in split.shares)
    return f"{when}：{parts}" if (when := _when(split.when)) else parts


def _when(conditions: Sequence[Condition]) -> str:
    return "且".join(_short(condition) for condition in conditions)


def _short(condition: Condition) -> str:
    """Say a condition without the title of its fact, where the words speak for themselves."""
    match condition:
        case Comparison(fact, Op.IS | Op.IN as op, values) if fact in _PLAIN:
            return required(op, fact, values)
        case _:
            return condition_words(condition)


def names_in(condition: Condition) -> Iterator[str]:
    """Give the derived facts that a condition names."""
    match condition:
        case Named(name):
            yield name
        case Defined(definition):
            yield definition.name
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from names_in(part)


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


def value_word(fact: str, value: str | int | bool) -> str:
    """Give the word of one value that a fact may have."""
    if fact == "grade" and isinstance(value, int):
        return GRADE_LABELS.get(value, str(value))
    return next((word.label for word in FACTS[fact].words if word.value == value), str(value))


def _within(part: Condition, other: type[AllOf | AnyOf]) -> str:
    """Say a part of a junction, in brackets where it is one of the other sort."""
    words = condition_words(part)
    return f"（{words}）" if isinstance(part, other) and len(part.parts) > 1 else words
