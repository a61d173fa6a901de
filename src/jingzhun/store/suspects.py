"""Find the pairs of persons who may be one human, without comparing everybody with everybody.

Asked about are those who should be pupils and are on no roll (*missing*), against everybody who is
on a roll and against each other; and pupils who are on two rolls under two identities. Only persons
who share a *key* are compared: a birth date with a name, as it sounds or less one character; a name
with a part of the id number; a 学籍号; a household with a surname. A key that very many share tells
nothing; whom no narrower key finds is counted as crowded, so that the reader is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations, product
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, exists, or_, select, type_coerce

from jingzhun.store.bulk import rows_of
from jingzhun.store.likeness import Profile, Suspicion, compare, folded, ranked
from jingzhun.store.matches import verdicts
from jingzhun.store.presence import on_roll
from jingzhun.store.schema import Enrolment, ImportSheet, Person, Source

_CROWD = 400  # pairs of one key that are still worth comparing
_OLDEST = 25  # whoever is older is no pupil
_ORDER_AND_SURNAME = 4  # characters

#: A person as blocks see him: id, name, id number, birth date, 学籍号, household.
Row = Sequence[Any]
Columns = Sequence[Sequence[Any]]  # the same of many
Key = tuple[Any, ...]


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
    blocks = _Blocks(_missing(connection, day, should_be_pupil))
    blocks.meet(_pupils(connection, day))
    pairs, crowded = blocks.pairs()
    profiles = _profiles(connection, {person for pair in pairs for person in pair})
    answered = verdicts(connection)
    found = []
    for one, other in pairs:
        suspicion = compare(profiles[one], profiles[other])
        if suspicion is not None and suspicion.identities not in answered:
            found.append(suspicion)
    return Suspects(open=tuple(ranked(found)), crowded=len(crowded))


# --- who is compared ----------------------------------------------------------------------------

#: Keys that end in the order of the birth, and a name or surname.
_WITH_ORDERS = frozenset({"day and order", "year and order", "order"})
#: Keys of a name: whoever has no narrower one and shares these with a crowd is told of.
_NAMED = frozenset({"birth", "name", "name of one without birth"})


class _Blocks:
    """The missing by their keys, and the pupils who share one."""

    def __init__(self, missing: Sequence[Row]) -> None:
        self._names = cache(_name_keys)
        self._missing: dict[Key, list[int]] = defaultdict(list)
        self._pupils: dict[Key, list[int]] = defaultdict(list)
        self._twice: list[set[int]] = []
        self._sounds = {row[0]: self._names(row[1])[0] for row in missing}
        for row in missing:
            for key in self._keys(row):
                self._missing[key].append(row[0])
            self._missing["name of one without birth", row[1]].append(row[0])

    def meet(self, pupils: Sequence[Row]) -> None:
        """Note which pupils share a key with the missing, and which with each other."""
        if not pupils:
            return
        columns = list(zip(*pupils, strict=True))
        for row in self._worth_a_look(columns):
            person, name, _number, born_on, *_ = row
            alone = ("name", name) if born_on else ("name of one without birth", name)
            for key in {*self._keys(row), alone}:
                if key in self._missing:
                    self._pupils[key].append(person)
        self._meet_each_other(columns)

    def _worth_a_look(self, columns: Columns) -> Iterator[Row]:
        """Give the pupils who may share a key with the missing: few of very many.

        The short texts that rule most of them out are asked first.
        """
        parts: dict[str, set[str]] = defaultdict(set)
        births: dict[str, set[str]] = defaultdict(set)
        months: dict[str, set[str]] = defaultdict(set)
        digits: set[str] = set()
        for kind, *rest in self._missing:
            parts[kind].add(rest[0])
            if kind in {"birth", "month"}:
                among = births if kind == "birth" else months
                among[f"{rest[0]}{rest[1][:1]}"].add(rest[1])
            elif kind in _WITH_ORDERS:
                digits.add(f"{''.join(rest[:-1])}{rest[-1][:1]}")
        lonely, names = parts["name"], parts["name of one without birth"]
        numbers, homes = parts["student_no"], parts["household"]
        inside = {number[1:] for number in numbers if number.startswith("G")}
        orders = {each[-_ORDER_AND_SURNAME:] for each in digits}
        surname_of = {first: folded(first) for first in {name[:1] for name in columns[1]}}
        for row in zip(*columns, strict=True):
            _person, name, number, born_on, student_no, household = row
            surname = surname_of[name[:1]]
            born = births.get(f"{born_on}{surname}")
            month = months.get(f"{number[:12]}{surname}") if number else None
            if (
                (born is not None and not born.isdisjoint(self._names(name)))
                or (month is not None and self._names(name)[0] in month)
                or student_no in numbers
                or household in homes
                or number in inside
                or name in lonely
                or (born_on is None and name in names)
                or (number and f"{number[14:17]}{surname}" in orders
                    and not digits.isdisjoint(_with_orders(number, surname)))
            ):  # fmt: skip
                yield row

    def _meet_each_other(self, columns: Columns) -> None:
        """Note the pupils who share a key with each other: most keys are one pupil's alone."""
        people, names, numbers, births, student_nos, _homes = columns
        born = [born_on and f"{born_on}{name}" for born_on, name in zip(births, names, strict=True)]
        self._twice += _sharing(born, people)
        # Both keys of an id number hold the order of the birth and the name: few share these.
        orders = [number and f"{number[14:17]}{name}"
                  for number, name in zip(numbers, names, strict=True)]  # fmt: skip
        for alike in _sharing(orders, range(len(orders))):
            for part in (slice(10, 14), slice(0, 10)):
                self._twice += _sharing(
                    [numbers[at][part] for at in alike], [people[at] for at in alike]
                )
        # A 学籍号 that is not the pupil's own id may be another's, or another's 学籍号.
        odd = [
            said if said and said != f"G{number}" else None
            for said, number in zip(student_nos, numbers, strict=True)
        ]
        spoken = set(odd)
        if spoken != {None}:
            inside = (number and f"G{number}" for number in numbers)
            self._twice += _sharing([*(one if one in spoken else None for one in inside), *odd],
                                    [*people, *people])  # fmt: skip

    def pairs(self) -> tuple[list[tuple[int, int]], set[int]]:
        """Give each pair that shares a key that is not a crowd's, once; and who is in a crowd."""
        found: set[tuple[int, int]] = set()
        crowded: set[int] = set()
        for key, missing in self._missing.items():
            pupils = self._pupils.get(key, ())
            if not pupils and len(missing) == 1:
                continue
            if len(missing) * (len(missing) + len(pupils)) > _CROWD:
                crowded.update(person for person in missing if self._is_named_by(key, person))
                continue
            found.update(product(missing, pupils))
            if key[0] != "name of one without birth":
                found.update(combinations(missing, 2))
        for twice in self._twice:
            if len(twice) ** 2 <= _CROWD:
                found.update(combinations(twice, 2))
        apart = {(min(pair), max(pair)) for pair in found if pair[0] != pair[1]}
        return sorted(apart), crowded.difference(*apart) if apart else crowded

    def _is_named_by(self, key: Key, person: int) -> bool:
        """Say that a key holds a person's whole name, not a name less one character."""
        return key[0] in _NAMED and (key[0] != "birth" or key[2] == self._sounds[person])

    def _keys(self, row: Row) -> Iterator[Key]:
        _person, name, number, born_on, student_no, household = row
        names = self._names(name)
        sound = names[0]
        if born_on:
            for part in names:
                yield "birth", born_on, part
        else:
            yield "name", name
        if number:
            # Wherever one digit of seventeen is wrong, one of these parts is whole; where a digit
            # of the birth date is, the name may have a slip as well.
            yield "day and order", number[10:17], sound[:1]
            yield "year and order", number[:10], number[14:17], sound[:1]
            yield "order", number[:6], number[14:17], sound
            yield "month", number[:12], sound
            yield "student_no", f"G{number}"
        if student_no:
            yield "student_no", student_no
        if household:
            yield "household", household, sound[:1]


