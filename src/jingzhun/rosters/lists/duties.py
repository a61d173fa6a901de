"""What lists about helped households say besides their columns, and the entries of their rows.

A row of contributions or of a plan gives an entry for each way that it names, in a column of ways
or in a column for each; a row of a checklist one for each assurance of which it says something.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from jingzhun.core.duties import HelpWay
from jingzhun.rosters.kinds import RegisterSpec, fields, normalise
from jingzhun.rosters.lists.periods import school_year
from jingzhun.rosters.lists.registers import complete, lines_above, reader_of_money
from jingzhun.rosters.lists.staffing import refuse_homeless
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.duty_words import way_in
from jingzhun.rosters.values.odd import Odd

_YEAR = re.compile(r"(20\d{2})年")
_EARLIEST = date(2000, 1, 1)
#: For so many years ahead plans are made.
_AHEAD = 5
#: What a way's own column tells that is merely ticked: that it was so.
_TICK: dict[str, Any] = {"amount_fen": None}
_PARTS = ("wages_fen", "business_fen", "property_fen", "transfers_fen")


def complete_contributions(draft: Draft, spec: RegisterSpec) -> None:
    """Make an entry of each way in which a row gives something; one amount has one way."""
    _begin(draft, spec)
    _date(draft, "given_on")
    amounts = draft.values.pop("amount_fen", None) or [None] * draft.size
    made = []
    for at, parts in enumerate(_ways(draft, spec)):
        made.append(list(_given(draft, at, parts, amounts[at])))
        if not made[-1] and at not in draft.refused:
            what = Odd("contribution_empty", "没有写投入了什么：金额、内容都是空的或者是 0。")
            draft.note(at, _first(draft, "amount", *spec.parts, "content"), what, refuses=True)
    draft.values["entries"] = made


def _given(
    draft: Draft, at: int, parts: Sequence[tuple[HelpWay, dict[str, Any]]], total: int | None
) -> Iterator[dict[str, Any]]:
    """Give the entries of a row; its one amount goes to the first way that tells none itself."""
    shared = (draft.values.get("content") or [None] * draft.size)[at]
    if not parts:
        way = (way_in(shared) if shared else None) or (HelpWay.FUNDS if total else None)
        if way is None:
            if shared and at not in draft.refused:
                what = Odd("help_way_missing", "没有写帮扶方式，请填项目、资金、物资或技术。")
                draft.note(at, _first(draft, "help_way", "content"), what, refuses=True)
            return
        parts = [(HelpWay.coded(way), {})]
    open_ = [way for way, told in parts if told.get("amount_fen") is None]
    if total and len(open_) > 1 and at not in draft.refused:
        words = f"写了几种方式，只有一个金额，记在“{open_[0].label}”名下。"
        draft.note(at, "help_way", Odd("help_way_several", words), refuses=False)
    for way, told in parts:
        entry = {"help_way": way.value, "amount_fen": None, "content": shared} | told
        if open_ and way is open_[0] and total:
            entry["amount_fen"] = total
        if entry["amount_fen"] or entry["content"] or _TICK.items() <= told.items():
            yield entry


def complete_plans(draft: Draft, spec: RegisterSpec) -> None:
    """Make an entry of each way by which a row's household is to be helped in its year."""
    _begin(draft, spec)
    _year(draft, draft.today.year + _AHEAD)
    made = []
    shared = draft.values.get("content") or [None] * draft.size
    for at, (parts, content) in enumerate(zip(_ways(draft, spec), shared, strict=True)):
        way = way_in(content) if content and not parts else None
        found = parts or ([(HelpWay.coded(way), {})] if way else [])
        if not found and at not in draft.refused:
            what = Odd("help_way_missing", "没有写帮扶方式，请填项目、资金、物资或技术。")
            draft.note(at, _first(draft, "help_way", *spec.parts, "content"), what, refuses=True)
        made.append([
            {"help_way": each.value, "content": told.get("content") or content}
            for each, told in found
        ])  # fmt: skip
    draft.values["entries"] = made


def complete_checklists(draft: Draft, spec: RegisterSpec) -> None:
    """Make an entry of each assurance of which a row says something."""
    _begin(draft, spec)
    _date(draft, "checked_on")
    columns = {name: draft.values.pop(name, None) for name in spec.parts}
    made: list[list[dict[str, Any]]] = []
    for at in range(draft.size):
        said: dict[str, dict[str, Any]] = {}
        for name, constants in spec.parts.items():
            found = (columns[name] or [None] * draft.size)[at]
            for assurance in constants["assurance"].split() if found else ():
                told = {"fulfilment": found[0], "note": found[1]}
                said.setdefault(assurance, {"assurance": assurance, **told})
        made.append(list(said.values()))
        if not said and at not in draft.refused:
            what = Odd("checklist_empty", "两不愁三保障一项也没有写，请填达标、未达标或未核实。")
            draft.note(at, _first(draft, *spec.parts), what, refuses=True)
    draft.values["entries"] = made


