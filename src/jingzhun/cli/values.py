"""The values that options take, read from what a person types, with what was expected instead."""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import NoReturn, TypeVar

from jingzhun.core.identity import mask_text
from jingzhun.core.labels import Labelled
from jingzhun.core.money import Fen, parse_yuan
from jingzhun.core.terms import Month, Quarter, Term
from jingzhun.errors import UsageError

Choice = TypeVar("Choice", bound=StrEnum)
#: Before this day no list of a school we know of was made: a slip of the finger.
_EARLIEST = date(1990, 1, 1)
_LATEST = date(2100, 1, 1)
_AMOUNT = re.compile(
    r"[¥￥]?\s*(?P<digits>\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?)\s*(?P<ten_thousand>万)?元?",
    re.ASCII,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTED = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def day(text: str) -> date:
    """Read a day: 2026-11-24, 2026/11/24, 20261124, 2026年11月24日.

    Raises:
        UsageError: not a day, or one that no list can be about.
    """
    match = _COMPACT.fullmatch(text.strip()) or _PARTED.fullmatch(text.strip())
    try:
        found = date(*(int(part) for part in match.groups())) if match else _none()
    except ValueError:
        raise _bad("日期", text, "2026-11-24") from None
    if not _EARLIEST <= found < _LATEST:
        raise UsageError(
            "bad_value",
            f"日期“{mask_text(text)}”不在 {_EARLIEST.year} 到 {_LATEST.year - 1} 年之间。",
            "请检查年份，写成 2026-11-24 这样的日期。",
        )
    return found


def number(text: str) -> int:
    """Read the number of an import or a pair.

    Raises:
        UsageError: not a number that the ledger could have given.
    """
    if not re.fullmatch(r"[0-9]{1,15}", text.strip()):
        raise _bad("编号", text, "3")
    return int(text)


def amount(text: str) -> Fen:
    """Read an amount of money above nought: 12500、12,500.00元、1.25万元.

    Raises:
        UsageError: not an amount, nought, or finer than a fen.
    """
    match = _AMOUNT.fullmatch(text.strip())
    try:
        found = parse_yuan(
            match["digits"].replace(",", ""), unit=10_000 if match["ten_thousand"] else 1
        ) if match else _none()  # fmt: skip
    except ValueError:
        raise _bad("金额", text, "12500.00（元）或 1.25万元") from None
    if found <= 0:
        raise UsageError("bad_value", "金额要大于零。", "请写成 12500.00（元）或 1.25万元。")
    return found


def month(text: str) -> Month | None:
    """Read a month, or None for this month (the option stood without a value).

    Raises:
        UsageError: not a month.
    """
    if text == "this":
        return None
    try:
        return Month.parse(text)
    except ValueError:
        raise _bad("月份", text, "2026-11") from None


def term(text: str) -> Term:
    """Read a term, 2026秋.

    Raises:
        UsageError: not a term.
    """
    try:
        return Term.parse(text.strip())
    except ValueError:
        raise _bad("学期", text, "2026秋") from None


def year(text: str) -> int:
    """Read a year of four digits.

    Raises:
        UsageError: not a year.
    """
    match = re.fullmatch(r"(20\d\d)(年|年度|学年)?", text.strip())
    if not match:
        raise _bad("年份", text, "2026")
    return int(match[1])


def period_name(text: str) -> str:
    """Read a period and give its name in the ledger: 2026-11, 2026Q4, 2026秋, 2026年, 2026学年.

    Raises:
        UsageError: not a period.
    """
    match = re.fullmatch(r"(20\d\d)(年度?|学年)?", text.strip())
    if match:
        return f"{match[1]}{'学年' if match[2] == '学年' else '年'}"
    for kind in (Month, Quarter, Term):
        try:
            return str(kind.parse(text))
        except ValueError:
            continue
    raise _bad("期间", text, "2026-11、2026年四季度、2026秋、2026年或 2026学年")


def choice(words: type[Choice]) -> Callable[[str], Choice]:
    """Give the reader of one word of a closed list: its code, or the label that people read.

    Raises:
        UsageError: from the reader, when the word is not in the list.
    """

    def read(text: str) -> Choice:
        wanted = text.strip()
        for word in words:
            if isinstance(word, Labelled) and wanted == word.label:
                return word
        try:
            return words(wanted.lower())
        except ValueError:
            known = "、".join(
                word.label if isinstance(word, Labelled) else word.value for word in words
            )
            raise UsageError(
                "bad_value", f"不认识“{mask_text(text)}”。", f"可以写：{known}。"
            ) from None

    return read


def _none() -> NoReturn:
    raise ValueError


def _bad(what: str, text: str, example: str) -> UsageError:
    return UsageError(
        "bad_value", f"“{mask_text(text)}”不是{what}。", f"请写成 {example} 这样的{what}。"
    )
