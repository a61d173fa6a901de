"""Policy as records: schemes in dated versions, with conditions, rates, shares.

A policy file (see ``policies``) becomes these records; ``store.entitlement`` compiles them to SQL
for everybody at once; ``conditions.evaluate`` and ``rate_for`` judge one pupil on one day, which is
how a decision is explained and how the SQL is checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from jingzhun.core.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Defined,
    Definition,
    Named,
    Op,
    comparisons_in,
    evaluate,
)
from jingzhun.core.money import Fen, accrue, allocate
from jingzhun.core.policy_vocabulary import FeePart, Recipient, Yields
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Confidence, Delivery, Unit

#: Months over which an amount by the term or year is spread, in the order of the school year.
ACCRUAL_MONTHS = (9, 10, 11, 12, 1, 3, 4, 5, 6, 7)
#: Months in which an amount by the month is paid, in the order of the school year.
EVERY_MONTH = (9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8)


Dated = TypeVar("Dated", "Version", "Standard", "Definition")


# --- schemes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    """A policy file's words: of the scheme ``key``, of derived facts, of norms."""

    key: str
    file: str
    text: str


#: The key of the file that says who is registered, poor, of the four classes.
FACTS_KEY = "facts"
#: The norm files (``policies.norms``) that a ledger may have of its own.
NORM_KEYS = frozenset({"dropout", "warning", "pairing", "secondments", "kindergartens"})
#: The keys of policy files that are no schemes'.
NOT_SCHEMES = NORM_KEYS | {FACTS_KEY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What a school asks of a pupil by ``unit``, and what a public school of the same kind asks."""

    unit: Unit
    fee_fen: Fen
    public_fee_fen: Fen

    def part(self, part: FeePart) -> Fen:
        """Give the part of the fee that is waived, or what is left of it."""
        waived = min(self.fee_fen, self.public_fee_fen)
        return Fen(waived if part is FeePart.WAIVED else self.fee_fen - waived)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What is due per the version's unit to those for whom every condition of ``when`` holds.

    An amount, or a part of the school's fee, or (both given) the amount within that part; of
    schemes that yield sets, their number. ``confidence`` where it is less than the version's.
    """

    amount_fen: Fen | None = None
    fee: FeePart | None = None
    sets: int | None = None
    confidence: Confidence | None = None
    when: tuple[Condition, ...] = ()

    def whole(self, fee: Fee | None, months: int) -> Fen | None:
        """Give the amount for a unit with so many months; None where the fee is not known."""
        if self.fee is None:
            return self.amount_fen or Fen(0)
        if fee is None:
            # Without a fee on record nothing was waived: all of the amount is left.
            return self.amount_fen if self.fee is FeePart.LEFT else None
        part = Fen(fee.part(self.fee) * (months if fee.unit is Unit.MONTH else 1))
        return part if self.amount_fen is None else min(part, self.amount_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A fund source's integer weight."""

    source: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Which sources pay how much for those for whom every condition of ``when`` holds."""

    shares: tuple[Share, ...]
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A scheme as one document sets it, from its first day to its last (None: until the next).

    ``said_from`` is that day as the file says it, which may be a term: the law does both. The first
    of ``splits`` that holds says who pays; none: no document does.
    """

    starts: date
    said_from: str
    through: date | None = None
    document: str
    confidence: Confidence
    clause: str
    unit: Unit
    delivery: Delivery
    yields: Yields = Yields.MONEY
    accrual: tuple[int, ...] = ACCRUAL_MONTHS
    conditions: tuple[Condition, ...]
    rates: tuple[Rate, ...]
    splits: tuple[Split, ...] = ()

    def part_in(self, month: Month) -> tuple[int, int] | None:
        """Say which part (1-based) of how many a month has in an amount; None: it is not paid."""
        months = self.months_with(month)
        if month.month not in months:
            return None
        if self.unit is Unit.MONTH:
            return (1, 1)
        return months.index(month.month) + 1, len(months)

    def month_amount(self, amount: int, month: Month) -> Fen | None:
        """Give a month's part of an amount by the unit; None outside the accrual months.

        Months add up to the whole to the fen.
        """
        part = self.part_in(month)
        return None if part is None else accrue(Fen(amount), *part)

    def months_with(self, month: Month) -> tuple[int, ...]:
        """Give the accrual months of the term or year that ``month`` lies in."""
        if self.unit is not Unit.TERM:
            return self.accrual
        season = month.term.season
        return tuple(each for each in self.accrual if Month(month.year, each).term.season is season)

    @property
    def split_for_all(self) -> int | None:
        """The place of the split that asks nothing of anybody, if it is the first."""
        return 0 if self.splits and not self.splits[0].when else None

    def split(self, amount_fen: Fen, split_no: int | None) -> dict[str, Fen]:
        """Split an amount between the fund sources; empty where no document says who pays."""
        if split_no is None or not self.splits:
            return {}
        shares = self.splits[split_no].shares
        return allocate(amount_fen, {share.source: share.weight for share in shares})


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
    recipient: Recipient = Recipient.PUPIL
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
            conditions=self._resolved(version.conditions, day),
            rates=tuple(
                replace(rate, when=self._resolved(rate.when, day)) for rate in version.rates
            ),
            splits=tuple(
                replace(split, when=self._resolved(split.when, day)) for split in version.splits
            ),
        )

    def fact_on(self, name: str, day: date) -> Condition | None:
        """Give a derived fact with its definition on a day; None before its first definition."""
        is_defined = _latest(self.definitions[name], day) is not None
        return self._resolve(Named(name), day) if is_defined else None

    def _resolved(self, conditions: tuple[Condition, ...], day: date) -> tuple[Condition, ...]:
        return tuple(self._resolve(condition, day) for condition in conditions)

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


def rate_for(version: Version, facts: Mapping[str, Any]) -> Rate | None:
    """Give the first rate whose conditions hold; None when one of the version's own does not."""
    if not all(evaluate(condition, facts) for condition in version.conditions):
        return None
    return next(
        (rate for rate in version.rates if all(evaluate(part, facts) for part in rate.when)), None
    )


def split_for(version: Version, facts: Mapping[str, Any]) -> int | None:
    """Give the place of the split that says who pays for a pupil; None: no document says."""
    places = enumerate(version.splits)
    return next(
        (place for place, split in places if all(evaluate(part, facts) for part in split.when)),
        None,
    )


def facts_of(version: Version) -> frozenset[str]:
    """Give the names of the primitive facts that a resolved version asks."""
    whens = [part.when for part in version.rates] + [part.when for part in version.splits]
    conditions = (*version.conditions, *(condition for when in whens for condition in when))
    return frozenset(each.fact for part in conditions for each in comparisons_in(part))


def words_asked(version: Version, fact: str) -> frozenset[str | int | bool] | None:
    """Give the values of a fact outside which a resolved version holds for nobody; None: any."""
    asked = [
        frozenset(condition.values)
        for condition in version.conditions
        if isinstance(condition, Comparison)
        and condition.fact == fact
        and condition.op in {Op.IS, Op.IN}
    ]
    return frozenset.intersection(*asked) if asked else None
