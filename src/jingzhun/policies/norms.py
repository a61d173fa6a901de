"""Figures of the plans and the law that reports measure against: dated, sourced data.

A norm file holds, under a key, the versions of one figure in time::

    [[bar_percent]]
    from = 2015-01-01          # or "2026秋"
    value = 200                # in the unit that the file's comment names
    document = "…"
    confidence = "confirmed"   # or "partly", "unconfirmed": shown to users as 未核实
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jingzhun.core.vocabulary import Confidence
from jingzhun.policies.node import Node


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


def norms(name: str, day: date) -> Mapping[str, Norm]:
    """Give the figures of the norm file ``name`` that hold on ``day``, by key.

    A day before the first version takes the first one: looking back does not undo a bar.

    Raises:
        PolicyError: the file is broken; the reason names file and key.
    """
    return {
        key: next((norm for norm in reversed(versions) if norm.starts <= day), versions[0])
        for key, versions in _load(name).items()
    }


@cache
def _load(name: str) -> Mapping[str, tuple[Norm, ...]]:
    path = Path(__file__).with_name(f"{name}.toml")
    return read_norms(path.name, path.read_text(encoding="utf-8"))


def read_norms(file: str, text: str) -> Mapping[str, tuple[Norm, ...]]:
    """Read a norm file's text; the versions of a figure come back in time.

    Raises:
        PolicyError: anything that is not right, with file and key.
    """
    return Node.read(file, text, _norms)


def _norms(node: Node) -> Mapping[str, tuple[Norm, ...]]:
    return {key: tuple(sorted(node.each(key, _norm), key=lambda norm: norm.starts)) for key in node}


def _norm(node: Node) -> Norm:
    starts, _ = node.start("from")
    norm = Norm(
        value=node.take("value", object),
        starts=starts,
        document=node.take("document", str),
        confidence=node.word("confidence", Confidence),
    )
    node.finish()
    return norm
