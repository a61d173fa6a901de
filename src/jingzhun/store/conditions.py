"""Conditions of policies as SQL: one clause for each primitive fact, put together as the rule says.

A clause speaks of the pupil that the surrounding query stands at: an ``enrolment`` row, its
``person`` and ``school``, on a day that is one date or a column of days. What a timeline says is
asked with EXISTS on its primary key; several questions to one timeline within an *any* become one.
What makes a pupil poor or disabled is also taken from a record that was confirmed to be the same
human (``store.matches``): its household, its recognition, its certificate. Where nobody was ever
confirmed, ``twins`` False leaves that question out: a million pupils need not be asked it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from jingzhun.core.conditions import FACTS, AllOf, AnyOf, Comparison, Condition, Defined, Named, Op
from jingzhun.core.policy import Rate, Split, Version
from jingzhun.core.vocabulary import MONITORED
from jingzhun.store.matches import of_twin
from jingzhun.store.presence import Day, in_force
from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    HouseholdCategory,
    Person,
    Recognition,
    School,
    Staff,
)

Clause = ColumnElement[bool]
_Column = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A fact that a timeline holds: the row's value, and which of its rows count.

    ``pupil`` is the column of :class:`Person` that the timeline's ``subject`` is. Rows of a
    twin count too where ``adds_twins`` says so: all of them, or (False) only while the pupil has
    none of his own in force.
    """

    timeline: Any
    subject: _Column
    pupil: str
    value: _Column
    counts: Clause | None = None
    adds_twins: bool | None = None

    def row(self, comparison: Comparison) -> Clause:
        """Say that a row of the timeline is one that the comparison asks for."""
        if FACTS[comparison.fact].type == "flag":
            return literal(True)
        op = Op.IN if self._asks_for_none(comparison) else comparison.op
        compared = _compared(self.value, op, comparison.values)
        return compared if self.counts is None else and_(self.counts, compared)

    def asks_absence(self, comparison: Comparison) -> bool:
        """Say that the comparison holds when no such row is in force."""
        return comparison.values == (False,) or self._asks_for_none(comparison)

    def clause(self, day: Day, row: Clause, *, twins: bool) -> Clause:
        """Say that such a row of the pupil is in force on the day."""
        own = self._is_of(Person, day)
        found = exists().where(own, row)
        if self.adds_twins is None or not twins:
            return found
        of_other = of_twin(lambda twin: and_(self._is_of(twin, day), row))
        return or_(found, of_other if self.adds_twins else and_(~exists().where(own), of_other))

    def _is_of(self, person: Any, day: Day) -> Clause:
        return and_(self.subject == getattr(person, self.pupil), in_force(self.timeline, day))

    def _asks_for_none(self, comparison: Comparison) -> bool:
        return FACTS[comparison.fact].type == "words" and comparison.op is Op.NOT_IN


def _of_household(counts: Clause | None = None) -> Timed:
    return Timed(
        timeline=HouseholdCategory,
        subject=HouseholdCategory.household_id,
        pupil="household_id",
        value=HouseholdCategory.category,
        counts=counts,
        adds_twins=True,
    )


_BOARDING = Timed(
    timeline=BoardingSpell,
    subject=BoardingSpell.person_id,
    pupil="id",
    value=BoardingSpell.boarding,
)
_RECOGNITION = Timed(
    timeline=Recognition,
    subject=Recognition.person_id,
    pupil="id",
    value=Recognition.tier,
    adds_twins=False,
)
_AT_RISK = and_(
    HouseholdCategory.category.in_([word.value for word in MONITORED]),
    HouseholdCategory.risk_removed.is_not(True),
)

#: Primitive facts that a timeline holds.
TIMED: Mapping[str, Timed] = {
    "boarding": _BOARDING,
    "category": _of_household(),
    "at_risk": _of_household(_AT_RISK),
    "recognised": _RECOGNITION,
    "tier": _RECOGNITION,
}


#: Facts of a record of the pupil's, whichever.
_OF_PERSON: Mapping[str, Callable[[Any], Any]] = {
    "certificate": lambda person: func.coalesce(person.disability_no, "") != "",
    "disability": lambda person: func.coalesce(person.disability_kind, "") != "",
    "orphan": lambda person: person.is_orphan,
}

_OF_SCHOOL: Mapping[str, _Column] = {
    "public_school": School.is_public,
    "rural_school": School.is_rural,
    "nutrition_plan": School.in_nutrition_plan,
    "county_type": School.county_type,
}

#: Primitive facts that a column holds.
PLAIN: Mapping[str, _Column] = {
    "stage": Enrolment.stage,
    "grade": Enrolment.grade,
    **{fact: holds(Person) for fact, holds in _OF_PERSON.items()},
    "ethnicity": Person.ethnicity,
    "hukou": Person.hukou_kind,
    "farming_major": Person.is_farming_major,
    **_OF_SCHOOL,
    "on_establishment": Staff.on_establishment,
    "in_service": Staff.in_service,
}

