"""What a month is computed by: the versions in force, for each calendar that schools teach by.

Nearly every school teaches on the same days. Those that have days of their own are computed apart,
calendar by calendar, each with its own first school day and count of days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from jingzhun.core.calendar import MonthCalendars, MonthDays
from jingzhun.core.policy import Pack, Scheme, Version, words_asked
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """School days in a row on which one resolved version holds."""

    version: Version
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """One scheme in one month.

    ``version`` is the one in force on the deciding day, by the month; or ``stretches`` cover the
    school days, by the day. Neither: the scheme pays nothing in this month.
    """

    scheme: Scheme
    version: Version | None = None
    stretches: tuple[Stretch, ...] = ()

    @property
    def versions(self) -> tuple[Version, ...]:
        """The versions that the month's amounts come from."""
        by_day = (stretch.version for stretch in self.stretches)
        return tuple(by_day) if self.version is None else (self.version,)

    def is_for_any(self, stages: frozenset[str]) -> bool:
        """Say whether pupils of any of the stages can get it."""
        asked = [words_asked(version, "stage") for version in self.versions]
        return any(words is None or not words.isdisjoint(stages) for words in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What holds in a month at the schools of one calendar, scheme by scheme.

    ``schools`` None: at every school that has no days of its own.
    """

    calendar: MonthDays
    entitlements: tuple[Entitlement, ...]
    schools: frozenset[int] | None = None

    def entitlement(self, scheme: Scheme) -> Entitlement:
        """Give what holds for a scheme of the pack."""
        return next(each for each in self.entitlements if each.scheme.key == scheme.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPlan:
    """A month's plans: the general one, and one for each calendar of schools' own."""

    pack: Pack
    general: Plan
    own: tuple[Plan, ...] = ()

    @property
    def month(self) -> Month:
        """The month."""
        return self.general.calendar.month

    @property
    def every(self) -> tuple[Plan, ...]:
        """Every plan, the general one first."""
        return (self.general, *self.own)

    def of(self, school_id: int | None) -> Plan:
        """Give the plan of a school."""
        return next(
            (plan for plan in self.own if plan.schools and school_id in plan.schools), self.general
        )


def plan_of(pack: Pack, calendars: MonthCalendars) -> MonthPlan:
    """Look up what holds in a month, whatever a school's calendar."""
    return MonthPlan(
        pack=pack,
        general=_plan(pack, calendars.general, None),
        own=tuple(_plan(pack, days, schools) for days, schools in calendars.distinct()),
    )


def entitlement_of(pack: Pack, scheme: Scheme, calendar: MonthDays) -> Entitlement:
    """Look up what holds for a scheme in a month."""
    deciding = pack.rule_on(scheme, calendar.deciding_day)
    if deciding is not None and deciding.unit is not Unit.DAY:
        pays = deciding.part_in(calendar.month) is not None
        return Entitlement(scheme=scheme, version=deciding if pays else None)
    rules = [(pack.rule_on(scheme, day), day) for day in calendar.days]
    stretches = (
        Stretch(version=version, days=tuple(day for _, day in run))
        for version, run in groupby(rules, key=lambda rule: rule[0])
        if version is not None and version.unit is Unit.DAY
    )
    return Entitlement(scheme=scheme, stretches=tuple(stretches))


def _plan(pack: Pack, calendar: MonthDays, schools: frozenset[int] | None) -> Plan:
    found: Sequence[Entitlement] = [
        entitlement_of(pack, scheme, calendar) for scheme in pack.schemes
    ]
    return Plan(calendar=calendar, entitlements=tuple(found), schools=schools)
