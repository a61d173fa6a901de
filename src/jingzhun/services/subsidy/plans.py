"""What holds for each month, looked up in the ledger: its pack, its school days, its schemes."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from jingzhun.core.policy import Pack
from jingzhun.core.terms import Month
from jingzhun.policies.holidays import holidays_for
from jingzhun.policies.packs import DEFAULT_PACK, load_pack
from jingzhun.services.subsidy.judgement import Judgement, judge
from jingzhun.store.calendars import Calendars
from jingzhun.store.history import History
from jingzhun.store.plans import MonthPlan, plan_of
from jingzhun.store.policy_files import files_in_force, pack_in_use
from jingzhun.store.schema import Person


def pack_of(session: Session, month: Month) -> Pack:
    """Give the pack that is in use for a month, with the ledger's own files."""
    name = pack_in_use(session, month.number) or DEFAULT_PACK
    return load_pack(name, files_in_force(session, month.number))


def plans_of(
    session: Session,
    months: Sequence[Month],
    pack_for: Callable[[Session, Month], Pack] = pack_of,
) -> list[MonthPlan]:
    """Look up what holds for each month; ``pack_for`` gives the pack to go by.

    Raises:
        PolicyError: the pack in use is unknown or broken.
    """
    calendars = Calendars(session.connection(), holidays_for)
    return [plan_of(pack_for(session, month), calendars.in_month(month)) for month in months]


def judge_again(session: Session, plan: MonthPlan, person: Person, key: str) -> Judgement:
    """Judge one pupil by one scheme of a month."""
    scheme = next(each for each in plan.pack.schemes if each.key == key)
    return judge(History(session, person), plan, scheme)
