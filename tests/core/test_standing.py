"""A pupil's standings follow from the events alone, whatever order these arrived in."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.standing import Event, Spell, derive
from jingzhun.core.vocabulary import Change, Stage, Standing

HERE, ELSEWHERE = 1, 2
OCTOBER, NOVEMBER = date(2026, 10, 10), date(2026, 11, 5)


def event(change: Change, day: date = OCTOBER, **facts: object) -> Event:
    given = {"school": HERE, "stage": Stage.PRIMARY} | facts
    return Event(change=change, happened_on=day, **given)  # type: ignore[arg-type]


def spans(*events: Event) -> list[tuple[Standing, date, date | None, int | None]]:
    return [(s.standing, s.start, s.until, s.school) for s in derive(events)]


def test_a_pupil_without_events_is_present() -> None:
    assert derive([]) == []


@pytest.mark.parametrize(
    ("change", "standing", "school"),
    [
        (Change.TRANSFER_OUT, Standing.LEFT, HERE),
        (Change.GRADUATION, Standing.LEFT, HERE),
        (Change.OTHER_LEAVING, Standing.LEFT, HERE),
        (Change.DEATH, Standing.LEFT, None),
        (Change.EMIGRATION, Standing.LEFT, None),
        (Change.SUSPENSION, Standing.SUSPENDED, None),
        (Change.DROPOUT, Standing.DROPPED_OUT, None),
        (Change.WITHDRAWAL, Standing.DROPPED_OUT, None),
        (Change.AWAY, Standing.AWAY, None),
        (Change.DEFERRAL, Standing.DEFERRED, None),
    ],
)
def test_each_event_begins_its_standing(
    change: Change, standing: Standing, school: int | None
) -> None:
    assert spans(event(change)) == [(standing, OCTOBER, None, school)]


def test_leaving_senior_school_is_no_dropping_out() -> None:
    assert spans(event(Change.WITHDRAWAL, stage=Stage.SENIOR)) == [
        (Standing.LEFT, OCTOBER, None, HERE)
    ]


@pytest.mark.parametrize("change", [Change.SUSPENSION, Change.DROPOUT, Change.AWAY])
@pytest.mark.parametrize("back", [Change.RESUMPTION, Change.TRANSFER_IN])
def test_coming_back_ends_it_on_that_day(change: Change, back: Change) -> None:
    [spell] = derive([event(change), event(back, NOVEMBER)])
    assert (spell.start, spell.until) == (OCTOBER, NOVEMBER)


def test_a_suspension_goes_on_when_its_end_has_passed() -> None:
    [spell] = derive([event(Change.SUSPENSION, ends_on=NOVEMBER)])
    assert spell.until is None


def test_who_left_one_school_is_back_only_by_returning_to_it() -> None:
    left = event(Change.TRANSFER_OUT)
    [spell] = derive([left, event(Change.TRANSFER_IN, NOVEMBER, school=ELSEWHERE)])
    assert (spell.school, spell.until) == (HERE, None)
    [spell] = derive([left, event(Change.TRANSFER_IN, NOVEMBER, school=HERE)])
    assert spell.until == NOVEMBER


def test_a_suspension_after_a_transfer_is_kept_beside_the_school_that_was_left() -> None:
    assert spans(event(Change.TRANSFER_OUT), event(Change.SUSPENSION, NOVEMBER)) == [
        (Standing.LEFT, OCTOBER, None, HERE),
        (Standing.SUSPENDED, NOVEMBER, None, None),
    ]


def test_a_dated_event_beats_what_rosters_of_its_term_say_without_a_date() -> None:
    september = date(2026, 9, 1)
    undated = event(Change.SUSPENSION, september, is_dated=False)
    assert spans(undated) == [(Standing.SUSPENDED, september, None, None)]
    dated = event(Change.SUSPENSION)
    assert spans(undated, dated) == spans(dated)
    back = event(Change.RESUMPTION, NOVEMBER)
    assert spans(undated, dated, back) == spans(dated, back)


def test_a_roster_of_a_later_term_does_not_end_a_dated_suspension() -> None:
    later = event(Change.RESUMPTION, date(2027, 3, 1), is_dated=False)
    assert spans(event(Change.SUSPENSION), later) == spans(event(Change.SUSPENSION))


def test_a_roster_ends_what_an_earlier_roster_began() -> None:
    began = event(Change.AWAY, date(2026, 3, 1), is_dated=False)
    ended = event(Change.RESUMPTION, date(2026, 9, 1), is_dated=False)
    [spell] = derive([began, ended])
    assert spell.until == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("ends_on", "enrolled_on", "until"),
    [
        (None, None, None),
        (date(2027, 9, 1), None, date(2027, 9, 1)),
        (None, date(2027, 9, 1), date(2027, 9, 1)),
        (date(2027, 9, 1), date(2027, 3, 1), date(2027, 3, 1)),
    ],
)
def test_a_deferral_ends_when_announced_or_when_the_child_is_enrolled(
    ends_on: date | None, enrolled_on: date | None, until: date | None
) -> None:
    [spell] = derive([event(Change.DEFERRAL, ends_on=ends_on, enrolled_on=enrolled_on)])
    assert spell.until == until


events = st.builds(
    lambda change, day, dated, school: event(
        change, date(2026, 3, 1) + timedelta(day), is_dated=dated, school=school
    ),
    st.sampled_from(list(Change)),
    st.integers(0, 400),
    st.booleans(),
    st.sampled_from([HERE, ELSEWHERE, None]),
)


@given(st.lists(events, max_size=6, unique_by=lambda e: e.happened_on).flatmap(
    lambda said: st.tuples(st.just(said), st.permutations(said))))  # fmt: skip
def test_the_order_in_which_events_arrive_never_matters(
    orders: tuple[list[Event], list[Event]],
) -> None:
    assert derive(orders[0]) == derive(orders[1])


@given(st.lists(events, max_size=6))
def test_spells_are_whole_and_no_two_begin_on_one_day(said: list[Event]) -> None:
    spells: list[Spell] = derive(said)
    assert all(spell.until is None or spell.start < spell.until for spell in spells)
    assert all(one.start < other.start for one, other in pairwise(spells))
    assert all(spell.event in said for spell in spells)


@given(st.lists(events, min_size=1, max_size=6))
def test_after_coming_back_to_the_school_one_is_present(said: list[Event]) -> None:
    last = max(e.happened_on for e in said) + timedelta(1)
    back = replace(event(Change.RESUMPTION, last), school=None)
    assert all(spell.until is not None for spell in derive([*said, back]))
