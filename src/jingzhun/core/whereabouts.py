"""Where a child is, told from its roll and its standings on a day.

Asked of children whom nothing names as gone (``store.absentees``): who is at school, who is excused
by the law or by an event, and of whom the ledger has lost the trace (graduated from 小学 or
kindergarten, and no further roll is known).
Source: 义务教育法 第11条 (延缓入学, 休学); 残疾人教育条例 第17条 (送教上门 is schooling).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jingzhun.core.dropout import SchoolAge
from jingzhun.core.report_vocabulary import Whereabouts
from jingzhun.core.terms import school_year_of
from jingzhun.core.vocabulary import Change, Stage, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class RollOn:
    """The roll a child stands on; ``is_finished``: its last grade is over, and no list says so."""

    school_id: int
    stage: Stage
    grade: int | None
    class_no: int | None
    is_finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOn:
    """A standing in force; ``school_id`` None touches every roll."""

    standing: Standing
    change: Change
    school_id: int | None
    has_receiver: bool
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What the ledger holds of a child on a day; ``left_stage``: from which it graduated last."""

    born_on: date | None
    is_dead: bool = False
    is_abroad: bool = False
    is_home_taught: bool = False
    roll: RollOn | None = None
    standings: Sequence[StandingOn] = ()
    left_stage: Stage | None = None

    @property
    def is_on_roll(self) -> bool:
        """Whether the child stands on a roll that it has neither left nor finished."""
        roll = self.roll
        return (
            roll is not None
            and not roll.is_finished
            and not any(s.standing is Standing.LEFT for s in self._touching())
        )

    @property
    def school_id(self) -> int | None:
        """The school on whose roll the child stands."""
        return self.roll.school_id if self.roll is not None and self.is_on_roll else None

    def _touching(self) -> list[StandingOn]:
        roll = self.roll
        return [
            s for s in self.standings
            if roll is None or s.school_id is None or s.school_id == roll.school_id
        ]  # fmt: skip

    def whereabouts(self, day: date, ages: SchoolAge) -> Whereabouts:
        """Tell where the child is; ``ages`` are those of school age."""
        if self.is_dead:
            return Whereabouts.DEAD
        if self.roll is not None and self.is_on_roll:
            return self._at_school(self.roll)
        return self._elsewhere(day) or self._lost(day, ages)

    def _at_school(self, roll: RollOn) -> Whereabouts:
        standings = {s.standing for s in self._touching()}
        if roll.stage is Stage.PRESCHOOL:
            return Whereabouts.KINDERGARTEN
        if standings & {Standing.DROPPED_OUT, Standing.AWAY}:
            return Whereabouts.UNTRACED  # of a stage for which nobody is named as gone
        if Standing.SUSPENDED in standings:
            return Whereabouts.SUSPENDED
        if Standing.DEFERRED in standings:
            return Whereabouts.DEFERRED
        return Whereabouts.HOME_TAUGHT if self.is_home_taught else Whereabouts.AT_SCHOOL

    def _elsewhere(self, day: date) -> Whereabouts | None:
        if self.is_abroad or any(s.change is Change.EMIGRATION for s in self.standings):
            return Whereabouts.ABROAD
        if any(s.change is Change.TRANSFER_OUT and s.has_receiver for s in self.standings):
            return Whereabouts.TRANSFERRED
        deferred = (s for s in self.standings if s.standing is Standing.DEFERRED)
        if any(s.ends_on is None or s.ends_on >= day for s in deferred):
            return Whereabouts.DEFERRED
        return None

    def _lost(self, day: date, ages: SchoolAge) -> Whereabouts:
        stage = self.roll.stage if self.roll is not None else self.left_stage
        if stage not in {None, Stage.PRESCHOOL, Stage.PRIMARY}:
            return Whereabouts.GRADUATED
        if self.born_on is None or ages.holds(self.born_on, school_year_of(day)):
            return Whereabouts.UNTRACED
        return Whereabouts.OVER_AGE
