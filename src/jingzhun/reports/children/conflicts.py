"""What lists say of one human and cannot both be true, each with its source.

JSON: ``{"name", "id_number", "household_no", "field", "said", "sources", "held", "held_sources"}``.
``said`` is the word that gave way, ``held`` the one that counts, both as a reader knows them; of
two records of one human ``said`` is the second's. What a later list settled is shown no more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import Session

from jingzhun.core.field_words import value_words
from jingzhun.core.identity import mask
from jingzhun.core.places import Place
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.reports.humans import Humans
from jingzhun.reports.provenance import place_finder, places_of_persons
from jingzhun.rosters.kinds import fields
from jingzhun.store.bulk import rows_of
from jingzhun.store.presence import in_force
from jingzhun.store.schema import (
    BoardingSpell,
    Claim,
    Enrolment,
    Household,
    ImportColumn,
    ImportSheet,
    Person,
    School,
    Source,
    Village,
)

_COLUMNS = (
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证件号", kind=ColumnKind.ID),
    Column(key="household_no", title="户编号"),
    Column(key="field", title="项目"),
    Column(key="said", title="一份名单写"),
    Column(key="sources", title="出处", kind=ColumnKind.SOURCES),
    Column(key="held", title="另一份名单写（以此为准）"),
    Column(key="held_sources", title="另一份出处", kind=ColumnKind.SOURCES),
)
_TITLES = {"household_id": "所在户", "village_id": "村", "tier_text": "认定等级"}
_NUMBERS = frozenset({"id_number", "student_no", "disability_no", "head_id"})
#: What is compared between two records of one human.
_COMPARED = ("name", "id_number", "sex", "born_on", "school", "grade", "class_no", "boarding")

Conflict = tuple[Any, ...]


def conflict_tables(session: Session, day: date, humans: Humans) -> tuple[Table, Table]:
    """Give every contradiction that stands on ``day``, for programs and for people."""
    rows = [*_claims(session, day), *_between_records(session, day, humans)]
    at = [column.key for column in _COLUMNS].index("field")
    titles = {name: spec.title for name, spec in fields().items()} | _TITLES
    told = [(*row[:at], titles.get(row[at], row[at]), *row[at + 1 :]) for row in rows]
    heading = f"名单之间互相矛盾的（{len(rows):,} 项）"
    return (
        Table(key="conflicts", heading="", columns=_COLUMNS, rows=rows, shown_in=PROGRAMS),
        Table(key="conflicts", heading=heading, columns=_COLUMNS, rows=told, shown_in=PEOPLE),
    )


# --- one record, two lists ----------------------------------------------------------------------


def _claims(session: Session, day: date) -> Iterator[Conflict]:
    """Give what a list said that the ledger did not take, while the ledger still holds another."""
    home = func.coalesce(Claim.household_id, Person.household_id)
    claims = session.execute(
        select(Claim, Person.name, Person.id_number, Household.household_no, Household.head_name)
        .outerjoin(Person, Person.id == Claim.person_id)
        .outerjoin(Household, Household.id == home)
        .order_by(Claim.sheet_id, Claim.row_number, Claim.id)
    ).all()
    if not claims:
        return
    find = place_finder(session)
    known = _Known(session, day, [row[0] for row in claims])
    words = _Words(session)
    for claim, name, number, household_no, head_name in claims:
        held, place = known.held(claim)
        said, held = words.of(claim.field, claim.value), words.of(claim.field, held)
        if said == held:
            continue
        told = _masked(said, held) if claim.field in _NUMBERS else (said, held)
        yield (
            name or head_name, number, household_no, claim.field,
            told[0], [find(claim.sheet_id, claim.row_number)],
            told[1], [find(*place)] if place else [],
        )  # fmt: skip


class _Known:
    """What the ledger holds today where claims were made, and the row that says so."""

    def __init__(self, session: Session, day: date, claims: Sequence[Claim]) -> None:
        connection = session.connection()
        persons = {claim.person_id for claim in claims if claim.person_id is not None}
        self._schooling = schooling_of(session, day, persons)
        named = {claim.field for claim in claims} & set(Person.__table__.columns.keys())
        columns = [Person.id, *(type_coerce(getattr(Person, name), String) for name in named)]
        self._facts = {
            row[0]: dict(zip(named, row[1:], strict=True))
            for row in rows_of(connection, columns[0], persons, columns)
        }
        spoken: dict[int, set[str]] = {}
        for sheet, name in session.execute(select(ImportColumn.sheet_id, ImportColumn.field)):
            spoken.setdefault(sheet, set()).add(name)
        self._spoken = spoken
        self._sheets = {
            row.id: (row.stated_on, row.kind)
            for row in session.execute(
                select(ImportSheet.id, ImportSheet.stated_on, ImportSheet.kind)
            )
        }
        self._sources: dict[int, list[tuple[int, int]]] = {}
        columns = [Source.person_id, Source.sheet_id, Source.row_number]
        for person, sheet, row in rows_of(connection, columns[0], persons, columns):
            self._sources.setdefault(person, []).append((sheet, row))

    def held(self, claim: Claim) -> tuple[str, tuple[int, int] | None]:
        """Give the ledger's word about a claim's field, and its place where it is known."""
        if claim.person_id is None:
            return claim.held, None
        timed = self._schooling.get(claim.person_id, {}).get(claim.field)
        if timed is not None:
            return timed
        now = self._facts.get(claim.person_id, {}).get(claim.field)
        return str(now) if now is not None else claim.held, self._place(claim)

    def _place(self, claim: Claim) -> tuple[int, int] | None:
        """Give the last row of a list of another kind that speaks of the field."""
        field = "household_no" if claim.field == "household_id" else claim.field
        own_kind = self._sheets[claim.sheet_id][1]
        told = [
            (self._sheets[sheet][1] != own_kind, self._sheets[sheet][0], sheet, row)
            for sheet, row in self._sources.get(claim.person_id or 0, [])
            if sheet != claim.sheet_id and field in self._spoken.get(sheet, ())
        ]
        return max(told)[2:] if told else None


Timed = dict[str, tuple[str, tuple[int, int]]]


def schooling_of(session: Session, day: date, persons: Iterable[int]) -> dict[int, Timed]:
    """Give for each person the facts of schooling on the day, as text, each with its place."""
    connection = session.connection()
    among = set(persons)
    found: dict[int, Timed] = {}
    rolls = (
        select(Enrolment, School.name)
        .join(School, School.id == Enrolment.school_id)
        .where(in_force(Enrolment, day))
    )
    for row in _among(session, rolls, Enrolment.person_id, among):
        roll, school = row
        place = (roll.sheet_id, roll.row_number)
        values = {"school": school, "stage": roll.stage, "grade": roll.grade,
                  "class_no": roll.class_no}  # fmt: skip
        found.setdefault(roll.person_id, {}).update(
            {name: (str(value), place) for name, value in values.items() if value is not None}
        )
    columns = [BoardingSpell.person_id, BoardingSpell.boarding, BoardingSpell.sheet_id,
               BoardingSpell.row_number, in_force(BoardingSpell, day)]  # fmt: skip
    for person, way, sheet, number, is_now in rows_of(connection, columns[0], among, columns):
        if is_now:
            found.setdefault(person, {})["boarding"] = (way, (sheet, number))
    return found


_CHUNK = 5_000


def _among(session: Session, query: Any, column: Any, persons: set[int]) -> Iterator[Any]:
    ids = sorted(persons)
    for start in range(0, len(ids), _CHUNK):
        yield from session.execute(query.where(column.in_(ids[start : start + _CHUNK])))


class _Words:
    """Values as a reader knows them: names for ids, labels for codes."""

    def __init__(self, session: Session) -> None:
        self._names: Mapping[str, Mapping[str, str]] = {
            "household_id": {
                str(row.id): row.household_no or row.head_name or "未编号的户"
                for row in session.execute(
                    select(Household.id, Household.household_no, Household.head_name)
                )
            },
            "village_id": {
                str(row.id): row.name for row in session.execute(select(Village.id, Village.name))
            },
        }

    def of(self, field: str, value: str) -> str:
        """Give a value in words."""
        if field in self._names:
            return self._names[field].get(value, value)
        return value_words(field, value)


def _masked(said: str, held: str) -> tuple[str, str]:
    """Mask two numbers; where that makes them look alike, say in which places they differ."""
    if mask(said) != mask(held) or len(said) != len(held):
        return mask(said), mask(held)
    places = (str(at) for at, pair in enumerate(zip(said, held, strict=True), 1)
              if pair[0] != pair[1])  # fmt: skip
    return f"{mask(said)}（第{'、'.join(places)}位不同）", mask(held)


# --- one human, two records ---------------------------------------------------------------------


def _between_records(session: Session, day: date, humans: Humans) -> Iterator[Conflict]:
    if not humans.several:
        return
    facts = _facts(session, day, humans.everybody)
    places = places_of_persons(session, humans.everybody)
    for first, *others in humans.several:
        for other in others:
            for name in _COMPARED:
                held, said = (facts[person].get(name) for person in (first, other))
                if held is None or said is None or held == said:
                    continue
                whose = facts[first]
                words = (
                    _masked(said, held)
                    if name in _NUMBERS
                    else (value_words(name, said), value_words(name, held))
                )
                yield (
                    whose["name"], whose.get("id_number"), whose.get("household_no"), name,
                    words[0], _last(places, other), words[1], _last(places, first),
                )  # fmt: skip


def _facts(session: Session, day: date, persons: Sequence[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    columns = ("name", "id_number", "sex", "born_on")
    query = select(
        Person.id, Person.name, Person.id_number, Person.sex, type_coerce(Person.born_on, String),
        Household.household_no,
    ).outerjoin(Household, Household.id == Person.household_id)  # fmt: skip
    for row in _among(session, query, Person.id, set(persons)):
        told = zip((*columns, "household_no"), row[1:], strict=True)
        found[row[0]] = {name: value for name, value in told if value is not None}
    for person, timed in schooling_of(session, day, persons).items():
        found[person] |= {name: value for name, (value, _place) in timed.items()}
    return found


def _last(places: Mapping[int, list[Place]], person: int) -> list[Place]:
    return places.get(person, [])[-1:]
