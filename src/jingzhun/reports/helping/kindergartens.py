"""``report kindergarten``: what pairs of kindergartens did in each term, what they reached.

JSON::

    {"as_of", "terms": [{"helping_school", "helped_school", "term", "visited_months",
        "missed_months", "hours", "hours_asked", "hours_term", "lectures", "lectures_asked",
        "lectures_term", "lacking": ["visits|hours|lectures"],
        "state": "missed|behind|on_the_way|done", "keeper", "sources"}],
     "results": [{"helping_school", "helped_school", "school_year", "rated", "rated_good",
        "good_percent", "rated_passed", "passed_percent", "papers", "file_lacks":
        ["plan|measures|records|summary|research|parents|feature"],
        "missed": ["good|passed|papers|file"], "sources"}],
     "strays": [{"started_on", "helping_school", "helped_school", "form", "theme", "sources"}],
     "both_roles": [{"kindergarten", "helps", "helped_by"}]}

``hours_asked`` and ``lectures_asked`` are by the day, ``_term`` in all the term. ``strays`` are
activities of no pair in force. Without ``period`` the school year of the day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from jingzhun.core.kindergartens import (
    PairRules,
    PairState,
    Reached,
    TermWork,
    marks_missed,
    missing_items,
    reached_in,
    share_of,
    work_of,
)
from jingzhun.core.page import Page
from jingzhun.core.progress import days_covered
from jingzhun.core.table import ALL_FORMATS, Column, ColumnKind, Format, Table
from jingzhun.core.teaching import usual_span
from jingzhun.core.terms import (
    Season,
    Term,
    months_of,
    school_year_months,
    school_year_of,
    school_year_period,
)
from jingzhun.errors import JingzhunError, UsageError
from jingzhun.policies.kindergartens import pair_rules
from jingzhun.reports import ReportOptions
from jingzhun.reports.provenance import places_of_entries
from jingzhun.store.kindergartens import Held, Pair, Pairs, activity_of, pairs_by, reached_of
from jingzhun.store.policy_files import own_files
from jingzhun.store.schema import KindergartenActivity, KindergartenPair, KindergartenResult

_COUNT, _PERCENT, _LIST = ColumnKind.COUNT, ColumnKind.PERCENT, ColumnKind.LIST
_PAIR = (
    Column(key="helping_school", title="帮扶园"),
    Column(key="helped_school", title="被帮扶园"),
)
_SOURCES = Column(key="sources", title="来源", kind=ColumnKind.SOURCES)
_TERMS = (
    *_PAIR,
    Column(key="term", title="学期"),
    Column(key="visited_months", title="已入园月份", kind=_LIST),
    Column(key="missed_months", title="没有入园的月份", kind=_LIST),
    Column(key="hours", title="送教课时", kind=ColumnKind.QUANTITY),
    Column(key="hours_asked", title="至今应送教", kind=_COUNT),
    Column(key="hours_term", title="全学期应送教", kind=_COUNT),
    Column(key="lectures", title="专题讲座", kind=_COUNT),
    Column(key="lectures_asked", title="至今应讲座", kind=_COUNT),
    Column(key="lectures_term", title="全学期应讲座", kind=_COUNT),
    Column(key="lacking", title="差哪几项", kind=_LIST),
    Column(key="state", title="进度", kind=ColumnKind.LABEL),
    Column(key="keeper", title="联系人"),
    _SOURCES,
)
_TERM_GLANCE = (
    "helping_school", "helped_school", "term", "missed_months", "hours", "hours_term", "lectures",
    "lectures_term", "lacking", "state",
)  # fmt: skip
_RESULTS = (
    *_PAIR,
    Column(key="school_year", title="学年"),
    Column(key="rated", title="参评节数", kind=_COUNT),
    Column(key="rated_good", title="优课数", kind=_COUNT),
    Column(key="good_percent", title="优课率", kind=_PERCENT),
    Column(key="rated_passed", title="合格数", kind=_COUNT),
    Column(key="passed_percent", title="合格率", kind=_PERCENT),
    Column(key="papers", title="论文", kind=_COUNT),
    Column(key="file_lacks", title="档案缺", kind=_LIST),
    Column(key="missed", title="没有达到", kind=_LIST),
    _SOURCES,
)
_RESULT_GLANCE = (
    "helping_school", "helped_school", "school_year", "good_percent", "passed_percent", "papers",
    "file_lacks", "missed",
)  # fmt: skip
_STRAYS = (
    Column(key="started_on", title="日期", kind=ColumnKind.DATE),
    *_PAIR,
    Column(key="form", title="活动形式"),
    Column(key="theme", title="活动主题"),
    _SOURCES,
)
_BOTH = (
    Column(key="kindergarten", title="幼儿园"),
    Column(key="helps", title="帮扶", kind=_LIST),
    Column(key="helped_by", title="受谁帮扶", kind=_LIST),
)
_AT_A_GLANCE = frozenset({Format.TABLE})
_IN_FULL = ALL_FORMATS - _AT_A_GLANCE


def kindergarten_page(session: Session, options: ReportOptions) -> Page:
    """Judge every pair's terms and school years; ``school`` narrows to one kindergarten's pairs.

    Raises:
        JingzhunError: ``school_unknown`` — no pair has such a kindergarten.
        UsageError: ``bad_value`` — the period is none of terms.
    """
    day = options.as_of
    period = options.period or f"{school_year_of(day)}学年"
    terms = _terms_of(period)
    rules, documents = pair_rules(day, own_files(session, day))
    known = pairs_by(session, day)
    pairs = _asked_for(known, options.school)
    rows = [
        (pair, held, work) for pair, held in pairs for work in _works(pair, held, terms, day, rules)
    ]
    rows.sort(key=lambda row: (list(PairState).index(row[2].state), row[2].term.period.start))
    tables = [
        *_shown(_terms(session, rows), _TERM_GLANCE),
        *_shown(_results(session, pairs, terms, day, rules), _RESULT_GLANCE),
        _strays(session, known, terms, options.school),
        _both_roles(pairs, day),
    ]
    return Page(
        title=f"幼儿园结对帮扶（{period}，截至 {day}）",
        facts={"as_of": day.isoformat()},
        tables=tables,
        notes=[_summary(len(pairs), [work for _, _, work in rows]), _asked_words(rules, documents)],
    )


def _terms_of(period: str) -> tuple[Term, ...]:
    try:
        return tuple(dict.fromkeys(month.term for month in months_of(period)))
    except ValueError:
        raise UsageError(
            "bad_value",
            f"期间“{period}”不是学期或学年。",
            "请写 2026秋 或 2026学年，如：jingzhun report kindergarten --period 2026秋",
        ) from None


def _asked_for(known: Pairs, school: str | None) -> list[tuple[Pair, Held]]:
    pairs = sorted(known.held.items())
    if school is None:
        return pairs
    found = [(pair, held) for pair, held in pairs if school in pair]
    if found:
        return found
    names = sorted({name for pair, _ in pairs for name in pair})[:20]
    raise JingzhunError(
        "school_unknown",
        f"没有“{school}”的幼儿园结对。",
        f"有结对的：{'、'.join(names)}。" if names else "请先导入幼儿园结对名单。",
    )


def _works(
    pair: Pair, held: Held, terms: Sequence[Term], day: date, rules: PairRules
) -> Iterator[TermWork]:
    """Judge the terms that began by the day and in which the pair was in force."""
    activities = [activity_of(each, pair[1]) for each in held.activities]
    for term in terms:
        if term.period.start <= day and days_covered(held.spans, term.period):
            yield work_of(held.spans, activities, term, day, rules)


def _terms(session: Session, rows: Sequence[tuple[Pair, Held, TermWork]]) -> Table:
    places = places_of_entries(session, KindergartenPair)
    return Table(
        key="terms",
        heading=f"各学期帮扶情况（{len(rows)} 行，没有完成的在前）",
        columns=_TERMS,
        rows=[
            (
                *pair, str(work.term), [str(month) for month in work.visited],
                [str(month) for month in work.missed], work.hours_milli, work.hours_asked,
                work.hours_term, work.lectures, work.lectures_asked, work.lectures_term,
                list(work.lacking), work.state, held.rows[-1].keeper,
                [place for row in held.rows for place in places.get(row.id, [])],
            )
            for pair, held, work in rows
        ],
    )  # fmt: skip


def _results(
    session: Session,
    pairs: Sequence[tuple[Pair, Held]],
    terms: Sequence[Term],
    day: date,
    rules: PairRules,
) -> Table:
    places = places_of_entries(session, KindergartenResult)
    rows = []
    for year in dict.fromkeys(term.school_year for term in terms):
        is_over = day >= usual_span(Term(year + 1, Season.SPRING))[1]
        for pair, held in pairs:
            if not days_covered(held.spans, school_year_period(year)):
                continue
            reached, entries = _reached(held, year, day)
            rows.append((
                *pair, f"{year}学年", reached.rated, reached.good,
                share_of(reached.good, reached.rated), reached.passed,
                share_of(reached.passed, reached.rated), reached.papers, missing_items(reached),
                list(marks_missed(reached, is_over=is_over, rules=rules)),
                [place for entry in entries for place in places.get(entry, [])],
            ))  # fmt: skip
    return Table(key="results", heading="被帮扶园成效", columns=_RESULTS, rows=rows)


def _reached(held: Held, year: int, day: date) -> tuple[Reached, list[int]]:
    """Put together what the lists say of a school year, of periods that have begun."""
    months = set(school_year_months(year))
    told = {
        period: result
        for period, result in sorted(held.results.items())
        if months.issuperset(of := months_of(period)) and of[0].period.start <= day
    }
    entries = [result.id for result in told.values()]
    whole = told.pop(f"{year}学年", None)
    parts = [reached_of(result) for result in told.values()]
    return reached_in(reached_of(whole) if whole else None, parts), entries


def _strays(session: Session, known: Pairs, terms: Sequence[Term], school: str | None) -> Table:
    rows = [
        each
        for each in known.strays
        if any(each.started_on in term.period for term in terms)
        and (school is None or school in {each.helping_school, each.helped_school})
    ]
    places = places_of_entries(session, KindergartenActivity) if rows else {}
    return Table(
        key="strays",
        heading=f"不在结对期内或分不清是哪一对的活动（{len(rows)} 次，没有计入）",
        columns=_STRAYS,
        rows=[
            (each.started_on, each.helping_school, each.helped_school, each.form, each.theme,
             places.get(each.id, []))
            for each in rows
        ],
    )  # fmt: skip


def _both_roles(pairs: Sequence[tuple[Pair, Held]], day: date) -> Table:
    """Give who helps and is helped at once: that may be so, or two columns were mixed up."""
    now = [pair for pair, held in pairs if held.holds_on(day)]
    both = sorted({helping for helping, _ in now} & {helped for _, helped in now})
    rows = [
        (
            name,
            [helped for helping, helped in now if helping == name],
            [helping for helping, helped in now if helped == name],
        )
        for name in both
    ]
    heading = f"既帮扶别园、又受别园帮扶（{len(rows)} 所，请核对有没有填反）"
    return Table(key="both_roles", heading=heading, columns=_BOTH, rows=rows)


def _shown(table: Table, keys: Sequence[str]) -> list[Table]:
    """Give a table twice: in full, and with the columns for which a terminal has room."""
    places = [[column.key for column in table.columns].index(key) for key in keys]
    small = replace(
        table,
        key=f"{table.key}_at_a_glance",
        columns=[table.columns[place] for place in places],
        rows=[tuple(row[place] for place in places) for row in table.rows],
        shown_in=_AT_A_GLANCE,
    )
    return [small, replace(table, shown_in=_IN_FULL)]


def _summary(pairs: int, works: Sequence[TermWork]) -> str:
    counts: dict[Any, int] = dict.fromkeys(PairState, 0)
    for work in works:
        counts[work.state] += 1
    told = "，".join(f"{state.label} {count}" for state, count in counts.items())
    return f"共 {pairs} 对，{len(works)} 个学期：{told}。"


def _asked_words(rules: PairRules, documents: Sequence[str]) -> str:
    return (
        f"每月入园 {rules.visits_a_month} 次，每学期送教 {rules.hours_a_term} 课时、专题讲座 "
        f"{rules.lectures_a_term} 次；优课率 {rules.good_share // 100}%、合格率 "
        f"{rules.passed_share // 100}%，每学年论文 {rules.papers_a_year} 篇。中途结对的，课时和讲座"
        f"按结对天数占学期教学天数折算，不足 1 的不计；当月没有满的不要求入园。"
        f"依据：{'；'.join(documents)}。"
    )
