"""What the ledger must hold: the union of what accepted rows say, by plain rules over the truth.

Written from the rules' text, without a line of the ledger's own code.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from jingzhun.core.vocabulary import Kind
from tests.truth.lists import Listing, Row
from tests.truth.values import Place
from tests.truth.world import MONITORED, TERM, Home, Move, Pair, Pupil

TERM_END, YEAR_END = date(2027, 3, 1), date(2027, 9, 1)
#: Fields of a person that a row may tell, as the ledger names them.
PERSON = (
    "name", "sex", "born_on", "ethnicity", "person_no", "relation", "student_no", "health",
    "disability_kind", "is_orphan", "is_left_behind", "labour_skill", "phone", "address",
    "guardian_name", "guardian_phone",
)  # fmt: skip
HOME = ("village", "head_name", "poverty_cause")
STAFF = (
    "name", "unit", "department", "post", "rank_title", "in_service", "worked_since", "phone",
    "sex", "ethnicity", "staff_no", "id_number",
)  # fmt: skip
_ALLOWANCES = frozenset({"rural_allowance", "urban_allowance"})
_STAGES = (("幼儿园", "preschool"), ("小学", "primary"), ("初级中学", "junior"))


@dataclass(kw_only=True)
class Roll:
    """What is known of a pupil's place in one school."""

    school: str
    stage: str | None = None
    grade: int | None = None
    class_no: int | None = None


@dataclass(kw_only=True)
class Known:
    """Everything that accepted rows tell."""

    persons: dict[str, dict[str, Any]] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: By id number: the roll in the first school and, after a transfer, in the second.
    rolls: dict[str, dict[int, Roll]] = field(default_factory=dict)
    boarding: dict[str, str] = field(default_factory=dict)
    #: By household and category: (risk said, first day said, day of removal said).
    categories: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    recognised: dict[str, dict[str, Any]] = field(default_factory=dict)
    moves: dict[str, list[Move]] = field(default_factory=dict)
    #: By id number what rosters say of a pupil who is not present; without a day of its own.
    statuses: dict[str, str] = field(default_factory=dict)
    pupils: dict[str, Pupil] = field(default_factory=dict)
    staff: dict[str, dict[str, Any]] = field(default_factory=dict)
    pairs: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)


def learn(listings: Iterable[Listing]) -> Known:
    """Give what the accepted rows of lists tell together."""
    known = Known()
    for listing in listings:
        for row in listing.rows:
            if not row.error:
                _hear(known, listing, row)
    return known


def _hear(known: Known, listing: Listing, row: Row) -> None:
    if listing.kind is Kind.STAFF_ROSTER:
        member = known.staff.setdefault(str(row.values["name"]), {})
        member.update(_told(STAFF, listing, row), sex=row.values["sex"])
        return
    if listing.kind is Kind.PAIRING_LIST:
        _hear_pair(known, listing, row)
        return
    number = str(row.values["id_number"])
    person = known.persons.setdefault(number, {"sex": row.values.get("sex")})
    person.update(_told(PERSON, listing, row))
    about = row.about
    home = (about.person if isinstance(about, Pupil) else about).home if (
        listing.kind in {Kind.HOUSEHOLD_MEMBERS, Kind.POOR_STUDENT_LIST}) else None  # fmt: skip
    if home is not None:
        person["household_no"] = home.number
        _hear_home(known, listing, row, home)
    if row.place is not None:
        _hear_school(known, listing, row, number)


def _told(names: Iterable[str], listing: Listing, row: Row) -> dict[str, Any]:
    """Give the fields that a row tells: their column is there, filled and believed."""
    return {
        name: row.values[name]
        for name in names
        if listing.is_stated(name) and row.values.get(name) is not None and name not in row.silent
    }


def _hear_home(known: Known, listing: Listing, row: Row, home: Home) -> None:
    told = known.homes.setdefault(home.number, {})
    told.update(_told(HOME, listing, row))
    if listing.kind is Kind.HOUSEHOLD_MEMBERS:
        told["head_name"] = home.head.name
    said: set[str] = set()
    for name in ("household_type", "lifted_state", "monitored_kind"):
        if listing.is_stated(name):
            said |= set(row.values[name])
    for name in ("allowance", "destitute"):
        if listing.is_stated(name):
            said |= {row.values[name]} - {"no"}
    if len(said) > 1:
        said.discard("other")
    for category in said:
        facts = known.categories.setdefault((home.number, category), {})
        if category in MONITORED:
            facts.update(_told(("risk_removed", "risk_found_on", "risk_removed_on"), listing, row))


def _hear_school(known: Known, listing: Listing, row: Row, number: str) -> None:
    pupil = row.about[0] if listing.kind is Kind.STATUS_CHANGES else row.about
    known.pupils[number] = pupil
    assert row.place is not None
    school, grade, class_no = row.place
    rolls = known.rolls.setdefault(number, {})
    part = int(school != pupil.school.name)
    roll = rolls.setdefault(part, Roll(school=school))
    has_grade = not {"grade", "grade_class"}.isdisjoint(listing.fields)
    has_class = not {"class_no", "grade_class"}.isdisjoint(listing.fields)
    is_around = listing.where in {"sections", "sheets"}
    if has_grade or is_around:
        roll.grade = grade
        roll.stage = pupil.stage
    if (has_class or is_around) and "class_no" not in row.silent:
        roll.class_no = class_no
    if listing.is_stated("status") and row.values["status"] != "present":
        known.statuses[number] = row.values["status"]
    if listing.is_stated("stage"):
        roll.stage = pupil.stage
    roll.stage = roll.stage or next((code for word, code in _STAGES if word in school), None)
    if listing.kind is Kind.STATUS_CHANGES:
        known.moves.setdefault(number, []).append(row.about[1])
    else:
        _hear_boarding(known, listing, row, number)
    if listing.kind is Kind.HARDSHIP_LIST:
        told = known.recognised.setdefault(number, {"until": _until(listing)})
        told.update(_told(("tier", "reasons"), listing, row))


