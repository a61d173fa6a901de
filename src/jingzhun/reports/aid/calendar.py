"""The calendar 校历 as a page: a month as weeks, how school days are counted, who set what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from jingzhun.core.calendar import Day, MonthCalendars, MonthDays
from jingzhun.core.page import Page
from jingzhun.core.table import ALL_FORMATS, PEOPLE, PROGRAMS, Column, ColumnKind, Format, Table
from jingzhun.core.teaching import DayKind, Settings, Teaching, usual_span
from jingzhun.core.terms import Month, months_of
from jingzhun.policies.holidays import holidays_for
from jingzhun.store.calendars import Calendars
from jingzhun.store.schema import CalendarWord, Run, School

_WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
#: What stands beside the number of a day of which nothing was said.
_SHORT = {DayKind.TAUGHT: "", DayKind.WEEKEND: "休", DayKind.OUT_OF_TERM: "假"}
#: Moments are kept in UTC; the day at the desk is China's.
_CHINA = timedelta(hours=8)
_ALL, _OTHERS = "全部学校", "其他学校"


def calendar_page(
    session: Session, months: Sequence[Month], *, school: str = "", notes: Iterable[str] = ()
) -> Page:
    """Show the calendar of months, of a school by its name or of all ("").

    JSON: ``school``, ``notices`` and the tables ``days`` (of one month), ``counts``, ``terms``,
    ``settings``.
    """
    calendars = Calendars(session.connection(), holidays_for)
    names = school_names(session)
    found = [calendars.in_month(month) for month in months]
    own_id = calendars.own_names.get(school) if school else None
    shown = [month.of(own_id) for month in found]
    notices = [*notes, *_notices(shown, found, names, school)]
    span = "至".join(dict.fromkeys((months[0].label, months[-1].label)))
    return Page(
        title=f"{school or '各学校'}　{span}校历",
        facts={"school": school or None, "notices": notices},
        tables=[
            *(_weeks(shown[0]) if len(months) == 1 else ()),
            counts_table(found, names, school=school),
            _terms(calendars.settings(school), months),
            _settings(session, months, school),
        ],
        notes=notices,
    )


def days_of_run(session: Session, run: Run) -> Table:
    """Show how the school days of a run's months were counted, by the calendar as it was then."""
    calendars = Calendars(session.connection(), holidays_for, known_at=run.recorded_at)
    months = [calendars.in_month(month) for month in months_of(run.period)]
    return counts_table(
        months,
        school_names(session),
        school=run.scope,
        shown_in=ALL_FORMATS - {Format.CSV},
    )


def school_names(session: Session) -> Mapping[int, str]:
    """Give every school's name by its id."""
    return {row.id: row.name for row in session.execute(select(School.id, School.name))}


def counts_table(
    months: Sequence[MonthCalendars],
    names: Mapping[int, str],
    *,
    school: str = "",
    shown_in: frozenset[Format] = ALL_FORMATS,
) -> Table:
    """Show how each month's school days are counted, apart for schools with days of their own."""
    rows = [
        (str(calendars.month), schools, *days.count.as_record().values())
        for calendars in months
        for days, schools in _by_calendar(calendars, names, school)
    ]
    return Table(
        key="counts",
        heading="上课日是怎么算出来的",
        columns=_COUNTS,
        rows=rows,
        total=_total(rows),
        shown_in=shown_in,
    )


def _total(rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...] | None:
    """Add up the months, where there are several and no school has days of its own."""
    months = [row[0] for row in rows]
    if len(rows) < 2 or len(set(months)) < len(months):
        return None
    return ("合计", None, *(sum(column) for column in list(zip(*rows, strict=True))[2:]))


def _by_calendar(
    calendars: MonthCalendars, names: Mapping[int, str], school: str
) -> Iterator[tuple[MonthDays, list[str]]]:
    if school:
        own_id = next((id_ for id_ in calendars.own if names[id_] == school), None)
        yield calendars.of(own_id), [school]
        return
    yield calendars.general, [_OTHERS if calendars.own else _ALL]
    for days, ids in calendars.distinct():
        yield days, sorted(names[id_] for id_ in ids)


def _weeks(days: MonthDays) -> list[Table]:
    """Show a month as weeks for people, day by day for programs."""
    weeks = [list(week) for _, week in groupby(days.every, key=_week)]
    grid = Table(
        key="weeks",
        heading="月历",
        columns=(
            *(
                Column(key=f"day_{number}", title=f"周{name}")
                for number, name in enumerate(_WEEKDAYS)
            ),
            Column(key="taught", title="上课日", kind=ColumnKind.COUNT),
        ),
        rows=[_week_row(week) for week in weeks],
        total=(*[None] * 7, len(days.days)),
        shown_in=PEOPLE,
    )
    every = Table(
        key="days",
        heading="",
        columns=(
            Column(key="day", title="日期", kind=ColumnKind.DATE),
            Column(key="kind", title="情况", kind=ColumnKind.LABEL),
            Column(key="taught", title="上课", kind=ColumnKind.FLAG),
            Column(key="reason", title="原因"),
        ),
        rows=[(day.day, day.kind, day.is_taught, day.reason or None) for day in days.every],
        shown_in=PROGRAMS,
    )
    return [grid, every]


