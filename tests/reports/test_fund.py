"""The fund's report, trial balance and journal agree with each other to the fen."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import Account, EntryKind
from jingzhun.errors import LedgerError
from jingzhun.policies.accounts import chart, find_account
from jingzhun.policies.gifts import GIFTS
from jingzhun.policies.packs import load_pack, pack_names
from jingzhun.reports.books.journal import Asked, journal_page
from jingzhun.reports.books.trial import trial_page
from jingzhun.services.books.yearend import close_year
from jingzhun.services.funds.receipts import Receipt, bring_forward
from tests.builders import World
from tests.reports.funds import year_of_money
from tests.reports.reading import page_facts, read
from tests.services.money import HAND, balances, book, get_money

NEW_YEAR = date(2026, 12, 31)


def purposes(world: World, as_of: date = NEW_YEAR) -> dict[tuple[str, str | None], Any]:
    found = read(world, "fund", as_of=as_of)["purposes"]
    return {(row["purpose"], row["source"]): row for row in found}


def test_left_is_received_less_committed_and_payable_committed_less_paid(world: World) -> None:
    year_of_money(world)
    rows = purposes(world)
    living = rows["boarding_living", None]
    assert living["received_fen"] == 130_00
    assert living["committed_fen"] == living["paid_fen"] == 125_00
    assert (living["payable_fen"], living["left_fen"], living["bank_fen"]) == (0, 5_00, 5_00)
    meals = rows["nutrition", None]
    assert meals["committed_fen"] == meals["payable_fen"] == -meals["left_fen"] == 21 * 4_00
    fees = rows["preschool_fee", None]
    assert (fees["committed_fen"], fees["left_fen"], fees["payable_fen"]) == (100_00, -10_00, 0)
    for row in rows.values():
        assert row["left_fen"] == row["received_fen"] - row["committed_fen"]


def test_a_source_that_owes_its_share_is_named_with_the_rest(world: World) -> None:
    year_of_money(world)
    rows = purposes(world)
    assert rows["preschool_fee", "省"]["owed_fen"] == 0
    assert rows["preschool_fee", "省"]["left_fen"] == 30_00
    assert rows["preschool_fee", "市县"]["owed_fen"] == 40_00
    assert rows["preschool_fee", None]["owed_fen"] == 40_00
    by_source = {row["source"]: row for row in read(world, "fund", as_of=NEW_YEAR)["sources"]}
    assert by_source["市县"]["owed_fen"] == 40_00


def test_what_the_province_gave_counts_towards_the_share_of_all_below_the_centre(
    world: World,
) -> None:
    year_of_money(world)
    rows = purposes(world)
    assert rows["boarding_living", "地方"]["committed_fen"] == 62_50
    assert rows["boarding_living", "省"]["received_fen"] == 50_00
    assert rows["boarding_living", "地方"]["owed_fen"] == 12_50
    assert rows["boarding_living", "中央"]["owed_fen"] == 0


def test_an_advance_is_reported_until_it_is_covered(world: World) -> None:
    year_of_money(world)
    before = purposes(world, date(2026, 12, 7))["boarding_living", None]
    assert (before["advance_fen"], before["bank_fen"], before["left_fen"]) == (45_00, 0, -45_00)
    assert purposes(world)["boarding_living", None]["advance_fen"] == 0


def test_money_that_is_to_come_back_is_left_again_and_named(world: World) -> None:
    get_money(world.session, 100_00)
    book(world.session, EntryKind.APPROVAL, Account.EXPENSE, Account.PAYABLE, 60_00)
    book(world.session, EntryKind.PAYMENT, Account.PAYABLE, Account.BANK, 60_00)
    book(world.session, EntryKind.APPROVAL, Account.RECEIVABLE, Account.EXPENSE, 20_00)
    row = purposes(world)["boarding_living", None]
    assert (row["committed_fen"], row["left_fen"], row["receivable_fen"]) == (40_00, 60_00, 20_00)
    book(world.session, EntryKind.RECOVERY, Account.BANK, Account.RECEIVABLE, 20_00)
    row = purposes(world)["boarding_living", None]
    assert (row["bank_fen"], row["left_fen"], row["receivable_fen"]) == (60_00, 60_00, 0)


def test_a_years_figures_begin_with_what_was_carried_over(world: World) -> None:
    year_of_money(world)
    get_money(world.session, 20_00, on=date(2027, 2, 1))
    found = read(world, "fund", as_of=date(2027, 3, 1), since=date(2027, 1, 1))
    row = next(row for row in found["purposes"] if row["purpose"] == "boarding_living")
    assert (row["carried_fen"], row["received_fen"], row["committed_fen"]) == (5_00, 20_00, 0)
    assert row["left_fen"] == 25_00
    for row in found["purposes"]:
        assert row["left_fen"] == row["carried_fen"] + row["received_fen"] - row["committed_fen"]
    assert [row["payable_fen"] for row in found["deliveries"]] == [0, 84_00, None]
    assert [row["committed_fen"] for row in found["deliveries"]] == [0, 0, 0]


def test_in_kind_stands_against_cash_and_waivers(world: World) -> None:
    year_of_money(world)
    found = read(world, "fund", as_of=NEW_YEAR)["deliveries"]
    assert [(row["delivery"], row["committed_fen"], row["payable_fen"]) for row in found] == [
        ("card", 125_00, 0),
        ("in_kind", 84_00, 84_00),
        ("waiver", 100_00, None),
    ]


def test_closing_a_year_changes_no_figure_of_the_report(world: World) -> None:
    year_of_money(world)
    before = read(world, "fund", as_of=NEW_YEAR)
    close_year(world.session, 2026, HAND, today=date(2027, 1, 5))
    assert read(world, "fund", as_of=NEW_YEAR) == before


def test_a_ledger_changed_by_other_means_is_said_not_summed_up(world: World) -> None:
    year_of_money(world)
    for action in ("insert", "update", "delete"):
        world.session.execute(text(f"DROP TRIGGER posting_is_final_on_{action}"))
    world.session.execute(text("UPDATE posting SET amount_fen = amount_fen + 1 WHERE number = 1"))
    with pytest.raises(LedgerError) as refused:
        read(world, "fund", as_of=NEW_YEAR)
    assert refused.value.code == "ledger_unbalanced"
    assert page_facts(trial_page(world.session, on=NEW_YEAR))["balanced"] is False


def test_the_trial_balance_is_equal_on_both_sides_in_each_pair(world: World) -> None:
    early = Receipt(amount_fen=Fen(7_00), source="省", purpose="nutrition")
    bring_forward(world.session, early, HAND, today=date(2025, 9, 1))
    year_of_money(world)
    shown = page_facts(trial_page(world.session, on=NEW_YEAR))
    [totals] = shown["totals"]
    assert shown["balanced"] is True
    assert totals["opening_debit_fen"] == totals["opening_credit_fen"] == 7_00
    assert totals["debit_fen"] == totals["credit_fen"] > 0
    assert totals["closing_debit_fen"] == totals["closing_credit_fen"] > 0
    sums = balances(world.session)
    for row in shown["accounts"]:
        closing = row["closing_debit_fen"] - row["closing_credit_fen"]
        assert closing == sums.get(row["account"], 0)


def test_the_journal_runs_in_time_and_each_row_ends_at_its_accounts_balance(world: World) -> None:
    year_of_money(world)
    rows = page_facts(journal_page(world.session, Asked(end=NEW_YEAR)))["postings"]
    assert [row["happened_on"] for row in rows] == sorted(row["happened_on"] for row in rows)
    assert sum(row["debit_fen"] for row in rows) == sum(row["credit_fen"] for row in rows)
    last = {row["account"]: row["balance_fen"] for row in rows}
    assert {account: balance for account, balance in last.items() if balance} == balances(
        world.session
    )


def test_an_account_page_carries_forward_what_was_before(world: World) -> None:
    year_of_money(world)
    asked = Asked(
        start=date(2026, 12, 1), end=NEW_YEAR, account=find_account("1002"),
        purpose="boarding_living",
    )  # fmt: skip
    shown = journal_page(world.session, asked)
    facts = page_facts(shown)
    assert facts["opening_fen"] == 80_00
    shown_balances = [row["balance_fen"] for row in facts["postings"]]
    assert (shown_balances[1], shown_balances[-1]) == (0, 5_00)
    pages = next(table for table in shown.tables if table.key == "pages")
    assert [column.key for column in pages.columns][3:5] == ["source", "debit_fen"]
    assert pages.rows[0][2:] == ("上期结转", None, None, None, "借", 80_00)
    assert pages.total is not None
    assert pages.total[-2:] == ("借", 5_00)


def test_books_without_a_posting_are_empty_pages(world: World) -> None:
    assert read(world, "fund")["purposes"] == []
    assert page_facts(trial_page(world.session, on=NEW_YEAR))["balanced"] is True
    assert page_facts(journal_page(world.session, Asked(end=NEW_YEAR)))["postings"] == []


def test_a_report_needs_as_many_statements_for_many_postings_as_for_few(
    world: World, statements: Any
) -> None:
    year_of_money(world)
    statements()
    read(world, "fund")
    few = statements()
    for day in range(1, 15):
        get_money(world.session, 1_00, "day_living", on=date(2026, 12, day))
    statements()
    read(world, "fund")
    assert statements() == few


def test_every_source_that_a_shipped_policy_names_can_be_received() -> None:
    named = {
        share.source
        for pack in (*map(load_pack, pack_names()), GIFTS)
        for scheme in pack.schemes
        for version in scheme.versions
        for split in version.splits
        for share in split.shares
    }
    assert named <= chart().sources.keys()
