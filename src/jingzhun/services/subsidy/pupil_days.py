"""The days of one pupil's month: the school's calendar, absences, meals counted; said where."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from jingzhun.core.calendar import MonthDays
from jingzhun.core.table import PEOPLE, Column, ColumnKind, Table
from jingzhun.store.history import History
from jingzhun.store.origins import Origin, columns_of
from jingzhun.store.plans import MonthPlan
from jingzhun.store.schema import Absence, MealDays


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Where a pupil was on the roll in a month, from which day to which, and its calendar."""

    school_id: int
    school: str
    first: date
    last: date
    calendar: MonthDays

    @property
    def is_whole(self) -> bool:
        """Whether the pupil was there all month."""
        period = self.calendar.month.period
        return self.first == period.start and self.last + timedelta(1) == period.end

    @property
    def days(self) -> tuple[date, ...]:
        """The school days of the stay."""
        return tuple(day for day in self.calendar.days if self.first <= day <= self.last)


def stays_of(history: History, plan: MonthPlan) -> list[Stay]:
    """Give the schools on whose roll a pupil was in a month, in order."""
    found = []
    rolls = ((day, history.enrolment_on(day)) for day in plan.month.period.days())
    for school_id, days in groupby(rolls, key=lambda pair: pair[1].school_id if pair[1] else None):
        if school_id is None:
            continue
        span = [day for day, _ in days]
        found.append(
            Stay(
                school_id=school_id,
                school=history.schools[school_id].name,
                first=span[0],
                last=span[-1],
                calendar=plan.of(school_id).calendar,
            )
        )
    return found


def days_record(history: History, plan: MonthPlan) -> dict[str, Any]:
    """Give the days as JSON contracts write them: ``calendar``, ``absences``, ``meal_days``."""
    return {
        "calendar": [
            {
                "school": stay.school,
                "first_day": stay.first.isoformat(),
                "last_day": stay.last.isoformat(),
                **stay.calendar.count.as_record(),
            }
            for stay in stays_of(history, plan)
        ],
        "absences": [
            {
                "day": row.day.isoformat(),
                "excused": row.is_excused,
                "reason": row.reason,
                "source": _of_absence(history, row).as_record(),
            }
            for row in _absences(history, plan)
        ],
        "meal_days": [
            {
                "school": school,
                "days": row.days,
                "source": _of_meals(history, row).as_record(),
            }
            for school, row in _meals(history, plan)
        ],
    }


def days_table(history: History, plan: MonthPlan) -> Table:
    """Show how a pupil's school days came about."""
    return Table(
        key="days_of_month",
        heading="上课日是怎么算出来的",
        columns=(
            Column(key="title", title="项目"),
            Column(key="words", title="情况"),
            Column(key="source", title="出处", kind=ColumnKind.SOURCES),
        ),
        rows=list(_rows(history, plan)),
        shown_in=PEOPLE,
    )


def _rows(history: History, plan: MonthPlan) -> Iterator[tuple[str, str, list[Any]]]:
    for stay in stays_of(history, plan):
        words = stay.calendar.count.words
        if not stay.is_whole:
            words += f"，其中 {_span(stay.first, stay.last)} 在籍 {len(stay.days)} 天"
        yield (f"{stay.school}校历", words, [])
    for (sheet_id, _, reason), rows in groupby(_absences(history, plan), key=_said_in):
        del sheet_id
        found = list(rows)
        days = "、".join(f"{row.day:%m-%d}" for row in found)
        why = f"（{reason}）" if reason else ""
        yield ("缺勤", f"{days}{why}", [_of_absence(history, found[0]).as_record()])
    for school, row in _meals(history, plan):
        taught = len(plan.of(row.school_id).calendar.days)
        most = f"；多于上课日，按 {taught} 天算" if row.days > taught else ""
        words = f"{row.days} 天，代替按缺勤扣减{most}"
        yield (f"{school}登记的用餐天数", words, [_of_meals(history, row).as_record()])


def _absences(history: History, plan: MonthPlan) -> list[Absence]:
    rows = (history.absences[day] for day in sorted(history.absences))
    return [row for row in rows if row.day in plan.month.period]


def _said_in(row: Absence) -> tuple[int, int, str]:
    return (row.sheet_id, row.row_number, row.reason or "")


def _meals(history: History, plan: MonthPlan) -> Iterator[tuple[str, MealDays]]:
    for (school_id, month), row in sorted(history.meals.items()):
        if month == plan.month.number:
            yield history.schools[school_id].name, row


def _of_absence(history: History, row: Absence) -> Origin:
    return history.origins.at(row.sheet_id, row.row_number, columns_of("absence"))


def _of_meals(history: History, row: MealDays) -> Origin:
    return history.origins.at(row.sheet_id, row.row_number, columns_of("meals"))


def _span(first: date, last: date) -> str:
    return f"{first:%m-%d} 至 {last:%m-%d}" if last > first else f"{first:%m-%d}"
