"""The least that secondments must last, and the rota of the young, out of ``secondments.toml``."""

from datetime import date

from jingzhun.core.rota import RotaRule, RotaRules
from jingzhun.core.secondments import Least, SecondmentKind
from jingzhun.policies.norms import Norm, Own, norms


def least_norm(kind: SecondmentKind, day: date, own: Own = ()) -> Norm:
    """Give the figure of a kind that holds for what begins on a day."""
    return norms("secondments", day, own)[f"least_{kind.value}"]


def least_of(kind: SecondmentKind, day: date, own: Own = ()) -> Least:
    """Give the least that a secondment of a kind must last that begins on a day."""
    return Least(**least_norm(kind, day, own).value)


def rota_rules(day: date, own: Own = ()) -> tuple[RotaRules, tuple[str, ...]]:
    """Give the rules of the rota in force on a day, and the documents that set them."""
    held = norms("secondments", day, own)
    age, counted, order = (held[f"rota_{key}"] for key in ("age", "counted", "order"))
    rules = RotaRules(
        age=age.value,
        counted=frozenset(map(SecondmentKind.coded, counted.value)),
        order=tuple(map(RotaRule.coded, order.value)),
    )
    return rules, (age.source, counted.source, order.source)
