"""What must come of the samples: plain rules over the truth, and over which rows can be read.

Written from the rules' text and without a line of the ledger's own code, so that the two can be
held against each other. A fact is known when an accepted row of some file tells it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from samples.families import MONITORED
from samples.names import PRIMARY
from samples.page import Page
from samples.town import TERM, TODAY, Change, Person, Pupil, Town, grade_of

MONTH = (date(2026, 11, 1), date(2026, 12, 1))
#: November 2026 has no holiday and no make-up day.
SCHOOL_DAYS = tuple(
    day
    for day in (MONTH[0] + timedelta(at) for at in range((MONTH[1] - MONTH[0]).days))
    if day.weekday() < 5
)
FIRST_DAY = SCHOOL_DAYS[0]
_MEAL_FEN = 400
_BOARDER_TERM_FEN = {"primary": 62_500, "junior": 75_000}
_PRESCHOOL_YEAR_FEN = 100_000
_MONTHS_OF_TERM = 5
_ROLLS = ("01", "02", "03")
_PERSONS = (*_ROLLS, "04", "05", "08", "09")


@dataclass(kw_only=True)
class Outcome:
    """What the ledger must hold and say on 2026-11-24 after all files, in whatever order."""

    households: int
    listed_households: int
    persons: int
    pupils: int
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    #: By person the kind; ``base`` and ``gone`` by school and grade, since 1 September.
    dropout: dict[str, str] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    base: Counter[tuple[str, int]] = field(default_factory=Counter)
    gone: Counter[tuple[str, int]] = field(default_factory=Counter)
    without_helper: set[str] = field(default_factory=set)
    over: set[str] = field(default_factory=set)
    under: set[str] = field(default_factory=set)


class Known:
    """The town as far as accepted rows tell of it; ``pages`` are the books' pages by number."""

    def __init__(self, town: Town, pages: Mapping[str, Sequence[Page]]) -> None:
        self.town = town
        self.accepted = {
            number: set[str]().union(*(page.accepted for page in found))
            for number, found in pages.items()
        }
        self._changes: dict[int, list[Change]] = {}
        for change in town.changes:
            self._changes.setdefault(id(change.person), []).append(change)

    def tells(self, person: Person, *numbers: str) -> bool:
        """Say whether an accepted row of one of the files is about a person."""
        return any(person.key in self.accepted[number] for number in numbers)

    def changes(self, person: Person) -> list[Change]:
        """Give the events of a person in time."""
        return sorted(self._changes.get(id(person), []), key=lambda change: change.day)

    def has_pupil(self, pupil: Pupil) -> bool:
        """Say whether some list tells at which school the pupil is, or was."""
        return self.tells(pupil.person, *_ROLLS, "05", "08", "09")

    def is_present(self, pupil: Pupil, day: date) -> bool:
        """Say whether the pupil is on a roll and at school on a day."""
        if not self.has_pupil(pupil) or day < TERM or pupil is self.town.paused:
            return False
        is_here = True
        for change in self.changes(pupil.person):
            if change.kind == "转入" and change.day > day:
                return False
            if change.day <= day:
                is_here = change.kind in {"复学", "转入"}
        return is_here

    def boarding(self, pupil: Pupil) -> str:
        """Give the way of attending; only rolls, changes and the aid database tell it."""
        return pupil.boarding if self.tells(pupil.person, "01", "02", "08", "09") else ""

    def categories(self, person: Person) -> set[str]:
        """Give the categories of the person's household, 风险已消除 ones left out."""
        home = person.household
        if home is None or not self.tells(person, "04", "09"):
            return set()
        return {code for code in home.categories if code not in MONITORED or not home.risk_removed}

    def is_registered(self, person: Person) -> bool:
        """建档立卡: 享受政策, or monitored with a risk that is not removed."""
        return bool(self.categories(person) & {"lifted", *MONITORED})

    def is_recognised(self, pupil: Pupil) -> bool:
        """Say whether a hardship recognition of the term is known."""
        return self.tells(pupil.person, "05") and any(
            made.pupil is pupil and made.is_granted for made in self.town.recognitions
        )

    def is_poor(self, pupil: Pupil) -> bool:
        """家庭经济困难."""
        person = pupil.person
        return (
            self.is_registered(person)
            or bool(self.categories(person) & {"rural_allowance", "rural_destitute"})
            or (person.is_orphan and self.tells(person, "01", "03"))
            or self.is_recognised(pupil)
        )

    def is_disabled(self, pupil: Pupil) -> bool:
        """A certificate, or a 残疾类型 on the national roll."""
        person = pupil.person
        in_id_column = self.tells(person, "04") and person.born_on.day % 2 == 1
        return bool(person.certificate and (in_id_column or self.tells(person, "09"))) or bool(
            pupil.disability and pupil.school == PRIMARY and self.tells(person, "01")
        )

    def is_four_class(self, pupil: Pupil) -> bool:
        """四类."""
        return (
            self.is_registered(pupil.person)
            or (self.is_disabled(pupil) and self.is_poor(pupil))
            or bool(self.categories(pupil.person) & {"rural_allowance", "rural_destitute"})
        )


