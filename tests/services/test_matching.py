"""An answer holds for later lists, can be taken back, and gives a confirmed child its subsidy."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Category, Verdict
from jingzhun.errors import JingzhunError
from jingzhun.render.plain import json_chunks
from jingzhun.reports.children.matches import answered_pairs
from jingzhun.reports.children.suspects import numbers_of, suspects_on
from jingzhun.services.desk.matching import Answer, decide, number_pairs
from jingzhun.services.importing.undo import undo_import
from jingzhun.services.subsidy.explain import explain
from jingzhun.services.subsidy.runs import compute
from jingzhun.store.matches import pair_of
from jingzhun.store.schema import MatchPair, Person, RunLine
from tests.builders import NOW, TODAY, World, id_number
from tests.services.paying import HAND
from tests.services.workbooks import BORN, MEMBERS, ROSTER, Bring, pupil

NOVEMBER = Month(2026, 11)
RIGHT, WRONG, THIRD = (id_number(BORN, order) for order in (12, 21, 13))
MEMBER = ("6200000001", "赵大", "东山村", "赵一", WRONG, "之子", "脱贫户(享受政策)", "")
ME = Answer(actor="核对人", os_user="test", recorded_at=NOW, why="查过户口簿")


def answer(session: Any, one: str, other: str, verdict: Verdict) -> list[Any]:
    number_pairs(session, suspects_on(session, TODAY), ME)
    pair = pair_of(one, other)
    if pair not in numbers_of(session):
        session.add(MatchPair(one=pair[0], other=pair[1], actor="", os_user="", recorded_at=NOW))
        session.flush()
    return decide(session, [numbers_of(session)[pair]], verdict, ME)


def paid(session: Any) -> dict[tuple[str, str], int]:
    """Give what November pays, by scheme and identity."""
    session.flush()
    number = compute(session, [NOVEMBER], period="2026-11", today=TODAY, actor="", os_user="",
                     recorded_at=NOW)  # fmt: skip
    query = (
        select(RunLine.scheme, Person.identity, RunLine.amount_fen)
        .join(Person, Person.id == RunLine.person_id)
        .where(RunLine.run_id == number)
    )
    return {(scheme, identity): amount for scheme, identity, amount in session.execute(query)}


def explained(session: Any, number: str) -> dict[str, Any]:
    page = explain(session, number, NOVEMBER, today=TODAY, show_ids=True)
    schemes = json.loads("".join(json_chunks(page, show_ids=True)))["schemes"]
    return {each["scheme"]: each for each in schemes}


@pytest.fixture
def two_lists(bring: Bring) -> None:
    """A child on the household list under a wrong number and on a roll under the right one."""
    bring(MEMBERS, MEMBER, name="户.xlsx")
    bring(ROSTER, pupil(number=RIGHT), name="学籍.xlsx")


@pytest.mark.usefixtures("two_lists")
def test_a_confirmed_child_gets_the_subsidy_and_explain_shows_the_link(ledger):
    with ledger.write() as session:
        assert paid(session) == {}
        answer(session, RIGHT, WRONG, Verdict.SAME)
        assert paid(session) == {("boarding_living", RIGHT): 12_500, ("nutrition", RIGHT): 8_400}
        told = explained(session, RIGHT)["boarding_living"]
        assert told["amount_fen"] == 12_500
        (ground,) = [each for each in told["conditions"] if each["fact"] == "registered"]
        assert "已确认为同一人" in ground["actual"]
        assert WRONG not in ground["actual"]
        assert "另一条记录名下" in explained(session, WRONG)["boarding_living"]["reason"]
        assert ground["source"]["file"] == "户.xlsx"


@pytest.mark.usefixtures("two_lists")
def test_an_answer_can_be_taken_back_both_ways_and_nobody_is_asked_twice(ledger):
    with ledger.write() as session:
        assert len(suspects_on(session, TODAY).open) == 1
        for verdict, lines in ((Verdict.SAME, 2), (Verdict.DIFFERENT, 0), (Verdict.SAME, 2)):
            (changed,) = answer(session, RIGHT, WRONG, verdict)
            assert changed.verdict is verdict
            assert len(paid(session)) == lines
            assert suspects_on(session, TODAY).open == ()
        assert answer(session, RIGHT, WRONG, Verdict.SAME) == []


@pytest.mark.usefixtures("two_lists")
@pytest.mark.parametrize("verdict", Verdict)
def test_an_answer_holds_for_next_months_list(ledger, bring, verdict):
    with ledger.write() as session:
        answer(session, RIGHT, WRONG, verdict)
    bring(MEMBERS, MEMBER, name="户十二月.xlsx", as_of=date(2026, 12, 5))
    with ledger.write() as session:
        assert suspects_on(session, date(2026, 12, 6)).open == ()
        assert len(paid(session)) == (2 if verdict is Verdict.SAME else 0)


def test_an_answer_follows_a_record_that_gets_its_number_later(ledger, bring):
    without = ("6200000001", "赵大", "东山村", "赵一", "", "之子", "脱贫户(享受政策)", "")
    bring((*MEMBERS, "证件类型"), (*without, "其他"), name="户.xlsx")
    bring(ROSTER, pupil(number=RIGHT), name="学籍.xlsx")
    with ledger.write() as session:
        answer(session, RIGHT, "H:6200000001:赵一", Verdict.SAME)
        assert len(paid(session)) == 2
    bring(MEMBERS, MEMBER, name="户十二月.xlsx")
    with ledger.write() as session:
        assert session.scalar(select(Person.id).where(Person.identity == WRONG))
        assert len(paid(session)) == 2
        assert suspects_on(session, TODAY).open == ()


def test_an_answer_outlives_the_undoing_of_its_list(ledger, bring):
    bring(ROSTER, pupil(number=RIGHT), name="学籍.xlsx")
    households = bring(MEMBERS, MEMBER, name="户.xlsx")
    with ledger.write() as session:
        answer(session, RIGHT, WRONG, Verdict.SAME)
    with ledger.rebuild() as session:
        undo_import(session, households.import_id, HAND, today=NOW.date())
    with ledger.write() as session:
        assert paid(session) == {}
        (shown,) = answered_pairs(session, TODAY)
        assert "（账里已没有）" in {shown.one[0], shown.other[0]}
    bring(MEMBERS, MEMBER, name="户改.xlsx")
    with ledger.write() as session:
        assert len(paid(session)) == 2


def test_of_two_confirmed_pupils_one_is_paid(ledger, bring):
    bring(MEMBERS, ("6200000001", "赵大", "东山村", "赵一", RIGHT, "之子", "脱贫户(享受政策)", ""),
          name="户.xlsx")  # fmt: skip
    bring(ROSTER, pupil(number=RIGHT), name="一校.xlsx")
    bring(ROSTER, pupil(number=WRONG, school="二中小学"), name="二校.xlsx")
    with ledger.write() as session:
        answer(session, RIGHT, WRONG, Verdict.SAME)
        first = min(RIGHT, WRONG)
        assert {identity for _, identity in paid(session)} == {first}
        other = explained(session, max(RIGHT, WRONG))["nutrition"]
        assert not other["granted"]
        assert "名下计算" in other["reason"]
        assert explained(session, first)["nutrition"]["amount_fen"] == 8_400


def test_what_follows_is_written_and_a_contradiction_is_refused(world: World):
    home = world.household(Category.LIFTED)
    for number in (RIGHT, WRONG, THIRD):
        world.person("赵一", id_number=number, born_on=BORN, household_id=home.id)
    session = world.session
    answer(session, RIGHT, WRONG, Verdict.SAME)
    changed = answer(session, WRONG, THIRD, Verdict.SAME)
    assert [each.follows for each in changed] == [False, True]
    with pytest.raises(JingzhunError, match="match_contradiction"):
        answer(session, RIGHT, THIRD, Verdict.DIFFERENT)


def test_an_unknown_number_is_refused(world: World):
    for numbers in ([7, 9], [-1], [10**20]):
        with pytest.raises(JingzhunError, match="match_unknown"):
            decide(world.session, numbers, Verdict.SAME, ME)


def test_a_twins_own_recognition_and_certificate_count(world: World):
    child = world.person("赵一", id_number=RIGHT, born_on=BORN)
    world.enrol(child)
    world.board(child, "day")
    twin = world.person("赵一", id_number=WRONG, born_on=BORN, disability_no=f"{WRONG}31")
    world.recognise(twin)
    answer(world.session, RIGHT, WRONG, Verdict.SAME)
    granted = paid(world.session)
    assert granted == {("day_living", RIGHT): 6_250, ("nutrition", RIGHT): 8_400}
    for scheme, told in explained(world.session, RIGHT).items():
        assert told["amount_fen"] == granted.get((scheme, RIGHT), 0)


def test_a_twins_household_that_enters_a_category_inside_the_month_counts_from_then(world: World):
    child = world.person("赵一", id_number=RIGHT, born_on=BORN)
    world.enrol(child)
    home = world.household()
    world.categorise(home, Category.LIFTED, from_=date(2026, 11, 16))
    world.person("赵一", id_number=WRONG, born_on=BORN, household_id=home.id)
    answer(world.session, RIGHT, WRONG, Verdict.SAME)
    granted = paid(world.session)
    assert granted == {("nutrition", RIGHT): 11 * 400}
    assert explained(world.session, RIGHT)["nutrition"]["amount_fen"] == 11 * 400
