"""What goes out to beancount, hledger and ledger: they accept it, agree with us, and find faults.

bean-check comes with the development tools; hledger and ledger are asked where they are installed.
"""

import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from jingzhun.core.books import Books, name_part, safe_words, told_apart
from jingzhun.core.money import Fen
from jingzhun.render.beancount import beancount_chunks
from jingzhun.render.hledger import hledger_chunks
from jingzhun.reports.books.books import books_of
from jingzhun.services.books.yearend import close_year
from jingzhun.store.schema import Posting
from tests.builders import World
from tests.reports.funds import year_of_money
from tests.services.money import HAND

#: Programs write Chinese only where the shell can.
_SHELL = {**os.environ, "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Program:
    """A program that keeps books: how it writes ours, how it checks them, how it sums them up."""

    name: str
    write: Callable[[Books], Iterator[str]]
    checks: tuple[tuple[str, ...], ...]
    suffix: str

    def accepts(self, folder: Path, words: str) -> bool:
        path = folder / f"books{self.suffix}"
        path.write_text(words, encoding="utf-8")
        return not any(_run(*check, path).returncode for check in self.checks)


def _run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command, *rest = (str(word) for word in words)
    found = shutil.which(command)
    assert found
    return subprocess.run(
        [found, *rest], check=False, capture_output=True, text=True, encoding="utf-8", env=_SHELL
    )


BEANCOUNT = Program("beancount", beancount_chunks, (("bean-check",),), ".beancount")
HLEDGER = Program(
    "hledger",
    hledger_chunks,
    (("hledger", "check", "-s", "ordereddates", "payees", "-f"),),
    ".journal",
)
LEDGER = Program(
    "ledger", hledger_chunks, (("ledger", "--strict", "--pedantic", "bal", "-f"),), ".dat"
)


@pytest.fixture(params=[BEANCOUNT, HLEDGER, LEDGER], ids=lambda program: program.name)
def program(request: pytest.FixtureRequest) -> Program:
    found: Program = request.param
    if found is not BEANCOUNT and shutil.which(found.name) is None:
        pytest.skip(f"{found.name} is not installed")
    return found


def written(program: Program, books: Books) -> str:
    return "".join(program.write(books))


def balances_of(session: Session) -> dict[tuple[str, str, str], int]:
    """Give our balance of every account, purpose and source."""
    keys = (Posting.account, Posting.purpose, Posting.source)
    rows = session.execute(select(*keys, func.sum(Posting.amount_fen)).group_by(*keys))
    return {tuple(key): total for *key, total in rows}  # type: ignore[misc]


def named(program: Program, books: Books) -> dict[str, tuple[str, str, str]]:
    """Give the account behind each name that the program sees."""
    names = {
        line.split()[2 if program is BEANCOUNT else 1]: None
        for line in written(program, books).splitlines()
        if re.match(r"(\d{4}-\d\d-\d\d open|account) ", line) and "Equity:Approved" not in line
    }
    keys = [(account.role.value, account.purpose, account.source) for account in books.accounts]
    return dict(zip(names, keys, strict=True))


def their_balances(program: Program, path: Path) -> dict[str, int]:
    """Ask the program for the balance of every account."""
    if program is BEANCOUNT:
        entries, errors, _ = loader.load_file(str(path))
        assert not errors
        sums: dict[str, Decimal] = {}
        for entry in entries:
            for posting in entry.postings if isinstance(entry, Transaction) else ():
                assert posting.units is not None
                assert posting.units.number is not None
                sums[posting.account] = sums.get(posting.account, Decimal(0)) + posting.units.number
        found = sums
    elif program is HLEDGER:
        shown = _run("hledger", "bal", "-f", path, "-N", "-E", "--flat", "-O", "csv").stdout
        rows = list(csv.reader(io.StringIO(shown)))[1:]
        found = {account: _yuan(amount) for account, amount in rows}
    else:
        form = "%(account)\t%(display_total)\n"
        shown = _run("ledger", "-f", path, "bal", "--flat", "-E", "--no-total", "-F", form).stdout
        pairs = (line.split("\t") for line in shown.splitlines())
        found = {account: _yuan(amount) for account, amount in pairs}
    return {account: int(amount * 100) for account, amount in found.items()}


def _yuan(words: str) -> Decimal:
    return Decimal(words.replace("CNY", "").replace(",", "").strip())


def test_the_program_accepts_the_books_and_agrees_account_by_account(
    world: World, program: Program, tmp_path: Path
) -> None:
    year_of_money(world)
    close_year(world.session, 2026, HAND, today=date(2026, 12, 31))
    books = books_of(world.session)
    assert program.accepts(tmp_path, written(program, books))
    names = named(program, books)
    theirs = their_balances(program, tmp_path / f"books{program.suffix}")
    assert {names[name]: fen for name, fen in theirs.items() if name in names and fen} == {
        key: fen for key, fen in balances_of(world.session).items() if fen
    }


def test_an_empty_ledger_goes_out_as_well(world: World, program: Program, tmp_path: Path) -> None:
    assert program.accepts(tmp_path, written(program, books_of(world.session)))


def test_the_same_ledger_gives_the_same_file(world: World, program: Program) -> None:
    year_of_money(world)
    assert written(program, books_of(world.session)) == written(program, books_of(world.session))


def test_one_fen_off_is_found(world: World, program: Program, tmp_path: Path) -> None:
    year_of_money(world)
    books = books_of(world.session)
    for place in (0, 4, len(books.entries) - 1):
        entry = books.entries[place]
        (account, amount), *rest = entry.moves
        (other, back), *more = rest
        moved = [(account, Fen(amount + 1)), (other, Fen(back - 1)), *more]
        for moves in ([(account, Fen(amount + 1)), *rest], moved):
            doctored = [*books.entries]
            doctored[place] = replace(entry, moves=moves)
            # The balances stay as they were told: only the entry is another.
            words = _swapped(program, books, doctored)
            assert not program.accepts(tmp_path, words), entry.voucher_no


def test_an_entry_dropped_is_found(world: World, program: Program, tmp_path: Path) -> None:
    year_of_money(world)
    books = books_of(world.session)
    for entry in books.entries[::3]:
        left = [each for each in books.entries if each is not entry]
        assert not program.accepts(tmp_path, _swapped(program, books, left)), entry.voucher_no


def _swapped(program: Program, books: Books, entries: object) -> str:
    """Write other entries under the balances of the right ones."""
    is_balance = re.compile(r"\d{4}-\d\d-\d\d balance |    .*0\.00 CNY = ")
    right = written(program, books)
    wrong = written(program, replace(books, entries=entries))  # type: ignore[arg-type]
    kept = [line for line in right.splitlines() if is_balance.match(line)]
    others = [line for line in wrong.splitlines() if not is_balance.match(line)]
    if program is BEANCOUNT:
        return "\n".join([*others, *kept, ""])
    # Each month's balances stand in a transaction of their own, in time: put them back in place.
    blocks = re.findall(r"(?m)^\d{4}-\d\d-\d\d \* 月末核对.*\n(?:    .*\n)+", right)
    body = re.sub(r"(?m)^\d{4}-\d\d-\d\d \* 月末核对.*\n(?:    .*\n)*", "", wrong)
    head, *vouchers = re.split(r"(?m)^(?=\d{4}-\d\d-\d\d \* \()", body)
    ordered = sorted([*vouchers, *blocks], key=lambda block: (block[:10], "月末核对" in block))
    return "\n".join([head, *ordered])


@pytest.mark.parametrize("program", [BEANCOUNT, HLEDGER], ids=lambda each: each.name, indirect=True)
def test_money_under_a_run_that_nobody_approved_is_found(
    world: World, program: Program, tmp_path: Path
) -> None:
    run = year_of_money(world)
    for trigger in ("run_is_final", "batch_is_final"):
        world.session.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
    world.session.execute(text(f"UPDATE run SET state = 'reviewed' WHERE id = {run}"))
    words = written(program, books_of(world.session))
    assert not program.accepts(tmp_path, words)


def test_no_pupil_and_no_donor_goes_out(world: World, program: Program) -> None:
    year_of_money(world)
    assert "张一" not in written(program, books_of(world.session))


def test_words_lose_the_marks_of_other_programs() -> None:
    assert safe_words('给"孩子"; a|b\n c=d') == "给＂孩子＂； a｜b c＝d"
    assert name_part("银行存款—学生资助专户（一）²") == "银行存款-学生资助专户-一"
    assert told_apart(["一", "一", "一-2", "一"]) == ["一", "一-2", "一-2-2", "一-3"]
