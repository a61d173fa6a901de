"""Money as whole fen, through three doors: parse, format, allocate.

No float, no rounding: a figure that is not a whole number of fen is a fault.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NewType

Fen = NewType("Fen", int)

# Regex first: Decimal("1e5"), Decimal("NaN"), Decimal("1_000") and Decimal("１２") are all
# numbers to Python.
_YUAN = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]+)?")
_CAPITAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_CAPITAL_UNITS = ("", "拾", "佰", "仟")
_CAPITAL_GROUPS = ("", "万", "亿", "万亿")
#: How hands write capital figures; 大写 and 小写 numerals may not stand for other digits.
_TO_CAPITALS = str.maketrans(
    "〇一二三四五六七八九两十百千圆贰貳參陸拾萬億", "零壹贰叁肆伍陆柒捌玖贰拾佰仟元贰贰叁陆拾万亿"
)
_GROUP = "(?:[壹贰叁肆伍陆柒捌玖][仟佰拾]|拾|零)*[壹贰叁肆伍陆柒捌玖]?"
_CAPITAL_INTEGER = re.compile(f"(?:({_GROUP})万亿)?(?:({_GROUP})亿)?(?:({_GROUP})万)?({_GROUP})")
_CAPITAL = re.compile(
    f"(?:([{_CAPITAL_DIGITS}拾佰仟万亿]+)元)?(零?)(?:([{_CAPITAL_DIGITS}])角)?(零?)(?:([{_CAPITAL_DIGITS}])分)?"
)


def parse_yuan(text: str, *, unit: int = 1) -> Fen:
    """Read plain digits of yuan (or of ``unit`` yuan: 10000 for 万元) as fen.

    Accepts an optional sign and decimal point only; separators and currency signs are the business
    of the roster's cells.

    Raises:
        ValueError: not such a number, or not a whole number of fen.
    """
    if not _YUAN.fullmatch(text):
        raise ValueError(text)
    fen = Decimal(text) * 100 * unit
    if fen != int(fen):
        raise ValueError(text)
    return Fen(int(fen))


def format_yuan(amount: Fen) -> str:
    """Write fen as yuan with two decimals and thousands separators, e.g. ``1,250.00``."""
    sign, rest = ("-", -amount) if amount < 0 else ("", amount)
    yuan, fen = divmod(rest, 100)
    return f"{sign}{yuan:,}.{fen:02d}"


def capital_yuan(amount: Fen) -> str:
    """Write fen in the capital figures of vouchers (大写金额), e.g. 壹仟贰佰伍拾元整.

    Source: 中国人民银行《支付结算办法》 annex 1, 正确填写票据和结算凭证的基本规定.
    """
    if amount < 0:
        return "负" + capital_yuan(Fen(-amount))
    yuan, fen = divmod(int(amount), 100)
    jiao, fen = divmod(fen, 10)
    text = f"{_capital_integer(yuan)}元" if yuan else ""
    if jiao:
        text += f"{_CAPITAL_DIGITS[jiao]}角"
    elif fen and yuan:
        text += "零"
    if fen:
        return f"{text}{_CAPITAL_DIGITS[fen]}分"
    return f"{text or '零元'}整"


def _capital_integer(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    gap = False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _capital_group(group) + _CAPITAL_GROUPS[place]
        gap = False
    return text


def _capital_group(group: int) -> str:
    text = ""
    gap = False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _CAPITAL_DIGITS[digit] + _CAPITAL_UNITS[place]
            gap = False
        else:
            gap = True
    return text


def parse_capital(text: str) -> Fen:
    """Read capital figures, or the same in everyday numerals: 壹仟贰佰伍拾元整, 一千二百五十元.

    The inverse of :func:`capital_yuan`. What the rule leaves to the writer may be there or not: 整,
    the 壹 of a leading 壹拾, a 零 after 万 or 元. Whatever else differs is no amount.

    Raises:
        ValueError: not an amount, or not written as one is: 一千二 may be 1200 or 1002.
    """
    if text.startswith("负") and (amount := parse_capital(text[1:])) > 0:
        return Fen(-amount)
    capital = text.translate(_TO_CAPITALS).removesuffix("整").removesuffix("正")
    found = _CAPITAL.fullmatch(capital)
    if found is None or not capital or capital.endswith("零"):
        raise ValueError(text)
    yuan, before, jiao, between, fen = found.groups()
    digits = [_CAPITAL_DIGITS.index(digit or "零") for digit in (jiao, fen)]
    number = _parse_capital_integer(yuan) if yuan else 0
    amount = Fen(number * 100 + digits[0] * 10 + digits[1])
    # 零 stands where 角 are skipped, or after 元 at will; nobody writes 零角.
    is_plain = (yuan or not (before or between)) and not (jiao and between) and jiao != "零"
    if not is_plain or fen == "零" or (yuan and _spoken(yuan) != _spoken_of(number)):
        raise ValueError(text)
    return amount


def _parse_capital_integer(text: str) -> int:
    found = _CAPITAL_INTEGER.fullmatch(text)
    if found is None:
        raise ValueError(text)
    number = 0
    for group in found.groups():
        number = number * 10_000 + _parse_capital_group(group or "")
    return number


def _parse_capital_group(text: str) -> int:
    number = digit = 0
    for character in text:
        if character in _CAPITAL_DIGITS:
            digit = _CAPITAL_DIGITS.index(character)
        else:
            number += (digit or 1) * 10 ** _CAPITAL_UNITS.index(character)
            digit = 0
    return number + digit


def _spoken(yuan: str) -> str:
    """Drop what the rule leaves to the writer; 一万二 may be 12000, so there 零 must stand."""
    return re.sub("^壹(?=拾)", "", re.sub("(?<=[万亿])零(?!.$)", "", yuan))


def _spoken_of(number: int) -> str:
    return _spoken(_capital_integer(number) or "零")


def allocate(amount: Fen, weights: Mapping[str, int]) -> dict[str, Fen]:
    """Split ``amount`` by integer weights so that the parts sum to the whole.

    Largest remainder; ties go to the source named first. A negative amount splits as the mirror of
    the positive one, so that a recovery undoes a payment to the fen. No weights: nothing to split,
    an empty mapping.

    Raises:
        ValueError: a negative weight, or weights that sum to zero.
    """
    if not weights:
        return {}
    total = sum(weights.values())
    if total <= 0 or min(weights.values()) < 0:
        raise ValueError(f"weights {dict(weights)}")
    sign = -1 if amount < 0 else 1
    whole = abs(amount)
    parts = {name: whole * weight // total for name, weight in weights.items()}
    remainders = {name: whole * weight % total for name, weight in weights.items()}
    left = whole - sum(parts.values())
    # sorted() is stable, so equal remainders keep the order in which the sources are named.
    for name in sorted(parts, key=lambda source: -remainders[source])[:left]:
        parts[name] += 1
    return {name: Fen(sign * part) for name, part in parts.items()}


def accrue(amount: Fen, part: int, parts: int) -> Fen:
    """Give the ``part``-th (1-based) of ``parts`` months its share by cumulative floor.

    The months add up exactly: 100000 over 3 is 33333, 33333, 33334.
    """
    return Fen(amount * part // parts - amount * (part - 1) // parts)
