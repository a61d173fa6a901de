"""The limits of strange lists are read strictly."""

from datetime import date

import pytest

from jingzhun.core.vocabulary import Kind
from jingzhun.errors import PolicyError
from jingzhun.policies.norms import norms
from jingzhun.policies.strange import limits, read_limits

TODAY = date(2026, 11, 24)


def given():
    return {key: norm.value for key, norm in norms("strange", TODAY).items()}


def test_the_limits_are_those_that_were_agreed():
    held = limits(TODAY)
    assert (held.class_loss.percent, held.new_year_births.least, held.shared_account) == (
        18,
        40,
        12,
    )
    assert held.row_count.reached(11, 100)
    assert not held.row_count.reached(10, 20)


def test_every_kind_that_is_not_compared_is_a_kind():
    assert limits(TODAY).events <= {kind.value for kind in Kind}


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("class_loss", {"percent": 18}, "class_loss.least"),
        ("class_loss", {"percent": 18, "least": 0}, "class_loss.least"),
        ("shared_account", {"least": "十二"}, "shared_account.least"),
        ("row_count", {"percent": 10, "above": 10, "over": 1}, "row_count.over"),
        ("new_rule", {"least": 1}, "new_rule"),
    ],
)
def test_a_broken_limit_is_refused_with_file_and_key(key, value, fault):
    with pytest.raises(PolicyError) as caught:
        read_limits(given() | {key: value})
    assert "strange.toml" in caught.value.reason
    assert fault in caught.value.reason
