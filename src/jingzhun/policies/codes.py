"""What a norm's value must be besides its shape: codes of a closed vocabulary, parts of a whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingzhun.core.dropout import COMINGS, EXCUSES, GOINGS
from jingzhun.core.labels import Labelled
from jingzhun.core.report_vocabulary import SpecialGroup
from jingzhun.core.rota import RotaRule
from jingzhun.core.secondments import SecondmentKind

#: The codes that a norm may have, by its key.
CODES: Mapping[str, Sequence[Labelled]] = {
    "dropout_words": GOINGS,
    "left_words": GOINGS,
    "away_words": GOINGS,
    "excuses": EXCUSES,
    "losses": GOINGS,
    "gains": COMINGS,
    "groups": tuple(SpecialGroup),
    "rota_counted": tuple(SecondmentKind),
    "rota_order": tuple(RotaRule),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What must hold of a value, and what a user reads where it does not."""

    holds: Callable[[Any], bool]
    fault: str
    remedy: str


#: What else must hold of a norm's value, by its key.
DEMANDS: Mapping[str, Demand] = {
    "assessment_points": Demand(
        holds=lambda points: sum(points.values()) == 100,
        fault="各项加起来不是 100 分",
        remedy="请把各项分值改成合计 100。",
    ),
    "visit_months": Demand(
        holds=lambda months: all(1 <= month <= 12 for month in months),
        fault="里面有不是 1 到 12 的月份",
        remedy="请只写 1 到 12。",
    ),
}
