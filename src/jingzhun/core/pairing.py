"""Who helps how many households: posts, exemptions and the day of retirement.

Source: the work plans' 结对帮扶 (two top leaders two households each, all others on the
establishment one, 近三年即将退休职工和困难职工除外); the figures come in as norms.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from jingzhun.core.labels import Labelled
from jingzhun.core.terms import months_later
from jingzhun.core.vocabulary import Sex

_POST_SEPARATORS = re.compile(r"[\s、,，;；/／|兼和及与]+")


class LoadState(Labelled):
    """How a helper's households compare with what is expected."""

    OVER = "over", "超出"
    UNDER = "under", "不足"
    FIT = "fit", "相符"
    EXEMPT = "exempt", "免予结对"


class Exemption(Labelled):
    """Why a member of staff takes no household."""

    NOT_ON_ESTABLISHMENT = "not_on_establishment", "不在编"
    NOT_IN_SERVICE = "not_in_service", "不在职"
    RETIRING = "retiring", "近三年退休"
    IN_HARDSHIP = "in_hardship", "困难职工"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the ledger knows of a helper; None is unknown and exempts nobody.

    ``titles`` is all that lists say of establishment, post and rank 编制, 职务, 职称.
    """

    post: str | None
    sex: str | None
    born_on: date | None
    on_establishment: bool | None
    in_service: bool | None
    in_hardship: bool | None
    titles: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRules:
    """The figures in force: households each, who leads, how long a pair is kept, retirement."""

    top_posts: Collection[str]
    leading_posts: Collection[str]
    top_load: int
    load: int
    exempt_years: int
    locked_years: int
    worker_words: Collection[str]
    retirement: Mapping[str, Mapping[str, int]]
    reform_on: date


def holds_post(post: str | None, posts: Collection[str]) -> bool:
    """Tell whether a 职务 names one of some posts as a whole word: 副校长 is no 校长."""
    return any(word in posts for word in _POST_SEPARATORS.split(post or ""))


def leads(post: str | None, rules: LoadRules) -> bool:
    """Tell whether somebody is a leading cadre, tied to one village."""
    return holds_post(post, rules.top_posts) or holds_post(post, rules.leading_posts)


def retires_on(born_on: date, facts: Facts, rules: LoadRules) -> date:
    """Give the day on which somebody born on a day reaches the retirement age.

    Unknown sex: the later age; a woman whom no list calls a worker is a cadre. For every ``step``
    months by which the old age falls after the reform began, one month more is served, counted from
    the first, up to ``cap`` months.
    """
    group = "male"
    if facts.sex == Sex.FEMALE:
        is_worker = any(word in facts.titles for word in rules.worker_words)
        group = "female_worker" if is_worker else "female"
    age = rules.retirement[group]
    old = months_later(born_on, age["years"] * 12)
    if not age["step"] or old < rules.reform_on:
        return old
    passed = (old.year - rules.reform_on.year) * 12 + old.month - rules.reform_on.month
    return months_later(old, min(passed // age["step"] + 1, age["cap"]))


def exemption(facts: Facts, day: date, rules: LoadRules) -> Exemption | None:
    """Say why somebody takes no household on ``day``; None: they take their share."""
    if facts.in_service is False:
        return Exemption.NOT_IN_SERVICE
    if facts.on_establishment is False:
        return Exemption.NOT_ON_ESTABLISHMENT
    if facts.in_hardship:
        return Exemption.IN_HARDSHIP
    if facts.born_on is not None:
        last = months_later(day, rules.exempt_years * 12)
        if retires_on(facts.born_on, facts, rules) <= last:
            return Exemption.RETIRING
    return None


def expected_load(facts: Facts, day: date, rules: LoadRules) -> tuple[int, Exemption | None]:
    """Give how many households somebody should help on ``day``, and the exemption if none."""
    reason = exemption(facts, day, rules)
    if reason is not None:
        return 0, reason
    is_top = holds_post(facts.post, rules.top_posts)
    return (rules.top_load if is_top else rules.load), None


def load_state(load: int, expected: int, reason: Exemption | None) -> LoadState:
    """Compare a helper's households with what is expected."""
    if reason is not None:
        return LoadState.EXEMPT
    if load == expected:
        return LoadState.FIT
    return LoadState.OVER if load > expected else LoadState.UNDER
