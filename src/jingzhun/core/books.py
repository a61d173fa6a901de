"""The books as other programs keep them: accounts, vouchers, balances at the ends of months; pure.

What goes out to beancount, hledger or ledger. Words are made safe here, once for all of them.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, groupby

from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Account, AccountKind, EntryKind

#: What begins a comment, a note or a quotation, or ends a line or a tag, in one of the three.
_MARKS = str.maketrans(dict(zip(';|",=*!()\\', "；｜＂，＝＊！（）＼", strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BookAccount:
    """An account of the books: a title of the chart for one purpose and source of money.

    ``parts`` are the parts of its name below the root, unlike those of any other account.
    """

    role: Account
    kind: AccountKind
    code: str
    purpose: str
    source: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookEntry:
    """A voucher with what it moves, by account; debit positive."""

    voucher_no: str
    kind: EntryKind
    happened_on: date
    words: str
    document: str | None
    run_id: int | None
    batch_id: int | None
    moves: Sequence[tuple[BookAccount, Fen]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """All vouchers in time, with the accounts that they name.

    ``runs`` and ``batches`` are the approved ones: not those that vouchers name, so that money
    moved under another is found out by the other program.
    """

    accounts: Sequence[BookAccount]
    entries: Sequence[BookEntry]
    runs: Sequence[int]
    batches: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookMonth:
    """A month's vouchers, and the balance of every account used so far at its end."""

    month: Month
    entries: Sequence[BookEntry]
    balances: Mapping[BookAccount, Fen]


def months_of(books: Books) -> Iterable[BookMonth]:
    """Give the months in which anything was booked, in time."""
    balances: dict[BookAccount, Fen] = {}
    for month, entries in groupby(books.entries, lambda entry: Month.of(entry.happened_on)):
        booked = tuple(entries)
        for account, amount in (move for entry in booked for move in entry.moves):
            balances[account] = Fen(balances.get(account, 0) + amount)
        ordered = {account: balances[account] for account in books.accounts if account in balances}
        yield BookMonth(month=month, entries=booked, balances=ordered)


def safe_words(text: str) -> str:
    """Give a text in which none of the programs sees a mark of its own."""
    return " ".join(text.translate(_MARKS).split())


def name_part(text: str) -> str:
    """Give a text as a part of an account's name: letters, decimal digits and hyphens."""
    kept = (letter if _is_fit(letter) else " " for letter in text)
    return "-".join("".join(kept).split())


def _is_fit(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] == "L" or category == "Nd"


def told_apart(names: Sequence[str]) -> list[str]:
    """Give names of which no two are alike: the second of a kind gets a number."""
    told: list[str] = []
    for name in names:
        tries = (name if number == 1 else f"{name}-{number}" for number in count(1))
        told.append(next(each for each in tries if each not in told))
    return told


def plain_yuan(amount: Fen) -> str:
    """Write fen as yuan with two decimals and nothing else, 1250.00."""
    return format_yuan(amount).replace(",", "")
