"""The timeline mechanism against a slow, plain evaluator of the same rules."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, update

from jingzhun.core.terms import Term
from jingzhun.core.vocabulary import Kind
from jingzhun.store.assertion import ADDED, CHANGED, SAME
from jingzhun.store.engine import Ledger
from jingzhun.store.meeting import Speaker
from jingzhun.store.schema import Import, ImportColumn, ImportSheet, Recognition, Source
from jingzhun.store.statements import state_facts
from jingzhun.store.timeline import RECOGNITION
from tests.builders import NOW, World

RANKS = {Kind.STUDENT_ROSTER: 3, Kind.POOR_STUDENT_LIST: 2, Kind.HARDSHIP_LIST: 1}
FAR = date(9999, 1, 1)


class Value(NamedTuple):
    tier: str | None
    tier_text: str | None
    reasons: str | None


@dataclass(frozen=True)
class Fact:
    start: date
    end: date | None
    value: Value
    rank: int
    stated_on: date

    def covers(self, day: date) -> bool:
        return self.start <= day < (self.end or FAR)


@dataclass(frozen=True)
class Said:
    kind: Kind
    stated_on: date
    value: Value
    entered_on: date | None = None
    is_event: bool = False

    @property
    def starts(self) -> date:
        start = Term.of(self.stated_on).period.start
        return max(start, self.entered_on or start)

    @property
    def speaks_on(self) -> date:
        return max(self.stated_on, self.starts)

    @property
    def rank(self) -> int:
        return RANKS[self.kind]


class Evaluator:
    """One subject's timeline, kept by the rules in the plainest way."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.heard: list[Said] = []

    def hear(self, said: Said) -> int:
        outcome = self._decide(said)
        self.heard.append(said)
        return outcome

    def _decide(self, said: Said) -> int:
        begin = said.speaks_on if said.is_event else said.starts
        if not self.facts:
            self.facts = [Fact(begin, None, said.value, said.rank, said.stated_on)]
            return ADDED
        held = next((fact for fact in self.facts if fact.covers(said.speaks_on)), None)
        if held is None:
            return self._fill_gap(said)
        return self._meet(said, held)

    def _spoken(self, said: Said) -> bool:
        return any(
            not other.is_event
            and RANKS[other.kind] >= RANKS[said.kind]
            and said.starts <= other.stated_on <= said.stated_on
            for other in self.heard
        )

    def _confirmed_on(self, said: Said) -> date:
        starts = [
            start
            if (start := Term.of(other.stated_on).period.start) > said.stated_on
            else other.stated_on
            for other in self.heard
            if not other.is_event
            and RANKS[other.kind] >= RANKS[said.kind]
            and other.stated_on > said.stated_on
        ]
        return min(starts, default=FAR)

    def _fill_gap(self, said: Said) -> int:
        ends = [f.end for f in self.facts if f.end and f.end <= said.speaks_on]
        later = sorted((f for f in self.facts if f.start > said.speaks_on), key=lambda f: f.start)
        begin = max([said.starts, *ends])
        if said.is_event or self._spoken(said):
            begin = said.speaks_on
        self.facts.append(
            Fact(begin, later[0].start if later else None, said.value, said.rank, said.stated_on)
        )
        return CHANGED

    def _meet(self, said: Said, held: Fact) -> int:
        value = _inherit(said.value, held.value)
        differs = value != held.value
        completes = all(b is None or a == b for a, b in zip(value, held.value, strict=True))
        old_rank = held.rank
        cuts = said.is_event and said.starts <= held.start < said.speaks_on < held.stated_on
        if not (differs or old_rank < said.rank or cuts):
            return SAME
        if old_rank > said.rank and not completes:
            return SAME
        own_start = max(said.starts, held.start)
        end = held.end
        if said.is_event:
            begin = said.speaks_on
        elif completes or old_rank < said.rank:
            begin = own_start
        else:
            begin = said.speaks_on if self._spoken(said) else own_start
            end = min([self._confirmed_on(said), held.end or FAR])
            end = None if end == FAR else end
        if end is not None and end <= begin:
            return SAME
        rank = held.rank if old_rank > said.rank and completes else said.rank
        self.facts.remove(held)
        if held.start < begin and (differs or not cuts):
            self.facts.append(replace(held, end=begin))
        self.facts.append(Fact(begin, end, value, rank, said.stated_on))
        if end is not None and end < (held.end or FAR):
            self.facts.append(replace(held, start=end))
        return CHANGED if differs else SAME


def _inherit(said: Value, held: Value) -> Value:
    return Value(*(one or other for one, other in zip(said, held, strict=True)))


