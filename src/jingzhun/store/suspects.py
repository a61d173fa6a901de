"""Find the pairs of persons who may be one human, without comparing everybody with everybody.

Asked about are those who should be pupils and are on no roll (*missing*), against everybody who is
on a roll and against each other; and pupils who are on two rolls under two identities. Only persons
who share a *key* are compared: a name with a birth date, a birth date with a surname, a part of the
id number with a name, a 学籍号, a household. A key that very many share tells nothing; whom no
narrower key finds is counted as crowded, so that the reader is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, exists, or_, select, type_coerce

from jingzhun.store.bulk import rows_of
from jingzhun.store.likeness import Profile, Suspicion, compare, ranked, surname_sounds
from jingzhun.store.matches import verdicts
from jingzhun.store.presence import on_roll
from jingzhun.store.schema import Enrolment, ImportSheet, Person, Source

_CROWD = 400  # pairs of one key that are still worth comparing
_OLDEST = 25  # whoever is older is no pupil

#: A person as blocks see him: id, name, id number, birth date, 学籍号, household.
Row = Sequence[Any]
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspects:
    """Pairs not yet answered, likeliest first; ``crowded`` persons share their name with a crowd.

    ``certain`` are those of which the lists themselves leave no doubt: they count as one human
    until somebody rejects them.
    """

    open: tuple[Suspicion, ...]
    crowded: int

    @property
    def certain(self) -> tuple[Suspicion, ...]:
        """Give the pairs that need no question."""
        return tuple(each for each in self.open if each.is_certain)


def find_suspects(
    connection: Connection, day: date, should_be_pupil: ColumnElement[bool]
) -> Suspects:
    """Find the pairs on a day; ``should_be_pupil`` is a clause about :class:`Person`."""
    blocks = _Blocks(_missing(connection, day, should_be_pupil), _pupils(connection, day))
    pairs = blocks.pairs()
    profiles = _profiles(connection, {person for pair in pairs for person in pair})
    answered = verdicts(connection)
    found = []
    for one, other in pairs:
        suspicion = compare(profiles[one], profiles[other])
        if suspicion is not None and suspicion.identities not in answered:
            found.append(suspicion)
    return Suspects(open=tuple(ranked(found)), crowded=len(blocks.crowded))


# --- who is compared ----------------------------------------------------------------------------


class _Blocks:
    """Persons by the keys that they share; ``crowded`` after ``pairs`` was called."""

    def __init__(self, missing: Sequence[Row], pupils: Sequence[Row]) -> None:
        self.crowded: set[int] = set()
        self._missing: dict[Key, list[int]] = defaultdict(list)
        self._pupils: dict[Key, list[int]] = defaultdict(list)
        for row in missing:
            for key in (*_keys(row), *_name_keys(row, is_missing=True)):
                self._missing[key].append(row[0])
        self._twice: dict[Key, list[int]] = {}
        first: dict[Key, int] = {}
        for row in pupils:
            for key in (*_keys(row), *_name_keys(row, is_missing=False)):
                if key in self._missing:
                    self._pupils[key].append(row[0])
                if key[0] in _STRICT:
                    holder = first.setdefault(key, row[0])
                    if holder != row[0]:
                        self._twice.setdefault(key, [holder]).append(row[0])

    def pairs(self) -> list[tuple[int, int]]:
        """Give each pair that shares a key that is not a crowd's, once, in a fixed order."""
        found: set[tuple[int, int]] = set()
        crowded: set[int] = set()
        for key, missing in self._missing.items():
            pupils = self._pupils.get(key, [])
            if len(missing) * (len(missing) + len(pupils)) > _CROWD:
                crowded.update(missing if key[0] in _NAMED else ())
                continue
            found.update((one, other) for one, other in product(missing, pupils) if one != other)
            found.update(pair for pair in combinations(missing, 2) if pair[0] != pair[1])
        for twice in self._twice.values():
            if len(twice) ** 2 <= _CROWD:
                found.update(pair for pair in combinations(twice, 2) if pair[0] != pair[1])
        self.crowded = crowded.difference(*found) if found else crowded
        return sorted({(min(pair), max(pair)) for pair in found})


