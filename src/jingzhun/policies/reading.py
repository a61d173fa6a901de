"""Policy files → the records of ``core.policy``; anything unknown in a file is refused.

A scheme's file holds ``title``, ``[[version]]`` tables and optionally ``[[national]]`` standards to
compare with; ``facts.toml`` holds the definitions of derived facts. The file's name is the key.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from jingzhun.core.conditions import (
    FACTS,
    OPS,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Definition,
    Fact,
    FactType,
    Named,
    Op,
)
from jingzhun.core.policy import (
    ACCRUAL_MONTHS,
    EVERY_MONTH,
    Pack,
    Rate,
    Scheme,
    Share,
    Split,
    Standard,
    Version,
)
from jingzhun.core.policy_vocabulary import FeePart, Recipient, Yields
from jingzhun.core.vocabulary import Confidence, Delivery, Unit
from jingzhun.policies.node import Node

Definitions = Mapping[str, tuple[Definition, ...]]
_NOTHING: Definitions = MappingProxyType({})


def read_scheme(key: str, file: str, text: str, definitions: Definitions) -> Scheme:
    """Read a scheme's file; ``definitions`` are the derived facts that it may name.

    Raises:
        PolicyError: anything that is not right, with file and key.
    """
    return Node.read(file, text, lambda node: _scheme(key, node, definitions))


def read_facts(file: str, text: str, known: Definitions = _NOTHING) -> Definitions:
    """Read the definitions of derived facts; each may name only those above it.

    They follow upon those ``known`` already: a fact of that name keeps its place there, and what it
    meant before the first day of the new definitions; a new fact comes last.

    Raises:
        PolicyError: anything that is not right, with file and key.
    """
    return Node.read(file, text, lambda node: _facts(node, known))


def read_pack(
    name: str, file: str, text: str, schemes: Iterable[Scheme], facts: Definitions
) -> Pack:
    """Read a pack's own file and put the pack together."""

    def read(node: Node) -> Pack:
        title, _ = _pack_head(node)
        return Pack(name=name, title=title, schemes=tuple(schemes), definitions=facts)

    return Node.read(file, text, read)


def read_base(file: str, text: str) -> str:
    """Read from a pack's own file whose schemes it takes where it has none; "" for nobody's."""
    return Node.read(file, text, _pack_head)[1]


def _pack_head(node: Node) -> tuple[str, str]:
    title, base = node.take("title", str), node.take("base", str, "")
    node.finish()
    return title, base


def _scheme(key: str, node: Node, definitions: Definitions) -> Scheme:
    title = node.take("title", str)
    recipient = node.word("recipient", Recipient, default=Recipient.PUPIL)
    versions = node.each("version", lambda each: _version(each, definitions, recipient))
    national = node.each("national", _standard, required=False)
    node.finish()
    _check_order(node, "version", versions)
    _check_order(node, "national", national)
    for place, (before, after) in enumerate(pairwise(versions), start=1):
        if before.through is not None and before.through >= after.starts:
            node.refuse(
                f"version[{place}].through",
                "policy_overlap",
                f"晚于下一版的开始日 {after.starts}",
                f"请改为不晚于 {after.starts - timedelta(days=1)}，或删去 through。",
            )
    return Scheme(key=key, title=title, recipient=recipient, versions=versions, national=national)


def _facts(node: Node, known: Definitions) -> Definitions:
    found: dict[str, tuple[Definition, ...]] = {}
    for name in (*known, *(name for name in node if name not in known)):
        before = known.get(name, ())
        read = partial(_definitions, name, node, found)
        mine = node.guarded(read, ()) if node.has(name) else ()
        kept = (each for each in before if not mine or each.starts < mine[0].starts)
        found[name] = (*kept, *mine)
    return found


def _definitions(name: str, whole: Node, known: Definitions) -> tuple[Definition, ...]:
    if name in FACTS:
        whole.refuse(name, "policy_bad_value", "与基本事实同名", "请换一个名称。")
    node = whole.node(name)
    title = node.take("title", str)
    definitions = node.each("definition", lambda each: _definition(name, title, each, known))
    node.finish()
    _check_order(node, "definition", definitions)
    return definitions


