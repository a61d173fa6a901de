"""Figures of the plans and the law that reports measure against: dated, sourced data.

A norm file holds, under a key, the versions of one figure in time::

    [[bar_percent]]
    from = 2015-01-01
    value = 200                # in the unit that the file's comment names
    document = "…"
    confidence = "verbatim"    # or "unverified": shown to users as 未核实
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from jingzhun.errors import PolicyError

_KEYS = {"from", "value", "document", "confidence"}
_CONFIDENCE = {"verbatim", "unverified"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """One version of a figure: its value, the document that set it, and whether that was read."""

    value: Any
    valid_from: date
    document: str
    is_verified: bool

    @property
    def source(self) -> str:
        """The document as notes cite it; 未核实 where nobody has read it."""
        return self.document if self.is_verified else f"{self.document}，未核实"


def norms(name: str, day: date) -> Mapping[str, Norm]:
    """Give the figures of the norm file ``name`` that hold on ``day``, by key.

    A day before the first version takes the first one: a plan's bar is not undone by looking back.

    Raises:
        PolicyError: ``policy_broken`` — the file, key and fault are named.
    """
    return {
        key: max(
            (version for version in versions if version.valid_from <= day),
            key=lambda version: version.valid_from,
            default=versions[0],
        )
        for key, versions in _load(name).items()
    }


@cache
def _load(name: str) -> Mapping[str, tuple[Norm, ...]]:
    text = (files("jingzhun.policies") / f"{name}.toml").read_text(encoding="utf-8")
    return read_norms(text, name)


def read_norms(text: str, name: str) -> Mapping[str, tuple[Norm, ...]]:
    """Read a norm file's text; versions come back in time.

    Raises:
        PolicyError: ``policy_broken``.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken(name, "", str(error)) from error
    return {key: _versions(name, key, tables) for key, tables in content.items()}


def _versions(name: str, key: str, tables: Any) -> tuple[Norm, ...]:
    if not isinstance(tables, list) or not tables:
        raise _broken(name, key, "应写作 [[…]]")
    for table in tables:
        if not isinstance(table, dict) or set(table) != _KEYS:
            raise _broken(name, key, "应有且只有 from、value、document、confidence")
        if type(table["from"]) is not date:
            raise _broken(name, key, "from 应是日期")
        if table["confidence"] not in _CONFIDENCE:
            raise _broken(name, key, "confidence 应是 verbatim 或 unverified")
    versions = [
        Norm(
            value=table["value"],
            valid_from=table["from"],
            document=table["document"],
            is_verified=table["confidence"] == "verbatim",
        )
        for table in tables
    ]
    return tuple(sorted(versions, key=lambda version: version.valid_from))


def _broken(name: str, key: str, fault: str) -> PolicyError:
    return PolicyError(
        "policy_broken",
        f"政策文件 {name}.toml 的 {key or '全文'} 有误：{fault}。",
        "请改正后重试。",
    )
