"""``report visits``: who went where in a year, when last, and which visits count for nobody.

JSON::

    {"as_of", "year", "visits", "counted_days",
     "pairs": [{"helper", "unit", "department", "household_no", "name", "township", "village",
        "visits", "visit_days", "month_1" … "month_12", "last_on", "days_since"}],
     "months": [{"month", "helpers", "households", "visits", "visit_days"}],
     "uncounted": [{"visited_on", "days", "counted", "visitor", "household_no", "name", "village",
        "reason", "sources"}],
     "same_day": [{"helper", "unit", "day", "villages", "households"}]}

``visit_days`` are those of ``pair check``: every day once, within the pair. ``uncounted`` holds the
visits, to households that are helped or by those who help, of which a day or more does not count
for the visitor, and why. ``same_day`` are days on which somebody was in several villages.
``days_since`` counts from the year's last visit, or from the first day of the pair or of the year;
the longest stands first.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from jingzhun.core.duties import Uncounted, is_on_the_spot
from jingzhun.core.page import Page
from jingzhun.core.progress import Look, begun_on, covers
from jingzhun.core.table import ALL_FORMATS, Column, ColumnKind, Format, Table
from jingzhun.reports import ReportOptions
from jingzhun.reports.helping.judging import Home, homes_of_pairs, look_at, staff_by_id
from jingzhun.reports.provenance import places_of_entries
from jingzhun.reports.schools import require_school
from jingzhun.store.duties import NOBODY, Seen, visits_in
from jingzhun.store.helpers import Helpers
from jingzhun.store.progress import PairKey, Tie, ties_in
from jingzhun.store.schema import Staff, Visit

_HOME = (
    Column(key="household_no", title="户编号"),
    Column(key="name", title="户主"),
    Column(key="township", title="乡镇"),
    Column(key="village", title="村"),
)
_MONTHS = tuple(
    Column(key=f"month_{month}", title=f"{month}月", kind=ColumnKind.COUNT)
    for month in range(1, 13)
)
_PAIR = (
    Column(key="helper", title="帮扶责任人"),
    Column(key="unit", title="单位"),
    Column(key="department", title="部门"),
    *_HOME,
    Column(key="visits", title="次数", kind=ColumnKind.COUNT),
    Column(key="visit_days", title="走访天数", kind=ColumnKind.COUNT),
    *_MONTHS,
    Column(key="last_on", title="最近一次", kind=ColumnKind.DATE),
    Column(key="days_since", title="距今天数", kind=ColumnKind.COUNT),
)
_MONTH = (
    Column(key="month", title="月份"),
    Column(key="helpers", title="走访人数", kind=ColumnKind.COUNT),
    Column(key="households", title="到访户数", kind=ColumnKind.COUNT),
    Column(key="visits", title="次数", kind=ColumnKind.COUNT),
    Column(key="visit_days", title="走访天数", kind=ColumnKind.COUNT),
)
_UNCOUNTED = (
    Column(key="visited_on", title="日期", kind=ColumnKind.DATE),
    Column(key="days", title="天数", kind=ColumnKind.COUNT),
    Column(key="counted", title="计入天数", kind=ColumnKind.COUNT),
    Column(key="visitor", title="走访人"),
    Column(key="household_no", title="户编号"),
    Column(key="name", title="户主"),
    Column(key="village", title="村"),
    Column(key="reason", title="为什么不计", kind=ColumnKind.LABEL),
    Column(key="sources", title="来源", kind=ColumnKind.SOURCES),
)
_SAME_DAY = (
    Column(key="helper", title="帮扶责任人"),
    Column(key="unit", title="单位"),
    Column(key="day", title="日期", kind=ColumnKind.DATE),
    Column(key="villages", title="到了哪些村", kind=ColumnKind.LIST),
    Column(key="households", title="到了哪些户", kind=ColumnKind.LIST),
)
_GLANCE = ("helper", "department", "household_no", "name", "village", "visit_days", "last_on",
           "days_since")  # fmt: skip
_DAY = timedelta(1)


@dataclass(slots=True)
class _Pair:
    """What counts for one pair: its days, and how many visits gave any."""

    spans: Sequence[Any]
    days: set[date] = field(default_factory=set)
    visits: list[date] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Left:
    """A visit of which some days do not count for its visitor."""

    seen: Seen
    days: int
    counted: int
    reason: Uncounted


def visits_page(session: Session, options: ReportOptions) -> Page:
    """Tell the visits of a year; ``school`` narrows to a unit's staff.

    Raises:
        JingzhunError: ``school_unknown``; ``bad_value`` — the period is no year.
    """
    require_school(session, options.school)
    looked, _ = look_at(session, options)
    ties = ties_in(session, looked.so_far)
    people = staff_by_id(session, options.school)
    homes = homes_of_pairs(session, visited=True)
    pairs, left = _counted(visits_in(session, looked.so_far, Helpers(session)), ties, looked)
    mine = {key: pair for key, pair in pairs.items() if key[1] in people}
    if options.school is not None:
        left = [one for one in left if one.seen.stay.helper in people]
    rows = _pairs(mine, people, homes, looked)
    days = sum(len(pair.days) for pair in mine.values())
    return Page(
        title=f"走访情况（{looked.year.start.year} 年，截至 {looked.day}）",
        facts={
            "as_of": looked.day.isoformat(),
            "year": looked.year.start.year,
            "visits": sum(len(pair.visits) for pair in mine.values()),
            "counted_days": days,
        },
        tables=[
            _glance(rows),
            Table(key="pairs", heading=_heading(rows), columns=_PAIR, rows=rows,
                  shown_in=ALL_FORMATS - {Format.TABLE}),
            Table(key="months", heading="按月", columns=_MONTH, rows=_months(mine, looked)),
            _uncounted(session, left, homes),
            _same_day(mine, people, homes),
        ],
        notes=_notes(mine, left, days),
    )  # fmt: skip


def _counted(
    visits: Iterable[Seen], ties: Mapping[PairKey, Tie], looked: Look
) -> tuple[dict[PairKey, _Pair], list[_Left]]:
    """Give each day of each visit to the pair that it counts for, and what is left, with why."""
    pairs = {key: _Pair(tie.spans) for key, tie in ties.items()}
    helped, helpers = {home for home, _ in ties}, {staff for _, staff in ties}
    left = []
    for seen in visits:
        stay = seen.stay
        days = [
            day
            for offset in range(stay.days)
            if (day := stay.came_on + timedelta(offset)) in looked.so_far
        ]
        fresh, reason = _judged(seen, days, pairs)
        if fresh:
            pair = pairs[stay.household, int(stay.helper)]
            pair.visits.append(min(fresh))
            pair.days |= fresh
        if reason is not None and (stay.household in helped or stay.helper in helpers):
            left.append(_Left(seen, len(days), len(fresh), reason))
    return pairs, left


def _judged(
    seen: Seen, days: Collection[date], pairs: Mapping[PairKey, _Pair]
) -> tuple[set[date], Uncounted | None]:
    """Say which days of a visit count for its visitor, and why the others do not."""
    helper = seen.stay.helper
    if not is_on_the_spot(seen.way):
        return set(), Uncounted.FROM_AFAR
    if not isinstance(helper, int):
        return set(), Uncounted.NOBODY if helper == NOBODY else Uncounted.UNKNOWN
    pair = pairs.get((seen.stay.household, helper))
    if pair is None:
        return set(), Uncounted.NOT_THE_HELPER
    inside = {day for day in days if covers(pair.spans, day)}
    fresh = inside - pair.days
    if len(inside) < len(days):
        return fresh, Uncounted.OUTSIDE_PAIR
    return fresh, Uncounted.REPEATED if len(fresh) < len(days) else None


def _pairs(
    pairs: Mapping[PairKey, _Pair], people: Mapping[int, Staff], homes: Mapping[int, Home],
    looked: Look,
) -> list[tuple[Any, ...]]:  # fmt: skip
    rows = []
    for (home, staff), pair in pairs.items():
        person, where = people[staff], homes[home]
        last = max(pair.days, default=None)
        since = last or max(begun_on(pair.spans), looked.year.start)
        rows.append((
            person.name, person.unit, person.department,
            where.household_no, where.head, where.township, where.village,
            len(pair.visits), len(pair.days),
            *(sum(day.month == month for day in pair.days) for month in range(1, 13)),
            last, max(0, (looked.last_day(pair.spans) - since).days),
        ))  # fmt: skip
    return sorted(
        rows, key=lambda row: (-row[-1], row[1] or "", row[2] or "", row[0], row[3] or "")
    )


def _heading(rows: Sequence[tuple[Any, ...]]) -> str:
    return f"各户走访（{len(rows)} 对，最久没有走访的在前）"


def _glance(rows: Sequence[tuple[Any, ...]]) -> Table:
    places = [place for place, column in enumerate(_PAIR) if column.key in _GLANCE]
    return Table(
        key="pairs",
        heading=_heading(rows),
        columns=[_PAIR[place] for place in places],
        rows=[tuple(row[place] for place in places) for row in rows],
        shown_in=frozenset({Format.TABLE}),
    )


def _months(pairs: Mapping[PairKey, _Pair], looked: Look) -> list[tuple[Any, ...]]:
    """Tell the months of the year that have begun, those without a visit too."""
    rows = []
    for month in range(1, 13):
        if date(looked.year.start.year, month, 1) >= looked.so_far.end:
            break
        came = {
            key: sum(day.month == month for day in pair.days)
            for key, pair in pairs.items()
            if any(day.month == month for day in pair.days)
        }
        rows.append((
            f"{looked.year.start.year}-{month:02d}",
            len({staff for _, staff in came}),
            len({home for home, _ in came}),
            sum(day.month == month for pair in pairs.values() for day in pair.visits),
            sum(came.values()),
        ))  # fmt: skip
    return rows


def _uncounted(session: Session, left: Sequence[_Left], homes: Mapping[int, Home]) -> Table:
    places = places_of_entries(session, Visit) if left else {}
    rows = []
    for one in left:
        home = homes[one.seen.stay.household]
        rows.append((
            one.seen.stay.came_on, one.days, one.counted, one.seen.words,
            home.household_no, home.head, home.village, one.reason,
            places.get(one.seen.visit, []),
        ))  # fmt: skip
    return Table(
        key="uncounted",
        heading=f"没有计入（或只计入一部分）的走访（{len(rows)} 次）",
        columns=_UNCOUNTED,
        rows=rows,
    )


def _same_day(
    pairs: Mapping[PairKey, _Pair], people: Mapping[int, Staff], homes: Mapping[int, Home]
) -> Table:
    came: dict[tuple[int, date], list[Home]] = defaultdict(list)
    for (home, staff), pair in pairs.items():
        for day in pair.days:
            came[staff, day].append(homes[home])
    rows = []
    for (staff, day), visited in sorted(came.items()):
        villages = {(home.township, home.village) for home in visited}
        if len(villages) > 1:
            named = sorted(f"{township or ''}{village or ''}" for township, village in villages)
            rows.append((
                people[staff].name, people[staff].unit, day, named,
                sorted(home.label for home in visited),
            ))  # fmt: skip
    return Table(
        key="same_day",
        heading=f"同一人同一天到了不同的村，请核实（{len(rows)} 次）",
        columns=_SAME_DAY,
        rows=rows,
    )


def _notes(pairs: Mapping[PairKey, _Pair], left: Sequence[_Left], days: int) -> list[str]:
    never = sum(not pair.days for pair in pairs.values())
    visits = sum(len(pair.visits) for pair in pairs.values())
    notes = [
        f"共走访 {visits} 次、{days} 天；{len(pairs)} 对结对中 {never} 对今年还没有走访。",
        "一户一人一天只计一天，与 jingzhun pair check 相同；一次多天的按天计。",
    ]
    counts = {reason: sum(one.reason is reason for one in left) for reason in Uncounted}
    if left:
        told = "、".join(f"{why.label} {count} 次" for why, count in counts.items() if count)
        notes.append(f"没有计入的：{told}。")
    return notes