def complete_incomes(draft: Draft, spec: RegisterSpec) -> None:
    """Give every row its year, and the whole income where only its parts are told."""
    _begin(draft, spec)
    _year(draft, draft.today.year)
    nothing = [None] * draft.size
    parts = [draft.values.get(name) or nothing for name in _PARTS]
    members, heads = (draft.values.get(name) or nothing for name in ("members", "per_head_fen"))
    totals = draft.values.get("income_fen") or nothing
    whole: list[int | None] = []
    for total, row, many, each in zip(
        totals, zip(*parts, strict=True), members, heads, strict=True
    ):
        told = [fen for fen in row if fen is not None]
        by_head = many * each if many and each is not None else None
        whole.append(total if total is not None else sum(told) if told else by_head)
    draft.values["income_fen"] = whole
    if "members" in draft.values:
        draft.values["members"] = [count or None for count in draft.values["members"]]


def _begin(draft: Draft, spec: RegisterSpec) -> None:
    complete(draft, spec)
    refuse_homeless(draft)


def _ways(draft: Draft, spec: RegisterSpec) -> list[list[tuple[HelpWay, dict[str, Any]]]]:
    """Give by row the ways that it names, each with what its own column tells of it."""
    found: list[list[tuple[HelpWay, dict[str, Any]]]] = [
        [(HelpWay.coded(way), {}) for way in row or ()]
        for row in draft.values.pop("help_way", None) or [None] * draft.size
    ]
    for name, constants in spec.parts.items():
        draft.values.pop(name, None)
        way, money = HelpWay.coded(constants["help_way"]), reader_of_money(draft, name)
        for at, cell in enumerate(draft.raw(name) or ()):
            told = _part(cell, money)
            if isinstance(told, Odd):
                draft.note(at, name, told, cell, refuses=True)
            elif told is not None:
                found[at] = [pair for pair in found[at] if pair[0] is not way] + [(way, told)]
    order = list(HelpWay)
    return [sorted(row, key=lambda pair: order.index(pair[0])) for row in found]


def _part(cell: Any, money: cells.Reader) -> dict[str, Any] | Odd | None:
    """Read a cell of a way's own column: an amount, a tick, or what it is; None for nothing."""
    said = cells.text(cell)
    if said is None:
        return None
    ticked = cells.flag(cell)
    if ticked is True:
        return _TICK
    if ticked is False:
        return None
    fen = money(cell)
    if isinstance(fen, int):
        return {"amount_fen": fen} if fen else None
    if isinstance(fen, Odd) and fen.code == "amount_negative":
        return fen
    return {"content": said}


def _date(draft: Draft, name: str) -> None:
    """Date rows without a day by the title, else by the list; refuse days that cannot be."""
    context = draft.grid.context
    told = context.stated_on or (context.month and context.month.period.start) or draft.stated_on
    days = draft.values.get(name) or [None] * draft.size
    draft.values[name] = [day or told.isoformat() for day in days]
    silent = [at for at, day in enumerate(days) if day is None and at not in draft.refused]
    if silent:
        title = fields()[name].title
        what = Odd("duty_undated", f"没有写{title}，按 {told} 记；知道的请补填。")
        draft.note(silent[0], name, what, refuses=False)
    for at, day in enumerate(draft.values[name]):
        if at not in draft.refused and not f"{_EARLIEST}" <= day <= f"{draft.today}":
            words = f"日期 {day} 不可能（在今天之后或太早），请核对。"
            draft.note(at, name, Odd("duty_date_impossible", words), day, refuses=True)


def _year(draft: Draft, latest: int) -> None:
    """Give every row its year: its own, else that of the title, else that of the list."""
    years = draft.take("year", school_year, refuses=True) or [None] * draft.size
    lines = [match[1] for line in lines_above(draft) if (match := _YEAR.search(normalise(line)))]
    told = int(lines[0]) if lines else draft.stated_on.year
    draft.values["year"] = [year or told for year in years]
    silent = [at for at, year in enumerate(years) if year is None and at not in draft.refused]
    if silent and not lines:
        what = Odd("duty_undated", f"没有写年度，按 {told} 年记；不是这一年的请补填。")
        draft.note(silent[0], "year", what, refuses=False)
    for at, year in enumerate(draft.values["year"]):
        if at not in draft.refused and not _EARLIEST.year <= year <= latest:
            words = f"年度 {year} 不可能，请核对。"
            draft.note(at, "year", Odd("duty_date_impossible", words), year, refuses=True)


def _first(draft: Draft, *names: str) -> str:
    """Give the first of some fields that the table has a column for."""
    return next(filter(draft.has, names), names[0])
