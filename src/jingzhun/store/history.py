"""What the ledger holds of one pupil, read once: facts as of any day, each with its origin.

``facts_on`` gives the primitive facts of ``core.policy`` as ``store.conditions`` asks them in SQL,
one pupil instead of all: to explain a decision, and to check the SQL. A record that was confirmed
to be the same human (``store.matches``) is a history of its own beside the pupil's: what makes poor
or disabled is taken from both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from jingzhun.core.conditions import FACTS
from jingzhun.core.identity import mask
from jingzhun.core.labels import Labelled
from jingzhun.core.policy import Fee
from jingzhun.core.vocabulary import MONITORED, Category, Tier
from jingzhun.store.fees import Fees
from jingzhun.store.matches import twins_of
from jingzhun.store.origins import Origin, Origins, columns_of
from jingzhun.store.schema import (
    Absence,
    BoardingSpell,
    Enrolment,
    HouseholdCategory,
    ImportColumn,
    ImportSheet,
    MealDays,
    Person,
    Recognition,
    Revision,
    School,
    Source,
    StandingSpell,
)

_PERSONAL = {
    "certificate": "disability_no",
    "disability": "disability_kind",
    "orphan": "is_orphan",
}
#: Facts that are asked of the pupil's own record alone.
_OWN = {
    "ethnicity": "ethnicity",
    "hukou": "hukou_kind",
    "farming_major": "is_farming_major",
}
_SCHOOL = {
    "public_school": "is_public",
    "rural_school": "is_rural",
    "nutrition_plan": "in_nutrition_plan",
    "county_type": "county_type",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What stands behind a fact: in words, since when, said where."""

    words: str
    since: date | None
    origin: Origin | None
    is_asked_for: bool = True  # of a set of words: it is one of those that the condition names


def link_words(person: Person) -> str:
    """Name a record that was confirmed to be the same human."""
    number = mask(person.id_number) if person.id_number else "无证件号"
    return f"（按已确认为同一人的“{person.name} {number}”）"


