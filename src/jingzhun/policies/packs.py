"""The packs of schemes that ship with the program, read from their files, and what they are called.

Apart from its package, so that reports which need only norms load no schemes.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import itemgetter

from jingzhun.core.conditions import (
    Condition,
    Definition,
)
from jingzhun.core.policy import (
    Pack,
    Version,
)
from jingzhun.errors import PolicyError
from jingzhun.policies.reading import read_facts, read_pack, read_scheme

DEFAULT_PACK = "plan"
_PACK_FILE = "pack.toml"
_HOME = "jingzhun.policies"


def pack_names() -> tuple[str, ...]:
    """Give the names of the packs that ship with the program."""
    folders = (folder for folder in files(_HOME).iterdir() if folder.is_dir())
    return tuple(sorted(folder.name for folder in folders if folder.joinpath(_PACK_FILE).is_file()))


@cache
def load_pack(name: str) -> Pack:
    """Read a pack and the definitions of its derived facts.

    Raises:
        PolicyError: no such pack, or a broken file.
    """
    if name not in pack_names():
        raise PolicyError(
            "policy_unknown_pack",
            f"没有名为“{name}”的政策包。",
            f"可以用：{'、'.join(pack_names())}。",
        )
    root = files(_HOME)
    facts = _facts()
    folder = root.joinpath(name)
    schemes = [
        read_scheme(
            file.name.removesuffix(".toml"), f"{name}/{file.name}", file.read_text("utf-8"), facts
        )
        for file in sorted(folder.iterdir(), key=lambda each: each.name)
        if file.name.endswith(".toml") and file.name != _PACK_FILE
    ]
    text = folder.joinpath(_PACK_FILE).read_text("utf-8")
    return read_pack(name, f"{name}/{_PACK_FILE}", text, schemes, facts, load=load_pack)


def fact_on(name: str, day: date) -> Condition | None:
    """Give a derived fact (registered, poor, listed …) with its definition on a day, if any."""
    return Pack(name="", title="", schemes=(), definitions=_facts()).fact_on(name, day)


@cache
def _facts() -> Mapping[str, tuple[Definition, ...]]:
    return read_facts("facts.toml", files(_HOME).joinpath("facts.toml").read_text("utf-8"))


def say_packs(by_month: Mapping[int, str]) -> str:
    """Write which pack holds in which month: ``plan``, or ``plan+national@202609`` from a month on.

    ``by_month`` maps month numbers to names of packs; the words are read by :func:`pack_in`.
    """
    changes = groupby(sorted(by_month.items()), key=itemgetter(1))
    starts = [(name, next(months)[0]) for name, months in changes]
    return "+".join(
        f"{name}@{start}" if place else name for place, (name, start) in enumerate(starts)
    )


def pack_in(said: str, month: int) -> Pack:
    """Give the pack that a run used for a month, from the words of :func:`say_packs`."""
    used = DEFAULT_PACK
    for part in said.split("+"):
        name, _, start = part.partition("@")
        if not start or month >= int(start):
            used = name
    return load_pack(used)


def rule_in(said: str, month: int, scheme: str, starts: date) -> Version:
    """Give the version that made a run's line: by its pack, month, scheme and first day."""
    schemes = pack_in(said, month).schemes
    versions = next(each for each in schemes if each.key == scheme).versions
    return next(version for version in versions if version.starts == starts)
