"""What stands between a household and its helper is moved at the desk alone, and with a reason."""

from datetime import date

import pytest
from sqlalchemy import func, select

from jingzhun.errors import JingzhunError
from jingzhun.services.importing.undo import undo_import
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Import
from tests.services.pairs import DAY, HAND, HOMES, PAIRS, STAFF, assign, end, home, spans, staff
from tests.services.workbooks import Bring

FIRST = "6200000000"
LATER = date(2026, 12, 20)


@pytest.fixture
def town(bring: Bring) -> Bring:
    """Three households and five of the staff; the households are assigned on the day."""
    bring(HOMES, *(home(place) for place in range(3)))
    bring(STAFF, *(staff(place) for place in range(5)), name="教职工.xlsx", as_of=date(2026, 9, 1))
    return bring


@pytest.fixture
def assigned(town: Bring, ledger: Ledger) -> Bring:
    assign(ledger)
    return town


@pytest.mark.parametrize("paired_on", ["2020-01-01", "2026-12-01", ""])
@pytest.mark.parametrize("as_of", [DAY, LATER, date(2027, 4, 1)])
def test_a_list_does_not_move_the_day_on_which_the_desk_tied_a_pair(
    assigned: Bring, ledger: Ledger, paired_on: str, as_of: date
) -> None:
    assert spans(ledger) == [("李一", DAY, None)]
    row = (FIRST, "赵一", "李一", "青禾学院", paired_on)
    said = assigned(PAIRS, row, name="结对.xlsx", as_of=as_of)
    assert spans(ledger) == [("李一", DAY, None)]
    told = [problem.message for problem in said.problems]
    assert told == (
        [f"结对日期这里写“{paired_on}”，账上是 {DAY}，以后者为准。"] if paired_on else []
    )


def test_a_list_that_moves_or_ends_what_another_list_says_tells_so(
    town: Bring, ledger: Ledger
) -> None:
    columns = (*PAIRS, "结束日期")
    told = []
    for day, start, until in (
        (date(2026, 9, 10), "2025-03-01", ""),
        (date(2026, 10, 10), "2020-01-01", ""),
        (date(2026, 11, 10), "2020-01-01", "2026-11-01"),
    ):
        row = (FIRST, "赵一", "李一", "青禾学院", start, until)
        said = town(columns, row, name=f"结对{day}.xlsx", as_of=day)
        told.append([problem.message for problem in said.problems])
    assert told == [
        [],
        ["结对日期原来是 2025-03-01，按这份名单改为 2020-01-01，三年从这一天起算。"],
        ["原来一直结对，按这份名单到 2026-11-01 为止；解除的原因请另存备查。"],
    ]


def test_a_whole_list_without_it_does_not_end_a_pair_of_the_desk(
    assigned: Bring, ledger: Ledger
) -> None:
    row = ("6200000001", "赵二", "李二", "青禾学院", "")
    assigned(PAIRS, row, name="结对.xlsx", as_of=LATER, whole=True)
    assert spans(ledger) == [("李一", DAY, None)]


def test_measures_that_a_later_list_names_do_not_begin_a_pair_anew(
    town: Bring, ledger: Ledger
) -> None:
    columns = (*PAIRS, "帮扶措施")
    town(columns, (FIRST, "赵一", "李一", "青禾学院", "2025-03-01", "送化肥"), name="结对.xlsx",
         as_of=date(2026, 3, 10))  # fmt: skip
    for day, measure in ((date(2026, 10, 8), "辅导孩子"), (date(2027, 4, 1), "联系就业")):
        town((*PAIRS[:4], "帮扶措施"), (FIRST, "赵一", "李一", "青禾学院", measure),
             name=f"结对{day}.xlsx", as_of=day)  # fmt: skip
    assert spans(ledger) == [("李一", date(2025, 3, 1), None)]


def test_who_gave_a_household_away_can_take_it_again(assigned: Bring, ledger: Ledger) -> None:
    end(ledger, household=FIRST, to="李四", is_forced=True)
    end(ledger, date(2027, 3, 1), household=FIRST, to="李一", is_forced=True)
    assert spans(ledger) == [
        ("李四", DAY, date(2027, 3, 1)),
        ("李一", date(2027, 3, 1), None),
    ]


def test_nobody_hands_over_to_themselves(assigned: Bring, ledger: Ledger) -> None:
    with pytest.raises(JingzhunError) as refused:
        end(ledger, date(2030, 1, 1), household=FIRST, to="李一", is_forced=True)
    assert refused.value.code == "pair_to_self"
    assert spans(ledger) == [("李一", DAY, None)]


