"""Retention 巩固率: how many of those who began together are still there, or have graduated.

A cohort 届 is named by the school year in which it began the first grade of a stage (grade 1 of
小学, grade 7 of 初中), or of all nine years (grade 1). A pupil stays in the cohort in which it was
first seen, also when it repeats a year.
Source: 毕业人数 ÷ 入学人数（含正常流动生）×100 % (the school's form); 国办发〔2017〕72号 (95 %).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from jingzhun.core.dropout import rate
from jingzhun.core.report_vocabulary import Outcome
from jingzhun.core.vocabulary import Stage

#: The first grade of each stage.
FIRST_GRADE = {Stage.PRIMARY: 1, Stage.JUNIOR: 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One pupil of a cohort: the school year in which it was first seen there, and its outcome.

    ``is_counted_in``: it stood on the roll when that school year began.
    """

    seen_year: int
    is_counted_in: bool
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The figures of one cohort.

    ``entered`` stood on the roll at the start of ``since``, the first school year in which the
    ledger knows the cohort, and in its grade ``grade``; ``joined`` came later. entered + joined -
    moved = expected = studying + graduated + lost + untraced.
    """

    since: int
    grade: int
    is_from_start: bool
    entered: int
    joined: int
    moved: int
    studying: int
    graduated: int
    lost: int
    untraced: int

    @property
    def expected(self) -> int:
        """Who should be there: those who entered and came, without those who moved away."""
        return self.entered + self.joined - self.moved

    @property
    def kept(self) -> int:
        """Who is there or has graduated."""
        return self.studying + self.graduated

    @property
    def percent(self) -> int | None:
        """The rate with regular moves, in hundredths of a percent."""
        return rate(self.kept, self.expected)

    @property
    def official_percent(self) -> int | None:
        """Kept ÷ entered, moves left in; only of a cohort known since its first grade."""
        return rate(self.kept, self.entered) if self.is_from_start else None

    def reaches(self, bar: int) -> bool | None:
        """Say whether the rate is at least ``bar`` hundredths of a percent, exactly."""
        return self.kept * 10_000 >= bar * self.expected if self.expected else None


def cohort_of(school_year: int, grade: int, first_grade: int) -> int:
    """Give the year in which a pupil of a grade began the first grade, had it never repeated."""
    return school_year - (grade - first_grade)


def retention(members: Iterable[Member], cohort: int, first_grade: int) -> Retention:
    """Count a cohort that began ``first_grade`` in the school year ``cohort``; not an empty one."""
    everybody = list(members)
    outcomes = Counter(member.outcome for member in everybody)
    since = min(member.seen_year for member in everybody)
    entered = sum(member.is_counted_in and member.seen_year == since for member in everybody)
    return Retention(
        since=since,
        grade=first_grade + since - cohort,
        is_from_start=since == cohort,
        entered=entered,
        joined=len(everybody) - entered,
        moved=outcomes[Outcome.MOVED],
        studying=outcomes[Outcome.STUDYING],
        graduated=outcomes[Outcome.GRADUATED],
        lost=outcomes[Outcome.LOST],
        untraced=outcomes[Outcome.UNTRACED],
    )
