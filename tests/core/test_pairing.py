"""Who takes how many households, and who none."""

from datetime import date
from typing import Any

import pytest

from jingzhun.core.pairing import (
    Exemption,
    Facts,
    LoadRules,
    LoadState,
    exemption,
    holds_post,
    load_state,
    retires_on,
)
from jingzhun.core.vocabulary import Sex

TODAY = date(2026, 11, 24)
RULES = LoadRules(
    top_posts={"院长", "党委书记"},
    leading_posts={"副院长"},
    top_load=2,
    load=1,
    exempt_years=3,
    locked_years=3,
    retirement={
        "male": {"years": 60, "step": 4, "cap": 36},
        "female": {"years": 55, "step": 4, "cap": 36},
        "female_worker": {"years": 50, "step": 2, "cap": 60},
    },
    worker_words=("工勤", "高级工"),
    reform_on=date(2025, 1, 1),
)


@pytest.mark.parametrize(
    ("post", "is_top"),
    [
        ("院长", True), ("党委书记、院长", True), ("院长 兼 教授", True), ("党委书记/教师", True),
        ("副院长", False), ("党委副书记", False), ("教师", False), (None, False), ("", False),
    ],
)  # fmt: skip
def test_a_top_post_is_a_whole_word(post, is_top):
    assert holds_post(post, RULES.top_posts) is is_top


@pytest.mark.parametrize(
    ("born_on", "sex", "titles", "day"),
    [
        # The table annexed to the decision of 2024-09-13.
        (date(1964, 12, 31), Sex.MALE, "", date(2024, 12, 31)),
        (date(1965, 1, 15), Sex.MALE, "", date(2025, 2, 15)),
        (date(1965, 4, 15), Sex.MALE, "", date(2025, 5, 15)),
        (date(1965, 5, 15), Sex.MALE, "", date(2025, 7, 15)),
        (date(1976, 12, 15), Sex.MALE, "", date(2039, 12, 15)),
        (date(1970, 1, 15), Sex.FEMALE, "", date(2025, 2, 15)),
        (date(1990, 1, 15), Sex.FEMALE, "", date(2048, 1, 15)),
        # Women workers: 50 years, a month for every two, up to 55.
        (date(1974, 12, 31), Sex.FEMALE, "工勤编", date(2024, 12, 31)),
        (date(1975, 1, 15), Sex.FEMALE, "事业编 高级工", date(2025, 2, 15)),
        (date(1975, 2, 15), Sex.FEMALE, "工勤编", date(2025, 3, 15)),
        (date(1975, 3, 15), Sex.FEMALE, "工勤编", date(2025, 5, 15)),
        (date(1984, 10, 15), Sex.FEMALE, "工勤编", date(2039, 9, 15)),
        (date(1984, 11, 15), Sex.FEMALE, "工勤编", date(2039, 11, 15)),
        (date(1990, 11, 15), Sex.FEMALE, "工勤编", date(2045, 11, 15)),
        (date(1970, 1, 15), Sex.FEMALE, "事业编 教师 高级教师", date(2025, 2, 15)),
        (date(1965, 1, 15), Sex.MALE, "工勤编", date(2025, 2, 15)),
        (date(1965, 1, 15), None, "", date(2025, 2, 15)),
    ],
)
def test_retirement_is_put_off_step_by_step(born_on, sex, titles, day):
    assert retires_on(born_on, facts(sex=sex, titles=titles), RULES) == day


def facts(**known: Any) -> Facts:
    unknown: dict[str, Any] = dict.fromkeys(
        ("post", "sex", "born_on", "on_establishment", "in_service", "in_hardship")
    )
    return Facts(**(unknown | known))


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({}, None),
        ({"on_establishment": True, "in_service": True, "in_hardship": False}, None),
        ({"on_establishment": False}, Exemption.NOT_ON_ESTABLISHMENT),
        ({"in_service": False, "on_establishment": False}, Exemption.NOT_IN_SERVICE),
        ({"in_hardship": True}, Exemption.IN_HARDSHIP),
        ({"born_on": date(1968, 1, 1), "sex": "male"}, Exemption.RETIRING),
        ({"born_on": date(1970, 1, 1), "sex": "male"}, None),
        ({"born_on": date(1950, 1, 1), "sex": "female"}, Exemption.RETIRING),
    ],
)
def test_only_what_is_known_exempts(known, reason):
    assert exemption(facts(**known), TODAY, RULES) is reason


@pytest.mark.parametrize(
    ("load", "expected", "reason", "state"),
    [
        (1, 1, None, LoadState.FIT),
        (2, 1, None, LoadState.OVER),
        (0, 1, None, LoadState.UNDER),
        (1, 0, Exemption.RETIRING, LoadState.EXEMPT),
    ],
)
def test_load_is_compared_with_what_is_expected(load, expected, reason, state):
    assert load_state(load, expected, reason) is state
