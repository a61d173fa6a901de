"""What the sample lists say was done for helped households, as the check of pairs counts it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from jingzhun.reports import ReportOptions, report_named
from jingzhun.reports.helping.progress import progress_page
from jingzhun.store.engine import open_ledger
from samples.make_samples import Book, town_and_books
from samples.town import Town
from tests.reports.reading import page_facts
from tests.samples.test_samples import TODAY, take_all


@pytest.fixture(scope="module")
def made() -> tuple[Town, list[Book]]:
    return town_and_books()


@pytest.fixture(scope="module")
def town(made: tuple[Town, list[Book]]) -> Town:
    return made[0]


@pytest.fixture(scope="module")
def books(made: tuple[Town, list[Book]]) -> dict[str, Book]:
    return {book.number: book for book in made[1]}


@pytest.fixture(scope="module", params=[("04", "06", "07", "24", "25", "26", "27"),
                                        ("27", "26", "25", "24", "07", "06", "04")],
                ids=["as numbered", "backwards"])  # fmt: skip
def facts(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """Give what the reports say once the lists are in, the deeds before the households or after."""
    ledger = open_ledger(str(tmp_path_factory.mktemp("helped") / "town.db"), create=True)
    with ledger.write() as session:
        take_all(session, request.param)
    options = ReportOptions(as_of=TODAY, period="2026年")
    with ledger.read() as session:
        yield {
            "check": page_facts(progress_page(session, options)),
            "assessment": page_facts(report_named("assessment").build(session, options)),
        }
    ledger.close()


def paired_in(books: dict[str, Book]) -> set[str]:
    """Give the households whose pair could be read: of others the check of pairs says nothing."""
    return set().union(*(page.accepted for page in books["07"].pages))


def test_every_household_has_what_the_lists_say_was_given_to_it(
    books: dict[str, Book], facts: dict[str, Any]
) -> None:
    wanted: Counter[str] = Counter()
    paired = paired_in(books)
    for page in books["24"].pages:
        for row, given in page.given.items():
            if row not in page.refused:
                number = page.keys[row].partition("/")[0]
                wanted[number] += sum(fen or 0 for fen in given)
    found = {
        home["household_no"]: home["contribution_fen"]
        for home in facts["check"]["households"]
        if home["contribution_fen"]
    }
    assert found == {number: fen for number, fen in wanted.items() if fen and number in paired}


def test_every_household_with_a_plan_or_a_check_is_one_of_the_lists(
    books: dict[str, Book], facts: dict[str, Any]
) -> None:
    homes = facts["check"]["households"]
    [plans], [checks] = books["25"].pages, books["26"].pages
    paired = paired_in(books)
    assert {home["household_no"] for home in homes if home["ways"]} == plans.accepted & paired
    wanted = {
        key: len(checks.given[row])
        for row, key in checks.keys.items()
        if row not in checks.refused and key in paired
    }
    assert {home["household_no"]: home["checked"] for home in homes if home["checked"]} == wanted


def test_helpers_of_households_with_two_incomes_are_judged_by_them(
    town: Town, books: dict[str, Book], facts: dict[str, Any]
) -> None:
    before, after = books["27"].pages
    both = before.accepted & after.accepted
    wanted = {pair.staff.name for pair in town.pairs if pair.household.number in both}
    rows = facts["assessment"]["staff"]
    assert {row["helper"] for row in rows if row["income_before_fen"] is not None} == wanted
    assert all(row["better"] for row in rows if row["income_before_fen"] is not None)
