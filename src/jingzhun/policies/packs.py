"""The packs of schemes that ship with the program, and what a ledger's own files make of them.

Apart from the package itself, so that reports which need only norms load no schemes.

A ledger's own file adds a scheme, or changes one of the pack's from its own first version on; its
``facts`` do the same to the definitions of derived facts. What the pack says of days before stays.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import itemgetter

from jingzhun.core.conditions import Condition, Definition
from jingzhun.core.policy import FACTS_KEY, NOT_SCHEMES, Pack, PolicyText, Scheme, Version
from jingzhun.errors import PolicyError
from jingzhun.policies.gifts import GIFTS
from jingzhun.policies.reading import read_base, read_facts, read_pack, read_scheme

DEFAULT_PACK = "plan"
_PACK_FILE = "pack.toml"
_HOME = "jingzhun.policies"
Own = tuple[PolicyText, ...]


def pack_names() -> tuple[str, ...]:
    """Give the names of the packs that ship with the program."""
    folders = (folder for folder in files(_HOME).iterdir() if folder.is_dir())
    return tuple(sorted(folder.name for folder in folders if folder.joinpath(_PACK_FILE).is_file()))


@cache
def load_pack(name: str, own: Own = ()) -> Pack:
    """Read a pack, with a ledger's own files.

    Raises:
        PolicyError: no such pack, or a broken file.
    """
    if name not in pack_names():
        raise PolicyError(
            "policy_unknown_pack",
            f"没有名为“{name}”的政策包。",
            f"可以用：{'、'.join(pack_names())}。",
        )
    facts = definitions(own)
    mine = {text.key: text for text in own}
    schemes = [
        _changed(read_scheme(text.key, text.file, text.text, facts), mine.pop(text.key, None), own)
        for text in pack_texts(name)
    ]
    added = (_own_scheme(text, own) for key, text in mine.items() if key not in NOT_SCHEMES)
    file = f"{name}/{_PACK_FILE}"
    ordered = sorted((*schemes, *added), key=lambda scheme: scheme.key)
    return read_pack(name, file, _pack_words(name), ordered, facts)


def scheme_titles(own: Own = ()) -> dict[str, str]:
    """Give the title of every scheme of every pack; the default pack's words go before others.

    Of a ledger's own files only the titles are read: those that have ended need not fit together.
    """
    names = sorted(pack_names(), key=lambda name: name == DEFAULT_PACK)
    packs = (GIFTS, *map(load_pack, names))
    shipped = {scheme.key: scheme.title for pack in packs for scheme in pack.schemes}
    schemes = (text for text in own if text.key not in NOT_SCHEMES)
    return shipped | {text.key: tomllib.loads(text.text)["title"] for text in schemes}


def pack_texts(name: str) -> Iterator[PolicyText]:
    """Give the words of a pack's schemes, by key: its own, and for those it has not its base's."""
    base = read_base(f"{name}/{_PACK_FILE}", _pack_words(name))
    texts = {text.key: text for text in (pack_texts(base) if base else ())}
    texts |= {text.key: text for text in _texts(name)}
    return iter([texts[key] for key in sorted(texts)])


def _texts(name: str) -> Iterator[PolicyText]:
    for file in files(_HOME).joinpath(name).iterdir():
        if file.name.endswith(".toml") and file.name != _PACK_FILE:
            key = file.name.removesuffix(".toml")
            yield PolicyText(key=key, file=f"{name}/{file.name}", text=file.read_text("utf-8"))


def _pack_words(name: str) -> str:
    return files(_HOME).joinpath(name, _PACK_FILE).read_text("utf-8")


def facts_text() -> PolicyText:
    """Give the words that define the derived facts."""
    words = files(_HOME).joinpath("facts.toml").read_text("utf-8")
    return PolicyText(key=FACTS_KEY, file="facts.toml", text=words)


def fact_on(name: str, day: date, own: Own = ()) -> Condition | None:
    """Give a derived fact (registered, poor, listed …) with its definition on a day, if any."""
    return Pack(name="", title="", schemes=(), definitions=definitions(own)).fact_on(name, day)


@cache
def definitions(own: Own = ()) -> Mapping[str, tuple[Definition, ...]]:
    """Give what the derived facts mean, as a ledger's own files have it."""
    shipped = facts_text()
    known = read_facts(shipped.file, shipped.text)
    for text in own:
        if text.key == FACTS_KEY:
            known = read_facts(text.file, text.text, known)
    return known


def _changed(scheme: Scheme, text: PolicyText | None, own: Own) -> Scheme:
    """Give a pack's scheme as a ledger's own file has it from its first version on."""
    if text is None:
        return scheme
    mine = _own_scheme(text, own)
    first = mine.versions[0].starts
    before = (version for version in scheme.versions if version.starts < first)
    national = mine.national or scheme.national
    return replace(mine, versions=(*before, *mine.versions), national=national)


def _own_scheme(text: PolicyText, own: Own) -> Scheme:
    return replace(read_scheme(text.key, text.file, text.text, definitions(own)), file=text.file)


def say_packs(by_month: Mapping[int, str]) -> str:
    """Write which pack holds in which month: ``plan``, or ``plan+national@202609`` from a month on.

    ``by_month`` maps month numbers to names of packs; the words are read by :func:`pack_in`.
    """
    changes = groupby(sorted(by_month.items()), key=itemgetter(1))
    starts = [(name, next(months)[0]) for name, months in changes]
    return "+".join(
        f"{name}@{start}" if place else name for place, (name, start) in enumerate(starts)
    )


def pack_in(said: str, month: int, own: Own) -> Pack:
    """Give the pack that a run used for a month, from the words of :func:`say_packs`.

    ``own`` are the ledger's own files that held in that month as far as the run knew
    (``store.policy_files.files_in_force``).
    """
    if said == GIFTS.name:
        return GIFTS
    used = DEFAULT_PACK
    for part in said.split("+"):
        name, _, start = part.partition("@")
        if not start or month >= int(start):
            used = name
    return load_pack(used, own)


def rule_in(said: str, month: int, own: Own, scheme: str, starts: date) -> Version:
    """Give the version that made a run's line: by its pack, month, scheme and first day."""
    schemes = pack_in(said, month, own).schemes
    versions = next(each for each in schemes if each.key == scheme).versions
    return next(version for version in versions if version.starts == starts)
