"""Policy as records: schemes in dated versions, conditions over facts, rates, shares.

A policy file (see ``policies``) becomes these records; ``store.entitlement`` compiles them to SQL
for everybody at once; ``evaluate`` and ``rate_for`` judge one pupil on one day, which is how a
decision is explained and how the SQL is checked.

Conditions speak a closed vocabulary. **Primitive facts** (``FACTS``) are what the ledger holds of a
pupil on a day. **Derived facts** (registered, poor …) are defined in ``policies/facts.toml`` out of
primitive ones and may change from a day on. A condition about something unknown does not hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from jingzhun.core.labels import Labelled
from jingzhun.core.money import Fen, accrue, allocate
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import (
    MONITORED,
    Boarding,
    Category,
    Confidence,
    Delivery,
    Stage,
    Tier,
    Unit,
)

#: Months over which an amount by the term or year is spread, in the order of the school year.
ACCRUAL_MONTHS = (9, 10, 11, 12, 1, 3, 4, 5, 6, 7)


Dated = TypeVar("Dated", "Version", "Standard", "Definition")


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
    """One primitive fact that policies may ask; ``words`` are the codes that it can have."""

    name: str
    title: str
    type: FactType
    words: tuple[Labelled, ...] = ()


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
        Fact(name="public_school", title="公办学校", type=FactType.FLAG),
        Fact(name="rural_school", title="农村学校", type=FactType.FLAG),
        Fact(name="nutrition_plan", title="营养改善计划学校", type=FactType.FLAG),
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


# --- schemes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    """A policy file's words: of the scheme ``key``, or of the derived facts (``FACTS_KEY``)."""

    key: str
    file: str
    text: str


#: The key of the file that says who is registered, poor, of the four classes.
FACTS_KEY = "facts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """An amount per the version's unit, for those for whom every condition of ``when`` holds."""

    amount_fen: Fen
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A fund source's integer weight."""

    source: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A scheme as one document sets it, from its first day to its last (None: until the next).

    ``said_from`` is that day as the file says it, which may be a term: the law does both.
    """

    starts: date
    said_from: str
    through: date | None = None
    document: str
    confidence: Confidence
    clause: str
    unit: Unit
    delivery: Delivery
    accrual: tuple[int, ...] = ACCRUAL_MONTHS
    conditions: tuple[Condition, ...]
    rates: tuple[Rate, ...]
    shares: tuple[Share, ...] = ()

    def month_amount(self, rate_fen: Fen, month: Month) -> Fen | None:
        """Give a month's part of an amount by the term or year; None outside the accrual months.

        Months add up to the whole to the fen.
        """
        months = self.months_with(month)
        if month.month not in months:
            return None
        return accrue(rate_fen, months.index(month.month) + 1, len(months))

    def months_with(self, month: Month) -> tuple[int, ...]:
        """Give the accrual months of the term or year that ``month`` lies in."""
        if self.unit is not Unit.TERM:
            return self.accrual
        season = month.term.season
        return tuple(each for each in self.accrual if Month(month.year, each).term.season is season)

    def split(self, amount_fen: Fen) -> dict[str, Fen]:
        """Split an amount between the fund sources; empty where no document says who pays."""
        return allocate(amount_fen, {share.source: share.weight for share in self.shares})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A national standard to hold a scheme's own rate against, per the same unit."""

    starts: date
    said_from: str
    amount_fen: Fen
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One kind of aid; versions ascend and do not overlap.

    ``file`` is the ledger's own policy file that sets it or changes it, "" for the pack's alone.
    """

    key: str
    title: str
    versions: tuple[Version, ...]
    national: tuple[Standard, ...] = ()
    file: str = ""

    def version_on(self, day: date) -> Version | None:
        """Give the version in force on a day, None before the first and after a closed one."""
        found = _latest(self.versions, day)
        return found if found and (found.through is None or day <= found.through) else None

    def standard_on(self, day: date) -> Standard | None:
        """Give the national standard in force on a day."""
        return _latest(self.national, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A set of schemes with the definitions of the derived facts that they name."""

    name: str
    title: str
    schemes: tuple[Scheme, ...]
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)

    def rule_on(self, scheme: Scheme, day: date) -> Version | None:
        """Give the version in force on a day with its derived facts as defined on that day."""
        version = scheme.version_on(day)
        if version is None:
            return None
        return replace(
            version,
            conditions=tuple(self._resolve(part, day) for part in version.conditions),
            rates=tuple(
                replace(rate, when=tuple(self._resolve(part, day) for part in rate.when))
                for rate in version.rates
            ),
        )

    def fact_on(self, name: str, day: date) -> Condition | None:
        """Give a derived fact with its definition on a day; None before its first definition."""
        is_defined = _latest(self.definitions[name], day) is not None
        return self._resolve(Named(name), day) if is_defined else None

    def _resolve(self, condition: Condition, day: date) -> Condition:
        match condition:
            case Named(name, holds):
                definition = _latest(self.definitions.get(name, ()), day)
                # The loader refuses a pack that names a fact before its first definition.
                assert definition is not None, f"{name} on {day}"  # noqa: S101 - loaded so
                return Defined(replace(definition, body=self._resolve(definition.body, day)), holds)
            case AllOf(parts):
                return AllOf(tuple(self._resolve(part, day) for part in parts))
            case AnyOf(parts):
                return AnyOf(tuple(self._resolve(part, day) for part in parts))
            case _:
                return condition


def _latest(versions: Sequence[Dated], day: date) -> Dated | None:
    return next((version for version in reversed(versions) if version.starts <= day), None)


# --- judging one pupil --------------------------------------------------------------------------


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


def rate_for(version: Version, facts: Mapping[str, Any]) -> Rate | None:
    """Give the first rate whose conditions hold; None when one of the version's own does not."""
    if not all(evaluate(condition, facts) for condition in version.conditions):
        return None
    return next(
        (rate for rate in version.rates if all(evaluate(part, facts) for part in rate.when)), None
    )


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


def facts_of(version: Version) -> frozenset[str]:
    """Give the names of the primitive facts that a resolved version asks."""
    conditions = (*version.conditions, *(part for rate in version.rates for part in rate.when))
    return frozenset(each.fact for part in conditions for each in comparisons_in(part))
