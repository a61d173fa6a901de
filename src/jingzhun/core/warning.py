"""Early warning 辍学预警: signs that a pupil may leave school, their points, and the score.

A *sign* is something of one pupil that a rule counts, worth points; the *score* is the sum of the
points of the pupil's signs and nothing else; a *level* is reached from so many points on. Rules and
points are policy data (``policies/warning.toml``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jingzhun.core.labels import Labelled
from jingzhun.core.report_vocabulary import SpecialGroup
from jingzhun.core.vocabulary import GRADE_LABELS, Boarding


class WarningLevel(Labelled):
    """How pressing a warning is, the most pressing first."""

    RED = "red", "红色"
    ORANGE = "orange", "橙色"
    YELLOW = "yellow", "黄色"


class WarningRule(Labelled):
    """The rules, in the order in which a pupil's signs are told."""

    ABSENT_RUN = "absent_run", "连续无故缺勤"
    ABSENT_OFTEN = "absent_often", "多次无故缺勤"
    ABSENT_RISING = "absent_rising", "无故缺勤增多"
    RETURNED = "returned", "曾离校后返校"
    SIBLING = "sibling", "同户孩子失学辍学"
    POVERTY = "poverty", "家庭困难"
    GROUP = "group", "重点群体"
    BOARDING_CHANGE = "boarding_change", "就读方式改变"
    DISTANCE = "distance", "上学路远"
    TRANSITION = "transition", "升学年级"
    SCHOOL_CHANGE = "school_change", "换了学校"
    OVERAGE = "overage", "超龄"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From how much on a sign is worth how many points."""

    at_least: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one rule counts: within which days, from how much on, for how many points.

    ``steps`` rise; the highest reached counts. A rule about words has ``words`` instead: what each
    is worth, the most first. A grade is a word too.
    """

    window_days: int = 0
    steps: Sequence[Step] = ()
    words: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_on(self) -> bool:
        """Whether the rule is worth any points."""
        return any(step.points for step in self.steps) or any(self.words.values())

    def points_of(self, measure: int) -> int:
        """Give what a measure is worth."""
        return max((each.points for each in self.steps if measure >= each.at_least), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRules:
    """The rules in force on a day, and from which score on each level is reached."""

    rules: Mapping[WarningRule, Rule]
    levels: Mapping[WarningLevel, int]

    @property
    def lowest(self) -> int:
        """The score from which on a pupil is named."""
        return max(1, min(self.levels.values()))

    def level_of(self, score: int) -> WarningLevel | None:
        """Give the most pressing level that a score reaches."""
        return next((level for level in WarningLevel if score >= max(1, self.levels[level])), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign of a pupil: by which rule, worth what, and what was measured or since when.

    ``measure`` is in the rule's own unit, ``before`` that of the window before; ``word`` a code or
    a name that the rule speaks of.
    """

    rule: WarningRule
    points: int
    measure: int = 0
    before: int = 0
    since: date | None = None
    word: str = ""

    def told(self, rule: Rule, titles: Mapping[str, str]) -> str:
        """Say the sign in plain words; ``titles`` are those of derived facts."""
        return _WORDS[self.rule](self, rule.window_days, titles)

    @property
    def order(self) -> tuple[int, str]:
        """Where the sign stands among a pupil's others."""
        return list(WarningRule).index(self.rule), self.word


_UNITS = {
    WarningRule.ABSENT_RUN: "个教学日",
    WarningRule.ABSENT_OFTEN: "天",
    WarningRule.ABSENT_RISING: "天",
    WarningRule.DISTANCE: "公里",
    WarningRule.OVERAGE: "岁",
}


def rule_words(name: WarningRule, rule: Rule, titles: Mapping[str, str]) -> str:
    """Say what a rule counts and for how many points: 近60天，满3天10分，满5天20分."""
    if not rule.is_on:
        return "不计分"
    parts = [f"近{rule.window_days}天"] if rule.window_days else []
    if name is WarningRule.ABSENT_RISING:
        parts = [f"近{rule.window_days}天比之前{rule.window_days}天多"]
    unit = _UNITS.get(name)
    for step in rule.steps:
        least = kilometres(step.at_least) if name is WarningRule.DISTANCE else step.at_least
        parts.append(f"满{least}{unit}{step.points}分" if unit else f"{step.points}分")
    parts += [f"{_word(name, word, titles)}{points}分" for word, points in rule.words.items()]
    return "，".join(parts)


def _word(name: WarningRule, word: str, titles: Mapping[str, str]) -> str:
    if name is WarningRule.TRANSITION:
        return GRADE_LABELS.get(int(word), word)
    return SpecialGroup.coded(word).label if name is WarningRule.GROUP else titles.get(word, word)


_Tell = Callable[[Sign, int, Mapping[str, str]], str]


def _boarding(sign: Sign, _days: int, _titles: Mapping[str, str]) -> str:
    old, new = (Boarding.coded(code).label for code in sign.word.split(">"))
    return f"{sign.since}起由{old}改为{new}"


def _sibling(sign: Sign, _days: int, _titles: Mapping[str, str]) -> str:
    others = f"等{sign.measure}人" if sign.measure > 1 else ""
    return f"同户的{sign.word}{others}失学辍学或疑似"


_WORDS: Mapping[WarningRule, _Tell] = {
    WarningRule.ABSENT_RUN: lambda sign, *_: f"{sign.since}起连续{sign.measure}个教学日无故缺勤",
    WarningRule.ABSENT_OFTEN: lambda sign, days, _: f"近{days}天无故缺勤{sign.measure}天",
    WarningRule.ABSENT_RISING: lambda sign, days, _: (
        f"近{days}天无故缺勤{sign.before + sign.measure}天，之前{days}天{sign.before}天"
    ),
    WarningRule.RETURNED: lambda sign, *_: f"{sign.since}返校，此前离校",
    WarningRule.SIBLING: _sibling,
    WarningRule.POVERTY: lambda sign, _, titles: _word(sign.rule, sign.word, titles),
    WarningRule.GROUP: lambda sign, _, titles: _word(sign.rule, sign.word, titles),
    WarningRule.BOARDING_CHANGE: _boarding,
    WarningRule.DISTANCE: lambda sign, *_: f"上学单程{kilometres(sign.measure)}公里",
    WarningRule.TRANSITION: lambda sign, *_: GRADE_LABELS[sign.measure],
    WarningRule.SCHOOL_CHANGE: lambda sign, *_: f"{sign.since}从{sign.word}转来",
    WarningRule.OVERAGE: lambda sign, *_: f"比同年级一般年龄大{sign.measure}岁",
}


def kilometres(metres: int) -> str:
    """Write a distance in kilometres: 5200 m are 5.2."""
    whole, rest = divmod(metres, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")
