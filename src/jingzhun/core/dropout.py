"""The arithmetic of 控辍保学: who is of school age, how moves add up, what a rate is.

Source: ``policies/dropout.toml``: school age, and the words of the official formula of 小学辍学率
(休学 + 退学 + 死亡 + 转出 + 其他减少 − 转入 − 其他增加) ÷ 学年初在校生数.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from jingzhun.core.report_vocabulary import AgeGroup, Whereabouts
from jingzhun.core.vocabulary import Change, Stage

#: The stages that the law makes compulsory, with their last grades.
COMPULSORY = {Stage.PRIMARY: 6, Stage.JUNIOR: 9}
#: Grades in which children join a roll as the year's intake 招生, not as an increase.
INTAKE_GRADES = frozenset({1, 7})

#: What brings a pupil to the lessons of a school; whatever else happens to one takes it off.
COMINGS = (Change.TRANSFER_IN, Change.RESUMPTION)
GOINGS = tuple(change for change in Change if change not in COMINGS)
#: What may explain that a child is not at school.
EXCUSES = (
    Whereabouts.HOME_TAUGHT, Whereabouts.SUSPENDED, Whereabouts.DEFERRED, Whereabouts.TRANSFERRED,
    Whereabouts.ABROAD, Whereabouts.DEAD,
)  # fmt: skip

#: A school's id, a stage, a grade, a sex: the smallest part that has a rate.
Slice = tuple[int, str, int | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolAge:
    """Who is of school age: with ``starts`` years completed on 31 August, and for ``years``."""

    starts: int
    years: int

    @property
    def ages(self) -> range:
        """The years completed on the 31 August before the school year."""
        return range(self.starts, self.starts + self.years)

    def births(self, school_year: int) -> tuple[date, date]:
        """Give the first and last birth date of who is of school age in a school year."""
        return births_of(self.ages, school_year)

    def holds(self, born_on: date, school_year: int) -> bool:
        """Tell whether a child is of school age in a school year."""
        first, last = self.births(school_year)
        return first <= born_on <= last

    def due_on(self, born_on: date) -> date:
        """Give the 1 September on which a child should begin school."""
        completed_by_august = (born_on.month, born_on.day) <= (8, 31)
        return date(born_on.year + self.starts + (not completed_by_august), 9, 1)

    def groups(self) -> Mapping[AgeGroup, range]:
        """Give the years completed of the children of an age for each part of schooling."""
        ages = self.ages
        return MappingProxyType(
            {
                AgeGroup.PRESCHOOL: range(3, ages.start),
                AgeGroup.COMPULSORY: ages,
                AgeGroup.SENIOR: range(ages.stop, ages.stop + 3),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """By what a child counts as gone; ``unchecked`` marks an unconfirmed figure.

    ``warn_days`` are school days in a row; after more than ``suspect_days`` calendar days without a
    reason a child is 疑似辍学, after ``dropout_days`` more 辍学. ``excuses`` are what explains that
    a child is not at school.
    """

    school_age: SchoolAge
    suspension_months: int
    unchecked: str
    warn_days: int
    suspect_days: int
    dropout_days: int
    dropout_words: Sequence[Change]
    left_words: Sequence[Change]
    away_words: Sequence[Change]
    excuses: Sequence[Whereabouts]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowWords:
    """What the official formula counts as a decrease and as an increase."""

    losses: Sequence[Change]
    gains: Sequence[Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A pupil leaves or joins the lessons of a school: an event, or a roll that changed.

    ``is_new`` says that no earlier roll knows the pupil.
    """

    pupil: int
    day: date
    is_gain: bool
    place: Slice
    is_new: bool = False


def flows(moves: Iterable[Move]) -> tuple[Counter[Slice], Counter[Slice]]:
    """Count losses and gains by place; each pupil's alternate, so nothing is counted twice.

    An event and the roll that follows it say the same thing: 转出 on 10 October and the roll that
    ends that day are one loss; 辍学 made formal as 退学 is one loss. On one day a loss comes before
    a gain. A child whom no roll knew before and who joins grade 1 or 7 is intake, not a gain.
    """
    losses: Counter[Slice] = Counter()
    gains: Counter[Slice] = Counter()
    last: dict[int, bool] = {}
    for move in sorted(moves, key=lambda move: (move.day, move.is_gain)):
        if last.get(move.pupil) is move.is_gain:
            continue
        if move.is_gain and move.is_new and move.place[2] in INTAKE_GRADES:
            continue
        last[move.pupil] = move.is_gain
        (gains if move.is_gain else losses)[move.place] += 1
    return losses, gains


def rate(part: int, base: int) -> int | None:
    """Give a rate in hundredths of a percent, half away from zero; None on an empty base.

    3 of 612 is 49, that is 0.49 %.
    """
    if not base:
        return None
    hundredths = (abs(part) * 20_000 + base) // (2 * base)
    return -hundredths if part < 0 else hundredths


def births_of(ages: range, school_year: int) -> tuple[date, date]:
    """Give the first and last birth date of whoever has so many years on the 31 August before."""
    first, last = (max(school_year - age, 1) for age in (ages.stop, ages.start))
    return date(first, 9, 1), date(last, 8, 31)


def finished_before(school_year: int) -> tuple[tuple[Stage, int, date], ...]:
    """Give (stage, grade, day): an enrolment in that grade from before that day is finished.

    Rolls that no later list renewed grow old: grade 6 of last year has left the school by
    September although nothing says so, and so has grade 5 of the year before.
    """
    return tuple(
        (stage, last_grade - years, date(school_year - years, 9, 1))
        for stage, last_grade in COMPULSORY.items()
        for years in range(6 if stage is Stage.PRIMARY else 3)
    )
