"""Lists of what was done for households find their households, whichever list came first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jingzhun.services.hand import Hand
from jingzhun.services.importing.undo import undo_import
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Contribution, Household
from tests.builders import NOW, TODAY, id_number
from tests.services.workbooks import BORN, MEMBERS, bring_in, codes, counts, write

HAND = Hand(actor="测试", os_user="test", command="jingzhun imports undo", recorded_at=NOW)
HEAD, OTHER = id_number(BORN, 31), id_number(BORN, 33)
HOMES = [
    MEMBERS,
    ("6299990001", "张大", "柳河村", "张大", HEAD, "户主", "脱贫户(享受政策)", ""),
    ("6299990002", "张大", "东山村", "张大", OTHER, "户主", "脱贫户(享受政策)", ""),
]
BY_VILLAGE = [
    ("户主姓名", "村", "帮扶责任人", "投入日期", "帮扶方式", "投入金额"),
    ("张大", "柳河村", "李帮", "2026.3.5", "资金", "500"),
    ("张大", "东山村", "李帮", "2026.3.5", "资金", "700"),
]
BY_HEAD = [
    ("姓名", "身份证号", "帮扶责任人", "投入日期", "帮扶方式", "投入金额"),
    ("张大", HEAD, "李帮", "2026.3.5", "资金", "500"),
    ("张大", OTHER, "李帮", "2026.3.5", "资金", "700"),
]
Bring = Callable[[str, Any], Any]


@pytest.fixture
def bring(ledger: Ledger, tmp_path: Path) -> Bring:
    return lambda name, rows: bring_in(ledger, write(tmp_path / f"{name}.xlsx", rows))


def gifts(ledger: Ledger) -> list[tuple[str | None, int | None]]:
    """Give what each household by its number was given, and how many households there are."""
    with ledger.read() as session:
        query = select(Household.household_no, Contribution.amount_fen).join(
            Contribution, Contribution.household_id == Household.id
        )
        return sorted((row[0], row[1]) for row in session.execute(query))


def households(ledger: Ledger) -> int:
    with ledger.read() as session:
        return len(session.scalars(select(Household.id)).all())


@pytest.mark.parametrize("given", [BY_VILLAGE, BY_HEAD], ids=["by village", "by the head's id"])
@pytest.mark.parametrize("order", ["gifts first", "households first"])
def test_gifts_are_the_households_whoever_comes_first(
    bring: Bring, ledger: Ledger, given: Any, order: str
) -> None:
    lists = [("投入", given), ("户", HOMES)]
    for name, rows in lists if order == "gifts first" else reversed(lists):
        bring(name, rows)
    assert gifts(ledger) == [("6299990001", 50_000), ("6299990002", 70_000)]
    assert households(ledger) == 2
    assert counts(bring("又", given)) == (0, 0, 2, 0)
    assert gifts(ledger) == [("6299990001", 50_000), ("6299990002", 70_000)]


def test_a_household_that_nobody_knows_is_kept_and_said(bring: Bring, ledger: Ledger) -> None:
    outcome = bring("投入", BY_VILLAGE)
    assert counts(outcome) == (2, 0, 0, 0)
    assert [code for _, code in codes(outcome)] == ["household_created"] * 2
    with ledger.read() as session:
        names = session.scalars(select(Household.head_name)).all()
    assert list(names) == ["张大", "张大"]


def test_a_heads_name_alone_is_not_guessed_and_it_is_said_who_may_be_meant(
    bring: Bring, ledger: Ledger
) -> None:
    bring("户", HOMES)
    head, row = BY_VILLAGE[0], BY_VILLAGE[1]
    outcome = bring("投入", [(head[0], *head[2:]), (row[0], *row[2:])])
    assert [code for _, code in codes(outcome)] == ["household_created", "household_vague"]
    assert "同名的有 2 户（柳河村、东山村）" in outcome.problems[1].message
    assert gifts(ledger) == [(None, 50_000)]


def test_a_list_taken_back_and_brought_again_says_the_same(bring: Bring, ledger: Ledger) -> None:
    first = bring("投入", BY_HEAD).import_id
    second = bring("户", HOMES).import_id
    before = gifts(ledger)
    with ledger.rebuild() as session:
        undo_import(session, first, HAND, today=TODAY)
    assert gifts(ledger) == []
    bring("投入", BY_HEAD)
    assert gifts(ledger) == before
    with ledger.rebuild() as session:
        undo_import(session, second, HAND, today=TODAY)
    assert [amount for _, amount in gifts(ledger)] == [50_000, 70_000]


def test_a_gift_that_names_its_helper_is_the_one_that_did_not(bring: Bring, ledger: Ledger) -> None:
    head, row = BY_VILLAGE[0], BY_VILLAGE[1]
    without = [(*head[:2], *head[3:]), (*row[:2], *row[3:])]
    bring("没写人", without)
    bring("写了人", [head, row])
    assert [amount for _, amount in gifts(ledger)] == [50_000]
