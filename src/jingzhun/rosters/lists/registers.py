"""Registers: lists whose rows are entries of their own, read from what their kind's TOML says.

A row gives one entry, or one for each column of the kind's ``parts``. A batch holds what is so of
all entries of a row in columns named as the ledger names them, besides:

- ``entry_keys``: for each row a list with the key of each of its entries, the person left out;
- ``entries``, where a row may give several: for each row a list of what is so of each of them.
"""

import re
from collections.abc import Collection, Iterable, Mapping, MutableSequence, Sequence
from types import MappingProxyType
from typing import Any

from jingzhun.core.money import Fen, format_yuan
from jingzhun.errors import Severity
from jingzhun.rosters.kinds import RegisterSpec, fields
from jingzhun.rosters.layout.context import title_lines
from jingzhun.rosters.layout.detect import GridColumn
from jingzhun.rosters.lists.monthly import read_months
from jingzhun.rosters.lists.periods import read_periods
from jingzhun.rosters.lists.sums import check_sums
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.amounts import (
    account,
    header_measure,
    header_unit,
    is_money,
    line_unit,
    money,
    quantity,
)
from jingzhun.rosters.values.cells import plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.daylists import span_reader
from jingzhun.rosters.values.duty_words import READERS as DUTY_WORDS
from jingzhun.rosters.values.ids import IdReader
from jingzhun.rosters.values.odd import Odd
from jingzhun.rosters.values.ranges import last_day_reader, range_reader, secondment_kind

#: Each table's name and entry → row number, of the file's earlier tables of the kind.
Earlier = MutableSequence[tuple[str, dict[str, int]]]

_BY_TERM = re.compile(r"(?:/|每)(?:生|人)?[.·/]?(?:学?期|学?年|月)")
_MONEY = frozenset({"money", "waiver"})
_PLAIN: Mapping[str, cells.Reader] = MappingProxyType(
    {
        "school": cells.text,
        "text": cells.text,
        "ignored": cells.text,
        "name": cells.name,
        "number": cells.number,
        "code": cells.code,
        "count": cells.count,
        "phone": cells.phone,
        "flag": cells.flag,
        "account": account,
        "secondment_kind": secondment_kind,
        **DUTY_WORDS,
    }
)
#: Fields that tell the period together; ``periods`` reads them.
_OF_PERIODS = frozenset({"period_month", "term", "school_year"})


def stored(name: str) -> str:
    """Give the name of a field's column in the ledger: fen of money, thousandths of quantities."""
    kind = fields()[name].type
    return f"{name}_fen" if kind in _MONEY else f"{name}_milli" if kind == "quantity" else name


def register_columns(spec: RegisterSpec) -> tuple[str, ...]:
    """Give the columns of a register's batch, those about the person left out."""
    # The columns of a month, a term or a year are told as the entry's period.
    own = [stored(name) for name in spec.fields if fields()[name].type not in _OF_PERIODS]
    return (*dict.fromkeys((*own, *spec.key, *spec.told)), "entry_keys", "entries")


def read_fields(draft: Draft, spec: RegisterSpec, ids: IdReader, dates: DateReader) -> None:
    """Read every field of the register's own that the table has a column for."""
    for name in (*spec.fields, *spec.parts):
        of_period = fields()[name].type in _OF_PERIODS
        if of_period or not draft.has(name) or stored(name) in draft.values:
            continue
        reader = cells.text if name in spec.as_written else reader_of(draft, name, ids, dates)
        found = draft.take(name, reader, refuses=name in {*spec.decides, *_paid_parts(spec)})
        if found is not None and stored(name) != name:
            draft.values[stored(name)] = draft.values.pop(name)
    for name in spec.fields:
        if fields()[name].type == "quantity" and stored(name) in draft.values:
            _split_quantities(draft, name)
    if "period" in spec.key:
        read_periods(draft, is_told=bool(draft.series(spec.by_month)))


