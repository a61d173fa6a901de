"""One dated fact from all that lists say of it, whatever order they come in."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jingzhun.core.dated import Word, derive

T = date(2026, 9, 1)


def word(on: date, value: Any = "是", **more: Any) -> Word:
    given_: dict[str, Any] = {"rank": 3, "order": (on.toordinal(), 2), "holds": True}
    return Word(stated_on=on, value=(value,), **(given_ | more))


def denial(on: date, **more: Any) -> Word:
    return word(on, holds=False, **more)


def told(words: list[Word]) -> list[Any]:
    return [(spell.value[0], spell.start, spell.until) for spell in derive(words)]


def test_the_first_word_of_a_term_holds_from_its_first_day_a_later_one_from_its_own():
    words = [word(date(2026, 10, 15)), denial(date(2026, 11, 18))]
    assert told(words) == told(words[::-1]) == [("是", T, date(2026, 11, 18))]


def test_the_first_denial_of_a_new_term_ends_the_fact_before_it():
    words = [word(date(2026, 3, 10)), denial(date(2026, 10, 15))]
    assert told(words) == told(words[::-1]) == [("是", date(2026, 3, 1), T)]


def test_a_lesser_list_is_heard_only_where_no_better_one_holds():
    lesser = word(date(2026, 9, 20), "低", rank=1)
    assert told([lesser, word(date(2026, 10, 15), "高")]) == [("高", T, None)]
    assert told([lesser, denial(date(2026, 10, 15))]) == []
    assert told([lesser, word(date(2027, 3, 10), "高")]) == [
        ("低", T, date(2027, 3, 1)),
        ("高", date(2027, 3, 1), None),
    ]


def test_what_one_leaves_empty_the_next_of_its_term_or_a_lesser_one_says():
    later = word(date(2026, 11, 18), "否")
    assert told([word(date(2026, 9, 15), None), later]) == [("否", T, None)]
    assert told([word(date(2026, 9, 15), None), word(date(2026, 9, 20), "否", rank=1)]) == [
        ("否", T, None)
    ]


def test_dates_of_its_own_are_the_facts_own():
    found = word(date(2026, 11, 18), found_on=date(2026, 10, 5))
    assert told([found]) == [("是", date(2026, 10, 5), None)]
    turned = word(date(2026, 11, 18), True, turned_on=date(2026, 11, 10), before=(False,))
    assert told([turned]) == [(False, T, date(2026, 11, 10)), (True, date(2026, 11, 10), None)]


def test_a_period_that_a_list_names_ends_its_word():
    term = word(date(2026, 9, 15), period_start=T, until=date(2027, 3, 1))
    assert told([term]) == [("是", T, date(2027, 3, 1))]
    late = word(date(2027, 5, 1), period_start=T, until=date(2027, 3, 1))
    assert told([late]) == [("是", T, date(2027, 3, 1))]


def test_who_is_left_out_of_a_full_list_is_so_from_its_day():
    left_out = denial(date(2026, 11, 1), own_day=True)
    assert told([word(date(2026, 3, 10)), left_out]) == [
        ("是", date(2026, 3, 1), date(2026, 11, 1))
    ]


days = st.integers(0, 500).map(lambda offset: T + timedelta(offset))
words = st.lists(
    st.builds(
        Word,
        rank=st.integers(1, 3),
        stated_on=days,
        order=st.tuples(st.integers(1, 99), st.integers(2, 99)),
        holds=st.booleans(),
        value=st.tuples(st.sampled_from([None, "甲", "乙"])),
        found_on=st.one_of(st.none(), days),
        own_day=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.order,
)


@given(words, st.randoms(use_true_random=False))
def test_the_order_of_words_never_matters(said, random):
    assert derive(random.sample(said, len(said))) == derive(said)


@given(words)
def test_spells_neither_touch_alike_nor_overlap(said):
    for one, following in pairwise(derive(said)):
        assert one.until is not None
        assert one.until <= following.start
        assert one.until < following.start or one.value != following.value
