"""Who gets what in a month: resolved policy versions → ``INSERT … SELECT`` into ``run_line``.

Schemes by the term or year look at the deciding day only (``monthly``); schemes by the day count
the school days on which a pupil was enrolled, eligible and present (``daily``); what is paid to
teachers looks at the staff (``staff_pay``). A scheme for stages that nobody attends is not asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, insert

from jingzhun.core.calendar import MonthDays
from jingzhun.core.policy import Pack, Scheme, Version, words_asked
from jingzhun.core.vocabulary import Recipient, Unit
from jingzhun.store.daily import DailyLines, Stretch
from jingzhun.store.lines import COLUMNS, Scope
from jingzhun.store.monthly import monthly_lines
from jingzhun.store.schema import RunLine, StaffLine
from jingzhun.store.staff_pay import STAFF_COLUMNS, staff_lines


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


def insert_lines(
    connection: Connection,
    run_id: int,
    calendar: MonthDays,
    entitlements: Sequence[Entitlement],
    *,
    school_id: int | None = None,
) -> None:
    """Write a run's lines of one month, of one school or of all (None).

    ``entitlements`` ascend by scheme, so that lines are written in the order of their key.
    """
    scope = Scope.of(connection, run_id, calendar, school_id)
    stages = scope.stages()
    for_pupils = [
        each
        for each in entitlements
        if each.scheme.recipient is Recipient.PUPIL and each.is_for_any(stages)
    ]
    daily = DailyLines(
        scope, [each.stretches[0] for each in for_pupils if len(each.stretches) == 1]
    )
    to_lines = insert(RunLine)
    try:
        for each in for_pupils:
            if each.version is not None:
                lines = monthly_lines(scope, each.scheme, each.version)
                connection.execute(to_lines.from_select(COLUMNS, lines))
            elif each.stretches:
                for lines in daily.lines(each.scheme, each.stretches):
                    connection.execute(to_lines.from_select(COLUMNS, lines))
    finally:
        daily.drop_tables()
    for each in entitlements:
        if each.scheme.recipient is Recipient.STAFF and each.version is not None:
            paid = staff_lines(scope, each.scheme, each.version)
            connection.execute(insert(StaffLine).from_select(STAFF_COLUMNS, paid))
