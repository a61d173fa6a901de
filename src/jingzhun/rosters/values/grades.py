"""Grades and classes as people write them → numbers, with the stage they imply.

A grade's word alone may not tell its number: 一年级 is 1 in a primary and 7 in a junior school,
2019级 needs stage and school year. So words become :class:`GradeWord`
first and are settled with what the row knows besides.
"""

import re
from dataclasses import dataclass
from typing import Any

from jingzhun.core.vocabulary import Stage
from jingzhun.rosters.kinds import normalise

_HAN = {character: number for number, character in enumerate("零一二三四五六七八九十")}
_HAN |= {"〇": 0, "壹": 1, "两": 2, "幺": 1}
_NUMBER = r"(\d{1,2}|[一二三四五六七八九十]{1,3})"
_PREFIXES = {
    "小学": Stage.PRIMARY,
    "小": Stage.PRIMARY,
    "初中": Stage.JUNIOR,
    "初": Stage.JUNIOR,
    "普通高中": Stage.SENIOR,
    "普高": Stage.SENIOR,
    "高中": Stage.SENIOR,
    "高": Stage.SENIOR,
    "中职": Stage.VOCATIONAL,
    "职高": Stage.VOCATIONAL,
    "中专": Stage.VOCATIONAL,
    "高职高专": Stage.COLLEGE,
    "高职": Stage.COLLEGE,
    "大专": Stage.COLLEGE,
    "本科": Stage.UNIVERSITY,
    "大学": Stage.UNIVERSITY,
}
_GRADE = re.compile(
    rf"({'|'.join(sorted(_PREFIXES, key=len, reverse=True))})?{_NUMBER}(?:年级|年紀|年纪|年級|年)?"
)
# What a grade's word may carry besides: 九年级(毕业班), 三年级下, 三年级上册.
_ASIDE = re.compile(
    r"\([^()\d一二三四五六七八九十]*\)|(?<=年级)(?:[上下](?:册|学期|半年)?|毕业班)$"
)
_COHORT = re.compile(r"(?:小学|初中|高中|初|高|小)?(\d{4}|\d{2})级")
_LEAVERS = re.compile(r"(?:小学|初中|高中|初|高|小)?(\d{4})届")
_KINDERGARTEN = {"小班": -3, "中班": -2, "大班": -1, "小": -3, "中": -2, "大": -1,
                 "托班": None, "学前班": None, "学前": None, "幼儿园": None,
                 "小小班": -3, "幼儿大班": -1, "幼儿中班": -2, "幼儿小班": -3, "幼儿园大班": -1,
                 "幼儿园中班": -2, "幼儿园小班": -3}  # fmt: skip
