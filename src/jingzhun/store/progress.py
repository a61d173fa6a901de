"""What helpers are judged by: their pairs, what they gave, plans, checklists, incomes.

A statement for each, whatever the size of the ledger; visits are in :mod:`jingzhun.store.duties`.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.duties import Assurance, Fulfilment, HelpWay
from jingzhun.core.money import Fen, allocate
from jingzhun.core.progress import Finding, Span
from jingzhun.core.terms import Period
from jingzhun.store.helpers import Helpers
from jingzhun.store.presence import in_need
from jingzhun.store.schema import (
    ChecklistItem,
    Contribution,
    HouseholdCategory,
    HouseholdIncome,
    HouseholdPlan,
    Pairing,
)

#: Household and member of staff.
PairKey = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """The spans of one pair up to the end of a period; whether its lists name measures."""

    spans: tuple[Span, ...]
    has_measures: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """One helper's part of a contribution; ``helper`` as in visits: a number, or words."""

    entry: int
    household: int
    way: str
    helper: int | str
    given_on: date
    amount_fen: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Income:
    """A household's income of a year: by the head where it is known, and whole."""

    per_head_fen: Fen | None
    income_fen: Fen | None


def ties_in(session: Session, period: Period) -> dict[PairKey, Tie]:
    """Give every pair that was in force on a day of a period, in the order of households."""
    query = (
        select(
            Pairing.household_id, Pairing.staff_id, Pairing.valid_from, Pairing.valid_until,
            Pairing.measures,
        )
        .where(Pairing.superseded_in.is_(None), Pairing.valid_from < period.end)
        .order_by(Pairing.household_id, Pairing.staff_id, Pairing.valid_from)
    )  # fmt: skip
    spans: dict[PairKey, list[Span]] = defaultdict(list)
    measured: set[PairKey] = set()
    for household, staff, start, end, measures in session.connection().execute(query):
        spans[household, staff].append((start, end))
        if measures:
            measured.add((household, staff))
    return {
        key: Tie(spans=tuple(held), has_measures=key in measured)
        for key, held in spans.items()
        if period.start < period.end and any(end is None or end > period.start for _, end in held)
    }


def gifts_in(session: Session, period: Period, helpers: Helpers) -> list[Gift]:
    """Give what was given in a period, in equal parts where several gave it; nobody's is ""'s."""
    query = (
        select(
            Contribution.id, Contribution.household_id, Contribution.help_way,
            Contribution.given_on, Contribution.amount_fen, Contribution.helper,
            Contribution.helper_unit,
        )
        .where(
            Contribution.given_on >= period.start,
            Contribution.given_on < period.end,
            Contribution.amount_fen.is_not(None),
        )
        .order_by(Contribution.id)
    )  # fmt: skip
    found = []
    for entry, home, way, given_on, amount, words, unit in session.connection().execute(query):
        named = [each.key for each in helpers.of(words, unit=unit, household=home)] or [""]
        parts = allocate(Fen(amount or 0), {str(place): 1 for place in range(len(named))})
        found += [
            Gift(
                entry=entry, household=home, way=way, helper=who, given_on=given_on, amount_fen=part
            )
            for who, part in zip(named, parts.values(), strict=True)
        ]
    return found


def ways_planned(session: Session, year: int) -> dict[int, list[HelpWay]]:
    """Give by household the ways of help that the plans of a year name, each once, in order."""
    query = (
        select(HouseholdPlan.household_id, HouseholdPlan.help_way)
        .where(HouseholdPlan.year == year)
        .distinct()
    )
    found: dict[int, set[str]] = defaultdict(set)
    for household, way in session.connection().execute(query):
        found[household].add(way)
    return {home: [way for way in HelpWay if way in ways] for home, ways in found.items()}


def last_measures(session: Session, day: date) -> dict[int, date]:
    """Give by household the last day, up to ``day``, on which anything was given or planned for.

    A plan is as good as its year: it counts as the year's last day.
    """
    given = (
        select(Contribution.household_id, func.max(Contribution.given_on))
        .where(Contribution.given_on <= day)
        .group_by(Contribution.household_id)
    )
    planned = (
        select(HouseholdPlan.household_id, func.max(HouseholdPlan.year))
        .where(HouseholdPlan.year <= day.year)
        .group_by(HouseholdPlan.household_id)
    )
    connection = session.connection()
    found: dict[int, date] = dict(connection.execute(given).all())
    for home, year in connection.execute(planned):
        found[home] = max(found.get(home, date.min), date(year, 12, 31))
    return found


def findings_in(session: Session, period: Period) -> dict[int, list[Finding]]:
    """Give by household what checks of a period found."""
    query = (
        select(
            ChecklistItem.household_id, ChecklistItem.checked_on, ChecklistItem.assurance,
            ChecklistItem.fulfilment,
        )
        .where(ChecklistItem.checked_on >= period.start, ChecklistItem.checked_on < period.end)
        .order_by(ChecklistItem.id)
    )  # fmt: skip
    found: dict[int, list[Finding]] = defaultdict(list)
    for home, checked_on, assurance, fulfilment in session.connection().execute(query):
        found[home].append(
            Finding(
                checked_on=checked_on,
                assurance=Assurance.coded(assurance),
                fulfilment=Fulfilment.coded(fulfilment),
            )
        )
    return found


def incomes(session: Session, last_year: int) -> Mapping[int, Mapping[int, Income]]:
    """Give by household and year every income up to a year."""
    query = select(
        HouseholdIncome.household_id, HouseholdIncome.year, HouseholdIncome.per_head_fen,
        HouseholdIncome.income_fen, HouseholdIncome.members,
    ).where(HouseholdIncome.year <= last_year)  # fmt: skip
    found: dict[int, dict[int, Income]] = defaultdict(dict)
    for home, year, per_head, whole, members in session.connection().execute(query):
        shared = None if whole is None or not members else Fen(whole // members)
        found[home][year] = Income(
            per_head_fen=shared if per_head is None else per_head, income_fen=whole
        )
    return found


def spans_in_need(session: Session) -> Mapping[int, list[Span]]:
    """Give the spans in which each household that was ever helped was in need."""
    query = select(
        HouseholdCategory.household_id, HouseholdCategory.valid_from, HouseholdCategory.valid_until
    ).where(
        HouseholdCategory.superseded_in.is_(None),
        in_need(),
        HouseholdCategory.household_id.in_(select(Pairing.household_id)),
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for home, start, end in session.connection().execute(query):
        found[home].append((start, end))
    return found
