"""``report handbook``: the handbook 结对帮扶手册 of a household, one sheet of paper for each.

JSON::

    {"as_of", "year",
     "households": [{"household_no", "name", "place", "phone", "categories", "poverty_cause",
        "size", "at_school", "visit_days", "visit_days_asked", "contribution_fen",
        "contribution_asked_fen", "checked", "shortcomings", "progress"}],
     "members": [{"household_no", "head", …}], "helpers": […], "plans": […], "contributions": […],
     "visits": […], "checklists": […], "incomes": […]}

Without a household: all that were helped in the year. What is of a year is of the one asked for, up
to the day. On paper a sheet has every member, helper and measure, and the latest visits and gifts.
Source: 扶贫手册 (中办发〔2013〕25号): 家庭情况、家庭成员、帮扶责任人、帮扶措施、帮扶成效.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.duties import household_days, visit_days
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.page import Page
from jingzhun.core.progress import Look
from jingzhun.core.table import ALL_FORMATS, Column, ColumnKind, Format, Table
from jingzhun.core.vocabulary import MONITORED, Category
from jingzhun.reports import ReportOptions
from jingzhun.reports.helping.household_files import SECTIONS, Homes, Rows, Section
from jingzhun.reports.helping.judging import Judged, judge_all, look_at
from jingzhun.reports.households import categories_on
from jingzhun.reports.schools import require_school
from jingzhun.store.duties import stays_in
from jingzhun.store.helpers import Helpers
from jingzhun.store.schema import Household, Pairing, Staff, Village

_HOME = (
    Column(key="household_no", title="户编号"),
    Column(key="name", title="户主"),
    Column(key="phone", title="联系电话"),
    Column(key="place", title="住址"),
    Column(key="categories", title="户类别", kind=ColumnKind.LIST),
    Column(key="poverty_cause", title="主要致贫原因"),
    Column(key="size", title="家庭人口", kind=ColumnKind.COUNT),
    Column(key="at_school", title="在校子女", kind=ColumnKind.COUNT),
)
_PROGRESS = (
    Column(key="visit_days", title="已走访天数", kind=ColumnKind.COUNT),
    Column(key="visit_days_asked", title="至今应走访", kind=ColumnKind.COUNT),
    Column(key="visit_days_year", title="全年应走访", kind=ColumnKind.COUNT),
    Column(key="contribution_fen", title="已投入（元）", kind=ColumnKind.MONEY),
    Column(key="contribution_asked_fen", title="至今应投入", kind=ColumnKind.MONEY),
    Column(key="checked", title="已核查保障", kind=ColumnKind.COUNT),
    Column(key="shortcomings", title="尚缺", kind=ColumnKind.LIST),
    Column(key="progress", title="进度", kind=ColumnKind.LABEL),
)
_SIGNATURES = Table(
    key="signatures",
    heading="签字",
    columns=tuple(
        Column(key=key, title=title, kind=ColumnKind.SIGNATURE)
        for key, title in (
            ("helper_signs", "帮扶责任人（签字）"), ("head_signs", "户主（签字）"),
            ("village_seals", "村委会（盖章）"),
        )
    ),
    rows=[(None, None, None)],
    is_form=True,
)  # fmt: skip
_IN_WORDS = (
    Column(key="visits", title="走访"),
    Column(key="contributions", title="投入"),
    Column(key="checklist", title="两不愁三保障"),
    Column(key="plan", title="帮扶计划"),
    Column(key="progress", title="进度"),
    Column(key="shortcomings", title="尚缺"),
)
_WHOSE = (Column(key="household_no", title="户编号"), Column(key="head", title="户主"))
_NUMERALS = "一二三四五六七八九十"
_FLAT = ALL_FORMATS - {Format.HTML, Format.TABLE}
_SCREEN = frozenset({Format.TABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """All that stands in one household's handbook."""

    home: tuple[Any, ...]
    judged: Judged | None
    days: Mapping[int, list[int]]  # of visits, by month
    sections: Mapping[str, list[tuple[Any, ...]]]


