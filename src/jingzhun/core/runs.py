"""A run's way from draft to paid: which step follows which; how long a public notice lasts."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from jingzhun.core.calendar import Holidays, is_workday
from jingzhun.core.vocabulary import RunKind, RunState

#: From which states a state can be reached. An approved run never goes back: it is adjusted.
BEFORE: Mapping[RunState, tuple[RunState, ...]] = {
    RunState.REVIEWED: (RunState.DRAFT,),
    RunState.PUBLISHED: (RunState.REVIEWED,),
    RunState.APPROVED: (RunState.PUBLISHED,),
    RunState.PAID: (RunState.APPROVED,),
    RunState.VOID: (RunState.DRAFT, RunState.REVIEWED, RunState.PUBLISHED),
}

#: States in which a run's lines are posted.
FINAL = (RunState.APPROVED, RunState.PAID)


def before(kind: RunKind, state: RunState) -> tuple[RunState, ...]:
    """Give the states from which a run of a kind passes into ``state``.

    What was paid on paper before needs no public notice, nor does what one donor gives one pupil.
    """
    if kind in (RunKind.OPENING, RunKind.DONATION) and state is RunState.APPROVED:
        return (RunState.REVIEWED,)
    return BEFORE[state]


def notice_ends(posted_on: date, working_days: int, holidays: Mapping[int, Holidays]) -> date:
    """Give the last day of a public notice of so many working days.

    The day of posting is not counted (民法典第二百零一条). ``holidays`` maps the years that are
    published; in others every weekday is worked.
    """
    left = _days_after(posted_on)
    for _ in range(working_days):
        last = next(day for day in left if is_workday(day, holidays.get(day.year)))
    return last


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(1)
        yield day
