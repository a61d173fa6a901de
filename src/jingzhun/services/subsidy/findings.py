"""What one pupil's facts say to the conditions of a rule, each with where the fact came from."""

from dataclasses import dataclass
from datetime import date

from jingzhun.core.conditions import (
    FACTS,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Defined,
    FactType,
    Named,
    comparisons_in,
    evaluate,
)
from jingzhun.core.policy import Version
from jingzhun.core.policy_words import NO, YES, condition_words, required, value_word
from jingzhun.core.vocabulary import Standing, label_of
from jingzhun.store.history import Evidence, History, link_words
from jingzhun.store.schema import Enrolment, StandingSpell

_UNKNOWN = "未登记"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One condition with this pupil's fact; texts are Chinese."""

    fact: str
    title: str
    required: str
    actual: str
    holds: bool
    evidence: Evidence | None

    @property
    def reason(self) -> str:
        """Why the condition fails, in plain words."""
        if self.fact == "present":
            return self.actual
        if self.required in {YES, NO}:
            word = "不符合" if self.required == YES else "不包括"
            return f"{word}“{self.title}”：{self.actual}"
        link = "" if self.actual == _UNKNOWN else "为"
        return f"{self.title}要求{self.required}，该生{link}{self.actual}"


def find(history: History, version: Version, day: date) -> tuple[Finding, ...]:
    """Judge presence and every condition of a version on a day."""
    conditions = (find_one(history, condition, day) for condition in version.conditions)
    return (presence(history, day), *conditions)


def presence(history: History, day: date) -> Finding:
    """Judge whether a pupil is at school on a day."""
    enrolment = history.enrolment_on(day)
    standing = history.standing_on(day, enrolment.school_id) if enrolment else None
    spell: Enrolment | StandingSpell | None = standing or enrolment
    twin = history.counted_under(day)
    if twin is not None:
        actual = f"在另一条记录名下计算{link_words(twin.person)}"
    elif enrolment is None:
        actual = _nowhere(history, day)
    elif standing is not None:
        actual = f"{say_day(standing.valid_from)}起{label_of(Standing, standing.standing)}"
    else:
        actual = f"在{history.schools[enrolment.school_id].name}就读"
    return Finding(
        fact="present",
        title="在籍在校",
        required=YES,
        actual=actual,
        holds=twin is None and enrolment is not None and standing is None,
        evidence=history.since(spell) if spell is not None else None,
    )


def _nowhere(history: History, day: date) -> str:
    """Say that a record has no enrolment, and which record of the same human has it."""
    enrolled = next((twin for twin in history.twins if twin.enrolment_on(day)), None)
    if enrolled is None:
        return "不在任何学校的学籍里"
    return f"学籍在另一条记录名下{link_words(enrolled.person)}"


def find_one(history: History, condition: Condition, day: date) -> Finding:
    """Judge one condition on a day."""
    facts = history.facts_on(day)
    holds = evaluate(condition, facts)
    match condition:
        case Comparison(fact, op, values):
            return Finding(
                fact=fact,
                title=FACTS[fact].title,
                required=required(op, fact, values),
                actual=fact_words(history, fact, day),
                holds=holds,
                evidence=history.evidence(fact, day, values),
            )
        case Defined(definition, wanted):
            ground = _ground(history, condition, day)
            return Finding(
                fact=definition.name,
                title=definition.title,
                required=YES if wanted else NO,
                actual=_grounds(history, condition, day, ground),
                holds=holds,
                evidence=_evidence(history, ground, day) or _told(history, condition, day),
            )
        case _:
            ground = _ground(history, condition, day)
            return Finding(
                fact="+".join(dict.fromkeys(each.fact for each in comparisons_in(condition))),
                title=condition_words(condition),
                required=YES,
                actual=_grounds(history, condition, day, ground),
                holds=holds,
                evidence=_evidence(history, ground, day) or _told(history, condition, day),
            )


def no_rate(history: History, version: Version, day: date) -> str:
    """Say why none of a version's rates is a pupil's; name a fact that nobody has told."""
    facts = history.facts_on(day)
    asked = (each for rate in version.rates for part in rate.when for each in comparisons_in(part))
    unknown = next((each.fact for each in asked if facts[each.fact] is None), None)
    return "没有适用的标准" if unknown is None else f"{FACTS[unknown].title}{_UNKNOWN}，定不了标准"


def _ground(history: History, condition: Condition, day: date) -> Comparison | None:
    """Give the first comparison that makes a condition hold, or None."""
    facts = history.facts_on(day)
    match condition:
        case Comparison():
            return condition if evaluate(condition, facts) else None
        case AllOf(parts) | AnyOf(parts):
            grounds = [_ground(history, part, day) for part in parts if evaluate(part, facts)]
            return next((ground for ground in grounds if ground is not None), None)
        case Defined(definition):
            return _ground(history, definition.body, day)
        case Named(name):
            raise AssertionError(f"{name} is not resolved")


def _evidence(history: History, ground: Comparison | None, day: date) -> Evidence | None:
    return None if ground is None else history.evidence(ground.fact, day, ground.values)


def _told(history: History, condition: Condition, day: date) -> Evidence | None:
    """Give what stands behind the first fact that the ledger has, where the condition fails."""
    facts = dict.fromkeys(each.fact for each in comparisons_in(condition))
    found = (history.evidence(fact, day) for fact in facts)
    return next((evidence for evidence in found if evidence is not None), None)


def _grounds(history: History, condition: Condition, day: date, ground: Comparison | None) -> str:
    """Say in words why a condition holds, or what the ledger has instead."""
    if ground is not None:
        evidence = _evidence(history, ground, day)
        return (evidence and evidence.words) or FACTS[ground.fact].title
    asked = dict.fromkeys(each.fact for each in comparisons_in(condition))
    told = [fact for fact in asked if fact != "at_risk" or "category" not in asked]
    return "；".join(f"{FACTS[fact].title} {fact_words(history, fact, day)}" for fact in told)


def fact_words(history: History, fact: str, day: date) -> str:
    """Say a fact as of a day in words."""
    value = history.facts_on(day)[fact]
    if FACTS[fact].type is FactType.WORDS:
        return history.categories_on(day) or "无"
    if value is None:
        return _UNKNOWN
    if FACTS[fact].type is FactType.FLAG:
        return YES if value else "无"
    if isinstance(value, frozenset):
        return "、".join(value_word(fact, each) for each in sorted(value))
    return value_word(fact, value)


def say_day(day: date) -> str:
    """Write a day in Chinese."""
    return f"{day.year}年{day.month}月{day.day}日"
