"""The household part of a row: number, place, head, and the categories that its columns state."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from jingzhun.core.vocabulary import MONITORED, Category, Kind
from jingzhun.rosters.kinds import normalise, values
from jingzhun.rosters.lists.villages import PLACES, read_places
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.ids import IdReader
from jingzhun.rosters.values.odd import Odd

Stated = tuple[str, bool | None, str | None, str | None]
#: What else a list says of categories: for each row those it names (None: nothing said), and of
#: which it speaks.
Told = tuple[Sequence[tuple[str, ...] | None], frozenset[Category]]

_LIFTED = frozenset({Category.LIFTED, Category.LIFTED_ENDED})
_ALLOWANCE = frozenset({Category.RURAL_ALLOWANCE, Category.URBAN_ALLOWANCE})
_DESTITUTE = frozenset({Category.RURAL_DESTITUTE, Category.URBAN_DESTITUTE})
#: The categories about which each column speaks: what it does not name is no longer so.
SCOPES = {
    "household_type": _LIFTED | frozenset(MONITORED) | {Category.OTHER},
    "lifted_state": _LIFTED,
    "is_registered": _LIFTED,
    "poor_kind": _ALLOWANCE | _DESTITUTE,
    "monitored_kind": frozenset(MONITORED),
    "allowance": _ALLOWANCE,
    "destitute": _DESTITUTE,
}
TEXTS = (*PLACES, "poverty_cause")

#: How a cell that says who somebody is to the head of the household is read.
RELATION: cells.Reader = cells.vocabulary(
    "relation", code_name="relation_unknown", expected="请填户主、配偶、之子、之女等"
)


def read_household(
    draft: Draft, ids: IdReader, dates: DateReader, told: Sequence[Told] = ()
) -> None:
    """Read household_no, person_no, relation, places, head and categories into the draft.

    ``told`` are categories that something else than a column tells.
    """
    draft.take("household_no", cells.number)
    draft.take("person_no", cells.number)
    draft.take("household_phone", cells.phone)
    draft.take("head_name", cells.name)
    draft.take("head_id", ids.secondary)
    draft.take("poverty_cause", cells.text)
    read_places(draft)
    draft.take("relation", RELATION)
    _head_from_members(draft)
    _read_categories(draft, dates, told)


def _head_from_members(draft: Draft) -> None:
    """Fill the head's name and id from the row of the household that is its head."""
    relations, numbers = draft.values.get("relation"), draft.values.get("household_no")
    names = draft.values.get("name")
    if relations is None or numbers is None or names is None:
        return
    heads: dict[str, int] = {}
    count: Counter[str] = Counter()
    for at, (relation, number) in enumerate(zip(relations, numbers, strict=True)):
        if relation == "户主" and number is not None:
            count[number] += 1
            heads.setdefault(number, at)
    for name, source in (("head_name", names), ("head_id", draft.values.get("id_number"))):
        if source is not None:
            own = draft.values.get(name) or [None] * draft.size
            draft.values[name] = [
                value or (source[heads[number]] if number in heads else None)
                for value, number in zip(own, numbers, strict=True)
            ]
    if draft.grid.kind is not Kind.HOUSEHOLD_MEMBERS:
        return  # a list of pupils names no heads, and nobody expects it to
    # Of a household whose other rows are already in, the returned rows may well lack the head.
    seen: set[str | None] = {None, *(numbers if draft.grid.is_returned else ())}
    for at, number in enumerate(numbers):
        if number is None or number in seen:
            continue
        seen.add(number)
        if count[number] > 1:
            what = Odd(
                "household_many_heads", f"户编号 {number[:20]} 有 {count[number]} 个户主，请核对。"
            )
            draft.note(at, "relation", what, refuses=False)
        elif not count[number] and draft.grid.kind is Kind.HOUSEHOLD_MEMBERS:
            # A list of pupils or of hands leaves the head out where he is none.
            what = Odd("household_no_head", f"户编号 {number[:20]} 的成员里没有户主，请核对。")
            draft.note(at, "relation", what, refuses=False)