def reader_of(draft: Draft, name: str, ids: IdReader, dates: DateReader) -> cells.Reader:
    """Give the reader of a field's cells by its type."""
    kind = fields()[name].type
    if kind == "money":
        return reader_of_money(draft, name)
    if kind == "waiver":
        return _waiver(reader_of_money(draft, name), draft.raw(name) or ())
    others: Mapping[str, cells.Reader] = {
        "quantity": quantity,
        "date": dates.from_month,
        "event_date": dates.from_month,
        "month": dates.month,
        "span": span_reader(dates),
        "secondary_id": ids.secondary,
        "last_day": last_day_reader(dates),
        "range": range_reader(dates),
    }
    return others.get(kind) or _PLAIN[kind]


def reader_of_money(draft: Draft, name: str) -> cells.Reader:
    """Give the reader of a column of money, in the unit of its header or of the table."""
    return _money_of(draft, draft.grid.column(name))


def _money_of(draft: Draft, column: GridColumn | None) -> cells.Reader:
    unit = header_unit(column.header) if column else None
    return money(unit or _table_unit(draft))


def _table_unit(draft: Draft) -> int:
    """Give the yuan of the unit that a line above the table states."""
    return next(filter(None, map(line_unit, lines_above(draft))), 1)


def lines_above(draft: Draft) -> list[str]:
    """Give the lines above the table, then the names of the sheet."""
    grid = draft.grid
    lines = title_lines(grid.sheet.rows[grid.first_row - 1 : grid.header_rows[0] - 1])
    return [*lines, grid.sheet.name]


def _waiver(read: cells.Reader, column: Iterable[Any]) -> cells.Reader:
    """Read an amount or a mere tick: True is granted without an amount, None not granted.

    A column with no other numbers than 1 is one of ticks (填写“1”).
    """
    numbers = {cell for cell in column if isinstance(cell, float | int)}
    is_ticked = numbers <= {0, 1}

    def waiver(cell: Any) -> int | bool | Odd | None:
        if is_ticked or not isinstance(cell, float | int):
            tick = cells.flag(plain(cell))
            if isinstance(tick, bool):
                return tick or None
        found = read(cell)
        return found or None if isinstance(found, int) else found

    return waiver


def _split_quantities(draft: Draft, name: str) -> None:
    """Keep a quantity's own unit, where no column of units tells it."""
    pairs = draft.values[stored(name)]
    draft.values[stored(name)] = [pair and pair[0] for pair in pairs]
    if name == "quantity":
        measures = draft.values.get("measure") or [None] * draft.size
        column = draft.grid.column(name)
        usual = header_measure(column.header) if column else None
        draft.values["measure"] = [
            measure or (pair and (pair[1] or usual))
            for measure, pair in zip(measures, pairs, strict=True)
        ]


def complete(draft: Draft, spec: RegisterSpec) -> None:
    """Make the entries of every row; refuse rows that lack what they need."""
    _multiply(draft, spec)
    if spec.by_month and draft.series(spec.by_month):
        rates = draft.values.get("standard_fen") or [None] * draft.size
        if _is_by_term(draft, "standard"):
            rates = [None] * draft.size
        read_months(draft, spec.by_month, lambda column: _money_of(draft, column), rates)
    _refuse_empty(draft, spec)
    for name in dict.fromkeys((*spec.fields, *spec.parts)):
        if fields()[name].type in _MONEY and draft.has(name):
            check_sums(draft, name, _fen_of(draft, name), reader_of_money(draft, name))
    if any(draft.has(name) for name in _paid_parts(spec)):
        draft.values["entries"] = [
            _parts(draft, spec, at) if at not in draft.refused else [] for at in range(draft.size)
        ]
        _compare_total(draft)


def _paid_parts(spec: RegisterSpec) -> list[str]:
    """Give the columns that each make an entry of money."""
    return [name for name in spec.parts if fields()[name].type in _MONEY]