def handbook_page(session: Session, options: ReportOptions) -> Page:
    """Make the handbook of one household, or of all that were helped in the year.

    ``school`` narrows to those whom a unit's staff help.

    Raises:
        JingzhunError: ``school_unknown``; ``bad_value`` — the period is no year.
    """
    require_school(session, options.school)
    looked, _ = look_at(session, options)
    homes = _homes(looked, options)
    files = _files(session, looked, homes)
    is_one = options.household_id is not None
    year = looked.year.start.year
    overview = Table(
        key="households",
        heading=f"户（{len(files)} 户）",
        columns=(*_HOME, *_PROGRESS),
        rows=[(*file.home, *_progress(file.judged)) for file in files],
        shown_in=_FLAT if is_one else ALL_FORMATS - {Format.HTML},
    )
    sheets = [_sheet(file, looked) for file in files]
    return Page(
        title=f"结对帮扶手册（{year} 年）",
        facts={"as_of": looked.day.isoformat(), "year": year},
        tables=[
            overview,
            *(_flat(section, files) for section in SECTIONS),
            *(replace(table, shown_in=_SCREEN) for sheet in sheets if is_one
              for table in sheet.tables if table is not _SIGNATURES),
        ],
        notes=sheets[0].notes if is_one else ["每户一页，请用 --out 手册.html 打印（A4）。"],
        sheets=sheets,
    )  # fmt: skip


def _homes(looked: Look, options: ReportOptions) -> Homes:
    if options.household_id is not None:
        return select(Household.id).where(Household.id == options.household_id)
    helped = (
        select(Pairing.household_id)
        .join(Staff, Staff.id == Pairing.staff_id)
        .where(
            Pairing.superseded_in.is_(None),
            Pairing.valid_from < looked.so_far.end,
            Pairing.valid_until.is_(None) | (Pairing.valid_until > looked.year.start),
        )
    )
    if options.school is not None:
        helped = helped.where(Staff.unit == options.school)
    return select(Household.id).where(Household.id.in_(helped))


def _files(session: Session, looked: Look, homes: Homes) -> list[_File]:
    """Read all sections, and put them together by household, in the order of villages."""
    rows: Mapping[str, Rows] = {
        section.key: section.read(session, looked, homes) for section in SECTIONS
    }
    judged = {home.household: home for home in judge_all(session, looked).households}
    categories = categories_on(session, looked.day)
    stays = stays_in(session, looked.so_far, Helpers(session))
    days = household_days(visit_days(stays, looked.so_far))
    query = (
        select(Household, Village)
        .outerjoin(Village, Village.id == Household.village_id)
        .where(Household.id.in_(homes))
        .order_by(Village.township, Village.name, Household.household_no, Household.id)
    )
    return [
        _File(
            home=(
                home.household_no, home.head_name, home.phone, _place(home, village),
                [_category(*held) for held in categories.get(home.id, {}).items()],
                home.poverty_cause, *_sizes(rows["members"].get(home.id, [])),
            ),
            judged=judged.get(home.id),
            days=_by_month(days.get(home.id, ())),
            sections={key: told.get(home.id, []) for key, told in rows.items()},
        )
        for home, village in session.execute(query)
    ]  # fmt: skip