def _definition(name: str, title: str, node: Node, known: Definitions) -> Definition:
    starts, _ = node.start("from")
    definition = Definition(
        name=name,
        title=title,
        starts=starts,
        document=node.take("document", str),
        confidence=node.word("confidence", Confidence),
        body=_Conditions(known, starts).junction(node),
    )
    node.finish()
    return definition


def _version(node: Node, definitions: Definitions, recipient: Recipient) -> Version:
    starts, said_from = node.start("from")
    conditions = _Conditions(definitions, starts, recipient)
    unit = node.word("unit", Unit)
    yields = node.word("yields", Yields, default=Yields.MONEY)
    node.guarded(lambda: _check_unit(node, unit, yields, recipient), None)
    version = Version(
        starts=starts,
        said_from=said_from,
        through=node.last("through"),
        document=node.take("document", str),
        confidence=node.word("confidence", Confidence),
        clause=node.take("clause", str),
        unit=unit,
        delivery=node.word("delivery", Delivery),
        yields=yields,
        accrual=node.guarded(lambda: _accrual(node, unit), ACCRUAL_MONTHS),
        conditions=conditions.listed(node, "conditions"),
        rates=node.each("rates", lambda each: _rate(each, conditions, unit, yields)),
        splits=node.guarded(lambda: _splits(node, conditions), ()),
    )
    node.finish()
    if version.through is not None and version.through < starts:
        node.refuse("through", "policy_bad_date", "早于 from", "请检查这一版的起止日期。")
    return version


def _check_unit(node: Node, unit: Unit, yields: Yields, recipient: Recipient) -> None:
    if recipient is Recipient.STAFF and unit is not Unit.MONTH:
        node.refuse("unit", "policy_bad_value", "不能用于教职工的项目", '请写 unit = "month"。')
    if yields is not Yields.MONEY and unit not in {Unit.TERM, Unit.YEAR}:
        node.refuse("unit", "policy_bad_value", "不能用于不发资金的项目", "请写 term 或 year。")


def _rate(node: Node, conditions: "_Conditions", unit: Unit, yields: Yields) -> Rate:
    sets = node.count("sets") if yields is Yields.SETS else None
    fee = node.word("fee", FeePart) if node.has("fee") else None
    is_amount_said = sets is None and (fee is None or node.has("amount"))
    rate = Rate(
        amount_fen=node.yuan("amount") if is_amount_said else None,
        fee=fee,
        sets=sets,
        confidence=node.word("confidence", Confidence) if node.has("confidence") else None,
        when=conditions.listed(node, "when") if node.has("when") else (),
    )
    node.finish()
    if fee is not None and (unit is not Unit.TERM or yields is not Yields.MONEY):
        node.refuse("fee", "policy_bad_value", "只用于按学期发放资金的项目", "请改写成 amount。")
    return rate


def _standard(node: Node) -> Standard:
    starts, said_from = node.start("from")
    standard = Standard(
        starts=starts,
        said_from=said_from,
        amount_fen=node.yuan("amount"),
        document=node.take("document", str),
    )
    node.finish()
    return standard


def _accrual(node: Node, unit: Unit) -> tuple[int, ...]:
    usual = EVERY_MONTH if unit is Unit.MONTH else ACCRUAL_MONTHS
    months = tuple(node.take("accrual", list, list(usual)))
    if unit is Unit.DAY and node.has("accrual"):
        node.refuse("accrual", "policy_bad_value", "不能用于按天计算的项目", "请删去 accrual。")
    in_year = [(month - 9) % 12 for month in months if isinstance(month, int)]
    if len(in_year) != len(months) or not all(1 <= month <= 12 for month in months):
        node.refuse("accrual", "policy_bad_value", "含有不是月份的项", "请写 1 至 12 的整数。")
    if not months or in_year != sorted(set(in_year)):
        node.refuse(
            "accrual",
            "policy_bad_value",
            "没有按学年的先后排列",
            "请从九月起按先后写，不重复，如 [9, 10, 11, 12, 1, 3, 4, 5, 6, 7]。",
        )
    return months


def _splits(node: Node, conditions: "_Conditions") -> tuple[Split, ...]:
    """Read who pays: one table of shares, or a list of them with the conditions of each."""
    if not node.has("shares"):
        return ()
    if not node.holds("shares", list):
        return (Split(shares=_shares(node.node("shares"))),)
    return node.each("shares", lambda each: _split(each, conditions))


