"""Months, terms and years in cells → the period that a row is for.

A period is text, as the ledger's runs name it: ``2026-11``, ``2026秋``, ``2026学年``, ``2026年``.
"""

import re
from typing import Any

from jingzhun.core.terms import Season, Term
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.lists.calendars import month_reader
from jingzhun.rosters.lists.placement import contexts
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.odd import Odd

_HALF = re.compile(
    r"(\d{4})[-—–~至/]+\d{2,4}学?年?度?[-—–]?第?\(?(一|二|1|2|上|下|秋|春)\)?季?学?期?"
)
_HALF_ALONE = re.compile(r"第?(秋|春|一|二|1|2|上|下)(?:半?学年)?季?学?期?")


def term(cell: Any) -> Term | Odd | None:
    """Read a school term: 2026秋, 2026年秋季学期, 2026-2027学年第一学期."""
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    half = _HALF.fullmatch(found)
    try:
        if half:
            first = int(half[1])
            autumn = half[2] in "一1上秋"
            return Term.parse(f"{first}秋" if autumn else f"{first + 1}春")
        return Term.parse(found.removesuffix("学期").removesuffix("季"))
    except ValueError:
        return Odd(
            "term_unreadable", f"学期“{found[:20]}”读不出来，请写成 2026秋 或 2026年秋季学期。"
        )


def school_year(cell: Any) -> int | Odd | None:
    """Read a school year by the calendar year in which it starts."""
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    match = re.match(r"(20\d{2})", found)
    if not match:
        return Odd("term_unreadable", f"学年“{found[:20]}”读不出来，请写成 2026-2027学年。")
    return int(match[1])


def read_terms(draft: Draft, *, refuses: bool) -> list[Term | None] | None:
    """Read the column 学期; 秋季学期 alone is of the year that 学年, 年度 or the title tells."""
    raw = draft.raw("term")
    if raw is None:
        return None
    starts = draft.raw("school_year") or [""] * draft.size
    years = draft.raw("year") or [""] * draft.size
    titles = zip(contexts(draft, "school_year"), contexts(draft, "term"), strict=True)
    whole = [
        _whole_term(*cells) for cells in zip(raw, starts, years, titles, strict=True)
    ]  # fmt: skip
    return draft.take("term", term, refuses=refuses, cells=whole)


def _whole_term(cell: Any, start: Any, year: Any, title: tuple[int | None, Term | None]) -> Any:
    """Give a cell's term with its year, where the cell names the half of a year alone."""
    found = _HALF_ALONE.fullmatch(normalise(plain(cell)))
    if not found:
        return cell
    autumn = found[1] in "秋一1上"
    began, calendar = school_year(start), school_year(year)
    if isinstance(began, int):
        calendar = began if autumn else began + 1
    elif not isinstance(calendar, int) or found[1] not in "秋春":
        began, around = title
        if began is not None:
            calendar = began if autumn else began + 1
        elif around is not None and (around.season is Season.AUTUMN) is autumn:
            calendar = around.year
        else:
            return cell
    return f"{calendar}{'秋' if autumn else '春'}"


def read_periods(draft: Draft, *, is_told: bool = False) -> None:
    """Fill ``period`` from the columns 月份, 学期, 学年, 年度, then from what titles say.

    Where nothing says it, it is the term that the list is of; ``is_told``: columns for each month
    say it. An unreadable period refuses its row:
    it decides what the money was for.
    """
    found: list[str | None] = [None] * draft.size
    columns = (
        (draft.take("month", month_reader(draft), refuses=True), ""),
        (read_terms(draft, refuses=True), ""),
        (draft.take("school_year", school_year, refuses=True), "学年"),
        (draft.take("year", school_year, refuses=True), "年"),
        (contexts(draft, "month"), ""),
        (contexts(draft, "term"), ""),
        (contexts(draft, "school_year"), "学年"),
    )
    for column, word in columns:
        if column is not None and None in found:
            found = [
                period if own is None else period or f"{own}{word}"
                for own, period in zip(column, found, strict=True)
            ]
    fallback = str(Term.of(draft.stated_on))
    silent = [at for at, period in enumerate(found) if not period and at not in draft.refused]
    if silent and not is_told:
        what = Odd("period_assumed", f"没有写是哪个月、哪个学期的，按 {fallback} 记。")
        draft.note(silent[0], "term", what, refuses=False)
    found = [period or fallback for period in found]
    draft.values["period"] = found
