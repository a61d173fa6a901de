"""Duties of kindergarten pairs: a term against a plain evaluator, day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.kindergartens import (
    Activity,
    FileItem,
    PairDuty,
    PairState,
    Reached,
    marks_missed,
    missing_items,
    reached_in,
    share_of,
    work_of,
)
from jingzhun.core.terms import Season, Term
from jingzhun.policies.kindergartens import pair_rules

AUTUMN = Term(2026, Season.AUTUMN)
LAST = date(2027, 1, 20)
FIRST = date(2026, 9, 1)
RULES, _ = pair_rules(FIRST)
EVER = [(date(2025, 1, 1), None)]
days = st.dates(date(2026, 7, 1), date(2027, 3, 31))
FORMS = ["送教下乡", "专题讲座", "入园指导", "捐赠"]


@st.composite
def activities(draw: st.DrawFn) -> Activity:
    start = draw(days)
    return Activity(
        started_on=start,
        ended_on=start + timedelta(draw(st.integers(0, 40))),
        forms=frozenset(draw(st.sets(st.sampled_from(FORMS)))),
        hours_milli=draw(st.none() | st.integers(0, 8000)),
        is_there=draw(st.booleans()),
    )


def did(on: date, *forms: str, hours: int | None = None, until: date | None = None) -> Activity:
    return Activity(
        started_on=on, ended_on=until or on, forms=frozenset(forms),
        hours_milli=None if hours is None else hours * 1000, is_there=False,
    )  # fmt: skip


#: All that a term asks for.
WHOLE = [
    *(did(date(2026, month, 15), "入园指导") for month in (9, 10, 11, 12)),
    did(LAST, "入园指导"),
    did(date(2026, 9, 10), "送教下乡", hours=6),
    did(date(2026, 12, 10), "送教下乡", "专题讲座", hours=4),
    did(date(2026, 10, 10), "专题讲座", hours=9),
]


def test_a_term_in_which_all_was_done_is_done():
    work = work_of(EVER, WHOLE, AUTUMN, LAST, RULES)
    assert (work.state, work.hours_milli, work.lectures) == (PairState.DONE, 10_000, 2)
    assert (work.hours_term, work.lectures_term, len(work.visited)) == (10, 2, 5)


def test_a_month_is_missed_when_its_last_teaching_day_is_over():
    def missed(day: date) -> list[str]:
        return [str(month) for month in work_of(EVER, [], AUTUMN, day, RULES).missed]

    assert missed(date(2026, 9, 29)) == []
    assert missed(date(2026, 9, 30)) == ["2026-09"]
    assert missed(date(2027, 1, 19)) == ["2026-09", "2026-10", "2026-11", "2026-12"]
    assert missed(LAST)[-1] == "2027-01"


def test_of_a_pair_that_began_in_the_middle_a_part_is_asked():
    work = work_of([(date(2026, 11, 2), None)], [], AUTUMN, LAST, RULES)
    assert (work.hours_term, work.lectures_term) == (5, 1)
    assert [str(month) for month in work.missed] == ["2026-12", "2027-01"]
    work = work_of([(date(2027, 1, 19), None)], [], AUTUMN, LAST, RULES)
    assert (work.hours_term, work.lectures_term, work.missed, work.state) == (
        0, 0, (), PairState.DONE,
    )  # fmt: skip


def test_what_lasts_over_the_end_of_a_month_is_a_visit_in_both():
    stay = did(date(2026, 9, 30), "送教下乡", until=date(2026, 10, 2))
    work = work_of(EVER, [stay], AUTUMN, date(2026, 10, 31), RULES)
    assert [str(month) for month in work.visited] == ["2026-09", "2026-10"]
    early = work_of(EVER, [stay], AUTUMN, date(2026, 9, 30), RULES)
    assert [str(month) for month in early.visited] == ["2026-09"]


@given(
    st.lists(activities(), max_size=8), days,
    st.dates(date(2026, 8, 1), date(2027, 1, 31)), st.integers(0, 250),
)  # fmt: skip
def test_a_term_against_a_plain_evaluator(some, day, start, length):
    end = start + timedelta(length)
    work = work_of([(start, end)], some, AUTUMN, day, RULES)
    taught = [FIRST + timedelta(at) for at in range((LAST - FIRST).days + 1)]
    held = [each for each in taught if start <= each < end]
    past = [each for each in held if each <= day]
    assert work.hours_term == 10 * len(held) // len(taught)
    assert work.hours_asked == 10 * len(past) // len(taught)
    assert work.lectures_asked == 2 * len(past) // len(taught)
    known = [one for one in some if one.started_on <= day]
    mine = [one for one in known if date(2026, 9, 1) <= one.started_on < date(2027, 3, 1)]
    assert work.hours_milli == sum(one.hours_milli or 0 for one in mine if "送教下乡" in one.forms)
    assert work.lectures == sum("专题讲座" in one.forms for one in mine)
    asked, seen, missed = [], [], []
    for month in (9, 10, 11, 12, 1):
        own = [each for each in taught if each.month == month]
        if not all(each in held for each in own):
            continue
        asked.append(month)
        was_there = any(
            (one.is_there or one.forms & {"入园指导", "送教下乡"})
            and any(
                (one.started_on + timedelta(at)).month == month
                and one.started_on + timedelta(at) <= day
                and (one.started_on + timedelta(at)).year == own[0].year
                for at in range((one.ended_on - one.started_on).days + 1)
            )
            for one in known
        )
        if was_there:
            seen.append(month)
        elif own[-1] <= day:
            missed.append(month)
    assert [month.month for month in work.visited] == seen
    assert [month.month for month in work.missed] == missed
    is_lacking = bool(
        missed or work.hours_milli < work.hours_asked * 1000 or work.lectures < work.lectures_asked
    )
    assert bool(work.lacking) == is_lacking
    assert (work.state in {PairState.MISSED, PairState.BEHIND}) == is_lacking
    if day >= LAST:
        assert work.state in {PairState.MISSED, PairState.DONE}


def test_thirty_percent_is_enough_and_a_hair_less_is_not():
    def missed(**told):
        reached = Reached(**({"rated": 10, "good": 3, "passed": 10, "papers": 1} | told))
        return marks_missed(reached, is_over=True, rules=RULES)

    assert missed() == ()
    assert missed(rated=10_000, good=2_999, passed=9_999) == (PairDuty.GOOD, PairDuty.PASSED)
    assert share_of(2_999, 10_000) == 2_999
    assert missed(rated=None, good=None, passed=None, papers=None) == (PairDuty.PAPERS,)
    assert missed(rated=0, good=0, passed=0) == ()
    assert missed(file=(True, False, None, True)) == (PairDuty.FILE,)


def test_papers_are_due_when_the_year_is_over():
    nothing = Reached(rated=None, good=None, passed=None, papers=None)
    assert marks_missed(nothing, is_over=False, rules=RULES) == ()


def test_a_school_year_is_what_its_list_says_or_else_the_sum_of_its_terms():
    autumn = Reached(rated=10, good=2, passed=9, papers=1, file=(True, False))
    spring = Reached(rated=10, good=6, passed=10, papers=None, file=(None, True))
    whole = Reached(rated=20, good=7, passed=20, papers=None)
    assert reached_in(None, [autumn, spring]) == Reached(
        rated=20, good=8, passed=19, papers=1, file=(True, True)
    )
    assert reached_in(whole, [autumn, spring]) == Reached(
        rated=20, good=7, passed=20, papers=1, file=(True, True)
    )
    assert reached_in(None, []) == Reached(rated=None, good=None, passed=None, papers=None)
    assert missing_items(autumn) == [FileItem.MEASURES]
