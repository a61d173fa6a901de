"""Money, quantities and accounts in cells: what is written is read back to the fen."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.money import Fen, capital_yuan, format_yuan
from jingzhun.rosters.values.amounts import (
    account,
    header_measure,
    header_unit,
    line_unit,
    money,
    quantity,
)
from jingzhun.rosters.values.odd import Odd

FEN = st.integers(min_value=0, max_value=10**12)


@given(FEN)
def test_money_written_in_yuan_is_read_back(fen: int) -> None:
    plain, grouped = str(Decimal(fen) / 100), format_yuan(Fen(fen))
    for text in (plain, grouped, f"￥{grouped}", f"{plain}元", f"人民币{plain}元整", f" {plain} "):
        assert money()(text) == fen


@given(FEN)
def test_money_written_in_capital_figures_is_read_back(fen: int) -> None:
    text = capital_yuan(Fen(fen))
    assert money()(text) == money(10_000)(text) == money()(f"人民币：{text}") == fen


@pytest.mark.parametrize(
    ("cell", "unit", "fen"),
    [("一千二百五十", 1, 125_000), ("壹仟贰佰伍拾整", 1, 125_000), ("五万元", 10_000, 5_000_000),
     ("五万", 1, 5_000_000), ("五", 10_000, None), ("一千二", 1, None), ("负五元", 1, None),
     ("若干", 1, None), ("一", 1, 100)],
)  # fmt: skip
def test_numerals_without_yuan_are_read_where_plain_numbers_are_yuan(
    cell: str, unit: int, fen: int | None
) -> None:
    found = money(unit)(cell)
    assert found == fen if fen is not None else isinstance(found, Odd)


@given(FEN)
def test_money_written_in_ten_thousands_is_read_back(fen: int) -> None:
    text = f"{Decimal(fen) / 1_000_000:f}"
    assert money(10_000)(text) == money()(f"{text}万元") == money(1_000)(f"{text}万元") == fen


@given(st.integers(min_value=0, max_value=10**9))
def test_a_number_that_a_spreadsheet_computed_is_its_nearest_fen(fen: int) -> None:
    assert money()(fen / 100) == fen
    assert money()(fen / 100 * 3 / 3) == fen
    assert money(10_000)(fen / 1_000_000) == fen


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.dates()))
def test_whatever_stands_in_a_cell_is_money_nothing_or_a_fault(cell: Any) -> None:
    for read in (money(), money(10_000)):
        found = read(cell)
        assert found is None or isinstance(found, Odd) or 0 <= found < 10**13
    amount = quantity(cell)
    assert amount is None or isinstance(amount, Odd) or 0 <= amount[0] < 10**12
    number = account(cell)
    assert number is None or isinstance(number, Odd) or number.isdigit()


@pytest.mark.parametrize(
    ("header", "yuan"),
    [
        ("金额(元)", 1), ("金额(万元)", 10_000), ("计划投资(万元)", 10_000), ("金额(千元)", 1_000),
        ("标准(元/天)", 1), ("资金(万元)/自筹", 10_000), ("金额", None), ("元旦慰问", None),
        ("资金(万元)/小计(元)", 1), ("万元以上设备", None),
    ],
)  # fmt: skip
def test_the_unit_of_a_header(header: str, yuan: int | None) -> None:
    assert header_unit(header) == yuan


def test_the_unit_of_a_line_above_the_table() -> None:
    assert line_unit("填报单位：青禾小学    单位：万元") == 10_000
    assert line_unit("金额单位:人民币元") == 1
    assert line_unit("单位：青禾小学") is None


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("200套", (200_000, "套")), (12.5, (12_500, None)), ("1,200册", (1_200_000, "册")),
        ("800.5㎡", (800_500, "m2")), ("", None), ("-", None), (0.0, (0, None)),
        ("12台（套）", (12_000, "台(套)")), ("12台/套", (12_000, "台/套")),
    ],
)  # fmt: skip
def test_quantities_have_units(cell: Any, found: Any) -> None:
    assert quantity(cell) == found


@pytest.mark.parametrize("cell", ["一批", "若干", "200套左右吧大概是", -1.0, 1e12, "9" * 20, "1/2"])
def test_a_quantity_that_nobody_can_count_is_a_fault(cell: Any) -> None:
    assert isinstance(quantity(cell), Odd)


def test_the_measure_of_a_header() -> None:
    assert (header_measure("数量(套)"), header_measure("数量")) == ("套", None)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("6217 0000 0000 0000 001", "6217000000000000001"),
        ("6217-0000-0000-0001", "6217000000000001"),
        ("'6217000000000000001", "6217000000000000001"), (123456789012.0, "123456789012"),
        ("无", None), ("", None),
    ],
)  # fmt: skip
def test_accounts_are_digits(cell: Any, found: str | None) -> None:
    assert account(cell) == found
