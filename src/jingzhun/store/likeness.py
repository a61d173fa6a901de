"""How alike two persons' records are: reasons and a score, out of what both say.

The id numbers that come here are valid, each by itself, so one wrong digit shows as two: itself and
the check digit. Only the first seventeen are compared. A name must agree too, whole, in sound, or
but for one character: ids of one village and year differ in one digit by nature.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Hamming

from jingzhun.core.vocabulary import Likeness

#: Below this nobody is asked.
LEAST = 40
_ORDER_CODE = slice(14, 17)  # which birth of the day: what tells twins apart
#: What a reason counts for.
_WEIGHTS: Mapping[Likeness, int] = MappingProxyType(
    {
        Likeness.STUDENT_NO: 50,
        Likeness.ONE_DIGIT: 50,
        Likeness.SWAPPED: 50,
        Likeness.FIFTEEN: 50,
        Likeness.NAME_AND_BIRTH: 50,
        Likeness.NAME: 30,
        Likeness.SURNAME_SOUND: 20,
        Likeness.GIVEN_SOUND: 20,
        Likeness.ONE_CHARACTER: 20,
        Likeness.BIRTH: 20,
        Likeness.HOUSEHOLD: 10,
        Likeness.PHONE: 10,
        Likeness.WITHOUT_ID: 10,
        Likeness.SEX_DIFFERS: -30,
        Likeness.ONE_LIST: -30,
    }
)
#: In two characters one other is half the name; ids that differ where twins do say less.
_SHORT_NAME, _TWINS = 10, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is compared of a person; ``lists`` are the lists that name him."""

    id: int
    identity: str
    name: str
    id_number: str | None
    born_on: str | None
    sex: str | None
    student_no: str | None
    household_id: int | None
    phones: frozenset[str]
    lists: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Two persons who may be one human: ``one`` has the smaller identity."""

    one: Profile
    other: Profile
    score: int
    reasons: tuple[Likeness, ...]

    @property
    def identities(self) -> tuple[str, str]:
        """The key under which an answer is kept."""
        return self.one.identity, self.other.identity

    @property
    def is_certain(self) -> bool:
        """Say that no question is left: one 学籍号 and one name."""
        return (
            Likeness.STUDENT_NO in self.reasons
            and self.one.name == self.other.name
            and Likeness.ONE_LIST not in self.reasons
        )


def compare(one: Profile, other: Profile) -> Suspicion | None:
    """Weigh what speaks for one human; None when it is too little."""
    name = _name_reasons(one.name, other.name)
    number = _number_reason(one, other)
    has_number = _has_same_student_no(one, other)
    is_same_birth = one.born_on is not None and one.born_on == other.born_on
    if not name and not has_number:
        return None
    if not is_same_birth and number is None and not has_number and one.born_on and other.born_on:
        return None
    one_list = not one.lists.isdisjoint(other.lists)
    if one_list and one.name != other.name and not has_number:
        return None  # A list that names both, by two names, knows two children: twins, mostly.
    reasons = {
        Likeness.STUDENT_NO: has_number,
        Likeness.HOUSEHOLD: one.household_id is not None and one.household_id == other.household_id,
        Likeness.PHONE: not one.phones.isdisjoint(other.phones),
        Likeness.WITHOUT_ID: one.id_number is None or other.id_number is None,
        # The id number says the sex: where one digit is wrong, so may be the sex.
        Likeness.SEX_DIFFERS: number is None
        and bool(one.sex and other.sex)
        and one.sex != other.sex,
        Likeness.ONE_LIST: one_list,
    }
    told = {reason for reason, holds in reasons.items() if holds} | set(name)
    if number is not None:
        told.add(number)
    if is_same_birth:
        told.add(Likeness.BIRTH)
        if Likeness.NAME in told:
            told -= {Likeness.NAME, Likeness.BIRTH}
            told.add(Likeness.NAME_AND_BIRTH)
    score = sum(_WEIGHTS[reason] for reason in told) - _discounts(one, other, told)
    if score < LEAST:
        return None
    first, second = sorted((one, other), key=lambda person: person.identity)
    return Suspicion(
        one=first,
        other=second,
        score=min(score, 100),
        reasons=tuple(reason for reason in Likeness if reason in told),
    )


def ranked(suspicions: Iterable[Suspicion]) -> list[Suspicion]:
    """Put the likeliest first; of equals those whose names are nearest."""
    return sorted(
        suspicions,
        key=lambda each: (
            -each.score,
            -fuzz.ratio(each.one.name, each.other.name),
            each.identities,
        ),
    )


def folded(name: str) -> str:
    """Give a name as it sounds: each character by the one that stands for its homophones."""
    surnames, given = _sounds()
    return name[:1].translate(surnames) + name[1:].translate(given)


def _discounts(one: Profile, other: Profile, told: set[Likeness]) -> int:
    discount = 0
    shorter = min(len(one.name), len(other.name))
    if Likeness.ONE_CHARACTER in told and shorter <= 2:
        discount += _SHORT_NAME
    if Likeness.ONE_DIGIT in told and one.name != other.name and _differs_as_twins(one, other):
        discount += _TWINS
    return discount


def _differs_as_twins(one: Profile, other: Profile) -> bool:
    return bool(
        one.id_number
        and other.id_number
        and one.id_number[: _ORDER_CODE.start] == other.id_number[: _ORDER_CODE.start]
    )


def _number_reason(one: Profile, other: Profile) -> Likeness | None:
    """Say how two id numbers are nearly one; None when they are not."""
    if one.id_number is None or other.id_number is None:
        return None
    left, right = one.id_number[:17], other.id_number[:17]
    centuries = {left[6:8], right[6:8]}
    if centuries == {"19", "20"} and left[:6] == right[:6] and left[8:] == right[8:]:
        return Likeness.FIFTEEN
    if OSA.distance(left, right, score_cutoff=1) > 1:
        return None
    return Likeness.ONE_DIGIT if Hamming.distance(left, right) == 1 else Likeness.SWAPPED


def _has_same_student_no(one: Profile, other: Profile) -> bool:
    numbers = _student_numbers(one) & _student_numbers(other)
    return bool(numbers)


def _student_numbers(person: Profile) -> set[str]:
    """Give the 学籍号 that a person has, and the G number that his id number makes."""
    own = {f"G{person.id_number}"} if person.id_number else set()
    return own | ({person.student_no} if person.student_no else set())


def _name_reasons(one: str, other: str) -> Sequence[Likeness]:
    """Say how two names are one or nearly one; nothing when they are not."""
    if one == other:
        return (Likeness.NAME,)
    if one[1:] == other[1:] and folded(one[:1]) == folded(other[:1]):
        return (Likeness.SURNAME_SOUND,)
    if one[:1] == other[:1] and folded(one) == folded(other):
        return (Likeness.GIVEN_SOUND,)
    # The surname alone is no tie: another surname is another family, unless it sounds alike.
    if one[:1] == other[:1] and OSA.distance(one, other, score_cutoff=1) <= 1:
        return (Likeness.ONE_CHARACTER,)
    return ()


@cache
def _sounds() -> tuple[dict[int, str], dict[int, str]]:
    """Give for surnames and given names: each character → the first of those that sound alike."""
    text = files("jingzhun.store").joinpath("homophones.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    surnames, given = (
        str.maketrans(
            {character: group[0] for group in reversed(tables[part]) for character in group}
        )
        for part in ("surnames", "given")
    )
    return surnames, given