def _by_month(days: Iterable[date]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for day in sorted(days):
        found[day.month].append(day.day)
    return found


def _place(home: Household, village: Village | None) -> str:
    parts = (village.county, village.township, village.name) if village else ()
    return "".join((*parts, home.group_name or ""))


def _category(category: Category, removed: bool | None) -> str:
    if category not in MONITORED or removed is None:
        return category.label
    return f"{category.label}（风险{'已' if removed else '未'}消除）"


def _sizes(members: list[tuple[Any, ...]]) -> tuple[int, int]:
    return len(members), sum(member[-2] is not None for member in members)


def _progress(judged: Judged | None) -> tuple[Any, ...]:
    if judged is None:
        return (None,) * len(_PROGRESS)
    judgement = judged.judgement
    return (
        judgement.done.visit_days,
        judgement.asked.visit_days,
        judgement.asked.year_visit_days,
        judgement.done.contribution_fen,
        judgement.asked.contribution_fen,
        judged.checklist.checked,
        list(judgement.shortcomings),
        judgement.progress,
    )


def _flat(section: Section, files: list[_File]) -> Table:
    return Table(
        key=section.key,
        heading=section.title,
        columns=(*_WHOSE, *section.columns),
        rows=[(*file.home[:2], *row) for file in files for row in file.sections[section.key]],
        shown_in=_FLAT,
    )


def _sheet(file: _File, looked: Look) -> Page:
    number, head, *_ = file.home
    tables = list(_sheet_tables(file, looked))
    numbered = [
        replace(table, heading=f"{numeral}、{table.heading}")
        for numeral, table in zip(_NUMERALS, tables, strict=False)
    ]
    return Page(
        title=f"结对帮扶手册　{head or number or ''}户（{looked.year.start.year} 年）",
        tables=[*numbered, _SIGNATURES],
        notes=[f"资料截至 {looked.day}。"],
    )


def _sheet_tables(file: _File, looked: Look) -> Iterator[Table]:
    yield Table(key="home", heading="家庭情况", columns=_HOME, rows=[file.home], is_form=True)
    for section in SECTIONS:
        yield _section(section, file)
    if file.judged is not None:
        yield Table(
            key="progress",
            heading=f"年度进度（截至 {looked.last_day(file.judged.spans)}）",
            columns=_IN_WORDS,
            rows=[_in_words(file.judged)],
            is_form=True,
        )


def _section(section: Section, file: _File) -> Table:
    rows = file.sections[section.key]
    shown = rows if section.most is None else rows[-section.most :]
    notes = [f"共 {len(rows)} 次，这里列出最近 {len(shown)} 次。"] if len(rows) > len(shown) else []
    if rows and section.key in _BESIDE:
        notes.append(_BESIDE[section.key](file))
    return Table(
        key=section.key,
        heading=section.title,
        columns=section.columns,
        rows=shown,
        notes=["".join(notes)] if notes else [],
    )


def _given_in_all(file: _File) -> str:
    total = sum(row[-1] or 0 for row in file.sections["contributions"])
    return f"全年合计 {format_yuan(Fen(total))} 元。"


def _days_of_visits(file: _File) -> str:
    """Name the days on which anybody came, month by month: 1月：20日；3月：1、21日."""
    return (
        f"到户 {sum(map(len, file.days.values()))} 天："
        + "；".join(f"{month}月{'、'.join(map(str, days))}日" for month, days in file.days.items())
        + "。"
    )


def _earned_more(file: _File) -> str:
    heads = [row[4] for row in file.sections["incomes"]]
    if len(heads) != 2 or None in heads or not heads[0]:
        return ""
    more = Fen(heads[1] - heads[0])
    return f"人均收入比帮扶前{'增加' if more >= 0 else '减少'} {format_yuan(Fen(abs(more)))} 元。"


#: What a sheet says below a section.
_BESIDE: Mapping[str, Callable[[_File], str]] = {
    "contributions": _given_in_all,
    "visits": _days_of_visits,
    "incomes": _earned_more,
}


def _in_words(judged: Judged) -> tuple[str, ...]:
    asked, done = judged.judgement.asked, judged.judgement.done
    given, due, year = map(
        format_yuan, (done.contribution_fen, asked.contribution_fen, asked.year_contribution_fen)
    )
    return (
        f"{done.visit_days} 天（至今应 {asked.visit_days} 天，全年应 {asked.year_visit_days} 天）",
        f"{given} 元（至今应 {due} 元，全年应 {year} 元）",
        f"已核查 {judged.checklist.checked} 项"
        + (
            f"，未达标：{'、'.join(each.label for each in judged.checklist.unmet)}"
            if judged.checklist.unmet
            else ""
        ),
        "有" if done.has_plan else "没有",
        judged.judgement.progress.label,
        "、".join(each.label for each in judged.judgement.shortcomings) or "无",
    )