def _fen_of(draft: Draft, name: str) -> list[int | None]:
    """Give a column of money as fen; a tick is no amount."""
    return [None if value is True else value for value in draft.values[stored(name)]]


def _compare_total(draft: Draft) -> None:
    """Notice where a row's 合计 is not the sum of its parts."""
    for at, total in enumerate(draft.values.get("total_fen") or ()):
        amounts = [entry["amount_fen"] for entry in draft.values["entries"][at]]
        if total is not None and amounts and None not in amounts and sum(amounts) != total:
            what = Odd(
                "sum_mismatch",
                f"合计写的是 {format_yuan(Fen(total))} 元，"
                f"各项相加是 {format_yuan(Fen(sum(amounts)))} 元，以各项为准。",
            )
            draft.note(at, "total", what, refuses=False)


def _multiply(draft: Draft, spec: RegisterSpec) -> None:
    for name, factors in spec.products.items():
        count, price = (draft.values.get(stored(factor)) for factor in factors)
        if count is None or price is None or any(_is_by_term(draft, name) for name in factors):
            continue
        scale = 1000 if fields()[factors[0]].type == "quantity" else 1
        said = draft.values.get(stored(name)) or [None] * draft.size
        draft.values[stored(name)] = said = list(said)
        faulty = _faulty_rows(draft, {name})
        computed = []
        for at, (own, many, fen) in enumerate(zip(said, count, price, strict=True)):
            if many is None or fen is None or many * fen % scale:
                continue
            product = many * fen // scale
            if not is_money(product):
                continue
            if own is None and draft.grid.row_numbers[at] not in faulty:
                said[at] = product
                computed.append(at)
            elif own is not None and own != product:
                title, words = fields()[name].title, _product_words(factors)
                what = Odd("product_mismatch", f"{title}与{words}不等，照填写的{title}记。")
                draft.note(at, name, what, refuses=False)
        if spec.about == "person":
            _note_computed(draft, name, factors, computed)


def _product_words(factors: Iterable[str]) -> str:
    return "×".join(fields()[factor].title for factor in factors)


def _note_computed(
    draft: Draft, name: str, factors: Iterable[str], computed: Sequence[int]
) -> None:
    """Say once that amounts were worked out: empty, or a formula without its result."""
    kept = [at for at in computed if at not in draft.refused]
    if kept:
        amount = format_yuan(Fen(draft.values[stored(name)][kept[0]]))
        more = f"；这样的共 {len(kept)} 行" if len(kept) > 1 else ""
        what = Odd(
            "product_computed",
            f"{fields()[name].title}没有填（或公式没有存下结果），"
            f"按{_product_words(factors)}算得 {amount} 元{more}，请核对。",
        )
        draft.note(kept[0], name, what, refuses=False)


def _is_by_term(draft: Draft, name: str) -> bool:
    """Say whether a rate is for a term or a year: no number of days multiplies it."""
    column = draft.grid.column(name)
    return column is not None and _BY_TERM.search(column.header) is not None


def _faulty_rows(draft: Draft, names: Collection[str]) -> set[int]:
    """Give the numbers of the rows in which a cell of one of the fields refuses the row."""
    return {
        problem.row_number
        for problem in draft.problems
        if problem.field in names and problem.severity is Severity.ERROR
    }


def _refuse_empty(draft: Draft, spec: RegisterSpec) -> None:
    for group in spec.needs:
        told = [name for name in group if draft.has(name) or draft.series(name)]
        # What days and a rate should have told is wanted though it has no column.
        told = told or [name for name in group if name in spec.products]
        if not told:
            continue
        words = "、".join(fields()[name].title for name in told)
        asks_money = all(fields()[name].type in _MONEY for name in told)
        code = "amount_missing" if asks_money else "entry_incomplete"
        what = Odd(code, f"{words}没有填，请补填。")
        columns = [draft.values[stored(name)] for name in group if stored(name) in draft.values]
        faulty = _faulty_rows(draft, told)
        columns = columns or [[None] * draft.size]
        rows = zip(draft.grid.row_numbers, zip(*columns, strict=True), strict=True)
        for at, (number, said) in enumerate(rows):
            if number not in faulty and all(value is None for value in said):
                draft.note(at, told[0], what, refuses=True)