#: Keys under which two pupils are looked for, and those whose crowds are told of.
_STRICT = frozenset({"name+birth", "student_no"})
_NAMED = frozenset({"name+birth", "name", "name of one without birth"})


def _keys(row: Row) -> Iterator[Key]:
    _person, name, number, born_on, student_no, household = row
    surname = surname_sounds().get(name[:1], name[:1])
    if born_on:
        yield "name+birth", born_on, name
        yield "birth", born_on, surname
    if number:
        # Wherever one digit of seventeen is wrong, one of these parts is whole.
        yield "day and order", number[10:17], surname
        yield "year and order", number[:10], number[14:17], surname
        yield "order", number[:6], number[14:17], name
        yield "month", number[:12], name
        yield "student_no", f"G{number}"
    if student_no:
        yield "student_no", student_no
    if household:
        yield "household", household, surname


def _name_keys(row: Row, *, is_missing: bool) -> Iterator[Key]:
    """A name alone is a key only where one of the two has no birth date."""
    if is_missing:
        yield "name of one without birth", row[1]
        if row[3] is None:
            yield "name", row[1]
    else:
        yield "name", row[1]
        if row[3] is None:
            yield "name of one without birth", row[1]


_BLOCKED_BY = (
    Person.id, Person.name, Person.id_number, type_coerce(Person.born_on, String),
    Person.student_no, Person.household_id,
)  # fmt: skip


def _missing(
    connection: Connection, day: date, should_be_pupil: ColumnElement[bool]
) -> Sequence[Row]:
    youngest = date(day.year - _OLDEST, 1, 1)
    query = select(*_BLOCKED_BY).where(
        or_(Person.born_on.is_(None), Person.born_on >= youngest),
        or_(Person.died_on.is_(None), Person.died_on > day),
        should_be_pupil,
        ~exists().where(Enrolment.person_id == Person.id, on_roll(day)),
    )
    return connection.execute(query.order_by(Person.id)).all()


def _pupils(connection: Connection, day: date) -> Sequence[Row]:
    query = select(*_BLOCKED_BY).join(Enrolment, Enrolment.person_id == Person.id)
    return connection.execute(query.where(on_roll(day)).order_by(Person.id)).all()


def _profiles(connection: Connection, persons: set[int]) -> Mapping[int, Profile]:
    """Read what is compared of the persons, with the lists that name them."""
    columns = [
        Person.id, Person.identity, Person.name, Person.id_number,
        type_coerce(Person.born_on, String), Person.sex, Person.student_no, Person.household_id,
        Person.phone, Person.guardian_phone,
    ]  # fmt: skip
    lists = _lists(connection, persons)
    return {
        row[0]: Profile(
            id=row[0],
            identity=row[1],
            name=row[2],
            id_number=row[3],
            born_on=row[4],
            sex=row[5],
            student_no=row[6],
            household_id=row[7],
            phones=frozenset(filter(None, row[8:])),
            lists=frozenset(lists[row[0]]),
        )
        for row in rows_of(connection, columns[0], persons, columns)
    }


def _lists(connection: Connection, persons: Iterable[int]) -> dict[int, set[tuple[int, str]]]:
    """Give the lists that name each person; the sheets of one kind in one file are one list."""
    files = {
        sheet: (number, kind or "")
        for sheet, number, kind in connection.execute(
            select(ImportSheet.id, ImportSheet.import_id, ImportSheet.kind)
        )
    }
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    columns = [Source.person_id, Source.sheet_id]
    for person, sheet in rows_of(connection, columns[0], set(persons), columns):
        found[person].add(files[sheet])
    return found
