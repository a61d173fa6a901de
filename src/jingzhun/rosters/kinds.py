"""Load the kinds of roster, their headers and the words of their cells from ``kinds/*.toml``.

Adding a kind or a spelling touches one TOML file and no code.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from jingzhun.core.vocabulary import Kind

# Soft hyphens, zero-width characters and the direction marks that telephones paste round numbers.
UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff"
_INVISIBLE = re.compile(f"[\\s\u00a0\u3000{UNSEEN}]+")
_ZERO_WIDTH = re.compile(f"[{UNSEEN}]+")
_MARKS = re.compile(r"[*＊★☆]|\((?:必填|选填|\*|可选|\d+字|文本|下拉选择)\)")
_PREFIX = re.compile(r"^[A-Za-z]\d{1,3}(?=[\u4e00-\u9fff])")
_UNIT = re.compile(
    r"\((?:个?月|日|天|年|小时|课时|次|元|千元|万元|公里|里|平方米|亩|人|户|套|岁|%|件|台|台套|个|张|册|本|块|间|(?:万?元|套|次)/[^()]{1,6})\)$"
)
_BRACKET = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A field: its Chinese title, the type of its cells, and its headers, normalised.

    ``instead_of`` are fields that say the same in a better way: a blank workbook of ours leaves the
    field out where its kind has one of them. ``one_of`` are headers of columns of which one is
    ticked, each a word for a value of the field.
    """

    name: str
    title: str
    type: str
    headers: tuple[str, ...]
    instead_of: tuple[str, ...] = ()
    one_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSpec:
    """What makes a kind a register: a list whose rows are entries of their own.

    ``table`` keeps the entries; ``subject`` is the field that names what a row is about; ``about``
    says whose entries they are (``person``, ``household``, ``staff``, or "" for nobody's). ``key``
    names what makes an entry the same entry again, besides whom it is about; with ``repeats`` the
    same entry may stand in a list more than once. ``fields`` are the entry's own, ``told`` what is
    worked out of more than a cell, ``as_written`` names of which a cell may hold several; a fault
    of one in ``decides`` refuses the row, and of each group of ``needs`` that the table has, a row
    must fill one.

    ``parts``: columns of money or ticks each of which makes an entry of its own, with what else is
    so of that entry. ``by_month``: a field with a column for each month, each an entry's amount.
    ``products``: an amount that is the product of two fields where it is not stated itself.
    ``joins``: a row that leaves out the last part of the key is about an entry that has it;
    ``joins_weakly``: and fills only what is not known of that.
    """

    table: str
    subject: str
    about: str
    key: tuple[str, ...]
    fields: tuple[str, ...]
    told: tuple[str, ...]
    as_written: frozenset[str]
    decides: frozenset[str]
    needs: tuple[tuple[str, ...], ...]
    parts: Mapping[str, Mapping[str, str]]
    products: Mapping[str, tuple[str, str]]
    repeats: bool
    by_month: str
    joins: bool
    joins_weakly: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BareSpec:
    """Whom a bare header such as 姓名 may mean besides whom the kind's lists are about.

    It means ``field`` where headers in ``by`` describe that one and no field in ``unless`` tells of
    who the list is about. Where both do, or neither beside one of ``asks``, it cannot be told.
    """

    field: str
    by: frozenset[str]
    unless: frozenset[str]
    asks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec:
    """A kind of roster.

    ``requires`` are groups of fields of which each group must have one; a header that means a field
    in ``forbids`` speaks against the kind, one in ``bars`` rules it out. ``signature`` weighs the
    fields that tell kinds apart, ``title_weight`` each of the ``title_words`` in a title. ``ranks``
    is the kind's authority per group of facts. ``by_hand``: made at the desk, no workbook is one.

    ``series`` are fields of which there are several columns, by day, month or turn (see
    ``rosters.series``); ``forms``: it also comes as one form for each (see ``rosters.forms``).
    ``headers`` map a normalised header to its field, best spelling of each
    field first. A column of ``stand_ins`` (field → other field) serves a field that has none.
    ``beside`` says what plain headers mean right of a column whose field begins with the key,
    ``bare`` whom a bare header may mean besides. ``each``: a row may name a first and a second one
    of this field, each with what fields of the same beginning say of it (see ``layout.turns``).
    """

    kind: Kind
    title_words: tuple[str, ...]
    title_weight: int
    requires: tuple[tuple[str, ...], ...]
    forbids: frozenset[str]
    bars: frozenset[str]
    signature: Mapping[str, int]
    fields: tuple[str, ...]
    series: Mapping[str, str]
    forms: bool
    headers: Mapping[str, str]
    stand_ins: Mapping[str, str]
    beside: Mapping[str, Mapping[str, str]]
    bare: Mapping[str, BareSpec]
    each: str
    ranks: Mapping[str, int]
    register: RegisterSpec | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A spelling that a county taught its ledger.

    A header ``said`` means ``field``, in one kind or (None) in all; or it is a word ``in_cells`` of
    the field, read as if ``read_as`` stood there.
    """

    field: str
    said: str
    kind: Kind | None = None
    in_cells: bool = False
    read_as: str = ""

    @property
    def about(self) -> tuple[str, str, str]:
        """What it speaks of: a header in a kind or in all, or a word in a field's cells."""
        return (self.kind or "", self.field if self.in_cells else "", self.said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How lists say what we mean: our own spellings and, before them, those that were taught.

    ``meanings`` give for every header of every kind the fields that it may mean. ``cells`` give by
    field the taught words, normalised, and what is read in their place.
    """

    kinds: Mapping[Kind, KindSpec]
    meanings: Mapping[str, frozenset[str]]
    cells: Mapping[str, Mapping[str, str]]

    def taught(self, spellings: Iterable[Spelling]) -> "Words":
        """Give these words with the spellings added; a taught header wins over our own."""
        headers: dict[Kind, dict[str, str]] = {}
        meanings = {header: set(fields) for header, fields in self.meanings.items()}
        cells: dict[str, dict[str, str]] = {name: dict(own) for name, own in self.cells.items()}
        for each in spellings:
            if each.in_cells:
                cells.setdefault(each.field, {})[normalise(each.said).upper()] = each.read_as
                continue
            header = normalise_header(each.said)
            meanings.setdefault(header, set()).add(each.field)
            for kind in self.kinds if each.kind is None else (each.kind,):
                if each.field in self.kinds[kind].fields:
                    headers.setdefault(kind, {})[header] = each.field
        specs = {
            kind: replace(spec, headers=MappingProxyType(headers.get(kind, {}) | {
                header: field
                for header, field in spec.headers.items()
                if header not in headers.get(kind, {})
            }))
            for kind, spec in self.kinds.items()
        }  # fmt: skip
        return Words(
            kinds=MappingProxyType(specs),
            meanings=MappingProxyType({word: frozenset(names) for word, names in meanings.items()}),
            cells=MappingProxyType(cells),
        )


def normalise(cell: Any) -> str:
    """Bring a cell's text to the form in which words are compared: NFKC, without white space."""
    if not isinstance(cell, str):
        return ""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", cell))


def seen(text: str) -> str:
    """Give text as the eye sees it: NFKC, without characters of no width; blanks stay."""
    return _ZERO_WIDTH.sub("", unicodedata.normalize("NFKC", text))


def normalise_header(cell: Any) -> str:
    """Bring a header to the form in which headers are compared.

    Besides :func:`normalise`: stars, 必填 marks and numbering like ``A70`` go.
    """
    text = _PREFIX.sub("", _MARKS.sub("", normalise(cell)))
    return text.strip(":;,、.")


def without_bracket(header: str) -> str:
    """Drop a trailing bracket that holds no unit: ``姓名(与身份证一致)`` is 姓名."""
    return header if _UNIT.search(header) else _BRACKET.sub("", header)


def without_unit(header: str) -> str:
    """Drop a trailing unit: 金额(万元) is an amount, 标准(元/天) a rate; the unit is read apart."""
    return _UNIT.sub("", header)


def _read(name: str) -> dict[str, Any]:
    text = resources.files("jingzhun.rosters").joinpath("kinds", name).read_text("utf-8")
    return tomllib.loads(text)


@cache
def fields() -> Mapping[str, FieldSpec]:
    """Give every field by name."""
    return MappingProxyType(
        {
            name: FieldSpec(
                name=name,
                title=entry["title"],
                type=entry["type"],
                headers=tuple(normalise_header(header) for header in entry["headers"]),
                instead_of=tuple(entry.get("instead_of", ())),
                one_of=frozenset(map(normalise_header, entry.get("one_of", ()))),
            )
            for name, entry in _read("_fields.toml").items()
        }
    )


@cache
def ticked_words() -> frozenset[str]:
    """Give the headers of columns of which one is ticked, of all fields."""
    return frozenset().union(*(field.one_of for field in fields().values()))


@cache
def kinds() -> Mapping[Kind, KindSpec]:
    """Give every kind by its code, in the order of the vocabulary; also those made by hand."""
    return MappingProxyType({kind: _kind(kind) for kind in Kind})


def _kind(kind: Kind) -> KindSpec:
    entry = _read(f"{kind.value}.toml")
    headers: dict[str, str] = {}
    # The kind's own headers win a header that two fields share, then the field named first.
    for field, own in entry["headers"].items():
        for header in own:
            headers.setdefault(normalise_header(header), field)
    register = entry.get("register", {})
    named = dict.fromkeys(
        [*register.get("fields", ()), *register.get("parts", ()), *entry["fields"]]
    )
    series = entry.get("series", {})
    for field in named:
        # 金额 alone is no column of a month: only 9月金额 is.
        for header in fields()[field].headers if series.get(field) != "month" else ():
            headers.setdefault(header, field)
    return KindSpec(
        kind=kind,
        title_words=tuple(entry["title_words"]),
        title_weight=entry.get("title_weight", 2),
        requires=tuple(map(tuple, entry["requires"])),
        forbids=frozenset(entry["forbids"]),
        bars=frozenset(entry.get("bars", ())),
        signature=MappingProxyType(entry["signature"]),
        fields=tuple(named),
        series=MappingProxyType(series),
        forms=entry.get("forms", False),
        headers=MappingProxyType(headers),
        stand_ins=MappingProxyType(entry.get("stand_ins", {})),
        beside=MappingProxyType(entry.get("beside", {})),
        each=entry.get("each", ""),
        bare=MappingProxyType(
            {
                header: BareSpec(
                    field=bare["field"],
                    **{name: frozenset(bare[name]) for name in ("by", "unless", "asks")},
                )
                for header, bare in entry.get("bare", {}).items()
            }
        ),
        ranks=MappingProxyType(entry["ranks"]),
        register=_register(entry["register"]) if "register" in entry else None,
        by_hand=entry.get("by_hand", False),
    )


def _register(entry: Mapping[str, Any]) -> RegisterSpec:
    return RegisterSpec(
        table=entry["table"],
        subject=entry.get("subject", "name"),
        about=entry["about"],
        key=tuple(entry["key"]),
        fields=tuple(entry["fields"]),
        told=tuple(entry.get("told", ())),
        as_written=frozenset(entry.get("as_written", ())),
        decides=frozenset(entry["decides"]),
        needs=tuple(map(tuple, entry["needs"])),
        parts=MappingProxyType(entry.get("parts", {})),
        products=MappingProxyType(
            {name: tuple(factors) for name, factors in entry.get("products", {}).items()}
        ),
        repeats=entry.get("repeats", False),
        by_month=entry.get("by_month", ""),
        joins="joins" in entry,
        joins_weakly=entry.get("joins") == "weakly",
    )


@cache
def own_words() -> Words:
    """Give the words of our own files."""
    meanings: dict[str, set[str]] = {}
    for field in fields().values():
        for header in field.headers:
            meanings.setdefault(header, set()).add(field.name)
    for spec in kinds().values():
        for header, name in spec.headers.items():
            meanings.setdefault(header, set()).add(name)
    return Words(
        kinds=MappingProxyType({k: spec for k, spec in kinds().items() if not spec.by_hand}),
        meanings=MappingProxyType({word: frozenset(names) for word, names in meanings.items()}),
        cells=MappingProxyType({}),
    )


def vocabulary_of(field: str) -> str | None:
    """Give the name of the vocabulary that a field's cells are read by, or None."""
    name = fields()[field].type.removeprefix("vocabulary:")
    return name if name in _read_values() else None


@cache
def _read_values() -> Mapping[str, Any]:
    return _read("_values.toml")


@cache
def choices(vocabulary: str) -> tuple[str, ...]:
    """Give the words to write for a vocabulary: of each meaning the first spelling."""
    return tuple(spellings[0] for code, spellings in _read_values()[vocabulary].items() if code)


@cache
def values(vocabulary: str) -> Mapping[str, str]:
    """Give the words of a vocabulary: normalised spelling → code."""
    table = _read_values()[vocabulary]
    return MappingProxyType(
        {
            normalise(spelling).upper(): code
            for code, spellings in table.items()
            for spelling in spellings
        }
    )
