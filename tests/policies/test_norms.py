"""Norm files are dated, sourced, and refused when they are broken."""

from datetime import date

import pytest

from jingzhun.errors import PolicyError
from jingzhun.policies.norms import norms, read_norms

GOOD = """
[[bar]]
from = 2020-09-01
value = 100
document = "乙"
confidence = "unconfirmed"
[[bar]]
from = 2015-01-01
value = 200
document = "甲"
confidence = "confirmed"
"""


def test_versions_come_back_in_time_with_their_source():
    old, new = read_norms("x.toml", GOOD)["bar"]
    assert (old.value, old.source) == (200, "甲")
    assert (new.value, new.source) == (100, "乙〔未核实〕")


@pytest.mark.parametrize("name", ["dropout", "labour", "pairing", "strange"])
@pytest.mark.parametrize("day", [date(1949, 10, 1), date(2026, 11, 24), date(2099, 1, 1)])
def test_every_day_has_a_figure_with_a_document(name, day):
    held = norms(name, day)
    assert held
    assert all(norm.document for norm in held.values())


def test_the_figure_of_the_day_is_taken():
    assert norms("pairing", date(2024, 6, 1))["retirement"].value["male"]["step"] == 0
    assert norms("pairing", date(2025, 1, 1))["retirement"].value["male"]["step"] == 4


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("bar = 2", "bar"),
        ("[[bar", "TOML"),
        (GOOD.replace('document = "甲"', ""), r"bar\[2\].document"),
        (GOOD.replace("2015-01-01", '"2015"'), r"bar\[2\].from"),
        (GOOD.replace('"confirmed"', '"perhaps"'), r"bar\[2\].confidence"),
        (GOOD + "unit = 1", r"bar\[2\].unit"),
    ],
)
def test_a_broken_file_is_refused_by_name_and_key(text, fault):
    with pytest.raises(PolicyError, match=fault) as caught:
        read_norms("x.toml", text)
    assert "x.toml" in caught.value.reason