def test_undoing_wants_a_reason_where_a_pair_goes_away_by_it(
    assigned: Bring, ledger: Ledger
) -> None:
    with ledger.read() as session:
        number = session.scalar(select(func.max(Import.id))) or 0
    with pytest.raises(JingzhunError) as refused, ledger.rebuild() as session:
        undo_import(session, number, HAND, today=DAY)
    assert refused.value.code == "undo_why_missing"
    assert "3 个结对" in refused.value.reason
    assert "6200000000（李一）" in refused.value.reason
    with ledger.rebuild() as session:
        undone = undo_import(session, number, HAND, today=DAY, why="排错了")
    assert [pair.words for pair in undone.unpaired] == [
        f"620000000{place} 李{'一二三'[place]} {DAY}" for place in range(3)
    ]
    assert spans(ledger) == []


def test_undoing_what_no_pair_rests_on_wants_none(assigned: Bring, ledger: Ledger) -> None:
    said = assigned(PAIRS, (FIRST, "赵一", "李一", "青禾学院", "2020-01-01"), name="结对.xlsx")
    with ledger.rebuild() as session:
        assert undo_import(session, said.import_id, HAND, today=LATER).unpaired == ()


@pytest.mark.parametrize("undone", ["户", "教职工"])
def test_lists_of_before_may_be_undone_and_the_pairs_stay(
    assigned: Bring, ledger: Ledger, undone: str
) -> None:
    number = {"户": 1, "教职工": 2}[undone]
    with ledger.rebuild() as session:
        assert undo_import(session, number, HAND, today=LATER).unpaired == ()
    assert spans(ledger) == [("李一", DAY, None)]


def test_a_member_of_staff_who_is_called_otherwise_keeps_the_household(
    assigned: Bring, ledger: Ledger
) -> None:
    renamed = ("李乙", *staff(0)[1:])
    assigned(STAFF, renamed, name="教职工2.xlsx", as_of=LATER)
    assert spans(ledger) == [("李乙", DAY, None)]


def test_an_exempt_person_takes_nothing_over_but_by_decision(
    assigned: Bring, ledger: Ledger
) -> None:
    assigned(STAFF, (*staff(4)[:-1], "是"), name="困难职工.xlsx", as_of=DAY)
    with pytest.raises(JingzhunError) as refused:
        end(ledger, date(2030, 1, 1), household=FIRST, to="李五")
    assert refused.value.code == "pair_to_exempt"
    assert "困难职工" in refused.value.reason
    end(ledger, date(2030, 1, 1), household=FIRST, to="李五", is_forced=True)
    assert spans(ledger)[-1] == ("李五", date(2030, 1, 1), None)


def test_handing_over_to_a_second_helper_leaves_their_own_day(town: Bring, ledger: Ledger) -> None:
    rows = [(FIRST, "赵一", f"李{name}", "青禾学院", "2023-03-01") for name in "一二"]
    town(PAIRS, *rows, name="结对.xlsx", as_of=date(2026, 10, 1))
    ended = end(ledger, household=FIRST, helper="李一", to="李二")
    assert spans(ledger) == [("李一", date(2023, 3, 1), DAY), ("李二", date(2023, 3, 1), None)]
    assert (ended.load, ended.expected) == (1, 1)


def test_who_takes_over_more_than_their_share_is_told(assigned: Bring, ledger: Ledger) -> None:
    ended = end(ledger, date(2030, 1, 1), household=FIRST, to="李二")
    assert (ended.load, ended.expected) == (2, 1)


def test_a_whole_list_with_second_helpers_keeps_both_and_ends_the_one_it_names_no_more(
    town: Bring, ledger: Ledger
) -> None:
    columns = ("户编号", "户主姓名", "第一帮扶责任人", "第二帮扶责任人", "结对日期")
    start, gone = date(2025, 3, 1), date(2026, 11, 10)
    for day, second in ((date(2026, 9, 10), "李二"), (date(2026, 10, 10), "李二"), (gone, "")):
        town(columns, (FIRST, "赵一", "李一", second, "2025-03-01"), name=f"结对{day}.xlsx",
             as_of=day, whole=True)  # fmt: skip
        until = None if second else gone
        assert spans(ledger) == [("李一", start, None), ("李二", start, until)]