def _with_orders(number: str, surname: str) -> tuple[str, ...]:
    """Give the keys of an id number that end in the order of the birth, as one text each."""
    order = number[14:17]
    return (
        f"{number[10:14]}{order}{surname}",
        f"{number[:10]}{order}{surname}",
        f"{number[:6]}{order}{surname}",
    )


def _sharing(keys: Sequence[str | None], holders: Sequence[int]) -> list[set[int]]:
    """Give the holders of each key that has several; None is no key."""
    last = dict(zip(keys, holders, strict=True))
    if len(last) == len(keys):
        return []
    shared: dict[str, set[int]] = {}
    for key, holder in zip(keys, holders, strict=True):
        if last[key] != holder and key is not None:
            shared.setdefault(key, {last[key]}).add(holder)
    return list(shared.values())


def _name_keys(name: str) -> tuple[str, ...]:
    """Give a name as it sounds; of three characters and more, also less each but the surname."""
    sound = folded(name)
    if len(name) < 3:
        return (sound,)
    return (sound, *(f"{sound[:at]}{sound[at + 1 :]}" for at in range(1, len(sound))))


_BLOCKED_BY = (
    Person.id, Person.name, Person.id_number, type_coerce(Person.born_on, String),
    Person.student_no, Person.household_id,
)  # fmt: skip


def _missing(
    connection: Connection, day: date, should_be_pupil: ColumnElement[bool]
) -> Sequence[Row]:
    oldest = date(max(day.year - _OLDEST, 1), 1, 1)
    query = select(*_BLOCKED_BY).where(
        or_(Person.born_on.is_(None), Person.born_on >= oldest),
        or_(Person.died_on.is_(None), Person.died_on > day),
        ~exists().where(Enrolment.person_id == Person.id, on_roll(day)),
        should_be_pupil,
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
