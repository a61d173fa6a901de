"""Before approval: every reason why a pupil could not be paid, each by name, and nothing kept."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from jingzhun.core.money import Fen
from jingzhun.core.payment_vocabulary import Hindrance
from jingzhun.core.vocabulary import Standing
from jingzhun.services.funds.prechecks import precheck_page
from jingzhun.services.subsidy.runs import compute
from jingzhun.store.schema import AidPayment, BoardingSpell, MatchPair, Person, RunLine
from tests.builders import NOW, TODAY, World
from tests.policies.worlds import months_of
from tests.services.paying import CARD, OTHER_CARD, approved, boarder, give_card

Told = dict[str, list[str]]


def page(world: World, period: str = "2026-11") -> Any:
    number = compute(
        world.session, months_of(period), period=period, today=TODAY, actor="张", os_user="z",
        recorded_at=NOW, keep_posted=True,
    )  # fmt: skip
    return precheck_page(world.session, number, months_of(period), today=TODAY)


def told(world: World, period: str = "2026-11") -> Told:
    """Give the names by reason, of the allowance for boarders and day pupils."""
    found: Told = {}
    for row in page(world, period).tables[1].records():
        if row["scheme"].endswith("_living"):
            found.setdefault(row["reason"], []).append(row["name"])
    return found


def test_whom_nothing_hinders_is_not_named(world: World) -> None:
    give_card(world, boarder(world), CARD)
    shown = page(world)
    assert shown.title.endswith("没有发现问题")
    assert shown.facts["pupils"] == 1


def test_accounts_are_looked_at_for_schemes_by_card_only(world: World) -> None:
    boarder(world, "张一")
    give_card(world, boarder(world, "张二"), OTHER_CARD)
    give_card(world, boarder(world, "张三"), OTHER_CARD, payee="李会计", payee_relation="教师")
    give_card(world, boarder(world, "张四"), CARD[:-1] + "0")
    reasons, hindered = page(world).tables
    assert {row["scheme"] for row in hindered.records()} == {"boarding_living"}
    assert [(row["reason"], row["pupils"]) for row in reasons.records()] == [
        (Hindrance.NO_ACCOUNT, 1),
        (Hindrance.SHARED_ACCOUNT, 2),
        (Hindrance.STRANGE_PAYEE, 1),
        (Hindrance.CHECK_DIGIT, 1),
    ]
    assert [row["reason"] for row in hindered.records()] == sorted(
        (row["reason"] for row in hindered.records()), key=list(Hindrance).index
    )


def test_who_left_or_died_since_is_named(world: World) -> None:
    left, dead, away = (boarder(world, name) for name in ("张一", "张二", "张三"))
    for at, person in enumerate((left, dead, away)):
        give_card(world, person, f"4000000000{at}")
    world.stand(left, Standing.LEFT, "transfer_out", from_=date(2026, 11, 20))
    world.stand(dead, Standing.LEFT, "death", from_=date(2026, 11, 20))
    world.stand(away, Standing.SUSPENDED, "suspension", from_=date(2026, 11, 20))
    assert told(world) == {"dead": ["张二"], "left": ["张一", "张三"]}


def test_two_records_of_one_human_are_named(world: World) -> None:
    one, other = boarder(world, "张一"), boarder(world, "张乙", enrolment={"school": "白石小学"})
    for at, person in enumerate((one, other)):
        give_card(world, person, f"4000000000{at}")
    low, high = sorted((one.identity, other.identity))
    world.session.add(
        MatchPair(one=low, other=high, verdict=None, actor="张", os_user="z", recorded_at=NOW)
    )
    world.session.flush()
    assert told(world) == {"doubled": ["张乙", "张一"]}


def test_what_another_run_posted_is_named_and_not_looked_at_again(world: World) -> None:
    boarder(world)
    approved(world.session, "2026-10")
    assert told(world, "2026秋") == {"posted": ["张一"], "no_account": ["张一"]}


@pytest.mark.parametrize(
    ("project", "period", "is_told"),
    [
        ("寄宿生生活补助", "2026秋", True),
        ("寄宿生生活补助", "2026-11", True),
        ("寄宿生生活补助", "2026春", False),
        ("营养改善计划", "2026-11", False),
    ],
)
def test_who_was_paid_on_paper_is_named(
    world: World, project: str, period: str, *, is_told: bool
) -> None:
    person = boarder(world)
    give_card(world, person, CARD, project=project, period=period)
    assert told(world) == ({"paid_elsewhere": ["张一"]} if is_told else {})


def test_two_schemes_of_one_purpose_in_a_month_are_named(world: World) -> None:
    person = boarder(world)
    give_card(world, person, CARD)
    approved(world.session, "2026-11")
    world.session.execute(update(BoardingSpell).values(boarding="day"))
    assert told(world, "2026秋") == {"overlap": ["张一"]}


def test_every_reason_of_a_pupil_is_told_at_once(world: World) -> None:
    person = boarder(world)
    world.stand(person, Standing.LEFT, "transfer_out", from_=date(2026, 11, 20))
    world.session.add(
        AidPayment(
            identity="x", sheet_id=world.sheet_id, row_number=1, person_id=person.id,
            project="寄宿生生活补助", period="2026秋", amount_fen=Fen(1),
        )
    )  # fmt: skip
    world.session.flush()
    assert set(told(world)) == {"no_account", "left", "paid_elsewhere"}
    assert world.session.scalar(select(func.count()).select_from(Person)) == 1
    assert world.session.scalar(select(func.count()).select_from(RunLine)) == 2
