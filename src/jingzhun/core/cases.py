"""A case's way: which step is due next, by when; when a child that came back is no longer watched.

Source: 国办发〔2017〕72号, 未成年人保护法 第28条 and 第83条 (劝返, 书面报告, 责令); the days are
local and stand in ``policies/dropout.toml``.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from jingzhun.core.vocabulary import CaseAction, CaseState

#: The steps that have deadlines, in their order.
LADDER = (
    CaseAction.PHONE,
    CaseAction.VISIT,
    CaseAction.PERSUADE,
    CaseAction.REPORT,
    CaseAction.ORDER,
)

#: The state in which a step leaves a case; the steps of the ladder change none.
STATE_AFTER: Mapping[CaseAction, CaseState] = {
    CaseAction.OPENED: CaseState.OPEN,
    CaseAction.LOST: CaseState.OPEN,
    CaseAction.RETURNED: CaseState.WATCHED,
    CaseAction.CLOSED: CaseState.CLOSED,
}
#: Steps from which the days of the ladder are counted.
_BEGINNINGS = frozenset({CaseAction.OPENED, CaseAction.LOST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The step that is to be done next, and the last day for it."""

    action: CaseAction
    by: date

    def days_late(self, today: date) -> int:
        """Give how many days it is late, 0 while it is not."""
        return max(0, (today - self.by).days)


def next_due(begun_on: date, done: Collection[CaseAction], days: Mapping[str, int]) -> Due | None:
    """Give the first step of the ladder that is not done since ``begun_on``; None after the last.

    A later step done makes up for the ones before it: who was visited need not be phoned any more.
    """
    furthest = max((LADDER.index(action) for action in done if action in LADDER), default=-1)
    if furthest + 1 == len(LADDER):
        return None
    action = LADDER[furthest + 1]
    return Due(action=action, by=begun_on + timedelta(days[action.value]))


def standing_after(steps: Iterable[tuple[CaseAction, date]]) -> tuple[CaseState, date] | None:
    """Give the state in which steps leave a case and the day since which its ladder runs.

    The steps come in the order in which they were entered; none at all is no case yet.
    """
    state, begun_on = None, None
    for action, day in steps:
        state = STATE_AFTER.get(action, state)
        begun_on = day if action in _BEGINNINGS else begun_on
    return None if state is None or begun_on is None else (state, begun_on)
