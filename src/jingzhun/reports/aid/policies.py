"""``policy list`` and ``policy show``: the rules in force, in words, with document and dates.

JSON of the list::

    {"on", "pack", "files": [{"key", "file"}],
     "schemes": [{"scheme", "title", "unit", "standard", "delivery", "from", "document",
        "confidence", "pack", "file"}],
     "adopted": [{"from", "pack", "key", "file", "ended", "actor", "recorded_at"}]}

and of one scheme::

    {"scheme", "title", "pack", "file", "on",
     "versions": [{"from", "through", "in_force", "unit", "rates": [{"amount_fen", "when"}],
        "conditions", "delivery", "shares", "accrual", "document", "confidence", "clause"}],
     "national": [{"from", "amount_fen", "document"}],
     "definitions": [{"fact", "title", "from", "means", "document", "confidence"}]}

Of norms see :mod:`jingzhun.reports.aid.norms`. A scheme that no version sets today has null for all
that a version says. ``file`` is the ledger's own policy file that sets a scheme or changes it;
``pack`` whose file does, null where none does. ``adopted`` are the changes that were ever made,
later ones last: of the pack, or of an own file.
"""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.conditions import Defined, Definition
from jingzhun.core.page import Page
from jingzhun.core.policy import FACTS_KEY, NORM_KEYS, NOT_SCHEMES, Pack, Scheme, Version
from jingzhun.core.policy_words import condition_words, names_in, rates_words, version_words
from jingzhun.core.table import ALL_FORMATS, PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Confidence
from jingzhun.errors import PolicyError
from jingzhun.policies.norms import norms_text
from jingzhun.policies.packs import DEFAULT_PACK, facts_text, load_pack, pack_names, pack_texts
from jingzhun.reports.aid.norms import norms_page
from jingzhun.store.policy_files import files_in_force, pack_in_use
from jingzhun.store.schema import PolicyFile, PolicyUse

_LISTED = (
    Column(key="scheme", title="键"),
    Column(key="title", title="项目"),
    Column(key="unit", title="单位", kind=ColumnKind.LABEL),
    Column(key="standard", title="标准"),
    Column(key="delivery", title="发放方式", kind=ColumnKind.LABEL),
    Column(key="from", title="自", kind=ColumnKind.DATE),
    Column(key="document", title="依据"),
    Column(key="confidence", title="核实", kind=ColumnKind.LABEL),
    Column(key="pack", title="政策包"),
    Column(key="file", title="本账本的文件"),
)
_ADOPTED = (
    Column(key="from", title="自"),
    Column(key="pack", title="改用政策包"),
    Column(key="key", title="键"),
    Column(key="file", title="本账本的文件"),
    Column(key="ended", title="停用", kind=ColumnKind.FLAG),
    Column(key="actor", title="经办人"),
    Column(key="recorded_at", title="办理时间"),
)
_DEFINED = (
    Column(key="fact", title="键"),
    Column(key="title", title="名词"),
    Column(key="from", title="自", kind=ColumnKind.DATE),
    Column(key="means", title="指"),
    Column(key="document", title="依据"),
    Column(key="confidence", title="核实", kind=ColumnKind.LABEL),
)
_NATIONAL = (
    Column(key="from", title="自", kind=ColumnKind.DATE),
    Column(key="amount_fen", title="国家标准（元）", kind=ColumnKind.MONEY),
    Column(key="document", title="依据"),
)
_SAID = (Column(key="part", title="内容", kind=ColumnKind.LABEL), Column(key="words", title="规定"))
_VERSION = tuple(
    Column(key=key, title=key)
    for key in ("from", "through", "in_force", "unit", "rates", "conditions", "delivery", "shares",
                "accrual", "document", "confidence", "clause")
)  # fmt: skip


def pack_on(session: Session, day: date, name: str | None = None) -> Pack:
    """Give the pack in use on a day, or the one named, with the ledger's own files.

    Raises:
        PolicyError: unknown or broken.
    """
    month = Month.of(day).number
    used = name or pack_in_use(session, month) or DEFAULT_PACK
    return load_pack(used, files_in_force(session, month))


