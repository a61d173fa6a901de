"""``report changes``: who came, left, moved school, changed category between two days.

Each pupil's school and each household's categories on the first day are held against those on the
last; what differs is named with the day on which it began and the rows that say so. Grades that
rise with the school year are no change.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.places import Place
from jingzhun.core.report_vocabulary import Movement
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.vocabulary import Boarding, Category, label_of
from jingzhun.errors import UsageError
from jingzhun.reports import ReportOptions
from jingzhun.reports.provenance import places_of_categories, places_of_persons
from jingzhun.store.presence import in_force, on_roll
from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    Household,
    HouseholdCategory,
    Person,
    School,
    StandingSpell,
    Village,
)

_PUPILS = (
    Column(key="movement", title="变动", kind=ColumnKind.LABEL),
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证号", kind=ColumnKind.ID),
    Column(key="from", title="原来"),
    Column(key="to", title="现在"),
    Column(key="on", title="日期", kind=ColumnKind.DATE),
    Column(key="sources", title="来源", kind=ColumnKind.SOURCES),
)
_HOUSEHOLDS = (
    Column(key="movement", title="变动", kind=ColumnKind.LABEL),
    Column(key="household_no", title="户编号"),
    Column(key="head", title="户主"),
    Column(key="village", title="村"),
    Column(key="from", title="原来"),
    Column(key="to", title="现在"),
    Column(key="on", title="日期", kind=ColumnKind.DATE),
    Column(key="sources", title="来源", kind=ColumnKind.SOURCES),
)


def changes_page(session: Session, options: ReportOptions) -> Page:
    """Say what changed from ``options.since`` to ``options.as_of``.

    JSON: ``{"since", "as_of", "counts": {movement: n}, "pupils": [{"movement", "name",
    "id_number", "from", "to", "on", "sources"}], "households": [{"movement", "household_no",
    "head", "village", "from", "to", "on", "sources"}]}``.

    Raises:
        UsageError: ``since_missing``; ``since_later`` — it is not before the last day.
    """
    since, until = options.since, options.as_of
    if since is None:
        raise UsageError(
            "since_missing",
            "没有说从哪天起的变动。",
            "请加上 --since，例如 jingzhun report changes --since 2026-09-01。",
        )
    if since >= until:
        raise UsageError(
            "since_later",
            f"--since {since} 不早于 {until}，中间没有日子。",
            "请把 --since 写成更早的日期，或用 --as-of 指定更晚的日期。",
        )
    pupils = list(_pupils(session, since, until, options.school))
    households = [] if options.school else list(_households(session, since, until))
    counts: dict[str, int] = {}
    for row in [*pupils, *households]:
        counts[row[0].value] = counts.get(row[0].value, 0) + 1
    told = "，".join(f"{label_of(Movement, key)} {count}" for key, count in counts.items())
    return Page(
        title=f"动态变动：{since} 至 {until}",
        facts={"since": since.isoformat(), "as_of": until.isoformat(), "counts": counts},
        tables=(
            Table(key="pupils", heading=f"学生 {len(pupils)} 条", columns=_PUPILS, rows=pupils),
            Table(key="households", heading=f"户 {len(households)} 条", columns=_HOUSEHOLDS,
                  rows=households),
        ),
        notes=(told + "。" if told else "这段时间没有变动。",),
    )  # fmt: skip


def _pupils(
    session: Session, since: date, until: date, school: str | None
) -> Iterable[tuple[Any, ...]]:
    before, after = _rolls(session, since), _rolls(session, until)
    boarded, boards = _ways(session, since), _ways(session, until)
    moved: dict[int, list[tuple[Movement, str, str, date | None]]] = {}
    for person in before.keys() | after.keys():
        was, now = before.get(person), after.get(person)
        found = moved.setdefault(person, [])
        if was is None and now is not None:
            found.append((Movement.CAME, "", now[0], now[1]))
        elif was is not None and now is None:
            found.append((Movement.LEFT, was[0], "", None))
        elif was is not None and now is not None and was[0] != now[0]:
            found.append((Movement.MOVED, was[0], now[0], now[1]))
        way, new_way = boarded.get(person), boards.get(person)
        if was and now and way and new_way and way[0] != new_way[0]:
            found.append((Movement.BOARDING, way[0], new_way[0], new_way[1]))
    people = {person for person, found in moved.items() if found}
    arrived = _arrivals(session, people, since, until)
    left = _leavings(session, people, since, until)
    places = places_of_persons(session, list(people))
    names = {
        row.id: row
        for row in session.execute(select(Person.id, Person.name, Person.id_number))
        if row.id in people
    }
    rows = []
    for person in people:
        for movement, was_words, now_words, day in moved[person]:
            if school and not _concerns(school, before.get(person), after.get(person)):
                continue
            who = names[person]
            began = left.get(person) if movement is Movement.LEFT else day
            if movement in (Movement.CAME, Movement.MOVED):
                began = arrived.get(person, day)
            rows.append((movement, who.name, who.id_number, was_words, now_words, began,
                         _lately(places.get(person, []))))  # fmt: skip
    return sorted(rows, key=lambda row: (list(Movement).index(row[0]), row[3], row[4], row[1]))


def _concerns(school: str, *places: tuple[str, date] | None) -> bool:
    return any(place is not None and place[0] == school for place in places)


def _lately(places: list[Place]) -> list[Place]:
    """Give the latest places: those that changed something stand last."""
    return places[-3:]


def _rolls(session: Session, day: date) -> Mapping[int, tuple[str, date]]:
    query = select(Enrolment.person_id, School.name, Enrolment.valid_from).join(
        School, School.id == Enrolment.school_id
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query.where(on_roll(day)))}


def _ways(session: Session, day: date) -> Mapping[int, tuple[str, date]]:
    query = select(BoardingSpell.person_id, BoardingSpell.boarding, BoardingSpell.valid_from)
    return {
        row[0]: (label_of(Boarding, row[1]), row[2])
        for row in session.execute(query.where(in_force(BoardingSpell, day)))
    }


def _arrivals(session: Session, people: set[int], since: date, until: date) -> Mapping[int, date]:
    """Give the day since when each pupil is at its school: a new grade or class is no arrival."""
    query = (
        select(
            Enrolment.person_id, Enrolment.school_id, Enrolment.valid_from, Enrolment.valid_until
        )
        .where(
            Enrolment.superseded_in.is_(None),
            Enrolment.valid_from > since,
            Enrolment.valid_from <= until,
        )
        .order_by(Enrolment.person_id, Enrolment.valid_from)
    )
    arrived: dict[int, date] = {}
    latest: dict[int, tuple[int, date | None]] = {}
    for person, school, start, end in session.execute(query):
        if person in people:
            if latest.get(person) != (school, start):
                arrived[person] = start
            latest[person] = (school, end)
    return arrived


def _leavings(session: Session, people: set[int], since: date, until: date) -> Mapping[int, date]:
    """Give the day on which a pupil left: that of the event, else the end of the last roll."""
    ends = select(Enrolment.person_id, Enrolment.valid_until).where(
        Enrolment.superseded_in.is_(None),
        Enrolment.valid_until > since,
        Enrolment.valid_until <= until,
    )
    spells = select(StandingSpell.person_id, StandingSpell.valid_from).where(
        in_force(StandingSpell, until), StandingSpell.valid_from > since
    )
    dated = [
        (person, day)
        for query in (ends, spells)
        for person, day in session.execute(query.order_by(query.selected_columns[1]))
    ]
    return {person: day for person, day in dated if person in people and day is not None}


def _households(session: Session, since: date, until: date) -> Iterable[tuple[Any, ...]]:
    before, after = _categories(session, since), _categories(session, until)
    changed = {
        household
        for household in before.keys() | after.keys()
        if _told(before.get(household, {})) != _told(after.get(household, {}))
    }
    names = {
        row.id: row
        for row in session.execute(
            select(Household.id, Household.household_no, Household.head_name, Village.name)
            .outerjoin(Village, Village.id == Household.village_id)
        )
        if row.id in changed
    }  # fmt: skip
    places = places_of_categories(session, list(changed))
    ended = _endings(session, since, until)
    rows = []
    for household in changed:
        was, now = before.get(household, {}), after.get(household, {})
        movement = (
            Movement.LISTED if not was else Movement.UNLISTED if not now else Movement.CATEGORY
        )
        days = [day for key, (_words, day) in now.items() if key not in was or was[key] != now[key]]
        days = days or ended.get(household, [])
        who = names[household]
        rows.append(
            (movement, who.household_no, who.head_name, who.name, "、".join(_told(was)),
             "、".join(_told(now)), max(days, default=None), _lately(places.get(household, [])))
        )  # fmt: skip
    return sorted(rows, key=lambda row: (list(Movement).index(row[0]), row[3] or "", row[2] or ""))


def _endings(session: Session, since: date, until: date) -> Mapping[int, list[date]]:
    """Give the days on which a household's categories ended."""
    table = HouseholdCategory
    found: dict[int, list[date]] = {}
    for household, day in session.execute(
        select(table.household_id, table.valid_until).where(
            table.superseded_in.is_(None),
            table.valid_until > since,
            table.valid_until <= until,
            table.category != Category.OTHER,
        )
    ):
        if day is not None:
            found.setdefault(household, []).append(day)
    return found


def _told(categories: Mapping[str, tuple[str, date]]) -> list[str]:
    return sorted(words for words, _day in categories.values())


def _categories(session: Session, day: date) -> Mapping[int, Mapping[str, tuple[str, date]]]:
    table = HouseholdCategory
    query = select(table.household_id, table.category, table.risk_removed, table.valid_from).where(
        in_force(table, day), table.category != Category.OTHER
    )
    found: dict[int, dict[str, tuple[str, date]]] = {}
    for household, category, removed, start in session.execute(query):
        words = label_of(Category, category) + ("（风险已消除）" if removed else "")
        found.setdefault(household, {})[category] = (words, start)
    return found
