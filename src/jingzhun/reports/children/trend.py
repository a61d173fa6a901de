"""``report trend`` 控辍保学历年: each school year at its end, the running one as of a day.

JSON::

    {"as_of",
     "years": [{"school", "school_year", "until", "is_over", "base", "not_returned", "losses",
        "gains", "individual_percent", "change_percent", "official_percent", "bar_percent",
        "within", "dropped_out", "left_without_receiver", "suspension_expired", "suspected",
        "never_enrolled", "listed_gone", "opened", "returned", "closed"}]}

One row for each school and year, and with ``school`` null for all of them together (also children
at no school). The rates and the named are those of ``report dropout`` on ``until``;
``change_percent`` the individual rate less that of the year before, null where there is none.
``listed_gone`` are the named of listed households that count as dropout; ``opened``, ``returned``,
``closed`` the cases to which that happened in the year, each case once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.dropout import flows, rate
from jingzhun.core.page import Page
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.terms import school_year_of, school_year_period
from jingzhun.core.vocabulary import CaseAction, DropoutKind
from jingzhun.policies.norms import norms
from jingzhun.reports import ReportOptions
from jingzhun.reports.children.children import GONE, chunks, gone_on
from jingzhun.reports.children.cohorts import first_school_years
from jingzhun.reports.children.rolls import Rolls
from jingzhun.reports.facts import listed_persons
from jingzhun.reports.schools import require_school
from jingzhun.store.policy_files import own_files
from jingzhun.store.schema import CaseStep, DropoutCase, Person, School

_ALL = "全部"
_CASES = {
    CaseAction.OPENED: "opened", CaseAction.LOST: "opened", CaseAction.RETURNED: "returned",
    CaseAction.CLOSED: "closed",
}  # fmt: skip
_COLUMNS = (
    Column(key="school", title="学校"),
    Column(key="school_year", title="学年"),
    Column(key="until", title="截至", kind=ColumnKind.DATE),
    Column(key="is_over", title="已结束", kind=ColumnKind.FLAG),
    Column(key="base", title="学年初在校", kind=ColumnKind.COUNT),
    Column(key="not_returned", title="辍学未返", kind=ColumnKind.COUNT),
    Column(key="losses", title="减少", kind=ColumnKind.COUNT),
    Column(key="gains", title="增加", kind=ColumnKind.COUNT),
    Column(key="individual_percent", title="辍学率", kind=ColumnKind.PERCENT),
    Column(key="change_percent", title="比上学年", kind=ColumnKind.PERCENT),
    Column(key="official_percent", title="公式辍学率", kind=ColumnKind.PERCENT),
    Column(key="bar_percent", title="上限", kind=ColumnKind.PERCENT),
    Column(key="within", title="达标", kind=ColumnKind.FLAG),
    *(Column(key=kind.value, title=kind.label, kind=ColumnKind.COUNT) for kind in DropoutKind),
    Column(key="listed_gone", title="困难户辍学", kind=ColumnKind.COUNT),
    Column(key="opened", title="立案", kind=ColumnKind.COUNT),
    Column(key="returned", title="返校", kind=ColumnKind.COUNT),
    Column(key="closed", title="结案", kind=ColumnKind.COUNT),
)
_KINDS = [kind.value for kind in DropoutKind]
_SUMS = ["base", "not_returned", "losses", "gains", *_KINDS, "listed_gone", "opened", "returned",
         "closed"]  # fmt: skip
_CHANGE = 9


def trend_page(session: Session, options: ReportOptions) -> Page:
    """Give every school year of the ledger up to a day; ``school`` narrows.

    Raises:
        JingzhunError: ``school_unknown``.
    """
    require_school(session, options.school)
    first = first_school_years(session, options.as_of)
    schools = dict(session.execute(select(School.id, School.name)).all())
    rows: list[tuple[Any, ...]] = []
    if first:
        for year in range(min(first.values()), school_year_of(options.as_of) + 1):
            unknown = {place for place in schools if first.get(place, year + 1) > year}
            rows += _year(session, year, options.as_of, schools, unknown)
    rows = [row for row in rows if options.school in (None, row[0])]
    rows.sort(key=lambda row: (row[0] is None, row[0] or "", row[1]))
    rows = _with_changes(rows)
    table = Table(key="years", heading="", columns=_COLUMNS, rows=rows, shown_in=PROGRAMS)
    told = replace(
        table,
        heading="历年",
        rows=[(row[0] or _ALL, f"{row[1]}—{row[1] + 1}", *row[2:]) for row in rows],
        notes=(
            "每个学年按学年末（8月31日）的情形算，本学年算到查询的那天；口径同 report dropout。",
            "比上学年：辍学率增减的百分点，负数是下降。",
            "学年初没有名册的学年没有辍学率；第一份名册以前的学年不列。",
        ),
        shown_in=PEOPLE,
    )
    return Page(
        title=f"{options.school or ''}控辍保学历年情况（截至 {options.as_of.isoformat()}）",
        facts={"as_of": options.as_of.isoformat()},
        tables=(table, told),
    )


def _year(
    session: Session, year: int, as_of: date, schools: Mapping[int, str], unknown: set[int]
) -> list[tuple[Any, ...]]:
    """Give the rows of a school year, without what changed; of ``unknown`` schools the named."""
    period = school_year_period(year)
    until = min(as_of, period.end - timedelta(1))
    bar = norms("dropout", until, own_files(session, until))["bar_percent"].value
    counted = _counts(session, until, period.start)
    for place in unknown & counted.keys():  # of no roll there is no rate; its named stay named
        counted[place] = Counter({key: counted[place][key] for key in _SUMS[4:]})
    sums = {place: counts for place, counts in counted.items() if counts.total()}
    together: Counter[str] = Counter()
    for counts in sums.values():
        together.update(counts)
    rows = []
    told = [(schools[place], sums[place]) for place in sums if place is not None]
    for name, counts in [*told, (None, together)]:
        base, gone, losses, gains = (counts[key] for key in _SUMS[:4])
        rows.append((
            name, year, until, until == period.end - timedelta(1), base, gone, losses, gains,
            rate(gone, base), None, rate(losses - gains, base), bar,
            gone * 10_000 <= bar * base if base else None,
            *(counts[key] for key in _SUMS[4:]),
        ))  # fmt: skip
    return rows


def _counts(session: Session, day: date, start: date) -> dict[int | None, Counter[str]]:
    """Count everything of the year up to a day by school."""
    sums: dict[int | None, Counter[str]] = defaultdict(Counter)
    rolls = Rolls(session, day)
    base, _ = rolls.base(listed_persons(session, day))
    losses, gains = flows(rolls.moves())
    named = gone_on(session, day)
    gone = [person for person, child in named.items() if child.kind in GONE]
    not_returned: Counter[Any] = Counter()
    for some in chunks(gone):
        not_returned += rolls.base_among(some)
        for person in session.scalars(listed_persons(session, day).where(Person.id.in_(some))):
            sums[named[person].school_id]["listed_gone"] += 1
    for key, counts in (
        ("base", base), ("not_returned", not_returned), ("losses", losses), ("gains", gains),
    ):  # fmt: skip
        for place, count in counts.items():
            sums[place[0]][key] += count
    for child in named.values():
        sums[child.school_id][child.kind.value] += 1
    for school, key in _happened(session, start, day):
        sums[school][key] += 1
    return sums


def _happened(session: Session, start: date, day: date) -> Iterable[tuple[int | None, str]]:
    """Give what happened to cases in some days: the school, and what; once for each case."""
    query = (
        select(DropoutCase.id, DropoutCase.school_id, CaseStep.action)
        .join(CaseStep, CaseStep.case_id == DropoutCase.id)
        .where(CaseStep.done_on >= start, CaseStep.done_on <= day,
               CaseStep.action.in_([action.value for action in _CASES]))
    )  # fmt: skip
    found = {
        (case, school, _CASES[CaseAction.coded(action)])
        for case, school, action in session.execute(query)
    }
    return ((school, key) for _, school, key in found)


def _with_changes(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Fill in how the rate changed since the year before; rows stand by school, then year."""
    rates = {(row[0], row[1]): row[_CHANGE - 1] for row in rows}
    told = []
    for row in rows:
        now, was = row[_CHANGE - 1], rates.get((row[0], row[1] - 1))
        change = None if now is None or was is None else now - was
        told.append((*row[:_CHANGE], change, *row[_CHANGE + 1 :]))
    return told