def _week(day: Day) -> int:
    return day.day.toordinal() - day.day.weekday()


def _week_row(week: Sequence[Day]) -> tuple[Any, ...]:
    cells: list[Any] = [None] * 7
    for day in week:
        cells[day.day.weekday()] = _cell(day)
    return (*cells, sum(day.is_taught for day in week))


def _cell(day: Day) -> str:
    word = _SHORT.get(day.kind, day.kind.label)
    if day.kind in {DayKind.HOLIDAY, DayKind.WEEKEND}:
        word = day.reason or word
    elif day.reason and day.kind in {DayKind.CLOSED, DayKind.ADDED}:
        word = f"{word}：{day.reason}"
    return f"{day.day.day} {word}".strip()


def _terms(settings: Settings, months: Sequence[Month]) -> Table:
    """Show the teaching dates of the terms that the months lie in."""
    rows = []
    for term in dict.fromkeys(month.term for month in months):
        first, last = settings.span(term)
        rows.append((str(term), first, last, (first, last) != usual_span(term)))
    return Table(
        key="terms",
        heading="学期起止",
        columns=(
            Column(key="term", title="学期"),
            Column(key="first_day", title="第一个上课日", kind=ColumnKind.DATE),
            Column(key="last_day", title="最后一个上课日", kind=ColumnKind.DATE),
            Column(key="set", title="另行设置", kind=ColumnKind.FLAG),
        ),
        rows=rows,
    )


def _settings(session: Session, months: Sequence[Month], school: str) -> Table:
    """Show what was set that speaks of the months, those taken back included."""
    start, end = months[0].period.start, months[-1].period.end
    terms = list(dict.fromkeys(str(month.term) for month in months))
    query = select(CalendarWord).where(
        or_(
            CalendarWord.term.in_(terms),
            CalendarWord.term.is_(None)
            & (CalendarWord.first_day < end)
            & (CalendarWord.last_day >= start),
        )
    )
    if school:
        query = query.where(CalendarWord.school.in_(("", school)))
    words = session.scalars(query.order_by(CalendarWord.id)).all()
    return Table(
        key="settings",
        heading="校历设置（后面的优先，学校自己的优先于全部学校的）",
        columns=(
            Column(key="number", title="编号", kind=ColumnKind.COUNT),
            Column(key="school", title="学校"),
            Column(key="term", title="学期"),
            Column(key="first_day", title="从", kind=ColumnKind.DATE),
            Column(key="last_day", title="到", kind=ColumnKind.DATE),
            Column(key="said", title="设为", kind=ColumnKind.LABEL),
            Column(key="reason", title="原因"),
            Column(key="actor", title="经办人"),
            Column(key="recorded_on", title="记于", kind=ColumnKind.DATE),
        ),
        rows=[
            (
                word.id, word.school or _ALL, word.term, word.first_day, word.last_day,
                Teaching.coded(word.said), word.reason or None, word.actor,
                (word.recorded_at + _CHINA).date(),
            )
            for word in words
        ],
    )  # fmt: skip


def _notices(
    shown: Sequence[MonthDays],
    found: Sequence[MonthCalendars],
    names: Mapping[int, str],
    school: str,
) -> Iterator[str]:
    years = [days.month.year for days in shown if days.days and not days.is_published]
    for year in dict.fromkeys(years):
        yield (
            f"{year}年的放假调休安排没有收录，只扣除了周末；"
            "请核对，不对的日子用 jingzhun calendar set 设置。"
        )
    own = {names[id_] for month in found for id_ in month.own}
    if own and not school:
        yield (f"{'、'.join(sorted(own))}有自己的上课日，看它的月历请加 --school。")


_COUNTS = (
    Column(key="month", title="月份"),
    Column(key="schools", title="学校", kind=ColumnKind.LIST),
    Column(key="calendar_days", title="日历", kind=ColumnKind.COUNT),
    Column(key="out_of_term", title="减寒暑假", kind=ColumnKind.COUNT),
    Column(key="weekend", title="减周末", kind=ColumnKind.COUNT),
    Column(key="holiday", title="减法定假日", kind=ColumnKind.COUNT),
    Column(key="closed", title="减停课", kind=ColumnKind.COUNT),
    Column(key="made_up", title="加调休上课", kind=ColumnKind.COUNT),
    Column(key="added", title="加补课", kind=ColumnKind.COUNT),
    Column(key="school_days", title="上课日", kind=ColumnKind.COUNT),
)
