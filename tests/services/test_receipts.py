"""Money that comes in: what it becomes, what it covers, and how a mistake is taken back."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import Account, EntryKind
from jingzhun.errors import JingzhunError
from jingzhun.services.books.funding import balance_of, overcommitment, shortfall
from jingzhun.services.books.purposes import find_purpose
from jingzhun.services.books.yearend import close_year
from jingzhun.services.funds.receipts import Receipt, bring_forward, receive, reverse
from jingzhun.store.funds import held
from jingzhun.store.schema import JournalEntry
from tests.builders import TODAY, World
from tests.services.money import HAND, balances, book, get_money

LIVING = "boarding_living"


def voucher(world: World, entry: int | None) -> str:
    return world.session.get_one(JournalEntry, entry).voucher_no


def test_a_receipt_is_income_of_its_source_and_bank_money_of_its_purpose(world: World) -> None:
    get_money(world.session, 100_00, source="中央")
    get_money(world.session, 30_00, source="社会捐赠")
    get_money(world.session, 7_00, "nutrition", source="学校")
    assert balances(world.session) == {
        "bank": 137_00,
        "appropriation": -100_00,
        "donation": -30_00,
        "school_funds": -7_00,
    }
    assert balance_of(world.session, LIVING) == 130_00


def test_balances_of_the_old_books_are_surplus_not_income(world: World) -> None:
    receipt = Receipt(amount_fen=Fen(32_00), source="省", purpose=LIVING)
    bring_forward(world.session, receipt, HAND, today=TODAY)
    assert balances(world.session) == {"bank": 32_00, "surplus": -32_00}
    assert left_of(world.session, LIVING) == 32_00


def test_what_is_approved_is_no_longer_left_and_what_is_paid_leaves_the_bank(world: World) -> None:
    get_money(world.session, 100_00)
    book(world.session, EntryKind.APPROVAL, Account.EXPENSE, Account.PAYABLE, 60_00)
    assert (left_of(world.session, LIVING), balance_of(world.session, LIVING)) == (40_00, 100_00)
    book(world.session, EntryKind.PAYMENT, Account.PAYABLE, Account.BANK, 60_00)
    assert (left_of(world.session, LIVING), balance_of(world.session, LIVING)) == (40_00, 40_00)


def test_a_waiver_uses_up_what_was_received_also_after_the_year_is_closed(world: World) -> None:
    get_money(world.session, 100_00, "preschool_fee")
    waived = (EntryKind.APPROVAL, Account.EXPENSE, Account.FEES, 80_00)
    book(world.session, *waived, purpose="preschool_fee")
    assert left_of(world.session, "preschool_fee") == 20_00
    close_year(world.session, 2026, HAND, today=date(2026, 12, 31))
    assert left_of(world.session, "preschool_fee") == 20_00


def test_enough_is_judged_over_all_sources_of_a_purpose(world: World) -> None:
    get_money(world.session, 60_00, source="省")
    get_money(world.session, 40_00, source="市县")
    assert shortfall(world.session, {LIVING: Fen(100_00)}) == {}
    assert shortfall(world.session, {LIVING: Fen(100_01), "nutrition": Fen(5)}) == {
        LIVING: 1,
        "nutrition": 5,
    }


def test_a_second_approval_counts_what_the_first_took(world: World) -> None:
    get_money(world.session, 100_00)
    book(world.session, EntryKind.APPROVAL, Account.EXPENSE, Account.PAYABLE, 70_00)
    assert overcommitment(world.session, {LIVING: Fen(30_00)}) == {}
    assert overcommitment(world.session, {LIVING: Fen(31_00)}) == {LIVING: 1_00}


def left_of(session: Session, purpose: str) -> int:
    return held(session)[purpose].left_fen


def advance_of(session: Session, purpose: str) -> int:
    return held(session)[purpose].advance_fen


def advance(world: World, amount: int) -> None:
    book(world.session, EntryKind.APPROVAL, Account.EXPENSE, Account.PAYABLE, amount)
    book(world.session, EntryKind.PAYMENT, Account.PAYABLE, Account.ADVANCE, amount)


def test_late_money_covers_the_advance_by_itself(world: World) -> None:
    advance(world, 50_00)
    receipt, cover = get_money(world.session, 20_00, source="中央")
    assert world.session.get_one(JournalEntry, cover).kind == "cover"
    assert voucher(world, cover) > voucher(world, receipt)
    assert (advance_of(world.session, LIVING), balance_of(world.session, LIVING)) == (30_00, 0)
    get_money(world.session, 45_00)
    assert (advance_of(world.session, LIVING), balance_of(world.session, LIVING)) == (0, 15_00)
    assert len(get_money(world.session, 1_00)) == 1


def test_money_for_another_purpose_covers_nothing(world: World) -> None:
    advance(world, 50_00)
    get_money(world.session, 80_00, "nutrition")
    assert advance_of(world.session, LIVING) == 50_00


def test_a_receipt_by_mistake_is_undone_once(world: World) -> None:
    [entry] = get_money(world.session, 20_00)
    number = voucher(world, entry)
    reverse(world.session, number, "金额录错", HAND, today=TODAY)
    assert balances(world.session) == {}
    with pytest.raises(JingzhunError, match="2026-00002") as refused:
        reverse(world.session, number, "又错", HAND, today=TODAY)
    assert refused.value.code == "voucher_reversed"


def test_money_that_is_spent_cannot_be_taken_back(world: World) -> None:
    [entry] = get_money(world.session, 20_00)
    book(world.session, EntryKind.APPROVAL, Account.EXPENSE, Account.PAYABLE, 5_00)
    book(world.session, EntryKind.PAYMENT, Account.PAYABLE, Account.BANK, 5_00)
    with pytest.raises(JingzhunError, match=r"只剩 15\.00 元") as refused:
        reverse(world.session, voucher(world, entry), "录错", HAND, today=TODAY)
    assert refused.value.code == "voucher_spent"


def test_money_that_covered_an_advance_goes_back_in_two_steps(world: World) -> None:
    advance(world, 50_00)
    receipt, cover = get_money(world.session, 20_00)
    with pytest.raises(JingzhunError, match=voucher(world, cover)):
        reverse(world.session, voucher(world, receipt), "录错", HAND, today=TODAY)
    reverse(world.session, voucher(world, cover), "录错", HAND, today=TODAY)
    reverse(world.session, voucher(world, receipt), "录错", HAND, today=TODAY)
    assert advance_of(world.session, LIVING) == 50_00
    assert balance_of(world.session, LIVING) == 0


@pytest.mark.parametrize(
    ("number", "why", "code"),
    [
        ("2026-00009", "错", "voucher_unknown"),
        ("2026-00001", " ", "voucher_no_reason"),
        ("2026-00001", "错", "voucher_not_reversible"),
    ],
)
def test_what_cannot_be_reversed_is_refused(world: World, number: str, why: str, code: str) -> None:
    book(world.session, EntryKind.APPROVAL, Account.EXPENSE, Account.PAYABLE, 5_00)
    with pytest.raises(JingzhunError) as refused:
        reverse(world.session, number, why, HAND, today=TODAY)
    assert refused.value.code == code


def test_purposes_are_known_by_key_title_and_part(world: World) -> None:
    for words in ("boarding_living", "寄宿生生活补助", "寄宿"):
        assert find_purpose(world.session, words) == "boarding_living"
    with pytest.raises(JingzhunError, match="走读四类学生生活补助") as refused:
        find_purpose(world.session, "生活补助")
    assert refused.value.code == "purpose_ambiguous"


def test_a_new_purpose_is_declared_once_and_then_known(world: World) -> None:
    receipt: dict[str, Any] = {"amount_fen": Fen(5_00), "source": "社会捐赠"}
    receipt["purpose"] = "爱心午餐"
    with pytest.raises(JingzhunError) as refused:
        receive(world.session, Receipt(**receipt), HAND, today=TODAY)
    assert refused.value.code == "purpose_unknown"
    receive(world.session, Receipt(**receipt, is_new_purpose=True), HAND, today=TODAY)
    receive(world.session, Receipt(**receipt), HAND, today=TODAY)
    assert balance_of(world.session, "爱心午餐") == 10_00
    with pytest.raises(JingzhunError) as refused:
        receive(world.session, Receipt(**receipt, is_new_purpose=True), HAND, today=TODAY)
    assert refused.value.code == "purpose_known"
    with pytest.raises(JingzhunError, match="营养改善计划膳食补助"):
        find_purpose(world.session, "营养改善", is_new=True)


def test_unknown_source_says_what_can_be_written(world: World) -> None:
    with pytest.raises(JingzhunError, match="中央、省、市县、地方、社会捐赠、学校") as refused:
        get_money(world.session, 1_00, source="教育局")
    assert refused.value.code == "source_unknown"


def test_no_id_number_comes_into_the_books(world: World) -> None:
    receipt = Receipt(
        amount_fen=Fen(1),
        source="社会捐赠",
        purpose=LIVING,
        payer="李善人629999198001010018",
        words="给629999201405060018的钱",
    )
    [entry] = receive(world.session, receipt, HAND, today=TODAY)
    said = world.session.get_one(JournalEntry, entry).words
    assert "629999201405060018" not in said


def test_a_closed_year_leaves_surplus_by_source_and_purpose_and_takes_nothing_more(
    world: World,
) -> None:
    get_money(world.session, 100_00)
    book(world.session, EntryKind.APPROVAL, Account.EXPENSE, Account.PAYABLE, 60_00)
    get_money(world.session, 9_00, on=date(2027, 1, 4))
    entry = close_year(world.session, 2026, HAND, today=date(2027, 1, 5))
    assert world.session.get_one(JournalEntry, entry).happened_on == date(2026, 12, 31)
    assert balances(world.session) == {
        "bank": 109_00,
        "payable": -60_00,
        "surplus": -40_00,
        "appropriation": -9_00,
    }
    assert left_of(world.session, LIVING) == 49_00
    for late in (
        lambda: get_money(world.session, 1, on=date(2026, 12, 31)),
        lambda: close_year(world.session, 2026, HAND, today=date(2027, 1, 5)),
    ):
        with pytest.raises(JingzhunError) as refused:
            late()
        assert refused.value.code == "year_closed"


@pytest.mark.parametrize(
    ("year", "today", "code"),
    [(2026, TODAY, "year_open"), (2025, TODAY, "year_empty")],
)
def test_a_year_that_cannot_be_closed_is_refused(
    world: World, year: int, today: date, code: str
) -> None:
    get_money(world.session, 1_00)
    with pytest.raises(JingzhunError) as refused:
        close_year(world.session, year, HAND, today=today)
    assert refused.value.code == code


def test_vouchers_are_numbered_without_gaps_by_calendar_year(world: World) -> None:
    for on in (date(2026, 11, 1), date(2026, 12, 31), date(2027, 1, 1)):
        get_money(world.session, 1_00, on=on)
    numbers = world.session.scalars(select(JournalEntry.voucher_no).order_by(JournalEntry.id))
    assert list(numbers) == ["2026-00001", "2026-00002", "2027-00001"]
