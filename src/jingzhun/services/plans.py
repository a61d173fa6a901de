"""What holds for each month: its pack, its school days, its schemes' versions.

A run computes with these, and so do ``explain`` and whoever judges one pupil anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from jingzhun.core.calendar import MonthDays, school_days
from jingzhun.core.policy import Pack
from jingzhun.core.terms import Month
from jingzhun.policies.holidays import holidays_for
from jingzhun.policies.packs import DEFAULT_PACK, load_pack
from jingzhun.services.judgement import Judgement, judge
from jingzhun.store.entitlement import Entitlement, entitlement_of, insert_lines
from jingzhun.store.history import History
from jingzhun.store.policy_files import files_in_force, pack_in_use
from jingzhun.store.schema import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A month with the pack in use, its school days, and what holds for every scheme."""

    pack: Pack
    calendar: MonthDays
    entitlements: tuple[Entitlement, ...]

    @property
    def month(self) -> Month:
        """The month."""
        return self.calendar.month


def plans_of(session: Session, months: Sequence[Month]) -> list[Plan]:
    """Look up what holds for each month.

    Raises:
        PolicyError: the pack in use is unknown or broken.
    """
    packs = [pack_of(session, month) for month in months]
    holidays = holidays_for(months)
    plans = []
    for pack, month in zip(packs, months, strict=True):
        calendar = school_days(month, holidays)
        entitlements = tuple(entitlement_of(pack, scheme, calendar) for scheme in pack.schemes)
        plans.append(Plan(pack=pack, calendar=calendar, entitlements=entitlements))
    return plans


def pack_of(session: Session, month: Month) -> Pack:
    """Give the pack that is in use for a month, with the ledger's own files."""
    name = pack_in_use(session, month.number) or DEFAULT_PACK
    return load_pack(name, files_in_force(session, month.number))


def write_lines(
    session: Session, run_id: int, plans: Sequence[Plan], school_id: int | None
) -> None:
    """Write what everybody is due by the plans as the lines of a run."""
    for plan in plans:
        insert_lines(
            session.connection(), run_id, plan.calendar, plan.entitlements, school_id=school_id
        )


def judge_again(session: Session, plan: Plan, person: Person, scheme: str) -> Judgement:
    """Judge one pupil by one scheme of a plan."""
    entitlement = next(each for each in plan.entitlements if each.scheme.key == scheme)
    return judge(History(session, person), entitlement, plan.calendar)