def policy_list_page(session: Session, *, on: date, pack: str | None = None) -> Page:
    """Show every scheme with what holds on a day.

    Raises:
        PolicyError: the pack is unknown or broken.
    """
    used = pack_on(session, on, pack)
    own = files_in_force(session, Month.of(on).number)
    packs = {text.key: text.file.split("/")[0] for text in pack_texts(used.name)}
    rows = [(*_listed(each, on), packs.get(each.key), each.file or None) for each in used.schemes]
    notes = [f"政策包：{used.title}（{used.name}）。一个项目的全部规定：jingzhun policy show 键。"]
    if own:
        notes.append(f"本账本自己的文件：{'、'.join(text.file for text in own)}。")
    doubt = Confidence.UNCONFIRMED
    if any(row[7] is doubt or doubt.label in (row[3] or "") for row in rows):
        notes.append("标“未核实”的标准没有见到原文，用前请与县资助中心核对。")
    return Page(
        title=f"{on.isoformat()} 执行的资助政策",
        facts={
            "on": on.isoformat(),
            "pack": used.name,
            "files": [{"key": text.key, "file": text.file} for text in own],
        },
        tables=[Table(key="schemes", heading="", columns=_LISTED, rows=rows), _adopted(session)],
        notes=notes,
    )


def _listed(scheme: Scheme, on: date) -> tuple[Any, ...]:
    version = scheme.version_on(on)
    if version is None:
        return (scheme.key, scheme.title, *[None] * 6)
    return (
        scheme.key, scheme.title, version.unit, rates_words(version), version.delivery,
        version.starts, version.document, version.confidence,
    )  # fmt: skip


def _adopted(session: Session) -> Table:
    """Give every change of pack and every own file, by month."""
    rows = [
        (_month(use.from_month), use.pack, None, None, None, use.actor, use.recorded_at)
        for use in session.scalars(select(PolicyUse))
    ] + [
        (_month(file.from_month), None, file.key, file.file_name, file.text is None, file.actor,
         file.recorded_at)
        for file in session.scalars(select(PolicyFile))
    ]  # fmt: skip
    rows.sort(key=lambda row: (row[0], row[-1]))
    return Table(
        key="adopted",
        heading="何时起有过改动",
        columns=_ADOPTED,
        rows=[(*row[:-1], f"{row[-1]:%Y-%m-%d %H:%M:%S}") for row in rows],
        shown_in=ALL_FORMATS if rows else PROGRAMS,
    )


def _month(number: int) -> str:
    return str(Month(*divmod(number, 100)))


def policy_show_page(session: Session, key: str, *, on: date, pack: str | None = None) -> Page:
    """Show a scheme's versions, the national standards beside it, and what its words mean.

    ``key`` may be a scheme's key or title, ``facts`` for the definitions alone, or that of norms.

    Raises:
        PolicyError: ``policy_unknown_scheme``; the pack is unknown or broken.
    """
    used = pack_on(session, on, pack)
    if key == FACTS_KEY:
        return Page(
            title="名词的口径",
            facts={"pack": used.name, "on": on.isoformat()},
            tables=[_definitions(used, used.definitions)],
        )
    if key in NORM_KEYS:
        return norms_page(session, key, on)
    scheme = find_scheme(used, key)
    named = dict.fromkeys(_named(used, scheme))
    versions = _held(used, scheme, on)
    return Page(
        title=f"{scheme.title}（{scheme.key}）",
        facts={
            "scheme": scheme.key,
            "title": scheme.title,
            "pack": used.name,
            "file": scheme.file or None,
            "on": on.isoformat(),
        },
        tables=[
            *map(_said, reversed(versions)),
            _versions(versions),
            _national(scheme),
            _definitions(used, named),
        ],
        notes=(f"出自：{scheme.file or used.title}。",),
    )


def find_scheme(pack: Pack, key: str) -> Scheme:
    """Find a scheme of a pack by its key or title.

    Raises:
        PolicyError: ``policy_unknown_scheme``, naming the nearest, or the packs that have it.
    """
    for scheme in pack.schemes:
        if key in {scheme.key, scheme.title}:
            return scheme
    named = {word: scheme for scheme in pack.schemes for word in (scheme.key, scheme.title)}
    near = difflib.get_close_matches(key, named, 3, 0.4)
    others = [name for name in pack_names() if key in {text.key for text in pack_texts(name)}]
    keys = "、".join(scheme.key for scheme in pack.schemes)
    raise PolicyError(
        "policy_unknown_scheme",
        f"{pack.title}没有“{key}”这个项目。",
        f"这个项目在别的政策包里：--pack {others[0]}。"
        if others
        else f"是不是：{'、'.join(near)}？"
        if near
        else f"可以写：{keys}，或 facts（名词的口径）、{'、'.join(sorted(NORM_KEYS))}（指标）。",
    )


