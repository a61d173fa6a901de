"""A batch promises what it sends, takes nothing twice, and names whose money it cannot send."""

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import func, select, update

from jingzhun.core.payment_vocabulary import Hindrance
from jingzhun.errors import JingzhunError
from jingzhun.services.funds.batches import Made, Order, make_batches
from jingzhun.services.funds.payments import bank_file, batch_page, batches_page
from jingzhun.store.schema import Batch, BatchLine, Run
from tests.builders import World
from tests.services.paying import CARD, DAY, HAND, OTHER_CARD, approved, boarder, give_card


def make(world: World, run: int, scheme: str = "boarding_living", **order: object) -> Made:
    wanted = Order(run_id=run, scheme=scheme, **order)  # type: ignore[arg-type]
    return make_batches(world.session, wanted, today=DAY, hand=HAND)


def lines(world: World) -> Sequence[BatchLine]:
    return world.session.scalars(
        select(BatchLine).order_by(BatchLine.batch_id, BatchLine.number)
    ).all()


def whys(made: Made) -> list[tuple[Hindrance, str]]:
    return [(each.why, each.pupil.name) for each in made.hindered]


def test_a_batch_promises_the_count_and_sum_of_its_lines(world: World) -> None:
    for at in range(3):
        give_card(world, boarder(world, f"张{'一二三'[at]}"), f"4000000000{at}")
    made = make(world, approved(world.session), "寄宿生生活补助")
    assert "专款还差 375.00 元" in made.notices[0]
    [batch] = world.session.scalars(select(Batch)).all()
    assert made.batches == (batch.id,)
    assert (batch.promised_count, batch.promised_fen) == (3, 3 * 12500)
    assert [line.number for line in lines(world)] == [1, 2, 3]
    assert sum(line.amount_fen for line in lines(world)) == batch.promised_fen
    [shown] = batches_page(world.session).tables[0].records()
    assert shown["promised"] == shown["pending"] == 3
    assert shown["promised_fen"] == shown["pending_fen"] + shown["paid_fen"] + shown["failed_fen"]


def test_who_has_no_card_is_named_and_comes_into_the_next_batch(world: World) -> None:
    give_card(world, boarder(world, "张一"), CARD)
    late = boarder(world, "张二")
    run = approved(world.session)
    first = make(world, run)
    assert whys(first) == [(Hindrance.NO_ACCOUNT, "张二")]
    assert [line.payee for line in lines(world)] == ["张一"]
    give_card(world, late, OTHER_CARD)
    second = make(world, run)
    assert second.batches == (first.batches[0] + 1,)
    assert [line.payee for line in lines(world)] == ["张一", "张二"]
    with pytest.raises(JingzhunError) as refused:
        make(world, run)
    assert refused.value.code == "pay_nothing"


def test_the_account_said_last_is_paid_into(world: World) -> None:
    person = boarder(world)
    give_card(world, person, OTHER_CARD[:-1] + "4", paid_on=date(2026, 6, 1))
    give_card(world, person, CARD, paid_on=date(2026, 10, 1), bank="信用社", payee="张父",
              payee_relation="父亲")  # fmt: skip
    made = make(world, approved(world.session))
    [line] = lines(world)
    assert (line.account_no, line.bank, line.payee) == (CARD, "信用社", "张父")
    assert whys(made) == []


def test_shared_cards_and_strange_payees_are_named(world: World) -> None:
    give_card(world, boarder(world, "张一"), "40000000001", payee="李老师", payee_relation="班主任")
    give_card(world, boarder(world, "张二"), "40000000001", payee="张母", payee_relation="母女")
    made = make(world, approved(world.session))
    assert sorted(whys(made)) == [
        (Hindrance.SHARED_ACCOUNT, "张一"),
        (Hindrance.SHARED_ACCOUNT, "张二"),
        (Hindrance.STRANGE_PAYEE, "张一"),
    ]
    assert "与张二共 2 人" in made.hindered[0].words


def test_money_in_kind_goes_to_the_supplier_by_school_and_to_nobody_else(world: World) -> None:
    give_card(world, boarder(world, "张一"), CARD)
    give_card(world, boarder(world, "张二", enrolment={"school": "白石小学"}), OTHER_CARD)
    run = approved(world.session)
    with pytest.raises(JingzhunError, match="教财〔2022〕2号") as refused:
        make(world, run, "nutrition")
    assert refused.value.code == "pay_in_kind"
    made = make(world, run, "nutrition", supplier="云岭镇配餐中心")
    found = lines(world)
    assert {line.payee for line in found} == {"云岭镇配餐中心"}
    assert len({line.school_id for line in found}) == len(found) == 2
    assert all(line.person_id is None and line.account_no is None for line in found)
    with pytest.raises(JingzhunError) as refused:
        bank_file(world.session, made.batches[0])
    assert refused.value.code == "pay_in_kind"


def test_every_scheme_has_a_batch_of_its_own_and_what_has_none_is_said(world: World) -> None:
    give_card(world, boarder(world), CARD)
    run = approved(world.session)
    made = make(world, run, "")
    assert len(made.batches) == 1
    assert any("--supplier" in words for words in made.notices)
    made = make(world, run, "", supplier="配餐中心")
    schemes = [batch.scheme for batch in world.session.scalars(select(Batch))]
    assert schemes == ["boarding_living", "nutrition"]


@pytest.mark.parametrize("state", ["draft", "reviewed", "published", "void"])
def test_only_an_approved_run_is_paid(world: World, state: str) -> None:
    from tests.policies.worlds import run as compute

    boarder(world)
    number = compute(world.session, "2026-11")
    world.session.execute(update(Run).values(state=state))
    with pytest.raises(JingzhunError) as refused:
        make(world, number)
    assert refused.value.code == "run_not_approved"


def test_unknown_run_and_scheme_are_told(world: World) -> None:
    give_card(world, boarder(world), CARD)
    run = approved(world.session)
    wanted = (
        (99, "", "run_unknown"),
        (run, "xyz", "purpose_unknown"),
        (run, "day_living", "pay_scheme_unknown"),
    )
    for number, scheme, code in wanted:
        with pytest.raises(JingzhunError) as refused:
            make(world, number, scheme)
        assert refused.value.code == code
        assert "--purpose" not in refused.value.remedy


def test_the_bank_file_is_bare_and_whole_and_its_page_masks(world: World) -> None:
    give_card(world, boarder(world), CARD, payee="=张父", payee_relation="父亲")
    [number] = make(world, approved(world.session)).batches
    [table] = bank_file(world.session, number).tables
    assert table.is_bare
    assert table.total is None
    [row] = table.rows
    assert row[:6] == (str(number), "1", "=张父", CARD, "", 12500)
    [_, shown] = batch_page(world.session, number).tables
    assert [column.kind for column in shown.columns if column.key == "account"] == ["id"]
    assert world.session.scalar(select(func.count()).select_from(BatchLine)) == 1
