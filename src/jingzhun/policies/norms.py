"""Figures of the plans and the law that reports measure against: dated, sourced data.

A norm file holds, under a key, the versions of one figure in time::

    [[bar_percent]]
    from = 2015-01-01          # or "2026秋"
    value = 200                # in the unit that the file's comment names
    document = "…"
    confidence = "confirmed"   # or "partly", "unconfirmed": shown to users as 未核实

A ledger may have files of its own for those in ``core.policy.NORM_KEYS``: a figure that such a file
names is the ledger's from the file's own first version on; all others stay. Its values are held to
the shape of the shipped ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from jingzhun.core.policy import PolicyText
from jingzhun.core.vocabulary import Confidence
from jingzhun.policies.codes import CODES, DEMANDS
from jingzhun.policies.node import Node

Own = tuple[PolicyText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """One version of a figure: its value, the document that set it, and how far that was checked.

    ``value`` has the type that the file gives it.
    """

    value: Any
    starts: date
    document: str
    confidence: Confidence

    @property
    def source(self) -> str:
        """The document as notes cite it; marked where nobody has checked it."""
        if self.confidence is Confidence.CONFIRMED:
            return self.document
        return f"{self.document}〔{self.confidence.label}〕"


Norms = Mapping[str, tuple[Norm, ...]]


def norms(name: str, day: date, own: Own = ()) -> Mapping[str, Norm]:
    """Give the figures of the norm file ``name`` that hold on ``day``, by key.

    ``own`` are the ledger's own policy files of that day. A day before the first version takes the
    first one: looking back does not undo a bar.

    Raises:
        PolicyError: the file is broken; the reason names file and key.
    """
    return {
        key: next((norm for norm in reversed(versions) if norm.starts <= day), versions[0])
        for key, versions in all_norms(name, own).items()
    }


def all_norms(name: str, own: Own = ()) -> Norms:
    """Give every version of the figures of a norm file, as a ledger's own files have it."""
    held = _shipped(name)
    mine = next((text for text in own if text.key == name), None)
    return held if mine is None else {**held, **_over(mine)}


@cache
def _shipped(name: str) -> Norms:
    text = norms_text(name)
    return read_norms(text.file, text.text)


def norms_text(name: str) -> PolicyText:
    """Give the words of a norm file that ships with the program."""
    path = Path(__file__).with_name(f"{name}.toml")
    return PolicyText(key=name, file=path.name, text=path.read_text(encoding="utf-8"))


@cache
def _over(mine: PolicyText) -> Norms:
    """Give the figures that an own file names: before its first version the shipped ones hold."""
    shipped = _shipped(mine.key)
    return {
        key: (*(norm for norm in shipped[key] if norm.starts < versions[0].starts), *versions)
        for key, versions in read_own_norms(mine).items()
    }


def value_words(key: str, value: Any) -> str:
    """Write a norm's value as tables show it: ``starts = 6，years = 9``, and codes as words."""
    if key in CODES:
        labels = {code: code.label for code in CODES[key]}
        return "、".join(labels[code] for code in value) or "无"
    return _words(value)


def _words(value: Any) -> str:
    match value:
        case dict():
            return "，".join(f"{key} = {_words(part)}" for key, part in value.items())
        case list():
            return "；".join(map(_words, value))
        case _:
            return str(value)


# --- reading ------------------------------------------------------------------------------------


def read_norms(file: str, text: str) -> Norms:
    """Read a norm file's text; the versions of a figure come back in time.

    Raises:
        PolicyError: anything that is not right, with file and key.
    """
    return Node.read(file, text, lambda node: {key: _versions(node, key) for key in node})


def read_own_norms(text: PolicyText) -> Norms:
    """Read a ledger's own norm file, held to the keys and the shapes of the shipped one.

    Raises:
        PolicyError: with every fault of the file.
    """
    shipped = _shipped(text.key)

    def read(node: Node) -> Norms:
        known = [key for key in shipped if node.has(key)]
        found = {key: _versions(node, key, shipped[key][-1].value) for key in known}
        for key in shipped:
            node.take(key, object, None)  # so that a stranger is told which keys there are
        node.finish()
        return found

    return Node.read(text.file, text.text, read)


def _versions(node: Node, key: str, like: Any = None) -> tuple[Norm, ...]:
    read = partial(_norm, key=key, like=like)
    return tuple(sorted(node.each(key, read), key=lambda norm: norm.starts))


def _norm(node: Node, key: str, like: Any) -> Norm:
    starts, _ = node.start("from")
    norm = Norm(
        value=_value(node, key, like),
        starts=starts,
        document=node.take("document", str),
        confidence=node.word("confidence", Confidence),
    )
    node.finish()
    return norm


def _value(node: Node, key: str, like: Any) -> Any:
    codes, demand = CODES.get(key), DEMANDS.get(key)
    value = node.take("value", object) if like is None else _shaped(node, "value", like)
    if codes is not None and isinstance(value, list):
        for place, code in enumerate(value):
            if code not in codes:
                node.unknown("value", str(code), codes)
            if code in value[:place]:
                node.refuse("value", "policy_bad_value", f"写了两次“{code}”", "请只写一次。")
    if demand is not None and not demand.holds(value):
        node.refuse("value", "policy_bad_value", demand.fault, demand.remedy)
    return value


def _shaped(node: Node, name: str, like: Any) -> Any:
    """Read a value that has the shape of another; a number is none below zero."""
    if isinstance(like, dict):
        table = node.node(name)
        found = {key: _shaped(table, key, part) for key, part in like.items()}
        table.finish()
        return found
    if isinstance(like, list) and isinstance(like[0], dict):
        return list(node.each(name, partial(_row, like=like[0])))
    value = node.take(name, type(like))
    if isinstance(like, int) and value < 0:
        node.refuse(name, "policy_bad_value", f"不能小于 0：{value}", "请写 0 或正整数。")
    if isinstance(like, list) and not all(isinstance(part, type(like[0])) for part in value):
        kind = "整数" if isinstance(like[0], int) else "文字"
        node.refuse(name, "policy_bad_value", f"里面应当都是{kind}", "请对照现成的文件改正。")
    return value


def _row(node: Node, like: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: _shaped(node, key, part) for key, part in like.items()}
    node.finish()
    return found
