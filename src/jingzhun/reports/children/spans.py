"""The days that a periodical report of 控辍保学 tells of: who is named when they begin and end.

A month or a quarter, cut off at the day asked of; one school or all of them.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.report_vocabulary import Whereabouts
from jingzhun.core.terms import Month, Quarter
from jingzhun.core.vocabulary import DropoutKind
from jingzhun.errors import UsageError
from jingzhun.policies.limits import school_age_on
from jingzhun.policies.norms import norms
from jingzhun.reports import ReportOptions
from jingzhun.reports.children.casework import cases_on
from jingzhun.reports.children.child_tables import Resolved
from jingzhun.reports.children.children import (
    gone_on,
    named_children,
    returned_between,
    whereabouts_of,
)
from jingzhun.reports.schools import require_school
from jingzhun.store.absentees import Absentee
from jingzhun.store.policy_files import own_files
from jingzhun.store.schema import School

#: Where those stand who are on no roll, in tables by school.
NOWHERE = "（不在任何学校）"

Kind = TypeVar("Kind", Month, Quarter)
#: The code, what is reported, how much of time, and the word for it.
_WORDS = {
    Month: ("month", "月报", "一个月", "月份"),
    Quarter: ("quarter", "季度台账", "一个季度", "季度"),
}


def asked_period(options: ReportOptions, kind: type[Kind], name: str) -> Kind:
    """Give the month or quarter that is asked for, else the one that the day lies in.

    Raises:
        UsageError: ``month_wanted``, ``quarter_wanted`` — the period is none; ``month_ahead``,
            ``quarter_ahead`` — it has not begun.
    """
    code, what, one, word = _WORDS[kind]
    this = kind.of(options.as_of)
    try:
        period = kind.parse(options.period) if options.period else this
    except ValueError:
        raise UsageError(
            f"{code}_wanted",
            f"{what}只看{one}，不能写“{options.period}”。",
            f"请写{word}，如：jingzhun report {name} --period {this}",
        ) from None
    if period.period.start > options.as_of:
        raise UsageError(
            f"{code}_ahead",
            f"{period.label}还没有开始（今天按 {options.as_of} 算）。",
            f"请写已经开始的{word}，或用 --as-of 写以后的日期。",
        )
    return period


class Span:
    """The children named from one day to another, by school: before the first, on the last.

    ``now`` and ``was`` are of the schools asked for, ``children`` those of ``now`` by name;
    ``figures`` and ``ages`` are the norms in force on the last day.
    """

    def __init__(self, session: Session, options: ReportOptions, period: Month | Quarter) -> None:
        require_school(session, options.school)
        self.session = session
        self.first = period.period.start
        end = period.period.end - timedelta(1)
        self.close = min(options.as_of, end)
        self.is_over = self.close == end
        self.school = options.school
        self.is_one = self.school is not None
        self.schools = dict(session.execute(select(School.id, School.name)).all())
        self.wanted = {
            one for one, name in self.schools.items() if options.school in (None, name)
        }  # fmt: skip
        own = own_files(session, self.close)
        self.figures, self.ages = norms("dropout", self.close, own), school_age_on(self.close, own)
        self._named = gone_on(session, self.close)
        self._before = gone_on(session, self.first - timedelta(1))
        self.now, self.was = self._here(self._named), self._here(self._before)
        self.cases = [case for case in cases_on(session, self.close) if self.tells(case.school_id)]
        self.children = named_children(session, self.now, self.schools, self.close, self.cases)

    def tells(self, school: int | None) -> bool:
        """Say whether a school, or being at none, is of those asked for."""
        return not self.is_one or school in self.wanted

    def name(self, school: int | None) -> str:
        """Give a school's name, or the words for none."""
        return NOWHERE if school is None else self.schools[school]

    def title(self, what: str, period: Month | Quarter) -> str:
        """Give the title of a page: of whom, what, when, and whether it is over."""
        ongoing = "本月" if isinstance(period, Month) else "本季度"
        until = "" if self.is_over else f"，截至{self.close.isoformat()}，{ongoing}未完"
        return f"{self.school or '各校'}{what}（{period.label}{until}）"

    def _here(self, named: Mapping[int, Absentee]) -> dict[int, Absentee]:
        return {person: child for person, child in named.items() if self.tells(child.school_id)}

    def resolved(self) -> Resolved:
        """Give who was named and is no more, or came back: as what, where now, since, which school.

        The school is the one that the child stands on the roll of; else the one it was named at.
        Who was lost and found between the two days was named as the case says.
        """
        back = returned_between(self.session, self.first, self.close)
        people = (self._before.keys() | back.keys()) - self._named.keys()
        where = whereabouts_of(self.session, self.close, people)
        told = {case.person_id: case.kind for case in self.cases}
        found: dict[int, tuple[DropoutKind | None, Whereabouts, date | None, int | None]] = {}
        for person, (place, roll_school) in where.items():
            child = self._before.get(person)
            school = roll_school or (child.school_id if child else None)
            if self.tells(school):
                was = child.kind if child else told.get(person)
                found[person] = (was, place, back.get(person), school)
        return found
