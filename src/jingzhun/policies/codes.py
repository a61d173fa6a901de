"""The norms whose values are codes of a closed vocabulary, and which codes each may have."""

from collections.abc import Mapping, Sequence

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
