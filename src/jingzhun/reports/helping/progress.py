"""``pair check``: how far every pair is with the duties of the year, the worst first.

JSON::

    {"as_of", "year", "days_over", "days_of_year", "counts": {"behind", "on_the_way", "ahead"},
     "errors",
     "pairs": [{"helper", "unit", "department", "household_no", "name", "township", "village",
        "paired_on", "days_held", "visit_days", "visit_days_asked", "visit_days_year",
        "contribution_fen", "contribution_asked_fen", "ways", "checked", "unmet", "shortcomings",
        "progress"}],
     "helpers": [{"helper", "unit", "department", "households", "behind", "on_the_way", "ahead",
        "missing_days", "missing_fen", "progress"}],
     "departments": [{"unit", "department", "helpers", "pairs", "behind", "on_the_way", "ahead",
        "visit_days", "visit_days_asked", "contribution_fen", "contribution_asked_fen"}],
     "households": [as pairs, with "helpers" in place of "helper"]}

Only pairs that were in force on a day of the year, up to the day, are judged. A terminal shows who
is behind, every other format everybody.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from jingzhun.core.duties import Assurance
from jingzhun.core.money import format_yuan
from jingzhun.core.page import Page
from jingzhun.core.progress import Look, Progress, Shortcoming, days_of
from jingzhun.core.table import ALL_FORMATS, Column, ColumnKind, Format, Table
from jingzhun.reports import ReportOptions
from jingzhun.reports.helping.judging import (
    Home,
    Judged,
    Verdicts,
    homes_of_pairs,
    judge_all,
    look_at,
    order_of,
    staff_by_id,
)
from jingzhun.reports.schools import require_school
from jingzhun.store.schema import Staff

_IN_FULL = ALL_FORMATS - {Format.TABLE}
_AT_A_GLANCE = frozenset({Format.TABLE})
_PLACE = (
    Column(key="household_no", title="户编号"),
    Column(key="name", title="户主"),
    Column(key="township", title="乡镇"),
    Column(key="village", title="村"),
)
_JUDGED = (
    Column(key="paired_on", title="结对日期", kind=ColumnKind.DATE),
    Column(key="days_held", title="今年已结对天数", kind=ColumnKind.COUNT),
    Column(key="visit_days", title="走访天数", kind=ColumnKind.COUNT),
    Column(key="visit_days_asked", title="至今应走访", kind=ColumnKind.COUNT),
    Column(key="visit_days_year", title="全年应走访", kind=ColumnKind.COUNT),
    Column(key="contribution_fen", title="投入资金", kind=ColumnKind.MONEY),
    Column(key="contribution_asked_fen", title="至今应投入", kind=ColumnKind.MONEY),
    Column(key="ways", title="计划帮扶方式", kind=ColumnKind.LIST),
    Column(key="checked", title="保障已核查项", kind=ColumnKind.COUNT),
    Column(key="unmet", title="未达标", kind=ColumnKind.LIST),
    Column(key="shortcomings", title="差哪几项", kind=ColumnKind.LIST),
    Column(key="progress", title="进度", kind=ColumnKind.LABEL),
)
_PAIR = (
    Column(key="helper", title="帮扶责任人"),
    Column(key="unit", title="单位"),
    Column(key="department", title="部门"),
    *_PLACE,
    *_JUDGED,
)
_HOUSEHOLD = (Column(key="helpers", title="帮扶责任人", kind=ColumnKind.LIST), *_PLACE, *_JUDGED)
_COUNTS = (
    Column(key="behind", title="落后", kind=ColumnKind.COUNT),
    Column(key="on_the_way", title="按进度", kind=ColumnKind.COUNT),
    Column(key="ahead", title="全年已达标", kind=ColumnKind.COUNT),
)
_HELPER = (
    Column(key="helper", title="帮扶责任人"),
    Column(key="unit", title="单位"),
    Column(key="department", title="部门"),
    Column(key="households", title="结对户数", kind=ColumnKind.COUNT),
    *_COUNTS,
    Column(key="missing_days", title="少走访天数", kind=ColumnKind.COUNT),
    Column(key="missing_fen", title="少投入资金", kind=ColumnKind.MONEY),
    Column(key="progress", title="进度", kind=ColumnKind.LABEL),
)
_DEPARTMENT = (
    Column(key="unit", title="单位"),
    Column(key="department", title="部门"),
    Column(key="helpers", title="帮扶人数", kind=ColumnKind.COUNT),
    Column(key="pairs", title="结对户数", kind=ColumnKind.COUNT),
    *_COUNTS,
    Column(key="visit_days", title="走访天数", kind=ColumnKind.COUNT),
    Column(key="visit_days_asked", title="至今应走访", kind=ColumnKind.COUNT),
    Column(key="contribution_fen", title="投入资金", kind=ColumnKind.MONEY),
    Column(key="contribution_asked_fen", title="至今应投入", kind=ColumnKind.MONEY),
)
_GLANCE = frozenset(
    {"helper", "department", "household_no", "name", "village", "visit_days", "visit_days_asked",
     "contribution_fen", "contribution_asked_fen", "shortcomings"}
)  # fmt: skip

_People = Mapping[int, Staff]


def progress_page(session: Session, options: ReportOptions) -> Page:
    """Judge every pair and household; ``school`` narrows to a unit's staff, ``period`` is a year.

    Raises:
        JingzhunError: ``school_unknown``; ``bad_value`` — the period is no year.
    """
    require_school(session, options.school)
    looked, sources = look_at(session, options)
    people = staff_by_id(session, options.school)
    verdicts = judge_all(session, looked)
    homes = homes_of_pairs(session)
    pairs = sorted(
        (pair for pair in verdicts.pairs if pair.staff[0] in people),
        key=lambda pair: (
            pair.judgement.rank,
            order_of(people[pair.staff[0]]),
            homes[pair.household].label,
            pair.household,
        ),
    )
    table = _table(
        "pairs",
        f"结对进度（{len(pairs)} 对，落后的在前）",
        _PAIR,
        [_pair_row(pair, people[pair.staff[0]], homes) for pair in pairs],
    )
    counts = Counter(pair.judgement.progress for pair in pairs)
    return Page(
        title=f"结对帮扶进度（{looked.year.start.year} 年，截至 {looked.day}）",
        facts={
            "as_of": looked.day.isoformat(),
            "year": looked.year.start.year,
            "days_over": days_of(looked.so_far),
            "days_of_year": days_of(looked.year),
            "counts": {state.value: counts[state] for state in Progress},
            "errors": sum(_is_error(pair) for pair in pairs),
        },
        tables=[
            _behind(table),
            table,
            _table("helpers", "按帮扶责任人", _HELPER, _helpers(pairs, people)),
            _table("departments", "按部门", _DEPARTMENT, _departments(pairs, people), ALL_FORMATS),
            _table("households", "按户", _HOUSEHOLD, _households(verdicts, people, homes)),
        ],
        notes=_notes(looked, pairs, verdicts, sources),
    )


def _table(
    key: str,
    heading: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[Any, ...]],
    shown_in: frozenset[Format] = _IN_FULL,
) -> Table:
    return Table(key=key, heading=heading, columns=columns, rows=rows, shown_in=shown_in)


def _behind(table: Table) -> Table:
    """Give the pairs that are behind with the few columns that a terminal has room for."""
    places = [place for place, each in enumerate(table.columns) if each.key in _GLANCE]
    rows = [
        tuple(row[place] for place in places)
        for row in table.rows
        if row[-1] is Progress.BEHIND
    ]  # fmt: skip
    return Table(
        key="behind",
        heading=f"落后的结对（{len(rows)} 对）",
        columns=[table.columns[place] for place in places],
        rows=rows,
        notes=(f"全部 {len(table.rows):,} 对和各户，见 --format xlsx 或 json。",),
        shown_in=_AT_A_GLANCE,
    )


def _pair_row(pair: Judged, person: Staff, homes: Mapping[int, Home]) -> tuple[Any, ...]:
    helper = (person.name, person.unit, person.department)
    return (*helper, *_judged(pair, homes[pair.household]))


def _judged(judged: Judged, home: Home) -> tuple[Any, ...]:
    judgement = judged.judgement
    return (
        home.household_no,
        home.head,
        home.township,
        home.village,
        judged.begun_on,
        judgement.asked.days_held,
        judgement.done.visit_days,
        judgement.asked.visit_days,
        judgement.asked.year_visit_days,
        judgement.done.contribution_fen,
        judgement.asked.contribution_fen,
        list(judged.ways),
        judged.checklist.checked,
        list(judged.checklist.unmet),
        list(judgement.shortcomings),
        judgement.progress,
    )


def _helpers(pairs: Iterable[Judged], people: _People) -> list[tuple[Any, ...]]:
    """Give the helpers with their pairs added up, in the order of their worst pair."""
    rows = []
    for (staff,), some in _grouped(pairs, lambda pair: pair.staff).items():
        person = people[staff]
        rows.append((
            person.name, person.unit, person.department, len(some), *_counted(some),
            sum(pair.judgement.missing_days for pair in some),
            sum(pair.judgement.missing_fen for pair in some),
            min((pair.judgement.progress for pair in some), key=list(Progress).index),
        ))  # fmt: skip
    return rows


def _departments(pairs: Iterable[Judged], people: _People) -> list[tuple[Any, ...]]:
    """Give the departments, the largest share of pairs behind first."""
    groups = _grouped(
        pairs, lambda pair: (people[pair.staff[0]].unit, people[pair.staff[0]].department)
    )
    rows = [
        (
            *name, len({pair.staff for pair in some}), len(some), *_counted(some),
            sum(pair.judgement.done.visit_days for pair in some),
            sum(pair.judgement.asked.visit_days for pair in some),
            sum(pair.judgement.done.contribution_fen for pair in some),
            sum(pair.judgement.asked.contribution_fen for pair in some),
        )
        for name, some in groups.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-(row[4] * 10_000 // row[3]), row[0] or "", row[1] or ""))


def _households(
    verdicts: Verdicts, people: _People, homes: Mapping[int, Home]
) -> list[tuple[Any, ...]]:
    mine = [home for home in verdicts.households if any(one in people for one in home.staff)]
    mine.sort(key=lambda home: (home.judgement.rank, homes[home.household].label, home.household))
    return [
        ([people[one].name for one in home.staff if one in people],
         *_judged(home, homes[home.household]))
        for home in mine
    ]  # fmt: skip


def _grouped(pairs: Iterable[Judged], key: Callable[[Judged], Any]) -> dict[Any, list[Judged]]:
    found: dict[Any, list[Judged]] = defaultdict(list)
    for pair in pairs:
        found[key(pair)].append(pair)
    return found


def _counted(pairs: Sequence[Judged]) -> list[int]:
    return [sum(pair.judgement.progress is state for pair in pairs) for state in Progress]


def _is_error(pair: Judged) -> bool:
    return Shortcoming.NO_MEASURE in pair.judgement.shortcomings


def _summary(looked: Look, pairs: Sequence[Judged]) -> str:
    behind, on_the_way, ahead = _counted(pairs)
    return (
        f"截至 {looked.day}，{looked.year.start.year} 年已过 {days_of(looked.so_far)} 天"
        f"（全年 {days_of(looked.year)} 天）。共 {len(pairs)} 对结对：落后 {behind} 对，"
        f"按进度 {on_the_way} 对，全年已达标 {ahead} 对。"
    )


def _notes(
    looked: Look, pairs: Sequence[Judged], verdicts: Verdicts, sources: Sequence[str]
) -> list[str]:
    """Say the result so that it can be read aloud, and what the figures rest on."""
    rules = looked.rules
    lacking = Counter(each for pair in pairs for each in pair.judgement.shortcomings)
    notes = [_summary(looked, pairs)]
    if lacking:
        told = "；".join(
            f"{each.label} {lacking[each]} 对" for each in Shortcoming if lacking[each]
        )
        notes.append(
            f"差哪几项（一对可有几项）：{told}。没有措施是结对满月还没有任何措施，属于错误。"
        )
    unmet = Counter(each for home in verdicts.households for each in home.checklist.unmet)
    if unmet:
        told = "、".join(f"{each.label} {unmet[each]} 户" for each in Assurance if unmet[each])
        notes.append(f"两不愁三保障未达标：{told}。")
    if verdicts.stray_days or verdicts.stray_fen:
        days = f"走访 {verdicts.stray_days} 天" if verdicts.stray_days else ""
        money = f"资金 {format_yuan(verdicts.stray_fen)} 元" if verdicts.stray_fen else ""
        notes.append(
            f"另有{'、'.join(filter(None, (days, money)))}，没有写明帮扶责任人，"
            "或不是当时的帮扶责任人，只计入该户，不计入个人。"
        )
    if verdicts.alike:
        notes.append(
            f"有 {verdicts.alike} 笔投入同户、同日、同方式、同金额，可能重复登记，请核实；"
            "重复或退回的，用 jingzhun imports undo 撤销。"
        )
    notes.append(
        f"每户全年应走访 {rules.visit_days} 天、投入 {format_yuan(rules.contribution_fen)} 元，"
        f"按今年已结对天数折算，不足 1 天、1 分的不计；结对或年初满 {rules.measure_months} 个月后，"
        "才要求有资金、计划和核查。中途交接的，各人按各自的天数，户按全部天数。"
    )
    notes.append(f"依据：{'；'.join(dict.fromkeys(sources))}。")
    return notes
