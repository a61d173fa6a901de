"""Norm files are dated, sourced, and refused when they are broken."""

from datetime import date

import pytest

from jingzhun.core.policy import NORM_KEYS, PolicyText
from jingzhun.errors import PolicyError
from jingzhun.policies.loads import load_rules
from jingzhun.policies.norms import (
    all_norms,
    norms,
    norms_text,
    read_norms,
    read_own_norms,
    value_words,
)

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


# --- a ledger's own -----------------------------------------------------------------------------

OWN = """
[[suspect_days]]
from = 2026-09-01
value = 5
document = "县教发〔2026〕8号"
confidence = "confirmed"
"""


def own(text: str, key: str = "dropout") -> tuple[PolicyText, ...]:
    return (PolicyText(key=key, file=f"{key}.toml", text=text),)


def test_an_own_file_sets_what_it_names_from_its_first_day_and_leaves_the_rest():
    mine = own(OWN)
    assert norms("dropout", date(2026, 8, 31), mine)["suspect_days"].value == 7
    held = norms("dropout", date(2026, 9, 1), mine)
    assert (held["suspect_days"].value, held["dropout_days"].value) == (5, 30)
    assert held["suspect_days"].document == "县教发〔2026〕8号"
    assert norms("dropout", date(2026, 9, 1))["suspect_days"].value == 7


def test_codes_are_told_as_words():
    held = norms("dropout", date(2026, 9, 1))
    assert value_words("gains", held["gains"].value) == "转入、复学"
    assert value_words("groups", []) == "无"
    assert value_words("step_days", {"phone": 1, "visit": 3}) == "phone = 1，visit = 3"


@pytest.mark.parametrize("name", sorted(NORM_KEYS))
def test_the_shipped_words_may_be_an_own_file_and_change_nothing(name):
    text = norms_text(name)
    assert all_norms(name, (text,)) == all_norms(name)


@pytest.mark.parametrize(
    ("text", "reason", "remedy"),
    [
        (OWN.replace("suspect_days", "suspect_day"), "有不认识的键 suspect_day。",
         "是不是“suspect_days”？"),
        (OWN.replace("= 5", '= "五"'), "的 suspect_days[1].value 应当是整数，现在是文字“五”。",
         "请按这个键的写法改正；现成的政策文件可以作样子。"),
        (OWN.replace("= 5", "= -1"), "的 suspect_days[1].value 不能小于 0：-1。",
         "请写 0 或正整数。"),
        (OWN.replace("suspect_days", "school_age").replace("= 5", "= { starts = 7 }"),
         "缺少 school_age[1].value.years。", "请补上 years（整数）。"),
        (OWN.replace("suspect_days", "school_age").replace("= 5", "= 7"),
         "的 school_age[1].value 应当是表，现在是 7。",
         "请按这个键的写法改正；现成的政策文件可以作样子。"),
        (OWN.replace("suspect_days", "step_days").replace(
            "= 5", "= { phone = 1, visit = 3, persuade = 7, report = 15, order = 30, walk = 2 }"),
         "有不认识的键 step_days[1].value.walk。",
         "这里可以写：order、persuade、phone、report、visit。"),
        (OWN.replace("suspect_days", "losses").replace("= 5", '= ["death", "deaths"]'),
         "的 losses[1].value 不认识“deaths”。", "是不是“death”？"),
        (OWN.replace("suspect_days", "gains").replace("= 5", '= ["death"]'),
         "的 gains[1].value 不认识“death”。", "可以写：transfer_in、resumption。"),
        (OWN.replace("suspect_days", "excuses").replace("= 5", '= ["dead", "dead"]'),
         "的 excuses[1].value 写了两次“dead”。", "请只写一次。"),
        (OWN.replace('document = "县教发〔2026〕8号"', ""), "缺少 suspect_days[1].document。",
         "请补上 document（文字）。"),
    ],
)  # fmt: skip
def test_a_broken_own_file_is_refused_with_file_key_and_remedy(text, reason, remedy):
    with pytest.raises(PolicyError) as caught:
        read_own_norms(own(text)[0])
    assert caught.value.reason == f"政策文件 dropout.toml {reason}"
    assert caught.value.remedy == remedy


@pytest.mark.parametrize(
    ("key", "name", "value", "fault"),
    [
        ("pairing", "assessment_points",
         "{ visits = 40, contribution = 20, plan = 10, checklist = 10, result = 21 }",
         "各项加起来不是 100 分"),
        ("kindergartens", "visit_months", "[9, 13]", "里面有不是 1 到 12 的月份"),
    ],
)  # fmt: skip
def test_parts_that_make_no_whole_are_refused(key, name, value, fault):
    text = OWN.replace("suspect_days", name).replace("= 5", f"= {value}")
    with pytest.raises(PolicyError, match=fault):
        read_own_norms(own(text, key)[0])


def test_an_own_retirement_age_goes_on_with_the_laws_steps():
    value = "{ years = 60, step = 4, cap = 36 }"
    text = (
        "[[retirement]]\nfrom = 2026-09-01\ndocument = '县文'\nconfidence = 'confirmed'\n"
        f"value = {{ male = {value}, female = {value}, female_worker = {value} }}"
    )
    rules = load_rules(date(2026, 11, 1), own(text, "pairing"))
    assert rules.retirement["female"]["years"] == 60
    assert rules.reform_on == date(2025, 1, 1)
