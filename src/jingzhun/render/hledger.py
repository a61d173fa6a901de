"""Books as a journal that both hledger and ledger read.

``account`` lines come from the books, ``payee`` lines from the approved runs and batches alone, so
that ``hledger check payees`` finds money moved under another. Each month's end says every balance.

Source: hledger and ledger manuals; comments of accounts stand on their own line for ledger's sake.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from jingzhun.core.books import BookAccount, BookEntry, BookMonth, Books, months_of, plain_yuan
from jingzhun.core.vocabulary import AccountKind, EntryKind

_ROOTS: Mapping[AccountKind, tuple[str, str]] = {
    AccountKind.ASSET: ("资产", "A"),
    AccountKind.LIABILITY: ("负债", "L"),
    AccountKind.SURPLUS: ("净资产", "E"),
    AccountKind.INCOME: ("收入", "R"),
    AccountKind.EXPENSE: ("费用", "X"),
}
_CHECKED = "月末核对"
_HEAD = """\
; 精准：学生资助资金专账。由 jingzhun fund export --to hledger 写出，请不要手工改动。
; 核对：hledger check -s ordereddates payees；ledger --strict --pedantic bal
; payee 只列批准过的批次：别的批次动了钱，hledger 会报错。

commodity CNY
    format 1,000.00 CNY

"""


def hledger_chunks(books: Books) -> Iterator[str]:
    """Give the file piece by piece; the same books give the same file."""
    yield _HEAD
    for account in books.accounts:
        yield f"account {_name(account)}\n    ; type:{_ROOTS[account.kind][1]}\n"
    yield "\n"
    others = [kind.label for kind in EntryKind if kind not in _UNDER_RUNS]
    payees = (*map(_run, books.runs), *map(_batch, books.batches), *others, _CHECKED)
    yield from (f"payee {payee}\n" for payee in payees)
    for month in months_of(books):
        for entry in month.entries:
            yield from _voucher(entry)
        yield from _assertions(month)


#: Entries that a run or a batch stands behind.
_UNDER_RUNS = frozenset({EntryKind.APPROVAL, EntryKind.PAYMENT, EntryKind.RETURN})


def _voucher(entry: BookEntry) -> Iterator[str]:
    yield f"\n{entry.happened_on} * ({entry.voucher_no}) {_payee(entry)} | {entry.words}\n"
    if entry.document:
        yield f"    ; doc:{entry.document}\n"
    links = [_link("run", entry.run_id), _link("batch", entry.batch_id)]
    if any(links):
        yield f"    ; link:{' '.join(filter(None, links))}\n"
    for account, amount in entry.moves:
        yield f"    {_name(account)}  {plain_yuan(amount)} CNY\n"


def _assertions(month: BookMonth) -> Iterator[str]:
    yield f"\n{month.month.period.end - timedelta(1)} * {_CHECKED} | {month.month.label}\n"
    for account, amount in month.balances.items():
        yield f"    {_name(account)}  0.00 CNY = {plain_yuan(amount)} CNY\n"


def _payee(entry: BookEntry) -> str:
    """Give the approved thing that an entry stands under; else its kind."""
    if entry.kind not in _UNDER_RUNS:
        return entry.kind.label
    if entry.batch_id is not None:
        return _batch(entry.batch_id)
    return _run(entry.run_id)


def _name(account: BookAccount) -> str:
    return ":".join((_ROOTS[account.kind][0], *account.parts))


def _run(number: int | None) -> str:
    return f"批准 第{number}批"


def _batch(number: int) -> str:
    return f"发放批次 {number}"


def _link(word: str, number: int | None) -> str:
    return f"{word}-{number}" if number is not None else ""
