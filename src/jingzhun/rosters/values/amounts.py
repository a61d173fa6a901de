"""Cells of money, quantities and bank accounts.

Money units stand in the header (元, 千元, 万元), in a line above the table, or in the cell, which
overrules both.
"""

import math
import re
from decimal import Decimal
from typing import Any

from jingzhun.core.identity import mask_text
from jingzhun.core.money import parse_capital, parse_yuan
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.values.cells import Reader, is_placeholder, plain
from jingzhun.rosters.values.odd import Odd

#: Yuan of each unit of money.
UNITS = {"万元": 10_000, "万": 10_000, "千元": 1_000, "元": 1, "圆": 1, "块": 1}
_IN_HEADER = re.compile(r"[(/:](?:人民币)?(万元|千元|元)(?=[)/:]|$)")
_IN_LINE = re.compile(r"(?:金额)?(?:单位|计量单位)[::](?:人民币)?(万元|千元|元)")
_THINGS = re.compile(r"\(([台套件个张册本块把条箱项间人]{1,2})\)$")
#: Two amounts, a line each, are not one amount.
_LINES = re.compile(r"\d\s*[\r\n]\s*[-¥￥]?\d")
_MONEY = re.compile(
    r"(?:人民币|RMB|CNY|¥|\$?)(\()?([+-]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)"
    r"(万元|千元|万|元|圆|块)?(?:整|正)?\)?(?:/[^\d]{1,8}|每[^\d]{1,6})?"
)
_QUANTITY = re.compile(r"(\d+(?:,\d{3})*(?:\.\d{1,3})?)([^\W\d_]\w{0,5}(?:/\w{1,3}|\(\w{1,3}\))?)?")
#: Nobody's money: a card or id number that slipped a column.
_MOST_YUAN = 10**11
_MOST_THINGS = 10**9
_NOISE = Decimal("0.001")
_ACCOUNT = re.compile(r"\d{9,30}")


def is_money(fen: int) -> bool:
    """Say whether a computed amount can be anybody's."""
    return fen < _MOST_YUAN * 100


def header_unit(header: str) -> int | None:
    """Give the yuan of a header's money unit, 10000 for 金额(万元); None when it has none."""
    found = _IN_HEADER.findall(header)
    return UNITS[found[-1]] if found else None


def header_measure(header: str) -> str | None:
    """Give the unit of things in a header: 数量(套) counts 套."""
    found = _THINGS.search(header)
    return found[1] if found else None


def line_unit(line: str) -> int | None:
    """Give the yuan of the unit that a line above a table states: 单位：万元."""
    found = _IN_LINE.search(normalise(line))
    return UNITS[found[1]] if found else None


def money(unit: int = 1) -> Reader:
    """Make a reader of money as fen; ``unit`` is the yuan of a plain number.

    A bare nought is an amount of nothing. 若干, #REF! and negative amounts are faults.
    """

    def read(cell: Any) -> int | Odd | None:
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            return _number(cell, unit)
        found = normalise(plain(cell)).upper()
        if found.startswith("#") or not isinstance(cell, str) or _LINES.search(cell):
            return _unreadable(found)
        match = _MONEY.fullmatch(found)
        if match:
            if match[1] or match[2] == "-":
                return _negative(found)
            own = UNITS[match[4]] if match[4] else unit
            return _fen(Decimal(match[3].replace(",", "") or "0"), own, found)
        return None if is_placeholder(found) else _in_words(found, unit)

    return read


def _in_words(found: str, unit: int) -> int | Odd:
    """Read 壹仟贰佰伍拾元整 or 一千二百五十; without 元 only where plain numbers are yuan too."""
    words = re.sub(r"^(?:人民币|RMB|¥):?", "", found)
    if unit == 1 and not re.search("[元圆角分]", words):
        words = words.removesuffix("整").removesuffix("正") + "元"
    try:
        amount = int(parse_capital(words))
    except ValueError:
        return _unreadable(found)
    if amount < 0:
        return _negative(found)
    return amount if is_money(amount) else _unreadable(found)


def _number(number: float, unit: int) -> int | Odd:
    if not math.isfinite(number):
        return _unreadable(str(number))
    if number < 0:
        return _negative(plain(number))
    # Spreadsheets compute in binary: 0.1 + 0.2 is 0.30000000000000004 and means 0.30.
    exact = Decimal(repr(number))
    if exact * unit >= _MOST_YUAN:
        return _fen(exact, unit, plain(number))
    fen = (exact * unit * 100).quantize(Decimal(1))
    if abs(exact * unit * 100 - fen) <= _NOISE:
        exact = fen / 100 / unit
    return _fen(exact, unit, plain(number))


def _fen(number: Decimal, unit: int, seen: str) -> int | Odd:
    if number * unit >= _MOST_YUAN:
        return Odd("amount_unreadable", f"金额“{mask_text(seen[:24])}”太大，像是卡号串了列。")
    try:
        return int(parse_yuan(f"{(number * unit).normalize():f}"))
    except ValueError:
        return Odd("amount_unreadable", f"金额“{seen[:24]}”算到了分以下，请写到分为止。")


def _unreadable(found: str) -> Odd:
    return Odd(
        "amount_unreadable",
        f"金额“{mask_text(found[:20])}”读不出来，请只写数字，如 625 或 625.00。",
    )


def _negative(found: str) -> Odd:
    return Odd(
        "amount_negative",
        f"金额“{mask_text(found[:20])}”是负数；名单里只写发放数，追回、退回请另行登记。",
    )


def quantity(cell: Any) -> tuple[int, str | None] | Odd | None:
    """Read a quantity as thousandths and its unit, None where the cell names none: 200套."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if not 0 <= cell < _MOST_THINGS:
            return _uncounted(plain(cell))
        return round(cell * 1000), None
    found = normalise(plain(cell))
    match = _QUANTITY.fullmatch(found)
    if match is None:
        return None if is_placeholder(found) else _uncounted(found)
    number = Decimal(match[1].replace(",", ""))
    return (int(number * 1000), match[2]) if number < _MOST_THINGS else _uncounted(found)


def _uncounted(found: str) -> Odd:
    return Odd(
        "quantity_unreadable",
        f"数量“{mask_text(found[:20])}”读不出来，请写数字，单位可以写在后面，如 200套。",
    )


def account(cell: Any) -> str | Odd | None:
    """Read a bank card or account; it is secondary: a faulty one is a remark and not kept."""
    if isinstance(cell, float | int) and abs(cell) >= 1e15:
        return _lost()
    found = normalise(plain(cell)).upper()
    if is_placeholder(found):
        return None
    if re.fullmatch(r"\d(?:\.\d+)?E\+?\d{1,2}", found):
        return _lost()
    digits = re.sub(r"[-—–_]", "", found.removesuffix(".0"))
    if _ACCOUNT.fullmatch(digits):
        return digits
    return Odd("account_unusual", "银行卡号不合规格（应为 9 到 30 位数字），没有采用。")


def _lost() -> Odd:
    return Odd("account_lost_digits", "银行卡号被表格软件当成数字，末几位已丢失，没有采用。")
