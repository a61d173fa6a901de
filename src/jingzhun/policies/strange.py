"""The limits beyond which a list is questioned, read strictly from ``strange.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jingzhun.policies.node import Node
from jingzhun.policies.norms import norms

_FILE = "strange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """From how many on, and from how many of a hundred on."""

    least: int
    percent: int

    def reached(self, number: int, whole: int) -> bool:
        """Say whether ``number`` of ``whole`` is as much as the limit."""
        return number >= self.least and number * 100 >= self.percent * whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is strange on a day. ``events`` are the kinds whose rows are never compared."""

    class_loss: Limit
    boarders_turned: Limit
    new_year_births: Limit
    unread_ids: Limit
    shared_account: int
    row_count: Limit
    events: frozenset[str]


def limits(day: date) -> Limits:
    """Give the limits that hold on ``day``.

    Raises:
        PolicyError: the file is broken; the reason names file and key.
    """
    return read_limits({key: norm.value for key, norm in norms(_FILE, day).items()})


def read_limits(values: Mapping[str, Any]) -> Limits:
    """Read the values of the limits.

    Raises:
        PolicyError: a key is missing, unknown, or no whole number above nought.
    """
    return Node.read_values(f"{_FILE}.toml", dict(values), _limits)


def _limits(nodes: Node) -> Limits:
    plain = {
        name: _limit(nodes.node(name), "least")
        for name in ("class_loss", "boarders_turned", "new_year_births", "unread_ids")
    }
    account = nodes.node("shared_account")
    shared = _count(account, "least")
    account.finish()
    rows = nodes.node("row_count")
    events = frozenset(map(str, rows.take("events", list, [])))
    # More than ten is eleven.
    moved = _limit(rows, "above")
    nodes.finish()
    return Limits(
        **plain,
        shared_account=shared,
        row_count=Limit(least=moved.least + 1, percent=moved.percent),
        events=events,
    )


def _limit(node: Node, least: str) -> Limit:
    limit = Limit(least=_count(node, least), percent=_count(node, "percent"))
    node.finish()
    return limit


def _count(node: Node, name: str) -> int:
    number: int = node.take(name, int)
    if number < 1:
        node.refuse(name, "policy_bad_value", f"应当大于零，现在是 {number}", "请写一个正整数。")
    return number
