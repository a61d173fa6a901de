"""The three doors of money, and the capital figures that a voucher carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.money import (
    Fen,
    accrue,
    allocate,
    capital_yuan,
    format_yuan,
    parse_capital,
    parse_yuan,
)

AMOUNTS = st.integers(-(10**13), 10**13).map(Fen)
WEIGHTS = st.dictionaries(st.sampled_from("省市县校捐"), st.integers(0, 9), min_size=1).filter(
    lambda weights: sum(weights.values()) > 0
)


@given(AMOUNTS)
def test_what_is_written_is_read_back(amount):
    assert parse_yuan(format_yuan(amount).replace(",", "")) == amount


@pytest.mark.parametrize("text", ["", "1e5", "NaN", "1_000", "1,000", "￥5", "0.005", "１２", "1."])
def test_anything_but_plain_yuan_and_fen_is_refused(text):
    with pytest.raises(ValueError):
        parse_yuan(text)


@pytest.mark.parametrize(("text", "unit", "fen"), [("312.50", 1, 31250), ("0.0001", 10_000, 100)])
def test_yuan_and_ten_thousand_yuan_become_fen(text, unit, fen):
    assert parse_yuan(text, unit=unit) == fen


@given(AMOUNTS, WEIGHTS)
def test_parts_sum_to_the_whole(amount, weights):
    assert sum(allocate(amount, weights).values()) == amount


@given(AMOUNTS, WEIGHTS)
def test_a_recovery_splits_as_the_payment_did(amount, weights):
    back = allocate(Fen(-amount), weights)
    assert {name: -part for name, part in back.items()} == allocate(amount, weights)


@given(AMOUNTS, WEIGHTS)
def test_no_part_is_a_fen_away_from_its_exact_share(amount, weights):
    total = sum(weights.values())
    for name, part in allocate(amount, weights).items():
        assert abs(part * total - amount * weights[name]) < total


def test_ties_go_to_the_source_named_first():
    assert allocate(Fen(1), {"省": 1, "市": 1, "县": 1}) == {"省": 1, "市": 0, "县": 0}


def test_the_published_split_of_six_to_four_comes_out():
    assert allocate(Fen(2_874_250_000), {"省": 6, "市县": 4}) == {
        "省": 1_724_550_000,
        "市县": 1_149_700_000,
    }


@pytest.mark.parametrize("weights", [{"省": 0}, {"省": 3, "市": -1}])
def test_weights_that_cannot_share_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        allocate(Fen(100), weights)


@given(AMOUNTS, st.integers(1, 12))
def test_months_add_up_to_the_term(amount, parts):
    assert sum(accrue(amount, part, parts) for part in range(1, parts + 1)) == amount


def test_a_hundred_thousand_over_three_months_grows_at_the_end():
    assert [accrue(Fen(100_000), part, 3) for part in (1, 2, 3)] == [33_333, 33_333, 33_334]


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (101, "壹元零壹分"),
        (31_250, "叁佰壹拾贰元伍角整"),
        (125_000, "壹仟贰佰伍拾元整"),
        (1_001_000, "壹万零壹拾元整"),
        (10_000_000_001, "壹亿元零壹分"),
        (123_456_789, "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
        (1_000_100_000_000, "壹佰亿零壹佰万元整"),
        (-50, "负伍角整"),
    ],
)
def test_capital_figures_read_as_a_voucher_does(fen, words):
    assert capital_yuan(Fen(fen)) == words


EVERYDAY = str.maketrans("零壹贰叁肆伍陆柒捌玖拾佰仟", "〇一二三四五六七八九十百千")


@given(AMOUNTS)
def test_capital_figures_are_read_back_in_either_numerals(amount):
    text = capital_yuan(amount)
    plain = text.removesuffix("整").translate(EVERYDAY)
    assert parse_capital(text) == parse_capital(plain) == amount
    assert parse_capital(text.replace("元", "圆").replace("整", "正")) == amount


@given(st.text("零一壹二两十百千万亿元角分整", min_size=1, max_size=9))
def test_whatever_is_read_as_capital_figures_is_what_they_say(text):
    try:
        amount = parse_capital(text)
    except ValueError:
        return
    optional = str.maketrans("", "", "零〇壹一整")
    said = capital_yuan(amount).translate(EVERYDAY).translate(optional)
    assert said == text.replace("两", "二").translate(EVERYDAY).translate(optional) or amount == 0


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("十五元", "15"), ("拾伍元整", "15"), ("两千元", "2000"), ("一万五百元", "10500"),
        ("一万零二元", "10002"),
        ("一千二百五十元", "1250"), ("三百一十二元五角", "312.5"), ("伍角", "0.5"),
        ("壹拾万柒仟元零伍角叁分", "107000.53"), ("壹拾万零柒仟元伍角叁分", "107000.53"),
        ("壹仟陆佰捌拾元零叁角贰分", "1680.32"), ("五元零三分", "5.03"), ("零元整", "0"),
    ],
)  # fmt: skip
def test_what_the_rule_leaves_to_the_writer_may_be_there_or_not(text, yuan):
    assert parse_capital(text) == parse_yuan(yuan)


@pytest.mark.parametrize(
    "text",
    ["一千二元", "一万二元", "三亿五元",
     "一千五十元", "一千零五百元", "一二五零元", "一百一百元", "十十元", "五百千元",
     "百元", "五元零角", "五元三角零二分", "零五元", "一千二百五十", "五元五", "一亿二亿元",
     "零零元", "元", "整", "角", "负零元", "负负五元", "", "十元十角", "壹仟贰佰伍拾元整。"],
)  # fmt: skip
def test_malformed_capital_figures_are_no_amount(text):
    with pytest.raises(ValueError):
        parse_capital(text)