def policy_text(session: Session, key: str, *, on: date, pack: str | None = None) -> str:
    """Give the words of the file that sets a scheme, or the facts, to start another from.

    Raises:
        PolicyError: ``policy_unknown_scheme``; the pack is unknown or broken.
    """
    used = pack_on(session, on, pack)
    wanted = key if key in NOT_SCHEMES else find_scheme(used, key).key
    own = () if pack else files_in_force(session, Month.of(on).number)
    shipped = (*pack_texts(used.name), facts_text(), *map(norms_text, sorted(NORM_KEYS)))
    return next(text.text for text in (*own, *shipped) if text.key == wanted)


# --- one scheme ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A version with its derived facts resolved, and the days on which it holds."""

    version: Version
    ends: date | None
    in_force: bool


def _held(pack: Pack, scheme: Scheme, on: date) -> list[_Held]:
    now = scheme.version_on(on)
    found = []
    for place, version in enumerate(scheme.versions, start=1):
        later = [each.starts - timedelta(days=1) for each in scheme.versions[place:][:1]]
        until = [day for day in (version.through, *later) if day is not None]
        rule = pack.rule_on(scheme, version.starts)
        assert rule is not None  # noqa: S101 - every version holds on its first day
        found.append(_Held(version=rule, ends=min(until, default=None), in_force=version is now))
    return found


def _said(held: _Held) -> Table:
    """A version for people."""
    version = held.version
    until = f"至 {held.ends.isoformat()}" if held.ends else "起"
    rows = [(part, words) for part, words in version_words(version).items() if words]
    return Table(
        key=f"version_{version.starts.isoformat()}",
        heading=f"{version.starts.isoformat()} {until}{'　现行' if held.in_force else ''}",
        columns=_SAID,
        rows=rows,
        notes=(version.clause,),
        shown_in=PEOPLE,
    )


def _versions(versions: Iterable[_Held]) -> Table:
    """Every version, for programs."""
    rows = [
        (
            held.version.starts,
            held.ends,
            held.in_force,
            held.version.unit,
            [
                {
                    "amount_fen": rate.amount_fen,
                    "fee": rate.fee,
                    "sets": rate.sets,
                    "confidence": rate.confidence or held.version.confidence,
                    "when": [*map(condition_words, rate.when)],
                }
                for rate in held.version.rates
            ],
            [*map(condition_words, held.version.conditions)],
            held.version.delivery,
            [
                {
                    "parts": {share.source: share.weight for share in split.shares},
                    "when": [*map(condition_words, split.when)],
                }
                for split in held.version.splits
            ],
            list(held.version.accrual),
            held.version.document,
            held.version.confidence,
            held.version.clause,
        )
        for held in versions
    ]
    return Table(key="versions", heading="", columns=_VERSION, rows=rows, shown_in=PROGRAMS)


def _national(scheme: Scheme) -> Table:
    rows = [(each.starts, each.amount_fen, each.document) for each in scheme.national]
    shown = ALL_FORMATS if rows else PROGRAMS
    return Table(key="national", heading="国家标准", columns=_NATIONAL, rows=rows, shown_in=shown)


def _named(pack: Pack, scheme: Scheme) -> Iterator[str]:
    """Give the derived facts that a scheme names, each before those that it is made of."""
    for version in scheme.versions:
        whens = (condition for rate in version.rates for condition in rate.when)
        for condition in (*version.conditions, *whens):
            for name in names_in(condition):
                yield from _with_parts(pack, name)


def _with_parts(pack: Pack, name: str) -> Iterator[str]:
    yield name
    for definition in pack.definitions[name]:
        for part in names_in(definition.body):
            yield from _with_parts(pack, part)


def _definitions(pack: Pack, names: Iterable[str]) -> Table:
    rows = [_defined(pack, definition) for name in names for definition in pack.definitions[name]]
    shown = ALL_FORMATS if rows else PROGRAMS
    return Table(
        key="definitions", heading="名词的口径", columns=_DEFINED, rows=rows, shown_in=shown
    )


def _defined(pack: Pack, definition: Definition) -> tuple[Any, ...]:
    resolved = pack.fact_on(definition.name, definition.starts)
    assert isinstance(resolved, Defined)  # noqa: S101 - it is defined on its first day
    return (
        definition.name, definition.title, definition.starts,
        condition_words(resolved.definition.body), definition.document, definition.confidence,
    )  # fmt: skip
