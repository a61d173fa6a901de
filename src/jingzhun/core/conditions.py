"""Conditions over facts: the closed vocabulary that policies speak.

**Primitive facts** (``FACTS``) are what the ledger holds of a pupil, or of a member of staff, on a
day. **Derived facts** (registered, poor …) are defined in ``policies/facts.toml`` out of primitive
ones and may change from a day on. A condition about something unknown does not hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from jingzhun.core.labels import Labelled
from jingzhun.core.policy_vocabulary import Recipient
from jingzhun.core.vocabulary import (
    MONITORED,
    Boarding,
    Category,
    Confidence,
    CountyType,
    HukouKind,
    Stage,
    Tier,
)


class FactType(StrEnum):
    """What values a fact takes."""

    WORD = "word"  # one code, or None when unknown
    WORDS = "words"  # a set of codes, possibly empty
    NUMBER = "number"  # an int, or None
    FLAG = "flag"  # a bool, or None


class Op(Labelled):
    """How a condition compares a fact."""

    IS = "is", "是"
    IN = "in", "为"
    NOT_IN = "not_in", "不为"
    AT_LEAST = "at_least", "不低于"
    AT_MOST = "at_most", "不高于"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One primitive fact that policies may ask.

    ``words`` are the codes that it can have; none given: any word. ``of`` says of whom it is one.
    """

    name: str
    title: str
    type: FactType
    words: tuple[Labelled, ...] = ()
    of: frozenset[Recipient] = frozenset({Recipient.PUPIL})


_OF_STAFF = frozenset({Recipient.STAFF})
_OF_BOTH = frozenset(Recipient)


FACTS: Mapping[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(name="stage", title="学段", type=FactType.WORD, words=tuple(Stage)),
        Fact(name="grade", title="年级", type=FactType.NUMBER),
        Fact(name="boarding", title="就读方式", type=FactType.WORD, words=tuple(Boarding)),
        Fact(name="category", title="户类别", type=FactType.WORDS, words=tuple(Category)),
        Fact(name="at_risk", title="风险未消除的户类别", type=FactType.WORDS, words=MONITORED),
        Fact(name="recognised", title="困难认定", type=FactType.FLAG),
        Fact(name="tier", title="认定等级", type=FactType.WORD, words=tuple(Tier)),
        Fact(name="certificate", title="残疾人证", type=FactType.FLAG),
        Fact(name="disability", title="学籍残疾类型", type=FactType.FLAG),
        Fact(name="orphan", title="孤儿或事实无人抚养", type=FactType.FLAG),
        Fact(name="ethnicity", title="民族", type=FactType.WORD),
        Fact(name="hukou", title="户口性质", type=FactType.WORD, words=tuple(HukouKind)),
        Fact(name="farming_major", title="涉农专业", type=FactType.FLAG),
        Fact(name="public_school", title="公办学校", type=FactType.FLAG, of=_OF_BOTH),
        Fact(name="rural_school", title="农村学校", type=FactType.FLAG, of=_OF_BOTH),
        Fact(name="nutrition_plan", title="营养改善计划学校", type=FactType.FLAG),
        Fact(name="county_type", title="学校所在县", type=FactType.WORD, words=tuple(CountyType)),
        Fact(name="on_establishment", title="在编", type=FactType.FLAG, of=_OF_STAFF),
        Fact(name="in_service", title="在职", type=FactType.FLAG, of=_OF_STAFF),
    )
}

OPS: Mapping[FactType, frozenset[Op]] = {
    FactType.WORD: frozenset({Op.IS, Op.IN, Op.NOT_IN}),
    FactType.WORDS: frozenset({Op.IS, Op.IN, Op.NOT_IN}),
    FactType.NUMBER: frozenset({Op.IS, Op.IN, Op.NOT_IN, Op.AT_LEAST, Op.AT_MOST}),
    FactType.FLAG: frozenset({Op.IS}),
}


# --- conditions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comparison:
    """A primitive fact compared: ``values`` has one member, or several with ``in``/``not_in``.

    Of a set of words, ``is`` and ``in`` ask for any of them, ``not_in`` for none.
    """

    fact: str
    op: Op
    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A derived fact by its name, not yet looked up; ``holds`` False asks for its opposite."""

    name: str
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Defined:
    """A derived fact with the definition that is in force."""

    definition: "Definition"
    holds: bool = True


Condition = Comparison | AllOf | AnyOf | Named | Defined


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a derived fact means from a day on."""

    name: str
    title: str
    starts: date
    document: str
    confidence: Confidence
    body: Condition


def evaluate(condition: Condition, facts: Mapping[str, Any]) -> bool:
    """Say whether a condition holds for a pupil of whom ``facts`` are the primitive facts."""
    match condition:
        case Comparison(fact, op, values):
            return compare(op, values, facts[fact])
        case AllOf(parts):
            return all(evaluate(part, facts) for part in parts)
        case AnyOf(parts):
            return any(evaluate(part, facts) for part in parts)
        case Defined(definition, holds):
            return evaluate(definition.body, facts) is holds
        case Named(name):
            raise AssertionError(f"{name} is not resolved")


def compare(op: Op, values: tuple[str | int | bool, ...], actual: Any) -> bool:
    """Compare a fact's value; what is not known compares false."""
    if actual is None:
        return False
    if isinstance(actual, frozenset):
        return actual.isdisjoint(values) is (op is Op.NOT_IN)
    match op:
        case Op.IS | Op.IN:
            return actual in values
        case Op.NOT_IN:
            return actual not in values
        case Op.AT_LEAST:
            return bool(actual >= values[0])
        case Op.AT_MOST:
            return bool(actual <= values[0])


def comparisons_in(condition: Condition) -> Iterator[Comparison]:
    """Give every comparison inside a condition."""
    match condition:
        case Comparison():
            yield condition
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from comparisons_in(part)
        case Defined(definition):
            yield from comparisons_in(definition.body)
        case Named(name):
            raise AssertionError(f"{name} is not resolved")
