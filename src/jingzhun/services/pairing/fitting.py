"""When a plan cannot be made: the numbers that do not fit, and the smallest change that would."""

from collections import Counter
from collections.abc import Sequence

from jingzhun.core.pairing import LoadRules
from jingzhun.errors import JingzhunError
from jingzhun.services.pairing.plans import Helper


def impossible(
    wanted: int, free: int, everybody: Sequence[Helper], rules: LoadRules, extra: int
) -> JingzhunError:
    """Say by how much the households outnumber the shares, and what to change by how much."""
    helpers = [each for each in everybody if each.exemption is None]
    top = sum(each.expected == rules.top_load for each in helpers)
    others = len(helpers) - top
    shares = top * rules.top_load + others * rules.load
    missing = wanted - free
    granted = f"加排 {extra} 户还是不够，" if extra else ""
    if missing <= len(helpers):
        more = f"让 {missing} 人每人多结对 1 户"
    else:
        more = f"让大家一共多结对 {missing} 户（每人至多多 {-(-missing // len(helpers))} 户）"
    return JingzhunError(
        "pair_impossible",
        f"没有帮扶责任人的有 {wanted} 户，还能结对的只有 {free} 户，"
        f"{granted}差 {missing - extra} 户。能参加结对的 {len(helpers)} 人应结对 {shares} 户"
        f"（主要领导 {top} 人每人 {rules.top_load} 户，其余 {others} 人每人 {rules.load} 户），"
        f"其中 {shares - free} 户已有结对。{_exempt_words(everybody)}",
        f"最小的改动，两样选一样：一、{more}："
        f"jingzhun pair assign --extra {missing} --why 领导小组会议决定"
        f"（先加 --dry-run 看排给谁）；二、再有 {missing} 人参加：补全教职工名册，"
        "核对免予结对的人，改好再导入。",
    )


def _exempt_words(everybody: Sequence[Helper]) -> str:
    counts = Counter(each.exemption for each in everybody if each.exemption is not None)
    if not counts:
        return "没有免予结对的人。"
    words = "、".join(f"{reason.label} {count} 人" for reason, count in sorted(counts.items()))
    return f"免予结对的 {counts.total()} 人：{words}。"