_FRESHERS = re.compile("大([一二三四五])")
_FIRST = {
    Stage.PRIMARY: 1,
    Stage.JUNIOR: 7,
    Stage.SENIOR: 10,
    Stage.VOCATIONAL: 10,
    Stage.COLLEGE: 1,
    Stage.UNIVERSITY: 1,
}
_LENGTH = {
    Stage.PRIMARY: 6,
    Stage.JUNIOR: 3,
    Stage.SENIOR: 3,
    Stage.VOCATIONAL: 3,
    Stage.COLLEGE: 3,
    Stage.UNIVERSITY: 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeWord:
    """What a grade's word says: a number, a year of entry or of leaving, a stage."""

    number: int | None = None
    entered: int | None = None
    leaves: int | None = None
    stage: Stage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassWord:
    """What a class's word says: its number, its grade where it names one.

    ``joined`` is a bare 302: grade 3 class 2 where the grade agrees, otherwise class 302.
    """

    number: int | None
    grade: GradeWord | None = None
    joined: int | None = None


def han_number(text: str) -> int | None:
    """Read 1-99 in Arabic or Chinese figures; None for anything else."""
    if text.isascii() and text.isdigit():
        return int(text)
    if text == "十":
        return 10
    tens, mark, ones = text.partition("十")
    if mark:
        ten, one = _HAN.get(tens, 1 if not tens else -99), _HAN.get(ones, 0 if not ones else -99)
        return ten * 10 + one if ten > 0 and one >= 0 else None
    return _HAN.get(text)


def grade_word(cell: Any) -> GradeWord | None:
    """Read a grade's word; None when it is not one."""
    text = _ASIDE.sub("", _plain(cell)).removeprefix("第")
    if text in _KINDERGARTEN:
        return GradeWord(number=_KINDERGARTEN[text], stage=Stage.PRESCHOOL)
    match = _COHORT.fullmatch(text)
    if match:
        year = int(match[1])
        return GradeWord(entered=year if year > 99 else 2000 + year, stage=_stage_prefix(text))
    match = _LEAVERS.fullmatch(text)
    if match:
        return GradeWord(leaves=int(match[1]), stage=_stage_prefix(text))
    match = _FRESHERS.fullmatch(text)
    if match:
        return GradeWord(number=han_number(match[1]), stage=Stage.UNIVERSITY)
    match = _GRADE.fullmatch(text)
    if not match:
        return None
    number = han_number(match[2])
    stage = _PREFIXES.get(match[1] or "")
    if number is None or not 1 <= number <= 12:
        return None
    if stage is not None:
        first, length = _FIRST[stage], _LENGTH[stage]
        if number <= length:
            number += first - 1
        elif not first <= number < first + length:
            return None
    return GradeWord(number=number, stage=stage)


def _stage_prefix(text: str) -> Stage | None:
    for prefix, stage in _PREFIXES.items():
        if text.startswith(prefix):
            return stage
    return None


def settle(
    word: GradeWord, hint: Stage | None, school_year: int
) -> tuple[Stage | None, int | None]:
    """Give stage and grade of a word, with the stage that the row or its school suggests.

    A grade that cannot be settled gives the stage alone; ``(None, None)`` settles nothing.
    """
    stage = word.stage or hint
    if word.stage is Stage.UNIVERSITY and hint is not Stage.UNIVERSITY:
        # 大一 is a first year of any college; in a kindergarten it is class 1 of 大班.
        if hint is Stage.COLLEGE:
            return hint, word.number
        return (hint, -1) if hint is Stage.PRESCHOOL else (None, None)
    if word.stage is Stage.PRESCHOOL:
        return Stage.PRESCHOOL, word.number
    if word.entered is not None or word.leaves is not None:
        return _settle_cohort(word, stage, school_year)
    number = word.number
    assert number is not None  # noqa: S101 - the other two are handled above
    if word.stage is None and hint in {Stage.JUNIOR, Stage.SENIOR, Stage.VOCATIONAL}:
        first, length = _FIRST[hint], _LENGTH[hint]
        if number <= length:
            return hint, number + first - 1
        if first <= number < first + length:
            return hint, number
    if hint in {Stage.COLLEGE, Stage.UNIVERSITY} and number <= 5:
        return hint, number
    if word.stage in {Stage.VOCATIONAL, Stage.COLLEGE, Stage.UNIVERSITY}:
        return word.stage, number
    return stage_of(number), number


def stage_of(grade: int) -> Stage:
    """Give the stage of a grade counted through: 1-6, 7-9, 10-12; negative is kindergarten."""
    if grade < 0:
        return Stage.PRESCHOOL
    return Stage.PRIMARY if grade <= 6 else Stage.JUNIOR if grade <= 9 else Stage.SENIOR


def _settle_cohort(
    word: GradeWord, stage: Stage | None, school_year: int
) -> tuple[Stage | None, int | None]:
    if stage is None or stage not in _FIRST:
        return None, None
    first, length = _FIRST[stage], _LENGTH[stage]
    if word.entered is not None:
        year = school_year - word.entered + 1
    else:
        year = length - ((word.leaves or 0) - school_year - 1)
    if not 1 <= year <= length:
        return stage, None
    return stage, first + year - 1


def class_word(cell: Any) -> ClassWord | None:
    """Read a class's word, with the grade where it names one; None when there is no number."""
    if isinstance(cell, float):
        if not 1 <= cell < 10_000:
            return None
        whole = int(cell)
        if cell == whole:
            return _bare(whole)
        # 3.2 is grade 3 class 2.
        number = repr(cell).split(".")[1]
        if len(number) > 2:
            return None
        return ClassWord(number=int(number), grade=grade_word(str(whole)))
    text = _plain(cell)
    if text.isascii() and text.isdigit():
        return _bare(int(text))
    digits = re.fullmatch(r"(\d{3,4})班", text)
    if digits:
        return _bare(int(digits[1]))
    dotted = re.fullmatch(rf"{_NUMBER}(?:年级?)?[.·/\-—]{_NUMBER}班?", text)
    if dotted:
        return ClassWord(number=han_number(dotted[2]), grade=grade_word(dotted[1]))
    if not re.search(r"班|\(|\d", text) and han_number(text) is None:
        return None
    return _split(text)


def _split(text: str) -> ClassWord | None:
    """Split a word into grade and class: the longest front that is a grade, the rest a class."""
    # The whole first, so that 十二班 is class 12 and not grade 10 class 2.
    for cut in (0, *range(len(text), 0, -1)):
        front, rest = text[:cut], text[cut:]
        number = re.fullmatch(rf"第?[\(\[【]?{_NUMBER}[\)\]】]?班?(?:\([^\d)]*\))?", rest)
        if not number or han_number(number[1]) is None or (front and not rest):
            continue
        if not front:
            return ClassWord(number=han_number(number[1]))
        grade = grade_word(front)
        if grade is not None:
            return ClassWord(number=han_number(number[1]), grade=grade)
    grade = grade_word(text.removesuffix("班")) or grade_word(text)
    return ClassWord(number=None, grade=grade) if grade else None


def _bare(number: int) -> ClassWord | None:
    if 1 <= number <= 99:
        return ClassWord(number=number)
    return ClassWord(number=number, joined=number) if 100 <= number <= 1299 else None


def settle_class(word: ClassWord, grade: int | None) -> int | None:
    """Give the class number; a joined 302 is class 2 of grade 3 where the grade agrees."""
    if word.joined is None:
        return word.number
    front, number = divmod(word.joined, 100)
    if number and (
        grade is None or front == grade or (grade > 6 and front in {grade - 6, grade - 9})
    ):
        return number
    return word.joined


def is_secondary(name: str) -> bool:
    """Say whether a school is a 中学 that may be of the junior or the senior stage or of both."""
    plain = normalise(name)
    many = ("小学", "九年", "十二年", "一贯", "学校", "幼儿园")
    return re.search(r"中学|[一二三四五六七八九十\d]中$", plain) is not None and not any(
        word in plain for word in many
    )


def stage_of_school(name: str) -> Stage | None:
    """Give the stage that a school's name implies; None for schools of several stages."""
    plain = normalise(name)
    if "幼儿园" in plain or "幼教" in plain:
        return Stage.PRESCHOOL
    if any(word in plain for word in ("九年", "十二年", "完全中学", "一贯")):
        return None
    if "小学" in plain or "教学点" in plain:
        return Stage.PRIMARY
    if any(word in plain for word in ("职业", "职教", "中专", "技工", "职中")):
        return Stage.VOCATIONAL if "学院" not in plain else Stage.COLLEGE
    if "初级中学" in plain or "初中" in plain:
        return Stage.JUNIOR
    if "高级中学" in plain or "高中" in plain:
        return Stage.SENIOR
    return None


def _plain(cell: Any) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return normalise(cell).lstrip("'").removesuffix(".0")