def evaluate(town: Town, pages: Mapping[str, Sequence[Page]]) -> Outcome:
    """Work out what the ledger must hold and say."""
    known = Known(town, pages)
    told = set[str]().union(*(known.accepted[number] for number in _PERSONS))
    homes = [
        home
        for home in (*town.households, *town.others)
        if any(known.tells(person, "04", "09") for person in home.people if person.key)
    ]
    outcome = Outcome(
        households=len(homes),
        listed_households=sum(home.is_listed for home in homes),
        persons=len(told),
        pupils=sum(known.has_pupil(pupil) for pupil in town.pupils),
    )
    outcome.lines = {
        (scheme, pupil.person.key): fen
        for pupil in town.pupils
        for scheme, fen in _entitlements(known, pupil)
    }
    outcome.dropout = dict(_dropouts(known))
    people = {person.key: person for home in town.households for person in home.people}
    outcome.listed = {
        key
        for key in outcome.dropout
        if key in people and known.tells(people[key], "04", "09")
    }  # fmt: skip
    _judge_pairs(known, outcome)
    for pupil in town.pupils:
        if pupil.stage != "preschool" and known.has_pupil(pupil):
            place = (pupil.school, pupil.grade)
            kinds = [change.kind for change in known.changes(pupil.person)]
            outcome.base[place] += "转入" not in kinds
            kind = outcome.dropout.get(pupil.person.key)
            outcome.gone[place] += kind in {"dropped_out", "left_without_receiver"}
    return outcome


def _entitlements(known: Known, pupil: Pupil) -> Iterator[tuple[str, int]]:
    is_here = known.is_present(pupil, FIRST_DAY)
    if pupil.stage == "preschool":
        if is_here and known.is_poor(pupil):
            yield "preschool_fee", _PRESCHOOL_YEAR_FEN // (2 * _MONTHS_OF_TERM)
        return
    days = sum(known.is_present(pupil, day) for day in SCHOOL_DAYS)
    if days and known.is_poor(pupil):
        yield "nutrition", days * _MEAL_FEN
    boarding = known.boarding(pupil)
    month = _BOARDER_TERM_FEN[pupil.stage] // _MONTHS_OF_TERM
    if is_here and boarding == "住校" and known.is_registered(pupil.person):
        yield "boarding_living", month
    if is_here and boarding == "走读" and known.is_four_class(pupil):
        yield "day_living", month // 2


def _dropouts(known: Known) -> Iterator[tuple[str, str]]:
    """Give by person the first kind that fits, as of 2026-11-24."""
    children = [p for home in known.town.households for p in home.people]
    children += [pupil.person for pupil in known.town.pupils if pupil.household is None]
    for child in children:
        events = [c for c in known.changes(child) if known.tells(child, "08") and c.day <= TODAY]
        last = events[-1] if events else None
        kind = _kind(last)
        is_of_age = (grade_of(child.born_on) or 0) > 0
        on_a_roll = child.pupil is not None and known.has_pupil(child.pupil)
        if kind:
            yield child.key, kind
        elif last is None and is_of_age and not on_a_roll and known.tells(child, *_PERSONS):
            yield child.key, "never_enrolled"


def _kind(last: Change | None) -> str:
    if last is None:
        return ""
    if last.kind in {"辍学", "退学"}:
        return "dropped_out"
    if last.kind == "转出" and last.to_school in {"", "不详"}:
        return "left_without_receiver"
    if last.kind == "休学" and last.ends_on and last.ends_on < TODAY:
        return "suspension_expired"
    return ""


def _judge_pairs(known: Known, outcome: Outcome) -> None:
    covered = known.accepted["07"]
    outcome.without_helper = {
        home.number for home in known.town.households if home.number not in covered
    }
    loads: dict[int, int] = {}
    for pair in known.town.pairs:
        if pair.household.number in covered:
            loads[id(pair.staff)] = loads.get(id(pair.staff), 0) + 1
    for member in known.town.staff:
        load = loads.get(id(member), 0)
        is_first = member.post in {"党委书记", "院长", "校长", "园长"}
        expected = 0 if not member.may_help else 2 if is_first else 1
        if load > expected:
            outcome.over.add(member.name)
        elif load < expected and member.id_number in known.accepted["06"]:
            outcome.under.add(member.name)