#: Primitive facts for which the query must stand at the school too.
SCHOOL_FACTS = frozenset(_OF_SCHOOL)


def clause_of(condition: Condition, day: Day, *, twins: bool = True) -> Clause:
    """Give a condition as SQL about the pupil of the surrounding query on ``day``."""
    match condition:
        case Comparison(fact, op, values) if fact in _OF_PERSON and twins:
            either = or_(PLAIN[fact], of_twin(_OF_PERSON[fact]))
            return _compared(either, op, values)
        case Comparison(fact, op, values) if fact in PLAIN:
            return _compared(PLAIN[fact], op, values)
        case Comparison(fact):
            timed = TIMED[fact]
            found = timed.clause(day, timed.row(condition), twins=twins)
            return not_(found) if timed.asks_absence(condition) else found
        case AllOf(parts):
            return and_(*(clause_of(part, day, twins=twins) for part in parts))
        case AnyOf():
            return or_(*_alternatives(condition, day, twins=twins))
        case Defined(definition, holds):
            clause = clause_of(definition.body, day, twins=twins)
            return clause if holds else not_(func.coalesce(clause, false()))
        case Named(name):
            raise AssertionError(f"{name} is not resolved")


def eligible(version: Version, day: Day, *, twins: bool = True) -> list[Clause]:
    """Give a resolved version's conditions as SQL, one of its rates included."""
    clauses = [clause_of(condition, day, twins=twins) for condition in version.conditions]
    if all(rate.when for rate in version.rates):
        clauses.append(or_(*(_when(rate, day, twins=twins) for rate in version.rates)))
    return clauses


def by_rate(
    version: Version,
    day: Day,
    value: Callable[[Rate], int | ColumnElement[Any]],
    *,
    twins: bool = True,
) -> ColumnElement[int]:
    """Give the SQL of a value that depends on the rate: the first whose conditions hold."""
    values = [value(rate) for rate in version.rates]
    first, last = values[0], values[-1]
    if isinstance(first, int) and all(isinstance(each, int) and each == first for each in values):
        return literal(first, Integer)
    # Who is eligible has one of the rates, so the last one needs no question.
    whens = [
        (_when(rate, day, twins=twins), found)
        for rate, found in zip(version.rates[:-1], values[:-1], strict=True)
    ]
    if whens:
        return case(*whens, else_=last)
    return last if isinstance(last, ColumnElement) else literal(last, Integer)


def by_split(version: Version, day: Day, *, twins: bool = True) -> ColumnElement[int | None]:
    """Give the SQL of the place of the split that says who pays; NULL: no document does."""
    if version.split_for_all is not None:
        return literal(version.split_for_all, Integer)
    whens = [(_when(split, day, twins=twins), place) for place, split in enumerate(version.splits)]
    return case(*whens, else_=None) if whens else literal(None, Integer)


def _when(part: Rate | Split, day: Day, *, twins: bool) -> Clause:
    return and_(true(), *(clause_of(condition, day, twins=twins) for condition in part.when))


def _alternatives(condition: AnyOf, day: Day, *, twins: bool) -> Iterable[Clause]:
    """Give the parts of an *any*; questions to one timeline are asked together, as one."""
    together: dict[Any, list[Comparison]] = {}
    for part in _flat(condition):
        match part:
            case Comparison(fact) if fact in TIMED and not TIMED[fact].asks_absence(part):
                together.setdefault(TIMED[fact].timeline, []).append(part)
            case _:
                yield clause_of(part, day, twins=twins)
    for parts in together.values():
        row = or_(*(TIMED[part.fact].row(part) for part in parts))
        yield TIMED[parts[0].fact].clause(day, row, twins=twins)


def _flat(condition: Condition) -> Iterable[Condition]:
    match condition:
        case AnyOf(parts):
            for part in parts:
                yield from _flat(part)
        case Defined(definition, True) if isinstance(definition.body, AnyOf):
            yield from _flat(definition.body)
        case _:
            yield condition


def _compared(column: Any, op: Op, values: tuple[str | int | bool, ...]) -> Clause:
    match op:
        case Op.IS if isinstance(values[0], bool):
            return column if values[0] else not_(column)  # type: ignore[no-any-return]
        case Op.IS | Op.IN if len(values) == 1:
            return column == values[0]  # type: ignore[no-any-return]
        case Op.IN | Op.IS:
            return column.in_(values)  # type: ignore[no-any-return]
        case Op.NOT_IN:
            return column.not_in(values)  # type: ignore[no-any-return]
        case Op.AT_LEAST:
            return column >= values[0]  # type: ignore[no-any-return]
        case Op.AT_MOST:
            return column <= values[0]  # type: ignore[no-any-return]
