"""What a batch says about dated facts, staged for the timelines and asserted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import repeat
from typing import Any

from sqlalchemy import Connection

from jingzhun.core.terms import Term
from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.kinds import kinds
from jingzhun.store.assertion import Conflict
from jingzhun.store.meeting import Speaker
from jingzhun.store.statements import Statement, state_facts, state_plain, write_fresh
from jingzhun.store.timeline import Timeline

#: The group of facts that each timeline belongs to, as ``ranks`` in the kinds name them.
GROUPS = {
    "enrolment": "schooling",
    "boarding": "schooling",
    "household_category": "category",
    "recognition": "recognition",
    "pairing": "pairing",
}


def speaker_for(kind: Kind, timeline: Timeline, sheet_id: int) -> Speaker:
    """Say with what authority a sheet of a kind speaks about a timeline's facts."""
    group = GROUPS[timeline.table.name]
    ranks = {other.value: spec.ranks.get(group, 1) for other, spec in kinds().items()}
    mine = ranks[kind.value]
    # Events date themselves; being on a list of events is no word on where the pupil is enrolled.
    del ranks[Kind.STATUS_CHANGES.value]
    return Speaker(
        sheet_id=sheet_id,
        rank=mine,
        peers=tuple(other for other, rank in ranks.items() if rank >= mine),
        betters=tuple(other for other, rank in ranks.items() if rank > mine),
    )


@cache  # few days, many statements
def term_start(day: str) -> str:
    """Give the first day of the term that a day lies in, both as ISO text."""
    return Term.of(date.fromisoformat(day)).period.start.isoformat()


class Stage:
    """Statements of one sheet about one timeline, gathered and then asserted at once."""

    def __init__(self, timeline: Timeline, sheet_id: int, stated_on: date) -> None:
        self.timeline = timeline
        self.sheet_id = sheet_id
        self.stated_on = stated_on
        self.term_start = Term.of(stated_on).period.start
        self.rows: list[Statement] = []

    def say(self, row_number: int, facts: Sequence[Any], **when: Any) -> None:
        """Add one statement: subject, values and carried columns in order.

        ``starts`` (ISO) is where a first statement begins, the term's first day by default;
        ``event_on`` makes it a dated event; ``until`` bounds it; ``holds`` False denies it;
        ``sheet_id`` says that the row stands in another sheet than the one that records it.
        """
        event_on = when.get("event_on")
        stated = event_on or self.stated_on.isoformat()
        starts = when.get("starts") or term_start(stated)
        until = when.get("until")
        speaks_on = event_on or max(stated, starts)
        if until and speaks_on >= until:
            # A bounded fact that is over, or a list made later: it speaks of its own last day.
            speaks_on = max(starts, (date.fromisoformat(until) - timedelta(1)).isoformat())
        self.rows.append(
            (row_number, when.get("sheet_id", self.sheet_id), stated, *facts,
             starts, speaks_on, until, when.get("holds", True), bool(event_on))
        )  # fmt: skip

    def say_all(self, columns: Sequence[Iterable[Any]], starts: Sequence[str]) -> None:
        """Add many plain statements, column by column: row_number, then the facts."""
        stated = self.stated_on.isoformat()
        count = len(starts)
        speaks_on = [max(stated, start) for start in starts]
        numbers, *facts = columns
        self.rows.extend(
            zip(
                numbers, repeat(self.sheet_id, count), repeat(stated, count), *facts,
                starts, speaks_on, repeat(None, count), repeat(True, count), repeat(False, count),
                strict=True,
            )
        )  # fmt: skip

    def settle_plain(self, connection: Connection, kind: Kind) -> tuple[list[int], set[int]]:
        """Write what nobody spoke of before; give those row numbers, and whom the rest is about."""
        statements, self.rows = self.rows, []
        speaker = speaker_for(kind, self.timeline, self.sheet_id)
        return state_plain(connection, self.timeline, statements, speaker)

    def write(self, connection: Connection, kind: Kind) -> list[int]:
        """Write statements about subjects of which nobody spoke before; give the row numbers."""
        statements, self.rows = self.rows, []
        speaker = speaker_for(kind, self.timeline, self.sheet_id)
        write_fresh(connection, self.timeline, statements, speaker)
        return [statement[0] for statement in statements]

    def assert_all(
        self, connection: Connection, kind: Kind
    ) -> tuple[Mapping[int, int], list[Conflict]]:
        """Assert what was said; give outcomes other than same by row number, and the conflicts."""
        statements, self.rows = self.rows, []
        if not statements:
            return {}, []
        speaker = speaker_for(kind, self.timeline, self.sheet_id)
        return state_facts(connection, self.timeline, statements, speaker)