class Book:
    """The same timeline in the ledger; each statement is a sheet of its own."""

    def __init__(self, connection: Connection, person_id: int) -> None:
        self.connection = connection
        self.person_id = person_id
        self.sheets: list[int] = []

    def hear(self, said: Said) -> int:
        sheet = self._sheet(said)
        statement = (
            2,
            sheet,
            said.stated_on.isoformat(),
            self.person_id,
            *said.value,
            said.starts.isoformat(),
            said.speaks_on.isoformat(),
            None,
            True,
            said.is_event,
        )
        peers = tuple(kind for kind, rank in RANKS.items() if rank >= RANKS[said.kind])
        speaker = Speaker(sheet_id=sheet, rank=RANKS[said.kind], peers=peers)
        outcomes, _conflicts = state_facts(self.connection, RECOGNITION, [statement], speaker)
        return outcomes.get(2, SAME)

    def _sheet(self, said: Said) -> int:
        kind = Kind.STATUS_CHANGES if said.is_event else said.kind
        number = self._insert(
            Import,
            file_name="a.xlsx",
            stated_on=said.stated_on,
            whole=False,
            actor="",
            os_user="",
            command="",
            recorded_at=NOW,
        )
        sheet = self._insert(
            ImportSheet,
            import_id=number,
            name="",
            kind=kind.value,
            stated_on=said.stated_on,
            row_count=0,
            term_starts_on=Term.of(said.stated_on).period.start,
        )
        self.connection.execute(
            insert(ImportColumn).values(sheet_id=sheet, field="tier", letter="A", header="认定等级")
        )
        self.connection.execute(
            insert(Source).values(sheet_id=sheet, row_number=2, person_id=self.person_id)
        )
        self.sheets.append(sheet)
        return sheet

    def _insert(self, table: type, **values: object) -> int:
        key = self.connection.execute(insert(table).values(**values)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def facts(self) -> list[Fact]:
        rows = self.connection.execute(
            select(Recognition.__table__)
            .where(Recognition.person_id == self.person_id, Recognition.superseded_in.is_(None))
            .order_by(Recognition.valid_from)
        )
        return [
            Fact(
                row.valid_from,
                row.valid_until,
                Value(row.tier, row.tier_text, row.reasons),
                row.rank,
                row.stated_on,
            )
            for row in rows
        ]

    def undo(self) -> None:
        sheet = self.sheets.pop()
        self.connection.execute(delete(Recognition).where(Recognition.recorded_in == sheet))
        self.connection.execute(
            update(Recognition).where(Recognition.superseded_in == sheet).values(superseded_in=None)
        )


@pytest.fixture
def connection(ledger: Ledger) -> Iterator[Connection]:
    with ledger.write() as session:
        world = World(session)
        world.person()
        yield session.connection()


days = st.builds(
    lambda offset: date(2025, 9, 1) + timedelta(offset), st.integers(min_value=0, max_value=500)
)
values = st.builds(
    Value,
    tier=st.sampled_from(["special", "hard", "ordinary"]),
    tier_text=st.sampled_from([None, "一档", "二档"]),
    reasons=st.sampled_from([None, "因病", "因残"]),
)
lists = st.builds(
    Said,
    kind=st.sampled_from(list(RANKS)),
    stated_on=days,
    value=values,
    entered_on=st.one_of(st.none(), days),
)
events = st.builds(
    lambda day, tier: Said(Kind.STUDENT_ROSTER, day, Value(tier, None, None), is_event=True),
    days,
    st.sampled_from(["special", "hard"]),
)
many = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@many
@given(said=st.lists(st.one_of(lists, lists, events), min_size=1, max_size=7))
def test_sql_decides_as_the_plain_rules_do(connection: Connection, said: list[Said]) -> None:
    with connection.begin_nested() as point:
        book, plain = Book(connection, 1), Evaluator()
        for statement in said:
            assert book.hear(statement) == plain.hear(statement)
            assert book.facts() == sorted(plain.facts, key=lambda fact: fact.start)
        point.rollback()


@many
@given(said=st.lists(st.one_of(lists, events), min_size=1, max_size=6))
def test_a_subject_is_never_in_two_places_and_undo_brings_back_what_was_known(
    connection: Connection, said: list[Said]
) -> None:
    with connection.begin_nested() as point:
        book = Book(connection, 1)
        known = []
        for statement in said:
            known.append(book.facts())
            book.hear(statement)
            for one, next_one in pairwise(book.facts()):
                assert one.end is not None
                assert one.end <= next_one.start
        while known:
            book.undo()
            assert book.facts() == known.pop()
        point.rollback()


@many
@given(said=st.lists(st.one_of(lists, events), min_size=1, max_size=5))
def test_the_same_list_twice_changes_nothing(connection: Connection, said: list[Said]) -> None:
    with connection.begin_nested() as point:
        book = Book(connection, 1)
        for statement in said:
            book.hear(statement)
        before = book.facts()
        assert book.hear(said[-1]) == SAME
        assert _coalesced(book.facts()) == _coalesced(before)
        point.rollback()


@st.composite
def rosters_in_two_orders(draw: st.DrawFn) -> tuple[list[Said], list[Said]]:
    """Complete rosters of one kind with different dates, in two orders."""
    said = draw(
        st.lists(
            st.builds(
                Said,
                kind=st.just(Kind.STUDENT_ROSTER),
                stated_on=days,
                value=st.builds(
                    Value, st.sampled_from(["special", "hard"]), st.just("一档"), st.just("因病")
                ),
            ),
            min_size=2,
            max_size=6,
            unique_by=lambda one: one.stated_on,
        )
    )
    return said, draw(st.permutations(said))


@many
@given(orders=rosters_in_two_orders())
def test_the_order_of_rosters_never_matters(
    connection: Connection, orders: tuple[list[Said], list[Said]]
) -> None:
    results = []
    for order in orders:
        with connection.begin_nested() as point:
            book = Book(connection, 1)
            for statement in order:
                book.hear(statement)
            results.append(_coalesced(book.facts()))
            point.rollback()
    assert results[0] == results[1]


def _coalesced(facts: list[Fact]) -> list[tuple[date, date | None, Value]]:
    whole: list[tuple[date, date | None, Value]] = []
    for fact in facts:
        if whole and whole[-1][1] == fact.start and whole[-1][2] == fact.value:
            whole[-1] = (whole[-1][0], fact.end, fact.value)
        else:
            whole.append((fact.start, fact.end, fact.value))
    return whole