class History:
    """One pupil's timelines as known today; ``twins`` are those of the same human's records.

    With ``known_in`` they are as known when that sheet was the last one recorded.
    """

    def __init__(
        self,
        session: Session,
        person: Person,
        *,
        is_twin: bool = False,
        known_in: int | None = None,
    ) -> None:
        self._session = session
        self._known_in = known_in
        self._facts: dict[date, dict[str, Any]] = {}
        self.origins = Origins(session)
        self.person = person
        self.enrolments = self._spells(Enrolment, Enrolment.person_id == person.id)
        self.standings = self._spells(StandingSpell, StandingSpell.person_id == person.id)
        self._boarding = self._spells(BoardingSpell, BoardingSpell.person_id == person.id)
        self.recognitions = self._spells(Recognition, Recognition.person_id == person.id)
        self.categories = self._spells(
            HouseholdCategory, HouseholdCategory.household_id == person.household_id
        )
        meals = session.scalars(select(MealDays).where(MealDays.person_id == person.id))
        self.meals = {(row.school_id, row.month): row for row in meals}
        ids = {row.school_id for row in (*self.enrolments, *self.meals.values())}
        schools = session.scalars(select(School).where(School.id.in_(ids)))
        self.schools = {school.id: school for school in schools}
        self._fees = Fees(session, ids)
        absences = session.scalars(select(Absence).where(Absence.person_id == person.id))
        self.absences = {row.day: row for row in absences}
        twins = () if is_twin else twins_of(session, person)
        self.twins = tuple(
            History(session, twin, is_twin=True, known_in=known_in) for twin in twins
        )

    def enrolment_on(self, day: date) -> Enrolment | None:
        """Give the enrolment that covers a day, whatever the pupil's standing."""
        return next(iter(_covering(self.enrolments, day)), None)

    def standing_on(self, day: date, school_id: int) -> StandingSpell | None:
        """Give the standing that keeps the pupil from a school on a day."""
        return next(
            (
                spell
                for spell in _covering(self.standings, day)
                if spell.school_id is None or spell.school_id == school_id
            ),
            None,
        )

    def counted_under(self, day: date) -> "History | None":
        """Give the twin under whom the pupil is counted on a day: see ``presence.doubled``."""
        for twin in self.twins:
            enrolment = twin.enrolment_on(day)
            if (
                twin.person.identity < self.person.identity
                and enrolment is not None
                and twin.standing_on(day, enrolment.school_id) is None
            ):
                return twin
        return None

    def fee_on(self, day: date) -> Fee | None:
        """Give what the pupil's school asks on a day, if that is known."""
        enrolment = self.enrolment_on(day)
        if enrolment is None:
            return None
        return self._fees.on(enrolment.school_id, enrolment.stage, day)

    def facts_on(self, day: date) -> dict[str, Any]:
        """Give every primitive fact as of a day, by name; None where it is not known."""
        if day not in self._facts:
            self._facts[day] = self._look(day)
        return self._facts[day]

    def _look(self, day: date) -> dict[str, Any]:
        enrolment = self.enrolment_on(day)
        school = self.schools[enrolment.school_id] if enrolment else None
        boarding = next(iter(_covering(self._boarding, day)), None)
        all_of_them = (self, *self.twins)
        recognition = next(
            (row for each in all_of_them for row in _covering(each.recognitions, day)), None
        )
        categories = [row for each in all_of_them for row in _covering(each.categories, day)]
        persons = [each.person for each in all_of_them]
        return {
            "stage": enrolment and enrolment.stage,
            "grade": enrolment and enrolment.grade,
            "boarding": boarding and boarding.boarding,
            "category": frozenset(row.category for row in categories),
            "at_risk": frozenset(
                row.category
                for row in categories
                if row.category in MONITORED and row.risk_removed is not True
            ),
            "recognised": recognition is not None,
            "tier": recognition and self._tier(day),
            "certificate": any(person.disability_no for person in persons),
            "disability": any(person.disability_kind for person in persons),
            "orphan": any(person.is_orphan for person in persons) or self.person.is_orphan,
            **{fact: getattr(self.person, column) for fact, column in _OWN.items()},
            **{fact: school and getattr(school, column) for fact, column in _SCHOOL.items()},
        }

    def _tier(self, day: date) -> str | frozenset[str] | None:
        """Give the tier of the pupil's own recognition, else those of the other records.

        Other records may be of several tiers; then any of them is meant, as in the SQL.
        """
        own = next(iter(_covering(self.recognitions, day)), None)
        if own is not None:
            tier: str | None = own.tier
            return tier
        told = frozenset(
            row.tier
            for twin in self.twins
            for row in _covering(twin.recognitions, day)
            if row.tier is not None
        )
        return told if len(told) > 1 else next(iter(told), None)

    def evidence(self, fact: str, day: date, words: Sequence[Any] = ()) -> Evidence | None:
        """Give what stands behind a fact on a day; of a set of words, behind any of ``words``.

        None when the ledger says nothing.
        """
        if fact in _SCHOOL:
            return self._of_school(_SCHOOL[fact], day)
        if fact in {"stage", "grade", "boarding"}:
            spells = self._boarding if fact == "boarding" else self.enrolments
            spell = next(iter(_covering(spells, day)), None)
            return spell and self._evidence(spell, fact)
        if fact in _OWN:
            return self._personal(_OWN[fact])
        found = [(each, each.own_evidence(fact, day, words)) for each in (self, *self.twins)]
        told = [(each, evidence) for each, evidence in found if evidence is not None]
        # Of the human's records, one that says what is asked for stands before one that does not.
        told.sort(key=lambda pair: not pair[1].is_asked_for)
        if not told:
            return None
        speaker, evidence = told[0]
        if speaker is self:
            return evidence
        words = f"{evidence.words or FACTS[fact].title}{link_words(speaker.person)}"
        return replace(evidence, words=words)

    def own_evidence(self, fact: str, day: date, words: Sequence[Any]) -> Evidence | None:
        """Give what stands behind a fact in this record alone, no twin's."""
        if fact in _PERSONAL:
            return self._personal(_PERSONAL[fact])
        if fact in {"recognised", "tier"}:
            spell = next(iter(_covering(self.recognitions, day)), None)
            tier = _label(Tier, spell.tier) or spell.tier_text if spell else None
            words = f"困难认定{f'（{tier}）' if tier else ''}"
            return spell and self._evidence(spell, "recognition", words)
        rows = sorted(_covering(self.categories, day), key=lambda row: row.category not in words)
        if not rows:
            return None
        evidence = self._evidence(rows[0], rows[0].category, self.own_categories(day, words))
        return replace(evidence, is_asked_for=not words or rows[0].category in words)

    def categories_on(self, day: date, words: Sequence[Any] = ()) -> str:
        """Give the household's categories on a day in words, with the risk; of ``words`` if any."""
        own = self.own_categories(day, words)
        of_twins = (
            f"{said}{link_words(twin.person)}"
            for twin in self.twins
            if (said := twin.own_categories(day, words))
        )
        return "、".join(filter(None, (own, *of_twins)))

    def own_categories(self, day: date, words: Sequence[Any]) -> str:
        """Give in words the categories of this record's own household."""
        rows = list(_covering(self.categories, day))
        named = [row for row in rows if row.category in words] or rows
        return "、".join(
            _label(Category, row.category)
            + (
                f"（风险{'已' if row.risk_removed else '未'}消除）"
                if row.category in MONITORED
                else ""
            )
            for row in named
        )

    def since(self, spell: Enrolment | StandingSpell) -> Evidence:
        """Give the origin of a spell of the pupil's."""
        return self._evidence(spell, spell.__tablename__)

    def _of_school(self, column: str, day: date) -> Evidence | None:
        """Give who said what the pupil's school is."""
        enrolment = self.enrolment_on(day)
        said = (
            enrolment
            and self._session.execute(
                select(Revision.sheet_id, Revision.row_number)
                .where(
                    Revision.table_name == School.__tablename__,
                    Revision.record_id == enrolment.school_id,
                    Revision.field == column,
                )
                .order_by(Revision.sheet_id.desc())
                .limit(1)
            ).first()
        )
        if not enrolment or not said:
            return None
        origin = self.origins.at(said.sheet_id, said.row_number, (column,))
        return Evidence(words=self.schools[enrolment.school_id].name, since=None, origin=origin)

    def _personal(self, column: str) -> Evidence | None:
        value = getattr(self.person, column)
        if value is None:
            return None
        spoken = self._session.execute(
            select(Source.sheet_id, Source.row_number)
            .join(ImportSheet, ImportSheet.id == Source.sheet_id)
            .join(ImportColumn, ImportColumn.sheet_id == Source.sheet_id)
            .where(Source.person_id == self.person.id, ImportColumn.field == column)
            .order_by(ImportSheet.stated_on.desc(), ImportSheet.id.desc())
            .limit(1)
        ).first()
        sheet_id, row = spoken or (self.person.sheet_id, self.person.row_number)
        words = value if column == "disability_kind" else ""
        origin = self.origins.at(sheet_id, row, (column, "is_disabled"))
        return Evidence(words=words, since=None, origin=origin)

    def _evidence(self, spell: Any, fact: str, words: str = "") -> Evidence:
        origin = self.origins.at(spell.sheet_id, spell.row_number, columns_of(fact))
        return Evidence(words=words, since=spell.valid_from, origin=origin)

    def _spells(self, timeline: Any, about: Any) -> Sequence[Any]:
        known = timeline.superseded_in.is_(None)
        if self._known_in is not None:
            known = and_(
                timeline.recorded_in <= self._known_in,
                or_(known, timeline.superseded_in > self._known_in),
            )
        query = select(timeline).where(about, known)
        return self._session.scalars(query.order_by(timeline.valid_from)).all()


def _covering(spells: Iterable[Any], day: date) -> Iterable[Any]:
    return (
        spell
        for spell in spells
        if spell.valid_from <= day and (spell.valid_until is None or day < spell.valid_until)
    )


def _label(vocabulary: type[Labelled], code: str | None) -> str:
    return next((word.label for word in vocabulary if word.value == code), "")