def _parts(draft: Draft, spec: RegisterSpec, at: int) -> list[dict[str, Any]]:
    """Give the entries of a row; a column with a nought makes one only where there is no other."""
    made = []
    for name, constants in spec.parts.items():
        column = draft.values.get(stored(name))
        value = None if column is None else column[at]
        if value is not None:
            made.append({"amount_fen": None if value is True else value, **constants})
    return [entry for entry in made if entry["amount_fen"] != 0] or made[:1]


def give_keys(draft: Draft, spec: RegisterSpec, earlier: Earlier) -> None:
    """Give every entry its key; refuse a row that repeats one, or number it where that may be."""
    nothing = [None] * draft.size
    columns = [draft.values.get(name) or nothing for name in spec.key]
    owners = _owners(draft, spec)
    entries = draft.values.get("entries") or [[{}]] * draft.size
    here: dict[str, int] = {}
    taken = {key for _, rows in earlier for key in rows}
    counts: dict[str, int] = {}
    keys: list[list[str]] = []
    for at, shared in enumerate(zip(*columns, strict=True)):
        row: list[str] = []
        keys.append(row)
        if at in draft.refused:
            continue
        owner, number = owners[at], draft.grid.row_numbers[at]
        for entry in entries[at]:
            told = [entry.get(name, value) for name, value in zip(spec.key, shared, strict=True)]
            key = "|".join("" if value is None else str(value) for value in told)
            if spec.repeats:
                key = _numbered(key, owner, taken, counts)
                here[owner + key] = number
            row.append(key)
        whole = [owner + key for key in row]
        if not spec.repeats and _is_first(draft, spec, at, whole, here=here, earlier=earlier):
            here.update(dict.fromkeys(whole, number))
    earlier.append((draft.grid.sheet.name, here))
    draft.values["entry_keys"] = keys


def _owners(draft: Draft, spec: RegisterSpec) -> list[str]:
    """Give by row whom it is about: a household by number, head's id, or head and village."""
    if spec.about in {"person", "staff"}:
        return [f"{identity}|" for identity in draft.values["identity"]]
    if spec.about != "household":
        return [""] * draft.size
    nothing = [None] * draft.size
    names = ("household_no", "head_id", "head_name", "township", "village")
    columns = (draft.values.get(name) or nothing for name in names)
    return [
        f"{number or head_id or '@'.join(map(str, place))}|"
        for number, head_id, *place in zip(*columns, strict=True)
    ]


def _numbered(key: str, owner: str, taken: Collection[str], counts: dict[str, int]) -> str:
    """Give the key of the next entry of its like: two gifts of one day are two gifts."""
    number = counts.get(owner + key, 0) + 1
    while owner + (found := key if number == 1 else f"{key}#{number}") in taken:
        number += 1
    counts[owner + key] = number
    return found


def _is_first(
    draft: Draft,
    spec: RegisterSpec,
    at: int,
    keys: Iterable[str],
    *,
    here: Mapping[str, int],
    earlier: Earlier,
) -> bool:
    sheet = draft.grid.sheet.name
    for key in keys:
        places = [*earlier, (sheet, here)]
        first = next((f"{name}!第{rows[key]}行" for name, rows in places if key in rows), None)
        if first is not None:
            what = Odd(
                "duplicate_row",
                f"与 {first} 重复，先出现的一行已采用，这一行没有导入。",
                advice="确是同一笔请删去这一行；不是同一笔请核对证件号和项目，并去掉格子里的“(重复)”。",
            )
            subjects = ("id_number", "name", "head_name", spec.subject)
            field = next(filter(draft.has, subjects), "sequence")
            draft.note(at, field, what, refuses=True)
            return False
    return True
