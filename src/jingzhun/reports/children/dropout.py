"""``report dropout`` 控辍保学: rates, listed households against zero, and every child by name.

JSON::

    {"as_of", "school_year",
     "overdue": [{"case", "name", "school", "listed", "kind", "due", "due_on", "days_late",
        "keeper"}],
     "rates": [{"school", "stage", "grade", "base", "not_returned", "losses", "gains",
        "individual_percent", "official_percent", "bar_percent", "within"}],
     "by_sex": [{"school", "sex", "base", "not_returned", "losses", "gains", "individual_percent",
        "official_percent"}],
     "listed": {"not_returned", "base", "within"},
     "names": [{"name", "id_number", "kind", "listed", "school", "since", "sources"}]}

``overdue``: the open cases whose next step is late, the latest first.
``rates``: one row for each school as a whole (stage and grade null), then its stages and grades;
``by_sex``: for each school the girls and the boys, and whose sex nobody says (null).
``base``: see :mod:`jingzhun.reports.children.rolls`. ``not_returned``: pupils of the base who are
named as dropped_out or left_without_receiver. ``individual_percent`` is not_returned ÷ base,
``official_percent`` (losses - gains) ÷ base, null on an empty base, which the official formula can
make negative. ``within`` compares the individual rate with the bar, exactly. ``listed`` counts the
named children of those two kinds in listed households, in the base or not: its bar is zero.
``kind`` is of the first that fits: dropped_out, left_without_receiver, suspension_expired,
suspected, never_enrolled (see :mod:`jingzhun.store.absentees`); ``since`` the day from which it
counts (of a suspension its end, of a child never enrolled the 1 September it should have begun).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.dropout import Slice, flows, rate
from jingzhun.core.page import Page
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.terms import school_year_of
from jingzhun.core.vocabulary import DropoutKind, Sex, Stage
from jingzhun.policies.norms import Norm, norms, value_words
from jingzhun.reports import ReportOptions
from jingzhun.reports.children.casework import cases_on
from jingzhun.reports.children.children import (
    GONE,
    Child,
    chunks,
    gone_on,
    named_children,
    rolls_unknown,
)
from jingzhun.reports.children.rolls import Rolls
from jingzhun.reports.facts import listed_persons
from jingzhun.reports.schools import require_school
from jingzhun.store.absentees import Absentee
from jingzhun.store.policy_files import own_files
from jingzhun.store.schema import School

_STAGES = {stage.value: stage for stage in Stage}
_STAGE_ORDER = list(_STAGES)
_SEXES = {sex.value: sex for sex in Sex}

_RATE_COLUMNS = (
    Column(key="school", title="学校"),
    Column(key="stage", title="学段", kind=ColumnKind.LABEL),
    Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    Column(key="base", title="学年初在校", kind=ColumnKind.COUNT),
    Column(key="not_returned", title="辍学未返", kind=ColumnKind.COUNT),
    Column(key="losses", title="减少", kind=ColumnKind.COUNT),
    Column(key="gains", title="增加", kind=ColumnKind.COUNT),
    Column(key="individual_percent", title="辍学率", kind=ColumnKind.PERCENT),
    Column(key="official_percent", title="公式辍学率", kind=ColumnKind.PERCENT),
    Column(key="bar_percent", title="上限", kind=ColumnKind.PERCENT),
    Column(key="within", title="达标", kind=ColumnKind.FLAG),
)
_SEX_COLUMNS = (
    _RATE_COLUMNS[0],
    Column(key="sex", title="性别", kind=ColumnKind.LABEL),
    *_RATE_COLUMNS[3:9],
)
_NAME_COLUMNS = (
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证件号", kind=ColumnKind.ID),
    Column(key="kind", title="情形", kind=ColumnKind.LABEL),
    Column(key="listed", title="脱贫监测户", kind=ColumnKind.FLAG),
    Column(key="school", title="学校"),
    Column(key="since", title="起算日", kind=ColumnKind.DATE),
    Column(key="sources", title="来源", kind=ColumnKind.SOURCES),
)
_OVERDUE_COLUMNS = (
    Column(key="case", title="案号", kind=ColumnKind.COUNT),
    Column(key="name", title="姓名"),
    Column(key="school", title="学校"),
    Column(key="listed", title="脱贫监测户", kind=ColumnKind.FLAG),
    Column(key="kind", title="情形", kind=ColumnKind.LABEL),
    Column(key="due", title="该办", kind=ColumnKind.LABEL),
    Column(key="due_on", title="期限", kind=ColumnKind.DATE),
    Column(key="days_late", title="超期天数", kind=ColumnKind.COUNT),
    Column(key="keeper", title="包保人"),
)
_NUMBER = Column(key="number", title="序号", kind=ColumnKind.SEQUENCE)
_NOTE = Column(key="note", title="说明")


def dropout_page(session: Session, options: ReportOptions) -> Page:
    """Give rates and names as of a day; ``school`` narrows both to one school.

    Raises:
        JingzhunError: ``school_unknown``.
    """
    require_school(session, options.school)
    day = options.as_of
    own = own_files(session, day)
    figures = norms("dropout", day, own)
    schools = dict(session.execute(select(School.id, School.name)).all())
    wanted = {number for number, name in schools.items() if options.school in (None, name)}
    named = gone_on(session, day)
    if options.school is not None:
        named = {person: child for person, child in named.items() if child.school_id in wanted}
    rolls = Rolls(session, day)
    everybody, listed_base = rolls.base(listed_persons(session, day))
    shown = {number: schools[number] for number in wanted}
    counts = _counts(rolls, everybody, named)
    rates = _rates(counts, shown, figures["bar_percent"])
    children = named_children(session, named, schools, day)
    gone = sum(child.is_listed and child.kind in GONE for child in children)
    base = sum(count for place, count in listed_base.items() if place[0] in wanted)
    listed = {"not_returned": gone, "base": base, "within": gone <= figures["listed_bar"].value}
    year = school_year_of(day)
    return Page(
        title=f"控辍保学（{year}—{year + 1}学年，{day.isoformat()}）",
        facts={"as_of": day.isoformat(), "school_year": year, "listed": listed},
        tables=(
            *_overdue_tables(session, day, wanted if options.school else None, figures),
            *_rate_tables(rates, listed, figures),
            *_sex_tables(counts, shown),
            *_name_tables(_names(children), named, figures),
        ),
        notes=rolls_unknown(session, day),
    )


#: Base, not returned, losses, gains: each by the slices of the rolls.
_Counts = tuple[Counter[Slice], Counter[Slice], Counter[Slice], Counter[Slice]]


def _counts(rolls: Rolls, base: Counter[Slice], named: Mapping[int, Absentee]) -> _Counts:
    gone: Counter[Slice] = Counter()
    for some in chunks([person for person, child in named.items() if child.kind in GONE]):
        gone += rolls.base_among(some)
    losses, gains = flows(rolls.moves())
    return base, gone, losses, gains


def _sums(
    counts: _Counts, schools: Mapping[int, str], key: Callable[[Slice], Any]
) -> dict[Any, list[int]]:
    """Sum the slices of some schools into larger parts."""
    sums: dict[Any, list[int]] = {}
    for at, count in enumerate(counts):
        for place, number in count.items():
            if place[0] in schools:
                sums.setdefault(key(place), [0, 0, 0, 0])[at] += number
    return sums


def _rates(counts: _Counts, schools: Mapping[int, str], bar: Norm) -> list[tuple[Any, ...]]:
    """Give the rows of the rates: each school as a whole, then its stages and grades."""
    wholes = _sums(counts, schools, lambda place: place[0])
    parts = _sums(counts, schools, lambda place: place[:3])

    def order(place: tuple[int, str, int | None]) -> tuple[str, int, int]:
        school, stage, grade = place
        return schools[school], _STAGE_ORDER.index(stage), grade or 0

    rows: list[tuple[Any, ...]] = []
    for school, group in groupby(sorted(parts, key=order), key=lambda place: place[0]):
        rows.append((schools[school], None, None, *_measures(wholes[school], bar)))
        for place in group:
            _, stage, grade = place
            rows.append((schools[school], _STAGES[stage], grade, *_measures(parts[place], bar)))
    return rows


def _measures(counts: Sequence[int], bar: Norm) -> tuple[Any, ...]:
    base, gone, losses, gains = counts
    within = gone * 10_000 <= bar.value * base
    return (*counts, rate(gone, base), rate(losses - gains, base), bar.value, within)


def _names(children: Sequence[Child]) -> list[tuple[Any, ...]]:
    return [
        (child.name, child.id_number, child.kind, child.is_listed, child.school, child.since,
         child.sources, child.note)
        for child in children
    ]  # fmt: skip


def _by_sex(
    counts: _Counts, schools: Mapping[int, str], name: Callable[[int], str]
) -> list[tuple[Any, ...]]:
    """Give the rates of girls and boys, for each name of a school."""
    sums = _sums(counts, schools, lambda place: (name(place[0]), place[3] or ""))
    return [
        (school, _SEXES.get(sex), *numbers, rate(numbers[1], numbers[0]),
         rate(numbers[2] - numbers[3], numbers[0]))
        for (school, sex), numbers in sorted(sums.items())
    ]  # fmt: skip


# --- tables -------------------------------------------------------------------------------------


def _overdue_tables(
    session: Session, day: date, wanted: set[int] | None, figures: Mapping[str, Norm]
) -> tuple[Table, ...]:
    """Tell which steps are late; people see the table only where there are any."""
    late = [
        case
        for case in cases_on(session, day)
        if case.days_late and (wanted is None or case.school_id in wanted)
    ]
    late.sort(key=lambda case: (-case.days_late, case.number))
    rows = [
        (case.number, case.name, case.school, case.is_listed, case.kind,
         case.due and case.due.action, case.due and case.due.by, case.days_late, case.keeper)
        for case in late
    ]  # fmt: skip
    table = Table(
        key="overdue",
        heading=f"超期未办 {len(rows)} 案",
        columns=_OVERDUE_COLUMNS,
        rows=rows,
        notes=(f"各步期限：{figures['step_days'].source}。",),
    )
    return (table if rows else replace(table, shown_in=PROGRAMS),)


def _rate_tables(
    rates: Sequence[tuple[Any, ...]], listed: Mapping[str, Any], figures: Mapping[str, Norm]
) -> tuple[Table, Table]:
    wholes = [row for row in rates if row[1] is None]
    counts = [sum(row[place] for row in wholes) for place in range(3, 7)]
    total = ("合计", None, None, *_measures(counts, figures["bar_percent"])) if wholes else None
    zero = f"辍学 {listed['not_returned']} 人（应为 0，{figures['listed_bar'].source}）"
    notes = (
        "辍学率＝辍学未返÷学年初在校；公式辍学率＝（减少－增加）÷学年初在校。",
        f"减少：{_told('losses', figures)}、名册已无；增加：{_told('gains', figures)}、名册新增。",
        f"公式依据：{figures['losses'].source}。",
        f"上限依据：{figures['bar_percent'].source}。",
        f"脱贫户、监测户等困难户的学生：学年初在校 {listed['base']} 人，{zero}。",
    )
    return (
        Table(key="rates", heading="", columns=_RATE_COLUMNS, rows=rates, shown_in=PROGRAMS),
        Table(
            key="rates",
            heading="辍学率",
            columns=_RATE_COLUMNS,
            rows=[row if row[1] else (row[0], "全校", None, *row[3:]) for row in rates],
            total=total,
            notes=notes,
            shown_in=PEOPLE,
        ),
    )


def _told(key: str, figures: Mapping[str, Norm]) -> str:
    return value_words(key, figures[key].value)


def _sex_tables(counts: _Counts, schools: Mapping[int, str]) -> tuple[Table, Table]:
    rows = _by_sex(counts, schools, schools.__getitem__)
    together = _by_sex(counts, schools, lambda _school: "合计")
    table = Table(key="by_sex", heading="", columns=_SEX_COLUMNS, rows=rows, shown_in=PROGRAMS)
    told = rows if len({row[0] for row in rows}) == 1 else [*rows, *together]
    return table, replace(table, heading="按性别", rows=told, shown_in=PEOPLE)


def _name_tables(
    names: Sequence[tuple[Any, ...]], named: Mapping[int, Absentee], figures: Mapping[str, Norm]
) -> tuple[Table, Table]:
    counts = Counter(child.kind for child in named.values())
    summary = "，".join(f"{kind.label} {counts[kind]} 人" for kind in DropoutKind if counts[kind])
    *columns, sources = _NAME_COLUMNS
    return (
        Table(
            key="names",
            heading="",
            columns=_NAME_COLUMNS,
            rows=[row[:-1] for row in names],
            shown_in=PROGRAMS,
        ),
        Table(
            key="names",
            heading=f"名单（{summary or '没有需要列名的儿童'}）",
            columns=(_NUMBER, *columns, _NOTE, sources),
            rows=[(None, *row[:-2], row[-1], row[-2]) for row in names],
            notes=(f"不列名：{_told('excuses', figures)}。依据：{figures['excuses'].source}。",),
            shown_in=PEOPLE,
        ),
    )
