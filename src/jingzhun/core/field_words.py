"""What is stored of a field, in a reader's words."""

from jingzhun.core.labels import Labelled
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.vocabulary import (
    GRADE_LABELS,
    Boarding,
    LabourSkill,
    Sex,
    Stage,
    Tier,
    Unit,
    label_of,
)

#: Fields whose values are codes of a vocabulary.
_CODED: dict[str, type[Labelled]] = {
    "sex": Sex, "stage": Stage, "boarding": Boarding, "tier": Tier, "labour_skill": LabourSkill,
}  # fmt: skip
_FLAG_WORDS = {"1": "是", "true": "是", "0": "否", "false": "否"}


def value_words(field: str, value: str) -> str:
    """Give a field's stored value, as text, in a reader's words."""
    if field in _CODED:
        return label_of(_CODED[field], value)
    if field == "grade":
        return GRADE_LABELS.get(int(value), value)
    if field == "class_no":
        return f"{value}班"
    if field == "risk_removed" or field.startswith("is_"):
        return _FLAG_WORDS.get(value.lower(), value)
    return value


def fee_words(stage: str, unit: str, fee_fen: Fen, public_fee_fen: Fen) -> str:
    """Say what a school asks: ``学前 每月800.00元（同类公办500.00元）``."""
    often = "每月" if unit == Unit.MONTH else "每学期"
    public = "" if public_fee_fen == fee_fen else f"（同类公办{format_yuan(public_fee_fen)}元）"
    return f"{label_of(Stage, stage)} {often}{format_yuan(fee_fen)}元{public}"