def _read_categories(draft: Draft, dates: DateReader, told: Sequence[Told]) -> None:
    """Combine what tells the categories of each row into one tuple of statements."""
    sources = [words for words, _ in told]
    scopes = [scope for _, scope in told]
    for name in ("lifted_state", "household_type", "poor_kind", "monitored_kind"):
        if draft.take(name, _category_reader(name), refuses=True) is not None:
            sources.append(draft.values.pop(name))
            scopes.append(SCOPES[name])
    for name, rural, urban in (
        ("allowance", Category.RURAL_ALLOWANCE, Category.URBAN_ALLOWANCE),
        ("destitute", Category.RURAL_DESTITUTE, Category.URBAN_DESTITUTE),
    ):
        column = draft.grid.column(name)
        of_classes = column is not None and _CLASSES.search(column.header) is not None
        reader = _support_reader(name, rural, urban, of_classes=of_classes)
        if draft.take(name, reader, refuses=True) is not None:
            sources.append(draft.values.pop(name))
            scopes.append(SCOPES[name])
    if not sources and (draft.has("household_no") or draft.has("head_id")):
        # 是否脱贫家庭学生 speaks for the household only where no column says it better.
        flags = draft.take("is_registered", cells.flag, refuses=True)
        if flags is not None:
            meant = {True: (Category.LIFTED.value,), False: (), None: None}
            sources.append([meant[flag] for flag in flags])
            scopes.append(SCOPES["is_registered"])
    if not sources:
        return
    draft.category_scope = frozenset(category.value for scope in scopes for category in scope)
    nothing: list[Any] = [None] * draft.size
    removed = draft.take("risk_removed", risk_removed, refuses=True) or nothing
    found_on = draft.take("risk_found_on", dates.day) or nothing
    removed_on = draft.take("risk_removed_on", dates.day) or nothing
    known: dict[Any, tuple[tuple[Stated, ...], tuple[str, ...] | None]] = {}
    rows = []
    for key in zip(zip(*sources, strict=True), removed, found_on, removed_on, strict=True):
        if key not in known:
            known[key] = _combine(*key), _unsaid(key[0], scopes)
        rows.append(known[key])
    draft.values["categories"] = [stated for stated, _ in rows]
    draft.values["unsaid_categories"] = [unsaid for _, unsaid in rows]


def _unsaid(
    words: tuple[tuple[str, ...] | None, ...], scopes: Sequence[frozenset[Category]]
) -> tuple[str, ...] | None:
    """Give the categories of which a row's blank cells say nothing; None when all are spoken of."""
    blank: set[Category] = set()
    spoken: set[Category] = set()
    for found, scope in zip(words, scopes, strict=True):
        (blank if found is None else spoken).update(scope)
    return tuple(sorted(blank - spoken)) or None


def _combine(
    words: tuple[tuple[str, ...] | None, ...],
    removed: bool | None,
    found_on: str | None,
    removed_on: str | None,
) -> tuple[Stated, ...]:
    named = dict.fromkeys(word for found in words if found for word in found)
    for mark, meant in _RISKS.items():
        if mark in named:  # 边缘易致贫户(风险已消除)
            del named[mark]
            removed = meant if removed is None else removed
    specific = {Category.UNSTABLE, Category.MARGINAL, Category.SUDDEN} & set(named)
    if specific:
        named.pop(Category.PREVENTION, None)  # 监测户 beside its class
    if Category.LIFTED_ENDED in named:
        named.pop(Category.LIFTED, None)  # 脱贫户 beside 不再享受政策
    if len(named) > 1:
        named.pop(Category.OTHER, None)
    if removed is None and removed_on:
        removed = True
    return tuple(
        (name, removed, found_on, removed_on) if name in MONITORED else (name, None, None, None)
        for name in named
    )


