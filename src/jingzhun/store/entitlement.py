"""Who gets what in a month: resolved policy versions → ``INSERT … SELECT`` into ``run_line``.

Schemes by the term or year look at the deciding day only (``monthly``); schemes by the day count
the school days on which a pupil was enrolled, eligible and present (``daily``); what is paid to
teachers looks at the staff (``staff_pay``). Schools that teach on days of their own are computed
apart, calendar by calendar (``plans``). A scheme for stages that nobody attends is not asked.
"""

from sqlalchemy import Connection, insert

from jingzhun.core.policy_vocabulary import Recipient
from jingzhun.store.daily import DailyLines
from jingzhun.store.lines import COLUMNS, Scope, stages_attended
from jingzhun.store.monthly import monthly_lines
from jingzhun.store.plans import Entitlement, MonthPlan
from jingzhun.store.schema import RunLine, StaffLine
from jingzhun.store.scratch import Scratch
from jingzhun.store.staff_pay import STAFF_COLUMNS, staff_lines


def insert_lines(
    connection: Connection,
    run_id: int,
    plan: MonthPlan,
    *,
    school_id: int | None = None,
    stages: frozenset[str] | None = None,
) -> None:
    """Write a run's lines of one month, of one school or of all (None).

    Schemes ascend by key, so that lines are written in the order of their key. ``stages`` are those
    attended, for a caller who has looked already.
    """
    stages = stages_attended(connection) if stages is None else stages
    with Scratch(connection, plan) as scratch:
        plans = plan.every if school_id is None else (plan.of(school_id),)
        works = [
            _Work(Scope(scratch=scratch, run_id=run_id, plan=each, school_id=school_id))
            for each in plans
        ]
        for place, scheme in enumerate(plan.pack.schemes):
            for work in works:
                entitlement = work.scope.plan.entitlements[place]
                if scheme.recipient is Recipient.STAFF:
                    work.write_staff(entitlement)
                elif entitlement.is_for_any(stages):
                    work.write(entitlement)


class _Work:
    """The statements of one month at the schools of one calendar."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._connection = scope.scratch.connection
        self._daily = DailyLines(scope)

    def write(self, each: Entitlement) -> None:
        """Write the lines of one scheme for pupils."""
        to_lines = insert(RunLine)
        if each.version is not None:
            lines = monthly_lines(self.scope, each.scheme, each.version)
            self._connection.execute(to_lines.from_select(COLUMNS, lines))
        elif each.stretches:
            for lines in self._daily.lines(each.scheme, each.stretches):
                self._connection.execute(to_lines.from_select(COLUMNS, lines))

    def write_staff(self, each: Entitlement) -> None:
        """Write the lines of one scheme for staff."""
        if each.version is not None:
            lines = staff_lines(self.scope, each.scheme, each.version)
            self._connection.execute(insert(StaffLine).from_select(STAFF_COLUMNS, lines))
