"""The recognition part of a hardship list's row: tier, reasons, and for how long it holds."""

from typing import Any

from jingzhun.core.terms import school_year_period
from jingzhun.rosters.kinds import normalise, values
from jingzhun.rosters.lists.periods import read_terms, school_year
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.odd import Odd

_REJECTED = frozenset(
    {"不困难", "非困难", "不认定", "不予认定", "未认定", "否", "取消", "不通过", "不符合"}
)
Span = tuple[str, str]


def read_recognitions(draft: Draft, dates: DateReader, default: Span) -> None:
    """Read tier, reasons and period; ``default`` is the period that the title names.

    A tier outside the three (一档, A档: no common scale) is kept as it is written.
    """
    draft.take("reasons", cells.text)
    draft.take("recognised_on", dates.day)
    _read_tiers(draft)
    spans: list[Any] = [default] * draft.size
    years = draft.take("school_year", school_year)
    terms = read_terms(draft, refuses=False)
    # A term is the narrower of the two.
    for periods in ([year and school_year_period(year) for year in years or ()],
                    [term and term.period for term in terms or ()]):  # fmt: skip
        for at, period in enumerate(periods):
            if period:
                spans[at] = (period.start.isoformat(), period.end.isoformat())
    draft.values["recognised_from"] = [start for start, _ in spans]
    draft.values["recognised_until"] = [end for _, end in spans]


def _read_tiers(draft: Draft) -> None:
    raw = draft.raw("tier")
    if raw is None:
        draft.values["is_recognised"] = [True] * draft.size
        return
    texts = [normalise(plain(cell)) for cell in raw]
    draft.values["is_recognised"] = [text not in _REJECTED for text in texts]
    draft.take("tier", _tier)
    draft.values["tier_text"] = [
        None if is_placeholder(text) or tier or text in _REJECTED else text
        for text, tier in zip(texts, draft.values["tier"], strict=True)
    ]


def _tier(cell: Any) -> str | Odd | None:
    found = normalise(plain(cell)).upper()
    if found in _REJECTED or is_placeholder(found):
        return None
    known = values("tier")
    meant = known.get(found) or known.get(found.removesuffix("学生").removesuffix("家庭"))
    return meant or Odd(
        "tier_unknown",
        f"认定等级“{found[:20]}”不是特别困难、困难、一般困难，照原文记下，各地的档不通用。",
    )