#: What stands beside a category in one cell, and whether the risk is gone then.
_RISKS = {"+未消除": False, "+已消除": True}
#: What a plain 是 means by its column; elsewhere it means nothing.
_YES = {"lifted_state": Category.LIFTED.value, "monitored_kind": Category.PREVENTION.value}
#: Between two categories in one cell; a broken word is rarer than a list.
_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")
#: What may make a pupil poor beside the household's category.
_PERSONAL = re.compile(
    "残疾(?:学生|户)?|孤残?儿?(?:学生)?|事实无人抚养(?:儿童)?|烈士子女|残疾人子女"
)
_RISK_WORDS = re.compile(r"[(\[,;、]?(?:风险)?(?:已|未|没有?|尚未)消除[)\]]?")


def _category_reader(name: str) -> cells.Reader:
    """Read a cell of household categories, several of them separated by 、 or the like."""
    known = values("categories")
    flags = values("flag")

    def read(cell: Any) -> tuple[str, ...] | Odd | None:
        text = normalise(_LINE_BREAK.sub("、", plain(cell))).upper()
        if cells.is_silent(text):
            return None
        if is_placeholder(text) or flags.get(text) == "no":
            return ()
        if flags.get(text) == "yes" and name in _YES:
            return (_YES[name],)
        risk = _RISK_WORDS.search(text)
        bare = _RISK_WORDS.sub("", text) if risk else text
        found: list[str] = []
        for part in [bare] if bare in known else filter(None, _split(bare)):
            if name == "poor_kind" and _PERSONAL.fullmatch(part):
                continue
            meant = known.get(part)
            if meant is None:
                return Odd(
                    "category_unknown",
                    f"户类别“{text[:20]}”不认识，请填脱贫户、边缘易致贫户、农村低保等规范名称。",
                )
            found += meant.split()
        if risk and found:
            found.append("+已消除" if "已" in risk[0] else "+未消除")
        return tuple(dict.fromkeys(found))

    return read


def _split(text: str) -> list[str]:
    for mark in ",;/|+和及":
        text = text.replace(mark, "、")
    return text.split("、")


def _support_reader(
    name: str, rural: Category, urban: Category, *, of_classes: bool
) -> cells.Reader:
    """Read 低保 or 特困: yes/no, or 农村/城市. Yes alone is rural: these are village lists.

    In a column ``of_classes`` a bare class, A or 2, is of the support.
    """
    flags = values("flag")

    def read(cell: Any) -> tuple[str, ...] | Odd | None:
        text = normalise(plain(cell)).upper()
        if cells.is_silent(text):
            return None
        if of_classes and _CLASS.fullmatch(text):
            return (rural.value,)
        if is_placeholder(text) or flags.get(text) == "no" or _ENDED.match(text):
            return ()
        if "城" in text:
            return (urban.value,)
        if "农村" in text or flags.get(text) == "yes" or "低保" in text or "特困" in text:
            return (rural.value,)
        if _SUPPORTED.search(text):
            return (rural.value,)
        return Odd(f"{name}_unknown", f"“{text[:20]}”看不出是否享受，请填是、否、农村或城市。")

    return read


#: Headers under which stand classes of support: 低保类别, 低保档次.
_CLASSES = re.compile("类|档|级|型")
_CLASS = re.compile("第?[A-D一二三四1-4][类档级等型]?")
_ENDED = re.compile("未|不|停|取消|退出|已退|注销|清退")
_SUPPORTED = re.compile("五保|集中|分散|类|享受|[A-D一二三四1-4][档级]")


def risk_removed(cell: Any) -> bool | Odd | None:
    """Read 风险是否消除: 是, 否, 已消除, 未消除 and their like."""
    text = normalise(plain(cell)).upper()
    meant = values("flag").get(text)
    if text == "无" or (meant is None and is_placeholder(text)):
        return None
    if "未" in text or "没" in text:
        return False
    if "消除" in text and "不" not in text:
        return True
    if meant is None:
        return Odd("risk_unknown", f"“{text[:20]}”看不出风险是否消除，请填是或否。")
    return meant == "yes"
