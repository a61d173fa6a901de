"""Books as a beancount file.

``bean-check`` must find what is wrong with it: each account is opened, each month's end says every
balance to the fen (without ``~ 0.00`` a fen off would pass), and what moves under a run or batch
names it with a posting of nought to an account that only approved ones open.

Source: beancount 3 language syntax; parts of an account's name begin with a capital or a digit.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from jingzhun.core.books import (
    BookAccount,
    BookEntry,
    BookMonth,
    Books,
    months_of,
    plain_yuan,
    safe_words,
)
from jingzhun.core.vocabulary import AccountKind

_ROOTS: Mapping[AccountKind, str] = {
    AccountKind.ASSET: "Assets",
    AccountKind.LIABILITY: "Liabilities",
    AccountKind.SURPLUS: "Equity",
    AccountKind.INCOME: "Income",
    AccountKind.EXPENSE: "Expenses",
}
_HEAD = """\
; 精准：学生资助资金专账。由 jingzhun fund export --to beancount 写出，请不要手工改动。
; 月末余额精确到分（~ 0.00）。Equity:Approved 下只有批准过的批次：别的批次动了钱，核对时报错。
option "title" "学生资助资金专账"
option "operating_currency" "CNY"
plugin "beancount.plugins.leafonly"
plugin "beancount.plugins.noduplicates"
"""


def beancount_chunks(books: Books) -> Iterator[str]:
    """Give the file piece by piece; the same books give the same file."""
    yield _HEAD
    if not books.entries:
        return
    first = books.entries[0].happened_on
    for account in books.accounts:
        yield (
            f"\n{first} open {_name(account)} CNY\n"
            f'  code: "{account.code}"\n  purpose: "{safe_words(account.purpose)}"\n'
            f'  source: "{account.source}"'
        )
    yield "\n"
    for mark in (*map(_run, books.runs), *map(_batch, books.batches)):
        yield f"\n{first} open Equity:Approved:{mark} CNY"
    yield "\n"
    for month in months_of(books):
        for entry in month.entries:
            yield from _voucher(entry)
        yield from _assertions(month)


def _voucher(entry: BookEntry) -> Iterator[str]:
    links = [f"^v{entry.voucher_no}"]
    links += [f"^run-{entry.run_id}"] if entry.run_id is not None else []
    links += [f"^batch-{entry.batch_id}"] if entry.batch_id is not None else []
    yield (
        f'\n{entry.happened_on} * "{entry.kind.label}" "{entry.words}" {" ".join(links)}\n'
        f'  voucher: "{entry.voucher_no}"\n  kind: "{entry.kind.value}"\n'
    )
    if entry.document:
        yield f'  doc: "{entry.document}"\n'
    for account, amount in entry.moves:
        yield f"  {_name(account)}  {plain_yuan(amount)} CNY\n"
    if entry.run_id is not None:
        yield f"  Equity:Approved:{_run(entry.run_id)}  0.00 CNY\n"
    if entry.batch_id is not None:
        yield f"  Equity:Approved:{_batch(entry.batch_id)}  0.00 CNY\n"


def _assertions(month: BookMonth) -> Iterator[str]:
    """Say every balance at the end of a month: a balance line speaks of the day's beginning."""
    day: date = month.month.period.end
    yield "\n"
    for account, amount in month.balances.items():
        yield f"{day} balance {_name(account)}  {plain_yuan(amount)} ~ 0.00 CNY\n"


def _name(account: BookAccount) -> str:
    title, purpose, source = account.parts
    return f"{_ROOTS[account.kind]}:{title}:P{purpose}:S{source}"


def _run(number: int) -> str:
    return f"Run-{number}"


def _batch(number: int) -> str:
    return f"Batch-{number}"