def _until(listing: Listing) -> date:
    return TERM_END if listing.span in {"term", "column"} else YEAR_END


def _hear_boarding(known: Known, listing: Listing, row: Row, number: str) -> None:
    if listing.is_stated("boarding"):
        known.boarding[number] = row.values["boarding"]
    elif listing.is_stated("is_boarder") and row.values["is_boarder"] is not None:
        known.boarding[number] = "boarder" if row.values["is_boarder"] else "day"


def _hear_pair(known: Known, listing: Listing, row: Row) -> None:
    pair: Pair = row.about
    told = known.homes.setdefault(pair.home.number, {})
    told.update(_told(HOME, listing, row))
    helper = known.staff.setdefault(pair.helper.person.name, {})
    names = {"helper": "name", "helper_id": "id_number", "helper_unit": "unit",
             "helper_post": "post", "helper_phone": "phone"}  # fmt: skip
    for name, value in _told(names, listing, row).items():
        helper[names[name]] = value
    known.pairs.setdefault((pair.home.number, pair.helper.person.name), {}).update(
        _told(["paired_on"], listing, row)
    )


# --- what follows of it ---------------------------------------------------------------------------


def roll_on(known: Known, number: str, day: date) -> Roll | None:
    """Give on which roll a pupil is on a day, whether present or not."""
    rolls = known.rolls.get(number, {})
    if day < TERM:
        return None
    moves = sorted(known.moves.get(number, []), key=lambda move: move.day)
    part: int | None = None if moves and moves[0].change == "transfer_in" else 0
    for move in moves:
        if move.day > day:
            break
        if move.change == "transfer_out":
            part = None
        elif move.change == "transfer_in":
            part = int(known.pupils[number].second is not None)
    return rolls.get(part) if part is not None else None


def is_present(known: Known, number: str, day: date) -> bool:
    """Say whether a pupil is on a roll and at school on a day."""
    roll = roll_on(known, number, day)
    here = roll is not None and roll.stage is not None
    if number in known.statuses and number not in known.moves:
        return False  # the first word of a term holds from its first day
    for move in sorted(known.moves.get(number, []), key=lambda move: move.day):
        if move.day <= day and move.change in {"suspension", "dropout", "withdrawal"}:
            here = False
        elif move.day <= day and move.change == "resumption":
            here = roll is not None and roll.stage is not None
    return here


def category_spells(known: Known) -> set[tuple[Any, ...]]:
    """Give (household, category, risk removed, from, until) for all that is said."""
    spells: set[tuple[Any, ...]] = set()
    for (home, category), said in known.categories.items():
        start = said.get("risk_found_on", TERM)
        removed, removed_on = said.get("risk_removed"), said.get("risk_removed_on")
        if removed_on is not None:
            if start < removed_on:
                spells.add((home, category, False, start, removed_on))
            spells.add((home, category, True, removed_on, None))
        else:
            spells.add((home, category, removed, start, None))
    return spells


SCHOOL_DAYS = tuple(
    day for day in (date(2026, 11, 1) + timedelta(at) for at in range(30)) if day.weekday() < 5
)


def lines(known: Known) -> dict[tuple[str, str, str], int]:
    """Work out November's subsidy by scheme, pupil and school: fen."""
    found: dict[tuple[str, str, str], int] = {}
    first = SCHOOL_DAYS[0]
    for number in known.rolls:
        codes = _categories_of(known, number)
        registered = bool(codes & {"lifted", "unstable", "marginal", "sudden", "prevention"})
        poor = (
            registered
            or bool(codes & {*_ALLOWANCES, "rural_destitute"})
            or bool(known.persons[number].get("is_orphan"))
            or number in known.recognised
        )
        kind = known.persons[number].get("disability_kind")
        disabled = kind not in {None, "", "无残疾"}
        four = registered or (poor and disabled) or bool(
            codes & {"rural_allowance", "rural_destitute"}
        )  # fmt: skip
        for day in SCHOOL_DAYS:
            roll = roll_on(known, number, day)
            if poor and roll and roll.stage != "preschool" and is_present(known, number, day):
                key = ("nutrition", number, roll.school)
                found[key] = found.get(key, 0) + 400
        roll = roll_on(known, number, first)
        if roll is None or not is_present(known, number, first):
            continue
        month = {"primary": 12500, "junior": 15000}.get(roll.stage or "", 0)
        boarding = known.boarding.get(number)
        if month and boarding == "boarder" and registered:
            found["boarding_living", number, roll.school] = month
        if month and boarding == "day" and four:
            found["day_living", number, roll.school] = month // 2
        if roll.stage == "preschool" and poor:
            found["preschool_fee", number, roll.school] = 10000
    return found


def _categories_of(known: Known, number: str) -> set[str]:
    home = known.persons[number].get("household_no")
    return {
        category
        for (house, category), said in known.categories.items()
        if house == home and not (category in MONITORED and said.get("risk_removed"))
    }


def places_of(known: Known) -> dict[str, Place]:
    """Give by id number the last roll that a pupil is known on, for messages."""
    return {
        number: (roll.school, roll.grade or 0, roll.class_no or 0)
        for number, rolls in known.rolls.items()
        for roll in rolls.values()
    }
