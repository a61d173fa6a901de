"""The accounts and the sources of money, read from ``accounts.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jingzhun.core.identity import mask_text
from jingzhun.core.vocabulary import Account, AccountKind
from jingzhun.errors import JingzhunError
from jingzhun.policies.node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTitle:
    """An account as the books name it; ``code`` is unique and orders the accounts."""

    role: Account
    code: str
    name: str
    kind: AccountKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The chart of accounts, by code, and the income account of each source of money.

    ``part_of`` names the sources whose money counts towards the share of another.
    """

    accounts: Mapping[Account, AccountTitle]
    sources: Mapping[str, Account]
    part_of: Mapping[str, str]


def find_account(text: str) -> AccountTitle:
    """Give the account of a code, a name, or a part of one name alone.

    Raises:
        JingzhunError: ``account_unknown``, listing all.
    """
    wanted = text.strip()
    titles = chart().accounts.values()
    exact = [title for title in titles if wanted in (title.code, title.name, title.role.value)]
    found = exact or [title for title in titles if wanted and wanted in title.name]
    if len(found) == 1:
        return found[0]
    known = "、".join(f"{title.code} {title.name}" for title in titles)
    raise JingzhunError(
        "account_unknown",
        f"“{mask_text(wanted)}”{'可以是几个科目' if found else '不是账上的科目'}。",
        f"请写科目编号，可以写：{known}。",
    )


@cache
def chart() -> Chart:
    """Give the chart of accounts that ships with the program."""
    file = "accounts.toml"
    return read_chart(file, files("jingzhun.policies").joinpath(file).read_text("utf-8"))


def read_chart(file: str, text: str) -> Chart:
    """Read a chart of accounts: every role once, with a code of its own.

    Raises:
        PolicyError: anything that is not right, with file and key.
    """
    return Node.read(file, text, _chart)


def _chart(node: Node) -> Chart:
    accounts, sources = node.node("account"), node.node("source")
    titles = [_title(role, accounts.node(role.value)) for role in Account]
    accounts.finish()
    codes = [title.code for title in titles]
    for title in titles:
        if codes.count(title.code) > 1:
            accounts.refuse(
                f"{title.role.value}.code",
                "policy_bad_value",
                f"（{title.code}）与另一个科目相同",
                "请给每个科目不同的编号。",
            )
    incomes = [title.role for title in titles if title.kind is AccountKind.INCOME]
    given = {name: sources.word(name, incomes) for name in sources}
    parts = node.node("part_of")
    part_of = {name: parts.word(name, given) for name in parts}
    node.finish()
    return Chart(
        accounts={title.role: title for title in sorted(titles, key=lambda each: each.code)},
        sources=given,
        part_of=part_of,
    )


def _title(role: Account, node: Node) -> AccountTitle:
    title = AccountTitle(
        role=role,
        code=node.take("code", str),
        name=node.take("name", str),
        kind=node.word("kind", AccountKind),
    )
    node.finish()
    return title