def _split(node: Node, conditions: "_Conditions") -> Split:
    when = conditions.listed(node, "when") if node.has("when") else ()
    split = Split(shares=_shares(node.node("parts")), when=when)
    node.finish()
    return split


def _shares(node: Node) -> tuple[Share, ...]:
    found = tuple(Share(source=name, weight=node.take(name, int)) for name in node)
    if not found or any(share.weight <= 0 for share in found):
        node.refuse("", "policy_bad_value", "要有正整数的份额", '请写成 { "省" = 6, "市县" = 4 }。')
    return found


def _check_order(node: Node, name: str, dated: tuple[Any, ...]) -> None:
    for place, (before, after) in enumerate(pairwise(dated), start=2):
        if after.starts <= before.starts:
            node.refuse(
                f"{name}[{place}].from",
                "policy_order",
                f"（{after.starts}）不晚于上一版（{before.starts}）",
                "请把各版按开始日期从早到晚排列，开始日期不重复。",
            )


class _Conditions:
    """Reads conditions about a recipient that may name the derived facts defined on a day."""

    def __init__(
        self, definitions: Definitions, day: Any, recipient: Recipient = Recipient.PUPIL
    ) -> None:
        # Who is poor is said of pupils.
        self._definitions = definitions if recipient is Recipient.PUPIL else _NOTHING
        self._facts = [name for name, fact in FACTS.items() if recipient in fact.of]
        self._day = day

    def listed(self, node: Node, name: str) -> tuple[Condition, ...]:
        """Read a list of conditions that all must hold."""
        return node.each(name, self._condition)

    def junction(self, node: Node) -> Condition:
        """Read the ``any`` or ``all`` of a table."""
        if node.has("any") == node.has("all"):
            node.refuse("any", "policy_missing_key", "与 all 要有且只有一个", "请写 any 或 all。")
        if node.has("any"):
            return AnyOf(self.listed(node, "any"))
        return AllOf(self.listed(node, "all"))

    def _condition(self, node: Node) -> Condition:
        condition = self._comparison(node) if node.has("fact") else self.junction(node)
        node.finish()
        return condition

    def _comparison(self, node: Node) -> Condition:
        known = (*self._facts, *self._definitions)
        name = node.take("fact", str)
        if name not in known:
            node.unknown("fact", name, known)
        ops = [key for key in node if key != "fact"]
        if len(ops) > 1:
            node.refuse(ops[1], "policy_bad_value", "是多余的比较", "一个条件只写一种比较。")
        word = ops[0] if ops else "is"
        op = next((op for op in Op if op == word), None)
        if op is None:
            node.unknown(word, word, Op)
        if name in FACTS:
            return self._primitive(node, FACTS[name], op)
        if op is not Op.IS:
            node.refuse(word, "policy_bad_value", "不能用于这个事实", "请写 is = true 或 false。")
        first = self._definitions[name][0].starts
        if self._day < first:
            node.refuse(
                "fact",
                "policy_undefined_fact",
                f"“{name}”自 {first} 起才有定义",
                f"请把这一版的 from 改为不早于 {first}，或在 facts.toml 补上更早的定义。",
            )
        return Named(name, node.take("is", bool, default=True))

    def _primitive(self, node: Node, fact: Fact, op: Op) -> Comparison:
        if op not in OPS[fact.type]:
            allowed = [each.value for each in Op if each in OPS[fact.type]]
            node.refuse(
                op.value, "policy_bad_value", "不能用于这个事实", f"可以写：{'、'.join(allowed)}。"
            )
        if fact.type is FactType.FLAG:
            return Comparison(fact.name, op, (node.take("is", bool, default=True),))
        type_ = int if fact.type is FactType.NUMBER else str
        if op in {Op.IN, Op.NOT_IN}:
            values = tuple(node.take(op.value, list))
        else:
            values = (node.take(op.value, type_),)
        for value in values:
            if type(value) is not type_:
                node.refuse(op.value, "policy_bad_value", f"含有“{value}”", "请检查引号和类型。")
            if fact.words and value not in fact.words:
                node.unknown(op.value, str(value), fact.words)
        if not values:
            node.refuse(op.value, "policy_bad_value", "是空的", "请至少写一项。")
        return Comparison(fact.name, op, values)
