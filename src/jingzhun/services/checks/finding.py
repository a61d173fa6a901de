"""What a check finds: where in the ledger, what is wrong, what to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that must never be: its place, what stands there, what to do next."""

    place: str
    found: str
    remedy: str


#: A check reads the whole ledger in a few statements and gives what it finds.
Look = Callable[[Session], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One invariant of the ledger; ``title`` says in Chinese what holds."""

    name: str
    title: str
    look: Look


#: Nothing in the program can have done it: somebody changed the file by other means.
TAMPERED = "账本被别的程序改动过：请保留这个文件，用最近的备份恢复，并查明是谁改的。"
